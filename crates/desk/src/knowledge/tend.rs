//! Looking through the knowledge base for what could be better: asked for here, done in the background.

use yingda_model::{Permission, Scope, Timestamp};
use yingda_store::{Job, NewJob, StoreError};

use crate::conversations::require;
use crate::{Desk, DeskError, job_kind};

/// One at a time in a workspace.
const KEY: &str = "knowledge:tend";
/// From one look to the next.
const PAUSE_MS: i64 = 24 * 3_600_000;

impl Desk {
    /// Asks for a look through the knowledge base now; one that waits or runs already is enough.
    pub async fn tend_kb(&self, scope: &Scope) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        self.ask_to_tend(scope, self.now()).await
    }

    /// Sees to it that the knowledge base is looked through within a day, and that its websites are read when they are due.
    pub async fn tend_kb_daily(&self, scope: &Scope) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        if self.store().read(scope).jobs_of_key(KEY).await?.is_empty() {
            // Not while the program starts.
            self.ask_to_tend(scope, Timestamp(self.now().0 + PAUSE_MS / 24)).await?;
        }
        self.read_web_sources_again(scope).await
    }

    async fn ask_to_tend(&self, scope: &Scope, at: Timestamp) -> Result<(), DeskError> {
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                Box::pin(async move {
                    tx.lock_name("knowledge", KEY).await?;
                    tx.remove_dead_jobs(KEY).await?;
                    let due = tx.jobs_of_key(KEY).await?.iter().any(|job| job.run_at <= at);
                    if !due && tx.hasten_jobs(KEY, at).await? == 0 {
                        tx.enqueue(tend_job(at), now).await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.jobs_added().await;
        Ok(())
    }

    /// Ends a look through the knowledge base, and asks for the next.
    pub async fn end_tending(&self, scope: &Scope, job: &Job) -> Result<(), DeskError> {
        let (now, job) = (self.now(), job.clone());
        self.store()
            .write(scope, move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    if tx.complete_job(&job).await? && tx.jobs_of_key(KEY).await?.is_empty() {
                        tx.enqueue(tend_job(Timestamp(now.0 + PAUSE_MS)), now).await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }
}

fn tend_job(at: Timestamp) -> NewJob {
    NewJob { kind: job_kind::TEND_KNOWLEDGE, key: KEY.into(), payload: "{}".into(), run_at: at }
}
