//! The evidence as sentences that statements are laid beside.

use std::ops::Range;

use serde_json::Value as Json;
use yingda_language::{is_han, is_stop_word, stem};

use super::features::payer;
use super::opposites::{Opposites, opposites};
use super::polarity::denies;
use super::stance::{Stance, stance};
use crate::fact::Fact;
use crate::folded::Folded;
use crate::ground::Source;
use crate::neutral::is_light;
use crate::sentence::clauses;
use crate::unit::{Unit, Word};

/// A clause of a sentence.
#[derive(Debug)]
pub(crate) struct Clause {
    /// Bytes of the sentence.
    pub range: Range<usize>,
    pub stance: Stance,
    /// Whether it denies as a whole.
    pub denies: bool,
    /// Who pays or provides: 1 the customer, -1 the company, 0 not spoken of.
    pub payer: i8,
    pub opposites: Opposites,
}

/// A sentence of the evidence, or of what is checked.
#[derive(Debug)]
pub(crate) struct Sentence {
    pub text: String,
    /// Which passage, object or message it belongs to.
    pub passage: usize,
    pub source: Source,
    pub words: Vec<Word>,
    pub facts: Vec<Fact>,
    pub clauses: Vec<Clause>,
    pub grams: Vec<Gram>,
    /// Finer than clauses: what numbers stand for is said inside one.
    pub parts: Vec<Range<usize>>,
}

/// A pair of Chinese characters, a stemmed English word, or another number: what a number may be bound to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gram {
    pub key: String,
    /// Byte of the sentence where it starts.
    pub at: usize,
    /// How much it tells, 0 to 1.
    pub weight: f32,
}

/// Characters that hold Chinese sentences together.
const EMPTY: &str = "的了是在有每个可以您我们请就要和与及为后前内外下不没无未能会得也还都只须需到至从由按过再起几多少元块钱天时分钟这那其它他她吗呢哦吧啊呀嘛约即如果话给把被让将上";
/// English stop words that tell one number from another.
const TELLING: [&str; 12] =
    ["before", "after", "over", "under", "first", "more", "within", "until", "from", "not", "less", "than"];

impl Sentence {
    /// A sentence that is checked.
    pub fn of(unit: Unit) -> Self {
        Self::new(unit, 0, Source::Text)
    }

    fn new(unit: Unit, passage: usize, source: Source) -> Self {
        let text = unit.text.clone();
        let clauses = read_clauses(&text);
        let grams = grams(&text, &unit.facts);
        let parts = parts(&text, &unit.facts);
        Self { passage, source, words: unit.words, facts: unit.facts, clauses, grams, parts, text }
    }
}

/// The clauses of a folded text. What a heading denies is denied of each that follows: not covered: theft, wear.
fn read_clauses(text: &str) -> Vec<Clause> {
    let mut heading: Option<&str> = None;
    let mut all = Vec::new();
    for range in clauses(text) {
        let own = &text[range.clone()];
        let whole = heading.map(|heading| format!("{heading} {own}"));
        let said = whole.as_deref().unwrap_or(own);
        all.push(Clause {
            stance: stance(said),
            denies: denies(said),
            payer: payer(own),
            opposites: opposites(own),
            range: range.clone(),
        });
        if text[range.end..].starts_with(':') && denies(own) {
            heading = Some(own);
        }
    }
    all
}

/// The grams of a folded text, with one for each fact.
fn grams(text: &str, facts: &[Fact]) -> Vec<Gram> {
    let counted = |at: usize| facts.iter().any(|fact| fact.span.start <= at && at < fact.span.end);
    let mut grams = Vec::new();
    let mut before: Option<char> = None;
    let mut word: Option<Range<usize>> = None;
    let close = |word: &mut Option<Range<usize>>, grams: &mut Vec<Gram>| {
        let Some(range) = word.take() else { return };
        let written = &text[range.clone()];
        if is_stop_word(written) && !TELLING.contains(&written) {
            return;
        }
        let weight = if is_light(written) || TELLING.contains(&written) { 0.3 } else { 1.0 };
        grams.push(Gram { key: stem(written), at: range.start, weight });
    };
    for (at, c) in text.char_indices() {
        if c.is_ascii_alphabetic() || word.is_some() && matches!(c, '\'' | '-' | '0'..='9') {
            word = Some(word.map_or(at, |range| range.start)..at + 1);
            before = None;
            continue;
        }
        close(&mut word, &mut grams);
        if !is_han(c) || counted(at) {
            before = None;
            continue;
        }
        let empty = EMPTY.contains(c);
        if !empty {
            grams.push(Gram { key: c.to_string(), at, weight: 0.3 });
        }
        if let Some(first) = before {
            let weight = match (EMPTY.contains(first), empty) {
                (true, true) => 0.15,
                (false, false) => 1.0,
                _ => 0.4,
            };
            grams.push(Gram { key: [first, c].iter().collect(), at, weight });
        }
        before = Some(c);
    }
    close(&mut word, &mut grams);
    grams.extend(facts.iter().filter(|fact| !fact.weak).map(|fact| Gram {
        key: fact.key(),
        at: fact.span.start,
        weight: 1.0,
    }));
    grams
}

/// Cuts at every mark and “and”, but not inside a number.
fn parts(text: &str, facts: &[Fact]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let inside = |at: usize| facts.iter().any(|fact| fact.span.start < at && at < fact.span.end);
    for (at, c) in text.char_indices() {
        let word = [" and ", " or ", " but ", " plus "].iter().find(|word| text[at..].starts_with(**word));
        let cut = match (c, word) {
            (_, Some(word)) => word.len(),
            ('，' | ',' | '；' | ';' | '、' | '(' | ')' | ':' | '。' | '和' | '或', None) => c.len_utf8(),
            _ => continue,
        };
        if at < start || inside(at) || inside(at + cut) {
            continue;
        }
        if start < at {
            parts.push(start..at);
        }
        start = at + cut;
    }
    if start < text.len() {
        parts.push(start..text.len());
    }
    parts
}

/// All the evidence.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub sentences: Vec<Sentence>,
    /// What passages, facts and results say, and what the customer said; folded.
    pub stated: String,
    pub said: String,
    passages: usize,
}

impl Known {
    /// Begins a passage or a message, whose sentences are added next.
    pub fn open(&mut self) {
        self.passages += 1;
    }

    /// Adds a sentence.
    pub fn add(&mut self, unit: Unit, source: Source) {
        let sentence = Sentence::new(unit, self.passages, source);
        let all = if source == Source::Customer { &mut self.said } else { &mut self.stated };
        all.push_str(&sentence.text);
        all.push('\n');
        self.sentences.push(sentence);
    }

    fn push(&mut self, text: &str, source: Source) {
        self.add(Unit::new(&Folded::new(text).text), source);
    }

    /// Adds JSON: a sentence for every value, with what its field is called in both languages.
    pub fn add_json(&mut self, value: &Json, source: Source) {
        self.passages += 1;
        self.leaf("", value, source);
    }

    fn leaf(&mut self, key: &str, value: &Json, source: Source) {
        let text = match value {
            Json::Null => return,
            Json::Bool(true) => called(key),
            Json::Bool(false) => format!("not {}", called(key)),
            Json::Number(number) if key.ends_with("cents") || key.ends_with("fen") => {
                format!("{} {}", called(key), number.as_f64().unwrap_or_default() / 100.0)
            }
            Json::Number(number) => format!("{} {number}", called(key)),
            Json::String(text) => {
                let status = crate::ground::status(text).unwrap_or_default();
                format!("{} {text} {status}", called(key))
            }
            Json::Array(items) => {
                self.push(&format!("{} {}", called(key), items.len()), source);
                items.iter().for_each(|item| self.leaf(key, item, source));
                return;
            }
            Json::Object(fields) => {
                fields.iter().for_each(|(key, value)| self.leaf(key, value, source));
                return;
            }
        };
        self.push(&text, source);
    }
}

/// What fields of results are called, in both languages.
const FIELDS: &str = "min minimum 最低 least|max maximum 最高 most|fee 费 手续费|bill 账单|balance 余额 欠款 owe|due 到期 还款日 截止 应还|payment 还款 付款|total 总价 总额 合计 一共 total|amount 金额 amount|price 价格 售价 price cost|paid 已付 付了|left 剩余 还剩 剩 remaining|remaining 剩余 还剩 剩 left|next 下次 下一 下节 next|appointment 预约 appointment|eta 预计 送达 到达 arrive expected|late 超时 迟到 晚 delay|delay 延误 晚点 late|weight 体重 重量 重|nights 晚 nights|qty 数量 件 quantity|quantity 数量 件|gate 登机口 gate|depart 起飞 出发 leaves|departs 起飞 出发 leaves departure|arrival 入住 到达 arrive|checkin 入住 check-in|checkout 退房 check-out|points 积分 points|deposit 押金 deposit|refund 退款 refund|started 开始|starts 开始 开课 start|start 开始 开课|ends 结束 到期|end 结束 到期|until 有效期 到期 until|expires 有效期 到期 expire|platform 站台|data 流量 data|used 已用 用了 used|plan 套餐 方案|room 房间 房型|order 订单|coach 教练|teacher 老师|tutor 老师 with|worker 师傅 阿姨|rider 骑手 小哥|courier 快递员|vet 医生 vet|doctor 医生|date 日期|time 时间|ready 备好 完成|delivery 配送 送达|mileage 里程 km|age 年龄 岁|seat 座位|limit 额度 限额|rate 利率 费率|credit 额度 余额|overdue 逾期|penalty 违约金 罚款|discount 折扣 优惠|visits 次 times|done 已完成 完成|hours 小时 hours|minutes 分钟 minutes|days 天 days|count 次 数|members 成员 人 members|fare 车费 费用 fare|usage 用量 用了 usage|meter 表|tier 等级 档|level 等级|expected 预计|kwh 度|km 公里|battery 电池|speed 网速 速度|guests 人 guests|persons 人|people 人|party 人 位|table 桌|tickets 票 tickets|lessons 课 节 lessons|times 次 times|weeks 周 weeks|months 月 months|version 版本|position 位 排|attended 上了 已上 attended|pause 停卡 暂停|freeze 停 冻结|holder 持有人|member 会员|student 学员 学生|carrier 快递 承运|tail 尾号|last4 尾号|class 班 课程|line 号码|window 时段 时间|swipe 刷 刷卡|tech 师傅 工程师|pet 宠物|checkin 入住 check-in|boarding 寄养|reservation 预订 预约 booking reserved|show 演出|submitted 递交 提交 已递交|shipped 发货 寄出 已发货|delivered 签收 送达 已送达|refunded 退款 已退款|cancelled 取消 已取消|canceled 取消 已取消|sent 发送 寄出 已寄出|received 收到 已收到|approved 通过 批准 已通过|issued 出具 出票 已出|confirmed 确认 已确认|created 创建 下单|returned 退回 归还 已归还|activated 激活 开通 已开通|scheduled 安排 预约|reported 上报 登记|workers 师傅 名 人";

fn called(key: &str) -> String {
    let mut names = String::new();
    for word in key.split(['_', '-', '.']) {
        names.push_str(word);
        names.push(' ');
        let one = word.strip_suffix('s').unwrap_or(word);
        let known =
            FIELDS.split('|').find(|line| line.split(' ').next().is_some_and(|name| name == word || name == one));
        if let Some(line) = known {
            names.push_str(line);
            names.push(' ');
        }
    }
    names.trim_end().to_owned()
}
