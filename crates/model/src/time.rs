//! Points in time.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. In JSON a string after RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, utoipa::ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub struct Timestamp(pub i64);

/// 9999-12-31T23:59:59.999Z: the last moment RFC 3339 can write.
const LAST_MS: i64 = 253_402_300_799_999;

impl Timestamp {
    /// The moment `later` after this one; stays at the last representable moment rather than overflow.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        let ms = i64::try_from(later.as_millis()).unwrap_or(LAST_MS);
        Self(self.0.saturating_add(ms).min(LAST_MS))
    }

    /// The moment `earlier` before this one.
    #[must_use]
    pub fn minus(self, earlier: Duration) -> Self {
        let ms = i64::try_from(earlier.as_millis()).unwrap_or(LAST_MS);
        Self(self.0.saturating_sub(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative when `earlier` is in fact later.
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    fn to_date_time(self) -> OffsetDateTime {
        let clamped = self.0.clamp(0, LAST_MS);
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(clamped) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// Reads an RFC 3339 date and time.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_date_time().format(&Rfc3339).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_rfc3339(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "expected a date and time such as 2026-01-31T08:30:00Z (RFC 3339), got {:?}",
                text.chars().take(40).collect::<String>()
            ))
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_survives_json() {
        let at = Timestamp(1_790_000_123_456);
        let json = serde_json::to_string(&at).unwrap();
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), at);
    }

    #[test]
    fn adding_forever_stops_at_the_last_moment() {
        assert_eq!(Timestamp(5).plus(Duration::MAX).to_string(), "9999-12-31T23:59:59.999Z");
    }
}
