//! Checks drafts of entries, one after the other, and keeps what is good.

use std::collections::HashMap;

use uuid::Uuid;
use yingda_language::normalise;
use yingda_model::{
    Audience, EntryContent, EntryKind, EntrySource, EntryStatus, SpecialAnswer, TeamId, Timestamp, UserId,
};

use crate::moment::{self, Day};
use crate::tag::tag_of;
use crate::{
    Format, ImportError, Item, ItemState, MAX_ANSWERS, MAX_ENTRIES, MAX_FAQ_ANSWER, MAX_FOLLOW_UPS, MAX_QUESTION,
    MAX_SHORT, MAX_TAGS, MAX_TEXT, MAX_VARIANTS, Note, Noted, Options, Parsed, Place, Reason, Refusal,
};

/// An entry as it stands in the file, not yet checked.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub id: Option<String>,
    pub kind: Option<String>,
    pub key: Option<String>,
    pub question: String,
    pub answer: String,
    pub variants: Vec<String>,
    pub answers: Vec<DraftAnswer>,
    pub follow_ups: Vec<String>,
    pub lang: Option<String>,
    pub category: Option<String>,
    pub tags: Vec<String>,
    pub status: Option<String>,
    pub audience: Option<String>,
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
    pub owner_id: Option<String>,
    pub source: EntrySource,
    pub version: Option<String>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
}

/// A [`SpecialAnswer`], not yet checked.
#[derive(Debug)]
pub(crate) struct DraftAnswer {
    pub channel: Option<String>,
    pub audience: Option<String>,
    pub answer: String,
}

/// Builds a [`Parsed`].
pub(crate) struct Collector {
    pub parsed: Parsed,
    utc_offset_minutes: i32,
    questions: HashMap<(String, String, Audience), Place>,
    ids: HashMap<String, Place>,
    keys: HashMap<(String, String), Place>,
    /// Of the notes, where that of an unknown field is.
    unknown_fields: HashMap<String, usize>,
}

impl Collector {
    pub fn new(format: Format, options: &Options<'_>) -> Self {
        Self {
            parsed: Parsed::new(format),
            utc_offset_minutes: options.utc_offset_minutes,
            questions: HashMap::new(),
            ids: HashMap::new(),
            keys: HashMap::new(),
            unknown_fields: HashMap::new(),
        }
    }

    pub fn note(&mut self, place: &Place, what: Noted) {
        self.parsed.notes.push(Note { place: place.clone(), what });
    }

    /// Notes a field that is not known: one note a name.
    pub fn note_unknown(&mut self, place: &Place, field: &str) {
        let field: String = field.chars().take(MAX_SHORT).collect();
        if let Some(Note { what: Noted::UnknownField { times, .. }, .. }) =
            self.unknown_fields.get(&field).and_then(|&at| self.parsed.notes.get_mut(at))
        {
            *times += 1;
        } else if self.unknown_fields.len() < MAX_SHORT {
            self.unknown_fields.insert(field.clone(), self.parsed.notes.len());
            self.note(place, Noted::UnknownField { field, times: 1 });
        }
    }

    /// Notes that something is refused.
    ///
    /// # Errors
    /// The file holds too many entries and refusals: a file of another kind, by the looks of it.
    pub fn refuse(&mut self, place: Place, reason: Reason) -> Result<(), ImportError> {
        self.room()?;
        self.parsed.refused.push(Refusal { place, reason });
        Ok(())
    }

    /// Takes the draft or notes why not.
    ///
    /// # Errors
    /// As [`refuse`](Self::refuse).
    pub fn add(&mut self, place: Place, draft: Draft) -> Result<(), ImportError> {
        self.add_found(place.clone(), draft, |_| place.clone())
    }

    /// As [`add`](Self::add); `find` tells where the field of a refusal stands.
    pub fn add_found(
        &mut self,
        place: Place,
        draft: Draft,
        find: impl FnOnce(&'static str) -> Place,
    ) -> Result<(), ImportError> {
        self.room()?;
        let is_draft = status_of(draft.status.as_deref()).is_ok_and(|(_, state)| state == ItemState::Draft);
        if is_draft && draft.answer.trim().is_empty() {
            self.note(&place, Noted::EmptyDraft);
            return Ok(());
        }
        match self.check(&place, draft) {
            Ok(item) => {
                self.parsed.items.push(item);
                Ok(())
            }
            Err(reason) => {
                let place = reason.field().map_or(place, find);
                self.refuse(place, reason)
            }
        }
    }

    /// # Errors
    /// There are too many already.
    pub fn room(&self) -> Result<(), ImportError> {
        let parsed = &self.parsed;
        let lines = parsed.items.len()
            + parsed.refused.len()
            + parsed.versions.len()
            + parsed.changes.len()
            + parsed.others.len();
        if lines >= MAX_ENTRIES { Err(ImportError::TooManyEntries) } else { Ok(()) }
    }

    fn check(&mut self, place: &Place, draft: Draft) -> Result<Item, Reason> {
        let mut texts = Texts { as_written: self.parsed.format == Format::Jsonl, removed: Vec::new() };
        let kind = kind_of(draft.kind.as_deref())?;
        let limit = if kind == EntryKind::Faq { MAX_FAQ_ANSWER } else { MAX_TEXT };
        let source = texts.source(draft.source)?;
        let (status, state) = status_of(draft.status.as_deref())?;
        let id = texts.short("id", draft.id)?;
        let content = EntryContent {
            kind,
            key: texts.short("key", draft.key)?,
            question: texts.line("question", &draft.question, MAX_QUESTION)?,
            answer: texts.long("answer", &draft.answer, limit)?,
            variants: texts.list("variants", draft.variants, MAX_VARIANTS, MAX_QUESTION)?,
            answers: texts.answers(draft.answers, limit)?,
            follow_ups: texts.list("follow_ups", draft.follow_ups, MAX_FOLLOW_UPS, MAX_QUESTION)?,
            lang: match texts.short("lang", draft.lang)? {
                Some(lang) => Some(tag_of(&lang).ok_or_else(|| unknown("lang", &lang))?),
                None => None,
            },
            category: texts.short("category", draft.category)?,
            tags: texts.list("tags", draft.tags, MAX_TAGS, MAX_SHORT)?,
            status,
            audience: audience_of("audience", draft.audience.as_deref())?,
            valid_from: self.moment("valid_from", draft.valid_from, Day::Begins)?,
            valid_until: self.moment("valid_until", draft.valid_until, Day::Ends)?,
            owner_id: match filled(draft.owner_id) {
                Some(text) => {
                    let id = Uuid::parse_str(text.trim()).map_err(|_| unknown("owner_id", &text))?;
                    Some(UserId(id))
                }
                None => None,
            },
            source,
        };
        if let (Some(from), Some(until)) = (content.valid_from, content.valid_until)
            && until <= from
        {
            return Err(Reason::ValidityReversed { from: from.to_string(), until: until.to_string() });
        }
        let version = match filled(draft.version) {
            Some(text) => {
                let version = text.trim().parse::<i64>().ok().filter(|&version| version >= 1);
                Some(version.ok_or_else(|| unknown("version", &text))?)
            }
            None => None,
        };
        let created_at = self.moment("created_at", draft.created_at, Day::Begins)?;
        let updated_at = self.moment("updated_at", draft.updated_at, Day::Begins)?;
        let item = Item { place: place.clone(), id, content, state, version, created_at, updated_at };
        self.only_once(&item)?;
        for (field, count) in texts.removed {
            self.note(place, Noted::ControlCharacters { field, count });
        }
        Ok(item)
    }

    /// Refuses an id twice, a key twice in a language, and a question twice when nothing else tells the two entries apart.
    fn only_once(&mut self, item: &Item) -> Result<(), Reason> {
        let EntryContent { kind, key, question, lang, status, audience, .. } = &item.content;
        let earlier = item.id.as_ref().and_then(|id| self.ids.get(id));
        if let Some(earlier) = earlier {
            return Err(Reason::DuplicateId { earlier: earlier.clone() });
        }
        let in_use = *status == EntryStatus::Published && item.state == ItemState::Ready;
        let lang = lang.clone().unwrap_or_default();
        if in_use {
            if let Some(key) = key {
                let in_lang = (key.clone(), lang.clone());
                if let Some(earlier) = self.keys.get(&in_lang) {
                    return Err(Reason::DuplicateKey { key: key.clone(), earlier: earlier.clone() });
                }
                self.keys.insert(in_lang, item.place.clone());
            }
            if *kind == EntryKind::Faq {
                let asked = (normalise(question), lang, *audience);
                match self.questions.get(&asked) {
                    Some(earlier) if item.id.is_none() && key.is_none() => {
                        return Err(Reason::DuplicateQuestion { earlier: earlier.clone() });
                    }
                    Some(_) => {}
                    None => {
                        self.questions.insert(asked, item.place.clone());
                    }
                }
            }
        }
        if let Some(id) = &item.id {
            self.ids.insert(id.clone(), item.place.clone());
        }
        Ok(())
    }

    fn moment(&self, field: &'static str, text: Option<String>, day: Day) -> Result<Option<Timestamp>, Reason> {
        let Some(text) = filled(text) else { return Ok(None) };
        match moment::read(text.trim(), self.utc_offset_minutes, day) {
            Some(moment) => Ok(Some(moment)),
            None => Err(unknown(field, &text)),
        }
    }
}

/// Whether everything of an entry is as short as it has to be, and free of control characters. It may be unfinished.
pub(crate) fn within_limits(content: &EntryContent) -> Result<(), Reason> {
    let long = if content.kind == EntryKind::Faq { MAX_FAQ_ANSWER } else { MAX_TEXT };
    let short = |text: &Option<String>| text.clone().unwrap_or_default();
    let texts = [
        ("question", content.question.clone(), MAX_QUESTION),
        ("answer", content.answer.clone(), long),
        ("key", short(&content.key), MAX_SHORT),
        ("lang", short(&content.lang), MAX_SHORT),
        ("category", short(&content.category), MAX_SHORT),
    ];
    let answers = content.answers.iter().map(|one| ("answers", one.answer.clone(), long));
    let variants = content.variants.iter().map(|one| ("variants", one.clone(), MAX_QUESTION));
    let follow_ups = content.follow_ups.iter().map(|one| ("follow_ups", one.clone(), MAX_QUESTION));
    let tags = content.tags.iter().map(|one| ("tags", one.clone(), MAX_SHORT));
    for (field, text, limit) in texts.into_iter().chain(answers).chain(variants).chain(follow_ups).chain(tags) {
        let length = text.chars().count();
        if length > limit {
            return Err(Reason::TooLong { field, length, limit });
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(Reason::WrongType { field, expected: "text", got: "text with control characters" });
        }
    }
    for (field, count, limit) in [
        ("variants", content.variants.len(), MAX_VARIANTS),
        ("answers", content.answers.len(), MAX_ANSWERS),
        ("follow_ups", content.follow_ups.len(), MAX_FOLLOW_UPS),
        ("tags", content.tags.len(), MAX_TAGS),
    ] {
        if count > limit {
            return Err(Reason::TooMany { field, count, limit });
        }
    }
    Ok(())
}

fn unknown(field: &'static str, got: &str) -> Reason {
    Reason::Unknown { field, got: got.chars().take(60).collect() }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn kind_of(text: Option<&str>) -> Result<EntryKind, Reason> {
    let text = text.unwrap_or_default().trim();
    match text.to_lowercase().as_str() {
        "" | "faq" | "问答" | "常见问题" => Ok(EntryKind::Faq),
        "article" | "文章" => Ok(EntryKind::Article),
        "document" | "文档" => Ok(EntryKind::Document),
        "page" | "网页" => Ok(EntryKind::Page),
        _ => Err(unknown("kind", text)),
    }
}

fn status_of(text: Option<&str>) -> Result<(EntryStatus, ItemState), Reason> {
    let text = text.unwrap_or_default().trim();
    match text.to_lowercase().as_str() {
        "" | "published" | "已发布" | "发布" | "启用" => Ok((EntryStatus::Published, ItemState::Ready)),
        "archived" | "已归档" | "归档" | "停用" => Ok((EntryStatus::Archived, ItemState::Ready)),
        "draft" | "草稿" => Ok((EntryStatus::Published, ItemState::Draft)),
        _ => Err(unknown("status", text)),
    }
}

fn audience_of(field: &'static str, text: Option<&str>) -> Result<Audience, Reason> {
    let text = text.unwrap_or_default().trim();
    match text.to_lowercase().as_str() {
        "" | "public" | "公开" | "所有人" => Ok(Audience::Public),
        "signed_in" | "登录用户" | "已登录" => Ok(Audience::SignedIn),
        "agents" | "内部" | "客服" => Ok(Audience::Agents),
        other => {
            let team = other.strip_prefix("team:").or_else(|| other.strip_prefix("团队:"));
            let id = team.and_then(|id| Uuid::parse_str(id.trim()).ok());
            id.map(|id| Audience::Team(TeamId(id))).ok_or_else(|| unknown(field, text))
        }
    }
}

/// Checks and tidies texts.
struct Texts {
    /// JSONL comes from programs, and everything has to come back: long texts stay as they are.
    as_written: bool,
    /// From which fields control characters were taken, and how many.
    removed: Vec<(&'static str, usize)>,
}

impl Texts {
    /// A text without white space at its ends; empty is a refusal.
    fn line(&mut self, field: &'static str, value: &str, limit: usize) -> Result<String, Reason> {
        let value = self.without_control(field, trimmed(value));
        within(field, trimmed(&value).to_owned(), limit)
    }

    /// Markdown; empty is a refusal.
    fn long(&mut self, field: &'static str, value: &str, limit: usize) -> Result<String, Reason> {
        let value = self.without_control(field, value);
        if self.as_written {
            return within(field, value, limit);
        }
        let mut text = value.trim_start_matches('\u{feff}');
        while let Some((first, rest)) = text.split_once('\n')
            && first.trim().is_empty()
        {
            text = rest.trim_start_matches('\u{feff}');
        }
        within(field, text.trim_end_matches(is_margin).to_owned(), limit)
    }

    /// An optional text of at most [`MAX_SHORT`] characters; blank is absent.
    fn short(&mut self, field: &'static str, value: Option<String>) -> Result<Option<String>, Reason> {
        match value {
            Some(value) if !trimmed(&value).is_empty() => self.line(field, &value, MAX_SHORT).map(Some),
            _ => Ok(None),
        }
    }

    /// Without what is blank or there already.
    fn list(
        &mut self,
        field: &'static str,
        values: Vec<String>,
        most: usize,
        limit: usize,
    ) -> Result<Vec<String>, Reason> {
        let mut list: Vec<String> = Vec::new();
        for value in values {
            if trimmed(&value).is_empty() {
                continue;
            }
            let value = self.line(field, &value, limit)?;
            if !list.contains(&value) {
                list.push(value);
            }
            // So that a list made to be slow is not.
            if list.len() > most.saturating_mul(2) {
                break;
            }
        }
        if list.len() > most { Err(Reason::TooMany { field, count: list.len(), limit: most }) } else { Ok(list) }
    }

    fn answers(&mut self, answers: Vec<DraftAnswer>, limit: usize) -> Result<Vec<SpecialAnswer>, Reason> {
        if answers.len() > MAX_ANSWERS {
            return Err(Reason::TooMany { field: "answers", count: answers.len(), limit: MAX_ANSWERS });
        }
        let mut checked = Vec::new();
        for DraftAnswer { channel, audience, answer } in answers {
            if filled(channel.clone()).is_none() && filled(audience.clone()).is_none() {
                let expected = "a list of answers";
                return Err(Reason::WrongType { field: "answers", expected, got: "one without channel and audience" });
            }
            checked.push(SpecialAnswer {
                channel: self.short("answers", channel)?,
                audience: match filled(audience) {
                    Some(audience) => Some(audience_of("audience", Some(&audience))?),
                    None => None,
                },
                answer: self.long("answers", &answer, limit)?,
            });
        }
        Ok(checked)
    }

    fn source(&mut self, source: EntrySource) -> Result<EntrySource, Reason> {
        let EntrySource { url, file_id, name, sha256, unread } = source;
        let mut text = |value: Option<String>, limit| match value {
            Some(value) if !trimmed(&value).is_empty() => self.line("source", &value, limit).map(Some),
            _ => Ok(None),
        };
        let (url, name, sha256) = (text(url, 2_000)?, text(name, MAX_QUESTION)?, text(sha256, MAX_SHORT)?);
        let scheme = url.as_deref().unwrap_or_default().split(':').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(scheme.as_str(), "javascript" | "data" | "vbscript") {
            return Err(unknown("source", &url.unwrap_or_default()));
        }
        Ok(EntrySource { url, file_id, name, sha256, unread: self.list("source", unread, 1_000, 2_000)? })
    }

    fn without_control(&mut self, field: &'static str, value: &str) -> String {
        let mut count = 0;
        let mut text = String::with_capacity(value.len());
        let mut rest = value.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\r' if self.as_written => text.push(c),
                '\r' if rest.peek() == Some(&'\n') => {}
                // What word processors and old systems write for a new line.
                '\r' | '\u{b}' | '\u{c}' | '\u{85}' => text.push('\n'),
                '\n' | '\t' => text.push(c),
                _ if c.is_control() => count += 1,
                _ => text.push(c),
            }
        }
        if count > 0 {
            self.removed.push((field, count));
        }
        text
    }
}

fn within(field: &'static str, value: String, limit: usize) -> Result<String, Reason> {
    if value.chars().all(is_margin) {
        return Err(Reason::Empty { field });
    }
    match value.chars().count() {
        length if length > limit => Err(Reason::TooLong { field, length, limit }),
        _ => Ok(value),
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(is_margin)
}

/// White space, control characters, and the byte order mark.
fn is_margin(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '\u{feff}'
}
