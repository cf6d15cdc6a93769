//! A server without a network, with people, a customer and a clock.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;
use yingda_assistant::{Assistant, Drafting, Languages};
use yingda_bus::Bus;
use yingda_desk::{Desk, NewInbox, Workers, job_kind};
use yingda_library::{Knowledge, Tender};
use yingda_model::{Inbox, InboxKind, InboxSettings, Role, Scope, Timestamp, User};
use yingda_outbound::Client;
use yingda_server::{App, RateLimits, Rehearser, SecureCookies, ServerConfig, TrustProxy, hash_password};
use yingda_store::{MasterKey, NewWorkspace, Store, StoreConfig};
use yingda_testing::Clock;

pub const NOW: Timestamp = Timestamp(1_790_000_000_000);
pub const PASSWORD: &str = "correct horse battery";

/// The recorder of the test process.
fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new().build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).ok();
            handle
        })
        .clone()
}

/// How a server is set up; usually with rate limits off.
pub struct Setup {
    pub rate_limits: RateLimits,
    pub secure_cookies: SecureCookies,
    pub trust_proxy: TrustProxy,
    pub inbox: InboxSettings,
    /// The database; SQLite in a folder of its own when absent.
    pub database: Option<String>,
    pub demo: Option<Router>,
    /// The way out to tools and language models.
    pub client: Option<Client>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            rate_limits: RateLimits::Off,
            secure_cookies: SecureCookies::WhenForwarded,
            trust_proxy: TrustProxy::No,
            inbox: InboxSettings::default(),
            database: None,
            demo: None,
            client: None,
        }
    }
}

pub struct Server {
    app: App,
    answering: Arc<Assistant>,
    pub router: Router,
    pub desk: Desk,
    pub system: Scope,
    pub inbox: Inbox,
    pub clock: Arc<Clock>,
    pub stop: CancellationToken,
    _folder: tempfile::TempDir,
}

impl Server {
    pub async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    pub async fn with(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = setup.database.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("yingda.db").display()));
        let store = Store::open(StoreConfig { url, master_key: MasterKey::generate().unwrap() }).await.unwrap();
        let clock = Arc::new(Clock::at(NOW));
        let desk = Desk::new(store.clone(), Bus::connect("memory:").await.unwrap(), clock.clone());
        let new =
            NewWorkspace { id: Uuid::now_v7().into(), slug: "default".into(), name: "Shop".into(), created_at: NOW };
        let system = store.create_workspace(new).await.unwrap();
        let new = NewInbox { name: "Web".into(), kind: InboxKind::Web, key: None, settings: setup.inbox };
        let inbox = desk.create_inbox(&system, new).await.unwrap();
        let languages = Arc::new(Languages::new(store.clone(), None));
        let knowledge = Knowledge::new(store, None, None);
        let assistant = Assistant::new(desk.clone(), knowledge.clone(), languages);
        let assistant = Arc::new(match setup.client {
            Some(client) => assistant.reaching(client),
            None => assistant,
        });
        let answering = assistant.clone();
        let config = ServerConfig {
            files: folder.path().join("files"),
            secure_cookies: setup.secure_cookies,
            trust_proxy: setup.trust_proxy,
            rate_limits: setup.rate_limits,
        };
        let stop = CancellationToken::new();
        let app = App::new(desk.clone(), assistant, knowledge, config, metrics(), stop.clone());
        let router = yingda_server::router(app.clone(), setup.demo);
        Self { app, answering, router, desk, system, inbox, clock, stop, _folder: folder }
    }

    /// From now on the assistant answers, and runs of its files are done.
    pub fn works(&self) {
        let mut workers = Workers::new(self.desk.clone());
        workers.register(job_kind::BOT_TURN, self.answering.clone());
        workers.register(job_kind::BOT_EVENT, self.answering.clone());
        let tender = Tender::new(self.desk.clone(), None);
        workers.register(job_kind::TEND_KNOWLEDGE, Arc::new(Drafting::new(tender, self.answering.clone())));
        workers.register(job_kind::ASSISTANT_RUN, Arc::new(Rehearser::new(self.app.clone())));
        tokio::spawn(workers.run(self.stop.clone()));
    }

    /// Adds a user, whose mail address is `ROLE@shop.example`.
    pub async fn person(&self, role: Role) -> Scope {
        let user = User {
            id: Uuid::now_v7().into(),
            email: format!("{role}@shop.example"),
            name: format!("A {role}"),
            role,
            skills: Vec::new(),
            teams: Vec::new(),
            active: true,
            created_at: NOW,
        };
        let scope = Scope::user(self.system.workspace(), user.id, role);
        let hash = hash_password(PASSWORD.into()).await.unwrap();
        self.desk.create_user(&self.system, user, hash).await.unwrap();
        scope
    }

    /// Adds a user and signs in.
    pub async fn signed_in(&self, role: Role) -> Session {
        self.person(role).await;
        self.sign_in(role).await
    }

    pub async fn sign_in(&self, role: Role) -> Session {
        let body = json!({"email": format!("{role}@shop.example"), "password": PASSWORD});
        let reply = self.post("/api/v1/auth/login").json(&body).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        Session { cookie, csrf: reply.json()["csrf_token"].as_str().unwrap().to_owned() }
    }

    /// A new visitor.
    pub async fn visitor(&self) -> Visitor {
        let reply = self.post("/api/v1/visitor/session").json(&json!({"inbox_key": self.inbox.key})).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        Visitor::of(&reply)
    }

    /// A visitor's message; gives the id of the conversation.
    pub async fn says(&self, visitor: &Visitor, words: &str) -> String {
        let body = json!({"client_key": Uuid::now_v7(), "content": {"type": "text", "text": words}});
        let reply = self.post("/api/v1/visitor/messages").bearer(&visitor.token).json(&body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        reply.json()["conversation_id"].as_str().unwrap().to_owned()
    }

    /// Gives an API token of the signed-in user.
    pub async fn token(&self, session: &Session, scopes: &[&str]) -> String {
        let body = json!({"name": "ci", "scopes": scopes});
        let reply = self.post("/api/v1/tokens").session(session).json(&body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        reply.json()["token"].as_str().unwrap().to_owned()
    }

    /// An admin of another workspace, with everything that a token allows.
    pub async fn stranger(&self) -> String {
        let slug = format!("other-{}", Uuid::now_v7().simple());
        let new = NewWorkspace { id: Uuid::now_v7().into(), slug: slug.clone(), name: "Other".into(), created_at: NOW };
        let system = self.desk.store().create_workspace(new).await.unwrap();
        let user = User {
            id: Uuid::now_v7().into(),
            email: "admin@other.example".into(),
            name: "Stranger".into(),
            role: Role::Admin,
            skills: Vec::new(),
            teams: Vec::new(),
            active: true,
            created_at: NOW,
        };
        let hash = hash_password(PASSWORD.into()).await.unwrap();
        self.desk.create_user(&system, user, hash).await.unwrap();
        let body = json!({"email": "admin@other.example", "password": PASSWORD, "workspace": slug});
        let reply = self.post("/api/v1/auth/login").json(&body).await;
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        let csrf = reply.ok()["csrf_token"].as_str().unwrap().to_owned();
        self.token(&Session { cookie, csrf }, &["admin"]).await
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call { server: self, request: Request::builder().method(method).uri(path) }
    }
}

/// A signed-in browser.
#[derive(Clone)]
pub struct Session {
    pub cookie: String,
    pub csrf: String,
}

/// A visitor with the token.
#[derive(Clone)]
pub struct Visitor {
    pub token: String,
    pub contact: String,
}

impl Visitor {
    pub fn of(reply: &Reply) -> Self {
        let body = reply.json();
        Self {
            token: body["token"].as_str().unwrap().to_owned(),
            contact: body["contact_id"].as_str().unwrap().to_owned(),
        }
    }
}

/// A request in the making.
pub struct Call<'a> {
    server: &'a Server,
    request: axum::http::request::Builder,
}

impl Call<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With the cookie and its CSRF token.
    pub fn session(self, session: &Session) -> Self {
        self.header("cookie", &session.cookie).header("x-csrf-token", &session.csrf)
    }

    pub async fn send(self) -> Reply {
        self.body("").await
    }

    pub async fn json(self, body: &Value) -> Reply {
        self.header("content-type", "application/json").body(body.to_string()).await
    }

    /// Uploads one file in the field `file`.
    pub async fn upload(self, name: &str, bytes: &[u8]) -> Reply {
        self.form("file", name, bytes).await
    }

    pub async fn form(self, field: &str, name: &str, bytes: &[u8]) -> Reply {
        let mut body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: image/png\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        self.header("content-type", "multipart/form-data; boundary=edge").body(body).await
    }

    pub async fn body(self, body: impl Into<Body>) -> Reply {
        let request = self.request.body(body.into()).unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Reply { status: parts.status, headers: parts.headers, body }
    }
}

/// An answer.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The value of a header; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks that this is a problem document (RFC 9457) of this kind, and gives it.
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header(header::CONTENT_TYPE.as_str()), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert!(problem["type"].as_str().unwrap().ends_with(code), "{problem}");
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        problem
    }

    pub fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.json()
    }
}
