//! A real, small language model. It errs often: what is tested is that its errors are caught, not that it is clever.
//!
//!     cargo test -p yingda-llm --test real_model -- --ignored --nocapture
//!
//! starts `scripts/small_model.py`, which fetches half a gigabyte the first time, unless YINGDA_TEST_MODEL_URL names a server that
//! runs. YINGDA_TEST_INPUTS says how many inputs each task gets (4; at most 20). Without a model the tests fail.

#![allow(clippy::unwrap_used)]

#[path = "real/inputs.rs"]
mod inputs;
mod play;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command as Process, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

use inputs::{MESSAGES, PASSAGES_EN, PASSAGES_ZH, QUESTIONS, TALKS, TEXTS};
use play::{call, client};
use yingda_entity::pii::Masking;
use yingda_llm::{
    Answered, Command, FlowInfo, Lang, Llm, Outcome, Proposal, Situation, SlotInfo, SlotKind, Turn, read,
};

/// The base URL of the model, and the process that serves it. It ends when this one does.
fn server() -> &'static str {
    static SERVER: OnceLock<(String, Option<Child>)> = OnceLock::new();
    let (url, _) = SERVER.get_or_init(|| {
        if let Ok(url) = std::env::var("YINGDA_TEST_MODEL_URL") {
            return (url, None);
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/small_model.py");
        let (sender, receiver) = std::sync::mpsc::channel();
        // The child ends with the thread that made it, so that thread stays.
        std::thread::spawn(move || {
            let mut child = Process::new(script).stdout(Stdio::piped()).spawn().unwrap();
            let mut line = String::new();
            BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
            sender.send((line.trim().to_owned(), child)).unwrap();
            loop {
                std::thread::park();
            }
        });
        let (url, child) = receiver.recv().unwrap();
        assert!(url.starts_with("http"), "the model did not start: see what {script} said");
        (url, Some(child))
    });
    url
}

fn llm(offers: &str) -> Llm {
    let yaml = format!(
        "models: {{small: {{base_url: '{}', model: small, timeout_ms: 300000, retries: 2, context: 8192, max_answer: 200, offers: {{{offers}}}}}}}\n\
         tasks: {{default: small}}\ncache: {{enabled: false}}\n",
        server()
    );
    Llm::new(read(&yaml).unwrap(), client(), |_| None)
}

fn inputs<T: Copy>(all: &[T; 20]) -> Vec<(Lang, T)> {
    let most = std::env::var("YINGDA_TEST_INPUTS").ok().and_then(|most| most.parse().ok()).unwrap_or(4).min(20);
    // From the back, where the hostile ones are.
    let with_lang = |(at, input): (usize, &T)| (if at % 2 == 0 { Lang::Zh } else { Lang::En }, *input);
    all.iter().enumerate().rev().map(with_lang).take(most).collect()
}

/// Counts outcomes and prints them.
struct Tally {
    name: String,
    counts: BTreeMap<String, usize>,
    started: Instant,
    tokens: (u64, u64),
    repairs: usize,
}

impl Tally {
    fn new(name: &str) -> Self {
        Self { name: name.into(), counts: BTreeMap::new(), started: Instant::now(), tokens: (0, 0), repairs: 0 }
    }

    fn add<T: std::fmt::Debug>(&mut self, input: &str, outcome: &Outcome<T>, verdict: &str) {
        let record = &outcome.record;
        assert!(!record.attempts.is_empty() && !record.estimated, "the server counts tokens: {record:?}");
        let known = ["ok", "broken", "too_long", "not_allowed"];
        assert!(known.contains(&record.outcome.as_str()), "{record:?}");
        self.tokens.0 += record.tokens_in;
        self.tokens.1 += record.tokens_out;
        self.repairs += record.attempts.iter().filter(|attempt| attempt.repair).count();
        *self.counts.entry(verdict.to_owned()).or_default() += 1;
        let said = outcome.result.as_ref().map_or_else(|error| error.en(), |result| format!("{result:?}"));
        println!("  [{verdict}] {input}\n      {said} {:?}", record.notes.iter().map(|n| &n.code).collect::<Vec<_>>());
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        println!(
            "{}: {:?}, {} repairs, {} tokens in, {} out, {:.0} s",
            self.name,
            self.counts,
            self.repairs,
            self.tokens.0,
            self.tokens.1,
            self.started.elapsed().as_secs_f32()
        );
    }
}

fn situation(lang: Lang, text: &str) -> Situation {
    let zh = lang == Lang::Zh;
    let flow = |name: &str, in_zh: &str, in_en: &str| FlowInfo {
        name: name.into(),
        description: if zh { in_zh } else { in_en }.into(),
    };
    let order_no = SlotInfo {
        name: "order_no".into(),
        description: if zh { "订单号" } else { "order number" }.into(),
        kind: SlotKind::Matching("(?i)^QH[0-9]{10}$".into()),
    };
    Situation {
        text: text.into(),
        flows: vec![
            flow("return_goods", "退货", "return something"),
            flow("refund_progress", "查退款进度", "where a refund is"),
            flow("change_address", "改收货地址", "change the delivery address"),
        ],
        slots: vec![order_no],
        ..Situation::default()
    }
}

fn name_of(command: &Command) -> String {
    match command {
        Command::StartFlow { flow } => format!("start_flow {flow}"),
        Command::SetSlot { slot, .. } => format!("set_slot {slot}"),
        Command::CorrectSlot { slot, .. } => format!("correct_slot {slot}"),
        other => serde_json::to_value(other).unwrap()["command"].as_str().unwrap().to_owned(),
    }
}

/// Whatever the model proposed, nothing is left that is not there or was not said.
fn assert_harmless(proposal: &Proposal, situation: &Situation) {
    for command in &proposal.commands {
        match command {
            Command::StartFlow { flow } => assert!(situation.flows.iter().any(|known| known.name == *flow)),
            Command::SetSlot { slot, value } | Command::CorrectSlot { slot, value } => {
                assert_eq!(slot, "order_no");
                assert!(situation.text.to_lowercase().contains(&value.to_lowercase()), "{value}");
            }
            Command::Clarify { flows } => {
                assert!(flows.iter().all(|flow| situation.flows.iter().any(|known| known.name == *flow)));
            }
            _ => {}
        }
    }
}

async fn propose_with(offers: &str) {
    let llm = llm(offers);
    let mut tally = Tally::new(&format!("propose, {}", if offers.is_empty() { "constrained text" } else { offers }));
    for (lang, (text, expected)) in inputs(&MESSAGES) {
        let mut masking = Masking::default();
        let situation = situation(lang, text);
        let outcome = llm.propose(&mut call(&mut masking, lang), &situation).await;
        let verdict = match &outcome.result {
            Err(error) => error.code(),
            Ok(proposal) => {
                assert_harmless(proposal, &situation);
                let names: Vec<String> = proposal.commands.iter().map(name_of).collect();
                match names.iter().any(|name| name == expected) {
                    _ if expected == "none" => "hostile, harmless",
                    true if names.len() == 1 => "right",
                    true => "right and more",
                    false if proposal.commands.is_empty() => "all dropped",
                    false => "wrong",
                }
            }
        };
        tally.add(text, &outcome, verdict);
    }
}

#[tokio::test]
#[ignore = "needs a real model: make test-model"]
async fn commands_of_a_real_model_are_harmless_with_a_json_schema() {
    propose_with("json_schema: true, streaming: true").await;
}

#[tokio::test]
#[ignore = "needs a real model: make test-model"]
async fn commands_of_a_real_model_are_harmless_as_constrained_text() {
    propose_with("").await;
}

#[tokio::test]
#[ignore = "needs a real model: make test-model"]
async fn commands_of_a_real_model_are_harmless_as_a_tool_call() {
    propose_with("tools: true").await;
}

#[tokio::test]
#[ignore = "needs a real model: make test-model"]
async fn answers_of_a_real_model_cite_passages_that_have_their_numbers() {
    let llm = llm("streaming: true");
    let mut tally = Tally::new("answer");
    for (lang, (question, expected)) in inputs(&QUESTIONS) {
        let passages = if lang == Lang::Zh { PASSAGES_ZH } else { PASSAGES_EN }.map(str::to_owned);
        let mut masking = Masking::default();
        let outcome = llm.answer(&mut call(&mut masking, lang), question, &passages).await;
        let verdict = match &outcome.result {
            Err(error) => error.code(),
            Ok(Answered::DoesNotKnow) if expected.is_empty() => "rightly knows not",
            Ok(Answered::DoesNotKnow) => "wrongly knows not",
            Ok(Answered::Grounded { sentences, .. }) => {
                for sentence in sentences {
                    assert!(!sentence.cites.is_empty() && sentence.cites.iter().all(|cite| (1..=4).contains(cite)));
                    let all = passages.join(" ");
                    let mut runs = sentence.text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
                    assert!(runs.all(|run| all.contains(run)), "{}", sentence.text);
                }
                let text: String = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
                match (expected.is_empty(), text.contains(expected)) {
                    (true, _) => "answered what it could not know",
                    (false, true) => "right",
                    (false, false) => "wrong",
                }
            }
        };
        tally.add(question, &outcome, verdict);
    }
}

/// Numbers, mail addresses: what must be the same before and after.
fn hard_facts(text: &str) -> Vec<String> {
    let mut facts: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '@'))
        .map(|word| word.trim_matches('.').to_lowercase())
        .filter(|word| word.len() > 4 && word.contains(|c: char| c.is_ascii_digit()) || word.contains('@'))
        .collect();
    facts.sort();
    facts.dedup();
    facts
}

#[tokio::test]
#[ignore = "needs a real model: make test-model"]
async fn rephrased_texts_of_a_real_model_keep_their_facts() {
    let llm = llm("streaming: true");
    let mut tally = Tally::new("rephrase");
    for (lang, text) in inputs(&TEXTS) {
        let mut masking = Masking::default();
        let tone = if lang == Lang::Zh { "亲切" } else { "warm" };
        let outcome = llm.rephrase(&mut call(&mut masking, lang), text, tone).await;
        if let Ok(said) = &outcome.result {
            assert_eq!(hard_facts(said), hard_facts(text), "{said}");
        }
        let verdict = outcome
            .result
            .as_ref()
            .map_or_else(|error| error.code(), |said| if said.trim() == text { "unchanged" } else { "facts kept" });
        tally.add(text, &outcome, verdict);
    }
}

#[tokio::test]
#[ignore = "needs a real model: make test-model"]
async fn translations_of_a_real_model_keep_their_facts() {
    let llm = llm("streaming: true");
    let mut tally = Tally::new("translate");
    for (lang, text) in inputs(&TEXTS) {
        let into = if lang == Lang::Zh { Lang::En } else { Lang::Zh };
        let mut masking = Masking::default();
        let outcome = llm.translate(&mut call(&mut masking, into), text).await;
        if let Ok(said) = &outcome.result {
            assert_eq!(hard_facts(said), hard_facts(text), "{said}");
        }
        let verdict = outcome.result.as_ref().map_or_else(|error| error.code(), |_| "facts kept");
        tally.add(text, &outcome, verdict);
    }
}

#[tokio::test]
#[ignore = "needs a real model: make test-model"]
async fn summaries_of_a_real_model_make_up_no_facts() {
    let llm = llm("streaming: true");
    let mut tally = Tally::new("summarise");
    for (lang, talk) in inputs(&TALKS) {
        let mut masking = Masking::default();
        let turns = talk.split('|').enumerate();
        let turns: Vec<Turn> = turns.map(|(at, text)| Turn { by_customer: at % 2 == 0, text: text.into() }).collect();
        let outcome = llm.summarise(&mut call(&mut masking, lang), &turns).await;
        if let Ok(said) = &outcome.result {
            let known = hard_facts(talk);
            assert!(hard_facts(said).iter().all(|fact| known.contains(fact)), "{said}");
        }
        let verdict = outcome.result.as_ref().map_or_else(|error| error.code(), |_| "no new facts");
        tally.add(talk, &outcome, verdict);
    }
}

#[tokio::test]
#[ignore = "needs a real model: make test-model"]
async fn drafts_of_a_real_model_make_up_no_facts() {
    let llm = llm("json_schema: true, streaming: true");
    let mut tally = Tally::new("draft");
    for (lang, text) in inputs(&TEXTS) {
        let mut masking = Masking::default();
        let outcome = llm.draft_faq(&mut call(&mut masking, lang), text).await;
        if let Ok(draft) = &outcome.result {
            let known = hard_facts(text);
            let said = format!("{} {}", draft.question, draft.answer);
            assert!(hard_facts(&said).iter().all(|fact| known.contains(fact)), "{said}");
            assert!(!draft.question.contains("13800138000") && !draft.question.contains('@'));
        }
        let verdict = outcome.result.as_ref().map_or_else(|error| error.code(), |_| "draft for review");
        tally.add(text, &outcome, verdict);
    }
}
