//! Customers who write.

use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::report::Spread;
use super::server::Server;
use super::synthetic;
use crate::failure::Failure;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// When a sender sends the next message.
#[derive(Clone, Copy)]
pub enum Pace {
    /// As soon as the one before is acknowledged.
    AsFastAsAcknowledged,
    /// By the clock, whether the one before is acknowledged or not: so many a second over all senders. Times count from the
    /// moment a message was due, so that a stall is not hidden by sending less.
    PerSecond(u32),
}

/// What a load measured.
pub struct Sent {
    /// From due to acknowledged, for each message.
    pub acknowledged: Vec<Duration>,
    pub lasted: Duration,
}

impl Sent {
    pub fn spread(mut self) -> Spread {
        Spread::of(&mut self.acknowledged)
    }
}

/// Lets `senders` customers write for `lasting`.
pub async fn send(
    server: &Server,
    inbox_key: &str,
    senders: usize,
    pace: Pace,
    lasting: Duration,
) -> Result<Sent, Failure> {
    let sockets = connect(server, inbox_key, senders).await?;
    let started = Instant::now();
    let end = started + lasting;
    let mut tasks = JoinSet::new();
    for (number, socket) in sockets.into_iter().enumerate() {
        match pace {
            Pace::AsFastAsAcknowledged => {
                tasks.spawn(in_turn(socket, end));
            }
            Pace::PerSecond(rate) => {
                let share = Duration::from_secs_f64(senders as f64 / f64::from(rate));
                let offset = share.mul_f64(number as f64 / senders as f64);
                tasks.spawn(by_the_clock(socket, started + offset, share, end));
            }
        }
    }
    let mut acknowledged = Vec::new();
    while let Some(done) = tasks.join_next().await {
        acknowledged.extend(done??);
    }
    Ok(Sent { acknowledged, lasted: started.elapsed() })
}

async fn connect(server: &Server, inbox_key: &str, count: usize) -> Result<Vec<Socket>, Failure> {
    let mut sockets = Vec::with_capacity(count);
    for _ in 0..count {
        let token = server.visitor(inbox_key).await?;
        sockets.push(socket(&server.url, &token).await?);
    }
    Ok(sockets)
}

/// A visitor's socket, welcomed.
pub async fn socket(url: &str, token: &str) -> Result<Socket, Failure> {
    let address = format!("{}/api/v1/visitor/ws", url.replace("http://", "ws://"));
    // As browsers do: without Nagle's algorithm, which would hold a message back until the one before is confirmed.
    let (mut socket, _) = connect_async_with_config(&address, None, true).await?;
    socket.send(Message::text(format!(r#"{{"type":"hello","token":"{token}"}}"#))).await?;
    wait_for(&mut socket, r#""type":"welcome""#).await?;
    Ok(socket)
}

/// Reads frames until one contains `text`.
async fn wait_for(socket: &mut Socket, text: &str) -> Result<(), Failure> {
    while let Some(message) = socket.next().await {
        if let Message::Text(frame) = message? {
            if frame.contains(text) {
                return Ok(());
            }
            if frame.contains(r#""type":"refused""#) || frame.contains(r#""type":"error""#) {
                return Err(Failure::failed(format!("the server refused: {frame}")));
            }
        }
    }
    Err(Failure::failed("the server closed the socket"))
}

fn frame(number: usize, text: &str) -> Message {
    Message::text(format!(
        r#"{{"type":"message","client_key":"{number}","content":{{"type":"text","text":"{text}"}}}}"#
    ))
}

const SAYING: &str = "我前天买的电热水壶到现在还没有发货，请帮我看一下订单，谢谢。";

async fn in_turn(mut socket: Socket, end: Instant) -> Result<Vec<Duration>, Failure> {
    let mut took = Vec::new();
    while Instant::now() < end {
        let sent = Instant::now();
        socket.send(frame(took.len(), SAYING)).await?;
        wait_for(&mut socket, r#""type":"ack""#).await?;
        took.push(sent.elapsed());
    }
    Ok(took)
}

async fn by_the_clock(socket: Socket, first: Instant, share: Duration, end: Instant) -> Result<Vec<Duration>, Failure> {
    let (mut sink, mut stream) = socket.split();
    let count = usize::try_from((end - first).as_nanos() / share.as_nanos()).unwrap_or(0);
    let due = move |number: usize| first + share.mul_f64(number as f64);
    let sending = tokio::spawn(async move {
        for number in 0..count {
            tokio::time::sleep_until(due(number).into()).await;
            sink.send(frame(number, SAYING)).await?;
        }
        Ok::<_, tokio_tungstenite::tungstenite::Error>(sink)
    });
    let mut took = Vec::with_capacity(count);
    while took.len() < count {
        let Some(message) = stream.next().await else {
            return Err(Failure::failed("the server closed the socket"));
        };
        if let Message::Text(frame) = message?
            && frame.contains(r#""type":"ack""#)
        {
            // Acknowledgements come in the order of sending.
            took.push(due(took.len()).elapsed());
        }
    }
    // The sink is given back so that the socket stays open until here.
    let _sink = sending.await??;
    Ok(took)
}

/// What conversations with the assistant measured.
pub struct Answers {
    /// From sending the question to seeing the answer.
    pub took: Vec<Duration>,
    /// Answers a second over all customers.
    pub rate: f64,
}

/// Lets `customers` ask the assistant, each the next question when the one before was answered.
pub async fn converse(
    server: &Server,
    inbox_key: &str,
    customers: usize,
    lasting: Duration,
) -> Result<Answers, Failure> {
    let sockets = connect(server, inbox_key, customers).await?;
    let started = Instant::now();
    let end = started + lasting;
    let mut tasks = JoinSet::new();
    for (customer, mut socket) in sockets.into_iter().enumerate() {
        tasks.spawn(async move {
            let mut took = Vec::new();
            while Instant::now() < end {
                let number = took.len();
                let sent = Instant::now();
                // Exactly a known question, so that each is answered and none handed over.
                socket.send(frame(number, &synthetic::exact_question(customer * 613 + number))).await?;
                wait_for(&mut socket, r#""sender":"bot""#).await?;
                took.push(sent.elapsed());
            }
            Ok::<_, Failure>(took)
        });
    }
    let mut took = Vec::new();
    while let Some(done) = tasks.join_next().await {
        took.extend(done??);
    }
    #[allow(clippy::cast_precision_loss)]
    let rate = took.len() as f64 / started.elapsed().as_secs_f64();
    Ok(Answers { took, rate })
}
