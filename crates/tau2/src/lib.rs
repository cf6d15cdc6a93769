//! The retail domain of tau2-bench: a shop's back end with its tools ([`Retail`]), the tasks ([`Task`]), the end state
//! that each task expects ([`replay()`]), what a deterministic assistant needs to understand customers there
//! ([`Retail::aid`]), a customer without a language model ([`Customer`]), the assistant with the shop's policy as flows ([`Agent`]),
//! and the benchmark that brings them together ([`run`]).
//!
//! The data (`db.json`, `tasks.json`) is not part of the program: whoever runs the benchmark names the folder.

mod agent;
mod aid;
mod bench;
mod customer;
mod database;
mod difference;
mod folder;
mod money;
mod pattern;
mod replay;
mod retail;
mod task;
mod tools;

pub use agent::{Agent, Made, ModelAgent, PackError, Said, files, release};
pub use aid::AIDS;
pub use bench::{Attempt, CAVEAT, Figures, GoldReplay, Report, gold, run, run_with_model};
pub use customer::{Bound, Case, Customer, Identity, Script, When, Wish, WishKind};
pub use database::{
    Address, Database, Fulfilment, Order, OrderItem, Payment, PaymentMethod, Product, Status, Transaction, User,
    UserName, Variant,
};
pub use difference::{Change, difference};
pub use folder::LoadError;
pub use money::Money;
pub use replay::{Replay, Step, Verdict, replay, verify, violations};
pub use retail::{ErrorCode, Retail, TOOLS, Tool, ToolEffect, ToolError};
pub use task::{Action, Criteria, Instructions, Scenario, Task};
