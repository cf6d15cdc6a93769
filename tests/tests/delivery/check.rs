//! The comparison of what is stored with what everybody was told.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use serde_json::Value;
use yingda_tests::{Api, eventually};

use crate::record::{Outcome, Thread, World};

/// What is stored, as the API tells it.
pub struct Stored {
    /// By conversation: all events, and the assistant's traces.
    conversations: BTreeMap<String, Conversation>,
    /// By thread: what the customer may see.
    threads: HashMap<String, Vec<Value>>,
}

struct Conversation {
    events: Vec<Value>,
    traces: Vec<Value>,
}

/// What was compared.
pub struct Found {
    customers: usize,
    agents: usize,
    conversations: usize,
    events: usize,
    turns: usize,
    reconnects: u64,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { customers, agents, conversations, events, turns, reconnects } = self;
        write!(
            f,
            "{customers} messages of customers and {agents} of agents acknowledged, {turns} turns of the assistant, {events} events \
             in {conversations} conversations, {reconnects} reconnects"
        )
    }
}

impl Stored {
    pub async fn read(operator: &Api, world: &World) -> Self {
        let mut conversations = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let page = operator.get(&format!("/conversations?limit=100{cursor}")).await.done();
            for item in page["items"].as_array().unwrap() {
                let id = item["conversation"]["id"].as_str().unwrap().to_owned();
                let events = all_events(operator, &format!("/conversations/{id}/events")).await;
                let traces = operator.get(&format!("/conversations/{id}/traces")).await.done();
                let traces = traces["items"].as_array().unwrap().clone();
                let again = conversations.insert(id.clone(), Conversation { events, traces });
                assert!(again.is_none(), "{id} is listed twice");
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut threads = HashMap::new();
        let all: Vec<_> = world.threads.lock().unwrap().clone();
        for thread in all {
            let visitor = Api::new(&world.address).with_token(&thread.token);
            threads.insert(thread.name.clone(), all_events(&visitor, "/visitor/events").await);
        }
        Self { conversations, threads }
    }
}

/// All events that a reader may see, page by page.
async fn all_events(api: &Api, path: &str) -> Vec<Value> {
    let mut events = Vec::new();
    let mut after = 0;
    loop {
        let page = api.get(&format!("{path}?after={after}&limit=50")).await.done();
        events.extend(page["events"].as_array().unwrap().iter().cloned());
        after = page["reached"].as_u64().unwrap();
        if page["more"] != true {
            return events;
        }
    }
}

/// Waits until every reader has been told the last thing that is stored.
pub async fn readers_catch_up(world: &World, stored: &Stored) {
    let threads: Vec<_> = world.threads.lock().unwrap().clone();
    for thread in threads {
        let last = stored.threads[&thread.name].last().map_or(0, |event| event["seq"].as_u64().unwrap());
        for device in &thread.devices {
            eventually(&format!("{} to be told of event {last}", thread.name), 15, || async {
                (device.lock().unwrap().last() >= last).then_some(())
            })
            .await;
        }
    }
    let watchers: Vec<_> = world.watchers.lock().unwrap().clone();
    let all: usize = stored.conversations.values().map(|conversation| conversation.events.len()).sum();
    for watcher in watchers {
        eventually(&format!("a watcher to be told of all {all} events"), 15, || async {
            (watcher.lock().unwrap().journal.len() >= all).then_some(())
        })
        .await;
    }
}

pub fn everything(world: &World, stored: &Stored) -> Found {
    let mut found = Found { customers: 0, agents: 0, conversations: 0, events: 0, turns: 0, reconnects: 0 };
    found.reconnects = world.reconnects.load(std::sync::atomic::Ordering::Relaxed);
    for (id, conversation) in &stored.conversations {
        found.conversations += 1;
        found.events += conversation.events.len();
        gapless(id, &conversation.events);
        found.turns += one_turn_for_each_question(id, conversation);
    }
    let messages = by_client_key(stored);
    for thread in world.threads.lock().unwrap().iter() {
        found.customers += customer(thread, stored, &messages);
    }
    for written in world.written.lock().unwrap().iter() {
        match &written.outcome {
            Outcome::Acknowledged { .. } => {
                found.agents += 1;
                stored_as_acknowledged(written, &messages);
            }
            Outcome::Refused => {
                assert!(!messages.contains_key(written.client_key.as_str()), "{written:?} was refused and is stored");
            }
            Outcome::Unknown => panic!("{written:?} was never answered"),
        }
    }
    assert_eq!(messages.len(), found.customers + found.agents, "messages are stored that nobody was acknowledged");
    watchers(world, stored);
    found
}

/// Every stored message that has a client key. A key that is stored twice ends the test: each is given out once.
fn by_client_key(stored: &Stored) -> HashMap<&str, (&str, &Value)> {
    let mut messages = HashMap::new();
    let mut ids = HashSet::new();
    for (id, conversation) in &stored.conversations {
        for event in conversation.events.iter().filter(|event| event["type"] == "message") {
            let message = &event["message"];
            assert!(ids.insert(message["id"].as_str().unwrap()), "a message is stored twice: {message}");
            assert_eq!(message["seq"], event["seq"], "a message that disagrees with its event");
            if let Some(key) = message["client_key"].as_str() {
                let twice = messages.insert(key, (id.as_str(), message));
                assert!(twice.is_none(), "{key} is stored twice");
            }
        }
    }
    messages
}

fn gapless(id: &str, events: &[Value]) {
    for (number, event) in (1..).zip(events) {
        assert_eq!(event["seq"].as_u64(), Some(number), "{id}: a gap, or out of order");
    }
    assert_eq!(events[0]["type"], "opened");
    assert_eq!(events.iter().filter(|event| event["type"] == "opened").count(), 1, "{id} was opened twice");
}

fn stored_as_acknowledged(written: &crate::record::Written, messages: &HashMap<&str, (&str, &Value)>) {
    let Outcome::Acknowledged { message_id, conversation_id, seq } = &written.outcome else {
        panic!("{written:?} was never acknowledged");
    };
    let (stored_in, message) =
        messages.get(written.client_key.as_str()).unwrap_or_else(|| panic!("{written:?} is lost"));
    assert_eq!(stored_in, conversation_id, "{written:?}");
    assert_eq!(message["id"].as_str(), Some(message_id.as_str()), "{written:?}");
    assert_eq!(message["seq"].as_u64(), Some(*seq), "{written:?}");
    assert_eq!(message["content"]["text"].as_str(), Some(written.text.as_str()), "{written:?}");
}

fn customer(thread: &Thread, stored: &Stored, messages: &HashMap<&str, (&str, &Value)>) -> usize {
    let written = thread.written.lock().unwrap();
    let mut before = 0;
    for one in written.iter() {
        stored_as_acknowledged(one, messages);
        if let Outcome::Acknowledged { seq, .. } = one.outcome {
            assert!(seq > before, "{}: {one:?} was sent after what has {before}", thread.name);
            before = seq;
        }
    }
    let shown = &stored.threads[&thread.name];
    for (number, device) in thread.devices.iter().enumerate() {
        assert_eq!(&device.lock().unwrap().events, shown, "{}: device {number} saw something else", thread.name);
    }
    assert!(shown.iter().all(|event| event["message"]["visibility"] != "private"), "a note reached a customer");
    if let Some(first) = shown.first() {
        let id = first["conversation_id"].as_str().unwrap();
        let hidden = ["snoozed", "woke", "contact_changed"];
        let all: Vec<&Value> = stored.conversations[id]
            .events
            .iter()
            .filter(|event| event["message"]["visibility"] != "private")
            .filter(|event| !hidden.contains(&event["type"].as_str().unwrap()))
            .collect();
        assert_eq!(shown.iter().collect::<Vec<_>>(), all, "{}: not what agents see", thread.name);
    }
    written.len()
}

/// The assistant answers each message that came while it was in charge, once, in order; unless people took over before.
fn one_turn_for_each_question(id: &str, conversation: &Conversation) -> usize {
    assert!(conversation.traces.len() < 100, "{id} has more traces than one may see");
    // Newest first.
    let traced: Vec<&str> =
        conversation.traces.iter().rev().map(|trace| trace["message_id"].as_str().unwrap()).collect();
    let mut asked: Vec<(&str, u64)> = Vec::new();
    let mut left_at = 0;
    let mut status = "";
    let (mut said, mut handed_over) = (0_u64, 0);
    let mut new: Option<(&str, u64)> = None;
    for event in &conversation.events {
        let seq = event["seq"].as_u64().unwrap();
        match event["type"].as_str().unwrap() {
            "opened" => status = event["status"].as_str().unwrap(),
            "status_changed" => {
                status = event["to"].as_str().unwrap();
                if status != "bot" {
                    left_at = seq;
                }
            }
            "handed_over" => handed_over += 1,
            // A hand-over also leaves a note for colleagues.
            "message" if event["message"]["sender"] == "bot" && event["message"]["visibility"] == "public" => said += 1,
            "message" if event["message"]["sender"] == "customer" => {
                asked.extend(new.take());
                let message = (event["message"]["id"].as_str().unwrap(), seq);
                // A settled conversation comes back to the assistant by this message: the change follows it.
                match status {
                    "bot" => asked.push(message),
                    "resolved" => new = Some(message),
                    _ => {}
                }
            }
            _ => {}
        }
        if status == "bot" {
            asked.extend(new.take());
        }
    }
    let mut rest = asked.iter();
    for message in &traced {
        // In order, each once: what was skipped had been taken over by people.
        let found = rest.find(|(asked, _)| asked == message);
        assert!(found.is_some(), "{id}: {message} has a turn twice, out of order, or without being asked");
    }
    for (message, seq) in &asked {
        let answered = traced.contains(message);
        assert!(
            answered || *seq < left_at,
            "{id}: {message} (event {seq}) was never answered; people came at {left_at}"
        );
    }
    // A turn with flows may say several things: its record tells how many.
    let owed = conversation.traces.iter().map(|trace| {
        let said =
            trace["said"].as_u64().unwrap_or_else(|| panic!("{id}: a turn that does not tell what it said: {trace}"));
        assert!(said > 0, "{id}: a turn without an answer: {trace}");
        said
    });
    assert_eq!(said, owed.sum::<u64>(), "{id}: what turns said is lost, or stored twice");
    let handing = conversation.traces.iter().filter(|trace| trace["decision"]["type"] == "hand_over").count();
    assert_eq!(handed_over, handing, "{id}: handed over without a turn");
    traced.len()
}

fn watchers(world: &World, stored: &Stored) {
    let watchers = world.watchers.lock().unwrap();
    let first = watchers[0].lock().unwrap();
    for watcher in &watchers[1..] {
        assert_eq!(first.journal, watcher.lock().unwrap().journal, "two agents saw different orders");
    }
    assert_eq!(first.conversations.len(), stored.conversations.len());
    for (id, conversation) in &stored.conversations {
        assert_eq!(first.conversations[id], conversation.events, "{id}: an agent saw something else");
    }
}
