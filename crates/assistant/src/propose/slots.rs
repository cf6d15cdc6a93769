//! Values for slots, found in a message.

use serde_json::{Value, json};
use yingda_dialogue::{Command, Proposed, Wanted};
use yingda_entity::{Answer, Entity, Kind, Side, Value as Meaning};
use yingda_language::normalise;
use yingda_model::AskedOption;
use yingda_moment::Moment;

use super::signs::{bare, is_question, nouns};
use super::{RULES, Seen, reply};

/// A value with its place.
struct Found {
    value: Value,
    start: usize,
    end: usize,
    score: f32,
}

/// Values for what is wanted. What was asked comes first: of two slots that one word could fill, it is the one.
pub(super) fn fill(seen: &Seen<'_>, wanted: &[Wanted]) -> Vec<Proposed> {
    let mut order: Vec<&Wanted> = wanted.iter().collect();
    order.sort_by_key(|wanted| (!wanted.asked, wanted.filled.is_some()));
    let mut filled: Vec<Proposed> = Vec::new();
    for wanted in order {
        let is_taken = |start: usize, end: usize| filled.iter().any(|old| old.start < end && start < old.end);
        let Some(found) = find(seen, wanted, &is_taken) else { continue };
        if is_taken(found.start, found.end) || wanted.filled.as_ref() == Some(&found.value) && !wanted.asked {
            continue;
        }
        filled.push(Proposed {
            command: Command::FillSlot { slot: wanted.slot.clone(), value: found.value },
            by: RULES.into(),
            score: found.score,
            start: found.start,
            end: found.end,
        });
    }
    filled
}

/// The whole message for a text that was asked, when it is nothing else.
pub(super) fn whole_text(seen: &Seen<'_>, wanted: &[Wanted]) -> Option<Proposed> {
    let wanted = wanted.iter().find(|wanted| wanted.asked)?;
    // In the customer's own words.
    let text = seen.written.trim();
    if text.is_empty() || is_question(seen.text) || is_no_text(text) {
        return None;
    }
    let value = match wanted.kind.as_str() {
        "text" => Value::String(text.to_owned()),
        // Who is asked for a name or an address and writes something short means that.
        "person" if text.chars().count() <= 40 => Value::String(text.to_owned()),
        "address" if text.chars().count() >= 6 => json!({ "text": seen.text.trim() }),
        _ => return None,
    };
    Some(seen.whole(Command::FillSlot { slot: wanted.slot.clone(), value }, RULES, 0.6))
}

/// Whether words are a yes, or a no without anything: who is asked to tell something has not told it. “None” is something.
fn is_no_text(text: &str) -> bool {
    match yingda_entity::answer(text) {
        Some(Answer::Yes) => true,
        Some(Answer::No) => ["不", "不要", "不想", "不行", "不了", "no", "nope", "nah"].contains(&bare(text).as_str()),
        _ => false,
    }
}

/// `is_taken` tells of a place whether another slot has its words already.
fn find(seen: &Seen<'_>, wanted: &Wanted, is_taken: &dyn Fn(usize, usize) -> bool) -> Option<Found> {
    let text = seen.text;
    match wanted.kind.as_str() {
        "text" if wanted.asked => {
            // A question, a plain yes or no, or a flow of its own is no answer.
            if is_question(text) || is_no_text(text) || reply::calls_off(seen).is_some() {
                return None;
            }
            let starts = super::starts(seen).iter().any(|proposed| proposed.by == RULES);
            (!starts).then(|| Found { value: json!(seen.written.trim()), start: 0, end: text.len(), score: 0.7 })
        }
        "choice" | "confirm" => choose(seen, wanted).filter(|_| wanted.kind == "choice"),
        "pick" => choose(seen, wanted),
        "yes_no" if wanted.asked => {
            let said = reply::explained(text)?;
            // “No, I don't return it after all” is more than a no.
            let is_left = yingda_entity::answer(text).is_none() && reply::calls_off(seen).is_some();
            let value = json!(said == Answer::Yes);
            (!is_left).then_some(Found { value, start: 0, end: text.len(), score: 0.95 })
        }
        kind => by_entity(seen, wanted, kind, is_taken)
            .or_else(|| offered(seen, wanted))
            .or_else(|| bare_number(seen, wanted, kind))
            .or_else(|| spoken_of(seen, wanted, kind)),
    }
}

/// The value that an entity of the message gives.
fn by_entity(seen: &Seen<'_>, wanted: &Wanted, kind: &str, is_taken: &dyn Fn(usize, usize) -> bool) -> Option<Found> {
    let free = seen.entities().iter().filter(|entity| !is_taken(entity.start, entity.end));
    let mut fitting = free.filter_map(|entity| {
        let value = value_of(entity, kind, wanted.asked)?;
        Some(Found { value, start: entity.start, end: entity.end, score: entity.confidence.max(0.5) })
    });
    let first = fitting.next()?;
    // After “not that one but this”, the last is meant.
    if super::signs::says_wrong(seen.text) { Some(fitting.last().unwrap_or(first)) } else { Some(first) }
}

/// What an entity is worth to a slot of a type.
fn value_of(entity: &Entity, kind: &str, asked: bool) -> Option<Value> {
    let value = match (kind, &entity.kind, &entity.value) {
        ("order_number", Kind::OrderNumber, Meaning::Text { text }) => json!(text),
        // A number of digits only, where an order's was asked for.
        ("order_number", Kind::ParcelNumber | Kind::Account, Meaning::Text { text }) if asked => json!(text),
        ("tracking_number", Kind::ParcelNumber, Meaning::Text { text }) => json!(text),
        ("phone", Kind::Phone, Meaning::Phone(phone)) => json!(phone.number),
        ("email", Kind::Email, Meaning::Text { text }) => json!(text),
        ("person", Kind::Person, Meaning::Text { text }) => json!(text),
        ("money", Kind::Money, Meaning::Money { minor, .. }) => json!(minor),
        ("number" | "integer", Kind::Quantity, Meaning::Quantity { amount, .. }) => number(*amount, kind)?,
        ("number" | "integer", Kind::Ordinal, _) => return None,
        ("address", Kind::Address, Meaning::Address(address)) => {
            let mut value = serde_json::to_value(address).ok()?;
            let fields = value.as_object_mut()?;
            // Province, city, district and the rest: what address forms ask for.
            let english = entity.text.is_ascii();
            let rest = match english {
                true => ["room", "unit", "building", "estate", "number", "street", "town"],
                false => ["town", "street", "number", "estate", "building", "unit", "room"],
            };
            let rest: Vec<String> =
                rest.iter().filter_map(|part| Some(fields.get(*part)?.as_str()?.to_owned())).collect();
            let joint = if english { " " } else { "" };
            fields.retain(|name, _| matches!(name.as_str(), "province" | "city" | "district"));
            fields.insert("street".into(), json!(rest.join(joint)));
            fields.insert("text".into(), json!(entity.text));
            value
        }
        ("product", Kind::Product, Meaning::Item { id, name }) => json!({ "id": id, "name": name }),
        ("date", Kind::Time, Meaning::Time { moment }) => match moment {
            Moment::Date { date } => json!(date.to_string()),
            Moment::DateTime { at, .. } => json!(at.date().to_string()),
            _ => return None,
        },
        ("time", Kind::Time, Meaning::Time { moment: Moment::DateTime { at, .. } }) => {
            json!(at.format(&time::format_description::well_known::Rfc3339).ok()?)
        }
        (own, Kind::Own(name), Meaning::Item { id, .. }) if own.strip_prefix("entity:") == Some(name) => json!(id),
        (own, Kind::Own(name), Meaning::Text { text }) if own.strip_prefix("entity:") == Some(name) => json!(text),
        _ => return None,
    };
    Some(value)
}

fn number(amount: f64, kind: &str) -> Option<Value> {
    if kind == "number" {
        return Some(json!(amount));
    }
    // Counts of things are small.
    (amount.fract() == 0.0 && amount.abs() < 1e9).then(|| json!(amount as i64))
}

/// A number and nothing else, for a number or an amount that was asked.
fn bare_number(seen: &Seen<'_>, wanted: &Wanted, kind: &str) -> Option<Found> {
    if !wanted.asked || !["number", "integer", "money"].contains(&kind) {
        return None;
    }
    let text = normalise(seen.text);
    let said = text.trim().trim_end_matches(|c: char| !c.is_alphanumeric());
    let counted = || COUNTS.iter().position(|words| words.contains(&said)).map(|count| count as f64);
    let amount = said.parse::<f64>().ok().filter(|amount| amount.is_finite()).or_else(counted)?;
    let value = match kind {
        // Cents.
        "money" => number((amount * 100.0).round(), "integer")?,
        kind => number(amount, kind)?,
    };
    Some(Found { value, start: 0, end: seen.text.len(), score: 0.9 })
}

/// Counts that people write as a word, from nothing up.
const COUNTS: [&[&str]; 11] = [
    &["零", "zero", "none"],
    &["一", "one"],
    &["二", "两", "two"],
    &["三", "three"],
    &["四", "four"],
    &["五", "five"],
    &["六", "six"],
    &["七", "seven"],
    &["八", "eight"],
    &["九", "nine"],
    &["十", "ten"],
];

/// One of the values that were offered beside the question.
fn offered(seen: &Seen<'_>, wanted: &Wanted) -> Option<Found> {
    if !wanted.asked || wanted.options.is_empty() {
        return None;
    }
    choose(seen, wanted)
}

/// What was spoken of before: “that order”, “the second one”.
fn spoken_of(seen: &Seen<'_>, wanted: &Wanted, kind: &str) -> Option<Found> {
    let text = normalise(seen.text);
    let of_kind = |mention: &&yingda_model::Mention| mention.kind == kind;
    let found = |mention: &yingda_model::Mention, score| Found {
        value: mention.value.clone(),
        start: 0,
        end: seen.text.len(),
        score,
    };
    let listed: Vec<_> = seen.state.listed.iter().filter(of_kind).collect();
    if let Some(place) = place(seen, listed.len()) {
        return listed.get(place).map(|mention| found(mention, 0.85));
    }
    let names = nouns(kind).iter().any(|noun| text.contains(noun));
    let points = POINTING.iter().any(|word| text.contains(word));
    if !points || !(names || wanted.asked) {
        return None;
    }
    // “The other one” is not the one that is known already.
    let others = super::signs::says_wrong(seen.text);
    let mut mentions = seen.state.mentioned.iter().filter(of_kind);
    let mention = mentions.find(|mention| !(others && wanted.filled.as_ref() == Some(&mention.value)))?;
    Some(Found { end: 0, ..found(mention, 0.8) })
}

const POINTING: [&str; 18] = [
    "那个",
    "这个",
    "刚才",
    "刚刚",
    "同一个",
    "那单",
    "这单",
    "上面",
    "上一个",
    "之前那",
    "还是那",
    "that ",
    "this ",
    "same ",
    "the one",
    "previous",
    "above",
    "it",
];

/// The option that the message names: by its label, another word for it, its place, or all of them.
fn choose(seen: &Seen<'_>, wanted: &Wanted) -> Option<Found> {
    let options = &wanted.options;
    let text = seen.text;
    if options.is_empty() {
        return None;
    }
    if wanted.asked {
        if wanted.many && ALL.iter().any(|word| bare(text).contains(word)) {
            let all = options.iter().map(|option| option.value.clone()).collect();
            return Some(Found { value: Value::Array(all), start: 0, end: text.len(), score: 0.9 });
        }
        if let Some(place) = place(seen, options.len()) {
            return Some(Found { value: options[place].value.clone(), start: 0, end: text.len(), score: 0.9 });
        }
    }
    let said = bare(text);
    let mut named: Vec<(&AskedOption, usize)> =
        options.iter().filter_map(|option| Some((option, names(&said, option, wanted.asked)?))).collect();
    named.sort_by_key(|(_, length)| std::cmp::Reverse(*length));
    if wanted.many && named.len() > 1 {
        let values = named.iter().map(|(option, _)| option.value.clone()).collect();
        return Some(Found { value: Value::Array(values), start: 0, end: text.len(), score: 0.9 });
    }
    let (option, length) = match named.as_slice() {
        [] if wanted.asked => {
            let meant = answered(text, options).or_else(|| nearest(&said, options));
            let found =
                |option: &AskedOption| Found { value: option.value.clone(), start: 0, end: text.len(), score: 0.7 };
            return meant.map(found);
        }
        [] => return None,
        [only] => *only,
        // Of two that are named equally well, neither.
        [(_, first), (_, second), ..] if first == second => return None,
        [first, ..] => *first,
    };
    let (start, end) = span(text, option).unwrap_or((0, text.len()));
    let score = if length >= 4 { 0.95 } else { 0.85 };
    Some(Found { value: option.value.clone(), start, end, score })
}

const ALL: [&str; 10] = ["全部", "都退", "都要", "所有", "全都", "都换", "allofthem", "everything", "both", "allitems"];

/// How many characters of the message name the option; `None` when it does not.
fn names(said: &str, option: &AskedOption, asked: bool) -> Option<usize> {
    let words = std::iter::once(&option.label).chain(&option.also);
    words
        .filter_map(|word| {
            let word = bare(word);
            let length = word.chars().count();
            let shortest = if word.is_ascii() { 3 } else { 2 };
            // A part of the label is enough where it was asked for: “the kettle”.
            let is_part = asked && said.chars().count() >= shortest && word.contains(said);
            let contains = length >= if asked { 1 } else { shortest } && said.contains(&word);
            (contains || is_part).then_some(if contains { length } else { said.chars().count() })
        })
        .max()
}

/// The option that a yes or a no means, where one of two is a no: “Apply now”, “No, thanks”.
fn answered<'o>(text: &str, options: &'o [AskedOption]) -> Option<&'o AskedOption> {
    let [first, second] = options else { return None };
    let says_no = |option: &AskedOption| {
        let mut words = std::iter::once(&option.label).chain(&option.also);
        words.any(|words| yingda_entity::answer(words) == Some(Answer::No))
    };
    let (yes, no) = match (says_no(first), says_no(second)) {
        (false, true) => (first, second),
        (true, false) => (second, first),
        _ => return None,
    };
    match yingda_entity::answer(text)? {
        Answer::Yes => Some(yes),
        Answer::No => Some(no),
        Answer::Unknown => None,
    }
}

/// The option that shares most of its characters with what was said, if it stands out.
fn nearest<'o>(said: &str, options: &'o [AskedOption]) -> Option<&'o AskedOption> {
    let pairs = |text: &str| -> Vec<(char, char)> {
        let chars: Vec<char> = text.chars().collect();
        chars.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let own = pairs(said);
    if own.len() < 2 {
        return None;
    }
    let shared = |option: &AskedOption| {
        let words = std::iter::once(&option.label).chain(&option.also);
        let best = words.map(|word| {
            let of = pairs(&bare(word));
            let common = own.iter().filter(|pair| of.contains(pair)).count();
            2.0 * common as f32 / (own.len() + of.len()).max(1) as f32
        });
        best.fold(0.0, f32::max)
    };
    let mut ranked: Vec<(&AskedOption, f32)> = options.iter().map(|option| (option, shared(option))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    match ranked.as_slice() {
        [(option, best), rest @ ..] if *best >= 0.45 && rest.first().is_none_or(|(_, next)| best - next >= 0.15) => {
            Some(option)
        }
        _ => None,
    }
}

/// Where an option stands in the message, word for word.
fn span(text: &str, option: &AskedOption) -> Option<(usize, usize)> {
    let words = std::iter::once(&option.label).chain(&option.also);
    words.filter_map(|word| text.find(word.as_str()).map(|start| (start, start + word.len()))).next()
}

/// The place, from 0, that the message names among `count`: the second, 第二个, 2.
pub(super) fn place(seen: &Seen<'_>, count: usize) -> Option<usize> {
    if count == 0 {
        return None;
    }
    let short = bare(seen.text);
    if let Ok(number) = short.parse::<usize>()
        && short.len() <= 2
    {
        return number.checked_sub(1).filter(|place| *place < count);
    }
    seen.entities().iter().find_map(|entity| match (&entity.kind, &entity.value) {
        (Kind::Ordinal, Meaning::Ordinal { from, position }) => {
            let position = usize::try_from(*position).ok()?;
            match from {
                Side::Start => position.checked_sub(1),
                Side::End => count.checked_sub(position),
                Side::Before | Side::After => None,
            }
            .filter(|place| *place < count)
        }
        _ => None,
    })
}
