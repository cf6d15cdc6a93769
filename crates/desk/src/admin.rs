//! Users, teams, inboxes and tokens.

use serde::{Deserialize, Serialize};
use yingda_model::{
    Inbox, InboxId, InboxKind, InboxSettings, Permission, Role, Scope, TeamId, TokenId, TokenScope, User, UserId,
};
use yingda_store::{ApiToken, NewEntry, NewToken, NewUser, StoreError, Team};

use crate::contacts::check_text;
use crate::conversations::require;
use crate::{Desk, DeskError};

/// A change of a user: what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UserChange {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub skills: Option<Vec<String>>,
    pub teams: Option<Vec<TeamId>>,
    pub active: Option<bool>,
}

/// An inbox to add.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInbox {
    pub name: String,
    pub kind: InboxKind,
    /// Public key for the widget; made when absent. 3 to 64 lower-case letters, digits and dashes.
    #[serde(default)]
    pub key: Option<String>,
    #[serde(default)]
    pub settings: InboxSettings,
}

/// A change of an inbox: what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InboxChange {
    pub name: Option<String>,
    pub settings: Option<InboxSettings>,
}

impl Desk {
    pub async fn users(&self, scope: &Scope) -> Result<Vec<User>, DeskError> {
        require(scope, Permission::ReadSettings)?;
        Ok(self.store().read(scope).users().await?)
    }

    /// Adds a user. `password_hash` is Argon2id in PHC string format.
    pub async fn create_user(&self, scope: &Scope, user: User, password_hash: String) -> Result<User, DeskError> {
        require(scope, Permission::WriteSettings)?;
        check_user(&user)?;
        let new = NewUser { user: user.clone(), password_hash };
        self.change_settings(scope, move |tx| {
            let new = new.clone();
            Box::pin(async move { Ok(tx.insert_user(&new).await?) })
        })
        .await?;
        Ok(user)
    }

    /// Changes a user. The last active admin stays one.
    pub async fn update_user(&self, scope: &Scope, id: UserId, change: UserChange) -> Result<User, DeskError> {
        require(scope, Permission::WriteSettings)?;
        self.change_settings(scope, move |tx| {
            let change = change.clone();
            Box::pin(async move {
                tx.lock(tx.scope().workspace().0).await?;
                let mut user = tx.user(id).await?;
                user.name = change.name.unwrap_or(user.name);
                user.role = change.role.unwrap_or(user.role);
                user.skills = change.skills.unwrap_or(user.skills);
                user.teams = change.teams.unwrap_or(user.teams);
                user.active = change.active.unwrap_or(user.active);
                check_user(&user)?;
                let others = tx.users().await?;
                let admin_stays = (user.active && user.role == Role::Admin)
                    || others.iter().any(|other| other.id != id && other.active && other.role == Role::Admin);
                if !admin_stays {
                    return Err(DeskError::invalid(
                        "role",
                        "a workspace needs at least one active admin: appoint another first",
                    ));
                }
                tx.update_user(&user).await?;
                Ok(user)
            })
        })
        .await
    }

    pub async fn teams(&self, scope: &Scope) -> Result<Vec<Team>, DeskError> {
        require(scope, Permission::ReadSettings)?;
        Ok(self.store().read(scope).teams().await?)
    }

    pub async fn create_team(&self, scope: &Scope, name: String) -> Result<Team, DeskError> {
        require(scope, Permission::WriteSettings)?;
        required("name", &name)?;
        let team = Team { id: self.world().uuid().into(), name, members: Vec::new(), created_at: self.now() };
        let stored = team.clone();
        self.change_settings(scope, move |tx| {
            let stored = stored.clone();
            Box::pin(async move { Ok(tx.insert_team(&stored).await?) })
        })
        .await?;
        Ok(team)
    }

    pub async fn inboxes(&self, scope: &Scope) -> Result<Vec<Inbox>, DeskError> {
        require(scope, Permission::ReadSettings)?;
        Ok(self.store().read(scope).inboxes().await?)
    }

    pub async fn create_inbox(&self, scope: &Scope, new: NewInbox) -> Result<Inbox, DeskError> {
        require(scope, Permission::WriteSettings)?;
        required("name", &new.name)?;
        let id: InboxId = self.world().uuid().into();
        let simple = id.0.simple().to_string();
        let key = new.key.unwrap_or_else(|| format!("web-{}", &simple[simple.len() - 12..]));
        let well_formed = (3..=64).contains(&key.len())
            && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !well_formed {
            return Err(DeskError::invalid("key", "expected 3 to 64 lower-case letters, digits and dashes"));
        }
        check_inbox_settings(&new.settings)?;
        let inbox = Inbox { id, kind: new.kind, key, name: new.name, settings: new.settings, created_at: self.now() };
        let stored = inbox.clone();
        self.change_settings(scope, move |tx| {
            let stored = stored.clone();
            Box::pin(async move { Ok(tx.insert_inbox(&stored).await?) })
        })
        .await?;
        Ok(inbox)
    }

    pub async fn update_inbox(&self, scope: &Scope, id: InboxId, change: InboxChange) -> Result<Inbox, DeskError> {
        require(scope, Permission::WriteSettings)?;
        if let Some(name) = &change.name {
            required("name", name)?;
        }
        if let Some(settings) = &change.settings {
            check_inbox_settings(settings)?;
        }
        self.change_settings(scope, move |tx| {
            let change = change.clone();
            Box::pin(async move {
                let mut inbox = tx.inbox(id).await?;
                inbox.name = change.name.unwrap_or(inbox.name);
                inbox.settings = change.settings.unwrap_or(inbox.settings);
                tx.update_inbox(&inbox).await?;
                Ok(inbox)
            })
        })
        .await
    }

    /// Makes a new secret for proving customer numbers; the one before stops working. 64 hexadecimal digits, shown once.
    pub async fn new_identity_secret(&self, scope: &Scope, id: InboxId) -> Result<String, DeskError> {
        require(scope, Permission::WriteSettings)?;
        let mut bytes = [0; 32];
        yingda_store::random(&mut bytes)?;
        let secret: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let stored = secret.clone();
        self.change_settings(scope, move |tx| {
            let stored = stored.clone();
            Box::pin(async move {
                tx.inbox(id).await?;
                Ok(tx.set_identity_secret(id, stored.as_bytes()).await?)
            })
        })
        .await?;
        Ok(secret)
    }

    /// The asking user's API tokens.
    pub async fn tokens(&self, scope: &Scope) -> Result<Vec<ApiToken>, DeskError> {
        Ok(self.store().read(scope).tokens(own_user(scope)?).await?)
    }

    /// Stores an API token of the asking user. `secret_hash` is the SHA-256 of the token.
    pub async fn create_token(&self, scope: &Scope, token: ApiToken, secret_hash: Vec<u8>) -> Result<(), DeskError> {
        required("name", &token.name)?;
        if token.scopes.is_empty() {
            return Err(DeskError::invalid("scopes", "expected at least one"));
        }
        if token.scopes.contains(&TokenScope::Admin) {
            require(scope, Permission::WriteSettings)?;
        }
        let new = NewToken { token, user: own_user(scope)?, secret_hash };
        self.store()
            .write(scope, move |tx| {
                let new = new.clone();
                Box::pin(async move { tx.insert_token(&new).await })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    /// Removes one of the asking user's API tokens.
    pub async fn delete_token(&self, scope: &Scope, id: TokenId) -> Result<(), DeskError> {
        let user = own_user(scope)?;
        let found = self
            .store()
            .write(scope, move |tx| Box::pin(async move { tx.delete_token(user, id).await }))
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        if found { Ok(()) } else { Err(DeskError::not_found("token")) }
    }

    async fn change_settings<T, F>(&self, scope: &Scope, change: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: for<'t> Fn(yingda_store::Writing<'t>) -> futures::future::BoxFuture<'t, Result<T, DeskError>>
            + Send
            + Sync
            + 'static,
    {
        let now = self.now();
        let change = std::sync::Arc::new(change);
        let value = self
            .store()
            .write(scope, move |tx| {
                let change = change.clone();
                Box::pin(async move {
                    let value = change(tx).await?;
                    tx.append_entry(NewEntry::SettingsChanged, now).await?;
                    Ok::<_, DeskError>(value)
                })
            })
            .await?;
        self.told().await;
        Ok(value)
    }
}

fn own_user(scope: &Scope) -> Result<UserId, DeskError> {
    scope.user_id().ok_or(DeskError::Forbidden(Permission::ReadSettings))
}

fn required(field: &'static str, value: &str) -> Result<(), DeskError> {
    if value.trim().is_empty() {
        return Err(DeskError::invalid(field, "must not be empty"));
    }
    check_text(field, value)
}

fn check_user(user: &User) -> Result<(), DeskError> {
    required("name", &user.name)?;
    required("email", &user.email)?;
    if !user.email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty()) {
        return Err(DeskError::invalid("email", "expected an address such as name@example.com"));
    }
    if user.skills.len() > 100 {
        return Err(DeskError::invalid("skills", "expected at most 100"));
    }
    user.skills.iter().try_for_each(|skill| required("skills", skill))
}

fn check_inbox_settings(settings: &InboxSettings) -> Result<(), DeskError> {
    check_text("persona", &settings.persona.name_zh)?;
    check_text("persona", &settings.persona.name_en)?;
    for greeting in [&settings.greeting_zh, &settings.greeting_en] {
        if greeting.chars().count() > 1_000 {
            return Err(DeskError::invalid("greeting", "expected at most 1000 characters"));
        }
    }
    if let Some(hours) = &settings.hours {
        if hours.utc_offset_minutes.abs() > 14 * 60 {
            return Err(DeskError::invalid("hours", "utc_offset_minutes must be between -840 and 840"));
        }
        if let Some(holiday) = hours.holidays.iter().find(|holiday| !holiday.has_real_date()) {
            let detail = format!("expected a holiday's date as YYYY-MM-DD, got {:?}", holiday.date);
            return Err(DeskError::invalid("hours", detail));
        }
        let days = hours.days.iter().flatten().chain(hours.holidays.iter().filter_map(|day| day.hours.as_ref()));
        for (open, close) in days {
            if open >= close || *close > 1440 {
                return Err(DeskError::invalid(
                    "hours",
                    "opening must be before closing, both at most 1440 minutes after midnight",
                ));
            }
        }
    }
    for origin in &settings.allowed_origins {
        if !(origin.starts_with("https://") || origin.starts_with("http://")) || origin.ends_with('/') {
            return Err(DeskError::invalid(
                "allowed_origins",
                "expected origins such as https://shop.example, without a path",
            ));
        }
    }
    Ok(())
}
