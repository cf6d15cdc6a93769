//! What a message means: for the knowledge base, for flows, and for a language model where one is configured.

use std::time::Instant;

use yingda_dialogue::{Command, Proposed};
use yingda_knowledge::IndexError;
use yingda_model::Content;

use super::{Work, micros};
use crate::Tongue;
use crate::judge::{Judged, Verdict, early, judge};
use crate::modelled::{self, Passage};
use crate::propose::{PartAnswer, Seen, heard, parts, propose};
use crate::understood::understand;

/// Parts of a message that are looked up by themselves.
const MOST_PARTS: usize = 4;

impl Work<'_> {
    /// Reads the message.
    pub(super) fn understand(&mut self) {
        let begun = Instant::now();
        self.hear();
        let input = self.turn.input;
        let read = |language| understand(language, &self.heard.text, input.now, input.settings, input.moods);
        self.turn.understood = input.language.map(read);
        self.place_as_written();
        self.timings.understanding = micros(begun);
        self.keep_language();
    }

    /// Looks the message up: what it calls for as a whole, flows aside, and what its parts do.
    pub(super) fn look_up(&mut self) -> Result<(Judged, Vec<PartAnswer>), IndexError> {
        let begun = Instant::now();
        let text = self.heard.text.as_str();
        let judged = self.judge(text)?;
        let answers = self.part_answers(text, &judged)?;
        self.timings.search = micros(begun);
        Ok((judged, answers))
    }

    /// Puts right what slips hid of the words that are expected now.
    fn hear(&mut self) {
        let names = self.names();
        let turn = self.circumstances(&names);
        self.heard = heard(&self.turn.text, &self.service.brain.release, &self.state, &turn);
    }

    /// The record of what was understood speaks of the message as it was written.
    fn place_as_written(&mut self) {
        let heard = &self.heard;
        let Some(understood) = &mut self.turn.understood else { return };
        let record = &mut understood.record;
        for entity in &mut record.entities {
            (entity.start, entity.end) = (heard.written(entity.start), heard.written(entity.end));
        }
        for intent in &mut record.intents {
            (intent.start, intent.end) = (heard.written(intent.start), heard.written(intent.end));
        }
        let intents = record.intents.iter_mut().flat_map(|intent| &mut intent.why);
        let manners =
            record.mood.words.iter_mut().chain(&mut record.mood.urgency_words).chain(&mut record.safety.words);
        for span in intents.chain(manners).filter_map(|reason| reason.span.as_mut()) {
            (span.start, span.end) = (heard.written(span.start), heard.written(span.end));
        }
    }

    /// An address or a name that was asked for tells nothing of the language that is spoken.
    fn keep_language(&mut self) {
        let spoken = self.turn.input.memory.dialogue.as_deref().and_then(|dialogue| dialogue.lang.as_deref());
        let Some(spoken) = spoken.and_then(Tongue::of_tag).filter(|_| self.state.asking().is_some()) else { return };
        let entities = self.turn.understood.as_ref().map(|understood| understood.entities.as_slice());
        let covered: usize = entities.unwrap_or_default().iter().map(|entity| entity.end - entity.start).sum();
        if covered * 2 > self.turn.text.trim().len() {
            self.turn.tongue = spoken;
            self.state.lang = Some(spoken.tag().to_owned());
        }
    }

    /// What the message calls for, flows aside. What only answers a flow's question is not looked up.
    fn judge(&self, text: &str) -> Result<Judged, IndexError> {
        if let Some(verdict) = early(text, self.turn.understood.as_ref()) {
            return Ok(Judged { hits: Vec::new(), verdict });
        }
        if self.only_answers(text) {
            return Ok(Judged { hits: Vec::new(), verdict: Verdict::Unknown });
        }
        judge(text, &self.turn.case(), self.turn.understood.as_ref())
    }

    /// What the parts of a message call for, each by itself, where the whole has no answer or a flow is under way.
    fn part_answers(&self, text: &str, judged: &Judged) -> Result<Vec<PartAnswer>, IndexError> {
        let mut answers = vec![PartAnswer { start: 0, end: text.len(), verdict: judged.verdict.clone() }];
        let settled = matches!(judged.verdict, Verdict::Danger { .. } | Verdict::Person { .. });
        let parts = parts(text);
        if settled || parts.len() < 2 || parts.len() > MOST_PARTS || self.only_answers(text) {
            return Ok(answers);
        }
        let mut found = Vec::new();
        for (start, end) in parts {
            let words = &text[start..end];
            if words.chars().count() < 4 {
                continue;
            }
            let part = judge(words, &self.turn.case(), None)?;
            if matches!(part.verdict, Verdict::Answer { .. } | Verdict::Graph(_)) {
                found.push(PartAnswer { start, end, verdict: part.verdict });
            }
        }
        // What answers one part only is no answer to the whole.
        if !found.is_empty() && !matches!(judged.verdict, Verdict::Several { .. }) {
            answers[0].verdict = Verdict::Unknown;
        }
        answers.extend(found);
        Ok(answers)
    }

    /// Whether the message is a tap, or a short word for what was asked: yes, a number, an option.
    fn only_answers(&self, text: &str) -> bool {
        if matches!(self.turn.input.content, Content::Text { choice: Some(_), .. }) && self.state.asking().is_some() {
            return true;
        }
        let Some(asking) = self.state.asking() else { return false };
        let text = text.trim();
        let entities = self.turn.understood.as_ref().map(|understood| understood.entities.as_slice());
        let covered = entities.unwrap_or_default().iter().any(|entity| entity.end - entity.start >= text.len());
        covered
            || yingda_entity::answer(text).is_some()
            || asking.options.iter().any(|option| option.label == text || option.also.iter().any(|also| also == text))
    }

    /// The commands that the message may mean, by rules, language and knowledge.
    pub(super) fn proposed(&self, judged: &Judged, answers: &[PartAnswer]) -> Vec<Proposed> {
        let names = self.names();
        propose(&Seen {
            text: &self.heard.text,
            written: &self.turn.text,
            content: self.turn.input.content,
            understood: self.turn.understood.as_ref(),
            verdict: &judged.verdict,
            answers,
            release: &self.service.brain.release,
            wordings: &self.service.brain.wordings,
            state: &self.state,
            turn: &self.circumstances(&names),
        })
    }

    /// What nobody understood, a language model may.
    pub(super) async fn ask_model(&mut self, proposed: Vec<Proposed>) -> Vec<Proposed> {
        let lost = |proposed: &Proposed| matches!(proposed.command, Command::CannotHandle | Command::Clarify { .. });
        let Some(llm) = self.service.llm.filter(|_| proposed.iter().all(lost)) else { return proposed };
        let (more, record) = {
            let names = self.names();
            let turn = self.circumstances(&names);
            let release = &self.service.brain.release;
            let wanted = yingda_dialogue::wanted(release, &self.state, &turn, &[]);
            modelled::propose(llm, &self.turn.input, self.turn.tongue, release, &self.state, &wanted, &names).await
        };
        self.models.extend(record);
        if more.is_empty() { proposed } else { more }
    }

    /// What the knowledge base is not sure of, a language model may answer from its passages.
    pub(super) async fn generate(&mut self, judged: &Judged) {
        let Some(llm) = self.service.llm else { return };
        if !matches!(judged.verdict, Verdict::Unknown | Verdict::Choices { .. }) {
            return;
        }
        let case = self.turn.case();
        let passages = judged.hits.iter().filter_map(|hit| {
            let entry = case.library.entry(&hit.entry_id)?;
            let answer = case.library.answer(&hit.entry_id, case.view)?;
            let text = hit.passage.as_ref().map_or(answer, |passage| passage.text.clone());
            Some(Passage { entry_id: entry.id.clone(), text: format!("{}\n{text}", entry.question) })
        });
        let (generated, record) = modelled::answer(llm, &self.turn.input, self.turn.tongue, passages.collect()).await;
        self.generated = generated;
        self.models.extend(record);
    }
}
