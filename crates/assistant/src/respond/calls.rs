//! Calls of tools.

use std::time::Instant;

use yingda_dialogue::{Call, Called, Next, resume};
use yingda_model::TraceCall;

use super::{CallDone, Work, micros};

/// Calls that one turn may make.
const MOST_CALLS: usize = 20;

impl Work<'_> {
    /// Calls tools as long as the engine needs them.
    pub(super) async fn call_tools(&mut self, mut next: Next) -> Next {
        let mut made = 0;
        while let Next::Call(call) = next {
            made += 1;
            let called = self.call(&call, made).await;
            next = self.engine(|brain, state, turn| resume(&brain.release, state, turn, call.number, called));
        }
        next
    }

    async fn call(&mut self, call: &Call, made: usize) -> Called {
        if made > MOST_CALLS {
            let message = format!("more than {MOST_CALLS} calls in one turn");
            return Called::Failed { code: "too_long".into(), message, acted: false };
        }
        let begun = Instant::now();
        let done = self.service.caller.call(call, &self.names(), self.customer()).await;
        let took_us = micros(begun);
        self.timings.tools += took_us;
        let (outcome, message) = match &done.called {
            Called::Ok { output } => {
                self.results.push(output.clone());
                ("ok".to_owned(), String::new())
            }
            Called::Failed { code, message, .. } => (code.clone(), message.clone()),
        };
        let CallDone { called, attempts, again, steps } = done;
        self.calls.push(TraceCall { tool: call.tool.clone(), outcome, message, attempts, took_us, again });
        self.steps.extend(steps);
        called
    }
}
