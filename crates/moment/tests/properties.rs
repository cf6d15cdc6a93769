//! What holds for every text.
#![allow(clippy::unwrap_used)]

mod table;

use proptest::prelude::*;
use table::NOW;
use time::macros::datetime;
use time::{Date, Duration, Month};
use yingda_moment::{Moment, Reference, find};

/// Pieces that the grammar knows, in any order.
fn time_like() -> impl Strategy<Value = String> {
    let words = [
        "下周",
        "周三",
        "三",
        "点",
        "半",
        "一刻",
        "差",
        "五分",
        "号",
        "月",
        "年",
        "日",
        "到",
        "-",
        "~",
        "每",
        "天",
        "个",
        "小时",
        "后",
        "前",
        "内",
        "这",
        "过",
        "最近",
        "几",
        "从",
        "工作日",
        "月底",
        "国庆",
        "期间",
        "农历",
        "十一",
        "二十三",
        "99999999999",
        "2026",
        "11",
        "22",
        ":",
        "/",
        ".",
        "T",
        "Z",
        "+08:00",
        " ",
        "，",
        "。",
        "next",
        "last",
        "the",
        "of",
        "every",
        "other",
        "half",
        "past",
        "quarter",
        "to",
        "in",
        "a",
        "an",
        "couple",
        "and",
        "days",
        "week",
        "Monday",
        "may",
        "Nov",
        "22nd",
        "am",
        "pm",
        "a.m.",
        "new",
        "year's",
        "eve",
        "first",
        "second",
        "twenty",
        "o'clock",
        "between",
        "by",
        "end",
        "mid",
        "é",
        "😀",
        "ａｍ",
        "３",
        "：",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..14).prop_map(|words| words.concat())
}

fn spaced() -> impl Strategy<Value = String> {
    prop::collection::vec(time_like(), 0..6).prop_map(|words| words.join(" "))
}

fn holds(text: &str, reference: &Reference) {
    let mut end = 0;
    for found in find(text, reference) {
        assert!(found.start >= end && found.end > found.start, "{text:?}: {found:?}");
        assert!(text.get(found.start..found.end).is_some(), "{text:?}: {found:?}");
        assert!((0.0..=1.0).contains(&found.confidence), "{text:?}: {found:?}");
        if let Moment::Range { from: Some(from), to: Some(to), .. } = found.value {
            assert!(from <= to, "{text:?}: {found:?}");
        }
        assert!(!found.value.iso().is_empty());
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<yingda_moment::Found>(&json).unwrap().value, found.value, "{json}");
        end = found.end;
    }
}

fn dates() -> impl Strategy<Value = Date> {
    (0i64..36_000).prop_map(|days| datetime!(1950-01-01 0:00 UTC).date() + Duration::days(days))
}

#[test]
fn a_long_text_takes_no_longer_than_its_length() {
    for text in [
        "周三",
        "5月3号",
        "1.1.",
        "9点到",
        "Monday to ",
        "every ",
        "一",
        "the 1st of ",
        "2026-11-22T",
        "每周一、",
        "a ",
    ] {
        let started = std::time::Instant::now();
        holds(&text.repeat(100_000 / text.len()), &NOW);
        assert!(started.elapsed().as_secs() < 5, "{text:?} took {:?}", started.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_text_is_read_without_failing(text in any::<String>()) {
        holds(&text, &NOW);
    }

    #[test]
    fn any_mixture_of_time_words_is_read_without_failing(text in time_like(), spaced in spaced()) {
        holds(&text, &NOW);
        holds(&spaced, &NOW);
    }

    #[test]
    fn any_moment_can_be_the_reference(text in time_like(), day in -4_000_000i64..3_000_000, hours in -23i8..=23) {
        let day = datetime!(1970-01-01 0:00 UTC).checked_add(Duration::days(day)).unwrap_or(datetime!(9999-12-31 23:59 UTC));
        let offset = time::UtcOffset::from_hms(hours, 0, 0).unwrap();
        if let Some(now) = day.checked_to_offset(offset) {
            // A range at the end of the calendar has no RFC 3339 text; it must only not fail.
            for found in find(&text, &Reference { now }) {
                prop_assert!(!found.value.iso().is_empty());
            }
        }
    }

    #[test]
    fn a_written_date_is_read_back(date in dates(), style in 0usize..8) {
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        let name = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December"][usize::from(month) - 1];
        let text = match style {
            0 => format!("{year}-{month:02}-{day:02}"),
            1 => format!("{year}/{month}/{day}"),
            2 => format!("{year}年{month}月{day}日"),
            3 => format!("{year} 年 {month} 月 {day} 号"),
            4 => format!("{name} {day}, {year}"),
            5 => format!("{day} {name} {year}"),
            6 => format!("{}/{}/{}", month, day, year),
            _ => format!("{}. {day} {year}", &name[..3]),
        };
        for text in [text.clone(), format!("请在{text}送到"), format!("please come on {text} if you can")] {
            let found = find(&text, &NOW);
            prop_assert_eq!(found.len(), 1, "{}", &text);
            prop_assert_eq!(&found[0].value, &Moment::Date { date }, "{}", &text);
        }
    }

    #[test]
    fn a_day_without_a_year_is_no_more_than_a_year_away(month in 1u8..=12, day in 1u8..=31) {
        let text = format!("{month}月{day}号送来");
        let exists = Date::from_calendar_date(2028, Month::try_from(month).unwrap(), day).is_ok();
        let found = find(&text, &NOW);
        prop_assert_eq!(found.len(), usize::from(exists), "{}", &text);
        for found in found {
            let Moment::Date { date } = found.value else { panic!("{text}: {found:?}") };
            let ahead = (date - NOW.now.date()).whole_days();
            prop_assert!((-45..366).contains(&ahead) || (month, day) == (2, 29), "{}: {}", text, date);
        }
    }

    #[test]
    fn a_written_time_is_read_back(hour in 0u8..24, minute in 0u8..60) {
        for text in [format!("{hour:02}:{minute:02}"), format!("明天{hour:02}:{minute:02}送")] {
            let found = find(&text, &NOW);
            prop_assert_eq!(found.len(), 1, "{}", &text);
            let expected = format!("T{hour:02}:{minute:02}");
            prop_assert!(found[0].value.iso().contains(&expected), "{}: {}", text, found[0].value.iso());
        }
    }
}
