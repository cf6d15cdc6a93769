//! How commands fail.

use std::fmt;
use std::process::ExitCode;

/// Something could not be done. Printed as one line (or as JSON), with the exit code that scripts see.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// It failed: exit code 1.
    pub fn failed(message: impl fmt::Display) -> Self {
        Self { code: 1, message: message.to_string() }
    }

    /// It was used wrongly: exit code 2.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self { code: 2, message: message.to_string() }
    }

    /// It ran, and refused something: exit code 3.
    pub fn refused(message: impl fmt::Display) -> Self {
        Self { code: 3, message: message.to_string() }
    }

    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }

    /// For programs: `{"error": {"code": "failed" | "usage" | "refused", "message": "…"}}`.
    pub fn to_json(&self) -> serde_json::Value {
        let code = match self.code {
            2 => "usage",
            3 => "refused",
            _ => "failed",
        };
        serde_json::json!({"error": {"code": code, "message": self.message}})
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::failed(error)
    }
}

/// What a command gives.
pub type Outcome = Result<(), Failure>;
