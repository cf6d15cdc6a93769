//! Words that a slip of the finger or of the input method made of those that are expected, put right.
//!
//! Only what is nearly a term of the vocabulary is touched, and only by the slips that people make: a character of the same sound,
//! pinyin in its place, one doubled, swapped or lost; a key beside the right one. Nothing here puts in or takes out a no.

use std::sync::LazyLock;

use yingda_language::{Speller, is_han, normalise, readings, sound_key, syllables, tokens};

/// How near a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It answers what was asked.
    Asked,
    /// It may be said at any time.
    Known,
}

/// Words that are expected.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    words: String,
    letters: Vec<char>,
    standing: Standing,
    is_chinese: bool,
}

impl Term {
    /// `None` for words without letters.
    pub fn new(words: &str, standing: Standing) -> Option<Self> {
        let words = words.trim();
        let letters: Vec<char> = words.to_lowercase().chars().collect();
        let fits = letters.len() <= LONGEST_TERM && letters.iter().any(|c| c.is_alphabetic());
        let is_chinese = letters.iter().copied().any(is_han);
        fits.then(|| Self { words: words.to_owned(), letters, standing, is_chinese })
    }

    /// Letters that count.
    fn weight(&self) -> u32 {
        u32::try_from(self.letters.iter().filter(|c| c.is_alphanumeric()).count()).unwrap_or(u32::MAX)
    }
}

const LONGEST_TERM: usize = 40;
/// Longer messages tell a story: they are left as they are.
const LONGEST_TEXT: usize = 240;

/// A message as it was meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mended {
    pub text: String,
    /// Ranges of bytes: as written, as mended.
    changes: Vec<((usize, usize), (usize, usize))>,
}

impl Mended {
    /// Where a place of the mended text stands in the message as it was written. Within changed words it is their beginning.
    pub fn written(&self, place: usize) -> usize {
        let mut shift = (0, 0);
        for (written, mended) in &self.changes {
            if place < mended.0 {
                break;
            }
            if place < mended.1 {
                return written.0;
            }
            shift = (written.1, mended.1);
        }
        shift.0 + (place - shift.1)
    }

    fn of(text: &str, changes: Vec<(usize, usize, String)>) -> Self {
        let mut mended = Self { text: String::with_capacity(text.len()), changes: Vec::new() };
        let mut from = 0;
        for (start, end, words) in changes {
            mended.text.push_str(&text[from..start]);
            let begins = mended.text.len();
            mended.text.push_str(&words);
            mended.changes.push(((start, end), (begins, mended.text.len())));
            from = end;
        }
        mended.text.push_str(&text[from..]);
        mended
    }
}

/// Costs of slips, in hundredths.
const SAME_SOUND: u32 = 35;
const NEAR_SOUND: u32 = 50;
const PINYIN: u32 = 35;
const DOUBLED: u32 = 35;
const SWAPPED: u32 = 50;
const KEY_BESIDE: u32 = 50;
const SPACE: u32 = 15;
const LOST_HAN: u32 = 80;
const LOST_LETTER: u32 = 70;
const MORE_HAN: u32 = 120;
const MORE_LETTER: u32 = 80;
const OTHER_LETTER: u32 = 110;
/// No slip that is looked for.
const NEVER: u32 = 400;

/// Characters that say no.
const NO: [char; 8] = ['不', '没', '別', '别', '未', '无', '非', '沒'];

/// `text` with its slips put right, as far as they hide terms.
pub(crate) fn mend(text: &str, terms: &[Term]) -> Mended {
    let sight = Sight::new(text);
    if sight.letters.is_empty() || sight.letters.len() > LONGEST_TEXT {
        return Mended { text: text.to_owned(), changes: Vec::new() };
    }
    let mut found: Vec<Found<'_>> = Vec::new();
    for term in terms {
        sight.find(term, &mut found);
    }
    found.sort_by_key(|found| (std::cmp::Reverse(found.worth()), found.start));
    let mut chosen: Vec<Found<'_>> = Vec::new();
    for one in found {
        if !chosen.iter().any(|other| one.start < other.end && other.start < one.end) {
            chosen.push(one);
        }
    }
    chosen.retain(|one| one.cost > 0);
    let mut changes: Vec<(usize, usize, String)> =
        chosen.iter().map(|one| (sight.offsets[one.start], sight.offsets[one.end], one.term.words.clone())).collect();
    for at in sight.joints() {
        if !changes.iter().any(|(start, end, _)| *start < at && at < *end) {
            changes.push((at, at, " ".to_owned()));
        }
    }
    changes.sort_by_key(|(start, end, _)| (*start, *end));
    Mended::of(text, changes)
}

/// A term in the text, by place of letters.
struct Found<'t> {
    term: &'t Term,
    start: usize,
    end: usize,
    cost: u32,
}

impl Found<'_> {
    fn worth(&self) -> i64 {
        let asked = if self.term.standing == Standing::Asked { 40 } else { 0 };
        100 * i64::from(self.term.weight()) - 2 * i64::from(self.cost) + asked
    }
}

struct Sight<'t> {
    text: &'t str,
    /// In lower case.
    letters: Vec<char>,
    /// Where each letter begins, and where the text ends.
    offsets: Vec<usize>,
    sounds: Vec<Vec<&'static str>>,
    has_han: bool,
    /// Words of several characters, by place of letters.
    words: Vec<(usize, usize)>,
}

impl<'t> Sight<'t> {
    fn new(text: &'t str) -> Self {
        let letters: Vec<char> = text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
        let mut offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        offsets.push(text.len());
        let sounds = letters.iter().map(|c| if is_han(*c) { readings(*c) } else { Vec::new() }).collect();
        let place = |byte: usize| offsets.partition_point(|offset| *offset < byte);
        let words = tokens(text)
            .into_iter()
            .map(|token| (place(token.start), place(token.end)))
            .filter(|(start, end)| end - start >= 2 && letters[*start..*end].iter().copied().all(is_han))
            .collect();
        let has_han = letters.iter().copied().any(is_han);
        Self { text, letters, offsets, sounds, has_han, words }
    }

    /// Where the term stands in the text, as it is or nearly.
    fn find<'k>(&self, term: &'k Term, found: &mut Vec<Found<'k>>) {
        // Chinese terms in Chinese messages, English ones in those that have English.
        if term.is_chinese && !self.has_han || !self.may_hold(term) {
            return;
        }
        let (text, wanted) = (&self.letters, &term.letters);
        let sounds: Vec<Vec<&'static str>> =
            wanted.iter().map(|c| if is_han(*c) { readings(*c) } else { Vec::new() }).collect();
        let width = text.len() + 1;
        // For each letter of the term and each place of the text: the least cost up to there, and where that begins.
        let mut least: Vec<(u32, usize)> = vec![(NEVER, 0); (wanted.len() + 1) * width];
        for (at, cell) in least.iter_mut().take(width).enumerate() {
            *cell = (0, at);
        }
        for row in 1..=wanted.len() {
            let letter = wanted[row - 1];
            for at in 0..width {
                let cell = |row: usize, at: usize, cost: u32| {
                    let (before, start) = least[row * width + at];
                    (before.saturating_add(cost).min(NEVER), start)
                };
                // Beside other words, a term whose edge is missing is another term.
                let edge_within =
                    row == wanted.len() && !self.ends_word(at) || row == 1 && at > 0 && !self.ends_word(at - 1);
                let missing = if is_han(letter) && edge_within { NEVER } else { lost(wanted, row - 1) };
                let mut best = cell(row - 1, at, missing);
                let mut offer = |other: (u32, usize)| {
                    if other.0 < best.0 {
                        best = other;
                    }
                };
                if at > 0 {
                    offer(cell(row - 1, at - 1, self.instead(at - 1, letter, &sounds[row - 1])));
                    offer(cell(row, at - 1, self.more(at - 1)));
                }
                let swapped = at > 1 && row > 1 && text[at - 1] == wanted[row - 2] && text[at - 2] == letter;
                if swapped && text[at - 1] != text[at - 2] {
                    offer(cell(row - 2, at - 2, SWAPPED));
                }
                for sound in &sounds[row - 1] {
                    let begins = at.checked_sub(sound.len());
                    let Some(begins) = begins.filter(|begins| text[*begins..at].iter().copied().eq(sound.chars()))
                    else {
                        continue;
                    };
                    offer(cell(row - 1, begins, PINYIN));
                }
                least[row * width + at] = best;
            }
        }
        for end in 1..width {
            let (cost, start) = least[wanted.len() * width + end];
            if cost < NEVER && start < end && self.is_whole(start, end) && self.allows(term, start, end, cost) {
                found.push(Found { term, start, end, cost });
            }
        }
    }

    /// Whether there is no letter at a place.
    fn ends_word(&self, at: usize) -> bool {
        self.letters.get(at).is_none_or(|c| !c.is_alphabetic())
    }

    /// Whether enough of the term is there at all: a quick look before the thorough one.
    fn may_hold(&self, term: &Term) -> bool {
        let there = term.letters.iter().filter(|c| self.letters.contains(c)).count();
        let least = if term.is_chinese { term.letters.len() / 4 } else { term.letters.len() * 2 / 3 };
        there >= least
    }

    /// What a letter of the text costs where another is wanted.
    fn instead(&self, at: usize, wanted: char, sounds: &[&'static str]) -> u32 {
        let written = self.letters[at];
        if written == wanted {
            return 0;
        }
        if is_han(written) && is_han(wanted) {
            if NO.contains(&wanted) != NO.contains(&written) && !self.sounds[at].iter().any(|own| sounds.contains(own))
            {
                return NEVER;
            }
            if self.sounds[at].iter().any(|own| sounds.contains(own)) {
                return SAME_SOUND;
            }
            let near = sound_key(&written.to_string()) == sound_key(&wanted.to_string());
            return if near { NEAR_SOUND } else { NEVER };
        }
        let letters = written.is_ascii_alphabetic() && wanted.is_ascii_alphabetic();
        match letters {
            true if are_beside(written, wanted) => KEY_BESIDE,
            true => OTHER_LETTER,
            false => NEVER,
        }
    }

    /// What a letter of the text costs that the term does not have.
    fn more(&self, at: usize) -> u32 {
        let written = self.letters[at];
        let before = at.checked_sub(1).map(|before| self.letters[before]);
        match written {
            ' ' => SPACE,
            _ if before == Some(written) && written.is_alphabetic() => DOUBLED,
            _ if NO.contains(&written) => NEVER,
            _ if is_han(written) => MORE_HAN,
            _ if written.is_ascii_alphabetic() => MORE_LETTER,
            _ => NEVER,
        }
    }

    /// Whether no word of letters is cut.
    fn is_whole(&self, start: usize, end: usize) -> bool {
        let is_letter = |at: usize| self.letters.get(at).is_some_and(char::is_ascii_alphabetic);
        let cut = |at: usize| at > 0 && is_letter(at - 1) && is_letter(at);
        !cut(start) && !cut(end)
    }

    /// Whether a term may be meant that is so far from what stands there.
    fn allows(&self, term: &Term, start: usize, end: usize, cost: u32) -> bool {
        if cost == 0 {
            return true;
        }
        let weight = term.weight();
        let alone = self.is_alone(start, end);
        let asked = term.standing == Standing::Asked;
        if !term.is_chinese {
            let most = match (weight, asked) {
                (0..=2, _) => 0,
                (3, true) if alone => 70,
                (4..=5, true) if alone => 110,
                (4..=5, true) => 80,
                (3..=5, _) => 0,
                (_, true) => 17 * weight,
                (_, false) => 14 * weight,
            };
            return cost <= most && (asked && alone || self.has_unknown(start, end));
        }
        let short = match (weight, asked) {
            (1, true) if self.is_all(start, end) => return cost <= SAME_SOUND,
            (0..=1, _) => return false,
            (2, true) if alone => return cost <= 50,
            (2, true) => 50,
            (2, false) => 35,
            (3, _) if alone => return cost <= 85,
            (3, true) => 85,
            (3, false) => 75,
            (4, true) => return cost <= 120,
            (4, false) => return cost <= if alone { 120 } else { 75 },
            (_, true) => return cost <= 28 * weight,
            (_, false) => return cost <= if alone { 28 * weight } else { 20 * weight },
        };
        cost <= short && !self.is_word(term, start, end)
    }

    /// Whether words that exist stand there, or reach into it: then they are meant. Words that the term has too say nothing
    /// against it.
    fn is_word(&self, term: &Term, start: usize, end: usize) -> bool {
        let speaks_against = |from: usize, to: usize| {
            let word = &self.letters[from..to];
            let is_its_own = from >= start && to <= end && term.letters.windows(word.len()).any(|own| own == word);
            from < end && start < to && !is_its_own
        };
        self.words.iter().any(|(from, to)| speaks_against(*from, *to))
    }

    /// Whether one of the English words is none.
    fn has_unknown(&self, start: usize, end: usize) -> bool {
        let words = &self.text[self.offsets[start]..self.offsets[end]];
        let mut words = words.split(|c: char| !c.is_alphabetic() && c != '\'');
        // The dictionary looks past letters that are drawn out.
        let is_drawn_out = |word: &str| normalise(word).len() != word.len();
        words.any(|word| word.len() > 1 && (is_drawn_out(word) || !DICTIONARY.knows(word)))
    }

    /// Whether it makes up a clause, but for particles.
    fn is_alone(&self, start: usize, end: usize) -> bool {
        let ends = |at: usize| self.letters.get(at).is_none_or(|c| !c.is_alphabetic() && *c != ' ');
        let after = (end..self.letters.len()).find(|at| !PARTICLES.contains(&self.letters[*at])).unwrap_or(usize::MAX);
        let before = (0..start).rev().find(|at| !PARTICLES.contains(&self.letters[*at]));
        ends(after) && before.is_none_or(ends)
    }

    fn is_all(&self, start: usize, end: usize) -> bool {
        let others = self.letters[..start].iter().chain(&self.letters[end..]);
        others.clone().all(|c| !c.is_alphanumeric())
    }

    /// Where pinyin runs into a number: 手ji19900000053, QH2611050123huan. By bytes.
    fn joints(&self) -> Vec<usize> {
        let mut joints = Vec::new();
        if !self.has_han {
            return joints;
        }
        let mut at = 0;
        while at < self.text.len() {
            let rest = &self.text[at..];
            let run = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            if run == 0 {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let word = &rest[..run];
            let digits = word.find(|c: char| c.is_ascii_digit()).unwrap_or(run);
            let after = word.rfind(|c: char| c.is_ascii_digit()).map_or(run, |last| last + 1);
            if after >= digits + LONG_NUMBER {
                let is_pinyin = |part: &str| {
                    part.bytes().all(|b| b.is_ascii_lowercase()) && part.len() > 1 && syllables(part).is_some()
                };
                if is_pinyin(&word[..digits]) {
                    joints.push(at + digits);
                }
                if is_pinyin(&word[after..]) {
                    joints.push(at + after);
                }
            }
            at += run;
        }
        joints
    }
}

/// Digits of a number that no word is part of.
const LONG_NUMBER: usize = 6;
const PARTICLES: [char; 14] = ['了', '吧', '啊', '呀', '哦', '的', '呢', '哈', '嗯', '恩', '那', '就', '请', ' '];

/// What a letter of the term costs that is not there.
fn lost(wanted: &[char], at: usize) -> u32 {
    let letter = wanted[at];
    let twice = at > 0 && wanted[at - 1] == letter;
    match letter {
        ' ' | '\'' | '-' => SPACE,
        _ if NO.contains(&letter) => NEVER,
        _ if twice && letter.is_alphabetic() => DOUBLED,
        _ if is_han(letter) => LOST_HAN,
        _ if letter.is_ascii_alphabetic() => LOST_LETTER,
        _ => NEVER,
    }
}

/// Whether two letters are beside each other on a keyboard.
fn are_beside(a: char, b: char) -> bool {
    let place = |c: char| KEYS.iter().enumerate().find_map(|(row, keys)| Some((row as i32, keys.find(c)? as i32)));
    match (place(a), place(b)) {
        (Some((row, column)), Some((other_row, other))) => (row - other_row).abs() <= 1 && (column - other).abs() <= 1,
        _ => false,
    }
}

const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// The words of the languages.
static DICTIONARY: LazyLock<Speller> = LazyLock::new(|| Speller::new(std::iter::empty::<&str>()));

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str, asked: &[&str], known: &[&str]) -> String {
        let term = |standing| move |words: &&str| Term::new(words, standing);
        let asked = asked.iter().filter_map(term(Standing::Asked));
        let terms: Vec<Term> = asked.chain(known.iter().filter_map(term(Standing::Known))).collect();
        mend(text, &terms).text
    }

    #[test]
    fn slips_of_chinese_input_are_put_right() {
        let options = ["不想要了", "质量问题", "没有收到", "空气炸锅", "电饭煲", "是", "行", "确认"];
        for (written, meant) in [
            ("不响要了，没拆封", "不想要了，没拆封"),
            ("不想le", "不想要了"),
            ("质量题问", "质量问题"),
            ("酶有收到", "没有收到"),
            ("恐气炸锅", "空气炸锅"),
            ("电fan煲", "电饭煲"),
            ("师", "是"),
            ("性", "行"),
            ("确仁", "确认"),
        ] {
            assert_eq!(mended(written, &options, &[]), meant);
        }
    }

    #[test]
    fn what_may_be_said_at_any_time_is_known_by_less() {
        let phrases =
            ["我有多少积分", "撤销退货申请", "我要留言", "退货", "烫伤", "转人工", "杭州市", "stopped working"];
        for (written, meant) in [
            ("我游多少积分", "我有多少积分"),
            ("撤xiao退货申请，QH2611182846", "撤销退货申请，QH2611182846"),
            ("我要留烟", "我要留言"),
            ("腿货QH2611191652", "退货QH2611191652"),
            ("把孩子烫尚了", "把孩子烫伤了"),
            ("憋跟我绕了，人转工！", "憋跟我绕了，转人工！"),
            ("杭州师西湖区", "杭州市西湖区"),
            ("my blender stoppped working, I want arefund.", "my blender stopped working, I want arefund."),
        ] {
            assert_eq!(mended(written, &[], &phrases), meant);
        }
    }

    #[test]
    fn slips_of_the_finger_are_put_right() {
        let options = ["yes", "yes please", "arrived broken", "Zhejiang"];
        for (written, meant) in [
            ("eys", "yes"),
            ("ys plase", "yes please"),
            ("it arrrvied broken", "it arrived broken"),
            ("Hangzhou, shejiang", "Hangzhou, Zhejiang"),
        ] {
            assert_eq!(mended(written, &options, &["cancel my order"]), meant);
        }
        assert_eq!(mended("cancel myordr please", &[], &["cancel my order"]), "cancel my order please");
    }

    #[test]
    fn a_no_is_neither_put_in_nor_taken_out() {
        for (written, term) in
            [("想要了", "不想要了"), ("不收到货", "收到货"), ("要退货", "不要退货"), ("没有损坏", "有损坏")]
        {
            assert_eq!(mended(written, &[term], &[term]), written);
        }
    }

    #[test]
    fn what_is_no_slip_stays() {
        let asked = ["是", "退货", "换货", "没拆封", "用过了", "broken", "used", "yes", "no"];
        let known = [
            "个人发票",
            "how many points do I have",
            "我要退货",
            "我要换货",
            "取消订单",
            "cancel my order",
            "change my address",
            "defective",
        ];
        for text in [
            "我要换货",
            "我要退款",
            "取消退货",
            "事情是这样的",
            "你们几点关门",
            "订单号QH2611191652 手机号19900000026",
            "change my order",
            "the token is used",
            "a detective story",
            "now",
            "QH2611050123",
            "再给我开个发票",
            "cancel order QH2611227226 and tell me how many points I have",
            "I want a refund",
        ] {
            assert_eq!(mended(text, &asked, &known), text);
        }
    }

    #[test]
    fn pinyin_is_parted_from_numbers() {
        assert_eq!(mended("订单QH2611191652，手ji19900000053", &[], &[]), "订单QH2611191652，手ji 19900000053");
        assert_eq!(mended("QH2611227666huan个地址", &[], &[]), "QH2611227666 huan个地址");
        assert_eq!(mended("单号sf1234567890123", &[], &[]), "单号sf1234567890123");
    }

    #[test]
    fn places_lead_back_to_what_was_written() {
        let terms: Vec<Term> = [Term::new("撤销退货申请", Standing::Known)].into_iter().flatten().collect();
        let written = "请撤xiao退货申请，QH2611182846";
        let mended = mend(written, &terms);
        let at = mended.text.find("QH").unwrap_or_default();
        assert_eq!(mended.written(at), written.find("QH").unwrap_or_default());
        assert_eq!(mended.written(mended.text.len()), written.len());
        assert_eq!(mended.written(0), 0);
    }
}
