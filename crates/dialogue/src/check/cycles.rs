//! Circles of flows that call or link to each other.

use std::collections::BTreeSet;

use yingda_yaml::said;

use super::World;
use super::path::{Walked, Way};
use crate::Problem;

/// Reports circles in which the customer is asked nothing: they would turn for ever. The circle is reported once, where its first
/// flow by name goes on.
pub(super) fn check(world: &World<'_>, walks: &[Walked], problems: &mut Vec<Problem>) {
    let mut reported: BTreeSet<Vec<usize>> = BTreeSet::new();
    for begin in 0..walks.len() {
        let mut path = vec![begin];
        let mut seen = BTreeSet::new();
        let Some(circle) = circle(world, walks, begin, &mut path, &mut seen) else { continue };
        let mut members = circle.clone();
        members.sort_unstable();
        if !reported.insert(members) {
            continue;
        }
        let read = &world.reads[begin];
        let next = world.reads[circle.get(1).copied().unwrap_or(begin)].flow.id.as_str();
        let Some(exit) = walks[begin].exits.iter().find(|exit| !exit.asked && exit.to == next) else { continue };
        let names: Vec<&str> =
            circle.iter().chain([&begin]).map(|index| world.reads[*index].flow.id.as_str()).collect();
        let does = match exit.way {
            Way::Call => said!("调用", "calls"),
            Way::Link => said!("转到", "links to"),
        };
        let message = said!(
            "“{id}”{does}“{next}”，绕成一圈，中间没有问顾客任何事：{circle}",
            "`{id}` {does} `{next}` in a circle without a question: {circle}",
            [does],
            id = read.flow.id,
            circle = names.join(" → ")
        );
        let hint = said!(
            "请在中间问一句（“collect”“choice”或“confirm”），或者让其中一个流程结束",
            "ask something in between (`collect`, `choice`, `confirm`), or let one of them end"
        );
        problems.push(Problem::error(&read.flow.file, exit.place, message).hint(hint));
    }
}

/// A way from the last of `path` back to `begin` on which nothing is asked.
fn circle(
    world: &World<'_>,
    walks: &[Walked],
    begin: usize,
    path: &mut Vec<usize>,
    seen: &mut BTreeSet<usize>,
) -> Option<Vec<usize>> {
    let here = *path.last()?;
    for exit in walks[here].exits.iter().filter(|exit| !exit.asked) {
        let Some(next) = world.reads.iter().position(|read| read.flow.id == exit.to) else { continue };
        if next == begin {
            return Some(path.clone());
        }
        if seen.insert(next) {
            path.push(next);
            if let Some(found) = circle(world, walks, begin, path, seen) {
                return Some(found);
            }
            path.pop();
        }
    }
    None
}
