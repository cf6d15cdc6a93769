//! Texts that say the same in another way: rephrased, summarised, translated.

use super::{asker, prompt, word};
use crate::complete::{Fault, Question, Said};
use crate::config::Task;
use crate::facts;
use crate::fence::fenced;
use crate::llm::{Call, Lang, Llm, Outcome};
use crate::privacy::{hide, reveal};
use crate::provider::Shape;
use crate::record::Note;
use crate::task::propose::Turn;

impl Llm {
    /// Says a text in another tone, such as “warm and short”, in the call's language. A result that loses or adds a number, a code, a
    /// link or a piece of personal data is [`Error::Broken`](crate::Error::Broken).
    ///
    /// # Errors
    /// In the outcome: any [`Error`](crate::Error).
    pub async fn rephrase(&self, call: &mut Call<'_>, text: &str, tone: &str) -> Outcome<String> {
        let (source, tone) = (hide(call.masking, text), hide(call.masking, tone));
        let lang = call.lang;
        let user = format!("{}{tone}\n{}", word(lang, "语气：", "Tone: "), fenced(&source));
        let system = prompt(lang, include_str!("../prompts/rephrase.zh.md"), include_str!("../prompts/rephrase.en.md"));
        self.reworded(call, Task::Rephrase, system, user, &|said| same(lang, &source, said, Times::Three)).await
    }

    /// Says a text in the call's language. As for [`Llm::rephrase`], facts stay.
    ///
    /// # Errors
    /// In the outcome: any [`Error`](crate::Error).
    pub async fn translate(&self, call: &mut Call<'_>, text: &str) -> Outcome<String> {
        let source = hide(call.masking, text);
        let lang = call.lang;
        let system =
            prompt(lang, include_str!("../prompts/translate.zh.md"), include_str!("../prompts/translate.en.md"));
        self.reworded(call, Task::Translate, system, fenced(&source), &|said| {
            // Small models leave words as they were.
            let left = lang == Lang::En && said.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
            if left { Err(wrong_language(lang)) } else { same(lang, &source, said, Times::Ten) }
        })
        .await
    }

    /// Shortens a conversation for the person who takes over. A result with a number, code, link or piece of personal data that was not
    /// said is [`Error::Broken`](crate::Error::Broken).
    ///
    /// # Errors
    /// In the outcome: any [`Error`](crate::Error).
    pub async fn summarise(&self, call: &mut Call<'_>, turns: &[Turn]) -> Outcome<String> {
        let lang = call.lang;
        let turns = turns.iter().map(|turn| {
            let who = if turn.by_customer { word(lang, "顾客", "customer") } else { word(lang, "客服", "agent") };
            format!("{who}: {}", hide(call.masking, &turn.text))
        });
        let source = turns.collect::<Vec<_>>().join("\n");
        let system =
            prompt(lang, include_str!("../prompts/summarise.zh.md"), include_str!("../prompts/summarise.en.md"));
        self.reworded(call, Task::Summarise, system, fenced(&source), &|said| {
            if !facts::is_in(lang, said) {
                return Err(wrong_language(lang));
            }
            nothing_new(lang, &source, said)
        })
        .await
    }

    async fn reworded(
        &self,
        call: &mut Call<'_>,
        task: Task,
        system: &'static str,
        user: String,
        check: &(dyn Fn(&str) -> Result<(), String> + Send + Sync),
    ) -> Outcome<String> {
        let lang = call.lang;
        let question = Question { task, lang, system, user, shape: Shape::Text, accept: None };
        let judge = |said: &Said| {
            let text = bare(&said.text);
            let (text, notes) = match (said.cut, task) {
                (false, _) => (text, Vec::new()),
                // Whole sentences of a summary are still a summary.
                (true, Task::Summarise) => {
                    let end =
                        text.char_indices().rev().find(|(_, c)| matches!(c, '。' | '！' | '？' | '.' | '!' | '?'));
                    let end = end.map(|(at, c)| at + c.len_utf8()).ok_or(Fault::TooLong)?;
                    (&text[..end], vec![Note::new("cut", &text[end..])])
                }
                (true, _) => return Err(Fault::TooLong),
            };
            if text.is_empty() {
                return Err(Fault::Mend(word(lang, "回答是空的", "the answer is empty").to_owned()));
            }
            check(text).map_err(Fault::Mend)?;
            Ok((text.to_owned(), notes))
        };
        let mut outcome = self.complete(asker(call), question, &judge).await;
        if let Ok(text) = &mut outcome.result {
            *text = reveal(call.masking, text, &mut outcome.record.notes);
        }
        outcome
    }
}

/// How much longer a text may become.
#[derive(Clone, Copy)]
enum Times {
    Three = 3,
    Ten = 10,
}

fn same(lang: Lang, source: &str, said: &str, longest: Times) -> Result<(), String> {
    if !facts::is_in(lang, said) {
        return Err(wrong_language(lang));
    }
    if said.chars().count() > source.chars().count() * longest as usize + 60 {
        return Err(word(lang, "太长了", "it is far too long").to_owned());
    }
    nothing_new(lang, source, said)?;
    match facts::lost(source, said) {
        Some(fact) => Err(format!("{}{fact}", word(lang, "丢了：", "it lost: "))),
        None => Ok(()),
    }
}

fn nothing_new(lang: Lang, source: &str, said: &str) -> Result<(), String> {
    match facts::invented(source, said) {
        Some(fact) => Err(format!("{}{fact}", word(lang, "原文没有：", "the original does not have: "))),
        None => Ok(()),
    }
}

fn wrong_language(lang: Lang) -> String {
    word(lang, "不是中文", "it is not English").to_owned()
}

/// The text without the fence or quotation marks that small models copy.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix("<data>").unwrap_or(text);
    let text = text.strip_suffix("</data>").unwrap_or(text).trim();
    for (open, close) in [('"', '"'), ('“', '”'), ('「', '」')] {
        if let Some(inner) = text.strip_prefix(open).and_then(|text| text.strip_suffix(close))
            && !inner.contains([open, close])
        {
            return inner.trim();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rephrased_text_keeps_its_facts() {
        let source = "订单 A12 将在 3 天内送达，电话 ⟦PHONE_1⟧。";
        assert!(same(Lang::Zh, source, "亲，订单 A12 三天内就到，有事打 ⟦PHONE_1⟧ 哦。", Times::Three).is_ok());
        for wrong in [
            "亲，订单 A12 两天内就到，有事打 ⟦PHONE_1⟧ 哦。",
            "亲，订单 A12 三天内就到，有事打 ⟦PHONE_2⟧ 哦。",
            "亲，订单 A12 三天内就到，再送您 50 元，有事打 ⟦PHONE_1⟧ 哦。",
            "亲，三天内就到，有事打 ⟦PHONE_1⟧ 哦。",
            "Order A12 arrives within 3 days, call ⟦PHONE_1⟧.",
        ] {
            assert!(same(Lang::Zh, source, wrong, Times::Three).is_err(), "{wrong}");
        }
    }

    #[test]
    fn marks_round_an_answer_are_taken_off() {
        for text in ["<data>\n好的\n</data>", "“好的”", "\"好的\"", " 好的 "] {
            assert_eq!(bare(text), "好的");
        }
        assert_eq!(bare("\"a\" and \"b\""), "\"a\" and \"b\"");
    }
}
