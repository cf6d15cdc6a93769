//! What tells questions apart however alike they are: sizes, numbers, models.

use std::collections::BTreeSet;

/// Whether each question names a size, a number or a model that the other does not: XXL and XXXL, K200 and K300. However alike
/// they are otherwise, they ask about two things.
pub(crate) fn are_apart(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    a.difference(b).next().is_some() && b.difference(a).next().is_some()
}

/// What tells things apart in a question: numbers, model codes, sizes.
pub(crate) fn marks(question: &str) -> BTreeSet<String> {
    // Not normalised: that makes one of XXL and XXXL, as it does of “sooo” and “soo”.
    let half = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    };
    let text: String = question.chars().map(half).flat_map(char::to_lowercase).collect();
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let mut marks = BTreeSet::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(is_part) {
        rest = &rest[start..];
        // `1.5`, `k-200` and `usb-c` are one.
        let mut end = 0;
        for (at, c) in rest.char_indices() {
            let joins = matches!(c, '.' | '-') && rest[at + 1..].starts_with(is_part);
            if !is_part(c) && !joins {
                break;
            }
            end = at + c.len_utf8();
        }
        let word = &rest[..end];
        let is_size = word.len() <= 6 && word.trim_start_matches('x').len() == 1 && word.ends_with(['s', 'm', 'l']);
        // A lone letter that is no size may be part of anything: an article, plan A.
        let alone = word.len() == 1 && text.contains(yingda_language::is_han);
        if word.contains(|c: char| c.is_ascii_digit()) || is_size && (word.len() > 1 || alone) {
            marks.insert(word.replace('-', ""));
        }
        rest = &rest[end..];
    }
    marks
}
