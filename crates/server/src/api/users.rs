//! Users and teams.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::UserChange;
use yingda_model::{Role, TeamId, User, UserId};

use super::Page;
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::secret::hash_password;
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(users, create_user))
        .routes(routes!(update_user))
        .routes(routes!(teams, create_team))
}

/// Everybody who works in the workspace.
#[utoipa::path(get, path = "/users", tag = "Users and teams",
    responses((status = 200, body = Page<User>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn users(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<User>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().users(&staff.scope).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateUser {
    email: String,
    name: String,
    role: Role,
    /// At least 10 characters.
    password: String,
    #[serde(default)]
    skills: Vec<String>,
    #[serde(default)]
    teams: Vec<TeamId>,
}

/// Add a user.
#[utoipa::path(post, path = "/users", tag = "Users and teams", request_body = CreateUser,
    responses((status = 201, body = User), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_user(
    State(app): State<App>,
    staff: Staff,
    Json(create): Json<CreateUser>,
) -> Result<(StatusCode, axum::Json<User>), Problem> {
    let hash = hash_password(create.password).await?;
    let user = User {
        id: app.desk().world().uuid().into(),
        email: create.email.trim().to_lowercase(),
        name: create.name.trim().to_owned(),
        role: create.role,
        skills: create.skills,
        teams: create.teams,
        active: true,
        created_at: app.desk().world().now(),
    };
    let user = app.desk().create_user(&staff.scope, user, hash).await?;
    Ok((StatusCode::CREATED, axum::Json(user)))
}

/// Change a user; one who is not active cannot sign in.
#[utoipa::path(patch, path = "/users/{id}", tag = "Users and teams", request_body = UserChange,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = User), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn update_user(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<UserId>,
    Json(change): Json<UserChange>,
) -> Result<axum::Json<User>, Problem> {
    Ok(axum::Json(app.desk().update_user(&staff.scope, id, change).await?))
}

/// A group of users.
#[derive(Serialize, ToSchema)]
struct Team {
    id: TeamId,
    name: String,
    members: Vec<UserId>,
}

impl From<yingda_store::Team> for Team {
    fn from(team: yingda_store::Team) -> Self {
        Self { id: team.id, name: team.name, members: team.members }
    }
}

/// All teams.
#[utoipa::path(get, path = "/teams", tag = "Users and teams",
    responses((status = 200, body = Page<Team>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn teams(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<Team>>, Problem> {
    let teams = app.desk().teams(&staff.scope).await?;
    Ok(axum::Json(Page::whole(teams.into_iter().map(Team::from).collect())))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateTeam {
    name: String,
}

/// Add a team.
#[utoipa::path(post, path = "/teams", tag = "Users and teams", request_body = CreateTeam,
    responses((status = 201, body = Team), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_team(
    State(app): State<App>,
    staff: Staff,
    Json(create): Json<CreateTeam>,
) -> Result<(StatusCode, axum::Json<Team>), Problem> {
    let team = app.desk().create_team(&staff.scope, create.name).await?;
    Ok((StatusCode::CREATED, axum::Json(team.into())))
}
