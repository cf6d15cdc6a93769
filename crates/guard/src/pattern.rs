//! Patterns that stand in the program.

use regex::Regex;

/// A pattern of the program itself.
pub(crate) fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern, which the tests compile")
}
