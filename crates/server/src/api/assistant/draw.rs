//! Flows as drawings, and what editors know of them.

use axum::extract::{DefaultBodyLimit, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_assistant::FileProblem;
use yingda_dialogue::{GraphStyle, Lang, Theme, conversation_schema, flow_schema, read_flow, svg, wording_schema};
use yingda_model::{MAX_ASSISTANT_FILE_BYTES, check_assistant_path};

use super::{fatal_first, may_read};
use crate::app::Staff;
use crate::extract::{Json, Query};
use crate::limit::Rule;
use crate::{App, Problem};

/// Largest body, in bytes.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Most steps that are marked as passed.
const MOST_PASSED: usize = 1_000;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(graph)).layer(DefaultBodyLimit::max(MAX_BYTES)).routes(routes!(schema))
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DrawingLang {
    #[default]
    Zh,
    En,
}

/// Light or dark; `auto`: as the reader's system has it.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DrawingTheme {
    #[default]
    Auto,
    Light,
    Dark,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DrawFlow {
    /// Such as `flows/return.yml`.
    path: String,
    /// The file; at most 256 KiB.
    text: String,
    #[serde(default)]
    lang: DrawingLang,
    #[serde(default)]
    theme: DrawingTheme,
    /// Steps to mark, as traces call them: their id, or `LINE:COLUMN`.
    #[serde(default)]
    passed: Vec<String>,
}

/// A flow as a drawing.
#[derive(Serialize, ToSchema)]
struct Drawing {
    /// One `<svg>` element without scripts, good within a page; absent when the file is no flow.
    svg: Option<String>,
    /// What is wrong with this file alone.
    problems: Vec<FileProblem>,
}

/// Draw a flow, also one that has problems.
#[utoipa::path(post, path = "/assistant/graph", tag = "Assistant", request_body = DrawFlow,
    responses((status = 200, body = Drawing), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn graph(
    State(app): State<App>,
    staff: Staff,
    Json(draw): Json<DrawFlow, MAX_BYTES>,
) -> Result<axum::Json<Drawing>, Problem> {
    may_read(&staff)?;
    app.limit(Rule::Trial, &staff.user.id.to_string())?;
    check_assistant_path(&draw.path).map_err(|error| Problem::invalid("path", error.to_string()))?;
    if draw.text.len() > MAX_ASSISTANT_FILE_BYTES {
        return Err(Problem::invalid("text", format!("expected at most {MAX_ASSISTANT_FILE_BYTES} bytes")));
    }
    if draw.passed.len() > MOST_PASSED {
        return Err(Problem::invalid("passed", format!("expected at most {MOST_PASSED} steps")));
    }
    let drawing = tokio::task::spawn_blocking(move || drawn(draw)).await.map_err(|_| Problem::internal())?;
    Ok(axum::Json(drawing))
}

fn drawn(draw: DrawFlow) -> Drawing {
    let (flow, found) = read_flow(&draw.path, &draw.text);
    let lang = match draw.lang {
        DrawingLang::Zh => Lang::Zh,
        DrawingLang::En => Lang::En,
    };
    let theme = match draw.theme {
        DrawingTheme::Auto => Theme::Auto,
        DrawingTheme::Light => Theme::Light,
        DrawingTheme::Dark => Theme::Dark,
    };
    let style = GraphStyle { theme, passed: draw.passed.into_iter().collect() };
    let problems = found.into_iter().map(FileProblem::from);
    Drawing { svg: flow.map(|flow| svg(&flow, lang, &style)), problems: fatal_first(problems.collect()) }
}

/// What a file holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FileKind {
    #[default]
    Flow,
    Wording,
    Conversation,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SchemaQuery {
    /// `flow` when absent.
    #[serde(default)]
    #[param(inline)]
    of: FileKind,
}

/// The JSON Schema of a kind of file, for editors.
#[utoipa::path(get, path = "/assistant/schema", tag = "Assistant", params(SchemaQuery),
    responses((status = 200, body = Object), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn schema(staff: Staff, Query(query): Query<SchemaQuery>) -> Result<axum::Json<serde_json::Value>, Problem> {
    may_read(&staff)?;
    Ok(axum::Json(match query.of {
        FileKind::Flow => flow_schema(),
        FileKind::Wording => wording_schema(),
        FileKind::Conversation => conversation_schema(),
    }))
}
