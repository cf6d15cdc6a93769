//! Emoji, the bracket codes of chat programs (`[捂脸]`) and faces made of letters (T_T, orz).

use std::collections::HashMap;
use std::sync::LazyLock;

/// What an emoticon says about how somebody feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feeling {
    /// Joy, liking, praise.
    Pleased,
    /// Thanks, a bow.
    Grateful,
    /// Nothing in particular.
    Neutral,
    /// Astonishment.
    Surprised,
    /// Embarrassment, being at a loss, mild annoyance (😅, `[捂脸]`, 🙄).
    Awkward,
    /// Sorrow, disappointment.
    Sad,
    /// Anger, contempt.
    Angry,
    /// Fear, worry.
    Anxious,
}

/// An emoticon in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emoticon {
    /// Byte offset where it starts.
    pub start: usize,
    /// Byte offset after it.
    pub end: usize,
    /// What it shows, in a few English words (`loudly crying`); `emoji` for one that is not listed.
    pub name: &'static str,
    /// What it says about how the writer feels.
    pub feeling: Feeling,
    /// Whether Chinese users often mean the opposite: `[微笑]` and 🙂 are cold politeness.
    pub ironic: bool,
}

struct Form {
    text: &'static str,
    name: &'static str,
    feeling: Feeling,
    ironic: bool,
}

/// Forms by their first character, the longest first.
static FORMS: LazyLock<HashMap<char, Vec<Form>>> = LazyLock::new(|| {
    let mut forms: HashMap<char, Vec<Form>> = HashMap::new();
    for line in include_str!("../data/emoticons.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t');
        let (Some(feeling), Some(name), Some(list)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let Some(feeling) = feeling_named(feeling) else { continue };
        let ironic = name.starts_with('*');
        let name = name.trim_start_matches('*');
        for text in list.split("  ").map(str::trim).filter(|text| !text.is_empty()) {
            if let Some(first) = text.chars().next() {
                forms.entry(first).or_default().push(Form { text, name, feeling, ironic });
            }
        }
    }
    for list in forms.values_mut() {
        list.sort_by_key(|form| std::cmp::Reverse(form.text.len()));
    }
    forms
});

fn feeling_named(name: &str) -> Option<Feeling> {
    Some(match name {
        "pleased" => Feeling::Pleased,
        "grateful" => Feeling::Grateful,
        "neutral" => Feeling::Neutral,
        "surprised" => Feeling::Surprised,
        "awkward" => Feeling::Awkward,
        "sad" => Feeling::Sad,
        "angry" => Feeling::Angry,
        "anxious" => Feeling::Anxious,
        _ => return None,
    })
}

/// The emoticons of `text` as it was written (not normalised), in order, not overlapping. An emoji that is not
/// listed counts as neutral. Skin colours and joined emoji belong to the emoji before them; faces that consist
/// of letters are recognised only when no letter or digit is beside them.
pub fn emoticons(text: &str) -> Vec<Emoticon> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if let Some(emoticon) = may_start(c).then(|| at_start(text, at, before)).flatten() {
            before = text[at..emoticon.end].chars().next_back().unwrap_or(' ');
            at = emoticon.end;
            found.push(emoticon);
        } else {
            before = c;
            at += c.len_utf8();
        }
    }
    found
}

/// Quickly sorts out the characters that most texts consist of.
fn may_start(c: char) -> bool {
    !matches!(c, ' ' | '\u{4E00}'..='\u{9FFF}' | '，' | '。' | '？') || matches!(c, '囧' | '凸')
}

fn at_start(text: &str, start: usize, before: char) -> Option<Emoticon> {
    let rest = &text[start..];
    let first = rest.chars().next()?;
    let form = FORMS.get(&first).and_then(|list| {
        list.iter()
            .find(|form| rest.starts_with(form.text) && stands_alone(form.text, before, &rest[form.text.len()..]))
    });
    let (length, name, feeling, ironic) = match form {
        Some(form) => (form.text.len(), form.name, form.feeling, form.ironic),
        None if is_emoji(first) => (first.len_utf8(), "emoji", Feeling::Neutral, false),
        None => return None,
    };
    let end = if is_emoji(first) { start + whole_emoji(rest, length) } else { start + length };
    Some(Emoticon { start, end, name, feeling, ironic })
}

/// Whether a face of letters and ASCII marks is one, given what stands on either side: `T_T` in `a T_T!`, but not
/// `:/` in `http://`, `^^` in `2^^3` or `orz` in a word.
fn stands_alone(form: &str, before: char, after: &str) -> bool {
    if form.starts_with('[') || !form.chars().next().is_some_and(|c| c.is_ascii()) {
        return true;
    }
    let after = after.chars().next().unwrap_or(' ');
    let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '\\' | '@' | '<' | '>' | '=' | '-');
    let ends_ascii = form.ends_with(|c: char| c.is_ascii());
    !(joins(before) || ends_ascii && joins(after))
}

/// The length in bytes of the emoji at the start of `text` with what is joined to it; `length` of it is known.
fn whole_emoji(text: &str, mut length: usize) -> usize {
    while let Some(c) = text[length..].chars().next() {
        let next = text[length + c.len_utf8()..].chars().next();
        let is_first = text.chars().next().is_some_and(|first| first.len_utf8() == length);
        let joined = match (c, next) {
            ('\u{200D}', Some(next)) if is_emoji(next) => c.len_utf8() + next.len_utf8(),
            ('\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{20E3}' | '\u{E0020}'..='\u{E007F}', _) => c.len_utf8(),
            // Two letters make a flag.
            _ if is_flag(c) && is_first && text.starts_with(is_flag) => c.len_utf8(),
            _ => break,
        };
        length += joined;
    }
    length
}

fn is_flag(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{2B55}' | '\u{203C}' | '\u{2049}' | '\u{231A}'..='\u{231B}' | '\u{23E9}'..='\u{23FA}')
        && !matches!(c, '\u{2776}'..='\u{2793}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn only(text: &str) -> (String, Feeling) {
        let found = emoticons(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        (text[found[0].start..found[0].end].to_owned(), found[0].feeling)
    }

    #[test]
    fn emoji_codes_and_faces_have_a_feeling() {
        for (text, form, feeling) in [
            ("太好了😂", "😂", Feeling::Pleased),
            ("怎么还没到😭快点", "😭", Feeling::Sad),
            ("气死我了😡", "😡", Feeling::Angry),
            ("谢谢🙏🏻！", "🙏🏻", Feeling::Grateful),
            ("我也没办法🤷‍♀️啊", "🤷‍♀️", Feeling::Awkward),
            ("[捂脸]又错了", "[捂脸]", Feeling::Awkward),
            ("收到[强]", "[强]", Feeling::Pleased),
            ("还没退款[流泪]", "[流泪]", Feeling::Sad),
            ("(╯°□°)╯︵ ┻━┻", "(╯°□°)╯︵ ┻━┻", Feeling::Angry),
            ("等了三天T_T", "T_T", Feeling::Sad),
            ("thanks ^_^", "^_^", Feeling::Pleased),
            ("跪了orz", "orz", Feeling::Awkward),
            ("QAQ 别这样", "QAQ", Feeling::Sad),
            ("ok :)", ":)", Feeling::Pleased),
            ("not working :(", ":(", Feeling::Sad),
            ("🇨🇳", "🇨🇳", Feeling::Neutral),
            ("🦄", "🦄", Feeling::Neutral),
        ] {
            assert_eq!(only(text), (form.to_owned(), feeling), "{text}");
        }
    }

    #[test]
    fn a_cold_smile_is_marked() {
        assert!(emoticons("好的呢[微笑]")[0].ironic && emoticons("行🙂")[0].ironic);
        assert!(!emoticons("哈哈😄")[0].ironic);
    }

    #[test]
    fn addresses_times_and_words_are_not_faces() {
        for text in ["http://a.example/x", "10:30", "orzo pasta", "a==b", "FAT_T", "[订单]", "1-_-2", "xdg-open", "①②"]
        {
            assert_eq!(emoticons(text), [], "{text}");
        }
    }

    #[test]
    fn several_in_a_row_are_several() {
        assert_eq!(emoticons("😭😭😭").len(), 3);
        assert_eq!(emoticons("👨‍👩‍👧👍🏽").len(), 2);
    }

    #[test]
    fn the_list_is_large_and_each_form_is_found() {
        let forms: Vec<_> = FORMS.values().flatten().collect();
        assert!(forms.len() > 400, "{}", forms.len());
        for form in forms {
            let found = emoticons(form.text);
            assert_eq!(found.first().map(|f| (f.start, f.end)), Some((0, form.text.len())), "{}", form.text);
        }
    }

    proptest! {
        #[test]
        fn spans_lie_in_the_text_in_order(text in any::<String>(), faces in "[T_^oO:()/😀🙏🏻\u{200d}♀\u{fe0f}🇨🇳\\[微笑\\]a1 ]{0,30}") {
            for text in [text, faces] {
                let mut last = 0;
                for found in emoticons(&text) {
                    prop_assert!(found.start >= last && found.end > found.start);
                    prop_assert!(text.get(found.start..found.end).is_some());
                    last = found.end;
                }
            }
        }
    }
}
