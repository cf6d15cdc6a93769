//! What the assistant says with what was found.

use yingda_knowledge::{Entry, EntryKind, Hit};

use crate::judge::{Case, tongue_of_entry};
use crate::plain::plain;
use crate::texts;

/// What to say, and what may be asked next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    pub text: String,
    /// Entries with their questions.
    pub follow_ups: Vec<(String, String)>,
}

/// Longest piece of a text that is said, in characters.
const LONGEST: usize = 600;
/// Questions that are offered after an answer.
const MOST_FOLLOW_UPS: usize = 4;

impl Reply {
    /// The answer that was found: that of a question whole, of a longer text the piece that answers, with its source.
    pub fn of_hit(case: &Case<'_>, hit: &Hit) -> Self {
        let passage = hit.passage.as_ref().filter(|_| hit.kind != EntryKind::Faq);
        let (Some(passage), Some(entry)) = (passage, case.library.entry(&hit.entry_id)) else {
            return Self::of_entry(case, &hit.entry_id);
        };
        let sentence = hit.sentence.as_ref().map_or(0..0, |sentence| sentence.start..sentence.end);
        let piece = around(&passage.text, sentence);
        let page = passage.place.as_ref().map(ToString::to_string);
        let section = passage.headings.last().filter(|heading| **heading != entry.question).cloned();
        let url = address(case, &entry, &passage.anchor);
        let source = texts::source(case.tongue, &entry.question, section.or(page).as_deref(), url.as_deref());
        Self {
            text: told(case, &entry, &format!("{}\n\n{source}", plain(piece))),
            follow_ups: follow_ups(case, &entry),
        }
    }

    /// The answer of an entry; of a longer text its beginning, with its source.
    pub fn of_entry(case: &Case<'_>, id: &str) -> Self {
        let Some(entry) = case.library.entry(id) else { return Self::default() };
        let answer = plain(&case.library.answer(id, case.view).unwrap_or_default());
        let text = if entry.kind == EntryKind::Faq {
            answer
        } else {
            let source = texts::source(case.tongue, &entry.question, None, address(case, &entry, "").as_deref());
            format!("{}\n\n{source}", around(&answer, 0..0))
        };
        Self { text: told(case, &entry, &text), follow_ups: follow_ups(case, &entry) }
    }
}

/// Where the customer can read on: a website's page there, everything else in the help centre.
fn address(case: &Case<'_>, entry: &Entry, anchor: &str) -> Option<String> {
    let (own, shown) = (case.library.url(&entry.id), || case.library.place(entry, anchor, case.view));
    if entry.kind == EntryKind::Page { own.or_else(shown) } else { shown().or(own) }
}

/// The text; when it is in another language than the question, that is said first.
fn told(case: &Case<'_>, entry: &Entry, text: &str) -> String {
    match tongue_of_entry(entry) {
        Some(tongue) if tongue != case.tongue => format!("{}\n\n{text}", texts::only_in(case.tongue, tongue)),
        Some(_) | None => text.to_owned(),
    }
}

/// The entries that answer the questions that follow, where there are such.
fn follow_ups(case: &Case<'_>, entry: &Entry) -> Vec<(String, String)> {
    let asked = case.library.follow_ups(&entry.id);
    let known = asked.into_iter().filter_map(|question| {
        let found = case.library.search(&question, case.view, 1).ok()?.hits.into_iter().next()?;
        (found.exact && found.entry_id != entry.id).then_some((found.entry_id, question))
    });
    known.take(MOST_FOLLOW_UPS).collect()
}

/// The paragraphs around a range of bytes, up to what is said at once; from the beginning when the range is empty.
fn around(text: &str, range: std::ops::Range<usize>) -> &str {
    if text.chars().count() <= LONGEST {
        return text.trim();
    }
    // From the beginning of the line that the range is in.
    let before = text.get(..range.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[start..];
    let cut = rest.char_indices().nth(LONGEST).map_or(rest.len(), |(at, _)| at);
    // To the end of a sentence or line, if there is one in the second half.
    let ends = rest[..cut].char_indices().filter(|(_, c)| matches!(c, '\n' | '。' | '！' | '？' | '.' | '!' | '?'));
    let end = ends.map(|(at, c)| at + c.len_utf8()).rfind(|end| *end > cut / 2);
    rest[..end.unwrap_or(cut)].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_said_from_the_line_that_answers_to_the_end_of_a_sentence() {
        let text = format!("{}\n答案在这里。{}", "前".repeat(700), "后面还有。".repeat(200));
        let at = text.find("答案").unwrap_or_default();
        let said = around(&text, at..at + 6);
        assert!(said.starts_with("答案在这里。") && said.ends_with('。') && said.chars().count() <= LONGEST);
        assert_eq!(around(" short ", 0..0), "short");
    }
}
