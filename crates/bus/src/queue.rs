//! What a reader has not read yet, and how it reads it.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// How many unread messages are kept for each subscription. Beyond that the oldest are dropped and the reader is told.
pub const QUEUE_LENGTH: usize = 1024;

/// What a subscription hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    Message {
        topic: Arc<str>,
        payload: Bytes,
    },
    /// Messages were lost before the next one: look into the store for what they may have been about.
    Lagged {
        /// How many were counted; 0 when nobody could count because the connection was down.
        missed: u64,
    },
}

/// One reader's view of the bus. Dropping it ends the subscription.
pub struct Subscription {
    queue: Arc<Queue>,
    at_end: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Subscription {
    /// A subscription that reads from `queue` and calls `at_end` when it is dropped.
    pub(crate) fn new(queue: Arc<Queue>, at_end: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self { queue, at_end: Some(Box::new(at_end)) }
    }

    /// Waits for the next signal; `None` when the bus is gone. A call that is dropped while waiting loses nothing.
    pub async fn next(&mut self) -> Option<Signal> {
        loop {
            match self.queue.take() {
                Taken::Signal(signal) => return Some(signal),
                Taken::Closed => return None,
                Taken::Nothing => self.queue.news.notified().await,
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(at_end) = self.at_end.take() {
            at_end();
        }
    }
}

/// A bounded queue with any number of writers, who never wait, and one reader.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    news: Notify,
}

#[derive(Default)]
struct State {
    unread: VecDeque<(Arc<str>, Bytes)>,
    /// Set when something was lost that the reader does not know of yet.
    lagged: bool,
    missed: u64,
    closed: bool,
}

enum Taken {
    Signal(Signal),
    Nothing,
    Closed,
}

impl Queue {
    /// Adds a message; drops the oldest when the queue is full.
    pub(crate) fn push(&self, topic: Arc<str>, payload: Bytes) {
        self.change(|state| {
            if state.unread.len() >= QUEUE_LENGTH {
                state.unread.pop_front();
                state.lagged = true;
                state.missed += 1;
            }
            state.unread.push_back((topic, payload));
        });
    }

    /// Notes that an unknown number of messages was lost.
    pub(crate) fn lag(&self) {
        self.change(|state| state.lagged = true);
    }

    /// Ends the reading once the rest is read.
    pub(crate) fn close(&self) {
        self.change(|state| state.closed = true);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock());
        // Keeps one permit when nobody waits yet, so a change between looking and waiting is not slept through.
        self.news.notify_one();
    }

    fn take(&self) -> Taken {
        let mut state = self.state.lock();
        if std::mem::take(&mut state.lagged) {
            let missed = std::mem::take(&mut state.missed);
            return Taken::Signal(Signal::Lagged { missed });
        }
        match state.unread.pop_front() {
            Some((topic, payload)) => Taken::Signal(Signal::Message { topic, payload }),
            None if state.closed => Taken::Closed,
            None => Taken::Nothing,
        }
    }
}
