//! Regular expressions, compiled once.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;

static COMPILED: LazyLock<Mutex<HashMap<&'static str, Option<Regex>>>> = LazyLock::new(Mutex::default);

/// The expression; `None` when it is none, which the tests of who uses it would show.
pub(crate) fn pattern(text: &'static str) -> Option<Regex> {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    compiled.entry(text).or_insert_with(|| Regex::new(text).ok()).clone()
}

/// Whether the expression finds anything.
pub(crate) fn found(text: &'static str, within: &str) -> bool {
    pattern(text).is_some_and(|pattern| pattern.is_match(within))
}
