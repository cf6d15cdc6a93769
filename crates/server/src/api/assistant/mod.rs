//! The assistant: its files, what they come to, releases, and the values that they name.

mod check;
mod draw;
mod files;
mod flows;
mod rehearser;
mod releases;
mod runs;
mod talk;
mod trial;
mod values;

pub use rehearser::Rehearser;
use utoipa_axum::router::OpenApiRouter;
use yingda_assistant::FileProblem;
use yingda_model::{AssistantFile, Permission, Scope};
use yingda_rehearsal::{Checked, Stage, check, surroundings};

use crate::app::Staff;
use crate::{App, Problem};

/// Largest body with files, in bytes.
const MAX_FILES_BYTES: usize = 8 * 1024 * 1024;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(files::router())
        .merge(check::router())
        .merge(draw::router())
        .merge(talk::router())
        .merge(trial::router())
        .merge(runs::router())
        .merge(releases::router())
        .merge(values::router())
}

fn may_read(staff: &Staff) -> Result<(), Problem> {
    may(staff, Permission::ReadAssistant, "the assistant is seen by supervisors and admins")
}

fn may_manage(staff: &Staff) -> Result<(), Problem> {
    may(staff, Permission::ManageAssistant, "the assistant is changed by admins")
}

fn may(staff: &Staff, permission: Permission, why: &str) -> Result<(), Problem> {
    if staff.scope.may(permission) { Ok(()) } else { Err(Problem::forbidden(why)) }
}

/// Which files are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    /// Those that are being worked on.
    Draft,
    /// The release that new conversations begin with.
    Live,
    Release(u32),
}

impl Which {
    fn parse(field: &'static str, text: &str) -> Result<Self, Problem> {
        match text {
            "draft" => Ok(Self::Draft),
            "live" => Ok(Self::Live),
            number => number
                .parse()
                .map(Self::Release)
                .map_err(|_| Problem::invalid(field, "expected draft, live or the number of a release")),
        }
    }
}

/// Files that go together.
struct Folder {
    /// The release; 0 for those that are being worked on.
    number: u32,
    files: Vec<AssistantFile>,
}

/// Reads files; `None` when no release is live.
async fn folder(app: &App, scope: &Scope, which: Which) -> Result<Option<Folder>, Problem> {
    let number = match which {
        Which::Draft => return Ok(Some(Folder { number: 0, files: drafts(app, scope).await? })),
        Which::Release(number) => number,
        Which::Live => match app.desk().live_assistant_release(scope).await? {
            Some(release) => release.number,
            None => return Ok(None),
        },
    };
    let files = app.desk().assistant_release_files(scope, number).await?;
    Ok(Some(Folder { number, files }))
}

async fn drafts(app: &App, scope: &Scope) -> Result<Vec<AssistantFile>, Problem> {
    let drafts = app.desk().assistant_files(scope).await?;
    Ok(drafts.into_iter().map(|draft| AssistantFile { path: draft.path, text: draft.text }).collect())
}

/// Reads and checks files together.
async fn checked(app: &App, scope: &Scope, folder: Folder) -> Result<Checked, Problem> {
    let around = surroundings(app.desk(), scope).await?;
    tokio::task::spawn_blocking(move || check(folder.number, &folder.files, &around))
        .await
        .map_err(|_| Problem::internal())
}

/// The same for those who need an assistant that works: files that do not make one are a problem.
async fn fit(app: &App, scope: &Scope, field: &'static str, which: Which) -> Result<Checked, Problem> {
    let folder = folder(app, scope, which).await?.ok_or_else(|| Problem::invalid(field, "no release is live"))?;
    let checked = checked(app, scope, folder).await?;
    // A release was checked when it was published, among other intents and entries than there are now: what it can be
    // worked with is enough.
    let is_fit = if which == Which::Draft { checked.is_fit() } else { checked.brain.is_some() };
    if is_fit { Ok(checked) } else { Err(Problem::files_not_fit(fatal_first(checked.problems))) }
}

/// Where conversations are tried.
async fn stage(app: &App, scope: &Scope) -> Result<Stage, Problem> {
    let assistant = app.assistant();
    let client = assistant.client().cloned();
    Ok(Stage::of_workspace(app.desk(), app.knowledge(), assistant.languages(), scope, client).await?)
}

/// At most so many problems are told at once.
const MOST_PROBLEMS: usize = 500;

/// The first of many problems, fatal ones before warnings.
fn fatal_first(mut problems: Vec<FileProblem>) -> Vec<FileProblem> {
    problems.sort_by_key(|problem| !problem.fatal);
    problems.truncate(MOST_PROBLEMS);
    problems
}
