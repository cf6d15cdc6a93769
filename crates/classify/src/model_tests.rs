#![allow(clippy::unwrap_used)]

use crate::margin::Margin;
use crate::neighbours::{Neighbours, left_out};
use crate::softmax::{Softmax, Target};
use crate::vocabulary::Sparse;

fn row(places: &[u32]) -> Sparse {
    Sparse { places: places.to_vec(), values: vec![1.0; places.len()] }
}

fn best(scores: &[f32]) -> usize {
    (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap()
}

#[test]
fn the_margin_parts_rows_by_their_places() {
    let rows = [row(&[0, 1]), row(&[1, 2]), row(&[3, 4]), row(&[4, 5]), row(&[1]), row(&[4])];
    let rows: Vec<&Sparse> = rows.iter().collect();
    let labels: [&[u32]; 6] = [&[0], &[0], &[1], &[1], &[0], &[1]];
    let margin = Margin::train(&rows, &labels, 2, 6, &[1.0, 1.0], 1);
    for (row, label) in rows.iter().zip(labels) {
        assert_eq!(best(&margin.scores(row)), label[0] as usize);
    }
    let share: f32 = [0, 1].iter().map(|place| margin.share(*place, 1.0, 0)).sum();
    let sum = margin.scores(rows[0])[0] - margin.bias[0];
    assert!((share - sum).abs() < 1e-5, "a score is the sum of its shares");
    assert_eq!(margin.scores(&Sparse::default()), margin.bias);
}

fn embeddings() -> (Vec<Vec<f32>>, Vec<u32>) {
    let one = |at: usize| {
        let class = at % 3;
        let mut numbers = vec![0.1; 6];
        numbers[class * 2] = 1.0 + (at as f32) / 100.0;
        numbers[class * 2 + 1] = 0.5;
        (numbers, class as u32)
    };
    (0..30).map(one).unzip()
}

fn trained() -> (Softmax, Vec<Vec<f32>>, Vec<u32>) {
    let (embeddings, classes) = embeddings();
    let inputs: Vec<&[f32]> = embeddings.iter().map(Vec::as_slice).collect();
    let targets: Vec<Target<'_>> =
        classes.iter().map(|class| Target { labels: std::slice::from_ref(class), weight: 1.0 }).collect();
    (Softmax::train(&inputs, &targets, 3, 1.0), embeddings, classes)
}

#[test]
fn the_softmax_parts_embeddings() {
    let (softmax, embeddings, classes) = trained();
    for (embedding, class) in embeddings.iter().zip(&classes) {
        assert_eq!(best(&softmax.scores(embedding)), *class as usize);
    }
    assert!(softmax.weights.iter().chain(&softmax.bias).all(|weight| weight.is_finite()));
}

#[test]
fn neighbours_vote_for_their_own_class() {
    let (softmax, embeddings, classes) = trained();
    let pairs = embeddings.iter().map(Vec::as_slice).zip(classes.iter().copied());
    let neighbours = Neighbours::new(&softmax, pairs);
    for (embedding, class) in embeddings.iter().zip(&classes) {
        let votes = neighbours.votes(&softmax, embedding);
        assert_eq!(best(&votes.scores), *class as usize);
        assert!(votes.nearest > 0.99, "{}", votes.nearest);
    }
}

#[test]
fn an_example_left_out_has_no_vote_on_itself() {
    let (softmax, embeddings, classes) = trained();
    let classes: Vec<Vec<u32>> = classes.iter().map(|class| vec![*class]).collect();
    // All of class 0 are in one part: nobody is left to vote for it there.
    let part_of: Vec<usize> = (0..30).map(|at| if at % 3 == 0 { 0 } else { 1 + at % 2 }).collect();
    let votes = left_out(&softmax, &embeddings, &classes, &part_of);
    assert_eq!(votes.len(), 30);
    assert!((0..30).step_by(3).all(|at| best(&votes[at].scores) != 0));
    assert_eq!(best(&votes[1].scores), 1);
}
