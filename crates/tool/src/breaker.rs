//! Spares a back end that is down, and the customers the wait for it (Nygard, *Release It!*, 2007: circuit breaker).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row that open it.
const FAILURES: u32 = 5;
/// How long it stays open until one call may try.
const PAUSE: Duration = Duration::from_secs(10);

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// While it is open: until when nobody tries.
    until: Option<Instant>,
}

impl Breaker {
    /// Whether a call may be made. After the pause one may, and the next ones only after another pause, or when it went well.
    pub fn lets_through(&self, now: Instant) -> bool {
        let mut state = self.state();
        match state.until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.until = Some(now + PAUSE);
                true
            }
        }
    }

    /// The back end answered.
    pub fn answered(&self) {
        *self.state() = State::default();
    }

    /// It did not, or said that it cannot.
    pub fn failed(&self, now: Instant) {
        let mut state = self.state();
        state.failures += 1;
        if state.failures >= FAILURES {
            state.until = Some(now + PAUSE);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_five_failures_in_a_row_and_lets_one_try_after_ten_seconds() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        for _ in 0..4 {
            breaker.failed(start);
        }
        breaker.answered();
        for _ in 0..5 {
            assert!(breaker.lets_through(start));
            breaker.failed(start);
        }
        assert!(!breaker.lets_through(start + Duration::from_secs(9)));
        let later = start + Duration::from_secs(10);
        assert!(breaker.lets_through(later));
        assert!(!breaker.lets_through(later), "only one tries");
        breaker.failed(later);
        assert!(!breaker.lets_through(later + Duration::from_secs(9)));
        assert!(breaker.lets_through(later + Duration::from_secs(10)));
        breaker.answered();
        assert!(breaker.lets_through(later));
    }
}
