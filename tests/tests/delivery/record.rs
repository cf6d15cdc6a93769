//! What the clients were told, kept for the comparison at the end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::watch;
use yingda_tests::Address;

/// What the clients are to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub enum Phase {
    /// Write and read.
    Fire,
    /// Write nothing new; see that all is acknowledged, and read on.
    Drain,
    End,
}

/// What all clients share.
pub struct World {
    pub address: Address,
    phase: watch::Sender<Phase>,
    /// Messages that were sent and not yet acknowledged.
    pub unacknowledged: AtomicU64,
    pub acknowledged: AtomicU64,
    pub threads: Mutex<Vec<Arc<Thread>>>,
    pub watchers: Mutex<Vec<Arc<Mutex<Watched>>>>,
    /// What agents wrote.
    pub written: Mutex<Vec<Written>>,
    pub reconnects: AtomicU64,
}

/// One customer's thread.
pub struct Thread {
    pub name: String,
    pub token: String,
    pub written: Mutex<Vec<Written>>,
    /// One for each of the customer's devices.
    pub devices: Vec<Mutex<Seen>>,
}

/// A message as its sender knows it.
#[derive(Clone, Debug)]
pub struct Written {
    pub client_key: String,
    pub text: String,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Unknown,
    Acknowledged { message_id: String, conversation_id: String, seq: u64 },
    Refused,
}

impl Outcome {
    /// From a receipt or an `ack` frame.
    pub fn acknowledged(receipt: &Value) -> Self {
        let text = |field: &str| receipt[field].as_str().unwrap().to_owned();
        Self::Acknowledged {
            message_id: text("message_id"),
            conversation_id: text("conversation_id"),
            seq: receipt["seq"].as_u64().unwrap(),
        }
    }
}

/// What a customer's device was shown, in order.
#[derive(Default)]
pub struct Seen {
    pub events: Vec<Value>,
}

impl Seen {
    pub fn last(&self) -> u64 {
        self.events.last().map_or(0, |event| event["seq"].as_u64().unwrap())
    }

    /// Takes a frame; whatever does not follow what was seen before ends the test.
    pub fn take(&mut self, who: &str, frame: &Value) {
        let (prev, event) = (frame["prev"].as_u64().unwrap(), &frame["event"]);
        let seq = event["seq"].as_u64().unwrap();
        let last = self.last();
        assert_eq!(prev, last, "{who} had {last} and was told of {seq}, which follows {prev}");
        assert!(seq > last, "{who} had {last} and was told of {seq}");
        self.events.push(event.clone());
    }
}

/// What an agent's socket was told.
#[derive(Default)]
pub struct Watched {
    pub cursor: Option<String>,
    /// Conversation and number of each event, in the order of the journal.
    pub journal: Vec<(String, u64)>,
    pub conversations: BTreeMap<String, Vec<Value>>,
    pub replays: u64,
}

impl World {
    pub fn new(address: Address) -> Arc<Self> {
        Arc::new(Self {
            address,
            phase: watch::Sender::new(Phase::Fire),
            unacknowledged: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
            threads: Mutex::default(),
            watchers: Mutex::default(),
            written: Mutex::default(),
            reconnects: AtomicU64::new(0),
        })
    }

    pub fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Waits until a phase is over, that is until a later one has begun.
    pub async fn after(&self, phase: Phase) {
        let _ = self.phase.subscribe().wait_for(|now| *now > phase).await;
    }

    pub fn reconnected(&self) {
        self.reconnects.fetch_add(1, Ordering::Relaxed);
    }
}
