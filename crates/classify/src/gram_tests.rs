#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use yingda_language::Segmenter;

use crate::gram::{LONGEST, Text, sort};
use crate::vocabulary::Vocabulary;

fn text(text: &str) -> Text<'_> {
    Text::new(&Segmenter::new(), text)
}

fn common(a: &str, b: &str) -> usize {
    let b = text(b);
    text(a).keys().iter().filter(|key| b.keys().contains(key)).count()
}

#[test]
fn texts_that_are_typed_differently_have_the_same_n_grams() {
    for (a, b) in [("REFUND my order", "refund my order"), ("ｒｅｆｕｎｄ", "refund"), ("退款進度", "退款进度")]
    {
        assert_eq!(text(a).normalised(), text(b).normalised());
        assert!(common(a, b) * 10 >= text(b).keys().len() * 9, "{a} {b}");
    }
}

#[test]
fn words_of_one_family_share_letters() {
    assert!(common("cancelled", "cancelling") > 8);
    assert!(common("退款进度", "查退款") > 2);
    assert_eq!(common("refund", "发票"), 0);
}

#[test]
fn of_numbers_and_codes_only_the_kind_counts() {
    assert_eq!(text("订单 QH2611050123").keys(), text("订单 QH2699999999").keys());
    assert_ne!(text("1234").keys(), text("12345").keys());
}

#[test]
fn marks_and_emoticons_are_told_apart() {
    assert_ne!(text("还没到").keys(), text("还没到！！！").keys());
    assert_ne!(text("好的").keys(), text("好的😡").keys());
}

#[test]
fn a_text_is_read_up_to_its_limit_and_not_cut_in_a_character() {
    let long = "退".repeat(LONGEST);
    let read = text(&long);
    assert!(read.raw().len() <= LONGEST && read.raw().len() > LONGEST - 3);
}

#[test]
fn only_n_grams_that_occur_often_enough_are_learnt() {
    let texts = [text("refund now"), text("refund later")];
    let texts: Vec<&Text<'_>> = texts.iter().collect();
    let (all, common) = (Vocabulary::learn(&texts, 1), Vocabulary::learn(&texts, 2));
    assert!(common.len() < all.len() && common.len() > 5);
    assert!(common.keys.iter().all(|key| texts.iter().all(|text| text.keys().contains(key))));
    assert!(common.keys.iter().all(|key| common.place(*key).is_some()));
    assert_eq!(Vocabulary::learn(&[], 1).place(7), None);
    assert_eq!(Vocabulary::default().place(7), None);
}

#[test]
fn each_sort_of_n_gram_has_length_one() {
    let texts = [text("where is my refund"), text("退款到哪里了")];
    let vocabulary = Vocabulary::learn(&texts.iter().collect::<Vec<_>>(), 1);
    for text in &texts {
        let row = vocabulary.weigh(text);
        for wanted in [0, 1] {
            let square: f32 = row
                .places
                .iter()
                .zip(&row.values)
                .filter(|(place, _)| sort(vocabulary.keys[**place as usize]) as usize == wanted)
                .map(|(_, value)| value * value)
                .sum();
            assert!((square - 1.0).abs() < 1e-4, "{square}");
        }
        assert!(row.places.windows(2).all(|pair| pair[0] < pair[1]));
    }
    assert!(vocabulary.weigh(&self::text("")).places.is_empty());
}

proptest! {
    #[test]
    fn n_grams_lie_in_the_text(said in any::<String>()) {
        let segmenter = Segmenter::new();
        let text = Text::new(&segmenter, said.as_str());
        let normalised = text.normalised().to_owned();
        text.each_gram(&segmenter, &mut |gram| {
            let (start, end) = (gram.start as usize, gram.end as usize);
            assert!(start <= end && normalised.get(start..end).is_some(), "{start} {end} {normalised:?}");
        });
        prop_assert!(text.keys().windows(2).all(|pair| pair[0] <= pair[1]));
    }
}
