//! Whether a sentence tells of the past: decides which Wednesday "周三" is.

use crate::scan::Scan;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tense {
    Past,
    Coming,
    /// Nothing says; the coming day is meant.
    Open,
}

/// Chinese signs of something done.
const DONE: &[&str] = &[
    "已经",
    "曾",
    "买的",
    "下的",
    "下单的",
    "订的",
    "定的",
    "付的",
    "拍的",
    "寄的",
    "发的",
    "申请的",
    "收到的",
    "签收的",
    "办的",
    "提交的",
    "报修的",
    "充的",
    "交的",
    "说的",
    "来的",
    "取消的",
    "退的",
    "的订单",
    "的单",
    "还没",
    "没收到",
    "没到",
    "到现在",
    "至今",
    "到的",
    "上次",
    "当时",
    "以来",
    "昨",
    "一直",
];
/// Chinese signs of something to come.
const TO_COME: &[&str] = &[
    "会", "要", "将", "准备", "打算", "想", "预约", "预订", "安排", "可以", "能", "请", "改到", "改成", "约", "明",
    "后天",
];
const DONE_ENGLISH: &[&str] = &[
    "was",
    "were",
    "did",
    "didn't",
    "had",
    "last",
    "ago",
    "bought",
    "paid",
    "sent",
    "made",
    "got",
    "went",
    "came",
    "since",
    "been",
    "haven't",
    "hasn't",
    "told",
    "said",
    "took",
    "yesterday",
];
const TO_COME_ENGLISH: &[&str] = &[
    "will", "won't", "going", "can", "could", "would", "should", "shall", "want", "need", "may", "please", "next",
    "tomorrow",
];
/// Before a word in -ed they make it the past: "I ordered", but "can it be delivered".
const WHO: &[&str] = &["i", "we", "you", "they", "he", "she", "it", "that", "which", "who", "already", "just"];

/// The tense around a token, by a few plain signs. In Chinese, 了, 已经, 买的 anywhere in the clause tell of the past;
/// in English the sign nearest before the token decides (was, bought, "I ordered"; will, can), else the nearest behind
/// it. When the clause between commas says nothing, the sentence does.
pub(crate) fn tense(scan: &Scan, i: usize) -> Tense {
    match of(scan.clause(i)) {
        Tense::Open => of(scan.sentence(i)),
        known => known,
    }
}

fn of((before, after): (&str, &str)) -> Tense {
    match chinese(before, after) {
        Tense::Open => english(before, after),
        known => known,
    }
}

fn chinese(before: &str, after: &str) -> Tense {
    let said = |signs: &[&str]| signs.iter().any(|sign| before.contains(sign) || after.contains(sign));
    if said(DONE) {
        return Tense::Past;
    }
    if said(TO_COME) {
        return Tense::Coming;
    }
    let count = |word: &str| before.matches(word).count() + after.matches(word).count();
    let other: usize = ["为了", "除了", "了解", "好了", "算了", "行了"].into_iter().map(count).sum();
    if count("了") > other { Tense::Past } else { Tense::Open }
}

fn english(before: &str, after: &str) -> Tense {
    let is_word = |c: char| c.is_ascii_lowercase() || c == '\'';
    let split = |text| str::split(text, move |c: char| !is_word(c)).filter(|word| !word.is_empty());
    let regular = |word: &str| word.len() > 4 && word.ends_with("ed") && !["speed", "exceed", "closed"].contains(&word);
    let sign = |word: &str| {
        if TO_COME_ENGLISH.contains(&word) || word.ends_with("'ll") {
            return Some(Tense::Coming);
        }
        DONE_ENGLISH.contains(&word).then_some(Tense::Past)
    };
    let mut nearest = None;
    let mut previous = "";
    for word in split(before) {
        let done = regular(word) && WHO.contains(&previous);
        nearest = if done { Some(Tense::Past) } else { sign(word).or(nearest) };
        previous = word;
    }
    let known = nearest.or_else(|| split(after).find_map(sign));
    known.unwrap_or_else(|| if split(before).chain(split(after)).any(regular) { Tense::Past } else { Tense::Open })
}
