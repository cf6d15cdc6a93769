//! Why a file is refused.

use std::fmt;

use crate::Place;

/// Why nothing of a file is used: which file, where in it, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    /// The file's name as it was given.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What is wrong.
    pub reason: Reason,
}

impl std::error::Error for DocumentError {}

/// In English.
impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File => write!(f, "{}: {}", self.file, self.reason),
            place => write!(f, "{}, {place}: {}", self.file, self.reason),
        }
    }
}

impl DocumentError {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// The error in Chinese.
    pub fn zh(&self) -> String {
        match &self.place {
            Place::File => format!("{}：{}", self.file, self.reason.zh()),
            place => format!("{}，{}：{}", self.file, place.zh(), self.reason.zh()),
        }
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The file has no bytes.
    Empty,
    /// The file is larger than it may be.
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The most that is allowed.
        limit: u64,
    },
    /// The file is of a kind that is not read.
    Unsupported {
        /// What it is, such as `image/png` or `DOC`; `data` when nobody knows.
        found: String,
    },
    /// The name promises a kind that the file is not, and what it is instead does not show.
    Mislabelled {
        /// The ending of the name.
        named: String,
    },
    /// The file opens only with a password.
    Encrypted,
    /// The file's structure is damaged.
    Broken {
        /// What the parser says.
        detail: String,
    },
    /// A part that must be there is missing.
    MissingPart,
    /// The part declares a document type (DTD), which Office files must not have.
    DocumentType,
    /// What is unpacked is larger than it may be.
    UnpackedTooLarge {
        /// The most that is allowed.
        limit: u64,
    },
    /// A part unpacks to so many times its size that it must be a bomb.
    Bomb {
        /// The most that is allowed.
        ratio: u64,
    },
    /// The file has more parts than it may have.
    TooManyParts {
        /// Their number.
        count: usize,
        /// The most that is allowed.
        limit: usize,
    },
    /// The part has more elements than it may have.
    TooManyNodes {
        /// The most that is allowed.
        limit: usize,
    },
    /// Elements are nested deeper than they may be.
    TooDeep {
        /// The most that is allowed.
        limit: usize,
    },
    /// The file has more pages, slides or sheets than it may have.
    TooManyPages {
        /// Their number.
        count: usize,
        /// The most that is allowed.
        limit: u32,
    },
}

impl Reason {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Empty => "empty_file",
            Reason::TooLarge { .. } => "too_large",
            Reason::Unsupported { .. } => "unsupported_format",
            Reason::Mislabelled { .. } => "mislabelled",
            Reason::Encrypted => "encrypted",
            Reason::Broken { .. } => "broken",
            Reason::MissingPart => "missing_part",
            Reason::DocumentType => "document_type",
            Reason::UnpackedTooLarge { .. } => "unpacked_too_large",
            Reason::Bomb { .. } => "bomb",
            Reason::TooManyParts { .. } => "too_many_parts",
            Reason::TooManyNodes { .. } => "too_many_elements",
            Reason::TooDeep { .. } => "too_deep",
            Reason::TooManyPages { .. } => "too_many_pages",
        }
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Reason::Empty => "文件是空的；请检查后重新上传".to_owned(),
            Reason::TooLarge { bytes, limit } => {
                format!("文件大小为 {}，最多 {}；请拆分或压缩图片后再上传", size(*bytes), size(*limit))
            }
            Reason::Unsupported { found } => format!(
                "文件内容是 {}，无法读取；请转换为 PDF、DOCX、XLSX、PPTX、HTML、Markdown 或 TXT",
                if found == "data" { "未知格式" } else { found }
            ),
            Reason::Mislabelled { named } => {
                format!("文件名后缀为 .{named}，内容却不是；请检查文件，用原程序重新保存后再上传")
            }
            Reason::Encrypted => "文件已加密，需要密码；请去除密码后再上传".to_owned(),
            Reason::Broken { detail } => format!("文件已损坏（{detail}）；请用原程序打开并另存后再上传"),
            Reason::MissingPart => "缺少这个部件，文件不完整；请用原程序打开并另存后再上传".to_owned(),
            Reason::DocumentType => {
                "含有文档类型声明（DTD），Office 文件不允许；请用原程序打开并另存后再上传".to_owned()
            }
            Reason::UnpackedTooLarge { limit } => format!("解压后超过 {}；请拆分文件", size(*limit)),
            Reason::Bomb { ratio } => format!("解压后超过原大小的 {ratio} 倍，疑似压缩炸弹，已拒绝"),
            Reason::TooManyParts { count, limit } => format!("含有 {count} 个部件，最多 {limit} 个；请拆分文件"),
            Reason::TooManyNodes { limit } => format!("元素超过 {limit} 个；请拆分文件"),
            Reason::TooDeep { limit } => format!("元素嵌套超过 {limit} 层，已拒绝"),
            Reason::TooManyPages { count, limit } => format!("共 {count} 页，最多 {limit} 页；请拆分文件"),
        }
    }
}

/// The reason in English.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Empty => write!(f, "the file is empty; check it and upload it again"),
            Reason::TooLarge { bytes, limit } => write!(
                f,
                "the file has {} and may have {}; split it, or make its pictures smaller",
                size(*bytes),
                size(*limit)
            ),
            Reason::Unsupported { found } => write!(
                f,
                "the file is {}, which is not read; convert it to PDF, DOCX, XLSX, PPTX, HTML, Markdown or TXT",
                if found == "data" { "of an unknown kind" } else { found }
            ),
            Reason::Mislabelled { named } => write!(
                f,
                "the name ends in .{named}, but the file is nothing of the kind; check it, save it again in its program and upload it"
            ),
            Reason::Encrypted => write!(f, "the file is encrypted; remove its password and upload it again"),
            Reason::Broken { detail } => {
                write!(f, "the file is damaged ({detail}); open it in its program, save it and upload it again")
            }
            Reason::MissingPart => {
                write!(f, "this part is missing; open the file in its program, save it and upload it again")
            }
            Reason::DocumentType => write!(
                f,
                "it declares a document type (DTD), which Office files must not; open the file in its program and save it again"
            ),
            Reason::UnpackedTooLarge { limit } => {
                write!(f, "it unpacks to more than {}; split the file", size(*limit))
            }
            Reason::Bomb { ratio } => {
                write!(f, "it unpacks to more than {ratio} times its size, as bombs do; refused")
            }
            Reason::TooManyParts { count, limit } => {
                write!(f, "it has {count} parts and may have {limit}; split the file")
            }
            Reason::TooManyNodes { limit } => write!(f, "it has more than {limit} elements; split the file"),
            Reason::TooDeep { limit } => write!(f, "its elements are nested more than {limit} deep; refused"),
            Reason::TooManyPages { count, limit } => {
                write!(f, "it has {count} pages and may have {limit}; split the file")
            }
        }
    }
}

/// A reason and its place, before the file's name is known.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) place: Place,
    pub(crate) reason: Reason,
}

impl Fault {
    pub(crate) fn file(reason: Reason) -> Self {
        Self { place: Place::File, reason }
    }

    pub(crate) fn broken(place: Place, detail: impl fmt::Display) -> Self {
        Self { place, reason: Reason::Broken { detail: detail.to_string().chars().take(200).collect() } }
    }

    pub(crate) fn of(self, file: &str) -> DocumentError {
        DocumentError { file: file.chars().take(300).collect(), place: self.place, reason: self.reason }
    }
}

/// Bytes for people: `812 B`, `1.5 MB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if value.fract() < 0.05 || unit == 0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}
