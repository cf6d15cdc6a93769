//! What the assistant works by and what its work leaves behind, as rows.

mod codes;
mod consent;
mod drafts;
mod model_use;
mod proactive;
mod releases;
mod runs;
mod stretches;
mod tags;
mod tickets;
mod tool_calls;
mod values;

pub use codes::{MAX_CODE_ATTEMPTS, NewCode};
pub use model_use::{ModelSpent, ModelUse, SpentOn};
pub use proactive::Fired;
pub use releases::NewRelease;
pub use runs::{Ended, NewRun, Run, RunKind};
pub(crate) use stretches::from_row as stretch_from_row;
pub use tags::TagCount;
pub use tickets::TicketFilter;
pub use tool_calls::{Begun, NewToolCall};
pub use values::{SecretInfo, Secrets, Setting};
