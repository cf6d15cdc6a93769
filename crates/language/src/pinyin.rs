//! How Chinese characters are read: pinyin without tones.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Number of a syllable in the table of syllables.
pub(crate) type Syllable = u16;

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FA5;
const NONE: Syllable = Syllable::MAX;

pub(crate) struct Table {
    /// Sorted.
    syllables: Vec<&'static str>,
    /// The number of the sound class of each syllable; syllables that are often confused share one.
    classes: Vec<Syllable>,
    /// The commonest reading of each character of the block.
    common: Box<[Syllable]>,
    /// Further readings.
    others: HashMap<char, Vec<Syllable>>,
    /// Words that are read otherwise than their characters alone, by the first character, the longest first.
    words: HashMap<char, Vec<(&'static str, Vec<Syllable>)>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut parts = include_str!("../data/pinyin.txt").split("\n\n");
    let mut part = || parts.next().unwrap_or_default().lines().filter_map(|line| line.split_once(' '));
    let readings: Vec<(&str, &str)> = part().collect();
    let syllables: Vec<&str> = readings.iter().map(|(syllable, _)| *syllable).collect();
    let number = |syllable: &str| syllables.binary_search(&syllable).map_or(NONE, |at| at as Syllable);
    let mut common = vec![NONE; (LAST - FIRST + 1) as usize].into_boxed_slice();
    for (number, (_, characters)) in readings.iter().enumerate() {
        for c in characters.chars() {
            common[(c as u32 - FIRST) as usize] = number as Syllable;
        }
    }
    let mut others: HashMap<char, Vec<Syllable>> = HashMap::new();
    for (syllable, characters) in part() {
        for c in characters.chars() {
            others.entry(c).or_default().push(number(syllable));
        }
    }
    let mut words: HashMap<char, Vec<(&str, Vec<Syllable>)>> = HashMap::new();
    for (word, reading) in part() {
        let first = word.chars().next().unwrap_or(' ');
        words.entry(first).or_default().push((word, reading.split(' ').map(number).collect()));
    }
    for list in words.values_mut() {
        list.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }
    let merged: Vec<String> = syllables.iter().map(|syllable| merged(syllable)).collect();
    let classes =
        merged.iter().map(|sound| merged.iter().position(|other| other == sound).unwrap_or(0) as Syllable).collect();
    Table { syllables, classes, common, others, words }
});

/// The table, read when first used (about 1 ms, 150 kB).
pub(crate) fn table() -> &'static Table {
    &TABLE
}

impl Table {
    /// The commonest reading of a character.
    pub fn common(&self, c: char) -> Option<Syllable> {
        let at = (c as u32).checked_sub(FIRST)?;
        self.common.get(at as usize).copied().filter(|&syllable| syllable != NONE)
    }

    /// Whether a character may be read so.
    pub fn may_sound(&self, c: char, syllable: Syllable) -> bool {
        self.common(c) == Some(syllable) || self.others.get(&c).is_some_and(|others| others.contains(&syllable))
    }

    pub fn syllable(&self, text: &str) -> Option<Syllable> {
        self.syllables.binary_search(&text).ok().map(|at| at as Syllable)
    }

    pub fn text(&self, syllable: Syllable) -> &'static str {
        self.syllables.get(syllable as usize).copied().unwrap_or_default()
    }

    /// The class of syllables that are easily taken for this one.
    pub fn class(&self, syllable: Syllable) -> Syllable {
        self.classes.get(syllable as usize).copied().unwrap_or(NONE)
    }

    /// Whether two syllables differ in their beginning or in their end, not in both.
    pub fn is_near(&self, a: Syllable, b: Syllable) -> bool {
        let ((a1, a2), (b1, b2)) = (parts(self.text(a)), parts(self.text(b)));
        a1 == b1 || a2 == b2
    }

    /// The reading of each character of `text` in its word, `None` for what is no Chinese character.
    pub fn read(&self, text: &str) -> Vec<Option<Syllable>> {
        let mut read = Vec::with_capacity(text.len() / 3);
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            match self.words.get(&c).and_then(|list| list.iter().find(|(word, _)| rest.starts_with(word))) {
                Some((word, reading)) => {
                    read.extend(reading.iter().map(|&syllable| Some(syllable)));
                    at += word.len();
                }
                None => {
                    read.push(self.common(c));
                    at += c.len_utf8();
                }
            }
        }
        read
    }
}

/// The pinyin syllables of the Chinese characters of `text`, in order, without tones, ü as `v`; what is no
/// Chinese character is left out. A character with several readings is read as in the word it stands in
/// (银行 yin hang, 行李 xing li).
pub fn pinyin(text: &str) -> Vec<&'static str> {
    let table = table();
    table.read(text).into_iter().flatten().map(|syllable| table.text(syllable)).collect()
}

/// All readings of a character, the commonest first; none for what is no Chinese character.
pub fn readings(c: char) -> Vec<&'static str> {
    let table = table();
    let others = table.others.get(&c).into_iter().flatten().copied();
    table.common(c).into_iter().chain(others).map(|syllable| table.text(syllable)).collect()
}

/// The first letters of the pinyin syllables of `text`: 退款 → `tk`, 支付宝 → `zfb`.
pub fn initials(text: &str) -> String {
    pinyin(text).into_iter().filter_map(|syllable| syllable.chars().next()).collect()
}

/// The sound of a Chinese word with what is often confused made the same: zh/z, ch/c, sh/s; n/l/r; f/h; ang/an,
/// eng/en, ing/in. Words with the same key sound alike: 帐号 and 账号, 退宽 and 退款. Syllables are divided by a
/// space; what is no Chinese character is left out.
pub fn sound_key(word: &str) -> String {
    let sounds: Vec<String> = pinyin(word).into_iter().map(merged).collect();
    sounds.join(" ")
}

/// The initial and the final.
fn parts(syllable: &str) -> (&str, &str) {
    syllable.split_at(syllable.find(['a', 'e', 'i', 'o', 'u', 'v']).unwrap_or(syllable.len()))
}

fn merged(syllable: &str) -> String {
    let (initial, rest) = parts(syllable);
    let initial = match initial {
        "zh" => "z",
        "ch" => "c",
        "sh" => "s",
        "n" | "r" => "l",
        "f" => "h",
        other => other,
    };
    let rest = match rest.strip_suffix('g') {
        Some(without) if !without.ends_with("on") => without,
        _ => rest,
    };
    format!("{initial}{rest}")
}

/// The best division of a run of Latin letters into pinyin syllables, as few as possible, or `None` when it is
/// not pinyin throughout. Letters may be of either case; an apostrophe divides (`xi'an`).
///
/// ```
/// use yingda_language::syllables;
/// assert_eq!(syllables("tuikuan"), Some(vec!["tui", "kuan"]));
/// assert_eq!(syllables("refund"), None);
/// ```
pub fn syllables(run: &str) -> Option<Vec<&str>> {
    // Every syllable ends so.
    let ends = run.as_bytes().last().is_some_and(|b| b"aeiouvngrAEIOUVNGR".contains(b));
    if !ends || run.len() > LONGEST_RUN || !run.bytes().all(|b| b.is_ascii_alphabetic() || b == b'\'') {
        return None;
    }
    // For each end: the number of syllables up to there, and where the last one starts.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; run.len() + 1];
    best[0] = Some((0, 0));
    for start in 0..run.len() {
        let Some((count, _)) = best[start] else { continue };
        if run.as_bytes()[start] == b'\'' && start > 0 {
            best[start + 1] = Some((count, start));
            continue;
        }
        for (end, _) in typed_at(run, start) {
            if best[end].is_none_or(|(other, _)| count + 1 < other) {
                best[end] = Some((count + 1, start));
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = run.len();
    while end > 0 {
        let (_, start) = best[end]?;
        if &run[start..end] != "'" {
            parts.push(&run[start..end]);
        }
        end = start;
    }
    parts.reverse();
    (!parts.is_empty()).then_some(parts)
}

/// Longer runs of letters are no pinyin that anybody typed.
const LONGEST_RUN: usize = 64;
const LONGEST_SYLLABLE: usize = 6;

/// The syllables that somebody may have typed at `start` of a run of ASCII letters: where each ends, the longest
/// last.
pub(crate) fn typed_at(run: &str, start: usize) -> impl Iterator<Item = (usize, Syllable)> + '_ {
    let longest = run.len().min(start + LONGEST_SYLLABLE);
    (start + 1..=longest).filter_map(move |end| {
        let letters = run.get(start..end)?;
        let mut lower = [0_u8; LONGEST_SYLLABLE];
        let lower = lower.get_mut(..letters.len())?;
        lower.copy_from_slice(letters.as_bytes());
        lower.make_ascii_lowercase();
        let syllable = std::str::from_utf8(lower).ok()?;
        // Grunts, and what only rare characters sound like.
        if matches!(syllable, "m" | "n" | "ng" | "hm" | "hng" | "o" | "eng" | "fiao" | "chua" | "rua" | "lo") {
            return None;
        }
        Some((end, table().syllable(syllable)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn characters_are_read_as_in_their_word() {
        for (text, reading) in [
            ("退款", "tui kuan"),
            ("我在银行上班，银行的行李", "wo zai yin hang shang ban yin hang de xing li"),
            ("还款和还是", "huan kuan he hai shi"),
            ("便宜", "pian yi"),
            ("绿色ABC", "lv se"),
            ("重新充值", "chong xin chong zhi"),
            ("", ""),
        ] {
            assert_eq!(pinyin(text).join(" "), reading, "{text}");
        }
        assert_eq!(initials("支付宝"), "zfb");
        assert!(readings('行').contains(&"xing") && readings('行').contains(&"hang"));
        assert!(readings('x').is_empty());
    }

    #[test]
    fn words_that_sound_alike_share_a_key() {
        for (a, b) in [
            ("在", "再"),
            ("帐号", "账号"),
            ("退宽", "退款"),
            ("四", "是"),
            ("那里", "哪里"),
            ("牛奶", "流来"),
            ("飞机", "灰机"),
        ] {
            let same = sound_key(a) == sound_key(b);
            assert_eq!(same, a != "飞机", "{a} {b}");
        }
        assert_eq!(sound_key("星星"), sound_key("新心"));
        assert_ne!(sound_key("发票"), sound_key("发货"));
    }

    #[test]
    fn typed_pinyin_is_divided() {
        for (run, parts) in [
            ("woyaotuikuan", Some("wo yao tui kuan")),
            ("Xi'an", Some("Xi an")),
            ("zenmeban", Some("zen me ban")),
            ("nihao", Some("ni hao")),
            ("hello", None),
            ("refund", None),
            ("", None),
            ("'", None),
        ] {
            assert_eq!(syllables(run).map(|parts| parts.join(" ")), parts.map(str::to_owned), "{run}");
        }
    }

    #[test]
    fn the_table_holds_every_common_character() {
        let known =
            crate::word_list::chinese().iter().flat_map(|(word, _)| word.chars()).all(|c| table().common(c).is_some());
        assert!(known && table().syllables.is_sorted());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>(), letters in "[a-zA-Z']{0,70}") {
            prop_assert!(pinyin(&text).len() <= text.chars().count());
            let _ = (sound_key(&text), initials(&text), syllables(&text));
            if let Some(parts) = syllables(&letters) {
                prop_assert_eq!(parts.concat(), letters.replace('\'', ""));
            }
        }
    }
}
