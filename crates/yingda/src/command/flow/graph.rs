//! `yingda flow graph`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;
use yingda_assistant::FileProblem;
use yingda_dialogue::{GraphStyle, Lang, read_flow, svg};

use super::folder;
use crate::failure::{Failure, Outcome};
use crate::fresh_file::{Existing, FreshFile};
use crate::output::{Language as Spoken, Output, print};

/// Draw a flow as SVG: its steps as boxes, conditions beside each other, errors dashed.
///
/// Of a folder every flow is drawn, each into FLOW.svg in the folder that --out names.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda flow graph packs/ecommerce/flows/return_goods.yml --out return.svg
  yingda flow graph packs/ecommerce/flows/return_goods.yml --lang en > return.svg
  yingda flow graph packs/ecommerce --out drawings")]
pub struct Graph {
    /// A flow's file, or a folder of an assistant
    path: PathBuf,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    lang: Language,
    /// The file to write, or for a folder the folder [default: standard output]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    Zh,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

impl Graph {
    pub fn run(self, output: Output) -> Outcome {
        if !self.path.is_dir() {
            let text = std::fs::read_to_string(&self.path)
                .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", self.path.display())))?;
            let name = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let drawing = self.draw(&format!("flows/{name}"), &text, output)?;
            return match &self.out {
                None => print(drawing.as_bytes()),
                Some(out) => {
                    self.write(out, &drawing)?;
                    let told = json!({"file": out, "bytes": drawing.len()});
                    output.result(&told, |to| writeln!(to, "Wrote {}.", out.display()))
                }
            };
        }
        let Some(out) = &self.out else {
            return Err(Failure::usage("a folder has many flows: say with --out which folder the drawings go to"));
        };
        std::fs::create_dir_all(out)?;
        let mut written = Vec::new();
        for file in folder::read(&self.path)?.iter().filter(|file| file.path.starts_with("flows/")) {
            let drawing = self.draw(&file.path, &file.text, output)?;
            let name = Path::new(&file.path).with_extension("svg");
            let path = out.join(name.file_name().unwrap_or_default());
            self.write(&path, &drawing)?;
            written.push(path);
        }
        output.result(&json!({"files": written}), |to| {
            writeln!(to, "Wrote {} drawings to {}.", written.len(), out.display())
        })
    }

    fn draw(&self, path: &str, text: &str, output: Output) -> Result<String, Failure> {
        let (flow, problems) = read_flow(path, text);
        for problem in problems {
            output.note(folder::line(&FileProblem::from(problem), Spoken::of_terminal()));
        }
        let flow = flow.ok_or_else(|| Failure::refused(format!("{path} cannot be drawn: it cannot be read")))?;
        Ok(svg(&flow, self.lang.into(), &GraphStyle::default()))
    }

    fn write(&self, path: &Path, drawing: &str) -> Result<(), Failure> {
        let file = FreshFile::create(path, Existing::for_flag(self.force))?;
        file.writer()?.write_all(drawing.as_bytes())?;
        file.keep()
    }
}
