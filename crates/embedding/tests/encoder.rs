//! What the encoder promises, with a model that is made here.
#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use support::{Tiny, cosine};
use yingda_embedding::{Encoder, Purpose};

fn encoder(tiny: &Tiny) -> Encoder {
    Encoder::from_bytes(tiny.bytes()).unwrap()
}

fn length(embedding: &[f32]) -> f32 {
    embedding.iter().map(|x| x * x).sum::<f32>().sqrt()
}

/// `<s>`, the query's prefix, the pieces, `</s>`.
fn query(tiny: &Tiny, pieces: &[&str]) -> Vec<u32> {
    let all: Vec<&str> = ["<s>", "▁query", ":"].iter().chain(pieces).chain(&["</s>"]).copied().collect();
    tiny.tokens(&all)
}

#[test]
fn the_encoder_computes_what_plain_arithmetic_computes() {
    for (seed, hidden, heads) in [(1, 64, 4), (2, 32, 2), (3, 96, 2), (4, 128, 1)] {
        let tiny = Tiny::sized(seed, hidden, heads, 32);
        let encoder = encoder(&tiny);
        assert_eq!(encoder.dimensions(), hidden);
        for (text, pieces) in [
            ("", vec![]),
            ("怎么退款", vec!["▁怎么", "退款"]),
            ("refund?", vec!["▁refund", "?"]),
            ("你好。怎么退款？", vec!["▁", "你好", "。", "怎么", "退款", "?"]),
            ("xyz abc refund 12", vec!["▁", "xyz", "▁", "a", "bc", "▁refund", "▁", "1", "2"]),
            ("aaaaaaaaaaaaaaaaaaaaaa", [vec!["▁"], vec!["a"; 22]].concat()),
        ] {
            let tokens = query(&tiny, &pieces);
            let expected = support::embed(&tiny, &tokens);
            let embedding = encoder.embed(text, Purpose::Query);
            assert_eq!(encoder.count_tokens(text, Purpose::Query), tokens.len(), "{text}");
            let cosine = cosine(&embedding, &expected);
            assert!(cosine > 0.999, "{text} with {hidden} numbers: cosine {cosine}");
        }
    }
}

#[test]
fn embeddings_of_different_texts_differ() {
    let encoder = encoder(&Tiny::new(1));
    let [one, other] = ["怎么退款", "你好"].map(|text| encoder.embed(text, Purpose::Query));
    assert!(cosine(&one, &other) < 0.99);
    assert_ne!(one, encoder.embed("怎么退款", Purpose::Passage), "the purpose counts");
}

#[test]
fn every_kind_of_text_has_an_embedding_of_length_one() {
    let encoder = encoder(&Tiny::new(1));
    let long = "退款abc ".repeat(200);
    for text in [
        "",
        " ",
        "\n\t\u{3000}",
        "😀🎉👍🏽",
        "ქართული",
        "مرحبا بك",
        "\u{202E}abc\u{202C}",
        "a\u{200B}b\u{FEFF}",
        "\0",
        &long,
    ] {
        for purpose in [Purpose::Query, Purpose::Passage] {
            let embedding = encoder.embed(text, purpose);
            assert_eq!(embedding.len(), encoder.dimensions());
            assert!((length(&embedding) - 1.0).abs() < 1e-4, "{text:?}");
        }
    }
}

#[test]
fn a_batch_gives_what_one_by_one_gives_in_the_same_order() {
    let encoder = encoder(&Tiny::new(1));
    let long = "怎么退款".repeat(40);
    let texts: Vec<&str> = ["", "你好", &long, "refund", "😀", "你好"].into_iter().cycle().take(90).collect();
    let batch = encoder.embed_batch(&texts, Purpose::Passage);
    assert_eq!(batch.len(), texts.len());
    for (text, embedding) in texts.iter().zip(&batch) {
        assert_eq!(embedding, &encoder.embed(text, Purpose::Passage), "{text:.20}");
    }
    assert!(encoder.embed_batch(&[], Purpose::Query).is_empty());
}

#[test]
fn a_text_that_is_longer_than_the_model_is_read_in_windows_of_equal_length() {
    let tiny = Tiny::sized(1, 64, 4, 16);
    let encoder = encoder(&tiny);
    // 3 + 20 tokens, of which 14 fit: 12 and 11.
    let text = "xyz".repeat(20);
    let pieces: Vec<&str> = ["▁query", ":", "▁"].into_iter().chain(["xyz"; 20]).collect();
    let mut expected = vec![0.0; 64];
    for window in pieces.chunks(12) {
        let window: Vec<&str> = ["<s>"].iter().chain(window).chain(&["</s>"]).copied().collect();
        let embedding = support::embed(&tiny, &tiny.tokens(&window));
        expected.iter_mut().zip(embedding).for_each(|(sum, x)| *sum += x);
    }
    assert_eq!(encoder.count_tokens(&text, Purpose::Query), 25);
    let cosine = cosine(&encoder.embed(&text, Purpose::Query), &expected);
    assert!(cosine > 0.999, "cosine {cosine}");
}

#[test]
fn what_comes_after_four_windows_or_sixteen_kibibytes_is_left_out() {
    let encoder = encoder(&Tiny::sized(1, 32, 2, 16));
    // 3 + 53 tokens are four whole windows.
    let four = "xyz".repeat(53);
    let embedding = encoder.embed(&four, Purpose::Query);
    assert_eq!(embedding, encoder.embed(&format!("{four}退款退款退款"), Purpose::Query));
    assert_ne!(embedding, encoder.embed(&"xyz".repeat(52), Purpose::Query));

    // Cut between characters: 16,384 is no multiple of 3.
    let huge = "退".repeat(350_000);
    assert_eq!(encoder.count_tokens(&huge, Purpose::Query), 2 + 3 + 5461);
    assert!((length(&encoder.embed(&huge, Purpose::Query)) - 1.0).abs() < 1e-4);
}

#[test]
fn models_are_told_apart_by_any_part() {
    let tiny = Tiny::new(1);
    let identity = |tiny: &Tiny| encoder(tiny).identity();
    assert_eq!(identity(&tiny), identity(&Tiny::new(1)));
    assert_ne!(identity(&tiny), identity(&Tiny::new(2)));
    let mut other = tiny.clone();
    other.pieces[10].1 -= 1.0;
    assert_ne!(identity(&tiny), identity(&other));
}

#[test]
fn a_mapped_file_is_the_same_model_as_its_bytes() {
    let tiny = Tiny::new(1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.bin");
    std::fs::write(&path, tiny.bytes()).unwrap();
    let (mapped, owned) = (Encoder::open(&path).unwrap(), encoder(&tiny));
    assert_eq!(mapped.identity(), owned.identity());
    assert_eq!(mapped.embed("怎么退款", Purpose::Query), owned.embed("怎么退款", Purpose::Query));
    assert!(owned.memory() > 0);
    let missing = Encoder::open(&folder.path().join("none.bin")).unwrap_err().to_string();
    assert!(missing.contains("none.bin"), "{missing}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_has_the_same_embedding_of_length_one_each_time(texts in proptest::collection::vec(".{0,60}", 1..5)) {
        let encoder = encoder(&Tiny::sized(1, 32, 2, 16));
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let batch = encoder.embed_batch(&texts, Purpose::Query);
        for (text, embedding) in texts.iter().zip(batch) {
            prop_assert!((length(&embedding) - 1.0).abs() < 1e-4);
            prop_assert_eq!(embedding, encoder.embed(text, Purpose::Query));
        }
    }
}
