//! The real world.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;
use yingda_model::{Timestamp, World};

/// The machine's clock, and ids made from it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemWorld;

impl World for SystemWorld {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}
