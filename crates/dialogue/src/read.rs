//! Reading what operators write: files to a [`Release`], with everything that is wrong told at once.

mod flow;
mod reader;
mod slot;
mod step;
mod text;
mod wording;

use std::sync::Arc;

use crate::check::{self, Effect, Known};
use crate::{Flow, Place, Problem, Release};
use yingda_yaml::said;

pub(crate) use flow::{Read, stem};
pub(crate) use slot::KNOWN_NAMES;
#[cfg(test)]
pub(crate) use step::KINDS;
pub(crate) use wording::ReadWording;

/// The most flows of a release.
const MOST_FLOWS: usize = 500;

/// Reads and checks the files of an assistant together: `flows/*.yml` and `wording.yml`; files that are neither are passed by.
///
/// `files` are paths within the assistant's folder, with `/`, and contents. `known` is what else there is: tools, intents, entries.
/// Gives the release when nothing is an error, and everything that was found, in the order of files and lines. Never fails and never
/// panics, whatever the files hold.
pub fn read_release(number: u32, files: &[(&str, &str)], known: &Known) -> (Option<Release>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut reads: Vec<Read> = Vec::new();
    let mut unread = Vec::new();
    let wording = wording_of(files, &mut problems);
    let mut files: Vec<&(&str, &str)> = files.iter().filter(|(path, _)| is_flow(path)).collect();
    files.sort_by_key(|(path, _)| *path);
    if files.len() > MOST_FLOWS {
        let message = said!(
            "一个版本最多有 {MOST_FLOWS} 个流程，这里有 {came} 个",
            "there are {came} flows, and a release has at most {MOST_FLOWS}",
            came = files.len()
        );
        problems.push(Problem::error("flows", Place::default(), message));
        files.truncate(MOST_FLOWS);
    }
    for (path, text) in files {
        let Some(read) = flow::read(path, text, &mut problems) else {
            unread.push(stem(path).to_owned());
            continue;
        };
        match reads.iter().find(|other| other.flow.id == read.flow.id) {
            Some(other) => {
                let message = said!(
                    "在 {file} 里已经有一个流程叫“{id}”",
                    "there is another flow `{id}`, in {file}",
                    id = read.flow.id,
                    file = other.flow.file
                );
                let hint = said!("流程的 id 不能相同：请给其中一个改名", "ids must differ: rename one of the two");
                problems.push(Problem::error(path, read.flow.place, message).hint(hint));
            }
            None => reads.push(read),
        }
    }
    check::check(&reads, &unread, &wording, known, &mut problems);
    problems.sort_by(|a, b| (&a.file, a.line, a.column, a.severity).cmp(&(&b.file, b.line, b.column, b.severity)));
    problems.dedup();
    let release = (!problems.iter().any(Problem::is_error)).then(|| {
        let writes = known.tools.iter().filter(|tool| tool.effect == Effect::Write).map(|tool| tool.name.clone());
        Release::new(number, reads.into_iter().map(|read| Arc::new(read.flow)), wording.wordings, writes)
    });
    (release, problems)
}

/// Reads one flow, to draw it say: what can be read of it, and what is wrong with it when it is looked at alone.
pub fn read_flow(path: &str, text: &str) -> (Option<Flow>, Vec<Problem>) {
    let mut problems = Vec::new();
    let read = flow::read(path, text, &mut problems);
    (read.map(|read| read.flow), problems)
}

/// Whether a path is that of a flow.
fn is_flow(path: &str) -> bool {
    path.starts_with("flows/") && is_yaml(path)
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

fn wording_of(files: &[(&str, &str)], problems: &mut Vec<Problem>) -> ReadWording {
    let found = files.iter().find(|(path, _)| stem(path) == "wording" && !path.contains('/') && is_yaml(path));
    match found {
        Some((path, text)) => wording::read(path, text, problems),
        None => ReadWording::default(),
    }
}
