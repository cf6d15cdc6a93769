//! What tests of several crates share: real servers, private to the test process and gone with it, and what customers say.
//!
//! Whatever goes wrong here panics with a sentence that says what to do: this crate is only ever used by tests.

mod clock;
mod postgres;

pub use clock::Clock;
pub use postgres::Postgres;

/// A file of intents, `nlu.yml`: `order/cancel` with 6 examples, `refund` with 6, `complaint` with 5, and 2 texts that are out of
/// scope.
pub const NLU: &str = include_str!("nlu.yml");

/// A TCP port of 127.0.0.1 that is free now. Somebody else may take it before you do: bind soon, and try again when it is gone.
///
/// # Panics
/// When the machine has no free port.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap_or_else(|error| panic!("expected a free port on 127.0.0.1, got: {error}"));
    match listener.local_addr() {
        Ok(address) => address.port(),
        Err(error) => panic!("expected the address of a socket that was just bound, got: {error}"),
    }
}
