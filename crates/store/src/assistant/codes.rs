//! One-time codes: kept as keyed hashes, so that who reads the database knows neither a code nor where it went.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use yingda_model::{CodeChannel, CodeCheck, CodeId, ContactId, ConversationId, IdentityKind, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{count, name_of, named};
use crate::contacts::normalised;
use crate::entity::one_time_code::{ActiveModel, Column, Entity};

/// Wrong answers after which a code serves no more.
pub const MAX_CODE_ATTEMPTS: u32 = 5;

/// A code that is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCode {
    pub id: CodeId,
    pub contact: ContactId,
    pub conversation: ConversationId,
    pub channel: CodeChannel,
    /// Mail address or phone number.
    pub destination: String,
    /// Digits.
    pub code: String,
    pub sent_at: Timestamp,
    pub expires_at: Timestamp,
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// How many codes were sent to a destination from a moment on.
    pub async fn codes_sent(
        &self,
        channel: CodeChannel,
        destination: &str,
        since: Timestamp,
    ) -> Result<u64, StoreError> {
        let query = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::DestinationHash.eq(self.destination_hash(channel, destination)?))
            .filter(Column::SentAt.gte(since.0));
        Ok(query.count(self.connection).await?)
    }

    /// How many codes were sent for a contact from a moment on, wherever to.
    pub async fn codes_sent_for(&self, contact: ContactId, since: Timestamp) -> Result<u64, StoreError> {
        let query = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ContactId.eq(contact.0))
            .filter(Column::SentAt.gte(since.0));
        Ok(query.count(self.connection).await?)
    }

    /// When a code was last given rightly in a conversation.
    pub async fn code_given_at(&self, conversation: ConversationId) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<Option<i64>> = Entity::find()
            .select_only()
            .column_as(Column::UsedAt.max(), "used_at")
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ConversationId.eq(conversation.0))
            .into_tuple()
            .one(self.connection)
            .await?;
        Ok(at.flatten().map(Timestamp))
    }

    fn destination_hash(&self, channel: CodeChannel, destination: &str) -> Result<Vec<u8>, StoreError> {
        let kind = match channel {
            CodeChannel::Mail => IdentityKind::Email,
            CodeChannel::Sms => IdentityKind::Phone,
        };
        let name = format!("code to {}", name_of(&channel)?);
        Ok(self.vault.lookup_hash(self.workspace(), &name, &normalised(kind, destination)))
    }

    /// Bound to its row, so that equal codes do not look alike.
    fn code_hash(&self, id: CodeId, code: &str) -> Vec<u8> {
        self.vault.lookup_hash(self.workspace(), "code", &format!("{id} {}", digits(code)))
    }
}

impl Writing<'_> {
    /// Stores a code; those sent in the conversation before serve no more. Lock the conversation first.
    pub async fn insert_code(&self, new: &NewCode) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(new.id.0),
            workspace_id: Set(self.workspace()),
            contact_id: Set(new.contact.0),
            conversation_id: Set(new.conversation.0),
            channel: Set(name_of(&new.channel)?),
            destination_hash: Set(self.destination_hash(new.channel, &new.destination)?),
            code_hash: Set(self.code_hash(new.id, &new.code)),
            sent_at: Set(new.sent_at.0),
            expires_at: Set(new.expires_at.0),
            attempts: Set(0),
            used_at: Set(None),
        };
        Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this code"))?;
        Ok(())
    }

    /// Compares what a customer wrote with the newest code of the conversation, and counts the attempt. Other characters than
    /// digits do not matter. Lock the conversation first.
    pub async fn check_code(
        &self,
        conversation: ConversationId,
        written: &str,
        now: Timestamp,
    ) -> Result<CodeCheck, StoreError> {
        let newest = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ConversationId.eq(conversation.0))
            .order_by_desc(Column::Id)
            .one(self.connection)
            .await?;
        let Some(row) = newest else { return Ok(CodeCheck::Gone) };
        let attempts: u32 = count(row.attempts)?;
        if row.used_at.is_some() || row.expires_at <= now.0 || attempts >= MAX_CODE_ATTEMPTS {
            return Ok(CodeCheck::Gone);
        }
        let change = Entity::update_many().filter(Column::Id.eq(row.id));
        let change = change.filter(Column::WorkspaceId.eq(self.workspace()));
        if self.code_hash(row.id.into(), written) == row.code_hash {
            change.col_expr(Column::UsedAt, Expr::value(now.0)).exec(self.connection).await?;
            return Ok(CodeCheck::Right { id: row.id.into(), channel: named("channel of a code", &row.channel)? });
        }
        change.col_expr(Column::Attempts, Expr::value(row.attempts + 1)).exec(self.connection).await?;
        Ok(CodeCheck::Wrong { left: MAX_CODE_ATTEMPTS - attempts - 1 })
    }

    /// Removes codes that were sent before a moment; how many there were.
    pub async fn remove_old_codes(&self, before: Timestamp) -> Result<u64, StoreError> {
        let result = Entity::delete_many()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::SentAt.lt(before.0))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected)
    }
}

/// The digits of a text, full-width ones too.
fn digits(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c),
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
            _ => None,
        })
        .collect()
}
