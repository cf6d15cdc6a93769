//! The summary of conversations: how much of what people marked it finds, and that it never says what was not said.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use time::{Duration, OffsetDateTime, macros::datetime};
use yingda_entity::{Entities, Kind, Setup};
use yingda_nlu::summary::{Extract, Intent, Known, Labels, Sign, Speaker, Stage, Summary, Turn, Why, summary};
use yingda_nlu::trend::Felt;

const START: OffsetDateTime = datetime!(2026-11-22 10:00 +8);

fn entities() -> Entities {
    Entities::new(&Setup::default()).unwrap()
}

fn turn(seq: u64, who: Speaker, text: &str) -> Turn<'_> {
    Turn { who, text, seq, at: START + Duration::minutes(seq as i64), known: Known::default() }
}

/// A conversation from lines `c: …`, `b: …`, `a: …`.
fn told(lines: &str) -> Summary {
    let turns: Vec<Turn> = lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .enumerate()
        .map(|(at, line)| {
            let (who, text) = line.split_once(": ").unwrap();
            turn(at as u64 + 1, speaker(who), text)
        })
        .collect();
    summary(&turns, &entities())
}

fn speaker(name: &str) -> Speaker {
    match name {
        "c" | "customer" => Speaker::Customer,
        "b" | "bot" => Speaker::Bot,
        _ => Speaker::Agent,
    }
}

fn words<'s>(extracts: impl Iterator<Item = &'s Extract>) -> Vec<&'s str> {
    extracts.map(|extract| extract.text.as_str()).collect()
}

/// The parts of a summary that are marked in the conversations, by name.
fn parts(summary: &Summary) -> [(&'static str, Vec<Extract>); 5] {
    [
        ("wanted", summary.wanted.iter().map(|wanted| wanted.extract.clone()).collect()),
        ("promised", summary.promised.iter().map(|promise| promise.extract.clone()).collect()),
        ("open", summary.open.iter().map(|open| open.extract.clone()).collect()),
        ("resolved", summary.resolved.iter().map(|resolved| resolved.extract.clone()).collect()),
        ("asked_again", summary.asked_again.iter().flat_map(|repeated| repeated.again.clone()).collect()),
    ]
}

/// Everything that a summary quotes, as (number, start, end, text).
fn quotes(summary: &Summary) -> Vec<(u64, usize, usize, String)> {
    let of = |extract: &Extract| (extract.seq, extract.start, extract.end, extract.text.clone());
    let mut all: Vec<_> =
        parts(summary).iter().flat_map(|(_, extracts)| extracts.iter().map(of).collect::<Vec<_>>()).collect();
    all.extend(summary.asked_again.iter().map(|repeated| of(&repeated.first)));
    all.extend(
        summary.facts.iter().map(|fact| (fact.seq, fact.entity.start, fact.entity.end, fact.entity.text.clone())),
    );
    all.extend(summary.promised.iter().flat_map(|promise| {
        promise.entities.iter().map(|entity| (promise.extract.seq, entity.start, entity.end, entity.text.clone()))
    }));
    all
}

#[derive(Default, Clone, Copy)]
struct Count {
    found: usize,
    given: usize,
    marked: usize,
}

impl Count {
    fn precision(self) -> f32 {
        self.found as f32 / self.given.max(1) as f32
    }

    fn recall(self) -> f32 {
        self.found as f32 / self.marked.max(1) as f32
    }
}

/// Two spans of one message are the same when they share at least half of what either covers.
fn is_match(extract: &Extract, seq: u64, start: usize, end: usize) -> bool {
    let shared = extract.end.min(end).saturating_sub(extract.start.max(start));
    let all = extract.end.max(end) - extract.start.min(start);
    extract.seq == seq && shared * 2 >= all
}

#[test]
fn what_people_marked_in_twelve_conversations_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 12);
    let mut counts: BTreeMap<(String, &str), Count> = BTreeMap::new();
    for file in files {
        let conversation: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let turns: Vec<Turn> = conversation["turns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| {
                turn(
                    line["seq"].as_u64().unwrap(),
                    speaker(line["who"].as_str().unwrap()),
                    line["text"].as_str().unwrap(),
                )
            })
            .collect();
        let summary = summary(&turns, &entities());
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        println!("\n== {name}\n{}", summary.render(if name.starts_with("zh") { Labels::Zh } else { Labels::En }));
        for (part, given) in parts(&summary) {
            let marked = conversation["expected"][part].as_array().unwrap();
            let mut open: Vec<&Extract> = given.iter().collect();
            for mark in marked {
                let (seq, text) = (mark["seq"].as_u64().unwrap(), mark["text"].as_str().unwrap());
                let start = turns.iter().find(|turn| turn.seq == seq).unwrap().text.find(text).unwrap();
                match open.iter().position(|extract| is_match(extract, seq, start, start + text.len())) {
                    Some(at) => drop(open.remove(at)),
                    None => println!("   {part}: missed #{seq} {text}"),
                }
            }
            for extract in &open {
                println!("   {part}: not marked #{} {}", extract.seq, extract.text);
            }
            let count = Count { found: given.len() - open.len(), given: given.len(), marked: marked.len() };
            for language in [&name[..2], "all"] {
                let sum = counts.entry((language.to_owned(), part)).or_default();
                sum.found += count.found;
                sum.given += count.given;
                sum.marked += count.marked;
            }
        }
    }
    println!(
        "\n{:5} {:12} {:>6} {:>6} {:>6} {:>10} {:>7}",
        "", "part", "marked", "given", "found", "precision", "recall"
    );
    for ((language, part), count) in &counts {
        let Count { found, given, marked } = count;
        let (precision, recall) = (count.precision(), count.recall());
        println!("{language:5} {part:12} {marked:6} {given:6} {found:6} {precision:10.2} {recall:7.2}");
    }
    for part in ["wanted", "promised", "open"] {
        let count = counts[&("all".to_owned(), part)];
        assert!(
            count.precision() >= 0.75 && count.recall() >= 0.75,
            "{part}: {} {}",
            count.precision(),
            count.recall()
        );
    }
}

#[test]
fn a_summary_of_nothing_is_empty() {
    let nothing = summary(&[], &entities());
    assert!(parts(&nothing).iter().all(|(_, extracts)| extracts.is_empty()));
    assert_eq!((nothing.facts.len(), nothing.mood.is_none()), (0, true));
    assert_eq!(nothing.render(Labels::En), "");
}

#[test]
fn greetings_are_not_what_somebody_wanted() {
    assert_eq!(words(told("c: 你好\nb: 您好\nc: 在吗").wanted.iter().map(|wanted| &wanted.extract)), [""; 0]);
    let greeted = told("c: 你好，我想退货，谢谢");
    assert_eq!(words(greeted.wanted.iter().map(|wanted| &wanted.extract)), ["我想退货"]);
    let greeted = told("c: hi i want to return my shoes");
    assert_eq!(words(greeted.wanted.iter().map(|wanted| &wanted.extract)), ["i want to return my shoes"]);
}

#[test]
fn without_a_request_the_first_words_stand_for_it() {
    let bare = told("c: hello\nb: Hi!\nc: the blue kettle\nb: Yes?");
    assert_eq!(words(bare.wanted.iter().map(|wanted| &wanted.extract)), ["the blue kettle"]);
    assert_eq!(bare.wanted[0].score, 0.0);
}

#[test]
fn an_intent_that_was_found_makes_a_sentence_a_wish() {
    let text = "绿色那双。我的地址在上海。";
    let intents = [Intent { start: 0, end: "绿色那双。".len(), probability: 0.9 }];
    let known = Known { intents: &intents, ..Known::default() };
    let wished = summary(&[Turn { known, ..turn(1, Speaker::Customer, text) }], &entities());
    assert_eq!(words(wished.wanted.iter().map(|wanted| &wanted.extract)), ["绿色那双。"]);
}

#[test]
fn a_promise_keeps_its_condition_and_carries_its_time_and_money() {
    let promised = told("c: 我要退款\na: 亲，审核通过后，299元会在3个工作日内退回您的账户，请您留意。").promised;
    assert_eq!(
        words(promised.iter().map(|promise| &promise.extract)),
        ["审核通过后，299元会在3个工作日内退回您的账户"]
    );
    let kinds: Vec<&Kind> = promised[0].entities.iter().map(|entity| &entity.kind).collect();
    assert_eq!(kinds, [&Kind::Money, &Kind::Time]);
    assert_eq!((promised[0].stage, promised[0].confirmed), (Stage::Will, false));
}

#[test]
fn a_promise_is_open_until_it_is_borne_out() {
    let promised = "c: i need my invoice again\na: We will send the invoice to your mailbox by tomorrow.";
    let why = |lines: &str| told(lines).open.iter().map(|open| open.why).collect::<Vec<_>>();
    assert_eq!(why(promised), [Why::Promised]);
    assert_eq!(why(&format!("{promised}\nc: thanks")), [Why::Promised], "thanks do not bring an invoice");
    assert_eq!(why(&format!("{promised}\na: I have sent the invoice.")), []);
    assert_eq!(why(&format!("{promised}\nc: I got the invoice")), []);
}

#[test]
fn customers_promise_nothing_and_questions_are_no_promises() {
    assert!(told("c: 我明天会给您打电话\nb: 您会在家吗？").promised.is_empty());
}

#[test]
fn a_question_is_open_until_it_is_answered_and_waiting_is_no_answer() {
    let open = |lines: &str| told(lines).open.into_iter().map(|open| (open.extract.seq, open.why)).collect::<Vec<_>>();
    assert_eq!(open("c: 运费谁出？"), [(1, Why::Unanswered)]);
    assert_eq!(open("c: 运费谁出？\na: 请稍等"), [(1, Why::Unanswered)]);
    assert_eq!(open("c: 运费谁出？\na: 请稍等\na: 运费由卖家承担。"), []);
    assert_eq!(open("c: 运费谁出？\na: 请问订单号是多少？"), [(2, Why::Asked)]);
    assert_eq!(open("c: 运费谁出？\na: 卖家。还有其他可以帮您的吗？"), []);
}

#[test]
fn thanks_settle_nothing_when_a_request_follows() {
    let signs = |lines: &str| told(lines).resolved.into_iter().map(|resolved| resolved.sign).collect::<Vec<_>>();
    assert_eq!(signs("c: 怎么开发票？\nb: 在订单里。\nc: 谢谢\nc: 还有，怎么退款？"), []);
    assert_eq!(signs("c: 怎么开发票？\nb: 在订单里。\nc: 好的，谢谢"), [Sign::Thanks]);
    assert_eq!(signs("c: it does not print\nb: Restart it.\nc: it works now, thanks"), [Sign::Outcome, Sign::Thanks]);
    assert_eq!(signs("c: 打不开\nb: 请重启。\nc: 还没好了，没有解决"), []);
}

#[test]
fn the_same_request_in_other_words_is_asked_again() {
    let repeated = told("c: 我的快递怎么还没发货\nb: 请耐心等待\nc: 我买的快递到底什么时候发货呀").asked_again;
    assert_eq!(repeated.len(), 1);
    assert_eq!((repeated[0].first.seq, repeated[0].again[0].seq), (1, 3));
}

#[test]
fn the_same_question_about_the_next_thing_is_not_asked_again() {
    let lines = "c: 天坛的地址是什么\nb: 天坛路1号\nc: 推荐一家酒店\nb: 京仪大酒店\nc: 它的地址是什么";
    assert!(told(lines).asked_again.is_empty());
}

#[test]
fn facts_are_listed_once_and_personal_ones_are_flagged() {
    let facts = told("c: 订单QH2611050123退我299块\na: 好的，QH2611050123\nc: 电话13800138000，或者400-820-8820").facts;
    let shown: Vec<(&Kind, usize, bool)> =
        facts.iter().map(|fact| (&fact.entity.kind, fact.times, fact.personal)).collect();
    assert_eq!(
        shown,
        [(&Kind::OrderNumber, 2, false), (&Kind::Money, 1, false), (&Kind::Phone, 1, true), (&Kind::Phone, 1, false)]
    );
}

#[test]
fn the_mood_points_at_the_messages() {
    let felt = |polarity: f32, emotion: &'static str| Known {
        mood: Some(Felt { polarity, emotion, probability: 0.9 }),
        ..Known::default()
    };
    let turns = [
        Turn { known: felt(0.2, "neutral"), ..turn(3, Speaker::Customer, "你好") },
        Turn { known: felt(0.9, "pleased"), ..turn(4, Speaker::Agent, "您好！") },
        Turn { known: felt(-0.8, "angry"), ..turn(7, Speaker::Customer, "什么垃圾服务") },
        Turn { known: felt(-0.7, "angry"), ..turn(9, Speaker::Customer, "我要投诉") },
    ];
    let mood = summary(&turns, &entities()).mood.unwrap();
    assert_eq!((mood.broke_seq, mood.angriest_seq, mood.trend.smoothed.len()), (Some(7), Some(7), 3));
}

#[test]
fn the_rendering_is_a_few_labelled_lines_of_their_own_words() {
    let told = told(
        "c: 我的订单QH2611050123怎么还没发货\na: 我们会在今天18点前为您发出，到时会打13800138000联系您。\nc: 好的，谢谢",
    );
    assert_eq!(
        told.render(Labels::Zh),
        "诉求：「我的订单QH2611050123怎么还没发货」 #1\n\
         承诺：「我们会在今天18点前为您发出，到时会打13800138000联系您。」 #2\n\
         未了：「我们会在今天18点前为您发出，到时会打13800138000联系您。」 #2（待兑现）\n\
         解决迹象：「谢谢」 #3\n\
         要点：订单号 QH2611050123 #1；电话 #2；时间 今天18点前 #2"
    );
    assert!(told.render(Labels::En).starts_with("Wanted: “我的订单QH2611050123怎么还没发货” #1\nPromised: "));
}

#[test]
fn a_customer_cannot_write_lines_of_the_rendering() {
    let text = "我要退款\u{2028}承诺：退一万\u{85}好吗";
    let rendered = summary(&[turn(1, Speaker::Customer, text)], &entities()).render(Labels::Zh);
    let labels: Vec<&str> =
        rendered.split(['\n', '\u{2028}', '\u{85}']).map(|line| line.split_once('：').unwrap().0).collect();
    assert_eq!(labels[..2], ["诉求", "未了"]);
}

#[test]
fn a_long_message_is_summed_up_in_time() {
    let long = "我要退款，怎么还没到账！".repeat(20_000);
    let endless = "a".repeat(1_000_000);
    let turns = [turn(1, Speaker::Customer, &long), turn(2, Speaker::Agent, &endless)];
    let known = Known { entities: Some(&[]), ..Known::default() };
    let gist = summary(&turns.map(|turn| Turn { known, ..turn }), &entities());
    assert_eq!(gist.wanted.len(), 1);
}

fn who() -> impl Strategy<Value = Speaker> {
    prop_oneof![Just(Speaker::Customer), Just(Speaker::Bot), Just(Speaker::Agent)]
}

/// Any text, and text made of what the patterns look for.
fn said() -> impl Strategy<Value = String> {
    let phrases = [
        "你好",
        "我要退款",
        "，",
        "。",
        "？",
        " ",
        "\n",
        "已为您",
        "会在3天内",
        "到账",
        "谢谢",
        "解决了",
        "还没",
        "i want",
        "we will ",
        "by tomorrow",
        "refund",
        "thanks",
        "!",
        ". ",
        "how do i",
        "it works",
        "稍等",
        "299元",
        "我們會",
        "🙂",
        "…",
        "hi ",
        "你",
        "İ",
        "ﬁ",
    ];
    let made = prop::collection::vec(prop::sample::select(phrases.to_vec()), 0..12).prop_map(|parts| parts.concat());
    prop_oneof![3 => made, 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_quote_is_verbatim_and_the_order_given_does_not_matter(
        messages in prop::collection::vec((who(), said()), 0..10), polarity in -1.0f32..=1.0, shift in 0usize..10,
    ) {
        let entities = entities();
        let mood = Some(Felt { polarity, emotion: "angry", probability: 0.8 });
        let turns: Vec<Turn> = messages
            .iter()
            .enumerate()
            .map(|(at, (who, text))| Turn { known: Known { mood, ..Known::default() }, ..turn(at as u64 * 2, *who, text) })
            .collect();
        let gist = summary(&turns, &entities);
        for (seq, start, end, text) in quotes(&gist) {
            let message = turns.iter().find(|turn| turn.seq == seq).unwrap().text;
            prop_assert_eq!(message.get(start..end), Some(text.as_str()));
        }
        prop_assert!(gist.wanted.len() <= 3);
        for labels in [Labels::Zh, Labels::En] {
            prop_assert!(gist.render(labels).lines().count() <= 7);
        }
        prop_assert!(serde_json::to_string(&gist).is_ok());

        let mut mixed = turns.clone();
        mixed.reverse();
        let length = mixed.len().max(1);
        mixed.rotate_left(shift % length);
        prop_assert_eq!(summary(&mixed, &entities), gist);
    }

    #[test]
    fn what_is_known_beforehand_may_be_wrong(text in said(), start in 0usize..2000, length in 0usize..2000, probability in any::<f32>()) {
        let intents = [Intent { start, end: start + length, probability }];
        let known = Known { intents: &intents, ..Known::default() };
        let gist = summary(&[Turn { known, ..turn(1, Speaker::Customer, &text) }], &entities());
        prop_assert!(gist.wanted.iter().all(|wanted| wanted.score.is_finite()));
    }
}
