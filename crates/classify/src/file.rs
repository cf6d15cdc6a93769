//! A classifier as bytes, and back.
//!
//! `YCLF`, a version byte, the length of the header, the header as JSON, the arrays one after the other (each with its
//! length, little endian), and the SHA-256 of all that.

use ring::digest::{SHA256, digest};
use yingda_language::Segmenter;

use crate::classifier::{About, Classifier};
use crate::margin::Margin;
use crate::neighbours::Neighbours;
use crate::softmax::Softmax;
use crate::spelling::Spelling;
use crate::vocabulary::Vocabulary;

const MAGIC: &[u8; 5] = b"YCLF\x01";
const DIGEST: usize = 32;
/// Nothing that is trained comes near. Below it, no sum of products is infinite.
const LARGEST: f32 = 1e8;

/// Why bytes are not a classifier.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("this is not a usable classifier: {0}; train it again or roll back to another version")]
pub struct FileError(String);

impl Classifier {
    /// The classifier as bytes, to be stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        // The header has only strings, numbers and lists of them: these are always JSON.
        let header = serde_json::to_vec(&self.about).unwrap_or_default();
        put(&mut out, &header);
        put_floats(&mut out, &self.vocabulary.weights);
        put(&mut out, &self.vocabulary.keys.iter().flat_map(|key| key.to_le_bytes()).collect::<Vec<_>>());
        put(&mut out, &self.margin.weights.iter().map(|weight| *weight as u8).collect::<Vec<_>>());
        put_floats(&mut out, &self.margin.scales);
        put_floats(&mut out, &self.margin.bias);
        if let Some(softmax) = &self.softmax {
            put_floats(&mut out, &softmax.mean);
            put_floats(&mut out, &softmax.factor);
            put_floats(&mut out, &softmax.weights);
            put_floats(&mut out, &softmax.bias);
        }
        if let Some(neighbours) = &self.neighbours {
            put(&mut out, &neighbours.vectors.iter().map(|number| *number as u8).collect::<Vec<_>>());
            put_floats(&mut out, &neighbours.scales);
            put(&mut out, &neighbours.classes.iter().flat_map(|class| class.to_le_bytes()).collect::<Vec<_>>());
        }
        let sum = digest(&SHA256, &out);
        out.extend_from_slice(sum.as_ref());
        out
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`FileError`] when the bytes are anything else, whatever they are.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        read(bytes).map_err(FileError)
    }
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn put_floats(out: &mut Vec<u8>, floats: &[f32]) {
    put(out, &floats.iter().flat_map(|float| float.to_le_bytes()).collect::<Vec<_>>());
}

fn read(bytes: &[u8]) -> Result<Classifier, String> {
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        return Err("it does not begin as one".into());
    };
    let Some(length) = bytes.len().checked_sub(DIGEST).filter(|length| *length >= MAGIC.len()) else {
        return Err("it ends too early".into());
    };
    if digest(&SHA256, &bytes[..length]).as_ref() != &bytes[length..] {
        return Err("its checksum is wrong: it was damaged".into());
    }
    let mut rest = &rest[..rest.len() - DIGEST];
    let about: About =
        serde_json::from_slice(take(&mut rest)?).map_err(|error| format!("its header is wrong: {error}"))?;
    let classes = about.labels.len();
    let weights = floats(&mut rest)?;
    let keys: Vec<u32> = words(take(&mut rest)?)?.collect();
    if !keys.is_sorted_by(|a, b| a < b) || keys.first() == Some(&0) {
        return Err("its n-grams are not in order".into());
    }
    let vocabulary = Vocabulary::from_parts(keys, weights);
    let places = vocabulary.len();
    let margin = Margin {
        classes,
        weights: take(&mut rest)?.iter().map(|byte| *byte as i8).collect(),
        scales: floats(&mut rest)?,
        bias: floats(&mut rest)?,
    };
    let fits = vocabulary.weights.len() == places
        && margin.scales.len() == places
        && margin.bias.len() == classes
        && places.checked_mul(classes) == Some(margin.weights.len());
    if classes < 2 || !fits {
        return Err(format!("its parts do not fit {classes} labels and {places} n-grams"));
    }
    let softmax = if rest.is_empty() {
        None
    } else {
        let (mean, factor) = (floats(&mut rest)?, floats(&mut rest)?);
        let (weights, bias) = (floats(&mut rest)?, floats(&mut rest)?);
        let dimensions = mean.len();
        if factor.len() != dimensions || bias.len() != classes || dimensions.checked_mul(classes) != Some(weights.len())
        {
            return Err(format!("its parts do not fit {classes} labels and {dimensions} dimensions"));
        }
        Some(Softmax { classes, dimensions, mean, factor, weights, bias })
    };
    let neighbours = match &softmax {
        Some(softmax) if !rest.is_empty() => {
            let vectors: Vec<i8> = take(&mut rest)?.iter().map(|byte| *byte as i8).collect();
            let scales = floats(&mut rest)?;
            let found: Vec<u32> = words(take(&mut rest)?)?.collect();
            if found.len() != scales.len()
                || softmax.dimensions.checked_mul(found.len()) != Some(vectors.len())
                || found.iter().any(|class| *class as usize >= classes)
            {
                return Err(format!("its {} neighbours do not fit", found.len()));
            }
            Some(Neighbours { dimensions: softmax.dimensions, vectors, scales, classes: found })
        }
        _ => None,
    };
    if !rest.is_empty() {
        return Err(format!("{} bytes are left over", rest.len()));
    }
    let segmenter = Segmenter::with_words(&about.words);
    let speller = about.spelling.as_ref().map(Spelling::speller);
    Ok(Classifier { about, segmenter, speller, vocabulary, margin, softmax, neighbours })
}

fn take<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], String> {
    let early = || "it ends too early".to_owned();
    let (length, after) = rest.split_first_chunk::<8>().ok_or_else(early)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| early())?;
    let (taken, after) = after.split_at_checked(length).ok_or_else(early)?;
    *rest = after;
    Ok(taken)
}

fn words(bytes: &[u8]) -> Result<impl Iterator<Item = u32>, String> {
    let (words, left) = bytes.as_chunks::<4>();
    if left.is_empty() { Ok(words.iter().map(|word| u32::from_le_bytes(*word))) } else { Err("a part is cut".into()) }
}

fn floats(rest: &mut &[u8]) -> Result<Vec<f32>, String> {
    let floats: Vec<f32> = words(take(rest)?)?.map(f32::from_bits).collect();
    match floats.iter().find(|float| !(-LARGEST..=LARGEST).contains(*float)) {
        None => Ok(floats),
        Some(wrong) => Err(format!("expected numbers from -{LARGEST} to {LARGEST}, got {wrong}")),
    }
}
