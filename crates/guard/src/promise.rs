//! Promises that no policy covers.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::ground::{Ground, Line, Source};
use crate::negation;
use crate::neutral::{is_question, is_unknowing};
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::saying::Rule;
use crate::unit::Unit;

/// A kind of promise: the words that make it, and the words by which the evidence supports it.
struct Promise {
    made: Regex,
    backed: Regex,
    /// What has to stand in the clause as well.
    beside: Option<Regex>,
    /// Whether what it is about may stand anywhere in the sentence.
    whole: bool,
    zh: &'static str,
    en: &'static str,
}

static PROMISES: LazyLock<Vec<Promise>> = LazyLock::new(|| {
    let absolute = r"一定|肯定|保证|绝对|百分之?百|百分之一百|必定|必然|包(?:过|赔|退|换|治|您满意|你满意)|万无一失|终身|无条件|担保|承诺|永久|\bguarantee[sd]?\b|\bdefinitely\b|\bcertainly\b|\bpromise[sd]?\b|\b100 ?%|\babsolutely\b|\bno matter what\b|\bfor sure\b|\blifetime\b|\bwithout fail\b|\bassure you\b";
    let amends = r"补偿|赔偿|赔付|全赔|全额赔|包赔|赔给|代金券|优惠券|抵扣券|现金券|红包|双倍|返现|补给您|送您|送你|赠送|赠品|再送|还送|额外送|积分补|\bcompensat\w+|\breimburs\w+|\bvouchers?\b|\bcoupons?\b|\bstore credit\b|\ba credit of\b|\bgoodwill\b|\bbonus\b|\d+ ?% off\b|\bgift (?:for|to) you\b";
    let free = r"免费|免单|全免|白送|不收(?:任何|您)?.{0,4}费|不收取|不要钱|免(?:除|掉|收)|\bfree of charge\b|\bfor free\b|\bfree\b|\bat no (?:extra |additional )?(?:charge|cost)\b|\bcomplimentary\b|\bon the house\b|\bwaive[sd]?\b|\bwithout (?:any )?(?:charge|cost)\b";
    let refund = r"退款|退钱|全额退|退还|退给|原路退|\brefund\w*|\bmoney back\b";
    let commit = r"\bwe(?:'ll| will) (?:pay|refund|reimburse|compensate|upgrade|waive|credit|replace|send you|give you|cover|make sure|speed)\b|\bi(?:'ll| will) (?:give you|refund|make sure|personally|get you)\b|(?:给|帮|替|为)(?:您|你).{0,8}(?:换.{0,3}新|留一|留着|预留|保留|特批|破例|升级|减免|免掉|打.折|加急|插队|全额)";
    let soon = r"(?:今天|今晚|今日|明天|明早|明晚|后天|马上|立刻|立即|当天|当日|当晚|下班前|分钟内|小时内).{0,10}(?:送到|送达|到货|发货|到账|退款|退给|解冻|解决|恢复|修好|上门|停工|办好|处理好|审核通过)|\b(?:today|tomorrow|tonight|within the hour|by (?:the )?end of (?:the )?day|immediately|right now)\b";
    // “Tomorrow would be too early” promises nothing.
    let deed = r"\p{Han}|\b(?:will|can|going to|gets?|got|have|has|arriv\w*|deliver\w*|dispatch\w*|refund\w*|credit\w*|ready|sen[dt]\w*|ship\w*|fix\w*|resolv\w*|process\w*|paid|back|done|approved|come|comes|coming)\b|'(?:ll|ve|s|re)\b";
    let within = r"今天|今晚|明天|后天|当天|当日|立即|立刻|马上|\d+ ?(?:分钟|小时)|\btoday|\btomorrow|\bimmediate|\bsame day|\bhour";
    vec![
        Promise::new(absolute, absolute, "依据里没有这样的保证", "no evidence guarantees this"),
        Promise::new(amends, &format!(r"{amends}|附送|附赠|赠|补发|补寄|(?:首|满|即|均|另|可|再)送|送(?:\d|一|您|出)|全部送"), "依据里没有这样的补偿或赠送", "no evidence offers this compensation or gift"),
        Promise::new(
            free,
            r"免|不收|不要钱|赠|包邮|\bfree\b|no (?:extra )?(?:cost|charge)|includ|complimentary|without (?:any )?(?:charge|cost)|waive|\bno fee|\bno interest|\binterest-free|免息|无息|\bnothing\b",
            "依据里没有说免费",
            "no evidence says that this is free",
        )
        .of_the_sentence(),
        Promise::new(refund, r"退|refund|money back|return", "依据里没有说可以退款", "no evidence speaks of a refund").of_the_sentence(),
        Promise::new(
            commit,
            r"换新|留|保留|升级|减免|加急|特批|打.折|we (?:will|pay|refund|reimburse|cover|send|give|replace|waive|credit|upgrade)|refund|replace|cover|includ|free",
            "依据里没有这样的承诺",
            "no evidence allows this commitment",
        ),
        Promise::new(soon, within, "依据里没有这个时限", "no evidence sets this time").beside(deed),
    ]
});

impl Promise {
    fn new(made: &str, backed: &str, zh: &'static str, en: &'static str) -> Self {
        Self { made: fixed(made), backed: fixed(backed), beside: None, whole: false, zh, en }
    }

    fn beside(mut self, words: &str) -> Self {
        self.beside = Some(fixed(words));
        self
    }

    fn of_the_sentence(mut self) -> Self {
        self.whole = true;
        self
    }
}

/// Words that ask something of the customer, or only sound like a promise.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"请(?:您|你)?(?:务必|一定)|一定(?:要|的|程度|时间|金额)|(?:需要|请)(?:您|你)?(?:保证|承诺)|保证金|为(?:了)?保证|以保证|质量保证|红包赔|肯定(?:很|会?着急|理解)|没有[^，。]{0,14}(?:承诺|保证)|\bfeel free|free to\b|hands-free|duty-free|\btoll-free|\bplease make sure|\bsugar-free|\bwe promise for\b|\bfree (?:plan|version|tier|account|edition)\b",
    )
});

/// Checks the promises of a sentence.
pub(crate) fn check(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    if is_question(&piece.folded.text) || is_unknowing(&piece.folded.text) {
        return;
    }
    for clause in &piece.clauses {
        let text = &clause.unit.text;
        let harmless: Vec<_> = HARMLESS.find_iter(text).map(|found| found.range()).collect();
        let denied = negation::scopes(text);
        for promise in PROMISES.iter() {
            let made = promise.made.find_iter(text).find(|found| {
                let inside = |range: &std::ops::Range<usize>| range.start <= found.start() && found.start() < range.end;
                !harmless.iter().any(inside) && !denied.iter().any(inside)
            });
            let Some(made) = made.filter(|_| promise.beside.as_ref().is_none_or(|beside| beside.is_match(text))) else {
                continue;
            };
            let whole = promise.whole && backed_by_sentence(promise, piece, ground);
            if whole || backed(promise, &clause.unit, made.range(), piece, ground) {
                continue;
            }
            broken.push(Broken::new(
                Rule::Promise,
                clause.at + made.start()..clause.at + made.end(),
                promise.zh,
                promise.en,
            ));
            break;
        }
    }
}

/// Whether a line of the evidence makes the same kind of promise and has much in common with the whole sentence.
fn backed_by_sentence(promise: &Promise, piece: &Piece, ground: &Ground) -> bool {
    let own = piece.whole.keys();
    ground
        .lines
        .iter()
        .filter(|line| line.source != Source::Customer)
        .any(|line| promise.backed.is_match(&line.whole.text) && own.intersection(&line.whole.keys()).count() >= 2)
}

/// Whether a line of the evidence makes the same kind of promise about the same thing.
fn backed(promise: &Promise, clause: &Unit, made: std::ops::Range<usize>, piece: &Piece, ground: &Ground) -> bool {
    let about = |unit: &Unit, without: Option<&std::ops::Range<usize>>| -> HashSet<String> {
        let outside = |word: &&crate::unit::Word| {
            without.is_none_or(|made| word.span.end <= made.start || made.end <= word.span.start)
        };
        unit.words
            .iter()
            .filter(outside)
            .map(|word| word.key.clone())
            .chain(unit.facts.iter().map(|fact| fact.key()))
            .collect()
    };
    let mut own = about(clause, Some(&made));
    if own.is_empty() {
        own = about(&piece.whole, None);
    }
    ground.lines.iter().filter(|line| line.source != Source::Customer).any(|line| {
        promise.backed.is_match(&line.whole.text)
            && (own.is_empty() || own.intersection(&line.whole.keys()).next().is_some() || shares_word(clause, line))
    })
}

/// Whether a longer word of the line holds one of the clause: 订期末 and 期末, rebooking and booking.
fn shares_word(clause: &Unit, line: &Line) -> bool {
    clause.words.iter().filter(|word| !word.light).any(|word| {
        let long = if word.text.is_ascii() { word.text.len() >= 4 } else { word.text.chars().count() >= 2 };
        long && line.whole.words.iter().any(|other| other.text.ends_with(&word.text))
    })
}
