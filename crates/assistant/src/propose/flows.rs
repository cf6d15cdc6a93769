//! Flows that a message may begin: by intent, or by a wording of the flow itself.

use yingda_dialogue::{Command, Flow, Proposed, may_start};
use yingda_entity::{Entity, Kind};
use yingda_model::Question;

use super::signs::{bare, is_question};
use super::{LANGUAGE, RULES, Seen};
use crate::judge::Verdict;
use crate::understood::Wish;

/// Probability from which an intent begins its flow.
const BEGINS: f32 = 0.6;
/// From a message that names an order, the likeliest will do: the flow asks before it changes anything.
const BEGINS_OWN_CASE: f32 = 0.35;
/// While another flow waits for an answer, it has to be surer.
const BEGINS_MEANWHILE: f32 = 0.75;
/// Probability from which a flow is offered when none is sure.
const OFFERED: f32 = 0.2;
/// … begins beside another that was asked for in so many words.
const SURE: f32 = 0.8;
/// … and begun when the message says its title.
const NAMED: f32 = 0.1;
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
    for proposed in worded(seen).into_iter().chain(chosen_by_words(seen)) {
        if !found.iter().any(|old| old.command == proposed.command) {
            found.push(proposed);
        }
    }
    let busy = seen.state.asking().is_some();
    let wishes = match seen.understood {
        Some(understood) if !understood.clauses.is_empty() => understood.clauses.as_slice(),
        Some(understood) => understood.wishes.as_slice(),
        None => &[],
    };
    let begins = match (busy, own_case(seen)) {
        (true, _) => BEGINS_MEANWHILE,
        (false, true) => BEGINS_OWN_CASE,
        (false, false) => BEGINS,
    };
    let by_words = !found.is_empty();
    let starting: Vec<Proposed> = wishes.iter().filter_map(|wish| begun(seen, wish, begins)).collect();
    // Between what it may be about and what it says in so many words, the words decide.
    let doubtful = starting.len() < 2 && starting.iter().all(|proposed| proposed.score < SURE);
    match titled(seen, wishes).filter(|_| !busy && !by_words && doubtful) {
        Some(titled) => found.push(titled),
        None => {
            for proposed in starting.into_iter().filter(|proposed| !by_words || proposed.score >= SURE) {
                if !found.iter().any(|old| old.command == proposed.command) {
                    found.push(proposed);
                }
            }
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
    let own_case = own_case(seen);
    // Who names an order is about the shop's business, however it is put.
    let likeliest = wish.ranked.first().filter(|_| wish.in_scope || own_case);
    let (intent, probability) = likeliest.filter(|(_, probability)| *probability >= begins)?;
    let probability = *probability;
    let flow = flow_of(seen, &intent.name)?;
    let words = seen.text.get(wish.start..wish.end)?;
    if is_number(seen, wish.start, wish.end) {
        return None;
    }
    // How something is done in general is explained; the customer's own case is dealt with.
    if asks(words) && !own_case && !answers_questions(flow) && explains(seen, wish) {
        return None;
    }
    let exact = seen.answers.iter().any(|part| {
        matches!(&part.verdict, Verdict::Answer { hit, .. } if hit.exact)
            && part.start <= wish.start
            && part.end >= wish.end
    });
    if exact && is_question(words) && !own_case {
        return None;
    }
    let command = Command::StartFlow { flow: flow.id.clone() };
    Some(Proposed { command, by: LANGUAGE.into(), score: probability, start: wish.start, end: wish.end })
}

/// Whether the message is about an order of the customer's own: it names one.
fn own_case(seen: &Seen<'_>) -> bool {
    seen.entities().iter().any(|entity| matches!(entity.kind, Kind::OrderNumber | Kind::ParcelNumber))
}

/// Whether a part of the message names something and little more: “order QH2611081742” asks for nothing by itself.
fn is_number(seen: &Seen<'_>, start: usize, end: usize) -> bool {
    let whole = start == 0 && end >= seen.text.trim_end().len();
    let covered: usize =
        seen.entities().iter().map(|entity| entity.end.min(end).saturating_sub(entity.start.max(start))).sum();
    if !whole && covered * 3 > (end - start) * 2 {
        return true;
    }
    let words = without_numbers(seen, start, end);
    let names = seen.text.get(start..end).is_some_and(|all| all.len() > words.len());
    let mut said = bare(&words);
    for noun in [
        "订单号",
        "单号",
        "号码",
        "订单",
        "号",
        "我的",
        "这单",
        "是",
        "的",
        "myorder",
        "order",
        "number",
        "its",
        "is",
        "the",
        "no",
    ] {
        said = said.replace(noun, "");
    }
    !whole && names && said.is_empty()
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

/// Whether a part of the message asks how something is, rather than for it to be done: “can you cancel it?” asks for it.
pub(super) fn asks(words: &str) -> bool {
    let said = words.to_lowercase();
    let requests =
        ["帮我", "给我", "替我", "麻烦", "我要", "我想", "can you", "could you", "please", "i want", "i'd like"];
    is_question(words) && !requests.iter().any(|request| said.contains(request))
}

/// Flows whose own wordings the message, or a part of it, is or comes near.
fn worded(seen: &Seen<'_>) -> Vec<Proposed> {
    // Where an answer is waited for, nothing is guessed.
    let is_idle = seen.state.asking().is_none();
    // The part that says it tells best where it is said.
    let parts = super::parts(seen.text);
    // Words of different parts are no wording together.
    let (whole, is_one) = ((0, seen.text.len()), parts.len() < 2);
    let mut found: Vec<Proposed> = Vec::new();
    for (start, end) in parts.into_iter().chain([whole]) {
        let words = without_numbers(seen, start, end);
        let near = seen.wordings.near(&words);
        let may_guess = is_idle && (is_one || (start, end) != whole) && !is_number(seen, start, end);
        let begins = |flow: &str, score: f32| {
            let flow = seen.release.flow(flow)?;
            // “How do I cancel an order?” is explained before it is done.
            let asks_how = score < 1.0 && asks(&seen.text[start..end]) && !answers_questions(flow);
            (!asks_how && may_start(seen.release, seen.turn, &flow.id)).then(|| flow.id.clone())
        };
        let next = near.get(1).map_or(0.0, |(_, score)| *score);
        for (flow, score) in near.iter().copied() {
            let says = score >= SAID;
            // What may be two may be neither.
            let stands_out = score >= NEAR && score - next >= AHEAD;
            let is_near = may_guess && stands_out && found.is_empty() && !is_known(seen, start, end);
            if let Some(flow) = begins(flow, score).filter(|_| says || is_near) {
                let command = Command::StartFlow { flow };
                found.push(Proposed { command, by: RULES.into(), score, start, end });
            }
            if !says {
                break;
            }
        }
    }
    found
}

/// From here on a wording is said, from here on it may be meant, and by so much before any other.
const SAID: f32 = 0.85;
const NEAR: f32 = 0.55;
const AHEAD: f32 = 0.15;

/// Whether an intent, or the knowledge base, is sure about a part of the message: then no wording has to be guessed.
fn is_known(seen: &Seen<'_>, start: usize, end: usize) -> bool {
    let overlaps = |from: usize, to: usize| from < end && start < to;
    let wishes = seen.understood.map(|understood| understood.wishes.as_slice()).unwrap_or_default();
    let by_intent = wishes.iter().any(|wish| {
        let sure = wish.in_scope && wish.ranked.first().is_some_and(|(_, probability)| *probability >= BEGINS);
        sure && overlaps(wish.start, wish.end)
    });
    by_intent
        || seen.answers.iter().any(|part| {
            let sure = matches!(&part.verdict, Verdict::Answer { hit, .. } if hit.exact)
                || matches!(part.verdict, Verdict::Courtesy(_) | Verdict::Graph(_));
            sure && overlaps(part.start, part.end)
        })
}

/// The words of a part without the numbers of orders and parcels.
fn without_numbers(seen: &Seen<'_>, start: usize, end: usize) -> String {
    let mut words = String::new();
    let mut from = start;
    let is_number = |entity: &&Entity| matches!(entity.kind, Kind::OrderNumber | Kind::ParcelNumber);
    for entity in seen.entities().iter().filter(is_number).filter(|entity| entity.start >= start && entity.end <= end) {
        words.push_str(seen.text.get(from..entity.start).unwrap_or_default());
        from = from.max(entity.end);
    }
    words.push_str(seen.text.get(from..end).unwrap_or_default());
    words
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

/// The flow whose title the message says: of those that its intents may mean, or of all where it names an order.
fn titled(seen: &Seen<'_>, wishes: &[Wish]) -> Option<Proposed> {
    let said = bare(seen.text);
    let own_case = own_case(seen);
    if is_question(seen.text) && !own_case {
        return None;
    }
    let says = |flow: &Flow| {
        let title = flow.title.variants(seen.turn.lang, seen.turn.tone).first();
        let title = title.and_then(|title| title.render(seen.turn.names).ok()).map(|title| bare(&title));
        title.is_some_and(|title| title.chars().count() >= 2 && said.contains(&title))
    };
    let ranked = wishes.iter().flat_map(|wish| &wish.ranked).filter(|(_, probability)| *probability >= NAMED);
    let meant = ranked.filter_map(|(intent, probability)| Some((flow_of(seen, &intent.name)?, *probability)));
    let meant = meant.into_iter().find(|(flow, _)| says(flow));
    let named = || {
        let begins = |flow: &&Flow| !flow.starts.intents.is_empty() && may_start(seen.release, seen.turn, &flow.id);
        let mut flows = seen.release.flows().map(AsRef::as_ref).filter(begins).filter(|flow| says(flow));
        flows.next().filter(|_| own_case).map(|flow| (flow, NAMED))
    };
    let (flow, probability) = meant.or_else(named)?;
    let command = Command::StartFlow { flow: flow.id.clone() };
    Some(seen.whole(command, LANGUAGE, probability))
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
