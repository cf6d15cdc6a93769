//! Other words for the same: so that a run does not hang on one wording.

use crate::pattern::pattern;

/// Frequent turns of phrase with other ways to say them; the first is the scripted one.
const WAYS: [(&str, [&str; 4]); 17] = [
    (r"^Hi! ", ["Hi! ", "Hello. ", "Good day! ", "Hey there, "]),
    (r"\bI want to\b", ["I want to", "I'd like to", "I would like to", "I need to"]),
    (r"\bto return\b", ["to return", "to send back", "to give back", "to return"]),
    (r"\bto exchange\b", ["to exchange", "to swap", "to change", "to exchange"]),
    (r"\bto cancel\b", ["to cancel", "to call off", "to cancel", "to get rid of"]),
    (r"\bto modify\b", ["to modify", "to change", "to alter", "to modify"]),
    (r"\.$", [".", ".", ", please.", ". Thanks!"]),
    (r"\bI wish to\b", ["I wish to", "I want to", "I'd like to", "I would like to"]),
    (r"^Yes, please\.$", ["Yes, please.", "Yes.", "Sure, go ahead.", "Yes, that's right, please do."]),
    (r"^No, that is all\.$", ["No, that is all.", "No, nothing else.", "That's all.", "Nope, just that."]),
    (r"^No, thank you\.$", ["No, thank you.", "No thanks.", "No.", "No, that's it."]),
    (r"^My email is ", ["My email is ", "It's ", "You can find me under ", "My e-mail address is "]),
    (r"^My name is ", ["My name is ", "I'm ", "My name's ", "This is "]),
    (r"\bMy zip code is ", ["My zip code is ", "Zip code ", "The zip is ", "I live in "]),
    (
        r"^The original payment method, please\.$",
        [
            "The original payment method, please.",
            "Please use the original payment method.",
            "Just the original payment method.",
            "The same payment method as before, the original one.",
        ],
    ),
    (r"^(My [^.]*), please\.$", ["$1, please.", "$1.", "Please take ${1}.", "With $1, thanks."]),
    (r"^Okay\.$", ["Okay.", "OK.", "All right.", "Fine."]),
];

/// `text` as a customer of this manner says it in this turn: manner 0 keeps to the script.
pub(crate) fn reword(text: &str, manner: u64, turn: u64) -> String {
    if manner == 0 {
        return text.to_owned();
    }
    let mut said = text.to_owned();
    for (at, (scripted, ways)) in WAYS.iter().enumerate() {
        // Spread over turns and phrases, the same for the same manner.
        let draw =
            (manner.wrapping_mul(31) ^ turn.wrapping_mul(17) ^ at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 60;
        let way = ways[draw as usize % ways.len()];
        if let Some(scripted) = pattern(scripted) {
            said = scripted.replace_all(&said, way).into_owned();
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_said_in_other_words_and_the_first_manner_keeps_to_the_script() {
        let text = "Hi! I want to return my mug.";
        assert_eq!(reword(text, 0, 1), text);
        let others: std::collections::BTreeSet<String> = (1..8).map(|manner| reword(text, manner, 1)).collect();
        assert!(others.len() > 2, "{others:?}");
        assert!(others.iter().all(|said| said.contains("my mug")), "{others:?}");
    }
}
