//! The parts of a message that may each be a wish of its own.

use std::ops::Range;

/// Words that begin something else.
const TURNS: [&str; 36] = [
    "另外",
    "还有",
    "顺便",
    "对了",
    "此外",
    "以及",
    "再就是",
    "再问",
    "同时",
    "还想",
    "也想",
    "然后",
    "再帮",
    "再给",
    "再看",
    "再查",
    "顺带",
    "also ",
    "and also ",
    "and then ",
    "then ",
    "as well as ",
    "while you're at it",
    "while you are at it",
    "on top of that",
    "oh and ",
    "by the way",
    "btw",
    "besides",
    "plus ",
    "additionally",
    "another thing",
    "one more thing",
    "and can ",
    "and could ",
    "and how ",
];
/// Words that may join two wishes, and more often join the pieces of one: only what is understood on both sides tells.
const JOINTS: [&str; 17] = [
    "再",
    "并",
    "还要",
    "还得",
    "接着",
    "也帮",
    "麻烦",
    "和",
    "跟",
    "and ",
    "after that ",
    "could you ",
    "can you ",
    "please ",
    "how ",
    "when ",
    "where ",
];
/// More joints than that are not tried one by one.
const MOST_JOINTS: usize = 6;
/// A part has at least so many letters.
const SHORTEST: usize = 4;
/// More parts than that are not looked at one by one.
const MOST: usize = 5;

/// The parts of `text`, in order, as byte ranges: sentences, and clauses that begin with a word that turns to something
/// else. One part when there is nothing to split, or too much.
pub(crate) fn parts(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut cuts = vec![0];
    let mut after_mark = false;
    for (at, c) in text.char_indices() {
        let ends = matches!(c, '。' | '！' | '？' | '；' | ';' | '\n' | '!' | '?')
            || (c == '.' && text[at + 1..].starts_with(char::is_whitespace));
        if ends {
            cuts.push(at + c.len_utf8());
        }
        let begins_word = at == 0 || !lower[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let turns = TURNS.iter().any(|turn| lower[at..].starts_with(turn));
        if turns && at > 0 && (after_mark || begins_word) {
            cuts.push(at);
        }
        after_mark = matches!(c, '，' | ',' | '、') || ends;
    }
    cuts.push(text.len());
    cuts.dedup();
    let mut parts: Vec<Range<usize>> = Vec::new();
    for pair in cuts.windows(2) {
        let part = pair[0]..pair[1];
        let letters = text[part.clone()].chars().filter(|c| c.is_alphanumeric()).count();
        match parts.last_mut() {
            // What is too short to be a wish belongs to what was said before it.
            Some(last) if letters < SHORTEST => last.end = part.end,
            _ => parts.push(part),
        }
    }
    if parts.len() > 1 && text[parts[0].clone()].chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST {
        parts[1].start = 0;
        parts.remove(0);
    }
    if parts.is_empty() || parts.len() > MOST {
        parts.clear();
        parts.push(0..text.len());
    }
    parts
}

/// Where `part` of `text` may be two wishes, in order: after commas, and before words that join.
pub(crate) fn joints(text: &str, part: Range<usize>) -> Vec<usize> {
    let said = &text[part.clone()];
    let lower = said.to_ascii_lowercase();
    let letters = |piece: &str| piece.chars().filter(|c| c.is_alphanumeric()).count();
    let mut found = Vec::new();
    for (at, c) in said.char_indices() {
        let begins_word = !lower[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let joins = begins_word && JOINTS.iter().any(|joint| lower[at..].starts_with(joint));
        if joins {
            found.push(at);
        }
        if matches!(c, '，' | ',' | '、') {
            found.push(at + c.len_utf8());
        }
    }
    found.retain(|at| letters(&said[..*at]) >= SHORTEST && letters(&said[*at..]) >= SHORTEST);
    found.dedup();
    found.truncate(MOST_JOINTS);
    found.into_iter().map(|at| part.start + at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        parts(text).into_iter().map(|part| &text[part]).collect()
    }

    #[test]
    fn sentences_and_turns_are_parts() {
        assert_eq!(split("我要退货。另外帮我开张发票"), ["我要退货。", "另外帮我开张发票"]);
        assert_eq!(split("快递到哪了，顺便改下电话"), ["快递到哪了，", "顺便改下电话"]);
        assert_eq!(
            split("Where is my parcel? Also I need an invoice."),
            ["Where is my parcel? ", "Also I need an invoice."]
        );
    }

    #[test]
    fn one_wish_is_one_part() {
        assert_eq!(split("退货！快点"), ["退货！快点"]);
        assert_eq!(split("怎么退货"), ["怎么退货"]);
        assert_eq!(split("I was told it costs $3.50 to return it"), ["I was told it costs $3.50 to return it"]);
    }

    #[test]
    fn what_may_join_two_wishes_is_found() {
        let text = "cancel my order and tell me when you open";
        let pieces: Vec<&str> = joints(text, 0..text.len()).into_iter().map(|at| &text[at..]).collect();
        assert_eq!(pieces, ["and tell me when you open", "when you open"]);
        assert_eq!(joints("取消订单，积分怎么查", 0.."取消订单，积分怎么查".len()), ["取消订单，".len()]);
        assert!(joints("怎么退货", 0.."怎么退货".len()).is_empty());
    }

    proptest! {
        #[test]
        fn joints_lie_inside_the_part(text in any::<String>()) {
            for part in parts(&text) {
                let joints = joints(&text, part.clone());
                prop_assert!(joints.len() <= MOST_JOINTS);
                prop_assert!(joints.iter().all(|at| part.start < *at && *at < part.end && text.is_char_boundary(*at)));
            }
        }

        #[test]
        fn parts_cover_the_text_in_order(text in any::<String>()) {
            let parts = parts(&text);
            let mut at = 0;
            for part in &parts {
                prop_assert_eq!(part.start, at);
                at = part.end;
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
