//! What a clause is about: its words without figures, modal verbs and negations.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use yingda_language::{Concept, Kind, concept, is_han, normalise, tokens};

use super::figure::{Figure, figures};
use super::lists::{IDLE, KINDS, LIMITS, SAME};

/// A part of a sentence that says one thing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clause {
    /// Folded words.
    pub words: BTreeSet<String>,
    /// Words that limit when it holds: 未, 已, before, unless.
    pub limits: BTreeSet<&'static str>,
    pub figures: Vec<Figure>,
    /// Whether it says that something may, can or does (`true`) or not (`false`); `None`: neither, or both.
    pub says: Option<bool>,
    /// The figures' text, and the words of its verdict.
    text: String,
}

impl Clause {
    pub(crate) fn shown(&self, figure: &Figure) -> String {
        self.text.get(figure.at.clone()).unwrap_or_default().trim().to_owned()
    }

    /// The clause with the units of its figures in their places.
    pub(crate) fn template(&self) -> String {
        let mut template = String::new();
        let mut from = 0;
        for figure in &self.figures {
            template += self.text.get(from..figure.at.start).unwrap_or_default().trim();
            template += &format!("\u{1}{:?}\u{1}", figure.unit);
            from = figure.at.end;
        }
        template += self.text.get(from..).unwrap_or_default().trim();
        template.push('\u{2}');
        template
    }
}

/// The clauses of a sentence.
pub(crate) fn clauses(sentence: &str) -> Vec<Clause> {
    let text = normalise(sentence);
    let figures = figures(&text);
    let mut clauses = Vec::new();
    for span in spans(&text, &figures) {
        let inside: Vec<Figure> = figures
            .iter()
            .filter(|figure| figure.at.start >= span.start && figure.at.end <= span.end)
            .map(|figure| Figure { at: figure.at.start - span.start..figure.at.end - span.start, ..figure.clone() })
            .collect();
        let text = &text[span];
        let words = words(text, &inside);
        if !words.is_empty() || !inside.is_empty() {
            let says = says(text);
            clauses.push(Clause { words, limits: limits(text), figures: inside, says, text: text.to_owned() });
        }
    }
    clauses
}

/// Cuts at commas and the like, and before "but", though not within a figure.
fn spans(text: &str, figures: &[Figure]) -> Vec<Range<usize>> {
    let within = |at: usize| figures.iter().any(|figure| figure.at.start < at && at < figure.at.end);
    let mut spans = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let mark = matches!(c, ',' | ';' | '。' | '!' | '?' | '(' | ')' | '“' | '”')
            || c == ':' && !rest[1..].starts_with(|c: char| c.is_ascii_digit());
        let but = ["但", "不过", "而且", " but ", " and ", "否则"].iter().any(|word| rest.starts_with(word));
        if (mark || but) && !within(at) && at > start {
            spans.push(start..at);
            start = at + if mark { c.len_utf8() } else { 0 };
        } else if mark && at == start {
            start = at + c.len_utf8();
        }
    }
    spans.push(start..text.len());
    spans.retain(|span| !text[span.clone()].trim().is_empty());
    spans
}

fn kinds() -> &'static BTreeSet<Concept> {
    static FOUND: LazyLock<BTreeSet<Concept>> = LazyLock::new(|| {
        KINDS.iter().filter_map(|word| concept(word).or_else(|| concept(&yingda_language::stem(word)))).collect()
    });
    &FOUND
}

/// The words of a normalised text, folded where two say the same, without figures and idle words.
pub(crate) fn words(text: &str, figures: &[Figure]) -> BTreeSet<String> {
    tokens(text)
        .into_iter()
        .filter(|token| !figures.iter().any(|figure| token.start < figure.at.end && figure.at.start < token.end))
        .filter(|token| matches!(token.kind, Kind::Han | Kind::Word | Kind::Code))
        .filter(|token| {
            !token.stop && !idle().contains(token.text.as_str()) && !idle().contains(&text[token.start..token.end])
        })
        .flat_map(|token| parts(&token.text))
        .collect()
}

/// A compound of two known words is those two: 优惠活动, 上班时间.
fn parts(word: &str) -> Vec<String> {
    let known =
        |word: &str| concept(word).is_some() || idle().contains(word) || SAME.iter().any(|same| same.contains(&word));
    if word.chars().count() == 4 && word.chars().all(is_han) && !known(word) {
        let middle = word.char_indices().nth(2).map_or(0, |(at, _)| at);
        let (first, second) = word.split_at(middle);
        if known(first) || known(second) {
            return [first, second].into_iter().filter(|part| !idle().contains(part)).map(folded).collect();
        }
    }
    vec![folded(word)]
}

fn idle() -> &'static BTreeSet<&'static str> {
    static IDLE_SET: LazyLock<BTreeSet<&str>> = LazyLock::new(|| IDLE.iter().copied().collect());
    &IDLE_SET
}

fn folded(word: &str) -> String {
    if let Some(same) =
        SAME.iter().find(|same| same.iter().any(|other| *other == word || yingda_language::stem(other) == word))
    {
        return same[0].to_owned();
    }
    match concept(word) {
        Some(concept) if !kinds().contains(&concept) => format!("#{}", concept.0),
        _ => word.to_owned(),
    }
}

fn limits(text: &str) -> BTreeSet<&'static str> {
    let padded = format!(" {text} ");
    // 目前 and 提前 limit nothing.
    let padded = ["目前", "提前", "当前", "前往", "前台", "除了", "此前", "前后", "以前", "除外"]
        .iter()
        .fold(padded, |text, word| text.replace(word, if *word == "除了" || *word == "除外" { "除" } else { " " }));
    LIMITS.iter().copied().filter(|limit| padded.contains(limit)).collect()
}

/// What a clause of Chinese or English says of a possibility, a need or a fact.
fn says(text: &str) -> Option<bool> {
    const NOT: &[&str] = &[
        "不能",
        "不可以",
        "不可",
        "无法",
        "不支持",
        "不提供",
        "不接受",
        "不会",
        "不得",
        "不再",
        "不予",
        "不需要",
        "不用",
        "无需",
        "不必",
        "没有",
        "不包括",
        "不包含",
        "不含",
        "不参加",
        "不参与",
        "不退",
        "不收",
        "不享受",
        "不配送",
        "不发",
        "不允许",
        "禁止",
        "不适用",
        "不算",
        "不计入",
        "不开",
        "不过期",
        "不",
    ];
    // Where 不 denies nothing.
    const APART: &[&str] = &[
        "不超过",
        "不满",
        "不足",
        "不限",
        "不同",
        "不好意思",
        "不客气",
        "不锈钢",
        "不粘",
        "不一定",
        "不完整",
        "不稳定",
        "不多于",
        "不少于",
        "能不能",
        "可不可以",
        "是不是",
        "要不要",
        "有没有",
        "会不会",
        "不清楚",
        "不合适",
        "不喜欢",
        "不想",
        "不符",
        "不过",
        "差不多",
        "不错",
        "不满意",
        "不便",
        "不久",
        "不良",
        "不小心",
    ];
    let text = format!(" {text} ");
    let plain = APART.iter().fold(text.clone(), |text, word| text.replace(word, " "));
    let chinese = plain.chars().any(is_han);
    if chinese {
        let denials = {
            let mut rest = plain.clone();
            let mut count = 0;
            for word in NOT {
                count += rest.matches(word).count();
                rest = rest.replace(word, " ");
            }
            count
        };
        return match denials {
            0 => Some(true),
            1 => Some(false),
            _ => None,
        };
    }
    let words: Vec<&str> =
        plain.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    let denials = words
        .iter()
        .enumerate()
        .filter(|(at, word)| {
            let next = words.get(at + 1).copied().unwrap_or_default();
            let denies = matches!(**word, "not" | "no" | "never" | "cannot" | "unable" | "impossible" | "nor")
                || word.ends_with("n't");
            denies && !matches!(next, "only" | "more" | "later" | "less" | "problem")
        })
        .count();
    match denials {
        0 => Some(true),
        1 => Some(false),
        _ => None,
    }
}

/// What an answer says first to a question of yes or no.
pub(crate) fn verdict(answer: &str) -> Option<bool> {
    const YES: &[&str] = &[
        "可以",
        "能",
        "支持",
        "有的",
        "有",
        "会的",
        "会",
        "要的",
        "需要",
        "是的",
        "是",
        "好的",
        "当然",
        "没问题",
        "提供",
        "包邮",
        "yes",
        "sure",
        "of course",
        "certainly",
        "you can",
        "you may",
        "absolutely",
        "we do",
        "we offer",
        "it is possible",
    ];
    const NO: &[&str] = &[
        "不可以",
        "不能",
        "不支持",
        "不行",
        "不会",
        "不是",
        "不需要",
        "不用",
        "无需",
        "不",
        "没有",
        "暂不",
        "暂时不",
        "目前不",
        "目前没有",
        "暂无",
        "无法",
        "no,",
        "no.",
        "no ",
        "not ",
        "unfortunately",
        "sorry",
        "we do not",
        "we don't",
        "you cannot",
        "you can't",
        "cannot",
    ];
    const BEFORE: &[&str] = &[
        "您好",
        "你好",
        "亲",
        "很抱歉",
        "非常抱歉",
        "抱歉",
        "不好意思",
        "sorry",
        "we are sorry",
        "i am sorry",
        "hello",
        "hi",
        ",",
        "!",
        " ",
        "。",
        ".",
        "~",
    ];
    let text = normalise(answer);
    let mut rest = text.as_str();
    let mut regret = false;
    while let Some(shorter) = BEFORE.iter().find_map(|word| rest.strip_prefix(word)) {
        regret |= rest.contains("抱歉") && !shorter.contains("抱歉") || rest.starts_with("sorry");
        rest = shorter;
    }
    let first = rest.split(['。', '.', '!', ';', ',']).next().unwrap_or_default();
    let padded = format!("{first} ");
    let no = NO.iter().any(|word| padded.starts_with(word) || format!("{first}, ").starts_with(word));
    let yes = YES.iter().any(|word| first.starts_with(word));
    let denied = says(first) == Some(false);
    match (yes, no) {
        (_, true) => Some(false),
        (true, false) if !denied && !regret => Some(true),
        (false, false) if regret && denied => Some(false),
        _ => None,
    }
}

/// Whether a question is answered with yes or no.
pub(crate) fn is_yes_or_no(question: &str) -> bool {
    let text = normalise(question);
    if text.chars().any(is_han) {
        let asks_what =
            ["什么", "哪", "怎么", "如何", "多少", "几", "多久", "为什么", "谁"].iter().any(|word| text.contains(word));
        let asks = ["吗", "能不能", "可不可以", "是否", "有没有", "要不要", "会不会", "是不是", "能否", "可否"]
            .iter()
            .any(|word| text.contains(word));
        return asks && !asks_what;
    }
    let last = text.rsplit([',', '.']).next().unwrap_or_default().trim_start();
    ["can ", "could ", "do ", "does ", "is ", "are ", "may ", "will ", "must ", "should ", "am ", "did ", "would "]
        .iter()
        .any(|word| last.starts_with(word))
}

/// What a question or heading is about: its words but for those that ask.
pub(crate) fn subject(text: &str) -> BTreeSet<String> {
    const ASKING: &[&str] = &[
        "怎么",
        "什么",
        "多久",
        "多少",
        "哪里",
        "为什么",
        "哪",
        "怎么办",
        "多少天",
        "几",
        "几天",
        "几点",
        "几个",
        "几张",
        "多大",
        "多长",
        "多长时间",
        "天内",
        "天",
        "何时",
        "一次",
        "说明",
        "介绍",
        "政策",
        "规则",
        "关于",
        "问题",
        "信息",
        "指南",
        "钱",
        "算",
        "详情",
        "长",
        "大",
        "高",
        "谁",
        "how",
        "what",
        "when",
        "where",
        "which",
        "why",
        "who",
        "long",
        "many",
        "much",
        "often",
        "policy",
        "information",
        "rule",
        "guide",
        "question",
        "detail",
        "big",
        "far",
        "soon",
        "fast",
    ];
    static FOLDED: LazyLock<BTreeSet<String>> =
        LazyLock::new(|| ASKING.iter().flat_map(|word| [folded(word), folded(&yingda_language::stem(word))]).collect());
    words(&normalise(text), &[]).into_iter().filter(|word| !FOLDED.contains(word)).collect()
}

/// Whether a word of one set and a word of the other share a character that matters: 账户 and 到账, engraved and engraving.
pub(crate) fn is_kin(a: &BTreeSet<&String>, b: &BTreeSet<&String>) -> bool {
    a.iter().any(|x| {
        b.iter().any(|y| {
            // Kinds of one thing (经济舱, 商务舱) share their end.
            let end: usize =
                x.chars().rev().zip(y.chars().rev()).take_while(|(c, d)| c == d).map(|(c, _)| c.len_utf8()).sum();
            let (left, right) = (&x[..x.len() - end], &y[..y.len() - end]);
            let inside = left.is_empty() || right.is_empty();
            let han = inside || left.chars().any(|c| is_han(c) && right.contains(c));
            let stem = x.is_ascii() && y.is_ascii() && x.len() >= 4 && y.len() >= 4 && x[..4] == y[..4];
            han || stem
        })
    })
}
