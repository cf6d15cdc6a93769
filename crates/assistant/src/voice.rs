//! What flows say, in the brand's tone, where an operator has a language model see to that (`bot.rephrase` in `models.yml`).
//!
//! The flow's own words are always good enough: they are said when the model is slow, wrong or gone, and they alone ask, offer
//! and confirm, because there a shade of meaning counts.

use std::time::Duration;

use tokio::time::Instant;
use yingda_desk::BotStep;
use yingda_entity::pii::Masking;
use yingda_guard::{Evidence, Origin, Saying};
use yingda_llm::{Call, Llm, Task};
use yingda_model::{BotOutcome, Content, TraceDecision, TraceGuard};

use crate::brain::Brain;
use crate::guarded::hosts;
use crate::modelled::{account, lang, told};
use crate::steps::sendable;
use crate::{Tongue, TurnInput, TurnPlan, brief};

/// Longest that a customer waits for it, over all messages of a turn.
const WITHIN: Duration = Duration::from_secs(4);
/// A shorter text has no tone of its own.
const LEAST_CHARS: usize = 8;

/// Puts the messages of a flow that neither ask nor offer anything into the brand's tone, as far as the model's words rest on
/// the flow's and the guard finds nothing in them.
pub(crate) async fn in_tone(llm: &Llm, brain: &Brain, input: &TurnInput<'_>, channel: &str, plan: &mut TurnPlan) {
    if !brain.models.rephrase_bot
        || !llm.has(Task::Rephrase)
        || !matches!(plan.trace.decision, TraceDecision::Flow { .. })
    {
        return;
    }
    let until = Instant::now() + WITHIN;
    let persona = &brain.release.wordings.persona.tone;
    for step in &mut plan.steps {
        let BotStep::Say { content: Content::Text { text, .. }, outcome: BotOutcome::Answered, .. } = step else {
            continue;
        };
        let Some(tongue) = Tongue::of_text(text).filter(|_| text.chars().count() >= LEAST_CHARS) else { continue };
        let tone = if tongue == Tongue::Zh { &persona.zh } else { &persona.en };
        let left = until.saturating_duration_since(Instant::now());
        if tone.trim().is_empty() || left.is_zero() {
            continue;
        }
        let mut masking = Masking::default();
        let mut call = Call { account: account(input), lang: lang(tongue), masking: &mut masking, within: Some(left) };
        let outcome = llm.rephrase(&mut call, text, tone).await;
        plan.trace.models.push(told(&outcome.record));
        let Ok(said) = outcome.result else { continue };
        let saying = Saying {
            text: said,
            lang: match tongue {
                Tongue::Zh => yingda_guard::Lang::Zh,
                Tongue::En => yingda_guard::Lang::En,
            },
            channel: channel.to_owned(),
            origin: Origin::Model,
        };
        let evidence = Evidence {
            passages: vec![text.clone()],
            facts: vec![text.clone()],
            own: vec![text.clone()],
            hosts: hosts(text),
            ..Evidence::default()
        };
        let verdict = brain.guard.check(&saying, &evidence);
        match verdict.text.as_ref().filter(|_| verdict.untouched()) {
            Some(said) => *text = sendable(said),
            None => plan.trace.guard.extend(verdict.findings.into_iter().map(|finding| TraceGuard {
                rule: finding.rule.name().to_owned(),
                action: format!("{:?}", finding.action).to_lowercase(),
                words: brief::masked(&serde_json::Value::String(finding.words)),
                why_zh: finding.why_zh,
                why_en: finding.why_en,
            })),
        }
    }
}
