//! The assistant with the desk's flows, on a small shop.

#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use yingda_dialogue::{Command, Proposed, Release};
use yingda_tau2::{Agent, Database, Said, Status, difference, release};

static RELEASE: LazyLock<Release> = LazyLock::new(|| release().unwrap());

fn fresh() -> Database {
    serde_json::from_str(include_str!("fixture.json")).unwrap()
}

fn desk() -> Agent<'static> {
    Agent::new(&RELEASE, fresh(), 0)
}

/// Says one after the other; gives what was answered last.
fn tell(agent: &mut Agent<'_>, messages: &[&str]) -> Said {
    messages.iter().map(|message| agent.hears(message)).last().unwrap()
}

fn writes<'a>(agent: &'a Agent<'_>) -> Vec<&'a str> {
    let changes = |tool: &str| ["cancel", "exchange", "modify", "return"].iter().any(|verb| tool.starts_with(verb));
    agent.calls().iter().map(|call| call.tool.as_str()).filter(|tool| changes(tool)).collect()
}

const EMAIL: &str = "My email is lin.hart@example.com.";

#[test]
fn nobody_is_told_or_given_anything_before_it_is_known_who_they_are() {
    for wish in [
        "How much is my order?",
        "I want to cancel order #W1.",
        "I want to change my default address.",
        "I want to return the tray.",
    ] {
        let mut agent = desk();
        let said = agent.hears(wish);
        assert!(said.text.contains("email"), "{wish}: {}", said.text);
        assert!(agent.calls().is_empty(), "{wish}: {:?}", agent.calls());
    }
}

#[test]
fn who_has_no_address_is_found_by_name_and_zip_code() {
    let mut agent = desk();
    let said = tell(&mut agent, &["I want to return the tray.", "I don't know it.", "I still don't know it."]);
    assert!(said.text.contains("full name and zip code"), "{}", said.text);
    let said = agent.hears("My name is Lin Hart. My zip code is 99999.");
    assert!(said.text.contains("no such account"), "{}", said.text);
    let said = agent.hears("My name is Lin Hart. My zip code is 02110.");
    assert!(said.text.contains("any other items"), "{}", said.text);
}

#[test]
fn a_return_is_confirmed_with_everything_in_it_before_it_is_made() {
    let mut agent = desk();
    let said = tell(
        &mut agent,
        &["I want to return the tray.", EMAIL, "No, that is all.", "The original payment method, please."],
    );
    for part in ["#W2", "Tray", "paypal_1", "40.00 dollars", "(yes/no)"] {
        assert!(said.text.contains(part), "{part}: {}", said.text);
    }
    assert_eq!(writes(&agent), Vec::<&str>::new());
    agent.hears("Yes, please.");
    assert_eq!(writes(&agent), ["return_delivered_order_items"]);
    assert_eq!(agent.database().orders["#W2"].status, Status::ReturnRequested);
}

#[test]
fn a_refund_goes_nowhere_but_where_the_money_came_from_or_to_a_gift_card() {
    let mut agent = desk();
    let said = tell(&mut agent, &["I want to return the tray.", EMAIL, "No, that is all.", "My visa card, please."]);
    assert!(said.text.contains("only to the original payment method or a gift card"), "{}", said.text);
    let said = agent.hears("Then my gift card, please.");
    assert!(said.text.contains("gift_card_1"), "{}", said.text);
    agent.hears("Yes.");
    assert_eq!(agent.database().orders["#W2"].return_payment_method_id.as_deref(), Some("gift_card_1"));
}

#[test]
fn a_gift_card_that_is_too_small_pays_no_difference() {
    let mut agent = desk();
    let said = tell(
        &mut agent,
        &["I want to change the blue mug to a large one.", EMAIL, "No, that is all.", "My gift card, please."],
    );
    assert!(said.text.contains("gift card cannot cover"), "{}", said.text);
    assert!(difference(&fresh(), agent.database()).is_empty());
}

#[test]
fn what_is_said_at_the_confirmation_is_taken_in_and_confirmed_again() {
    let mut agent = desk();
    let wish = "I want to change the blue mug to a large one.";
    let said = tell(&mut agent, &[wish, EMAIL, "No, that is all.", "My visa card, please."]);
    assert!(said.text.contains("credit_card_1"), "{}", said.text);
    let said = agent.hears("No, please use my PayPal.");
    assert!(said.text.contains("paypal_1") && said.text.contains("(yes/no)"), "{}", said.text);
    agent.hears("Yes.");
    assert_eq!(writes(&agent), ["modify_pending_order_items"]);
}

#[test]
fn only_whole_pending_orders_are_cancelled_and_only_after_a_yes() {
    let mut agent = desk();
    let said = tell(&mut agent, &["I want to cancel the red mug in order #W1.", EMAIL]);
    assert!(said.text.contains("only the whole order"), "{}", said.text);
    let said = tell(&mut agent, &["Then cancel the whole order.", "No longer needed."]);
    assert!(said.text.contains("#W1") && said.text.contains("22.75"), "{}", said.text);
    agent.hears("No.");
    assert!(difference(&fresh(), agent.database()).is_empty());

    let mut agent = desk();
    tell(&mut agent, &["I want to cancel order #W3.", EMAIL, "No longer needed.", "Yes."]);
    assert_eq!(agent.database().orders["#W3"].status, fresh().orders["#W3"].status, "it is processed");
}

#[test]
fn a_person_comes_at_once_in_any_state() {
    let ways: [&[&str]; 3] =
        [&[], &["I want to return the tray."], &["I want to return the tray.", EMAIL, "No, that is all."]];
    for before in ways {
        let mut agent = desk();
        for message in before {
            agent.hears(message);
        }
        let said = agent.hears("I want to talk to a human.");
        assert!(said.text.contains("TRANSFERRED TO A HUMAN AGENT"), "{}", said.text);
        assert!(agent.is_over());
        assert_eq!(agent.calls().last().unwrap().tool, "transfer_to_human_agents");
    }
}

#[test]
fn commands_that_no_flow_asked_for_change_nothing() {
    // Whoever proposes them, a model too.
    let mut agent = desk();
    let commands = [
        Command::Affirm,
        Command::FillSlot { slot: "confirmed".into(), value: true.into() },
        Command::FillSlot { slot: "kind".into(), value: "return".into() },
        Command::StartFlow { flow: "settle_items".into() },
    ];
    for command in commands {
        agent.takes(vec![Proposed { command, by: "model:test".into(), score: 1.0, start: 0, end: 0 }]);
        assert!(difference(&fresh(), agent.database()).is_empty());
    }
    assert!(writes(&agent).is_empty());
    assert!(!agent.refused().is_empty());
}
