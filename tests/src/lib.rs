//! Black-box tests against the built binary: what starts the real program and speaks to it as clients do.
//!
//! The program is found beside the test executable (`target/debug/yingda`), or where `YINGDA_BIN` says. Whatever goes wrong here
//! panics with a sentence that says what to do: this crate is only ever used by tests.

mod api;
mod chance;
mod nats;
mod server;
mod socket;

pub use api::{Api, Reply, sign_in, staff, token, visitor};
pub use chance::Chance;
pub use nats::Nats;
pub use server::{Address, Server, Setup, run, run_with_input};
pub use socket::{Closed, Socket};

/// Password of the demo's people.
pub const DEMO_PASSWORD: &str = "yingda-demo-2026";
/// Public key of the demo's inbox.
pub const DEMO_INBOX: &str = "demo-shop";

/// Polls `look` until it gives something, for at most `seconds`.
///
/// # Panics
/// When it never does; `what` says what was waited for.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, seconds: u64, mut look: impl FnMut() -> F) -> T {
    let begun = std::time::Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed().as_secs() < seconds, "waited {seconds} s for {what}, in vain");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
}
