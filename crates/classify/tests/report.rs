//! What is measured, and what is found suspicious.

#![allow(clippy::unwrap_used, clippy::float_cmp)]

mod common;

use std::cell::Cell;
use std::time::Duration;

use common::{example, shop, strangers, trained};
use proptest::prelude::*;
use yingda_classify::plot::{calibration_curve, confusion_matrix};
use yingda_classify::{Classifier, Doubt, Effort, Example, Report, cross_validation, evaluate, suspicious};
use yingda_language::Lang;

fn measured(classifier: &Classifier, examples: &[Example]) -> Report {
    evaluate(classifier, examples, None, Effort::Cascade, None)
}

#[test]
fn what_was_learnt_is_found_again_and_reported_by_label() {
    let shop = shop();
    let report = measured(&trained(&shop).classifier, &shop);
    assert_eq!((report.examples, report.out_of_scope), (48, 0));
    assert_eq!((report.accuracy, report.macro_f1), (1.0, 1.0));
    assert_eq!(report.accuracy, report.in_scope_accuracy);
    assert_eq!(report.labels.iter().map(|label| label.support).collect::<Vec<_>>(), [16, 16, 16]);
    assert_eq!((report.confusions.len(), report.embedded), (0, 0.0));
    assert_eq!((report.out_of_scope_recall, report.belonging_auroc, report.full_accuracy), (None, None, None));
    assert_eq!(report.words_only_accuracy, Some(1.0));
    assert_eq!(report.coverage.last().unwrap().accuracy, 1.0);
    assert!(report.times.is_none());
}

#[test]
fn wrong_answers_are_counted_by_pair_with_some_of_their_texts() {
    let classifier = trained(&shop()).classifier;
    let asked = ["我要退款", "怎么退款", "退款多久到账", "I want a refund"].map(|text| example(text, "invoice"));
    let mut asked = asked.to_vec();
    asked.push(example("where is my parcel", "invoice"));
    asked.push(example("send me the invoice", "invoice"));
    let report = measured(&classifier, &asked);
    let first = &report.confusions[0];
    assert_eq!((first.given.as_str(), first.taken.as_str(), first.count), ("invoice", "refund", 4));
    assert_eq!(first.examples, ["我要退款", "怎么退款", "退款多久到账"]);
    assert_eq!((report.confusions.len(), report.confusions[1].count), (2, 1));
    let invoice = report.labels.iter().find(|label| label.label == "invoice").unwrap();
    assert_eq!((invoice.support, invoice.taken, invoice.right), (6, 1, 1));
    assert_eq!((invoice.precision, invoice.recall), (1.0, 1.0 / 6.0));
    // A label that only wrong answers have does not make the mean worse.
    assert_eq!(report.macro_f1, invoice.f1);
}

#[test]
fn a_label_that_was_never_learnt_is_not_found() {
    let report = measured(&trained(&shop()).classifier, &[example("I want to talk to a person", "person")]);
    assert_eq!((report.accuracy, report.labels.len()), (0.0, 2));
}

#[test]
fn strangers_are_measured_apart() {
    let mut all = shop();
    all.extend(strangers());
    let classifier = trained(&all).classifier;
    let report = measured(&classifier, &all);
    assert_eq!((report.examples, report.out_of_scope), (70, 22));
    let away = |text: &Example| !classifier.classify(&text.text, None, Effort::Cascade).in_scope;
    let away = strangers().iter().filter(|text| away(text)).count();
    assert_eq!(report.out_of_scope_recall, Some(away as f64 / 22.0));
    assert!(report.out_of_scope_recall.unwrap() > 0.4 && report.belonging_auroc.unwrap() > 0.95, "{report:?}");
    assert!(report.in_scope_accuracy_after_rejection <= report.in_scope_accuracy);
    assert_eq!(report.confusions.iter().map(|confusion| confusion.count).sum::<usize>(), 22 - away);
    assert!(report.confusions.iter().all(|confusion| confusion.given == "oos"));
}

#[test]
fn time_is_what_the_given_clock_says() {
    let now = Cell::new(Duration::ZERO);
    let clock = || {
        now.set(now.get() + Duration::from_micros(50));
        now.get()
    };
    let report = evaluate(&trained(&shop()).classifier, &shop(), None, Effort::Cascade, Some(&clock));
    let times = report.times.unwrap();
    assert!((times.words_mean_us - 50.0).abs() < 1e-6 && (times.p99_us - 50.0).abs() < 1e-6, "{times:?}");
}

#[test]
fn texts_with_several_labels_are_judged_by_all_of_them() {
    let mut all = shop();
    let both = |text: &str| Example { text: text.into(), labels: vec!["invoice".into(), "refund".into()] };
    all.extend(["退款和发票一起处理", "退款，顺便开发票", "refund me and send the invoice"].map(both));
    let report = measured(&trained(&all).classifier, &all);
    let several = report.several.unwrap();
    assert!(several.micro_f1 > 0.8 && several.exact > 0.6, "{several:?}");
    assert!(measured(&trained(&shop()).classifier, &shop()).several.is_none());
}

#[test]
fn cross_validation_judges_each_example_by_those_that_it_was_not_learnt_with() {
    let mut shop = shop();
    shop.push(example("unheard of qwertz", "refund"));
    let trained = trained(&shop);
    let report = cross_validation(&trained, &shop);
    assert_eq!(report.examples, 49);
    assert!(report.accuracy > 0.7 && report.accuracy < 1.0, "{}", report.accuracy);
    assert!(report.words_only_accuracy.is_none() && report.times.is_none());
    // Fewer examples than it was trained on are no reason to fail.
    assert_eq!(cross_validation(&trained, &shop[..10]).examples, 10);
    assert_eq!(cross_validation(&trained, &[]), cross_validation(&trained, &[]));
}

#[test]
fn nothing_to_test_on_is_a_report_of_nothing() {
    let report = measured(&trained(&shop()).classifier, &[]);
    assert_eq!((report.examples, report.accuracy, report.macro_f1, report.calibration_error), (0, 0.0, 0.0, 0.0));
    assert!(report.coverage.is_empty() && report.precision_of_answers.is_none());
}

#[test]
fn a_report_survives_being_stored() {
    let mut all = shop();
    all.extend(strangers());
    let report = measured(&trained(&all).classifier, &all);
    let stored: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!((stored.examples, &stored.confusions), (report.examples, &report.confusions));
    assert!((stored.macro_f1 - report.macro_f1).abs() < 1e-12);
}

#[test]
fn a_wrong_label_among_right_ones_is_suspicious() {
    let mut shop = shop();
    shop.push(example("请问怎么申请退款啊，退款要多久", "delivery"));
    let found = suspicious(&trained(&shop), &shop);
    let wrong = found.iter().find(|one| matches!(one.doubt, Doubt::Mislabelled { .. })).expect("it is found");
    assert_eq!((wrong.example, wrong.labels.as_slice()), (Some(48), ["delivery".to_owned()].as_slice()));
    let Doubt::Mislabelled { likely, probability, given_probability } = &wrong.doubt else { unreachable!() };
    assert!(likely == "refund" && probability > given_probability);
}

#[test]
fn the_same_text_with_two_labels_is_a_contradiction() {
    let mut shop = shop();
    shop.push(example("怎么退款？", "delivery"));
    shop.push(example("what about it", ""));
    shop.push(example("What about it?", "refund"));
    let found = suspicious(&trained(&shop), &shop);
    let of = |number: usize| {
        found.iter().find_map(|one| match &one.doubt {
            Doubt::Contradiction { other, other_labels } if one.example == Some(number) => {
                Some((*other, other_labels.clone()))
            }
            _ => None,
        })
    };
    assert_eq!(of(1), Some((48, vec!["delivery".into()])));
    assert_eq!(of(48), Some((1, vec!["refund".into()])));
    assert_eq!(of(49), Some((50, vec!["refund".into()])));
    assert_eq!(of(50), Some((49, vec!["oos".into()])));
    assert_eq!(found[0].sure, 1.0);
}

#[test]
fn duplicates_and_near_duplicates_of_a_label_are_told() {
    let mut shop = shop();
    shop.push(example("Where can I download my invoice?!", "invoice"));
    shop.push(example("where can i download my invoices", "invoice"));
    shop.push(example("发票能改一下抬头吗，我写错了公司的名字，麻烦帮我重新开一张", "invoice"));
    shop.push(example("发票能改一下抬头吗，我写错了公司的名字，麻烦帮我重新开一张吧", "invoice"));
    let found = suspicious(&trained(&shop), &shop);
    let doubts: Vec<_> = found.iter().map(|one| (one.example, &one.doubt)).collect();
    assert!(doubts.contains(&(Some(48), &Doubt::Duplicate { of: 43 })), "{doubts:?}");
    let near = |number| {
        doubts.iter().find_map(|(example, doubt)| match doubt {
            Doubt::NearDuplicate { of, similarity, .. } if *example == Some(number) => Some((*of, *similarity)),
            _ => None,
        })
    };
    assert!(near(49).is_some_and(|(of, similarity)| of == 43 && similarity > 0.8), "{doubts:?}");
    assert!(near(51).is_some_and(|(of, _)| of == 50), "{doubts:?}");
    assert_eq!(near(50), None);
}

#[test]
fn labels_with_too_few_examples_are_told() {
    let mut shop = shop();
    shop.push(example("转人工", "person"));
    shop.push(example("talk to a human", "person"));
    let found = suspicious(&trained(&shop), &shop);
    let few = found.iter().find(|one| one.example.is_none()).unwrap();
    assert_eq!((few.labels[0].as_str(), &few.doubt), ("person", &Doubt::TooFew { examples: 2, wanted: 5 }));
}

#[test]
fn thousands_of_texts_from_one_template_are_compared_in_a_moment() {
    let template =
        |at: usize, label| example(&format!("please check the order number {at} and tell me where it is now"), label);
    let many: Vec<Example> = (0..3_000).map(|at| template(at, if at % 2 == 0 { "even" } else { "odd" })).collect();
    let mut few = many[..40].to_vec();
    few.extend(shop());
    let trained = trained(&few);
    assert!(suspicious(&trained, &many).len() > 2_000);
}

#[test]
fn doubts_are_stored_as_plain_words() {
    let mut shop = shop();
    shop.push(example("怎么退款", "delivery"));
    let found = suspicious(&trained(&shop), &shop);
    let json = serde_json::to_value(&found[0]).unwrap();
    assert_eq!((json["kind"].as_str(), json["labels"][0].as_str()), (Some("contradiction"), Some("refund")));
}

#[test]
fn pictures_name_labels_and_axes_in_the_language_of_the_reader() {
    let mut asked = shop();
    asked.push(example("我要退款", "发票<抬头>"));
    let report = measured(&trained(&shop()).classifier, &asked);
    let chinese = confusion_matrix(&report, Lang::Zh);
    assert!(chinese.contains("混淆矩阵") && chinese.contains("发票&lt;抬头&gt;") && !chinese.contains("<抬头>"));
    assert!(confusion_matrix(&report, Lang::En).contains("Taken for"));
    assert!(calibration_curve(&report, Lang::Zh).contains("置信度"));
    let english = calibration_curve(&report, Lang::En);
    assert!(english.contains("Confidence (%)") && english.contains("prefers-color-scheme:dark"));
    assert!(!english.contains("http:") || english.matches("http").count() == 1, "only the name space");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_examples_can_be_measured_and_drawn(
        rows in proptest::collection::vec((any::<String>(), proptest::option::of("[a-c退\"<&]{1,3}")), 0..30)
    ) {
        let classifier = trained(&shop()).classifier;
        let examples: Vec<Example> =
            rows.iter().map(|(text, label)| example(text, label.as_deref().unwrap_or(""))).collect();
        let report = measured(&classifier, &examples);
        prop_assert_eq!(report.examples, examples.len());
        for share in [report.accuracy, report.macro_f1, report.calibration_error, report.in_scope_accuracy_after_rejection] {
            prop_assert!((0.0..=1.0).contains(&share));
        }
        prop_assert!(confusion_matrix(&report, Lang::Zh).ends_with("</svg>\n"));
        prop_assert!(calibration_curve(&report, Lang::En).ends_with("</svg>\n"));
    }
}
