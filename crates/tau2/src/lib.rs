//! The retail domain of tau2-bench: a shop's back end with its tools ([`Retail`]), the tasks ([`Task`]), the end state
//! that each task expects ([`replay()`]), what a deterministic assistant needs to understand customers there
//! ([`Retail::aid`]), and a customer without a language model ([`Customer`]).
//!
//! The data (`db.json`, `tasks.json`) is not part of the program: whoever runs the benchmark names the folder.

mod aid;
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

pub use aid::AIDS;
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
