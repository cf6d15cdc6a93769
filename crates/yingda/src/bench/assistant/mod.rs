//! Measuring the assistant: how long its turns take, and how well it serves the demo shop's customers.

mod chat;
mod quality;
mod stage;

use std::path::Path;
use std::time::Duration;

use yingda_model::AssistantFile;
use yingda_rehearsal::check;

use super::report::{Figure, Spread, Target};
use super::server::Server;
use crate::failure::Failure;
use crate::output::spinner;
use crate::rehearsal::DemoStage;

/// How much is measured.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How long turns are timed, each way.
    pub lasting: Duration,
    /// Customers who chat at the same time.
    pub customers: usize,
    /// Random walks.
    pub walks: u64,
}

/// Measures with data in `folder`.
pub async fn figures(effort: Effort, folder: &Path) -> Result<Vec<Figure>, Failure> {
    let work = spinner("opening the demo shop");
    let files = yingda_demo::assistant_files();
    let files: Vec<AssistantFile> = files.into_iter().map(|(path, text)| AssistantFile { path, text }).collect();
    let mut demo = DemoStage::open().await?;
    let checked = check(1, &files, &demo.around);
    let (true, Some(brain)) = (checked.is_fit(), checked.brain) else {
        return Err(Failure::failed("the demo shop's assistant is not fit: `yingda flow check` says why"));
    };
    let company = stage::Company { brain: brain.into(), suite: checked.suite.into() };

    work.set_message("turns, one after the other");
    let mut figures = stage::alone(&demo.stage, &company, effort.lasting).await?;
    work.set_message("turns on two cores");
    let stages = [demo.stage.clone(), demo.another().await?];
    figures.push(stage::together(stages, &company, effort.lasting).await?);

    work.set_message("turns over the web chat, one after the other");
    let server = Server::start(&folder.join("assistant"), &["--demo"]).await?;
    let door = chat::Door::open(&server).await?;
    let took = chat::alone(&door, &company.suite, effort.lasting).await?;
    figures.extend(served(took));
    work.set_message("turns over the web chat, many customers");
    let crowd = chat::crowd(&door, &company.suite, effort.customers, effort.lasting).await?;
    figures.push(Figure::number(
        "assistant_turns_per_second",
        "Chat turns a second, all cores",
        crowd.rate,
        "/s",
        Some(Target::AtLeast(300.0)),
    ));
    let mut took = crowd.took;
    figures.push(Figure::spread("assistant_crowd_ms", "  each of them, seen", Spread::of(&mut took), None));
    let cpu = crowd.server_cpu_ms;
    figures.push(Figure::number("assistant_turn_cpu_ms", "  server's time on a core, a turn", cpu, "ms", None));
    server.stop().await?;
    work.finish_and_clear();

    figures.extend(quality::figures(&mut demo, &company, effort.walks).await?);
    Ok(figures)
}

/// From sending a message to seeing what is said about it, stored and delivered.
fn served(mut took: Vec<Duration>) -> [Figure; 2] {
    let spread = Spread::of(&mut took);
    let (p50, p99) = (Some(Target::AtMost(8.0)), Some(Target::AtMost(40.0)));
    [
        Figure::number("assistant_chat_p50_ms", "Chat turn, alone: median", spread.p50(), "ms", p50),
        Figure::spread("assistant_chat_ms", "  sent to seen", spread, p99),
    ]
}
