//! Why a model gave nothing that can be used.

use std::fmt;
use std::time::Duration;

/// Why there is no result. [`Error::code`] is for programs, [`Error::en`] and [`Error::zh`] are for operators. A customer never sees
/// it: without a model the assistant goes on by rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// No model does the task, or its key is not there.
    NotConfigured { what: String },
    /// A budget is used up; nothing was sent.
    Budget { limit: Limit },
    /// The model took too long.
    Timeout { model: String, limit: Duration },
    /// No connection, a busy or failing server, or one that is left alone after failures.
    Unreachable { model: String, why: String },
    /// The endpoint does not want the request: a wrong key, a wrong model name, a policy of its own. Status 0 says that nothing was
    /// sent, because the host may not be reached.
    Refused { model: String, status: u16, why: String },
    /// What came is not what was asked for, also after asking again.
    Broken { model: String, why: String },
    /// The question does not fit, or the answer has no end.
    TooLong { model: String, why: String },
    /// The model called a tool that it was not given.
    NotAllowed { model: String, tool: String },
}

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    ConversationMoney,
    ConversationTokens,
    DayMoney,
    DayTokens,
    /// The books cannot be read or written, so that nobody knows what may still be spent.
    Books,
}

impl Limit {
    /// The key in `models.yml`.
    pub fn key(self) -> &'static str {
        match self {
            Self::ConversationMoney => "budgets.conversation.money",
            Self::ConversationTokens => "budgets.conversation.tokens",
            Self::DayMoney => "budgets.day.money",
            Self::DayTokens => "budgets.day.tokens",
            Self::Books => "budgets",
        }
    }
}

impl Error {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured { .. } => "not_configured",
            Self::Budget { .. } => "budget",
            Self::Timeout { .. } => "timeout",
            Self::Unreachable { .. } => "unreachable",
            Self::Refused { .. } => "refused",
            Self::Broken { .. } => "broken",
            Self::TooLong { .. } => "too_long",
            Self::NotAllowed { .. } => "not_allowed",
        }
    }

    /// For an operator, in English.
    pub fn en(&self) -> String {
        match self {
            Self::NotConfigured { what } => {
                format!(
                    "no language model can do this: {what}. Add it to models.yml, or leave it: the assistant works without"
                )
            }
            Self::Budget { limit: Limit::Books } => {
                "what was spent could not be read or written, so nothing was sent: look at the database".to_owned()
            }
            Self::Budget { limit } => {
                format!("{} is used up: nothing was sent. Raise it in models.yml if this was meant", limit.key())
            }
            Self::Timeout { model, limit } => format!(
                "“{model}” did not answer within {} ms: raise timeout_ms, or name a faster model first",
                limit.as_millis()
            ),
            Self::Unreachable { model, why } => {
                format!("“{model}” cannot be reached ({why}): check base_url and that the server runs")
            }
            Self::Refused { model, status: 0, why } => format!("nothing was sent to “{model}”: {why}"),
            Self::Refused { model, status, why } => {
                format!(
                    "“{model}” refused the request with status {status} ({why}): check key, model and offers in models.yml"
                )
            }
            Self::Broken { model, why } => {
                format!(
                    "what “{model}” answered cannot be used ({why}): a larger model, or offers.json_schema, may help"
                )
            }
            Self::TooLong { model, why } => format!("too long for “{model}”: {why}"),
            Self::NotAllowed { model, tool } => {
                format!("“{model}” called the tool “{tool}”, which it was not given: nothing was done")
            }
        }
    }

    /// For an operator, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::NotConfigured { what } => {
                format!("没有语言模型可用：{what}。请在 models.yml 中配置；不配置时助手也能工作")
            }
            Self::Budget { limit: Limit::Books } => "无法读写已用的预算，因此没有发送任何内容：请检查数据库".to_owned(),
            Self::Budget { limit } => {
                format!("{} 已用完：没有发送任何内容。如有需要，请在 models.yml 中调高", limit.key())
            }
            Self::Timeout { model, limit } => {
                format!("“{model}”没有在 {} 毫秒内应答：请调高 timeout_ms，或把更快的模型放在前面", limit.as_millis())
            }
            Self::Unreachable { model, why } => {
                format!("无法连接“{model}”（{why}）：请检查 base_url 以及服务是否在运行")
            }
            Self::Refused { model, status: 0, why } => format!("没有向“{model}”发送任何内容：{why}"),
            Self::Refused { model, status, why } => {
                format!("“{model}”拒绝了请求，状态码 {status}（{why}）：请检查 models.yml 中的 key、model 和 offers")
            }
            Self::Broken { model, why } => {
                format!("“{model}”的回答无法使用（{why}）：可以换更大的模型，或启用 offers.json_schema")
            }
            Self::TooLong { model, why } => format!("对“{model}”来说太长：{why}"),
            Self::NotAllowed { model, tool } => {
                format!("“{model}”调用了没有提供给它的工具“{tool}”：没有执行任何操作")
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for Error {}

/// What somebody else wrote, short enough for a message.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 160;
    let mut short: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
