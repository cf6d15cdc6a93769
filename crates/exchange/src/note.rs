//! What an import did otherwise than the file says, for people to know.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Place;
use crate::reason::told;

/// Something that was taken, but not quite as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where it stands; the first of several places.
    pub place: Place,
    pub what: Noted,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noted {
    /// Characters that no text needs were taken out of a field.
    ControlCharacters { field: &'static str, count: usize },
    /// A field is not known here and was passed over, so many times.
    UnknownField { field: String, times: usize },
    /// A column is not known here and was passed over.
    UnknownColumn { column: String },
    /// A draft without a text yet was passed over.
    EmptyDraft,
    /// Pictures and other attachments that are not stored; the links to them stay as they are.
    AttachmentsLeftOut { count: usize, examples: Vec<String> },
    /// The text shows pictures from somewhere else.
    PicturesElsewhere { count: usize },
    /// The readers of an article are a group of their own there, or not in the export: agents may read it.
    AudienceUnknown,
}

impl Note {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self.what {
            Noted::ControlCharacters { .. } => "control_characters",
            Noted::UnknownField { .. } => "unknown_field",
            Noted::UnknownColumn { .. } => "unknown_column",
            Noted::EmptyDraft => "empty_draft",
            Noted::AttachmentsLeftOut { .. } => "attachments_left_out",
            Noted::PicturesElsewhere { .. } => "pictures_elsewhere",
            Noted::AudienceUnknown => "audience_unknown",
        }
    }

    /// Place and note in Chinese.
    pub fn zh(&self) -> String {
        format!("{}：{}", self.place.zh(), self.what.zh())
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl Serialize for Note {
    /// `{"place": "line 3", "code": "control_characters", "zh": "…", "en": "…"}`
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        told(serializer, &self.place, self.code(), &self.what.zh(), &self.what.to_string())
    }
}

impl Noted {
    fn zh(&self) -> String {
        match self {
            Self::ControlCharacters { field, count } => format!("从字段 {field} 中去掉了 {count} 个控制字符"),
            Self::UnknownField { field, times } => format!("字段 {field} 无法识别，已忽略（共 {times} 处）"),
            Self::UnknownColumn { column } => format!("列“{column}”无法识别，已忽略"),
            Self::EmptyDraft => "草稿还没有正文，已略过".to_owned(),
            Self::AttachmentsLeftOut { count, examples } => {
                format!("有 {count} 个图片或附件未存储（例如 {}）；正文中的链接保持不变", examples.join("、"))
            }
            Self::PicturesElsewhere { count } => format!("正文引用了 {count} 张外部图片；图片未存储，链接保持不变"),
            Self::AudienceUnknown => "原读者是单独设定的一组人，或不在导出文件中；现仅客服可见，请人工确认".to_owned(),
        }
    }
}

impl fmt::Display for Noted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ControlCharacters { field, count } => {
                write!(f, "control characters were taken out of the field {field} ({count})")
            }
            Self::UnknownField { field, times } => {
                write!(f, "the field {field} is not known and was passed over ({times} times)")
            }
            Self::UnknownColumn { column } => write!(f, "the column {column:?} is not known and was passed over"),
            Self::EmptyDraft => write!(f, "the draft has no text yet and was passed over"),
            Self::AttachmentsLeftOut { count, examples } => write!(
                f,
                "pictures and attachments are not stored ({count}, such as {}); the links to them stay as they are",
                examples.join(", ")
            ),
            Self::PicturesElsewhere { count } => {
                write!(f, "pictures stay where they are ({count}); only the links to them were taken")
            }
            Self::AudienceUnknown => write!(
                f,
                "its readers are a group of their own there, or not in the export; here only agents may read it: decide who may"
            ),
        }
    }
}
