//! A private PostgreSQL cluster.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A server of one's own: a fresh cluster in a temporary folder, reached through a socket in that folder only, with `fsync` on
/// as in production. It stops and its folder goes when this is dropped, and also when the process dies in any other way.
///
/// With `YINGDA_TEST_POSTGRES` set to the URL of a server where databases may be made, that server is used instead; the
/// databases then stay there.
pub struct Postgres {
    server: Server,
    /// The programs `psql` and friends.
    binaries: PathBuf,
}

enum Server {
    Own {
        /// Owns the server: it stops it as soon as its standard input closes.
        guard: Child,
        /// Holds the socket.
        folder: PathBuf,
    },
    /// `postgres://user:password@host`, and what follows `?`.
    Given { authority: String, options: String },
}

/// Starts the server, tells when it is there, waits for the end of standard input (this process closed it or died), stops the
/// server by its id and removes everything.
const GUARD: &str = r#"
"$1"/postgres -D "$2"/data -k "$2" -c listen_addresses= -c max_connections=200 -c shared_buffers=64MB </dev/null &
server=$!
read -r _
kill -INT $server
wait $server
rm -rf "$2"
"#;

const PATIENCE: Duration = Duration::from_secs(60);

impl Postgres {
    /// The server of this process: started by whoever asks first, stopped when the process ends.
    ///
    /// # Panics
    /// As [`Postgres::start`].
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts a server and waits until it answers.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start; the message says what to do.
    pub fn start() -> Self {
        if let Ok(url) = std::env::var("YINGDA_TEST_POSTGRES") {
            return Self { server: given(&url), binaries: binaries("psql").unwrap_or_default() };
        }
        let Some(binaries) = binaries("initdb") else {
            panic!(
                "PostgreSQL is not installed: install it (Debian: apt install postgresql), or set YINGDA_TEST_POSTGRES to \
                 the URL of a server where tests may make databases"
            );
        };
        let account = Account::for_server();
        let folder = folder(account);
        run(account.of(&mut Command::new(binaries.join("initdb"))).current_dir(&folder).args([
            "--pgdata=data",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]));
        let log = match fs::File::create(folder.join("log")).and_then(|log| Ok((log.try_clone()?, log))) {
            Ok(log) => log,
            Err(error) => panic!("the server's log in {} could not be made: {error}", folder.display()),
        };
        let guard = account
            .of(&mut Command::new("sh"))
            .args(["-c", GUARD, "sh"])
            .args([&binaries, &folder])
            .current_dir(&folder)
            // Ctrl-C is for the tests; the server stops after them.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(log.0)
            .stderr(log.1)
            .spawn()
            .unwrap_or_else(|error| panic!("sh could not be started: {error}"));
        let server = Self { server: Server::Own { guard, folder }, binaries };
        server.wait_until_ready();
        server
    }

    /// Makes a new, empty database and returns its URL.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("yingda_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        run(&mut self.psql(&format!("CREATE DATABASE {name} TEMPLATE template0")));
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        match &self.server {
            Server::Own { folder, .. } => format!("postgres://postgres@localhost/{database}?host={}", folder.display()),
            Server::Given { authority, options } => format!("{authority}/{database}{options}"),
        }
    }

    fn psql(&self, sql: &str) -> Command {
        let mut command = Command::new(self.binaries.join("psql"));
        command.args(["--no-psqlrc", "--quiet", "--command", sql, "--dbname", &self.url("postgres")]);
        command.stdin(Stdio::null());
        command
    }

    fn wait_until_ready(&self) {
        let begun = Instant::now();
        loop {
            match self.psql("SELECT 1").output() {
                Ok(output) if output.status.success() => return,
                Ok(_) if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
                Ok(_) => panic!("PostgreSQL did not answer within {PATIENCE:?}; its log says:\n{}", self.log()),
                Err(error) => panic!("psql could not be run ({error}): install it (Debian: apt install postgresql)"),
            }
        }
    }

    fn log(&self) -> String {
        match &self.server {
            Server::Own { folder, .. } => fs::read_to_string(folder.join("log")).unwrap_or_default(),
            Server::Given { .. } => String::new(),
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Server::Own { guard, .. } = &mut self.server {
            drop(guard.stdin.take());
            let _ = guard.wait();
        }
    }
}

fn given(url: &str) -> Server {
    let (address, options) = match url.split_once('?') {
        Some((address, options)) => (address, format!("?{options}")),
        None => (url, String::new()),
    };
    let Some((scheme, rest)) = address.split_once("://") else {
        panic!("expected YINGDA_TEST_POSTGRES such as postgres://user:password@host, got {url:?}");
    };
    let host = rest.split('/').next().unwrap_or_default();
    Server::Given { authority: format!("{scheme}://{host}"), options }
}

/// Who the server runs as. PostgreSQL refuses to run as root.
#[derive(Clone, Copy)]
enum Account {
    Own,
    Other { user: u32, group: u32 },
}

impl Account {
    fn for_server() -> Self {
        let own = fs::metadata("/proc/self").map(|data| data.uid());
        if !matches!(own, Ok(0)) {
            return Self::Own;
        }
        let number = |option| {
            let output = Command::new("id").args([option, "postgres"]).output().ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse::<u32>().ok()
        };
        match (number("-u"), number("-g")) {
            (Some(user), Some(group)) => Self::Other { user, group },
            _ => panic!(
                "PostgreSQL refuses to run as root and there is no account postgres: make one (useradd postgres)"
            ),
        }
    }

    fn of(self, command: &mut Command) -> &mut Command {
        match self {
            Self::Own => command,
            Self::Other { user, group } => command.uid(user).gid(group),
        }
    }
}

/// A temporary folder that belongs to the account. Kept short: a socket's path may have 107 bytes.
fn folder(account: Account) -> PathBuf {
    let made = tempfile::Builder::new().prefix("yingda-pg-").tempdir_in("/tmp").map(tempfile::TempDir::keep);
    let folder = made.unwrap_or_else(|error| panic!("a folder in /tmp could not be made: {error}"));
    let mine = fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).and_then(|()| match account {
        Account::Own => Ok(()),
        Account::Other { user, group } => chown(&folder, Some(user), Some(group)),
    });
    match mine {
        Ok(()) => folder,
        Err(error) => panic!("the folder {} could not be given to postgres: {error}", folder.display()),
    }
}

/// The folder with PostgreSQL's programs: Debian keeps each version in its own, which is not in the PATH; the newest wins.
fn binaries(program: &str) -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let version = folder.file_name()?.to_str()?.parse().ok()?;
            Some((version, folder.join("bin")))
        })
        .filter(|(_, folder)| folder.join(program).is_file())
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder).or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder: &PathBuf| is_program(&folder.join(program)))
    })
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.is_file() && data.mode() & 0o111 != 0)
}

fn run(command: &mut Command) {
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("{command:?} could not be run: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_starts_makes_databases_and_leaves_nothing_behind() {
        let server = Postgres::start();
        assert_ne!(server.database(), server.database());
        let folder = match &server.server {
            Server::Own { folder, .. } => folder.clone(),
            Server::Given { .. } => return,
        };
        assert!(folder.exists());
        drop(server);
        assert!(!folder.exists());
    }

    #[test]
    fn the_url_of_a_given_server_keeps_its_options_and_changes_the_database() {
        let Server::Given { authority, options } = given("postgres://a:b@host:5433/postgres?sslmode=disable") else {
            panic!("expected a given server");
        };
        assert_eq!(format!("{authority}/x{options}"), "postgres://a:b@host:5433/x?sslmode=disable");
    }
}
