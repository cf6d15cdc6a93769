//! One release of a workspace's assistant, ready to work: flows, tools, rules, models.

use std::collections::BTreeSet;

use serde::Serialize;
use yingda_dialogue::{Known, KnownInput, KnownTool, Needs, Release, read_release};
use yingda_guard::{Guard, Source};
use yingda_llm::Config;
use yingda_model::AssistantFile;
use yingda_tool::{Customer, Effect, Toolbox};
use yingda_yaml::{Problem, Said};

use crate::desk_tools;
use crate::propose::Wordings;

/// What a release is made of.
#[derive(Debug)]
pub struct Brain {
    pub release: Release,
    /// How customers ask for its flows, read once.
    pub(crate) wordings: Wordings,
    pub toolbox: Toolbox,
    /// Rights that the bot has: every scope that its tools name, until a rule takes some away.
    pub granted: BTreeSet<String>,
    pub guard: Guard,
    /// Language models; none is configured by default.
    pub models: Config,
    /// Lines of the files that name the company's own telephones, addresses and links: they may be said.
    pub texts: Vec<String>,
}

/// Something that is wrong with the files of an assistant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FileProblem {
    pub file: String,
    /// Counted from 1; 0 where it is about the file as a whole.
    pub line: u32,
    pub column: u32,
    pub message: Said,
    /// What to do, or what may have been meant.
    pub hint: Option<Said>,
    /// Whether it keeps the files from being published; otherwise it is a warning.
    pub fatal: bool,
}

impl From<Problem> for FileProblem {
    fn from(problem: Problem) -> Self {
        Self {
            fatal: problem.is_error(),
            file: problem.file,
            line: problem.line,
            column: problem.column,
            message: problem.message,
            hint: problem.hint,
        }
    }
}

/// In English, for logs.
impl std::fmt::Display for FileProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.fatal { "error" } else { "warning" };
        write!(f, "{}:{}:{}: {kind}: {}", self.file, self.line, self.column, self.message.en)?;
        match &self.hint {
            Some(hint) => write!(f, " ({})", hint.en),
            None => Ok(()),
        }
    }
}

/// What flows may name besides each other; `None` where it is not to be checked.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Names of the workspace's intents.
    pub intents: Option<BTreeSet<String>>,
    /// Names of its own types of entities.
    pub entities: Option<BTreeSet<String>>,
    /// Keys of knowledge entries.
    pub entries: Option<BTreeSet<String>>,
}

impl Brain {
    /// Reads and checks the files of an assistant together. Gives the brain when nothing is fatal, and everything that was found.
    pub fn read(number: u32, files: &[AssistantFile], around: &Surroundings) -> (Option<Self>, Vec<FileProblem>) {
        let mut problems = Vec::new();
        let tools = files.iter().filter(|file| file.path.starts_with("tools/"));
        let toolbox = Toolbox::read(tools.map(|file| (file.path.as_str(), file.text.as_str())));
        let toolbox = toolbox.unwrap_or_else(|found| {
            problems.extend(found.into_iter().map(FileProblem::from));
            Toolbox::default()
        });
        let guard_files = files.iter().filter(|file| file.path == "guard.yml");
        let guard_files: Vec<Source> =
            guard_files.map(|file| Source { path: file.path.clone(), text: file.text.clone() }).collect();
        let guard = Guard::read(&guard_files).map_err(|found| {
            problems.extend(found.into_iter().map(FileProblem::from));
        });
        let models = match files.iter().find(|file| file.path == "models.yml") {
            Some(file) => yingda_llm::read(&file.text).unwrap_or_else(|found| {
                problems.extend(found.into_iter().map(|problem| FileProblem::from(problem.in_file(&file.path))));
                Config::none()
            }),
            None => Config::none(),
        };
        let known = Known {
            tools: toolbox.tools().map(known_tool).chain(desk_tools::known()).collect(),
            intents: around.intents.clone(),
            entities: around.entities.clone(),
            entries: around.entries.clone(),
        };
        let rest_is_right = problems.is_empty();
        let flows: Vec<(&str, &str)> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
        let (release, found) = read_release(number, &flows, &known);
        problems.extend(found.into_iter().map(FileProblem::from));
        let granted = toolbox.tools().filter_map(|tool| tool.scope.clone()).collect();
        let texts = files.iter().filter(|file| file.path.starts_with("flows/") || file.path == "wording.yml");
        let texts =
            texts.flat_map(|file| file.text.lines()).filter(|line| names_an_address(line)).map(str::to_owned).collect();
        let brain = release.zip(guard.ok()).filter(|_| rest_is_right).map(|(release, guard)| Self {
            wordings: Wordings::of(&release),
            release,
            toolbox,
            granted,
            guard,
            models,
            texts,
        });
        (brain, problems)
    }

    /// Whether a tool changes something.
    pub fn is_write(&self, tool: &str) -> bool {
        self.toolbox.get(tool).is_some_and(|tool| tool.effect == Effect::Write)
    }
}

/// Whether a line has something that could be an address: a telephone number, an e-mail address, a link.
fn names_an_address(line: &str) -> bool {
    line.contains("://") || line.contains('@') || line.chars().filter(char::is_ascii_digit).count() >= 7
}

fn known_tool(tool: &yingda_tool::Tool) -> KnownTool {
    KnownTool {
        name: tool.name.clone(),
        inputs: tool
            .input
            .iter()
            .flatten()
            .map(|(name, property)| KnownInput {
                name: name.clone(),
                required: property.need == yingda_tool::Need::Required,
                of: None,
            })
            .collect(),
        effect: match tool.effect {
            Effect::Read => yingda_dialogue::Effect::Read,
            Effect::Write => yingda_dialogue::Effect::Write,
        },
        needs: match tool.needs {
            Customer::None => Needs::None,
            Customer::Known => Needs::Known,
            Customer::Verified => Needs::Verified,
        },
    }
}
