//! What can be wrong with an expression or a template.

use thiserror::Error;
use yingda_yaml::Said;

/// Why a source is no expression or no template.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {}", message.en)]
pub struct SyntaxError {
    /// What was expected, what came, what to do.
    pub message: Said,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl SyntaxError {
    pub(crate) fn at_start(message: Said) -> Self {
        Self { message, line: 1, column: 1 }
    }

    /// The error at a byte of the source (the end, when it has fewer).
    pub(crate) fn at(source: &str, byte: usize, message: Said) -> Self {
        let before = source.get(..byte).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self { message, line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

/// Why an expression has no value here. No message repeats a value: values may be personal.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EvalError {
    /// The expression uses a name that nothing gives and nobody declares.
    #[error("the name “{name}” is not known here")]
    UnknownName {
        /// The name.
        name: String,
    },
    /// A map has no such key.
    #[error("there is no key “{key}”; ask with has(…) first when it may be missing")]
    MissingKey {
        /// The key.
        key: String,
    },
    /// A condition must give true or false.
    #[error("a condition must give true or false, and this gave {came}")]
    NotBool {
        /// The kind of value that came: `null`, `int`, `string` …
        came: &'static str,
    },
    /// An operator or a function does not take what it was given.
    #[error("{}", message.en)]
    Type {
        /// What was applied to which types.
        message: Said,
    },
    /// The value of a name is too large for an expression.
    #[error("“{name}” holds more than {limit} values, too many for an expression")]
    TooLarge {
        /// The name.
        name: String,
        /// How many values it may hold, counting those inside lists and maps.
        limit: usize,
    },
    /// Division by zero, overflow, an index out of range, a function's own refusal.
    #[error("{message}")]
    Failed {
        /// What went wrong.
        message: String,
    },
}

impl EvalError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownName { .. } => "unknown_name",
            Self::MissingKey { .. } => "missing_key",
            Self::NotBool { .. } => "not_bool",
            Self::Type { .. } => "type",
            Self::TooLarge { .. } => "too_large",
            Self::Failed { .. } => "failed",
        }
    }
}

/// Why a template gave no text. No message repeats a value.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RenderError {
    /// Something that is to be printed has no value.
    #[error("line {line}: “{name}” has no value here; say what to write instead with “{name} or …”")]
    Missing {
        /// The name, or the expression that has no value.
        name: String,
        /// Of the template, from 1.
        line: usize,
    },
    /// The text grows past [`crate::MAX_OUTPUT`].
    #[error("the text is longer than {limit} bytes")]
    TooLong {
        /// In bytes.
        limit: usize,
    },
    /// The template works too long.
    #[error("the template makes too many steps: it may loop over less")]
    TooMuchWork,
    /// A filter or an operator does not take what it was given.
    #[error("line {line}: {message}")]
    Failed {
        /// What went wrong.
        message: String,
        /// Of the template, from 1.
        line: usize,
    },
}

impl RenderError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::TooLong { .. } => "too_long",
            Self::TooMuchWork => "too_much_work",
            Self::Failed { .. } => "failed",
        }
    }
}
