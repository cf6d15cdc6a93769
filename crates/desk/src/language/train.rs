//! Training: asked for here, done in the background by [`Trainer`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use yingda_classify::{Example, Options, Step, cross_validation, suspicious};
use yingda_embedding::Embedder;
use yingda_language::normalise;
use yingda_model::{Actor, IntentId, Permission, Scope, Timestamp};
use yingda_store::{
    BothLanguages, EntityType, Intent, Job, JobState, LanguageModel, ModelState, NewEntry, NewJob, NewLanguageModel,
    Utterance,
};

use crate::conversations::require;
use crate::{Desk, DeskError, Handler, JobError, job_kind};

/// One at a time in a workspace.
const KEY: &str = "language:train";
/// By how much a new model may be worse than the active one and still take its place: chance moves the figure of a small
/// set by that much.
const TOLERANCE: f64 = 0.02;
/// Versions that are kept, besides the active one.
const KEPT_VERSIONS: u64 = 20;
/// Doubts about examples that a report keeps.
const MOST_DOUBTS: usize = 500;
/// The longest that training may take.
const LONGEST: Duration = Duration::from_secs(3_600);
/// How often progress is noted.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// A training that waits, runs or was set aside.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// Number of the job.
    pub job: i64,
    pub state: JobState,
    pub progress: Option<TrainingProgress>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    pub created_at: Timestamp,
}

/// How far a training is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum TrainingProgress {
    /// Texts embedded, of how many.
    Embedding { done: usize, of: usize },
    /// Parts trained, of how many.
    Fitting { done: usize, of: usize },
}

#[derive(Serialize, Deserialize)]
struct Payload {
    asked_by: Actor,
}

impl Desk {
    /// Asks for a training on the utterances as they are when it begins; one that waits or runs already is given back. Its
    /// result is a new version.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] at once when there is nothing to learn, or when examples contradict each other.
    pub async fn train_language(&self, scope: &Scope) -> Result<Training, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let set = TrainingSet::read(self, scope).await?;
        set.check()?;
        let now = self.now();
        let payload = serde_json::to_string(&Payload { asked_by: scope.actor() })
            .map_err(|error| DeskError::invalid("asked_by", error.to_string()))?;
        let job = self
            .store()
            .write(scope, move |tx| {
                let payload = payload.clone();
                Box::pin(async move {
                    tx.lock_name("language", KEY).await?;
                    tx.remove_dead_jobs(KEY).await?;
                    if let Some(job) = tx.jobs_of_key(KEY).await?.into_iter().next() {
                        return Ok(Some(job));
                    }
                    let kind = job_kind::TRAIN_LANGUAGE;
                    tx.enqueue(NewJob { kind, key: KEY.into(), payload, run_at: now }, now).await?;
                    Ok::<_, DeskError>(tx.jobs_of_key(KEY).await?.into_iter().next())
                })
            })
            .await?;
        self.jobs_added().await;
        job.map(Training::of).ok_or_else(|| DeskError::not_found("job"))
    }

    /// The training that waits, runs or was set aside, if there is one.
    pub async fn training(&self, scope: &Scope) -> Result<Option<Training>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).jobs_of_key(KEY).await?.into_iter().next().map(Training::of))
    }
}

impl Training {
    fn of(job: Job) -> Self {
        Self {
            job: job.id,
            state: job.state,
            progress: job.progress.and_then(|progress| serde_json::from_str(&progress).ok()),
            error: job.last_error,
            created_at: job.created_at,
        }
    }
}

/// What a model is trained on.
struct TrainingSet {
    utterances: Vec<Utterance>,
    examples: Vec<Example>,
    labels: BTreeMap<String, IntentId>,
    /// Words that are kept whole.
    words: Vec<String>,
}

impl TrainingSet {
    async fn read(desk: &Desk, scope: &Scope) -> Result<Self, DeskError> {
        let reader = desk.store().read(scope);
        let intents: Vec<Intent> = reader.intents().await?;
        let utterances = reader.all_utterances().await?;
        let names: HashMap<IntentId, &str> = intents.iter().map(|intent| (intent.id, intent.name.as_str())).collect();
        let label =
            |utterance: &Utterance| utterance.intent_id.and_then(|id| names.get(&id)).map(|name| (*name).into());
        let examples: Vec<Example> = utterances
            .iter()
            .map(|one| Example { text: one.text.clone(), labels: label(one).into_iter().collect() })
            .collect();
        let taught: BTreeSet<IntentId> = utterances.iter().filter_map(|one| one.intent_id).collect();
        let labels = intents.iter().filter(|intent| taught.contains(&intent.id));
        let labels = labels.map(|intent| (intent.name.clone(), intent.id)).collect();
        let words = reader.entity_types().await?.into_iter().flat_map(words_of).collect();
        Ok(Self { utterances, examples, labels, words })
    }

    /// Whether there is something to learn, and no text under two labels.
    fn check(&self) -> Result<(), DeskError> {
        match self.labels.len() {
            0 => return Err(untrainable("expected utterances of at least two intents, got none: add or import some")),
            1 => {
                let only = self.labels.keys().next().map_or("", String::as_str);
                let detail = format!("expected utterances of at least two intents, got those of {only:?} only");
                return Err(untrainable(detail));
            }
            _ => {}
        }
        let mut seen: HashMap<String, &Example> = HashMap::new();
        let mut contradictions = Vec::new();
        for example in &self.examples {
            let before = seen.entry(normalise(&example.text)).or_insert(example);
            if before.labels != example.labels {
                let name = |one: &Example| one.labels.first().cloned().unwrap_or_else(|| "out of scope".into());
                contradictions.push(format!("{:?} ({} and {})", example.text, name(before), name(example)));
            }
        }
        if contradictions.is_empty() {
            return Ok(());
        }
        let count = contradictions.len();
        contradictions.truncate(5);
        let more = if count > 5 { format!(" and {} more", count - 5) } else { String::new() };
        let shown = contradictions.join("; ");
        Err(untrainable(format!("the same text stands under two intents, remove it from one of them: {shown}{more}")))
    }
}

fn words_of(kind: EntityType) -> impl Iterator<Item = String> {
    kind.values.into_iter().flat_map(|value| std::iter::once(value.name).chain(value.synonyms))
}

fn untrainable(detail: impl Into<String>) -> DeskError {
    DeskError::invalid("utterances", detail)
}

/// Trains language models. Register it for [`job_kind::TRAIN_LANGUAGE`].
pub struct Trainer {
    desk: Desk,
    embedder: Option<Arc<Embedder>>,
}

/// What training gave.
struct Outcome {
    bytes: Vec<u8>,
    accuracy: f64,
    report: String,
}

impl Trainer {
    /// Without an embedder, models see words alone.
    pub fn new(desk: Desk, embedder: Option<Arc<Embedder>>) -> Self {
        Self { desk, embedder }
    }

    /// Trains on what is there now, without a job: for the command line. `progress` is told how far it is.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] when there is nothing to learn.
    pub async fn train_now(
        &self,
        scope: &Scope,
        progress: impl Fn(TrainingProgress) + Send + 'static,
    ) -> Result<LanguageModel, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let set = TrainingSet::read(&self.desk, scope).await?;
        set.check()?;
        let new = self.trained(set, scope.actor(), progress).await?;
        let (_, version) = self.keep(scope, None, new).await?;
        Ok(self.desk.store().read(scope).language_model(version).await?)
    }

    async fn trained(
        &self,
        set: TrainingSet,
        asked_by: Actor,
        progress: impl Fn(TrainingProgress) + Send + 'static,
    ) -> Result<NewLanguageModel, DeskError> {
        let embedder = self.embedder.clone();
        let (examples, labels) = (set.examples.len(), set.labels.clone());
        let (tell, told) = tokio::sync::oneshot::channel();
        // A thread of its own, for which a server that stops need not wait: the job runs again at the next start.
        let started = std::thread::Builder::new().name("training".into()).spawn(move || {
            let _ = tell.send(fit(&set, embedder.as_deref(), &progress));
        });
        started.map_err(|error| untrainable(format!("training could not begin: {error}")))?;
        let outcome = told.await.map_err(|_| untrainable("training broke off; the log has the details"))??;
        Ok(NewLanguageModel {
            model: LanguageModel {
                id: self.desk.world().uuid(),
                version: 0,
                state: ModelState::Ready,
                active: true,
                created_by: asked_by,
                created_at: self.desk.now(),
                examples: u32::try_from(examples).unwrap_or(u32::MAX),
                labels,
                accuracy: Some(outcome.accuracy),
                note: None,
            },
            report: outcome.report,
            bytes: Some(outcome.bytes),
        })
    }

    /// Stores a version, in use when it is not worse than the one that is; finishes the job in the same transaction.
    async fn keep(&self, scope: &Scope, job: Option<&Job>, new: NewLanguageModel) -> Result<(Kept, u32), DeskError> {
        let (job, now) = (job.cloned(), self.desk.now());
        let kept = self
            .desk
            .store()
            .write(scope, move |tx| {
                let (job, mut new) = (job.clone(), new.clone());
                Box::pin(async move {
                    tx.lock_name("language", "models").await?;
                    if let Some(job) = &job
                        && !tx.complete_job(job).await?
                    {
                        return Ok((Kept::Superseded, 0));
                    }
                    let before = tx.active_language_model().await?;
                    if let Some(note) = worse(before.as_ref(), &new.model) {
                        new.model.state = ModelState::Waiting;
                        new.model.active = false;
                        new.model.note = Some(note);
                    }
                    let version = tx.insert_language_model(&new).await?;
                    tx.remove_old_language_models(KEPT_VERSIONS).await?;
                    tx.append_entry(NewEntry::LanguageChanged, now).await?;
                    Ok::<_, DeskError>((Kept::Stored, version))
                })
            })
            .await?;
        self.desk.told().await;
        Ok(kept)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Stored,
    /// Somebody else has finished the job.
    Superseded,
}

/// Why a new model has to wait for a person; `None` when it need not.
fn worse(before: Option<&LanguageModel>, new: &LanguageModel) -> Option<BothLanguages> {
    let (before, new_accuracy) = (before?, new.accuracy?);
    let old = before.accuracy?;
    if new.state != ModelState::Ready || old - new_accuracy <= TOLERANCE {
        return None;
    }
    let (old, new, version) = (100.0 * old, 100.0 * new_accuracy, before.version);
    Some(BothLanguages {
        zh: format!(
            "交叉验证准确率 {new:.1}%，比使用中的第 {version} 版（{old:.1}%）低了 2 个百分点以上，所以没有自动启用。请看报告，再决定是否启用。"
        ),
        en: format!(
            "The cross-validated accuracy of {new:.1} % is more than 2 points below the {old:.1} % of version {version}, which is in \
             use: so it was not put to use by itself. Look at the report, then decide."
        ),
    })
}

fn fit(
    set: &TrainingSet,
    embedder: Option<&Embedder>,
    progress: &dyn Fn(TrainingProgress),
) -> Result<Outcome, DeskError> {
    let options = Options { words: set.words.clone(), ..Options::default() };
    let tell = |step: Step| {
        progress(match step {
            Step::Embedding { done, of } => TrainingProgress::Embedding { done, of },
            Step::Fitting { done, of } => TrainingProgress::Fitting { done, of },
        });
    };
    let trained = yingda_classify::train(&set.examples, None, embedder, &options, &tell)
        .map_err(|error| untrainable(error.to_string()))?;
    let report = cross_validation(&trained, &set.examples);
    let accuracy = report.accuracy;
    let doubts: Vec<serde_json::Value> = suspicious(&trained, &set.examples)
        .into_iter()
        .take(MOST_DOUBTS)
        .filter_map(|doubt| with_utterances(&set.utterances, serde_json::to_value(doubt).ok()?))
        .collect();
    let report = serde_json::json!({"report": report, "suspicious": doubts});
    Ok(Outcome { bytes: trained.classifier.to_bytes(), accuracy, report: report.to_string() })
}

/// Adds the ids of the utterances that a doubt is about to their numbers.
fn with_utterances(utterances: &[Utterance], mut doubt: serde_json::Value) -> Option<serde_json::Value> {
    let id_of = |number: Option<&serde_json::Value>| {
        let number = usize::try_from(number?.as_u64()?).ok()?;
        Some(utterances.get(number)?.id.to_string())
    };
    let utterance = id_of(doubt.get("example"));
    let other = id_of(doubt.get("other").or_else(|| doubt.get("of")));
    let fields = doubt.as_object_mut()?;
    fields.insert("utterance_id".into(), utterance.into());
    fields.insert("other_utterance_id".into(), other.into());
    Some(doubt)
}

#[async_trait]
impl Handler for Trainer {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload = serde_json::from_str(&job.payload)
            .map_err(|error| JobError::Other(format!("expected a payload with asked_by: {error}")))?;
        let scope = Scope::system(job.workspace);
        let set = TrainingSet::read(&self.desk, &scope).await?;
        let failed = |labels: &TrainingSet, detail: String| NewLanguageModel {
            model: LanguageModel {
                id: self.desk.world().uuid(),
                version: 0,
                state: ModelState::Failed,
                active: false,
                created_by: payload.asked_by,
                created_at: self.desk.now(),
                examples: u32::try_from(labels.examples.len()).unwrap_or(u32::MAX),
                labels: BTreeMap::new(),
                accuracy: None,
                note: Some(BothLanguages { zh: format!("没有训练成功：{detail}"), en: detail }),
            },
            report: "{}".into(),
            bytes: None,
        };
        // The utterances may have changed since the training was asked for: trying again would not mend them.
        if let Err(DeskError::Invalid { detail, .. }) = set.check() {
            self.keep(&scope, Some(job), failed(&set, detail)).await?;
            return Ok(());
        }
        let progress = Arc::new(Mutex::new(None));
        let noted = progress.clone();
        let training = self.trained(set, payload.asked_by, move |step| *noted.lock() = Some(step));
        tokio::pin!(training);
        let mut tick = tokio::time::interval(TELL_EVERY);
        let mut shown = None;
        let new = loop {
            tokio::select! {
                new = &mut training => break new?,
                _ = tick.tick() => {
                    let now = *progress.lock();
                    if now != shown {
                        shown = now;
                        self.tell(&scope, job, now).await?;
                    }
                }
            }
        };
        let (kept, version) = self.keep(&scope, Some(job), new).await?;
        tracing::info!(workspace = %job.workspace, version, ?kept, "a language model was trained");
        Ok(())
    }

    fn longest(&self) -> Duration {
        LONGEST
    }
}

impl Trainer {
    async fn tell(&self, scope: &Scope, job: &Job, progress: Option<TrainingProgress>) -> Result<(), DeskError> {
        let Some(progress) = progress.and_then(|progress| serde_json::to_string(&progress).ok()) else { return Ok(()) };
        let job = job.clone();
        self.desk
            .store()
            .write(scope, move |tx| {
                let (job, progress) = (job.clone(), progress.clone());
                Box::pin(async move { Ok::<_, DeskError>(tx.note_progress(&job, &progress).await?) })
            })
            .await
    }
}
