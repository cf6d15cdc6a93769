//! The bus of several nodes: core NATS, which keeps nothing and promises nothing, as a hint channel wants it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event};
use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::nats_address::{NatsAddress, SignIn};
use crate::queue::Queue;
use crate::topic::check_topic;
use crate::{BusError, MAX_PAYLOAD_BYTES, Subscription, Transport};

/// Stands before every topic on the server, so that a NATS server can be shared with other software.
const PREFIX: &str = "yingda.";
/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the connection is tried; two silent intervals mean that it is dead.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const RETRY_INTERVAL: Duration = Duration::from_millis(100);

/// Carries messages through a NATS server.
pub(crate) struct NatsBus {
    link: Arc<Link>,
    watch: AbortHandle,
}

/// The connection and who reads from it.
struct Link {
    client: Client,
    servers: String,
    readers: Mutex<HashMap<u64, Reader>>,
    last_id: AtomicU64,
}

struct Reader {
    queue: Arc<Queue>,
    pump: AbortHandle,
}

impl NatsBus {
    pub(crate) async fn connect(address: &NatsAddress) -> Result<Self, BusError> {
        let (events, heard) = mpsc::unbounded_channel();
        let mut options =
            ConnectOptions::new().name("yingda").ping_interval(PING_INTERVAL).event_callback(move |event| {
                // Nobody hears it when the bus is gone.
                let _ = events.send(event);
                std::future::ready(())
            });
        options = match &address.sign_in {
            SignIn::Anonymous => options,
            SignIn::Token(token) => options.token(token.clone()),
            SignIn::Password { user, password } => options.user_and_password(user.clone(), password.clone()),
        };
        let servers = address.shown();
        let client = options
            .connect(address.servers.clone())
            .await
            .map_err(|error| BusError::Connect { servers: servers.clone(), problem: error.to_string() })?;
        let link = Arc::new(Link { client, servers, readers: Mutex::default(), last_id: AtomicU64::new(0) });
        let watch = tokio::spawn(watch(Arc::clone(&link), heard)).abort_handle();
        Ok(Self { link, watch })
    }
}

#[async_trait]
impl Transport for NatsBus {
    async fn publish(&self, topic: &str, payload: Bytes) -> Result<(), BusError> {
        let link = &self.link;
        let sent = link.client.publish(format!("{PREFIX}{topic}"), payload);
        link.in_time(async { sent.await.map_err(|error| link.problem(&error)) }).await
    }

    async fn subscribe(&self, pattern: &str) -> Result<Subscription, BusError> {
        let link = &self.link;
        let subscribed = link.client.subscribe(format!("{PREFIX}{pattern}"));
        let messages = link.in_time(async { subscribed.await.map_err(|error| link.problem(&error)) }).await?;
        let subscription = link.read(messages);
        // The server works through a connection's requests in order: once it has answered, the subscription stands.
        link.round_trip().await?;
        Ok(subscription)
    }

    async fn flush(&self) -> Result<(), BusError> {
        self.link.round_trip().await
    }

    async fn health(&self) -> Result<(), BusError> {
        self.link.round_trip().await
    }
}

impl Drop for NatsBus {
    fn drop(&mut self) {
        self.watch.abort();
        for (_, reader) in self.link.readers.lock().drain() {
            reader.pump.abort();
            reader.queue.close();
        }
    }
}

impl Link {
    /// Moves what comes from the server into a queue that knows what was lost. The client's own queues would drop
    /// messages without telling which reader missed them.
    fn read(self: &Arc<Self>, mut messages: async_nats::Subscriber) -> Subscription {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed);
        let queue = Arc::new(Queue::default());
        let into = Arc::clone(&queue);
        let pump = tokio::spawn(async move {
            while let Some(message) = messages.next().await {
                // Others may publish on the same server: what no bus of ours would send is not passed on.
                let Some(topic) = message.subject.strip_prefix(PREFIX) else {
                    continue;
                };
                if check_topic(topic).is_ok() && message.payload.len() <= MAX_PAYLOAD_BYTES {
                    into.push(topic.into(), message.payload);
                }
            }
            into.close();
        });
        let reader = Reader { queue: Arc::clone(&queue), pump: pump.abort_handle() };
        self.readers.lock().insert(id, reader);
        let link = Arc::downgrade(self);
        Subscription::new(queue, move || {
            pump.abort();
            if let Some(link) = link.upgrade() {
                link.readers.lock().remove(&id);
            }
        })
    }

    /// Sends a message to the server and waits until it comes back. Then everything asked before has been done.
    async fn round_trip(&self) -> Result<(), BusError> {
        self.in_time(async {
            let inbox = self.client.new_inbox();
            let mut answers = self.client.subscribe(inbox.clone()).await.map_err(|error| self.problem(&error))?;
            self.client.publish(inbox, Bytes::new()).await.map_err(|error| self.problem(&error))?;
            match answers.next().await {
                Some(_) => Ok(()),
                None => Err(self.disconnected()),
            }
        })
        .await
    }

    /// Lets `request` take at most [`PATIENCE`]; does not begin while the connection is down, because the client would
    /// then first collect requests and at last block.
    async fn in_time<T>(&self, request: impl Future<Output = Result<T, BusError>>) -> Result<T, BusError> {
        if self.client.connection_state() != State::Connected {
            return Err(self.disconnected());
        }
        tokio::time::timeout(PATIENCE, request)
            .await
            .unwrap_or_else(|_| Err(BusError::TimedOut { servers: self.servers.clone(), seconds: PATIENCE.as_secs() }))
    }

    fn lag_everybody(&self) {
        for reader in self.readers.lock().values() {
            reader.queue.lag();
        }
    }

    fn disconnected(&self) -> BusError {
        BusError::Disconnected { servers: self.servers.clone() }
    }

    fn problem(&self, error: &dyn std::error::Error) -> BusError {
        BusError::Nats { servers: self.servers.clone(), problem: error.to_string() }
    }
}

/// Tells every reader that it may have missed something whenever the connection was down or too slow.
async fn watch(link: Arc<Link>, mut events: mpsc::UnboundedReceiver<Event>) {
    let mut connected_before = false;
    while let Some(event) = events.recv().await {
        match event {
            Event::Connected if !connected_before => connected_before = true,
            Event::Connected => {
                // Only once the server knows the subscriptions again may readers look into the store: looking earlier
                // would leave a gap between what they saw there and what they hear from then on.
                while link.client.connection_state() == State::Connected {
                    if link.round_trip().await.is_ok() {
                        tracing::info!(servers = link.servers, "connected to NATS again");
                        link.lag_everybody();
                        break;
                    }
                    tokio::time::sleep(RETRY_INTERVAL).await;
                }
            }
            Event::Disconnected => {
                tracing::warn!(servers = link.servers, "lost the connection to NATS");
            }
            // The client knows which subscription it was but does not say; a needless look into the store does no harm.
            Event::SlowConsumer(_) => link.lag_everybody(),
            _ => {}
        }
    }
}
