//! Users, teams, sessions and API tokens.

use std::collections::HashMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;
use yingda_model::{Role, SessionId, TeamId, Timestamp, TokenId, TokenScope, User, UserId};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{found, from_json, to_json};
use crate::entity::{api_token, app_user, session, team, team_member};

/// A user to add.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub user: User,
    /// Argon2id in PHC string format.
    pub password_hash: String,
}

/// A group of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub members: Vec<UserId>,
    pub created_at: Timestamp,
}

/// A session to add. The secret itself is only in the cookie.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: SessionId,
    pub user: UserId,
    pub secret_hash: Vec<u8>,
    pub csrf: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// An API token to add. The token itself is shown once and not kept.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub token: ApiToken,
    pub user: UserId,
    pub secret_hash: Vec<u8>,
}

/// An API token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub id: TokenId,
    pub name: String,
    pub scopes: Vec<TokenScope>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

pub(crate) fn to_user(row: app_user::Model, teams: Vec<TeamId>) -> Result<User, StoreError> {
    Ok(User {
        id: row.id.into(),
        email: row.email,
        name: row.name,
        role: row.role.parse::<Role>().map_err(|error| StoreError::corrupt("role", error))?,
        skills: from_json("skills", &row.skills)?,
        teams,
        active: row.active,
        created_at: Timestamp(row.created_at),
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// All users of the workspace, oldest first.
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        let rows = app_user::Entity::find()
            .filter(app_user::Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(app_user::Column::Id)
            .all(self.connection)
            .await?;
        let mut teams: HashMap<Uuid, Vec<TeamId>> = HashMap::new();
        for member in self.memberships(&rows).await? {
            teams.entry(member.user_id).or_default().push(member.team_id.into());
        }
        rows.into_iter()
            .map(|row| {
                let own = teams.remove(&row.id).unwrap_or_default();
                to_user(row, own)
            })
            .collect()
    }

    /// One user of the workspace.
    pub async fn user(&self, id: UserId) -> Result<User, StoreError> {
        let row = app_user::Entity::find_by_id(id.0)
            .filter(app_user::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "user" })?;
        let teams = self.memberships(std::slice::from_ref(&row)).await?;
        to_user(row, teams.into_iter().map(|member| member.team_id.into()).collect())
    }

    async fn memberships(&self, users: &[app_user::Model]) -> Result<Vec<team_member::Model>, StoreError> {
        Ok(team_member::Entity::find()
            .filter(team_member::Column::UserId.is_in(users.iter().map(|user| user.id)))
            .all(self.connection)
            .await?)
    }

    /// All teams of the workspace, oldest first.
    pub async fn teams(&self) -> Result<Vec<Team>, StoreError> {
        let rows = team::Entity::find()
            .filter(team::Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(team::Column::Id)
            .all(self.connection)
            .await?;
        let members = team_member::Entity::find()
            .filter(team_member::Column::TeamId.is_in(rows.iter().map(|row| row.id)))
            .all(self.connection)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| Team {
                id: row.id.into(),
                name: row.name,
                members: members
                    .iter()
                    .filter(|member| member.team_id == row.id)
                    .map(|member| member.user_id.into())
                    .collect(),
                created_at: Timestamp(row.created_at),
            })
            .collect())
    }

    /// The API tokens of a user, newest first.
    pub async fn tokens(&self, user: UserId) -> Result<Vec<ApiToken>, StoreError> {
        let rows = api_token::Entity::find()
            .filter(api_token::Column::WorkspaceId.eq(self.workspace()))
            .filter(api_token::Column::UserId.eq(user.0))
            .order_by_desc(api_token::Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(ApiToken {
                    id: row.id.into(),
                    name: row.name,
                    scopes: from_json("token scopes", &row.scopes)?,
                    created_at: Timestamp(row.created_at),
                    expires_at: row.expires_at.map(Timestamp),
                })
            })
            .collect()
    }
}

impl Writing<'_> {
    /// Stores a new user; [`StoreError::Taken`] when the mail address is in use in this workspace.
    pub async fn insert_user(&self, new: &NewUser) -> Result<(), StoreError> {
        let user = &new.user;
        let row = app_user::ActiveModel {
            id: Set(user.id.0),
            workspace_id: Set(self.workspace()),
            email: Set(user.email.clone()),
            name: Set(user.name.clone()),
            role: Set(user.role.as_str().into()),
            skills: Set(to_json(&user.skills)?),
            password_hash: Set(new.password_hash.clone()),
            active: Set(user.active),
            created_at: Set(user.created_at.0),
        };
        app_user::Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this mail address"))?;
        self.set_teams(user).await
    }

    /// Stores a user's new name, role, skills, teams and whether they are active; a user who is not loses every session.
    pub async fn update_user(&self, user: &User) -> Result<(), StoreError> {
        let result = app_user::Entity::update_many()
            .col_expr(app_user::Column::Name, Expr::value(user.name.clone()))
            .col_expr(app_user::Column::Role, Expr::value(user.role.as_str()))
            .col_expr(app_user::Column::Skills, Expr::value(to_json(&user.skills)?))
            .col_expr(app_user::Column::Active, Expr::value(user.active))
            .filter(app_user::Column::Id.eq(user.id.0))
            .filter(app_user::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "user")?;
        if !user.active {
            self.end_sessions_of(user.id, None).await?;
        }
        self.set_teams(user).await
    }

    async fn set_teams(&self, user: &User) -> Result<(), StoreError> {
        team_member::Entity::delete_many()
            .filter(team_member::Column::UserId.eq(user.id.0))
            .exec(self.connection)
            .await?;
        if user.teams.is_empty() {
            return Ok(());
        }
        let own: Vec<TeamId> = self.teams().await?.into_iter().map(|team| team.id).collect();
        if user.teams.iter().any(|team| !own.contains(team)) {
            return Err(StoreError::NotFound { what: "team" });
        }
        let rows =
            user.teams.iter().map(|team| team_member::ActiveModel { team_id: Set(team.0), user_id: Set(user.id.0) });
        team_member::Entity::insert_many(rows).exec_without_returning(self.connection).await?;
        Ok(())
    }

    /// Stores a new password and ends all other sessions of the user.
    pub async fn set_password(&self, user: UserId, hash: &str, keep: Option<SessionId>) -> Result<(), StoreError> {
        let result = app_user::Entity::update_many()
            .col_expr(app_user::Column::PasswordHash, Expr::value(hash))
            .filter(app_user::Column::Id.eq(user.0))
            .filter(app_user::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "user")?;
        self.end_sessions_of(user, keep).await
    }

    /// Stores a new team; [`StoreError::Taken`] when the name is in use.
    pub async fn insert_team(&self, team: &Team) -> Result<(), StoreError> {
        let row = team::ActiveModel {
            id: Set(team.id.0),
            workspace_id: Set(self.workspace()),
            name: Set(team.name.clone()),
            created_at: Set(team.created_at.0),
        };
        team::Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this team name"))?;
        Ok(())
    }

    /// Stores a session.
    pub async fn insert_session(&self, new: &NewSession) -> Result<(), StoreError> {
        let row = session::ActiveModel {
            id: Set(new.id.0),
            workspace_id: Set(self.workspace()),
            user_id: Set(new.user.0),
            secret_hash: Set(new.secret_hash.clone()),
            csrf: Set(new.csrf.clone()),
            created_at: Set(new.created_at.0),
            expires_at: Set(new.expires_at.0),
        };
        session::Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(())
    }

    /// Ends one session.
    pub async fn end_session(&self, id: SessionId) -> Result<(), StoreError> {
        session::Entity::delete_many()
            .filter(session::Column::Id.eq(id.0))
            .filter(session::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        Ok(())
    }

    async fn end_sessions_of(&self, user: UserId, keep: Option<SessionId>) -> Result<(), StoreError> {
        let mut delete = session::Entity::delete_many()
            .filter(session::Column::UserId.eq(user.0))
            .filter(session::Column::WorkspaceId.eq(self.workspace()));
        if let Some(keep) = keep {
            delete = delete.filter(session::Column::Id.ne(keep.0));
        }
        delete.exec(self.connection).await?;
        Ok(())
    }

    /// Removes sessions of this workspace that ended before `now`.
    pub async fn remove_expired_sessions(&self, now: Timestamp) -> Result<(), StoreError> {
        session::Entity::delete_many()
            .filter(session::Column::WorkspaceId.eq(self.workspace()))
            .filter(session::Column::ExpiresAt.lt(now.0))
            .exec(self.connection)
            .await?;
        Ok(())
    }

    /// Stores an API token.
    pub async fn insert_token(&self, new: &NewToken) -> Result<(), StoreError> {
        let row = api_token::ActiveModel {
            id: Set(new.token.id.0),
            workspace_id: Set(self.workspace()),
            user_id: Set(new.user.0),
            name: Set(new.token.name.clone()),
            secret_hash: Set(new.secret_hash.clone()),
            scopes: Set(to_json(&new.token.scopes)?),
            created_at: Set(new.token.created_at.0),
            expires_at: Set(new.token.expires_at.map(|at| at.0)),
        };
        api_token::Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(())
    }

    /// Removes a user's API token. False when there is none.
    pub async fn delete_token(&self, user: UserId, id: TokenId) -> Result<bool, StoreError> {
        let result = api_token::Entity::delete_many()
            .filter(api_token::Column::Id.eq(id.0))
            .filter(api_token::Column::UserId.eq(user.0))
            .filter(api_token::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected == 1)
    }
}
