//! What the files come to: problems, flows, tests.

use std::collections::BTreeMap;

use axum::extract::{DefaultBodyLimit, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_assistant::FileProblem;
use yingda_dialogue::Lang;
use yingda_model::{AssistantFile, MAX_ASSISTANT_FILE_BYTES, MAX_ASSISTANT_FILES, check_assistant_path};

use super::flows::{FlowLine, flows};
use super::{Folder, MAX_FILES_BYTES, Which, checked, drafts, fatal_first, folder, may_read};
use crate::app::Staff;
use crate::extract::{Json, Query};
use crate::limit::Rule;
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(check)).layer(DefaultBodyLimit::max(MAX_FILES_BYTES)).routes(routes!(list))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckFiles {
    /// Files that are not stored yet: each stands in for the one of its path.
    #[serde(default)]
    files: Vec<AssistantFile>,
}

/// What the files come to.
#[derive(Serialize, ToSchema)]
struct FilesChecked {
    /// Whether they can be published, as far as the tests have not been run.
    fit: bool,
    /// At most 500, those that keep them from being published first.
    problems: Vec<FileProblem>,
    /// Flows that can be read, by id.
    flows: Vec<FlowLine>,
    tests: Vec<TestLine>,
    customers: Vec<CustomerLine>,
}

/// A test conversation.
#[derive(Serialize, ToSchema)]
struct TestLine {
    name: String,
    file: String,
    /// `zh` or `en`.
    #[schema(value_type = String)]
    lang: Lang,
    turns: usize,
}

/// A simulated customer.
#[derive(Serialize, ToSchema)]
struct CustomerLine {
    name: String,
    file: String,
    /// `zh` or `en`.
    #[schema(value_type = String)]
    lang: Lang,
    /// The flow that is wished for.
    flow: String,
}

/// Check the files that are being worked on, with others in place of some: everything that is wrong, with file, line and
/// column. Nothing is stored.
#[utoipa::path(post, path = "/assistant/check", tag = "Assistant", request_body = CheckFiles,
    responses((status = 200, body = FilesChecked), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn check(
    State(app): State<App>,
    staff: Staff,
    Json(with): Json<CheckFiles, MAX_FILES_BYTES>,
) -> Result<axum::Json<FilesChecked>, Problem> {
    may_read(&staff)?;
    app.limit(Rule::Trial, &staff.user.id.to_string())?;
    let mut all: BTreeMap<String, String> =
        drafts(&app, &staff.scope).await?.into_iter().map(|file| (file.path, file.text)).collect();
    for file in with.files {
        check_assistant_path(&file.path).map_err(|error| Problem::invalid("path", error.to_string()))?;
        if file.text.len() > MAX_ASSISTANT_FILE_BYTES {
            let detail = format!("expected at most {MAX_ASSISTANT_FILE_BYTES} bytes, {} has more", file.path);
            return Err(Problem::invalid("text", detail));
        }
        all.insert(file.path, file.text);
    }
    if all.len() > MAX_ASSISTANT_FILES {
        return Err(Problem::invalid("files", format!("expected at most {MAX_ASSISTANT_FILES}, got {}", all.len())));
    }
    let files: Vec<AssistantFile> = all.into_iter().map(|(path, text)| AssistantFile { path, text }).collect();
    let lines = flow_lines(files.clone()).await?;
    let checked = checked(&app, &staff.scope, Folder { number: 0, files }).await?;
    Ok(axum::Json(FilesChecked {
        fit: checked.is_fit(),
        problems: fatal_first(checked.problems),
        flows: lines,
        tests: checked
            .suite
            .scripts
            .into_iter()
            .map(|script| TestLine {
                name: script.name,
                file: script.file,
                lang: script.lang,
                turns: script.turns.len(),
            })
            .collect(),
        customers: checked
            .suite
            .customers
            .into_iter()
            .map(|customer| CustomerLine {
                name: customer.name,
                file: customer.file,
                lang: customer.lang,
                flow: customer.goal.flow,
            })
            .collect(),
    }))
}

async fn flow_lines(files: Vec<AssistantFile>) -> Result<Vec<FlowLine>, Problem> {
    tokio::task::spawn_blocking(move || flows(&files)).await.map_err(|_| Problem::internal())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FlowQuery {
    /// `live` (when absent), `draft`, or the number of a release.
    of: Option<String>,
}

/// Flows of a release, or of the files that are being worked on.
#[derive(Serialize, ToSchema)]
struct FlowList {
    /// The release; `null` for the files that are being worked on, and when none is live.
    release: Option<u32>,
    items: Vec<FlowLine>,
}

/// The flows, by id.
#[utoipa::path(get, path = "/assistant/flows", tag = "Assistant", params(FlowQuery),
    responses((status = 200, body = FlowList), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<FlowQuery>,
) -> Result<axum::Json<FlowList>, Problem> {
    may_read(&staff)?;
    app.limit(Rule::Trial, &staff.user.id.to_string())?;
    let which = Which::parse("of", query.of.as_deref().unwrap_or("live"))?;
    let Some(folder) = folder(&app, &staff.scope, which).await? else {
        return Ok(axum::Json(FlowList { release: None, items: Vec::new() }));
    };
    let release = Some(folder.number).filter(|number| *number > 0);
    Ok(axum::Json(FlowList { release, items: flow_lines(folder.files).await? }))
}
