//! Finding dates and hours.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Value;
use super::scan::{Scan, number, pattern};

macro_rules! patterns {
    ($($name:ident = $text:expr;)*) => { $(static $name: LazyLock<Regex> = LazyLock::new(|| pattern($text));)* };
}

patterns! {
    ISO = r"\b(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})[日号]?";
    MONTH_DAYS = r"({h})\s?月\s?({h})\s?[日号]?\s?(?:至|到|-|或|和|~)\s?({h})\s?[日号]";
    MONTH_DAY = r"({h})\s?月\s?({h})\s?[日号]?";
    MONTH_NAME = r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?\s(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s(\d{4}))?";
    DAYS_MONTH = r"\b(\d{1,2})(?:st|nd|rd|th)?\s?(?:and|or|to|-)\s?(\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\b\.?(?:,?\s(\d{4}))?";
    DAY_MONTH = r"\b(\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\b\.?(?:,?\s(\d{4}))?";
    CLOCK_RANGE = r"\b(\d{1,2})[.:]([0-5]\d)\s?(?:-|to|until)\s?(\d{1,2})(?:[.:]([0-5]\d))?\s?(am\b|pm\b|a\.m\.|p\.m\.)";
    CLOCK_DOT = r"\b(\d{1,2})\.([0-5]\d)\s?(am\b|pm\b|a\.m\.|p\.m\.)";
    CLOCK_SPOKEN = r"\b(half|(?:a )?quarter|five|ten|twenty|twenty-five) (past|to) (one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b";
    CLOCK_EN = r"\b(\d{1,2})\s?(am\b|pm\b|a\.m\.|p\.m\.|o'clock)";
    CLOCK_ZH = r"(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|今晚|晚)?\s?({h})\s?点\s?(半|一刻|[零〇一二三四五六七八九十\d]{1,3}\s?分|[二三四五][十]|钟)?";
    CLOCK = r"(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|今晚|晚)?\s?(?:\b|t)(\d{1,2}):(\d{2})(?::\d{2})?\s?(am\b|pm\b|a\.m\.|p\.m\.)?";
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

pub(super) fn dates(scan: &mut Scan) {
    let date = |year: Option<i32>, month: f64, day: f64| {
        let fits = (1.0..=12.0).contains(&month) && (1.0..=31.0).contains(&day);
        if fits { vec![(Value::Date { year, month: month as u8, day: day as u8 }, day)] } else { Vec::new() }
    };
    scan.each(&ISO, |found| {
        date(found[1].parse().ok(), number(&found[2]).unwrap_or_default(), number(&found[3]).unwrap_or_default())
    });
    scan.each_of(&["月"], &MONTH_DAYS, |found| match (number(&found[1]), number(&found[2]), number(&found[3])) {
        (Some(month), Some(first), Some(last)) if first < last => {
            date(None, month, first).into_iter().chain(date(None, month, last)).collect()
        }
        _ => Vec::new(),
    });
    scan.each_of(&["月"], &MONTH_DAY, |found| match (number(&found[1]), number(&found[2])) {
        (Some(month), Some(day)) => date(None, month, day),
        _ => Vec::new(),
    });
    let month = |name: &str| MONTHS.iter().position(|known| *known == name).map_or(0.0, |at| at as f64 + 1.0);
    let year = |found: &Captures| found.get(3).and_then(|year| year.as_str().parse().ok());
    scan.each_of(&MONTHS, &DAYS_MONTH, |found| {
        let year = found.get(4).and_then(|year| year.as_str().parse().ok());
        let on = |day: &str| date(year, month(&found[3]), number(day).unwrap_or_default());
        on(&found[1]).into_iter().chain(on(&found[2])).collect()
    });
    scan.each_of(&MONTHS, &MONTH_NAME, |found| {
        date(year(found), month(&found[1]), number(&found[2]).unwrap_or_default())
    });
    scan.each_of(&MONTHS, &DAY_MONTH, |found| {
        date(year(found), month(&found[2]), number(&found[1]).unwrap_or_default())
    });
}

pub(super) fn clocks(scan: &mut Scan) {
    fn clock(hour: f64, minute: f64, half: Option<&str>, written: bool) -> Vec<(Value, f64)> {
        if !(0.0..=24.0).contains(&hour) || !(0.0..60.0).contains(&minute) {
            return Vec::new();
        }
        let late = half.is_some_and(|half| {
            half.starts_with('p')
                || matches!(half, "下午" | "傍晚" | "晚上" | "今晚" | "晚")
                || half == "中午" && hour < 6.0
        });
        let early = half.is_some_and(|half| half.starts_with('a'));
        let full = match hour {
            12.0 if early => 0.0,
            hour if late && hour < 12.0 => hour + 12.0,
            hour => hour,
        };
        let exact = half.is_some() || full > 12.0 || full == 0.0 || written && full >= 10.0;
        vec![(Value::Clock { minutes: ((full % 24.0) * 60.0 + minute) as u16, exact }, hour)]
    }
    let group = |found: &Captures, at: usize| found.get(at).map(|group| group.as_str().to_owned());
    // 6.30 to 9 pm: the half of the day is that of both, unless the first were later then.
    scan.each_of(&["am", "pm", ".m."], &CLOCK_RANGE, |found| {
        let at = |hour, minute: Option<String>, half: Option<&str>| {
            clock(hour, minute.and_then(|text| number(&text)).unwrap_or_default(), half, true)
        };
        let (first, last) = (number(&found[1]).unwrap_or(99.0), number(&found[3]).unwrap_or(99.0));
        let half = group(found, 5);
        let same = if first % 12.0 <= last % 12.0 { half.as_deref() } else { None };
        at(first, group(found, 2), same).into_iter().chain(at(last, group(found, 4), half.as_deref())).collect()
    });
    scan.each_of(&[":"], &CLOCK, |found| {
        let half = group(found, 4).or(group(found, 1));
        clock(number(&found[2]).unwrap_or(99.0), number(&found[3]).unwrap_or(99.0), half.as_deref(), true)
    });
    scan.each_of(&["am", "pm", ".m."], &CLOCK_DOT, |found| {
        let half = group(found, 3);
        clock(number(&found[1]).unwrap_or(99.0), number(&found[2]).unwrap_or(99.0), half.as_deref(), true)
    });
    let text = scan.text;
    scan.each_of(&[" past ", " to "], &CLOCK_SPOKEN, |found| {
        // Five to seven weeks.
        let rest = found.get(0).map_or("", |whole| &text[whole.end()..]);
        let ends = [" in the", " on ", " at ", " pm", " this", " today", " tomorrow"];
        let alone = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_punctuation() || c == '，');
        if &found[2] == "to" && !found[1].contains("quarter") && !alone && !ends.iter().any(|e| rest.starts_with(e)) {
            return Vec::new();
        }
        let by = match &found[1] {
            "half" => 30.0,
            "quarter" | "a quarter" => 15.0,
            "twenty-five" => 25.0,
            word => number(word).unwrap_or(99.0),
        };
        let hour = number(&found[3]).unwrap_or(99.0);
        let (hour, minute) = if &found[2] == "past" { (hour, by) } else { ((hour + 11.0) % 12.0, 60.0 - by) };
        clock(if hour == 0.0 { 12.0 } else { hour }, minute, None, false)
    });
    scan.each_of(&["点"], &CLOCK_ZH, |found| {
        let minute = match group(found, 3).as_deref() {
            Some("半") => 30.0,
            Some("一刻") => 15.0,
            Some(text) => number(text.trim_end_matches('分').trim()).unwrap_or_default(),
            None => 0.0,
        };
        match number(&found[2]) {
            Some(hour) if hour.fract() == 0.0 => clock(hour, minute, group(found, 1).as_deref(), false),
            _ => Vec::new(),
        }
    });
    scan.each_of(&["am", "pm", ".m.", "o'clock"], &CLOCK_EN, |found| {
        let half = group(found, 2).filter(|half| half != "o'clock");
        clock(number(&found[1]).unwrap_or(99.0), 0.0, half.as_deref(), false)
    });
}
