//! Signing in and out.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_model::{Scope, User, WorkspaceId};
use yingda_store::{NewSession, StoreError};

use crate::app::{Peer, SESSION_COOKIE, Staff};
use crate::extract::Json;
use crate::limit::Rule;
use crate::secret::{hash_password, hash_secret, new_secret, verify_password};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(login)).routes(routes!(logout)).routes(routes!(me)).routes(routes!(password))
}

/// A session ends by itself after this.
const SESSION: Duration = Duration::from_secs(14 * 24 * 3600);

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    email: String,
    password: String,
    /// Short name of the workspace.
    #[serde(default = "default_workspace")]
    workspace: String,
}

fn default_workspace() -> String {
    "default".into()
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
struct Me {
    user: User,
    workspace: Workspace,
    /// Send it as `X-CSRF-Token` with every changing request. `null` when signed in by API token, which needs none.
    csrf_token: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Workspace {
    id: WorkspaceId,
    slug: String,
    name: String,
}

/// Sign in with mail address and password. Sets the session cookie.
#[utoipa::path(post, path = "/auth/login", tag = "Signing in", request_body = Login, security(()),
    responses((status = 200, body = Me), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn login(
    State(app): State<App>,
    Peer(address): Peer,
    headers: HeaderMap,
    Json(login): Json<Login>,
) -> Result<Response, Problem> {
    let email = login.email.trim().to_lowercase();
    app.limit(Rule::SignInByAddress, &address.to_string())?;
    app.limit(Rule::SignInByMail, &format!("{email} {address}"))?;
    app.limit(Rule::SignInFromAnywhere, &email)?;
    // PostgreSQL takes no NUL, and nobody has a name with controls.
    if email.chars().chain(login.workspace.chars()).any(char::is_control) {
        return Err(Problem::bad_credentials());
    }
    let store = app.desk().store();
    let workspace = store.directory().workspace(&login.workspace).await?;
    let found = match &workspace {
        Some(workspace) => store.directory().user_to_sign_in(workspace.id, &email).await?,
        None => None,
    };
    let (user, hash) = found.unzip();
    // Verified also when there is no such user, so that the time taken tells nothing.
    let right = verify_password(login.password, hash).await;
    let (Some(workspace), Some(user), true) = (workspace, user, right) else {
        return Err(Problem::bad_credentials());
    };
    let secret = new_secret()?;
    let now = app.desk().world().now();
    let session = NewSession {
        id: app.desk().world().uuid().into(),
        user: user.id,
        secret_hash: hash_secret(&secret),
        csrf: new_secret()?,
        created_at: now,
        expires_at: now.plus(SESSION),
    };
    let csrf = session.csrf.clone();
    let scope = Scope::user(workspace.id, user.id, user.role);
    store
        .write(&scope, move |tx| {
            let session = session.clone();
            Box::pin(async move {
                tx.remove_expired_sessions(now).await?;
                tx.insert_session(&session).await
            })
        })
        .await
        .map_err(|error: StoreError| error)?;
    let user = store.read(&scope).user(user.id).await?;
    let body = Me {
        user,
        workspace: Workspace { id: workspace.id, slug: workspace.slug, name: workspace.name },
        csrf_token: Some(csrf),
    };
    let mut response = axum::Json(body).into_response();
    set_cookie(&mut response, &secret, SESSION.as_secs(), app.secure_cookie(&headers))?;
    Ok(response)
}

fn set_cookie(response: &mut Response, secret: &str, seconds: u64, secure: bool) -> Result<(), Problem> {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{SESSION_COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    let value = HeaderValue::from_str(&cookie).map_err(|_| Problem::internal())?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

/// Sign out: ends the session.
#[utoipa::path(post, path = "/auth/logout", tag = "Signing in",
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn logout(State(app): State<App>, headers: HeaderMap, staff: Staff) -> Result<Response, Problem> {
    if let Some(session) = &staff.session {
        let id = session.id;
        app.desk()
            .store()
            .write(&staff.scope, move |tx| Box::pin(async move { tx.end_session(id).await }))
            .await
            .map_err(|error: StoreError| error)?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&mut response, "", 0, app.secure_cookie(&headers))?;
    Ok(response)
}

/// Who is signed in.
#[utoipa::path(get, path = "/auth/me", tag = "Signing in",
    responses((status = 200, body = Me), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn me(State(app): State<App>, staff: Staff) -> Result<axum::Json<Me>, Problem> {
    let (workspace, csrf_token) = match staff.session {
        Some(session) => (session.workspace, Some(session.csrf)),
        None => {
            let all = app.desk().store().directory().workspaces().await?;
            let own = all.into_iter().find(|workspace| workspace.id == staff.scope.workspace());
            (own.ok_or_else(|| Problem::not_found("workspace"))?, None)
        }
    };
    Ok(axum::Json(Me {
        user: staff.user,
        workspace: Workspace { id: workspace.id, slug: workspace.slug, name: workspace.name },
        csrf_token,
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    current: String,
    /// At least 10 characters.
    new: String,
}

/// Change one's own password. All other sessions end.
#[utoipa::path(post, path = "/auth/password", tag = "Signing in", request_body = PasswordChange,
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn password(
    State(app): State<App>,
    staff: Staff,
    Json(change): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    app.limit(Rule::SignInByMail, &staff.user.email)?;
    let Some(session) = staff.session else {
        return Err(Problem::forbidden("a password is changed in a signed-in browser, not with an API token"));
    };
    let store = app.desk().store();
    let hash =
        store.directory().user_to_sign_in(staff.scope.workspace(), &staff.user.email).await?.map(|(_, hash)| hash);
    if !verify_password(change.current, hash).await {
        return Err(Problem::bad_credentials());
    }
    let hash = hash_password(change.new).await?;
    let (user, keep) = (staff.user.id, session.id);
    store
        .write(&staff.scope, move |tx| {
            let hash = hash.clone();
            Box::pin(async move { tx.set_password(user, &hash, Some(keep)).await })
        })
        .await
        .map_err(|error: StoreError| error)?;
    Ok(StatusCode::NO_CONTENT)
}
