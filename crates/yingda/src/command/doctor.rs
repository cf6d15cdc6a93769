//! `yingda doctor`

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use clap::Args;
use serde::Serialize;
use serde_json::json;
use yingda_model::Scope;
use yingda_store::{JobState, Store};

use crate::command::{models, nlu};
use crate::failure::{Failure, Outcome};
use crate::open::DataOptions;
use crate::output::{Output, harmless, megabytes, short, spinner};

/// Check an installation, and say what to do about what is wrong.
///
/// Changes nothing but this: a database of an older version is brought up to date, as every command does.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda doctor
  yingda doctor --data /var/lib/yingda --url http://127.0.0.1:8080
  yingda doctor --json

Exit codes: 0 nothing is bad (there may be warnings), 1 something is.")]
pub struct Doctor {
    /// Ask the running server as well
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    data: DataOptions,
}

#[derive(Serialize)]
struct Check {
    name: &'static str,
    state: State,
    detail: String,
    /// What to do; absent when all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    Warn,
    Bad,
}

impl Check {
    fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, state: State::Ok, detail: detail.into(), advice: None }
    }

    fn warn(name: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, state: State::Warn, detail: detail.into(), advice: Some(advice.into()) }
    }

    fn bad(name: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, state: State::Bad, detail: detail.into(), advice: Some(advice.into()) }
    }
}

/// Less free space than this is bad, less than [`SPARSE_SPACE`] a warning; in bytes.
const SCARCE_SPACE: u64 = 200_000_000;
const SPARSE_SPACE: u64 = 2_000_000_000;
/// Each socket takes a file descriptor.
const FEW_DESCRIPTORS: u64 = 4_096;
/// 2026-01-01T00:00:00Z: no clock that is right shows less. Seconds after 1970.
const EARLIEST: u64 = 1_767_225_600;
/// How far ahead a file's time may be.
const CLOCK_SLACK: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(5);

impl Doctor {
    pub async fn run(self, output: Output) -> Outcome {
        let work = spinner("Checking");
        let mut checks = vec![check_folder(&self.data.data), check_key(&self.data.data)];
        self.check_database(&mut checks).await;
        checks.extend([
            check_space(&self.data.data),
            check_descriptors(),
            self.check_clock(),
            check_model(&self.data.data),
        ]);
        if let Some(url) = &self.url {
            checks.push(check_server(url).await);
        }
        work.finish_and_clear();
        let bad = checks.iter().filter(|check| check.state == State::Bad).count();
        output.result(&json!({"healthy": bad == 0, "checks": checks}), |out| {
            for check in &checks {
                let state = match check.state {
                    State::Ok => "ok  ",
                    State::Warn => "warn",
                    State::Bad => "bad ",
                };
                writeln!(out, "{state}  {:16}  {}", check.name, harmless(&check.detail))?;
                if let Some(advice) = &check.advice {
                    writeln!(out, "                        → {}", harmless(advice))?;
                }
            }
            Ok(())
        })?;
        match bad {
            0 => Ok(()),
            1 => Err(Failure::failed("one check is bad")),
            _ => Err(Failure::failed(format!("{bad} checks are bad"))),
        }
    }

    async fn check_database(&self, checks: &mut Vec<Check>) {
        let store = match self.data.open_existing().await {
            Ok(store) => store,
            Err(failure) => {
                let advice = "mend what is said here, then run `yingda doctor` again";
                return checks.push(Check::bad("database", failure.to_string(), advice));
            }
        };
        let detail = format!("{} opens, its schema is up to date and the master key fits", store.engine());
        checks.push(Check::ok("database", detail));
        let damage = match store.check().await {
            Ok(found) => found.join("; "),
            Err(error) => error.to_string(),
        };
        checks.push(if damage.is_empty() {
            Check::ok("integrity", "no damage found")
        } else {
            Check::bad(
                "integrity",
                format!("the database is damaged: {}", short(&damage, 300)),
                "stop the server, keep a copy of the data, and restore the last backup into a new place",
            )
        });
        if let Err(error) = check_workspaces(&store, checks).await {
            checks.push(Check::bad("workspaces", error.to_string(), "check the database"));
        }
        store.close().await;
    }

    fn check_clock(&self) -> Check {
        let now = SystemTime::now();
        let written = fs::metadata(self.data.data.join("yingda.db")).and_then(|file| file.modified()).ok();
        let advice = "set the clock, and keep it right with NTP: times of messages and sessions depend on it";
        if now < SystemTime::UNIX_EPOCH + Duration::from_secs(EARLIEST) {
            Check::bad("clock", "the clock shows a time before 2026", advice)
        } else if written.is_some_and(|written| written > now + CLOCK_SLACK) {
            Check::warn("clock", "the clock shows a time before the last change of the database", advice)
        } else {
            Check::ok("clock", "plausible")
        }
    }
}

fn check_folder(data: &Path) -> Check {
    let mode = match fs::metadata(data) {
        Ok(folder) => folder.permissions().mode() & 0o777,
        Err(error) => {
            let advice = "name the folder of the installation with --data, or start one with `yingda serve`";
            return Check::bad("data folder", format!("{}: {error}", data.display()), advice);
        }
    };
    let detail = format!("{} has mode {mode:04o}", data.display());
    let advice = format!("chmod 700 {}", data.display());
    if mode & 0o002 != 0 {
        Check::bad("data folder", format!("{detail}: everybody can change it"), advice)
    } else if mode & 0o020 != 0 {
        Check::warn("data folder", format!("{detail}: its group can change it"), advice)
    } else {
        Check::ok("data folder", detail)
    }
}

fn check_key(data: &Path) -> Check {
    if std::env::var_os("YINGDA_MASTER_KEY").is_some() {
        return Check::ok("master key", "given by YINGDA_MASTER_KEY");
    }
    let path = data.join("master.key");
    match fs::metadata(&path) {
        Err(error) => Check::bad(
            "master key",
            format!("{}: {error}", path.display()),
            "put the key back, or give it in YINGDA_MASTER_KEY: without it nothing sealed can be read",
        ),
        Ok(file) => match file.permissions().mode() & 0o777 {
            mode if mode & 0o077 != 0 => Check::bad(
                "master key",
                format!("{} has mode {mode:04o}: others can read it", path.display()),
                format!("chmod 600 {}", path.display()),
            ),
            mode => Check::ok("master key", format!("{} has mode {mode:04o}", path.display())),
        },
    }
}

/// The embedding model is optional: its absence is no fault, and worth knowing.
fn check_model(data: &Path) -> Check {
    match models::installed(nlu::NAME, data) {
        Ok(Some(_)) => Check::ok("embedding model", format!("{} is installed", nlu::NAME)),
        _ => Check::ok(
            "embedding model",
            format!("not installed: words alone are understood; `yingda models pull {}` adds their meaning", nlu::NAME),
        ),
    }
}

async fn check_workspaces(store: &Store, checks: &mut Vec<Check>) -> Result<(), yingda_store::StoreError> {
    let workspaces = store.directory().workspaces().await?;
    if workspaces.is_empty() {
        let advice = "start the server once: it makes the first workspace";
        checks.push(Check::warn("workspaces", "there is none", advice));
    }
    for workspace in workspaces {
        let scope = Scope::system(workspace.id);
        let (reader, slug) = (store.read(&scope), &workspace.slug);
        checks.push(match reader.kb_size().await? {
            0 => Check::warn(
                "knowledge",
                format!("{slug}: no entries, so the assistant can answer nothing"),
                format!("yingda kb import FILE --workspace {slug}"),
            ),
            entries => Check::ok("knowledge", format!("{slug}: {entries} entries")),
        });
        checks.push(match reader.jobs(JobState::Dead, None, 100).await?.len() {
            0 => Check::ok("jobs", format!("{slug}: none was given up")),
            dead => Check::warn(
                "jobs",
                format!("{slug}: {dead} were given up after many attempts"),
                "see GET /api/v1/jobs?state=dead for the reasons; POST /api/v1/jobs/ID/retry runs one again",
            ),
        });
    }
    Ok(())
}

fn check_space(data: &Path) -> Check {
    let existing = data.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    match rustix::fs::statvfs(existing) {
        Err(error) => Check::warn("disk space", format!("cannot be told: {error}"), "look at it with df"),
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let detail = format!("{} free", megabytes(free));
            let advice = "free some, or move the data folder to a larger disk: a full disk stops all writing";
            match free {
                free if free < SCARCE_SPACE => Check::bad("disk space", detail, advice),
                free if free < SPARSE_SPACE => Check::warn("disk space", detail, advice),
                _ => Check::ok("disk space", detail),
            }
        }
    }
}

fn check_descriptors() -> Check {
    match rlimit::Resource::NOFILE.get() {
        Err(error) => Check::warn("open files", format!("cannot be told: {error}"), "look at it with ulimit -n"),
        // The server raises its soft limit to the hard one.
        Ok((_, hard)) if hard < FEW_DESCRIPTORS => Check::warn(
            "open files",
            format!("at most {hard}, and each visitor takes one"),
            "raise the limit: LimitNOFILE=65536 in a systemd unit, or ulimit -Hn",
        ),
        Ok((_, u64::MAX)) => Check::ok("open files", "no limit"),
        Ok((_, hard)) => Check::ok("open files", format!("up to {hard}")),
    }
}

async fn check_server(url: &str) -> Check {
    let address = format!("{}/readyz", url.trim_end_matches('/'));
    let asked = async {
        let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
        client.get(&address).send().await
    };
    match asked.await {
        Ok(answer) if answer.status().is_success() => Check::ok("server", format!("{url} is ready")),
        Ok(answer) => {
            Check::bad("server", format!("{address} answers {}", answer.status()), "look at the server's log")
        }
        Err(error) => Check::bad(
            "server",
            format!("{address} does not answer: {}", super::chat::cause(&error)),
            "is the server running, and is the address right?",
        ),
    }
}
