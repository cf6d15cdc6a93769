//! Markdown: a heading of the second level asks, what is below it answers.

use crate::check::{Collector, Draft};
use crate::text::{decode, lines};
use crate::{Format, ImportError, Options, Parsed, Place, folder, front_matter};

pub(crate) fn parse(bytes: &[u8], options: &Options<'_>) -> Result<Parsed, ImportError> {
    let text = decode(bytes).map_err(|detail| ImportError::unreadable(Format::Markdown, detail))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut collector = Collector::new(Format::Markdown, options);
    let is_article = front_matter::split(text).is_some() || !questions(&mut collector, text)?;
    if is_article && !text.trim().is_empty() {
        folder::read(&mut collector, None, text.as_bytes())?;
    }
    Ok(collector.parsed)
}

/// Reads the questions, and tells whether there are any.
fn questions(collector: &mut Collector, text: &str) -> Result<bool, ImportError> {
    let mut category = None;
    let mut open: Option<(Place, Section)> = None;
    let mut in_code = false;
    let mut any = false;
    for (number, line) in lines(text.as_bytes()) {
        let line = String::from_utf8_lossy(line);
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        match Line::of(&line) {
            Line::Category(name) if !in_code => {
                close(open.take(), &category, collector)?;
                category = Some(name.to_owned());
            }
            Line::Question(question) if !in_code => {
                any = true;
                close(open.take(), &category, collector)?;
                open = Some((Place::line(number), Section::new(question)));
            }
            _ => {
                if let Some((_, section)) = &mut open {
                    section.push(&line);
                }
            }
        }
    }
    close(open, &category, collector)?;
    Ok(any)
}

fn close(
    section: Option<(Place, Section)>,
    category: &Option<String>,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    let Some((place, section)) = section else {
        return Ok(());
    };
    collector.add(
        place,
        Draft {
            question: section.question,
            answer: section.answer,
            variants: section.variants,
            category: category.clone(),
            ..Draft::default()
        },
    )
}

enum Line<'a> {
    Category(&'a str),
    Question(&'a str),
    Text,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let heading = |text: &'a str| text.trim().trim_end_matches('#').trim_end();
        if let Some(text) = line.strip_prefix("## ") {
            Line::Question(heading(text))
        } else if line.trim_end() == "##" {
            Line::Question("")
        } else if let Some(text) = line.strip_prefix("# ") {
            Line::Category(heading(text))
        } else {
            Line::Text
        }
    }
}

/// What is below a question.
struct Section {
    question: String,
    answer: String,
    variants: Vec<String>,
    in_variants: bool,
}

impl Section {
    fn new(question: &str) -> Self {
        Self { question: question.to_owned(), answer: String::new(), variants: Vec::new(), in_variants: false }
    }

    fn push(&mut self, line: &str) {
        let text = line.trim();
        if is_variants_label(text) {
            self.in_variants = true;
            return;
        }
        if self.in_variants {
            if let Some(variant) = list_item(text) {
                self.variants.push(variant.to_owned());
                return;
            }
            if text.is_empty() {
                return;
            }
            self.in_variants = false;
        }
        self.answer.push_str(line.trim_end());
        self.answer.push('\n');
    }
}

fn is_variants_label(text: &str) -> bool {
    let Some(label) = text.trim_matches('*').strip_suffix([':', '：']) else {
        return false;
    };
    let label = label.trim_matches('*').trim();
    label.eq_ignore_ascii_case("variants") || matches!(label, "相似问" | "相似问题" | "相似问法")
}

fn list_item(text: &str) -> Option<&str> {
    ["- ", "* ", "+ "].iter().find_map(|mark| text.strip_prefix(mark)).map(str::trim).or_else(|| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        (1..=3).contains(&digits).then(|| text[digits..].strip_prefix(". ")).flatten().map(str::trim)
    })
}
