//! WebSockets (RFC 6455): live both ways, resumable.
//!
//! A socket must say hello within ten seconds. What it is told comes from the journal in order; a socket that cannot keep up
//! reads what it missed, so nothing is skipped. Sockets look again every while whether they are still welcome: a session that
//! ended, a user who was deactivated or a contact that was erased loses its socket.

mod agent;
mod visitor;

pub use agent::agents;
pub use visitor::visitors;

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::SinkExt;
use futures::stream::SplitSink;
use serde::Serialize;
use serde::de::DeserializeOwned;
use yingda_model::SenderKind;

use crate::Problem;

/// A client that is silent for longer than twice this is gone.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Time to say hello.
const HELLO: Duration = Duration::from_secs(10);
/// How often a socket looks whether it is still welcome.
const RECHECK: Duration = Duration::from_secs(30);
/// A client that takes nothing for this long is gone: half-open connections do not hold memory.
const SEND: Duration = Duration::from_secs(20);
/// Largest frame that a client may send.
const MAX_FRAME_BYTES: usize = 128 * 1024;
/// Events read from the journal at once.
const PAGE: u64 = 200;

/// Close codes, after RFC 6455 §7.4.2: private use, with the last digits of the HTTP status.
mod close {
    pub const BAD_FRAME: u16 = 4400;
    pub const UNAUTHENTICATED: u16 = 4401;
    pub const FORBIDDEN: u16 = 4403;
    pub const NOT_FOUND: u16 = 4404;
    pub const TOO_MANY: u16 = 4429;
    pub const INTERNAL: u16 = 1011;
    pub const RESTART: u16 = 1012;
}

type Sink = SplitSink<WebSocket, Message>;

/// Why a socket ends.
enum End {
    /// The client is gone, or closed.
    Gone,
    /// The server shuts down.
    Restart,
    /// The client did something wrong.
    Problem(Box<Problem>),
}

impl From<Problem> for End {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<yingda_desk::DeskError> for End {
    fn from(error: yingda_desk::DeskError) -> Self {
        Problem::from(error).into()
    }
}

impl From<yingda_store::StoreError> for End {
    fn from(error: yingda_store::StoreError) -> Self {
        Problem::from(error).into()
    }
}

/// Sends one frame; a client that does not take it in time is gone.
async fn send<T: Serialize>(sink: &mut Sink, frame: &T) -> Result<(), End> {
    let text = serde_json::to_string(frame).map_err(|error| {
        tracing::error!(%error, "a frame could not be written");
        End::from(Problem::internal())
    })?;
    match tokio::time::timeout(SEND, sink.send(Message::Text(text.into()))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Gone),
    }
}

/// Reads a frame from the client. `Ok(None)`: a control frame, nothing to do.
fn read<T: DeserializeOwned>(message: Option<Result<Message, axum::Error>>) -> Result<Option<T>, End> {
    match message {
        Some(Ok(Message::Text(text))) => match crate::extract::from_json(text.as_bytes()) {
            Ok(frame) => Ok(Some(frame)),
            Err(problem) => Err(problem.into()),
        },
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Binary(_))) => Err(Problem::bad_request("send JSON in text frames").into()),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Farewell {
    Error { problem: Box<Problem> },
}

/// Says why and closes.
async fn farewell(mut sink: Sink, end: End) {
    let (code, reason) = match &end {
        End::Gone => return,
        End::Restart => (close::RESTART, "the server restarts: connect again"),
        End::Problem(problem) => match problem.status {
            401 => (close::UNAUTHENTICATED, "unauthenticated"),
            403 => (close::FORBIDDEN, "forbidden"),
            404 => (close::NOT_FOUND, "not found"),
            429 => (close::TOO_MANY, "too many"),
            500.. => (close::INTERNAL, "internal"),
            _ => (close::BAD_FRAME, "bad frame"),
        },
    };
    if let End::Problem(problem) = end {
        let _ = send(&mut sink, &Farewell::Error { problem }).await;
    }
    let frame = CloseFrame { code, reason: reason.into() };
    let _ = tokio::time::timeout(SEND, sink.send(Message::Close(Some(frame)))).await;
}

/// Which side types, in words of the protocol.
fn side(who: SenderKind) -> &'static str {
    match who {
        SenderKind::Customer => "contact",
        SenderKind::Agent => "agent",
        SenderKind::Bot => "bot",
        SenderKind::System => "system",
    }
}
