#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

const GOOD: &str = "
models:
  small:
    base_url: http://127.0.0.1:8000/v1
    model: qwen2.5-0.5b-instruct
  large:
    base_url: https://models.example.com/v1
    key: secrets.large_key
    model: large-2
    timeout_ms: 8000
    first_byte_ms: 2000
    retries: 2
    offers: {json_schema: true, tools: true, streaming: true}
    price: {in: 0.5, out: 2, currency: CNY}
    context: 32768
    max_answer: 600
    breaker: {failures: 3, pause_s: 10}
tasks:
  propose: [large, small]
  answer: large
  default: small
budgets:
  conversation: {money: 0.2, tokens: 20000}
  day: {money: 50}
cache: {enabled: true, ttl_s: 600, entries: 50}
bot: {rephrase: true}
";

fn found(text: &str) -> Vec<(u32, u32, String, &'static str, Option<String>)> {
    let problems = read(text).unwrap_err();
    for problem in problems.clone() {
        let told = problem.in_file("models.yml");
        let hint = told.hint.as_ref();
        assert!(told.message.is_in_both() && hint.is_none_or(|hint| hint.is_in_both()), "{told:?}");
    }
    problems.into_iter().map(|p| (p.line, p.column, p.path, p.code, p.suggestion)).collect()
}

#[test]
fn a_full_file_is_read() {
    let config = read(GOOD).unwrap();
    let large = &config.models["large"];
    assert_eq!((large.key.as_deref(), large.timeout.as_millis(), large.retries), (Some("large_key"), 8000, 2));
    assert_eq!(config.tasks[&Task::Propose], ["large", "small"]);
    assert_eq!(config.tasks[&Task::Translate], ["small"]);
    assert_eq!(config.budgets.conversation, Budget { micros: Some(200_000), tokens: Some(20_000) });
    assert_eq!(config.budgets.currency.as_deref(), Some("CNY"));
    assert!(config.rephrase_bot);
    assert_eq!(config.secrets().into_iter().collect::<Vec<_>>(), ["large_key"]);
}

#[test]
fn an_empty_file_means_no_model() {
    for text in ["", "\n# nothing yet\n", "\u{feff}"] {
        assert_eq!(read(text).unwrap(), Config::none());
    }
}

#[test]
fn all_problems_are_said_with_their_place_and_what_was_meant() {
    let text = "\
models:
  small:
    base_ur: http://127.0.0.1:8000/v1
    model: a
    timeout_ms: soon
  large:
    base_url: ftp://x.example
    key: sk-abcdef
    model: b
    retries: 9
    offers: {streaming: yes please}
    price: {in: 1, out: 2, currency: cny}
tasks:
  anwser: smal
";
    assert_eq!(
        found(text),
        [
            (3, 5, "models.small.base_ur".into(), "unknown_key", Some("base_url".into())),
            (3, 5, "models.small.base_url".into(), "missing", None),
            (5, 17, "models.small.timeout_ms".into(), "wrong_type", None),
            (7, 15, "models.large.base_url".into(), "not_a_url", None),
            (8, 10, "models.large.key".into(), "not_a_secret", Some("secrets.large_key".into())),
            (10, 14, "models.large.retries".into(), "out_of_range", Some("5".into())),
            (11, 25, "models.large.offers.streaming".into(), "wrong_type", None),
            (12, 38, "models.large.price.currency".into(), "currency", Some("CNY".into())),
            (14, 3, "tasks.anwser".into(), "unknown_task", Some("answer".into())),
            (14, 11, "tasks.anwser".into(), "unknown_model", Some("small".into())),
        ]
    );
}

#[test]
fn a_key_that_was_pasted_is_not_repeated_in_the_message() {
    let text = "models: {a: {base_url: 'http://x.example', model: m, key: sk-very-secret}}";
    for problem in read(text).unwrap_err() {
        assert!(!format!("{problem:?}").contains("sk-very-secret"));
    }
}

#[test]
fn prices_in_two_currencies_are_refused() {
    let text = "\
models:
  a: {base_url: 'https://x.example/v1', model: m, price: {in: 1, out: 1, currency: CNY}}
  b: {base_url: 'https://y.example/v1', model: m, price: {in: 1, out: 1, currency: USD}}
";
    assert_eq!(found(text), [(1, 1, "models".into(), "currency", None)]);
}

#[test]
fn what_is_no_yaml_is_said_with_its_place() {
    let (line, _, _, code, _) = found("models:\n  a: [1, 2\nb: }\n").remove(0);
    assert!(line >= 2, "{line}");
    assert_eq!(code, "syntax");
    assert_eq!(found("just words")[0].3, "wrong_type");
    let doubled = found("models:\n  a: {base_url: 'http://x.example', model: x, model: y}\n");
    assert_eq!((doubled[0].0, doubled[0].3), (2, "syntax"));
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_fail_badly(text in "[a-z:{}\\[\\]\\-#&* \n\"0-9]{0,80}") {
        let _ = read(&text);
    }

    #[test]
    fn a_file_with_one_line_missing_is_read_or_refused_with_a_place(line in 0_usize..30) {
        let text: Vec<&str> = GOOD.lines().enumerate().filter(|(at, _)| *at != line).map(|(_, text)| text).collect();
        if let Err(problems) = read(&text.join("\n")) {
            prop_assert!(problems.iter().all(|problem| problem.line >= 1 && problem.column >= 1));
        }
    }
}
