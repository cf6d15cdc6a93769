//! What an assistant's message asks for, heard by the words that such questions are made of.

/// What a message asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A person comes: the conversation ends.
    Transferred,
    /// Whether to go ahead.
    Confirm,
    /// The e-mail address.
    Email,
    /// Both of them.
    NameAndZip,
    /// The name.
    Name,
    /// The zip code.
    Zip,
    /// It cannot be done.
    Refused,
    /// Whether there are more items of the kind.
    More,
    /// Whether there are other wishes.
    AnythingElse,
    /// How to pay or be refunded.
    Payment,
    /// Why.
    Reason,
    /// Which address.
    Address,
    /// Which order.
    Order,
    /// Which thing.
    Which,
    /// What it should become.
    Wanted,
    /// What for the customer calls.
    Help,
    /// Nothing.
    Nothing,
}

/// The words, in the order in which they are listened for: the first found decides.
const WORDS: [(Heard, &[&str]); 17] = [
    (Heard::Transferred, &["being transferred", "human agent. please hold", "transferring you"]),
    (
        Heard::Confirm,
        &[
            "(yes/no)",
            "yes or no",
            "shall i go ahead",
            "do you confirm",
            "please confirm",
            "would you like me to proceed",
            "shall i proceed",
            "is that correct?",
            "is this correct?",
        ],
    ),
    (Heard::NameAndZip, &["name and zip", "name and your zip", "name, and zip", "full name and"]),
    (Heard::Email, &["email", "e-mail"]),
    (Heard::Zip, &["zip"]),
    (Heard::Name, &["your name", "full name", "first name"]),
    (
        Heard::Refused,
        &[
            "cannot",
            "can't",
            "not possible",
            "unable",
            "not available",
            "no available",
            "not able",
            "isn't possible",
            "isn't available",
        ],
    ),
    (Heard::More, &["any other items", "all the items", "everything you want to", "any more items", "other items to"]),
    (Heard::AnythingElse, &["anything else", "something else", "else i can"]),
    (Heard::Payment, &["payment method", "how would you like to pay", "refunded to", "which card", "pay or"]),
    (Heard::Reason, &["reason", "why "]),
    (Heard::Address, &["which address", "new address", "what address", "the address"]),
    (Heard::Order, &["order number", "order id", "which order", "double check"]),
    (Heard::Which, &["which one", "which item", "which of", "which do you", "which product", "which "]),
    (
        Heard::Wanted,
        &[
            "what would you like instead",
            "like instead",
            "what should it",
            "which options",
            "exchange it for",
            "change it to",
            "new options",
        ],
    ),
    (
        Heard::Help,
        &[
            "help you",
            "what can i do",
            "how can i",
            "rephrase",
            "did not understand",
            "didn't understand",
            "not understood",
        ],
    ),
    (Heard::Nothing, &[""]),
];

/// Hears a message.
pub(super) fn hear(says: &str) -> Heard {
    let says = says.to_lowercase().replace('’', "'");
    // What is asked stands at the end; a refusal stands anywhere.
    let heard = WORDS.iter().find(|(_, words)| words.iter().any(|word| says.contains(word)));
    heard.map_or(Heard::Nothing, |(heard, _)| *heard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_told_apart() {
        assert_eq!(hear("May I have your email address?"), Heard::Email);
        assert_eq!(hear("Then please tell me your full name and zip code."), Heard::NameAndZip);
        assert_eq!(hear("I will cancel order #W1. Shall I go ahead (yes/no)?"), Heard::Confirm);
        assert_eq!(hear("I'm sorry, that is not possible. Is there anything else I can do?"), Heard::Refused);
        assert_eq!(hear("Done. Is there anything else I can help you with?"), Heard::AnythingElse);
        assert_eq!(hear("YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON."), Heard::Transferred);
        assert_eq!(hear("Which payment method should I use?"), Heard::Payment);
    }
}
