//! What flows are to each other: what begins them, and who the customer is.

use std::collections::{BTreeMap, BTreeSet};

use yingda_yaml::said;

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
            let problem =
                Problem::error(&flow.file, place, said!("没有意图“{intent}”", "there is no intent `{intent}`"));
            problems.push(problem.one_of(intent, intents.iter().map(String::as_str)));
        }
    }
    if let Some(entities) = &world.known.entities {
        for slot in flow.slots.values() {
            if let SlotType::Entity(name) = &slot.of
                && !entities.contains(name)
            {
                let place = read.spots.of(slot.place, "type");
                let message = said!("没有实体类型“{name}”", "there is no type of entities `{name}`");
                let problem = Problem::error(&flow.file, place, message);
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
        let message = said!("没有什么会让流程“{id}”开始", "nothing begins the flow `{id}`", id = flow.id);
        let hint = said!(
            "请加上 `starts:`，写明意图、说法或事件；或者在别的流程里用“call”调用它",
            "add `starts:` with intents, phrases or events, or `call` it from another flow"
        );
        problems.push(Problem::warning(&flow.file, flow.place, message).hint(hint));
    }
    if !begins && zh != en {
        let (chinese, english) = (said!("中文", "Chinese"), said!("英文", "English"));
        let (there, missing) = if zh { (chinese, english) } else { (english, chinese) };
        let place = read.spots.of(flow.place, "starts.phrases");
        let message = said!(
            "这个流程有{there}的开始说法，却没有{missing}的",
            "the flow begins by {there} phrases, but by no {missing} ones",
            [there, missing]
        );
        problems.push(Problem::warning(&flow.file, place, message));
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
            let message = said!(
                "这个流程要先核实顾客身份，但没有核实身份的流程",
                "the flow needs a verified customer, but there is no identity flow"
            );
            let hint = said!(
                "请在 wording.yml 里写明是哪个流程：`identity: verify_identity`",
                "name it in wording.yml: `identity: verify_identity`"
            );
            problems.push(Problem::error(&flow.file, place, message).hint(hint));
        }
        Some(identity) if identity == flow.id => {
            let message = said!(
                "核实身份的流程自己不能要求先知道顾客是谁：那样会一直等自己",
                "the identity flow itself cannot need a known customer: it would wait for itself"
            );
            let hint = said!("请删掉“needs”", "remove `needs`");
            problems.push(Problem::error(&flow.file, place, message).hint(hint));
        }
        _ => {}
    }
}

/// The identity flow of `wording.yml`.
fn identity(world: &World<'_>, problems: &mut Vec<Problem>) {
    let Some(identity) = world.identity() else { return };
    if !world.is_flow(identity) {
        let place = world.wording.spots.of(Place::default(), "identity");
        let message = said!("没有流程“{identity}”", "there is no flow `{identity}`");
        let problem = Problem::error(&world.wording.file, place, message);
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
                    let message = said!("意图“{intent}”在这里写了两遍", "the intent `{intent}` stands here twice");
                    problems.push(Problem::warning(&flow.file, place, message));
                }
                Some(other) => {
                    let message = said!(
                        "意图“{intent}”也会开始流程“{other}”，两个都没有写“when”",
                        "the intent `{intent}` begins the flow `{other}` as well, and neither says `when`",
                        other = other.flow.id
                    );
                    let hint = said!(
                        "机器人会问顾客指的是哪一个；能分清的话，请在其中一个里写上 `when:`",
                        "customers are asked which they mean; say `when:` in one of them if it can be told"
                    );
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
                    let message = said!(
                        "说法“{phrase}”也会开始流程“{other}”",
                        "the phrase “{phrase}” begins the flow `{other}` as well",
                        other = other.flow.id
                    );
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
            let message = said!(
                "固定用语“{phrase}”里没有名称“{name}”",
                "the phrase `{phrase}` has no name `{name}`",
                phrase = phrase.name()
            );
            let problem = Problem::error(&world.wording.file, place, message);
            let names = phrase.uses().iter().copied();
            let problem = problem.one_of(name, names);
            problems.push(match problem.hint {
                None => problem.hint(said!("这句固定用语里不能填值", "this phrase is a plain text")),
                Some(_) => problem,
            });
        }
    }
}
