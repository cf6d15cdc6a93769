//! What kind of thing a customer's message asks for: by words that are the same for everybody.

use super::understand::says;

/// The flow that does what a message asks for.
pub(super) fn flow_of(text: &str) -> &'static str {
    let text = text.to_lowercase();
    let wants_change = says(
        r"\b(?:want|like|need|wish)(?:ed)? to (?:also )?(?:exchange|return|cancel|modify|change|swap|alter|send back|give back|call off)",
        &text,
    );
    if !wants_change
        && says(
            r"\b(?:want|like|need|wish) to (?:also )?(?:know|check|ask|see|find out)\b|how (?:much|many)|get the tracking|^(?:what|when|where|how|which)\b",
            &text,
        )
    {
        return "look_up";
    }
    if says(r"cancel or return|return or cancel", &text) {
        return "cancel_or_return";
    }
    if says(r"\b(?:change|modify|alter|correct|update)\b.*address", &text) {
        return "change_address";
    }
    if says(r"\bsplit the payment|\b(?:change|modify|switch|update) (?:the |my )?payment", &text) {
        return "change_payment";
    }
    let kinds = [
        ("cancel_orders", r"\bcancel\b|\bcall off\b|\bget rid of\b|\bremove\b|no longer need|cancelling|cancell?ed"),
        ("return_items", r"\breturn|\brefund|\b(?:send|give|sent|giving|sending)\b.{0,40}\bback\b"),
        ("change_items", r"exchange|modify|\balter\b|\bchange\b|adjust|upgrade|swap|switch|new pair"),
    ];
    let first = |expression: &'static str| crate::pattern::pattern(expression)?.find(&text).map(|found| found.start());
    let found = kinds.iter().filter_map(|(flow, words)| first(words).map(|at| (at, *flow)));
    found.min_by_key(|(at, _)| *at).map_or("look_up", |(_, flow)| flow)
}

/// Whether a person is wanted.
pub(super) fn wants_person(text: &str) -> bool {
    says(
        r"(?i)\bhuman\b|\brepresentative\b|real person|\b(?:speak|talk) (?:to|with) (?:an agent|a person|someone)",
        text,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_thing_that_is_asked_for_decides() {
        assert_eq!(flow_of("I want to return the lamp and cancel the rest"), "return_items");
        assert_eq!(flow_of("Please cancel order #W1, or return it"), "cancel_orders");
        assert_eq!(flow_of("I'd like to change the address of my order"), "change_address");
        assert_eq!(flow_of("I want to know how many shirts there are"), "look_up");
        assert_eq!(flow_of("Can I swap the red mug for a blue one?"), "change_items");
    }

    #[test]
    fn an_agent_is_asked_for_in_so_many_words() {
        assert!(wants_person("I want to talk to a human"));
        assert!(!wants_person("I want to return my table"));
    }
}
