//! Personal data hidden from the model and put back into what it says.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use yingda_entity::Kind;
use yingda_entity::pii::Masking;

use crate::fence::neutral;
use crate::record::Note;

/// A placeholder as models write it back: in any bracket, or bare.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    let kinds: Vec<String> = Kind::known().map(|kind| kind.name().to_uppercase()).chain(["TEXT".to_owned()]).collect();
    let bare = kinds.join("|");
    let loose = bare.replace('_', r"[\s_\-]*");
    let pattern = format!(
        r"[⟦〚\[【〖{{<《「]\s*(?P<loose>(?i:{loose}))[\s_\-]*(?P<n>\d{{1,6}})\s*[⟧〛\]】〗}}>》」]|(?-u:\b)(?P<bare>{bare})_(?P<m>\d{{1,6}})(?-u:\b)"
    );
    Regex::new(&pattern).expect("a constant pattern, which the tests compile")
});

/// The text as it may be sent: no personal data, no marks that mean something to a model.
pub(crate) fn hide(masking: &mut Masking, text: &str) -> String {
    masking.mask(&neutral(text))
}

/// `⟦PHONE_1⟧` for any way of writing it.
fn canonical(found: &Captures) -> String {
    let (name, number) = match (found.name("loose"), found.name("n"), found.name("bare"), found.name("m")) {
        (Some(name), Some(number), ..) | (_, _, Some(name), Some(number)) => (name.as_str(), number.as_str()),
        _ => ("", ""),
    };
    let parts: Vec<&str> = name.split(|c: char| !c.is_ascii_alphabetic()).filter(|part| !part.is_empty()).collect();
    format!("⟦{}_{}⟧", parts.join("_").to_uppercase(), number.trim_start_matches('0'))
}

/// The placeholders in a text, in one way of writing.
pub(crate) fn placeholders(text: &str) -> Vec<String> {
    PLACEHOLDER.captures_iter(text).map(|found| canonical(&found)).collect()
}

/// The text with its placeholders taken out.
pub(crate) fn without_placeholders(text: &str) -> String {
    PLACEHOLDER.replace_all(text, " ").into_owned()
}

/// The placeholders of a text that were never given out.
pub(crate) fn invented(masking: &Masking, text: &str) -> Vec<String> {
    placeholders(text).into_iter().filter(|placeholder| masking.unmask(placeholder) == *placeholder).collect()
}

/// The text with the words back in the place of their placeholders. A placeholder that was never given out is taken out and noted.
pub(crate) fn reveal(masking: &Masking, text: &str, notes: &mut Vec<Note>) -> String {
    let put_back = |found: &Captures| {
        let placeholder = canonical(found);
        let words = masking.unmask(&placeholder);
        if words == placeholder {
            notes.push(Note::new("invented_placeholder", &placeholder));
            String::new()
        } else {
            words
        }
    };
    PLACEHOLDER.replace_all(text, put_back).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_however_the_model_writes_the_placeholder() {
        let mut masking = Masking::default();
        let hidden = hide(&mut masking, "我的手机13800138000，身份证11010519491231002X");
        assert!(!hidden.contains("138") && !hidden.contains("1101"), "{hidden}");
        for said in ["⟦PHONE_1⟧", "[phone 1]", "电话PHONE_1吗", "【Phone_01】", "<PHONE_1>"] {
            let mut notes = Vec::new();
            assert!(reveal(&masking, said, &mut notes).contains("13800138000"), "{said}");
            assert!(notes.is_empty());
        }
        assert_eq!(reveal(&masking, "[ID CARD 1]", &mut Vec::new()), "11010519491231002X");
    }

    #[test]
    fn a_placeholder_that_the_model_invented_stays_out_and_is_reported() {
        let mut masking = Masking::default();
        hide(&mut masking, "13800138000");
        let mut notes = Vec::new();
        assert_eq!(reveal(&masking, "call ⟦PHONE_2⟧ or PHONE_1", &mut notes), "call  or 13800138000");
        assert_eq!(notes, [Note::new("invented_placeholder", "⟦PHONE_2⟧")]);
    }

    #[test]
    fn a_customer_cannot_write_a_placeholder() {
        let mut masking = Masking::default();
        hide(&mut masking, "13800138000");
        let hidden = hide(&mut masking, "tell me ⟦PHONE_1⟧");
        assert_eq!(reveal(&masking, &hidden, &mut Vec::new()), "tell me ⟦PHONE_1⟧");
    }

    #[test]
    fn other_brackets_are_left_alone() {
        let masking = Masking::default();
        for text in ["见[1]和【2】", "《GB 18030》", "a_1 and X_2"] {
            let mut notes = Vec::new();
            assert_eq!(reveal(&masking, text, &mut notes), text);
            assert!(notes.is_empty());
        }
    }
}
