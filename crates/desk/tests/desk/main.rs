//! The desk through its public interface, on a real store and bus, with a clock that the test moves.
#![allow(clippy::unwrap_used)]

mod assistant;
mod contacts;
mod erasing;
mod handling;
mod knowledge;
mod language;
mod live;
mod messages;
mod outcomes;
mod reading;
mod rights;
mod settings;
mod support;
mod visits;
mod workers;
