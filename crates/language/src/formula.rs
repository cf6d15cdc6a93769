//! Cells of tables that a spreadsheet program would run instead of show.

use std::borrow::Cow;

/// What a spreadsheet program takes for the beginning of a formula, the full-width forms included.
const BEGINNINGS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A text as the cell of a CSV file: what a spreadsheet program would run as a formula gets a leading `'`, which
/// [`shown_cell`] takes away again.
///
/// ```
/// use yingda_language::{safe_cell, shown_cell};
///
/// assert_eq!(safe_cell("=1+1"), "'=1+1");
/// assert_eq!(shown_cell("'=1+1"), "=1+1");
/// assert_eq!(safe_cell("'tis so"), "'tis so");
/// ```
pub fn safe_cell(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text of a cell of a CSV file: undoes [`safe_cell`].
pub fn shown_cell(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
}

/// Also a formula that has been made safe already, so that every text comes back as it was.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_made_safe_and_come_back() {
        for text in ["=cmd|' /C calc'!A0", "+86 10 1234", "-1", "@sum", "\t=1", "'=1", "''＝1"] {
            assert!(safe_cell(text).starts_with('\''), "{text}");
            assert_eq!(shown_cell(&safe_cell(text)), text);
        }
        for text in ["", "'", "'quoted'", "a=b", "怎么退款？"] {
            assert_eq!(safe_cell(text), text);
            assert_eq!(shown_cell(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "['=+@a－ -]{0,6}") {
            let cell = safe_cell(&text);
            prop_assert_eq!(shown_cell(&cell), text.as_str());
        }
    }
}
