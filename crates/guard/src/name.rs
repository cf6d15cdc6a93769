//! Names of people, products, organisations and places that the evidence does not hold.

use std::sync::LazyLock;

use regex::Regex;
use yingda_entity::{Entities, Entity, Kind};
use yingda_language::is_han;

use crate::common::is_common;
use crate::ground::Ground;
use crate::neutral::is_neutral;
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::saying::{Lang, Rule};

/// Companies that a customer hears of in deliveries and payments, by the core of their names.
static KNOWN: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"顺丰|圆通|中通|申通|韵达|极兔|德邦|京东|菜鸟|邮政|天猫|淘宝|拼多多|抖音|美团|饿了么|支付宝|微信支付|花呗|工商银行|建设银行|农业银行|招商银行|\b(?:fedex|ups|dhl|usps|tnt|gls|dpd|hermes|paypal|klarna|amazon|ebay|walmart|visa|mastercard|amex|apple pay|google pay|stripe)\b",
    )
});
/// Places that answers are about: provinces, large cities, countries.
static PLACES: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"北京|上海|天津|重庆|广州|深圳|杭州|南京|苏州|无锡|宁波|温州|合肥|福州|厦门|泉州|南昌|济南|青岛|烟台|郑州|洛阳|武汉|长沙|佛山|东莞|珠海|南宁|海口|三亚|成都|绵阳|贵阳|昆明|拉萨|西安|兰州|西宁|银川|乌鲁木齐|石家庄|太原|呼和浩特|沈阳|大连|长春|哈尔滨|义乌|嘉兴|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|美国|英国|德国|法国|日本|韩国|新加坡|加拿大|澳大利亚|俄罗斯|泰国|马来西亚|越南|印度|意大利|西班牙|荷兰|瑞士",
    )
});
/// Countries of the European Union, and others that one sends to.
const UNION: &str = "austria belgium bulgaria croatia cyprus czechia denmark estonia finland france germany greece hungary ireland italy \
    latvia lithuania luxembourg malta netherlands poland portugal romania slovakia slovenia spain sweden 德国 法国 意大利 西班牙 荷兰";
const COUNTRIES: &str = "australia brazil canada china egypt iceland india indonesia israel japan kenya korea malaysia mexico morocco norway \
    scotland singapore switzerland taiwan thailand turkey ukraine vietnam wales england britain america 美国 英国 日本 韩国 新加坡 加拿大 澳大利亚 \
    俄罗斯 泰国 马来西亚 越南 印度 瑞士";
static IN_UNION: LazyLock<Regex> = LazyLock::new(|| fixed(r"\beu\b|\beuropean union\b|\beurope\b|欧盟|欧洲"));
static ABROAD: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"\babroad\b|\boverseas\b|\binternational(?:ly)?\b|\bworldwide\b|\boutside (?:the (?:uk|us)|europe)\b|\bother countries\b|国外|境外|海外|国际|全球",
    )
});
static CAPITALISED: LazyLock<Regex> = LazyLock::new(|| fixed(r"[A-Z][\p{Latin}\d'’&-]*"));
static LATIN: LazyLock<Regex> = LazyLock::new(|| fixed(r"[A-Za-z][A-Za-z-]{1,}"));

/// Capitalised words that name nothing in particular.
const COMMON: &str = "i i'm i'll i've i'd ok okay mr mrs ms dr sms pdf csv json faq id url app wifi wi-fi vip api usb qr pin eu us uk usa \
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november \
    december english chinese german french spanish european american christmas easter new year internet online google web chat email e-mail \
    android ios iphone windows mac bluetooth gps sim tv pc gmt utc am pm pos atm led lcd hd hdr";

/// Checks the names of a sentence; `text` is the whole text it stands in.
pub(crate) fn check(
    piece: &Piece,
    text: &str,
    lang: Lang,
    ground: &Ground,
    found: &[Entity],
    broken: &mut Vec<Broken>,
) {
    for known in KNOWN.find_iter(&piece.folded.text).chain(PLACES.find_iter(&piece.folded.text)) {
        if !ground.names(known.as_str()) && !is_in_region(known.as_str(), ground) {
            broken.push(unsupported(known.range()));
        }
    }
    match lang {
        Lang::En => english(piece, text, ground, broken),
        Lang::Zh => latin(piece, ground, broken),
    }
    for entity in found.iter().filter(|entity| piece.span.start <= entity.start && entity.end <= piece.span.end) {
        let han = entity.text.chars().any(is_han);
        let least = match entity.kind {
            Kind::Person if han => 0.6,
            Kind::Organisation | Kind::Place if han => 0.8,
            _ => continue,
        };
        if entity.confidence >= least && !is_known(&entity.text, &entity.kind, ground) {
            let start = piece.folded.text.char_indices().find(|(at, _)| piece.original(*at..*at).start >= entity.start);
            let end = piece.folded.text.char_indices().find(|(at, _)| piece.original(*at..*at).start >= entity.end);
            let start = start.map_or(0, |(at, _)| at);
            let end = end.map_or(piece.folded.text.len(), |(at, _)| at);
            broken.push(unsupported(start..end.max(start)));
        }
    }
}

fn unsupported(span: std::ops::Range<usize>) -> Broken {
    Broken::new(Rule::Name, span, "依据里没有这个名称", "no evidence holds this name")
}

/// Whether the evidence speaks of the part of the world that a country (lower case) is in: Spain, where it says what
/// the EU pays.
fn is_in_region(country: &str, ground: &Ground) -> bool {
    let stated = &ground.known.stated;
    let of = |list: &str| list.split_whitespace().any(|known| known == country);
    of(UNION) && (IN_UNION.is_match(stated) || ABROAD.is_match(stated)) || of(COUNTRIES) && ABROAD.is_match(stated)
}

/// What a workspace without a setup of its own recognises.
pub(crate) fn entities(text: &str, recogniser: &Entities, now: Option<time::OffsetDateTime>) -> Vec<Entity> {
    let now = now.unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    recogniser.find(text, &yingda_entity::Context { now })
}

/// Whether the evidence holds the name, or a person of that family name: 孙先生 where the customer is 孙浩.
fn is_known(name: &str, kind: &Kind, ground: &Ground) -> bool {
    if ground.names(name) {
        return true;
    }
    // Everyday words that only look like a family name and a given one: 包间费, 来咨询吧.
    let tokens = yingda_language::tokens(name);
    let everyday = |token: &yingda_language::Token| {
        token.text.chars().count() > 1 && (is_common(&token.text) || ground.text.contains(&token.text))
    };
    if name.chars().count() > 2
        && tokens.iter().any(everyday)
        && tokens.iter().all(|token| everyday(token) || is_particle(&token.text))
    {
        return true;
    }
    let titles = [
        "先生", "女士", "小姐", "老师", "同学", "师傅", "太太", "您好", "主任", "医生", "经理", "阿姨", "大夫", "教练",
        "师父", "管家", "店长", "护士",
    ];
    let core = titles.iter().find_map(|title| name.strip_suffix(title)).unwrap_or(name);
    if core.is_empty() || core != name && core.chars().count() >= 2 && ground.names(core) {
        return true;
    }
    if *kind == Kind::Person && core != name && core.chars().count() == 1 {
        let title = &name[core.len()..];
        let customer = matches!(title, "先生" | "女士" | "小姐" | "太太" | "老师" | "同学");
        // Whom the customer speaks for is of their data: 魏阿姨, where that is 魏秀兰.
        let theirs = ground.lines.iter().any(|line| {
            let text = line.whole.text.trim();
            line.source == crate::ground::Source::Customer
                && text.starts_with(core)
                && (2..=3).contains(&text.chars().count())
        });
        return theirs && title == "阿姨"
            || customer
                && ground.lines.iter().any(|line| {
                    let text = line.whole.text.trim();
                    line.source != crate::ground::Source::Text
                        && (text.starts_with(core)
                            || text.contains(&format!("我叫{core}"))
                            || text.contains(&format!("我是{core}"))
                            || text.contains(&format!("姓{core}")))
                });
    }
    // The place or company inside a longer name: 武汉 in 武汉转运中心.
    matches!(kind, Kind::Organisation | Kind::Place)
        && yingda_language::tokens(core)
            .iter()
            .filter(|token| token.text.chars().count() > 1)
            .all(|token| ground.text.contains(&token.text))
}

/// A single character that goes with anything.
fn is_particle(text: &str) -> bool {
    text.chars().count() == 1 && (is_neutral(text) || text.chars().all(|c| "费吧呢吗了的卡单号款".contains(c)))
}

/// Capitalised words inside an English sentence.
fn english(piece: &Piece, text: &str, ground: &Ground, broken: &mut Vec<Broken>) {
    let sentence = &text[piece.span.clone()];
    for found in CAPITALISED.find_iter(sentence) {
        let inside = sentence[..found.start()]
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '@' | '/' | '-' | '_' | '\''));
        let word = found.as_str().trim_end_matches(['\'', '’', '-', '&']);
        let word = word.strip_suffix("'s").or(word.strip_suffix("’s")).unwrap_or(word);
        let lower = word.to_lowercase();
        let opens = sentence[..found.start()]
            .trim_end()
            .chars()
            .next_back()
            .is_none_or(|c| matches!(c, ':' | '"' | '“' | '(' | '*' | '-' | '—' | '•'));
        // The first word of a sentence is a name only beside another one that is none of the evidence's.
        let next_is_name = CAPITALISED.find_at(sentence, found.end()).is_some_and(|next| {
            sentence[found.end()..next.start()].trim_matches(['.', ' ']).is_empty()
                && next.start() > found.end()
                && !(is_common(&lower) && (ground.names(next.as_str()) || next.as_str().len() < 3))
        });
        if inside || word.len() < 2 || word.bytes().any(|b| b.is_ascii_digit()) || opens && !next_is_name {
            continue;
        }
        // On Fridays.
        let one = lower.strip_suffix('s').filter(|one| one.ends_with("day")).unwrap_or(&lower);
        let common = COMMON.split_whitespace().any(|common| common == one || common == lower)
            || is_neutral(&lower)
            || yingda_language::is_stop_word(&lower)
            || yingda_language::is_stop_word(&yingda_language::stem(&lower));
        let known = |word: &str| {
            ground.names(word)
                || ground.keys.contains(&yingda_language::stem(word))
                || word.strip_suffix('s').is_some_and(|one| ground.names(one))
        };
        if common
            || is_in_region(&lower, ground)
            || lower.split('-').all(|part| part.is_empty() || known(part) || is_neutral(part))
        {
            continue;
        }
        let at = piece
            .folded
            .text
            .char_indices()
            .find(|(at, _)| piece.original(*at..*at).start >= piece.span.start + found.start());
        let start = at.map_or(0, |(at, _)| at);
        let end = (start + lower.len()).min(piece.folded.text.len());
        if piece.folded.text.is_char_boundary(end) {
            broken.push(unsupported(start..end));
        }
    }
}

/// Latin words inside a Chinese sentence.
fn latin(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    let text = &piece.folded.text;
    if !text.chars().any(is_han) {
        return;
    }
    for found in LATIN.find_iter(text) {
        let edge = |c: Option<char>| {
            c.is_none_or(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '/' | '_' | '-' | ':' | '<' | '"')))
        };
        let alone = edge(text[..found.start()].chars().next_back()) && edge(text[found.end()..].chars().next());
        let word = found.as_str();
        let common = COMMON.split_whitespace().any(|common| common == word)
            || matches!(
                word,
                "gb" | "mb" | "kg" | "cm" | "mm" | "ml" | "km" | "hi" | "hello" | "bye" | "sku" | "excel" | "word"
            );
        if alone && word.len() >= 3 && !common && !ground.names(word) {
            broken.push(unsupported(found.range()));
        }
    }
}
