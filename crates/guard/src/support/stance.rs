//! Which way a clause goes on the questions that answers are about: whether it costs, is allowed, is required …

use std::sync::LazyLock;

use regex::Regex;

use crate::negation;
use crate::pattern::fixed;

/// The questions, in the order of a stance.
pub(crate) const QUESTIONS: [&str; 9] =
    ["pays", "allows", "requires", "includes", "open", "refunds", "before", "everything", "customer"];

/// The answers of a clause: 1 yes, -1 no, 0 not spoken of.
pub(crate) type Stance = [i8; QUESTIONS.len()];

/// The words for yes and for no. A denial before either turns it.
struct Question {
    yes: Regex,
    no: Regex,
    /// Whether a denial turns the answer.
    turns: bool,
}

static TABLE: LazyLock<[Question; QUESTIONS.len()]> = LazyLock::new(|| {
    let question = |yes: &str, no: &str, turns| Question { yes: fixed(yes), no: fixed(no), turns };
    [
        question(
            r"另[收付交算]|另外[收付交]|收取?|加收|需付|要付|付费|交费|自费|自理|扣除?|承担|费用|收费|手续费|服务费|\bcosts?\b|\bcharge[sd]?\b|\bpays?\b|\bpaid\b|\bextra\b|\bfees?\b|\bbuy\b",
            r"免费|免(?:收|除|掉|去)?|包邮|全免|不要钱|白送|赠送?|不花钱|\bfree\b|\bwaive[sd]?\b|\bno charge\b|\bno cost\b|\bcosts? nothing\b|\bno (?:\w+ )?(?:fee|charge|cost)s?\b|\b(?:isn\'t|not) extra\b|\bno interest\b|\bcomplimentary\b|\bon us\b",
            true,
        ),
        question(
            r"可以?|能够?|支持|允许|接受|接待|欢迎|提供|适用|有效|可凭|都行|\bcan\b|\bmay\b|\bable\b|\ballow(?:ed|s)?\b|\bwelcome\b|\baccept(?:ed|s)?\b|\bpossible\b|\bpermit(?:ted)?\b|\bavailable\b|\boffers?\b|\bserves?\b|\bprovides?\b|\bharmless\b|\bfine to\b|\bsafe\b",
            r"禁止?|严禁|谢绝|不得|切勿|请勿|勿|不要(?:[^钱]|$)|避免|拒绝|不予|忌|别|\bcan(?:not|'t)\b|\bmust not\b|\bmustn't\b|\bprohibited\b|\bforbidden\b|\bban(?:ned)?\b|\brefuse[sd]?\b|\bavoid\b|\bdon't\b|\bfasting\b|\bno (?:food|pets?|dogs?|smoking|water|refunds?|bikes?)\b",
            true,
        ),
        question(
            r"必须|须|需要?|要求|凭|应当?|得先|务必|只能|才能|才可|限|\brequire[sd]?\b|\bmust\b|\bneeds?\b|\bhave to\b|\bhas to\b|\bmandatory\b|\bcompulsory\b|\bonly\b|\bobligatory\b",
            r"无需|无须|不用|不必|不需|随意|随时|自愿|可选|任选|\boptional\b|\bvoluntary\b|\bneedn't\b|\bneed not\b|\bno need\b|\bwithout (?:a |an |any )?(?:booking|id|appointment|reservation)\b",
            true,
        ),
        question(
            r"包含|包括|含|附带|配有|自带|带|送|\bincludes?\b|\bincluded\b|\bincluding\b|\bcomes? with\b|\bcovers?\b|\bcovered\b",
            r"不含|除外|另[收付购交算计]|另外|单独|自备|例外|\bexclud\w+|\bnot included\b|\bextra\b|\bseparate(?:ly)?\b|\bexcept\b|\bnot cover\w*|\bbring your own\b",
            true,
        ),
        question(
            r"开放|营业|上班|开门|出诊|正常|办公|接诊|\bopen(?:s|ed)?\b|\bruns?\b|\bsees? patients\b",
            r"休息|店休|停诊|检修|关闭|闭馆|关门|停用|停业|打烊|检修|维护|放假|不开|\bclose[sd]?\b|\bshut\b|\bmaintenance\b",
            true,
        ),
        question(
            r"退|赔|返还|\brefund\w*|\bmoney back\b|\bgive back\b|\breturn(?:ed|s)?\b|\bcancel\w*",
            r"退不|不退|不予退|不赔|\bnon-?refundable\b|\bnot refundable\b|\bno refunds?\b|\bfinal sale\b",
            true,
        ),
        question(
            r"前|先|截止|\bbefore\b|\buntil\b|\bprior\b|\bahead\b|\bin advance\b|\bby\b|\bwithin\b|内",
            r"后|过后|起飞后|满|超过|以上|\bafter\b|\bonce\b|\bsince\b|\blater than\b|\bmore than\b|\bover\b",
            false,
        ),
        question(
            r"任意|任何|所有|全部|全国|全天|一律|都|随时|随便|全场|始终|永久|每天|24 ?小时|\bany(?:where|time|thing|one)?\b|\ball\b|\balways\b|\bevery\w*|\bwhatever\b|\baround the clock\b|\bfully?\b|\bnationwide\b|\bwhole\b|\bunlimited\b|\bentire\b",
            r"仅|只|限|部分|除非|除外|除了|\bonly\b|\blimited\b|\bexcept\b|\bunless\b|\bsome\b|\bpart(?:ly)?\b|\bcertain\b|\bup to\b",
            false,
        ),
        question(
            r"您|你|客户|用户|买家|顾客|业主|自理|自费|自备|自行|家长|本人|\byou(?:r|'ll|'re)?\b|\bcustomers?\b|\bguests?\b|\btenants?\b|\byourself\b",
            r"我们|我司|本店|本行|我行|商家|平台|公司|门店|物业|\bwe(?:'ll|'re)?\b|\bour\b|\bus\b",
            false,
        ),
    ]
});

/// The stance of a folded clause.
pub(crate) fn stance(text: &str) -> Stance {
    let denied = negation::scopes(text);
    // 不可以 denies what is in it as well.
    let is_denied = |at: usize| {
        text[..at].ends_with(['不', '没', '未', '无'])
            || denied.iter().filter(|scope| scope.start <= at && at < scope.end).count() % 2 == 1
    };
    let mut stance = [0i8; QUESTIONS.len()];
    for (answer, question) in stance.iter_mut().zip(TABLE.iter()) {
        let no: Vec<_> = question.no.find_iter(text).map(|found| found.range()).collect();
        let mut sum = 0i32;
        for range in &no {
            sum += if question.turns && is_denied(range.start) { 1 } else { -1 };
        }
        for found in question.yes.find_iter(text) {
            if no.iter().any(|range| range.start < found.end() && found.start() < range.end) {
                continue;
            }
            sum += if question.turns && is_denied(found.start()) { -1 } else { 1 };
        }
        *answer = sum.signum() as i8;
    }
    stance
}

#[cfg(test)]
mod tests {
    use super::{QUESTIONS, stance};

    #[test]
    fn a_clause_takes_sides_and_a_denial_turns_them() {
        let on = |text: &str, question: &str| stance(text)[QUESTIONS.iter().position(|q| *q == question).unwrap_or(0)];
        assert_eq!((on("检测免费", "pays"), on("检测不免费", "pays"), on("另收 30 元", "pays")), (-1, 1, 1));
        assert_eq!((on("可以带宠物", "allows"), on("不可以带宠物", "allows"), on("严禁烟火", "allows")), (1, -1, -1));
        assert_eq!((on("insurance is optional", "requires"), on("insurance is required", "requires")), (-1, 1));
    }
}
