//! Where in a file something stands.

use std::fmt;

use serde::{Serialize, Serializer};

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file within an archive or a folder; `None` when there is one file only.
    pub file: Option<String>,
    pub spot: Spot,
}

/// Where in a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Spot {
    /// The file as a whole.
    File,
    /// A line, from 1.
    Line(u64),
    /// A row of a sheet, from 1 as spreadsheet programs count.
    Row { sheet: String, row: u32 },
    /// A cell of a sheet, such as `C7`.
    Cell { sheet: String, cell: String },
    /// An article of another program's export, by its id there.
    Article { id: String },
}

impl Place {
    /// A line of the only file.
    pub fn line(line: u64) -> Self {
        Self { file: None, spot: Spot::Line(line) }
    }

    /// A file among others as a whole.
    pub fn file(name: impl Into<String>) -> Self {
        Self { file: Some(name.into()), spot: Spot::File }
    }

    /// The place in Chinese.
    pub fn zh(&self) -> String {
        let spot = match &self.spot {
            Spot::File => String::new(),
            Spot::Line(line) => format!("第 {line} 行"),
            Spot::Row { sheet, row } => format!("工作表“{sheet}”第 {row} 行"),
            Spot::Cell { sheet, cell } => format!("工作表“{sheet}”单元格 {cell}"),
            Spot::Article { id } => format!("文章 {id}"),
        };
        match (&self.file, spot.is_empty()) {
            (Some(file), true) => file.clone(),
            (Some(file), false) => format!("{file}，{spot}"),
            (None, true) => "整个文件".to_owned(),
            (None, false) => spot,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, &self.spot) {
            (Some(file), Spot::File) => return f.write_str(file),
            (None, Spot::File) => return f.write_str("the whole file"),
            (Some(file), _) => write!(f, "{file}, ")?,
            (None, _) => {}
        }
        match &self.spot {
            Spot::File => Ok(()),
            Spot::Line(line) => write!(f, "line {line}"),
            Spot::Row { sheet, row } => write!(f, "sheet {sheet:?}, row {row}"),
            Spot::Cell { sheet, cell } => write!(f, "sheet {sheet:?}, cell {cell}"),
            Spot::Article { id } => write!(f, "article {id}"),
        }
    }
}

impl Serialize for Place {
    /// As the text of [`Place::to_string`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
