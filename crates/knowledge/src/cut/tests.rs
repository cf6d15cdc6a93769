#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

fn texts(markdown: &str) -> Vec<String> {
    cut(markdown).into_iter().map(|passage| passage.text).collect()
}

#[test]
fn sections_are_cut_at_headings_and_know_the_path_to_them() {
    let passages =
        cut("Intro.\n\n# Returns\n\nWithin 7 days.\n\n## Who pays\n\nWe do.\n\n## Who pays\n\nYou do.\n\n# Empty\n");
    let told: Vec<_> = passages.iter().map(|p| (p.headings.join(" > "), p.anchor.as_str(), p.text.as_str())).collect();
    assert_eq!(
        told,
        [
            (String::new(), "", "Intro."),
            ("Returns".into(), "returns", "Within 7 days."),
            ("Returns > Who pays".into(), "who-pays", "We do."),
            ("Returns > Who pays".into(), "who-pays-2", "You do."),
            ("Empty".into(), "empty", "# Empty"),
        ]
    );
    assert_eq!(texts("Title\n=====\n\nA.\n\nPart\n----\n\nB."), ["A.", "B."]);
}

#[test]
fn a_long_table_repeats_its_head_and_keeps_its_rows_whole() {
    let rows: String = (0..60).map(|i| format!("| 商品{i} | {i} 元 | 保修 {i} 个月，全国联保 |\n")).collect();
    let markdown = format!("价格：\n\n| 商品 | 价格 | 保修 |\n|---|---|---|\n{rows}\n以上。\n");
    let texts = texts(&markdown);
    assert!(texts.len() > 4);
    let of_table: Vec<_> = texts.iter().filter(|text| text.contains("| 商品")).collect();
    for text in &of_table {
        assert!(text.contains("| 商品 | 价格 | 保修 |\n|---|---|---|\n| 商品"), "{text}");
        assert!(text.lines().all(|line| line.starts_with('|') && line.ends_with('|')), "{text}");
    }
    for i in 0..60 {
        assert_eq!(of_table.iter().filter(|text| text.contains(&format!("| 商品{i} | {i} 元 |"))).count(), 1);
    }
}

#[test]
fn a_long_list_is_cut_between_items_and_a_long_paragraph_between_sentences() {
    let list: String =
        (0..30).map(|i| format!("{i}. First do this thing number {i},\n   then do that one too.\n")).collect();
    for text in texts(&list) {
        assert!(text.lines().next().unwrap().contains("First") && text.ends_with("too."), "{text}");
    }
    let paragraph: String = (0..40).map(|i| format!("这是第{i}句话，说的是退货的规定和流程。")).collect();
    let texts = texts(&paragraph);
    assert!(texts.len() >= 2);
    for pair in texts.windows(2) {
        let last = &pair[0][pair[0].rfind("这是").unwrap()..];
        assert!(pair[1].starts_with(last), "the last sentence is repeated: {pair:?}");
    }
    for text in &texts {
        assert!(tokens(text) <= 300, "{}", tokens(text));
    }
}

#[test]
fn places_are_known_and_pairs_are_cut_apart() {
    let passages = cut(
        "<!-- page 1 -->\nOne.\n<!-- page 2 -->\n\nTwo.\n\n<!-- sheet Preise 2026 -->\nThree.\n<!-- slide 4 -->\nFour.\n<!-- note -->\n",
    );
    let told: Vec<_> = passages.iter().map(|p| (p.place.clone().unwrap().to_string(), p.text.as_str())).collect();
    assert_eq!(
        told,
        [
            ("page 1".into(), "One."),
            ("page 2".into(), "Two."),
            ("sheet Preise 2026".into(), "Three."),
            ("slide 4".into(), "Four.\n<!-- note -->"),
        ]
    );
    let pairs = cut("Q: 能退吗？\nA: 能。\n\n问：多久到？\n答：三天。\n\n**Who pays?**\n\nWe do.");
    let told: Vec<_> = pairs.iter().map(|p| p.headings.join(" > ")).collect();
    assert_eq!(told, ["能退吗？", "多久到？", "Who pays?"]);
    assert!(pairs[2].text.ends_with("We do."));
}

#[test]
fn code_is_kept_in_its_fence_and_headings_in_it_are_none() {
    let passages = cut("# A\n\n```sh\n# not a heading\n\n- no list\n```\n\nAfter.");
    assert_eq!(passages.len(), 1);
    assert_eq!(passages[0].text, "```sh\n# not a heading\n\n- no list\n```\n\nAfter.");
}

#[test]
fn an_edit_changes_only_the_ids_of_what_it_changed() {
    let before = cut("# A\n\none\n\n# B\n\ntwo\n\n# C\n\nthree\n\nthree");
    let after = cut("# A\n\none\n\n# B\n\ntwo and more\n\n# C\n\nthree\n\nthree");
    let same: Vec<bool> = before.iter().zip(&after).map(|(a, b)| a.id == b.id).collect();
    assert_eq!(same, [true, false, true]);
    let twice = cut("# A\n\none\n\n<!-- page 1 -->\none\n\n<!-- page 1 -->\none");
    let ids: std::collections::HashSet<_> = twice.iter().map(|passage| &passage.id).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn an_empty_text_has_no_passage() {
    assert!(cut("").is_empty());
    assert_eq!(cut("\n\n").len(), 1);
}

/// Pieces of Markdown of all kinds.
fn markdown() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "#{1,7} [a-z退货]{0,8}",
        "[-*+] [a-z ]{0,20}",
        "[0-9]{1,2}[.、)] ?[a-z]{0,9}",
        "\\|[a-z|退]{0,12}\\|",
        Just("|---|---|".to_owned()),
        Just("<!-- page 3 -->".to_owned()),
        Just("<!-- sheet x -->".to_owned()),
        Just("```".to_owned()),
        Just("===".to_owned()),
        Just("---".to_owned()),
        Just(String::new()),
        "[a-z ]{0,60}[.?!]?",
        "[退货换款运费的是多久]{0,80}[。？！]?",
        "(Q:|问：|\\*\\*)[a-z?*]{0,9}",
        "  [a-z]{0,9}",
        any::<String>(),
        "[a-z]{900,2000}",
    ];
    proptest::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn nothing_is_lost(markdown in markdown()) {
        let cuts = cuts(&markdown);
        let joined: String = cuts.iter().map(|cut| &markdown[cut.region.clone()]).collect();
        prop_assert_eq!(&joined, &markdown);
        let mut all = String::new();
        for passage in cut(&markdown) {
            all.push_str(&passage.headings.join(" "));
            all.push(' ');
            all.push_str(&passage.text);
            all.push(' ');
            prop_assert!(tokens(&passage.text) <= 2 * 250, "{}", passage.text);
            prop_assert!(markdown.is_char_boundary(passage.start));
        }
        // Marks of places say where, and nothing else.
        let written: String = markdown.lines().filter(|line| !line.contains("<!--")).collect::<Vec<_>>().join("\n");
        for word in written.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() < 800) {
            prop_assert!(all.contains(word), "{word:?} of {markdown:?}");
        }
    }
}
