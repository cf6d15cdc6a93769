//! `yingda serve`

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use yingda_assistant::{Assistant, Drafting, Languages};
use yingda_bus::Bus;
use yingda_demo::DemoConfig;
use yingda_desk::{Desk, SystemWorld, Trainer, Workers, job_kind};
use yingda_library::{Knowledge, Tender, WebReader};
use yingda_model::{Scope, World};
use yingda_outbound::{Client, HostPattern, Settings};
use yingda_server::{App, RateLimits, Rehearser, SecureCookies, ServerConfig, TrustProxy};

use crate::command::{models, nlu};
use crate::failure::{Failure, Outcome};
use crate::open::DataOptions;
use crate::output::Output;
use crate::setup::{FirstAdmin, first_start};

/// Run the server: web chat, console and API, with everything it needs inside.
///
/// With nothing given it keeps its data in ./data, listens on 127.0.0.1:8080 and needs no other service.
/// With --json it prints one line when it is ready, and its log as JSON.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda serve --demo
  yingda serve --listen 0.0.0.0:8080 --data /var/lib/yingda
  yingda serve --database postgres://yingda@db/yingda --bus nats://bus:4222")]
pub struct Serve {
    #[command(flatten)]
    data: DataOptions,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", env = "YINGDA_LISTEN")]
    listen: SocketAddr,
    /// Fan-out between nodes: memory: or nats://HOST:4222
    #[arg(long, value_name = "URL", default_value = "memory:", env = "YINGDA_BUS", hide_env_values = true)]
    bus: String,
    /// Fill an empty installation with a demo shop, and show its page at /demo
    #[arg(long)]
    demo: bool,
    /// Rate limits; off is for load tests, or behind a proxy that limits
    #[arg(long, value_enum, default_value_t = Switch::On)]
    rate_limits: Switch,
    /// Believe X-Forwarded-For and X-Forwarded-Proto: only behind a proxy that sets them
    #[arg(long)]
    trust_proxy: bool,
    /// Let requests of the server reach this host although its address is private: HOST, HOST:PORT or *.HOST; may be repeated
    #[arg(long, value_name = "HOST", env = "YINGDA_ALLOW_HOST", value_delimiter = ',')]
    allow_host: Vec<HostPattern>,
    /// Send the session cookie over https only; give it when browsers reach the server by https
    #[arg(long)]
    secure_cookies: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

/// Time that work under way has to finish when the server stops.
const FINISH: Duration = Duration::from_secs(15);

impl Serve {
    pub async fn run(self, output: Output) -> Outcome {
        let started = Instant::now();
        log(output);
        // Each socket takes a file descriptor; the soft limit is often 1,024.
        let _ = rlimit::increase_nofile_limit(u64::MAX);
        let metrics = PrometheusBuilder::new().install_recorder()?;
        let store = self.data.open().await?;
        let bus = Bus::connect(&self.bus).await?;
        let desk = Desk::new(store.clone(), bus, Arc::new(SystemWorld));
        let first_admin = if self.demo {
            crate::demo::seed(&desk).await?;
            None
        } else {
            first_start(&desk).await?
        };
        let released = store.release_abandoned_jobs().await?;
        if released > 0 {
            tracing::info!(released, "jobs that were under way when the server last stopped run again");
        }
        let embedder = models::embedder(&self.data.data)?;
        if embedder.is_none() {
            tracing::info!("texts are compared by their words: `yingda models pull {}` adds their meaning", nlu::NAME);
        }
        let knowledge = Knowledge::new(store.clone(), Some(self.data.indexes()), embedder.clone());
        let workspaces = store.directory().workspaces().await?;
        let scopes: Vec<Scope> = workspaces.into_iter().map(|workspace| Scope::system(workspace.id)).collect();
        for scope in &scopes {
            desk.tend_kb_daily(scope).await?;
        }
        knowledge.warm_up(scopes);
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            Failure::failed(format!("cannot listen on {}: {error}; choose another with --listen", self.listen))
        })?;
        let address = listener.local_addr()?;
        let mut allowed = self.allow_host.clone();
        if self.demo {
            // The tools of the demo's flows call the demo shop, which this very server is.
            allowed.push(crate::demo::reach(&desk, address).await?);
        }
        let client = Client::new(Settings { allowed, ..Settings::default() })?;
        let languages = Arc::new(Languages::new(store, embedder.clone()));
        let assistant = Arc::new(Assistant::new(desk.clone(), knowledge.clone(), languages).reaching(client.clone()));
        let stop = CancellationToken::new();
        let config = ServerConfig {
            files: self.data.files(),
            secure_cookies: if self.secure_cookies { SecureCookies::Always } else { SecureCookies::WhenForwarded },
            trust_proxy: if self.trust_proxy { TrustProxy::Yes } else { TrustProxy::No },
            rate_limits: if self.rate_limits == Switch::On { RateLimits::On } else { RateLimits::Off },
        };
        let app = App::new(desk.clone(), assistant.clone(), knowledge.clone(), config, metrics.clone(), stop.clone());
        let router = yingda_server::router(app.clone(), self.demo.then(demo_router));

        // Stop in the order of the flow: no new requests, then the jobs they made, then what tells of them.
        let workers_stop = CancellationToken::new();
        let mut workers = Workers::new(desk.clone());
        workers.register(job_kind::BOT_TURN, assistant.clone());
        workers.register(job_kind::BOT_EVENT, assistant.clone());
        let web = WebReader::new(desk.clone(), client, workers_stop.clone());
        workers.register(job_kind::READ_WEB, Arc::new(web));
        let tender = Tender::new(desk.clone(), embedder.clone());
        workers.register(job_kind::TEND_KNOWLEDGE, Arc::new(Drafting::new(tender, assistant.clone())));
        workers.register(job_kind::TRAIN_LANGUAGE, Arc::new(Trainer::new(desk.clone(), embedder)));
        workers.register(job_kind::ASSISTANT_RUN, Arc::new(Rehearser::new(app.clone())));
        let workers = tokio::spawn(workers.run(workers_stop.clone()));
        // Weights and word lists are read before the first customer writes.
        std::thread::spawn(yingda_nlu::warm_up);
        let live_stop = CancellationToken::new();
        let live = tokio::spawn({
            let (desk, stop) = (desk.clone(), live_stop.clone());
            async move { desk.run(stop).await }
        });
        tokio::spawn(keep_metrics(metrics, live_stop.clone()));
        tokio::spawn(stop_on_signal(stop.clone()));
        self.greet(output, address, started, first_admin);

        yingda_server::serve(router, listener, stop).await;
        tracing::info!("finishing what is under way");
        if tokio::time::timeout(FINISH, app.sockets_closed()).await.is_err() {
            tracing::warn!("some sockets did not close in time");
        }
        workers_stop.cancel();
        knowledge.stop();
        if tokio::time::timeout(FINISH, workers).await.is_err() {
            tracing::warn!("some jobs did not finish in time; they run again at the next start");
        }
        live_stop.cancel();
        if let Ok(Err(error)) = live.await {
            tracing::error!(%error, "live updates ended badly");
        }
        desk.store().close().await;
        Ok(())
    }

    fn greet(&self, output: Output, address: SocketAddr, started: Instant, first_admin: Option<FirstAdmin>) {
        let base = format!("http://{}", shown(address));
        let ready_ms = started.elapsed().as_millis();
        if output == Output::Programs {
            let mut ready = serde_json::json!({"ready": true, "url": base, "ready_ms": ready_ms});
            if let Some(admin) = &first_admin {
                ready["first_admin"] = serde_json::json!({"email": admin.email, "password": admin.password});
            }
            println!("{ready}");
            return;
        }
        println!("Yingda {} is ready ({ready_ms} ms). Stop it with Ctrl-C.\n", env!("CARGO_PKG_VERSION"));
        if self.demo {
            println!("  Shop with chat   {base}/demo");
        }
        println!("  Agent console    {base}/console/");
        println!("  API reference    {base}/docs/\n");
        if self.demo {
            println!("  Log in as        admin@qinghe.example       administrator");
            println!("                   supervisor@qinghe.example  supervisor");
            println!("                   agent1@qinghe.example      agent (agent2, agent3 as well)");
            println!("  Password         yingda-demo-2026           for each of them\n");
        }
        if let Some(admin) = first_admin {
            println!("  First log-in     {}", admin.email);
            println!("  Password         {}   (shown this once; change it in the console)\n", admin.password);
        }
    }
}

fn log(output: Output) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("YINGDA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,yingda=info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match output {
        Output::Programs => builder.json().init(),
        Output::People => builder.with_ansi(std::io::stderr().is_terminal()).init(),
    }
}

/// `localhost` reads better than an address of the loopback interface.
fn shown(address: SocketAddr) -> String {
    if address.ip().is_loopback() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

/// The demo shop, and below `/test` its back end once more, for test conversations.
fn demo_router() -> axum::Router {
    let config =
        DemoConfig { inbox_key: "demo-shop".into(), yingda_url: String::new(), now: Arc::new(|| SystemWorld.now().0) };
    yingda_demo::router(config.clone()).nest("/test", yingda_demo::test_router(config))
}

/// Ends the server on Ctrl-C and on a polite request of the system; a second one ends it at once.
async fn stop_on_signal(stop: CancellationToken) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        tracing::warn!("signals cannot be received; stop the server by ending the process");
        return;
    };
    for attempt in 0.. {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if attempt > 0 {
            std::process::exit(1);
        }
        tracing::info!("stopping");
        stop.cancel();
    }
}

/// Sums up what was measured, so that memory does not grow with the number of requests.
async fn keep_metrics(metrics: metrics_exporter_prometheus::PrometheusHandle, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(5)) => metrics.run_upkeep(),
        }
    }
}
