//! A workspace in a form that people and other programs can read.

use std::io::Write;

use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;
use yingda_model::{Scope, Timestamp, Trace};

use crate::access::Access;
use crate::codec::{from_json, parse_actor};
use crate::entity::{
    consent_said, contact, conversation, journal, kb_entry, message, stretch, ticket, tool_call, trace,
};
use crate::{BackupError, Store, StoreError};

/// Rows that are read at once.
const CHUNK: u64 = 500;

/// How far an export has come: so many lines so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportProgress {
    pub lines: u64,
}

impl Store {
    /// Writes everything of one workspace as JSON Lines, opened: one thing a line, its `type` one of `team`, `user`, `inbox`,
    /// `contact` (with its identities), `conversation`, `message`, `event`, `kb_entry`, `intent`, `utterance`,
    /// `entity_type`, `trace`, and of the assistant `assistant_draft`, `assistant_release` (with its files), `assistant_setting`,
    /// `ticket`, `tag`, `consent`, `consent_said`, `flow_fired`, `stretch` and `tool_call`; each refers to the others by id. All lines are of one moment. Passwords, sessions, tokens and other secrets are not in it; what an erased contact said
    /// is not either. Returns the number of lines.
    pub async fn export_workspace(
        &self,
        scope: &Scope,
        writer: &mut (dyn Write + Send),
        progress: &mut (dyn FnMut(ExportProgress) + Send),
    ) -> Result<u64, BackupError> {
        let snapshot = self.snapshot().await?;
        let access = Access::new(&snapshot, scope, self.vault());
        let mut lines = Lines { writer, progress, count: 0 };
        for team in access.teams().await? {
            let members = team.members;
            let team = json!({ "id": team.id, "name": team.name, "members": members, "created_at": team.created_at });
            lines.write("team", &team)?;
        }
        for user in access.users().await? {
            lines.write("user", &user)?;
        }
        for inbox in access.inboxes().await? {
            lines.write(
                "inbox",
                &json!({ "id": inbox.id, "kind": inbox.kind, "key": inbox.key, "name": inbox.name,
                "settings": inbox.settings, "created_at": inbox.created_at }),
            )?;
        }
        access.export_contacts(&mut lines).await?;
        access.export_conversations(&mut lines).await?;
        access.export_messages(&mut lines).await?;
        access.export_events(&mut lines).await?;
        access.export_knowledge(&mut lines).await?;
        access.export_around_knowledge(&mut lines).await?;
        access.export_language(&mut lines).await?;
        access.export_traces(&mut lines).await?;
        access.export_assistant(&mut lines).await?;
        access.export_work_of_assistant(&mut lines).await?;
        lines.writer.flush().map_err(BackupError::Write)?;
        let count = lines.count;
        snapshot.rollback().await?;
        Ok(count)
    }
}

struct Lines<'a> {
    writer: &'a mut (dyn Write + Send),
    progress: &'a mut (dyn FnMut(ExportProgress) + Send),
    count: u64,
}

impl Lines<'_> {
    /// Writes `value` with its type in front.
    fn write<T: Serialize>(&mut self, kind: &str, value: &T) -> Result<(), BackupError> {
        let mut line = Map::new();
        line.insert("type".into(), kind.into());
        match serde_json::to_value(value).map_err(|error| StoreError::corrupt("value", error))? {
            Json::Object(fields) => line.extend(fields),
            other => drop(line.insert("value".into(), other)),
        }
        serde_json::to_writer(&mut *self.writer, &line).map_err(|error| BackupError::Write(error.into()))?;
        self.writer.write_all(b"\n").map_err(BackupError::Write)?;
        self.count += 1;
        if self.count.is_multiple_of(CHUNK) {
            (self.progress)(ExportProgress { lines: self.count });
        }
        Ok(())
    }
}

/// The next rows of a workspace, by id.
async fn chunk<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    workspace: (E::Column, Uuid),
    id: E::Column,
    after: Option<Uuid>,
) -> Result<Vec<E::Model>, StoreError> {
    let mut query = E::find().filter(workspace.0.eq(workspace.1));
    if let Some(after) = after {
        query = query.filter(id.gt(after));
    }
    Ok(query.order_by_asc(id).limit(CHUNK).all(connection).await?)
}

impl Access<'_, DatabaseTransaction> {
    async fn export_contacts(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        use contact::{Column, Entity};
        let mut last = None;
        loop {
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = Some(row.id);
            for row in rows {
                let contact = self.contact_from_row(row).await?;
                let identities = self.identities(contact.id).await?;
                let identities: Vec<Json> = identities
                    .into_iter()
                    .map(|one| json!({ "kind": one.kind, "value": one.value, "verified": one.verified }))
                    .collect();
                let mut value =
                    serde_json::to_value(&contact).map_err(|error| StoreError::corrupt("contact", error))?;
                value["identities"] = identities.into();
                lines.write("contact", &value)?;
            }
        }
    }

    async fn export_conversations(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        use conversation::{Column, Entity};
        let mut last = None;
        loop {
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = Some(row.id);
            for row in rows {
                lines.write("conversation", &self.conversation_from_row(row).await?)?;
            }
        }
    }

    async fn export_messages(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        use message::{Column, Entity};
        let mut last = None;
        loop {
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = Some(row.id);
            for row in rows {
                let (conversation, external) = (row.conversation_id, row.external_id.clone());
                let message = self.message_from_row(row).await?;
                let mut value =
                    serde_json::to_value(&message).map_err(|error| StoreError::corrupt("message", error))?;
                value["conversation_id"] = conversation.to_string().into();
                value["external_id"] = external.into();
                lines.write("message", &value)?;
            }
        }
    }

    async fn export_events(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        use journal::{Column, Entity};
        let mut last = 0;
        loop {
            let rows = Entity::find()
                .filter(Column::WorkspaceId.eq(self.workspace()))
                .filter(Column::Position.gt(last))
                .order_by_asc(Column::Position)
                .limit(CHUNK)
                .all(self.connection)
                .await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = row.position;
            for row in rows {
                // The details carry their own "type", which is the kind.
                let mut details: Json = from_json("event", &row.data)?;
                if let Json::Object(fields) = &mut details {
                    fields.remove("type");
                }
                lines.write(
                    "event",
                    &json!({ "kind": row.kind, "conversation_id": row.conversation_id, "seq": row.seq,
                    "at": Timestamp(row.at), "actor": parse_actor(&row.actor)?, "message_id": row.message_id,
                    "details": details }),
                )?;
            }
        }
    }

    async fn export_knowledge(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        use kb_entry::{Column, Entity};
        let mut last = None;
        loop {
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = Some(row.id);
            for row in rows {
                let entry = crate::knowledge::entry_from_row(row)?;
                lines.write("kb_entry", &entry)?;
                for version in self.kb_versions(entry.id, Some(entry.version), u64::MAX >> 1).await? {
                    lines.write("kb_version", &version)?;
                }
                for comment in self.kb_comments(entry.id, u64::MAX >> 1).await? {
                    lines.write("kb_comment", &comment)?;
                }
            }
        }
    }

    async fn export_around_knowledge(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        for change in self.all_kb_changes().await? {
            lines.write("kb_change", &change)?;
        }
        for day in self.kb_use_since(0).await? {
            lines.write("kb_use", &day)?;
        }
        for pair in self.eval_pairs().await? {
            lines.write("kb_eval", &pair)?;
        }
        for web in self.web_sources().await? {
            lines.write("kb_web", &web)?;
            for page in self.known_pages(web.id).await? {
                lines.write("kb_page", &page)?;
            }
        }
        for row in self.graph_rows().await? {
            lines.write("graph_row", &row)?;
        }
        for site in self.sites().await? {
            lines.write("kb_site", &site)?;
        }
        Ok(())
    }

    async fn export_language(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        for intent in self.intents().await? {
            lines.write("intent", &intent)?;
        }
        for utterance in self.all_utterances().await? {
            lines.write("utterance", &utterance)?;
        }
        for kind in self.entity_types().await? {
            lines.write("entity_type", &kind)?;
        }
        Ok(())
    }

    async fn export_traces(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        use trace::{Column, Entity};
        let mut last = None;
        loop {
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = Some(row.id);
            for row in rows {
                match self.unseal::<Trace>(row.key_owner, row.id, &row.sealed).await {
                    Err(StoreError::Erased) => {}
                    trace => lines.write("trace", &trace?)?,
                }
            }
        }
    }

    async fn export_assistant(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        for draft in self.assistant_drafts().await? {
            lines.write("assistant_draft", &draft)?;
        }
        for release in self.assistant_releases(None, u64::MAX >> 1).await? {
            let mut value = serde_json::to_value(&release).map_err(|error| StoreError::corrupt("release", error))?;
            value["files"] = serde_json::to_value(self.assistant_release_files(release.number).await?)
                .map_err(|error| StoreError::corrupt("release", error))?;
            lines.write("assistant_release", &value)?;
        }
        for setting in self.assistant_settings().await? {
            lines.write("assistant_setting", &setting)?;
        }
        Ok(())
    }

    /// What belongs to contacts is written contact by contact, what belongs to conversations by conversation.
    async fn export_work_of_assistant(&self, lines: &mut Lines<'_>) -> Result<(), BackupError> {
        let mut last = None;
        loop {
            use ticket::{Column, Entity};
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { break };
            last = Some(row.id);
            for row in rows {
                lines.write("ticket", &self.ticket_from_row(row).await?)?;
            }
        }
        last = None;
        loop {
            use stretch::{Column, Entity};
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { break };
            last = Some(row.id);
            for row in rows {
                lines.write("stretch", &crate::assistant::stretch_from_row(row)?)?;
            }
        }
        last = None;
        loop {
            use consent_said::{Column, Entity};
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { break };
            last = Some(row.id);
            for row in rows {
                let contact = row.contact_id;
                let mut value = serde_json::to_value(self.said_from_row(row).await?)
                    .map_err(|error| StoreError::corrupt("consent", error))?;
                value["contact_id"] = contact.to_string().into();
                lines.write("consent_said", &value)?;
            }
        }
        last = None;
        loop {
            use tool_call::{Column, Entity};
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { break };
            last = Some(row.id);
            for row in rows {
                lines.write("tool_call", &self.tool_call_from_row(row).await?)?;
            }
        }
        last = None;
        loop {
            use conversation::{Column, Entity};
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { break };
            last = Some(row.id);
            let ids: Vec<yingda_model::ConversationId> = rows.into_iter().map(|row| row.id.into()).collect();
            let tags = self.tags_of(&ids).await?;
            for id in ids {
                for name in tags.get(&id).into_iter().flatten() {
                    lines.write("tag", &json!({ "conversation_id": id, "name": name }))?;
                }
            }
        }
        last = None;
        loop {
            use contact::{Column, Entity};
            let rows =
                chunk::<Entity>(self.connection, (Column::WorkspaceId, self.workspace()), Column::Id, last).await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = Some(row.id);
            for row in rows {
                for consent in self.consents(row.id.into()).await? {
                    let mut value =
                        serde_json::to_value(consent).map_err(|error| StoreError::corrupt("consent", error))?;
                    value["contact_id"] = row.id.to_string().into();
                    lines.write("consent", &value)?;
                }
                for fired in self.flows_fired(row.id.into(), Timestamp(0)).await? {
                    lines.write("flow_fired", &fired)?;
                }
            }
        }
    }
}
