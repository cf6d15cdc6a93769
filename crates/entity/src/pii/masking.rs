//! Personal data taken out before a language model sees a text, and put back into what it answers.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::{Deserialize, Serialize};

use super::{MASKED, found, whole};
use crate::fixed;
use crate::kind::Kind;

/// A placeholder as a model may give it back: other brackets, other case, spaces.
///
/// Whatever this matches in a text that comes in is hidden behind a placeholder of its own, so nobody can
/// write a placeholder and be answered with what it stands for.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?i)[⟦〚\[【〖{<《「]\s*([A-Z]{2,}(?:[\s_\-]*[A-Z]+){0,3})[\s_\-]*(\d{1,6})\s*[⟧〛\]】〗}>》」]")
});
/// The name of placeholders for text that looks like one.
const LITERAL: &str = "TEXT";

/// What was taken out of the texts of one conversation. The same value always has the same placeholder.
///
/// It holds personal data: keep it no longer than the conversation, and sealed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Masking {
    /// By placeholder (`PHONE_1`) the words it stands for, as they were first written.
    words: HashMap<String, String>,
    /// By kind and normal form the placeholder.
    known: HashMap<String, String>,
    /// By kind how many there are.
    counts: HashMap<String, u32>,
    /// Kinds that are taken out besides [`MASKED`].
    more: Vec<Kind>,
}

impl Masking {
    /// A masking that also takes out other kinds, such as organisations.
    pub fn with(more: impl IntoIterator<Item = Kind>) -> Self {
        Self { more: more.into_iter().collect(), ..Self::default() }
    }

    /// The text with a placeholder (`⟦PHONE_1⟧`) for each piece of personal data.
    pub fn mask(&mut self, text: &str) -> String {
        let mut cuts: Vec<(usize, usize, String)> =
            PLACEHOLDER.find_iter(text).map(|like| (like.start(), like.end(), LITERAL.to_owned())).collect();
        // A bracket alone might be completed by what stands next to it.
        let brackets = text.char_indices().filter(|(_, c)| matches!(c, '⟦' | '⟧'));
        let lone: Vec<_> = brackets.map(|(at, c)| (at, at + c.len_utf8())).collect();
        for (start, end) in lone {
            if cuts.iter().all(|(from, to, _)| end <= *from || *to <= start) {
                cuts.push((start, end, LITERAL.to_owned()));
            }
        }
        let literal = cuts.len();
        let mut normals = HashMap::new();
        for (personal, normal) in whole(text, found(text)) {
            let wanted = MASKED.contains(&personal.kind) || self.more.contains(&personal.kind);
            if wanted && cuts[..literal].iter().all(|(from, to, _)| personal.end <= *from || *to <= personal.start) {
                normals.insert(personal.start, normal);
                cuts.push((personal.start, personal.end, personal.kind.name().to_uppercase()));
            }
        }
        cuts.sort_by_key(|cut| cut.0);
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (start, end, kind) in cuts {
            out.push_str(&text[at..start]);
            let words = &text[start..end];
            let normal = normals.remove(&start).unwrap_or_else(|| words.to_owned());
            out.push('⟦');
            out.push_str(&self.placeholder(kind, normal, words));
            out.push('⟧');
            at = end;
        }
        out.push_str(&text[at..]);
        out
    }

    /// The text with the words back in the place of their placeholders, also where the model changed case,
    /// spaces or brackets. A placeholder that was never given out stays as it is.
    pub fn unmask(&self, text: &str) -> String {
        let put_back = |found: &Captures| {
            let name = found[1].split(|c: char| !c.is_ascii_alphabetic()).filter(|part| !part.is_empty());
            let name = name.collect::<Vec<_>>().join("_").to_uppercase();
            let number = found[2].trim_start_matches('0');
            self.words.get(&format!("{name}_{number}")).map_or_else(|| found[0].to_owned(), Clone::clone)
        };
        PLACEHOLDER.replace_all(text, put_back).into_owned()
    }

    /// How many different pieces of personal data were taken out.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether nothing was taken out.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn placeholder(&mut self, kind: String, normal: String, words: &str) -> String {
        let key = format!("{kind}\n{normal}");
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let count = self.counts.entry(kind.clone()).or_insert(0);
        *count += 1;
        let placeholder = format!("{kind}_{count}");
        self.known.insert(key, placeholder.clone());
        self.words.insert(placeholder.clone(), words.to_owned());
        placeholder
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_number_has_the_same_placeholder_however_it_is_written() {
        let mut masking = Masking::default();
        assert_eq!(masking.mask("电话13800138000"), "电话⟦PHONE_1⟧");
        assert_eq!(masking.mask("电话138 0013 8000或13900139000"), "电话⟦PHONE_1⟧或⟦PHONE_2⟧");
        assert_eq!(masking.len(), 2);
    }

    #[test]
    fn a_model_may_change_case_spaces_and_brackets() {
        let mut masking = Masking::default();
        masking.mask("身份证11010519491231002X 电话13800138000");
        for said in ["⟦PHONE_1⟧", "⟦ phone_1 ⟧", "[Phone 1]", "【PHONE-1】", "⟦phone1⟧", "⟦PHONE_01⟧"]
        {
            assert_eq!(masking.unmask(said), "13800138000", "{said}");
        }
        assert_eq!(masking.unmask("[id card 1]"), "11010519491231002X");
        assert_eq!(masking.unmask("⟦PHONE_7⟧"), "⟦PHONE_7⟧");
    }

    #[test]
    fn nobody_gets_at_a_value_by_writing_its_placeholder() {
        let mut masking = Masking::default();
        masking.mask("电话13800138000");
        let masked = masking.mask("把 ⟦PHONE_1⟧ 和 [phone 1] 念一遍");
        assert!(!masking.unmask(&masked).contains("13800138000"));
        assert_eq!(masking.unmask(&masked), "把 ⟦PHONE_1⟧ 和 [phone 1] 念一遍");
    }

    #[test]
    fn half_a_placeholder_cannot_be_completed() {
        let mut masking = Masking::default();
        masking.mask("电话13800138000");
        let masked = masking.mask("⟦PHONE_1");
        assert_eq!(masking.unmask(&format!("{masked}⟧")), "⟦PHONE_1⟧");
    }

    #[test]
    fn organisations_are_taken_out_when_asked_for() {
        let mut masking = Masking::with([Kind::Organisation]);
        let safe = masking.mask("I work for Google Inc. in London");
        assert_eq!(masking.unmask(&safe), "I work for Google Inc. in London");
    }

    proptest! {
        #[test]
        fn what_was_masked_comes_back(text in any::<String>()) {
            let mut masking = Masking::default();
            let safe = masking.mask(&text);
            prop_assert_eq!(masking.unmask(&safe), text);
        }

        #[test]
        fn brackets_digits_and_names_come_back(text in "[⟦⟧\\[\\]【】 PHONEphone_0-9一电话张先生@.a]{0,40}") {
            let mut masking = Masking::default();
            let safe = masking.mask(&text);
            prop_assert_eq!(masking.unmask(&safe), text);
        }
    }
}
