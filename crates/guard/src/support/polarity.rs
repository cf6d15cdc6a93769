//! Opposites: whether the evidence says the same of a clause's matter, or the other way round. A clause is laid beside
//! each clause of the evidence *with* the sentence and the passage around that one: “3L 也支持预约” meets “…3L 迷你电饭煲
//! …，不支持预约”, whose last clause does not name the 3L.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::features::{Weighed, found};
use super::known::{Clause, Known, Sentence};
use super::weekday::{Days, days};
use crate::fact::Fact;
use crate::ground::Source;
use crate::negation;
use crate::pattern::fixed;

static ONLY: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"仅|只(?:能|限|有|在|对|支持|接|收|可|提供|适用|送|发)|限(?:于|在|本)|\bonly\b|\bexclusively\b|\blimited to\b|\bnowhere else\b",
    )
});
static SHUT: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"休|闭|关门|打烊|停业|放假|不(?:开|营业|上班|接诊|在|出诊|办|排|送)|\bclosed?\b|\bshut\b|\boff\b|\bnot open\b|\bdoesn't work\b|\bno (?:service|lessons|visits|delivery)\b",
    )
});

static CLOSING: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"(?:点|半|分|\d:\d\d)\s?(?:就|才)?(?:关门|打烊|闭馆)|\bcloses? (?:at|by)\b"));

/// What the evidence says of the matter of a clause.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Polarity {
    /// How much of the clause stands around the closest opposite, and around the closest that goes the same way: 0 to 1.
    pub turned: f32,
    pub kept: f32,
    /// How much of it stands where the evidence says “only” of something that the clause does not name.
    pub outside: f32,
    /// The same for days of the week.
    pub days_turned: f32,
    pub days_kept: f32,
}

static NEGATIVE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"除外|例外|停诊|闭馆|打烊|关门|店休|\b(?:forbidden|prohibited|banned|excluded|excludes|closed|neither)\b")
});

/// Whether a folded clause denies as a whole. What describes a thing (没用完的课时, 未拆封) denies nothing.
pub(crate) fn denies(text: &str) -> bool {
    let describes = |scope: &Range<usize>| {
        let (before, inside, after) = (&text[..scope.start], &text[scope.clone()], &text[scope.end..]);
        after.starts_with('的')
            || before.ends_with('非')
            || before.ends_with('未')
                && (inside.contains(['后', '前']) || inside.chars().count() < 3 && !after.is_empty())
            || before.ends_with("haven't") && inside.contains(" are ")
    };
    let count =
        negation::scopes(text).iter().filter(|scope| !describes(scope)).count() + NEGATIVE.find_iter(text).count();
    count % 2 == 1
}

/// What differs and what agrees between two clauses: sides taken, opposites, and where nothing is said of these,
/// whether one denies and the other does not.
fn sides(here: &Clause, there: &Clause, turned: bool) -> i32 {
    let mut sum = 0;
    let mut common = false;
    for at in 0..6 {
        let side = i32::from(here.stance[at] * there.stance[at]);
        common |= side != 0;
        sum += side;
    }
    // “On request” in both is no agreement where one of them denies it.
    let denied = !common && turned && here.denies != there.denies;
    for (one, other) in here.opposites.iter().zip(&there.opposites) {
        let both = i32::from(one * other);
        if both != 0 && !(denied && both > 0) {
            common = true;
            sum += both;
        }
    }
    // Who pays weighs more than that somebody does.
    if here.payer * there.payer < 0 {
        return -3;
    }
    if common {
        return sum;
    }
    if here.denies == there.denies || !turned { 0 } else { -1 }
}

/// Lays a clause of `sentence`, of which `words` are the words, beside the evidence.
pub(crate) fn polarity(sentence: &Sentence, clause: &Clause, words: &[Weighed], known: &Known) -> Polarity {
    let text = &sentence.text[clause.range.clone()];
    let content: Vec<&Weighed> = words.iter().filter(|word| !word.word.light).collect();
    // A number is what is spoken of as well: 5GHz is supported, or is not.
    let facts: Vec<_> = sentence
        .facts
        .iter()
        .filter(|fact| !fact.is_trivial() && clause.range.start <= fact.span.start && fact.span.end <= clause.range.end)
        .collect();
    let total: f32 = content.iter().map(|word| word.weight).sum::<f32>() + facts.len() as f32;
    let mut polarity = Polarity::default();
    if total <= 0.0 {
        return polarity;
    }
    let own_days = days(text);
    // Who closes at nine is open that day.
    let is_shut = |text: &str| SHUT.is_match(text) && !CLOSING.is_match(text);
    let own_shut = is_shut(text);
    let own_only = ONLY.is_match(text);
    for (number, there) in known.sentences.iter().enumerate() {
        if there.source == Source::Customer {
            continue;
        }
        // What stands in the sentence, and what stands in the one before it.
        let before =
            number.checked_sub(1).and_then(|at| known.sentences.get(at)).filter(|b| b.passage == there.passage);
        let around: Vec<f32> = content
            .iter()
            .map(|word| {
                let here = found(word.word, there, &(0..there.text.len()), true).0;
                if here >= 0.8 {
                    return 0.75 * here;
                }
                before.map_or(0.0, |b| 0.4 * found(word.word, b, &(0..b.text.len()), true).0)
            })
            .collect();
        if around.iter().all(|share| *share == 0.0) {
            continue;
        }
        for other in &there.clauses {
            let theirs = &there.text[other.range.clone()];
            let (mut cover, mut shared, mut missing) = (0.0, 0.0, 0.0);
            // Whether a word of both is denied in one of them.
            let mut turned = false;
            for (word, around) in content.iter().zip(&around) {
                let (share, denied) = found(word.word, there, &other.range, true);
                if share >= 0.8 {
                    shared += word.weight;
                    turned |= denied != word.word.denied;
                }
                if share.max(*around) < 0.3 {
                    missing += word.weight;
                }
                cover += word.weight * share.max(*around);
            }
            for fact in &facts {
                let inside = |known: &&Fact| other.range.start <= known.span.start && known.span.end <= other.range.end;
                let mut same = there.facts.iter().filter(|known| fact.agrees(known));
                match same.clone().find(inside) {
                    Some(_) => {
                        shared += 1.0;
                        cover += 1.0;
                        turned |= clause.denies != other.denies;
                    }
                    None => cover += if same.next().is_some() { 0.75 } else { 0.0 },
                }
            }
            let cover = cover / total;
            // Days say more than words do.
            if own_days != 0 {
                let other_days: Days = match days(theirs) {
                    0 => days(&there.text),
                    days => days,
                };
                if other_days != 0 {
                    let agrees = match (own_shut, is_shut(theirs)) {
                        (false, false) | (true, true) => own_days & !other_days == 0,
                        _ => own_days & other_days == 0,
                    };
                    let place = if agrees { &mut polarity.days_kept } else { &mut polarity.days_turned };
                    *place = place.max(0.2 + 0.8 * cover);
                }
            }
            let sides = sides(clause, other, turned);
            if sides < 0 && shared > 0.0 {
                polarity.turned = polarity.turned.max(cover);
            } else if shared > 0.0 {
                polarity.kept = polarity.kept.max(cover);
            }
            if !own_only && !clause.denies && missing > 0.0 && shared > 0.0 && ONLY.is_match(theirs) {
                polarity.outside = polarity.outside.max(cover);
            }
        }
    }
    polarity
}
