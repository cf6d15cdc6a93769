//! The visitor's socket, kept alive: what is sent arrives once, what happens is heard once and in order.

use std::collections::VecDeque;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use yingda_model::{Content, Event};

use super::session::Door;
use crate::failure::Failure;
use crate::output::short;

/// What the link tells.
pub enum News {
    /// It is connected; everything that was missed comes first.
    Connected,
    /// It was lost, and is being made anew.
    Lost {
        reason: String,
    },
    Event(Box<Event>),
    /// The message is durable.
    Acked {
        client_key: String,
        seq: u64,
    },
    /// The server does not take the message.
    Refused {
        client_key: String,
        detail: String,
    },
}

/// A message to send.
pub struct Outgoing {
    /// Made once for a message: however often it is sent, it is stored once.
    pub client_key: String,
    pub content: Content,
}

/// The visitor's end of the link. Dropped, the link ends.
pub struct Link {
    pub outgoing: mpsc::Sender<Outgoing>,
    pub news: mpsc::Receiver<News>,
    /// The failure that ended the link, if one did.
    pub ended: tokio::task::JoinHandle<Failure>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromServer {
    Welcome {
        last_seq: u64,
        heartbeat_seconds: u64,
    },
    Event {
        prev: u64,
        event: Box<Event>,
    },
    Ack {
        client_key: String,
        seq: u64,
    },
    Refused {
        client_key: String,
        problem: Problem,
    },
    Error {
        problem: Problem,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Problem {
    code: String,
    detail: String,
}

/// Why a connection ended.
enum End {
    /// Worth another try.
    Lost(String),
    /// The token is not taken any more.
    NeedsToken,
    /// Trying again would change nothing.
    Failed(Failure),
    /// Nobody listens any more.
    NotWanted,
}

impl<E: std::error::Error> From<E> for End {
    fn from(error: E) -> Self {
        Self::Lost(super::cause(&error))
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const FIRST_WAIT: Duration = Duration::from_millis(300);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl Link {
    /// Connects as the visitor that has `token`, and hears what happens after `last_seq`.
    pub fn open(door: Door, token: String, last_seq: u64) -> Self {
        let (outgoing, to_send) = mpsc::channel(100);
        let (tell, news) = mpsc::channel(100);
        let keeper = Keeper { door, token, last_seq, to_send, unacked: VecDeque::new(), tell };
        Self { outgoing, news, ended: tokio::spawn(keeper.keep()) }
    }
}

struct Keeper {
    door: Door,
    token: String,
    last_seq: u64,
    to_send: mpsc::Receiver<Outgoing>,
    /// Sent, perhaps, and not acknowledged: sent again after a reconnect.
    unacked: VecDeque<Outgoing>,
    tell: mpsc::Sender<News>,
}

impl Keeper {
    async fn keep(mut self) -> Failure {
        let mut wait = FIRST_WAIT;
        loop {
            let begun = Instant::now();
            let end = match self.talk().await {
                Ok(never) => match never {},
                Err(end) => end,
            };
            let reason = match end {
                End::NotWanted => return Failure::failed("the conversation was left"),
                End::Failed(failure) => return failure,
                End::NeedsToken => match self.door.enter(Some(&self.token)).await {
                    Ok(session) => {
                        self.token = session.token;
                        self.last_seq = self.last_seq.min(session.last_seq);
                        "the visitor's token has run out".to_owned()
                    }
                    Err(failure) => failure.to_string(),
                },
                End::Lost(reason) => reason,
            };
            if self.tell.send(News::Lost { reason }).await.is_err() {
                return Failure::failed("the conversation was left");
            }
            if begun.elapsed() > LONGEST_WAIT {
                wait = FIRST_WAIT;
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn talk(&mut self) -> Result<std::convert::Infallible, End> {
        let (mut socket, _) = timeout(super::PATIENCE, connect_async(self.door.socket())).await??;
        let hello = json!({"type": "hello", "token": self.token, "last_seq": self.last_seq});
        socket.send(Frame::text(hello.to_string())).await?;
        let heartbeat = self.welcome(&mut socket).await?;
        self.tell(News::Connected).await?;
        for message in &self.unacked {
            socket.send(frame(message)).await?;
        }
        let mut ping = interval(heartbeat);
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                received = socket.next() => {
                    heard = Instant::now();
                    if let Some(frame) = read(received)? {
                        self.take(frame).await?;
                    }
                }
                message = self.to_send.recv() => {
                    let Some(message) = message else { return Err(End::NotWanted) };
                    let sent = frame(&message);
                    // Noted before it is sent: a message that may have been lost is sent again.
                    self.unacked.push_back(message);
                    socket.send(sent).await?;
                }
                _ = ping.tick() => {
                    if heard.elapsed() > heartbeat * 3 {
                        return Err(End::Lost("the server is silent".into()));
                    }
                    socket.send(Frame::text(r#"{"type":"ping"}"#)).await?;
                }
            }
        }
    }

    /// Waits to be welcomed; gives how often to ping.
    async fn welcome(&mut self, socket: &mut Socket) -> Result<Duration, End> {
        loop {
            match read(timeout(super::PATIENCE, socket.next()).await?)? {
                Some(FromServer::Welcome { last_seq, heartbeat_seconds }) => {
                    if last_seq < self.last_seq {
                        // The server was restored to an earlier time: hear everything anew.
                        self.last_seq = 0;
                        return Err(End::Lost("the server knows less than before".into()));
                    }
                    return Ok(Duration::from_secs(heartbeat_seconds.clamp(1, 300)));
                }
                Some(FromServer::Error { problem }) => return Err(ended(problem)),
                _ => {}
            }
        }
    }

    async fn take(&mut self, frame: FromServer) -> Result<(), End> {
        match frame {
            FromServer::Event { event, .. } if event.seq <= self.last_seq => Ok(()),
            FromServer::Event { prev, .. } if prev != self.last_seq => Err(End::Lost("an event was missed".into())),
            FromServer::Event { event, .. } => {
                self.last_seq = event.seq;
                self.tell(News::Event(event)).await
            }
            FromServer::Ack { client_key, seq } => {
                self.unacked.retain(|message| message.client_key != client_key);
                self.tell(News::Acked { client_key, seq }).await
            }
            FromServer::Refused { client_key, problem } => {
                self.unacked.retain(|message| message.client_key != client_key);
                self.tell(News::Refused { client_key, detail: short(&problem.detail, 300) }).await
            }
            FromServer::Error { problem } => Err(ended(problem)),
            FromServer::Welcome { .. } | FromServer::Other => Ok(()),
        }
    }

    async fn tell(&self, news: News) -> Result<(), End> {
        self.tell.send(news).await.map_err(|_| End::NotWanted)
    }
}

fn frame(message: &Outgoing) -> Frame {
    let frame = json!({"type": "message", "client_key": message.client_key, "content": message.content});
    Frame::text(frame.to_string())
}

fn ended(problem: Problem) -> End {
    let detail = short(&problem.detail, 300);
    match problem.code.as_str() {
        "unauthenticated" => End::NeedsToken,
        "rate_limited" | "unavailable" | "internal" => End::Lost(detail),
        _ => End::Failed(Failure::failed(format!("the server ended the conversation: {detail}"))),
    }
}

/// The next frame that says something.
fn read(received: Option<Result<Frame, tokio_tungstenite::tungstenite::Error>>) -> Result<Option<FromServer>, End> {
    match received {
        None => Err(End::Lost("the connection was closed".into())),
        Some(Ok(Frame::Text(text))) => Ok(Some(serde_json::from_str(&text)?)),
        Some(Ok(Frame::Close(_))) => Err(End::Lost("the server closed the connection".into())),
        Some(frame) => frame.map(|_| None).map_err(End::from),
    }
}
