//! Live fan-out between parts and nodes: in-process, or NATS.
//!
//! The bus is a hint channel. A message arrives at most once, and may not arrive at all: when a reader is slow, when the
//! connection breaks, when a node dies. So nothing may depend on it for being correct. What must not be lost is in the
//! store; the bus only says "look now" sooner than polling would. A reader that may have missed something is told so with
//! [`Signal::Lagged`] and then looks into the store.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use yingda_bus::{Bus, Signal};
//!
//! let bus = Bus::connect("memory:").await?;
//! let mut conversations = bus.subscribe("conversation.*").await?;
//! bus.publish("conversation.7", "changed".into()).await?;
//! let Some(Signal::Message { topic, .. }) = conversations.next().await else { panic!() };
//! assert_eq!(&*topic, "conversation.7");
//! # Ok::<(), yingda_bus::BusError>(()) }).unwrap();
//! ```
//!
//! # Topics
//!
//! A topic is tokens joined by dots: `conversation.0192f0c1.typing`. Tokens are made of ASCII letters, digits, `-` and `_`.
//! A subscription's pattern may have `*` for any one token and, at the end, `>` for any one or more tokens.

mod error;
mod memory;
mod nats;
mod nats_address;
mod queue;
mod topic;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

pub use error::BusError;
pub use queue::{QUEUE_LENGTH, Signal, Subscription};
pub use topic::{MAX_TOKENS, MAX_TOPIC_BYTES};

/// Largest payload of a message, in bytes. Hints are small; what is large belongs into the store.
pub const MAX_PAYLOAD_BYTES: usize = 256 * 1024;

/// A way to carry messages. Topics, patterns and sizes have been checked when a transport gets them.
#[async_trait]
trait Transport: Send + Sync {
    async fn publish(&self, topic: &str, payload: Bytes) -> Result<(), BusError>;
    async fn subscribe(&self, pattern: &str) -> Result<Subscription, BusError>;
    async fn flush(&self) -> Result<(), BusError>;
    async fn health(&self) -> Result<(), BusError>;
}

/// A handle to the bus. Clones are the same bus. Subscriptions end when the last handle is dropped.
#[derive(Clone)]
pub struct Bus {
    transport: Arc<dyn Transport>,
}

impl Bus {
    /// Connects to the bus at `url`:
    ///
    /// - empty or `memory:` gives a new bus within this process, for a single node;
    /// - `nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT]`, or several of them joined by commas, gives the bus that all nodes
    ///   connected to that NATS server or cluster share. A connection that breaks later is re-established by itself.
    ///
    /// # Errors
    ///
    /// [`BusError::BadUrl`] for anything else, [`BusError::Connect`] when no server answers or the server refuses.
    pub async fn connect(url: &str) -> Result<Self, BusError> {
        let transport: Arc<dyn Transport> = match url {
            "" | "memory:" => Arc::new(memory::MemoryBus::default()),
            _ => Arc::new(nats::NatsBus::connect(&nats_address::NatsAddress::parse(url)?).await?),
        };
        Ok(Self { transport })
    }

    /// Sends `payload` to whoever listens to `topic` now, this node's own subscriptions included. Never waits for readers.
    ///
    /// # Errors
    ///
    /// [`BusError::BadTopic`], [`BusError::TooLarge`]; with NATS also [`BusError::Disconnected`], [`BusError::TimedOut`]
    /// and [`BusError::Nats`]. As nothing depends on the bus, a caller that has stored its change logs these and goes on.
    pub async fn publish(&self, topic: &str, payload: Bytes) -> Result<(), BusError> {
        topic::check_topic(topic)?;
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(BusError::TooLarge { got: payload.len(), max: MAX_PAYLOAD_BYTES });
        }
        self.transport.publish(topic, payload).await
    }

    /// Listens to all topics that match `pattern`. Whatever is published after this returned is heard: by any handle of an
    /// in-process bus, by any node connected to the same NATS server (between servers of a NATS cluster, moments later).
    ///
    /// # Errors
    ///
    /// [`BusError::BadTopic`]; with NATS also [`BusError::Disconnected`], [`BusError::TimedOut`] and [`BusError::Nats`].
    pub async fn subscribe(&self, pattern: &str) -> Result<Subscription, BusError> {
        topic::check_pattern(pattern)?;
        self.transport.subscribe(pattern).await
    }

    /// Waits until everything that this handle published has reached the server.
    ///
    /// # Errors
    ///
    /// With NATS [`BusError::Disconnected`], [`BusError::TimedOut`] or [`BusError::Nats`].
    pub async fn flush(&self) -> Result<(), BusError> {
        self.transport.flush().await
    }

    /// Whether messages get through right now: with NATS, one is sent to the server and back (at most two seconds).
    ///
    /// # Errors
    ///
    /// Why they do not.
    pub async fn health(&self) -> Result<(), BusError> {
        self.transport.health().await
    }
}
