//! What the files of the guard are made of.

/// How long a text may be, in characters.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    /// Whatever the script.
    Any(usize),
    /// With a character outside Latin script, and without.
    Script { han: usize, latin: usize },
}

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
