//! What language models do for agents and editors: suggestions, which people use or leave.

use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_assistant::{DraftedEntry, HelpTone, ModelBooks, Offers, Suggestion, Tongue};
use yingda_model::{ChangeId, ConversationId};

use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(offers))
        .routes(routes!(rephrase))
        .routes(routes!(translate))
        .routes(routes!(summarise))
        .routes(routes!(draft))
        .routes(routes!(models))
}

/// A language that texts are suggested in.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Spoken {
    Zh,
    En,
}

impl From<Spoken> for Tongue {
    fn from(spoken: Spoken) -> Self {
        match spoken {
            Spoken::Zh => Self::Zh,
            Spoken::En => Self::En,
        }
    }
}

/// What the workspace's language models are there to help with. Without any, all of it is false.
#[utoipa::path(get, path = "/assist", tag = "Assist",
    responses((status = 200, body = Offers), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn offers(State(app): State<App>, staff: Staff) -> Result<axum::Json<Offers>, Problem> {
    Ok(axum::Json(app.assistant().offers(&staff.scope).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rephrase {
    /// 1 to 10,000 characters, Chinese or English.
    text: String,
    /// `brand` when absent: as `persona.tone` in `wording.yml` has it.
    #[serde(default)]
    tone: HelpTone,
}

/// Suggest an agent's draft in another tone: same language, same numbers, names and links. Nothing is sent to the customer.
#[utoipa::path(post, path = "/conversations/{id}/assist/rephrase", tag = "Assist", request_body = Rephrase,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Suggestion), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn rephrase(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Json(ask): Json<Rephrase>,
) -> Result<axum::Json<Suggestion>, Problem> {
    let work = async move { app.assistant().rephrase(&staff.scope, id, &ask.text, ask.tone).await };
    Ok(axum::Json(to_its_end(work).await??))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Translate {
    /// 1 to 10,000 characters.
    text: String,
    /// Into the customer's language when absent.
    into: Option<Spoken>,
}

/// Suggest a text in the other language, with the same numbers, names and links. Nothing is sent to the customer.
#[utoipa::path(post, path = "/conversations/{id}/assist/translate", tag = "Assist", request_body = Translate,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Suggestion), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn translate(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Json(ask): Json<Translate>,
) -> Result<axum::Json<Suggestion>, Problem> {
    let into = ask.into.map(Tongue::from);
    let work = async move { app.assistant().translate(&staff.scope, id, &ask.text, into).await };
    Ok(axum::Json(to_its_end(work).await??))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Summarise {
    /// The language of the summary.
    lang: Spoken,
}

/// Sum a conversation up. A model's words are checked against what was said; without a model, or when they do not hold, the
/// text is made of the conversation's own sentences, and `why` says so.
#[utoipa::path(post, path = "/conversations/{id}/assist/summary", tag = "Assist", request_body = Summarise,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Suggestion), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn summarise(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
    Json(ask): Json<Summarise>,
) -> Result<axum::Json<Suggestion>, Problem> {
    let work = async move { app.assistant().summarise(&staff.scope, id, ask.lang.into()).await };
    Ok(axum::Json(to_its_end(work).await??))
}

/// Have a model write the answer of a proposed entry, from what agents said in the conversations that the proposal names. It
/// stays a proposal, its evidence names the model and the answer as the model wrote it; `why` says when it is as it was.
#[utoipa::path(post, path = "/kb/changes/{id}/draft", tag = "Assist", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = DraftedEntry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn draft(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ChangeId>,
) -> Result<axum::Json<DraftedEntry>, Problem> {
    let work = async move { app.assistant().draft_entry(&staff.scope, id).await };
    Ok(axum::Json(to_its_end(work).await??))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Days {
    /// The first day, such as `2026-11-22`.
    from: String,
    /// The last day.
    until: String,
}

/// What language models cost and how they did, by day, task and model; and what is left of the day's budget. For supervisors
/// and admins.
#[utoipa::path(get, path = "/assistant/models", tag = "Assistant", params(Days),
    responses((status = 200, body = ModelBooks), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn models(
    State(app): State<App>,
    staff: Staff,
    Query(days): Query<Days>,
) -> Result<axum::Json<ModelBooks>, Problem> {
    for (field, day) in [("from", &days.from), ("until", &days.until)] {
        if !is_day(day) {
            return Err(Problem::invalid(field, "expected a day such as 2026-11-22"));
        }
    }
    Ok(axum::Json(app.assistant().models(&staff.scope, &days.from, &days.until).await?))
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Lets work go on when the client leaves: what was set aside for a model's answer is settled at its end.
async fn to_its_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, Problem> {
    tokio::spawn(work).await.map_err(|_| Problem::internal())
}
