//! Yingda, the intelligent customer-service platform: command line and wiring, nothing else.

mod bench;
mod command;
mod demo;
mod failure;
mod fresh_file;
mod open;
mod output;
mod rehearsal;
mod setup;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::command::Command;
use crate::failure::Failure;
use crate::output::Output;

/// Yingda (应答): answers a company's customers, by machine and by people together.
#[derive(Parser)]
#[command(name = "yingda", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Print the result as JSON on stdout, and a failure as {"error": …} on stderr
    #[arg(long, global = true)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  yingda serve --demo          start the demo shop on http://127.0.0.1:8080
  yingda serve                 start with ./data, SQLite and nothing else
  yingda kb import faq.xlsx    teach it your questions and answers
  yingda ask 怎么退货          what it would answer, and why

Exit codes: 0 done, 1 failed, 2 wrong use, 3 something was refused (bad lines, no answer).";

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return wrong_use(&error),
    };
    // The only crypto provider; an error means that one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("yingda: the runtime could not be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let output = Output::for_flag(cli.json);
    let code = match runtime.block_on(cli.command.run(output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            failure.exit_code()
        }
    };
    // Whatever still blocks (a prompt, a download) must not hold up the end.
    runtime.shutdown_background();
    code
}

/// Help and version are no failure; wrong use is told to programs as they expect it.
fn wrong_use(error: &clap::Error) -> ExitCode {
    let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !asked_for && std::env::args().any(|argument| argument == "--json") {
        let failure = Failure::usage(error.to_string().trim().trim_start_matches("error: "));
        Output::Programs.failure(&failure);
        return failure.exit_code();
    }
    let _ = error.print();
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}
