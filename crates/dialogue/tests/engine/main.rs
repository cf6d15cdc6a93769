//! The engine, through flows as operators write them.

#![allow(clippy::unwrap_used)]

mod asking;
mod calling;
mod correcting;
mod leaving;
mod random;
mod returning;
mod shop;
mod taking_back;
mod talk;
mod wording;
