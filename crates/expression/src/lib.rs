//! The one expression language ([CEL](https://github.com/google/cel-spec)) and the one template language (MiniJinja).
//!
//! [`Expression`] is every condition and every computed value of the program, [`Template`] every text with gaps. Both are parsed
//! once, tell which names they use, and are evaluated over [`Names`]. Both are pure: no clock, no chance, no files, no network.
//! What they are made from is written by people and may be hostile: source, nesting, work and output are limited.

mod convert;
mod error;
mod expression;
mod filters;
mod functions;
mod names;
mod template;
mod text;
mod walk;

pub use error::{EvalError, RenderError, SyntaxError};
pub use expression::{Expression, MAX_SOURCE};
pub use names::{Lookup, Names};
pub use template::{MAX_OUTPUT, MAX_TEMPLATE, Template};
pub use text::{days_between, mask_phone, money, nearest};
