//! Checks everything a bot is about to say: that it rests on what is known, promises nothing, leaks nothing, leads
//! nowhere it should not, is in the customer's language and tone, fits the channel and repeats no instructions.
//!
//! ```
//! use yingda_guard::{Evidence, Guard, Lang, Origin, Saying};
//!
//! let guard = Guard::read(&[]).expect("the defaults are right");
//! let evidence = Evidence { passages: vec!["签收后 7 天内可以无理由退货。".to_owned()], ..Evidence::default() };
//! let saying = Saying {
//!     text: "签收后七天内可以无理由退货。我们保证当天退款。".to_owned(),
//!     lang: Lang::Zh,
//!     channel: "web".to_owned(),
//!     origin: Origin::Model,
//! };
//! assert_eq!(guard.check(&saying, &evidence).text.as_deref(), Some("签收后七天内可以无理由退货。"));
//! ```
//!
//! Everything is pure and deterministic, and fails on no text.

pub mod eval;
pub mod training;

mod common;
mod derived;
mod done;
mod fact;
mod file;
mod folded;
mod ground;
mod grounded;
mod guard;
mod injection;
mod link;
mod name;
mod negation;
mod neutral;
mod pattern;
mod personal;
mod piece;
mod private;
mod promise;
mod read;
mod reckon;
mod row;
mod saying;
mod sentence;
mod support;
mod tone;
mod unit;

pub use eval::evaluate;
pub use guard::Guard;
pub use read::Source;
pub use saying::{Action, Evidence, Finding, Lang, Origin, Rule, Saying, Severity, Verdict};
pub use yingda_yaml::Problem;
