//! What commands say: results on stdout, everything else on stderr.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::failure::{Failure, Outcome};

/// Who reads the results.
///
/// For programs (`--json`) stdout carries one JSON document, and a failure is one line `{"error": {…}}` on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    People,
    Programs,
}

impl Output {
    /// What `--json` asks for.
    pub fn for_flag(json: bool) -> Self {
        if json { Self::Programs } else { Self::People }
    }

    /// Prints a result: as JSON for programs, as `text` writes it for people.
    pub fn result<T: Serialize>(self, value: &T, text: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Outcome {
        let mut out = Vec::new();
        match self {
            Self::People => text(&mut out)?,
            Self::Programs => {
                serde_json::to_writer(&mut out, value)?;
                out.push(b'\n');
            }
        }
        print(&out)
    }

    /// Tells people something beside the result.
    pub fn note(self, text: impl Display) {
        if self == Self::People {
            // Nobody reads it any more: no reason to fail.
            let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
        }
    }

    /// Tells of a failure.
    pub fn failure(self, failure: &Failure) {
        let _ = match self {
            Self::People => writeln!(io::stderr(), "yingda: {failure}"),
            Self::Programs => writeln!(io::stderr(), "{}", failure.to_json()),
        };
    }
}

/// Writes to stdout. A reader that has seen enough (`| head`) is no failure.
pub fn print(bytes: &[u8]) -> Outcome {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A bar on stderr for `total` things of long work; nothing is drawn when stderr is no terminal.
pub fn bar(total: u64, what: &'static str) -> ProgressBar {
    styled(ProgressBar::new(total), "{msg} [{bar:30}] {pos}/{len} {eta}", what)
}

/// A bar on stderr for bytes.
pub fn byte_bar(total: u64, what: &'static str) -> ProgressBar {
    styled(ProgressBar::new(total), "{msg} [{bar:30}] {bytes}/{total_bytes} {eta}", what)
}

/// A sign on stderr that work goes on, for work whose length is not known.
pub fn spinner(what: impl Into<String>) -> ProgressBar {
    let spinner = styled(ProgressBar::new_spinner(), "{spinner} {msg} {elapsed}", what);
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}

fn styled(bar: ProgressBar, template: &str, what: impl Into<String>) -> ProgressBar {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(what.into());
    bar
}

/// Text from outside as a terminal may show it: control characters, which terminals obey, are taken out.
pub fn harmless(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// On one line, shortened to `most` characters.
pub fn short(text: &str, most: usize) -> String {
    let line: Vec<char> = harmless(text).split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    if line.len() <= most {
        return line.into_iter().collect();
    }
    line.into_iter().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// A number of bytes for people, such as `71.6 MB`.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// The language that the terminal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// Chinese when LC_ALL, LC_MESSAGES or LANG, the first that is set, begins with `zh`.
    pub fn of_terminal() -> Self {
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        if named.is_some_and(|value| value.starts_with("zh")) { Self::Chinese } else { Self::English }
    }

    /// The wording for this language.
    pub fn choose<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}
