//! Why the desk did not do something.

use yingda_model::{ContentError, Permission, Refusal};
use yingda_store::{StoreError, Transient};

/// An error of the desk. The text names no personal data.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The role or token of the asking user does not allow this.
    #[error("this needs the right {0:?}, which your role or token does not have: ask an administrator")]
    Forbidden(Permission),
    /// The state machine said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A value is not acceptable.
    #[error("{field}: {detail}")]
    Invalid { field: &'static str, detail: String },
    /// Somebody else has changed it meanwhile.
    #[error("expected version {expected}, but it is at version {is}: read it again and repeat the change on that")]
    Outdated { expected: i64, is: i64 },
    /// A workspace has one test run at a time.
    #[error("another test run of this workspace is under way: wait until it has ended, or cancel it")]
    RunUnderWay,
    /// A proposal that was accepted or refused already.
    #[error("this proposal was decided already; make a new one")]
    Decided,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeskError {
    pub(crate) fn invalid(field: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid { field, detail: detail.into() }
    }

    pub(crate) fn not_found(what: &'static str) -> Self {
        Self::Store(StoreError::NotFound { what })
    }
}

impl From<ContentError> for DeskError {
    fn from(error: ContentError) -> Self {
        Self::Refused(Refusal::Content(error))
    }
}

impl Transient for DeskError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if Transient::is_transient(error))
    }
}
