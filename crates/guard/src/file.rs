//! `guard.yml`: what an operator may say about the guard.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

/// The whole file. Every key may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct File {
    /// What happens where a rule is broken.
    pub rules: BTreeMap<String, Spanned<String>>,
    /// Hosts that links may lead to; what is below them is allowed as well.
    pub hosts: Vec<Spanned<String>>,
    /// The most characters a text may have on a channel.
    pub channels: BTreeMap<String, Spanned<Limit>>,
    pub forbidden: Vec<Spanned<Phrase>>,
    pub required: Vec<Required>,
    /// What may be promised, in whole sentences.
    pub promises: Vec<String>,
    /// Names that may always be said.
    pub names: Vec<String>,
    /// Personal data that may always be said: the shop's own telephone number.
    pub public: Vec<String>,
    pub tone: Tone,
    /// The share of a clause's words that must stand in the evidence, 0 to 1.
    pub support: Option<Spanned<f32>>,
}

/// How long a text may be, in characters.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
pub(crate) enum Limit {
    /// Whatever the script.
    Any(usize),
    /// With a character outside Latin script, and without.
    Script { han: usize, latin: usize },
}

/// A phrase that must not be said.
#[derive(Debug)]
pub(crate) enum Phrase {
    Text(String),
    Full(Box<Forbidden>),
}

// By hand, since what serde's untagged enums hold forgets where it stood.
impl<'de> Deserialize<'de> for Phrase {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Phrase;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a phrase, or `text` or `pattern` with `why` and `instead`")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Phrase, E> {
                Ok(Phrase::Text(text.to_owned()))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Phrase, A::Error> {
                Forbidden::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    .map(|full| Phrase::Full(Box::new(full)))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forbidden {
    /// The words, wherever they stand.
    #[serde(default)]
    pub text: Option<Spanned<String>>,
    /// A regular expression; case and width do not count.
    #[serde(default)]
    pub pattern: Option<Spanned<String>>,
    #[serde(default)]
    pub why: Option<Both>,
    /// What to say in place of the words. Without it the sentence is dropped.
    #[serde(default)]
    pub instead: Option<Both>,
}

/// What has to be said whenever a text speaks of something.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Required {
    /// Words of which one stands in the text.
    pub when: Vec<Spanned<String>>,
    /// What has to stand in the text as well; it is added at the end where it is missing.
    pub say: Both,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Tone {
    /// Words that are rude here.
    pub also: Vec<Spanned<String>>,
    /// Words that are not.
    pub allow: Vec<String>,
}

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Both {
    pub zh: String,
    pub en: String,
}

impl Both {
    /// The text in `lang`, or in the other language where that one is empty.
    pub fn of(&self, lang: crate::Lang) -> &str {
        let (first, second) = match lang {
            crate::Lang::Zh => (&self.zh, &self.en),
            crate::Lang::En => (&self.en, &self.zh),
        };
        if first.is_empty() { second } else { first }
    }
}
