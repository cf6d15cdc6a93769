//! Lines of flows as messages.

use yingda_desk::BotStep;
use yingda_dialogue::Line;
use yingda_model::{BotOutcome, Choice, Content, Question};

use super::Work;
use crate::propose::PartAnswer;
use crate::reply::Reply;
use crate::steps::{say, sendable};
use crate::texts;

impl Work<'_> {
    /// The lines as messages: what belongs together is one message, an answer from the knowledge base is one of its own.
    pub(super) fn messages(&mut self, answers: &[PartAnswer]) -> Vec<BotStep> {
        let lines = std::mem::take(&mut self.lines);
        let mut steps = Vec::new();
        let mut text = String::new();
        let last_ask = lines.iter().rposition(|line| matches!(line, Line::Ask { .. }));
        for (at, line) in lines.iter().enumerate() {
            match line {
                Line::Say { text: said } => join(&mut text, said),
                Line::Ask { text: said, options } => {
                    join(&mut text, said);
                    let mut options = options.clone();
                    if Some(at) == last_ask {
                        options.extend(self.ways_out());
                    }
                    // Nobody has to say that it helped: silence is taken for it.
                    let is_courtesy = Some(at) == last_ask && self.state.question == Some(Question::Helped);
                    let outcome = if is_courtesy { BotOutcome::Answered } else { BotOutcome::Asked };
                    flush(&mut steps, &mut text, options, outcome);
                }
                Line::Answer { answer } => {
                    flush(&mut steps, &mut text, Vec::new(), BotOutcome::Answered);
                    if let Some(part) = answers.get(*answer) {
                        steps.extend(self.turn.said_to(&part.verdict));
                    }
                }
                Line::Entry { key } => {
                    flush(&mut steps, &mut text, Vec::new(), BotOutcome::Answered);
                    let entry = self.turn.case().with_key(key);
                    if let Some(entry) = entry {
                        steps.push(self.turn.answer_with(Reply::of_entry(&self.turn.case(), &entry.id)));
                    }
                }
            }
        }
        flush(&mut steps, &mut text, Vec::new(), BotOutcome::Answered);
        self.lines = lines;
        steps
    }

    /// What is a tap away besides the answer: who could not prove who they are tries again or has a person, and so has who is
    /// upset.
    fn ways_out(&self) -> Vec<Choice> {
        let identity = self.service.brain.release.wordings.identity.as_ref();
        let asks_identity = self.state.top().is_some_and(|frame| Some(&frame.flow) == identity);
        let refused = self.calls.iter().any(|call| call.outcome == "refused");
        let mut ways = Vec::new();
        if let Some(flow) = identity.filter(|_| asks_identity && refused) {
            ways.push(Choice { id: format!("flow:{flow}"), label: texts::again_label(self.turn.tongue).into() });
        }
        if !ways.is_empty() || self.turn.is_upset() {
            ways.push(self.turn.person_option());
        }
        ways
    }
}

fn join(text: &mut String, said: &str) {
    if said.trim().is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(said.trim());
}

fn flush(steps: &mut Vec<BotStep>, text: &mut String, options: Vec<Choice>, outcome: BotOutcome) {
    if text.is_empty() {
        return;
    }
    let said = sendable(&std::mem::take(text));
    let content = if options.is_empty() { Content::text(said) } else { Content::Choices { text: said, options } };
    steps.push(say(content, outcome, None));
}
