//! The templates, compiled into the program.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value};

/// A template failed: a fault of the program, not of what it was given.
#[derive(Debug, thiserror::Error)]
#[error("the page {page:?} of the help centre could not be made; please report this: {error:#}")]
pub struct PageError {
    page: &'static str,
    error: minijinja::Error,
}

static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_formatter(write);
    for (name, source) in [
        ("layout", include_str!("../templates/layout.html")),
        ("parts", include_str!("../templates/parts.html")),
        ("home", include_str!("../templates/home.html")),
        ("category", include_str!("../templates/category.html")),
        ("article", include_str!("../templates/article.html")),
        ("search", include_str!("../templates/search.html")),
        ("absent", include_str!("../templates/absent.html")),
    ] {
        environment.add_template(name, source)?;
    }
    Ok(environment)
});

/// Writes a value into HTML: text and attributes in double quotes. The built-in escaping does the same, and also to `/`, of which
/// addresses are full.
fn write(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    let text = value.to_string();
    if value.is_safe() {
        out.write_str(&text)?;
        return Ok(());
    }
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)?;
    Ok(())
}

/// Fills a template. Everything in `values` is escaped but what was made with [`Value::from_safe_string`].
pub(crate) fn fill(page: &'static str, values: Value) -> Result<String, PageError> {
    let wrong = |error| PageError { page, error };
    let templates =
        TEMPLATES.as_ref().map_err(|error| wrong(minijinja::Error::new(error.kind(), format!("{error:#}"))))?;
    templates.get_template(page).and_then(|template| template.render(values)).map_err(wrong)
}
