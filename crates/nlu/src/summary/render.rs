//! A summary in a few labelled lines.

use std::fmt::Write;

use yingda_entity::Kind;

use super::{Extract, Labels, Sign, Summary, Why};
use crate::trend::{Direction, Level};

/// How many extracts stand in a line.
const IN_LINE: usize = 3;
/// How many facts stand in a line.
const FACTS: usize = 8;

impl Summary {
    /// The summary as text: at most seven lines, each a label and extracts word for word, each with the number of its message
    /// (`#4`). Of personal facts only the kind is named; extracts are not masked.
    pub fn render(&self, labels: Labels) -> String {
        let mut lines = Vec::new();
        let mut line = |label: (&str, &str), items: Vec<String>| {
            if !items.is_empty() {
                lines.push(match labels {
                    Labels::Zh => format!("{}：{}", label.0, items.join("；")),
                    Labels::En => format!("{}: {}", label.1, items.join("; ")),
                });
            }
        };
        line(("诉求", "Wanted"), self.wanted.iter().map(|wanted| quote(&wanted.extract, labels)).collect());
        line(("承诺", "Promised"), last(self.promised.iter().map(|promise| &promise.extract), labels));
        let open = self.open.iter().map(|open| quote_open(&open.extract, open.why, labels));
        line(("未了", "Open"), open.rev().take(IN_LINE).collect::<Vec<_>>().into_iter().rev().collect());
        line(("再次询问", "Asked again"), last(self.asked_again.iter().flat_map(|repeated| &repeated.again), labels));
        let strongest = self.resolved.iter().map(|resolved| resolved.sign).max().unwrap_or(Sign::Thanks);
        let strong = self.resolved.iter().filter(|resolved| resolved.sign == strongest);
        line(("解决迹象", "Signs of resolution"), last(strong.map(|resolved| &resolved.extract), labels));
        line(("要点", "Facts"), self.fact_items(labels));
        line(("情绪", "Mood"), self.mood_items(labels));
        lines.join("\n")
    }

    fn fact_items(&self, labels: Labels) -> Vec<String> {
        let item = |fact: &super::Fact| {
            let kind = kind(&fact.entity.kind, labels);
            let words = one_line(&fact.entity.text);
            if fact.personal { format!("{kind} #{}", fact.seq) } else { format!("{kind} {words} #{}", fact.seq) }
        };
        let mut facts: Vec<&super::Fact> = self.facts.iter().collect();
        facts.sort_by_key(|fact| is_minor(&fact.entity.kind));
        facts.into_iter().take(FACTS).map(item).collect()
    }

    fn mood_items(&self, labels: Labels) -> Vec<String> {
        let Some(mood) = &self.mood else { return Vec::new() };
        let level = match mood.trend.level {
            Level::Calm => ("平稳", "calm"),
            Level::Strained => ("紧张", "strained"),
            Level::Critical => ("危急", "critical"),
        };
        let direction = match mood.trend.direction {
            Direction::Better => ("好转", "getting better"),
            Direction::Steady => ("持平", "steady"),
            Direction::Worse => ("变差", "getting worse"),
        };
        let mut items = vec![pick(level, labels).to_owned(), pick(direction, labels).to_owned()];
        if let Some(seq) = mood.broke_seq {
            items.push(format!("{} #{seq}", pick(("转差于", "turned at"), labels)));
        }
        if mood.trend.recovered {
            items.push(pick(("已恢复", "recovered"), labels).to_owned());
        }
        items
    }
}

/// Kinds that a conversation is full of: shown where there is room.
fn is_minor(kind: &Kind) -> bool {
    matches!(kind, Kind::Time | Kind::Duration | Kind::Quantity | Kind::Percent | Kind::Place | Kind::Person)
}

/// The last few, which are nearest to how things stand.
fn last<'e>(extracts: impl Iterator<Item = &'e Extract>, labels: Labels) -> Vec<String> {
    let all: Vec<&Extract> = extracts.collect();
    all[all.len().saturating_sub(IN_LINE)..].iter().map(|extract| quote(extract, labels)).collect()
}

fn quote(extract: &Extract, labels: Labels) -> String {
    let (left, right) = pick((("「", "」"), ("“", "”")), labels);
    format!("{left}{}{right} #{}", one_line(&extract.text), extract.seq)
}

fn quote_open(extract: &Extract, why: Why, labels: Labels) -> String {
    let why = match why {
        Why::Unanswered => ("未答复", "unanswered"),
        Why::Promised => ("待兑现", "promised"),
        Why::Asked => ("待客户回复", "waiting for the customer"),
    };
    let mut text = quote(extract, labels);
    let (left, right) = pick((("（", "）"), (" (", ")")), labels);
    // Writing to a string cannot fail.
    let _ = write!(text, "{left}{}{right}", pick(why, labels));
    text
}

/// Line breaks become spaces, so that a customer cannot write lines of a summary.
fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}', " ")
}

fn pick<T>(both: (T, T), labels: Labels) -> T {
    match labels {
        Labels::Zh => both.0,
        Labels::En => both.1,
    }
}

/// The name of a kind; of an own type, its name.
fn kind(kind: &Kind, labels: Labels) -> &str {
    let both = match kind {
        Kind::Phone => ("电话", "phone"),
        Kind::IdCard => ("身份证", "identity card"),
        Kind::BankCard => ("银行卡", "payment card"),
        Kind::Iban => ("国际银行账号", "IBAN"),
        Kind::Ssn => ("社会安全号", "social security number"),
        Kind::Email => ("邮箱", "e-mail"),
        Kind::Url => ("网址", "link"),
        Kind::Ip => ("IP 地址", "IP address"),
        Kind::OrderNumber => ("订单号", "order"),
        Kind::ParcelNumber => ("运单号", "parcel"),
        Kind::Money => ("金额", "amount"),
        Kind::Quantity => ("数量", "quantity"),
        Kind::Percent => ("比例", "percentage"),
        Kind::Time => ("时间", "time"),
        Kind::Duration => ("时长", "duration"),
        Kind::Address => ("地址", "address"),
        Kind::Postcode => ("邮编", "post code"),
        Kind::Place => ("地点", "place"),
        Kind::Person => ("姓名", "name"),
        Kind::Organisation => ("单位", "organisation"),
        Kind::Product => ("商品", "product"),
        Kind::Answer => ("回答", "answer"),
        Kind::Ordinal => ("序号", "position"),
        Kind::Plate => ("车牌", "number plate"),
        Kind::Passport => ("护照", "passport"),
        Kind::DriverLicence => ("驾照", "driving licence"),
        Kind::Account => ("账号", "account"),
        Kind::Password => ("密码", "password"),
        Kind::OneTimeCode => ("验证码", "one-time code"),
        Kind::DateOfBirth => ("出生日期", "date of birth"),
        Kind::Own(name) => return name,
    };
    pick(both, labels)
}
