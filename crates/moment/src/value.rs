//! What a piece of text means in time.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, Time};

time::serde::format_description!(iso_date, Date, "[year]-[month]-[day]");
time::serde::format_description!(iso_time, Time, "[hour]:[minute]:[second]");

/// How exactly a moment is known: "下周" is known to the week, "15:30" to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A length of time. Calendar units stay calendar units: a month is not thirty days.
/// Weeks are seven days, years twelve months; half a month is fifteen days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Length {
    pub months: u32,
    pub days: u32,
    /// Days from Monday to Friday; public holidays are not known here.
    pub working_days: u32,
    pub seconds: u64,
}

impl Length {
    /// As ISO 8601, for example `P1Y6M`, `P3D`, `PT48H`. ISO 8601 has no working days: they are written as days.
    pub fn iso(&self) -> String {
        let mut text = String::from("P");
        let days = u64::from(self.days) + u64::from(self.working_days);
        push_unit(&mut text, u64::from(self.months / 12), 'Y');
        push_unit(&mut text, u64::from(self.months % 12), 'M');
        push_unit(&mut text, days, 'D');
        if self.seconds > 0 {
            text.push('T');
            push_unit(&mut text, self.seconds / 3600, 'H');
            push_unit(&mut text, self.seconds / 60 % 60, 'M');
            push_unit(&mut text, self.seconds % 60, 'S');
        }
        if text.len() == 1 {
            text.push_str("T0S");
        }
        text
    }
}

fn push_unit(text: &mut String, count: u64, unit: char) {
    if count > 0 {
        let _ = write!(text, "{count}{unit}");
    }
}

/// How often something happens again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum Rule {
    Minutes {
        interval: u32,
    },
    Hours {
        interval: u32,
    },
    Days {
        interval: u32,
    },
    /// `days`: 1 is Monday, 7 is Sunday (ISO 8601), in order; empty when the day is not said.
    Weeks {
        interval: u32,
        days: Vec<u8>,
    },
    /// `day`: day of the month, 1 to 31.
    Months {
        interval: u32,
        day: Option<u8>,
    },
    /// `month`: 1 to 12, `day`: 1 to 31.
    Years {
        interval: u32,
        month: Option<u8>,
        day: Option<u8>,
    },
}

/// The meaning of a found expression.
///
/// What the text leaves open stays open: "下午三点" without a day is a [`Moment::Time`], not three o'clock of some day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Moment {
    /// One day: "明天", "Nov 22".
    Date {
        #[serde(with = "iso_date")]
        date: Date,
    },
    /// A time of an unnamed day: "下午三点", "noon".
    Time {
        #[serde(with = "iso_time")]
        time: Time,
    },
    /// A point in time: "下周三下午三点", "in two hours".
    DateTime {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
        grain: Grain,
    },
    /// From `from` (included) to `to` (excluded); an end that is not said is `None`: "周五之前" has no `from`.
    /// "3号到5号" ends with the first instant of the 6th.
    Range {
        #[serde(default, skip_serializing_if = "Option::is_none", with = "time::serde::rfc3339::option")]
        from: Option<OffsetDateTime>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "time::serde::rfc3339::option")]
        to: Option<OffsetDateTime>,
        grain: Grain,
    },
    /// Hours of an unnamed day: "9点到18点", "下午". `to` may lie before `from`: then it is on the next day.
    Hours {
        #[serde(default, skip_serializing_if = "Option::is_none", with = "iso_time::option")]
        from: Option<Time>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "iso_time::option")]
        to: Option<Time>,
    },
    /// A length of time; "两三天" is at least two days and at most three, "三天" is both.
    Duration { least: Length, most: Length },
    /// Again and again: "每周三下午三点", "every weekday from 9 to 6". `to` is the end of the hours, when said.
    Recurring {
        rule: Rule,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "iso_time::option")]
        from: Option<Time>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "iso_time::option")]
        to: Option<Time>,
    },
}

impl Moment {
    /// The value as text.
    ///
    /// - dates, times, date-times, durations: ISO 8601 (`2026-11-22`, `T15:00`, `2026-11-22T15:00+08:00`, `P3D`);
    /// - ranges: ISO 8601-2 intervals, `..` where an end is open. Between days the last day is included
    ///   (`2026-12-03/2026-12-05`), between times the end is excluded;
    /// - a duration that is not exact: `P2D..P3D`;
    /// - repetitions: a recurrence rule of RFC 5545, and the length of the hours after a slash when they are said
    ///   (`RRULE:FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=9;BYMINUTE=0/PT9H`).
    pub fn iso(&self) -> String {
        match self {
            Moment::Date { date } => date_text(*date),
            Moment::Time { time } => time_text(*time),
            Moment::DateTime { at, grain } => instant_text(*at, *grain),
            Moment::Range { from, to, grain } => {
                let days = *grain >= Grain::Day;
                let from = from.map(|at| if days { date_text(at.date()) } else { instant_text(at, *grain) });
                let to = to.map(|at| match at.checked_sub(time::Duration::NANOSECOND) {
                    Some(last) if days => date_text(last.date()),
                    _ => instant_text(at, *grain),
                });
                interval_text(from, to)
            }
            Moment::Hours { from, to } => interval_text(from.map(time_text), to.map(time_text)),
            Moment::Duration { least, most } if least == most => least.iso(),
            Moment::Duration { least, most } => format!("{}..{}", least.iso(), most.iso()),
            Moment::Recurring { rule, from, to } => recurring_text(rule, *from, *to),
        }
    }
}

fn interval_text(from: Option<String>, to: Option<String>) -> String {
    let open = || "..".to_owned();
    format!("{}/{}", from.unwrap_or_else(open), to.unwrap_or_else(open))
}

fn date_text(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

fn time_text(time: Time) -> String {
    let seconds = if time.second() > 0 { format!(":{:02}", time.second()) } else { String::new() };
    format!("T{:02}:{:02}{seconds}", time.hour(), time.minute())
}

fn instant_text(at: OffsetDateTime, grain: Grain) -> String {
    let time = if grain == Grain::Second { at.time() } else { at.time().replace_second(0).unwrap_or(at.time()) };
    let (hours, minutes, _) = at.offset().as_hms();
    let sign = if hours < 0 || minutes < 0 { '-' } else { '+' };
    format!(
        "{}{}{sign}{:02}:{:02}",
        date_text(at.date()),
        time_text(time),
        hours.unsigned_abs(),
        minutes.unsigned_abs()
    )
}

fn recurring_text(rule: &Rule, from: Option<Time>, to: Option<Time>) -> String {
    let (frequency, interval) = match rule {
        Rule::Minutes { interval } => ("MINUTELY", interval),
        Rule::Hours { interval } => ("HOURLY", interval),
        Rule::Days { interval } => ("DAILY", interval),
        Rule::Weeks { interval, .. } => ("WEEKLY", interval),
        Rule::Months { interval, .. } => ("MONTHLY", interval),
        Rule::Years { interval, .. } => ("YEARLY", interval),
    };
    let mut text = format!("RRULE:FREQ={frequency}");
    if *interval > 1 {
        let _ = write!(text, ";INTERVAL={interval}");
    }
    match rule {
        Rule::Weeks { days, .. } if !days.is_empty() => {
            let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
            let days: Vec<&str> =
                days.iter().filter_map(|day| names.get(usize::from(*day).wrapping_sub(1)).copied()).collect();
            let _ = write!(text, ";BYDAY={}", days.join(","));
        }
        Rule::Months { day: Some(day), .. } => {
            let _ = write!(text, ";BYMONTHDAY={day}");
        }
        Rule::Years { month, day, .. } => {
            for (name, number) in [("BYMONTH", month), ("BYMONTHDAY", day)] {
                if let Some(number) = number {
                    let _ = write!(text, ";{name}={number}");
                }
            }
        }
        _ => {}
    }
    if let Some(from) = from {
        let _ = write!(text, ";BYHOUR={};BYMINUTE={}", from.hour(), from.minute());
        if let Some(to) = to {
            let seconds = (to - from).whole_seconds().rem_euclid(86_400);
            let _ = write!(text, "/{}", Length { seconds: seconds.unsigned_abs(), ..Length::default() }.iso());
        }
    }
    text
}
