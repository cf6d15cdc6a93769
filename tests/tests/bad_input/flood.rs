//! Connections that want nothing but to be there.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use yingda_tests::{Api, DEMO_INBOX, Server, Setup, Socket, visitor};

use crate::unharmed;

/// Sockets that never say hello. Both ends of each take a file descriptor, in two processes.
const STRANGERS: usize = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_sockets_that_never_say_hello_do_not_keep_customers_out() {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let mut server = Server::start(Setup::demo()).await;
    let authority = Api::new(server.address()).authority();
    let begun = Instant::now();
    let mut sockets = Vec::new();
    let (mut welcome, mut full) = (0, 0);
    for number in 0..STRANGERS {
        let Ok(mut stream) = TcpStream::connect(&authority).await else { panic!("connection {number} was refused") };
        let path = if number % 2 == 0 { "visitor/ws" } else { "ws" };
        let upgrade = format!(
            "GET /api/v1/{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(upgrade.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.unwrap();
        match &head[9..] {
            b"101" => welcome += 1,
            b"503" => full += 1,
            other => panic!("expected 101 or 503, got {}", String::from_utf8_lossy(other)),
        }
        sockets.push(stream);
        if number % 2_000 == 1_999 {
            somebody_is_served(&server).await;
        }
    }
    eprintln!(
        "{STRANGERS} sockets in {:.1} s: {welcome} were let in, {full} were told that it is full",
        begun.elapsed().as_secs_f32()
    );
    assert!(full > 0, "there is no limit");
    somebody_is_served(&server).await;
    // Those that were let in are shown out after ten seconds; all are gone soon after.
    let closing = Instant::now();
    for mut stream in sockets {
        let mut rest = Vec::new();
        let gone = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut rest)).await;
        assert!(gone.is_ok(), "a stranger is still there after {:?}", closing.elapsed());
    }
    let (_, token) = visitor(server.address(), DEMO_INBOX).await;
    let mut socket = Socket::visitor(server.address(), &token, 0).await.unwrap();
    socket.next_of("welcome", 5).await.unwrap();
    unharmed(&mut server).await;
}

/// A customer asks by REST and is answered in good time.
async fn somebody_is_served(server: &Server) {
    let begun = Instant::now();
    let (customer, _) = visitor(server.address(), DEMO_INBOX).await;
    let message = json!({"client_key": "k", "content": {"type": "text", "text": "怎么退货"}});
    customer.post("/visitor/messages", message).await.done();
    assert!(begun.elapsed() < Duration::from_secs(5), "a customer waited {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_say_nothing_or_too_little_are_closed() {
    let mut server = Server::start(Setup::demo()).await;
    let authority = Api::new(server.address()).authority();
    let begun = Instant::now();
    let mut slow = tokio::task::JoinSet::new();
    for number in 0..200 {
        let authority = authority.clone();
        slow.spawn(async move {
            let mut stream = TcpStream::connect(&authority).await.unwrap();
            if number % 2 == 0 {
                stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").await.unwrap();
            }
            let (mut from, mut to) = stream.into_split();
            // A header line now and then, never the last one.
            let drip = tokio::spawn(async move {
                while number % 4 == 0 && to.write_all(b"X-A: b\r\n").await.is_ok() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                std::future::pending::<()>().await;
            });
            let mut rest = Vec::new();
            let gone = tokio::time::timeout(Duration::from_secs(40), from.read_to_end(&mut rest)).await;
            drip.abort();
            assert!(gone.is_ok(), "a connection that is not finished with its head is still there");
        });
    }
    while let Some(ended) = slow.join_next().await {
        ended.unwrap();
    }
    eprintln!("200 slow connections were closed within {:.1} s", begun.elapsed().as_secs_f32());
    somebody_is_served(&server).await;
    unharmed(&mut server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_breaks_off_in_the_middle_of_a_frame_harms_nobody() {
    let mut server = Server::start(Setup::demo()).await;
    let (_, token) = visitor(server.address(), DEMO_INBOX).await;
    for _ in 0..50 {
        let mut socket = Socket::visitor(server.address(), &token, 0).await.unwrap();
        let message = json!({"type": "message", "client_key": "k", "content": {"type": "text", "text": "你好"}});
        let _ = socket.send(&message).await;
        socket.drop_connection();
    }
    somebody_is_served(&server).await;
    let (_, token) = visitor(server.address(), DEMO_INBOX).await;
    let mut socket = Socket::visitor(server.address(), &token, 0).await.unwrap();
    socket.next_of("welcome", 5).await.unwrap();
    unharmed(&mut server).await;
}
