//! Trying out what is understood, and masking.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_assistant::Reading;
use yingda_entity::pii::{MASKED, Style, find_personal, mask};
use yingda_model::{ConversationId, MAX_TEXT_CHARS, Permission};

use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(understand)).routes(routes!(masked)).routes(routes!(summary))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Understand {
    /// 1 to 10,000 characters.
    text: String,
}

/// What a message is taken for: intents with the words that spoke for them, entities, mood and safety. Nothing is stored.
#[utoipa::path(post, path = "/language/understand", tag = "Language", request_body = Understand,
    responses((status = 200, body = Reading), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn understand(
    State(app): State<App>,
    staff: Staff,
    Json(ask): Json<Understand>,
) -> Result<axum::Json<Reading>, Problem> {
    Ok(axum::Json(app.assistant().understand(&staff.scope, &ask.text).await?))
}

/// What stands in the place of personal data.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MaskStyle {
    /// Stars, with as much left as helps to recognise one's own: `138****8000`.
    #[default]
    Partial,
    /// What it is: `[PHONE]`.
    Label,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MaskText {
    /// 1 to 10,000 characters.
    text: String,
    #[serde(default)]
    style: MaskStyle,
}

/// A text without its personal data.
#[derive(Serialize, ToSchema)]
struct MaskedText {
    text: String,
    /// Where it was, in order: byte offsets of the text as it was sent.
    found: Vec<FoundPersonal>,
}

/// A piece of personal data.
#[derive(Serialize, ToSchema)]
struct FoundPersonal {
    /// Such as `phone` or `id_card`.
    kind: String,
    start: usize,
    end: usize,
    /// From 0 to 1.
    confidence: f32,
}

/// Mask the personal data of a text. Nothing is stored.
#[utoipa::path(post, path = "/language/mask", tag = "Language", request_body = MaskText,
    responses((status = 200, body = MaskedText), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn masked(
    State(_): State<App>,
    staff: Staff,
    Json(ask): Json<MaskText>,
) -> Result<axum::Json<MaskedText>, Problem> {
    if !staff.scope.may(Permission::ReadKnowledge) {
        return Err(Problem::forbidden("this needs the right to read knowledge"));
    }
    let length = ask.text.chars().count();
    if ask.text.is_empty() || length > MAX_TEXT_CHARS {
        return Err(Problem::invalid("text", format!("expected 1 to {MAX_TEXT_CHARS} characters, got {length}")));
    }
    let style = match ask.style {
        MaskStyle::Partial => Style::Partial,
        MaskStyle::Label => Style::Label,
    };
    let found = find_personal(&ask.text).into_iter().filter(|one| MASKED.contains(&one.kind));
    let found = found.map(|one| FoundPersonal {
        kind: one.kind.name().to_owned(),
        start: one.start,
        end: one.end,
        confidence: one.confidence,
    });
    Ok(axum::Json(MaskedText { found: found.collect(), text: mask(&ask.text, style) }))
}

/// The gist of a conversation. Nothing in it is reworded: each sentence stands in a message.
#[derive(Serialize, ToSchema)]
struct Gist {
    /// The whole in words, with labels in Chinese and in English.
    text_zh: String,
    text_en: String,
    /// What was `wanted`, `promised`, is `open` or `resolved`, was `asked_again`, the `facts` that were named, and the `mood`: its
    /// smoothed course over the customer's messages and the message where it broke. Each extract with the number of its
    /// message and its bytes.
    #[schema(value_type = Object)]
    summary: serde_json::Value,
    /// Messages that were read.
    messages: usize,
    /// Whether that was all of them; of a very long conversation the newest are read.
    complete: bool,
}

/// What a conversation is about: extracts, facts, and how the customer felt.
#[utoipa::path(get, path = "/conversations/{id}/summary", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Gist), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn summary(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<Gist>, Problem> {
    let sum = app.assistant().summary(&staff.scope, id).await?;
    Ok(axum::Json(Gist {
        text_zh: sum.text_zh,
        text_en: sum.text_en,
        summary: serde_json::to_value(sum.summary).map_err(|_| Problem::internal())?,
        messages: sum.messages,
        complete: sum.complete,
    }))
}
