//! Parts of a set of examples, drawn so that the same seed draws the same.

use std::collections::HashMap;

use crate::chance::Chance;
use crate::data::Example;

/// Some `shots` examples of each label, and none of those that are out of scope. Fewer of labels that have fewer.
pub fn few(examples: &[Example], shots: usize, seed: u64) -> Vec<Example> {
    let mut taken: HashMap<&[String], usize> = HashMap::new();
    let drawn = shuffled(examples.len(), seed).into_iter().filter(|at| {
        let count = taken.entry(&examples[*at].labels).or_default();
        *count += 1;
        !examples[*at].labels.is_empty() && *count <= shots
    });
    let mut drawn: Vec<usize> = drawn.collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|at| examples[at].clone()).collect()
}

/// Holds out about `share` (0 to 1) of the examples of each label: the rest, and what is held out. A label with a single
/// example keeps it.
pub fn split(examples: &[Example], share: f64, seed: u64) -> (Vec<Example>, Vec<Example>) {
    let mut groups: HashMap<&[String], Vec<usize>> = HashMap::new();
    for at in shuffled(examples.len(), seed) {
        groups.entry(&examples[at].labels).or_default().push(at);
    }
    let mut is_out = vec![false; examples.len()];
    for group in groups.values() {
        let count = (group.len() as f64 * share.clamp(0.0, 1.0)).round() as usize;
        for at in &group[..count.min(group.len() - 1)] {
            is_out[*at] = true;
        }
    }
    let part =
        |out: bool| examples.iter().zip(&is_out).filter(|(_, is)| **is == out).map(|(one, _)| one.clone()).collect();
    (part(false), part(true))
}

fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    Chance::new(seed).shuffle(&mut order);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples() -> Vec<Example> {
        let one = |at: usize| {
            let labels = if at.is_multiple_of(4) { Vec::new() } else { vec![format!("label {}", at % 4)] };
            Example { text: format!("text {at}"), labels }
        };
        (0..40).map(one).collect()
    }

    #[test]
    fn each_label_gives_as_many_as_are_asked_for() {
        let few = few(&examples(), 3, 1);
        assert_eq!(few.len(), 9);
        assert!(few.iter().all(|example| !example.labels.is_empty()));
        assert_eq!(super::few(&examples(), 3, 1), few);
        assert_ne!(super::few(&examples(), 3, 2), few);
        assert_eq!(super::few(&examples(), 99, 1).len(), 30);
    }

    #[test]
    fn a_share_of_each_label_is_held_out_and_nothing_is_lost() {
        let (rest, out) = split(&examples(), 0.2, 7);
        assert_eq!((rest.len(), out.len()), (32, 8));
        assert!(out.iter().all(|example| !rest.contains(example)));
        assert_eq!(out.iter().filter(|example| example.labels.is_empty()).count(), 2);
        assert_eq!(split(&examples(), 0.2, 7).1, out);
        let alone = [Example { text: "x".into(), labels: vec!["y".into()] }];
        assert_eq!(split(&alone, 1.0, 1).1, []);
    }
}
