//! Flows that a message may begin: by intent, or by a wording of the flow itself.

use yingda_dialogue::{Command, Flow, Proposed, may_start};
use yingda_model::Question;

use super::signs::{bare, is_question};
use super::{LANGUAGE, RULES, Seen};
use crate::judge::Verdict;
use crate::understood::Wish;

/// Probability from which an intent begins its flow.
const BEGINS: f32 = 0.6;
/// While another flow waits for an answer, it has to be surer.
const BEGINS_MEANWHILE: f32 = 0.75;
/// Probability from which a flow is offered when none is sure.
const OFFERED: f32 = 0.2;
/// Flows that are offered at once.
const MOST_OFFERED: usize = 3;

/// Whether a flow that may begin now does what an intent wishes.
pub(super) fn has_flow(seen: &Seen<'_>, intent: &str) -> bool {
    flow_of(seen, intent).is_some()
}

fn flow_of<'a>(seen: &'a Seen<'_>, intent: &str) -> Option<&'a Flow> {
    let of = |flow: &&std::sync::Arc<Flow>| flow.starts.intents.iter().any(|own| own == intent);
    let mut flows = seen.release.flows().filter(of).filter(|flow| may_start(seen.release, seen.turn, &flow.id));
    flows.next().map(AsRef::as_ref)
}

/// The flows that the message begins, each with its place; or, when none is sure, those that it may mean.
pub(crate) fn starts(seen: &Seen<'_>) -> Vec<Proposed> {
    let mut found: Vec<Proposed> = Vec::new();
    let mut add = |proposed: Proposed| {
        if !found.iter().any(|old| old.command == proposed.command) {
            found.push(proposed);
        }
    };
    for proposed in worded(seen) {
        add(proposed);
    }
    if let Some(proposed) = chosen_by_words(seen) {
        add(proposed);
    }
    let busy = seen.state.asking().is_some();
    let wishes = seen.understood.map(|understood| understood.wishes.as_slice()).unwrap_or_default();
    let begins = if busy { BEGINS_MEANWHILE } else { BEGINS };
    for wish in wishes {
        if let Some(proposed) = begun(seen, wish, begins) {
            add(proposed);
        }
    }
    if found.is_empty()
        && !busy
        && !matches!(seen.verdict, Verdict::Answer { .. } | Verdict::Graph(_) | Verdict::Courtesy(_))
    {
        found.extend(offered(seen, wishes));
    }
    found
}

fn begun(seen: &Seen<'_>, wish: &Wish, begins: f32) -> Option<Proposed> {
    let (intent, probability) = wish.intent().filter(|(_, probability)| *probability >= begins)?;
    let flow = flow_of(seen, &intent.name)?;
    let words = seen.text.get(wish.start..wish.end)?;
    // How something is done in general is explained; the customer's own case is dealt with.
    if is_question(words) && !answers_questions(flow) && explains(seen, wish) {
        return None;
    }
    let exact = seen.answers.iter().any(|part| {
        matches!(&part.verdict, Verdict::Answer { hit, .. } if hit.exact)
            && part.start <= wish.start
            && part.end >= wish.end
    });
    if exact && is_question(words) {
        return None;
    }
    let command = Command::StartFlow { flow: flow.id.clone() };
    Some(Proposed { command, by: LANGUAGE.into(), score: probability, start: wish.start, end: wish.end })
}

/// Whether a flow tells something, and changes nothing: it may be what a question asks for.
fn answers_questions(flow: &Flow) -> bool {
    flow.changes_nothing()
}

/// Whether the knowledge base has an answer to the wish.
fn explains(seen: &Seen<'_>, wish: &Wish) -> bool {
    seen.answers.iter().any(|part| {
        let overlaps = part.start < wish.end && wish.start < part.end;
        overlaps && matches!(part.verdict, Verdict::Answer { .. } | Verdict::IntentAnswer { .. } | Verdict::Graph(_))
    })
}

/// Flows one of whose own wordings the message, or a part of it, is.
fn worded(seen: &Seen<'_>) -> Vec<Proposed> {
    let whole = (0, seen.text.len());
    let parts = std::iter::once(whole).chain(super::parts(seen.text));
    let mut found = Vec::new();
    for (start, end) in parts {
        let said = bare(&seen.text[start..end]);
        if said.is_empty() {
            continue;
        }
        for flow in seen.release.flows() {
            let mut phrases = flow.starts.phrases_zh.iter().chain(&flow.starts.phrases_en);
            if phrases.any(|phrase| bare(phrase) == said) && may_start(seen.release, seen.turn, &flow.id) {
                let command = Command::StartFlow { flow: flow.id.clone() };
                found.push(Proposed { command, by: RULES.into(), score: 1.0, start, end });
            }
        }
    }
    found
}

/// The flow that the customer names among those that were offered.
fn chosen_by_words(seen: &Seen<'_>) -> Option<Proposed> {
    let Some(Question::Clarify { flows }) = &seen.state.question else { return None };
    let said = bare(seen.text);
    let titles = flows.iter().filter_map(|id| {
        let flow = seen.release.flow(id)?;
        let title = flow.title.variants(seen.turn.lang, seen.turn.tone).first()?.render(seen.turn.names).ok()?;
        Some((id, bare(&title)))
    });
    let titles: Vec<_> = titles.collect();
    let named = titles.iter().find(|(_, title)| said == *title || said.chars().count() >= 2 && title.contains(&said));
    let by_place = super::slots::place(seen, flows.len()).and_then(|place| flows.get(place));
    let flow = named.map(|(id, _)| *id).or(by_place)?;
    Some(seen.whole(Command::StartFlow { flow: flow.clone() }, RULES, 0.9))
}

fn offered(seen: &Seen<'_>, wishes: &[Wish]) -> Option<Proposed> {
    let [wish] = wishes else { return None };
    if !wish.in_scope {
        return None;
    }
    let mut flows: Vec<String> = Vec::new();
    let mut best = 0.0_f32;
    for (intent, probability) in wish.ranked.iter().filter(|(_, probability)| *probability >= OFFERED) {
        let flow = flow_of(seen, &intent.name)?;
        if !flows.contains(&flow.id) {
            flows.push(flow.id.clone());
            best = best.max(*probability);
        }
    }
    flows.truncate(MOST_OFFERED);
    (!flows.is_empty()).then(|| seen.whole(Command::Clarify { flows }, LANGUAGE, best))
}
