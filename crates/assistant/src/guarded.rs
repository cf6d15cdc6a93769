//! The guard on everything that the bot says.

use serde_json::{Map, Value};
use yingda_desk::BotStep;
use yingda_guard::{Evidence, Guard, Lang, Origin, Saying};
use yingda_model::{BotOutcome, Content, HandOverReason, TraceGuard};

use crate::steps::{say, sendable};
use crate::{Tongue, TurnInput, brief, texts};

/// What the texts of a turn may rest on.
pub(crate) struct Grounds<'a> {
    pub tongue: Tongue,
    pub origin: Origin,
    pub channel: &'a str,
    /// What tools gave, in this turn and before.
    pub results: Vec<Value>,
    /// The company's own texts: templates that name its telephone, its addresses; passages.
    pub texts: Vec<String>,
    /// What flows know.
    pub slots: Map<String, Value>,
    /// The customer's own data.
    pub own: Vec<String>,
    /// Names of tools: no customer should read one.
    pub tools: Vec<String>,
    /// What is asked about the answer before it, in the same message: without that answer it is not asked.
    pub closing: Option<String>,
}

/// Checks the steps of a turn. What must not be said is left out; when nothing is left of a message, people take over. Gives
/// what was found.
pub(crate) fn guard(
    guard: &Guard,
    input: &TurnInput<'_>,
    grounds: Grounds<'_>,
    steps: &mut Vec<BotStep>,
) -> Vec<TraceGuard> {
    let hosts = grounds.texts.iter().flat_map(|text| hosts(text)).collect();
    let model = grounds.origin == Origin::Model;
    let closing = grounds.closing;
    let evidence = Evidence {
        passages: if model { grounds.texts.clone() } else { Vec::new() },
        facts: if model { Vec::new() } else { grounds.texts },
        results: grounds.results,
        said: vec![input.content.as_text().to_owned()],
        slots: grounds.slots,
        own: grounds.own,
        hosts,
        tools: grounds.tools,
        ..Evidence::default()
    };
    let mut found = Vec::new();
    let mut silenced = None;
    for (at, step) in steps.iter_mut().enumerate() {
        let BotStep::Say { content: Content::Text { text, .. } | Content::Choices { text, .. }, .. } = step else {
            continue;
        };
        let saying = Saying {
            text: text.clone(),
            lang: match grounds.tongue {
                Tongue::Zh => Lang::Zh,
                Tongue::En => Lang::En,
            },
            channel: grounds.channel.to_owned(),
            origin: grounds.origin,
        };
        let verdict = guard.check(&saying, &evidence);
        if verdict.untouched() {
            continue;
        }
        found.extend(verdict.findings.iter().map(|finding| TraceGuard {
            rule: finding.rule.name().to_owned(),
            action: format!("{:?}", finding.action).to_lowercase(),
            words: brief::masked(&Value::String(finding.words.clone())),
            why_zh: finding.why_zh.clone(),
            why_en: finding.why_en.clone(),
        }));
        match verdict.text {
            Some(rest) if closing.as_deref().map(str::trim) != Some(rest.trim()) => *text = sendable(&rest),
            _ => {
                silenced = Some(at);
                break;
            }
        }
    }
    if let Some(at) = silenced {
        // Half an answer may say the opposite of the whole: nothing after it is said.
        let handed_over = steps.iter().any(|step| matches!(step, BotStep::HandOver { .. }));
        steps.retain({
            let mut number = 0;
            move |step| {
                number += 1;
                number <= at || !matches!(step, BotStep::Say { .. })
            }
        });
        let said = texts::guarded(grounds.tongue);
        steps.insert(at.min(steps.len()), say(Content::text(said), BotOutcome::Failed, None));
        if !handed_over {
            steps.push(BotStep::HandOver { reason: HandOverReason::Guard, brief: None });
        }
    }
    found
}

/// The hosts that a text of the company's own leads to.
pub(crate) fn hosts(text: &str) -> Vec<String> {
    let after = |scheme: &'static str| text.match_indices(scheme).map(move |(at, _)| at + scheme.len());
    after("https://")
        .chain(after("http://"))
        .filter_map(|start| {
            let end = text[start..].find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-'));
            let host = &text[start..end.map_or(text.len(), |end| start + end)];
            (!host.is_empty()).then(|| host.to_ascii_lowercase())
        })
        .collect()
}
