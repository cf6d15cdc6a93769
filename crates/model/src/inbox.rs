//! Inboxes: where customers write.

use serde::{Deserialize, Serialize};

use crate::{InboxId, Timestamp};

/// The channel behind an inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InboxKind {
    /// The chat widget, and any app that speaks the visitor API.
    Web,
    /// Messages delivered by another system through the API.
    Api,
}

impl InboxKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Web, Self::Api].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A place where customers write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Inbox {
    pub id: InboxId,
    pub kind: InboxKind,
    /// Public key that the widget's script tag carries; unique over all workspaces. Not a secret.
    pub key: String,
    pub name: String,
    pub settings: InboxSettings,
    pub created_at: Timestamp,
}

/// What can be set for an inbox. Every field has a default, so that an empty object is a working inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InboxSettings {
    /// Whether the assistant answers first. When off, new conversations wait for a person.
    pub bot: bool,
    /// Who the assistant is to customers.
    pub persona: Persona,
    /// First line in an empty chat.
    pub greeting_zh: String,
    pub greeting_en: String,
    /// When people are there; `None` means always.
    pub hours: Option<OpeningHours>,
    /// When set, a customer number is only believed with a valid HMAC.
    pub require_identity_proof: bool,
    /// Web origins that may embed the widget, such as `https://shop.example`. Empty: every origin.
    pub allowed_origins: Vec<String>,
}

impl Default for InboxSettings {
    fn default() -> Self {
        Self {
            bot: true,
            persona: Persona::default(),
            greeting_zh: "您好！请问有什么可以帮您？".into(),
            greeting_en: "Hello! How can we help you?".into(),
            hours: None,
            require_identity_proof: false,
            allowed_origins: Vec::new(),
        }
    }
}

/// The name that the assistant goes by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Persona {
    pub name_zh: String,
    pub name_en: String,
}

impl Default for Persona {
    fn default() -> Self {
        Self { name_zh: "智能助手".into(), name_en: "Assistant".into() }
    }
}

/// Opening hours on the wall clock of one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// Offset of the wall clock from UTC in minutes, east positive: 480 for China.
    pub utc_offset_minutes: i32,
    /// Seven entries, Monday first: minutes after midnight of opening and closing, or `None` when closed.
    #[schema(value_type = Vec<Option<Vec<u16>>>)]
    pub days: [Option<(u16, u16)>; 7],
    /// Days that differ from the week.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

/// A day that differs from the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// `YYYY-MM-DD` on the wall clock.
    pub date: String,
    /// Opening and closing in minutes after midnight, or `None` when closed all day.
    #[serde(default)]
    #[schema(value_type = Option<Vec<u16>>)]
    pub hours: Option<(u16, u16)>,
    #[serde(default)]
    pub name: String,
}

impl Holiday {
    /// Whether the date is one of the calendar.
    pub fn has_real_date(&self) -> bool {
        days_from_civil(&self.date).is_some()
    }
}

impl OpeningHours {
    /// Whether people are there at `now`.
    pub fn open_at(&self, now: Timestamp) -> bool {
        let local_minutes = now.0.div_euclid(60_000) + i64::from(self.utc_offset_minutes);
        let day = local_minutes.div_euclid(1440);
        let minute = u16::try_from(local_minutes.rem_euclid(1440)).unwrap_or(0);
        let hours = match self.holidays.iter().find(|holiday| days_from_civil(&holiday.date) == Some(day)) {
            Some(holiday) => holiday.hours,
            // 1970-01-01 was a Thursday, which is index 3 when Monday is 0.
            None => self.days[usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)],
        };
        hours.is_some_and(|(open, close)| open <= minute && minute < close)
    }
}

/// Days since 1970-01-01 of a `YYYY-MM-DD` date.
fn days_from_civil(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    let day: u8 = parts.next()?.parse().ok()?;
    let date = time::Date::from_calendar_date(year, time::Month::try_from(month).ok()?, day).ok()?;
    Some(i64::from(date.to_julian_day()) - i64::from(time::Date::from_ordinal_date(1970, 1).ok()?.to_julian_day()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn nine_to_nine() -> OpeningHours {
        OpeningHours {
            utc_offset_minutes: 480,
            days: [Some((540, 1260)); 7],
            holidays: vec![Holiday { date: "2026-10-01".into(), hours: None, name: "国庆".into() }],
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn hours_follow_the_local_wall_clock() {
        assert!(nine_to_nine().open_at(at("2026-11-22T01:00:00Z")));
        assert!(!nine_to_nine().open_at(at("2026-11-22T00:59:59Z")));
        assert!(!nine_to_nine().open_at(at("2026-11-22T13:00:00Z")));
    }

    #[test]
    fn a_holiday_overrides_the_week() {
        assert!(!nine_to_nine().open_at(at("2026-10-01T04:00:00Z")));
        assert!(nine_to_nine().open_at(at("2026-10-02T04:00:00Z")));
    }

    #[test]
    fn a_closed_weekday_is_closed() {
        let mut hours = nine_to_nine();
        hours.days[6] = None; // 2026-11-22 is a Sunday.
        assert!(!hours.open_at(at("2026-11-22T04:00:00Z")));
    }
}
