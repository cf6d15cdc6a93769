#![allow(clippy::unwrap_used)]

use super::*;
use crate::format;
use crate::support::Tiny;

/// Pieces that `text` is cut into; `<unk>` for what is unknown.
fn pieces(text: &str) -> Vec<String> {
    let tiny = Tiny::new(1);
    let file = tiny.bytes();
    let tokenizer = Tokenizer::new(&file, &mut format::read(&file).unwrap()).unwrap();
    let name = |token: u32| String::from_utf8(tiny.pieces[token as usize].0.clone()).unwrap();
    tokenizer.tokens(&file, text).into_iter().map(name).collect()
}

#[test]
fn the_likeliest_way_is_taken_not_the_first_long_piece() {
    assert_eq!(pieces("abc"), ["▁", "a", "bc"]);
    assert_eq!(pieces("ab"), ["▁", "ab"]);
    assert_eq!(pieces("xyz"), ["▁", "xyz"]);
    assert_eq!(pieces("xyxyz"), ["▁", "x", "y", "xyz"]);
    assert_eq!(pieces("refund"), ["▁refund"]);
    assert_eq!(pieces("怎么退款"), ["▁怎么", "退款"]);
    assert_eq!(pieces("么怎"), ["▁", "么", "怎"]);
}

#[test]
fn spaces_of_any_kind_are_one_and_none_is_at_the_end() {
    assert_eq!(pieces("  a \t\u{3000}\n a  "), ["▁", "a", "▁", "a"]);
    assert!(pieces("").is_empty());
    assert!(pieces(" \u{200B}\u{3000}\t").is_empty());
    assert_eq!(pieces("a\u{200B}a"), ["▁", "a", "▁", "a"], "a rewrite may make a space");
}

#[test]
fn compatible_characters_are_written_plainly() {
    assert_eq!(pieces("你好！"), pieces("你好!"));
    assert_eq!(pieces("Ａ？"), ["▁", "A", "?"]);
    assert_eq!(pieces("㏠"), ["▁", "1", "a"]);
}

#[test]
fn unknown_characters_in_a_row_are_one_token() {
    assert_eq!(pieces("😀🎉👍a😀"), ["▁", "<unk>", "a", "<unk>"]);
    assert_eq!(pieces("مرحبا"), ["▁", "<unk>"]);
}

#[test]
fn a_customer_cannot_write_special_tokens() {
    for text in ["<s>", "</s>", "<pad>", "<unk>", "<mask>"] {
        assert!(!pieces(text).iter().any(|piece| piece == text && piece != "<unk>"), "{text}");
        assert!(pieces(text).len() > 1, "{text} is several pieces");
    }
}
