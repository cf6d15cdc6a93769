//! What can go wrong in the store.

/// An error of the store. The text names no personal data.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What was asked for is not in this workspace.
    #[error("no {what} with this id in this workspace")]
    NotFound { what: &'static str },
    /// A unique value is taken.
    #[error("{what} is already taken")]
    Taken { what: &'static str },
    /// The same idempotency key came with another request.
    #[error("this Idempotency-Key was used before for another request: use a new key for a new request")]
    KeyReused,
    /// The contact was erased; its data cannot be read.
    #[error("the contact was erased, nothing about it can be read")]
    Erased,
    /// Sealed data could not be opened: wrong key, or changed bytes.
    #[error("sealed data could not be opened: the key is wrong or the data was changed")]
    Unsealable,
    /// The master key does not belong to this database.
    #[error(
        "the master key does not fit this database: give the master.key that was made with it (or YINGDA_MASTER_KEY); \
         without it nothing sealed can be read"
    )]
    WrongMasterKey,
    #[error("the stored {what} cannot be read: {detail}")]
    Corrupt { what: &'static str, detail: String },
    #[error("{0}")]
    Config(String),
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// The writer has stopped; the server is shutting down.
    #[error("the store is shutting down; try again in a moment")]
    Closed,
    /// The batch that this change was part of could not be made durable; nothing of it was stored.
    #[error("the change could not be made durable ({0}); nothing was stored, try again")]
    NotDurable(String),
}

impl StoreError {
    pub(crate) fn corrupt(what: &'static str, error: impl std::fmt::Display) -> Self {
        Self::Corrupt { what, detail: error.to_string() }
    }

    /// Turns a violated unique constraint into [`StoreError::Taken`], and a reference to what is not in this workspace into
    /// [`StoreError::NotFound`].
    pub(crate) fn or_taken(error: sea_orm::DbErr, what: &'static str) -> Self {
        match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Self::Taken { what },
            Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_)) => {
                Self::NotFound { what: "thing that this would belong to" }
            }
            _ => Self::Database(error),
        }
    }

    /// Whether trying the whole transaction again may succeed (deadlock or serialisation failure on PostgreSQL).
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Database(error) => {
                let text = error.to_string();
                text.contains("40P01") || text.contains("40001") || text.contains("deadlock detected")
            }
            _ => false,
        }
    }
}
