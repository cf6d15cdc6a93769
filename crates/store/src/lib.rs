//! State, journal and jobs in SQLite or PostgreSQL.
//!
//! Everything is read and written through [`Access`], which carries a [`yingda_model::Scope`] and so a workspace. The few
//! questions that must be asked before a workspace is known (who signs in? whose inbox is this key?) are in [`Directory`].
//! Personal data is sealed before it reaches the database, see [`Vault`].

mod access;
mod assistant;
mod backup;
mod change;
mod codec;
mod contacts;
mod conversations;
mod directory;
mod entity;
mod error;
mod export;
mod files;
mod idempotency;
mod inboxes;
mod jobs;
mod journal;
mod knowledge;
mod language;
mod language_models;
mod messages;
mod migration;
mod page;
mod restore;
#[cfg(test)]
mod schema_test;
mod store;
mod table;
mod traces;
mod users;
mod vault;
mod workspaces;
mod writer;

pub use access::{Access, Writing};
pub use assistant::{
    Begun, Ended, Fired, MAX_CODE_ATTEMPTS, ModelSpent, ModelUse, NewCode, NewRelease, NewRun, NewToolCall, Run,
    RunKind, SecretInfo, Secrets, Setting, SpentOn, TagCount, TicketFilter,
};
pub use backup::{BackupError, BackupManifest, BackupMember, BackupProgress};
pub use change::{Beginning, ConversationChange};
pub use contacts::{ContactName, NewIdentity};
pub use conversations::{ConversationFilter, Counts, View};
pub use directory::{Directory, SignedIn, TokenOwner, WorkspaceInfo};
pub use error::StoreError;
pub use export::ExportProgress;
pub use files::FileInfo;
pub use idempotency::Remembered;
pub use jobs::{Job, JobState, MAX_ATTEMPTS, NewJob};
pub use journal::{Entry, JournalCursor, NewEntry};
pub use knowledge::{
    ChangeFilter, Comment, DayOfUse, EntryExtra, EntryFacets, EntryFilter, EvalPair, GraphRow, GraphRowKind, KnownPage,
    Site, Sync, Used, WebSource,
};
pub use language::{EntityType, EntityValue, Intent, Utterance, UtterancesOf};
pub use language_models::{BothLanguages, LanguageModel, ModelState, NewLanguageModel};
pub use messages::{FoundMessage, StoredMessage};
pub use page::Page;
pub use store::{Store, StoreConfig, Transient};
pub use users::{ApiToken, NewSession, NewToken, NewUser, Team};
pub use vault::{MasterKey, Vault, random};
pub use workspaces::NewWorkspace;
