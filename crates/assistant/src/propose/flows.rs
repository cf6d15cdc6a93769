//! Flows that a message may begin: by intent, or by a wording of the flow itself.

use yingda_dialogue::{Command, Flow, Proposed, may_start};
use yingda_entity::Kind;
use yingda_model::Question;

use super::signs::{bare, is_question};
use super::sound::Sounds;
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
    if is_number(seen, wish) {
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

/// Whether a part of the message is little more than a number: that asks for nothing.
fn is_number(seen: &Seen<'_>, wish: &Wish) -> bool {
    let whole = wish.start == 0 && wish.end >= seen.text.trim_end().len();
    let covered: usize = seen
        .entities()
        .iter()
        .map(|entity| entity.end.min(wish.end).saturating_sub(entity.start.max(wish.start)))
        .sum();
    !whole && covered * 3 > (wish.end - wish.start) * 2
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

/// How well `said` is a wording: whole, or within a longer sentence that adds no no.
fn says(said: &str, phrase: &str) -> f32 {
    let long = if phrase.is_ascii() { 12 } else { 4 };
    if said == phrase {
        1.0
    } else if phrase.chars().count() >= long && said.contains(phrase) && !NO.iter().any(|no| said.contains(no)) {
        0.85
    } else {
        0.0
    }
}

/// Words that turn a wording into its opposite.
const NO: [&str; 8] = ["不要", "不想", "不用", "别", "没有", "dont", "donot", "not"];

/// Whether a part of the message asks how something is, rather than for it to be done: “can you cancel it?” asks for it.
fn asks(words: &str) -> bool {
    let said = words.to_lowercase();
    let requests =
        ["帮我", "给我", "替我", "麻烦", "我要", "我想", "can you", "could you", "please", "i want", "i'd like"];
    is_question(words) && !requests.iter().any(|request| said.contains(request))
}

/// Flows one of whose own wordings the message, or a part of it, is.
fn worded(seen: &Seen<'_>) -> Vec<Proposed> {
    let whole = (0, seen.text.len());
    // The part that says it tells best where it is said.
    let parts = super::parts(seen.text).into_iter().chain([whole]);
    let mut found = Vec::new();
    for (start, end) in parts {
        let said = bare(&seen.text[start..end]);
        if said.is_empty() {
            continue;
        }
        for flow in seen.release.flows() {
            let phrases = flow.starts.phrases_zh.iter().chain(&flow.starts.phrases_en);
            let how_well = phrases.map(|phrase| says(&said, &bare(phrase))).fold(0.0, f32::max);
            // “How do I cancel an order?” is explained before it is done.
            let asks_how = how_well < 1.0 && asks(&seen.text[start..end]) && !answers_questions(flow);
            if how_well > 0.0 && !asks_how && may_start(seen.release, seen.turn, &flow.id) {
                let command = Command::StartFlow { flow: flow.id.clone() };
                found.push(Proposed { command, by: RULES.into(), score: how_well, start, end });
            }
        }
    }
    if found.is_empty() { slipped(seen) } else { found }
}

/// How sure a flow is whose wording was typed with slips.
const SLIPPED: f32 = 0.8;

/// Flows one of whose own wordings the message is, but for slips.
fn slipped(seen: &Seen<'_>) -> Vec<Proposed> {
    // The number of an order is no part of a wording.
    let mut words = String::new();
    let mut from = 0;
    for entity in seen.entities().iter().filter(|entity| matches!(entity.kind, Kind::OrderNumber | Kind::ParcelNumber))
    {
        words.push_str(seen.text.get(from..entity.start).unwrap_or_default());
        from = from.max(entity.end);
    }
    words.push_str(seen.text.get(from..).unwrap_or_default());
    let said = bare(&words);
    if said.chars().count() > 40 {
        return Vec::new();
    }
    let said = Sounds::of(&said);
    let flows = seen.release.flows().filter(|flow| {
        let mut phrases = flow.starts.phrases_zh.iter().chain(&flow.starts.phrases_en);
        phrases.any(|phrase| said.are(&Sounds::of(&bare(phrase)))) && may_start(seen.release, seen.turn, &flow.id)
    });
    let start = |flow: &std::sync::Arc<Flow>| seen.whole(Command::StartFlow { flow: flow.id.clone() }, RULES, SLIPPED);
    let found: Vec<Proposed> = flows.map(start).collect();
    // What may be two may be neither.
    if found.len() == 1 { found } else { Vec::new() }
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
