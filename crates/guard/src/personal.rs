//! Personal data of others.

use std::sync::LazyLock;

use regex::Regex;
use yingda_entity::Kind;
use yingda_entity::pii::find_personal;

use crate::fact::{Value, scan};
use crate::folded::Folded;
use crate::ground::Ground;
use crate::negation;
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::saying::{Evidence, Origin, Rule};

/// Kinds whose written form hardly means anything else.
const SURE: [Kind; 9] = [
    Kind::Phone,
    Kind::Email,
    Kind::IdCard,
    Kind::BankCard,
    Kind::Iban,
    Kind::Ssn,
    Kind::Passport,
    Kind::DriverLicence,
    Kind::DateOfBirth,
];
/// Kinds that nobody is told, not even when a tool's result holds them, but the one they belong to.
const SEALED: [Kind; 7] =
    [Kind::IdCard, Kind::BankCard, Kind::Iban, Kind::Ssn, Kind::Passport, Kind::DriverLicence, Kind::Password];

/// Asking for what nobody should tell: passwords, and codes that are good once.
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:提供|告诉|告知|发(?:给|送|来)?|说(?:一下)?|报(?:一下)?|输入|回复|填写|索要).{0,12}?(密码|口令|验证码|校验码|动态码|cvv2?|安全码)|\b(?:tell|give|send|provide|share|enter|confirm|need|type|reply with)\b.{0,30}?\b(passwords?|passcode|pin|one-time (?:password|code)|otp|cvv|cvc|security code|verification code)\b",
    )
});

/// Checks that a sentence asks for no secret. A code that is good once may be asked for where the evidence speaks of it.
pub(crate) fn asks(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    let text = &piece.folded.text;
    let denied = negation::scopes(text);
    for found in ASKED.captures_iter(text) {
        let (Some(whole), Some(secret)) = (found.get(0), found.get(1).or(found.get(2))) else { continue };
        let is_denied = denied.iter().any(|scope| scope.start <= whole.start() && whole.start() < scope.end);
        let once = ["验证码", "校验码", "动态码", "one-time", "otp", "verification"]
            .iter()
            .any(|word| secret.as_str().starts_with(word));
        let spoken_of = once
            && ground.lines.iter().any(|line| {
                let scopes = negation::scopes(&line.whole.text);
                line.whole
                    .text
                    .match_indices(secret.as_str())
                    .any(|(at, _)| !scopes.iter().any(|scope| scope.start <= at && at < scope.end))
            });
        if !is_denied && !spoken_of {
            broken.push(Broken::new(
                Rule::Personal,
                whole.range(),
                "向客户索要密码或验证码",
                "asks the customer for a secret",
            ));
        }
    }
}

/// What may be said, without spaces and marks.
#[derive(Debug, Default)]
pub(crate) struct Known {
    own: String,
    /// With tools' results.
    all: String,
}

impl Known {
    pub fn new(evidence: &Evidence, public: &[String]) -> Self {
        let mut own = String::new();
        let texts =
            evidence.own.iter().chain(&evidence.said).chain(&evidence.passages).chain(&evidence.facts).chain(public);
        for text in texts {
            own.push_str(&bare(text));
            own.push('\n');
        }
        evidence.slots.values().for_each(|value| collect(value, &mut own));
        let mut all = own.clone();
        evidence.results.iter().for_each(|value| collect_result("", value, &mut all));
        Self { own, all }
    }
}

fn collect(value: &serde_json::Value, into: &mut String) {
    match value {
        serde_json::Value::String(text) => into.push_str(&bare(text)),
        serde_json::Value::Number(number) => into.push_str(&number.to_string()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| collect(field, into)),
        _ => {}
    }
    into.push('\n');
}

/// Words of results' fields that say whose telephone or e-mail a value is: the company's.
const COMPANY: [&str; 20] = [
    "shop",
    "store",
    "branch",
    "office",
    "company",
    "service",
    "support",
    "hotline",
    "desk",
    "hotel",
    "clinic",
    "station",
    "restaurant",
    "merchant",
    "point",
    "客服",
    "门店",
    "商家",
    "热线",
    "网点",
];
/// Ends of names of fields whose digits are numbers of things.
const NUMBERS: [&str; 14] = [
    "no",
    "number",
    "id",
    "code",
    "order",
    "waybill",
    "tracking",
    "parcel",
    "invoice",
    "ticket",
    "booking",
    "reference",
    "单号",
    "编号",
];

/// Adds what a result holds, without the telephones and mail addresses of people: a courier's, another customer's.
fn collect_result(path: &str, value: &serde_json::Value, into: &mut String) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_result(path, item, into)),
        serde_json::Value::Object(fields) => {
            for (key, field) in fields {
                collect_result(&format!("{path} {}", key.to_lowercase()), field, into);
            }
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) => {}
        value => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let last = path.rsplit(['_', '-', ' ', '.']).next().unwrap_or_default();
            let is_open = COMPANY.iter().any(|word| path.contains(word)) || NUMBERS.contains(&last);
            let mut rest = text.as_str();
            let mut kept = String::new();
            if !is_open {
                let mut at = 0;
                for found in find_personal(&text) {
                    if matches!(found.kind, Kind::Phone | Kind::Email) && at <= found.start {
                        kept.push_str(&text[at..found.start]);
                        at = found.end;
                    }
                }
                rest = &text[at..];
            }
            kept.push_str(rest);
            into.push_str(&bare(&kept));
            into.push('\n');
        }
    }
}

/// Whether an address is no person's home: a mere number of a room, or every number and name of it stands in what
/// may be said.
fn is_told(address: &str, place: &str) -> bool {
    const GENERAL: [&str; 26] = [
        "the",
        "room",
        "building",
        "floor",
        "unit",
        "flat",
        "suite",
        "apartment",
        "apt",
        "no",
        "at",
        "on",
        "in",
        "of",
        "gate",
        "号",
        "室",
        "楼",
        "栋",
        "层",
        "单元",
        "房间",
        "号楼",
        "座",
        "幢",
        "号房",
    ];
    let folded = Folded::new(address).text;
    let mut runs: Vec<String> = Vec::new();
    let class = |c: char| (c.is_ascii_digit(), c.is_alphabetic());
    let mut before = (false, false);
    for c in folded.chars() {
        if class(c) == (false, false) {
            before = (false, false);
            continue;
        }
        match runs.last_mut() {
            Some(run) if before == class(c) => run.push(c),
            _ => runs.push(c.to_string()),
        }
        before = class(c);
    }
    let general = |run: &String| GENERAL.contains(&run.as_str());
    let number = |run: &String| run.bytes().all(|b| b.is_ascii_digit());
    runs.iter().all(|run| general(run) || number(run))
        || runs.iter().all(|run| general(run) || place.contains(run.as_str()))
}

/// Letters and digits only, in one spelling.
fn bare(text: &str) -> String {
    Folded::new(text).text.chars().filter(|c| c.is_alphanumeric() || *c == '@').collect()
}

/// Whether a text can hold personal data of the sure kinds at all: cheap.
pub(crate) fn may_hold(text: &str) -> bool {
    text.contains(['@', '＠']) || text.chars().filter(|c| c.is_numeric()).count() >= 6
}

/// Checks one sentence of `text`.
pub(crate) fn check(piece: &Piece, text: &str, origin: Origin, known: &Known, broken: &mut Vec<Broken>) {
    let sentence = &text[piece.span.clone()];
    for personal in find_personal(sentence) {
        let sure = SURE.contains(&personal.kind);
        let guessed =
            matches!(personal.kind, Kind::Address | Kind::Plate | Kind::Account | Kind::Password | Kind::OneTimeCode);
        if !(sure || guessed && origin == Origin::Model && personal.confidence >= 0.7) {
            continue;
        }
        // An amount and the date after it are no telephone number.
        if sentence[..personal.start].ends_with(['¥', '￥', '$', '€', '£']) {
            continue;
        }
        // Flight SK 318 leaves Lisbon: no paper's number has words in it.
        let paper =
            !matches!(personal.kind, Kind::Address | Kind::Phone | Kind::Email | Kind::Password | Kind::DateOfBirth);
        let worded = |word: &str| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase());
        if paper && sentence[personal.start..personal.end].split_whitespace().any(worded) {
            continue;
        }
        let words = bare(&sentence[personal.start..personal.end]);
        let words = words.trim_start_matches("86");
        // The number of a parcel may look like that of a passport or an account: what the company's own tools gave to fill a template is it.
        let filled_in =
            origin != Origin::Model && matches!(personal.kind, Kind::Passport | Kind::DriverLicence | Kind::Iban);
        let place = if SEALED.contains(&personal.kind) && !filled_in { &known.own } else { &known.all };
        let is_place = personal.kind == Kind::Address && is_told(&sentence[personal.start..personal.end], place);
        // The 28th of November is a day, whatever stands before it.
        let folded = Folded::new(&sentence[personal.start..personal.end]).text;
        let is_date = guessed
            && scan(&folded)
                .iter()
                .any(|fact| matches!(fact.value, Value::Date { .. }) && (fact.span.len() + 4) >= folded.trim().len());
        let digits: String = words.chars().filter(char::is_ascii_digit).collect();
        let is_tail = matches!(personal.kind, Kind::Account | Kind::BankCard)
            && (3..=6).contains(&digits.len())
            && place.contains(&digits);
        if words.is_empty() || place.contains(words) || is_place || is_date || is_tail {
            continue;
        }
        let fold = |at: usize| {
            let found = piece
                .folded
                .text
                .char_indices()
                .find(|(from, _)| piece.original(*from..*from).start >= piece.span.start + at);
            found.map_or(piece.folded.text.len(), |(from, _)| from)
        };
        let (zh, en) =
            ("不是客户自己的、也未公开的个人信息", "personal data that is neither the customer's own nor published");
        broken.push(Broken::new(Rule::Personal, fold(personal.start)..fold(personal.end), zh, en));
    }
}
