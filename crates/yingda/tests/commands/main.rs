//! The program's commands as scripts see them: what is printed, what is left, and the exit code. One program of tests for all of
//! them, for each one more is slow to link.

#![allow(clippy::unwrap_used)]

mod basics;
mod flow;
mod kb;
mod nlu;
mod nlu_workspace;
mod support;
