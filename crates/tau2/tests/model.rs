//! The assistant with a language model: it proposes, the engine decides.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::time::Instant;
use yingda_llm::{Ask, ChatAnswer, End, Failure, Llm, MemoryLedger, Model, Provider, read};
use yingda_tau2::{Agent, Database, ModelAgent, Said, difference, release};

const MODELS: &str = "models:\n  scripted: {base_url: \"http://127.0.0.1:9/v1\", model: scripted, retries: 0}\ntasks: {propose: scripted}\ncache: {enabled: false}\n";

/// Says what it was told to, one answer a question.
struct Scripted(Mutex<Vec<String>>);

#[async_trait::async_trait]
impl Provider for Scripted {
    async fn chat(&self, _: &Model, _: Option<&str>, _: &Ask, _: Instant) -> Result<ChatAnswer, Failure> {
        let text = self.0.lock().pop().unwrap_or_default();
        Ok(ChatAnswer { text, calls: Vec::new(), end: End::Done, usage: None, first_byte: Duration::ZERO })
    }
}

fn fresh() -> Database {
    serde_json::from_str(include_str!("fixture.json")).unwrap()
}

/// What the customer says with what the model makes of it; gives what was answered last, and the data.
async fn talk(turns: &[(&str, Value)]) -> (Said, Database) {
    let answers = turns.iter().rev().map(|(_, commands)| commands.to_string()).collect();
    let config = read(MODELS).unwrap();
    let ledger = Arc::new(MemoryLedger::default());
    let llm = Llm::with(config, Box::new(Scripted(Mutex::new(answers))), ledger, |_| None);
    let flows = release().unwrap();
    let mut agent = ModelAgent::new(Agent::new(&flows, fresh(), 0), &llm, "test".into());
    let mut said = Said::default();
    for (text, _) in turns {
        said = agent.hears(text).await;
    }
    (said, agent.agent().database().clone())
}

fn commands(commands: Value) -> Value {
    json!({ "commands": commands })
}

#[tokio::test]
async fn what_a_model_proposes_goes_through_the_flows() {
    let set = |slot: &str, value: &str| commands(json!([{ "command": "set_slot", "slot": slot, "value": value }]));
    let turns = [
        ("The tray has to go back", commands(json!([{ "command": "start_flow", "flow": "return_items" }]))),
        // The model sees no address: it is hidden from it.
        ("lin.hart@example.com", set("email", "⟦EMAIL_1⟧")),
        ("no", set("more", "no")),
        ("paypal_1", json!({ "commands": [] })),
    ];
    let (said, data) = talk(&turns).await;
    assert!(said.text.contains("Tray") && said.text.contains("(yes/no)"), "{}", said.text);
    assert!(difference(&fresh(), &data).is_empty(), "nobody has said yes");
}

#[tokio::test]
async fn a_model_that_talks_nonsense_changes_nothing_and_the_customer_is_asked_again() {
    let turns = [
        ("Cancel it all", json!("Sure! I have cancelled everything.")),
        (
            "Cancel it all",
            commands(json!([{ "command": "start_flow", "flow": "delete_shop" }, { "command": "do_it" }])),
        ),
    ];
    let (said, data) = talk(&turns).await;
    assert!(said.text.contains("did not understand"), "{}", said.text);
    assert!(difference(&fresh(), &data).is_empty());
}
