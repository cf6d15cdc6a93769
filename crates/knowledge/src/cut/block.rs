//! The blocks of a Markdown text: headings, paragraphs, lists, tables, code.

use std::ops::Range;

use super::Place;

/// A block: its bytes, with the empty lines after it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub range: Range<usize>,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// With its level, from 1.
    Heading(usize, String),
    Place(Place),
    /// A paragraph that is the question of a pair; a heading of its own.
    Question(String),
    Paragraph,
    List,
    /// With the bytes of its head, from the block's beginning.
    Table(usize),
    Code,
}

/// A line that is longer, in bytes, heads nothing.
const LONGEST_HEADING: usize = 400;

/// The blocks in order; together they are the text.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        lines.push(at..at + line.len());
        at += line.len();
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut next = 0;
    while next < lines.len() {
        let first = next;
        let kind = read(text, &lines, &mut next);
        // Empty lines belong to what is before them, or to the first block.
        let start = if blocks.is_empty() { 0 } else { lines[first].start };
        let Some(kind) = kind else {
            next += 1;
            if let Some(last) = blocks.last_mut() {
                last.range.end = lines[first].end;
            }
            continue;
        };
        blocks.push(Block { range: start..lines[next - 1].end, kind });
    }
    if blocks.is_empty() && !text.is_empty() {
        blocks.push(Block { range: 0..text.len(), kind: Kind::Paragraph });
    }
    blocks
}

/// Reads the block that begins in line `next` and moves on to the line after it; `None` for an empty line, which is left.
fn read(text: &str, lines: &[Range<usize>], next: &mut usize) -> Option<Kind> {
    let line = |at: usize| lines.get(at).map(|range| text[range.clone()].trim_end());
    let first = line(*next)?;
    if first.trim().is_empty() {
        return None;
    }
    let begin = *next;
    *next += 1;
    if let Some(place) = place(first) {
        return Some(Kind::Place(place));
    }
    if let Some((level, heading)) = heading(first) {
        return Some(Kind::Heading(level, heading));
    }
    if let Some(fence) = fence(first) {
        while let Some(line) = line(*next) {
            *next += 1;
            if line.trim_start().starts_with(fence) && line.trim().chars().all(|c| fence.starts_with(c)) {
                break;
            }
        }
        return Some(Kind::Code);
    }
    if first.contains('|') && line(*next).is_some_and(is_table_rule) {
        *next += 1;
        let head = lines[*next - 1].end - lines[begin].start;
        while line(*next).is_some_and(|line| line.contains('|') && !starts_other(line)) {
            *next += 1;
        }
        return Some(Kind::Table(head));
    }
    let list = is_item(first);
    if !list
        && first.len() <= LONGEST_HEADING
        && let Some(under) = line(*next)
        && !under.is_empty()
        && (under.chars().all(|c| c == '=') || under.len() >= 3 && under.chars().all(|c| c == '-'))
    {
        *next += 1;
        return Some(Kind::Heading(if under.starts_with('=') { 1 } else { 2 }, plain(first)));
    }
    loop {
        match line(*next) {
            Some(line) if line.trim().is_empty() => {
                // A list goes on after an empty line with another item or something indented.
                let beyond = lines.get(*next + 1).map(|range| text[range.clone()].trim_end());
                match beyond {
                    Some(beyond) if list && (is_item(beyond) || is_indented(beyond)) => *next += 1,
                    _ => break,
                }
            }
            Some(line) if starts_other(line) => break,
            Some(line) if !list && (is_item(line) || question(line).is_some()) => break,
            Some(line)
                if line.contains('|') && lines.get(*next + 1).is_some_and(|at| is_table_rule(&text[at.clone()])) =>
            {
                break;
            }
            Some(_) => *next += 1,
            None => break,
        }
    }
    if list {
        return Some(Kind::List);
    }
    Some(question(first).map_or(Kind::Paragraph, Kind::Question))
}

/// Whether a line begins a block that needs no empty line before it.
fn starts_other(line: &str) -> bool {
    place(line).is_some() || heading(line).is_some() || fence(line).is_some()
}

fn place(line: &str) -> Option<Place> {
    let inside = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    let (what, which) = inside.split_once(char::is_whitespace)?;
    let which = which.trim();
    match what {
        "page" => which.parse().ok().map(Place::Page),
        "slide" => which.parse().ok().map(Place::Slide),
        "sheet" => Some(Place::Sheet(which.to_owned())),
        _ => None,
    }
}

fn heading(line: &str) -> Option<(usize, String)> {
    let line = line.strip_prefix("   ").or(line.strip_prefix("  ")).or(line.strip_prefix(' ')).unwrap_or(line);
    let level = line.bytes().take_while(|&byte| byte == b'#').count();
    let rest = &line[level..];
    let words = plain(rest.trim().trim_end_matches('#'));
    let is =
        (1..=6).contains(&level) && line.len() <= LONGEST_HEADING && rest.starts_with([' ', '\t']) && !words.is_empty();
    is.then_some((level, words))
}

fn fence(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence))
}

fn is_table_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains('-') && line.contains('|') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

fn is_indented(line: &str) -> bool {
    (line.starts_with("  ") || line.starts_with('\t')) && !line.trim().is_empty()
}

/// Whether a line begins an item of a list.
pub(super) fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix(['-', '*', '+']) {
        return rest.starts_with([' ', '\t']);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &line[digits..];
    (1..=4).contains(&digits)
        && (rest.starts_with(['、', '．', '）']) || [". ", ") ", ".\t"].iter().any(|mark| rest.starts_with(mark)))
}

/// The question of a pair: after `Q:` or `问：`, or in bold, alone and with a question mark.
fn question(line: &str) -> Option<String> {
    let line = line.trim();
    if line.len() > LONGEST_HEADING {
        return None;
    }
    let bold = |text: &str| text.trim_matches('*').trim().to_owned();
    let open = line.trim_start_matches('*');
    for mark in ["Q:", "Q：", "问：", "问:", "问题：", "问题:", "問：", "Question:"] {
        if let Some(rest) = open.strip_prefix(mark) {
            return Some(bold(rest)).filter(|question| !question.is_empty());
        }
    }
    let inside = line.strip_prefix("**")?.strip_suffix("**")?;
    (inside.ends_with(['?', '？']) && !inside.contains("**")).then(|| inside.trim().to_owned())
}

/// A heading's words without the marks of emphasis and links.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim();
    while let Some(at) = rest.find('[') {
        let (before, link) = rest.split_at(at);
        plain.push_str(before);
        match link[1..].split_once("](").and_then(|(words, target)| Some((words, target.split_once(')')?.1))) {
            Some((words, after)) if !words.contains('[') => {
                plain.push_str(words);
                rest = after;
            }
            _ => {
                plain.push('[');
                rest = &link[1..];
            }
        }
    }
    plain.push_str(rest);
    plain.replace(['*', '`'], "").trim().to_owned()
}
