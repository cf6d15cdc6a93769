//! Markdown files with front matter, one an entry: an archive or a folder is read, an archive is written.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::io::Write;

use yingda_model::KbEntry;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::archive::{BadFile, File};
use crate::check::{Collector, Draft};
use crate::tag::tag_of;
use crate::text::decode;
use crate::{ExportError, Format, ImportError, Noted, Options, Parsed, Place, Reason, Spot, fields, front_matter};

pub(crate) fn is_markdown(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    matches!(ending.as_str(), "md" | "markdown")
}

pub(crate) fn parse(files: Vec<File>, options: &Options<'_>) -> Result<Parsed, ImportError> {
    let mut collector = Collector::new(Format::MarkdownFolder, options);
    let mut left_out = Vec::new();
    for File { name, bytes } in files {
        match bytes {
            Ok(bytes) if is_markdown(&name) => read(&mut collector, Some(&name), &bytes)?,
            Ok(_) | Err(BadFile::NotRead) => left_out.push(name),
            Err(BadFile::Path) => collector.refuse(Place::file(name), Reason::BadPath)?,
            Err(BadFile::Damaged(detail)) => collector.refuse(Place::file(name), Reason::NotUnpacked { detail })?,
        }
    }
    if let Some(first) = left_out.first() {
        let examples = left_out.iter().take(3).cloned().collect();
        let place = Place::file(first.clone());
        collector.note(&place, Noted::AttachmentsLeftOut { count: left_out.len(), examples });
    }
    Ok(collector.parsed)
}

/// Reads a file as one article. Its folder is the category and its name the title, where it does not say otherwise.
pub(crate) fn read(collector: &mut Collector, name: Option<&str>, bytes: &[u8]) -> Result<(), ImportError> {
    let place = Place { file: name.map(str::to_owned), spot: Spot::File };
    let at = |line: Option<u64>| Place { spot: line.map_or(Spot::File, Spot::Line), ..place.clone() };
    let Ok(text) = decode(bytes) else { return collector.refuse(place, Reason::NotUtf8) };
    let text = text.trim_start_matches('\u{feff}');
    let parts = front_matter::split(text);
    let found = match parts.as_ref().map(front_matter::Parts::fields).transpose() {
        Ok(found) => found.flatten(),
        Err((reason, line)) => return collector.refuse(at(line), reason),
    };
    let (fields, body) = match (found, &parts) {
        (Some(fields), Some(parts)) => (fields, parts.body),
        _ => (serde_json::Map::new(), text),
    };
    let line_of = |field: &str| parts.as_ref().and_then(|parts| parts.line_of(field));
    for field in fields::unknown(&fields) {
        collector.note_unknown(&at(line_of(field)), field);
    }
    let draft = fields::rest(&fields)
        .and_then(|rest| Ok((fields::optional(&fields, "question")?, rest)))
        .map(|(title, rest)| article(name.unwrap_or_default(), title, body, rest));
    match draft {
        Ok(draft) => collector.add_found(place.clone(), draft, |field| at(line_of(field))),
        Err(reason) => {
            let line = reason.field().and_then(line_of);
            collector.refuse(at(line), reason)
        }
    }
}

/// Completes what the front matter says from the text and the file's name.
fn article(name: &str, title: Option<String>, body: &str, rest: Draft) -> Draft {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (stem, lang) = match stem.rsplit_once('.') {
        Some((stem, lang)) if tag_of(lang).is_some() => (stem, Some(lang.to_owned())),
        _ => (stem, None),
    };
    let (title, body) = match title {
        Some(title) => (title, body),
        None => match heading(body) {
            Some((title, body)) => (title.to_owned(), body),
            None => (stem.replace(['-', '_'], " "), body),
        },
    };
    Draft {
        question: title,
        answer: body.to_owned(),
        kind: rest.kind.or_else(|| Some("article".to_owned())),
        lang: rest.lang.or(lang),
        category: rest.category.or_else(|| Some(folder.to_owned())),
        ..rest
    }
}

/// The heading of the first level that a text begins with, and the rest.
fn heading(body: &str) -> Option<(&str, &str)> {
    let body = body.trim_start();
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    let title = first.strip_prefix("# ")?.trim().trim_end_matches('#').trim_end();
    (!title.is_empty()).then_some((title, rest))
}

/// Writes an archive with a file an entry, in folders by category.
pub(crate) fn write<E: Borrow<KbEntry>>(
    entries: impl IntoIterator<Item = E>,
    out: impl Write,
) -> Result<(), ExportError> {
    let mut zip = ZipWriter::new_stream(out);
    let mut names = HashSet::new();
    for entry in entries {
        let entry = entry.borrow();
        zip.start_file(name(entry, &mut names), SimpleFileOptions::default()).map_err(std::io::Error::from)?;
        zip.write_all(front_matter::write(entry).as_bytes())?;
        zip.write_all(b"\n")?;
        zip.write_all(entry.content.answer.as_bytes())?;
        zip.write_all(b"\n")?;
    }
    zip.finish().map_err(std::io::Error::from)?;
    Ok(())
}

/// A name that every system takes, and that is no other's, whatever the system makes of capitals.
fn name(entry: &KbEntry, names: &mut HashSet<String>) -> String {
    let content = &entry.content;
    let mut path = String::new();
    for folder in content.category.as_deref().unwrap_or_default().split('/').filter(|part| !part.is_empty()) {
        path.push_str(&plain(folder));
        path.push('/');
    }
    path.push_str(&plain(content.key.as_deref().unwrap_or(&content.question)));
    let lang = content.lang.as_ref().map(|lang| format!(".{lang}")).unwrap_or_default();
    let mut number = 1;
    loop {
        let copy = if number == 1 { String::new() } else { format!("-{number}") };
        let name = format!("{path}{copy}{lang}.md");
        if names.insert(name.to_lowercase()) {
            return name;
        }
        number += 1;
    }
}

/// Letters and digits of any script; anything else is a hyphen. At most 60 characters, and none of the names that Windows keeps.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if out.chars().count() >= 60 {
            break;
        }
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    let is_reserved = matches!(out, "con" | "prn" | "aux" | "nul")
        || out.strip_prefix("com").or_else(|| out.strip_prefix("lpt")).is_some_and(|rest| rest.chars().count() == 1);
    match out {
        "" => "entry".to_owned(),
        out if is_reserved => format!("{out}-entry"),
        out => out.to_owned(),
    }
}
