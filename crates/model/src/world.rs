//! Time and ids, which the pure parts get from outside.

use uuid::Uuid;

use crate::Timestamp;

/// What a run needs from the world around it. A real one reads the clock; one in a test repeats itself exactly.
pub trait World: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
    /// A new UUID version 7.
    fn uuid(&self) -> Uuid;
}
