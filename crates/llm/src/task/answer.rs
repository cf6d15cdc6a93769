//! A question answered from passages, each sentence with its source.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::{asker, prompt, word};
use crate::complete::{Fault, Question, Said};
use crate::config::Task;
use crate::facts;
use crate::fence::fenced;
use crate::llm::{Call, Llm, Outcome};
use crate::privacy::{hide, invented, reveal};
use crate::provider::Shape;
use crate::record::Note;

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answered {
    /// Sentences that each cite a passage, at least one.
    Grounded { sentences: Vec<Sentence>, dropped: Vec<Dropped> },
    /// The model says that the passages do not have the answer.
    DoesNotKnow,
}

/// A sentence of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Without the marks of its citations.
    pub text: String,
    /// Passages that it cites, counted from 1 as they were given.
    pub cites: Vec<usize>,
}

/// A sentence that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// What the model wrote, short, with placeholders for personal data.
    pub text: String,
    /// `no_citation`, `no_such_passage`, `not_in_passage` (a number or link that the cited passages do not have, or hardly a word of
    /// them), `question` (it asks), `invented_placeholder`, `cut`.
    pub code: String,
}

/// One or several citations: `[1]`, `[1,2]`, `【1】`, `［1］`.
static CITES: LazyLock<Regex> = LazyLock::new(|| {
    let cites = r"[\[【［(（]\s*([0-9]{1,3}(?:\s*[,，、;]\s*[0-9]{1,3})*)\s*[\]】］)）]";
    Regex::new(cites).expect("a constant pattern, which the tests compile")
});
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[0-9]+").expect("a constant pattern, which the tests compile"));

impl Llm {
    /// Answers a question from passages. A sentence that cites none of them, or has a number or link that they do not have, is left
    /// out; when none is left, that is [`Error::Broken`](crate::Error::Broken).
    ///
    /// # Errors
    /// In the outcome: any [`Error`](crate::Error).
    pub async fn answer(&self, call: &mut Call<'_>, question: &str, passages: &[String]) -> Outcome<Answered> {
        let asked = hide(call.masking, question);
        let passages: Vec<String> = passages.iter().map(|passage| hide(call.masking, passage)).collect();
        let mut lines = Vec::new();
        for (at, passage) in passages.iter().enumerate() {
            lines.push(format!("[{}]\n{}", at + 1, fenced(passage)));
        }
        lines.push(format!("{}\n{}", word(call.lang, "顾客的问题：", "The customer's question:"), fenced(&asked)));
        let question = Question {
            task: Task::Answer,
            lang: call.lang,
            system: prompt(call.lang, include_str!("../prompts/answer.zh.md"), include_str!("../prompts/answer.en.md")),
            user: lines.join("\n"),
            shape: Shape::Text,
            accept: None,
        };
        let masking = &*call.masking;
        let lang = call.lang;
        let judge = |said: &Said| {
            let (mut sentences, mut dropped) = (Vec::new(), Vec::new());
            let mut written = split(&said.text);
            if said.cut
                && let Some((text, _)) = written.pop()
            {
                dropped.push(Dropped { text: crate::error::short(&text), code: "cut".into() });
            }
            for (text, cites) in written {
                match sentence(&text, &cites, &passages, &|text| invented(masking, text).is_empty()) {
                    Ok(sentence) => sentences.push(sentence),
                    Err(code) => {
                        dropped.push(Dropped { text: crate::error::short(&text), code: code.to_owned() });
                    }
                }
            }
            let notes: Vec<Note> = dropped.iter().map(|dropped| Note::new(&dropped.code, &dropped.text)).collect();
            if says_no(&said.text) {
                return Ok((Answered::DoesNotKnow, Vec::new()));
            }
            if !sentences.is_empty() {
                return Ok((Answered::Grounded { sentences, dropped }, notes));
            }
            let why = word(
                lang,
                "没有一句话带有正确的资料编号，或数字不在资料里",
                "no sentence cites a passage that supports it",
            );
            Err(Fault::Mend(why.to_owned()))
        };
        let mut outcome = self.complete(asker(call), question, &judge).await;
        if let Ok(Answered::Grounded { sentences, .. }) = &mut outcome.result {
            for sentence in sentences {
                sentence.text = reveal(call.masking, &sentence.text, &mut outcome.record.notes);
            }
        }
        outcome
    }
}

/// So much of a sentence has to stand in what it cites. Little: a sentence may well use words of its own.
const LEAST_OVERLAP: f64 = 0.25;

/// Says whether the model says that it has no answer.
fn says_no(text: &str) -> bool {
    let text = text.to_lowercase();
    // A long text that has the words somewhere is an answer.
    text.chars().count() <= 40
        && ["no answer", "no_answer", "没有答案", "無答案", "无答案"].iter().any(|no| text.contains(no))
}

fn sentence(
    text: &str,
    cites: &[usize],
    passages: &[String],
    given_out: &dyn Fn(&str) -> bool,
) -> Result<Sentence, &'static str> {
    if cites.is_empty() {
        return Err("no_citation");
    }
    // Small models repeat the question.
    if text.ends_with(['?', '？']) {
        return Err("question");
    }
    let cites: Vec<usize> = cites.iter().copied().filter(|cite| (1..=passages.len()).contains(cite)).collect();
    if cites.is_empty() {
        return Err("no_such_passage");
    }
    if !given_out(text) {
        return Err("invented_placeholder");
    }
    // Not the question: a customer who asks for 500 shall not be told that 500 is right.
    let sources: Vec<&str> = cites.iter().map(|cite| passages[*cite - 1].as_str()).collect();
    let source = sources.join("\n");
    if facts::invented(&source, text).is_some() || facts::overlap(&source, text) < LEAST_OVERLAP {
        return Err("not_in_passage");
    }
    Ok(Sentence { text: text.to_owned(), cites })
}

/// The sentences of a text, each with what it cites.
fn split(text: &str) -> Vec<(String, Vec<usize>)> {
    let mut out: Vec<(String, Vec<usize>)> = Vec::new();
    for piece in pieces(text) {
        let mut cites = Vec::new();
        for found in CITES.captures_iter(piece) {
            cites.extend(NUMBER.find_iter(&found[1]).filter_map(|number| number.as_str().parse::<usize>().ok()));
        }
        cites.sort_unstable();
        cites.dedup();
        let words = CITES.replace_all(piece, "");
        let words = words.trim().trim_start_matches(['-', '*', '•']).trim();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".").replace(" ,", ",");
        if words.chars().any(char::is_alphanumeric) {
            out.push((words, cites));
        } else if let Some((_, last)) = out.last_mut() {
            // A citation after the end of its sentence.
            last.extend(cites);
            last.sort_unstable();
            last.dedup();
        }
    }
    out
}

/// The text cut after each sentence.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends = match c {
            '。' | '！' | '？' | '；' | '\n' => true,
            // Not in 3.5 or shop.example.
            '.' | '!' | '?' => next.is_none_or(|next| next.is_whitespace() || "[【［(（".contains(next)),
            _ => false,
        };
        if ends {
            let mut end = at + c.len_utf8();
            // Its citations may come after the full stop.
            let rest = &text[end..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\u{3000}']).len();
            let mut after = blank;
            while let Some(found) = CITES.find(&rest[after..]).filter(|found| found.start() == 0) {
                after += found.end();
                end = at + c.len_utf8() + after;
            }
            out.push(&text[start..end]);
            start = end;
            while chars.peek().is_some_and(|(next, _)| *next < end) {
                chars.next();
            }
        }
    }
    out.push(&text[start..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_are_found_with_their_citations_before_or_after_the_full_stop() {
        let found =
            split("7 天内可退[1]。运费由我们承担。[2][3] 其他看 shop.example。\n- You pay 3.5 CNY [1, 2]. Done.");
        let found: Vec<(&str, &[usize])> =
            found.iter().map(|(text, cites)| (text.as_str(), cites.as_slice())).collect();
        assert_eq!(
            found,
            [
                ("7 天内可退。", &[1][..]),
                ("运费由我们承担。", &[2, 3]),
                ("其他看 shop.example。", &[]),
                ("You pay 3.5 CNY.", &[1, 2]),
                ("Done.", &[]),
            ]
        );
    }

    #[test]
    fn a_sentence_is_believed_only_with_a_passage_that_has_its_numbers() {
        let passages = ["签收后 7 天内可退。".to_owned(), "满 99 元包邮。".to_owned()];
        let code = |text: &str, cites: &[usize]| sentence(text, cites, &passages, &|_| true).err();
        assert_eq!(code("7 天内可退。", &[1]), None);
        assert_eq!(code("7 天内可退。", &[2]), Some("not_in_passage"));
        assert_eq!(code("三天内可退。", &[1]), Some("not_in_passage"));
        assert_eq!(code("可以用比特币付款。", &[1]), Some("not_in_passage"));
        assert_eq!(code("满多少包邮？", &[2]), Some("question"));
        assert_eq!(code("You can return it within 7 days.", &[1]), None);
        assert_eq!(code("7 天内可退。", &[3]), Some("no_such_passage"));
        assert_eq!(code("7 天内可退。", &[]), Some("no_citation"));
        assert_eq!(code("详见 https://evil.example 。", &[1]), Some("not_in_passage"));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_splitting_fail_badly(text in "[a一。.!?\\[\\]【】0-9 \n]{0,60}") {
            let whole: String = pieces(&text).concat();
            prop_assert_eq!(whole, text.clone());
            let _ = split(&text);
        }
    }
}
