//! The parts of a message, each of which may ask for something of its own.

/// Most parts that are looked at: whoever writes more tells a story.
const MOST: usize = 6;
/// Words that begin a thought of its own.
const BEGINNINGS: [&str; 22] = [
    "对了",
    "另外",
    "还有",
    "顺便",
    "再问",
    "以及",
    "by the way",
    "btw",
    "also ",
    "and also",
    "another thing",
    "one more",
    "besides",
    "oh and",
    "plus ",
    " and tell",
    " and can you",
    " and could you",
    " and please",
    "再给",
    "再帮",
    "再查",
];

/// The parts of `text` as ranges of bytes: sentences, and clauses that begin a thought of their own.
pub(crate) fn parts(text: &str) -> Vec<(usize, usize)> {
    let mut cuts = vec![0];
    for (at, mark) in text.char_indices() {
        let end = at + mark.len_utf8();
        let ends_sentence = matches!(mark, '。' | '！' | '!' | '？' | '?' | '；' | ';' | '\n');
        let ends_number = mark == '.' && text[end..].starts_with(char::is_whitespace);
        if ends_sentence || ends_number || matches!(mark, '，' | ',') {
            cuts.push(end);
        }
    }
    let lower = text.to_lowercase();
    if lower.len() == text.len() {
        for beginning in BEGINNINGS {
            cuts.extend(lower.match_indices(beginning).map(|(at, _)| at));
        }
    }
    cuts.push(text.len());
    cuts.sort_unstable();
    cuts.dedup();
    let trimmed = |(start, end): (usize, usize)| {
        let part = text.get(start..end)?;
        let cut = |c: char| !c.is_alphanumeric() && !matches!(c, '#' | '¥' | '$' | '?' | '？');
        let begin = start + (part.len() - part.trim_start_matches(cut).len());
        let stop = start + part.trim_end_matches(cut).len();
        (begin < stop).then_some((begin, stop))
    };
    cuts.windows(2).filter_map(|cut| trimmed((cut[0], cut[1]))).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_falls_into_what_can_stand_alone() {
        let of = |text: &'static str| -> Vec<&'static str> {
            parts(text).into_iter().map(|(start, end)| &text[start..end]).collect()
        };
        assert_eq!(of("QH2611081742，对了你们几点关门"), ["QH2611081742", "对了你们几点关门"]);
        assert_eq!(of("退货。顺便问下发票怎么开？"), ["退货", "顺便问下发票怎么开？"]);
        assert_eq!(of("Cancel it. By the way, when do you open?"), ["Cancel it", "By the way", "when do you open?"]);
        assert_eq!(of("¥1,299.50 的那个"), ["¥1", "299.50 的那个"]);
        assert!(of("……").is_empty());
    }
}
