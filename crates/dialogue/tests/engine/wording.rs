//! Variants and tones.

use yingda_dialogue::{Lang, Tone};

use crate::talk::{Talk, start};

const TALK: &str = "flow: f
title: {zh: 一, en: one}
starts: {phrases: {zh: [一], en: [one]}}
steps:
  - say:
      zh: {normal: [甲, 乙, 丙], upset: [抱歉], plain: [简]}
      en: {normal: [A, B, C], upset: [Sorry], plain: [P]}
";

#[test]
fn no_variant_is_said_twice_in_a_row() {
    for seed in 0..40 {
        let mut talk = Talk::new(&[TALK]);
        let mut last = String::new();
        for turn in 0..20 {
            talk.seed = seed * 7919 + turn * turn * 31;
            let said = talk.start("f").said;
            assert_ne!(said, last);
            last = said;
        }
    }
}

#[test]
fn every_variant_is_said_some_time() {
    let mut talk = Talk::new(&[TALK]);
    let said: std::collections::BTreeSet<String> = (0..60)
        .map(|seed| {
            talk.seed = seed * seed * 37 / 5;
            talk.start("f").said
        })
        .collect();
    assert_eq!(said.len(), 3);
}

#[test]
fn the_tone_follows_the_customer_and_the_language() {
    let mut talk = Talk::new(&[TALK]);
    for (lang, tone, said) in [
        (Lang::Zh, Tone::Upset, "抱歉\n"),
        (Lang::Zh, Tone::Plain, "简\n"),
        (Lang::En, Tone::Upset, "Sorry\n"),
        (Lang::En, Tone::Plain, "P\n"),
    ] {
        (talk.lang, talk.tone) = (lang, tone);
        assert_eq!(talk.start("f").said, said);
    }
}

#[test]
fn a_text_that_cannot_be_said_goes_to_people_and_is_never_half_said() {
    let mut talk = Talk::new(&["flow: f
title: {zh: 一, en: one}
steps:
  - do: shop.get
    into: got
  - say: {zh: '有 {{ got.price }}', en: 'It costs {{ got.price }}.'}
"]);
    talk.say([start("f")]).never("costs").hands_over(yingda_dialogue::HandOver::ToolFailed);
}
