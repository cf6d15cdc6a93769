//! Texts with gaps.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use yingda_yaml::{Said, said};

use crate::error::{RenderError, SyntaxError};
use crate::expression::{apart, hint};
use crate::filters;
use crate::names::Names;

/// Longest template, in bytes.
pub const MAX_TEMPLATE: usize = 16 * 1024;
/// Longest text that a template makes, in bytes.
pub const MAX_OUTPUT: usize = 64 * 1024;
/// Steps that a template may take.
const FUEL: u64 = 50_000;
/// Tags that a text needs. None of them reads another template or keeps what grows.
const TAGS: [&str; 8] = ["if", "elif", "else", "endif", "for", "endfor", "raw", "endraw"];
/// The one template of an environment.
const ONLY: &str = "text";

/// A MiniJinja template, read and checked. Cheap to clone.
///
/// It has `{{ … }}`, `if` and `for`; its output is plain text, nothing is escaped. What has no value is an error when it is printed.
#[derive(Clone)]
pub struct Template {
    parts: Arc<Parts>,
}

struct Parts {
    source: String,
    names: BTreeSet<String>,
    /// `None` for a text without gaps.
    compiled: Option<Environment<'static>>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// When it is longer than [`MAX_TEMPLATE`], is no template, or uses a tag or a filter that there is not.
    pub fn parse(source: &str) -> Result<Self, SyntaxError> {
        if source.len() > MAX_TEMPLATE {
            let message = said!(
                "文本模板最多 {MAX_TEMPLATE} 字节，这个有 {has} 字节",
                "a template has at most {MAX_TEMPLATE} bytes, and this has {has}",
                has = source.len()
            );
            return Err(SyntaxError::at(source, source.len(), message));
        }
        let parts = if source.contains("{{") || source.contains("{%") || source.contains("{#") {
            check(source)?;
            apart(source, read)?
        } else {
            Parts { source: source.to_owned(), names: BTreeSet::new(), compiled: None }
        };
        Ok(Self { parts: Arc::new(parts) })
    }

    /// The text that it was read from.
    pub fn source(&self) -> &str {
        &self.parts.source
    }

    /// The names that it uses, of which not all need a value: those behind an `if` or with a default.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.parts.names
    }

    /// Writes the text.
    ///
    /// # Errors
    /// See [`RenderError`].
    pub fn render(&self, names: &Names<'_>) -> Result<String, RenderError> {
        let Some(compiled) = &self.parts.compiled else { return Ok(self.parts.source.clone()) };
        let template = compiled.get_template(ONLY).map_err(|error| self.explain(&error))?;
        let used = self.parts.names.iter().chain(LANG.iter());
        let values = used.filter_map(|name| Some((name.as_str(), Value::from(Serde(names.value_or_null(name)?)))));
        let context = Value::from_pairs(values);
        let mut text = Capped { bytes: Vec::with_capacity(self.parts.source.len() * 2) };
        match template.render_captured_to(context, &mut text) {
            Ok(_) => Ok(String::from_utf8_lossy(&text.bytes).into_owned()),
            Err(error) => Err(self.explain(&error)),
        }
    }

    fn explain(&self, error: &Error) -> RenderError {
        let line = error.line().unwrap_or(1);
        match error.kind() {
            ErrorKind::OutOfFuel => RenderError::TooMuchWork,
            ErrorKind::WriteFailure => RenderError::TooLong { limit: MAX_OUTPUT },
            ErrorKind::UndefinedError => {
                let name = error.range().and_then(|range| printed(&self.parts.source, range)).unwrap_or("this");
                RenderError::Missing { name: name.to_owned(), line }
            }
            kind => {
                // The detail of an unknown filter names the filter; that of others may hold values.
                let message = match (kind, error.detail()) {
                    (ErrorKind::InvalidOperation, Some(detail)) if filters::is_ours(detail) => detail.to_owned(),
                    _ => kind.to_string(),
                };
                RenderError::Failed { message, line }
            }
        }
    }
}

/// What the `{{ … }}` around a place prints, without its filters.
fn printed(source: &str, place: Range<usize>) -> Option<&str> {
    let start = place.start.max(place.end.min(place.start + 2));
    let open = source.get(..start)?.rfind('{')?;
    let inside = source.get(open + 1..)?.trim_start_matches(['%', '-', '+']);
    let end = inside.find(['|', '}', '%']).unwrap_or(inside.len());
    Some(inside[..end].trim().trim_end_matches('-').trim())
}

static LANG: LazyLock<BTreeSet<String>> = LazyLock::new(|| BTreeSet::from(["lang".to_owned()]));

impl fmt::Debug for Template {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Template({:?})", self.parts.source)
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.parts.source == other.parts.source
    }
}

impl Eq for Template {}

/// Takes at most [`MAX_OUTPUT`] bytes.
struct Capped {
    bytes: Vec<u8>,
}

impl io::Write for Capped {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + more.len() > MAX_OUTPUT {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What every template starts from. Cloning it is cheap.
static ROOT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut root = Environment::empty();
    root.set_undefined_behavior(UndefinedBehavior::Strict);
    root.set_fuel(Some(FUEL));
    root.set_recursion_limit(20);
    root.set_debug(true);
    root.set_formatter(|out, state, value| {
        if value.is_none() {
            return Err(Error::from(ErrorKind::UndefinedError));
        }
        minijinja::escape_formatter(out, state, value)
    });
    filters::add(&mut root);
    root
});

fn read(source: &str) -> Result<Parts, SyntaxError> {
    let mut compiled = ROOT.clone();
    let wrong = |error: Error| {
        // The library's own words, which are English.
        let told = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let message = said!("无法读懂（{told}）", "{told}");
        let byte = error.range().map(|range| range.start);
        match byte {
            Some(byte) => SyntaxError::at(source, byte, message),
            None => SyntaxError { message, line: error.line().unwrap_or(1), column: 1 },
        }
    };
    compiled.add_template_owned(ONLY, source.to_owned()).map_err(wrong)?;
    let names = compiled.get_template(ONLY).map_err(wrong)?.undeclared_variables(false).into_iter().collect();
    Ok(Parts { source: source.to_owned(), names, compiled: Some(compiled) })
}

/// Refuses tags that a text does not need, and filters and tests that there are not: MiniJinja says so only when it comes to them.
fn check(source: &str) -> Result<(), SyntaxError> {
    let mut from = 0;
    while let Some(at) = source[from..].find('{').map(|at| at + from) {
        from = at + 1;
        let close = match source.as_bytes().get(from) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => {
                from += source[from..].find("#}").unwrap_or(0);
                continue;
            }
            _ => continue,
        };
        let inside = &source[at + 2..];
        let inside = &inside[..inside.find(close).unwrap_or(inside.len())];
        let words = words(inside);
        let refuse = |offset: usize, what: Said, word: &str, known: &[&str]| {
            let hint = hint(word, known.iter().copied());
            let message = said!("没有{what}“{word}”{hint}", "there is no {what} “{word}”{hint}", [what, hint]);
            Err(SyntaxError::at(source, at + 2 + offset, message))
        };
        let mut before = match words.first() {
            Some((_, tag)) if close == "%}" && TAGS.contains(tag) => *tag,
            Some((offset, tag)) if close == "%}" => return refuse(*offset, said!("标签", "tag"), tag, &TAGS),
            _ => "",
        };
        for (offset, word) in words {
            let is_name = word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_');
            if before == "|" && is_name && !filters::FILTERS.contains(&word) {
                return refuse(offset, said!("过滤器", "filter"), word, filters::FILTERS);
            }
            if before == "is" && is_name && word != "not" && !filters::TESTS.contains(&word) {
                return refuse(offset, said!("判断", "test"), word, filters::TESTS);
            }
            if !(before == "is" && word == "not") {
                before = word;
            }
        }
        from = at + 2 + inside.len();
    }
    Ok(())
}

/// Names and single signs with where they begin; texts in quotes are left out.
fn words(inside: &str) -> Vec<(usize, &str)> {
    let is_name = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(sign) = inside[at..].chars().next() {
        let rest = &inside[at..];
        let length = match sign {
            '"' | '\'' => rest[1..].find(sign).map_or(rest.len(), |end| end + 2),
            sign if is_name(sign) => rest.find(|sign| !is_name(sign)).unwrap_or(rest.len()),
            sign => sign.len_utf8(),
        };
        if !sign.is_whitespace() && sign != '-' && sign != '+' && sign != '"' && sign != '\'' {
            words.push((at, &rest[..length]));
        }
        at += length;
    }
    words
}
