//! Wordings that were typed in a hurry: a character of the same sound, its pinyin, letters doubled, swapped or left out.
//!
//! Nothing is taken for its opposite: a different syllable is another word (退货, 换货), and a 不 too many or too few is none of
//! the slips.

use yingda_language::{is_han, pinyin, sound_key, syllables};

/// How far what was said may be from a wording.
const NEVER: u8 = 100;
/// Characters that turn a wording round; they are neither slipped in nor left out.
const NO: [&str; 6] = ["bu", "mei", "bie", "wu", "hei", "wei"];

/// A text as it sounds: a syllable for each Chinese character and each syllable of pinyin, other letters one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sounds(Vec<String>);

impl Sounds {
    /// The sounds of a text in lower case, without marks and spaces.
    pub fn of(text: &str) -> Self {
        let has_han = text.chars().any(is_han);
        let mut sounds = Vec::new();
        let mut run = String::new();
        for sign in text.chars() {
            if sign.is_ascii_alphabetic() {
                run.push(sign);
                continue;
            }
            close(&mut run, has_han, &mut sounds);
            if is_han(sign) {
                sounds.push(sound_key(&sign.to_string()));
            } else {
                sounds.push(sign.to_string());
            }
        }
        close(&mut run, has_han, &mut sounds);
        Self(sounds)
    }

    /// Whether the whole is `wording` with slips.
    pub fn are(&self, wording: &Self) -> bool {
        let most = allowed(&wording.0);
        wording.0.len() >= 2 && distance(&wording.0, &self.0, Within::Whole) <= most
    }

    /// With how many slips `wording` is within it; short ones must be without, but for their characters.
    pub fn hold(&self, wording: &Self) -> Option<u8> {
        let shortest = if is_latin(&wording.0) { 6 } else { 2 };
        let slips = distance(&wording.0, &self.0, Within::Part);
        (wording.0.len() >= shortest && slips <= allowed(&wording.0)).then_some(slips)
    }
}

/// Pinyin beside Chinese characters becomes syllables; English stays letters.
fn close(run: &mut String, has_han: bool, sounds: &mut Vec<String>) {
    match syllables(run).filter(|_| has_han) {
        // The key of a syllable is that of a character that is read so; one of each is enough to compare.
        Some(parts) => sounds.extend(parts.into_iter().map(|part| merged(&part.to_lowercase()))),
        None => sounds.extend(run.chars().map(|letter| letter.to_string())),
    }
    run.clear();
}

/// A syllable with what is often confused made the same, as [`sound_key`] does it.
fn merged(syllable: &str) -> String {
    let (initial, rest) = syllable.split_at(syllable.find(['a', 'e', 'i', 'o', 'u', 'v']).unwrap_or(syllable.len()));
    let initial = match initial {
        "zh" => "z",
        "ch" => "c",
        "sh" => "s",
        "n" | "r" => "l",
        "f" => "h",
        other => other,
    };
    let rest = rest.strip_suffix('g').filter(|without| !without.ends_with("on")).unwrap_or(rest);
    format!("{initial}{rest}")
}

fn is_latin(sounds: &[String]) -> bool {
    sounds.iter().all(|sound| sound.len() == 1)
}

/// Slips that a wording of this length may have.
fn allowed(wording: &[String]) -> u8 {
    match (is_latin(wording), wording.len()) {
        (true, ..5) => 0,
        (true, 5..8) => 1,
        (true, 8..14) => 2,
        (true, _) => 3,
        (false, ..3) => 0,
        (false, 3..7) => 1,
        (false, _) => 2,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Whole,
    Part,
}

/// The fewest slips that make `said`, or a part of it, of `wording`.
fn distance(wording: &[String], said: &[String], within: Within) -> u8 {
    let latin = is_latin(wording);
    let mut rows: Vec<Vec<u8>> = Vec::with_capacity(wording.len() + 1);
    let start = |at: usize| if within == Within::Part || at == 0 { 0 } else { NEVER };
    rows.push((0..=said.len()).map(start).collect());
    for i in 1..=wording.len() {
        let own = &wording[i - 1];
        let mut row = Vec::with_capacity(said.len() + 1);
        for j in 0..=said.len() {
            let left_out = if !latin && NO.contains(&own.as_str()) { NEVER } else { 1 };
            let mut least = rows[i - 1][j].saturating_add(left_out);
            if j > 0 {
                let other = &said[j - 1];
                let differs = match (own == other, latin) {
                    (true, _) => 0,
                    (false, true) => 1,
                    (false, false) => NEVER,
                };
                least = least.min(rows[i - 1][j - 1].saturating_add(differs));
                // One too many: a doubled one, or any letter of a Latin word.
                let doubled = j > 1 && said[j - 2] == *other;
                if doubled || latin {
                    let before: u8 = row[j - 1];
                    least = least.min(before.saturating_add(1));
                }
                if i > 1 && j > 1 && *own == said[j - 2] && wording[i - 2] == *other {
                    least = least.min(rows[i - 2][j - 2].saturating_add(1));
                }
            }
            row.push(least.min(NEVER));
        }
        rows.push(row);
    }
    let last = rows.last().map(Vec::as_slice).unwrap_or_default();
    match within {
        Within::Whole => last.last().copied().unwrap_or(NEVER),
        Within::Part => last.iter().copied().min().unwrap_or(NEVER),
    }
}

/// The syllables of Chinese characters and of pinyin among them; none where there is something else.
fn read_aloud(text: &str) -> Vec<String> {
    let mut heard = Vec::new();
    let mut run = String::new();
    for sign in text.chars().chain(['。']) {
        if sign.is_ascii_alphabetic() {
            run.push(sign.to_ascii_lowercase());
            continue;
        }
        if !run.is_empty() {
            let Some(parts) = syllables(&run) else { return Vec::new() };
            heard.extend(parts.into_iter().map(str::to_owned));
            run.clear();
        }
        heard.extend(pinyin(&sign.to_string()).into_iter().map(str::to_owned));
    }
    heard
}

/// A yes or no with a slip in it, as the whole of a message that answers a confirmation.
pub(super) fn slipped_answer(said: &str) -> Option<bool> {
    const YES: [&str; 15] = [
        "是",
        "是的",
        "好",
        "好的",
        "行",
        "可以",
        "对",
        "对的",
        "确认",
        "确定",
        "没问题",
        "提交",
        "提交吧",
        "办理吧",
        "没错",
    ];
    const NO_WORDS: [&str; 6] = ["不用", "不要", "不行", "不是", "算了", "不办"];
    const YES_LATIN: [&str; 6] = ["yes", "yesplease", "sure", "okay", "confirm", "goahead"];
    let letters: Vec<char> = said.chars().collect();
    if letters.iter().any(|letter| "一二三四五六七八九十两".contains(*letter))
        || letters.is_empty()
        || letters.len() > 12
    {
        return None;
    }
    let heard = read_aloud(said);
    if letters.iter().any(|letter| is_han(*letter)) && !heard.is_empty() {
        let mut once = heard.clone();
        once.dedup();
        let sounds = |words: &[&str]| {
            words.iter().any(|word| {
                let wanted = read_aloud(word);
                let swapped: Vec<String> = wanted.iter().rev().cloned().collect();
                heard == wanted || once == wanted || (wanted.len() == 2 && heard == swapped && !word.starts_with('不'))
            })
        };
        return match (sounds(&YES), sounds(&NO_WORDS)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
    }
    let said: Vec<String> = letters.iter().map(char::to_string).collect();
    let near = |word: &str| {
        let word: Vec<String> = word.chars().map(|letter| letter.to_string()).collect();
        let most = if word.len() < 8 { 1 } else { 3 };
        // Of a short word no letter may be another one: “yet” is no “yes”.
        let same_letters = word.len() > 4 || said.iter().all(|letter| word.contains(letter));
        same_letters && distance(&word, &said, Within::Whole) <= most
    };
    YES_LATIN.iter().any(|word| near(word)).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are(said: &str, wording: &str) -> bool {
        Sounds::of(said).are(&Sounds::of(wording))
    }

    #[test]
    fn slips_of_the_finger_and_of_the_input_method_are_seen_through() {
        for (said, meant) in [
            ("比角一夏", "比较一下"),
            ("堆比一下", "对比一下"),
            ("撤xiao退货申请", "撤销退货申请"),
            ("质量题问", "质量问题"),
            ("不响要了", "不想要了"),
            ("我要留烟", "我要留言"),
            ("cancelmyordr", "cancelmyorder"),
        ] {
            assert!(are(said, meant), "{said} {meant}");
        }
        assert!(Sounds::of("qh2611156655买错了每拆封").hold(&Sounds::of("没拆封")).is_some());
    }

    #[test]
    fn another_word_and_the_opposite_are_no_slips() {
        for (said, other) in [
            ("我要退货", "我要换货"),
            ("想要了", "不想要了"),
            ("不想退货", "想退货"),
            ("不要取消订单", "要取消订单"),
            ("没收到货", "收到货"),
            ("开", "关"),
        ] {
            assert!(!are(said, other), "{said} {other}");
        }
    }

    #[test]
    fn a_yes_or_no_with_a_slip_is_told_from_other_words() {
        for (said, answer) in [
            ("性", Some(true)),
            ("好好的", Some(true)),
            ("提脚吧", Some(true)),
            ("eys", Some(true)),
            ("ysplase", Some(true)),
            ("好de", Some(true)),
            ("shi的", Some(true)),
            ("体交吧", Some(true)),
            ("布用", Some(false)),
            ("十", None),
            ("yet", None),
            ("no", None),
            ("退货", None),
        ] {
            assert_eq!(slipped_answer(said), answer, "{said}");
        }
    }
}
