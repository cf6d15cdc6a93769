//! What an editor should know about a document that was read.

use std::fmt;

use crate::Place;

/// A place whose words are not in the Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: UnreadReason,
}

/// Why a place was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadReason {
    /// It has pictures and no text: scanned, or drawn.
    Scanned,
    /// Its font does not say which characters its glyphs are.
    NoCharacters,
    /// It draws more than a page may.
    TooHeavy,
    /// It is damaged.
    Broken,
    /// Whoever made the file has hidden it.
    Hidden,
}

impl UnreadReason {
    /// A stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            UnreadReason::Scanned => "scanned",
            UnreadReason::NoCharacters => "no_characters",
            UnreadReason::TooHeavy => "too_heavy",
            UnreadReason::Broken => "broken",
            UnreadReason::Hidden => "hidden",
        }
    }

    /// The reason in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            UnreadReason::Scanned => "只有图片，没有文字；尚未识别",
            UnreadReason::NoCharacters => "字体没有说明字形对应的字符，无法取出文字；请重新导出 PDF",
            UnreadReason::TooHeavy => "内容过多，超出单页上限，未读取",
            UnreadReason::Broken => "已损坏，未读取",
            UnreadReason::Hidden => "已被作者隐藏，未读取",
        }
    }
}

/// The reason in English.
impl fmt::Display for UnreadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UnreadReason::Scanned => "pictures without text; not read yet",
            UnreadReason::NoCharacters => "its font does not say which characters it shows; export the PDF again",
            UnreadReason::TooHeavy => "draws more than a page may; not read",
            UnreadReason::Broken => "damaged; not read",
            UnreadReason::Hidden => "hidden by its author; not read",
        })
    }
}

impl Unread {
    /// Place and reason in Chinese.
    pub fn zh(&self) -> String {
        match self.place {
            Place::File => self.reason.zh().to_owned(),
            _ => format!("{}：{}", self.place.zh(), self.reason.zh()),
        }
    }
}

/// Place and reason in English.
impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::File => self.reason.fmt(f),
            _ => write!(f, "{}: {}", self.place, self.reason),
        }
    }
}

/// A warning and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Where.
    pub place: Place,
    /// What.
    pub warning: Warning,
}

impl Notice {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        self.warning.code()
    }

    /// Place and warning in Chinese.
    pub fn zh(&self) -> String {
        match self.place {
            Place::File => self.warning.zh(),
            _ => format!("{}：{}", self.place.zh(), self.warning.zh()),
        }
    }
}

/// Place and warning in English.
impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::File => self.warning.fmt(f),
            _ => write!(f, "{}: {}", self.place, self.warning),
        }
    }
}

/// What an editor should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The name says another kind than the bytes.
    Mislabelled {
        /// The ending of the name.
        named: String,
        /// What it was read as.
        is: &'static str,
    },
    /// The file has macros; they were not looked at.
    MacrosIgnored,
    /// The page has scripts; they were not looked at.
    ScriptsIgnored,
    /// Cells were joined: their value stands in the first, the others are empty; in one column it is repeated.
    MergedCells {
        /// How many such areas.
        count: usize,
    },
    /// Pictures whose words are not in the text.
    PicturesIgnored {
        /// How many.
        count: usize,
    },
    /// Speaker's notes, which are for the speaker.
    NotesIgnored {
        /// On how many slides.
        count: usize,
    },
    /// Links to addresses that are not shown, such as scripts and local files.
    LinksDropped {
        /// How many.
        count: usize,
    },
    /// Lines that stand at the top or bottom of most pages were left out.
    RepeatedLinesDropped {
        /// How many different lines.
        count: usize,
    },
    /// The text was cut at a limit.
    Cut {
        /// What is counted: `bytes`, `rows`, `columns`.
        what: &'static str,
        /// The most that is allowed.
        limit: usize,
    },
    /// Bytes that are no characters in the encoding were replaced.
    Replaced {
        /// The encoding.
        encoding: &'static str,
    },
    /// The text's encoding was guessed.
    Guessed {
        /// The encoding.
        encoding: &'static str,
    },
    /// The archive has parts whose names lead out of it; they were not looked at.
    UnsafePartNames {
        /// How many.
        count: usize,
    },
    /// Elements nested too deep were flattened.
    Flattened {
        /// The depth that is kept.
        limit: usize,
    },
    /// Nothing was found to read.
    NoText,
}

impl Warning {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Warning::Mislabelled { .. } => "mislabelled",
            Warning::MacrosIgnored => "macros_ignored",
            Warning::ScriptsIgnored => "scripts_ignored",
            Warning::MergedCells { .. } => "merged_cells",
            Warning::PicturesIgnored { .. } => "pictures_ignored",
            Warning::NotesIgnored { .. } => "notes_ignored",
            Warning::LinksDropped { .. } => "links_dropped",
            Warning::RepeatedLinesDropped { .. } => "repeated_lines_dropped",
            Warning::Cut { .. } => "cut",
            Warning::Replaced { .. } => "replaced_bytes",
            Warning::Guessed { .. } => "guessed_encoding",
            Warning::UnsafePartNames { .. } => "unsafe_part_names",
            Warning::Flattened { .. } => "flattened",
            Warning::NoText => "no_text",
        }
    }

    /// The warning in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Warning::Mislabelled { named, is } => format!("文件名后缀为 .{named}，内容是 {is}；已按 {is} 读取"),
            Warning::MacrosIgnored => "含有宏；只读取了文字，没有执行宏".to_owned(),
            Warning::ScriptsIgnored => "含有脚本；只读取了文字，没有执行脚本".to_owned(),
            Warning::MergedCells { count } => {
                format!("有 {count} 处合并单元格：值写在第一格，同一列内重复；请核对表格")
            }
            Warning::PicturesIgnored { count } => format!("有 {count} 张图片，其中的文字尚未识别"),
            Warning::NotesIgnored { count } => format!("{count} 张幻灯片有演讲者备注，未读取"),
            Warning::LinksDropped { count } => format!("去除了 {count} 个不安全的链接，保留了文字"),
            Warning::RepeatedLinesDropped { count } => format!("去除了 {count} 种在多数页面重复出现的页眉页脚"),
            Warning::Cut { what, limit } => match *what {
                "rows" => format!("超过 {limit} 行，其余未读取"),
                "columns" => format!("超过 {limit} 列，其余未读取"),
                _ => format!("文字超过 {limit} 字节，其余未读取"),
            },
            Warning::Replaced { encoding } => format!("有些字节不是 {encoding} 字符，已用 � 代替"),
            Warning::Guessed { encoding } => format!("未注明编码，按 {encoding} 读取；请核对文字"),
            Warning::UnsafePartNames { count } => format!("有 {count} 个部件的名称指向文件之外，已忽略"),
            Warning::Flattened { limit } => format!("元素嵌套超过 {limit} 层，更深的已展平"),
            Warning::NoText => "没有可读取的文字".to_owned(),
        }
    }
}

/// The warning in English.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Mislabelled { named, is } => {
                write!(f, "the name ends in .{named} but the file is {is}; it was read as {is}")
            }
            Warning::MacrosIgnored => write!(f, "the file has macros; its text was read, no macro ran"),
            Warning::ScriptsIgnored => write!(f, "the file has scripts; its text was read, no script ran"),
            Warning::MergedCells { count } => write!(
                f,
                "{count} merged areas: the value stands in the first cell and is repeated down a column; check the table"
            ),
            Warning::PicturesIgnored { count } => write!(f, "{count} pictures; words in them are not read yet"),
            Warning::NotesIgnored { count } => write!(f, "{count} slides have speaker's notes; they were not read"),
            Warning::LinksDropped { count } => write!(f, "{count} unsafe links were removed, their text was kept"),
            Warning::RepeatedLinesDropped { count } => {
                write!(f, "{count} lines that repeat at the top or bottom of most pages were left out")
            }
            Warning::Cut { what, limit } => write!(f, "more than {limit} {what}; the rest was left out"),
            Warning::Replaced { encoding } => write!(f, "some bytes are no {encoding} characters; � stands for them"),
            Warning::Guessed { encoding } => {
                write!(f, "the encoding is not declared; read as {encoding}, so check the text")
            }
            Warning::UnsafePartNames { count } => {
                write!(f, "{count} parts have names that lead out of the file; they were ignored")
            }
            Warning::Flattened { limit } => write!(f, "elements nested more than {limit} deep were flattened"),
            Warning::NoText => write!(f, "there is no text to read"),
        }
    }
}
