//! Rate limits: token buckets in memory, one for each rule and subject.
//!
//! Each node counts for itself: with n nodes a client may do up to n times as much, which is what n nodes can bear.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use parking_lot::Mutex;
use yingda_model::Timestamp;

use crate::Problem;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Sign-in attempts from one address.
    SignInByAddress,
    /// Sign-in attempts for one mail address from one address: guessing.
    SignInByMail,
    /// Sign-in attempts for one mail address from anywhere: guessing from many addresses. Wide, so that a stranger cannot
    /// easily keep somebody out.
    SignInFromAnywhere,
    /// New visitor sessions from one address.
    VisitByAddress,
    /// Messages of one customer.
    CustomerMessage,
    /// Uploads of one customer.
    CustomerUpload,
    /// Events that the pages of one customer report.
    CustomerEvent,
    /// Other calls of one customer.
    CustomerCall,
    /// Turns that one user tries the assistant with, files that they have checked or drawn: they cost more than a call.
    Trial,
    /// Calls of one user or token.
    UserCall,
    /// WebSocket upgrades from one address.
    SocketByAddress,
    /// Searches in help centres from one address.
    SearchByAddress,
    /// Searches of one customer, made while they type.
    CustomerSearch,
    /// Judgements of help centre articles from one address.
    FeedbackByAddress,
    /// Judgements of one article from one address.
    FeedbackOnEntry,
}

impl Rule {
    /// How many at once, and how many a second after that.
    fn rate(self) -> (f64, f64) {
        match self {
            Self::SignInByAddress => (20.0, 0.5),
            Self::SignInByMail => (10.0, 0.1),
            Self::SignInFromAnywhere => (200.0, 1.0),
            Self::VisitByAddress => (60.0, 2.0),
            Self::CustomerMessage => (20.0, 2.0),
            Self::CustomerUpload => (10.0, 0.2),
            Self::CustomerEvent => (20.0, 0.5),
            Self::CustomerCall => (60.0, 10.0),
            Self::Trial => (60.0, 5.0),
            Self::UserCall => (300.0, 50.0),
            Self::SocketByAddress => (300.0, 20.0),
            Self::SearchByAddress => (60.0, 2.0),
            Self::CustomerSearch => (20.0, 2.0),
            Self::FeedbackByAddress => (30.0, 0.2),
            // A vote, a change of mind, and a comment.
            Self::FeedbackOnEntry => (4.0, 0.001),
        }
    }
}

/// Whether rate limits are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RateLimits {
    #[default]
    On,
    /// For load tests, and behind a proxy that limits.
    Off,
}

struct Bucket {
    tokens: f64,
    at: Timestamp,
}

/// Counts requests.
pub struct Limiter {
    limits: RateLimits,
    hasher: RandomState,
    buckets: Mutex<HashMap<(Rule, u64), Bucket>>,
}

/// Subjects remembered before full buckets are swept out.
const SWEEP_AT: usize = 100_000;

impl Limiter {
    pub fn new(limits: RateLimits) -> Self {
        Self { limits, hasher: RandomState::new(), buckets: Mutex::new(HashMap::new()) }
    }

    /// Counts one request of `subject`; an error says how long to wait.
    pub fn check(&self, rule: Rule, subject: &str, now: Timestamp) -> Result<(), Problem> {
        if self.limits == RateLimits::Off {
            return Ok(());
        }
        let (burst, per_second) = rule.rate();
        let key = (rule, self.hasher.hash_one(subject));
        let mut buckets = self.buckets.lock();
        if buckets.len() >= SWEEP_AT {
            buckets.retain(|(rule, _), bucket| refilled(bucket, rule.rate(), now) < rule.rate().0);
        }
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: burst, at: now });
        bucket.tokens = refilled(bucket, (burst, per_second), now);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let wait = ((1.0 - bucket.tokens) / per_second).ceil() as u32;
        Err(Problem::rate_limited(wait.max(1)))
    }
}

#[allow(clippy::cast_precision_loss)]
fn refilled(bucket: &Bucket, (burst, per_second): (f64, f64), now: Timestamp) -> f64 {
    let seconds = now.since_ms(bucket.at).max(0) as f64 / 1_000.0;
    (bucket.tokens + seconds * per_second).min(burst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_then_the_rate_holds() {
        let limiter = Limiter::new(RateLimits::On);
        let start = Timestamp(1_000_000);
        let taken = (0..100).filter(|_| limiter.check(Rule::CustomerMessage, "a", start).is_ok()).count();
        assert_eq!(taken, 20);
        assert!(limiter.check(Rule::CustomerMessage, "b", start).is_ok(), "another subject has its own bucket");
        let later = Timestamp(start.0 + 1_000);
        let taken = (0..100).filter(|_| limiter.check(Rule::CustomerMessage, "a", later).is_ok()).count();
        assert_eq!(taken, 2);
    }

    #[test]
    fn a_refusal_tells_how_long_to_wait() {
        let limiter = Limiter::new(RateLimits::On);
        for _ in 0..10 {
            limiter.check(Rule::SignInByMail, "m", Timestamp(0)).ok();
        }
        let problem = limiter.check(Rule::SignInByMail, "m", Timestamp(0)).err();
        assert_eq!(problem.and_then(|problem| problem.retry_after), Some(10));
    }
}
