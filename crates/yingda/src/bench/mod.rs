//! Measuring a server from outside, as its users meet it.

mod assistant;
pub mod language;
mod load;
mod report;
mod scale;
mod server;
mod synthetic;

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Failure;
pub use assistant::Effort;
use load::{Answers, Pace, Sent};
pub use report::Report;
use report::{Figure, Spread, Target};
use scale::Scale;
use server::Server;

/// What to measure.
pub struct Plan {
    /// How long each load runs.
    pub load: Duration,
    pub senders: usize,
    pub entries: u32,
    /// Generated passages that are indexed and searched.
    pub passages: u32,
    pub database: Option<String>,
    pub folder: Option<PathBuf>,
    /// The embedding model, when it is installed.
    pub model: Option<PathBuf>,
    /// Random walks with the assistant.
    pub walks: u64,
}

/// Measures only the assistant.
pub async fn assistant(effort: Effort, folder: Option<PathBuf>) -> Result<Report, Failure> {
    let folder = match &folder {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    Ok(Report::new(assistant::figures(effort, folder.path()).await?))
}

/// Customers who chat with the assistant at the same time.
pub const CUSTOMERS: usize = 16;
/// Messages a second for the acknowledgement time.
const STEADY_RATE: u32 = 1_000;
/// Starts measured; the best-of hides a cold disk cache, the worst-of a busy machine: the median is reported.
const STARTS: usize = 5;
const QUESTIONS: usize = 1_000;

/// Measures everything in the plan.
pub async fn run(plan: Plan) -> Result<Report, Failure> {
    let bar = ProgressBar::new(9).with_style(
        ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let step = |text: &'static str| {
        bar.set_message(text);
        bar.inc(1);
    };
    let folder = match &plan.folder {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let mut figures = Vec::new();

    // First, while this process is small: its memory is one of the figures.
    step("understanding messages");
    let examples = language::examples(None)?;
    let understanding = tokio::task::block_in_place(|| language::figures(&examples, plan.model.as_deref()))?;

    step("searching generated knowledge");
    let scale = tokio::task::block_in_place(|| scale::measure(plan.passages, &folder.path().join("knowledge")))?;
    std::fs::remove_dir_all(folder.path().join("knowledge"))?;
    let searching = knowledge_figures(scale);

    step("size");
    let size = std::fs::metadata(std::env::current_exe()?)?.len();
    figures.push(Figure::number("binary_mb", "Binary size", mb(size), "MB", Some(Target::AtMost(60.0))));
    figures.push(Figure::spread("fsync_ms", "fsync of this disk", fsync(folder.path())?, None));

    step("start and idle memory");
    let demo = folder.path().join("demo");
    Server::start(&demo, &["--demo"]).await?.stop().await?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(&demo, &["--demo"]).await?;
        starts.push(server.ready_after);
        server.stop().await?;
    }
    starts.sort();
    figures.push(Figure::number(
        "start_ms",
        "Start to ready (median of 5)",
        ms(starts[STARTS / 2]),
        "ms",
        Some(Target::AtMost(300.0)),
    ));
    let server = Server::start(&demo, &["--demo"]).await?;
    // Idle is after the first background work: the knowledge index is built and a question was answered.
    let admin = server.sign_in("admin@qinghe.example", "yingda-demo-2026").await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    figures.push(Figure::number(
        "idle_mb",
        "Idle memory, just started",
        server.memory_mb()?,
        "MB",
        Some(Target::AtMost(60.0)),
    ));
    server.ask(&admin, "怎么取消订单").await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    figures.push(Figure::number("idle_answered_mb", "Idle memory, after answering", server.memory_mb()?, "MB", None));
    server.stop().await?;

    let mut options = Vec::new();
    if let Some(url) = &plan.database {
        options.extend(["--database", url.as_str()]);
    }
    let server = Server::start(&folder.path().join("load"), &options).await?;
    let admin = server.first_admin().await?;
    let inbox = server.inbox(&admin).await?;

    step("durable messages, people only");
    server.set_bot(&admin, &inbox, false).await?;
    let sent = load::send(&server, &inbox.key, plan.senders, Pace::AsFastAsAcknowledged, plan.load).await?;
    figures.push(Figure::number(
        "messages_per_second",
        "Durable messages a second",
        rate(&sent),
        "/s",
        plan.database.is_none().then_some(Target::AtLeast(5_000.0)),
    ));
    figures.push(Figure::spread("saturated_ack_ms", "  acknowledged after, at that rate", sent.spread(), None));

    step("acknowledgement at 1,000/s");
    let sent = load::send(&server, &inbox.key, plan.senders, Pace::PerSecond(STEADY_RATE), plan.load).await?;
    figures.push(Figure::number("steady_rate", "Steady rate reached", rate(&sent), "/s", None));
    figures.push(Figure::spread("ack_ms", "Acknowledgement at that rate", sent.spread(), Some(Target::AtMost(50.0))));
    figures.push(Figure::number("loaded_mb", "Memory after the load", server.memory_mb()?, "MB", None));

    step("answers from 10,000 entries");
    server.set_bot(&admin, &inbox, true).await?;
    let import = Instant::now();
    server.import(&admin, synthetic::faq(plan.entries)).await?;
    figures.push(Figure::number("import_s", "Import of the entries", import.elapsed().as_secs_f64(), "s", None));
    let first = Instant::now();
    server.ask(&admin, &synthetic::question(0)).await?;
    figures.push(Figure::number("index_s", "Index of the entries", first.elapsed().as_secs_f64(), "s", None));
    let mut took = Vec::with_capacity(QUESTIONS);
    for i in 0..QUESTIONS {
        let asked = Instant::now();
        server.ask(&admin, &synthetic::question(i)).await?;
        took.push(asked.elapsed());
    }
    figures.push(Figure::spread("faq_ms", "FAQ answer over HTTP", Spread::of(&mut took), Some(Target::AtMost(20.0))));

    step("chat with the assistant");
    let Answers { mut took, rate } =
        load::converse(&server, &inbox.key, plan.senders.min(CUSTOMERS), plan.load).await?;
    figures.push(Figure::number("answers_per_second", "Chat answers a second, 16 customers", rate, "/s", None));
    figures.push(Figure::spread("chat_ms", "  question sent to answer seen", Spread::of(&mut took), None));
    figures.push(Figure::number("knowing_mb", "Memory with the entries", server.memory_mb()?, "MB", None));
    server.stop().await?;
    figures.extend(understanding);
    figures.extend(searching);
    step("done");
    bar.finish_and_clear();
    // It shows by itself how far it is.
    let effort = Effort { lasting: plan.load, customers: plan.senders.min(CUSTOMERS), walks: plan.walks };
    figures.extend(assistant::figures(effort, folder.path()).await?);
    Ok(Report::new(figures))
}

/// The most that searching may take, in milliseconds, up to 10,000 passages and up to a million.
const SEARCH_MS: [f64; 2] = [10.0, 50.0];
/// Bytes on disk that a passage may take, with its vectors.
const PASSAGE_BYTES: f64 = 2_500.0;

fn knowledge_figures(scale: Scale) -> [Figure; 5] {
    let Scale { passages, indexed_per_second, mut searches, disk_bytes, memory_bytes } = scale;
    #[allow(clippy::cast_precision_loss)]
    let passages = passages as f64;
    let limit = if passages <= 10_000.0 { SEARCH_MS[0] } else { SEARCH_MS[1] };
    [
        Figure::number("knowledge_passages", "Generated passages", passages, "", None),
        Figure::number(
            "knowledge_indexed_per_second",
            "  indexed a second",
            indexed_per_second,
            "/s",
            Some(Target::AtLeast(2_000.0)),
        ),
        Figure::spread("knowledge_search_ms", "  searched in", Spread::of(&mut searches), Some(Target::AtMost(limit))),
        Figure::number(
            "knowledge_disk_mb",
            "  on disk",
            mb(disk_bytes),
            "MB",
            Some(Target::AtMost((passages * PASSAGE_BYTES / 1e6).max(25.0))),
        ),
        Figure::number("knowledge_memory_mb", "  in memory", mb(memory_bytes), "MB", None),
    ]
}

fn rate(sent: &Sent) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let count = sent.acknowledged.len() as f64;
    count / sent.lasted.as_secs_f64()
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

#[allow(clippy::cast_precision_loss)]
fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// How long this disk takes to make 4 kB durable: what every commit pays.
fn fsync(folder: &std::path::Path) -> Result<Spread, Failure> {
    let mut file = std::fs::File::create(folder.join("fsync"))?;
    let mut took = Vec::new();
    for _ in 0..200 {
        file.write_all(&[0; 4096])?;
        let started = Instant::now();
        file.sync_data()?;
        took.push(started.elapsed());
    }
    Ok(Spread::of(&mut took))
}
