//! The server's addresses, asked as clients ask them.
#![allow(clippy::unwrap_used)]

mod assist;
mod assistant;
mod deliveries;
mod documents;
mod files;
mod headers;
mod help;
mod knowledge;
mod language;
mod lists;
mod mcp;
mod play;
mod problems;
mod rates;
mod service;
mod signing_in;
mod sockets;
mod support;
mod visitors;
