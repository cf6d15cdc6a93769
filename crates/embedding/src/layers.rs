//! The network: BERT's encoder with layer normalisation after each part (Devlin et al. 2018).

use crate::elementwise::{self, Attention, Elementwise, LANES, fast};
use crate::format::{BLOCK, Layout, Q4_BYTES, Tensor, TensorKind, floats, scale};
use crate::kernel::{Rounded, Weights, multiply};

/// Tokens that go through the network together. More do not make it faster, only larger.
const TOKENS_TOGETHER: usize = 256;

/// No weight of a trained model comes near. Below it, no text can make a state that is infinite.
const LARGEST_WEIGHT: f32 = 1e4;

/// All weights but the word table, which stays in the file.
#[derive(Debug)]
pub(crate) struct Network {
    hidden: usize,
    heads: usize,
    epsilon: f32,
    words: Tensor,
    /// `[position][hidden]`, with the row of token type 0 added.
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

#[derive(Debug)]
struct Layer {
    query_key_value: Weights,
    attended: Weights,
    after_attention: Norm,
    widen: Weights,
    narrow: Weights,
    after: Norm,
}

/// Room for what flows through the layers, reused from one to the next.
#[derive(Debug, Default)]
struct Room {
    rounded: Rounded,
    wide: Vec<f32>,
    narrow: Vec<f32>,
    attention: elementwise::Room,
}

impl Network {
    pub(crate) fn new(file: &[u8], layout: &Layout) -> Result<Self, String> {
        let shape = &layout.shape;
        let (hidden, inner) = (shape.hidden, shape.inner);
        if !(hidden / shape.heads).is_multiple_of(LANES) {
            return Err(format!("expected heads of a multiple of {LANES} numbers, got {hidden} in {}", shape.heads));
        }
        let source = Source { file, layout };
        let words = source.tensor("emb.word", TensorKind::Q4, [shape.vocabulary, hidden])?.clone();
        let mut positions = source.floats("emb.pos", [shape.positions, hidden])?;
        let kind = source.floats("emb.type", [shape.types, hidden])?;
        for row in positions.chunks_exact_mut(hidden) {
            for (position, kind) in row.iter_mut().zip(&kind[..hidden]) {
                *position += kind;
            }
        }
        let layers = (0..shape.layers).map(|layer| {
            let name = |part: &str| format!("l{layer}.{part}");
            Ok(Layer {
                query_key_value: source.stacked(&[name("q"), name("k"), name("v")], hidden, hidden)?,
                attended: source.stacked(&[name("ao")], hidden, hidden)?,
                after_attention: source.norm(&name("aln"), hidden)?,
                widen: source.stacked(&[name("fi")], inner, hidden)?,
                narrow: source.stacked(&[name("fo")], hidden, inner)?,
                after: source.norm(&name("oln"), hidden)?,
            })
        });
        Ok(Self {
            hidden,
            heads: shape.heads,
            epsilon: shape.epsilon,
            words,
            positions,
            norm: source.norm("emb.ln", hidden)?,
            layers: layers.collect::<Result<_, String>>()?,
        })
    }

    /// The layers in between that tell how something is said, where the last tells what: after a third, a half and
    /// three quarters.
    pub(crate) fn between(&self) -> [usize; 3] {
        let last = self.layers.len() - 1;
        [self.layers.len() / 3, self.layers.len() / 2, self.layers.len() * 3 / 4]
            .map(|layer| layer.max(1).min(last + 1) - 1)
    }

    /// The mean of a layer's states over each text's tokens: of the last layer, then of those of `taps`, one after the
    /// other. Texts are token numbers with `<s>` and `</s>`, none longer than the model has positions.
    pub(crate) fn means(&self, file: &[u8], texts: &[Vec<u32>], taps: &[usize]) -> Vec<Vec<f32>> {
        let mut means = Vec::with_capacity(texts.len());
        let mut room = Room::default();
        let mut from = 0;
        while from < texts.len() {
            let mut to = from + 1;
            let mut tokens = texts[from].len();
            while to < texts.len() && tokens + texts[to].len() <= TOKENS_TOGETHER {
                tokens += texts[to].len();
                to += 1;
            }
            self.run(file, &texts[from..to], taps, &mut room, &mut means);
            from = to;
        }
        means
    }

    fn run(&self, file: &[u8], texts: &[Vec<u32>], taps: &[usize], room: &mut Room, means: &mut Vec<Vec<f32>>) {
        let hidden = self.hidden;
        let mut states = Vec::with_capacity(texts.iter().map(Vec::len).sum::<usize>() * hidden);
        for text in texts {
            let from = states.len();
            for token in text {
                self.push_word(file, *token, &mut states);
            }
            self.norm.apply(&mut states[from..], &self.positions[..text.len() * hidden], self.epsilon);
        }
        let begun = means.len();
        means.extend(texts.iter().map(|_| vec![0.0; hidden * (1 + taps.len())]));
        for (number, layer) in self.layers.iter().enumerate() {
            self.layer(layer, texts, &mut states, room);
            let last = (number + 1 == self.layers.len()).then_some(0);
            let places = taps.iter().enumerate().filter(|(_, tap)| **tap == number).map(|(place, _)| place + 1);
            for place in last.into_iter().chain(places) {
                let mut from = 0;
                for (text, mean) in texts.iter().zip(&mut means[begun..]) {
                    let end = from + text.len() * hidden;
                    average(&states[from..end], &mut mean[place * hidden..(place + 1) * hidden]);
                    from = end;
                }
            }
        }
    }

    fn layer(&self, layer: &Layer, texts: &[Vec<u32>], states: &mut [f32], room: &mut Room) {
        let hidden = self.hidden;
        let Room { rounded, wide, narrow, attention } = room;
        apply(&layer.query_key_value, states, hidden, rounded, wide);
        narrow.resize(states.len(), 0.0);
        let mut token = 0;
        for text in texts {
            let end = token + text.len();
            fast(Elementwise::Attend(Attention {
                states: &wide[token * 3 * hidden..end * 3 * hidden],
                hidden,
                heads: self.heads,
                out: &mut narrow[token * hidden..end * hidden],
                room: attention,
            }));
            token = end;
        }
        rounded.set(narrow, hidden);
        multiply(rounded, &layer.attended, narrow);
        layer.after_attention.apply(states, narrow, self.epsilon);

        apply(&layer.widen, states, hidden, rounded, wide);
        fast(Elementwise::Gelu(wide));
        apply(&layer.narrow, wide.as_slice(), layer.widen.rows(), rounded, narrow);
        layer.after.apply(states, narrow, self.epsilon);
    }

    /// A row of the word table.
    fn push_word(&self, file: &[u8], token: u32, states: &mut Vec<f32>) {
        let length = self.hidden / BLOCK * Q4_BYTES;
        let row = &file[self.words.bytes.clone()][token as usize * length..][..length];
        for block in row.chunks_exact(Q4_BYTES) {
            let scale = scale(block);
            states.extend(block[2..].iter().map(|byte| (f32::from(byte & 15) - 8.0) * scale));
            states.extend(block[2..].iter().map(|byte| (f32::from(byte >> 4) - 8.0) * scale));
        }
    }

    /// Bytes in memory.
    pub(crate) fn memory(&self) -> usize {
        let layers: usize = self
            .layers
            .iter()
            .map(|layer| {
                [&layer.query_key_value, &layer.attended, &layer.widen, &layer.narrow]
                    .iter()
                    .map(|weights| weights.memory())
                    .sum::<usize>()
            })
            .sum();
        layers + 4 * self.positions.len()
    }
}

fn apply(weights: &Weights, states: &[f32], columns: usize, rounded: &mut Rounded, out: &mut Vec<f32>) {
    rounded.set(states, columns);
    out.resize(states.len() / columns * weights.rows(), 0.0);
    multiply(rounded, weights, out);
}

/// The mean of `states`, as many numbers a token as `mean` has.
fn average(states: &[f32], mean: &mut [f32]) {
    let tokens = states.len() / mean.len();
    for state in states.chunks_exact(mean.len()) {
        for (mean, state) in mean.iter_mut().zip(state) {
            *mean += state / tokens as f32;
        }
    }
}

impl Norm {
    /// Adds `more` to the states and normalises each token.
    fn apply(&self, states: &mut [f32], more: &[f32], epsilon: f32) {
        fast(Elementwise::Normalise { states, more, weight: &self.weight, bias: &self.bias, epsilon });
    }
}

struct Source<'a> {
    file: &'a [u8],
    layout: &'a Layout,
}

impl Source<'_> {
    fn tensor(&self, name: &str, kind: TensorKind, [rows, columns]: [usize; 2]) -> Result<&Tensor, String> {
        let tensor = self.layout.tensors.get(name).ok_or_else(|| format!("it has no tensor {name}"))?;
        if tensor.kind == kind && rows.checked_mul(columns) == Some(tensor.count) {
            return Ok(tensor);
        }
        Err(format!(
            "tensor {name}: expected {rows} × {columns} numbers as {kind:?}, got {} as {:?}",
            tensor.count, tensor.kind
        ))
    }

    fn floats(&self, name: &str, size: [usize; 2]) -> Result<Vec<f32>, String> {
        let tensor = self.tensor(name, TensorKind::F32, size)?;
        let floats: Vec<f32> = floats(&self.file[tensor.bytes.clone()]).collect();
        match floats.iter().find(|float| !(-LARGEST_WEIGHT..=LARGEST_WEIGHT).contains(*float)) {
            None => Ok(floats),
            Some(wrong) => {
                Err(format!("tensor {name}: expected numbers from -{LARGEST_WEIGHT} to {LARGEST_WEIGHT}, got {wrong}"))
            }
        }
    }

    fn norm(&self, name: &str, count: usize) -> Result<Norm, String> {
        Ok(Norm {
            weight: self.floats(&format!("{name}.w"), [1, count])?,
            bias: self.floats(&format!("{name}.b"), [1, count])?,
        })
    }

    /// Several matrices of `rows` by `columns` as one, below each other.
    fn stacked(&self, names: &[String], rows: usize, columns: usize) -> Result<Weights, String> {
        let (mut blocks, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            let tensor = self.tensor(&format!("{name}.w"), TensorKind::Q4, [rows, columns])?;
            blocks.extend_from_slice(&self.file[tensor.bytes.clone()]);
            bias.extend(self.floats(&format!("{name}.b"), [1, rows])?);
        }
        Ok(Weights::new(rows * names.len(), columns, &blocks, &bias))
    }
}
