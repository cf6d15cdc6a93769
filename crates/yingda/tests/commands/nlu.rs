//! `yingda nlu` as scripts see it.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Ran, alone, run, yingda};

/// A folder with files of examples, and no embedding model.
struct Place {
    folder: TempDir,
}

const WISHES: [(&str, [&str; 10]); 3] = [
    (
        "refund",
        [
            "我要退款",
            "怎么退款",
            "退款多久到账",
            "退款进度查一下",
            "退款失败了怎么办",
            "I want a refund",
            "how do I get a refund",
            "refund my order please",
            "refund status",
            "can you refund me",
        ],
    ),
    (
        "delivery",
        [
            "快递到哪里了",
            "什么时候发货",
            "包裹还没收到",
            "我的快递怎么还没到",
            "催一下快递发货",
            "where is my parcel",
            "track my parcel",
            "my parcel is late",
            "parcel not delivered",
            "has my parcel shipped",
        ],
    ),
    (
        "invoice",
        [
            "怎么开发票",
            "我要开专用发票",
            "发票抬头写错了",
            "电子发票在哪下载",
            "可以补开发票吗",
            "I need an invoice",
            "send me the invoice",
            "the invoice is wrong",
            "download my invoice",
            "invoice for my company",
        ],
    ),
];

const STRANGERS: [&str; 4] = ["今天天气真好", "tell me a joke", "谁赢了世界杯", "play some jazz music"];

impl Place {
    /// With `train.jsonl`, `test.jsonl` and `oos.jsonl`.
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let lines = |pick: fn(usize) -> bool| -> String {
            let one = |(label, texts): (&str, [&'static str; 10])| -> String {
                let picked = texts.iter().enumerate().filter(|(at, _)| pick(*at));
                picked.map(|(_, text)| format!("{}\n", json!({"text": text, "intent": label}))).collect()
            };
            WISHES.into_iter().map(one).collect()
        };
        let strangers: String =
            STRANGERS.iter().map(|text| format!("{}\n", json!({"text": text, "intent": "oos"}))).collect();
        place.file("train.jsonl", &lines(|at| at % 5 != 1));
        place.file("test.jsonl", &lines(|at| at % 5 == 1));
        place.file("oos.jsonl", &strangers);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(yingda().current_dir(self.folder.path()).arg("nlu").args(arguments), "")
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn a_test_prints_its_figures_for_people_and_programs() {
    let place = Place::new();
    let ran = place.run(&["test", "--train", "train.jsonl", "--test", "test.jsonl", "oos.jsonl"]).expect(0);
    for figure in ["Trained on 24 examples of 3 labels", "Accuracy", "Macro-F1", "Out-of-scope recall", "Time a text"] {
        assert!(ran.stdout.contains(figure), "{figure}: {}", ran.stdout);
    }
    let told = place
        .run(&["test", "--train", "train.jsonl", "--test", "test.jsonl", "--test", "oos.jsonl", "--json"])
        .expect(0)
        .json();
    assert_eq!((&told["train_examples"], &told["test_examples"]), (&json!(24), &json!(10)));
    assert!(number(&told["accuracy"]) > 0.8, "{told}");
    assert_eq!(told["accuracy"], told["in_scope_accuracy"]);
    for share in ["macro_f1", "in_scope_accuracy_after_rejection", "out_of_scope_recall", "calibration_error"] {
        assert!((0.0..=1.0).contains(&number(&told[share])), "{share}: {told}");
    }
    assert!(number(&told["ms_per_text"]) > 0.0);
    assert_eq!((told["embedded"].as_f64(), &told["noise"]), (Some(0.0), &Value::Null));
    assert_eq!(told["coverage"].as_array().unwrap().len(), 7);
    assert!(!place.path("data").exists(), "nothing is made in a folder without the model");
}

#[test]
fn without_the_embedding_model_words_are_used_and_people_are_told_how_to_get_it() {
    let place = Place::new();
    let asked = ["test", "--train", "train.jsonl", "--test", "test.jsonl"];
    let ran = place.run(&asked).expect(0);
    assert!(ran.stderr.contains("yingda models pull e5-small"), "{}", ran.stderr);
    let ran = place.run(&[&asked[..], &["--json"]].concat()).expect(0);
    assert_eq!((&ran.json()["embedding"], ran.stderr.as_str()), (&Value::Null, ""));
    let ran = place.run(&[&asked[..], &["--effort", "full"]].concat()).expect(1);
    assert!(ran.stderr.contains("models pull"), "{}", ran.stderr);
    assert_eq!(place.run(&[&asked[..], &["--effort", "words"]].concat()).expect(0).stderr, "");
}

#[test]
fn a_share_of_the_examples_can_be_held_out_and_the_same_seed_holds_out_the_same() {
    let place = Place::new();
    let ask = |seed: &str| {
        let told = place.run(&["test", "--train", "train.jsonl", "--split", "0.25", "--seed", seed, "--json"]);
        let mut told = told.expect(0).json();
        for time in ["ms_per_text", "words_ms_per_text", "training_seconds", "fitting_seconds", "times"] {
            told[time].take();
        }
        told
    };
    assert_eq!((&ask("1")["train_examples"], &ask("1")["test_examples"]), (&json!(18), &json!(6)));
    assert_eq!(ask("1"), ask("1"));
    place.run(&["test", "--train", "train.jsonl", "--split", "1.5"]).expect(2);
    place.run(&["test", "--train", "train.jsonl"]).expect(2);
}

#[test]
fn noise_and_few_examples_are_measured() {
    let place = Place::new();
    let test = ["test", "--train", "train.jsonl", "--test", "test.jsonl", "--json"];
    let told = place.run(&[&test[..], &["--noise", "0.1"]].concat()).expect(0).json();
    let fall = 100.0 * (number(&told["accuracy"]) - number(&told["noise"]["accuracy"]));
    assert!((number(&told["noise"]["fall"]) - fall).abs() < 1e-6, "{told}");
    let told = place.run(&[&test[..], &["--shots", "2,4", "--seeds", "2"]].concat()).expect(0).json();
    let shots = told["shots"].as_array().unwrap();
    assert_eq!(shots.iter().map(|one| one["shots"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(shots[0]["accuracies"].as_array().unwrap().len(), 2);
    assert_eq!(shots[1]["train_examples"], json!([12, 12]));
    assert!(told.get("accuracy").is_none(), "only the few were learnt from");
    place.run(&[&test[..], &["--shots", "0"]].concat()).expect(2);
}

#[test]
fn pictures_and_the_report_are_written_where_they_are_wanted() {
    let place = Place::new();
    let asked = ["test", "--train", "train.jsonl", "--test", "test.jsonl", "--plots", "plots", "--out", "report.json"];
    place.run(&asked).expect(0);
    for (name, title) in [("confusion.svg", "Confusion matrix"), ("calibration.svg", "Calibration")] {
        let picture = fs::read_to_string(place.path("plots").join(name)).unwrap();
        assert!(picture.starts_with("<svg") && picture.contains(title), "{name}");
    }
    let report: Value = serde_json::from_str(&fs::read_to_string(place.path("report.json")).unwrap()).unwrap();
    assert!(number(&report["accuracy"]) > 0.8);
    let mut chinese = yingda();
    chinese.current_dir(place.folder.path()).env("LANG", "zh_CN.UTF-8").arg("nlu").args(asked);
    run(&mut chinese, "").expect(0);
    assert!(fs::read_to_string(place.path("plots/confusion.svg")).unwrap().contains("混淆矩阵"));
    place.run(&["test", "--train", "train.jsonl", "--test", "test.jsonl", "--out", "no/such/folder.json"]).expect(1);
}

#[test]
fn a_trained_model_is_a_file_that_answers_as_before() {
    let place = Place::new();
    let train = ["train", "--train", "train.jsonl", "--out", "intents.model"];
    let told = place.run(&[&train[..], &["--json"]].concat()).expect(0).json();
    assert_eq!((&told["labels"], &told["contradictions"]), (&json!(3), &json!(0)));
    assert_eq!(told["bytes"].as_u64().unwrap(), fs::metadata(place.path("intents.model")).unwrap().len());
    place.run(&train).expect(2);
    let first = fs::read(place.path("intents.model")).unwrap();
    place.run(&[&train[..], &["--force"]].concat()).expect(0);
    assert!(fs::read(place.path("intents.model")).unwrap() == first, "the same seed, the same bytes");

    let trained = place.run(&["test", "--train", "train.jsonl", "--test", "test.jsonl", "--json"]).expect(0).json();
    let read = place.run(&["test", "--model", "intents.model", "--test", "test.jsonl", "--json"]).expect(0).json();
    assert_eq!((&read["accuracy"], &read["labels"]), (&trained["accuracy"], &trained["labels"]));
    place.run(&["test", "--model", "intents.model", "--train", "train.jsonl", "--test", "test.jsonl"]).expect(2);
}

#[test]
fn an_explanation_shows_candidates_and_words() {
    let place = Place::new();
    place.run(&["train", "--train", "train.jsonl", "--out", "intents.model"]).expect(0);
    let ran = place.run(&["explain", "where is my parcel now", "--model", "intents.model"]).expect(0);
    assert!(ran.stdout.contains("delivery") && ran.stdout.contains("parcel"), "{}", ran.stdout);
    let told = place.run(&["explain", "我想申请退款", "--train", "train.jsonl", "--json"]).expect(0).json();
    assert_eq!(told["label"], "refund");
    assert_eq!(told["prediction"]["ranked"][0]["label"], "refund");
    assert!(
        told["why"]["words"].as_array().unwrap().iter().any(|word| word["text"].as_str().unwrap().contains("退款"))
    );
    place.run(&["explain", "退款"]).expect(2);
    place.run(&["explain", "  ", "--model", "intents.model"]).expect(2);
    place.run(&["explain", "\u{1b}[31m😀\u{200b}", "--model", "intents.model"]).expect(0);
}

#[test]
fn cross_validation_needs_no_test_set() {
    let place = Place::new();
    let told = place.run(&["cross-validate", "--train", "train.jsonl", "--json"]).expect(0).json();
    assert_eq!(told["examples"], 24);
    assert!(number(&told["accuracy"]) > 0.5, "{told}");
    let ran = place.run(&["cross-validate", "--train", "train.jsonl"]).expect(0);
    assert!(ran.stdout.contains("each left out in turn"), "{}", ran.stdout);
}

#[test]
fn what_is_suspicious_is_listed_with_its_reason() {
    let place = Place::new();
    let odd = "{\"text\":\"怎么开发票？\",\"intent\":\"refund\"}\n{\"text\":\"我要退款\",\"intent\":\"refund\"}\n\
               {\"text\":\"转人工\",\"intent\":\"person\"}\n";
    place.file("odd.jsonl", odd);
    let ran = place.run(&["confusions", "--train", "train.jsonl", "odd.jsonl"]).expect(0);
    for told in ["has the same text under", "the same as example", "has 1 examples"] {
        assert!(ran.stdout.contains(told), "{told}: {}", ran.stdout);
    }
    let told = place.run(&["confusions", "--train", "train.jsonl", "odd.jsonl", "--json", "--limit", "1"]).expect(0);
    let told = told.json();
    assert_eq!(told["suspicious"].as_array().unwrap().len(), 1);
    assert_eq!(told["suspicious"][0]["kind"], "contradiction");
    assert!(told["suspicious_total"].as_u64().unwrap() >= 4, "{told}");
}

#[test]
fn contradictory_labels_are_told_and_training_goes_on() {
    let place = Place::new();
    place.file("odd.jsonl", "{\"text\":\"我要退款\",\"intent\":\"invoice\"}\n");
    let ran = place.run(&["train", "--train", "train.jsonl", "odd.jsonl", "--out", "a.model"]).expect(0);
    assert!(ran.stderr.contains("2 examples stand under several labels, such as \"我要退款\""), "{}", ran.stderr);
    let told = place.run(&["train", "--train", "train.jsonl", "odd.jsonl", "--out", "b.model", "--json"]).expect(0);
    assert_eq!(told.json()["contradictions"], 2);
}

#[test]
fn files_with_nothing_to_tell_apart_are_failures_that_say_so() {
    let place = Place::new();
    place.file("one.jsonl", "{\"text\":\"退款\",\"intent\":\"a\"}\n{\"text\":\"发票\",\"intent\":\"a\"}\n");
    place.file("empty.jsonl", "\n");
    place.file("bad.jsonl", "{\"text\":\"ok\",\"intent\":\"a\"}\nnot json\n");
    for (file, told) in [
        ("one.jsonl", "at least two labels, got 1"),
        ("oos.jsonl", "at least two labels, got 0"),
        ("empty.jsonl", "at least one example"),
        ("bad.jsonl", "bad.jsonl, line 2"),
        ("missing.jsonl", "missing.jsonl cannot be read"),
    ] {
        for command in [vec!["train", "--out", "x.model"], vec!["cross-validate"], vec!["confusions"]] {
            let ran = place.run(&[&command[..], &["--train", file]].concat()).expect(1);
            assert!(ran.stderr.contains(told), "{file}: {}", ran.stderr);
            assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        }
    }
    assert!(!place.path("x.model").exists(), "nothing is written when there is nothing to write");
    let failed = place.run(&["train", "--train", "one.jsonl", "--out", "x.model", "--json"]).expect(1);
    assert_eq!(failed.error()["code"], "failed");
}

#[test]
fn a_damaged_model_is_refused_and_says_what_to_do() {
    let place = Place::new();
    place.run(&["train", "--train", "train.jsonl", "--out", "intents.model"]).expect(0);
    let mut bytes = fs::read(place.path("intents.model")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(place.path("damaged.model"), &bytes).unwrap();
    place.file("other.model", "not a model");
    place.file("empty.model", "");
    for (name, told) in [
        ("damaged.model", "checksum is wrong"),
        ("other.model", "does not begin as one"),
        ("empty.model", "does not begin as one"),
        ("missing.model", "missing.model cannot be read"),
    ] {
        let ran = place.run(&["explain", "退款", "--model", name]).expect(1);
        assert!(ran.stderr.contains(told) && ran.stderr.contains(name), "{name}: {}", ran.stderr);
        place.run(&["test", "--model", name, "--test", "test.jsonl"]).expect(1);
    }
}

#[test]
fn a_broken_embedding_model_is_named() {
    let place = Place::new();
    fs::create_dir_all(place.path("data/models/e5-small")).unwrap();
    // As long as the real one, so that it passes for installed; the file takes no room.
    fs::File::create(place.path("data/models/e5-small/e5-small-q4.bin")).unwrap().set_len(71_622_400).unwrap();
    let ran = place.run(&["test", "--train", "train.jsonl", "--test", "test.jsonl"]).expect(1);
    assert!(ran.stderr.contains("e5-small-q4.bin") && !ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn examples_may_be_tables_and_rasa_files() {
    let place = Place::new();
    place.file(
        "nlu.yml",
        "nlu:\n- intent: refund\n  examples: |\n    - 我要[退款](what)\n    - refund me\n- intent: invoice\n  examples: |\n    - 开发票\n    - an invoice\n",
    );
    place.file("test.csv", "text,intent\n\"退款, please\",refund\n发票,invoice\n");
    let told = place.run(&["test", "--train", "nlu.yml", "--test", "test.csv", "--json"]).expect(0).json();
    assert_eq!((&told["train_examples"], &told["test_examples"]), (&json!(4), &json!(2)));
    assert_eq!(told["accuracy"], 1.0);
}

#[test]
fn this_machine_is_measured_also_without_the_embedding_model() {
    let place = Place::new();
    let told = place.run(&["bench", "--train", "train.jsonl", "--json"]).expect(0).json();
    let names: Vec<&str> =
        told["figures"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    for name in ["nlu_train_s", "nlu_words_en_us", "nlu_words_zh_us", "nlu_mb"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[test]
fn emotions_are_measured_by_our_names_and_by_those_of_goemotions() {
    let place = Place::new();
    place.file(
        "mood.jsonl",
        "{\"text\":\"太生气了，你们这什么态度，投诉！\",\"emotion\":\"angry\",\"intent\":\"complaint\"}\n\
         {\"text\":\"谢谢你，太好了，特别满意\",\"emotion\":\"pleased\",\"intent\":\"thanks\"}\n\
         {\"text\":\"Thank you so much, this is wonderful!\",\"labels\":[\"gratitude\",\"joy\"]}\n\
         {\"text\":\"ok\",\"labels\":[\"neutral\"]}\n\
         {\"text\":\"love and hate\",\"labels\":[\"love\",\"anger\"]}\n",
    );
    let told = place.run(&["emotion", "--test", "mood.jsonl", "--json"]).expect(0).json();
    assert_eq!((&told["test_examples"], &told["left_out"]), (&json!(4), &json!(1)));
    assert!(number(&told["accuracy"]) >= 0.5, "{told}");
    assert_eq!(told["train_examples"], Value::Null);
    let trained = place.run(&["emotion", "--train", "mood.jsonl", "--test", "mood.jsonl"]).expect(0);
    assert!(trained.stdout.contains("Trained on 4 examples"), "{}", trained.stdout);
    place.file("odd.jsonl", "{\"text\":\"x\",\"emotion\":\"hungry\"}\n");
    let ran = place.run(&["emotion", "--test", "odd.jsonl"]).expect(1);
    assert!(ran.stderr.contains("got \"hungry\""), "{}", ran.stderr);
    place.run(&["emotion", "--train", "mood.jsonl"]).expect(2);
}

#[test]
fn safety_is_measured_as_it_comes_and_as_it_is_learnt() {
    let place = Place::new();
    place.file(
        "own.jsonl",
        "{\"text\":\"你这个蠢货，滚\",\"label\":\"abuse\"}\n{\"text\":\"我的快递什么时候到\",\"label\":\"none\"}\n\
         {\"text\":\"这个杀虫剂能杀死蟑螂吗\",\"label\":0}\n",
    );
    let told = place.run(&["safety", "--test", "own.jsonl", "--json"]).expect(0).json();
    assert_eq!((&told["decided"]["dangerous"], &told["decided"]["harmless"]), (&json!(1), &json!(2)));
    assert_eq!(told["decided"]["false_alarms"], 0.0);
    let rude = ["坏蛋", "你是坏蛋", "坏蛋走开", "大坏蛋", "真是坏蛋"].map(|text| json!({"text": text, "label": 1}));
    let kind = ["你好", "你好啊", "您好你好", "你好在吗", "大家你好"].map(|text| json!({"text": text, "label": 0}));
    place.file("ab.jsonl", &rude.iter().chain(&kind).map(|line| format!("{line}\n")).collect::<String>());
    let told = place.run(&["safety", "--train", "ab.jsonl", "--test", "ab.jsonl", "--json"]).expect(0).json();
    assert_eq!((&told["accuracy"], &told["decided"]), (&json!(1.0), &Value::Null));
    let ran = place.run(&["safety", "--test", "test.jsonl"]).expect(1);
    assert!(ran.stderr.contains("test.jsonl"), "{}", ran.stderr);
}

#[test]
fn personal_data_is_measured_by_type_in_both_forms() {
    let place = Place::new();
    place.file("marked.txt", "电话⟦13800138000|PHONE⟧，谢谢\n我的邮箱是⟦a@b.cn|EMAIL⟧\n");
    place.file(
        "spans.jsonl",
        "{\"text\":\"é call 13800138000\",\"spans\":[{\"entity_type\":\"PHONE_NUMBER\",\"start_position\":7,\"end_position\":18},\
         {\"entity_type\":\"STAR_SIGN\",\"start_position\":0,\"end_position\":1}]}\n",
    );
    let told = place.run(&["pii", "--test", "marked.txt", "spans.jsonl", "--json"]).expect(0).json();
    assert_eq!((&told["samples"], &told["f1"], &told["types"]["phone"]["marked"]), (&json!(3), &json!(1.0), &json!(2)));
    assert_eq!(told["not_covered"]["STAR_SIGN"], 1);
    let ran = place.run(&["pii", "--test", "spans.jsonl", "--format", "presidio"]).expect(0);
    assert!(ran.stdout.contains("precision") && ran.stdout.contains("not covered: STAR_SIGN (1)"), "{}", ran.stdout);
    let ran = place.run(&["pii", "--test", "marked.txt", "--format", "presidio"]).expect(1);
    assert!(ran.stderr.contains("marked.txt, line 1: expected a JSON object"), "{}", ran.stderr);
    place.file("open.txt", "ok\n⟦open\n");
    let ran = place.run(&["pii", "--test", "open.txt"]).expect(1);
    assert!(ran.stderr.contains("open.txt") && ran.stderr.contains("line 2"), "{}", ran.stderr);
    place.run(&["pii", "--test", "missing.txt"]).expect(1);
}

#[test]
fn wrong_use_is_told_to_programs() {
    assert_eq!(alone(&["nlu", "test", "--json"]).expect(2).error()["code"], "usage");
    assert_eq!(alone(&["nlu", "bench", "--train", "none.jsonl", "--json"]).expect(1).error()["code"], "failed");
}
