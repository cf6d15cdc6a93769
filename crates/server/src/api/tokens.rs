//! Personal API tokens.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_model::{Timestamp, TokenId, TokenScope};
use yingda_store::ApiToken;

use super::Page;
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::secret::{hash_secret, new_secret};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(delete))
}

#[derive(Serialize, ToSchema)]
struct Token {
    id: TokenId,
    name: String,
    scopes: Vec<TokenScope>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
}

impl From<ApiToken> for Token {
    fn from(token: ApiToken) -> Self {
        Self {
            id: token.id,
            name: token.name,
            scopes: token.scopes,
            created_at: token.created_at,
            expires_at: token.expires_at,
        }
    }
}

/// A token just made.
#[derive(Serialize, ToSchema)]
struct NewToken {
    /// Shown this once; it is not kept.
    token: String,
    #[serde(flatten)]
    about: Token,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateToken {
    name: String,
    scopes: Vec<TokenScope>,
    /// 1 to 3650; 90 when absent.
    #[serde(default = "ninety")]
    #[schema(minimum = 1, maximum = 3650)]
    expires_in_days: u32,
}

fn ninety() -> u32 {
    90
}

/// One's own API tokens.
#[utoipa::path(get, path = "/tokens", tag = "API tokens",
    responses((status = 200, body = Page<Token>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<Token>>, Problem> {
    let tokens = app.desk().tokens(&staff.scope).await?;
    Ok(axum::Json(Page::whole(tokens.into_iter().map(Token::from).collect())))
}

/// Make an API token. It allows what its scopes name, and never more than its owner may do.
#[utoipa::path(post, path = "/tokens", tag = "API tokens", request_body = CreateToken,
    responses((status = 201, body = NewToken), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    Json(create): Json<CreateToken>,
) -> Result<(StatusCode, axum::Json<NewToken>), Problem> {
    if staff.session.is_none() {
        return Err(Problem::forbidden("a token cannot make tokens: sign in with a password"));
    }
    if !(1..=3650).contains(&create.expires_in_days) {
        return Err(Problem::invalid("expires_in_days", format!("expected 1 to 3650, got {}", create.expires_in_days)));
    }
    let now = app.desk().world().now();
    let secret = format!("yd_{}", new_secret()?);
    let token = ApiToken {
        id: app.desk().world().uuid().into(),
        name: create.name,
        scopes: create.scopes,
        created_at: now,
        expires_at: Some(now.plus(Duration::from_secs(u64::from(create.expires_in_days) * 86_400))),
    };
    app.desk().create_token(&staff.scope, token.clone(), hash_secret(&secret)).await?;
    Ok((StatusCode::CREATED, axum::Json(NewToken { token: secret, about: token.into() })))
}

/// Remove one of one's own API tokens. It stops working at once.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "API tokens", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<TokenId>) -> Result<StatusCode, Problem> {
    app.desk().delete_token(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
