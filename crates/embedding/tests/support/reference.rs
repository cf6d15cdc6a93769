//! The network once more, as plain as can be, in numbers that nothing is rounded in: what the encoder is tested against.

use std::collections::HashMap;

use super::Tiny;

type States = Vec<Vec<f64>>;

/// The embedding of one window: token numbers with `<s>` and `</s>`.
pub fn embed(model: &Tiny, tokens: &[u32]) -> Vec<f32> {
    let weights: HashMap<&str, Vec<f32>> = model.numbers();
    let hidden = model.hidden;
    let row = |name: &str, at: usize| weights[name][at * hidden..][..hidden].to_vec();
    let mut states: States = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| {
            let (word, position, kind) = (row("emb.word", *token as usize), row("emb.pos", at), row("emb.type", 0));
            (0..hidden).map(|i| f64::from(word[i]) + f64::from(position[i]) + f64::from(kind[i])).collect()
        })
        .collect();
    let norm = |states: &mut States, name: &str| {
        for state in states {
            let mean = state.iter().sum::<f64>() / hidden as f64;
            let variance = state.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / hidden as f64;
            for (i, x) in state.iter_mut().enumerate() {
                let (weight, bias) = (weights[&*format!("{name}.w")][i], weights[&*format!("{name}.b")][i]);
                *x = (*x - mean) / (variance + 1e-12).sqrt() * f64::from(weight) + f64::from(bias);
            }
        }
    };
    let linear = |states: &States, name: &str| -> States {
        let (weight, bias) = (&weights[&*format!("{name}.w")], &weights[&*format!("{name}.b")]);
        let one = |state: &Vec<f64>| {
            let row = |(row, bias): (&[f32], &f32)| {
                f64::from(*bias) + row.iter().zip(state).map(|(w, x)| f64::from(*w) * x).sum::<f64>()
            };
            weight.chunks_exact(state.len()).zip(bias).map(row).collect()
        };
        states.iter().map(one).collect()
    };
    let add = |states: &mut States, more: States| {
        for (state, more) in states.iter_mut().zip(more) {
            state.iter_mut().zip(more).for_each(|(x, more)| *x += more);
        }
    };
    norm(&mut states, "emb.ln");
    for layer in 0..model.layers {
        let [query, key, value] = ["q", "k", "v"].map(|part| linear(&states, &format!("l{layer}.{part}")));
        let attended = attend(model, &query, &key, &value);
        add(&mut states, linear(&attended, &format!("l{layer}.ao")));
        norm(&mut states, &format!("l{layer}.aln"));
        let mut wide = linear(&states, &format!("l{layer}.fi"));
        wide.iter_mut().flatten().for_each(|x| *x = gelu(*x));
        add(&mut states, linear(&wide, &format!("l{layer}.fo")));
        norm(&mut states, &format!("l{layer}.oln"));
    }
    let mean: Vec<f64> =
        (0..hidden).map(|i| states.iter().map(|state| state[i]).sum::<f64>() / states.len() as f64).collect();
    let length = mean.iter().map(|x| x * x).sum::<f64>().sqrt();
    mean.iter().map(|x| (x / length) as f32).collect()
}

fn attend(model: &Tiny, query: &States, key: &States, value: &States) -> States {
    let width = model.hidden / model.heads;
    let mut out = vec![vec![0.0; model.hidden]; query.len()];
    for head in 0..model.heads {
        let part = head * width..(head + 1) * width;
        for (query, out) in query.iter().zip(&mut out) {
            let score = |key: &Vec<f64>| {
                let dot: f64 = query[part.clone()].iter().zip(&key[part.clone()]).map(|(q, k)| q * k).sum();
                (dot / (width as f64).sqrt()).exp()
            };
            let scores: Vec<f64> = key.iter().map(score).collect();
            let total: f64 = scores.iter().sum();
            for (score, value) in scores.iter().zip(value) {
                for i in part.clone() {
                    out[i] += score / total * value[i];
                }
            }
        }
    }
    out
}

/// `x Φ(x)`, the error function by its series.
fn gelu(x: f64) -> f64 {
    let z = x / 2f64.sqrt();
    if z.abs() > 5.0 {
        return x.max(0.0);
    }
    let (mut term, mut sum) = (z, z);
    for n in 1..200 {
        term *= -z * z / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    x * 0.5 * (1.0 + 2.0 / std::f64::consts::PI.sqrt() * sum)
}
