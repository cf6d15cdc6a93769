//! What an entry may be.

use yingda_model::{EntryContent, EntryKind};

use crate::DeskError;

const MAX_QUESTION_CHARS: usize = 500;
const MAX_ANSWER_CHARS: usize = 10_000;
/// Of an article, a document, a page.
const MAX_TEXT_CHARS: usize = 1_000_000;
const MAX_VARIANTS: usize = 200;
const MAX_ANSWERS: usize = 50;
const MAX_FOLLOW_UPS: usize = 20;
const MAX_TAGS: usize = 50;
const MAX_SHORT_CHARS: usize = 100;
const MAX_URL_CHARS: usize = 2_000;

/// Says what is wrong with an entry.
pub(super) fn content(entry: &EntryContent) -> Result<(), DeskError> {
    text("question", &entry.question, MAX_QUESTION_CHARS)?;
    let longest = if entry.kind == EntryKind::Faq { MAX_ANSWER_CHARS } else { MAX_TEXT_CHARS };
    text("answer", &entry.answer, longest)?;
    at_most("variants", entry.variants.len(), MAX_VARIANTS)?;
    entry.variants.iter().try_for_each(|variant| text("variants", variant, MAX_QUESTION_CHARS))?;
    at_most("answers", entry.answers.len(), MAX_ANSWERS)?;
    for special in &entry.answers {
        text("answers", &special.answer, longest)?;
        special.channel.iter().try_for_each(|channel| text("answers", channel, MAX_SHORT_CHARS))?;
        if special.channel.is_none() && special.audience.is_none() {
            return Err(DeskError::invalid("answers", "each needs a channel or an audience that it is for"));
        }
    }
    at_most("follow_ups", entry.follow_ups.len(), MAX_FOLLOW_UPS)?;
    entry.follow_ups.iter().try_for_each(|question| text("follow_ups", question, MAX_QUESTION_CHARS))?;
    at_most("tags", entry.tags.len(), MAX_TAGS)?;
    entry.tags.iter().try_for_each(|tag| text("tags", tag, MAX_SHORT_CHARS))?;
    for (field, value) in [("key", &entry.key), ("lang", &entry.lang), ("category", &entry.category)] {
        value.iter().try_for_each(|value| text(field, value, MAX_SHORT_CHARS))?;
    }
    if let (Some(from), Some(until)) = (entry.valid_from, entry.valid_until)
        && until <= from
    {
        return Err(DeskError::invalid(
            "valid_until",
            "expected a moment after valid_from: the entry would never be used",
        ));
    }
    let source = &entry.source;
    for (value, most) in
        [(&source.url, MAX_URL_CHARS), (&source.name, MAX_QUESTION_CHARS), (&source.sha256, MAX_SHORT_CHARS)]
    {
        value.iter().try_for_each(|value| text("source", value, most))?;
    }
    at_most("source", source.unread.len(), 1_000)
}

/// As [`content`], of a proposal to which nobody may have written an answer yet.
pub(super) fn proposed(entry: &EntryContent) -> Result<(), DeskError> {
    if entry.answer.trim().is_empty() {
        return content(&EntryContent { answer: "-".into(), ..entry.clone() });
    }
    content(entry)
}

/// The content with the spaces around its question, those after its answer and its empty names taken away, each tag once.
pub(super) fn tidy(mut entry: EntryContent) -> EntryContent {
    entry.question = entry.question.trim().to_owned();
    // No file keeps them.
    entry.answer.truncate(entry.answer.trim_end().len());
    for value in [&mut entry.key, &mut entry.lang, &mut entry.category] {
        *value = value.take().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    }
    if let Some(category) = &mut entry.category {
        let parts: Vec<&str> = category.split('/').map(str::trim).filter(|part| !part.is_empty()).collect();
        *category = parts.join("/");
    }
    entry.category = entry.category.filter(|category| !category.is_empty());
    let mut seen = std::collections::HashSet::new();
    entry.tags.retain(|tag| seen.insert(tag.clone()));
    entry
}

fn at_most(field: &'static str, count: usize, most: usize) -> Result<(), DeskError> {
    if count > most {
        return Err(DeskError::invalid(field, format!("expected at most {most}, got {count}")));
    }
    Ok(())
}

pub(crate) fn text(field: &'static str, value: &str, max: usize) -> Result<(), DeskError> {
    let length = value.chars().count();
    if value.trim().is_empty() || length > max {
        return Err(DeskError::invalid(field, format!("expected 1 to {max} characters, got {length}")));
    }
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(DeskError::invalid(field, "control characters are not allowed"));
    }
    Ok(())
}
