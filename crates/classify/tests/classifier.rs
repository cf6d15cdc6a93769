//! What the classifier learns, and what it does with what nobody expects.

#![allow(clippy::unwrap_used, clippy::float_cmp)]

mod common;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use common::{example, shop, strangers, trained};
use proptest::prelude::*;
use ring::digest::{SHA256, digest};
use yingda_classify::{
    Classifier, Effort, Example, Options, Prediction, Step, TrainError, contradictions, parents, train,
};

fn ask(classifier: &Classifier, text: &str) -> Prediction {
    classifier.classify(text, None, Effort::Cascade)
}

fn best(prediction: &Prediction) -> &str {
    &prediction.ranked[0].label
}

fn is_sound(prediction: &Prediction, labels: usize) {
    assert_eq!(prediction.ranked.len(), labels);
    let sum: f32 = prediction.ranked.iter().map(|ranked| ranked.probability).sum();
    assert!((sum - 1.0).abs() < 1e-3, "{prediction:?}");
    assert!(prediction.ranked.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
    assert!((0.0..=1.0).contains(&prediction.belongs), "{prediction:?}");
    assert_eq!(prediction.in_scope, prediction.belongs >= prediction.threshold);
}

#[test]
fn it_learns_what_customers_want_in_two_languages() {
    let classifier = trained(&shop()).classifier;
    for (text, label) in [
        ("我想申请退款", "refund"),
        ("钱什么时候退给我", "refund"),
        ("快递怎么还没到啊", "delivery"),
        ("麻烦开一下发票", "invoice"),
        ("I would like a refund", "refund"),
        ("where's my package", "delivery"),
        ("could you issue an invoice for my company", "invoice"),
    ] {
        let prediction = ask(&classifier, text);
        is_sound(&prediction, 3);
        assert_eq!(best(&prediction), label, "{text}: {prediction:?}");
        assert!(!prediction.embedded);
    }
}

#[test]
fn two_examples_a_label_are_a_beginning() {
    let few = [
        example("怎么退款", "refund"),
        example("how do I get a refund", "refund"),
        example("快递到哪里了", "delivery"),
        example("where is my parcel", "delivery"),
    ];
    let classifier = trained(&few).classifier;
    assert_eq!(best(&ask(&classifier, "我要退款")), "refund");
    assert_eq!(best(&ask(&classifier, "my parcel")), "delivery");
}

#[test]
fn what_it_was_taught_to_turn_away_does_not_belong() {
    let mut all = shop();
    all.extend(strangers());
    let classifier = trained(&all).classifier;
    assert_eq!(classifier.about().labels, ["delivery", "invoice", "refund"]);
    let away = ["tell me a joke please", "今天天气怎么样", "what is the weather in Paris"];
    let turned = away.iter().filter(|text| !ask(&classifier, text).in_scope).count();
    assert!(turned >= 2, "{turned}");
    assert!(ask(&classifier, "怎么退款").in_scope && ask(&classifier, "where is my parcel").in_scope);
}

#[test]
fn thresholds_are_set_on_the_examples_that_were_given_for_it() {
    let mut dev = shop();
    dev.extend(strangers());
    let with = train(&shop(), Some(&dev), None, &Options::default(), &|_| ()).unwrap().classifier;
    let away = strangers().iter().filter(|stranger| !ask(&with, &stranger.text).in_scope).count();
    assert!(away > 11, "{away}");
}

#[test]
fn a_text_may_have_several_labels() {
    let mut all = shop();
    let both = |text: &str| Example { text: text.into(), labels: vec!["invoice".into(), "refund".into()] };
    all.extend(
        [
            "退款和发票一起处理",
            "先退款再开发票",
            "退款，顺便开发票",
            "refund me and send the invoice",
            "a refund and an invoice",
        ]
        .map(both),
    );
    let classifier = trained(&all).classifier;
    let mut several = ask(&classifier, "refund me and send the invoice").several;
    several.sort();
    assert_eq!(several, ["invoice", "refund"]);
    assert_eq!(ask(&classifier, "where is my parcel").several, ["delivery"]);
}

#[test]
fn balance_lifts_rare_labels() {
    let mut uneven: Vec<Example> = shop().into_iter().filter(|example| example.labels[0] == "delivery").collect();
    uneven.extend(
        (0..120)
            .map(|at| example(&format!("查询订单 {} 到哪里了", ["A", "B", "C", "D"][at % 4].repeat(at)), "delivery")),
    );
    uneven.extend([example("订单退款", "refund"), example("退款订单查询", "refund")]);
    let of = |balance| {
        let options = Options { balance, ..Options::default() };
        let classifier = train(&uneven, None, None, &options, &|_| ()).unwrap().classifier;
        let prediction = ask(&classifier, "查询退款");
        prediction.ranked.iter().find(|ranked| ranked.label == "refund").unwrap().probability
    };
    assert!(of(1.0) > of(0.0), "{} {}", of(1.0), of(0.0));
}

#[test]
fn a_label_lies_in_what_stands_before_its_slashes_and_points() {
    assert_eq!(parents("order/cancel/reason").collect::<Vec<_>>(), ["order", "order/cancel"]);
    assert_eq!(parents("订单.取消").collect::<Vec<_>>(), ["订单"]);
    assert_eq!(parents("refund").count() + parents("").count() + parents("/x").count(), 0);
}

#[test]
fn an_explanation_names_the_words_that_matter() {
    let classifier = trained(&shop()).classifier;
    let why = classifier.explain("Hello, please tell me where my PARCEL is", None, "delivery", 3);
    assert_eq!(why.words[0].text, "parcel");
    assert!(why.words[0].weight > 0.0 && why.meaning.is_none());
    let why = classifier.explain("您好请问怎么退款", None, "refund", 2);
    assert!(why.words[0].text.contains("退款"), "{why:?}");
    let against = classifier.explain("您好请问怎么退款", None, "invoice", 5);
    assert!(against.words.iter().any(|reason| reason.text.contains("退款") && reason.weight < 0.0), "{against:?}");
    assert!(classifier.explain("怎么退款", None, "no such label", 5).words.is_empty());
}

#[test]
fn an_explanation_points_into_the_text_as_it_was_written() {
    let classifier = trained(&shop()).classifier;
    // Full width, capitals, a slip that is corrected, and what comes after it.
    for text in ["please，  where is my ＰＡＲＣＥＬ", "whre is my parcle please parcel", "您好，請問 怎麼 退款"]
    {
        let why = classifier.explain(text, None, if text.contains('退') { "refund" } else { "delivery" }, 8);
        assert!(!why.words.is_empty());
        for reason in &why.words {
            let said = text.get(reason.start..reason.end);
            assert!(said.is_some_and(|said| !said.is_empty()), "{text}: {reason:?}");
        }
    }
    let text = "where is my parcle please";
    let why = classifier.explain(text, None, "delivery", 8);
    let parcel = why.words.iter().find(|reason| reason.text.starts_with("parc")).unwrap();
    assert_eq!(&text[parcel.start..parcel.end], "parcle");
}

#[test]
fn the_same_examples_and_seed_give_the_same_bytes() {
    let bytes = |seed| {
        let options = Options { seed, ..Options::default() };
        train(&shop(), None, None, &options, &|_| ()).unwrap().classifier.to_bytes()
    };
    assert!(bytes(1) == bytes(1));
    assert!(bytes(1) != bytes(2));
}

#[test]
fn what_was_written_is_read_again_and_answers_the_same() {
    let mut all = shop();
    all.extend(strangers());
    let before = trained(&all).classifier;
    let bytes = before.to_bytes();
    let after = Classifier::from_bytes(&bytes).unwrap();
    assert_eq!(after.about(), before.about());
    assert!(after.to_bytes() == bytes);
    for example in &all {
        assert_eq!(ask(&after, &example.text), ask(&before, &example.text));
    }
}

#[test]
fn a_damaged_classifier_is_refused_and_says_what_to_do() {
    let bytes = trained(&shop()).classifier.to_bytes();
    for place in [0, 4, 20, bytes.len() / 2, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        let error = Classifier::from_bytes(&damaged).unwrap_err().to_string();
        assert!(error.contains("train it again"), "{error}");
    }
    for length in [0, 3, 5, 36, 37, 100, bytes.len() - 1] {
        Classifier::from_bytes(&bytes[..length]).unwrap_err();
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(Classifier::from_bytes(&longer).unwrap_err().to_string().contains("checksum"));
}

#[test]
fn one_label_or_none_cannot_be_told_apart() {
    let refuse = |examples: &[Example]| train(examples, None, None, &Options::default(), &|_| ()).unwrap_err();
    assert_eq!(refuse(&[example("怎么退款", "refund"), example("退款", "refund")]), TrainError::TooFewLabels(1));
    assert_eq!(refuse(&[]), TrainError::TooFewLabels(0));
    assert_eq!(refuse(&strangers()), TrainError::TooFewLabels(0));
    assert!(refuse(&[]).to_string().contains("add examples"));
}

#[test]
fn a_text_under_two_labels_is_told_and_the_rest_is_learnt() {
    let mut all = shop();
    all.push(example("怎么退款", "delivery"));
    assert_eq!(contradictions(&all).iter().map(|one| one.example).collect::<Vec<_>>(), [Some(1), Some(48)]);
    assert!(contradictions(&shop()).is_empty());
    let classifier = trained(&all).classifier;
    assert_eq!(best(&ask(&classifier, "我要退款")), "refund");
    assert_eq!(best(&ask(&classifier, "快递到哪里了")), "delivery");
}

#[test]
fn labels_of_which_all_texts_are_the_same_are_still_answered() {
    let same = [example("退款", "a"), example("退款", "b"), example("退款", "a"), example("退款", "b")];
    is_sound(&ask(&trained(&same).classifier, "退款"), 2);
}

#[test]
fn one_example_a_label_is_enough_to_tell_them_apart() {
    let classifier = trained(&[example("退款", "refund"), example("快递", "delivery")]).classifier;
    assert_eq!(best(&ask(&classifier, "我要退款")), "refund");
    assert_eq!(best(&ask(&classifier, "快递呢")), "delivery");
}

#[test]
fn texts_that_occur_a_hundred_times_do_no_harm() {
    let mut all = shop();
    all.extend(std::iter::repeat_n(example("怎么退款", "refund"), 100));
    let classifier = trained(&all).classifier;
    assert_eq!(best(&ask(&classifier, "快递到哪里了")), "delivery");
    assert_eq!(best(&ask(&classifier, "怎么退款")), "refund");
}

/// What a customer, or somebody who is none, may send.
fn strange() -> Vec<String> {
    vec![
        String::new(),
        "   \n\t".into(),
        "😀😡🎉".into(),
        "أريد استرداد أموالي".into(),
        "אני רוצה החזר כספי".into(),
        "\u{200b}\u{200d}\u{feff}".into(),
        "退\u{200b}款".into(),
        "ｒｅｆｕｎｄ".into(),
        "\u{202e}dnufer".into(),
        "a\u{0301}\u{0301}\u{0301}".repeat(50),
        "\u{0}\u{1}\u{1b}[31m".into(),
        "退款".repeat(200_000),
        "refund ".repeat(150_000),
        "x".repeat(1 << 20),
        "1".repeat(1 << 20),
    ]
}

#[test]
fn strange_texts_have_an_answer_in_no_time() {
    let classifier = trained(&shop()).classifier;
    for text in strange() {
        let begun = Instant::now();
        is_sound(&ask(&classifier, &text), 3);
        classifier.explain(&text, None, "refund", 5);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}…", text.chars().take(20).collect::<String>());
    }
    assert_eq!(best(&ask(&classifier, "ＲＥＦＵＮＤ")), "refund");
    assert_eq!(best(&ask(&classifier, &"退款".repeat(200_000))), "refund");
    let empty = ask(&classifier, "");
    assert!(empty.ranked[0].probability < 0.9, "{empty:?}");
}

#[test]
fn strange_texts_may_be_learnt_from() {
    let mut all = shop();
    all.extend(strange().iter().enumerate().map(|(at, text)| example(text, ["refund", "odd"][at % 2])));
    let classifier = trained(&all).classifier;
    assert_eq!(best(&ask(&classifier, "where is my parcel")), "delivery");
    let nothing = [example("", "a"), example("", "b"), example("😀", "a"), example("\u{200b}", "b")];
    if let Ok(trained) = train(&nothing, None, None, &Options::default(), &|_| ()) {
        is_sound(&ask(&trained.classifier, "退款"), 2);
    }
}

#[test]
fn training_tells_how_far_it_is() {
    let told = RefCell::new(Vec::new());
    train(&shop(), None, None, &Options::default(), &|step| told.borrow_mut().push(step)).unwrap();
    let told = told.into_inner();
    assert!(matches!(told.first(), Some(Step::Fitting { done: 0, .. })), "{told:?}");
    assert!(matches!(told.last(), Some(Step::Fitting { done, of }) if done == of), "{told:?}");
}

#[test]
fn each_example_is_judged_once_while_left_out() {
    let trained = trained(&shop());
    assert_eq!(trained.held_out.iter().map(|one| one.example).collect::<Vec<_>>(), (0..48).collect::<Vec<_>>());
    assert_eq!(trained.embedded, 0.0);
    for held_out in &trained.held_out {
        assert!(held_out.ranked.len() <= 5 && (0.0..=1.0).contains(&held_out.given));
    }
}

proptest! {
    #[test]
    fn any_text_has_an_answer(text in any::<String>()) {
        thread_local!(static CLASSIFIER: Classifier = trained(&shop()).classifier);
        CLASSIFIER.with(|classifier| {
            for effort in [Effort::Cascade, Effort::WordsOnly, Effort::Full] {
                is_sound(&classifier.classify(&text, None, effort), 3);
            }
            let why = classifier.explain(&text, None, "refund", 4);
            assert!(why.words.len() <= 4 && why.words.iter().all(|reason| reason.weight.is_finite()));
            assert!(why.words.iter().all(|reason| text.get(reason.start..reason.end).is_some()));
        });
    }

    #[test]
    fn any_bytes_are_a_classifier_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Classifier::from_bytes(&bytes);
        let mut begun = b"YCLF\x01".to_vec();
        begun.extend(&bytes);
        prop_assert!(Classifier::from_bytes(&begun).is_err());
    }

    #[test]
    fn a_forged_classifier_is_refused_or_answers(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), text in "[a-z 退款]{0,12}"
    ) {
        thread_local!(static BYTES: Vec<u8> = trained(&shop()[..34]).classifier.to_bytes());
        let mut bytes = BYTES.with(Clone::clone);
        let end = bytes.len() - 32;
        // The header is a small part of it, and the part where a change does most.
        for (place, to) in changes {
            let place = if to % 2 == 0 { place.index(1_000) } else { place.index(end) };
            bytes[place] = to;
        }
        let sum = digest(&SHA256, &bytes[..end]);
        bytes[end..].copy_from_slice(sum.as_ref());
        if let Ok(classifier) = Classifier::from_bytes(&bytes) {
            classifier.classify(&text, None, Effort::Cascade);
            classifier.explain(&text, None, "refund", 3);
        }
    }

    #[test]
    fn a_classifier_with_any_byte_changed_is_refused(place in any::<prop::sample::Index>(), by in 1_u8..) {
        thread_local!(static BYTES: Vec<u8> = trained(&shop()).classifier.to_bytes());
        let mut bytes = BYTES.with(Clone::clone);
        let place = place.index(bytes.len());
        bytes[place] ^= by;
        prop_assert!(Classifier::from_bytes(&bytes).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_examples_are_learnt_or_refused(
        rows in proptest::collection::vec((any::<String>(), "[abc]{0,1}"), 0..24), asked in any::<String>()
    ) {
        let examples: Vec<Example> = rows.iter().map(|(text, label)| example(text, label)).collect();
        if let Ok(trained) = train(&examples, None, None, &Options::default(), &|_| ()) {
            let labels = trained.classifier.about().labels.len();
            is_sound(&ask(&trained.classifier, &asked), labels);
            Classifier::from_bytes(&trained.classifier.to_bytes()).unwrap();
        }
    }
}
