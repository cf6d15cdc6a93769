//! Time that tests move.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use uuid::Uuid;
use yingda_model::{Timestamp, World};

/// A clock that stands still until it is moved.
pub struct Clock(AtomicI64);

impl Clock {
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// # Panics
    /// For more than 292 million years.
    pub fn moves(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).expect("a time that a test waits"), Ordering::SeqCst);
    }
}

impl World for Clock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}
