//! The commands, a file each.

mod serve;

use std::process::ExitCode;

use clap::Subcommand;

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Run the server
    Serve(serve::Serve),
}

impl Command {
    /// Does it; the exit code tells scripts how it went.
    pub async fn run(self) -> ExitCode {
        let outcome = match self {
            Self::Serve(serve) => serve.run().await,
        };
        match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                eprintln!("yingda: {failure}");
                failure.exit_code()
            }
        }
    }
}
