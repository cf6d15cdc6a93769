//! Which of several: 第二个, the second one, 最后一个, 上面那个.

use std::sync::LazyLock;

use regex::Regex;

use super::ends_word;
use crate::kind::{By, Kind, Side, Value};
use crate::message::{Hit, Message};
use crate::{fixed, number};

static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(倒数)?第([一二两三四五六七八九十百零〇]+|\d{1,4})(?:[个件条单款种项位张份只台部双瓶盒箱包本套名排行家间段步次])?|(最后|末尾|最末|最前|头|上|前|下|后)(?:面|边|一|那)*(?:一|那|这)?(?:[个条件单款种项张份家])(?:订单|商品|选项)?",
    )
});
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)\b(?:the )?(?:(second|third)[ -](?:to |from )(?:the )?last|(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,3}(?:st|nd|rd|th)|last|final|previous|former|latter|next|other) (?:one|item|option|order|product|choice|entry|line)|one (above|below|before|after)|(?:number|option|no\.) ?(\d{1,2}))\b",
    )
});

/// Finds ordinals.
pub(super) fn find(message: &Message, hits: &mut Vec<Hit>) {
    if message.han > 1 && message.text.contains(['第', '最', '上', '前', '下', '后', '头', '末']) {
        for found in CHINESE.captures_iter(&message.text) {
            let Some(whole) = found.get(0) else { continue };
            let (from, position) = match (found.get(2), found.get(3)) {
                (Some(number), _) => match number::any(number.as_str()) {
                    Some(position) => (if found.get(1).is_some() { Side::End } else { Side::Start }, position as u32),
                    None => continue,
                },
                (None, Some(word)) => {
                    // 上个月, 下个星期 are times.
                    if message
                        .after(whole.end())
                        .next()
                        .is_some_and(|c| matches!(c, '月' | '星' | '礼' | '季' | '周' | '小'))
                    {
                        continue;
                    }
                    match word.as_str() {
                        "最后" | "末尾" | "最末" => (Side::End, 1),
                        "上" | "前" => (Side::Before, 1),
                        "下" | "后" => (Side::After, 1),
                        _ => (Side::Start, 1),
                    }
                }
                _ => continue,
            };
            push(&whole, from, position, hits);
        }
    }
    if message.letters > 4 {
        for found in ENGLISH.captures_iter(&message.text) {
            let Some(whole) = found.get(0) else { continue };
            let word = (1..=4).find_map(|at| Some((at, found.get(at)?.as_str().to_lowercase())));
            let Some((group, word)) = word else { continue };
            let counted = position(&word);
            let (from, position) = match (group, word.as_str()) {
                (1, _) => (Side::End, counted.unwrap_or(1)),
                (_, "last" | "final") => (Side::End, 1),
                (_, "previous" | "above" | "before" | "former") => (Side::Before, 1),
                (_, "next" | "below" | "after" | "latter" | "other") => (Side::After, 1),
                _ => match counted {
                    Some(position) => (Side::Start, position),
                    None => continue,
                },
            };
            if ends_word(message, whole.end()) {
                push(&whole, from, position, hits);
            }
        }
    }
}

fn position(word: &str) -> Option<u32> {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if let Some(at) = WORDS.iter().position(|known| *known == word) {
        return u32::try_from(at + 1).ok();
    }
    word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()
}

fn push(whole: &regex::Match, from: Side, position: u32, hits: &mut Vec<Hit>) {
    if position > 0 {
        let span = (whole.start(), whole.end());
        hits.push(Hit::new(Kind::Ordinal, span, Value::Ordinal { from, position }, 0.88, By::Pattern));
    }
}
