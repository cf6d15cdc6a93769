//! Instructions in prose, read into a script: wishes in order, and what to do when.

use serde::Serialize;

use super::identity::{self, Identity};
use super::speech::{first_person, sentences};
use crate::Instructions;
use crate::pattern::{found, pattern};

/// What a customer will say, and when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// Who the customer is.
    pub identity: Identity,
    /// What for, in order.
    pub wishes: Vec<Wish>,
    /// Order numbers to give one after the other, when they are asked for.
    pub order_numbers: Vec<String>,
    /// Why orders are cancelled: one of the two reasons the shop knows.
    pub reason: String,
    /// How to pay or be refunded, where nothing was said with a wish.
    pub payment: Option<String>,
}

/// Something the customer wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Which kind.
    pub kind: WishKind,
    /// How the customer says it.
    pub text: String,
    /// How to pay or be refunded: `PayPal`.
    pub payment: Option<String>,
    /// What to say when something happens.
    pub cases: Vec<Case>,
    /// Wished only if the price just heard is so.
    pub only_if: Option<Bound>,
}

/// A bound for a price that the assistant tells, in dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// Less than this.
    Under(f64),
    /// At least this.
    AtLeast(f64),
}

/// Kinds of wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WishKind {
    /// Other items instead of those ordered or received.
    Change,
    /// Items sent back.
    Return,
    /// Orders given up.
    Cancel,
    /// Both, whatever an order allows.
    CancelOrReturn,
    /// Another address.
    Address,
    /// Another way to pay.
    Payment,
    /// To know something.
    Information,
    /// A person.
    Person,
    /// Anything else.
    Other,
}

/// What to say when something happens, once.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// When.
    pub when: When,
    /// What, in the first person.
    pub say: String,
}

/// When a case comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The assistant asks whether to go ahead.
    AskedToConfirm,
    /// The assistant asks how to pay.
    AskedForPayment,
    /// The assistant asks which thing is meant.
    AskedWhich,
    /// The assistant says that it cannot be done, or that there is none.
    Refused,
}

/// Reads the instructions.
pub(super) fn read(instructions: &Instructions) -> Script {
    let prose = format!("{}\n{}", instructions.reason_for_call, instructions.task_instructions);
    let manner = sentences(&instructions.task_instructions);
    let mut script = Script { identity: identity::read(instructions), reason: reason(&prose), ..Script::default() };
    let mut lead = String::new();
    for sentence in sentences(&prose).iter().flat_map(|sentence| asides(sentence)) {
        if manner.contains(&sentence) && !wish_verb(&sentence) && !found_any(&sentence, &["if ", "when "]) {
            continue;
        }
        for part in at_conditions(&sentence) {
            read_part(&part, &mut lead, &mut script);
        }
    }
    if let Some(wish) = script.wishes.last_mut().filter(|_| !lead.is_empty()) {
        wish.text = format!("{} {}", wish.text, lead.trim());
    }
    script.order_numbers = order_numbers(&prose);
    script
}

fn reason(prose: &str) -> String {
    let mistake = found(r"(?i)order(ed)? .{0,30}by mistake|mistake", prose)
        && !found(r"(?i)common mistake|made a mistake", prose);
    if mistake { "ordered by mistake" } else { "no longer needed" }.to_owned()
}

/// Numbers to be given when the order number is asked for.
fn order_numbers(prose: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    for sentence in sentences(prose) {
        let lower = sentence.to_lowercase();
        if !(lower.contains("order id") || lower.contains("double check") || lower.contains("you forgot the '")) {
            continue;
        }
        let Some(number) = pattern(r"\b\d{7}\b") else { continue };
        numbers.extend(number.find_iter(&sentence).map(|found| found.as_str().to_owned()));
        // `you forgot the 'W' at the beginning` of the number given last.
        let forgot = pattern(r"forgot the '([^']+)' at the (?:beginning|start)");
        if let Some(start) = forgot.as_ref().and_then(|forgot| forgot.captures(&sentence))
            && let Some(last) = numbers.last().map(|last| format!("{}{last}", &start[1]))
        {
            numbers.push(last);
        }
    }
    numbers
}

/// A sentence without what must not be told; a condition in parentheses becomes a sentence of its own.
fn asides(sentence: &str) -> Vec<String> {
    if found(r"(?i)\(do not (?:share|tell|reveal) th", sentence) {
        return Vec::new();
    }
    let Some(aside) = pattern(r"\s*\(([^()]*)\)") else { return vec![sentence.to_owned()] };
    let mut extra = Vec::new();
    let main = aside.replace_all(sentence, |found: &regex::Captures<'_>| {
        let inner = &found[1];
        if found_any(inner, &["reveal", "share", "want to mention", "want to try"]) {
            String::new()
        } else if let Some((_, condition)) = inner.split_once("if ") {
            extra.push(format!("If {condition}"));
            String::new()
        } else {
            found[0].to_owned()
        }
    });
    std::iter::once(main.into_owned()).chain(extra).collect()
}

fn found_any(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

/// Splits `…, but if the agent asks …` off.
fn at_conditions(sentence: &str) -> Vec<String> {
    let Some(split) = pattern(r"(?i)(?:,|;|—)\s*(?:but |and )?((?:if|when) (?:the agent|it|that|they|this|asked))")
    else {
        return vec![sentence.to_owned()];
    };
    match split.captures(sentence) {
        Some(at) => {
            let whole = at.get(0).map_or(0, |it| it.start());
            let start = at.get(1).map_or(0, |it| it.start());
            vec![sentence[..whole].to_owned(), sentence[start..].to_owned()]
        }
        None => vec![sentence.to_owned()],
    }
}

fn read_part(part: &str, lead: &mut String, script: &mut Script) {
    if found(r"(?i)^(?:and |but |also,? |then )?(?:if|when|in case)\b", part) {
        if let Some((condition, consequence)) = halves(part) {
            condition_of(&condition, &consequence, script);
        }
        return;
    }
    if silent(part) {
        return;
    }
    for clause in clauses(part) {
        clause_of(&clause, lead, script);
    }
}

/// What is about how to behave, not about what is wanted.
fn silent(part: &str) -> bool {
    found(
        r"(?i)^(?:make sure|be (?:polite|insistent)|do not|don't|it is urgent|try to|you (?:do not|don't) (?:want|remember)|you like to|you know|your (?:approach|goal)|mention )",
        part,
    ) && !wish_verb(part)
        || found(
            r"(?i)^(?:make sure you (?:briefly )?mention|make sure to mention|mention the two|your goal|you (?:do not|don't|never) want to|do not end)",
            part,
        )
}

fn wish_verb(text: &str) -> bool {
    kind(text) != WishKind::Other
}

/// The condition and what follows from it.
fn halves(part: &str) -> Option<(String, String)> {
    let comma = outside_braces(part, ", ").or_else(|| outside_braces(part, " then "));
    let at = comma.or_else(|| pattern(r" (?:say|just|you want) ")?.find(part).map(|it| it.start()))?;
    let (condition, rest) = part.split_at(at);
    // `If there is no keyboard that is clicky, RGB backlight, full size, you'd go …`: the last comma before the customer.
    let customer = pattern(
        r", (?:then |also )?(?:you|just|do not|no |say|mention|tell|ask|only|proceed|cancel|get|using|return|choose|provide)",
    );
    if let Some(found) = customer.and_then(|customer| customer.find(part)) {
        return Some((part[..found.start()].to_owned(), part[found.start() + 2..].to_owned()));
    }
    Some((condition.to_owned(), rest.trim_start_matches([',', ' ']).to_owned()))
}

fn outside_braces(text: &str, wanted: &str) -> Option<usize> {
    text.match_indices(wanted).map(|(at, _)| at).find(|&at| {
        let before = &text[..at];
        before.matches(['{', '(']).count() == before.matches(['}', ')']).count()
    })
}

fn condition_of(condition: &str, consequence: &str, script: &mut Script) {
    let lower = condition.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let consequence = tidy(consequence);
    if any(&["reason", "order id", "double check", "zip"]) || found_any(&consequence, &["you forgot the '"]) {
        return; // read elsewhere: they are facts, not wishes
    }
    if let Some(bound) = bound(&lower).or_else(|| otherwise(&lower, script)) {
        let before = script.wishes.len();
        for clause in clauses(&consequence) {
            clause_of(&clause, &mut String::new(), script);
        }
        for wish in &mut script.wishes[before..] {
            wish.only_if = Some(bound);
        }
        return;
    }
    let when = if any(&["payment method"]) && any(&["ask"]) {
        When::AskedForPayment
    } else if any(&["confirm"]) && !any(&["has confirmed"]) {
        When::AskedToConfirm
    } else if any(&["which"]) {
        When::AskedWhich
    } else if any(&["multiple", "several", "both are available", "both available", "no exact item"]) {
        if let Some(wish) = script.wishes.last_mut() {
            wish.text = format!("{} {}", wish.text, first_person(&format!("{condition}, {consequence}")));
        }
        return;
    } else if any(&["not", "n't", "no ", "cannot", "unable", "issue", "fail", "only do one", "require", "refuse"]) {
        When::Refused
    } else if any(&["same item is available"]) {
        return;
    } else {
        // What follows from something that may well be so is simply wished.
        if !found_any(&consequence, &["confirm and ask"]) {
            for clause in clauses(&consequence) {
                clause_of(&clause, &mut String::new(), script);
            }
        }
        return;
    };
    // `… initially, but when the agent asks you to confirm …` holds two cases.
    let Some(wish) = script.wishes.last_mut() else { return };
    wish.cases.push(Case { when, say: first_person(&consequence) });
}

/// `it is less than 200 bucks`.
fn bound(condition: &str) -> Option<Bound> {
    let pattern =
        pattern(r"(less|cheaper|lower|under|below|more|greater|higher|over|above)(?: than)? \$?(\d+(?:\.\d+)?)")?;
    let found = pattern.captures(condition)?;
    let limit = found[2].parse().ok()?;
    Some(match &found[1] {
        "less" | "cheaper" | "lower" | "under" | "below" => Bound::Under(limit),
        _ => Bound::AtLeast(limit),
    })
}

/// `If not`, after a wish with a bound.
fn otherwise(condition: &str, script: &Script) -> Option<Bound> {
    let last = script.wishes.last()?.only_if?;
    matches!(condition.trim(), "if not" | "if it is not" | "if it isn't").then_some(match last {
        Bound::Under(limit) => Bound::AtLeast(limit),
        Bound::AtLeast(limit) => Bound::Under(limit),
    })
}

/// A consequence without its stage directions.
fn tidy(consequence: &str) -> String {
    let steps = [
        r"(?i)^(?:then |so |and |also |you can |just )+",
        r"(?i)^(?:you )?(?:say|mention|tell them|tell the agent|tell it|ask the agent) that ",
        r"(?i)^(?:you )?(?:say|mention) ",
        r"(?i)^tell (?:the agent|it|them) (?:to )?",
        r"(?i)^ask the agent to ",
        r"(?i)^do not say yes immediately, because ",
        r"(?i)^you (?:become|are|would be) angry and (?:swear for a few times, then )?",
        r"(?i)^you (?:add another request and |change your mind and |change your mind to |regret and )",
    ];
    let mut text = consequence.trim().to_owned();
    for step in steps {
        if let Some(step) = pattern(step) {
            text = step.replace(&text, "").into_owned();
        }
    }
    text
}

/// The clauses of a sentence that each say a wish.
fn clauses(part: &str) -> Vec<String> {
    let Some(joint) = pattern(
        r"(?i)(?:,\s*(?:and\s+|but\s+)?|\s+and\s+|\s+but\s+|;\s*)(?:then\s+|also\s+|lastly,?\s+|finally,?\s+|potentially\s+|as well as\s+)*(?:(?:you|your|you'd)\s+)?(?:also\s+)?(?:would like to\s+)?\b(?:exchange|return|cancel|modify|change|know|check|adjust|upgrade|swap|refund|get the tracking|wish to|want to|need to|correct)\b",
    ) else {
        return vec![part.to_owned()];
    };
    let mut clauses = Vec::new();
    let mut from = 0;
    for joint in joint.find_iter(part) {
        if outside(part, joint.start()) {
            clauses.push(part[from..joint.start()].to_owned());
            from = joint.start();
        }
    }
    clauses.push(part[from..].to_owned());
    clauses.into_iter().map(|clause| strip_joint(&clause)).filter(|clause| !clause.is_empty()).collect()
}

fn outside(text: &str, at: usize) -> bool {
    let before = &text[..at];
    before.matches(['{', '(']).count() == before.matches(['}', ')']).count()
}

fn strip_joint(clause: &str) -> String {
    let Some(joint) = pattern(r"(?i)^(?:,|;|and\b|but\b|then\b|also\b|lastly\b|finally\b|potentially\b|\s)+") else {
        return clause.to_owned();
    };
    joint.replace(clause.trim(), "").trim().to_owned()
}

fn clause_of(clause: &str, lead: &mut String, script: &mut Script) {
    let kind = kind(clause);
    let payment = payment(clause);
    if kind == WishKind::Other {
        if let Some(payment) = payment {
            match script.wishes.last_mut() {
                Some(wish) if wish.payment.is_none() => wish.payment = Some(payment.clone()),
                _ => {}
            }
            script.payment = script.payment.take().or(Some(payment));
        } else if let Some(wish) = script.wishes.last_mut().filter(|_| {
            !found(r"(?i)^for the ", clause)
                && found(r"(?i)prefer|like the|it is|it has|same|only care|care about|keep|color|size|because", clause)
        }) {
            wish.text = format!("{} {}", wish.text, first_person(clause));
        } else {
            *lead = format!("{lead}{} ", first_person(clause));
        }
        return;
    }
    let starts_with_person =
        found(r"(?i)^(?:you|for |your|the |any |ask |tell |due |make |first|as |once |jigsaw)", clause);
    let to = if found(r"(?i)^(?:want|wish|need|would)", clause) { "You " } else { "You want to " };
    let said = first_person(&if starts_with_person { clause.to_owned() } else { format!("{to}{clause}") });
    let text = format!("{}{said}", std::mem::take(lead));
    script.wishes.push(Wish { kind, text, payment, cases: Vec::new(), only_if: None });
}

/// What kind of wish a clause is.
pub(super) fn kind(clause: &str) -> WishKind {
    let lower = clause.to_lowercase();
    let has = |text: &'static str| found(text, &lower);
    if has(r"human|representative|real person|transfer me") {
        return WishKind::Person;
    }
    if has(r"\bundo\b") {
        return WishKind::Other;
    }
    let asks = has(
        r"^(?:you )?(?:also |really |just |would like to |finally |lastly )*(?:want to |wish to |need to |would like to )?(?:also )?(?:know|check|ask|inquire|find out|confirm|wonder|get the tracking|see)\b",
    ) && !has(
        r"ask for a new|wonder if you can|help (?:exchange|return|refund|you)|and (?:modify|potentially correct)",
    );
    if asks {
        return WishKind::Information;
    }
    if has(r"\bcancel\w* or return|return\w* or cancel") {
        return WishKind::CancelOrReturn;
    }
    if has(r"\b(?:change|modify|correct|update|switch|edit)\b.*address|address.*\b(?:be changed|correct)\b") {
        return WishKind::Address;
    }
    if has(r"split the payment|(?:change|modify) .*payment") {
        return WishKind::Payment;
    }
    let first = |text: &'static str| pattern(text).and_then(|it| it.find(&lower).map(|found| found.start()));
    let kinds = [
        (WishKind::Cancel, first(r"\bcancel(?:l?ed)?\b|\bcancelling\b|\bremove\b|no longer need ")),
        (WishKind::Return, first(r"\breturn\b|\breturning\b|\brefund (?:or|the|it)\b|\breturned\b")),
        (
            WishKind::Change,
            first(
                r"\bexchange\w*|\bmodify\b|\badjust\b|\bupgrade\b|\bswap\b|\breplace\b|\bswitch (?:all|the|it|your)|\bchange (?:the|your|my|it|all|its|an?|to|item)\b|\bask for a new\b",
            ),
        ),
    ];
    let found = kinds.iter().filter_map(|(kind, at)| at.map(|at| (at, *kind))).min_by_key(|(at, _)| *at);
    found.map_or(WishKind::Other, |(_, kind)| kind)
}

/// The way to pay that a text names.
pub(super) fn payment(text: &str) -> Option<String> {
    const WAYS: [(&str, &str); 10] = [
        (r"paypal", "PayPal"),
        (r"gift ?card|\bgc\b", "gift card"),
        (r"amex|american express", "amex credit card"),
        (r"visa", "visa card"),
        (r"mastercard", "mastercard"),
        (r"other card", "other card"),
        (r"another card", "other card"),
        (r"credit card", "credit card"),
        (r"original (?:payment|method)|same method", "original payment method"),
        (r"original form of payment", "original payment method"),
    ];
    let lower = text.to_lowercase();
    let first = |text: &'static str| pattern(text).and_then(|it| it.find(&lower).map(|found| found.start()));
    let named = WAYS.iter().filter_map(|(pattern, way)| Some((first(pattern)?, *way)));
    named.min_by_key(|(at, _)| *at).map(|(_, way)| way.to_owned())
}
