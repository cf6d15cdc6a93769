//! What is measured of a clause that is laid beside the evidence.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::alike::alike;
use super::binding::{Fit, fit};
use super::extent::{extends, limits};
use super::known::{Clause, Gram, Known, Sentence};
use super::polarity::polarity;
use super::stance::QUESTIONS;
use crate::common::is_common;
use crate::ground::Source;
use crate::pattern::fixed;
use crate::unit::Word;

/// The measures, in order. A measure that does not apply is 0.
pub(crate) const NAMES: [&str; 68] = [
    "words",
    "covered",
    "covered_with_customer",
    "covered_sentence",
    "covered_clause",
    "covered_passage",
    "covered_back",
    "new",
    "new_rare",
    "new_to_company",
    "same_way",
    "other_way",
    "turn",
    "denied",
    "denied_there",
    "facts",
    "margin",
    "right",
    "rival",
    "by_customer",
    "side_turned",
    "pays",
    "allows",
    "requires",
    "includes",
    "open",
    "refunds",
    "before",
    "everything",
    "customer",
    "conflicts",
    "agreements",
    "conflicts_sentence",
    "agreements_sentence",
    "supposed",
    "asks",
    "from_result",
    "unanswered",
    "more_than_there",
    "grams_sentence",
    "grams",
    "scattered",
    "words_of_customer",
    "conflict_share",
    "agreement_share",
    "whole_sentence",
    "denials",
    "denials_there",
    "new_verbs",
    "rest_there",
    "conditions_left_out",
    "facts_there",
    "second",
    "contrast",
    "every",
    "payer",
    "topic_there",
    "topic_turn",
    "repeats",
    "around_turned",
    "around_kept",
    "around_turn",
    "outside_only",
    "days_turned",
    "days_kept",
    "days_turn",
    "extends",
    "extends_limit",
];

/// The measures of one clause.
pub(crate) type Features = [f32; NAMES.len()];

/// A clause with its measures.
pub(crate) struct Measured {
    /// Bytes of the folded sentence.
    pub range: Range<usize>,
    pub features: Features,
}

/// A word and how much it matters.
pub(crate) struct Weighed<'a> {
    pub word: &'a Word,
    pub weight: f32,
    common: bool,
}

fn weigh<'a>(sentence: &'a Sentence, range: &Range<usize>) -> Vec<Weighed<'a>> {
    let inside = |word: &&Word| range.start <= word.span.start && word.span.end <= range.end;
    let weigh = |word: &'a Word| {
        let common = is_common(&sentence.text[word.span.clone()]) || is_common(&word.text);
        let one = word.text.chars().nth(1).is_none();
        let weight = match (word.light, common) {
            (true, _) => 0.25,
            (false, true) => 0.7,
            (false, false) => 1.0,
        };
        Weighed { word, weight: if one { weight * 0.5 } else { weight }, common }
    };
    sentence.words.iter().filter(inside).map(weigh).collect()
}

/// How far the words of `there` (all inside the bytes `range` of its sentence) say a word: 0 to 1, and whether it is
/// denied there.
pub(crate) fn found(word: &Word, there: &Sentence, range: &Range<usize>, somewhere: bool) -> (f32, bool) {
    let mut best = (0.0f32, false);
    for other in &there.words {
        if other.span.start < range.start || other.span.end > range.end {
            continue;
        }
        let share = if other.key == word.key {
            1.0
        } else if alike(&word.text, &other.text) {
            0.9
        } else if word.text.is_ascii() {
            let same = word.text.bytes().zip(other.text.bytes()).take_while(|(a, b)| a == b).count();
            if same >= 5 || same >= 4 && same == word.text.len().min(other.text.len()) { 0.9 } else { 0.0 }
        } else if other.text.contains(&word.text)
            || word.text.chars().count() > 1 && word.text.contains(&other.text) && other.text.chars().count() > 1
        {
            0.9
        } else {
            0.0
        };
        if share > best.0 {
            best = (share, other.denied);
        }
    }
    if best.0 == 0.0 && !word.text.is_ascii() {
        let text = &there.text[range.clone()];
        if text.contains(&word.text) {
            return (0.9, false);
        }
        if !somewhere {
            // 补卡 where the evidence has 补办.
            let count = word.text.chars().count() as f32;
            let here = word.text.chars().filter(|c| text.contains(*c)).count() as f32;
            best.0 = 0.5 * here / count;
        }
    }
    best
}

/// The measures of each clause of a sentence; `before` is the sentence said before it.
pub(crate) fn measure(sentence: &Sentence, before: Option<&Sentence>, known: &Known) -> Vec<Measured> {
    let own: Vec<&Clause> = sentence.clauses.iter().collect();
    let whole = weigh(sentence, &(0..sentence.text.len()));
    let whole_cover = known
        .sentences
        .iter()
        .filter(|there| there.source != Source::Customer)
        .map(|there| cover(&whole, there, &(0..there.text.len())).0)
        .fold(0.0, f32::max);
    let mut all = Vec::new();
    for (number, clause) in own.iter().enumerate() {
        let features = clause_features(sentence, before, clause, number, known, whole_cover);
        all.push(Measured { range: clause.range.clone(), features });
    }
    all
}

/// The share of the words' weight that is said there, and of it what goes the other way.
fn cover(words: &[Weighed], there: &Sentence, range: &Range<usize>) -> (f32, f32) {
    let total: f32 = words.iter().map(|word| word.weight).sum();
    if total <= 0.0 {
        return (0.0, 0.0);
    }
    let (mut sum, mut turned) = (0.0, 0.0);
    for word in words {
        let (share, denied) = found(word.word, there, range, false);
        sum += share * word.weight;
        if share >= 0.8 && denied != word.word.denied {
            turned += share * word.weight;
        }
    }
    (sum / total, turned / total)
}

/// On how many questions two clauses differ, and on how many they agree.
fn compare(here: &Clause, there: &Clause) -> (f32, f32) {
    let (mut conflicts, mut agreements) = (0.0, 0.0);
    // Time and extent are no opinions.
    for at in 0..6 {
        match here.stance[at] * there.stance[at] {
            -1 => conflicts += 1.0,
            1 => agreements += 1.0,
            _ => {}
        }
    }
    if here.payer * there.payer < 0 {
        conflicts += 1.0;
    }
    (conflicts, agreements)
}

static BY_CUSTOMER: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:您|你|客户|用户|买家|顾客|消费者|业主|家属|家长|租客|车主|客人|学员)(?:自己|自行)?.{0,6}?(?:承担|负担|支付|出|自理|提供|准备)|自理|自费|自备|\byou (?:have to |need to |must |will )?(?:pay|cover|bear|bring)\b|\bat your (?:own )?(?:expense|cost)|\bpaid by (?:you|the customer)",
    )
});
static BY_COMPANY: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:我们|本店|本行|我行|商家|平台|公司|我司|卖家|师傅|阿姨|由(?:院|店|馆|校|园|雪?场|中心)(?:里|方)?).{0,6}?(?:承担|负担|支付|出|提供|自带|准备)|\bwe(?:'ll| will)? (?:pay|cover|bear|bring|provide|supply)\b|\bat our (?:own )?(?:expense|cost)|\bpaid by us|\bon us\b",
    )
});

/// Who pays or provides: 1 the customer, -1 the company, 0 not spoken of.
pub(crate) fn payer(text: &str) -> i8 {
    i8::from(BY_CUSTOMER.is_match(text)) - i8::from(BY_COMPANY.is_match(text))
}

fn clause_features(
    sentence: &Sentence,
    before: Option<&Sentence>,
    clause: &Clause,
    number: usize,
    known: &Known,
    whole_cover: f32,
) -> Features {
    let text = &sentence.text[clause.range.clone()];
    let words = weigh(sentence, &clause.range);
    let total: f32 = words.iter().map(|word| word.weight).sum();
    let facts: Vec<_> = sentence
        .facts
        .iter()
        .filter(|fact| clause.range.start <= fact.span.start && fact.span.end <= clause.range.end)
        .collect();
    let mut features = [0.0; NAMES.len()];
    let mut set = |name: &str, value: f32| {
        if let Some(at) = NAMES.iter().position(|known| *known == name) {
            features[at] = value;
        }
    };

    // What is said anywhere.
    let (mut covered, mut with_customer, mut new, mut rare, mut to_company, mut new_verbs) =
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0f32);
    for word in &words {
        let best = |customer: bool| {
            known
                .sentences
                .iter()
                .filter(|there| (there.source == Source::Customer) == customer)
                .map(|there| found(word.word, there, &(0..there.text.len()), false).0)
                .fold(0.0, f32::max)
        };
        let (company, customer) = (best(false), best(true));
        covered += company * word.weight;
        with_customer += company.max(customer) * word.weight;
        let missing = 1.0 - company.max(customer);
        new += missing * word.weight;
        to_company += (1.0 - company) * word.weight;
        if !word.common {
            rare += missing * word.weight;
        } else {
            new_verbs = new_verbs.max(missing * word.weight);
        }
    }
    let share = |sum: f32| if total > 0.0 { sum / total } else { 1.0 };

    // The clause of the evidence that it is closest to. What comes first is what it speaks of.
    let topic = words.iter().find(|word| !word.word.light).map(|word| word.word);
    let mut best: (f32, Option<(&Sentence, &Clause)>) = (-1.0, None);
    let mut second = -1.0f32;
    let (mut in_sentence, mut in_clause, mut same_way, mut other_way) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
    let (mut conflict_share, mut agreement_share) = (0.0f32, 0.0f32);
    for there in &known.sentences {
        if there.source == Source::Customer {
            continue;
        }
        let by_sentence = cover(&words, there, &(0..there.text.len())).0;
        in_sentence = in_sentence.max(by_sentence);
        for other in &there.clauses {
            let (all, turned) = cover(&words, there, &other.range);
            in_clause = in_clause.max(all);
            same_way = same_way.max(all - turned);
            other_way = other_way.max(turned);
            let agreeing = facts
                .iter()
                .filter(|fact| {
                    there.facts.iter().any(|known| {
                        other.range.start <= known.span.start && known.span.end <= other.range.end && fact.agrees(known)
                    })
                })
                .count() as f32;
            let on_topic = topic.is_some_and(|topic| found(topic, there, &other.range, true).0 >= 0.8);
            let closeness =
                0.25 * f32::from(on_topic) + all + 0.3 * by_sentence + 0.3 * agreeing / facts.len().max(1) as f32;
            let (conflicts, agreements) = compare(clause, other);
            if conflicts > agreements {
                conflict_share = conflict_share.max(closeness);
            } else if agreements > conflicts {
                agreement_share = agreement_share.max(closeness);
            }
            if closeness > best.0 {
                second = best.0;
                best = (closeness, Some((there, other)));
            } else {
                second = second.max(closeness);
            }
        }
    }
    let passages: std::collections::BTreeSet<usize> =
        known.sentences.iter().filter(|there| there.source != Source::Customer).map(|there| there.passage).collect();
    let in_passage = passages
        .iter()
        .map(|passage| {
            let sum: f32 = words
                .iter()
                .map(|word| {
                    let there = known.sentences.iter().filter(|there| there.passage == *passage);
                    there.map(|there| found(word.word, there, &(0..there.text.len()), false).0).fold(0.0, f32::max)
                        * word.weight
                })
                .sum();
            share(sum)
        })
        .fold(0.0, f32::max);

    // What the customer said, said back: no opinion of the company's.
    let said_back = known
        .sentences
        .iter()
        .filter(|there| there.source == Source::Customer)
        .map(|there| cover(&words, there, &(0..there.text.len())).0)
        .fold(0.0, f32::max);
    let neutral = clause.stance[..6].iter().all(|answer| *answer == 0);
    let number_known = facts.iter().all(|fact| {
        known
            .sentences
            .iter()
            .any(|there| there.source == Source::Customer && there.facts.iter().any(|other| fact.agrees(other)))
    });
    let denies = !crate::negation::scopes(text).is_empty();
    let of_customer = text.trim_start().starts_with(['您', '你']) || text.trim_start().starts_with("you");
    set(
        "repeats",
        f32::from(of_customer && said_back >= 0.75 && share(covered) < 0.7 && neutral && number_known && !denies),
    );

    // Numbers.
    let own_grams = |range: &Range<usize>, by: f32| -> Vec<Gram> {
        let inside = |gram: &&Gram| range.start <= gram.at && gram.at < range.end;
        sentence.grams.iter().filter(inside).map(|gram| Gram { weight: gram.weight * by, ..gram.clone() }).collect()
    };
    let mut about = own_grams(&clause.range, 1.0);
    if number > 0 {
        let thin = about.iter().filter(|gram| !gram.key.starts_with('#')).map(|gram| gram.weight).sum::<f32>() < 2.0;
        about.extend(own_grams(&(0..clause.range.start), if thin { 0.7 } else { 0.2 }));
    } else if let Some(before) = before {
        about.extend(before.grams.iter().map(|gram| Gram { weight: gram.weight * 0.1, ..gram.clone() }));
    }
    let mut worst: Option<Fit> = None;
    let (mut by_customer, mut turned, mut contrast, mut every) = (0.0, 0.0f32, -3.0f32, 0.0f32);
    for fact in &facts {
        let key = fact.key();
        let others: Vec<Gram> = about.iter().filter(|gram| gram.key != key).cloned().collect();
        let fit = fit(fact, &others, known);
        if fact.is_trivial() {
            // 每年 where the evidence has 每两年.
            every = every.max(fit.rival - fit.right);
            if fact.weak && fit.right == 0.0 && fit.rival >= 0.3 {
                worst = Some(fit);
            }
            continue;
        }
        contrast = contrast.max(fit.contrast);
        turned = turned.max(f32::from(fit.turned));
        if fit.by_customer {
            by_customer = 1.0;
            continue;
        }
        if worst.is_none_or(|worst| fit.right - fit.rival < worst.right - worst.rival) {
            worst = Some(fit);
        }
    }
    let gram_total: f32 = about.iter().map(|gram| gram.weight).sum::<f32>().max(0.01);
    let gram_share = |all: &mut dyn Iterator<Item = &Sentence>| -> f32 {
        let all: Vec<&Sentence> = all.collect();
        about
            .iter()
            .filter(|gram| all.iter().any(|there| there.grams.iter().any(|other| other.key == gram.key)))
            .map(|gram| gram.weight)
            .sum::<f32>()
            / gram_total
    };
    let grams_all = gram_share(&mut known.sentences.iter().filter(|there| there.source != Source::Customer));
    let grams_sentence = known
        .sentences
        .iter()
        .filter(|there| there.source != Source::Customer)
        .map(|there| gram_share(&mut std::iter::once(there)))
        .fold(0.0, f32::max);

    let polarity = polarity(sentence, clause, &words, known);
    set("around_turned", polarity.turned);
    set("around_kept", polarity.kept);
    set("around_turn", polarity.turned - polarity.kept);
    set("outside_only", polarity.outside);
    set("days_turned", polarity.days_turned);
    set("days_kept", polarity.days_kept);
    set("days_turn", polarity.days_turned - polarity.days_kept);
    let extended = extends(text);
    set("extends", f32::from(extended));
    set("words", total);
    set("covered", share(covered));
    set("covered_with_customer", share(with_customer));
    set("covered_sentence", in_sentence);
    set("covered_clause", in_clause);
    set("covered_passage", in_passage);
    set("new", new);
    set("new_rare", rare);
    set("new_to_company", to_company);
    set("new_verbs", new_verbs);
    set("same_way", same_way);
    set("other_way", other_way);
    set("turn", other_way - same_way);
    let denials = crate::negation::scopes(text).len() as f32;
    set("denials", denials);
    set("denied", f32::from(denials > 0.0));
    set("facts", facts.len() as f32);
    let (margin, right, rival) = worst.map_or((1.0, 1.0, 0.0), |fit| (fit.right - fit.rival, fit.right, fit.rival));
    set("margin", margin);
    set("right", right);
    set("rival", rival);
    set("contrast", contrast);
    set("every", every);
    set("by_customer", by_customer);
    set("side_turned", turned);
    set("supposed", f32::from(super::is_supposed(text)));
    set("asks", f32::from(text.contains('请') || text.contains("please")));
    set("grams", grams_all);
    set("grams_sentence", grams_sentence);
    set("scattered", share(covered) - in_sentence);
    set("words_of_customer", share(with_customer) - share(covered));
    set("conflict_share", conflict_share);
    set("agreement_share", agreement_share);
    set("whole_sentence", whole_cover);
    set("second", second.max(0.0));
    if let Some((there, other)) = best.1 {
        let theirs = &there.text[other.range.clone()];
        let denials = crate::negation::scopes(theirs).len() as f32;
        set("denials_there", denials);
        set("denied_there", f32::from(denials > 0.0));
        set("extends_limit", f32::from(extended && limits(&there.text)));
        set("from_result", f32::from(there.source == Source::Result));
        let back = weigh(there, &other.range);
        set("covered_back", cover(&back, sentence, &(0..sentence.text.len())).0);
        set("rest_there", back.iter().map(|word| word.weight).sum());
        for (at, question) in QUESTIONS.iter().enumerate() {
            set(question, f32::from(clause.stance[at] * other.stance[at]));
        }
        if let Some(topic) = topic {
            let (share, denied) = found(topic, there, &other.range, true);
            set("topic_there", share);
            set("topic_turn", f32::from(share >= 0.8 && denied != topic.denied));
        }
        set("payer", f32::from(clause.payer * other.payer));
        let (conflicts, agreements) = compare(clause, other);
        set("conflicts", conflicts);
        set("agreements", agreements);
        let unanswered = (0..6).filter(|at| clause.stance[*at] != 0 && other.stance[*at] == 0).count();
        set("unanswered", unanswered as f32);
        set("more_than_there", f32::from(clause.stance[7] - other.stance[7]));
        let (mut conflicts, mut agreements) = (0.0f32, 0.0f32);
        for other in &there.clauses {
            let (c, a) = compare(clause, other);
            conflicts = conflicts.max(c);
            agreements = agreements.max(a);
        }
        set("conflicts_sentence", conflicts);
        set("agreements_sentence", agreements);
        set("conditions_left_out", f32::from(super::is_supposed(&there.text) && !super::is_supposed(&sentence.text)));
        let facts_there = there
            .facts
            .iter()
            .filter(|fact| other.range.start <= fact.span.start && fact.span.end <= other.range.end)
            .count();
        set("facts_there", facts_there as f32);
    }
    features
}
