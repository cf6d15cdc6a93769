//! `yingda openapi`

use clap::Args;

use crate::failure::Outcome;
use crate::output::{Output, print};

/// Print the API's OpenAPI document (JSON), as the server shows it at /openapi.json.
#[derive(Args)]
#[command(after_help = "Example:
  yingda openapi > openapi.json")]
pub struct Openapi {}

impl Openapi {
    /// The document is JSON for people as well.
    pub fn run(self, _output: Output) -> Outcome {
        let mut document = yingda_server::document();
        document.push('\n');
        print(document.as_bytes())
    }
}
