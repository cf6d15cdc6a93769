//! Days, weeks, months and years in Chinese: 今天, 下周三, 5月3号, 2026年底, 国庆期间.

use crate::calendar::{self, date, monday, month, plus_days, plus_months};
use crate::scan::{Day, Phrase, Piece, Scan, Span};
use crate::token::{Edge, Kind, Unit};
use crate::value::Grain;

pub(crate) fn piece(scan: &Scan, i: usize) -> Option<Piece> {
    match scan.kind(i) {
        Kind::Day(days) => {
            let day = plus_days(scan.today, i64::from(days))?;
            Some(Piece::phrase(Phrase::day(Day::Fixed(day)), i, i + 1, 0.95))
        }
        Kind::DayPart(days, part) => {
            let day = Day::Fixed(plus_days(scan.today, i64::from(days))?);
            Some(Piece::phrase(Phrase { day: Some(day), part: Some(part), ..Phrase::default() }, i, i + 1, 0.95))
        }
        Kind::Weekday { day, weak } => Some(Piece::phrase(Phrase::day(Day::Weekday(day)), i, i + 1, 0.9).weak(weak)),
        Kind::Week(weeks) => week(scan, i, weeks),
        Kind::Weekend(weeks) if !scan.is(i, "weekends") => {
            let first = plus_days(monday(scan.today, i64::from(weeks.unwrap_or(0)))?, 5)?;
            let span = Span::Fixed(first, plus_days(first, 1)?, Grain::Day);
            Some(Piece::phrase(Phrase::span(span), i, i + 1, 0.9))
        }
        Kind::MonthAway(months) => month_away(scan, i, months),
        Kind::YearAway(years) => {
            let year = scan.today.year() + i32::from(years);
            of_year(scan, i, skip_of(scan, i + 1), year).or_else(|| whole_year(year, i, i + 1))
        }
        // "新年中国": not the middle of the year.
        Kind::Edge(Unit::Year, Edge::Middle) if scan.rest(i + 1).starts_with(['国', '考', '华', '学']) => None,
        Kind::Edge(unit, edge) => {
            let span = match unit {
                Unit::Year => year_edge(scan.today.year(), edge)?,
                _ => Span::Month(scan.today.month().into(), Some(edge)).settled(scan.today.year())?,
            };
            Some(Piece::phrase(Phrase::span(span), i, i + 1, 0.8))
        }
        Kind::Holiday(holiday) => Some(holiday_piece(scan, i, i, None, holiday)),
        Kind::Number { .. } => numbered(scan, i),
        Kind::Word => prefixed(scan, i),
        _ => None,
    }
}

impl Span {
    /// The span with its days known, in a year.
    pub fn settled(self, year: i32) -> Option<Span> {
        Some(match self {
            Span::Fixed(..) => self,
            Span::Month(number, None) => {
                let (first, last) = month(year, number)?;
                Span::Fixed(first, last, Grain::Month)
            }
            Span::Month(number, Some(edge)) => {
                let (first, last) = month(year, number)?;
                // The end is the last five days, the start the first five; a third is ten days, the last the rest.
                let (from, to) = match edge {
                    Edge::Start => (first, plus_days(first, 4)?),
                    Edge::End => (plus_days(last, -4)?, last),
                    Edge::Third(0) | Edge::Half(_) => (first, plus_days(first, 9)?),
                    Edge::Middle | Edge::Third(1) => (plus_days(first, 10)?, plus_days(first, 19)?),
                    Edge::Third(_) => (plus_days(first, 20)?, last),
                };
                Span::Fixed(from, to, Grain::Day)
            }
            Span::Period(holiday) => {
                let (first, last) = holiday.period(year)?;
                Span::Fixed(first, last, Grain::Day)
            }
        })
    }
}

/// The start of a year is January, the middle June, the end December.
pub(crate) fn year_edge(year: i32, edge: Edge) -> Option<Span> {
    let (from, to) = match edge {
        Edge::Start => (1, 1),
        Edge::Middle => (6, 6),
        Edge::Half(0) => (1, 6),
        Edge::Half(_) => (7, 12),
        Edge::End | Edge::Third(_) => (12, 12),
    };
    Some(Span::Fixed(month(year, from)?.0, month(year, to)?.1, Grain::Month))
}

fn whole_year(year: i32, from: usize, to: usize) -> Option<Piece> {
    let (first, last) = calendar::year(year)?;
    Some(Piece::phrase(Phrase::span(Span::Fixed(first, last, Grain::Year)), from, to, 0.9))
}

fn skip_of(scan: &Scan, i: usize) -> usize {
    if scan.is(i, "的") { i + 1 } else { i }
}

/// 下周三, 下周3, 下周日, 下周.
fn week(scan: &Scan, i: usize, weeks: i8) -> Option<Piece> {
    let first = monday(scan.today, i64::from(weeks))?;
    let day = match scan.number(i + 1) {
        Some(number) if number.digits <= 1 && scan.glued(i + 1) && !counted(scan, i + 2) => {
            number.exact().filter(|day| (1..=6).contains(day))
        }
        None if scan.any(i + 1, &["日", "天"]) && scan.glued(i + 1) => Some(7),
        _ => None,
    };
    match day {
        Some(day) => {
            let day = Day::Fixed(plus_days(first, i64::from(day) - 1)?);
            Some(Piece::phrase(Phrase::day(day), i, i + 2, 0.97))
        }
        None => {
            let span = Span::Fixed(first, plus_days(first, 6)?, Grain::Week);
            Some(Piece::phrase(Phrase::span(span), i, i + 1, 0.95))
        }
    }
}

/// Something counted follows: 下周|三个.
fn counted(scan: &Scan, i: usize) -> bool {
    scan.any(i, &["个", "天", "次", "号", "月", "小时", "点", "件", "单", "元", "块", "年", "日"])
}

fn month_away(scan: &Scan, i: usize, months: i8) -> Option<Piece> {
    let first = plus_months(scan.today.replace_day(1).ok()?, i64::from(months))?;
    let (year, number) = (first.year(), u8::from(first.month()));
    let next = skip_of(scan, i + 1);
    if let Some(day) = scan.exact(next, 1..=31)
        && scan.any(next + 1, &["号", "日"])
    {
        let day = date(year, number, u8::try_from(day).ok()?)?;
        return Some(Piece::phrase(Phrase::day(Day::Fixed(day)), i, next + 2, 0.97));
    }
    let edge = match (scan.kind(i + 1), scan.text(i + 1)) {
        (Kind::Edge(Unit::Month, edge), _) => Some(edge),
        (_, "底" | "末") => Some(Edge::End),
        (_, "初") => Some(Edge::Start),
        _ => None,
    };
    let span = Span::Month(number, edge).settled(year)?;
    Some(Piece::phrase(Phrase::span(span), i, i + 1 + usize::from(edge.is_some()), 0.95))
}

/// What follows a known year: a month, a day, a holiday, an edge.
fn of_year(scan: &Scan, from: usize, i: usize, year: i32) -> Option<Piece> {
    let edge = match (scan.kind(i), scan.text(i)) {
        (Kind::Edge(Unit::Year, edge), _) => Some(edge),
        (_, "底" | "末") => Some(Edge::End),
        (_, "初") => Some(Edge::Start),
        _ => None,
    };
    if let Some(edge) = edge {
        return Some(Piece::phrase(Phrase::span(year_edge(year, edge)?), from, i + 1, 0.95));
    }
    match scan.kind(i) {
        Kind::Holiday(holiday) => Some(holiday_piece(scan, from, i, Some(year), holiday)),
        Kind::Number { .. } if scan.is(i, "618") && !priced(scan, i + 1) => {
            Some(Piece::phrase(Phrase::day(Day::Fixed(date(year, 6, 18)?)), from, i + 1, 0.9))
        }
        Kind::Number { .. } => {
            let (phrase, to) = month_and_day(scan, i)?;
            let phrase = match (phrase.day, phrase.span) {
                (Some(Day::Month { month, day }), _) => Phrase::day(Day::Fixed(date(year, month, day)?)),
                (_, Some(span)) => Phrase::span(span.settled(year)?),
                _ => return None,
            };
            Some(Piece::phrase(phrase, from, to, 0.97))
        }
        _ => None,
    }
}

/// 5月3号, 5月, 5月底; the day is checked against the longest form of the month.
fn month_and_day(scan: &Scan, i: usize) -> Option<(Phrase, usize)> {
    let number = u8::try_from(scan.exact(i, 1..=12)?).ok()?;
    if let Kind::Edge(Unit::Month, edge) = scan.kind(i + 1) {
        return Some((Phrase::span(Span::Month(number, Some(edge))), i + 2));
    }
    if !scan.any(i + 1, &["月", "月份"]) {
        return None;
    }
    let next = skip_of(scan, i + 2);
    if let Some(day) = scan.number(next).and_then(|day| day.exact()) {
        let marked = scan.any(next + 1, &["号", "日"]);
        if marked || (day >= 1 && next == i + 2 && scan.glued(next) && !quantity_follows(scan, next + 1)) {
            let day = u8::try_from(day).ok()?;
            // 2000 is a leap year: the 29th of February exists in some year.
            date(2000, number, day)?;
            return Some((Phrase::day(Day::Month { month: number, day }), next + 1 + usize::from(marked)));
        }
    }
    if let Kind::Edge(Unit::Month, edge @ Edge::Third(_)) = scan.kind(i + 2) {
        return Some((Phrase::span(Span::Month(number, Some(edge))), i + 3));
    }
    Some((Phrase::span(Span::Month(number, None)), i + 2))
}

/// A number is the start of something else than a day: 5月|3个, 5月|3.5折.
fn quantity_follows(scan: &Scan, i: usize) -> bool {
    matches!(scan.kind(i), Kind::Unit(_) | Kind::Number { .. } | Kind::Other | Kind::WorkingDays)
        || matches!(scan.kind(i), Kind::Mark('.' | ':' | '/' | '%' | '-' | '~'))
        || scan.any(i, &["个", "年", "月", "点", "分", "到", "至"])
}

/// Something that makes a bare 618 a price or a count.
fn priced(scan: &Scan, i: usize) -> bool {
    scan.rest(i).starts_with(['元', '块', '个', '.', '号', '件', '单', '%', '-', '/', ':'])
}

fn holiday_piece(scan: &Scan, from: usize, i: usize, year: Option<i32>, holiday: crate::holiday::Holiday) -> Piece {
    let period = scan.any(i + 1, &["期间", "假期", "长假"]) || scan.rest(i).starts_with("十一");
    let to = i + 1 + usize::from(scan.any(i + 1, &["期间", "假期", "长假", "当天"]));
    let phrase = match (period, year) {
        (true, year) => {
            let span = Span::Period(holiday);
            Phrase::span(year.and_then(|year| span.settled(year)).unwrap_or(span))
        }
        (false, year) => {
            let day = year.and_then(|year| holiday.day(year)).map(Day::Fixed);
            Phrase::day(day.unwrap_or(Day::Holiday(holiday)))
        }
    };
    Piece::phrase(phrase, from, to, 0.9)
}

fn numbered(scan: &Scan, i: usize) -> Option<Piece> {
    if !scan.stands_alone(i) || scan.after_any(i, &["第", "正"]) {
        return quarter(scan, i);
    }
    let number = scan.number(i)?;
    if number.exact().is_some_and(|value| (1900..=2100).contains(&value)) {
        let year = i32::try_from(number.least).ok()?;
        if let Kind::Edge(Unit::Year, _) = scan.kind(i + 1) {
            return of_year(scan, i, i + 1, year);
        }
        if scan.is(i + 1, "年") {
            return of_year(scan, i, skip_of(scan, i + 2), year).or_else(|| whole_year(year, i, i + 2));
        }
        return None;
    }
    // 07年 and 95年 are years; other two digits are a length ("20年").
    let counted = scan.any(i + 2, &["前", "后", "内", "以前", "以后", "之前", "之后", "以内", "之内", "里", "半"]);
    if number.digits == 2 && scan.is(i + 1, "年") && !counted {
        let value = i32::try_from(number.least).ok()?;
        let century = if scan.text(i).starts_with('0') { Some(2000) } else { (value >= 70).then_some(1900) };
        if let Some(century) = century {
            let year = century + value;
            return of_year(scan, i, i + 2, year).or_else(|| whole_year(year, i, i + 2));
        }
    }
    // 26年11月3日: of this century.
    if number.digits == 2 && scan.is(i + 1, "年") && scan.any(i + 3, &["月", "月份"]) {
        return of_year(scan, i, i + 2, 2000 + i32::try_from(number.least).ok()?);
    }
    if let Some((phrase, to)) = month_and_day(scan, i) {
        return Some(Piece::phrase(phrase, i, to, if phrase.day.is_some() { 0.95 } else { 0.85 }));
    }
    if number.digits == 3 && scan.is(i, "618") {
        let shopping =
            ["活动", "大促", "期间", "那", "当天", "的时候", "买", "下单", "预售", "年中", "促", "购物", "前", "后"];
        if shopping.iter().any(|word| scan.rest(i + 1).starts_with(word)) {
            let day = Phrase::day(Day::Holiday(crate::holiday::Holiday::Mid618));
            return Some(Piece::phrase(day, i, i + 1, 0.7));
        }
    }
    quarter(scan, i).or_else(|| day_of_month(scan, i))
}

/// 第三季度, 三季度.
fn quarter(scan: &Scan, i: usize) -> Option<Piece> {
    let quarter = u8::try_from(scan.exact(i, 1..=4)?).ok()?;
    if scan.kind(i + 1) != Kind::Unit(Unit::Quarter) || scan.is_latin(i + 1) {
        return None;
    }
    let year = scan.today.year();
    let span = Span::Fixed(month(year, quarter * 3 - 2)?.0, month(year, quarter * 3)?.1, Grain::Quarter);
    let from = if scan.after_any(i, &["第"]) { i - 1 } else { i };
    Some(Piece::phrase(Phrase::span(span), from, i + 2, 0.85))
}

/// What "5号" numbers when it is no day.
const NUMBERED: &[&str] = &[
    "线", "楼", "店", "链接", "机", "仓", "柜", "桌", "门", "房", "床", "车", "厅", "馆", "窗", "客服", "员", "技师",
    "球", "选手", "款", "色", "码", "套", "位", "电池", "文件", "令", "院", "站", "台", "商品", "产品", "宝贝", "规格",
    "尺", "包", "箱", "货", "样", "字", "棚", "库", "区", "口", "路", "井", "坑", "种", "出口", "公馆", "座", "栋",
    "航站", "登机", "针", "主", "图", "槽", "键", "口红", "色号", "粉", "油", "钢", "铁", "会议", "人物",
];

/// What stands before "5号" when it is the number of a house, of a thing or of somebody.
const HOUSES: &[&str] = &[
    "路", "街", "道", "巷", "弄", "里", "甲", "乙", "丙", "沿", "村", "园", "苑", "区", "胡同", "坊", "镇", "桥", "尾",
    "编", "型", "单", "工", "学", "卡", "栋", "座", "号", "楼", "期", "选", "第", "负", "女", "男", "头", "条", "庄",
    "院", "地铁",
];

/// Whether "5号" at a place is the number of something and no day.
pub(crate) fn numbers_a_thing(scan: &Scan, i: usize, after: usize) -> bool {
    let before = scan.before(i);
    HOUSES.iter().any(|word| before.ends_with(word)) || NUMBERED.iter().any(|noun| scan.rest(after).starts_with(noun))
}

/// 15号, 15日.
fn day_of_month(scan: &Scan, i: usize) -> Option<Piece> {
    let day = u8::try_from(scan.exact(i, 1..=31)?).ok()?;
    let rest = scan.rest(i + 2);
    match scan.text(i + 1) {
        "号" if !numbers_a_thing(scan, i, i + 2) => {}
        // "三日" in words is three days as often.
        "日" if (day > 10 || scan.number_in_digits(i))
            && !["内", "以内", "之内", "游", "无理由", "达", "元", "语"].iter().any(|word| rest.starts_with(word)) =>
            {}
        _ => return None,
    }
    let before = i.checked_sub(1).map_or("", |before| scan.text(before));
    // The 30th of February is no 30th of another month.
    if ["月", "月份"].contains(&before) {
        return None;
    }
    Some(Piece::phrase(Phrase::day(Day::OfMonth(day)), i, i + 2, 0.65))
}

/// 下个周三, 这个季度, 本季度.
fn prefixed(scan: &Scan, i: usize) -> Option<Piece> {
    let away = match scan.text(i) {
        "上上个" => -2,
        "上个" => -1,
        "这个" | "本" => 0,
        "下个" => 1,
        "下下个" => 2,
        _ => return None,
    };
    match scan.kind(i + 1) {
        Kind::Weekday { day, .. } => {
            let day = plus_days(monday(scan.today, away)?, i64::from(day))?;
            Some(Piece::phrase(Phrase::day(Day::Fixed(day)), i, i + 2, 0.97))
        }
        Kind::Unit(Unit::Quarter) => Some(Piece::phrase(Phrase::span(quarter_away(scan, away)?), i, i + 2, 0.95)),
        Kind::Part(part) if scan.is(i, "这个") => {
            let phrase = Phrase { day: Some(Day::Fixed(scan.today)), part: Some(part), ..Phrase::default() };
            Some(Piece::phrase(phrase, i, i + 2, 0.9))
        }
        _ => None,
    }
}

pub(crate) fn quarter_away(scan: &Scan, away: i64) -> Option<Span> {
    let into = i64::from((u8::from(scan.today.month()) - 1) % 3);
    let first = plus_months(scan.today.replace_day(1).ok()?, away * 3 - into)?;
    let end = plus_months(first, 2)?;
    Some(Span::Fixed(first, month(end.year(), end.month().into())?.1, Grain::Quarter))
}
