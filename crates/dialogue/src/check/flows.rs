//! What flows are to each other: what begins them, and who the customer is.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use crate::read::Read;
use crate::{Does, Needs, Phrase, Place, Problem, SlotType, Step};

pub(super) fn check(world: &World<'_>, problems: &mut Vec<Problem>) {
    let called: BTreeSet<&str> = world.reads.iter().flat_map(|read| goes_to(read)).collect();
    for read in world.reads {
        intents_and_entities(world, read, problems);
        started(world, read, &called, problems);
        needs(world, read, problems);
    }
    shared(world, problems);
    identity(world, problems);
    phrases(world, problems);
}

/// The flows that this one calls or links to, itself left out.
fn goes_to(read: &Read) -> Vec<&str> {
    fn collect<'a>(steps: &'a [Step], found: &mut Vec<&'a str>) {
        for step in steps {
            if let Does::Run { flow, .. } | Does::Link { flow } = &step.does {
                found.push(flow);
            }
            for (_, below) in step.below() {
                collect(below, found);
            }
        }
    }
    let mut found = Vec::new();
    collect(&read.flow.steps, &mut found);
    found.retain(|id| *id != read.flow.id);
    found
}

fn intents_and_entities(world: &World<'_>, read: &Read, problems: &mut Vec<Problem>) {
    let flow = &read.flow;
    if let Some(intents) = &world.known.intents {
        for intent in flow.starts.intents.iter().filter(|intent| !intents.contains(*intent)) {
            let place = read.spots.of(flow.place, &format!("starts.intents.{intent}"));
            let problem = Problem::error(&flow.file, place, format!("there is no intent `{intent}`"));
            problems.push(problem.one_of(intent, intents.iter().map(String::as_str)));
        }
    }
    if let Some(entities) = &world.known.entities {
        for slot in flow.slots.values() {
            if let SlotType::Entity(name) = &slot.of
                && !entities.contains(name)
            {
                let place = read.spots.of(slot.place, "type");
                let problem = Problem::error(&flow.file, place, format!("there is no type of entities `{name}`"));
                problems.push(problem.one_of(name, entities.iter().map(String::as_str)));
            }
        }
    }
}

/// Whether anything begins a flow.
fn started(world: &World<'_>, read: &Read, called: &BTreeSet<&str>, problems: &mut Vec<Problem>) {
    let flow = &read.flow;
    let starts = &flow.starts;
    let begins = !starts.intents.is_empty() || !starts.events.is_empty();
    let (zh, en) = (!starts.phrases_zh.is_empty(), !starts.phrases_en.is_empty());
    if !begins && !zh && !en && !called.contains(flow.id.as_str()) && world.identity() != Some(&flow.id) && !read.broken
    {
        let problem = Problem::warning(&flow.file, flow.place, format!("nothing begins the flow `{}`", flow.id));
        problems.push(problem.hint("add `starts:` with intents, phrases or events, or `call` it from another flow"));
    }
    if !begins && zh != en {
        let (there, missing) = if zh { ("Chinese", "English") } else { ("English", "Chinese") };
        let place = read.spots.of(flow.place, "starts.phrases");
        problems.push(Problem::warning(
            &flow.file,
            place,
            format!("the flow begins by {there} phrases, but by no {missing} ones"),
        ));
    }
}

/// What must be known of the customer.
fn needs(world: &World<'_>, read: &Read, problems: &mut Vec<Problem>) {
    let flow = &read.flow;
    if flow.needs == Needs::None {
        return;
    }
    let place = read.spots.of(flow.place, "needs");
    match world.identity() {
        None if flow.needs == Needs::Verified => {
            let message = "the flow needs a verified customer, but there is no identity flow";
            problems.push(
                Problem::error(&flow.file, place, message).hint("name it in wording.yml: `identity: verify_identity`"),
            );
        }
        Some(identity) if identity == flow.id => {
            let message = "the identity flow itself cannot need a known customer: it would wait for itself";
            problems.push(Problem::error(&flow.file, place, message).hint("remove `needs`"));
        }
        _ => {}
    }
}

/// The identity flow of `wording.yml`.
fn identity(world: &World<'_>, problems: &mut Vec<Problem>) {
    let Some(identity) = world.identity() else { return };
    if !world.is_flow(identity) {
        let place = world.wording.spots.of(Place::default(), "identity");
        let problem = Problem::error(&world.wording.file, place, format!("there is no flow `{identity}`"));
        problems.push(problem.one_of(identity, world.flow_ids()));
    }
}

/// Intents and phrases that begin more than one flow.
fn shared(world: &World<'_>, problems: &mut Vec<Problem>) {
    let mut intents: BTreeMap<&str, &Read> = BTreeMap::new();
    let mut phrases: BTreeMap<String, &Read> = BTreeMap::new();
    for read in world.reads.iter().filter(|read| read.flow.starts.when.is_none()) {
        let flow = &read.flow;
        for intent in &flow.starts.intents {
            let place = read.spots.of(flow.place, &format!("starts.intents.{intent}"));
            match intents.get(intent.as_str()) {
                Some(other) if other.flow.id == flow.id => {
                    problems.push(Problem::warning(
                        &flow.file,
                        place,
                        format!("the intent `{intent}` stands here twice"),
                    ));
                }
                Some(other) => {
                    let message = format!(
                        "the intent `{intent}` begins the flow `{}` as well, and neither says `when`",
                        other.flow.id
                    );
                    let hint = "customers are asked which they mean; say `when:` in one of them if it can be told";
                    problems.push(Problem::warning(&flow.file, place, message).hint(hint));
                }
                None => {
                    intents.insert(intent, read);
                }
            }
        }
        for phrase in flow.starts.phrases_zh.iter().chain(&flow.starts.phrases_en) {
            let spelled: String = phrase.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect();
            let place = read.spots.of(flow.place, "starts.phrases");
            match phrases.get(&spelled) {
                Some(other) if other.flow.id != flow.id => {
                    let message = format!("the phrase “{phrase}” begins the flow `{}` as well", other.flow.id);
                    problems.push(Problem::warning(&flow.file, place, message));
                }
                Some(_) => {}
                None => {
                    phrases.insert(spelled, read);
                }
            }
        }
    }
}

/// The names that the bot's own phrases use.
fn phrases(world: &World<'_>, problems: &mut Vec<Problem>) {
    const EVERYWHERE: [&str; 9] = ["contact", "inbox", "channel", "lang", "now", "mood", "event", "desk", "settings"];
    for phrase in &world.wording.own {
        let text = world.wording.wordings.phrases.text(*phrase);
        let names: BTreeSet<&String> = text.templates().flat_map(|template| template.names()).collect();
        for name in names {
            if phrase.uses().contains(&name.as_str()) || EVERYWHERE.contains(&name.as_str()) {
                continue;
            }
            let place = world.wording.spots.of(Place::default(), Phrase::name(*phrase));
            let problem = Problem::error(
                &world.wording.file,
                place,
                format!("the phrase `{}` has no name `{name}`", phrase.name()),
            );
            let names = phrase.uses().iter().copied();
            let problem = problem.one_of(name, names);
            problems.push(match problem.hint {
                None => problem.hint("this phrase is a plain text"),
                Some(_) => problem,
            });
        }
    }
}
