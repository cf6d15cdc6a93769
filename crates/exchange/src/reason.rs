//! Why something is refused, in both languages.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Place;

/// Something that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where it stands.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

impl Refusal {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// Place and reason in Chinese.
    pub fn zh(&self) -> String {
        format!("{}：{}", self.place.zh(), self.reason.zh())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl Serialize for Refusal {
    /// `{"place": "line 3", "code": "empty_question", "zh": "…", "en": "…"}`
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        told(serializer, &self.place, self.code(), &self.reason.zh(), &self.reason.to_string())
    }
}

pub(crate) fn told<S: Serializer>(
    serializer: S,
    place: &Place,
    code: &str,
    zh: &str,
    en: &str,
) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeStruct;
    let mut out = serializer.serialize_struct("Told", 4)?;
    out.serialize_field("place", place)?;
    out.serialize_field("code", code)?;
    out.serialize_field("zh", zh)?;
    out.serialize_field("en", en)?;
    out.end()
}

/// Why a line, row, file or article was not taken. Fields are named as in JSONL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A field that must have text has none.
    Empty { field: &'static str },
    /// A field is longer than it may be, in characters.
    TooLong { field: &'static str, length: usize, limit: usize },
    /// A list is longer than it may be.
    TooMany { field: &'static str, count: usize, limit: usize },
    /// The text is not UTF-8.
    NotUtf8,
    /// The line is not JSON, or no object.
    NotJson { detail: String },
    /// The row of a table cannot be read.
    BadRow { detail: String },
    /// What stands between the two lines `---` at the top is not YAML, or no mapping.
    BadFrontMatter { detail: String },
    /// The name of a file in an archive leads out of it.
    BadPath,
    /// A file in an archive cannot be unpacked: it is encrypted or damaged.
    NotUnpacked { detail: String },
    /// A field that must be there is missing.
    Missing { field: &'static str },
    /// A field has a value of another type than expected.
    WrongType { field: &'static str, expected: &'static str, got: &'static str },
    /// A field has a value that is none of those it may have.
    Unknown { field: &'static str, got: String },
    /// `valid_until` is not after `valid_from`.
    ValidityReversed { from: String, until: String },
    /// The question was asked before in this file, and nothing tells the two apart.
    DuplicateQuestion { earlier: Place },
    /// The id was used before in this file.
    DuplicateId { earlier: Place },
    /// Another published entry of this language has the key.
    DuplicateKey { key: String, earlier: Place },
}

impl Reason {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty { field: "question" } => "empty_question",
            Self::Empty { field: "answer" } => "empty_answer",
            Self::Empty { .. } => "empty_field",
            Self::TooLong { .. } => "too_long",
            Self::TooMany { field: "variants", .. } => "too_many_variants",
            Self::TooMany { .. } => "too_many",
            Self::NotUtf8 => "not_utf8",
            Self::NotJson { .. } => "not_json",
            Self::BadRow { .. } => "bad_row",
            Self::BadFrontMatter { .. } => "bad_front_matter",
            Self::BadPath => "bad_path",
            Self::NotUnpacked { .. } => "not_unpacked",
            Self::Missing { .. } => "missing_field",
            Self::WrongType { .. } => "wrong_type",
            Self::Unknown { field: "lang", .. } => "unknown_language",
            Self::Unknown { field: "audience", .. } => "unknown_audience",
            Self::Unknown { field: "type", .. } => "unknown_type",
            Self::Unknown { field: "valid_from" | "valid_until" | "created_at" | "updated_at", .. } => "bad_date",
            Self::Unknown { .. } => "unknown_value",
            Self::ValidityReversed { .. } => "validity_reversed",
            Self::DuplicateQuestion { .. } => "duplicate_question",
            Self::DuplicateId { .. } => "duplicate_id",
            Self::DuplicateKey { .. } => "duplicate_key",
        }
    }

    /// The field that is meant, as JSONL names it.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Empty { field }
            | Self::TooLong { field, .. }
            | Self::TooMany { field, .. }
            | Self::Missing { field }
            | Self::WrongType { field, .. }
            | Self::Unknown { field, .. } => Some(field),
            Self::ValidityReversed { .. } => Some("valid_until"),
            Self::DuplicateQuestion { .. } => Some("question"),
            Self::DuplicateId { .. } => Some("id"),
            Self::DuplicateKey { .. } => Some("key"),
            _ => None,
        }
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Empty { field } => format!("{}为空；请填写，或删除这一条", name(field)),
            Self::TooLong { field, length, limit } => {
                format!("{}有 {length} 个字符，最多 {limit} 个；请缩短", name(field))
            }
            Self::TooMany { field, count, limit } => {
                format!("{}有 {count} 个，最多 {limit} 个；请删减", name(field))
            }
            Self::NotUtf8 => "不是 UTF-8 编码；请另存为 UTF-8".to_owned(),
            Self::NotJson { detail } => format!("应为一个 JSON 对象，解析失败：{detail}"),
            Self::BadRow { detail } => format!("无法读取这一行：{detail}"),
            Self::BadFrontMatter { detail } => format!("两行 --- 之间应为 YAML 键值，解析失败：{detail}"),
            Self::BadPath => "文件名指向压缩包之外；请重新打包".to_owned(),
            Self::NotUnpacked { detail } => format!("无法解压这个文件：{detail}；请去掉密码后重新打包"),
            Self::Missing { field } => format!("缺少字段 {field}；请补上"),
            Self::WrongType { field, expected, got } => {
                format!("字段 {field} 应为{}，实际为{}", type_name(expected), type_name(got))
            }
            Self::Unknown { field, got } => format!("{}应为 {}，实际为“{got}”", name(field), expected(field).0),
            Self::ValidityReversed { from, until } => {
                format!("失效时间 {until} 不晚于生效时间 {from}；请更正其中之一")
            }
            Self::DuplicateQuestion { earlier } => format!("问题与{}重复；请合并为一条", earlier.zh()),
            Self::DuplicateId { earlier } => format!("编号与{}重复；请使用不同的编号", earlier.zh()),
            Self::DuplicateKey { key, earlier } => {
                format!("同一语言中，键“{key}”已用于{}；请使用不同的键", earlier.zh())
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { field } => write!(f, "the {field} is empty; fill it in or delete the entry"),
            Self::TooLong { field, length, limit } => {
                write!(f, "the {field} has {length} characters and may have {limit}; shorten it")
            }
            Self::TooMany { field, count, limit } => {
                write!(f, "there are {count} {field} and may be {limit}; remove some")
            }
            Self::NotUtf8 => write!(f, "the text is not UTF-8; save the file as UTF-8"),
            Self::NotJson { detail } => write!(f, "expected a JSON object on one line, but: {detail}"),
            Self::BadRow { detail } => write!(f, "the row cannot be read: {detail}"),
            Self::BadFrontMatter { detail } => {
                write!(f, "expected YAML keys and values between the two lines ---, but: {detail}")
            }
            Self::BadPath => write!(f, "the file's name leads out of the archive; pack it anew"),
            Self::NotUnpacked { detail } => {
                write!(f, "the file cannot be unpacked: {detail}; pack it anew without a password")
            }
            Self::Missing { field } => write!(f, "the field {field} is missing; add it"),
            Self::WrongType { field, expected, got } => write!(f, "the field {field} must be {expected}, it is {got}"),
            Self::Unknown { field, got } => write!(f, "the {field} must be {}, it is {got:?}", expected(field).1),
            Self::ValidityReversed { from, until } => {
                write!(f, "valid_until {until} is not after valid_from {from}; mend one of them")
            }
            Self::DuplicateQuestion { earlier } => {
                write!(f, "the question was asked before ({earlier}); join the two")
            }
            Self::DuplicateId { earlier } => write!(f, "the id was used before ({earlier}); give another"),
            Self::DuplicateKey { key, earlier } => {
                write!(f, "the key {key:?} was used before in this language ({earlier}); give another")
            }
        }
    }
}

/// What a field may be, in Chinese and English.
fn expected(field: &str) -> (&'static str, &'static str) {
    match field {
        "kind" => ("faq、article、document 或 page（问答、文章、文档、网页）", "faq, article, document or page"),
        "status" => ("published、archived 或 draft（已发布、已归档、草稿）", "published, archived or draft"),
        "audience" => (
            "public、signed_in、agents 或 team:编号（公开、登录用户、内部、team:编号）",
            "public, signed_in, agents or team:ID",
        ),
        "lang" => ("zh、en 之类的语言代码（BCP 47）", "a language tag such as zh or en (BCP 47)"),
        "valid_from" | "valid_until" | "created_at" | "updated_at" => {
            ("2026-12-31 或 2026-12-31T08:30:00+08:00 之类的日期", "a date such as 2026-12-31 or 2026-12-31T08:30:00Z")
        }
        "owner_id" | "file_id" => ("UUID 编号", "an id (UUID)"),
        "version" => ("从 1 起的整数", "a whole number from 1"),
        "type" => ("entry、version、change、thing 或 link", "entry, version, change, thing or link"),
        _ => ("允许的值之一", "one of the values it may have"),
    }
}

/// The field in Chinese.
fn name(field: &str) -> &str {
    match field {
        "question" => "问题",
        "answer" => "答案",
        "variants" => "相似问",
        "answers" => "分渠道答案",
        "follow_ups" => "后续问题",
        "lang" => "语言",
        "category" => "分类",
        "tags" => "标签",
        "id" => "编号",
        "key" => "键",
        "kind" => "类型",
        "status" => "状态",
        "audience" => "受众",
        "valid_from" => "生效时间",
        "valid_until" => "失效时间",
        "owner_id" => "负责人",
        "source" => "来源",
        other => other,
    }
}

fn type_name(english: &str) -> &str {
    match english {
        "text" => "文本",
        "a list of text" => "文本列表",
        "a list of answers" => "答案列表（每项含 answer，以及 channel 或 audience）",
        "text or a number" => "文本或数字",
        "a web address or an object" => "网址或对象",
        "null" => "空值",
        "true or false" => "布尔值",
        "a number" => "数字",
        "a list" => "列表",
        "an object" => "对象",
        "an object with other fields" => "字段不符的对象",
        "one without channel and audience" => "既无 channel 也无 audience 的答案",
        "an error value" => "错误值",
        "text with control characters" => "含控制字符的文本",
        "a formula without its value" => "没有值的公式",
        other => other,
    }
}
