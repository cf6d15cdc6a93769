//! What flows may do to the outside: tools over HTTP and MCP, with rights.
//!
//! A [`Toolbox`] is read from the files `tools/*.yml`, one for each back end, and tells what it holds ([`Toolbox::tools`]). A
//! [`Call`] runs one tool in an [`Env`] and has an [`Outcome`], whatever happens: what the customer, the bot and the data may do is
//! checked before anything is sent, the answer is checked before anybody sees it, and a change whose answer did not come is told
//! apart from one that did not happen.

mod backend;
mod breaker;
mod call;
mod fill;
mod http;
mod mcp;
mod read;
mod run;
mod schema;
mod secrets;
mod section;
mod toolbox;

pub use call::{Call, Code, Customer, Env, Failure, Mode, Outcome, Record};
pub use schema::Need;
pub use secrets::Secrets;
pub use toolbox::{Effect, Property, Tool, Toolbox};
pub use yingda_yaml::Problem;
