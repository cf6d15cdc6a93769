//! The parts of a message that may each be a wish of its own.

use std::ops::Range;

/// Words that begin something else.
const TURNS: [&str; 32] = [
    "另外",
    "还有",
    "顺便",
    "对了",
    "此外",
    "以及",
    "再就是",
    "再问",
    "还想",
    "也想",
    "再帮",
    "再给",
    "再看",
    "再查",
    "顺带",
    "also ",
    "and also ",
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
/// What such a word turns to nothing with: “还有货吗” asks whether there is any left.
const NO_TURNS: [&str; 9] =
    ["还有货", "还有现货", "还有库存", "还有没有", "还有别的", "还有其他", "还有多少", "还有多久", "还有几"];
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
/// Words that say what comes next, of wishes as of what happened (“I paid, then noticed …”).
const SEQUENCES: [&str; 4] = ["然后", "同时", "and then ", "then "];
/// Words that join and say nothing of their own.
const JOINING: [&str; 5] = ["and ", "then ", "然后", "同时", "再"];
/// Particles that end a question, with no mark after them when one types in a hurry: “有货吗运费多少”.
const QUESTION_ENDS: [char; 2] = ['吗', '呢'];
/// What goes on about the thing before: “and then it doesn't work” is no wish of its own.
const GOES_ON: [&str; 5] = ["it ", "it's ", "they ", "he ", "she "];
/// What is said with a wish and is none; longer ones before those that they contain.
const COURTESIES: [&str; 28] = [
    "早上好",
    "上午好",
    "中午好",
    "下午好",
    "晚上好",
    "你好",
    "您好",
    "在吗",
    "在么",
    "有人吗",
    "请问",
    "谢谢",
    "多谢",
    "感谢",
    "辛苦了",
    "麻烦了",
    "拜托了",
    "good morning",
    "good afternoon",
    "good evening",
    "for the help",
    "for your help",
    "thank you",
    "thanks",
    "hello",
    "there",
    "please",
    "hi ",
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
        let rest = &lower[at..];
        let turns = TURNS.iter().any(|turn| rest.starts_with(turn)) && !NO_TURNS.iter().any(|no| rest.starts_with(no));
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
        let letters = letters(&text[part.clone()]);
        match parts.last_mut() {
            // What is too short to be a wish belongs to what was said before it.
            Some(last) if letters < SHORTEST => last.end = part.end,
            _ => parts.push(part),
        }
    }
    if parts.len() > 1 && letters(&text[parts[0].clone()]) < SHORTEST {
        parts[1].start = 0;
        parts.remove(0);
    }
    if parts.is_empty() || parts.len() > MOST {
        parts.clear();
        parts.push(0..text.len());
    }
    parts
}

/// Letters and digits of what is said beside courtesies.
fn letters(piece: &str) -> usize {
    let mut said = piece.to_lowercase();
    for courtesy in COURTESIES {
        if said.contains(courtesy) {
            said = said.replace(courtesy, " ");
        }
    }
    said.chars().filter(|c| c.is_alphanumeric()).count()
}

/// `piece` of `text` without the words that only join it to the rest: what is left is understood as what it is.
pub(crate) fn bare(text: &str, piece: Range<usize>) -> Range<usize> {
    let said = &text[piece.clone()];
    let lower = said.to_ascii_lowercase();
    let mut from = lower.len() - lower.trim_start().len();
    // "and also tell me": one after the other.
    while let Some(word) = TURNS.iter().chain(&JOINING).find(|word| lower[from..].starts_with(**word)) {
        let rest = lower[from + word.len()..].trim_start_matches(|c: char| !c.is_alphanumeric());
        from = lower.len() - rest.len();
    }
    let end = lower.trim_end().len();
    let end = JOINING.iter().find_map(|word| lower[..end].strip_suffix(word.trim_end())).map_or(end, |rest| {
        if rest.ends_with(char::is_alphanumeric) && rest.is_ascii() { end } else { rest.trim_end().len() }
    });
    if from + SHORTEST > end { piece } else { piece.start + from..piece.start + end }
}

/// What stands between two pieces that may be two wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joint {
    /// A question ends, or the next thing is named.
    Plain,
    /// A comma, or a word that joins the pieces of one wish as well.
    Loose,
}

/// Where `part` of `text` may be two wishes, in order: after commas and questions, and before words that join.
pub(crate) fn joints(text: &str, part: Range<usize>) -> Vec<(usize, Joint)> {
    let said = &text[part.clone()];
    let lower = said.to_ascii_lowercase();
    let mut found: Vec<(usize, Joint)> = Vec::new();
    for (at, c) in said.char_indices() {
        let begins_word = !lower[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let follows = |words: &[&str]| begins_word && words.iter().any(|word| lower[at..].starts_with(word));
        if follows(&SEQUENCES) {
            found.push((at, Joint::Plain));
        } else if follows(&JOINTS) {
            found.push((at, Joint::Loose));
        }
        if QUESTION_ENDS.contains(&c) {
            found.push((at + c.len_utf8(), Joint::Plain));
        } else if matches!(c, '，' | ',' | '、') {
            found.push((at + c.len_utf8(), Joint::Loose));
        }
    }
    found.retain(|(at, _)| {
        let after = &lower[bare(&lower, *at..lower.len())];
        let goes_on = GOES_ON.iter().any(|word| after.starts_with(word));
        letters(&said[..*at]) >= SHORTEST && letters(&said[*at..]) >= SHORTEST && !goes_on
    });
    // The plainer of two at one place.
    found.sort_by_key(|(at, joint)| (*at, *joint == Joint::Loose));
    found.dedup_by_key(|(at, _)| *at);
    found.truncate(MOST_JOINTS);
    found.into_iter().map(|(at, joint)| (part.start + at, joint)).collect()
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
        assert_eq!(split("空气炸锅还有货吗"), ["空气炸锅还有货吗"]);
        assert_eq!(split("你好！在吗？我想退货。谢谢！"), ["你好！在吗？我想退货。谢谢！"]);
        assert_eq!(split("I was told it costs $3.50 to return it"), ["I was told it costs $3.50 to return it"]);
    }

    #[test]
    fn what_may_join_two_wishes_is_found() {
        let text = "cancel my order and tell me when you open";
        let pieces: Vec<&str> = joints(text, 0..text.len()).into_iter().map(|(at, _)| &text[at..]).collect();
        assert_eq!(pieces, ["and tell me when you open", "when you open"]);
        let all = |text: &'static str| joints(text, 0..text.len());
        assert_eq!(all("取消订单，积分怎么查"), [("取消订单，".len(), Joint::Loose)]);
        assert!(all("the lamp flickers and then it goes out").is_empty());
        assert_eq!(all("壶有货吗保修几年"), [("壶有货吗".len(), Joint::Plain)]);
        assert_eq!(all("发票怎么开然后积分怎么查"), [("发票怎么开".len(), Joint::Plain)]);
        assert!(joints("怎么退货", 0.."怎么退货".len()).is_empty());
    }

    #[test]
    fn what_joins_is_no_part_of_a_wish() {
        let bare = |text: &'static str| &text[super::bare(text, 0..text.len())];
        assert_eq!(bare("also tell me when you open"), "tell me when you open");
        assert_eq!(bare("顺便改下电话"), "改下电话");
        assert_eq!(bare("cancel my order and "), "cancel my order");
        assert_eq!(bare("I want a new brand"), "I want a new brand");
        assert_eq!(bare("另外"), "另外");
    }

    proptest! {
        #[test]
        fn what_is_left_lies_inside(text in "(and |also |然后|另外|再|btw|[a-zé，, 退货]){0,12}") {
            let bare = super::bare(&text, 0..text.len());
            prop_assert!(text.get(bare).is_some());
        }

        #[test]
        fn joints_lie_inside_the_part(text in any::<String>()) {
            for part in parts(&text) {
                let joints = joints(&text, part.clone());
                prop_assert!(joints.len() <= MOST_JOINTS);
                prop_assert!(joints.iter().all(|(at, _)| part.start < *at && *at < part.end && text.is_char_boundary(*at)));
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
