//! Whether the evidence supports what a model wrote: each clause is laid beside the evidence and measured, and trees
//! that were trained on labelled answers judge the measures.

mod alike;
mod binding;
mod extent;
pub(crate) mod features;
pub(crate) mod forest;
pub(crate) mod known;
mod opposites;
mod polarity;
mod stance;
mod weekday;

use std::sync::LazyLock;

use regex::Regex;

use crate::fact::Fact;
use crate::ground::Ground;
use crate::grounded::is_tail;
use crate::neutral::{is_courtesy, is_empathy, is_question, is_unknowing};
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::reckon::Reckoned;
use crate::saying::{Lang, Rule};
use crate::unit::Unit;

use features::{Measured, NAMES, measure};
use forest::Forest;
use known::Sentence;

static SUPPOSED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"如果|若|要是|的话|一旦|假如|万一|否则|\b(?:if|unless|as long as|once|otherwise|provided)\b")
});

/// A clause that is a condition, or that says what the customer said: it states nothing of the company.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"^(?:and |or )?(?:if|unless|once|when|whenever|as soon as|in case)\b|^(?:如果|若|要是|假如|万一|一旦)|的话$|^(?:since|as|while|now that) you(?:'ve|'re|r)?\b|^(?:您|你)(?:刚才|刚刚|之前)?(?:说|提到|反映|问)|^you (?:said|mentioned|told|asked|wrote)\b",
    )
});

/// Whether a folded clause only supposes something.
pub(crate) fn is_supposed(text: &str) -> bool {
    SUPPOSED.is_match(text)
}

/// The clauses of a sentence that state something the evidence can support, measured. None where the evidence is in
/// another language than the sentence.
/// What is `reckoned` in it is not looked for.
pub(crate) fn statements(
    whole: &Unit,
    before: Option<&Unit>,
    reckoned: &[Reckoned],
    ground: &Ground,
    lang: Lang,
) -> Vec<Measured> {
    let text = whole.text.as_str();
    let comparable = match lang {
        Lang::Zh => ground.chinese || !ground.english,
        Lang::En => ground.english || !ground.chinese,
    };
    if !comparable || is_question(text) || is_unknowing(text) {
        return Vec::new();
    }
    let mut sentence = Sentence::of(whole.clone());
    let mut settled: Vec<Fact> = reckoned.iter().map(|reckoned| reckoned.fact.clone()).collect();
    settled.extend(sentence.facts.iter().filter(|fact| is_tail(text, &fact.span, ground)).cloned());
    sentence.facts.retain(|fact| !settled.contains(fact));
    sentence.grams.retain(|gram| !settled.iter().any(|fact| fact.span.start == gram.at));
    let before = before.map(|before| Sentence::of(before.clone()));
    let mut measured = measure(&sentence, before.as_ref(), &ground.known);
    measured.retain(|clause| {
        let states = value(&clause.features, "words") >= 0.5 || value(&clause.features, "facts") > 0.0;
        let text = sentence.text[clause.range.clone()].trim();
        // “If he is ill our staff will …” says what is done.
        let supposes = OPENING.is_match(text) && !text.contains(" will ") && value(&clause.features, "facts") == 0.0;
        let repeats = value(&clause.features, "repeats") > 0.0;
        let reckons = value(&clause.features, "facts") == 0.0
            && settled.iter().any(|fact| clause.range.start <= fact.span.start && fact.span.end <= clause.range.end);
        let courteous = value(&clause.features, "facts") == 0.0 && is_courtesy(text);
        states && !is_empathy(text) && !supposes && !repeats && !reckons && !courteous
    });
    measured
}

fn value(features: &[f32], name: &str) -> f32 {
    NAMES.iter().position(|known| *known == name).and_then(|at| features.get(at)).copied().unwrap_or_default()
}

/// Whether a clause says of a day of the week what the evidence says of others: open on Sundays, where it is open from
/// Monday to Saturday.
fn is_another_day(features: &[f32]) -> bool {
    value(features, "days_turned") >= 0.5 && value(features, "days_turn") >= 0.2
}

/// Whether a day that the evidence includes is all that is new in a clause: open on Fridays, where it is open from Monday
/// to Saturday.
fn is_same_day(features: &[f32]) -> bool {
    let of = |name: &str| value(features, name);
    of("days_kept") >= 0.5
        && of("days_turned") == 0.0
        && of("facts") == 0.0
        && of("new") <= 1.01
        && of("around_turned") <= of("around_kept")
}

/// Checks a sentence, which comes after `before`. `least` is how likely (0 to 1) it must be that the evidence
/// supports a clause.
pub(crate) fn check(
    piece: &Piece,
    before: Option<&Unit>,
    reckoned: &[Reckoned],
    ground: &Ground,
    lang: Lang,
    least: f32,
    broken: &mut Vec<Broken>,
) {
    for clause in statements(&piece.whole, before, reckoned, ground, lang) {
        let of = |name: &str| value(&clause.features, name);
        let other_day = is_another_day(&clause.features);
        if is_same_day(&clause.features) {
            continue;
        }
        if !other_day && Forest::trained().judge(&clause.features) <= 1.0 - least {
            continue;
        }
        let (rule, zh, en) = if of("facts") > 0.0 && of("margin") < 0.0 {
            (Rule::Number, "依据里这个数字说的是另一件事", "the evidence states this number about something else")
        } else if other_day
            || of("covered") >= 0.6
                && ["around_turn", "conflicts_sentence", "turn", "side_turned"].iter().any(|name| of(name) > 0.0)
        {
            (Rule::Contradiction, "与依据的说法相反", "the evidence says the opposite")
        } else {
            (Rule::Claim, "依据里没有这个说法", "nothing in the evidence says this")
        };
        let end = clause.range.start + piece.folded.text[clause.range.clone()].trim_end().len();
        broken.push(Broken::new(rule, clause.range.start..end, zh, en));
    }
}
