//! Lengths counted from now: 半小时后, 三天内, 最近三天, in two hours, 2 weeks ago; and plain lengths.

use crate::calendar::{Way, away, ends, starts};
use crate::length::{Measured, measure, measure_unit, measure_vague};
use crate::scan::{Day, Phrase, Piece, Scan, What};
use crate::tense::{Tense, tense};
use crate::token::Kind;
use crate::value::{Grain, Moment};

pub(crate) fn piece(scan: &Scan, i: usize) -> Option<Piece> {
    match scan.kind(i) {
        Kind::Number { .. } => counted(scan, i, i),
        Kind::Now { exact } => {
            let value = Moment::DateTime { at: scan.now, grain: if exact { Grain::Minute } else { Grain::Hour } };
            Some(Piece::new(What::Value(value), i, i + 1, if exact { 0.6 } else { 0.4 }))
        }
        Kind::Word => match scan.text(i) {
            "半" | "a" | "an" | "half" | "several" | "couple" | "few" => counted(scan, i, i),
            "过" | "再过" if begins_a_wait(scan, i) => {
                let length = measure_vague(scan, i + 1)?;
                let to = length.to + usize::from(scan.any(length.to, &["后", "以后", "之后"]));
                moved(scan, length, Way::Later, i, to)
            }
            "最近" | "近" | "过去" => {
                let at = i + 1 + usize::from(scan.is(i + 1, "的") || scan.is(i + 1, "这"));
                stretch(scan, measure_vague(scan, at)?, Way::Earlier, i)
            }
            "前" if scan.any(i + 1, &["两", "几"]) => stretch(scan, measure_vague(scan, i + 1)?, Way::Earlier, i),
            "未来" | "接下来" | "今后" | "往后" => {
                let at = i + 1 + usize::from(scan.is(i + 1, "的"));
                let found = stretch(scan, measure_vague(scan, at)?, Way::Later, i)?;
                let to = found.to + usize::from(scan.any(found.to, &["内", "里", "以内", "之内"]));
                Some(Piece { to, ..found })
            }
            "这" => these(scan, i),
            "从现在起" | "从现在开始" | "从今天起" => {
                let at = i + 1 + usize::from(scan.is(i + 1, "的") || scan.is(i + 1, ","));
                counted(scan, i, at)
            }
            "in" | "within" | "after" | "for" | "over" | "during" | "about" | "around" | "than" => prepended(scan, i),
            "last" | "past" | "previous" => stretch(scan, measure_past(scan, i)?, Way::Earlier, i),
            "next" | "coming" | "following" => {
                stretch(scan, measure(scan, i + 1).filter(|m| !m.article)?, Way::Later, i)
            }
            _ => None,
        },
        _ => None,
    }
}

/// 过 begins "in three days" at the start of a clause or after a pronoun or an adverb; after a verb (用过三天) it ends it.
fn begins_a_wait(scan: &Scan, i: usize) -> bool {
    let before = i.checked_sub(1).map_or("", |before| scan.text(before));
    let han = before.chars().next_back().is_some_and(crate::chinese::is_han);
    !han || scan.is(i, "再过")
        || before.ends_with(['我', '等', '那', '先', '就', '还', '要', '会', '说', '再', '你', '他', '能'])
}

/// A length, and what follows it: 后, 前, 内, ago, later. `from` is where the expression begins.
fn counted(scan: &Scan, from: usize, i: usize) -> Option<Piece> {
    let length = measure(scan, i)?;
    let suffix = length.to;
    match scan.text(suffix) {
        "后" | "以后" | "之后" | "过后" => return moved(scan, length, Way::Later, from, suffix + 1),
        "前" | "以前" | "之前" => return moved(scan, length, Way::Earlier, from, suffix + 1),
        "内" | "以内" | "之内" | "里" => {
            return stretch(scan, length, Way::Later, from).map(|piece| Piece { to: suffix + 1, ..piece });
        }
        "ago" | "earlier" | "back" => return moved(scan, length, Way::Earlier, from, suffix + 1),
        "later" => return moved(scan, length, Way::Later, from, suffix + 1),
        "from" if matches!(scan.kind(suffix + 1), Kind::Now { .. } | Kind::Day(0)) => {
            return moved(scan, length, Way::Later, from, suffix + 2);
        }
        _ => {}
    }
    if length.article
        || (scan.after_any(i, &["有", "那", "哪", "某", "同", "每", "下", "上", "另", "朝"]) && scan.is(i, "一"))
    {
        return None;
    }
    let to = suffix + usize::from(scan.is(suffix, "左右"));
    let value = Moment::Duration { least: length.least, most: length.most };
    Some(Piece::new(What::Value(value), from, to, if length.vague { 0.6 } else { 0.9 }))
}

/// What follows "past" and "last": 3 days, a few weeks; after "past" also a unit alone: "the past week".
fn measure_past(scan: &Scan, i: usize) -> Option<Measured> {
    let past = scan.is(i, "past") && !scan.after_any(i, &["half", "quarter"]);
    measure(scan, i + 1)
        .filter(|length| !length.article)
        .or_else(|| if past { measure_unit(scan, i + 1) } else { None })
}

/// in 3 days, within the next two weeks, for an hour, over the past month.
fn prepended(scan: &Scan, i: usize) -> Option<Piece> {
    let the = usize::from(scan.is(i + 1, "the"));
    let (way, at) = match scan.text(i + 1 + the) {
        "next" | "coming" | "following" => (Some(Way::Later), i + 2 + the),
        "last" | "past" | "previous" => (Some(Way::Earlier), i + 2 + the),
        _ if the == 1 => return None,
        "about" | "around" | "approximately" | "like" => (None, i + 2),
        _ => (None, i + 1),
    };
    let length = if way == Some(Way::Earlier) { measure_past(scan, at - 1)? } else { measure(scan, at)? };
    if let Some(way) = way {
        return if length.article { None } else { stretch(scan, length, way, i) };
    }
    // "for 2 weeks later" is not said; "in 2 weeks ago" is a slip: the suffix decides.
    if scan.any(length.to, &["ago", "later", "earlier", "back", "from"]) {
        return counted(scan, at, at);
    }
    match scan.text(i) {
        "in" => moved(scan, length, Way::Later, i, length.to),
        "after" => moved(scan, length, Way::Later, i, length.to).map(|piece| Piece { confidence: 0.7, ..piece }),
        "within" => stretch(scan, length, Way::Later, i),
        "during" => None,
        _ => {
            // "for three days" is a length, the word before it only says so; "over a week" as well.
            let value = Moment::Duration { least: length.least, most: length.most };
            let from = if scan.is(i, "for") { i } else { at };
            Some(Piece::new(What::Value(value), from, length.to, 0.85))
        }
    }
}

/// 这两天, 这几天: back from today when the sentence tells of the past, from today on otherwise. Today counts.
fn these(scan: &Scan, i: usize) -> Option<Piece> {
    let length = measure_vague(scan, i + 1).filter(|length| length.most.days > 1)?;
    let more = i64::from(length.most.days) - 1;
    let (from, to) = match tense(scan, i) {
        Tense::Past => (crate::calendar::plus_days(scan.today, -more)?, scan.today),
        _ => (scan.today, crate::calendar::plus_days(scan.today, more)?),
    };
    let value = Moment::Range { from: Some(starts(from, scan.now)), to: Some(ends(to, scan.now)?), grain: Grain::Day };
    Some(Piece::new(What::Value(value), i, length.to, 0.7))
}

/// The point a length away; between two points when the length is not exact.
fn moved(scan: &Scan, length: Measured, way: Way, from: usize, to: usize) -> Option<Piece> {
    let (near, grain) = away(scan.now, length.least, way)?;
    let (far, _) = away(scan.now, length.most, way)?;
    let confidence = if length.vague || length.article { 0.75 } else { 0.95 };
    if grain == Grain::Day && near == far {
        return Some(Piece::phrase(Phrase::day(Day::Fixed(near.date())), from, to, confidence));
    }
    let value = if near == far {
        Moment::DateTime { at: near, grain }
    } else {
        let (first, last) = if near <= far { (near, far) } else { (far, near) };
        between(scan, first, last, grain)?
    };
    Some(Piece::new(What::Value(value), from, to, confidence))
}

/// From now to the point a length away, or from there to now.
fn stretch(scan: &Scan, length: Measured, way: Way, from: usize) -> Option<Piece> {
    let (other, grain) = away(scan.now, length.most, way)?;
    let (first, last) = if other < scan.now { (other, scan.now) } else { (scan.now, other) };
    let confidence = if length.vague { 0.75 } else { 0.9 };
    Some(Piece::new(What::Value(between(scan, first, last, grain)?), from, length.to, confidence))
}

/// Whole days when the length is one of days.
fn between(scan: &Scan, first: time::OffsetDateTime, last: time::OffsetDateTime, grain: Grain) -> Option<Moment> {
    let (from, to) = match grain {
        Grain::Day => (starts(first.date(), scan.now), ends(last.date(), scan.now)?),
        _ => (first, last),
    };
    Some(Moment::Range { from: Some(from), to: Some(to), grain })
}
