//! Calls of tools, and their results.

use serde_json::{Map, Value, json};
use yingda_model::{Done, Undo};

use super::Engine;
use crate::compile::Act;
use crate::{Call, Called, Next, ToolStep};

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Do,
    Undo,
}

impl Engine<'_> {
    pub(super) fn call_tool(&mut self, step: &ToolStep) -> Result<(), String> {
        let input = self.input(&step.with)?;
        self.begin_call(step.tool.clone(), input, Purpose::Do);
        Ok(())
    }

    fn input(&self, with: &[(String, yingda_expression::Expression)]) -> Result<Value, String> {
        let mut input = Map::new();
        for (name, expression) in with {
            let value = self.value(expression).map_err(|error| format!("{name}: {error}"))?;
            // What is not known is not sent.
            if !value.is_null() {
                input.insert(name.clone(), value);
            }
        }
        Ok(Value::Object(input))
    }

    pub(super) fn begin_call(&mut self, tool: String, input: Value, purpose: Purpose) {
        let open = self.state.top().and_then(|frame| frame.call);
        let number = open.unwrap_or_else(|| {
            self.state.calls = self.state.calls.wrapping_add(1);
            self.state.calls
        });
        let confirmed = self.is_confirmed() || purpose == Purpose::Undo;
        if let Some(frame) = self.top() {
            frame.call = Some(number);
        }
        self.next = Some(Next::Call(Call { number, tool, input, is_undo: purpose == Purpose::Undo, confirmed }));
    }

    /// Goes on with the result of a call.
    pub(super) fn called(&mut self, number: u32, called: Called) {
        let open = self.state.top().and_then(|frame| frame.call);
        if open != Some(number) {
            // Of another call than the one that is waited for: it changes nothing, and the open one is asked for under its number.
            return if open.is_some() { self.run() } else { self.wait() };
        }
        let Some(frame) = self.top() else { return };
        frame.call = None;
        if frame.undoing.is_some() {
            self.undone(called);
        } else if let Err(message) = self.done(called) {
            self.fail("expression", &message, false);
        }
        self.run();
    }

    fn done(&mut self, called: Called) -> Result<(), String> {
        let release = self.release;
        let Some(frame) = self.state.stack.last_mut() else { return Ok(()) };
        let at = frame.at;
        let op = release.program(&frame.flow).and_then(|program| program.ops.get(at as usize));
        let Some(Act::Tool { step, errors }) = op.map(|op| &op.does) else {
            return Err("the step that called is not known any more".into());
        };
        match called {
            Called::Ok { output } => {
                if let Some(into) = &step.into {
                    self.keep(into, output, at);
                }
                if step.undo.is_some() || release.is_write(&step.tool) {
                    let undo = step
                        .undo
                        .as_ref()
                        .map(|(tool, with)| self.input(with).map(|input| Undo { tool: tool.clone(), input }));
                    // It was done, whether or not it is known how to take it back.
                    let (undo, wrong) = match undo.transpose() {
                        Ok(undo) => (undo, None),
                        Err(message) => (None, Some(message)),
                    };
                    if let Some(frame) = self.top() {
                        frame.done.push(Done { tool: step.tool.clone(), at, undo });
                    }
                    if let Some(message) = wrong {
                        return Err(message);
                    }
                }
                self.go(at + 1);
            }
            Called::Failed { code, message, acted } => {
                if acted {
                    frame.done.push(Done { tool: step.tool.clone(), at, undo: None });
                }
                let arm = errors.iter().find(|(arm, _)| *arm == code);
                let arm = arm.or_else(|| errors.iter().find(|(arm, _)| arm == "any"));
                match arm {
                    Some((_, to)) => {
                        self.keep("error", json!({ "code": code, "message": message }), at);
                        self.go(*to);
                    }
                    None => self.fail(&code, &format!("{}: {message}", step.tool), acted),
                }
            }
        }
        Ok(())
    }
}
