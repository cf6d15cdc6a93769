//! What all handlers share.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yingda_assistant::Assistant;
use yingda_desk::Desk;
use yingda_library::Knowledge;
use yingda_model::{Contact, Inbox, Scope, SessionId, User};
use yingda_store::{SignedIn, StoreError, WorkspaceInfo};

use crate::Problem;
use crate::extract::{bearer, cookie};
use crate::files::Files;
use crate::help::Help;
use crate::limit::{Limiter, RateLimits, Rule};
use crate::secret::hash_secret;
use crate::visitor_token::VisitorToken;

/// How the server is set up.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where uploaded files are kept.
    pub files: PathBuf,
    /// Whether the cookie is only sent over https. On when the server is reached by https.
    pub secure_cookies: SecureCookies,
    /// Believe `X-Forwarded-For` and `X-Forwarded-Proto`: only behind a proxy that sets them.
    pub trust_proxy: TrustProxy,
    pub rate_limits: RateLimits,
}

/// Whether the session cookie carries `Secure`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecureCookies {
    Always,
    /// When the proxy says that the request came by https.
    WhenForwarded,
}

/// Whether headers set by a proxy are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustProxy {
    Yes,
    No,
}

/// Shared state of the server. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    desk: Desk,
    assistant: Arc<Assistant>,
    knowledge: Knowledge,
    config: ServerConfig,
    files: Files,
    limiter: Limiter,
    help: Help,
    metrics: PrometheusHandle,
    stop: CancellationToken,
    /// Sockets that have not said who they are; the next one beyond is turned away.
    strangers: Arc<Semaphore>,
    sockets: TaskTracker,
}

/// Sockets that may be waiting to say hello.
const STRANGERS: usize = 2_000;

impl App {
    pub fn new(
        desk: Desk,
        assistant: Arc<Assistant>,
        knowledge: Knowledge,
        config: ServerConfig,
        metrics: PrometheusHandle,
        stop: CancellationToken,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                desk,
                assistant,
                knowledge,
                files: Files::new(config.files.clone()),
                limiter: Limiter::new(config.rate_limits),
                help: Help::default(),
                config,
                metrics,
                stop,
                strangers: Arc::new(Semaphore::new(STRANGERS)),
                sockets: TaskTracker::new(),
            }),
        }
    }

    pub fn desk(&self) -> &Desk {
        &self.inner.desk
    }

    pub fn assistant(&self) -> &Assistant {
        &self.inner.assistant
    }

    /// What the company knows.
    pub fn knowledge(&self) -> &Knowledge {
        &self.inner.knowledge
    }

    pub fn files(&self) -> &Files {
        &self.inner.files
    }

    /// What the help centres keep in memory.
    pub(crate) fn help(&self) -> &Help {
        &self.inner.help
    }

    pub fn metrics(&self) -> &PrometheusHandle {
        &self.inner.metrics
    }

    /// Set when the server shuts down.
    pub fn stop(&self) -> &CancellationToken {
        &self.inner.stop
    }

    /// The sockets that are open.
    pub(crate) fn sockets(&self) -> &TaskTracker {
        &self.inner.sockets
    }

    /// Waits until all sockets have said goodbye; after [`App::stop`] was set.
    pub async fn sockets_closed(&self) {
        self.inner.sockets.close();
        self.inner.sockets.wait().await;
    }

    pub(crate) fn strangers(&self) -> &Arc<Semaphore> {
        &self.inner.strangers
    }

    /// Counts a request; an error says how long to wait.
    pub fn limit(&self, rule: Rule, subject: &str) -> Result<(), Problem> {
        self.inner.limiter.check(rule, subject, self.desk().world().now())
    }

    /// The address that a request came from.
    pub fn client_address(&self, headers: &HeaderMap, peer: SocketAddr) -> IpAddr {
        if self.inner.config.trust_proxy == TrustProxy::Yes {
            // The last entry is the one that our own proxy added.
            let forwarded = headers
                .get_all("x-forwarded-for")
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .next_back()
                .and_then(|value| value.trim().parse().ok());
            if let Some(address) = forwarded {
                return address;
            }
        }
        peer.ip()
    }

    /// Whether the session cookie must only travel over https.
    pub fn secure_cookie(&self, headers: &HeaderMap) -> bool {
        match self.inner.config.secure_cookies {
            SecureCookies::Always => true,
            SecureCookies::WhenForwarded => {
                self.inner.config.trust_proxy == TrustProxy::Yes
                    && headers.get("x-forwarded-proto").is_some_and(|value| value.as_bytes() == b"https")
            }
        }
    }

    /// Who a session cookie or API token belongs to.
    pub async fn staff_of(&self, headers: &HeaderMap) -> Result<Staff, Problem> {
        let now = self.desk().world().now();
        let directory = self.desk().store().directory();
        if let Some(token) = bearer(headers) {
            return self.staff_of_token(token).await;
        }
        let secret = cookie(headers, SESSION_COOKIE)
            .ok_or_else(|| Problem::unauthenticated("sign in at /api/v1/auth/login, or send an API token"))?;
        let signed_in = directory
            .session(&hash_secret(secret), now)
            .await?
            .ok_or_else(|| Problem::unauthenticated("the session has ended: sign in again at /api/v1/auth/login"))?;
        Ok(Staff::from_session(signed_in))
    }

    /// Who an API token belongs to.
    pub async fn staff_of_token(&self, token: &str) -> Result<Staff, Problem> {
        let now = self.desk().world().now();
        let owner = self
            .desk()
            .store()
            .directory()
            .token(&hash_secret(token), now)
            .await?
            .ok_or_else(|| Problem::unauthenticated("the API token is not known or has ended: make a new one"))?;
        Ok(Staff { scope: owner.scope, user: owner.user, session: None })
    }

    /// Who a visitor token belongs to.
    pub async fn visitor_of(&self, token: &str) -> Result<Visitor, Problem> {
        let unknown = || {
            Problem::unauthenticated("the visitor token is not valid any more: start again at /api/v1/visitor/session")
        };
        let token = VisitorToken::verify(token, self.desk().store().vault()).ok_or_else(unknown)?;
        let system = Scope::system(token.workspace);
        let contact = self.desk().living(&system, token.contact).await?.ok_or_else(unknown)?;
        let inbox = match self.desk().store().read(&system).inbox(token.inbox).await {
            Ok(inbox) => inbox,
            Err(StoreError::NotFound { .. }) => return Err(unknown()),
            Err(error) => return Err(error.into()),
        };
        Ok(Visitor { scope: Scope::contact(token.workspace, contact.id), contact, inbox })
    }
}

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "yingda_session";

/// A signed-in user, by session or token.
#[derive(Clone, Debug)]
pub struct Staff {
    pub scope: Scope,
    pub user: User,
    pub session: Option<Session>,
}

/// The session of a signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub csrf: String,
    pub workspace: WorkspaceInfo,
}

impl Staff {
    fn from_session(signed_in: SignedIn) -> Self {
        Self {
            scope: Scope::user(signed_in.workspace.id, signed_in.user.id, signed_in.user.role),
            session: Some(Session { id: signed_in.session, csrf: signed_in.csrf, workspace: signed_in.workspace }),
            user: signed_in.user,
        }
    }
}

impl FromRequestParts<App> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let staff = app.staff_of(&parts.headers).await?;
        app.limit(Rule::UserCall, &staff.user.id.to_string())?;
        // A browser sends the cookie by itself, also when another site makes it: changes need the token that only our own
        // pages can read.
        if let Some(session) = &staff.session {
            let changes = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
            let sent = parts.headers.get("x-csrf-token").map(axum::http::HeaderValue::as_bytes);
            let right = sent.is_some_and(|sent| constant_time_equal(sent, session.csrf.as_bytes()));
            if changes && !right {
                return Err(Problem::csrf());
            }
        }
        Ok(staff)
    }
}

fn constant_time_equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// A customer in an inbox.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub scope: Scope,
    pub contact: Contact,
    pub inbox: Inbox,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(&parts.headers)
            .ok_or_else(|| Problem::unauthenticated("send Authorization: Bearer with the token of /visitor/session"))?;
        let visitor = app.visitor_of(token).await?;
        check_origin(&visitor.inbox, &parts.headers)?;
        app.limit(Rule::CustomerCall, &visitor.contact.id.to_string())?;
        Ok(visitor)
    }
}

/// Whether the page that a request comes from may use the inbox.
pub fn check_origin(inbox: &Inbox, headers: &HeaderMap) -> Result<(), Problem> {
    let allowed = &inbox.settings.allowed_origins;
    if allowed.is_empty() {
        return Ok(());
    }
    match headers.get("origin").map(|value| value.to_str().unwrap_or_default()) {
        // Not a browser: apps send no origin, and could claim any.
        None => Ok(()),
        Some(origin) if allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)) => Ok(()),
        Some(_) => Err(Problem::origin_not_allowed()),
    }
}

/// The address of the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl FromRequestParts<App> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)), |ConnectInfo(address)| *address);
        Ok(Self(app.client_address(&parts.headers, peer)))
    }
}
