//! The customer's socket.

use std::time::Instant;

use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream::SplitStream;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use yingda_desk::{Push, Reader, Receipt, Signal, Subscription, Topic};
use yingda_model::{Content, ConversationId, Event, EventBody, SenderKind};

use super::{End, HEARTBEAT, HELLO, MAX_FRAME_BYTES, PAGE, RECHECK, Sink, farewell, read, send, side};
use crate::app::{Peer, Visitor, check_origin};
use crate::limit::Rule;
use crate::{App, Problem};

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum FromClient {
    Hello {
        token: String,
        #[serde(default)]
        last_seq: u64,
    },
    Message {
        client_key: String,
        content: Content,
    },
    Typing {
        on: bool,
    },
    Read {
        seq: u64,
    },
    Ping {},
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ToClient<'a> {
    Welcome {
        conversation_id: Option<ConversationId>,
        last_seq: u64,
        heartbeat_seconds: u64,
        open_now: bool,
    },
    Event {
        prev: u64,
        event: &'a Event,
    },
    Ack {
        client_key: String,
        #[serde(flatten)]
        receipt: Receipt,
    },
    Refused {
        client_key: String,
        problem: Problem,
    },
    Typing {
        who: &'static str,
        on: bool,
    },
    Read {
        by: &'static str,
        seq: u64,
    },
    Pong,
}

/// Opens a customer's socket.
pub async fn visitors(
    State(app): State<App>,
    Peer(address): Peer,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(_) => {
            return Problem::bad_request("this address speaks WebSocket: connect with Upgrade: websocket")
                .into_response();
        }
    };
    if let Err(problem) = app.limit(Rule::SocketByAddress, &address.to_string()) {
        return problem.into_response();
    }
    let Ok(stranger) = app.strangers().clone().try_acquire_owned() else {
        return Problem::unavailable("too many sockets are waiting to say hello: try again in a moment")
            .into_response();
    };
    let sockets = app.sockets().clone();
    upgrade.max_message_size(MAX_FRAME_BYTES).max_frame_size(MAX_FRAME_BYTES).on_upgrade(move |socket| {
        sockets.track_future(async move {
            let (sink, stream) = socket.split();
            let mut connection = Connection { app, sink, stream };
            let end = connection.run(stranger, &headers).await;
            farewell(connection.sink, end).await;
        })
    })
}

struct Connection {
    app: App,
    sink: Sink,
    stream: SplitStream<WebSocket>,
}

/// What the socket is about, once it has said hello.
struct Thread {
    visitor: Visitor,
    token: String,
    conversation: Option<ConversationId>,
    /// The last event that the client has been sent or has said that it has.
    last_public: u64,
    /// How far the journal has been read for it, hidden events included.
    reached: u64,
    subscription: Subscription,
}

impl Connection {
    async fn run(&mut self, stranger: OwnedSemaphorePermit, headers: &HeaderMap) -> End {
        let mut thread = match self.hello(headers).await {
            Ok(thread) => thread,
            Err(end) => return end,
        };
        drop(stranger);
        metrics::gauge!("yingda_sockets", "side" => "visitor").increment(1.0);
        let end = match self.converse(&mut thread).await {
            Ok(()) => End::Gone,
            Err(end) => end,
        };
        metrics::gauge!("yingda_sockets", "side" => "visitor").decrement(1.0);
        if let Some(conversation) = thread.conversation {
            // Whoever leaves has stopped typing.
            let _ = self.app.desk().typing(&thread.visitor.scope, conversation, false).await;
        }
        end
    }

    async fn hello(&mut self, headers: &HeaderMap) -> Result<Thread, End> {
        let waited = tokio::time::timeout(HELLO, async {
            loop {
                if let Some(frame) = read::<FromClient>(self.stream.next().await)? {
                    return Ok::<_, End>(frame);
                }
            }
        });
        let frame = tokio::select! {
            () = self.app.stop().cancelled() => return Err(End::Restart),
            frame = waited => frame.map_err(|_| Problem::unauthenticated("say hello within 10 s of connecting"))??,
        };
        let FromClient::Hello { token, last_seq } = frame else {
            return Err(Problem::unauthenticated("the first frame must be hello with a visitor token").into());
        };
        let visitor = self.app.visitor_of(&token).await?;
        check_origin(&visitor.inbox, headers)?;
        // Listen first, then read: what happens in between is heard.
        let mut thread = Thread {
            subscription: self.app.desk().live().subscribe(Topic::Contact(visitor.contact.id)),
            conversation: None,
            last_public: last_seq,
            reached: last_seq,
            token,
            visitor,
        };
        let mut last_seq = 0;
        if let Some(conversation) = thread.visitor.conversation(&self.app).await? {
            if thread.last_public > conversation.seq {
                // A client that knows more than there is belongs to another time: begin again.
                thread.last_public = 0;
                thread.reached = 0;
            }
            last_seq = conversation.public_seq;
            self.join(&mut thread, conversation.id);
        }
        let now = self.app.desk().world().now();
        let welcome = ToClient::Welcome {
            conversation_id: thread.conversation,
            last_seq,
            heartbeat_seconds: HEARTBEAT.as_secs(),
            open_now: thread.visitor.inbox.settings.hours.as_ref().is_none_or(|hours| hours.open_at(now)),
        };
        send(&mut self.sink, &welcome).await?;
        self.catch_up(&mut thread).await?;
        Ok(thread)
    }

    /// Listens to a conversation from now on.
    fn join(&self, thread: &mut Thread, conversation: ConversationId) {
        if thread.conversation != Some(conversation) {
            if thread.conversation.is_some() {
                // Another thread counts from the beginning.
                thread.last_public = 0;
                thread.reached = 0;
            }
            thread.subscription = self.app.desk().live().subscribe(Topic::Conversation(conversation));
            thread.conversation = Some(conversation);
        }
    }

    async fn converse(&mut self, thread: &mut Thread) -> Result<(), End> {
        let mut heard = Instant::now();
        let mut tick = tokio::time::interval(RECHECK);
        tick.tick().await;
        loop {
            tokio::select! {
                () = self.app.stop().cancelled() => return Err(End::Restart),
                message = self.stream.next() => {
                    heard = Instant::now();
                    if let Some(frame) = read(message)? {
                        self.obey(thread, frame).await?;
                    }
                }
                push = thread.subscription.next() => match push {
                    Some(push) => self.tell(thread, &push).await?,
                    None => self.catch_up(thread).await?,
                },
                _ = tick.tick() => {
                    if heard.elapsed() > HEARTBEAT * 3 {
                        return Err(End::Gone);
                    }
                    thread.visitor = self.app.visitor_of(&thread.token).await?;
                }
            }
        }
    }

    async fn obey(&mut self, thread: &mut Thread, frame: FromClient) -> Result<(), End> {
        match frame {
            FromClient::Hello { .. } => Err(Problem::bad_request("hello was said already").into()),
            FromClient::Ping {} => send(&mut self.sink, &ToClient::Pong).await,
            FromClient::Message { client_key, content } => {
                match crate::api::receive(&self.app, &thread.visitor, client_key.clone(), content).await {
                    Ok(receipt) => {
                        if thread.conversation != Some(receipt.conversation_id) {
                            self.join(thread, receipt.conversation_id);
                            self.catch_up(thread).await?;
                        }
                        send(&mut self.sink, &ToClient::Ack { client_key, receipt }).await
                    }
                    Err(problem) => send(&mut self.sink, &ToClient::Refused { client_key, problem }).await,
                }
            }
            FromClient::Typing { on } => {
                if let Some(conversation) = thread.conversation {
                    self.app.limit(Rule::CustomerCall, &thread.visitor.contact.id.to_string())?;
                    self.app.desk().typing(&thread.visitor.scope, conversation, on).await?;
                }
                Ok(())
            }
            FromClient::Read { seq } => {
                if let Some(conversation) = thread.conversation {
                    self.app.limit(Rule::CustomerCall, &thread.visitor.contact.id.to_string())?;
                    self.app.desk().mark_read(&thread.visitor.scope, conversation, seq).await?;
                }
                Ok(())
            }
        }
    }

    async fn tell(&mut self, thread: &mut Thread, push: &Push) -> Result<(), End> {
        match push {
            Push::Event { event, .. } => {
                if matches!(event.body, EventBody::ContactChanged { .. }) {
                    // The customer was found to be somebody else, and goes on as that one.
                    thread.visitor = self.app.visitor_of(&thread.token).await?;
                }
                if thread.conversation.is_none() {
                    self.join(thread, event.conversation_id);
                    return self.catch_up(thread).await;
                }
                if thread.conversation != Some(event.conversation_id) || event.seq <= thread.reached {
                    return Ok(());
                }
                if event.seq != thread.reached + 1 {
                    return self.catch_up(thread).await;
                }
                self.pass(thread, event).await
            }
            Push::Signal { signal, .. } => match signal {
                Signal::Typing { who: SenderKind::Customer, .. } | Signal::Read { by: Reader::Contact, .. } => Ok(()),
                Signal::Typing { who, on, .. } => {
                    send(&mut self.sink, &ToClient::Typing { who: side(*who), on: *on }).await
                }
                Signal::Read { seq, .. } => send(&mut self.sink, &ToClient::Read { by: "agent", seq: *seq }).await,
            },
            Push::Workspace { .. } | Push::Presence => Ok(()),
        }
    }

    /// Sends an event if the customer may see it.
    async fn pass(&mut self, thread: &mut Thread, event: &Event) -> Result<(), End> {
        thread.reached = event.seq;
        if event.is_public() {
            let frame = ToClient::Event { prev: thread.last_public, event };
            send(&mut self.sink, &frame).await?;
            thread.last_public = event.seq;
        }
        Ok(())
    }

    /// Reads from the journal what the client does not have yet.
    async fn catch_up(&mut self, thread: &mut Thread) -> Result<(), End> {
        let Some(conversation) = thread.conversation else { return Ok(()) };
        loop {
            let app = self.app.clone();
            let reader = app.desk().store().read(&thread.visitor.scope);
            let events = reader.events_after(conversation, thread.reached, PAGE).await?;
            for event in &events {
                self.pass(thread, event).await?;
            }
            if (events.len() as u64) < PAGE {
                return Ok(());
            }
        }
    }
}
