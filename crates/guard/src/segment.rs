//! The parts of a sentence that each speak of one thing, and what they have in common with others.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use yingda_language::{is_han, is_stop_word, stem};

use crate::fact::{Fact, scan};
use crate::negation;
use crate::neutral::{is_light, is_neutral};

/// A part of a sentence with at most one number of a kind, or the range of one.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// Its facts; their spans are bytes of the sentence.
    pub facts: Vec<Fact>,
    /// Chinese characters and stems of English words that say something.
    pub marks: HashSet<String>,
    /// Those before its first number.
    pub lead: HashSet<String>,
    /// Those that it takes over from the part before, because it opens with its number.
    pub carried: HashSet<String>,
    /// Whether it denies.
    pub denied: bool,
}

/// What ends a part: `strong` marks always, the others where a number of the same kind follows.
static MARKS: LazyLock<Regex> = LazyLock::new(|| fixed(r"[，,；;。！？!?\n]\s?|、|[()（）:：]|\s(?:and|or|but)\s|和"));
/// Ways to say that nothing is to be paid, which are no denials.
static FREE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"免费|不(?:另|再)?(?:收|用付|用交|要|花)(?:任何|您|早餐|检测|服务)?(?:费用|费|钱)|\b(?:for free|free of charge|no (?:\w+ )?(?:charge|fee|cost)|(?:don't|doesn't|won't) (?:have to )?(?:pay|cost)(?: anything)?)\b",
    )
});
/// Denials that hold no word of denial.
static CLOSED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"休息|闭馆|停用|除外|仅限?|只有|另外?(?:再)?(?:收|付|交|算)|不含|\b(?:closed|excluded|optional|except|only)\b",
    )
});
/// Chinese characters that tell nothing of what is spoken of.
const EMPTY: &str = "的了是在有每个可以您我们请就要和与及为后前内外下不没无未能会得也还都只仅须需到至从由按过再起一两几多少支持提供\
                     元块钱天时分钟小次位人件单号这那其它他她吗呢哦吧啊呀嘛哈大约左右概最高低即如果话给把被让将总共计限";

fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern, which the tests compile")
}

/// Divides a folded sentence.
pub(crate) fn segments(text: &str) -> Vec<Segment> {
    let facts = scan(text);
    let mut cuts: Vec<(usize, usize, bool)> = Vec::new();
    for found in MARKS.find_iter(text) {
        if facts.iter().any(|fact| fact.span.start < found.end() && found.start() < fact.span.end) {
            continue;
        }
        let strong = found.as_str().starts_with(['，', ',', '；', ';', '。', '！', '？', '!', '?', '\n']);
        cuts.push((found.start(), found.end(), strong));
    }
    cuts.push((text.len(), text.len(), true));
    // Bytes of each part; a part without a number goes with what follows it, the last ones with what precedes.
    let mut parts: Vec<std::ops::Range<usize>> = Vec::new();
    let (mut start, mut open) = (0, false);
    let kinds = |range: &std::ops::Range<usize>| -> Vec<&Fact> {
        facts
            .iter()
            .filter(|fact| range.start <= fact.span.start && fact.span.start < range.end && !fact.weak)
            .collect()
    };
    for (end, next, strong) in cuts {
        let range = start..end;
        let own = kinds(&range);
        let joins = parts.last().is_some_and(|last| {
            let before = kinds(last);
            before.is_empty() && !(strong && own.is_empty() && before.is_empty())
                || open && !own.iter().any(|fact| before.iter().any(|other| fact.is_like(other)))
        });
        match parts.last_mut() {
            Some(last) if joins => last.end = end,
            _ => parts.push(range),
        }
        open = !strong;
        start = next;
    }
    let mut all = Vec::new();
    let mut lead: HashSet<String> = HashSet::new();
    for part in parts.into_iter().filter(|part| part.start < part.end) {
        let mut segment = segment(text, part.clone(), &facts);
        // What opens with its number goes on about the same thing: cancel 7 days ahead for all, 2 days for half.
        let first = segment.facts.iter().filter(|fact| !fact.weak).map(|fact| fact.span.start).min();
        let before = first.map_or_else(HashSet::new, |first| marks(text, part.start..first, &segment.facts));
        if first.is_some() && before.is_empty() {
            segment.carried.clone_from(&lead);
            segment.lead.clone_from(&lead);
        } else {
            segment.lead.clone_from(&before);
            lead = before;
        }
        all.push(segment);
    }
    all
}

/// What one clause speaks of.
pub(crate) fn clause(text: &str) -> Segment {
    segment(text, 0..text.len(), &scan(text))
}

fn segment(text: &str, part: std::ops::Range<usize>, facts: &[Fact]) -> Segment {
    let inside = |fact: &&Fact| part.start <= fact.span.start && fact.span.end <= part.end;
    let facts: Vec<Fact> = facts.iter().filter(inside).cloned().collect();
    Segment {
        denied: denies(&text[part.clone()]),
        marks: marks(text, part, &facts),
        facts,
        lead: HashSet::new(),
        carried: HashSet::new(),
    }
}

/// The marks of the bytes `part`, without its numbers.
fn marks(text: &str, part: std::ops::Range<usize>, facts: &[Fact]) -> HashSet<String> {
    let said = &text[part.clone()];
    let mut marks = HashSet::new();
    let mut word = String::new();
    let mut close = |word: &mut String| {
        if word.len() >= 2 && !is_neutral(word) && !is_light(word) && !is_light(&stem(word)) && !is_stop_word(word) {
            marks.insert(stem(word));
        }
        word.clear();
    };
    let mut han: Vec<String> = Vec::new();
    for (at, c) in said.char_indices() {
        let at = part.start + at;
        let counted = facts.iter().any(|fact| fact.span.start <= at && at < fact.span.end);
        if !counted && (c.is_ascii_alphabetic() || matches!(c, '\'' | '-')) {
            word.push(c);
            continue;
        }
        close(&mut word);
        let is_from_on = c == '上' && said[..at - part.start].ends_with('以');
        if !counted && is_han(c) && !is_from_on && !EMPTY.contains(c) {
            han.push(c.to_string());
        }
    }
    close(&mut word);
    marks.extend(han);
    marks
}

/// Whether a folded text says that something is not so.
pub(crate) fn denies(text: &str) -> bool {
    let text = FREE.replace_all(text, "");
    !negation::scopes(&text).is_empty() || CLOSED.is_match(&text)
}

impl Segment {
    /// What the fact stands beside: words, and the other facts.
    pub fn beside(&self, fact: &Fact) -> HashSet<String> {
        let others = self.facts.iter().filter(|other| !other.is_like(fact) && !other.weak);
        self.marks.iter().cloned().chain(others.map(Fact::key)).collect()
    }
}

/// Whether all that the evidence says with this number is about something else than what stands beside it here,
/// and another number of the kind is what it says about that.
pub(crate) fn is_displaced(fact: &Fact, here: &Segment, ground: &[Segment]) -> bool {
    let beside = here.beside(fact);
    let agreeing = |segment: &&Segment| segment.facts.iter().any(|other| fact.agrees(other));
    let all = |segment: &Segment| (&segment.beside(fact) | &segment.carried, segment.lead.clone());
    let right: Vec<(HashSet<String>, HashSet<String>)> = ground.iter().filter(agreeing).map(all).collect();
    if right.is_empty() || beside.is_empty() {
        return false;
    }
    let rivals = ground.iter().filter(|segment| {
        let like = |other: &Fact| !other.weak && other.is_like(fact);
        segment.facts.iter().any(like) && !segment.facts.iter().any(|other| fact.agrees(other))
    });
    let rivals: Vec<(HashSet<String>, HashSet<String>)> = rivals.map(all).collect();
    let only = |first: &HashSet<String>, second: &HashSet<String>| {
        beside.iter().filter(|mark| first.contains(*mark) && !second.contains(*mark)).count()
    };
    right.iter().all(|(right, right_lead)| {
        rivals.iter().any(|(rival, rival_lead)| {
            let (for_rival, for_right) = (only(rival, right), only(right, rival));
            for_rival >= 1 && for_right == 0
                || for_rival >= for_right + 2
                || for_rival >= for_right && only(rival_lead, right) >= 1 && only(right_lead, rival) == 0
        })
    })
}

/// Whether the clause says of something that it is so, or is not so, of which the evidence only ever says the
/// contrary.
pub(crate) fn is_turned(here: &Segment, ground: &[Segment]) -> bool {
    let same_way: HashSet<&String> =
        ground.iter().filter(|segment| segment.denied == here.denied).flat_map(|segment| &segment.marks).collect();
    ground.iter().filter(|segment| segment.denied != here.denied && segment.marks.len() >= 2).any(|segment| {
        let shared: Vec<&String> = here.marks.intersection(&segment.marks).collect();
        let alone: usize = shared.iter().filter(|mark| !same_way.contains(*mark)).map(|mark| weight(mark)).sum();
        alone >= 2 && shared.len() * 2 >= segment.marks.len() && shared.len() * 3 >= here.marks.len()
    })
}

/// A Chinese character is half a word.
fn weight(mark: &str) -> usize {
    if mark.is_ascii() { 2 } else { 1 }
}

/// The highest share of the clause's marks, 0 to 1, that a clause of the evidence has which goes the same way, and
/// one that goes the other.
pub(crate) fn closeness(here: &Segment, ground: &[Segment]) -> (f32, f32) {
    let (mut same, mut opposite) = (0.0f32, 0.0f32);
    for segment in ground {
        let share = here.marks.intersection(&segment.marks).count() as f32 / here.marks.len().max(1) as f32;
        let best = if segment.denied == here.denied { &mut same } else { &mut opposite };
        *best = best.max(share);
    }
    (same, opposite)
}

/// Whether a folded clause denies only that something is to be paid.
pub(crate) fn is_free(text: &str) -> bool {
    FREE.is_match(text)
}

static SUPPOSED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"如果|若|要是|的话|一旦|假如|万一|否则|\b(?:if|unless|as long as|once|otherwise|provided)\b")
});

/// Whether a folded clause only supposes something.
pub(crate) fn is_supposed(text: &str) -> bool {
    SUPPOSED.is_match(text)
}
