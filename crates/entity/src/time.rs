//! Times and lengths of time, as the `moment` crate finds them.

use yingda_moment::{Moment, Reference};

use crate::entities::Context;
use crate::kind::{By, Kind, Value};
use crate::message::{Hit, Message};

/// Finds times and lengths of time.
pub(crate) fn find(message: &Message, context: &Context, hits: &mut Vec<Hit>) {
    for found in yingda_moment::find(&message.text, &Reference { now: context.now }) {
        let kind = match found.value {
            Moment::Duration { .. } => Kind::Duration,
            _ => Kind::Time,
        };
        hits.push(Hit::new(
            kind,
            (found.start, found.end),
            Value::Time { moment: found.value },
            found.confidence,
            By::Pattern,
        ));
    }
}
