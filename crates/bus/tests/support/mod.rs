//! A NATS server of one's own for a test.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use yingda_bus::Bus;

const START_WITHIN: Duration = Duration::from_secs(20);

/// A running nats-server on a free port of this machine; killed when dropped.
pub struct NatsServer {
    port: u16,
    arguments: Vec<String>,
    process: Option<Child>,
    directory: tempfile::TempDir,
}

impl NatsServer {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a server with more command-line arguments; answers once it accepts connections.
    pub async fn start_with(arguments: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut server = Self {
            port: free.local_addr().unwrap().port(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            process: None,
            directory: tempfile::tempdir().unwrap(),
        };
        drop(free);
        server.start_again().await;
        server
    }

    /// Starts it on the same port as before.
    pub async fn start_again(&mut self) {
        let process = Command::new(nats_server())
            .args(["--addr", "127.0.0.1", "--port", &self.port.to_string()])
            .args(&self.arguments)
            .current_dir(self.directory.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.process = Some(process);
        let started = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            assert!(started.elapsed() < START_WITHIN, "nats-server does not accept connections on port {}", self.port);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// The server's address, with `sign_in` such as `user:password@` in it.
    pub fn url(&self, sign_in: &str) -> String {
        format!("nats://{sign_in}127.0.0.1:{}", self.port)
    }

    pub async fn connect(&self) -> Bus {
        Bus::connect(&self.url("")).await.unwrap()
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn nats_server() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/bin")])
        .map(|folder| folder.join("nats-server"))
        .find(|file| Path::is_file(file))
        .expect(
            "the program nats-server is missing: install it with `apt-get install nats-server` and run the test again",
        )
}
