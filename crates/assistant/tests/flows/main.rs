//! The assistant with flows, on a real store and against a back end over HTTP: whole conversations.
#![allow(clippy::unwrap_used)]

mod back_end;
mod channels;
mod codes;
mod events;
mod guard;
mod handing_over;
mod model_server;
mod models;
mod outcomes;
mod shop;
mod tasks;
mod tickets;
mod trouble;
mod writes;
