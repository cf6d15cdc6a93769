//! When people are back.

use time::{Date, OffsetDateTime, UtcOffset};
use yingda_model::{OpeningHours, Timestamp};

use crate::Tongue;

const DAY_MS: i64 = 86_400_000;
/// Days that are looked at for an opening: longer closures are not announced with a date.
const DAYS_AHEAD: i64 = 60;

/// The next moment after `now` at which people come; `None` when that is too far away.
pub(crate) fn next_opening(hours: &OpeningHours, now: Timestamp) -> Option<Timestamp> {
    let offset = i64::from(hours.utc_offset_minutes) * 60_000;
    let today = now.0.saturating_add(offset).div_euclid(DAY_MS);
    let mut openings: Vec<u16> = hours
        .days
        .iter()
        .flatten()
        .chain(hours.holidays.iter().filter_map(|day| day.hours.as_ref()))
        .map(|h| h.0)
        .collect();
    openings.sort_unstable();
    openings.dedup();
    (today..today + DAYS_AHEAD)
        .flat_map(|day| {
            openings.iter().map(move |&minute| Timestamp(day * DAY_MS + i64::from(minute) * 60_000 - offset))
        })
        .find(|&moment| moment > now && hours.open_at(moment))
}

/// `moment` as people say it at `now`, on the wall clock of `hours`: 明天 9:00（北京时间）, "tomorrow at 9:00 (Beijing time)".
pub(crate) fn say(hours: &OpeningHours, now: Timestamp, moment: Timestamp, tongue: Tongue) -> Option<String> {
    let minutes = hours.utc_offset_minutes;
    let (today, then) = (local(now, minutes)?, local(moment, minutes)?);
    let (date, clock) = (then.date(), format!("{}:{:02}", then.hour(), then.minute()));
    let zone = zone(minutes, tongue);
    let days = date.to_julian_day() - today.date().to_julian_day();
    Some(match (tongue, days) {
        (Tongue::Zh, 0) => format!("今天 {clock}（{zone}）"),
        (Tongue::Zh, 1) => format!("明天 {clock}（{zone}）"),
        (Tongue::Zh, _) => {
            format!("{} 月 {} 日{} {clock}（{zone}）", u8::from(date.month()), date.day(), chinese_weekday(date))
        }
        (Tongue::En, 0) => format!("today at {clock} ({zone})"),
        (Tongue::En, 1) => format!("tomorrow at {clock} ({zone})"),
        (Tongue::En, _) => format!("on {}, {} {}, at {clock} ({zone})", date.weekday(), date.day(), date.month()),
    })
}

fn local(moment: Timestamp, offset_minutes: i32) -> Option<OffsetDateTime> {
    let offset = UtcOffset::from_whole_seconds(offset_minutes.checked_mul(60)?).ok()?;
    OffsetDateTime::from_unix_timestamp(moment.0.div_euclid(1000)).ok()?.checked_to_offset(offset)
}

fn zone(minutes: i32, tongue: Tongue) -> String {
    match (minutes, tongue) {
        (480, Tongue::Zh) => "北京时间".into(),
        (480, Tongue::En) => "Beijing time".into(),
        (0, _) => "UTC".into(),
        _ => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
            if rest == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{rest:02}") }
        }
    }
}

fn chinese_weekday(date: Date) -> &'static str {
    ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][usize::from(date.weekday().number_days_from_monday())]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use yingda_model::Holiday;

    fn office() -> OpeningHours {
        let mut days = [Some((540, 1080)); 7];
        days[5] = None;
        days[6] = None;
        OpeningHours {
            utc_offset_minutes: 480,
            days,
            holidays: vec![Holiday { date: "2026-11-23".into(), hours: Some((600, 720)), name: String::new() }],
        }
    }

    fn back(now: &str, tongue: Tongue) -> Option<String> {
        let now = Timestamp::parse_rfc3339(now).unwrap();
        say(&office(), now, next_opening(&office(), now)?, tongue)
    }

    #[test]
    fn people_are_back_at_the_next_opening_even_over_a_weekend_and_a_holiday() {
        // 2026-11-20 is a Friday.
        assert_eq!(back("2026-11-19T12:00:00Z", Tongue::Zh).unwrap(), "明天 9:00（北京时间）");
        assert_eq!(back("2026-11-20T00:30:00Z", Tongue::En).unwrap(), "today at 9:00 (Beijing time)");
        assert_eq!(back("2026-11-20T12:00:00Z", Tongue::Zh).unwrap(), "11 月 23 日周一 10:00（北京时间）");
        assert_eq!(
            back("2026-11-20T12:00:00Z", Tongue::En).unwrap(),
            "on Monday, 23 November, at 10:00 (Beijing time)"
        );
    }

    #[test]
    fn a_desk_that_never_opens_has_no_next_opening() {
        let hours = OpeningHours { utc_offset_minutes: -210, days: [None; 7], holidays: Vec::new() };
        assert_eq!(next_opening(&hours, Timestamp(0)), None);
        assert_eq!(zone(-210, Tongue::En), "UTC-3:30");
    }
}
