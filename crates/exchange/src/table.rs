//! What CSV files and sheets have in common: a first row that names the columns, and an entry a row.

use serde_json::Value;
use yingda_model::{Audience, EntryKind, EntrySource, EntryStatus, KbEntry, Timestamp};

use crate::check::{Collector, Draft};
use crate::{ImportError, Noted, Place, Reason, fields};

/// The columns that are written, in this order, and what else they may be called. Names are compared without regard to case
/// and width.
const COLUMNS: [(&str, &[&str]); 20] = [
    ("id", &["faq_id", "编号"]),
    ("kind", &["条目类型"]),
    ("key", &["键", "标识"]),
    ("lang", &["language", "语言"]),
    ("question", &["问题", "标准问", "标准问题", "标题", "q"]),
    ("answer", &["答案", "回答", "回复", "正文", "a"]),
    ("variants", &["variant", "相似问", "相似问题", "相似问法", "扩展问"]),
    ("answers", &["分渠道答案"]),
    ("follow_ups", &["follow-ups", "follow ups", "后续问题", "追问"]),
    ("category", &["分类", "类别", "类目"]),
    ("tags", &["tag", "标签"]),
    ("status", &["状态"]),
    ("audience", &["受众", "可见范围"]),
    ("valid_from", &["生效时间", "生效日期", "有效期起"]),
    ("valid_until", &["失效时间", "失效日期", "有效期至"]),
    ("owner_id", &[]),
    ("source", &["来源"]),
    ("version", &[]),
    ("created_at", &["创建时间"]),
    ("updated_at", &["更新时间"]),
];

/// The names of the columns that are written.
pub(crate) fn header() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(name, _)| *name)
}

/// Where the columns of an entry stand, from 0.
#[derive(Debug)]
pub(crate) struct Columns {
    /// For each of [`COLUMNS`] its columns. What does not fit into one cell goes on in `answer (2)`, `answer (3)` and so on.
    at: Vec<Vec<Vec<usize>>>,
}

impl Columns {
    /// Reads the header.
    ///
    /// # Errors
    /// It names no question or no answer.
    pub fn read(header: &[String]) -> Result<Self, ImportError> {
        let mut at: Vec<Vec<Vec<usize>>> = vec![Vec::new(); COLUMNS.len()];
        for (column, title) in header.iter().enumerate() {
            let (name, is_continued) = continuation(title);
            let Some(field) = field_of(name) else { continue };
            match at[field].last_mut() {
                Some(parts) if is_continued => parts.push(column),
                _ => at[field].push(vec![column]),
            }
        }
        for (field, (missing, _)) in COLUMNS.iter().enumerate() {
            if matches!(*missing, "question" | "answer") && at[field].is_empty() {
                let found = header.iter().take(20).map(|name| name.chars().take(40).collect()).collect();
                return Err(ImportError::MissingColumn { missing, found });
            }
        }
        Ok(Self { at })
    }

    /// Notes the columns of the header that are not known.
    pub fn note_unknown(header: &[String], place: &Place, collector: &mut Collector) {
        for title in header {
            if !title.trim().is_empty() && field_of(continuation(title).0).is_none() {
                collector.note(place, Noted::UnknownColumn { column: title.trim().chars().take(60).collect() });
            }
        }
    }

    /// The first column of a field.
    pub fn of(&self, field: &str) -> Option<usize> {
        let field = COLUMNS.iter().position(|(name, _)| *name == field)?;
        self.at[field].first()?.first().copied()
    }

    /// The entry of a row; cells that are missing are empty.
    pub fn draft(&self, row: &[String]) -> Result<Draft, Reason> {
        let cells = |field: &str| {
            let groups = COLUMNS.iter().position(|(name, _)| *name == field).map(|field| &self.at[field]);
            groups
                .into_iter()
                .flatten()
                .map(|parts| parts.iter().map(|&column| row.get(column).map_or("", String::as_str)).collect::<String>())
        };
        let cell = |field: &str| cells(field).next();
        let list = |field: &str| cells(field).flat_map(|cell| split(&cell, field == "tags")).collect();
        Ok(Draft {
            id: cell("id"),
            kind: cell("kind"),
            key: cell("key"),
            question: cell("question").unwrap_or_default(),
            answer: cell("answer").unwrap_or_default(),
            variants: list("variants"),
            answers: match cell("answers").filter(|cell| !cell.trim().is_empty()) {
                Some(cell) => fields::answers(Some(&json(&cell).unwrap_or(Value::String(cell))))?,
                None => Vec::new(),
            },
            follow_ups: list("follow_ups"),
            lang: cell("lang"),
            category: cell("category"),
            tags: list("tags"),
            status: cell("status"),
            audience: cell("audience"),
            valid_from: cell("valid_from"),
            valid_until: cell("valid_until"),
            owner_id: cell("owner_id"),
            source: match cell("source").filter(|cell| !cell.trim().is_empty()) {
                Some(cell) => match json(&cell) {
                    Some(object @ Value::Object(_)) => fields::source(Some(&object))?,
                    _ => EntrySource { url: Some(cell), ..EntrySource::default() },
                },
                None => EntrySource::default(),
            },
            version: cell("version"),
            created_at: cell("created_at"),
            updated_at: cell("updated_at"),
        })
    }
}

/// `answer (2)` goes on with `answer`.
fn continuation(title: &str) -> (&str, bool) {
    let title = title.trim();
    let number = title.strip_suffix(')').and_then(|title| title.rsplit_once(" ("));
    match number {
        Some((name, number)) if number.parse::<u8>().is_ok_and(|number| number >= 2) => (name, true),
        _ => (title, false),
    }
}

fn field_of(name: &str) -> Option<usize> {
    let name = yingda_language::normalise(name);
    COLUMNS.iter().position(|(field, others)| *field == name || others.contains(&name.as_str()))
}

/// JSON in a cell.
fn json(cell: &str) -> Option<Value> {
    serde_json::from_str(cell).ok()
}

/// The texts of a cell: parted by line breaks or `|` (tags also by commas), or a JSON list where a text has such signs itself.
fn split(cell: &str, by_commas: bool) -> Vec<String> {
    if cell.trim_start().starts_with('[')
        && let Ok(list) = serde_json::from_str(cell)
    {
        return list;
    }
    let parts =
        |c: char| matches!(c, '|' | '｜' | '\n' | '\r') || by_commas && matches!(c, ',' | '，' | '、' | ';' | '；');
    cell.split(parts).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn join(texts: &[String], by_commas: bool) -> String {
    let cell = texts.join("\n");
    if split(&cell, by_commas) == texts { cell } else { Value::from(texts).to_string() }
}

/// The cells of an entry, as [`header`] names them.
pub(crate) fn row(entry: &KbEntry) -> Vec<String> {
    let content = &entry.content;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let moment = |value: Option<Timestamp>| value.map(|moment| moment.to_string()).unwrap_or_default();
    let cell = |(name, _): &(&str, &[&str])| match *name {
        "id" => entry.id.to_string(),
        "kind" => kind(content.kind).to_owned(),
        "key" => text(&content.key),
        "lang" => text(&content.lang),
        "question" => content.question.clone(),
        "answer" => content.answer.clone(),
        "variants" => join(&content.variants, false),
        "answers" if content.answers.is_empty() => String::new(),
        "answers" => serde_json::to_string(&content.answers).unwrap_or_default(),
        "follow_ups" => join(&content.follow_ups, false),
        "category" => text(&content.category),
        "tags" => join(&content.tags, true),
        "status" => status(content.status).to_owned(),
        "audience" => audience(content.audience),
        "valid_from" => moment(content.valid_from),
        "valid_until" => moment(content.valid_until),
        "owner_id" => content.owner_id.map(|id| id.to_string()).unwrap_or_default(),
        "source" => source(&content.source),
        "version" => entry.version.to_string(),
        "created_at" => entry.created_at.to_string(),
        "updated_at" => entry.updated_at.to_string(),
        _ => String::new(),
    };
    COLUMNS.iter().map(cell).collect()
}

pub(crate) fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Faq => "faq",
        EntryKind::Article => "article",
        EntryKind::Document => "document",
        EntryKind::Page => "page",
    }
}

pub(crate) fn status(status: EntryStatus) -> &'static str {
    match status {
        EntryStatus::Published => "published",
        EntryStatus::Archived => "archived",
    }
}

pub(crate) fn audience(audience: Audience) -> String {
    match audience {
        Audience::Public => "public".to_owned(),
        Audience::SignedIn => "signed_in".to_owned(),
        Audience::Agents => "agents".to_owned(),
        Audience::Team(id) => format!("team:{id}"),
    }
}

/// The address alone where there is nothing else to say.
fn source(source: &EntrySource) -> String {
    match source {
        EntrySource { url: Some(url), file_id: None, name: None, sha256: None, unread }
            if unread.is_empty() && json(url).is_none() =>
        {
            url.clone()
        }
        _ if *source == EntrySource::default() => String::new(),
        _ => serde_json::to_string(source).unwrap_or_default(),
    }
}
