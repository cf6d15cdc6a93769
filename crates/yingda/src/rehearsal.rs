//! The demo shop as a stage: its knowledge, its intents and its back end, in this process and in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use yingda_assistant::{Languages, Surroundings};
use yingda_bus::Bus;
use yingda_demo::DemoConfig;
use yingda_desk::{Desk, SystemWorld, Trainer};
use yingda_library::Knowledge;
use yingda_model::{Scope, Timestamp};
use yingda_outbound::{Client, Settings};
use yingda_rehearsal::{Backend, Stage, surroundings};
use yingda_store::{MasterKey, Store, StoreConfig};
use yingda_tool::Mode;

use crate::failure::Failure;

/// When conversations begin: a Friday at ten in the morning in the shop's time, so that runs can be repeated.
pub const BEGIN: &str = "2026-11-20T10:00:00+08:00";

/// The demo shop, ready to be rehearsed with. Its back ends end with it.
pub struct DemoStage {
    pub stage: Stage,
    pub around: Surroundings,
    backends: Vec<JoinHandle<()>>,
    _folder: TempDir,
}

impl Drop for DemoStage {
    fn drop(&mut self) {
        self.backends.iter().for_each(JoinHandle::abort);
    }
}

impl DemoStage {
    /// Fills a shop in a temporary folder and teaches it its intents, which takes seconds.
    pub async fn open() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:{}", folder.path().join("yingda.db").display());
        let store = Store::open(StoreConfig { url, master_key: MasterKey::generate()? }).await?;
        let desk = Desk::new(store.clone(), Bus::connect("memory:").await?, Arc::new(SystemWorld));
        crate::demo::seed(&desk).await?;
        let shop = store.directory().workspaces().await?.into_iter().next();
        let shop = shop.ok_or_else(|| Failure::failed("the demo shop has no workspace"))?;
        let scope = Scope::system(shop.id);
        Trainer::new(desk.clone(), None).train_now(&scope, |_| {}).await?;

        let (knowledge, languages) = (Knowledge::new(store.clone(), None, None), Languages::new(store, None));
        let mut stage = Stage::of_workspace(&desk, &knowledge, &languages, &scope, None).await?;
        stage.now = Timestamp::parse_rfc3339(BEGIN).unwrap_or(stage.now);
        let around = surroundings(&desk, &scope).await?;
        desk.store().close().await;
        let mut demo = Self { stage, around, backends: Vec::new(), _folder: folder };
        demo.stage = demo.another().await?;
        Ok(demo)
    }

    /// The same stage with a back end of its own: what is done there is not met here.
    pub async fn another(&mut self) -> Result<Stage, Failure> {
        let mut stage = self.stage.clone();
        let clock = Arc::new(AtomicI64::new(stage.now.0));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        stage.client =
            Some(Client::new(Settings { allowed: vec![address.to_string().parse()?], ..Settings::default() })?);
        stage.mode = Mode::Real;
        let url = format!("http://{address}/api");
        stage.settings.insert("shop_url".into(), json!(url));
        stage.secrets = [("shop_key".to_owned(), yingda_demo::API_KEY.to_owned())]
            .into_iter()
            .collect::<std::collections::BTreeMap<_, _>>()
            .into();
        stage.backend = Some(Backend { url, key: yingda_demo::API_KEY.into(), clock: Some(clock.clone()) });

        let now: yingda_demo::Clock = Arc::new(move || clock.load(Ordering::SeqCst));
        let config = DemoConfig { inbox_key: "demo-shop".into(), yingda_url: String::new(), now };
        let router: Router = yingda_demo::router(config);
        self.backends.push(tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the demo's back end ended");
            }
        }));
        Ok(stage)
    }
}

#[cfg(test)]
#[path = "rehearsal_tests.rs"]
mod tests;
