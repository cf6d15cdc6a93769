//! A back end: what all tools of one file have in common.

use std::time::Duration;

use yingda_expression::{Names, Template};
use yingda_outbound::Url;
use yingda_outbound::header::{HeaderMap, HeaderName, HeaderValue};

use crate::breaker::Breaker;
use crate::mcp;

pub(crate) struct Backend {
    pub name: String,
    pub kind: Kind,
    pub url: Template,
    pub headers: Vec<(HeaderName, Template)>,
    /// Over all attempts.
    pub timeout: Duration,
    /// Attempts after the first.
    pub retries: u32,
    /// The header with the key that makes a change happen once; `None` when the back end knows none.
    pub idempotency: Option<HeaderName>,
    pub breaker: Breaker,
}

pub(crate) enum Kind {
    Http,
    Mcp(mcp::Sessions),
}

impl Backend {
    /// # Errors
    /// What is missing in the workspace's settings. No value is named.
    pub fn url(&self, names: &Names<'_>) -> Result<Url, String> {
        let text = self.url.render(names).map_err(|error| format!("the URL of “{}”: {error}", self.name))?;
        let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        url.ok_or_else(|| {
            format!("the URL of “{}” is none: it must be such as https://shop.example.com/api", self.name)
        })
    }

    /// # Errors
    /// As [`Backend::url`].
    pub fn headers(&self, names: &Names<'_>) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        for (name, template) in &self.headers {
            let text = template.render(names).map_err(|error| format!("the header {name}: {error}"))?;
            let mut value = HeaderValue::from_str(&text)
                .map_err(|_| format!("the header {name} would have signs that a header cannot have"))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }
}
