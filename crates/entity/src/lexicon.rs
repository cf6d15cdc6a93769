//! Lists of names, places and words of addresses: evidence for the rules and for the tagger.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A given name of the Western kind, or a character of Chinese given names.
pub(crate) const GIVEN: u16 = 1;
/// A family name, or a Chinese surname.
pub(crate) const FAMILY: u16 = 1 << 1;
/// A country.
pub(crate) const COUNTRY: u16 = 1 << 2;
/// A province or state.
pub(crate) const STATE: u16 = 1 << 3;
/// A city.
pub(crate) const CITY: u16 = 1 << 4;
/// A word of nationality, language or religion.
pub(crate) const DEMONYM: u16 = 1 << 5;
/// A word that a street's name ends or begins with.
pub(crate) const STREET: u16 = 1 << 6;
/// A word of addresses: apartment, floor, box.
pub(crate) const ADDRESS: u16 = 1 << 7;
/// A word that names of organisations have.
pub(crate) const ORGANISATION: u16 = 1 << 8;
/// A title or form of address.
pub(crate) const TITLE: u16 = 1 << 9;
/// A Chinese district.
pub(crate) const DISTRICT: u16 = 1 << 10;

/// Words of alphabets, in lower case, and what they may be.
static WORDS: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    let mut add = |list: &'static str, flag: u16| {
        for word in list.split_whitespace() {
            *words.entry(word).or_insert(0) |= flag;
        }
    };
    add(include_str!("../lists/given.en.txt"), GIVEN);
    add(include_str!("../lists/family.en.txt"), FAMILY);
    add(include_str!("../lists/street_words.txt"), STREET);
    add(include_str!("../lists/address_words.txt"), ADDRESS);
    add(include_str!("../lists/organisation_words.txt"), ORGANISATION);
    add(include_str!("../lists/titles.txt"), TITLE);
    for (name, list) in sections(include_str!("../lists/places.en.txt")) {
        let flag = match name {
            "country" => COUNTRY,
            "state" => STATE,
            "demonym" => DEMONYM,
            _ => CITY,
        };
        add(list, flag);
    }
    words
});

/// Chinese characters and words, by their first character, the longest first, and what they may be.
static CHINESE: LazyLock<HashMap<char, Vec<(&'static str, u16)>>> = LazyLock::new(|| {
    let mut flags: HashMap<&'static str, u16> = HashMap::new();
    let mut add = |word: &'static str, flag: u16| *flags.entry(word).or_insert(0) |= flag;
    for surname in characters(include_str!("../lists/surnames.zh.txt")) {
        add(surname, FAMILY);
    }
    for given in characters(include_str!("../lists/given.zh.txt")) {
        add(given, GIVEN);
    }
    for surname in include_str!("../lists/surnames2.zh.txt").split_whitespace() {
        add(surname, FAMILY);
    }
    for title in include_str!("../lists/honorifics.zh.txt").split_whitespace() {
        add(title, TITLE);
    }
    for (name, list) in sections(include_str!("../lists/regions.zh.txt")) {
        for place in list.split_whitespace() {
            add(
                place,
                match name {
                    "province" => STATE,
                    "city" => CITY,
                    _ => DISTRICT,
                },
            );
        }
    }
    let mut by_first: HashMap<char, Vec<(&'static str, u16)>> = HashMap::new();
    for (word, flag) in flags {
        if let Some(first) = word.chars().next() {
            by_first.entry(first).or_default().push((word, flag));
        }
    }
    for words in by_first.values_mut() {
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }
    by_first
});

/// What a word of an alphabet, in lower case, may be.
pub(crate) fn word(lower: &str) -> u16 {
    WORDS.get(lower).copied().unwrap_or(0)
}

/// The Chinese words of the lists that `text` begins with, the longest first.
pub(crate) fn chinese(text: &str) -> impl Iterator<Item = (&'static str, u16)> {
    let words = text.chars().next().and_then(|first| CHINESE.get(&first));
    words.into_iter().flatten().copied().filter(|(word, _)| text.starts_with(word))
}

/// The longest word of the lists with one of the flags that `text` begins with.
pub(crate) fn longest(text: &str, flags: u16) -> Option<(&'static str, u16)> {
    chinese(text).find(|(_, all)| all & flags != 0)
}

fn characters(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.char_indices().filter(|(_, c)| !c.is_whitespace()).map(move |(at, c)| &list[at..at + c.len_utf8()])
}

/// The parts of a list that begin with a line `# name`.
fn sections(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.split("# ").filter_map(|section| section.split_once('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_the_lists_say() {
        assert_eq!(word("london") & CITY, CITY);
        assert_eq!(word("french") & DEMONYM, DEMONYM);
        assert_eq!(word("kettle"), 0);
        assert_eq!(longest("欧阳静怡", FAMILY).map(|found| found.0), Some("欧阳"));
        assert_eq!(longest("杭州市余杭区", CITY).map(|found| found.0), Some("杭州"));
    }
}
