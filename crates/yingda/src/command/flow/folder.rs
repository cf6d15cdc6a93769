//! A folder with the assistant's files.

use std::fs;
use std::path::Path;

use yingda_assistant::FileProblem;
use yingda_model::{AssistantFile, MAX_ASSISTANT_FILE_BYTES, check_assistant_path};

use crate::failure::Failure;
use crate::output::{Language, Output, harmless};

/// The files of a folder, by path. What is no YAML (a README, say) is passed by.
pub fn read(folder: &Path) -> Result<Vec<AssistantFile>, Failure> {
    if !folder.is_dir() {
        return Err(Failure::usage(format!(
            "expected a folder with flows/, tools/ and so on, got {}",
            folder.display()
        )));
    }
    let mut files = Vec::new();
    walk(folder, folder, &mut files)?;
    files.sort();
    if files.is_empty() {
        let shown = folder.display();
        return Err(Failure::usage(format!("{shown} has no file of an assistant, such as flows/return.yml")));
    }
    Ok(files)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<AssistantFile>) -> Result<(), Failure> {
    let unreadable = |path: &Path, error| Failure::failed(format!("{} cannot be read: {error}", path.display()));
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
            continue;
        }
        if !path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml") {
            continue;
        }
        let within: Vec<String> = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let name = within.join("/");
        check_assistant_path(&name).map_err(Failure::usage)?;
        let size = fs::metadata(&path)?.len();
        if size > MAX_ASSISTANT_FILE_BYTES as u64 {
            return Err(Failure::usage(format!(
                "{name} has {size} bytes, at most {MAX_ASSISTANT_FILE_BYTES} are read: divide it"
            )));
        }
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
        files.push(AssistantFile { path: name, text });
    }
    Ok(())
}

/// Shows problems to people, one after the other. Gives how many are fatal.
pub fn tell(problems: &[FileProblem], output: Output) -> usize {
    let language = Language::of_terminal();
    for problem in problems {
        output.note(line(problem, language));
    }
    problems.iter().filter(|problem| problem.fatal).count()
}

/// A problem as compilers write it.
pub fn line(problem: &FileProblem, language: Language) -> String {
    let said = |zh, en| language.choose(zh, en);
    let kind = if problem.fatal { said("错误：", "error: ") } else { said("警告：", "warning: ") };
    let place = match problem.line {
        0 => problem.file.clone(),
        line => format!("{}:{line}:{}", problem.file, problem.column),
    };
    let hint = problem.hint.as_ref();
    let hint =
        hint.map(|hint| format!("\n  {}{}", said("建议：", "hint: "), said(&hint.zh, &hint.en))).unwrap_or_default();
    harmless(&format!("{place}: {kind}{}{hint}", said(&problem.message.zh, &problem.message.en)))
}

/// `1 error`, `2 errors`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
