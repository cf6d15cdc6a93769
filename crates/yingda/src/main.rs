//! Yingda, the intelligent customer-service platform: command line and wiring, nothing else.

mod command;
mod demo;
mod failure;
mod open;
mod setup;

use std::process::ExitCode;

use clap::Parser;

use crate::command::Command;

/// Yingda (应答): answers a company's customers, by machine and by people together.
#[derive(Parser)]
#[command(name = "yingda", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  yingda serve --demo          start the demo shop on http://127.0.0.1:8080
  yingda serve                 start with ./data, SQLite and nothing else
  yingda kb import faq.xlsx    teach it your questions and answers
  yingda ask 怎么退货          what it would answer, and why

Exit codes: 0 done, 1 failed, 2 wrong use, 3 something was refused (bad lines, no answer).";

fn main() -> ExitCode {
    let cli = Cli::parse();
    // The only crypto provider; an error means that one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("yingda: the runtime could not be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(cli.command.run());
    // Whatever still blocks (a prompt, a download) must not hold up the end.
    runtime.shutdown_background();
    code
}
