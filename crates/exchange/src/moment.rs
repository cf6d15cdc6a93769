//! Dates as people write them into files.

use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset};
use yingda_model::Timestamp;

/// 9999-12-31T23:59:59.999Z, the last moment that can be written.
const LAST_MS: i64 = 253_402_300_799_999;

/// What a date without a time of day means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// Its first moment.
    Begins,
    /// The first moment of the next: what is valid until a day is valid on it.
    Ends,
}

/// Reads RFC 3339, or `2026-12-31`, `2026/12/31`, `2026年12月31日`, each also with a time such as `18:30`. What names no zone is
/// of the zone `utc_offset_minutes` east of UTC. `None` for what is no date, or one before 1970.
pub(crate) fn read(text: &str, utc_offset_minutes: i32, day: Day) -> Option<Timestamp> {
    let moment = Timestamp::parse_rfc3339(text).or_else(|| local(text, utc_offset_minutes, day))?;
    (0..=LAST_MS).contains(&moment.0).then_some(moment)
}

fn local(text: &str, utc_offset_minutes: i32, day: Day) -> Option<Timestamp> {
    let (date, time) = match text.trim().split_once(['T', ' ', '日']) {
        Some((date, time)) => (date, time.trim()),
        None => (text.trim(), ""),
    };
    let mut parts = date.split(['-', '/', '.', '年', '月']);
    let year = number(parts.next()?, 4)?;
    let month = Month::try_from(u8::try_from(number(parts.next()?, 2)?).ok()?).ok()?;
    let mut date = Date::from_calendar_date(year, month, u8::try_from(number(parts.next()?, 2)?).ok()?).ok()?;
    if parts.next().is_some() {
        return None;
    }
    let time = if time.is_empty() {
        if day == Day::Ends {
            date = date.next_day()?;
        }
        Time::MIDNIGHT
    } else {
        let mut parts = time.split([':', '：']);
        let hour = number(parts.next()?, 2)?;
        let minute = number(parts.next()?, 2)?;
        let second = parts.next().map_or(Some(0), |text| number(text, 2))?;
        if parts.next().is_some() {
            return None;
        }
        Time::from_hms(u8::try_from(hour).ok()?, u8::try_from(minute).ok()?, u8::try_from(second).ok()?).ok()?
    };
    let offset = UtcOffset::from_whole_seconds(utc_offset_minutes.checked_mul(60)?).ok()?;
    let moment = PrimitiveDateTime::new(date, time).assume_offset(offset);
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok().map(Timestamp)
}

/// At least one digit and at most so many.
fn number(text: &str, digits: usize) -> Option<i32> {
    let fits = (1..=digits).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, day: Day) -> Option<String> {
        read(text, 480, day).map(|moment| moment.to_string())
    }

    #[test]
    fn a_day_begins_and_ends_where_the_company_is() {
        for text in ["2026-12-31", "2026/12/31", "2026年12月31日", "2026.12.31"] {
            assert_eq!(shown(text, Day::Begins).as_deref(), Some("2026-12-30T16:00:00Z"), "{text}");
            assert_eq!(shown(text, Day::Ends).as_deref(), Some("2026-12-31T16:00:00Z"), "{text}");
        }
    }

    #[test]
    fn a_time_of_day_is_meant_as_it_stands() {
        for text in ["2026-01-02 18:30", "2026-01-02T18:30:00", "2026/1/2 18：30", "2026-01-02T10:30:00Z"] {
            assert_eq!(shown(text, Day::Ends).as_deref(), Some("2026-01-02T10:30:00Z"), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-02-30",
            "2026-1",
            "2026-01-01-01",
            "2026-01-01 25:00",
            "1969-01-01",
            "+2026-01-01",
        ] {
            assert_eq!(shown(text, Day::Begins), None, "{text}");
        }
        assert_eq!(read("2026-01-01", i32::MAX, Day::Begins), None);
    }
}
