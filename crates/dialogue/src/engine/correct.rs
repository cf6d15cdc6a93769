//! Another value for something that was said: the flow goes back to where it was asked.

use serde_json::Value;
use yingda_model::{FlowOutcome, Frame};

use super::undo::Unwinding;
use super::{Engine, finish};
use crate::SlotType;
use crate::compile::Act;
use crate::phrase::Phrase;

impl Engine<'_> {
    /// Takes another value for a slot that has one; without a value it is asked again. What followed from the old one is forgotten,
    /// and taken back where it was acted upon.
    ///
    /// # Errors
    /// Why that cannot be; nothing is changed then.
    pub(super) fn correct(&mut self, slot: &str, value: Option<Value>) -> Result<(), String> {
        let release = self.release;
        let has = |frame: &Frame| {
            let known = release.program(&frame.flow).is_some_and(|program| program.collects.contains_key(slot));
            known && !frame.is_given_up() && frame.values.get(slot).is_some_and(|value| !value.is_null())
        };
        let Some(place) = self.state.stack.iter().rposition(has) else {
            return Err(format!("{slot} has no value yet"));
        };
        let frame = &self.state.stack[place];
        if value.is_some() && frame.values.get(slot) == value.as_ref() {
            return Err(format!("{slot} has this value already"));
        }
        let Some((at, into_loop)) = self.rewound(frame, slot) else { return Err(format!("{slot} is never asked")) };
        // A list may be another one by then, and a loop that is over begins with its first item: both are asked anew.
        let flow = release.flow(&frame.flow);
        let is_pick = flow.and_then(|flow| flow.slots.get(slot));
        let is_pick = is_pick.is_some_and(|known| matches!(known.of, SlotType::Pick(_)));
        let value = value.filter(|_| !is_pick && !into_loop);
        if let Some(value) = &value {
            let asked = frame.asking.as_ref().filter(|asking| asking.slot == slot);
            self.fits_flow(&frame.flow, asked, slot, value)?;
        }
        let above = &self.state.stack[place + 1..];
        let other = above.iter().position(|frame| frame.into.is_none());
        if other.is_some_and(|other| above[other..].iter().any(|frame| !frame.done.is_empty())) {
            return Err("something else is half done".into());
        }
        let since = frame.done.iter().filter(|done| done.at > at).chain(above.iter().flat_map(|frame| &frame.done));
        let (mut stays, mut can_undo) = (false, false);
        for done in since {
            stays |= done.undo.is_none();
            can_undo |= done.undo.is_some();
        }
        let title = self.slot_title_of(&frame.flow, slot);
        if stays {
            self.explain(Phrase::TooLateToCorrect, title);
            return Err(format!("{slot} was acted upon already"));
        }
        for above in self.state.stack.split_off(place + 1) {
            self.ended.push((above.flow.clone(), FlowOutcome::Cancelled));
            finish::remember(&mut self.state.ended, above.flow, FlowOutcome::Cancelled, self.turn.now);
            if let Some(frame) = self.state.stack.last_mut() {
                // What a called flow did followed from what is corrected.
                let at = frame.at;
                frame.done.extend(above.done.into_iter().map(|done| yingda_model::Done { at, ..done }));
            }
        }
        self.state.known.remove(slot);
        self.rewind(slot);
        if let Some(frame) = self.top() {
            frame.misses.remove(slot);
        }
        if let Some(value) = value {
            let told = self.told(slot, &value);
            self.fill(slot, value);
            self.say_phrase(Phrase::Corrected, &[("title", title), ("value", told)]);
            self.returned = true;
        }
        if can_undo && let Some(frame) = self.top() {
            frame.undoing = Some(frame.at);
        }
        Ok(())
    }

    /// Goes back to where a slot is collected: what followed from it is forgotten, what the customer said is kept.
    pub(super) fn rewind(&mut self, slot: &str) {
        let release = self.release;
        let Some(frame) = self.state.stack.last() else { return };
        let Some(program) = release.program(&frame.flow) else { return };
        let Some((at, _)) = self.rewound(frame, slot) else { return };
        let Some(frame) = self.state.stack.last_mut() else { return };
        let Frame { values, set_at, loops, .. } = frame;
        let said =
            |name: &String| program.flow.slots.get(name).is_some_and(|known| !matches!(known.of, SlotType::Pick(_)));
        values.retain(|name, _| {
            name != slot && (said(name) || set_at.get(name).is_none_or(|set| *set < at)) && name != "confirmed"
        });
        set_at.retain(|name, _| values.contains_key(name));
        loops.retain(|own| own.begin < at);
        frame.asking = None;
        frame.call = None;
        frame.at = at;
    }

    /// Where a flow goes back to for a slot, and whether that is the beginning of a loop around it that is not under way any more.
    fn rewound(&self, frame: &Frame, slot: &str) -> Option<(u32, bool)> {
        let program = self.release.program(&frame.flow)?;
        let at = *program.collects.get(slot)?;
        let over = program.ops.iter().zip(0u32..).find(|(op, begin)| match &op.does {
            Act::LoopBegin { end, .. } => {
                *begin < at && at < *end && !frame.loops.iter().any(|own| own.begin == *begin)
            }
            _ => false,
        });
        Some(over.map_or((at, false), |(_, begin)| (begin, true)))
    }
}
