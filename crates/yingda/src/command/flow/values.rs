//! `yingda flow secret` and `yingda flow setting`: what tools and language models are given.

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand};
use serde_json::json;

use crate::failure::{Failure, Outcome};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::Output;

/// Sealed values for tools and language models: `{{ secrets.NAME }}` in their files. Never shown again.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  cat key | yingda flow secret set shop_key --workspace shop
  yingda flow secret list --workspace shop")]
pub enum Secret {
    Set(SetSecret),
    /// List the names of the secrets, and when they were set
    #[command(after_help = "Example:
  yingda flow secret list --workspace shop --json")]
    List(Where),
    Remove(RemoveSecret),
}

/// Plain values for tools, flows and language models: `{{ settings.NAME }}` in their files.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  yingda flow setting set shop_url https://shop.example.com/api --workspace shop
  yingda flow setting set test_shop_url http://127.0.0.1:9000/api    for test conversations
  yingda flow setting list --workspace shop")]
pub enum Setting {
    Set(SetSetting),
    /// List the settings with their values
    #[command(after_help = "Example:
  yingda flow setting list --workspace shop --json")]
    List(Where),
    Remove(RemoveSetting),
}

/// Set a secret. The value is asked for, or read from standard input.
#[derive(Args)]
#[command(after_help = "Example:
  cat key | yingda flow secret set shop_key --workspace shop")]
pub struct SetSecret {
    /// Such as shop_key
    name: String,
    #[command(flatten)]
    at: Where,
}

/// Remove a secret.
#[derive(Args)]
#[command(after_help = "Example:
  yingda flow secret remove shop_key --workspace shop")]
pub struct RemoveSecret {
    name: String,
    #[command(flatten)]
    at: Where,
}

/// Set a setting.
#[derive(Args)]
#[command(after_help = "Example:
  yingda flow setting set shop_url https://shop.example.com/api --workspace shop")]
pub struct SetSetting {
    /// Such as shop_url
    name: String,
    value: String,
    #[command(flatten)]
    at: Where,
}

/// Remove a setting.
#[derive(Args)]
#[command(after_help = "Example:
  yingda flow setting remove shop_url --workspace shop")]
pub struct RemoveSetting {
    name: String,
    #[command(flatten)]
    at: Where,
}

#[derive(Args)]
pub struct Where {
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

impl Secret {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Set(set) => {
                let value = secret_value()?;
                let (desk, scope) = desk(&set.at.data, &set.at.workspace).await?;
                desk.set_assistant_secret(&scope, set.name.clone(), value).await?;
                desk.store().close().await;
                done(output, &set.name, "is set")
            }
            Self::Remove(remove) => {
                let (desk, scope) = desk(&remove.at.data, &remove.at.workspace).await?;
                desk.delete_assistant_secret(&scope, remove.name.clone()).await?;
                desk.store().close().await;
                done(output, &remove.name, "is removed")
            }
            Self::List(at) => {
                let (desk, scope) = desk(&at.data, &at.workspace).await?;
                let secrets = desk.assistant_secrets(&scope).await?;
                desk.store().close().await;
                let told: Vec<_> =
                    secrets.iter().map(|secret| json!({"name": secret.name, "set_at": secret.set_at})).collect();
                output.result(&json!({"secrets": told}), |out| {
                    secrets.iter().try_for_each(|secret| writeln!(out, "{}  set {}", secret.name, secret.set_at))
                })
            }
        }
    }
}

impl Setting {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Set(set) => {
                let (desk, scope) = desk(&set.at.data, &set.at.workspace).await?;
                desk.set_assistant_setting(&scope, set.name.clone(), set.value).await?;
                desk.store().close().await;
                done(output, &set.name, "is set")
            }
            Self::Remove(remove) => {
                let (desk, scope) = desk(&remove.at.data, &remove.at.workspace).await?;
                desk.delete_assistant_setting(&scope, remove.name.clone()).await?;
                desk.store().close().await;
                done(output, &remove.name, "is removed")
            }
            Self::List(at) => {
                let (desk, scope) = desk(&at.data, &at.workspace).await?;
                let settings = desk.assistant_settings(&scope).await?;
                desk.store().close().await;
                let told: Vec<_> =
                    settings.iter().map(|setting| json!({"name": setting.name, "value": setting.value})).collect();
                output.result(&json!({"settings": told}), |out| {
                    settings.iter().try_for_each(|setting| writeln!(out, "{} = {}", setting.name, setting.value))
                })
            }
        }
    }
}

fn done(output: Output, name: &str, what: &str) -> Outcome {
    output.result(&json!({"name": name}), |out| writeln!(out, "{name} {what}."))
}

/// A value that no list of processes and no history of commands shows.
fn secret_value() -> Result<String, Failure> {
    let stdin = std::io::stdin();
    let value = if stdin.is_terminal() {
        rpassword::prompt_password("Value: ")?
    } else {
        let mut line = String::new();
        stdin.lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    if value.is_empty() {
        return Err(Failure::usage("expected the value on standard input, got nothing"));
    }
    Ok(value)
}
