//! Real servers for tests, private to the test process and gone with it.
//!
//! Whatever goes wrong here panics with a sentence that says what to do: this crate is only ever used by tests.

mod postgres;

pub use postgres::Postgres;

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
