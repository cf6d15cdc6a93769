//! The server's addresses, asked as clients ask them.
#![allow(clippy::unwrap_used)]

mod deliveries;
mod documents;
mod files;
mod headers;
mod help;
mod knowledge;
mod language;
mod lists;
mod problems;
mod rates;
mod signing_in;
mod sockets;
mod support;
mod visitors;
