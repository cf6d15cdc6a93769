//! `yingda bench tau2`

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use yingda_llm::{Llm, Task as ModelTask};
use yingda_outbound::{Client, HostPattern, Settings};
use yingda_tau2::{GoldReplay, Report, Retail, Task, gold, release, run, run_with_model};

use crate::failure::{Failure, Outcome};
use crate::output::{Output, harmless, spinner};

/// Put the assistant to the tasks of tau2-bench's retail domain: a scripted customer talks to flows, without a language model,
/// and the shop's data in the end decides.
///
/// DATA is the domain's folder with db.json and tasks.json; it is not part of this program. What the figures say and what they
/// do not is told with them.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda bench tau2 tau2/retail
  yingda bench tau2 tau2/retail --replay
  yingda bench tau2 tau2/retail --task 17 --talk
  yingda bench tau2 tau2/retail --model models.yml --seeds 1 --json")]
pub struct Tau2 {
    /// The folder of the retail domain
    data: PathBuf,
    /// Only make the expected actions of every task, and check the state that they lead to
    #[arg(long, conflicts_with_all = ["model", "seeds", "task", "talk"])]
    replay: bool,
    /// How often each task is talked through, each time in other words
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=32))]
    seeds: u64,
    /// Only this task; may be repeated
    #[arg(long, value_name = "ID")]
    task: Vec<String>,
    /// Print the conversations too
    #[arg(long)]
    talk: bool,
    /// Let the language model of this models.yml propose the commands, in the place of the rules. A key `secrets.NAME` is taken
    /// from the environment variable NAME in capitals
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Let the model be at this host although its address is private: HOST or HOST:PORT; may be repeated
    #[arg(long, value_name = "HOST", env = "YINGDA_ALLOW_HOST", value_delimiter = ',')]
    allow_host: Vec<HostPattern>,
}

/// What the command gives to programs.
#[derive(Serialize)]
struct Told {
    replay: GoldReplay,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<Report>,
}

impl Tau2 {
    pub async fn run(self, output: Output) -> Outcome {
        let retail = Retail::load(&self.data)?;
        let all = Task::load_all(&self.data)?;
        let tasks = chosen(all, &self.task)?;
        let fresh = retail.database();
        let replay = gold(fresh, &tasks);
        if self.replay {
            let told = Told { replay, run: None };
            return output.result(&told, |out| write!(out, "{}", harmless(&told.replay.to_string())));
        }
        let flows = release()?;
        let work = spinner(format!("Talking through {} tasks", tasks.len()));
        let report = match &self.model {
            None => tokio::task::block_in_place(|| run(&flows, fresh, &tasks, self.seeds)),
            Some(file) => run_with_model(&flows, &llm(file, self.allow_host.clone())?, fresh, &tasks, self.seeds).await,
        };
        work.finish_and_clear();
        let told = Told { replay, run: Some(report) };
        output.result(&told, |out| {
            let Some(report) = &told.run else { return Ok(()) };
            if self.talk {
                for attempt in &report.attempts {
                    let verdict = if attempt.passed() { "passed" } else { "failed" };
                    writeln!(out, "Task {}, seed {}: {verdict}", attempt.task, attempt.seed)?;
                    for line in &attempt.transcript {
                        writeln!(out, "  {}", harmless(line))?;
                    }
                    writeln!(out)?;
                }
            }
            writeln!(out, "{}\n{}", harmless(&told.replay.to_string()), harmless(&report.to_string()))
        })
    }
}

fn chosen(tasks: Vec<Task>, ids: &[String]) -> Result<Vec<Task>, Failure> {
    if let Some(unknown) = ids.iter().find(|id| !tasks.iter().any(|task| task.id == **id)) {
        return Err(Failure::usage(format!("there is no task {unknown} in tasks.json")));
    }
    Ok(tasks.into_iter().filter(|task| ids.is_empty() || ids.contains(&task.id)).collect())
}

/// The models of a file. Keys come from the environment: there is no workspace here that keeps them.
fn llm(file: &Path, allowed: Vec<HostPattern>) -> Result<Llm, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", file.display())))?;
    let config = yingda_llm::read(&text).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(|problem| format!("{}:{problem}", file.display())).collect();
        Failure::refused(problems.join("\n"))
    })?;
    if !config.has(ModelTask::Propose) {
        let message = format!("{} names no model for the task propose: add it under `tasks:`", file.display());
        return Err(Failure::refused(message));
    }
    let client = Client::new(Settings { allowed, ..Settings::default() })?;
    Ok(Llm::new(config, client, |name| std::env::var(name.to_uppercase()).ok()))
}
