//! `yingda user`

use std::io::{BufRead, IsTerminal};
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use yingda_model::Role;
use yingda_server::{MIN_PASSWORD_CHARS, hash_password};
use yingda_store::StoreError;

use crate::failure::{Failure, Outcome};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Output, harmless};
use crate::setup::create_user;

/// Add the people who work in the console, list them, set their passwords.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  yingda user add li@example.com --name 李雷 --role agent
  yingda user list")]
pub enum User {
    Add(Add),
    Passwd(Passwd),
    List(List),
}

/// Add a user. The password is asked for, or read from standard input.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda user add li@example.com --name 李雷 --role agent
  cat password | yingda user add han@example.com --name 韩梅梅 --role supervisor --password-stdin")]
pub struct Add {
    /// Mail address, for logging in
    email: String,
    /// Name that colleagues and customers see
    #[arg(long)]
    name: String,
    /// What the user may do
    #[arg(long, value_parser = roles())]
    role: Role,
    /// A skill that routing looks for; may be given again
    #[arg(long = "skill", value_name = "SKILL")]
    skills: Vec<String>,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Set a user's password. All sessions of the user end.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda user passwd admin@localhost
  cat password | yingda user passwd admin@localhost --password-stdin")]
pub struct Passwd {
    /// Mail address of the user
    email: String,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// List the users of a workspace.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda user list
  yingda user list --workspace shop --json")]
pub struct List {
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

fn roles() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::as_str)).try_map(|text| Role::from_str(&text))
}

impl User {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Add(add) => add.run(output).await,
            Self::Passwd(passwd) => passwd.run(output).await,
            Self::List(list) => list.run(output).await,
        }
    }
}

impl Add {
    async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let email = self.email.trim().to_lowercase();
        if desk.users(&scope).await?.iter().any(|user| user.email == email) {
            return Err(Failure::failed(format!(
                "{email} is a user of this workspace already: set another password with `yingda user passwd {email}`"
            )));
        }
        let password = read_password(self.password_stdin)?;
        let user = create_user(&desk, &scope, &email, &self.name, self.role, self.skills, &password).await?;
        desk.store().close().await;
        output.result(&user, |out| writeln!(out, "Added {} as {}.", user.email, user.role))
    }
}

impl Passwd {
    async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let email = self.email.trim().to_lowercase();
        let users = desk.users(&scope).await?;
        let user = users.into_iter().find(|user| user.email == email).ok_or_else(|| {
            Failure::failed(format!("{email} is no user of this workspace: `yingda user list` shows who is"))
        })?;
        let password = read_password(self.password_stdin)?;
        let hash = hash_password(password).await.map_err(|problem| Failure::failed(problem.detail))?;
        let id = user.id;
        desk.store()
            .write(&scope, move |tx| {
                let hash = hash.clone();
                Box::pin(async move { tx.set_password(id, &hash, None).await })
            })
            .await
            .map_err(|error: StoreError| error)?;
        desk.store().close().await;
        output.result(&user, |out| writeln!(out, "{} has a new password; all sessions of this user ended.", user.email))
    }
}

impl List {
    async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let users = desk.users(&scope).await?;
        desk.store().close().await;
        output.result(&serde_json::json!({"users": users}), |out| {
            let width = users.iter().map(|user| user.email.len()).max().unwrap_or(0);
            for user in &users {
                let state = if user.active { "" } else { "  (not active)" };
                let (email, role) = (&user.email, user.role.as_str());
                writeln!(out, "{email:width$}  {role:10}  {}{state}", harmless(&user.name))?;
            }
            Ok(())
        })
    }
}

/// The password: the first line of standard input when asked for, else typed twice.
fn read_password(stdin: bool) -> Result<String, Failure> {
    let password = if stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("New password: ")?;
        if rpassword::prompt_password("Once more: ")? != password {
            return Err(Failure::usage("the two passwords differ: nothing was changed, try again"));
        }
        password
    } else {
        return Err(Failure::usage("there is no terminal to ask for the password: give it with --password-stdin"));
    };
    let length = password.chars().count();
    if length < MIN_PASSWORD_CHARS {
        return Err(Failure::usage(format!(
            "expected a password of {MIN_PASSWORD_CHARS} characters or more, got {length}"
        )));
    }
    Ok(password)
}
