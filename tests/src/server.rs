//! The program, started as an operator would.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

/// A server that does not say that it is ready within this is taken for stuck.
const PATIENCE: Duration = Duration::from_secs(60);

/// How to start a server.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    arguments: Vec<String>,
}

impl Setup {
    /// An installation with one administrator and one inbox, rate limits off.
    pub fn empty() -> Self {
        Self { arguments: vec!["--rate-limits".into(), "off".into()] }
    }

    /// The demo shop, rate limits off.
    pub fn demo() -> Self {
        let mut setup = Self::empty();
        setup.arguments.push("--demo".into());
        setup
    }

    /// With rate limits, as in production.
    #[must_use]
    pub fn with_rate_limits(mut self) -> Self {
        self.arguments.retain(|argument| argument != "--rate-limits" && argument != "off");
        self
    }

    /// On this database instead of SQLite.
    #[must_use]
    pub fn database(mut self, url: &str) -> Self {
        self.arguments.extend(["--database".into(), url.into()]);
        self
    }

    /// On this bus instead of the one in memory.
    #[must_use]
    pub fn bus(mut self, url: &str) -> Self {
        self.arguments.extend(["--bus".into(), url.into()]);
        self
    }
}

/// Where a server listens now: it changes when the server starts again.
#[derive(Clone, Debug, Default)]
pub struct Address(Arc<RwLock<String>>);

impl Address {
    /// Such as `http://localhost:8080`.
    pub fn base(&self) -> String {
        self.0.read().map(|base| base.clone()).unwrap_or_default()
    }

    fn set(&self, base: &str) {
        if let Ok(mut own) = self.0.write() {
            base.clone_into(&mut own);
        }
    }
}

/// A running server, ended with SIGKILL when dropped. Its log is printed when the test fails.
pub struct Server {
    setup: Setup,
    data: Arc<TempDir>,
    log: PathBuf,
    child: Option<Child>,
    address: Address,
    first_admin: Option<(String, String)>,
    ready_ms: u64,
}

impl Server {
    /// Starts a server on new data.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn start(setup: Setup) -> Self {
        let data = tempfile::Builder::new().prefix("yingda-test-").tempdir();
        Self::start_on(setup, Arc::new(data.unwrap_or_else(|error| panic!("no folder for the data: {error}")))).await
    }

    /// Starts a server on this data.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn start_on(setup: Setup, data: Arc<TempDir>) -> Self {
        let log = data.path().join(format!("server-{}.log", std::process::id()));
        let mut server =
            Self { setup, data, log, child: None, address: Address::default(), first_admin: None, ready_ms: 0 };
        server.start_again().await;
        server
    }

    /// Starts the server on the data it had, after it ended.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn start_again(&mut self) {
        let child = self.spawn();
        self.await_ready(child).await;
    }

    /// Starts the server and kills it `after` some time, ready or not.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub async fn start_and_kill(&mut self, after: Duration) {
        let mut child = self.spawn();
        tokio::time::sleep(after).await;
        let _ = child.start_kill();
        let _ = child.wait().await;
    }

    fn spawn(&self) -> Child {
        let log = File::options().create(true).append(true).open(&self.log);
        let log = log.unwrap_or_else(|error| panic!("no log in {}: {error}", self.log.display()));
        Command::new(binary())
            .args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.data.path())
            .args(&self.setup.arguments)
            .env_remove("YINGDA_MASTER_KEY")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} could not be started: {error}", binary().display()))
    }

    async fn await_ready(&mut self, mut child: Child) {
        let Some(output) = child.stdout.take() else { panic!("the server has no standard output") };
        let mut lines = BufReader::new(output).lines();
        let ready = tokio::time::timeout(PATIENCE, async {
            while let Ok(Some(line)) = lines.next_line().await {
                match serde_json::from_str::<Value>(&line) {
                    Ok(ready) if ready["ready"] == true => return Some(ready),
                    _ => {}
                }
            }
            None
        })
        .await;
        self.child = Some(child);
        let ready = match ready {
            Ok(Some(ready)) => ready,
            Ok(None) => panic!("the server ended before it was ready"),
            Err(_) => panic!("the server was not ready within {PATIENCE:?}"),
        };
        self.ready_ms = ready["ready_ms"].as_u64().unwrap_or_default();
        if let Some(admin) = ready.get("first_admin") {
            let text = |field: &str| admin[field].as_str().unwrap_or_default().to_owned();
            self.first_admin = Some((text("email"), text("password")));
        }
        // Names can be looked up in two ways; the test means this one.
        self.address.set(&ready["url"].as_str().unwrap_or_default().replace("localhost", "127.0.0.1"));
    }

    /// SIGKILL: nothing is finished, nothing is said.
    ///
    /// # Panics
    /// When the server is not running any more: it must have ended by itself.
    pub async fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { panic!("the server is not running") };
        if let Ok(Some(status)) = child.try_wait() {
            panic!("the server ended by itself: {status}");
        }
        let _ = child.start_kill();
        let _ = child.wait().await;
    }

    /// SIGTERM: asks the server to end, and waits until it has.
    ///
    /// # Panics
    /// When it does not end within a minute.
    pub async fn stop(&mut self) -> ExitStatus {
        let Some(mut child) = self.child.take() else { panic!("the server is not running") };
        let id = child.id().unwrap_or_default().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(sent.is_ok_and(|status| status.success()), "SIGTERM could not be sent");
        match tokio::time::timeout(PATIENCE, child.wait()).await {
            Ok(Ok(status)) => status,
            _ => panic!("the server did not end within {PATIENCE:?} of SIGTERM"),
        }
    }

    /// Whether the process still runs.
    pub fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    pub fn address(&self) -> &Address {
        &self.address
    }

    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Mail address and password of the first administrator, where one was made.
    pub fn first_admin(&self) -> Option<(&str, &str)> {
        self.first_admin.as_ref().map(|(email, password)| (email.as_str(), password.as_str()))
    }

    /// Milliseconds from start to ready, as the server says.
    pub fn ready_ms(&self) -> u64 {
        self.ready_ms
    }

    /// What the server has written to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("--- the end of the server's log\n{}\n---", lines[lines.len().saturating_sub(60)..].join("\n"));
        }
    }
}

/// Runs a command of the program to its end and gives what it printed.
///
/// # Panics
/// When it cannot be started or fails.
pub async fn run(arguments: &[&str]) -> String {
    run_with_input(arguments, "").await
}

/// As [`run`], with this standard input.
///
/// # Panics
/// When it cannot be started or fails.
pub async fn run_with_input(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(binary())
        .args(arguments)
        .env_remove("YINGDA_MASTER_KEY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{} could not be started: {error}", binary().display()));
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    match child.wait_with_output().await {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        Ok(output) => panic!("yingda {arguments:?} failed: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("yingda {arguments:?} could not be run: {error}"),
    }
}

/// The program under test.
fn binary() -> PathBuf {
    if let Ok(given) = std::env::var("YINGDA_BIN") {
        return given.into();
    }
    // target/debug/deps/TEST-HASH → target/debug/yingda
    let beside = std::env::current_exe().ok().and_then(|test| Some(test.parent()?.parent()?.join("yingda")));
    match beside {
        Some(path) if path.is_file() => path,
        _ => panic!("the program is not built: run `cargo build -p yingda` first, or set YINGDA_BIN"),
    }
}
