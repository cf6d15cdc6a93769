//! A NATS server of one's own.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A `nats-server` on a free port of 127.0.0.1, stopped when dropped.
pub struct Nats {
    child: Child,
    url: String,
}

impl Nats {
    /// Starts one on `port`, or on a free port.
    ///
    /// # Panics
    /// When it is not installed or does not start.
    pub fn start(port: Option<u16>) -> Self {
        let port = port.unwrap_or_else(free_port);
        let child = Command::new("nats-server")
            .args(["--addr", "127.0.0.1", "--port", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = child.unwrap_or_else(|error| {
            panic!("nats-server could not be started ({error}): install it (Debian: apt install nats-server)")
        });
        let nats = Self { child, url: format!("nats://127.0.0.1:{port}") };
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "nats-server does not listen on port {port}");
            std::thread::sleep(Duration::from_millis(20));
        }
        nats
    }

    /// Such as `nats://127.0.0.1:4222`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let bound = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.unwrap_or_else(|error| panic!("expected a free port on 127.0.0.1, got: {error}")).port()
}
