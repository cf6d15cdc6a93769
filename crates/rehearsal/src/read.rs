//! Reading test conversations and simulated customers, with everything that is wrong told at once.

mod customer;
mod node;
mod script;

use std::collections::BTreeSet;

use yingda_assistant::{Brain, FileProblem, Surroundings};
use yingda_model::AssistantFile;
use yingda_yaml::{Place, Problem, said};

use crate::customer::Customer;
use crate::script::Script;

/// Test conversations and simulated customers of an assistant.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    pub scripts: Vec<Script>,
    pub customers: Vec<Customer>,
    /// All files: an assistant whose back ends were out of order is made anew, so that nothing of that is left.
    files: Vec<AssistantFile>,
}

/// What files come to.
#[derive(Debug)]
pub struct Checked {
    /// The assistant, when nothing of it is wrong.
    pub brain: Option<Brain>,
    pub suite: Suite,
    /// By file and line; fatal ones and warnings.
    pub problems: Vec<FileProblem>,
}

impl Checked {
    /// Whether nothing keeps the files from being published.
    pub fn is_fit(&self) -> bool {
        self.brain.is_some() && !self.problems.iter().any(|problem| problem.fatal)
    }
}

/// Reads and checks all files of an assistant, test conversations and simulated customers too. Pure; never fails and never
/// panics, whatever the files hold.
pub fn check(number: u32, files: &[AssistantFile], around: &Surroundings) -> Checked {
    let (brain, mut problems) = Brain::read(number, files, around);
    let (suite, found) = Suite::read(files, brain.as_ref(), around);
    problems.extend(found);
    problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    Checked { brain, suite, problems }
}

impl Suite {
    /// Reads `tests/*.yml` and `customers/*.yml`. Flows, slots and tools that they name are looked for in `brain`, where there
    /// is one. What could not be read is left out, and reported.
    pub fn read(files: &[AssistantFile], brain: Option<&Brain>, around: &Surroundings) -> (Self, Vec<FileProblem>) {
        let mut problems = Vec::new();
        let mut suite = Self { files: files.to_vec(), ..Self::default() };
        let known = Known::new(brain, around);
        let mut sorted: Vec<&AssistantFile> = files.iter().filter(|file| is_yaml(&file.path)).collect();
        sorted.sort_by(|a, b| a.path.cmp(&b.path));
        for file in sorted {
            if file.path.starts_with("tests/") {
                suite.scripts.extend(script::read(&file.path, &file.text, &known, &mut problems));
            } else if file.path.starts_with("customers/") {
                suite.customers.extend(customer::read(&file.path, &file.text, &known, &mut problems));
            }
        }
        let names = suite.scripts.iter().map(|script| (&script.name, &script.file));
        twice(names, &mut problems);
        let names = suite.customers.iter().map(|customer| (&customer.name, &customer.file));
        twice(names, &mut problems);
        (suite, problems.into_iter().map(FileProblem::from).collect())
    }

    /// The assistant as if it had just been started.
    pub(crate) fn fresh(&self, number: u32) -> Option<Brain> {
        Brain::read(number, &self.files, &Surroundings::default()).0
    }
}

/// Two of the same name cannot be told apart in a report.
fn twice<'n>(names: impl Iterator<Item = (&'n String, &'n String)>, problems: &mut Vec<Problem>) {
    let mut seen: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::new();
    for (name, file) in names {
        if let Some(other) = seen.insert(name, file) {
            let message =
                said!("在 {other} 里已经有一个叫“{name}”", "there is another one called `{name}`, in {other}");
            problems.push(Problem::warning(file, Place::START, message));
        }
    }
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

/// Names that tests may use; `None` where they cannot be checked.
pub(crate) struct Known<'a> {
    pub flows: Option<BTreeSet<&'a str>>,
    pub tools: Option<BTreeSet<&'a str>>,
    pub entries: Option<&'a BTreeSet<String>>,
    /// Every slot of every flow, and what steps give a name to.
    pub slots: Option<BTreeSet<String>>,
}

/// The desk's own tools.
const DESK_TOOLS: [&str; 7] =
    ["desk.tag", "desk.note", "desk.route", "desk.ticket", "desk.callback", "desk.send_code", "desk.check_code"];

impl<'a> Known<'a> {
    fn new(brain: Option<&'a Brain>, around: &'a Surroundings) -> Self {
        let slots = brain.map(|brain| {
            let mut slots: BTreeSet<String> = BTreeSet::new();
            for flow in brain.release.flows() {
                slots.extend(flow.slots.keys().cloned());
                given(&flow.steps, &mut slots);
            }
            slots
        });
        Self {
            flows: brain.map(|brain| brain.release.flows().map(|flow| flow.id.as_str()).collect()),
            tools: brain.map(|brain| brain.toolbox.tools().map(|tool| tool.name.as_str()).chain(DESK_TOOLS).collect()),
            entries: around.entries.as_ref(),
            slots,
        }
    }
}

/// Names that steps give to something.
fn given(steps: &[yingda_dialogue::Step], names: &mut BTreeSet<String>) {
    use yingda_dialogue::Does;
    for step in steps {
        match &step.does {
            Does::Choice { into, options, .. } => {
                names.extend(into.iter().cloned());
                // A choice without a name of its own is asked by the name of its step.
                names.extend(step.id.iter().cloned());
                options.iter().for_each(|option| given(&option.then, names));
            }
            Does::Call(call) => {
                names.extend(call.into.iter().cloned());
                call.on_error.iter().for_each(|(_, steps)| given(steps, names));
            }
            Does::Run { into, .. } => names.extend(into.iter().cloned()),
            Does::Set(values) => names.extend(values.iter().map(|(name, _)| name.clone())),
            Does::Branch { arms, otherwise } => {
                arms.iter().for_each(|(_, steps)| given(steps, names));
                given(otherwise, names);
            }
            Does::For { item, steps, .. } => {
                names.insert(item.clone());
                given(steps, names);
            }
            Does::Confirm { no: Some(steps), .. } => given(steps, names),
            Does::Collect(collect) => collect.otherwise.iter().for_each(|steps| given(steps, names)),
            _ => {}
        }
    }
}
