//! Text as words that can be compared: lower case, singular, one spelling.

/// The words of a text, with its punctuation as words of their own.
#[must_use]
pub(crate) fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.to_lowercase().chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (at, &char) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let inside = !word.is_empty() && next.is_alphanumeric();
        let within = inside && (char == '@' || char == '.' && next.is_ascii_digit());
        if within || char.is_alphanumeric() || matches!(char, '%' | '#' | '_') {
            word.push(char);
        } else if matches!(char, '\'' | '’') && inside {
            // An apostrophe joins: I'd, don't.
        } else {
            push(&mut words, &mut word);
            if ",.;:(){}>!?\n".contains(char) {
                words.push(char.to_string());
            }
        }
    }
    push(&mut words, &mut word);
    words
}

fn push(words: &mut Vec<String>, word: &mut String) {
    let raw = std::mem::take(word);
    if raw.is_empty() {
        return;
    }
    match raw.as_str() {
        "tshirt" | "tshirts" => words.extend(["t".to_owned(), "shirt".to_owned()]),
        "ereader" | "ereaders" => words.extend(["e".to_owned(), "reader".to_owned()]),
        "gb" | "tb" | "ml" | "mah" if words.last().is_some_and(|last| last.parse::<f64>().is_ok()) => {
            if let Some(last) = words.last_mut() {
                last.push_str(&raw);
            }
        }
        _ => words.push(one_spelling(raw)),
    }
}

fn one_spelling(word: String) -> String {
    let known = match word.as_str() {
        "gray" => "grey",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "nine" => "9",
        "ten" => "10",
        "foot" | "feet" => "ft",
        "inches" => "inch",
        "sized" | "sizes" => "size",
        "bike" | "bikes" => "bicycle",
        "colour" | "colours" | "colored" => "color",
        "batteries" => "battery",
        "switches" => "switch",
        "watches" => "watch",
        "puzzles" => "puzzle",
        "shelves" => "shelf",
        "bookshelves" => "bookshelf",
        "lenses" => "lens",
        "sunglasses" | "headphones" | "earbuds" | "glass" | "less" | "this" | "is" | "was" | "canvas" | "wireless"
        | "fitness" | "usb" | "yes" | "bus" => "",
        _ if word.len() > 3
            && word.ends_with('s')
            && !word.ends_with("ss")
            && word.chars().all(char::is_alphabetic) =>
        {
            &word[..word.len() - 1]
        }
        _ => "",
    };
    match (known, word.as_str()) {
        ("", "headphones") => "headphone".to_owned(),
        ("", "earbuds") => "earbud".to_owned(),
        ("", "sunglasses") => "sunglass".to_owned(),
        ("", _) => word,
        (known, _) => known.to_owned(),
    }
}

/// Where `wanted` stands in `text` as neighbouring words: the first places, in order.
pub(crate) fn places<'a>(text: &'a [String], wanted: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    let length = wanted.len();
    (0..(text.len() + 1).saturating_sub(length)).filter(move |&at| length > 0 && text[at..at + length] == *wanted)
}

/// Whether the phrase stands in the text.
pub(crate) fn says(text: &[String], phrase: &str) -> bool {
    let wanted = words(phrase);
    places(text, &wanted).next().is_some()
}

/// Whether any of the phrases stands in the text.
pub(crate) fn says_any(text: &[String], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| says(text, phrase))
}

/// The first number in a value: 750 of `750ml`, 1.5 of `1.5 liters`.
pub(crate) fn number(value: &str) -> Option<f64> {
    let start = value.find(|char: char| char.is_ascii_digit())?;
    let rest = &value[start..];
    let end = rest.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(rest.len());
    rest[..end].trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_thing_are_one() {
        assert_eq!(words("T-Shirts"), words("tshirt"));
        assert_eq!(words("two-piece"), words("2-piece"));
        assert_eq!(words("32 GB"), words("32GB"));
        assert_eq!(words("1.5 liters."), ["1.5", "liter", "."]);
        assert_eq!(words("{'color': 'gray'}"), ["{", "color", ":", "grey", "}"]);
    }

    #[test]
    fn the_number_of_a_value_is_read() {
        assert_eq!(number("1.5 liters"), Some(1.5));
        assert_eq!(number("30-50 lbs"), Some(30.0));
        assert_eq!(number("full size"), None);
    }
}
