//! Customers: each writes numbered messages by socket and by REST, sends again what was not acknowledged, and reads on two devices.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use yingda_tests::{Api, Chance, DEMO_INBOX, Socket};

use crate::record::{Outcome, Phase, Seen, Thread, World, Written};

/// Messages of one thread: an agent is shown the last hundred traces of a conversation.
const MESSAGES: u64 = 80;
/// Messages under way at once.
const UNDER_WAY: usize = 3;

const QUESTIONS: [&str; 8] = [
    "怎么退货",
    "快递到哪里了",
    "发票怎么开",
    "How do I return something?",
    "你好",
    "今天天气怎么样",
    "会员有什么好处",
    "转人工",
];

/// Begins a new thread as another visitor whenever one is full.
pub async fn visit_again_and_again(world: Arc<World>, mut chance: Chance, number: u64) {
    let mut threads = tokio::task::JoinSet::new();
    let mut generation = 0;
    while world.phase() == Phase::Fire {
        let name = format!("c{number}-{generation}");
        generation += 1;
        let Some(token) = begin(&world).await else { break };
        let thread = Arc::new(Thread {
            name,
            token,
            written: Default::default(),
            devices: vec![Default::default(), Default::default()],
        });
        world.threads.lock().unwrap().push(thread.clone());
        threads.spawn(look_on(world.clone(), chance.of(1_000 + generation), thread.clone()));
        let (full, when_full) = tokio::sync::oneshot::channel();
        threads.spawn(converse(world.clone(), chance.of(2_000 + generation), thread, full));
        tokio::select! {
            _ = when_full => {}
            () = world.after(Phase::Fire) => {}
        }
        chance.number();
    }
    while let Some(ended) = threads.join_next().await {
        ended.expect("a customer failed");
    }
}

async fn begin(world: &World) -> Option<String> {
    let api = Api::new(&world.address);
    while world.phase() == Phase::Fire {
        let body = json!({"inbox_key": DEMO_INBOX});
        if let Ok(reply) = api.call(Method::POST, "/visitor/session", Some(&body)).await {
            return Some(reply.done()["token"].as_str().unwrap().to_owned());
        }
        pause().await;
    }
    None
}

/// Time until a client tries again.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// The customer's second device: it only reads, and goes away now and then.
async fn look_on(world: Arc<World>, mut chance: Chance, thread: Arc<Thread>) {
    while world.phase() != Phase::End {
        let last = thread.devices[1].lock().unwrap().last();
        let Ok(mut socket) = Socket::visitor(&world.address, &thread.token, last).await else {
            pause().await;
            continue;
        };
        world.reconnected();
        let stays = Duration::from_millis(chance.between(20, 3_000));
        let away = async {
            match world.phase() {
                Phase::Fire => tokio::time::sleep(stays).await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = away => {}
            () = world.after(Phase::Drain) => {}
            () = async {
                while let Ok(frame) = socket.next().await {
                    see(&thread.devices[1], &format!("{} (second device)", thread.name), &frame);
                }
            } => {}
        }
    }
}

fn see(seen: &std::sync::Mutex<Seen>, who: &str, frame: &Value) {
    match frame["type"].as_str().unwrap() {
        "event" => seen.lock().unwrap().take(who, frame),
        "error" if frame["problem"]["status"].as_u64() >= Some(500) => {}
        "error" => panic!("{who} was told: {frame}"),
        _ => {}
    }
}

/// The customer's first device.
struct Device {
    world: Arc<World>,
    chance: Chance,
    thread: Arc<Thread>,
    api: Api,
    /// Places in `thread.written` of what is not acknowledged, oldest first.
    under_way: VecDeque<usize>,
    made: u64,
}

async fn converse(world: Arc<World>, chance: Chance, thread: Arc<Thread>, full: tokio::sync::oneshot::Sender<()>) {
    let api = Api::new(&world.address).with_token(&thread.token);
    let mut device = Device { world: world.clone(), chance, thread, api, under_way: VecDeque::new(), made: 0 };
    let mut full = Some(full);
    while world.phase() != Phase::End {
        let last = device.thread.devices[0].lock().unwrap().last();
        let Ok(socket) = Socket::visitor(&world.address, &device.thread.token, last).await else {
            pause().await;
            continue;
        };
        world.reconnected();
        device.stay(socket, &mut full).await;
    }
}

impl Device {
    /// One connection, from hello to its end.
    async fn stay(&mut self, mut socket: Socket, full: &mut Option<tokio::sync::oneshot::Sender<()>>) {
        let world = self.world.clone();
        // In order: what the server has of these is a beginning of the row.
        for place in self.under_way.clone() {
            if socket.send(&self.frame(place)).await.is_err() {
                return;
            }
        }
        loop {
            if self.made >= MESSAGES && self.under_way.is_empty() {
                full.take().map(|full| full.send(()));
            }
            let thinks = Duration::from_millis(self.chance.between(2, 40));
            tokio::select! {
                frame = socket.next() => match frame {
                    Ok(frame) => self.told(&frame),
                    Err(_) => return,
                },
                () = world.after(Phase::Drain) => return,
                () = tokio::time::sleep(thinks) => {
                    if self.world.phase() == Phase::Fire && self.chance.percent(2) {
                        return socket.drop_connection();
                    }
                    if self.may_write() && self.write(&mut socket).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn may_write(&self) -> bool {
        self.world.phase() == Phase::Fire && self.made < MESSAGES && self.under_way.len() < UNDER_WAY
    }

    /// Writes one more message; an error means that the connection, or the server, is gone.
    async fn write(&mut self, socket: &mut Socket) -> Result<(), ()> {
        let place = self.compose();
        // By REST only when nothing else is under way: two roads have no order between them.
        if self.under_way.len() == 1 && self.chance.percent(30) {
            let frame = self.frame(place);
            let body = json!({"client_key": frame["client_key"], "content": frame["content"]});
            let reply = self.api.call(Method::POST, "/visitor/messages", Some(&body)).await.map_err(|_| ())?;
            if reply.status == 503 {
                return Err(());
            }
            self.acknowledged(place, &reply.done());
            return Ok(());
        }
        socket.send(&self.frame(place)).await.map_err(|_| ())
    }

    fn compose(&mut self) -> usize {
        self.made += 1;
        let client_key = format!("{}-{}", self.thread.name, self.made);
        let mut question = *self.chance.pick(&QUESTIONS);
        // Rarely, so that the assistant keeps much to do.
        if question == "转人工" && self.chance.percent(80) {
            question = "会员积分";
        }
        let text = format!("{question} #{client_key}");
        let mut written = self.thread.written.lock().unwrap();
        written.push(Written { client_key, text, outcome: Outcome::Unknown });
        self.under_way.push_back(written.len() - 1);
        self.world.unacknowledged.fetch_add(1, Ordering::SeqCst);
        written.len() - 1
    }

    fn frame(&self, place: usize) -> Value {
        let written = &self.thread.written.lock().unwrap()[place];
        json!({"type": "message", "client_key": written.client_key, "content": {"type": "text", "text": written.text}})
    }

    fn told(&mut self, frame: &Value) {
        match frame["type"].as_str().unwrap() {
            "ack" => {
                let key = frame["client_key"].as_str().unwrap();
                let place = self.thread.written.lock().unwrap().iter().position(|written| written.client_key == key);
                self.acknowledged(place.expect("an acknowledgement of what was sent"), frame);
            }
            "refused" if frame["problem"]["status"] == 503 => {}
            "refused" => panic!("{} was refused: {frame}", self.thread.name),
            _ => see(&self.thread.devices[0], &self.thread.name, frame),
        }
    }

    fn acknowledged(&mut self, place: usize, receipt: &Value) {
        let outcome = Outcome::acknowledged(receipt);
        let mut written = self.thread.written.lock().unwrap();
        let known = &mut written[place].outcome;
        assert!(
            *known == Outcome::Unknown || *known == outcome,
            "{} was acknowledged in two ways: {known:?}, {outcome:?}",
            self.thread.name
        );
        if *known == Outcome::Unknown {
            assert_eq!(self.under_way.front(), Some(&place), "{}: acknowledged out of order", self.thread.name);
            self.under_way.pop_front();
            self.world.unacknowledged.fetch_sub(1, Ordering::SeqCst);
            self.world.acknowledged.fetch_add(1, Ordering::SeqCst);
        }
        *known = outcome;
    }
}
