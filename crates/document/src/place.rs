//! Where in a file something is.

use std::fmt;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A part inside an Office file, such as `word/document.xml`.
    Part(String),
    /// A line of such a part, from 1.
    PartLine {
        /// The part.
        part: String,
        /// The line.
        line: usize,
    },
    /// A line of a text file, from 1.
    Line(usize),
    /// A page, from 1.
    Page(u32),
    /// A sheet, by its name.
    Sheet(String),
    /// A slide, from 1.
    Slide(u32),
}

impl Place {
    /// The place in Chinese; empty for the whole file.
    pub fn zh(&self) -> String {
        match self {
            Place::File => String::new(),
            Place::Part(part) => format!("部件 {part}"),
            Place::PartLine { part, line } => format!("部件 {part} 第 {line} 行"),
            Place::Line(line) => format!("第 {line} 行"),
            Place::Page(page) => format!("第 {page} 页"),
            Place::Sheet(sheet) => format!("工作表“{sheet}”"),
            Place::Slide(slide) => format!("第 {slide} 张幻灯片"),
        }
    }
}

/// The place in English; empty for the whole file.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File => Ok(()),
            Place::Part(part) => write!(f, "part {part}"),
            Place::PartLine { part, line } => write!(f, "part {part}, line {line}"),
            Place::Line(line) => write!(f, "line {line}"),
            Place::Page(page) => write!(f, "page {page}"),
            Place::Sheet(sheet) => write!(f, "sheet “{sheet}”"),
            Place::Slide(slide) => write!(f, "slide {slide}"),
        }
    }
}
