//! Small decision trees, added up.

use std::sync::LazyLock;

/// A branch, or a leaf where `feature` is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Which measure decides; none in a leaf.
    pub feature: Option<usize>,
    /// Up to this goes to `left`, above it to `right`; in a leaf what the tree gives.
    pub value: f32,
    /// Number of the node in its tree.
    pub left: usize,
    /// Number of the node in its tree.
    pub right: usize,
}

/// Trees whose leaves are added up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forest {
    /// Each tree's nodes; the first is the root.
    pub trees: Vec<Vec<Node>>,
}

/// Made by the example `train`.
static TRAINED: LazyLock<Forest> = LazyLock::new(|| Forest::read(include_str!("forest.txt")));

impl Forest {
    /// The forest that is part of the crate.
    pub fn trained() -> &'static Self {
        &TRAINED
    }

    /// Reads a tree a line: nodes parted by `;`, a leaf as its value, a branch as `measure threshold left right`.
    /// What is not a node is left out.
    pub fn read(text: &str) -> Self {
        let node = |text: &str| -> Option<Node> {
            let parts: Vec<&str> = text.split(' ').collect();
            match parts[..] {
                [value] => Some(Node { feature: None, value: value.parse().ok()?, left: 0, right: 0 }),
                [feature, value, left, right] => Some(Node {
                    feature: Some(feature.parse().ok()?),
                    value: value.parse().ok()?,
                    left: left.parse().ok()?,
                    right: right.parse().ok()?,
                }),
                _ => None,
            }
        };
        let tree = |line: &str| line.split(';').filter_map(node).collect();
        Self { trees: text.lines().filter(|line| !line.is_empty()).map(tree).collect() }
    }

    /// The trees as [`Forest::read`] takes them.
    pub fn write(&self) -> String {
        let node = |node: &Node| match node.feature {
            None => format!("{:.4}", node.value),
            Some(feature) => format!("{feature} {:.4} {} {}", node.value, node.left, node.right),
        };
        let tree = |tree: &Vec<Node>| tree.iter().map(node).collect::<Vec<_>>().join(";") + "\n";
        self.trees.iter().map(tree).collect()
    }

    /// The sum of the leaves, as a probability from 0 to 1.
    pub fn judge(&self, features: &[f32]) -> f32 {
        let sum: f32 = self.trees.iter().map(|tree| leaf(tree, features)).sum();
        1.0 / (1.0 + (-sum).exp())
    }
}

/// What a tree gives; a tree with a wrong number in it gives nothing.
fn leaf(tree: &[Node], features: &[f32]) -> f32 {
    let mut at = 0;
    for _ in 0..tree.len() {
        let Some(node) = tree.get(at) else { return 0.0 };
        let Some(feature) = node.feature else { return node.value };
        let value = features.get(feature).copied().unwrap_or_default();
        at = if value <= node.value { node.left } else { node.right };
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::Forest;

    #[test]
    fn a_forest_is_read_as_it_was_written_and_adds_up() {
        let forest = Forest::read("0 0.5000 1 2;-2.0000;2.0000\n1.0000\n");
        assert_eq!(Forest::read(&forest.write()), forest);
        assert!(forest.judge(&[0.0]) < 0.3 && forest.judge(&[1.0]) > 0.9);
        assert_eq!(Forest::read("x y z\n").judge(&[1.0]), 0.5);
    }
}
