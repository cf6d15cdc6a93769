//! Patterns that stand in the program.

use regex::{Regex, RegexSet};

/// A pattern of the program itself.
pub(crate) fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern, which the tests compile")
}

/// Patterns of the program itself that are looked for in one pass.
pub(crate) fn fixed_set(patterns: &[&str]) -> RegexSet {
    RegexSet::new(patterns).expect("constant patterns, which the tests compile")
}
