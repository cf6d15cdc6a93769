//! Secrets and settings that tools and language models are given.

use std::collections::BTreeMap;

use yingda_model::{Actor, Permission, Scope};
use yingda_store::{SecretInfo, Secrets, Setting};

use crate::conversations::require;
use crate::{Desk, DeskError};

const MAX_NAME_CHARS: usize = 64;
const MAX_VALUE_BYTES: usize = 8_192;
/// Most secrets, and most settings, of a workspace.
const MOST: usize = 200;

impl Desk {
    /// Which secrets are set, and when: never what they are.
    pub async fn assistant_secrets(&self, scope: &Scope) -> Result<Vec<SecretInfo>, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        Ok(self.store().read(scope).assistant_secrets().await?)
    }

    /// Sets a secret, in place of what it was.
    pub async fn set_assistant_secret(&self, scope: &Scope, name: String, value: String) -> Result<(), DeskError> {
        require(scope, Permission::ManageAssistant)?;
        check(&name, &value)?;
        let (now, desk) = (self.now(), self.clone());
        self.change_assistant(scope, move |tx| {
            let (name, value, id) = (name.clone(), value.clone(), desk.world().uuid());
            Box::pin(async move {
                let known = tx.assistant_secrets().await?;
                room(known.iter().map(|secret| secret.name.as_str()), &name)?;
                Ok(tx.put_assistant_secret(id, &name, &value, now).await?)
            })
        })
        .await
    }

    pub async fn delete_assistant_secret(&self, scope: &Scope, name: String) -> Result<(), DeskError> {
        self.change_assistant(scope, move |tx| {
            let name = name.clone();
            Box::pin(async move {
                let removed = tx.delete_assistant_secret(&name).await?;
                if removed { Ok(()) } else { Err(DeskError::not_found("secret")) }
            })
        })
        .await
    }

    /// The settings, by name.
    pub async fn assistant_settings(&self, scope: &Scope) -> Result<Vec<Setting>, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        Ok(self.store().read(scope).assistant_settings().await?)
    }

    /// Sets a setting. `assumed_after_hours` (24) and `reopened_within_days` (7) mean something to the desk itself: when
    /// silence is taken for an answer that helped, and how long coming back with the same counts against it.
    pub async fn set_assistant_setting(&self, scope: &Scope, name: String, value: String) -> Result<(), DeskError> {
        require(scope, Permission::ManageAssistant)?;
        check(&name, &value)?;
        let now = self.now();
        self.change_assistant(scope, move |tx| {
            let (name, value) = (name.clone(), value.clone());
            Box::pin(async move {
                let known = tx.assistant_settings().await?;
                room(known.iter().map(|setting| setting.name.as_str()), &name)?;
                Ok(tx.put_assistant_setting(&name, &value, now).await?)
            })
        })
        .await
    }

    pub async fn delete_assistant_setting(&self, scope: &Scope, name: String) -> Result<(), DeskError> {
        self.change_assistant(scope, move |tx| {
            let name = name.clone();
            Box::pin(async move {
                let removed = tx.delete_assistant_setting(&name).await?;
                if removed { Ok(()) } else { Err(DeskError::not_found("setting")) }
            })
        })
        .await
    }

    /// Settings and secrets with their values, for calling tools and language models: for the assistant and the platform
    /// itself, whatever the rights of a user.
    pub async fn assistant_values(&self, scope: &Scope) -> Result<(BTreeMap<String, String>, Secrets), DeskError> {
        if !matches!(scope.actor(), Actor::Bot | Actor::System) {
            return Err(DeskError::Forbidden(Permission::ManageAssistant));
        }
        let reader = self.store().read(scope);
        let settings = reader.assistant_settings().await?;
        let settings = settings.into_iter().map(|setting| (setting.name, setting.value)).collect();
        Ok((settings, reader.assistant_secret_values().await?))
    }
}

fn check(name: &str, value: &str) -> Result<(), DeskError> {
    let is_name = name.len() <= MAX_NAME_CHARS
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !is_name {
        return Err(DeskError::invalid(
            "name",
            format!("expected a name such as shop_key, of a–z, 0–9 and _, at most {MAX_NAME_CHARS} characters"),
        ));
    }
    if value.is_empty() || value.len() > MAX_VALUE_BYTES {
        let got = value.len();
        return Err(DeskError::invalid("value", format!("expected 1 to {MAX_VALUE_BYTES} bytes, got {got}")));
    }
    if value.contains('\0') {
        return Err(DeskError::invalid("value", "the character U+0000 is not allowed"));
    }
    Ok(())
}

fn room<'a>(mut known: impl ExactSizeIterator<Item = &'a str>, name: &str) -> Result<(), DeskError> {
    if known.len() < MOST || known.any(|one| one == name) {
        Ok(())
    } else {
        Err(DeskError::invalid("name", format!("there are {MOST} already: remove one first")))
    }
}
