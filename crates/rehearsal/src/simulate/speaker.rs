//! What a simulated customer does next.

use std::collections::BTreeSet;

use yingda_dialogue::Lang;
use yingda_model::{Choice, Question};

use crate::customer::{Customer, Mood, Wish};
use crate::dice::Dice;
use crate::talk::{Heard, Talk};

/// What a customer does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    Says {
        text: String,
        /// Copied rather than typed: no slips.
        is_exact: bool,
    },
    Taps(Choice),
    Picture,
}

/// A customer in a conversation.
pub(super) struct Speaker<'a> {
    customer: &'a Customer,
    dice: Dice,
    /// Openings that were used.
    opened: usize,
    /// Questions on the side that are still to be asked.
    aside: Vec<String>,
    /// Corrections of which the wrong value was given, and of which the right one was.
    slipped: BTreeSet<usize>,
    corrected: BTreeSet<usize>,
    /// The slot that was asked last, and how often in a row.
    asked: Option<(String, u32)>,
}

impl<'a> Speaker<'a> {
    pub fn new(customer: &'a Customer, mut dice: Dice) -> Self {
        let opened = dice.below(customer.opening.len());
        Self {
            customer,
            dice,
            opened,
            aside: customer.digressions.clone(),
            slipped: BTreeSet::new(),
            corrected: BTreeSet::new(),
            asked: None,
        }
    }

    /// What the customer does after what was heard; at first there is nothing.
    pub fn next(&mut self, heard: Option<&Heard>, talk: &Talk<'_>) -> Act {
        let Some(heard) = heard else { return self.open() };
        let state = talk.state();
        match &state.question {
            Some(Question::Clarify { .. }) => return self.clarify(heard),
            Some(Question::Resume) => return self.yes_or_no(talk, "resume", true),
            Some(Question::Person) => {
                return self.yes_or_no(talk, "person", self.customer.goal.outcome == Wish::HandedOver);
            }
            Some(Question::Helped) => return self.says(self.word("有用，谢谢", "yes, thank you")),
            None => {}
        }
        if let Some(correction) = self.due_correction() {
            return correction;
        }
        let Some(asking) = state.asking() else { return self.nothing_asked(heard) };
        let slot = asking.slot.clone();
        let often = match self.asked.take() {
            Some((before, often)) if before == slot => often + 1,
            _ => 1,
        };
        self.asked = Some((slot.clone(), often));
        if often == 1 && !self.aside.is_empty() && self.dice.chance(50) {
            let question = self.aside.remove(0);
            // Asked again afterwards, it is the first time that it is answered.
            self.asked = None;
            return self.says(question);
        }
        self.answer(&slot, often, heard, talk)
    }

    fn answer(&mut self, slot: &str, often: u32, heard: &Heard, talk: &Talk<'_>) -> Act {
        if slot == "confirm" {
            return self.yes_or_no(talk, "confirm", self.customer.goal.outcome != Wish::Cancelled);
        }
        for (number, correction) in self.customer.corrections.iter().enumerate() {
            if correction.slot == slot && !self.corrected.contains(&number) {
                let is_first = self.slipped.insert(number);
                let said = if is_first { &correction.first } else { &correction.then };
                if !is_first {
                    self.corrected.insert(number);
                }
                return Act::Says { text: said.clone(), is_exact: true };
            }
        }
        let Some(wordings) = self.customer.facts.get(slot) else { return self.unprepared(slot, heard, talk) };
        // Asked again: in other words, and then in all.
        let at = if often > 1 { usize::try_from(often).unwrap_or(0) - 1 } else { self.dice.below(wordings.len()) };
        let fact = wordings[at % wordings.len()].clone();
        let option = wordings.iter().find_map(|wording| talk.option(wording)).cloned();
        match option {
            Some(option) if self.taps() || often > 1 => Act::Taps(option),
            // What is an id to machines is said as it is called.
            Some(option) if option.id.ends_with(&format!(":{fact}")) && fact.is_ascii() => self.says(option.label),
            _ => {
                let is_exact = fact.chars().filter(char::is_ascii_digit).count() >= 4;
                let text = if is_exact { fact } else { self.dressed(fact) };
                Act::Says { text, is_exact }
            }
        }
    }

    /// Asked for something that nobody told the customer.
    fn unprepared(&mut self, slot: &str, heard: &Heard, talk: &Talk<'_>) -> Act {
        if slot.contains("code")
            && let Some(code) = talk.code()
        {
            return Act::Says { text: code, is_exact: true };
        }
        if self.customer.goal.outcome == Wish::HandedOver {
            return self.says(self.word("转人工", "I want to talk to a person"));
        }
        let own: Vec<Choice> =
            heard.options().filter(|option| option.id.split(':').next() == Some(slot)).cloned().collect();
        if let Some(option) = self.dice.pick(&own) {
            return Act::Taps(option.clone());
        }
        let who = &self.customer.who;
        let known = match slot {
            _ if slot.contains("phone") => who.phone.clone(),
            _ if slot.contains("mail") => who.email.clone(),
            _ if slot.contains("name") => who.name.clone(),
            _ if slot.contains("photo") || slot.contains("picture") || slot.contains("image") => return Act::Picture,
            _ => None,
        };
        match known {
            Some(text) => Act::Says { text, is_exact: true },
            None => self.says(self.word("这个我不清楚", "I don't know that")),
        }
    }

    /// The flow goes on, and what was said wrong is put right.
    fn due_correction(&mut self) -> Option<Act> {
        let due = (0..self.customer.corrections.len())
            .find(|number| self.slipped.contains(number) && !self.corrected.contains(number))?;
        self.corrected.insert(due);
        let then = &self.customer.corrections[due].then;
        let text = match self.customer.lang {
            Lang::Zh => format!("不对，说错了，是{then}"),
            Lang::En => format!("sorry, that was wrong, it is {then}"),
        };
        Some(Act::Says { text, is_exact: true })
    }

    /// Nothing is asked: the flow may be a tap away, otherwise the wish is said again in other words.
    fn nothing_asked(&mut self, heard: &Heard) -> Act {
        let wanted = format!("flow:{}", self.customer.goal.flow);
        if let Some(option) = heard.options().find(|option| option.id == wanted) {
            return Act::Taps(option.clone());
        }
        self.opened += 1;
        self.open()
    }

    fn clarify(&mut self, heard: &Heard) -> Act {
        let wanted = format!("flow:{}", self.customer.goal.flow);
        match heard.options().find(|option| option.id == wanted) {
            Some(option) if self.taps() => Act::Taps(option.clone()),
            Some(option) => self.says(option.label.clone()),
            None => {
                self.opened += 1;
                self.open()
            }
        }
    }

    fn yes_or_no(&mut self, talk: &Talk<'_>, what: &str, is_yes: bool) -> Act {
        let id = format!("{what}:{}", if is_yes { "yes" } else { "no" });
        if let Some(option) = talk.option(&id).filter(|option| option.id == id).cloned()
            && self.taps()
        {
            return Act::Taps(option);
        }
        let words: &[&str] = match (self.customer.lang, is_yes) {
            (Lang::Zh, true) => &["确认", "是的", "好的", "可以"],
            (Lang::Zh, false) => &["不用了", "不要", "算了"],
            (Lang::En, true) => &["yes", "yes please", "ok", "sure"],
            (Lang::En, false) => &["no", "no thanks", "no, leave it"],
        };
        let word = self.dice.pick(words).copied().unwrap_or("ok").to_owned();
        // Too short to be read with a slip in it.
        Act::Says { text: word, is_exact: true }
    }

    /// Begins, as this customer does: the chatty tell what they know at once.
    fn open(&mut self) -> Act {
        let openings = &self.customer.opening;
        let opening = openings.get(self.opened % openings.len().max(1)).cloned().unwrap_or_default();
        let mut text = self.dressed(opening);
        let slips: BTreeSet<&str> =
            self.customer.corrections.iter().map(|correction| correction.slot.as_str()).collect();
        if self.customer.mood == Mood::Chatty {
            let told = self.customer.facts.iter().filter(|(slot, _)| !slips.contains(slot.as_str()));
            let numbers: Vec<&String> = told
                .filter_map(|(_, wordings)| wordings.first())
                .filter(|fact| fact.chars().filter(char::is_ascii_digit).count() >= 4)
                .take(1)
                .collect();
            for number in numbers {
                text.push_str(if self.customer.lang == Lang::Zh { "，单号 " } else { ", it is " });
                text.push_str(number);
            }
        }
        self.says(text)
    }

    /// In the customer's manner.
    fn dressed(&mut self, text: String) -> String {
        // A word or a number is said as it is.
        if text.chars().count() < 6 || !self.dice.chance(50) {
            return text;
        }
        let before = match (self.customer.mood, self.customer.lang) {
            (Mood::Calm, _) => return text,
            (Mood::Angry, Lang::Zh) => ["快点，", "怎么这么慢，", "烦死了，"][self.dice.below(3)],
            (Mood::Angry, Lang::En) => ["hurry up, ", "this takes forever, ", "come on, "][self.dice.below(3)],
            (Mood::Chatty, Lang::Zh) => ["哈喽呀，", "嗯嗯，", "是这样的，"][self.dice.below(3)],
            (Mood::Chatty, Lang::En) => ["hi there, ", "so, ", "well, "][self.dice.below(3)],
            (Mood::Elderly, Lang::Zh) => ["姑娘你好，", "麻烦你了，", "我年纪大了不太会用，"][self.dice.below(3)],
            (Mood::Elderly, Lang::En) => {
                ["good morning dear, ", "excuse me, ", "I am not good with computers, "][self.dice.below(3)]
            }
        };
        format!("{before}{text}")
    }

    /// Whether a button is used where there is one.
    fn taps(&mut self) -> bool {
        let of_100 = match self.customer.mood {
            Mood::Elderly => 10,
            Mood::Angry => 70,
            Mood::Calm | Mood::Chatty => 50,
        };
        self.dice.chance(of_100)
    }

    fn word(&self, zh: &str, en: &str) -> String {
        match self.customer.lang {
            Lang::Zh => zh.to_owned(),
            Lang::En => en.to_owned(),
        }
    }

    fn says(&self, text: impl Into<String>) -> Act {
        Act::Says { text: text.into(), is_exact: false }
    }
}
