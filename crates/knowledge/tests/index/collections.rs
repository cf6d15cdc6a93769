use yingda_knowledge::{Entry, Filter, Index, Query};

use super::support::*;

const THINGS: [&str; 12] =
    ["水壶", "电饭煲", "吹风机", "雨伞", "行李箱", "台灯", "音箱", "烤箱", "手环", "耳机", "键盘", "帐篷"];
const MATTERS: [(&str, &str); 5] = [
    ("保修多久", "保修一年"),
    ("怎么清洗", "用湿布擦"),
    ("有几种颜色", "黑白两种"),
    ("多重", "一公斤"),
    ("怎么退货", "七天内可退"),
];

fn collection(name: &str, things: &[&str]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for thing in things {
        for (matter, answer) in MATTERS {
            entries.push(Entry {
                category: Some(name.to_owned()),
                tags: vec![name.to_owned()],
                ..entry(
                    &format!("{name}.{thing}.{matter}"),
                    &format!("{thing}{matter}？"),
                    &format!("{thing}{answer}。"),
                )
            });
        }
    }
    entries
}

#[test]
fn adding_a_second_collection_never_lowers_what_is_found_in_the_first() {
    let model = Runs::new(1);
    let index = Index::build(collection("a", &THINGS[..6])).unwrap();
    while index.embed_pending(&model, 100).unwrap().left > 0 {}
    let questions: Vec<(String, String)> = THINGS[..6]
        .iter()
        .flat_map(|thing| {
            MATTERS.map(|(matter, _)| (format!("请问{thing}的{matter}啊"), format!("a.{thing}.{matter}")))
        })
        .collect();
    let filters = [
        Filter { category: Some("a".into()), ..Filter::default() },
        Filter { tags: vec!["a".into()], ..Filter::default() },
    ];
    let ask = |filter: &Filter, text: &str| {
        let vector = Some(model.question(text));
        ids(&index, &Query { vector, filter: filter.clone(), limit: 5, ..Query::new(text) })
    };
    let all = |filter: &Filter| questions.iter().map(|(text, _)| ask(filter, text)).collect::<Vec<_>>();
    let within = |filter: &Filter| questions.iter().filter(|(text, right)| ask(filter, text).contains(right)).count();
    let before: Vec<_> = filters.iter().map(all).collect();
    let (open, first) = (Filter::default(), within(&Filter::default()));
    assert!(first >= 28, "{first} of 30");
    index.apply(2, collection("b", &THINGS[6..]), Vec::new()).unwrap();
    while index.embed_pending(&model, 100).unwrap().left > 0 {}
    for (filter, before) in filters.iter().zip(&before) {
        for ((before, after), (text, _)) in before.iter().zip(all(filter)).zip(&questions) {
            assert_eq!(before[0], after[0], "{text}");
            assert!(after.iter().all(|id| id.starts_with("a.")), "{text}: {after:?}");
        }
    }
    assert!(within(&open) >= first, "{} of {first}", within(&open));
}
