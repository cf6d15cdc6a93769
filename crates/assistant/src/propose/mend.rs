//! Words that a slip of the finger or of the input method made of those that are expected, put right.
//!
//! Only what is nearly a term of the vocabulary is touched, and only by the slips that people make: a character of the same sound,
//! pinyin in its place, one doubled, swapped or lost; a key beside the right one. Nothing here puts in or takes out a no.

mod sight;

use sight::Sight;
use yingda_language::is_han;

/// How near a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It answers what was asked.
    Asked,
    /// It may be said at any time.
    Known,
}

/// Words that are expected.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    words: String,
    letters: Vec<char>,
    standing: Standing,
    is_chinese: bool,
}

impl Term {
    /// `None` for words without letters.
    pub fn new(words: &str, standing: Standing) -> Option<Self> {
        let words = words.trim();
        let letters: Vec<char> = words.to_lowercase().chars().collect();
        let fits = letters.len() <= LONGEST_TERM && letters.iter().any(|c| c.is_alphabetic());
        let is_chinese = letters.iter().copied().any(is_han);
        fits.then(|| Self { words: words.to_owned(), letters, standing, is_chinese })
    }

    /// Letters that count.
    fn weight(&self) -> u32 {
        u32::try_from(self.letters.iter().filter(|c| c.is_alphanumeric()).count()).unwrap_or(u32::MAX)
    }
}

const LONGEST_TERM: usize = 40;
/// Longer messages tell a story: they are left as they are.
const LONGEST_TEXT: usize = 240;

/// A message as it was meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mended {
    pub text: String,
    /// Ranges of bytes: as written, as mended.
    changes: Vec<((usize, usize), (usize, usize))>,
}

impl Mended {
    /// Where a place of the mended text stands in the message as it was written. Within changed words it is their beginning.
    pub fn written(&self, place: usize) -> usize {
        let mut shift = (0, 0);
        for (written, mended) in &self.changes {
            if place < mended.0 {
                break;
            }
            if place < mended.1 {
                return written.0;
            }
            shift = (written.1, mended.1);
        }
        shift.0 + (place - shift.1)
    }

    fn of(text: &str, changes: Vec<(usize, usize, String)>) -> Self {
        let mut mended = Self { text: String::with_capacity(text.len()), changes: Vec::new() };
        let mut from = 0;
        for (start, end, words) in changes {
            mended.text.push_str(&text[from..start]);
            let begins = mended.text.len();
            mended.text.push_str(&words);
            mended.changes.push(((start, end), (begins, mended.text.len())));
            from = end;
        }
        mended.text.push_str(&text[from..]);
        mended
    }
}

/// `text` with its slips put right, as far as they hide terms.
pub(crate) fn mend(text: &str, terms: &[Term]) -> Mended {
    let sight = Sight::new(text);
    if sight.letters.is_empty() || sight.letters.len() > LONGEST_TEXT {
        return Mended { text: text.to_owned(), changes: Vec::new() };
    }
    let mut found: Vec<Found<'_>> = Vec::new();
    for term in terms {
        sight.find(term, &mut found);
    }
    found.sort_by_key(|found| (std::cmp::Reverse(found.worth()), found.start));
    let mut chosen: Vec<Found<'_>> = Vec::new();
    for one in found {
        if !chosen.iter().any(|other| one.start < other.end && other.start < one.end) {
            chosen.push(one);
        }
    }
    chosen.retain(|one| one.cost > 0);
    let mut changes: Vec<(usize, usize, String)> =
        chosen.iter().map(|one| (sight.offsets[one.start], sight.offsets[one.end], one.term.words.clone())).collect();
    for at in sight.joints() {
        if !changes.iter().any(|(start, end, _)| *start < at && at < *end) {
            changes.push((at, at, " ".to_owned()));
        }
    }
    changes.sort_by_key(|(start, end, _)| (*start, *end));
    Mended::of(text, changes)
}

/// A term in the text, by place of letters.
struct Found<'t> {
    term: &'t Term,
    start: usize,
    end: usize,
    cost: u32,
}

impl Found<'_> {
    fn worth(&self) -> i64 {
        let asked = if self.term.standing == Standing::Asked { 40 } else { 0 };
        100 * i64::from(self.term.weight()) - 2 * i64::from(self.cost) + asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str, asked: &[&str], known: &[&str]) -> String {
        let term = |standing| move |words: &&str| Term::new(words, standing);
        let asked = asked.iter().filter_map(term(Standing::Asked));
        let terms: Vec<Term> = asked.chain(known.iter().filter_map(term(Standing::Known))).collect();
        mend(text, &terms).text
    }

    #[test]
    fn slips_of_chinese_input_are_put_right() {
        let options = ["不想要了", "质量问题", "没有收到", "空气炸锅", "电饭煲", "是", "行", "确认"];
        for (written, meant) in [
            ("不响要了，没拆封", "不想要了，没拆封"),
            ("不想le", "不想要了"),
            ("质量题问", "质量问题"),
            ("酶有收到", "没有收到"),
            ("恐气炸锅", "空气炸锅"),
            ("电fan煲", "电饭煲"),
            ("师", "是"),
            ("性", "行"),
            ("确仁", "确认"),
        ] {
            assert_eq!(mended(written, &options, &[]), meant);
        }
    }

    #[test]
    fn what_may_be_said_at_any_time_is_known_by_less() {
        let phrases =
            ["我有多少积分", "撤销退货申请", "我要留言", "退货", "烫伤", "转人工", "杭州市", "stopped working"];
        for (written, meant) in [
            ("我游多少积分", "我有多少积分"),
            ("撤xiao退货申请，QH2611182846", "撤销退货申请，QH2611182846"),
            ("我要留烟", "我要留言"),
            ("腿货QH2611191652", "退货QH2611191652"),
            ("把孩子烫尚了", "把孩子烫伤了"),
            ("憋跟我绕了，人转工！", "憋跟我绕了，转人工！"),
            ("杭州师西湖区", "杭州市西湖区"),
            ("my blender stoppped working, I want arefund.", "my blender stopped working, I want arefund."),
        ] {
            assert_eq!(mended(written, &[], &phrases), meant);
        }
    }

    #[test]
    fn slips_of_the_finger_are_put_right() {
        let options = ["yes", "yes please", "arrived broken", "Zhejiang"];
        for (written, meant) in [
            ("eys", "yes"),
            ("ys plase", "yes please"),
            ("it arrrvied broken", "it arrived broken"),
            ("Hangzhou, shejiang", "Hangzhou, Zhejiang"),
        ] {
            assert_eq!(mended(written, &options, &["cancel my order"]), meant);
        }
        assert_eq!(mended("cancel myordr please", &[], &["cancel my order"]), "cancel my order please");
    }

    #[test]
    fn a_no_is_neither_put_in_nor_taken_out() {
        for (written, term) in
            [("想要了", "不想要了"), ("不收到货", "收到货"), ("要退货", "不要退货"), ("没有损坏", "有损坏")]
        {
            assert_eq!(mended(written, &[term], &[term]), written);
        }
    }

    #[test]
    fn what_is_no_slip_stays() {
        let asked = ["是", "退货", "换货", "没拆封", "用过了", "broken", "used", "yes", "no"];
        let known = [
            "个人发票",
            "how many points do I have",
            "我要退货",
            "我要换货",
            "取消订单",
            "cancel my order",
            "change my address",
            "defective",
        ];
        for text in [
            "我要换货",
            "我要退款",
            "取消退货",
            "事情是这样的",
            "你们几点关门",
            "订单号QH2611191652 手机号19900000026",
            "change my order",
            "the token is used",
            "a detective story",
            "now",
            "QH2611050123",
            "再给我开个发票",
            "cancel order QH2611227226 and tell me how many points I have",
            "I want a refund",
        ] {
            assert_eq!(mended(text, &asked, &known), text);
        }
    }

    #[test]
    fn pinyin_is_parted_from_numbers() {
        assert_eq!(mended("订单QH2611191652，手ji19900000053", &[], &[]), "订单QH2611191652，手ji 19900000053");
        assert_eq!(mended("QH2611227666huan个地址", &[], &[]), "QH2611227666 huan个地址");
        assert_eq!(mended("单号sf1234567890123", &[], &[]), "单号sf1234567890123");
    }

    #[test]
    fn places_lead_back_to_what_was_written() {
        let terms: Vec<Term> = [Term::new("撤销退货申请", Standing::Known)].into_iter().flatten().collect();
        let written = "请撤xiao退货申请，QH2611182846";
        let mended = mend(written, &terms);
        let at = mended.text.find("QH").unwrap_or_default();
        assert_eq!(mended.written(at), written.find("QH").unwrap_or_default());
        assert_eq!(mended.written(mended.text.len()), written.len());
        assert_eq!(mended.written(0), 0);
    }
}
