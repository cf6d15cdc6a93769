//! What must hold for any bytes from outside. The fuzz targets call these functions, and so do the property tests.
//!
//! A file that is mostly weights is seldom reached behind its header by chance, so the files are also tried as a whole
//! file with edits: see [`edited`].

use std::collections::BTreeSet;
use std::sync::OnceLock;

use ring::digest::{SHA256, digest};
use time::{Duration, OffsetDateTime, UtcOffset};
use yingda_classify::{Classifier, Effort, Example, Options, train};
use yingda_embedding::nearest::{Asked, Bits, Table, Written};
use yingda_embedding::{Embedder, Encoder, Purpose};
use yingda_entity::pii::{Masking, Style, find_personal, mask};
use yingda_entity::{Context, Entities, Setup};
use yingda_language::Normalised;
use yingda_moment::Reference;

pub mod document;

#[path = "../../crates/embedding/tests/support/mod.rs"]
mod model;

/// What is embedded and classified with whatever file was accepted.
const TEXTS: [&str; 3] = ["", "怎么退款", "abc\u{3000}😀 ABC\t㏠ <s>"];

/// `bytes` as a file (when the first is even), or as edits of `whole`, 4 bytes each: three say where, the last is put
/// there. Where the first of them is at least 128, the edit is within the first 2048 bytes.
pub fn edited(whole: &[u8], bytes: &[u8]) -> Vec<u8> {
    match bytes.split_first() {
        Some((first, edits)) if first % 2 == 1 => {
            let mut file = whole.to_vec();
            for edit in edits.chunks_exact(4) {
                let part = if edit[0] >= 128 { file.len().min(2048) } else { file.len() };
                let place = usize::from(edit[0] % 128) << 16 | usize::from(edit[1]) << 8 | usize::from(edit[2]);
                file[place % part] = edit[3];
            }
            file
        }
        _ => bytes.to_vec(),
    }
}

/// An embedding model from any bytes is refused or works.
pub fn model_file(bytes: &[u8]) {
    static WHOLE: OnceLock<Vec<u8>> = OnceLock::new();
    let whole = WHOLE.get_or_init(|| model::Tiny::sized(1, 32, 2, 8).bytes());
    let Ok(encoder) = Encoder::from_bytes(edited(whole, bytes)) else { return };
    for (text, embedding) in TEXTS.iter().zip(encoder.embed_batch(&TEXTS, Purpose::Query)) {
        assert_eq!(embedding.len(), encoder.dimensions());
        let length = embedding.iter().map(|x| x * x).sum::<f32>().sqrt();
        assert!((length - 1.0).abs() < 1e-3 || length == 0.0, "{text:?} has length {length}");
    }
}

/// A file of vectors from any bytes is emptied or works, and can be written to.
pub fn vector_file(bytes: &[u8]) {
    const NUMBERS: usize = 64;
    static WHOLE: OnceLock<Vec<u8>> = OnceLock::new();
    let folder = std::env::temp_dir();
    let path = folder.join(format!("yingda-fuzz-vectors-{}-{:?}", std::process::id(), std::thread::current().id()));
    let vector: Vec<f32> = (0..NUMBERS).map(|at| (at as f32 - 30.0) / 100.0).collect();
    let written = |row| Written { row, hash: 7, owner: 9, vector: &vector };
    let whole = WHOLE.get_or_init(|| {
        let _ = std::fs::remove_file(&path);
        let (table, _) = Table::open(&path).expect("a temporary file can be made");
        table.reset(1, [vec![0.5; NUMBERS], vec![0.25; NUMBERS]]).expect("a temporary file can be written");
        table.write(&[written(0), written(2)]).expect("a temporary file can be written");
        std::fs::read(&path).expect("a temporary file can be read")
    });
    std::fs::write(&path, edited(whole, bytes)).expect("a temporary file can be written");
    let (table, reason) = Table::open(&path).expect("any file can be opened");
    assert!(reason.is_none() || table.model().is_none());
    let mut all = Bits::new();
    (0..300).for_each(|row| all.insert(row));
    for found in table.nearest(&[Asked { vector: &vector, allowed: &all, most: 5 }]).concat() {
        assert_eq!(table.hash(found.row), Some(found.hash));
        assert!(found.score.is_finite());
    }
    table.average(&all, 10);
    table.reset(2, [vec![0.0; NUMBERS], vec![0.0; NUMBERS]]).expect("a temporary file can be written");
    table.write(&[written(1)]).expect("a temporary file can be written");
    assert_eq!((table.hash(0), table.hash(1)), (None, Some(7)));
    let _ = std::fs::remove_file(&path);
}

/// A classifier from any bytes is refused or works.
pub fn classifier_file(bytes: &[u8]) {
    const DIGEST: usize = 32;
    static WHOLE: OnceLock<(Vec<u8>, Embedder)> = OnceLock::new();
    let (whole, embedder) = WHOLE.get_or_init(small_classifier);
    let mut file = edited(whole, bytes);
    // Of what is random nothing has the right sum; whoever makes a file to do harm has it right.
    if let Some(length) = file.len().checked_sub(DIGEST) {
        let sum = digest(&SHA256, &file[..length]);
        file[length..].copy_from_slice(sum.as_ref());
    }
    let Ok(classifier) = Classifier::from_bytes(&file) else { return };
    for text in TEXTS {
        for effort in [Effort::WordsOnly, Effort::Cascade, Effort::Full] {
            let prediction = classifier.classify(text, Some(embedder), effort);
            assert_eq!(prediction.ranked.len(), classifier.about().labels.len());
            assert!(prediction.ranked.iter().all(|ranked| (0.0..=1.0).contains(&ranked.probability)), "{prediction:?}");
            let total: f32 = prediction.ranked.iter().map(|ranked| ranked.probability).sum();
            assert!((total - 1.0).abs() < 1e-2, "{prediction:?}");
        }
        for label in &classifier.about().labels {
            classifier.explain(text, Some(embedder), label, 5);
        }
    }
}

fn small_classifier() -> (Vec<u8>, Embedder) {
    let encoder = Encoder::from_bytes(model::Tiny::sized(1, 32, 2, 16).bytes()).expect("the model is whole");
    let embedder = Embedder::new(encoder, 64);
    let labelled = [
        ("refund", ["怎么退款", "退款 退款", "refund 12"]),
        ("hello", ["你好", "你好。", "你好!你好"]),
        ("", ["abc", "x y z", "xyz"]),
    ];
    let examples: Vec<Example> = labelled
        .iter()
        .flat_map(|(label, texts)| {
            let labels = if label.is_empty() { Vec::new() } else { vec![(*label).to_owned()] };
            texts.map(|text| Example { text: text.into(), labels: labels.clone() })
        })
        .collect();
    let trained = train(&examples, None, Some(&embedder), &Options::default(), &|_| {}).expect("there are two labels");
    (trained.classifier.to_bytes(), embedder)
}

/// Any text is normalised, once and for all, and its words lie where they say.
pub fn normalise(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let normalised = Normalised::new(text);
    let plain = normalised.text();
    assert_eq!(yingda_language::normalise(plain), plain, "{text:?}");
    let mut end = 0;
    for token in yingda_language::tokens(plain) {
        spans(plain, token.start, token.end, &mut end);
        let written = normalised.original(token.start..token.end);
        assert!(text.get(written.clone()).is_some_and(|written| !written.is_empty()), "{text:?} at {written:?}");
    }
    end = 0;
    for token in yingda_language::tokens(text) {
        spans(text, token.start, token.end, &mut end);
    }
    yingda_language::detect(text);
    yingda_language::emoticons(text);
    yingda_language::repeats(text);
}

/// The entities of any text lie where they say; what is masked can be put back.
pub fn entities(bytes: &[u8]) {
    static USUAL: OnceLock<Entities> = OnceLock::new();
    let usual = USUAL.get_or_init(|| Entities::new(&Setup::default()).expect("nothing is set up"));
    let text = &*String::from_utf8_lossy(bytes);
    // Some day between 1900 and 2100, so that the calendar is tried too.
    let day = bytes.iter().fold(7_u64, |day, byte| day.wrapping_mul(31).wrapping_add(u64::from(*byte))) % 73_000;
    let now = OffsetDateTime::UNIX_EPOCH + Duration::days(day as i64 - 25_567) + Duration::seconds(12_345);
    for entity in usual.find(text, &Context { now }) {
        spans(text, entity.start, entity.end, &mut 0);
    }
    let mut end = 0;
    let mut starts = BTreeSet::new();
    for personal in find_personal(text) {
        spans(text, personal.start, personal.end, &mut end);
        assert!((0.0..=1.0).contains(&personal.confidence) && starts.insert(personal.start), "{text:?}: {personal:?}");
    }
    mask(text, Style::Partial);
    mask(text, Style::Label);
    let mut masking = Masking::default();
    let masked = masking.mask(text);
    assert_eq!(masking.unmask(&masked), text, "{masked:?}");
    yingda_entity::answer(text);
}

/// The expressions of time of any text, read at any time, lie where they say. The first 8 bytes are the time.
pub fn moment(bytes: &[u8]) {
    let (when, text) = bytes.split_at(bytes.len().min(8));
    let mut eight = [0; 8];
    eight[..when.len()].copy_from_slice(when);
    // Any second that can be written, with an offset from -12 to +14 hours.
    let number = u64::from_le_bytes(eight);
    let seconds = (number % 600_000_000_000) as i64 - 300_000_000_000;
    let offset = UtcOffset::from_whole_seconds((number % 105) as i32 * 900 - 12 * 3600).unwrap_or(UtcOffset::UTC);
    let now = OffsetDateTime::UNIX_EPOCH.checked_add(Duration::seconds(seconds));
    let now = now.and_then(|now| now.checked_to_offset(offset)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let text = &*String::from_utf8_lossy(text);
    let mut end = 0;
    for found in yingda_moment::find(text, &Reference { now }) {
        spans(text, found.start, found.end, &mut end);
        assert!((0.0..=1.0).contains(&found.confidence), "{text:?}: {found:?}");
        found.value.iso();
    }
}

/// A span is inside the text, on boundaries of characters, not empty and not before the end of the last one.
fn spans(text: &str, start: usize, end: usize, last: &mut usize) {
    assert!(*last <= start && start < end && text.get(start..end).is_some(), "{start}..{end} of {text:?} after {last}");
    *last = end;
}
