//! Opposites: two ways something can be, each by its words.

use std::sync::LazyLock;

use regex::RegexSet;

use crate::pattern::fixed_set;

/// Each pair in one language and the other. A denial turns neither: that is seen by the words denied.
const PAIRS: [(&str, &str); 14] = [
    // Paid first, or afterwards.
    (
        r"先(?:行)?(?:付|交|缴|支付|买单)|预付|预缴|预先|\b(?:in advance|upfront|up front|prepa(?:y|id)|beforehand)\b",
        r"再(?:付|交|缴|支付|买单)|后(?:再)?(?:付|交|缴|支付)|到付|(?:付|交)也行|\b(?:pay later|afterwards|on arrival|on delivery|at the end)\b",
    ),
    // All, or a part.
    (
        r"全额|全部退|全款|全价|足额|\b(?:in full|full (?:refund|amount|price)|fully|entire|all of it)\b",
        r"部分|一半|半价|按比例|扣除|折旧|\b(?:part(?:ly|ial)?|half|pro rata|minus|less)\b",
    ),
    // By itself, or by hand.
    (
        r"自动|自行续|\bautomatic(?:ally)?\b|\bby itself\b|\bauto-?renew",
        r"手动|手工|不会自动|需.{0,6}(?:申请|操作|办理)|\b(?:manual(?:ly)?|by hand|on request)\b",
    ),
    // There, or here.
    (
        r"上门|到家|送货|送到|\b(?:home (?:visit|delivery)|at your (?:home|door|place)|we come to)\b",
        r"到店|自提|自取|来店|送修|\b(?:in[- ]store|pick[- ]?up only|at our (?:shop|store|workshop)|bring it)\b",
    ),
    (
        r"线上|网上|手机上|在线|小程序|\bonline\b|\bin the app\b|\bby phone\b",
        r"线下|窗口|现场|柜台|当面|亲自|\b(?:in person|at the (?:counter|desk|office|branch))\b",
    ),
    // For ever, or for a time.
    (
        r"永久|长期有效|不过期|不会过期|终身|不限(?:时|期)|\b(?:never expires?|forever|for life|no expiry|lifetime)\b",
        r"有效期|到期|过期|失效|作废|清零|\b(?:expires?|valid (?:for|until)|lapses?)\b",
    ),
    // By oneself, or with another.
    (
        r"代办|代领|代取|别人(?:代|帮)|委托|\b(?:someone else|somebody else|on your behalf|a friend can)\b",
        r"本人|亲自|不得代|\b(?:in person|yourself|the account holder (?:must|has))\b",
    ),
    // More, or less.
    (
        r"上涨|涨价|增加|提高|更高|\b(?:increases?|rises?|higher|goes up|more expensive)\b",
        r"下降|降价|减少|降低|更低|便宜|\b(?:decreases?|falls?|lower|goes down|cheaper)\b",
    ),
    // Earlier than, or later than.
    (
        r"(?:天|时|日|月|周|点|发货|出发|开课|入住|起飞|到期|生效|手术|开始)(?:之|以)?前|\bbefore\b|\bprior to\b",
        r"(?:天|时|日|月|周|点|发货|出发|开课|入住|起飞|到期|生效|手术|开始)(?:之|以)?后|\bafter\b|\bonce\b",
    ),
    // Opened or used, or as it came.
    (
        r"(?:已|拆|开|用)(?:过|封|罐|机|盒|后)|拆封后|使用过|\b(?:opened|used|worn|washed)\b",
        r"未(?:拆|开|用|使用)|没(?:拆|开|用)|全新|\b(?:unopened|unused|unworn|sealed|new condition)\b",
    ),
    // With money, or without.
    (
        r"计息|收息|产生利息|按日.{0,6}利|\binterest (?:is|will be|gets) charged|\bcharge interest",
        r"免息|无息|不计息|没有利息|不计利息|\binterest[- ]free|\bno interest|\bfree of interest|\bwithout interest",
    ),
    // On from the start, or off.
    (
        r"默认(?:开|打开|启用|开启)|自动(?:打开|开启|启用)|\bon by default\b|\b(?:switched|turned) on automatically\b",
        r"默认(?:关|不开)|(?:自行|手动)(?:开|打开|启用)|\boff (?:until|by default|unless)\b|\buntil you turn it on\b",
    ),
    // From the first time on, or later only.
    (
        r"第二次.{0,6}(?:也|一样|同样|照样)|每次都免|\beven after (?:your|the) (?:very )?first\b|\bfrom the (?:very )?first\b",
        r"(?:第二次|之后|超过|再次).{0,12}(?:收|付|元)|\bafter (?:your|the) (?:second|third)\b|\bfirst \w+ (?:is )?free\b",
    ),
    // Needed, or nothing.
    (
        r"(?:携带|带上|带好|出示|凭|持)\S{0,8}|\b(?:bring|show|present)\b",
        r"(?:不用|无需|不必|不需要|无须)(?:带|出示|携带|提供)|\b(?:do not|don't|needn't|no) need\b|\bwithout\b",
    ),
];

/// The side that a clause takes of each pair: 1 the first, -1 the other, 0 neither or both.
pub(crate) type Opposites = [i8; PAIRS.len()];

static SET: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns: Vec<&str> = PAIRS.iter().flat_map(|(one, other)| [*one, *other]).collect();
    fixed_set(&patterns)
});

/// The sides of a folded clause.
pub(crate) fn opposites(text: &str) -> Opposites {
    let mut sides = [0i8; PAIRS.len()];
    for found in SET.matches(text) {
        sides[found / 2] += if found % 2 == 0 { 1 } else { -1 };
    }
    sides
}

#[cfg(test)]
mod tests {
    use super::opposites;

    #[test]
    fn opposites_are_known_by_their_words() {
        for (one, other) in [
            ("自助加油须先付款", "可以加完再付款"),
            ("全额退款", "只退一半"),
            ("到期自动续费", "续费需手动操作"),
            ("refunded in full", "refunded minus a fee"),
            ("an unopened pack", "opened packs"),
        ] {
            let (one, other) = (opposites(one), opposites(other));
            assert!(one.iter().zip(&other).any(|(a, b)| a * b < 0), "{one:?} {other:?}");
        }
    }
}
