//! An index in a folder: changed, opened again, torn and filtered.
#![allow(clippy::unwrap_used)]

mod change;
mod collections;
mod disk;
mod filter;
mod support;
