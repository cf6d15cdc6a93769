#![allow(clippy::unwrap_used)]

use super::*;
use crate::support::Tiny;

fn embedder(texts: usize) -> Embedder {
    Embedder::new(Encoder::from_bytes(Tiny::new(1).bytes()).unwrap(), texts)
}

impl Embedder {
    fn remembers(&self, text: &str) -> bool {
        let (key, generations) = (key(text, Purpose::Query, Depth::Last), self.generations.lock());
        generations.young.contains_key(&key) || generations.old.contains_key(&key)
    }

    fn remembered(&self) -> usize {
        let generations = self.generations.lock();
        generations.young.len() + generations.old.len()
    }
}

#[test]
fn what_is_remembered_is_what_the_encoder_gives() {
    let embedder = embedder(8);
    for _ in 0..3 {
        for (text, purpose) in [("怎么退款", Purpose::Query), ("怎么退款", Purpose::Passage), ("", Purpose::Query)]
        {
            assert_eq!(embedder.embed(text, purpose), embedder.encoder().embed(text, purpose));
        }
    }
    assert_eq!(embedder.remembered(), 3);
}

#[test]
fn a_batch_mixes_what_is_remembered_with_what_is_new_in_order() {
    let embedder = embedder(8);
    embedder.embed("你好", Purpose::Query);
    let texts = ["refund", "你好", "怎么退款", "refund", ""];
    for _ in 0..2 {
        let expected = embedder.encoder().embed_batch(&texts, Purpose::Query);
        assert_eq!(embedder.embed_batch(&texts, Purpose::Query), expected);
    }
    assert_eq!(embedder.remembered(), 4);
}

#[test]
fn the_texts_that_nobody_asked_for_again_are_forgotten_first() {
    let embedder = embedder(8);
    for n in 0..100 {
        embedder.embed("refund", Purpose::Query);
        embedder.embed(&format!("{n}"), Purpose::Query);
        assert!(embedder.remembered() <= 8);
    }
    assert!(embedder.remembers("refund") && embedder.remembers("99"));
    assert!(!embedder.remembers("1") && !embedder.remembers("50"));
}

#[test]
fn room_for_no_text_remembers_none() {
    for texts in [0, 1] {
        let embedder = embedder(texts);
        assert_eq!(embedder.embed("a", Purpose::Query), embedder.embed("a", Purpose::Query));
        assert_eq!(embedder.remembered(), 0);
    }
}
