//! What is wrong with a file, said so that its author can mend it.

use std::fmt;

use crate::Place;

/// Whether a problem keeps a release from being published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It cannot be published.
    Error,
    /// It can, but it is probably not what was meant.
    Warning,
}

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    pub file: String,
    /// Counted from 1; 0 when it is about the file as a whole, or about a file that is not there.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
    pub severity: Severity,
    /// What was expected, and what came.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Problem {
    /// Something that keeps a release from being published.
    pub fn error(file: &str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, file, place, message.into())
    }

    /// Something that is probably not what was meant.
    pub fn warning(file: &str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, file, place, message.into())
    }

    fn new(severity: Severity, file: &str, place: Place, message: String) -> Self {
        Self { file: file.to_owned(), line: place.line, column: place.column, severity, message, hint: None }
    }

    /// The same with advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with the name that was probably meant, if one of `names` is near `came`.
    pub fn meant<'a>(mut self, came: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        if let Some(near) = nearest(came, names) {
            self.hint = Some(format!("did you mean `{near}`?"));
        }
        self
    }

    /// The same with the name that was probably meant, or else with all names there are.
    pub fn one_of<'a>(self, came: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        let problem = self.meant(came, names.iter().copied());
        if problem.hint.is_some() || names.is_empty() || names.len() > 24 {
            return problem;
        }
        problem.hint(format!("there are: {}", names.join(", ")))
    }

    /// Whether it keeps a release from being published.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `FILE:LINE:COLUMN: error: MESSAGE`, then the hint on a line of its own.
impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file)?;
        if self.line > 0 {
            write!(out, ":{}:{}", self.line, self.column)?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(out, ": {severity}: {}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(out, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// The name that is nearest to `came` in edits, when it is near enough to be a slip: a third of its letters.
fn nearest<'a>(came: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let came: Vec<char> = came.chars().take(64).flat_map(char::to_lowercase).collect();
    let most = (came.len() / 3).max(1);
    names
        .into_iter()
        .filter(|name| came.len() >= 3 || name.chars().count() <= 3)
        .map(|name| (edits(&came, &name.chars().take(64).flat_map(char::to_lowercase).collect::<Vec<_>>()), name))
        .filter(|(edits, name)| *edits <= most && *edits < name.chars().count())
        .min()
        .map(|(_, name)| name)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other (Damerau 1964, optimal string alignment).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut two_ago: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + differs);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(two_ago[j - 2] + 1);
            }
            row.push(least);
        }
        two_ago = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        let names = ["collect", "confirm", "choice", "say", "otherwise"];
        for (came, meant) in [
            ("colect", Some("collect")),
            ("cofnirm", Some("confirm")),
            ("Otherwise", Some("otherwise")),
            ("sya", Some("say")),
            ("banana", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(came, names), meant, "{came}");
        }
    }

    #[test]
    fn a_problem_reads_as_compilers_write_it() {
        let problem = Problem::error("flows/a.yml", Place { line: 3, column: 5 }, "unknown key `titel`")
            .meant("titel", ["title"]);
        assert_eq!(problem.to_string(), "flows/a.yml:3:5: error: unknown key `titel`\n  hint: did you mean `title`?");
    }
}
