//! `yingda completions`

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use crate::Cli;
use crate::failure::Outcome;
use crate::output::Output;

/// Print a script that completes yingda's commands and options in a shell.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda completions bash > ~/.local/share/bash-completion/completions/yingda
  yingda completions zsh > ~/.zfunc/_yingda
  yingda completions fish > ~/.config/fish/completions/yingda.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self, output: Output) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "yingda", &mut script);
        let script = String::from_utf8_lossy(&script);
        output
            .result(&json!({"shell": self.shell.to_string(), "script": script}), |out| out.write_all(script.as_bytes()))
    }
}
