//! What a label's name says.

/// The name as a customer might say it: `card_not_working` is "card not working". `None` for a name that says nothing,
/// such as `intent_12` or `A7`.
pub(crate) fn said(label: &str) -> Option<String> {
    let mut out = String::new();
    let mut before = ' ';
    for c in label.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            out.push(' ');
        }
        out.push(if c.is_alphanumeric() { c } else { ' ' });
        before = c;
    }
    let words: Vec<&str> = out.split_whitespace().filter(|word| !is_filler(word)).collect();
    let letters: usize = words.iter().map(|word| word.chars().filter(|c| c.is_alphabetic()).count()).sum();
    let chinese = out.chars().filter(|c| yingda_language::is_han(*c)).count();
    (letters >= 4 || chinese >= 2).then(|| words.join(" ").to_lowercase())
}

fn is_filler(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit()) || matches!(word, "intent" | "faq" | "label" | "class")
}

/// The parts of a label in a hierarchy: `order/cancel` lies in `order`. Separators are `/` and `.`.
pub fn parents(label: &str) -> impl Iterator<Item = &str> {
    label.match_indices(['/', '.']).map(|(at, _)| &label[..at]).filter(|parent| !parent.is_empty())
}
