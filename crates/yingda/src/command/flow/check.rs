//! `yingda flow check`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use yingda_assistant::Surroundings;

use super::folder;
use crate::failure::{Failure, Outcome};
use crate::output::{Language, Output};

/// Check all files of a folder together: everything that is wrong, with file, line, column and advice.
///
/// In Chinese where the terminal is (LC_ALL, LC_MESSAGES or LANG); --json has both languages.
/// Flows are checked against each other and against tools; test conversations and simulated customers against both.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda flow check packs/ecommerce
  yingda flow check packs/ecommerce --json | jq '.problems[].message.en'

Exit codes: 0 nothing is wrong (there may be warnings), 3 something is.")]
pub struct Check {
    /// The folder
    folder: PathBuf,
}

impl Check {
    pub fn run(self, output: Output) -> Outcome {
        let files = folder::read(&self.folder)?;
        let checked = yingda_rehearsal::check(0, &files, &Surroundings::default());
        let wrong = checked.problems.iter().filter(|problem| problem.fatal).count();
        let warnings = checked.problems.len() - wrong;
        let flows = files.iter().filter(|file| file.path.starts_with("flows/")).count();
        let tools = checked.brain.as_ref().map_or(0, |brain| brain.toolbox.tools().count());
        let language = Language::of_terminal();
        let (scripts, customers) = (checked.suite.scripts.len(), checked.suite.customers.len());
        let told = json!({
            "files": files.len(), "flows": flows, "tools": tools, "tests": scripts, "customers": customers,
            "errors": wrong, "warnings": warnings, "problems": checked.problems,
        });
        output.result(&told, |out| {
            for problem in &checked.problems {
                writeln!(out, "{}", folder::line(problem, language))?;
            }
            let count = folder::count;
            if language == Language::Chinese {
                let files = files.len();
                return writeln!(
                    out,
                    "{files} 个文件：流程 {flows} 个、工具 {tools} 个、测试对话 {scripts} 段、模拟客户 {customers} 位。\
                     错误 {wrong} 个，警告 {warnings} 个。"
                );
            }
            writeln!(
                out,
                "{}: {}, {}, {}, {}. {}, {}.",
                count(files.len(), "file"),
                count(flows, "flow"),
                count(tools, "tool"),
                count(scripts, "test conversation"),
                count(customers, "customer"),
                count(wrong, "error"),
                count(warnings, "warning")
            )
        })?;
        if checked.is_fit() {
            Ok(())
        } else {
            Err(Failure::refused(match language {
                Language::Chinese => format!("有 {wrong} 个错误，这些文件还不能发布"),
                Language::English => format!("{} keep these files from being published", folder::count(wrong, "error")),
            }))
        }
    }
}
