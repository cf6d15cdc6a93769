//! A model that fails again and again is left alone for a while.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::config::Model;

/// A breaker for each model.
#[derive(Default)]
pub(crate) struct Breakers {
    states: Mutex<HashMap<String, State>>,
}

#[derive(Clone, Copy, Default)]
struct State {
    failures: u32,
    /// Nobody asks before.
    until: Option<Instant>,
}

impl Breakers {
    /// Whether the model may be asked now, else how long it is left alone. After the pause one call goes through; while it runs, and
    /// when it fails, the others wait on.
    pub fn allow(&self, model: &Model) -> Result<(), Duration> {
        let now = Instant::now();
        let mut states = self.states.lock();
        let state = states.entry(key(model)).or_default();
        match state.until {
            Some(until) if until > now => Err(until - now),
            Some(_) => {
                state.until = Some(now + model.breaker_pause);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The model answered, well or not.
    pub fn succeeded(&self, model: &Model) {
        self.states.lock().remove(&key(model));
    }

    /// The model could not be asked.
    pub fn failed(&self, model: &Model) {
        let mut states = self.states.lock();
        let state = states.entry(key(model)).or_default();
        state.failures += 1;
        if state.failures >= model.breaker_failures {
            state.until = Some(Instant::now() + model.breaker_pause);
        }
    }
}

/// The same endpoint under another name is still the same endpoint.
fn key(model: &Model) -> String {
    format!("{}\n{}", model.base_url, model.model)
}
