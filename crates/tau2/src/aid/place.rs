//! Addresses: written out, or known from the customer's profile and orders.

use std::collections::BTreeMap;

use super::names::mentions;
use super::request::order_ids;
use super::words::{says, says_any, words};
use crate::pattern::pattern;
use crate::{Address, Database, Order, Status, User};

/// States by name.
const STATES: [(&str, &str); 51] = [
    ("alabama", "AL"),
    ("alaska", "AK"),
    ("arizona", "AZ"),
    ("arkansas", "AR"),
    ("california", "CA"),
    ("colorado", "CO"),
    ("connecticut", "CT"),
    ("delaware", "DE"),
    ("district of columbia", "DC"),
    ("florida", "FL"),
    ("georgia", "GA"),
    ("hawaii", "HI"),
    ("idaho", "ID"),
    ("illinois", "IL"),
    ("indiana", "IN"),
    ("iowa", "IA"),
    ("kansas", "KS"),
    ("kentucky", "KY"),
    ("louisiana", "LA"),
    ("maine", "ME"),
    ("maryland", "MD"),
    ("massachusetts", "MA"),
    ("michigan", "MI"),
    ("minnesota", "MN"),
    ("mississippi", "MS"),
    ("missouri", "MO"),
    ("montana", "MT"),
    ("nebraska", "NE"),
    ("nevada", "NV"),
    ("new hampshire", "NH"),
    ("new jersey", "NJ"),
    ("new mexico", "NM"),
    ("new york", "NY"),
    ("north carolina", "NC"),
    ("north dakota", "ND"),
    ("ohio", "OH"),
    ("oklahoma", "OK"),
    ("oregon", "OR"),
    ("pennsylvania", "PA"),
    ("rhode island", "RI"),
    ("south carolina", "SC"),
    ("south dakota", "SD"),
    ("tennessee", "TN"),
    ("texas", "TX"),
    ("utah", "UT"),
    ("vermont", "VT"),
    ("virginia", "VA"),
    ("washington", "WA"),
    ("west virginia", "WV"),
    ("wisconsin", "WI"),
    ("wyoming", "WY"),
];
/// What cities are called besides their names.
const CITIES: [(&str, &str); 6] = [
    ("nyc", "New York"),
    ("new york city", "New York"),
    ("big apple", "New York"),
    ("la", "Los Angeles"),
    ("dc", "Washington"),
    ("sf", "San Francisco"),
];

/// An address written out: `101 Highway, New York, 10001`, with or without a second line and a state.
pub(crate) fn written(database: &Database, text: &str) -> Option<Address> {
    let pattern = pattern(
        r"(?x)\b(?<street>\d+\s[A-Z][\w.'\ ]*?),\s*
          (?:(?<second>(?:Suite|Apt|Apartment|Unit|\#)\s?[\w-]+),\s*)?
          (?<city>[A-Z][\w.\ ]*?)
          (?:,?\s(?<code>[A-Z]{2})|,\s*(?<state>[A-Z][a-z]+(?:\ [A-Z][a-z]+)?))?,?\s*
          (?<zip>\d{5})\b",
    )?;
    let found = pattern.captures(text)?;
    let part = |name: &str| found.name(name).map(|it| it.as_str().trim().to_owned()).unwrap_or_default();
    let (city, zip) = (part("city"), part("zip"));
    let said = format!("{}{}", part("code"), part("state"));
    let state = match said.len() {
        2 => Some(said),
        0 => state_of(database, &city),
        _ => STATES.iter().find(|(name, _)| said.eq_ignore_ascii_case(name)).map(|(_, code)| (*code).to_owned()),
    }?;
    Some(Address { address1: part("street"), address2: part("second"), city, country: "USA".to_owned(), state, zip })
}

/// The state that most of the shop's customers in a city live in.
fn state_of(database: &Database, city: &str) -> Option<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for user in database.users.values().filter(|user| user.address.city == city) {
        *count.entry(&user.address.state).or_default() += 1;
    }
    count.into_iter().max_by_key(|(_, count)| *count).map(|(state, _)| state.to_owned())
}

/// An address the customer means: written out, the default one, one of an order, or one in a place that is named. `but_not`
/// is the order that is to be changed.
pub(crate) fn meant(database: &Database, user: &User, text: &str, but_not: &[String]) -> Option<Address> {
    if let Some(written) = written(database, text) {
        return Some(written);
    }
    let said = words(text);
    // `… order #W1 to be the same as order #W2`: the last named is where it comes from.
    let as_order = says_any(&said, &["same as order", "same address as order", "the one in order", "as in order"]);
    if let Some(order) = order_ids(user, &said).last().filter(|_| as_order).and_then(|id| database.orders.get(id)) {
        return Some(order.address.clone());
    }
    let mut known: Vec<&Address> = vec![&user.address];
    let orders: Vec<&Order> = user.orders.iter().filter_map(|id| database.orders.get(id)).collect();
    for order in &orders {
        if !known.contains(&&order.address) {
            known.push(&order.address);
        }
    }
    if let Some(target) = after_to(&said).and_then(|target| in_place(&known, target)) {
        return Some(target.clone());
    }
    if says_any(&said, &["default", "profile"])
        && !says_any(&said, &["order profile", "default address to", "user default address"])
    {
        return Some(user.address.clone());
    }
    // `a luggage set sent to this new address`: the address of the order that has it.
    if let Some(sent) = said.iter().position(|word| word == "sent")
        && let Some(mention) = mentions(database, &said[..sent]).pop()
    {
        let has = |order: &&&Order| order.items.iter().any(|item| mention.products.contains(&item.name));
        let new: Vec<&&Order> = orders.iter().filter(has).filter(|order| !but_not.contains(&order.order_id)).collect();
        if let Some(order) = new.iter().find(|order| order.status != Status::Cancelled).or(new.first()) {
            return Some(order.address.clone());
        }
    }
    in_place(&known, &said).cloned().or_else(|| {
        let other: Vec<&&Address> = known
            .iter()
            .filter(|address| {
                !orders.iter().any(|order| but_not.contains(&order.order_id) && order.address == ***address)
            })
            .collect();
        says_any(&said, &["other order", "another order"])
            .then(|| other.first().map(|address| (**address).clone()))
            .flatten()
    })
}

/// What follows the last `to` or `with` that leads to a place.
fn after_to(said: &[String]) -> Option<&[String]> {
    let leads: Vec<usize> = (0..said.len()).filter(|&at| said[at] == "to" || said[at] == "be").collect();
    leads
        .into_iter()
        .map(|at| &said[at + 1..(at + 10).min(said.len())])
        .rev()
        .find(|rest| says(rest, "address") || says(rest, "home") || says(rest, "place"))
}

/// The only address of these in a city or state that the words name.
fn in_place<'a>(known: &[&'a Address], said: &[String]) -> Option<&'a Address> {
    let named = |address: &&&Address| {
        says(said, &address.city) || CITIES.iter().any(|(other, city)| *city == address.city && says(said, other))
    };
    let in_state = |address: &&&Address| {
        STATES.iter().any(|(name, code)| *code == address.state && says(said, name) && *name != "washington")
    };
    let by_city: Vec<&&Address> = known.iter().filter(named).collect();
    match by_city.as_slice() {
        [one] => return Some(one),
        [] => {}
        _ => return None,
    }
    let by_state: Vec<&&Address> = known.iter().filter(in_state).collect();
    match by_state.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

/// The orders that the words mean, of a status: by number, by place, by what is in them, all, or the only one.
pub(crate) fn orders_meant(database: &Database, user: &User, text: &str, statuses: &[Status]) -> Vec<String> {
    let said = words(text);
    let named = order_ids(user, &said);
    if let Some(first) = named.first() {
        return if says(&said, "same as") { vec![first.clone()] } else { named };
    }
    let open: Vec<&Order> = user
        .orders
        .iter()
        .filter_map(|id| database.orders.get(id))
        .filter(|order| statuses.contains(&order.status))
        .collect();
    let ids = |orders: Vec<&Order>| orders.into_iter().map(|order| order.order_id.clone()).collect::<Vec<_>>();
    if says_any(&said, &["all", "any", "every", "both order"]) {
        return ids(open);
    }
    // `my LA order`, `sent an order to my son's address in Washington DC`.
    let parts: Vec<&[String]> = said.split(|word| matches!(word.as_str(), "," | "." | "to")).collect();
    let in_city = |part: &[String], order: &Order| says(part, "order") && in_place(&[&order.address], part).is_some();
    for part in &parts {
        let here: Vec<&Order> = open.iter().filter(|order| in_city(part, order)).copied().collect();
        if !here.is_empty() {
            return ids(here);
        }
    }
    // `bought a luggage set sent to the new address`: where the address comes from, not which order is wrong.
    let sent = |end: usize| said.get(end..).is_some_and(|rest| rest.first().is_some_and(|word| word == "sent"));
    let (source, named): (Vec<_>, Vec<_>) =
        mentions(database, &said).into_iter().partition(|mention| sent(mention.end));
    let source: Vec<String> = source.into_iter().flat_map(|mention| mention.products).collect();
    if !source.is_empty() {
        let other = |order: &&&Order| !order.items.iter().any(|item| source.contains(&item.name));
        return ids(open.iter().filter(other).copied().collect());
    }
    let with: Vec<String> = named.into_iter().flat_map(|mention| mention.products).collect();
    let having: Vec<&Order> =
        open.iter().filter(|order| order.items.iter().any(|item| with.contains(&item.name))).copied().collect();
    if having.is_empty() { ids(open) } else { ids(having) }
}
