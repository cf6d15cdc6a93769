//! Whether what a model wrote rests on the evidence: facts, statements, and which way round they are.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::fact::Fact;
use crate::ground::{Ground, Line, Source};
use crate::neutral::{is_empathy, is_question, is_unknowing};
use crate::piece::{Broken, Piece};
use crate::saying::{Lang, Rule};
use crate::segment::{self, Segment, closeness, is_displaced, is_free, is_supposed, is_turned, segments};
use crate::unit::Unit;

/// Checks the facts of a sentence.
pub(crate) fn facts(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    let here = segments(&piece.folded.text);
    for clause in &piece.clauses {
        for fact in &clause.unit.facts {
            if fact.is_trivial() {
                continue;
            }
            let mut stating = ground.stating(fact).peekable();
            let span = clause.at + fact.span.start..clause.at + fact.span.end;
            if stating.peek().is_none() {
                broken.push(Broken::new(
                    Rule::Number,
                    span,
                    "依据里没有这个数字、日期、金额或编号",
                    "no evidence states this number, date, amount or code",
                ));
            } else if stating.all(|line| line.source == Source::Text)
                && displaced(fact, &span, &here, clause.unit(), ground)
            {
                broken.push(Broken::new(
                    Rule::Number,
                    span,
                    "依据里这个数字说的是另一件事",
                    "the evidence states this number about something else",
                ));
            }
        }
    }
}

/// Whether the clause speaks clearly of what another clause of the evidence says with another number.
fn displaced(fact: &Fact, span: &Range<usize>, here: &[Segment], clause: &Unit, ground: &Ground) -> bool {
    let own = here.iter().find(|segment| segment.facts.iter().any(|other| other.span == *span));
    if own.is_some_and(|segment| is_displaced(fact, segment, &ground.segments)) {
        return true;
    }
    let keys: HashSet<&str> = clause.words.iter().map(|word| word.key.as_str()).collect();
    let shared = |unit: &Unit| {
        let own: HashSet<&str> = unit.words.iter().map(|word| word.key.as_str()).collect();
        keys.intersection(&own).count()
    };
    let (mut with, mut rival) = (0, 0);
    for line in ground.lines.iter().filter(|line| line.source == Source::Text) {
        if line.whole.facts.iter().any(|other| fact.agrees(other)) {
            with = with.max(shared(&line.whole));
        }
        for unit in units(line) {
            let like = unit.facts.iter().any(|other| fact.is_like(other));
            if like && !unit.facts.iter().any(|other| fact.agrees(other)) {
                rival = rival.max(shared(unit));
            }
        }
    }
    rival >= 3 && rival >= with + 2
}

fn units(line: &Line) -> impl Iterator<Item = &Unit> {
    line.clauses.iter().chain(line.clauses.is_empty().then_some(&line.whole))
}

/// Checks that a sentence speaks of what the evidence speaks of. `least` is the share of its words that must be
/// found there, 0 to 1.
pub(crate) fn claims(piece: &Piece, ground: &Ground, lang: Lang, least: f32, broken: &mut Vec<Broken>) {
    let comparable = match lang {
        Lang::Zh => ground.chinese || !ground.english,
        Lang::En => ground.english || !ground.chinese,
    };
    if !comparable || is_question(&piece.folded.text) || is_unknowing(&piece.folded.text) {
        return;
    }
    for clause in &piece.clauses {
        if is_empathy(&clause.unit.text) {
            continue;
        }
        let (mut total, mut new) = (0.0, 0.0);
        let mut span: Option<Range<usize>> = None;
        for word in clause.unit.words.iter().filter(|word| !word.light) {
            let weight = weight(&word.text);
            total += weight;
            let missing = 1.0 - known(&word.text, &word.key, ground);
            new += weight * missing;
            if missing > 0.5 {
                let at = clause.at + word.span.start..clause.at + word.span.end;
                span = Some(span.map_or(at.clone(), |before| before.start..at.end));
            }
        }
        if new >= 1.6 && new / total > 1.0 - least {
            let span = span.unwrap_or(clause.at..clause.at + clause.unit.text.len());
            broken.push(Broken::new(Rule::Claim, span, "依据里没有这个说法", "nothing in the evidence says this"));
        }
    }
}

/// One Chinese character says less than a word.
fn weight(word: &str) -> f32 {
    if word.chars().nth(1).is_none() { 0.4 } else { 1.0 }
}

/// How far the evidence knows the word: 0 to 1.
fn known(word: &str, key: &str, ground: &Ground) -> f32 {
    if ground.keys.contains(key) || ground.text.contains(word) {
        return 1.0;
    }
    let han = word.chars().all(yingda_language::is_han);
    if han {
        // 补卡 where the evidence has 补办: half of it is known.
        let count = word.chars().count() as f32;
        let here = word.chars().filter(|c| ground.text.contains(*c)).count() as f32;
        return if here == count { 0.7 } else { 0.6 * here / count };
    }
    let stem = word.char_indices().nth(5).map(|(at, _)| &word[..at]);
    if stem.is_some_and(|stem| ground.text.contains(stem)) { 1.0 } else { 0.0 }
}

/// Checks that a sentence does not say the opposite of the evidence.
pub(crate) fn contradictions(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    if is_question(&piece.folded.text) || is_unknowing(&piece.folded.text) {
        return;
    }
    let sentence = piece.whole.keys();
    for clause in &piece.clauses {
        let keys = clause.unit.keys();
        if clause.unit.words.is_empty() {
            continue;
        }
        let claim = Claim { unit: &clause.unit, keys: &keys, sentence: &sentence };
        let opposite = ground.lines.iter().filter(|line| line.source != Source::Customer).any(|line| {
            let all = std::iter::once(&line.whole).chain(&line.clauses);
            all.into_iter().any(|unit| opposes(&claim, unit, line, ground))
        });
        let text = &clause.unit.text;
        let statement = segment::clause(text);
        let (same, other) = closeness(&statement, &ground.statements);
        let backed = is_supposed(text)
            || is_free(text) && !crate::negation::scopes(text).is_empty()
            || same >= 0.75 && same > other
            || stated_alike(&statement, &ground.statements);
        let polar = !is_supposed(text)
            && !text.contains('请')
            && !text.contains("please")
            && !is_empathy(text)
            && !ground.lines.iter().any(|line| {
                line.source == Source::Result
                    && clause.unit.words.iter().any(|word| !word.light && line.whole.ways(&word.key) != (false, false))
            });
        let turned = opposite && !backed || polar && is_turned(&statement, &ground.statements);
        if turned || party_swapped(&clause.unit, ground) {
            let span = clause.at..clause.at + clause.unit.text.trim_end().len();
            broken.push(Broken::new(Rule::Contradiction, span, "与依据的说法相反", "the evidence says the opposite"));
        }
    }
}

/// Whether a clause of the evidence goes the same way with the same number and speaks of the same.
fn stated_alike(here: &Segment, ground: &[Segment]) -> bool {
    ground.iter().any(|segment| {
        segment.denied == here.denied
            && here.facts.iter().any(|fact| !fact.weak && segment.facts.iter().any(|other| fact.agrees(other)))
            && !here.marks.is_disjoint(&segment.marks)
    })
}

/// A clause of the sentence that is checked.
struct Claim<'a> {
    unit: &'a Unit,
    keys: &'a HashSet<String>,
    /// What its sentence speaks of.
    sentence: &'a HashSet<String>,
}

/// Whether `unit` of `line` denies what the clause says or the other way round, and nothing else in the evidence
/// speaks for the clause as closely.
fn opposes(claim: &Claim, unit: &Unit, line: &Line, ground: &Ground) -> bool {
    let theirs = unit.keys();
    let shared: HashSet<&String> = claim.keys.intersection(&theirs).collect();
    let mut turned: Vec<&str> = Vec::new();
    for key in shared.iter().filter(|key| !key.starts_with('#')) {
        match (claim.unit.ways(key), unit.ways(key)) {
            ((true, _), (true, _)) => return false,
            ((true, false), (false, true)) | ((false, true), (true, false)) => turned.push(key.as_str()),
            _ => {}
        }
    }
    if turned.is_empty() {
        return false;
    }
    // The rest of the sentence tells what a short clause speaks of: 已经发货了，不过还可以取消.
    let context: HashSet<&String> = claim.sentence.intersection(&theirs).collect();
    let enough = match line.source {
        Source::Result => !context.is_empty(),
        _ => context.len() >= 2 && (shared.len() * 2 >= claim.keys.len() || shared.len() * 2 >= theirs.len()),
    };
    enough
        && !ground.lines.iter().filter(|other| other.source != Source::Customer).any(|other| {
            let inside = std::ptr::eq(other, line) && !std::ptr::eq(unit, &line.whole);
            let whole = (!inside).then_some(&other.whole);
            whole
                .into_iter()
                .chain(&other.clauses)
                .any(|other| !std::ptr::eq(other, unit) && speaks_for(claim, other, &turned, &context, shared.len()))
        })
}

/// Whether `unit` says the turned words the way the clause does, about the same things.
fn speaks_for(claim: &Claim, unit: &Unit, turned: &[&str], context: &HashSet<&String>, shared: usize) -> bool {
    let keys = unit.keys();
    let same_way = turned.iter().all(|key| {
        let ((denied, plain), (was_denied, _)) = (unit.ways(key), claim.unit.ways(key));
        if was_denied { denied } else { plain }
    });
    if same_way && context.iter().all(|key| keys.contains(*key)) {
        return true;
    }
    // It denies the same and has as much in common.
    let denies_the_same = claim.unit.words.iter().any(|word| word.denied && unit.ways(&word.key).0);
    denies_the_same && claim.keys.intersection(&keys).count() >= shared
}

static BY_CUSTOMER: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:您|你|客户|用户|买家|顾客|消费者)(?:自己|自行)?.{0,6}?(?:承担|负担|支付|出|自理)|自理|自费|\byou (?:have to |need to |must |will )?(?:pay|cover|bear)\b|\bat your (?:own )?(?:expense|cost)|\bpaid by (?:you|the customer)",
    )
});
static BY_US: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:我们|本店|本行|我行|商家|平台|公司|我司|卖家).{0,6}?(?:承担|负担|支付|出)|\bwe(?:'ll| will)? (?:pay|cover|bear)\b|\bat our (?:own )?(?:expense|cost)|\bpaid by us|\bon us\b",
    )
});

fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern, which the tests compile")
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Party {
    Customer,
    Company,
}

fn party(text: &str) -> Option<Party> {
    match (BY_CUSTOMER.is_match(text), BY_US.is_match(text)) {
        (true, false) => Some(Party::Customer),
        (false, true) => Some(Party::Company),
        _ => None,
    }
}

/// Whether the clause lets the other side pay than the clause of the evidence that is closest to it.
fn party_swapped(clause: &Unit, ground: &Ground) -> bool {
    let Some(side) = party(&clause.text) else { return false };
    let keys = clause.keys();
    let mut best: (usize, bool) = (0, false);
    for line in ground.lines.iter().filter(|line| line.source == Source::Text) {
        for unit in units(line) {
            let Some(other) = party(&unit.text) else { continue };
            let theirs = unit.keys();
            let shared = keys.intersection(&theirs).count();
            // Of equals, the one that says the least besides is the closest; agreement wins.
            if shared > best.0 || shared == best.0 && other == side {
                best = (shared, other != side);
            }
        }
    }
    best.0 >= 1 && best.1
}
