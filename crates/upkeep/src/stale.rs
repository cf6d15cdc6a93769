//! Entries that may be out of date, and entries that nobody needs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use yingda_language::normalise;
use yingda_model::{ChangeEvidence, ChangeOrigin, EntryId, EntryKind, EntryStatus, Timestamp};

use crate::contradiction::figure::{Unit, Value, figures};
use crate::entry::Entry;
use crate::fingerprint::fingerprint;
use crate::proposal::{Both, Proposal};
use crate::text::{sentences, shorten};

/// How often an entry was used on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCount {
    /// Some moment of the day.
    pub day: Timestamp,
    /// Answered with it, offered it as a choice, read in the help centre.
    pub answered: u32,
    pub offered: u32,
    pub read: u32,
}

/// What is known of an entry's life.
#[derive(Clone, Debug, PartialEq)]
pub struct Usage {
    pub entry_id: EntryId,
    pub created_at: Timestamp,
    /// When a person last said that it is right.
    pub confirmed_at: Option<Timestamp>,
    pub days: Vec<DayCount>,
    /// What the source page said when it was last read: `None` for entries without one, or when nothing is known.
    pub source: Option<SourceState>,
}

/// The page or file that an entry was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    Same,
    /// Changed after the entry was last looked at.
    Changed {
        at: Timestamp,
    },
    Gone,
}

/// When entries are stale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StaleOptions {
    pub now: Timestamp,
    /// Days without a change or confirmation.
    pub days: u32,
    /// How often an entry was used within those days to be worth a look.
    pub asked: u32,
    /// Days before the end of validity.
    pub ending: u32,
}

impl StaleOptions {
    /// Half a year without a change and used twenty times in it; two weeks before the end of validity.
    pub fn new(now: Timestamp) -> Self {
        Self { now, days: 180, asked: 20, ending: 14 }
    }
}

/// Why an entry may be out of date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Reason {
    /// Neither changed nor confirmed for `days`, and used `asked` times in that time.
    Unconfirmed {
        days: u32,
        asked: u32,
    },
    /// Valid for no more than `days` from now.
    Ending {
        at: Timestamp,
        days: u32,
    },
    /// No longer valid and still published.
    Ended {
        at: Timestamp,
    },
    /// The page or file it was made from is another one since a moment, or gone.
    SourceChanged {
        at: Timestamp,
    },
    SourceGone,
    /// A sentence names a day that is over, as a deadline or as the time of something to come.
    PastDate {
        sentence: String,
        date: String,
    },
}

/// An entry that may be out of date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Stale {
    pub id: EntryId,
    /// At least one.
    pub reasons: Vec<Reason>,
    /// How often it was used within the days that count.
    pub asked: u32,
}

/// An entry that nobody was ever answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Unused {
    pub id: EntryId,
    /// Full days since it was made.
    pub days: u32,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Published entries that may be out of date, the most used first. `usage` in any order; an entry without one was never used.
pub fn stale(entries: &[Entry<'_>], usage: &[Usage], options: &StaleOptions) -> Vec<Stale> {
    let usage: BTreeMap<EntryId, &Usage> = usage.iter().map(|usage| (usage.entry_id, usage)).collect();
    let mut found: Vec<Stale> = entries
        .iter()
        .filter(|entry| entry.is_published())
        .filter_map(|entry| {
            let usage = usage.get(&entry.id).copied();
            let asked = usage.map_or(0, |usage| {
                let recent =
                    usage.days.iter().filter(|day| days_between(day.day, options.now) <= i64::from(options.days));
                recent.fold(0_u32, |sum, day| {
                    sum.saturating_add(day.answered).saturating_add(day.offered).saturating_add(day.read)
                })
            });
            let reasons = reasons(entry, usage, asked, options);
            (!reasons.is_empty()).then_some(Stale { id: entry.id, reasons, asked })
        })
        .collect();
    found.sort_by_key(|stale| (std::cmp::Reverse(stale.asked), stale.id));
    found
}

fn reasons(entry: &Entry<'_>, usage: Option<&Usage>, asked: u32, options: &StaleOptions) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let Some(at) = entry.content.valid_until {
        let days = days_between(options.now, at);
        if at <= options.now {
            reasons.push(Reason::Ended { at });
        } else if days <= i64::from(options.ending) {
            reasons.push(Reason::Ending { at, days: u32::try_from(days).unwrap_or(0) });
        }
    }
    match usage.and_then(|usage| usage.source) {
        Some(SourceState::Changed { at }) => reasons.push(Reason::SourceChanged { at }),
        Some(SourceState::Gone) => reasons.push(Reason::SourceGone),
        Some(SourceState::Same) | None => {}
    }
    reasons.extend(past_date(entry, options.now));
    let looked_at = usage.and_then(|usage| usage.confirmed_at).map_or(entry.updated_at, |at| at.max(entry.updated_at));
    let days = days_between(looked_at, options.now);
    if days >= i64::from(options.days) && asked >= options.asked {
        reasons.push(Reason::Unconfirmed { days: u32::try_from(days).unwrap_or(u32::MAX), asked });
    }
    reasons
}

/// The first sentence with a date that was to come when the entry was written and is over now.
fn past_date(entry: &Entry<'_>, now: Timestamp) -> Option<Reason> {
    let today = day_number(now, 0)?;
    // A sheet of figures or a report is full of dates that are meant to be past.
    if matches!(entry.content.kind, EntryKind::Document) {
        return None;
    }
    let texts = std::iter::once(entry.content.question.clone())
        .chain(sentences(&entry.content.answer).into_iter().map(|sentence| sentence.text));
    for sentence in texts {
        let text = normalise(&sentence);
        let dates: Vec<_> = figures(&text).into_iter().filter(|figure| figure.unit == Unit::Date).collect();
        let last = dates.iter().max_by(|a, b| last_day(&a.value).total_cmp(&last_day(&b.value)));
        if let Some(figure) = last
            && last_day(&figure.value) < today
            && last_day(&figure.value) >= 19_000_000.0
            && is_deadline(&text, figure.at.start, figure.at.end)
        {
            return Some(Reason::PastDate { date: sentence_slice(&text, figure.at.clone()), sentence });
        }
    }
    None
}

fn sentence_slice(text: &str, at: std::ops::Range<usize>) -> String {
    text.get(at).unwrap_or_default().trim().to_owned()
}

/// The date as digits; a month without a day ends on the 31st.
fn last_day(value: &Value) -> f64 {
    match value {
        Value::Numbers(_, to) if to % 100.0 == 0.0 => to + 31.0,
        Value::Numbers(_, to) => *to,
        Value::Text(_) => 0.0,
    }
}

/// Whether the words beside a date make it an end or something announced; "founded in 2012" and "例如 2026 年" are not.
fn is_deadline(text: &str, start: usize, end: usize) -> bool {
    const AFTER: &[&str] = &[
        "前",
        "之前",
        "以前",
        "止",
        "为止",
        "截止",
        "结束",
        "到期",
        "失效",
        "起",
        "开始",
        "恢复",
        "开业",
        "上线",
        "发货",
        "(含)",
        "期间",
        "内有效",
    ];
    const BEFORE: &[&str] = &[
        "截止",
        "截至",
        "至",
        "到",
        "有效期",
        "until",
        "till",
        "by",
        "before",
        "ends",
        "end on",
        "expires",
        "expire on",
        "through",
        "valid",
        "from",
        "on",
        "starting",
        "deadline",
    ];
    const PAST: &[&str] = &[
        "例如",
        "比如",
        "成立",
        "创立",
        "生效",
        "已于",
        "发布于",
        "更新于",
        "since",
        "founded",
        "for example",
        "e.g",
        "as of",
        "updated",
        "published",
        "was",
        "were",
    ];
    let after = text[end..].trim_start();
    let before = text[..start].trim_end().trim_end_matches([':', '：', '(', '“']).trim_end();
    !PAST.iter().any(|word| text.contains(word))
        && (AFTER.iter().any(|word| after.starts_with(word)) || BEFORE.iter().any(|word| before.ends_with(word)))
}

/// Published entries that are at least `days` old and were never answered with, offered or read, the oldest first. Counts of
/// an entry that is not in `usage` are not known, so it is left out.
pub fn unused(entries: &[Entry<'_>], usage: &[Usage], now: Timestamp, days: u32) -> Vec<Unused> {
    let usage: BTreeMap<EntryId, &Usage> = usage.iter().map(|usage| (usage.entry_id, usage)).collect();
    let mut found: Vec<Unused> = entries
        .iter()
        .filter(|entry| entry.is_published())
        .filter_map(|entry| {
            let usage = usage.get(&entry.id)?;
            let age = days_between(usage.created_at, now);
            let idle = usage.days.iter().all(|day| (day.answered, day.offered, day.read) == (0, 0, 0));
            let begun = entry.content.valid_from.is_none_or(|from| days_between(from, now) >= i64::from(days));
            (idle && begun && age >= i64::from(days))
                .then_some(Unused { id: entry.id, days: u32::try_from(age).unwrap_or(u32::MAX) })
        })
        .collect();
    found.sort_by_key(|unused| (std::cmp::Reverse(unused.days), unused.id));
    found
}

/// Full days from `from` to `to`; negative when `to` is earlier.
fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    to.since_ms(from).div_euclid(DAY_MS)
}

/// The day of a moment as digits such as 20261122, `days` earlier, in UTC: a day's difference does not matter here.
fn day_number(at: Timestamp, days: i64) -> Option<f64> {
    let moment = OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)).ok()?.checked_sub(Duration::days(days))?;
    let number = moment.year() * 10_000 + i32::from(u8::from(moment.month())) * 100 + i32::from(moment.day());
    Some(f64::from(number))
}

fn date_words(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

impl Reason {
    fn words(&self) -> (String, String) {
        match self {
            Self::Unconfirmed { days, asked } => (
                format!("{days} 天没有修改或确认，其间使用了 {asked} 次"),
                format!("not changed or confirmed for {days} days and used {asked} times"),
            ),
            Self::Ending { at, days } => (
                format!("{days} 天后（{}）失效", date_words(*at)),
                format!("valid for {days} more days, until {}", date_words(*at)),
            ),
            Self::Ended { at } => {
                (format!("已于 {} 失效", date_words(*at)), format!("not valid since {}", date_words(*at)))
            }
            Self::SourceChanged { at } => {
                (format!("来源已于 {} 变动", date_words(*at)), format!("its source has changed on {}", date_words(*at)))
            }
            Self::SourceGone => ("来源已不存在".into(), "its source is gone".into()),
            Self::PastDate { sentence, date } => {
                let sentence = shorten(sentence, 80);
                (format!("“{sentence}”中的日期（{date}）已过"), format!("the date {date} in “{sentence}” is over"))
            }
        }
    }

    /// What stays the same from day to day.
    fn name(&self) -> String {
        match self {
            Self::Unconfirmed { .. } => "unconfirmed".into(),
            Self::Ending { at, .. } => format!("ending {at}"),
            Self::Ended { at } => format!("ended {at}"),
            Self::SourceChanged { at } => format!("source changed {at}"),
            Self::SourceGone => "source gone".into(),
            Self::PastDate { sentence, .. } => format!("past {}", normalise(sentence)),
        }
    }
}

impl Stale {
    /// The entry as it is, for a person to look at. `None` when it is not among `entries`.
    pub fn proposal(&self, entries: &[Entry<'_>]) -> Option<Proposal> {
        let entry = entries.iter().find(|entry| entry.id == self.id)?;
        let (zh, en): (Vec<String>, Vec<String>) = self.reasons.iter().map(Reason::words).unzip();
        let note = Both::new(
            format!("可能已过时：{}。请核对后修改或确认。", zh.join("；")),
            format!("May be out of date: {}. Please check it, then change or confirm it.", en.join("; ")),
        );
        let mut names: Vec<String> = self.reasons.iter().map(Reason::name).collect();
        // Looked at again after every change of the entry.
        names.extend([self.id.to_string(), entry.updated_at.to_string()]);
        let names: Vec<&str> = std::iter::once("stale").chain(names.iter().map(String::as_str)).collect();
        Some(Proposal {
            origin: ChangeOrigin::Stale,
            entry_id: Some(self.id),
            content: entry.content.clone(),
            evidence: vec![note.evidence()],
            note,
            fingerprint: fingerprint(&names),
        })
    }
}

impl Unused {
    /// The entry archived. `None` when it is not among `entries`.
    pub fn proposal(&self, entries: &[Entry<'_>]) -> Option<Proposal> {
        let entry = entries.iter().find(|entry| entry.id == self.id)?;
        let note = Both::new(
            format!("发布 {} 天以来从未被用来回答、推荐或阅读。建议补充问法，或归档。", self.days),
            format!("Never answered, offered or read in {} days. Add wordings to it, or archive it.", self.days),
        );
        let content = yingda_model::EntryContent { status: EntryStatus::Archived, ..entry.content.clone() };
        Some(Proposal {
            origin: ChangeOrigin::Unused,
            entry_id: Some(self.id),
            content,
            evidence: vec![ChangeEvidence::Note { zh: note.zh.clone(), en: note.en.clone() }],
            note,
            fingerprint: fingerprint(&["unused", &self.id.to_string()]),
        })
    }
}
