//! What things a customer's sentences are about, and what is said of each.

use std::cmp::Ordering;

use super::names::{Mention, mentions};
use super::words::{says_any, words};
use crate::{Database, User};

/// Things of one kind that the customer speaks of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Request {
    /// Names of the products it may be.
    pub products: Vec<String>,
    /// The item's id, where it was named.
    pub item_id: Option<String>,
    /// What is said of the thing as it is.
    pub is: Vec<String>,
    /// What it should become, one text for each time it was spoken of.
    pub becomes: Vec<Vec<String>>,
    /// How many.
    pub count: Count,
    /// Products named only to say which order is meant.
    pub with: Vec<String>,
    /// Products named in the same sentence.
    pub in_one_breath: Vec<String>,
}

impl Request {
    /// Whether the dearer or the cheaper of several is meant; what was said last counts.
    pub(crate) fn by_price(&self) -> Option<Ordering> {
        const MORE: [&str; 4] = ["more expensive one", "more expensive", "pricier one", "most expensive one"];
        const LESS: [&str; 4] = ["less expensive one", "less expensive", "cheaper one", "least expensive one"];
        let mut said = self.becomes.iter().rev().chain(std::iter::once(&self.is));
        said.find_map(|text| {
            if says_any(text, &LESS) {
                Some(Ordering::Less)
            } else if says_any(text, &MORE) {
                Some(Ordering::Greater)
            } else {
                None
            }
        })
    }
}

/// How many things are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Count {
    /// One.
    #[default]
    One,
    /// So many.
    Some(usize),
    /// All there are.
    All,
}

/// Everything that was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Requests {
    /// Thing by thing, in the order of speaking.
    pub things: Vec<Request>,
    /// All items of the orders meant, but for `except`.
    pub everything: bool,
    /// What `everything` leaves out.
    pub except: Vec<Request>,
    /// What is said of the wish for everything.
    pub becomes: Vec<Vec<String>>,
    /// Sentences that name no thing.
    pub loose: Vec<Vec<String>>,
}

/// Words at which the description of the next thing begins.
const BOUNDARIES: [&str; 24] = [
    ",", "and", "or", ".", ";", "(", ")", "{", "}", "exchange", "return", "modify", "change", "cancel", "adjust",
    "switch", "want", "also", "both", "for", "to", "swap", "upgrade", "then",
];
/// Words that lead from what a thing is to what it should become.
const LEADS: [&str; 6] = ["to", "for", "into", "but", "because", "with"];

/// Reads what the sentences are about; later ones amend earlier ones.
pub(crate) fn read(database: &Database, user: &User, said: &[Vec<String>]) -> Requests {
    let mut requests = Requests::default();
    for text in said {
        read_one(database, user, text, &mut requests);
    }
    requests
}

fn read_one(database: &Database, user: &User, text: &[String], requests: &mut Requests) {
    let own: Vec<&str> = own_products(database, user);
    let mut found: Vec<(Mention, Option<String>)> = named_by_id(database, user, text);
    for mut mention in mentions(database, text) {
        mention.products.retain(|product| own.contains(&product.as_str()));
        if !mention.products.is_empty() {
            found.push((mention, None));
        }
    }
    found.sort_by_key(|(mention, _)| mention.start);

    let only = says_any(text, &["only"]) && !found.is_empty() && !requests.things.is_empty();
    let everything = says_any(
        text,
        &[
            "everything",
            "all item",
            "all my item",
            "all thing",
            "all the item",
            "all of my item",
            "anything else in it",
            "all items in it",
        ],
    );
    let except_at = text.iter().position(|word| matches!(word.as_str(), "except" | "besides"));
    if everything {
        requests.everything = true;
    }
    if only {
        let named: Vec<&String> = found.iter().flat_map(|(mention, _)| &mention.products).collect();
        requests.things.retain(|thing| thing.products.iter().any(|product| named.contains(&product)));
        requests.everything = false;
    }
    if found.is_empty() {
        amend(database, text, everything, requests);
        return;
    }

    let starts: Vec<usize> = found
        .iter()
        .enumerate()
        .map(|(index, (mention, _))| begin(text, if index == 0 { 0 } else { found[index - 1].0.end }, mention.start))
        .collect();
    if everything {
        requests.becomes.push(text[..starts[0]].to_vec());
    }
    let breath = breath(text, &found, &starts, &requests.things);
    for (index, (mention, item_id)) in found.iter().enumerate() {
        let before = &text[starts[index]..mention.start];
        let after = &text[mention.end..starts.get(index + 1).copied().unwrap_or(text.len()).max(mention.end)];
        let lead = text[..starts[index]].iter().rev().find(|word| *word != "the" && *word != "my" && *word != "a");
        let lead = lead.map_or("", String::as_str);
        if everything && except_at.is_some_and(|at| at < mention.start) {
            requests.except.push(Request {
                products: mention.products.clone(),
                is: before.to_vec(),
                ..Request::default()
            });
            continue;
        }
        if before.iter().any(|word| word == "with") && !before.iter().any(|word| word == "one") {
            if let Some(thing) = requests.things.last_mut() {
                thing.with.extend(mention.products.iter().cloned());
                continue;
            }
            continue;
        }
        let lead_at = after.iter().position(|word| LEADS.contains(&word.as_str()));
        let (is, becomes) = match lead_at {
            Some(at) => (&after[..at], &after[at..]),
            None => (&after[..0], after),
        };
        let another = before.iter().any(|word| word == "another");
        let known = requests.things.iter_mut().rev().find(|thing| thing.products == mention.products);
        match known {
            Some(thing) if !another && item_id.is_none() => {
                // `for a large red jacket with a half zipper`: the second time says what the first should become.
                let mut more = if matches!(lead, "for" | "to" | "a") || thing.becomes.is_empty() {
                    before.to_vec()
                } else {
                    Vec::new()
                };
                more.extend(after.iter().cloned());
                if only && lead_at.is_none() {
                    continue;
                }
                if thing.becomes.is_empty() && lead_at.is_some() {
                    thing.is.extend(before.iter().chain(is).cloned());
                    thing.becomes.push(becomes.to_vec());
                } else {
                    thing.becomes.push(more);
                }
            }
            _ => {
                let mut said: Vec<String> = before.to_vec();
                said.extend(is.iter().cloned());
                let becomes = if becomes.is_empty() { Vec::new() } else { vec![becomes.to_vec()] };
                requests.things.push(Request {
                    products: mention.products.clone(),
                    item_id: item_id.clone(),
                    count: count(before),
                    is: said,
                    becomes,
                    with: Vec::new(),
                    in_one_breath: breath.clone(),
                });
            }
        }
    }
}

/// The products that a sentence names as things of one order, as far as it does not say otherwise.
fn breath(text: &[String], found: &[(Mention, Option<String>)], starts: &[usize], things: &[Request]) -> Vec<String> {
    if says_any(text, &["different order", "another order", "other order"]) {
        return Vec::new();
    }
    let mut before: Vec<String> = Vec::new();
    if says_any(text, &["same order"]) {
        before.extend(things.iter().filter_map(|thing| thing.products.first().cloned()));
    }
    let with = |index: usize| text[starts[index]..found[index].0.start].iter().any(|word| word == "with");
    let named = found.iter().enumerate().filter(|(index, _)| !with(*index));
    before.extend(named.filter_map(|(_, (mention, _))| mention.products.first().cloned()));
    before
}

/// A sentence that names no thing says more of what was named before.
fn amend(database: &Database, text: &[String], everything: bool, requests: &mut Requests) {
    requests.loose.push(text.to_vec());
    if requests.everything || everything {
        requests.becomes.push(text.to_vec());
    }
    let speaks_of = |thing: &Request| {
        let product = database.products.values().find(|product| thing.products.contains(&product.name));
        product.is_some_and(|product| !super::wanted::read(product, &[text.to_vec()]).is_empty())
    };
    let by_price = Request { is: text.to_vec(), ..Request::default() }.by_price().is_some();
    let last = || requests.things.len().checked_sub(1).filter(|_| by_price);
    let at = requests.things.iter().rposition(speaks_of).or_else(last);
    if let Some(thing) = at.and_then(|at| requests.things.get_mut(at)) {
        thing.becomes.push(text.to_vec());
    }
}

/// Where the description of a thing begins: after the last boundary before it.
fn begin(text: &[String], from: usize, to: usize) -> usize {
    let from = from.min(to);
    text[from..to].iter().rposition(|word| BOUNDARIES.contains(&word.as_str())).map_or(from, |at| from + at + 1)
}

fn count(before: &[String]) -> Count {
    if before.iter().any(|word| matches!(word.as_str(), "all" | "both" | "every")) {
        return Count::All;
    }
    // `the 2 skateboard`, not `the 13 inch laptop` nor `the 1000 piece puzzle`.
    match before.last().and_then(|word| word.parse().ok()) {
        Some(count @ 2..=9) => Count::Some(count),
        _ => Count::One,
    }
}

/// Things named by an id: of an item the customer has, or of a product the customer has.
fn named_by_id(database: &Database, user: &User, text: &[String]) -> Vec<(Mention, Option<String>)> {
    let mut found = Vec::new();
    for (at, word) in text.iter().enumerate() {
        if word.len() != 10 || !word.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let owned = items(database, user).find(|(_, item)| item.item_id == *word || item.product_id == *word);
        if let Some((_, item)) = owned {
            let mention = Mention { start: at, end: at + 1, products: vec![item.name.clone()] };
            found.push((mention, (item.item_id == *word).then(|| word.clone())));
        }
    }
    found
}

fn own_products<'a>(database: &'a Database, user: &'a User) -> Vec<&'a str> {
    items(database, user).map(|(_, item)| item.name.as_str()).collect()
}

/// Everything that a customer has ordered.
pub(crate) fn items<'a>(
    database: &'a Database,
    user: &'a User,
) -> impl Iterator<Item = (&'a crate::Order, &'a crate::OrderItem)> {
    let orders = user.orders.iter().filter_map(|order| database.orders.get(order));
    orders.flat_map(|order| order.items.iter().map(move |item| (order, item)))
}

/// Order ids that a text names, with or without `#W`.
pub(crate) fn order_ids(user: &User, text: &[String]) -> Vec<String> {
    let plain = |id: &str| words(id).concat().trim_start_matches('#').trim_start_matches('w').to_owned();
    let mut ids: Vec<String> = Vec::new();
    for word in text {
        let digits = word.trim_start_matches('#').trim_start_matches('w');
        if digits.len() != 7 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        if let Some(order) = user.orders.iter().find(|order| plain(order) == digits && !ids.contains(order)) {
            ids.push(order.clone());
        }
    }
    ids
}
