//! Which users are there. Not stored: each node tells the others what it sees, and forgets what it has not heard for a while.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use yingda_model::{Scope, Timestamp, UserId, WorkspaceId};

use crate::{Desk, Push, Topic, topic};

/// How a user is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    Online,
    Away,
}

const TELL_EVERY: Duration = Duration::from_secs(20);
const FORGET_AFTER: Duration = Duration::from_secs(60);

/// Who is there, over all nodes.
#[derive(Default)]
pub struct Presence {
    /// By workspace, user and the socket that says so.
    known: Mutex<BTreeMap<(WorkspaceId, UserId, Uuid), Seen>>,
    /// The sockets of this node.
    own: Mutex<BTreeMap<(WorkspaceId, UserId, Uuid), Availability>>,
}

#[derive(Clone, Copy)]
struct Seen {
    availability: Availability,
    at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Told {
    workspace: WorkspaceId,
    user: UserId,
    socket: Uuid,
    /// `None`: gone.
    availability: Option<Availability>,
}

impl Presence {
    /// Who is there in a workspace; online on any socket counts as online.
    pub fn of(&self, workspace: WorkspaceId) -> BTreeMap<UserId, Availability> {
        let mut there = BTreeMap::new();
        for ((of, user, _), seen) in &*self.known.lock() {
            if *of == workspace {
                let entry = there.entry(*user).or_insert(seen.availability);
                if seen.availability == Availability::Online {
                    *entry = Availability::Online;
                }
            }
        }
        there
    }
}

impl Desk {
    /// A socket of a user says how they are there; `None` when it closes.
    pub async fn present(&self, scope: &Scope, socket: Uuid, availability: Option<Availability>) {
        let Some(user) = scope.user_id() else { return };
        let key = (scope.workspace(), user, socket);
        match availability {
            Some(availability) => self.presence().own.lock().insert(key, availability),
            None => self.presence().own.lock().remove(&key),
        };
        self.tell_presence(key, availability).await;
    }

    async fn tell_presence(&self, key: (WorkspaceId, UserId, Uuid), availability: Option<Availability>) {
        let told = Told { workspace: key.0, user: key.1, socket: key.2, availability };
        if let Ok(bytes) = serde_json::to_vec(&told) {
            self.hint(topic::PRESENCE, bytes.into()).await;
        }
    }

    pub(crate) fn presence_told(&self, payload: &[u8]) {
        let Ok(told) = serde_json::from_slice::<Told>(payload) else { return };
        let before = self.presence().of(told.workspace);
        let key = (told.workspace, told.user, told.socket);
        match told.availability {
            Some(availability) => {
                let seen = Seen { availability, at: self.now() };
                self.presence().known.lock().insert(key, seen);
            }
            None => {
                self.presence().known.lock().remove(&key);
            }
        }
        if self.presence().of(told.workspace) != before {
            self.live().send(Topic::Workspace(told.workspace), &Arc::new(Push::Presence));
        }
    }

    pub(crate) async fn keep_presence(&self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(TELL_EVERY) => {}
            }
            let own: Vec<_> = self.presence().own.lock().iter().map(|(key, value)| (*key, *value)).collect();
            for (key, availability) in own {
                self.tell_presence(key, Some(availability)).await;
            }
            let limit = self.now().0 - i64::try_from(FORGET_AFTER.as_millis()).unwrap_or(i64::MAX);
            let forgotten = {
                let mut known = self.presence().known.lock();
                let before = known.len();
                known.retain(|_, seen| seen.at.0 >= limit);
                known.len() != before
            };
            if forgotten {
                for workspace in self.live().workspaces() {
                    self.live().send(Topic::Workspace(workspace), &Arc::new(Push::Presence));
                }
            }
        }
    }
}
