//! What is wrong with a file, said so that its author can mend it.

use std::fmt;

use crate::{Said, nearest, said};

/// Where something stands in its file, both counted from 1; 0 where it is about the file as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Place {
    pub line: u32,
    /// In characters.
    pub column: u32,
}

impl Place {
    /// The beginning of a file.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// Whether a problem keeps a file from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It cannot be used.
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
    pub message: Said,
    /// What to do.
    pub hint: Option<Said>,
}

impl Problem {
    /// Something that keeps a file from being used.
    pub fn error(file: &str, place: Place, message: Said) -> Self {
        Self::new(Severity::Error, file, place, message)
    }

    /// Something that is probably not what was meant.
    pub fn warning(file: &str, place: Place, message: Said) -> Self {
        Self::new(Severity::Warning, file, place, message)
    }

    fn new(severity: Severity, file: &str, place: Place, message: Said) -> Self {
        Self { file: file.to_owned(), line: place.line, column: place.column, severity, message, hint: None }
    }

    /// The same with advice.
    pub fn hint(mut self, hint: Said) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same with the name that was probably meant, if one of `names` is near `came`.
    pub fn meant<'a>(mut self, came: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        if let Some(near) = nearest(came, names) {
            self.hint = Some(said!("是不是想写“{near}”？", "did you mean `{near}`?"));
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
        problem.hint(Said {
            zh: format!("可以写的有：{}", names.join("、")),
            en: format!("there are: {}", names.join(", ")),
        })
    }

    /// Where it is.
    pub fn place(&self) -> Place {
        Place { line: self.line, column: self.column }
    }

    /// Whether it keeps a file from being used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `FILE:LINE:COLUMN: error: MESSAGE`, then the hint on a line of its own: in English, for logs and tests.
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
        write!(out, ": {severity}: {}", self.message.en)?;
        if let Some(hint) = &self.hint {
            write!(out, "\n  hint: {}", hint.en)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_compilers_write_it() {
        let problem = Problem::error(
            "flows/a.yml",
            Place { line: 3, column: 5 },
            said!("没有“titel”这一项", "unknown key `titel`"),
        )
        .meant("titel", ["title"]);
        assert_eq!(problem.to_string(), "flows/a.yml:3:5: error: unknown key `titel`\n  hint: did you mean `title`?");
    }
}
