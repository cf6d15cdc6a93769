//! Labelled texts, read from files.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use yingda_language::shown_cell;

/// What out-of-scope examples are called in files.
pub const OUT_OF_SCOPE: &str = "oos";
/// Largest file that is read.
const LARGEST: u64 = 256 * 1024 * 1024;

/// A text with its labels; none means that it is out of scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub text: String,
    pub labels: Vec<String>,
}

/// Why labelled texts cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    #[error("{path} cannot be read: {error}")]
    Io { path: String, error: std::io::Error },
    #[error("{path}, line {line}: {detail}")]
    Line { path: String, line: u64, detail: String },
    #[error("{path}: {detail}")]
    File { path: String, detail: String },
}

/// The keys of a JSON line or columns of a table under which a label may stand, best first.
const LABEL_KEYS: [&str; 7] = ["intents", "intent", "labels", "label", "queue", "category", "emotion"];

/// Reads labelled texts: `.jsonl` (`text` with `intent` or `intents`; also `labels`, `label`, `queue`, `category`, `emotion`), `.csv`
/// or `.tsv` with such columns, or Rasa's `nlu.yml`. The label `oos` marks an example that is out of scope.
///
/// # Errors
/// [`DataError`] with the line where something is not as it should be.
pub fn read(path: &Path) -> Result<Vec<Example>, DataError> {
    let shown = path.display().to_string();
    let io = |error| DataError::Io { path: shown.clone(), error };
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > LARGEST {
        let detail = format!("expected a file of at most {} MB, got {} MB", LARGEST >> 20, size >> 20);
        return Err(DataError::File { path: shown, detail });
    }
    parse(&shown, std::fs::read(path).map_err(io)?)
}

/// As [`read`], of what is in memory; the ending of `name` says what it is.
///
/// # Errors
/// [`DataError`] with the line where something is not as it should be.
pub fn parse(name: &str, bytes: Vec<u8>) -> Result<Vec<Example>, DataError> {
    let shown = name.to_owned();
    let text = String::from_utf8(bytes).map_err(|error| DataError::File {
        path: shown.clone(),
        detail: format!("expected UTF-8, but byte {} is not", error.utf8_error().valid_up_to()),
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let examples = match Path::new(name).extension().and_then(|ending| ending.to_str()) {
        Some("yml" | "yaml") => rasa(text, &shown)?,
        Some("csv") => table(text, b',', &shown)?,
        Some("tsv") => table(text, b'\t', &shown)?,
        _ => lines(text, &shown)?,
    };
    if examples.is_empty() {
        return Err(DataError::File { path: shown, detail: "expected at least one example, got none".into() });
    }
    Ok(examples)
}

fn lines(text: &str, path: &str) -> Result<Vec<Example>, DataError> {
    let mut examples = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let wrong = |detail: String| DataError::Line { path: path.into(), line: number as u64 + 1, detail };
        let value: serde_json::Value =
            serde_json::from_str(line).map_err(|error| wrong(format!("expected a JSON object: {error}")))?;
        let said = value.get("text").and_then(|text| text.as_str());
        let said = said.ok_or_else(|| wrong("expected a string `text`".into()))?;
        let label = LABEL_KEYS
            .iter()
            .find_map(|key| value.get(key))
            .ok_or_else(|| wrong(format!("expected one of {} beside `text`", LABEL_KEYS.join(", "))))?;
        let labels = names(label).ok_or_else(|| wrong(format!("expected a label or a list of labels, got {label}")))?;
        examples.push(example(said, labels));
    }
    Ok(examples)
}

fn names(label: &serde_json::Value) -> Option<Vec<String>> {
    match label {
        serde_json::Value::String(name) => Some(vec![name.clone()]),
        serde_json::Value::Number(number) => Some(vec![number.to_string()]),
        serde_json::Value::Array(list) => {
            list.iter().map(|name| names(name).and_then(|mut names| names.pop())).collect()
        }
        _ => None,
    }
}

fn example(text: &str, mut labels: Vec<String>) -> Example {
    labels.retain(|label| label != OUT_OF_SCOPE && !label.trim().is_empty());
    labels.sort();
    labels.dedup();
    Example { text: text.to_owned(), labels }
}

fn table(text: &str, delimiter: u8, path: &str) -> Result<Vec<Example>, DataError> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let file = |detail: String| DataError::File { path: path.into(), detail };
    let header = reader.headers().map_err(|error| file(error.to_string()))?.clone();
    let column = |name: &str| header.iter().position(|title| title.trim().eq_ignore_ascii_case(name));
    let said = column("text").ok_or_else(|| file("expected a column `text` in the first line".into()))?;
    let label = LABEL_KEYS.iter().find_map(|key| column(key));
    let label = label.ok_or_else(|| file("expected a column `intent` in the first line".into()))?;
    let mut examples = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| file(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let (Some(said), Some(label)) = (record.get(said), record.get(label)) else {
            return Err(DataError::Line {
                path: path.into(),
                line,
                detail: format!("expected {} columns, got {}", header.len(), record.len()),
            });
        };
        let (said, label) = (shown_cell(said), shown_cell(label));
        examples.push(example(said, label.split('|').map(|name| name.trim().to_owned()).collect()));
    }
    Ok(examples)
}

#[derive(Deserialize)]
struct Rasa {
    nlu: Vec<RasaIntent>,
}

#[derive(Deserialize)]
struct RasaIntent {
    intent: Option<String>,
    #[serde(default)]
    examples: Option<RasaExamples>,
    #[serde(flatten)]
    _other: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RasaExamples {
    Text(String),
    List(Vec<RasaExample>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RasaExample {
    Text(String),
    Long { text: String },
}

/// Rasa's training data, version 3: `nlu: - intent: NAME, examples: | - text`. Synonyms, lookups and regexes have no
/// label and are passed over; marks of entities (`[next week]{"entity": "time"}`) are taken out.
fn rasa(text: &str, path: &str) -> Result<Vec<Example>, DataError> {
    let file: Rasa = serde_saphyr::from_str(text).map_err(|error| DataError::File {
        path: path.into(),
        detail: format!("expected Rasa training data (`nlu:` with `intent` and `examples`): {error}"),
    })?;
    let mut examples = Vec::new();
    for block in file.nlu {
        let (Some(intent), Some(list)) = (block.intent, block.examples) else { continue };
        let texts: Vec<String> = match list {
            RasaExamples::Text(text) => text
                .lines()
                .filter_map(|line| line.trim().strip_prefix('-'))
                .map(|line| line.trim().to_owned())
                .collect(),
            RasaExamples::List(list) => list
                .into_iter()
                .map(|one| match one {
                    RasaExample::Text(text) | RasaExample::Long { text } => text.trim().to_owned(),
                })
                .collect(),
        };
        let said = texts.iter().filter(|text| !text.is_empty());
        examples.extend(said.map(|text| example(&unmark(text), intent.split('+').map(str::to_owned).collect())));
    }
    Ok(examples)
}

/// `[text](entity)` and `[text]{"entity": …}` become `text`.
fn unmark(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let inside = &rest[open + 1..];
        let Some(close) = inside.find(']') else { break };
        let after = &inside[close + 1..];
        let end = match after.chars().next() {
            Some('(') => after.find(')'),
            Some('{') => after.find('}'),
            _ => None,
        };
        let Some(end) = end else {
            out.push_str(&rest[..open + close + 2]);
            rest = after;
            continue;
        };
        out.push_str(&rest[..open]);
        out.push_str(&inside[..close]);
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    out
}
