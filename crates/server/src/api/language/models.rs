//! Training, and the versions that it gives.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::TrainingProgress;
use yingda_model::{Actor, Timestamp};

use super::Note;
use crate::api::{Page, page_size};
use crate::app::Staff;
use crate::extract::{Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(train))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(activate))
}

/// A version of the language model.
#[derive(Serialize, ToSchema)]
struct LanguageModel {
    version: u32,
    state: ModelState,
    /// Whether messages are understood by it.
    active: bool,
    created_by: Actor,
    created_at: Timestamp,
    /// Utterances that it was trained on.
    examples: u32,
    /// Intents that it knows.
    intents: usize,
    /// Share of the utterances that were taken rightly while they were left out of training, from 0 to 1.
    accuracy: Option<f64>,
    /// Why it waits or failed.
    note: Option<Note>,
}

/// Where a version stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ModelState {
    /// It can be used.
    Ready,
    /// It is worse than the one in use was: a person has to decide.
    Waiting,
    /// It could not be trained.
    Failed,
}

impl From<yingda_store::LanguageModel> for LanguageModel {
    fn from(model: yingda_store::LanguageModel) -> Self {
        Self {
            version: model.version,
            state: match model.state {
                yingda_store::ModelState::Ready => ModelState::Ready,
                yingda_store::ModelState::Waiting => ModelState::Waiting,
                yingda_store::ModelState::Failed => ModelState::Failed,
            },
            active: model.active,
            created_by: model.created_by,
            created_at: model.created_at,
            examples: model.examples,
            intents: model.labels.len(),
            accuracy: model.accuracy,
            note: model.note.map(Note::from),
        }
    }
}

/// A training that waits, runs or was set aside.
#[derive(Serialize, ToSchema)]
struct Training {
    /// Number of the job.
    job: i64,
    state: TrainingState,
    progress: Option<TrainingProgress>,
    /// Why the last attempt failed.
    error: Option<String>,
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TrainingState {
    Ready,
    Running,
    /// Failed too often; training again begins anew.
    Dead,
}

impl From<yingda_desk::Training> for Training {
    fn from(training: yingda_desk::Training) -> Self {
        Self {
            job: training.job,
            state: match training.state {
                yingda_store::JobState::Ready => TrainingState::Ready,
                yingda_store::JobState::Running => TrainingState::Running,
                yingda_store::JobState::Dead => TrainingState::Dead,
            },
            progress: training.progress,
            error: training.error,
            created_at: training.created_at,
        }
    }
}

/// How the understanding of messages stands.
#[derive(Serialize, ToSchema)]
struct LanguageStatus {
    /// Grows with every change of what messages are understood by.
    revision: i64,
    intents: u64,
    /// All utterances, those of no intent included.
    utterances: u64,
    out_of_scope: u64,
    entity_types: u64,
    /// The version that messages are understood by.
    active: Option<LanguageModel>,
    training: Option<Training>,
    /// Why the version that should be in use is not; the one before is.
    problem: Option<String>,
}

/// How the understanding of messages stands: counts, the model in use, a training under way.
#[utoipa::path(get, path = "/language", tag = "Language",
    responses((status = 200, body = LanguageStatus), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn status(State(app): State<App>, staff: Staff) -> Result<axum::Json<LanguageStatus>, Problem> {
    let status = app.desk().language_status(&staff.scope).await?;
    Ok(axum::Json(LanguageStatus {
        revision: status.revision,
        intents: status.intents,
        utterances: status.utterances,
        out_of_scope: status.out_of_scope,
        entity_types: status.entity_types,
        active: status.active.map(LanguageModel::from),
        training: status.training.map(Training::from),
        problem: app.assistant().language_problem(&staff.scope).await,
    }))
}

/// Train a model on the utterances, in the background; one at a time. Its result is a new version, which is put to use unless it is more
/// than 2 points worse than the one in use. `GET /language` shows how far it is.
#[utoipa::path(post, path = "/language/train", tag = "Language",
    responses((status = 202, body = Training), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn train(State(app): State<App>, staff: Staff) -> Result<(StatusCode, axum::Json<Training>), Problem> {
    let training = app.desk().train_language(&staff.scope).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(training.into())))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Versions, newest first.
#[utoipa::path(get, path = "/language/models", tag = "Language", params(ListQuery),
    responses((status = 200, body = Page<LanguageModel>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<LanguageModel>>, Problem> {
    let limit = page_size(query.limit, 20, 100)?;
    let before = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => Some(cursor.parse::<u32>().map_err(|_| Problem::bad_cursor())?),
    };
    let models = app.desk().language_models(&staff.scope, before, limit).await?;
    let full = models.len() as u64 == limit;
    let next_cursor = models.last().filter(|_| full).map(|model| model.version.to_string());
    Ok(axum::Json(Page { items: models.into_iter().map(LanguageModel::from).collect(), next_cursor }))
}

/// A version with its report.
#[derive(Serialize, ToSchema)]
struct LanguageModelReport {
    #[serde(flatten)]
    model: LanguageModel,
    /// What was measured on each utterance while it was left out of training: accuracy, each intent, confusions, calibration.
    #[schema(value_type = Object)]
    report: serde_json::Value,
    /// Utterances that are likely under the wrong intent, doubled or contradictory, the surest first.
    #[schema(value_type = Vec<Object>)]
    suspicious: serde_json::Value,
}

/// One version: accuracy, figures of each intent, confusions, and suspicious utterances.
#[utoipa::path(get, path = "/language/models/{version}", tag = "Language", params(("version" = u32, Path)),
    responses((status = 200, body = LanguageModelReport), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(
    State(app): State<App>,
    staff: Staff,
    Path(version): Path<u32>,
) -> Result<axum::Json<LanguageModelReport>, Problem> {
    let (model, mut all) = app.desk().language_model(&staff.scope, version).await?;
    let mut part = |name: &str, absent: serde_json::Value| match all.get_mut(name) {
        Some(value) => value.take(),
        None => absent,
    };
    let report = part("report", serde_json::json!({}));
    let suspicious = part("suspicious", serde_json::json!([]));
    Ok(axum::Json(LanguageModelReport { model: model.into(), report, suspicious }))
}

/// Put a version to use: a newer one that waited, or an older one again.
#[utoipa::path(post, path = "/language/models/{version}/activate", tag = "Language", params(("version" = u32, Path)),
    responses((status = 200, body = LanguageModel), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn activate(
    State(app): State<App>,
    staff: Staff,
    Path(version): Path<u32>,
) -> Result<axum::Json<LanguageModel>, Problem> {
    Ok(axum::Json(app.desk().activate_language_model(&staff.scope, version).await?.into()))
}
