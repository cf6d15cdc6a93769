//! Slips of the finger and of the input method, made on purpose: to test and to measure how well something
//! copes with them.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::pinyin::table;
use crate::scan::scan;
use crate::segment::Kind;
use crate::word_list::chinese;

/// `text` with slips in about the share `rate` (0 to 1) of its Chinese characters and English letters. Chinese:
/// a character of the same sound (half of all slips), one dropped, doubled, swapped with the next, or its pinyin
/// instead. English: a key beside it, a letter dropped, doubled or swapped, a space missing. Digits, codes, e-mail and web
/// addresses are left alone. The same text, rate and seed always give the same.
pub fn noised(text: &str, rate: f32, seed: u64) -> String {
    let mut dice = Dice(seed ^ 0x5DEE_CE66_D1CE_4E5B);
    let mut out = String::with_capacity(text.len() + 8);
    let mut from = 0;
    for piece in scan(text) {
        let between = &text[from..piece.start];
        if between == " " && piece.kind == Kind::Word && dice.chance(rate / 2.0) {
            // Two words in one.
        } else {
            out.push_str(between);
        }
        let word = &text[piece.start..piece.end];
        match piece.kind {
            Kind::Han => slip(word, rate, &mut dice, &mut out, chinese_slip),
            Kind::Word if word.is_ascii() => slip(word, rate, &mut dice, &mut out, english_slip),
            _ => out.push_str(word),
        }
        from = piece.end;
    }
    out.push_str(&text[from..]);
    out
}

/// One slip at `at`, put into `out`: how many characters it used up.
type Slip = fn(&[char], usize, &mut Dice, &mut String) -> usize;

fn slip(word: &str, rate: f32, dice: &mut Dice, out: &mut String, one: Slip) {
    let letters: Vec<char> = word.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        if dice.chance(rate) {
            at += one(&letters, at, dice, out);
        } else {
            out.push(letters[at]);
            at += 1;
        }
    }
}

fn chinese_slip(letters: &[char], at: usize, dice: &mut Dice, out: &mut String) -> usize {
    let c = letters[at];
    match dice.below(10) {
        0..=4 => {
            let alike = table().common(c).and_then(|syllable| SAME_SOUND.get(&syllable));
            let others: Vec<char> = alike.into_iter().flatten().copied().filter(|&other| other != c).take(8).collect();
            out.push(others.get(dice.below(others.len().max(1))).copied().unwrap_or(c));
            1
        }
        5 if letters.len() > 2 => 1,
        6 => {
            out.extend([c, c]);
            1
        }
        7 if at + 1 < letters.len() => {
            out.extend([letters[at + 1], c]);
            2
        }
        _ => {
            match table().common(c) {
                Some(syllable) => out.push_str(table().text(syllable)),
                None => out.push(c),
            }
            1
        }
    }
}

fn english_slip(letters: &[char], at: usize, dice: &mut Dice, out: &mut String) -> usize {
    let c = letters[at];
    match dice.below(8) {
        0..=2 => {
            let beside: Vec<char> = beside(c.to_ascii_lowercase()).chars().collect();
            out.push(beside.get(dice.below(beside.len().max(1))).copied().unwrap_or(c));
            1
        }
        3 | 4 if letters.len() > 2 => 1,
        5 => {
            out.extend([c, c]);
            1
        }
        _ if at + 1 < letters.len() => {
            out.extend([letters[at + 1], c]);
            2
        }
        _ => {
            out.push(c);
            1
        }
    }
}

/// The letters beside a letter on a keyboard of the usual layout (QWERTY).
pub(crate) fn beside(c: char) -> &'static str {
    match c {
        'a' => "qwsz",
        'b' => "vghn",
        'c' => "xdfv",
        'd' => "serfcx",
        'e' => "wsdr",
        'f' => "drtgvc",
        'g' => "ftyhbv",
        'h' => "gyujnb",
        'i' => "ujko",
        'j' => "huikmn",
        'k' => "jiolm",
        'l' => "kop",
        'm' => "njk",
        'n' => "bhjm",
        'o' => "iklp",
        'p' => "ol",
        'q' => "wa",
        'r' => "edft",
        's' => "awedxz",
        't' => "rfgy",
        'u' => "yhji",
        'v' => "cfgb",
        'w' => "qase",
        'x' => "zsdc",
        'y' => "tghu",
        'z' => "asx",
        _ => "",
    }
}

/// Common characters by their sound, the commonest first.
static SAME_SOUND: LazyLock<HashMap<u16, Vec<char>>> = LazyLock::new(|| {
    let mut found: Vec<(char, u8)> = chinese()
        .iter()
        .filter_map(|(word, class)| Some((word.chars().next()?, class)).filter(|(c, _)| c.len_utf8() == word.len()))
        .filter(|&(_, class)| class >= b'j')
        .collect();
    found.sort_by_key(|&(_, class)| std::cmp::Reverse(class));
    let mut sounds: HashMap<u16, Vec<char>> = HashMap::new();
    for (c, _) in found {
        if let Some(syllable) = table().common(c) {
            sounds.entry(syllable).or_default().push(c);
        }
    }
    sounds
});

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn chance(&mut self, share: f32) -> bool {
        ((self.next() >> 40) as f32) < share * (1_u32 << 24) as f32
    }

    /// A number from 0 to below `count`, which is at least 1.
    fn below(&mut self, count: usize) -> usize {
        (self.next() >> 33) as usize % count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_seed_makes_the_same_slips() {
        let text = "我的订单还没有发货，怎么退款？ how do I return it";
        assert_eq!(noised(text, 0.3, 7), noised(text, 0.3, 7));
        assert_ne!(noised(text, 0.3, 7), noised(text, 0.3, 8));
        assert_ne!(noised(text, 0.3, 7), text);
        assert_eq!(noised(text, 0.0, 7), text);
    }

    #[test]
    fn numbers_and_addresses_are_left_alone() {
        let text = "QH2611050123 13812345678 help@qinghe.example https://qinghe.example/a";
        assert_eq!(noised(text, 1.0, 1), text);
    }

    #[test]
    fn the_rate_is_about_the_share_of_characters() {
        let text = "怎么取消订单".repeat(200);
        let slips = noised(&text, 0.1, 3);
        let same = text.chars().count() as f32;
        let length = slips.chars().count() as f32;
        assert!((length / same - 1.0).abs() < 0.15, "{length}");
        assert_ne!(slips, text);
    }

    proptest! {
        #[test]
        fn any_text_may_be_noised(text in any::<String>(), rate in 0.0_f32..=1.0, seed in any::<u64>()) {
            prop_assert_eq!(noised(&text, rate, seed), noised(&text, rate, seed));
        }
    }
}
