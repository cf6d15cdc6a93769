//! What is to be said, what it rests on, and what the guard makes of it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The language that the customer is spoken to in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// Where a text comes from; the guard trusts what operators wrote more than what a model wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A template of a flow or of `wording.yml`, filled in.
    Template,
    /// An answer of the knowledge base, as it is written there.
    Knowledge,
    /// A text that states the result of a tool, filled in.
    Tool,
    /// Written by a language model.
    Model,
}

/// A text that the bot is about to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saying {
    /// The text.
    pub text: String,
    /// The customer's language.
    pub lang: Lang,
    /// The channel it is said on, such as `web`, `sms`, `wechat`, `email`; decides the length.
    pub channel: String,
    /// Where the text comes from.
    pub origin: Origin,
}

/// What a text may rest on. Everything may be empty.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Evidence {
    /// Published texts of the knowledge base.
    pub passages: Vec<String>,
    /// Results of tools, as they came.
    pub results: Vec<serde_json::Value>,
    /// Known facts: texts of templates as the operator wrote them, opening hours, the company's own names.
    pub facts: Vec<String>,
    /// What the customer wrote in this conversation; it may be said back.
    pub said: Vec<String>,
    /// The values of the slots that the flow filled.
    pub slots: serde_json::Map<String, serde_json::Value>,
    /// The customer's own personal data: name, telephone, e-mail, addresses.
    pub own: Vec<String>,
    /// Hosts that links may lead to, besides those of `guard.yml`.
    pub hosts: Vec<String>,
    /// Texts that must not be repeated: system prompts.
    pub hidden: Vec<String>,
    /// Names of the tools, which no customer should read.
    pub tools: Vec<String>,
    /// Now, with the customer's offset: gives 今天 and "tomorrow" their dates. Without it they are not compared.
    #[serde(with = "time::serde::rfc3339::option")]
    pub now: Option<OffsetDateTime>,
}

/// What was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A number, amount, date, length of time, percentage, code or telephone number that nothing supports.
    Number,
    /// A person, product, organisation or place that nothing supports.
    Name,
    /// A statement that nothing supports.
    Claim,
    /// The opposite of what the evidence says.
    Contradiction,
    /// A promise that no policy covers.
    Promise,
    /// Personal data of somebody else.
    Personal,
    /// A link to a host that is not allowed.
    Link,
    /// A phrase that the operator, or the law, forbids.
    Forbidden,
    /// A phrase that has to be there is missing.
    Required,
    /// Not the customer's language.
    Language,
    /// Insult, sarcasm, arguing.
    Tone,
    /// Too long for the channel.
    Length,
    /// Instructions, prompts, names of tools, markup of language models.
    Injection,
}

impl Rule {
    /// All rules, in the order in which they are reported.
    pub const ALL: [Rule; 13] = [
        Rule::Number,
        Rule::Name,
        Rule::Claim,
        Rule::Contradiction,
        Rule::Promise,
        Rule::Personal,
        Rule::Link,
        Rule::Forbidden,
        Rule::Required,
        Rule::Language,
        Rule::Tone,
        Rule::Length,
        Rule::Injection,
    ];

    /// The name that `guard.yml` and traces use.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Number => "number",
            Rule::Name => "name",
            Rule::Claim => "claim",
            Rule::Contradiction => "contradiction",
            Rule::Promise => "promise",
            Rule::Personal => "personal",
            Rule::Link => "link",
            Rule::Forbidden => "forbidden",
            Rule::Required => "required",
            Rule::Language => "language",
            Rule::Tone => "tone",
            Rule::Length => "length",
            Rule::Injection => "injection",
        }
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Would mislead or annoy the customer.
    Medium,
    /// Would harm the customer or the company.
    High,
}

/// What was done about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The sentence was left out.
    Dropped,
    /// The words were replaced by, or the text completed with, what the operator wrote for it.
    Replaced,
    /// The whole text was stopped.
    Blocked,
    /// Nothing; it stands in the trace.
    Noted,
}

/// Something that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// How bad it is.
    pub severity: Severity,
    /// Byte offset in the text where the words start.
    pub start: usize,
    /// Byte offset after them.
    pub end: usize,
    /// The words that broke the rule, as they were to be said.
    pub words: String,
    /// Why, in Chinese.
    pub why_zh: String,
    /// Why, in English.
    pub why_en: String,
    /// What was done.
    pub action: Action,
}

/// What may be said, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What may be said: sentences of the text in their order. Nothing: say something else, such as the fallback.
    pub text: Option<String>,
    /// What was found, in the order of the text.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Whether the text may be said as it was written.
    pub fn untouched(&self) -> bool {
        self.findings.iter().all(|finding| finding.action == Action::Noted)
    }
}
