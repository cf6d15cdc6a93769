//! Instructions (`You want to return your mug`) said by the customer (`I want to return my mug`).

use crate::pattern::pattern;

/// What comes before `you` where it becomes `me`.
const BEFORE_ME: &str = r"\b(asks?|tells?|asked|allows?|helps?|gives?|for|with|told|fits)\s+you\b";

/// The text in the first person, the agent addressed as `you`.
pub(super) fn first_person(text: &str) -> String {
    let steps: [(&'static str, &str); 18] = [
        (r"(?i)\b(ask|tell)s? the agent to\b", "please"),
        (r"(?i)\bask the agent (if|whether|about|how|what|which|for)\b", "I want to know $1"),
        (r"(?i)\b(?:the|customer service) (?:customer service )?agent's\b", "\u{1}r"),
        (r"(?i)\bthe (?:customer service )?agent\b", "\u{1}"),
        (BEFORE_ME, "$1 me"),
        (r"(?i)\byou are\b", "I am"),
        (r"(?i)\byou're\b", "I'm"),
        (r"(?i)\byou were\b", "I was"),
        (r"(?i)\byou've\b", "I've"),
        (r"(?i)\byou'll\b", "I'll"),
        (r"(?i)\byou'd\b", "I'd"),
        (r"(?i)\byourself\b", "myself"),
        (r"(?i)\byours\b", "mine"),
        (r"(?i)\byour\b", "my"),
        (r"(?i)\byou\b", "I"),
        ("\u{1}", "you"),
        (r"(?i)^(?:please )?(?:say|mention|confirm) that ", ""),
        (r"\s+", " "),
    ];
    let mut said = text.to_owned();
    for (expression, with) in steps {
        if let Some(pattern) = pattern(expression) {
            said = pattern.replace_all(&said, with).into_owned();
        }
    }
    sentence(said.trim())
}

/// With a capital first and a full stop last.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches([',', ';', '—', '–']).trim();
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let mut said: String = first.to_uppercase().chain(chars).collect();
    if !said.ends_with(['.', '!', '?']) {
        said.push('.');
    }
    said
}

/// The sentences of a text; what is in parentheses or braces stays together.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut sentences = Vec::new();
    let mut current = String::new();
    let mut depth = 0_i32;
    for (at, &char) in chars.iter().enumerate() {
        match char {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            _ => {}
        }
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let ends = matches!(char, '.' | '!' | '?' | ';') && next.is_whitespace() || char == '\n';
        if ends && depth <= 0 {
            sentences.push(std::mem::take(&mut current));
        } else {
            current.push(char);
        }
    }
    sentences.push(current);
    sentences.iter().map(|it| it.trim().trim_matches('.').trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_customer_speaks_of_himself() {
        assert_eq!(first_person("You want to return your mug"), "I want to return my mug.");
        assert_eq!(first_person("you'd go for no backlight"), "I'd go for no backlight.");
        assert_eq!(first_person("tell the agent to keep the order"), "Please keep the order.");
        assert_eq!(first_person("if the agent asks you"), "If you asks me.");
    }

    #[test]
    fn a_point_in_a_number_ends_nothing() {
        assert_eq!(sentences("It costs 1.50. If not (a. b), no."), ["It costs 1.50", "If not (a. b), no"]);
    }
}
