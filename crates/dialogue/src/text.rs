//! What is said, in two languages, in variants and tones.

use yingda_expression::Template;

/// The language that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    #[default]
    Zh,
    En,
}

/// How it is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    #[default]
    Normal,
    /// To somebody who is angry or lost patience: short, with an apology.
    Upset,
    /// Plain language: short sentences, one thing at a time.
    Plain,
}

/// A text for customers.
#[derive(Clone, Debug)]
pub struct Text {
    pub zh: Wording,
    pub en: Wording,
}

/// The variants of a text in one language. `normal` has at least one; the others may be empty: then the normal ones serve.
#[derive(Clone, Debug, Default)]
pub struct Wording {
    pub normal: Vec<Template>,
    pub upset: Vec<Template>,
    pub plain: Vec<Template>,
}

impl Text {
    /// Every template, of both languages and all tones.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        [&self.zh, &self.en]
            .into_iter()
            .flat_map(|wording| wording.normal.iter().chain(&wording.upset).chain(&wording.plain))
    }

    /// The variants for a language and a tone.
    pub fn variants(&self, lang: Lang, tone: Tone) -> &[Template] {
        let wording = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        let own = match tone {
            Tone::Normal => &wording.normal,
            Tone::Upset => &wording.upset,
            Tone::Plain => &wording.plain,
        };
        if own.is_empty() { &wording.normal } else { own }
    }
}
