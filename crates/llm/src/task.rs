//! What models are asked, and how their answers are checked. A task never trusts: what it gives on was checked against what it asked.

pub mod answer;
pub mod draft;
pub mod propose;
mod text;

use crate::complete::Asker;
use crate::llm::{Call, Lang};

/// The prompt of a language.
fn prompt(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// A word of a language.
fn word<'w>(lang: Lang, zh: &'w str, en: &'w str) -> &'w str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// For whom a call is, after everything was hidden.
fn asker(call: &Call<'_>) -> Asker {
    Asker { account: call.account.clone(), within: call.within, masked: call.masking.len() }
}
