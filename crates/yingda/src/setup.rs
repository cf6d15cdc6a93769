//! What an empty installation gets on its first start.

use yingda_desk::{Desk, NewInbox};
use yingda_model::{InboxKind, InboxSettings, Role, Scope, User};
use yingda_server::{hash_password, new_secret};
use yingda_store::NewWorkspace;

use crate::failure::Failure;

/// The first administrator, whose password is shown once.
pub struct FirstAdmin {
    pub email: String,
    pub password: String,
}

/// Makes the workspace `default` with an administrator and a web chat, if there is no workspace at all.
pub async fn first_start(desk: &Desk) -> Result<Option<FirstAdmin>, Failure> {
    if !desk.store().directory().workspaces().await?.is_empty() {
        return Ok(None);
    }
    let scope = create_workspace(desk, "default", "My company").await?;
    let admin = FirstAdmin { email: "admin@localhost".into(), password: new_secret()?.chars().take(16).collect() };
    create_user(desk, &scope, &admin.email, "Admin", Role::Admin, Vec::new(), &admin.password).await?;
    let inbox =
        NewInbox { name: "Web chat".into(), kind: InboxKind::Web, key: None, settings: InboxSettings::default() };
    desk.create_inbox(&scope, inbox).await?;
    Ok(Some(admin))
}

/// Adds a workspace and gives the right to set it up.
pub async fn create_workspace(desk: &Desk, slug: &str, name: &str) -> Result<Scope, Failure> {
    let well_formed = (1..=40).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !well_formed {
        return Err(Failure::usage(format!(
            "a workspace's short name has 1 to 40 lower-case letters, digits and dashes, got {slug:?}"
        )));
    }
    let new = NewWorkspace {
        id: desk.world().uuid().into(),
        slug: slug.into(),
        name: name.into(),
        created_at: desk.world().now(),
    };
    let scope = desk.store().create_workspace(new).await?;
    desk.tend_kb_daily(&scope).await?;
    Ok(scope)
}

/// Adds a user.
pub async fn create_user(
    desk: &Desk,
    scope: &Scope,
    email: &str,
    name: &str,
    role: Role,
    skills: Vec<String>,
    password: &str,
) -> Result<User, Failure> {
    let hash = hash_password(password.to_owned()).await.map_err(|problem| Failure::failed(problem.detail))?;
    let user = User {
        id: desk.world().uuid().into(),
        email: email.trim().to_lowercase(),
        name: name.into(),
        role,
        skills,
        teams: Vec::new(),
        active: true,
        created_at: desk.world().now(),
    };
    Ok(desk.create_user(scope, user, hash).await?)
}
