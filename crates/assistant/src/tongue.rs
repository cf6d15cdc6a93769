//! The language that the assistant answers in.

use yingda_language::{Kind, Lang, detect, normalise, tokens};

/// A language that the assistant speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tongue {
    Zh,
    En,
}

impl Tongue {
    /// The language tag: `zh` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `zh-CN`, when the assistant speaks it.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language of the words of `text`; `None` when it has no words of either language. Order numbers, addresses and
    /// digits are no words: they tell nothing of who typed them.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let says_something = tokens(&normalise(text))
            .iter()
            .any(|token| !matches!(token.kind, Kind::Number | Kind::Code | Kind::Email | Kind::Url));
        match detect(text) {
            Lang::Zh if says_something => Some(Self::Zh),
            Lang::En if says_something => Some(Self::En),
            _ => None,
        }
    }

    /// The language of a contact; Chinese where none is known.
    pub(crate) fn of_contact(contact: &yingda_model::Contact) -> Self {
        contact.locale.as_deref().and_then(Self::of_tag).unwrap_or(Self::Zh)
    }

    /// The language to answer in: that of the message; without words that of what the assistant said before, then that of
    /// the contact. A locale that the assistant does not speak, or another script, is answered in English.
    pub(crate) fn to_answer(text: &str, before: Option<Self>, locale: Option<&str>) -> Self {
        Self::of_text(text).or(before).unwrap_or_else(|| match locale {
            Some(locale) => Self::of_tag(locale).unwrap_or(Self::En),
            None if detect(text) == Lang::Other && text.chars().any(char::is_alphabetic) => Self::En,
            None => Self::Zh,
        })
    }
}

/// The language of `text` as traces name it: `zh`, `en` or `other`.
pub(crate) fn trace_language(text: &str) -> &'static str {
    match detect(text) {
        Lang::Zh => "zh",
        Lang::En => "en",
        Lang::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_follows_the_words_of_the_message() {
        for (text, locale, tongue) in [
            ("怎么退款", Some("en-US"), Tongue::Zh),
            ("how do I cancel", Some("zh-CN"), Tongue::En),
            ("QH2611050123", Some("zh-CN"), Tongue::Zh),
            ("QH2611050123", Some("en"), Tongue::En),
            ("123", Some("fr-FR"), Tongue::En),
            ("？", None, Tongue::Zh),
            ("Как вернуть товар?", None, Tongue::En),
        ] {
            assert_eq!(Tongue::to_answer(text, None, locale), tongue, "{text} {locale:?}");
        }
    }

    #[test]
    fn a_bare_number_is_answered_in_the_language_of_the_offer() {
        assert_eq!(Tongue::to_answer("2", Some(Tongue::En), Some("zh-CN")), Tongue::En);
    }
}
