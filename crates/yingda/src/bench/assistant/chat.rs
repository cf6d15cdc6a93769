//! Customers of the demo shop who chat with a server: what they do is what its test conversations say.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use ring::hmac;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use yingda_dialogue::Lang;
use yingda_model::{Choice, Content, Event, EventBody, SenderKind};
use yingda_rehearsal::{Does, Script, Suite};

use crate::bench::load::{Socket, socket};
use crate::bench::server::{Admin, Server};
use crate::failure::Failure;

/// Whoever is not answered for so long will not be.
const PATIENCE: Duration = Duration::from_secs(20);
/// What belongs to an answer comes right after it.
const REST: Duration = Duration::from_millis(50);

/// Where customers come in.
pub struct Door<'a> {
    server: &'a Server,
    admin: Admin,
    inbox_key: String,
    secret: hmac::Key,
    /// Conversations so far.
    visits: AtomicU64,
}

/// What many customers at once measured.
pub struct Crowd {
    pub took: Vec<Duration>,
    /// Turns a second over all customers.
    pub rate: f64,
    /// Milliseconds that the server had on a core, for each turn.
    pub server_cpu_ms: f64,
}

impl<'a> Door<'a> {
    /// The web chat of a demo shop, once the server has learnt what it answers by.
    pub async fn open(server: &'a Server) -> Result<Self, Failure> {
        let admin = server.sign_in("admin@qinghe.example", "yingda-demo-2026").await?;
        server.trained(&admin).await?;
        let inbox = server.inbox(&admin).await?;
        let secret = server.identity_secret(&admin, &inbox).await?;
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        Ok(Self { server, admin, inbox_key: inbox.key, secret, visits: AtomicU64::new(0) })
    }

    /// Lets in the customer of a test conversation, signed in if they are.
    async fn enter(&self, script: &Script) -> Result<Customer, Failure> {
        let locale = if script.lang == Lang::Zh { "zh-CN" } else { "en" };
        let mut wanted = json!({"inbox_key": self.inbox_key, "locale": locale});
        if let Some(id) = signed_in(script) {
            let hmac = hmac::sign(&self.secret, id.as_bytes());
            let hmac: String = hmac.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            wanted["identity"] = json!({"external_id": id, "name": script.who.name, "hmac": hmac});
        }
        let token = self.server.session(&wanted).await?;
        let socket = socket(&self.server.url, &token).await?;
        let visit = self.visits.fetch_add(1, Ordering::Relaxed);
        Ok(Customer { socket, visit, sent: 0, shown: Vec::new(), conversation: None, is_with_people: false })
    }

    /// Has a test conversation, whatever is answered. Gives how long each answer took.
    async fn converse(&self, script: &Script) -> Result<Vec<Duration>, Failure> {
        let mut customer = self.enter(script).await?;
        let mut took = Vec::new();
        for turn in &script.turns {
            let content = match &turn.does {
                Does::Says(text) if !text.contains("{{") => Content::text(text.as_str()),
                Does::Taps(named) => customer.tap(named).await?,
                // Codes are sent elsewhere, pictures are uploaded first, and time does not pass for the sake of a measurement.
                Does::Says(_) | Does::Picture | Does::Waits(_) => break,
            };
            let Some(answered) = customer.says(&content).await? else { break };
            took.push(answered);
        }
        // A customer has one conversation in a chat: the next one begins after the end of this one.
        if let (Some(id), Some(_)) = (&customer.conversation, signed_in(script)) {
            self.server.resolve(&self.admin, id).await?;
        }
        Ok(took)
    }
}

/// The number of a customer who is signed in at the shop.
fn signed_in(script: &Script) -> Option<&str> {
    script.who.external_id.as_deref().filter(|_| script.who.verified)
}

/// The conversations that need nothing to be out of order, by who has them: nobody has two at the same time.
fn lanes(suite: &Suite) -> Vec<Vec<Script>> {
    let mut lanes: BTreeMap<String, Vec<Script>> = BTreeMap::new();
    for script in suite.scripts.iter().filter(|script| script.faults.is_empty()) {
        let lane = signed_in(script).map_or_else(|| format!("anonymous {}", script.name), str::to_owned);
        lanes.entry(lane).or_default().push(script.clone());
    }
    lanes.into_values().collect()
}

/// One customer after the other, at least through all conversations once, in a shop that is each time as it was.
pub async fn alone(door: &Door<'_>, suite: &Suite, lasting: Duration) -> Result<Vec<Duration>, Failure> {
    let lanes = lanes(suite);
    // Once before: what is read once is read now, such as the index.
    for script in lanes.iter().filter_map(|lane| lane.first()).take(10) {
        door.converse(script).await?;
    }
    let end = Instant::now() + lasting;
    let mut took = Vec::new();
    loop {
        for script in lanes.iter().flatten() {
            door.server.reset_shop().await?;
            took.extend(door.converse(script).await?);
        }
        if Instant::now() >= end {
            return Ok(took);
        }
    }
}

/// Many customers at the same time, each the next conversation when the one before is over.
pub async fn crowd(door: &Door<'_>, suite: &Suite, customers: usize, lasting: Duration) -> Result<Crowd, Failure> {
    let lanes = lanes(suite);
    let customers = customers.min(lanes.len());
    let waiting: Arc<Mutex<VecDeque<Vec<Script>>>> = Arc::new(Mutex::new(lanes.into()));
    door.server.reset_shop().await?;
    let cpu = door.server.cpu_seconds()?;
    let begun = Instant::now();
    let end = begun + lasting;
    let customer = || {
        let waiting = waiting.clone();
        async move {
            let mut took = Vec::new();
            while Instant::now() < end {
                let Some(lane) = waiting.lock().await.pop_front() else { break };
                for script in &lane {
                    took.extend(door.converse(script).await?);
                    if Instant::now() >= end {
                        break;
                    }
                }
                waiting.lock().await.push_back(lane);
            }
            Ok::<_, Failure>(took)
        }
    };
    let took = futures::future::try_join_all((0..customers).map(|_| customer())).await?.concat();
    let (lasted, cpu) = (begun.elapsed(), door.server.cpu_seconds()? - cpu);
    let turns = took.len().max(1) as f64;
    Ok(Crowd { rate: took.len() as f64 / lasted.as_secs_f64(), server_cpu_ms: 1_000.0 * cpu / turns, took })
}

/// A customer in the chat.
struct Customer {
    socket: Socket,
    visit: u64,
    sent: usize,
    /// What was last shown to be tapped.
    shown: Vec<Choice>,
    conversation: Option<String>,
    is_with_people: bool,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Frame {
    Event {
        event: Box<Event>,
    },
    Ack {
        client_key: String,
        seq: u64,
    },
    Refused {
        problem: Value,
    },
    Error {
        problem: Value,
    },
    #[serde(other)]
    Other,
}

impl Customer {
    /// Says something. Gives the time until the first answer is seen; `None` when people have it, who do not answer here.
    async fn says(&mut self, content: &Content) -> Result<Option<Duration>, Failure> {
        if self.is_with_people {
            return Ok(None);
        }
        let key = format!("{}-{}", self.visit, self.sent);
        self.sent += 1;
        self.shown.clear();
        let frame = json!({"type": "message", "client_key": key, "content": content}).to_string();
        let sent = Instant::now();
        self.socket.send(Message::text(frame)).await?;
        let (mut own, mut last): (Option<u64>, Option<(u64, Duration)>) = (None, None);
        loop {
            let frame = timeout(PATIENCE, self.next()).await;
            match frame.map_err(|_| Failure::failed(format!("no answer within 20 s to {}", content.as_text())))?? {
                Frame::Ack { client_key, seq } if client_key == key => own = Some(seq),
                Frame::Event { event } => {
                    let is_answer = self.take(&event);
                    // Later messages of the turn before may still come in.
                    if is_answer && own.is_none_or(|own| event.seq > own) {
                        last = Some((event.seq, sent.elapsed()));
                    }
                }
                Frame::Refused { problem } | Frame::Error { problem } => {
                    return Err(Failure::failed(format!("the server refused: {problem}")));
                }
                Frame::Ack { .. } | Frame::Other => {}
            }
            match (own, last) {
                (Some(own), Some((answer, took))) if answer > own => return Ok(Some(took)),
                (Some(_), _) if self.is_with_people => return Ok(None),
                _ => {}
            }
        }
    }

    /// The option that a test names; its name in words when it is not shown.
    async fn tap(&mut self, named: &str) -> Result<Content, Failure> {
        while self.option(named).is_none() {
            // It may be in a message that follows the first one.
            let Ok(frame) = timeout(REST, self.next()).await else { break };
            if let Frame::Event { event } = frame? {
                self.take(&event);
            }
        }
        Ok(match self.option(named) {
            Some(option) => Content::Text { text: option.label.clone(), choice: Some(option) },
            None => Content::text(named),
        })
    }

    fn option(&self, named: &str) -> Option<Choice> {
        let is_named = |option: &&Choice| {
            option.id == named
                || option.id.split_once(':').is_some_and(|(_, id)| id == named)
                || option.label.contains(named)
        };
        self.shown.iter().find(is_named).cloned()
    }

    /// Remembers what happened. Says whether it is an answer of the assistant.
    fn take(&mut self, event: &Event) -> bool {
        self.conversation.get_or_insert_with(|| event.conversation_id.to_string());
        match &event.body {
            EventBody::Message { message } if message.sender == SenderKind::Bot => {
                if let Content::Choices { options, .. } = &message.content {
                    self.shown.extend(options.iter().cloned());
                }
                true
            }
            EventBody::HandedOver { .. } => {
                self.is_with_people = true;
                false
            }
            EventBody::ReturnedToBot | EventBody::Reopened => {
                self.is_with_people = false;
                false
            }
            _ => false,
        }
    }

    async fn next(&mut self) -> Result<Frame, Failure> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text)?),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Err(Failure::failed("the server closed the socket")),
            }
        }
    }
}
