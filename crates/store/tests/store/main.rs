//! The store against real databases: each test on a fresh SQLite file and on a fresh PostgreSQL database.
#![allow(clippy::unwrap_used)]

mod support;

mod assistant;
mod assistant_work;
mod backup;
mod export;
mod isolation;
mod jobs;
mod journal;
mod knowledge;
mod language;
mod lists;
mod model_use;
mod sealing;
mod writing;
