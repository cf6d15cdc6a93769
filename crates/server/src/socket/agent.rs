//! The socket of somebody in the console.

use std::collections::BTreeMap;
use std::time::Instant;

use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream::SplitStream;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;
use yingda_desk::{Availability, ConversationView, Push, Reader, Signal, Subscription, Topic};
use yingda_model::{ConversationId, Event, Permission, UserId};
use yingda_store::{JournalCursor, NewEntry};

use super::{End, HEARTBEAT, HELLO, MAX_FRAME_BYTES, PAGE, RECHECK, Sink, farewell, read, send, side};
use crate::app::{Peer, Staff};
use crate::limit::Rule;
use crate::{App, Problem};

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum FromClient {
    Hello {
        #[serde(default)]
        token: Option<String>,
        #[serde(default)]
        cursor: Option<String>,
    },
    Watch {
        conversation_id: ConversationId,
        #[serde(default)]
        last_seq: u64,
    },
    Typing {
        conversation_id: ConversationId,
        on: bool,
    },
    Presence {
        status: Availability,
    },
    Ping {},
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ToClient<'a> {
    Welcome {
        cursor: String,
        user_id: UserId,
        heartbeat_seconds: u64,
    },
    Event {
        #[serde(skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
        prev: u64,
        event: &'a Event,
        #[serde(skip_serializing_if = "Option::is_none")]
        view: Option<&'a ConversationView>,
    },
    Watched {
        conversation_id: ConversationId,
        last_seq: u64,
    },
    Changed {
        cursor: String,
        what: &'static str,
    },
    Read {
        conversation_id: ConversationId,
        by: &'static str,
        seq: u64,
    },
    Typing {
        conversation_id: ConversationId,
        who: &'static str,
        user_id: Option<UserId>,
        on: bool,
    },
    Presence {
        users: BTreeMap<UserId, Availability>,
    },
    Reset {
        reason: &'static str,
        cursor: String,
    },
    Pong,
}

/// Opens an agent's socket.
pub async fn agents(
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
            let mut connection = Connection { app, sink, stream, headers };
            let end = connection.run(stranger).await;
            farewell(connection.sink, end).await;
        })
    })
}

struct Connection {
    app: App,
    sink: Sink,
    stream: SplitStream<WebSocket>,
    headers: HeaderMap,
}

/// What the socket is about, once it has said hello.
struct Watcher {
    staff: Staff,
    token: Option<String>,
    socket: Uuid,
    /// How far the client has the journal.
    cursor: JournalCursor,
    subscription: Subscription,
}

/// A client that was away for longer than this many events reloads its lists instead.
const MAX_REPLAY: u64 = 5_000;

impl Connection {
    async fn run(&mut self, stranger: OwnedSemaphorePermit) -> End {
        let mut watcher = match self.hello().await {
            Ok(watcher) => watcher,
            Err(end) => return end,
        };
        drop(stranger);
        let desk = self.app.desk().clone();
        let scope = watcher.staff.scope.clone();
        metrics::gauge!("yingda_sockets", "side" => "agent").increment(1.0);
        desk.present(&scope, watcher.socket, Some(Availability::Online)).await;
        let end = match self.watch_all(&mut watcher).await {
            Ok(()) => End::Gone,
            Err(end) => end,
        };
        desk.present(&scope, watcher.socket, None).await;
        metrics::gauge!("yingda_sockets", "side" => "agent").decrement(1.0);
        end
    }

    async fn hello(&mut self) -> Result<Watcher, End> {
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
        let FromClient::Hello { token, cursor } = frame else {
            return Err(Problem::unauthenticated("the first frame must be hello").into());
        };
        let staff = self.authenticate(token.as_deref()).await?;
        let desk = self.app.desk().clone();
        // Listen first, then read: what happens in between is heard.
        let subscription = desk.live().subscribe(Topic::Workspace(staff.scope.workspace()));
        let end = desk.store().journal_end().await?;
        let from = match cursor.as_deref() {
            None => Some(end),
            Some(text) => text.parse::<JournalCursor>().ok().filter(|cursor| *cursor <= end),
        };
        let mut watcher =
            Watcher { socket: desk.world().uuid(), token, cursor: from.unwrap_or(end), subscription, staff };
        let welcome = ToClient::Welcome {
            cursor: watcher.cursor.to_string(),
            user_id: watcher.staff.user.id,
            heartbeat_seconds: HEARTBEAT.as_secs(),
        };
        send(&mut self.sink, &welcome).await?;
        if from.is_none() {
            let reset = ToClient::Reset { reason: "the cursor is not known here", cursor: end.to_string() };
            send(&mut self.sink, &reset).await?;
        }
        self.catch_up(&mut watcher).await?;
        self.tell_presence(&watcher).await?;
        Ok(watcher)
    }

    /// Who this is: by token, or by cookie when the page is one of ours.
    async fn authenticate(&self, token: Option<&str>) -> Result<Staff, End> {
        let staff = match token {
            Some(token) => self.app.staff_of_token(token).await?,
            None => {
                // A browser sends the cookie from any page; only our own pages may use it.
                if !same_origin(&self.headers) {
                    return Err(Problem::origin_not_allowed().into());
                }
                self.app.staff_of(&self.headers).await?
            }
        };
        if !staff.scope.may(Permission::ReadConversations) {
            return Err(Problem::forbidden("your role or token may not read conversations").into());
        }
        Ok(staff)
    }

    async fn watch_all(&mut self, watcher: &mut Watcher) -> Result<(), End> {
        let mut heard = Instant::now();
        let mut tick = tokio::time::interval(RECHECK);
        tick.tick().await;
        loop {
            tokio::select! {
                () = self.app.stop().cancelled() => return Err(End::Restart),
                message = self.stream.next() => {
                    heard = Instant::now();
                    if let Some(frame) = read(message)? {
                        self.obey(watcher, frame).await?;
                    }
                }
                push = watcher.subscription.next() => match push {
                    Some(push) => self.tell(watcher, &push).await?,
                    None => self.catch_up(watcher).await?,
                },
                _ = tick.tick() => {
                    if heard.elapsed() > HEARTBEAT * 3 {
                        return Err(End::Gone);
                    }
                    watcher.staff = self.authenticate(watcher.token.as_deref()).await?;
                }
            }
        }
    }

    async fn obey(&mut self, watcher: &mut Watcher, frame: FromClient) -> Result<(), End> {
        match frame {
            FromClient::Hello { .. } => Err(Problem::bad_request("hello was said already").into()),
            FromClient::Ping {} => send(&mut self.sink, &ToClient::Pong).await,
            FromClient::Watch { conversation_id, last_seq } => self.replay(watcher, conversation_id, last_seq).await,
            FromClient::Typing { conversation_id, on } => {
                self.app.limit(Rule::UserCall, &watcher.staff.user.id.to_string())?;
                self.app.desk().typing(&watcher.staff.scope, conversation_id, on).await?;
                Ok(())
            }
            FromClient::Presence { status } => {
                self.app.limit(Rule::UserCall, &watcher.staff.user.id.to_string())?;
                self.app.desk().present(&watcher.staff.scope, watcher.socket, Some(status)).await;
                Ok(())
            }
        }
    }

    /// Sends all of one conversation that the client does not have.
    async fn replay(&mut self, watcher: &mut Watcher, id: ConversationId, last_seq: u64) -> Result<(), End> {
        let mut after = last_seq;
        loop {
            let page = self.app.desk().events_after(&watcher.staff.scope, id, after, PAGE).await?;
            for event in &page.events {
                send(&mut self.sink, &ToClient::Event { cursor: None, prev: event.seq - 1, event, view: None }).await?;
                after = event.seq;
            }
            if !page.more {
                break;
            }
        }
        send(&mut self.sink, &ToClient::Watched { conversation_id: id, last_seq: after }).await
    }

    async fn tell(&mut self, watcher: &mut Watcher, push: &Push) -> Result<(), End> {
        match push {
            Push::Event { cursor, event, view } => {
                if *cursor > watcher.cursor {
                    watcher.cursor = *cursor;
                    // A conversation that was just watched may be told twice: the client knows by `seq`.
                    let frame = ToClient::Event {
                        cursor: Some(cursor.to_string()),
                        prev: event.seq - 1,
                        event,
                        view: view.as_deref(),
                    };
                    send(&mut self.sink, &frame).await?;
                }
                Ok(())
            }
            Push::Workspace { cursor, entry } => {
                if *cursor > watcher.cursor {
                    watcher.cursor = *cursor;
                    self.changed(*cursor, *entry).await?;
                }
                Ok(())
            }
            Push::Signal { conversation_id, signal } => {
                let conversation_id = *conversation_id;
                let frame = match signal {
                    Signal::Typing { who, user, on } => {
                        ToClient::Typing { conversation_id, who: side(*who), user_id: *user, on: *on }
                    }
                    Signal::Read { by, seq } => {
                        let by = match by {
                            Reader::Contact => "contact",
                            Reader::Agent => "agent",
                        };
                        ToClient::Read { conversation_id, by, seq: *seq }
                    }
                };
                send(&mut self.sink, &frame).await
            }
            Push::Presence => self.tell_presence(watcher).await,
        }
    }

    async fn changed(&mut self, cursor: JournalCursor, entry: NewEntry) -> Result<(), End> {
        let what = match entry {
            NewEntry::KnowledgeChanged => "knowledge",
            NewEntry::LanguageChanged => "language",
            NewEntry::SettingsChanged => "settings",
            NewEntry::AssistantChanged => "assistant",
            NewEntry::TicketsChanged => "tickets",
            NewEntry::ContactErased(_) => "contact",
        };
        send(&mut self.sink, &ToClient::Changed { cursor: cursor.to_string(), what }).await
    }

    async fn tell_presence(&mut self, watcher: &Watcher) -> Result<(), End> {
        let users = self.app.desk().presence().of(watcher.staff.scope.workspace());
        send(&mut self.sink, &ToClient::Presence { users }).await
    }

    /// Reads from the journal what the client does not have yet.
    async fn catch_up(&mut self, watcher: &mut Watcher) -> Result<(), End> {
        let desk = self.app.desk().clone();
        let mut sent = 0;
        loop {
            let entries = desk.store().journal_of(&watcher.staff.scope, watcher.cursor, PAGE).await?;
            let Some(last) = entries.last().map(|entry| entry.cursor) else { return Ok(()) };
            sent += entries.len() as u64;
            if sent > MAX_REPLAY {
                watcher.cursor = desk.store().journal_end().await?;
                let cursor = watcher.cursor.to_string();
                return send(&mut self.sink, &ToClient::Reset { reason: "too much was missed: reload", cursor }).await;
            }
            for push in desk.pushes(&watcher.staff.scope, &entries).await? {
                self.tell(watcher, &push).await?;
            }
            watcher.cursor = watcher.cursor.max(last);
        }
    }
}

/// Whether a request comes from a page of this server.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get("origin").and_then(|value| value.to_str().ok()) else { return false };
    let Some(host) = headers.get("host").and_then(|value| value.to_str().ok()) else { return false };
    origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}
