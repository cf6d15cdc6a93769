use super::scan;
use crate::folded::Folded;
use proptest::prelude::{any, proptest};

fn agree(a: &str, b: &str) -> bool {
    let (a, b) = (scan(&Folded::new(a).text), scan(&Folded::new(b).text));
    !a.is_empty() && a.iter().all(|fact| b.iter().any(|other| fact.agrees(other)))
}

#[test]
fn two_ways_of_writing_the_same_agree() {
    for (a, b) in [
        ("三天", "3 days"),
        ("¥1,299.00", "1299 元"),
        ("一千二百九十九块", "￥1,299"),
        ("24 小时", "一天内"),
        ("下午两点", "14:00"),
        ("2 pm", "14:00"),
        ("八折", "20% off"),
        ("千分之五", "0.5%"),
        ("11月24日", "2026-11-24"),
        ("November 24", "2026-11-24"),
        ("一个半小时", "90 分钟"),
        ("an hour and a half", "takes about 90 minutes"),
        ("5万元", "50,000元"),
        ("a year is 12 months", "12 months"),
        ("400-820-1234", "4008201234"),
        ("+86 138 0013 8000", "13800138000"),
        ("三到五个工作日", "3–5 个工作日"),
        ("一两天", "1–2 天"),
        ("$0.20", "20 cents"),
        ("两年", "24 个月"),
    ] {
        assert!(agree(a, b), "{a} | {b}: {:?} {:?}", scan(a), scan(b));
    }
}

#[test]
fn what_differs_does_not_agree() {
    for (a, b) in [
        ("15 天内", "7 天内"),
        ("1 pm", "11 am, 2 pm"),
        ("SF1388020019999", "SF1388020016607"),
        ("10 万元", "5 万元"),
        ("3 元", "3 天"),
        ("3 号楼", "1 号楼"),
        ("$94.50", "84.50"),
        ("11月22日", "2026-11-24"),
    ] {
        assert!(!agree(a, b), "{a} | {b}: {:?} {:?}", scan(a), scan(b));
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_scan(text in any::<String>(), dense in "[0-9一二三十百万点号月日元%折:, .a-z-]{0,24}") {
        for text in [text, dense] {
            let folded = Folded::new(&text);
            for fact in scan(&folded.text) {
                assert!(folded.text.get(fact.span).is_some());
            }
        }
    }
}
