//! One-time codes that tell who a customer is.

use std::fmt;
use std::time::Duration;

use yingda_model::{CodeChannel, CodeCheck, CodeId, ConversationId, Permission, Scope, Timestamp};
use yingda_store::{NewCode, StoreError, random};

use crate::conversations::require;
use crate::{Desk, DeskError};

/// How long a code serves.
const LASTS: Duration = Duration::from_secs(600);
const HOUR: Duration = Duration::from_secs(3600);
/// Codes in an hour to one destination, and for one contact wherever to.
const MOST_TO_ONE: u64 = 3;
const MOST_FOR_ONE: u64 = 6;
const DIGITS: usize = 6;
const MAX_DESTINATION_CHARS: usize = 200;

/// A code to be sent now; only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeToSend {
    pub id: CodeId,
    /// Six digits.
    pub code: String,
    pub expires_at: Timestamp,
}

impl fmt::Debug for CodeToSend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeToSend").field("id", &self.id).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Whether there is a code to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeSent {
    /// Send it.
    Send(CodeToSend),
    /// Too many were sent within the hour.
    TooMany,
}

impl Desk {
    /// Makes a code for a conversation's customer, in place of one that was made before. Whoever asks sends it, and takes the
    /// destination from what the company knows of the customer: a code to where the customer has just said proves nothing.
    pub async fn make_code(
        &self,
        scope: &Scope,
        conversation: ConversationId,
        channel: CodeChannel,
        destination: &str,
    ) -> Result<CodeSent, DeskError> {
        require(scope, Permission::WriteConversations)?;
        check(channel, destination)?;
        let (now, id) = (self.now(), CodeId(self.world().uuid()));
        let (code, destination) = (digits()?, destination.to_owned());
        self.store()
            .write(scope, move |tx| {
                let (code, destination) = (code.clone(), destination.clone());
                Box::pin(async move {
                    // Two conversations at once must not send more together.
                    tx.lock_name("code", &plain(&destination)).await?;
                    tx.lock(conversation.0).await?;
                    let contact = tx.conversation(conversation).await?.contact_id;
                    let since = now.minus(HOUR);
                    if tx.codes_sent(channel, &destination, since).await? >= MOST_TO_ONE
                        || tx.codes_sent_for(contact, since).await? >= MOST_FOR_ONE
                    {
                        return Ok(CodeSent::TooMany);
                    }
                    let expires_at = now.plus(LASTS);
                    let new = NewCode {
                        id,
                        contact,
                        conversation,
                        channel,
                        destination,
                        code: code.clone(),
                        sent_at: now,
                        expires_at,
                    };
                    tx.insert_code(&new).await?;
                    Ok(CodeSent::Send(CodeToSend { id, code, expires_at }))
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// Compares what a customer wrote with the code that was sent last, and counts the attempt.
    pub async fn check_code(
        &self,
        scope: &Scope,
        conversation: ConversationId,
        written: &str,
    ) -> Result<CodeCheck, DeskError> {
        require(scope, Permission::WriteConversations)?;
        let (now, written) = (self.now(), written.chars().take(100).collect::<String>());
        self.store()
            .write(scope, move |tx| {
                let written = written.clone();
                Box::pin(async move {
                    tx.lock(conversation.0).await?;
                    tx.check_code(conversation, &written, now).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// When a code was last given rightly in a conversation.
    pub async fn code_given_at(
        &self,
        scope: &Scope,
        conversation: ConversationId,
    ) -> Result<Option<Timestamp>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        Ok(self.store().read(scope).code_given_at(conversation).await?)
    }
}

fn check(channel: CodeChannel, destination: &str) -> Result<(), DeskError> {
    let is_short = destination.chars().count() <= MAX_DESTINATION_CHARS && !destination.chars().any(char::is_control);
    let fits = match channel {
        CodeChannel::Mail => {
            destination.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
        }
        CodeChannel::Sms => (5..=20).contains(&destination.chars().filter(char::is_ascii_digit).count()),
    };
    if is_short && fits {
        Ok(())
    } else {
        Err(DeskError::invalid("destination", "expected a mail address, or a phone number of 5 to 20 digits"))
    }
}

/// A destination without what people write differently.
fn plain(destination: &str) -> String {
    destination.chars().filter(|c| c.is_alphanumeric() || *c == '@').flat_map(char::to_lowercase).collect()
}

/// Six digits, all equally likely.
fn digits() -> Result<String, StoreError> {
    let mut code = String::with_capacity(DIGITS);
    while code.len() < DIGITS {
        let mut byte = [0];
        random(&mut byte)?;
        // Of 256 values the last six would make some digits likelier.
        if byte[0] < 250 {
            code.push(char::from(b'0' + byte[0] % 10));
        }
    }
    Ok(code)
}
