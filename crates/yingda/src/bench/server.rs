//! A server under measurement: this same program, started for it.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::failure::Failure;

/// A running server.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    /// From starting the process to its saying that it is ready.
    pub ready_after: Duration,
    first_admin: Option<(String, String)>,
    http: reqwest::Client,
}

/// Memory of a process that is in use, in megabytes.
pub fn resident_mb(process: u32) -> Result<f64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let kb: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| Failure::failed("memory use cannot be read on this system"))?;
    Ok(kb * 1_024.0 / 1e6)
}

/// Time that a process has had on a core, in seconds.
pub fn cpu_seconds(process: u32) -> Result<f64, Failure> {
    let unreadable = || Failure::failed("the time of a process cannot be read on this system");
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field, the program's name in brackets, may hold anything.
    let (_, rest) = stat.rsplit_once(')').ok_or_else(unreadable)?;
    let ticks = |field: &str| field.parse::<f64>().ok();
    let mut fields = rest.split_whitespace().skip(11);
    let used = fields.next().and_then(ticks).zip(fields.next().and_then(ticks));
    // Linux counts in hundredths of a second here, whatever its clock.
    used.map(|(user, system)| (user + system) / 100.0).ok_or_else(unreadable)
}

/// A signed-in administrator.
pub struct Admin {
    cookie: String,
    csrf: String,
}

/// The web chat of the server.
pub struct Inbox {
    id: String,
    pub key: String,
    settings: Value,
}

const PATIENCE: Duration = Duration::from_secs(60);

impl Server {
    /// Starts a server on a free port and waits until it is ready.
    pub async fn start(data: &Path, options: &[&str]) -> Result<Self, Failure> {
        let started = Instant::now();
        let mut child = Command::new(std::env::current_exe()?)
            .env("YINGDA_LOG", "warn")
            .args(["serve", "--json", "--listen", "127.0.0.1:0", "--rate-limits", "off", "--data"])
            .arg(data)
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| Failure::failed("the server has no output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line())
            .await
            .map_err(|_| Failure::failed("the server did not become ready within a minute"))??
            .ok_or_else(|| Failure::failed("the server ended before it was ready"))?;
        let ready_after = started.elapsed();
        let ready: Value = serde_json::from_str(&line)?;
        let admin = &ready["first_admin"];
        let first_admin = admin["email"].as_str().zip(admin["password"].as_str());
        Ok(Self {
            child,
            url: text(&ready, "url")?.replace("localhost", "127.0.0.1"),
            ready_after,
            first_admin: first_admin.map(|(email, password)| (email.to_owned(), password.to_owned())),
            http: reqwest::Client::builder().timeout(PATIENCE).build()?,
        })
    }

    /// Stops the server politely and waits for its end.
    pub async fn stop(mut self) -> Result<(), Failure> {
        if let Some(id) = self.child.id() {
            Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        }
        tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .map_err(|_| Failure::failed("the server did not stop within a minute"))??;
        Ok(())
    }

    /// Resident memory, in MB of 10⁶ bytes.
    pub fn memory_mb(&self) -> Result<f64, Failure> {
        let id = self.child.id().ok_or_else(|| Failure::failed("the server has ended"))?;
        resident_mb(id)
    }

    /// Time that it has had on a core, in seconds.
    pub fn cpu_seconds(&self) -> Result<f64, Failure> {
        let id = self.child.id().ok_or_else(|| Failure::failed("the server has ended"))?;
        cpu_seconds(id)
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Admin, Failure> {
        let response = self
            .http
            .post(format!("{}/api/v1/auth/login", self.url))
            .json(&json!({"email": email, "password": password}))
            .send()
            .await?
            .error_for_status()?;
        let cookie = response
            .headers()
            .get("set-cookie")
            .and_then(|value| value.to_str().ok()?.split(';').next().map(str::to_owned))
            .ok_or_else(|| Failure::failed("signing in gave no cookie"))?;
        let me: Value = response.json().await?;
        Ok(Admin { cookie, csrf: text(&me, "csrf_token")? })
    }

    /// Signs in as the administrator made on the first start.
    pub async fn first_admin(&self) -> Result<Admin, Failure> {
        let (email, password) =
            self.first_admin.as_ref().ok_or_else(|| Failure::failed("the database is not empty: name one that is"))?;
        self.sign_in(email, password).await
    }

    fn request(&self, admin: &Admin, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}/api/v1{path}", self.url))
            .header("cookie", &admin.cookie)
            .header("x-csrf-token", &admin.csrf)
    }

    /// The server's web chat.
    pub async fn inbox(&self, admin: &Admin) -> Result<Inbox, Failure> {
        let response = self.request(admin, reqwest::Method::GET, "/inboxes").send().await?.error_for_status()?;
        let page: Value = response.json().await?;
        let inbox = &page["items"][0];
        Ok(Inbox { id: text(inbox, "id")?, key: text(inbox, "key")?, settings: inbox["settings"].clone() })
    }

    /// Switches the assistant of an inbox.
    pub async fn set_bot(&self, admin: &Admin, inbox: &Inbox, bot: bool) -> Result<(), Failure> {
        let mut settings = inbox.settings.clone();
        settings["bot"] = bot.into();
        self.request(admin, reqwest::Method::PATCH, &format!("/inboxes/{}", inbox.id))
            .json(&json!({"settings": settings}))
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    /// Imports knowledge from JSONL.
    pub async fn import(&self, admin: &Admin, jsonl: String) -> Result<(), Failure> {
        let part = reqwest::multipart::Part::text(jsonl).file_name("faq.jsonl");
        self.request(admin, reqwest::Method::POST, "/kb/import")
            .multipart(reqwest::multipart::Form::new().part("file", part))
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    /// Asks what the assistant would answer.
    pub async fn ask(&self, admin: &Admin, question: &str) -> Result<(), Failure> {
        self.request(admin, reqwest::Method::POST, "/kb/ask")
            .json(&json!({"text": question}))
            .send()
            .await?
            .error_for_status()?
            .bytes()
            .await?;
        Ok(())
    }

    /// What customers who are signed in at the shop prove who they are with.
    pub async fn identity_secret(&self, admin: &Admin, inbox: &Inbox) -> Result<String, Failure> {
        let path = format!("/inboxes/{}/identity-secret", inbox.id);
        let response = self.request(admin, reqwest::Method::POST, &path).send().await?.error_for_status()?;
        text(&response.json().await?, "secret")
    }

    /// Waits until messages are understood by what the workspace has taught.
    pub async fn trained(&self, admin: &Admin) -> Result<(), Failure> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let response = self.request(admin, reqwest::Method::GET, "/language").send().await?.error_for_status()?;
            let status: Value = response.json().await?;
            if !status["active"].is_null() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Err(Failure::failed("the server did not learn its intents within a minute"))
    }

    /// Ends a conversation, as an agent does.
    pub async fn resolve(&self, admin: &Admin, conversation: &str) -> Result<(), Failure> {
        let path = format!("/conversations/{conversation}/resolve");
        self.request(admin, reqwest::Method::POST, &path).send().await?.error_for_status()?;
        Ok(())
    }

    /// Puts the demo shop back to where it was.
    pub async fn reset_shop(&self) -> Result<(), Failure> {
        let url = format!("{}/demo/api/reset", self.url);
        self.http.post(url).bearer_auth(yingda_demo::API_KEY).send().await?.error_for_status()?;
        Ok(())
    }

    /// A new visitor's token.
    pub async fn visitor(&self, inbox_key: &str) -> Result<String, Failure> {
        self.session(&json!({"inbox_key": inbox_key})).await
    }

    /// The token of a session that is asked for so.
    pub async fn session(&self, wanted: &Value) -> Result<String, Failure> {
        let url = format!("{}/api/v1/visitor/session", self.url);
        let response = self.http.post(url).json(wanted).send().await?.error_for_status()?;
        text(&response.json().await?, "token")
    }
}

fn text(value: &Value, field: &str) -> Result<String, Failure> {
    value[field]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Failure::failed(format!("the server's answer has no {field}")))
}
