//! Ways from some things to others along relations.

use crate::graph::{Graph, Step, Thing, Type};

/// What a way must take in.
pub(crate) struct Via<'v> {
    /// Relations that the question names: of each, one reading in either direction.
    pub steps: &'v [Vec<Step>],
    /// Types that the question names.
    pub types: &'v [Type],
}

/// A way that was found.
pub(crate) struct Way {
    pub steps: Vec<Step>,
    pub reached: Vec<Thing>,
}

/// Steps of a way at most. It bounds the search, also in a graph with circles.
const MOST: usize = 4;
/// Things followed at most in one step.
const WIDEST: usize = 20_000;

/// The shortest way from `anchors` to things of type `target` that takes in all of `via`; without a named relation or
/// type between, it is at most two steps long.
pub(crate) fn way(graph: &Graph, anchors: &[Thing], target: Type, via: &Via) -> Option<Way> {
    let named = via.steps.len() + via.types.len();
    let longest = if named == 0 { 2 } else { (named + 1).min(MOST) };
    (1..=longest).find_map(|length| {
        let mut walk = Walk { graph, target, via, steps: Vec::new(), passed: Vec::new() };
        walk.go(anchors, length)
    })
}

struct Walk<'w> {
    graph: &'w Graph,
    target: Type,
    via: &'w Via<'w>,
    steps: Vec<Step>,
    /// Types of the things passed, one entry a stop.
    passed: Vec<Vec<Type>>,
}

impl Walk<'_> {
    fn go(&mut self, from: &[Thing], left: usize) -> Option<Way> {
        if left == 0 {
            return self.arrive(from);
        }
        let mut kinds: Vec<Type> = from.iter().map(|&thing| self.graph.types[thing]).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut steps: Vec<Step> = self.graph.all_steps().collect();
        // Named relations are tried first.
        steps.sort_by_key(|step| !self.is_named(*step));
        for step in steps {
            if !kinds.iter().any(|&kind| self.graph.may_start(kind, step)) {
                continue;
            }
            // Forth and back again leads to anything of the same brand: a way only for who asks for it by name.
            if self.steps.last().is_some_and(|last| last.relation == step.relation && last.way != step.way)
                && !self.is_named(step)
            {
                continue;
            }
            if left == 1 && !self.graph.touches(self.target, self.graph.leads_to(step)) {
                continue;
            }
            let mut next: Vec<Thing> =
                from.iter().flat_map(|&thing| self.graph.follow(thing, step)).take(WIDEST).collect();
            next.sort_unstable();
            next.dedup();
            if next.is_empty() {
                continue;
            }
            self.steps.push(step);
            self.passed.push(next.iter().map(|&thing| self.graph.types[thing]).collect());
            let found = self.go(&next, left - 1);
            if found.is_some() {
                return found;
            }
            self.steps.pop();
            self.passed.pop();
        }
        None
    }

    fn is_named(&self, step: Step) -> bool {
        self.via.steps.iter().flatten().any(|named| named.relation == step.relation)
    }

    fn arrive(&self, at: &[Thing]) -> Option<Way> {
        let taken =
            |named: &Vec<Step>| self.steps.iter().any(|step| named.iter().any(|named| named.relation == step.relation));
        let between = &self.passed[..self.passed.len().saturating_sub(1)];
        let passes = |kind: &Type| {
            between.iter().flatten().any(|passed| self.graph.is(*passed, *kind) || self.graph.is(*kind, *passed))
        };
        let reached: Vec<Thing> =
            at.iter().copied().filter(|&thing| self.graph.is(self.graph.types[thing], self.target)).collect();
        let sound = !reached.is_empty() && self.via.steps.iter().all(taken) && self.via.types.iter().all(passes);
        sound.then(|| Way { steps: self.steps.clone(), reached })
    }
}
