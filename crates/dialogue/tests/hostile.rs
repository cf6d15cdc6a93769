//! Whatever a file holds, reading it ends, with a flow or with problems that have places in the file.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use yingda_dialogue::{GraphStyle, Known, Lang, read_flow, read_release, svg};

const GOOD: &str = include_str!("good/flows/return_goods.yml");
const WORDING: &str = include_str!("good/wording.yml");

/// A good file with some of its bytes replaced, removed, doubled or swapped.
fn mutated(of: &'static str) -> impl Strategy<Value = String> {
    let signs = prop::sample::select(vec![
        "{", "}", "[", "]", ":", "\"", "'", "\n", "  ", "- ", "&a ", "*a", "!x ", "|", ">", "{{", "%", "，", "\t",
        "\u{0}", "if", "end",
    ]);
    let change = (0..of.chars().count(), 0..4u8, signs, 1..12usize);
    prop::collection::vec(change, 1..8).prop_map(move |changes| {
        let mut text: Vec<char> = of.chars().collect();
        for (at, how, sign, length) in changes {
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            match how {
                0 => drop(text.splice(at..end, sign.chars())),
                1 => drop(text.drain(at..end)),
                2 => {
                    let part: Vec<char> = text[at..end].to_vec();
                    drop(text.splice(at..at, part));
                }
                _ => drop(text.splice(at..at, sign.chars())),
            }
        }
        text.into_iter().collect()
    })
}

fn read(path: &str, text: &str) {
    let (release, problems) = read_release(1, &[(path, text)], &Known::default());
    assert_eq!(release.is_none(), problems.iter().any(yingda_dialogue::Problem::is_error));
    let lines = text.lines().count() as u32 + 1;
    for problem in &problems {
        assert!(problem.line <= lines, "{problem}");
        assert!(!problem.message.zh.is_empty() && !problem.message.en.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_flow_is_told_not_a_panic(text in mutated(GOOD)) {
        read("flows/return_goods.yml", &text);
        if let (Some(flow), _) = read_flow("flows/return_goods.yml", &text) {
            prop_assert!(svg(&flow, Lang::Zh, &GraphStyle::default()).ends_with("</svg>\n"));
        }
    }

    #[test]
    fn a_damaged_wording_is_told_not_a_panic(text in mutated(WORDING)) {
        read("wording.yml", &text);
    }

    #[test]
    fn any_text_at_all_is_told_not_a_panic(text in "\\PC{0,400}|[\\[\\]{}:,&*!|>'\"%@`\\n -]{0,200}") {
        read("flows/any.yml", &text);
    }
}

#[test]
fn a_thousand_small_expansions_are_refused_at_the_first_anchor() {
    let mut text = "flow: bomb\na: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (from, to) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        text +=
            &format!("{to}: &{to} [*{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}]\n");
    }
    let (flow, problems) = read_flow("flows/bomb.yml", &text);
    assert!(flow.is_none());
    assert_eq!(problems.len(), 1);
    assert!(problems[0].message.en.contains("anchors"));
}

#[test]
fn brackets_without_end_do_not_overflow() {
    for open in ["[", "{a: ", "- ", "{", "? "] {
        let (flow, problems) = read_flow("flows/deep.yml", &open.repeat(50_000));
        assert!(flow.is_none() && !problems.is_empty(), "{open}");
    }
}
