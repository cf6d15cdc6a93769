//! Words and sentences of courtesy: they state nothing, so nothing has to support them.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::fixed;

const ZH: &str = "请 您 您好 你好 亲 帮 帮您 帮助 为您 给您 看 看看 看一下 一下 核实 稍等 稍后 稍候 联系 客服 人工 抱歉 非常 十分 很 \
    理解 放心 建议 确认 查看 操作 好的 嗯 收到 了解 明白 感谢 谢谢 欢迎 随时 需要 还有 什么 其他 问题 问 可以 可 能 能够 会 将 应 应该 \
    如果 若 假如 的话 话 或 或者 并 并且 而且 以及 也 还 还是 就 才 都 只 只要 只需 即可 直接 先 再 然后 之后 之前 以后 以前 目前 现在 当前 暂时 \
    这 那 这个 那个 这里 这样 此 该 本 其 它 我们 我 咱 自己 已 已经 正在 正 过 到 在 从 由 向 按 按照 根据 对 对于 关于 为 为了 是 有 \
    一般 通常 大概 大约 左右 最多 最少 最低 最高 至少 另外 此外 同时 因为 所以 因此 由于 但 但是 不过 虽然 哦 呢 吧 啊 哈 呀 嘛 了 着 地 得 \
    内 后 前 时 时候 期间 里 上 下 中 外 起 至 以上 以下 以内 开始 结束 进行 使用 用 包括 包含 含 具体 相关 情况 信息 内容 方式 提供 告诉 知道 \
    麻烦 耐心 等 等待 等等 请问 帮忙 处理 反馈 登记 记下 安排 协助 咨询 回复 留意 注意 提醒 记得 务必 尽快 打开 点击 点 找 \
    好 行 吗 么 没 想 要 说 做 让 把 被 给 和 与 及 跟 同 等 各 每 某 几 多 少 大 小 早 晚 刚 刚刚 今天 心情 不便 带来 添 体谅 谅解 \
    原因 类 款 份 位 个 件 项 次 种 一些 一点 有点 有些 比较 更 最 太 真 确实 其实 当然 肯定 过来 过去 前来 来 去 在此 此期间 在此期间 号码 编号 单号 查 查到 查询 显示 得知 算 属于 符合 条件 满足 到期 \
    第一 第二 首先 其次 最后 拨打 打 电话 热线 办 办理 申请 选择 收 付 共 一共 总共 合计 金额 元 钱 块 块钱 费用 价格 显示 状态 预计 时间 日 天 月 年";
const EN: &str = "please thank thanks sorry apologies apologise apologize apology hello hi dear welcome glad happy afraid unfortunately sure \
    course certainly ok okay yes no let know tell see check look find help assist question want would like could can may might will shall \
    also too just only still already now then here there this that these those it its they them our us we you your i me my one ones \
    if when while once unless until since because so but and or as than with without for from to of in on at by about per each every both \
    able get got have has had do does did be is are was were been make made take takes took use using go going come \
    say said mean way thing things case please kindly anything something else moment minute wait patience understand hear worry feel free \
    usually normally generally typically about around up least most more less much many any some all another other further additional extra \
    right away soon simply good great hope back down out over off after before during within between through under into \
    amount total time day days date start begin end give given send contact reach \
    currently shows show according based details information follow following step steps option options whenever however though \
    minimum maximum number numbers reference left nothing front usual good first last next new whole lot bit quite very really actually indeed simply well";

/// Words that state nothing by themselves, but do when they are denied.
const LIGHT: &str = "需要 申请 办理 办 收 付 支付 使用 用 包括 包含 含 提供 支持 属于 允许 适用 收费 免费 接受 \
    need require allow allowed available avail cost costs charge fee pay price open include contain offer provide support possible possibl accept permit permitted";

static LIGHT_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    LIGHT.split_whitespace().flat_map(|word| [word.to_owned(), yingda_language::stem(word)]).collect()
});

/// Whether a word states nothing by itself, but does when it is denied.
pub(crate) fn is_light(word: &str) -> bool {
    LIGHT_WORDS.contains(word)
}

static NEUTRAL: LazyLock<HashSet<String>> = LazyLock::new(|| {
    ZH.split_whitespace()
        .chain(EN.split_whitespace())
        .flat_map(|word| [word.to_owned(), yingda_language::stem(word)])
        .collect()
});

/// Whether a word (lower case; English ones plain or stemmed) says nothing that could be untrue.
pub(crate) fn is_neutral(word: &str) -> bool {
    NEUTRAL.contains(word)
}

static UNKNOWING: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"查不到|没有?查到|没有?找到|找不到|无法(?:确认|查|判断|回答|提供|看到)|不(?:太)?(?:清楚|确定|了解)|没有相关|没有这方面|帮您?(?:核实|确认|查一|转)|为您(?:核实|查询|转)|转(?:接)?(?:给)?人工|稍等|请稍|\b(?:don't|do not|can't|cannot|not able to|unable to|couldn't|haven't|have no)\s(?:\w+\s){0,3}?(?:know|see|find|have|access|check|tell|confirm|information|details)\b|\blet me (?:check|see|look)|\bi'll (?:check|look|ask|find out)|\bnot sure\b|\bin front of me\b|\bi (?:will|can) (?:connect|transfer|put) you",
    )
});
static EMPATHY: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"抱歉|对不起|理解|不好意思|谅解|别着急|别担心|您别|收到|感谢|谢谢|添麻烦|带来不便|辛苦|还有(?:什么|其他)|可以帮您|祝您|遗憾|遇上这|碰上这|遇到这种|着急|心疼|糟心|扫兴|闹心|别急|不客气|\bsorry|apolog|\bthank|\bunderstand|\bhear that|question\b|\bafraid\b|\byou(?:'re| are) (?:very |most )?welcome\b|\bsounds? (?:\w+ )?(?:frustrating|annoying|stressful|worrying|bad|awful|painful)|\bmust be (?:frustrating|annoying|stressful)|\bfrustrating\b|\bof course$|\bappreciate|\banything else|\bhelp you\b|\bhave a (?:nice|great|good)",
    )
});

static COURTESY: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"^\P{Han}*\p{Han}{0,4}(?:先生|女士|小姐|老师|同学)?(?:您好|你好|好)$|^(?:好的|好呀|可以的|没问题|是的|对的|当然|嗯|哎呀|天哪|恭喜|真棒|太好了|有的|不是的|没有的)|(?:告诉|发给|回复|跟|和)我(?:们)?.{0,8}$|(?:发|说|描述|拍).{0,8}(?:看看|一下)(?:吧|哦)?$|^(?:麻烦|劳烦|烦请|请)(?:您|你)?.{0,10}(?:告诉|发|提供|回复|说|确认|描述|补充|核对|咨询|留)|我(?:这边|这里)?(?:.{0,4})?(?:没法|不能|没办法|无法|不便|没有看到|没看到|看不到|没有权限|不好)|我(?:这边)?(?:先|就|来|再)?(?:帮|替|为)(?:您|你)|^(?:您|你)(?:可以|要是|如果)?(?:随时|直接)?(?:告诉|找|问|联系)我|^(?:可能|也许|或许|估计|看来|看起来)是|^(?:祝|愿|希望|期待)|^(?:主要|关键)(?:是|看)|^(?:只能|才能)?看(?:您|你)自己|我(?:可以|来|去)?(?:请|让|找).{0,8}(?:同事|门店|师傅|店里).{0,6}(?:查|问|核|看)|是(?:人家|别人|他人|对方|客户)的?隐私|^确定要.{0,8}告诉我|^建议|记得.{0,12}(?:哦|呀|告诉|提前|尽快)|^那就|^(?:如您|按您)|^(?:oh|ah|aw|ha|hmm|wow|hi|hello|hey)\b[ \w']{0,16}[!.]?$|^(?:great|lovely|good|good news|great news|good question|great question|great choice|sure|yes|no|nope|right|absolutely|of course|not (?:quite|yet|straight away|exactly|really|at the moment)|congratulations|welcome)[!.]?$|^how (?:lovely|exciting|nice|wonderful|sweet|annoying|frustrating)|^what a (?:\w+ )?\w+|\b(?:so )?i (?:just |really |also )?(?:can't|cannot|couldn't|won't|wouldn't|don't|didn't|wish|hope|see|suggest|recommend)\b|\bi'(?:m|d|ve) (?:\w+ )?(?:glad|happy|sorry|afraid|sure|not|suggest|recommend|measure|check|be happy|love)\b|^(?:and |but |so |then )?(?:just |please |do |kindly |feel free to )(?:\w+ )?(?:shout|tell|send|share|let|give|reply|call|ask|say|check|confirm|get in touch|message|drop)\b|\blet (?:me|us) know\b|^(?:just )?(?:shout|tell me|send me|ask me|let me|drop me|share)\b|^(?:and |but |so )?(?:it|that|this) (?:could|might) (?:be worth|help)\b|^(?:and |but |so )?(?:perhaps|maybe|hopefully)\b|\bworth (?:checking|asking|a try|a call)\b|\bi'd (?:suggest|recommend|measure|check|double-check|say)\b",
    )
});

/// Whether the folded sentence only says that something is not known or is being looked up.
pub(crate) fn is_unknowing(text: &str) -> bool {
    UNKNOWING.is_match(text)
}

/// Whether the folded clause is one of sympathy or thanks.
pub(crate) fn is_empathy(text: &str) -> bool {
    EMPATHY.is_match(text)
}

/// Whether the folded clause asks something of the customer, speaks of what the bot itself can do, wishes, doubts or
/// greets: it states nothing of the company.
pub(crate) fn is_courtesy(text: &str) -> bool {
    COURTESY.is_match(text.trim())
}

/// Whether the folded sentence asks.
pub(crate) fn is_question(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | ')' | '~')).ends_with('?')
}
