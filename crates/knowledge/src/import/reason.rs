//! Why a line is refused.

use std::fmt;

use super::Place;

/// Why a line was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A field that must have text has none.
    Empty {
        /// `question`, `answer`, …
        field: &'static str,
    },
    /// A field is longer than it may be.
    TooLong {
        /// The field.
        field: &'static str,
        /// Its length in characters.
        length: usize,
        /// The most that is allowed.
        limit: usize,
    },
    /// The list of variants is longer than it may be.
    TooManyVariants {
        /// Their number.
        count: usize,
        /// The most that is allowed.
        limit: usize,
    },
    /// The line is not UTF-8.
    NotUtf8,
    /// The line is not JSON, or no object.
    NotJson {
        /// What the parser says.
        detail: String,
    },
    /// The row of a table cannot be read.
    BadRow {
        /// What the parser says.
        detail: String,
    },
    /// A field that must be there is missing.
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field has a value of another type than expected.
    WrongType {
        /// The field.
        field: &'static str,
        /// What was expected.
        expected: &'static str,
        /// What came.
        got: &'static str,
    },
    /// The question was asked before in this file.
    DuplicateQuestion {
        /// Where.
        earlier: Place,
    },
    /// The id was used before in this file.
    DuplicateId {
        /// Where.
        earlier: Place,
    },
}

impl Reason {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Empty { field: "question" } => "empty_question",
            Reason::Empty { field: "answer" } => "empty_answer",
            Reason::Empty { .. } => "empty_field",
            Reason::TooLong { .. } => "too_long",
            Reason::TooManyVariants { .. } => "too_many_variants",
            Reason::NotUtf8 => "not_utf8",
            Reason::NotJson { .. } => "not_json",
            Reason::BadRow { .. } => "bad_row",
            Reason::Missing { .. } => "missing_field",
            Reason::WrongType { .. } => "wrong_type",
            Reason::DuplicateQuestion { .. } => "duplicate_question",
            Reason::DuplicateId { .. } => "duplicate_id",
        }
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Reason::Empty { field } => format!("{}为空；请填写，或删除这一行", name(field)),
            Reason::TooLong { field, length, limit } => {
                format!("{}有 {length} 个字符，最多 {limit} 个；请缩短", name(field))
            }
            Reason::TooManyVariants { count, limit } => {
                format!("相似问有 {count} 个，最多 {limit} 个；请删减")
            }
            Reason::NotUtf8 => "不是 UTF-8 编码；请另存为 UTF-8".to_owned(),
            Reason::NotJson { detail } => format!("应为一个 JSON 对象，解析失败：{detail}"),
            Reason::BadRow { detail } => format!("无法读取这一行：{detail}"),
            Reason::Missing { field } => format!("缺少字段 {field}；请补上"),
            Reason::WrongType { field, expected, got } => {
                format!("字段 {field} 应为{}，实际为{}", type_name(expected), type_name(got))
            }
            Reason::DuplicateQuestion { earlier } => {
                format!("问题与{}重复；请合并为一条", earlier.zh())
            }
            Reason::DuplicateId { earlier } => {
                format!("编号与{}重复；请使用不同的编号", earlier.zh())
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Empty { field } => {
                write!(f, "the {field} is empty; fill it in or delete the line")
            }
            Reason::TooLong { field, length, limit } => {
                write!(f, "the {field} has {length} characters and may have {limit}; shorten it")
            }
            Reason::TooManyVariants { count, limit } => {
                write!(f, "there are {count} variants and may be {limit}; remove some")
            }
            Reason::NotUtf8 => write!(f, "the text is not UTF-8; save the file as UTF-8"),
            Reason::NotJson { detail } => {
                write!(f, "expected a JSON object on one line, but: {detail}")
            }
            Reason::BadRow { detail } => write!(f, "the row cannot be read: {detail}"),
            Reason::Missing { field } => write!(f, "the field {field} is missing; add it"),
            Reason::WrongType { field, expected, got } => {
                write!(f, "the field {field} must be {expected}, it is {got}")
            }
            Reason::DuplicateQuestion { earlier } => {
                write!(f, "the question was asked before ({earlier}); join the two")
            }
            Reason::DuplicateId { earlier } => {
                write!(f, "the id was used before ({earlier}); give another")
            }
        }
    }
}

fn name(field: &str) -> &str {
    match field {
        "question" => "问题",
        "answer" => "答案",
        "variant" => "相似问",
        "lang" => "语言",
        "category" => "分类",
        "id" => "编号",
        other => other,
    }
}

fn type_name(english: &str) -> &str {
    match english {
        "text" => "文本",
        "a list of text" => "文本列表",
        "text or a number" => "文本或数字",
        "0 or 1" => " 0 或 1",
        "null" => "空值",
        "true or false" => "布尔值",
        "a number" => "数字",
        "a list" => "列表",
        "an object" => "对象",
        "an error value" => "错误值",
        other => other,
    }
}
