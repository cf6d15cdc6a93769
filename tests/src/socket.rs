//! The WebSockets of visitors and agents, as a client uses them.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::Address;

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// Why no frame came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The server closed, with this code.
    Code(u16),
    /// The connection broke.
    Broken,
    /// Nothing came in time.
    Silent,
}

impl Socket {
    /// Connects to a path such as `/api/v1/ws`.
    ///
    /// # Errors
    /// When the server cannot be reached, or refuses.
    pub async fn connect(address: &Address, path: &str, headers: &[(&str, &str)]) -> Result<Self, Error> {
        let url = format!("{}{path}", address.base().replacen("http", "ws", 1));
        let mut request = url.into_client_request()?;
        for (name, value) in headers {
            let name = HeaderName::try_from(*name)?;
            request.headers_mut().insert(name, HeaderValue::try_from(*value)?);
        }
        let (stream, _) = connect_async(request).await?;
        Ok(Self { stream })
    }

    /// A visitor's socket that has said hello.
    ///
    /// # Errors
    /// When the server cannot be reached, or refuses.
    pub async fn visitor(address: &Address, token: &str, last_seq: u64) -> Result<Self, Error> {
        let mut socket = Self::connect(address, "/api/v1/visitor/ws", &[]).await?;
        socket.send(&json!({"type": "hello", "token": token, "last_seq": last_seq})).await?;
        Ok(socket)
    }

    /// An agent's socket that has said hello.
    ///
    /// # Errors
    /// When the server cannot be reached, or refuses.
    pub async fn agent(address: &Address, token: &str, cursor: Option<&str>) -> Result<Self, Error> {
        let mut socket = Self::connect(address, "/api/v1/ws", &[]).await?;
        let mut hello = json!({"type": "hello", "token": token});
        if let Some(cursor) = cursor {
            hello["cursor"] = cursor.into();
        }
        socket.send(&hello).await?;
        Ok(socket)
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the connection is broken.
    pub async fn send(&mut self, frame: &Value) -> Result<(), Error> {
        self.send_raw(Message::text(frame.to_string())).await
    }

    /// Sends anything.
    ///
    /// # Errors
    /// When the connection is broken.
    pub async fn send_raw(&mut self, message: Message) -> Result<(), Error> {
        self.stream.send(message).await
    }

    /// The next frame.
    ///
    /// # Errors
    /// When the socket ended.
    pub async fn next(&mut self) -> Result<Value, Closed> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).map_err(|_| Closed::Broken),
                Some(Ok(Message::Close(Some(frame)))) => return Err(Closed::Code(frame.code.into())),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Err(Closed::Broken),
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame of a type, others being passed over.
    ///
    /// # Errors
    /// When the socket ended, or no such frame came within `seconds`.
    pub async fn next_of(&mut self, kind: &str, seconds: u64) -> Result<Value, Closed> {
        self.find(seconds, |frame| frame["type"] == kind).await
    }

    /// The next frame that is looked for, others being passed over.
    ///
    /// # Errors
    /// When the socket ended, or no such frame came within `seconds`.
    pub async fn find(&mut self, seconds: u64, wanted: impl Fn(&Value) -> bool) -> Result<Value, Closed> {
        let looked = tokio::time::timeout(Duration::from_secs(seconds), async {
            loop {
                let frame = self.next().await?;
                if wanted(&frame) {
                    return Ok(frame);
                }
            }
        });
        looked.await.unwrap_or(Err(Closed::Silent))
    }

    /// Waits for the end and tells how it came.
    pub async fn end(&mut self, seconds: u64) -> Closed {
        self.find(seconds, |_| false).await.err().unwrap_or(Closed::Silent)
    }

    /// Goes away without a word, as a phone in a tunnel does.
    pub fn drop_connection(self) {
        drop(self);
    }
}
