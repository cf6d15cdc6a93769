//! Right sums pass and wrong ones do not, whatever the prices are.

#![allow(clippy::unwrap_used)]

use yingda_guard::{Action, Evidence, Guard, Lang, Origin, Rule, Saying};

fn guard() -> Guard {
    Guard::read(&[]).unwrap()
}

fn evidence(passage: &str, said: &str) -> Evidence {
    Evidence { passages: vec![passage.to_owned()], said: vec![said.to_owned()], ..Evidence::default() }
}

/// Whether no number of the text is held to be invented.
fn adds_up(guard: &Guard, text: &str, evidence: &Evidence) -> bool {
    let lang = if text.is_ascii() || text.contains('£') { Lang::En } else { Lang::Zh };
    let saying = Saying { text: text.to_owned(), lang, channel: "web".to_owned(), origin: Origin::Model };
    let verdict = guard.check(&saying, evidence);
    let invented = |finding: &yingda_guard::Finding| {
        finding.rule == Rule::Number
            && finding.action != Action::Noted
            && finding.why_en == "no evidence states this number, date, amount or code"
    };
    !verdict.findings.iter().any(invented)
}

/// The text of an answer that tells a sum.
type Answer = Box<dyn Fn(u64) -> String>;

/// The same numbers every time, from 0 to below `most`.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

#[test]
fn right_sums_of_any_price_table_pass_and_wrong_ones_hardly_ever() {
    let guard = guard();
    let mut numbers = Numbers(7);
    let (mut wrong_passed, mut tried) = (0, 0);
    for round in 0..60 {
        let [lamp, chair, desk, shelf] = [0; 4].map(|_: u64| 20 + numbers.below(480));
        let count = 2 + numbers.below(7);
        let off = [1, 2, 5, 10, 30, 100][numbers.below(6) as usize];
        let en = evidence(
            &format!("A lamp costs £{lamp}, a chair £{chair}, a desk £{desk} and a shelf £{shelf}."),
            &format!("what are {count} lamps?"),
        );
        let zh = evidence(
            &format!("台灯 {lamp} 元，椅子 {chair} 元，书桌 {desk} 元，书架 {shelf} 元。"),
            &format!("{count} 盏台灯多少钱"),
        );
        let all: [(&Evidence, Answer, u64); 6] = [
            (&en, Box::new(move |sum| format!("{count} lamps come to £{sum}.")), lamp * count),
            (
                &en,
                Box::new(move |sum| format!("{count} lamps at £{lamp} and a chair at £{chair} are £{sum} together.")),
                lamp * count + chair,
            ),
            (
                &en,
                Box::new(move |sum| {
                    format!("The lamp is £{lamp}, the desk £{desk}, the shelf £{shelf}: £{sum} in all.")
                }),
                lamp + desk + shelf,
            ),
            (&zh, Box::new(move |sum| format!("{count} 盏台灯一共 {sum} 元。")), lamp * count),
            (
                &zh,
                Box::new(move |sum| format!("台灯 {lamp} 元，椅子 {chair} 元，书桌 {desk} 元，全部买下来 {sum} 元。")),
                lamp + chair + desk,
            ),
            (
                &zh,
                Box::new(move |sum| format!("书桌 {desk} 元，书架 {shelf} 元，相差 {sum} 元。")),
                desk.abs_diff(shelf),
            ),
        ];
        for (evidence, text, sum) in &all {
            assert!(*sum == 0 || adds_up(&guard, &text(*sum), evidence), "round {round}: {}", text(*sum));
            tried += 1;
            wrong_passed += usize::from(adds_up(&guard, &text(sum + off), evidence));
        }
    }
    // Some come out right by chance: another price, another sum.
    assert!(wrong_passed * 100 <= tried * 2, "{wrong_passed} of {tried} wrong sums passed");
}

#[test]
fn what_follows_from_the_evidence_and_the_customer_passes_and_what_does_not_is_stopped() {
    let guard = guard();
    for (passage, said, right, wrong) in [
        (
            "£96 a case plus £7 postage. Cases come in March, June, September and December.",
            "what is that a year?",
            "It's four cases at £96 plus £7 postage, so £103 each time and £412 over the year.",
            "It's four cases at £96 plus £7 postage, so £103 each time and £422 over the year.",
        ),
        (
            "Visitors pay £3.40 per metre per night; electricity is £5 a night.",
            "11m yacht, 3 nights with electric",
            "Three nights for 11 metres is £112.20, and electricity adds £15, so £127.20 in all.",
            "Three nights for 11 metres is £121.20, and electricity adds £15, so £136.20 in all.",
        ),
        (
            "Collection after 6 pm is charged at £10 for every started 15 minutes.",
            "will get there at 6.20",
            "Twenty past six would be a £20 charge.",
            "Twenty past six would be a £30 charge.",
        ),
        (
            "Length is measured overall. Up to 8 m £2,450, up to 10 m £3,180.",
            "my boat is 9.2m plus a 60cm bowsprit",
            "It would measure 9.8 m and fit the up-to-10 m band.",
            "It would measure 9.4 m and fit the up-to-10 m band.",
        ),
        (
            "结果在收到样本后 5 至 7 周出具。",
            "样本 11 月 10 日收到的",
            "您的样本 11 月 10 日收到，五到七周后是 12 月 15 日至 29 日。",
            "您的样本 11 月 10 日收到，五到七周后是 12 月 12 日至 28 日。",
        ),
        (
            "羽绒服 60 元，衬衫 12 元。加急加收 50%。",
            "一件羽绒服加急",
            "羽绒服 60 元，加急加收 50%，一共 90 元。",
            "羽绒服 60 元，加急加收 50%，一共 95 元。",
        ),
        (
            "会员打八折，原价 250 元。",
            "会员多少钱",
            "原价 250 元，会员打八折是 200 元。",
            "原价 250 元，会员打八折是 210 元。",
        ),
        (
            "租期从起租日算起，租满 12 个月可以买下。",
            "2026 年 3 月 8 日起租的",
            "您 2026 年 3 月 8 日起租，到 2027 年 3 月 8 日满一年。",
            "您 2026 年 3 月 8 日起租，到 2027 年 5 月 8 日满一年。",
        ),
    ] {
        let evidence = evidence(passage, said);
        assert!(adds_up(&guard, right, &evidence), "{right}");
        assert!(!adds_up(&guard, wrong, &evidence), "{wrong}");
    }
}

#[test]
fn the_trace_says_how_a_number_was_reckoned() {
    let saying = Saying {
        text: "Four cases at £103 come to £412.".to_owned(),
        lang: Lang::En,
        channel: "web".to_owned(),
        origin: Origin::Model,
    };
    let verdict = guard().check(&saying, &evidence("A case costs £103. There are 4 cases a year.", "what is a year?"));
    let note = verdict.findings.iter().find(|finding| finding.words == "£412").unwrap();
    assert_eq!((note.rule, note.action), (Rule::Number, Action::Noted));
    assert_eq!(note.why_en, "it adds up: four × £103 = £412");
}
