//! Addresses of the mainland, Hong Kong and Macau: found by their grammar (region, road, number, estate,
//! building, unit, room) and cut into these parts; and the parts of addresses in other countries.

mod parts;

use std::sync::LazyLock;

use regex::Regex;
use yingda_language::is_han;

use crate::fixed;
use crate::kind::{By, Kind, Value};
use crate::lexicon::{self, CITY, DISTRICT, STATE};
use crate::message::{Hit, Message};

pub use parts::Address;

/// What comes behind a number in an address.
const UNITS: &str =
    "号楼|號樓|号院|號院|号|號|幢|栋|棟|座|单元|單元|室|户|戶|弄|层|層|楼|樓|组|組|队|區|区|期|排|巷|门|院|铺|房";
/// A numbered part: 3号楼, 甲18号院, B座, 15-2-601, 十二楼, 第三家.
static PART: LazyLock<Regex> = LazyLock::new(|| {
    fixed(&format!(
        r"[A-Za-z甲乙丙丁]?-?(?:\d{{1,5}}(?:[-–]\d{{1,5}})*[A-Za-z]?(?:-\d{{1,4}})*|[一二三四五六七八九十百]{{1,4}})\s?(?:{UNITS})?|[A-Za-z甲乙丙丁东西南北](?:座|栋|棟|区|區|单元|單元|室|门|门厅)|门厅|往[东西南北](?:边|面)?第[一二三四五六七八九十\d]+[家户排]"
    ))
});
/// The end of a named part: a road, an estate, a village.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:大道|大街|街道|胡同|路|街|巷|弄|镇|鎮|乡|鄉|村|里|小区|社区|花园|花園|新村|公寓|大厦|大廈|广场|家园|花城|名邸|雅苑|苑|庄|湾|工业园|科技园|产业园|开发区|道)(?:[东西南北中][段口侧]|[一二三四五六七八九十][段巷]|东|西)?",
    )
});
/// A road or estate and a number, where no region comes first: 文一西路旧村102号, 文福苑8幢102.
static LOCAL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"\p{Han}{1,10}(?:街道|大道|大街|胡同|路|街|巷|镇|乡|村|里|苑|小区|花园|花園|新村|公寓|家园|大厦|大廈|城|府|湾|邸)\p{Han}{0,8}?(?:\d{1,5}(?:-\d{1,5})*|[一二三四五六七八九十]{1,3}|[A-Z])(?:号楼|號樓|号院|号|號|幢|栋|棟|座|弄|室|单元|-)",
    )
});
/// Words that no address goes on behind.
const STOPS: &[&str] = &[
    "的",
    "了",
    "吗",
    "嗎",
    "呢",
    "吧",
    "不是",
    "是",
    "到",
    "我",
    "你",
    "他",
    "她",
    "在",
    "电话",
    "電話",
    "手机",
    "联系",
    "可以",
    "能",
    "多少",
    "什么",
    "怎么",
    "没",
    "沒",
    "请",
    "請",
    "给",
    "給",
    "找",
    "送",
    "寄",
    "收",
    "改",
    "写",
    "有",
    "要",
    "把",
    "看看",
    "查",
    "还",
    "这",
    "那",
    "不",
    "周末",
    "工作日",
];

/// Finds addresses.
pub(crate) fn find(message: &Message, hits: &mut Vec<Hit>) {
    if message.han < 4 {
        return;
    }
    let text = &*message.text;
    let mut at = 0;
    while at < text.len() {
        let Some(c) = text[at..].chars().next() else { break };
        if !is_han(c) {
            at += c.len_utf8();
            continue;
        }
        match with_region(text, at) {
            Some((end, confidence)) => {
                push(text, at, end, confidence, hits);
                at = end;
            }
            None => at += c.len_utf8(),
        }
    }
    if message.digits > 0 || message.numerals > 0 {
        let covered: Vec<(usize, usize)> =
            hits.iter().filter(|hit| hit.kind == Kind::Address).map(|hit| (hit.start, hit.end)).collect();
        for found in LOCAL.find_iter(text) {
            if covered.iter().any(|(start, end)| found.start() < *end && *start < found.end()) {
                continue;
            }
            if let Some((start, end)) = without_region(text, found.start(), found.end()) {
                push(text, start, end, 0.75, hits);
            }
        }
    }
}

fn push(text: &str, start: usize, end: usize, confidence: f32, hits: &mut Vec<Hit>) {
    let value = Value::Address(Box::new(Address::parse(&text[start..end])));
    hits.push(Hit::new(Kind::Address, (start, end), value, confidence, By::Pattern));
}

/// What the name of a region ends with, the longer before what they end with.
const REGION_SUFFIXES: [&str; 16] = [
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "地区",
    "新区",
    "开发区",
    "省",
    "市",
    "区",
    "區",
    "县",
    "縣",
    "州",
    "盟",
    "旗",
];

/// The regions that the text begins with: 浙江省杭州市余杭区. Gives the end and how many.
pub(super) fn regions(text: &str) -> (usize, usize) {
    let (mut end, mut count) = (0, 0);
    loop {
        let rest = &text[end..];
        let Some((name, flags)) = lexicon::longest(rest, STATE | CITY | DISTRICT) else {
            // A county that the list lacks, behind a region that it has.
            match unlisted(rest) {
                Some(length) if count > 0 => {
                    end += length;
                    count += 1;
                    continue;
                }
                _ => break,
            }
        };
        let behind = &rest[name.len()..];
        let suffix = REGION_SUFFIXES.into_iter().find(|suffix| behind.starts_with(suffix));
        // 北京路 is a road, 中山公园 a park, and a district alone has to say that it is one.
        if suffix.is_none() && (flags & (STATE | CITY) == 0 || NAMED.find(behind).is_some_and(|road| road.start() == 0))
        {
            break;
        }
        end += name.len() + suffix.map_or(0, str::len);
        count += 1;
    }
    (end, count)
}

fn unlisted(text: &str) -> Option<usize> {
    let mut end = 0;
    for (count, c) in text.chars().enumerate() {
        if count > 4 || !is_han(c) {
            return None;
        }
        end += c.len_utf8();
        if count >= 1 && matches!(c, '区' | '县' | '市' | '旗' | '區' | '縣') {
            return (!stopped(&text[..end])).then_some(end);
        }
    }
    None
}

/// Where the address ends that starts here with a region.
fn with_region(text: &str, start: usize) -> Option<(usize, f32)> {
    let (length, count) = regions(&text[start..]);
    if count == 0 {
        return None;
    }
    let from = start + length;
    let rest = &text[from..from + run(&text[from..])];
    match parts_end(rest) {
        Some(end) => Some((from + end, 0.92)),
        None => {
            // No number: a road or a village behind a region still is an address, if a vague one.
            let road = NAMED.find_iter(rest).take_while(|found| !stopped(&rest[..found.end()])).last()?;
            let near = rest[..road.start()].chars().count();
            ((1..=10).contains(&near)).then_some((from + road.end(), if count > 1 { 0.7 } else { 0.5 }))
        }
    }
}

/// Where the address starts and ends whose road and first number were found.
fn without_region(text: &str, start: usize, found_end: usize) -> Option<(usize, usize)> {
    let head = &text[start..found_end];
    // The name begins behind the last word that cannot be in it.
    let leading = [
        "地址",
        "住址",
        "小区叫",
        "现在叫",
        "叫",
        "住",
        "于",
        "由",
        "从",
        "至",
        "家",
        "来",
        "周末",
        "工作日",
        "去",
        "为",
        "成",
        "往",
        "宿舍",
        "公司",
    ];
    let mut begin = 0;
    for stop in STOPS.iter().chain(&leading) {
        if let Some(at) = head.rfind(stop)
            && at + stop.len() <= head.len()
            && !head[at + stop.len()..].is_empty()
        {
            begin = begin.max(at + stop.len());
        }
    }
    let rest = &text[start + begin..];
    let rest = &rest[..run(rest)];
    let name = rest.chars().take_while(|c| is_han(*c)).count();
    if name < 2 || !NAMED.is_match(&head[begin..]) && name < 3 {
        return None;
    }
    let end = parts_end(rest)?;
    Some((start + begin, start + begin + end))
}

/// How far the characters of an address reach.
fn run(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let goes_on = is_han(c)
            || c.is_ascii_alphanumeric()
            || matches!(c, '-' | '–' | '#' | '·' | '/')
            || matches!(c, ' ' | '(' | ')')
                && chars.peek().is_some_and(|(_, next)| is_han(*next) || next.is_ascii_alphanumeric());
        if !goes_on {
            return at;
        }
    }
    text.len()
}

fn stopped(text: &str) -> bool {
    STOPS.iter().any(|stop| text.contains(stop))
}

/// The end of the last numbered part that the run leads up to.
fn parts_end(run: &str) -> Option<usize> {
    let mut end = None;
    let mut before = 0;
    let mut strong = false;
    for part in PART.find_iter(run) {
        let gap = &run[before..part.start()];
        let text = part.as_str();
        let unit = text.chars().last().is_some_and(|c| is_han(c) && !"一二三四五六七八九十百".contains(c));
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let next = run[part.end()..].chars().next();
        // 九龙路: a numeral inside a name; 3个, 5折, 8点: no part of an address.
        let counted = next
            .is_some_and(|c| "个点折元块天次件年月米斤路位名".contains(c) && !run[part.end()..].starts_with("个人"));
        if !unit && (digits == 0 || counted) {
            continue;
        }
        // 12号楼下: below number 12.
        let below =
            text.ends_with('楼') && text.contains('号') && next.is_some_and(|c| matches!(c, '下' | '上' | '道' | '梯'));
        let part_end = if below { part.end() - '楼'.len_utf8() } else { part.end() };
        if stopped(gap) || gap.chars().count() > if end.is_none() { 24 } else { 12 } {
            break;
        }
        // A telephone or identity number begins here.
        if digits > 5 && !text.contains('-') || !unit && next.is_some_and(|c| c.is_ascii_digit()) {
            break;
        }
        let after_space = gap.ends_with(' ');
        let follows_part = gap.trim().is_empty() && end.is_some();
        let named = gap.chars().last().is_some_and(is_han);
        if unit || text.contains('-') || follows_part && !after_space || named && digits > 0 {
            // 三楼 and 二期 alone are no address.
            strong |= digits > 0
                || text.starts_with(|c: char| c.is_ascii_alphabetic())
                || text.contains("号")
                || text.starts_with('往');
            end = Some(part_end);
            before = part.end();
            if below {
                break;
            }
        } else {
            break;
        }
    }
    end.filter(|_| strong).map(|end| run[..end].trim_end_matches([' ', '-', '/']).len())
}
