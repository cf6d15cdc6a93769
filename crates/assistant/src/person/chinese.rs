//! Asking for a person in Chinese.

use yingda_language::is_han;

/// Slips, pinyin and traditional characters, as they are meant.
const MEANT: &[(&str, &str)] = &[
    ("轉", "转"),
    ("專", "专"),
    ("員", "员"),
    ("換", "换"),
    ("聯繫", "联系"),
    ("機", "机"),
    ("服務", "服务"),
    ("請", "请"),
    ("zhuangrengong", "转人工"),
    ("zhuanrengong", "转人工"),
    ("rengongkefu", "人工客服"),
    ("zhenrenkefu", "真人客服"),
    ("rengong", "人工"),
    ("zhaokefu", "找客服"),
    ("人转工", "转人工"),
    ("转人公", "转人工"),
    ("转人功", "转人工"),
    ("转人供", "转人工"),
    ("转人共", "转人工"),
    ("转人宫", "转人工"),
    ("转人攻", "转人工"),
    ("转仁工", "转人工"),
    ("转任工", "转人工"),
    ("转认工", "转人工"),
    ("转入工", "转人工"),
    ("传人工", "转人工"),
    ("赚人工", "转人工"),
    ("砖人工", "转人工"),
    ("专人工", "转人工"),
    ("找个人", "找人工"),
    ("叫个人", "叫人工"),
    ("来个人", "来人工"),
    ("换个人", "换人工"),
    ("派个人", "找人工"),
    ("人公客服", "人工客服"),
    ("人工可服", "人工客服"),
    ("人工克服", "人工客服"),
];

/// Words that contain the word for a person, or for a robot, without meaning one.
const OTHER_THINGS: &[&str] = &[
    "人工智能",
    "人工费",
    "人工成本",
    "人工草",
    "人工皮",
    "人工合成",
    "人工养",
    "人工湖",
    "人工降",
    "人工呼吸",
    "人工授",
    "人工耳",
    "人工钻",
    "人工水晶",
    "手工",
    "扫地机器人",
    "擦窗机器人",
    "炒菜机器人",
    "拖地机器人",
    "机器人玩具",
];

/// Asking verbs; the longer of two that begin alike comes first.
const VERBS: &[&str] = &[
    "转接", "转到", "转给", "转", "接入", "接", "找", "需要", "要", "叫", "换成", "换", "喊", "呼叫", "切换", "切",
    "联系", "来", "给我", "帮我", "进入", "安排", "请", "让", "和", "跟", "与",
];

/// A person as such.
const PEOPLE: &[&str] = &[
    "人工客服",
    "真人客服",
    "人工服务",
    "人工坐席",
    "人工座席",
    "客服人员",
    "人工",
    "真人",
    "活人",
    "真的人",
    "真正的人",
];
/// People of the shop; also spoken of without asking for them.
const STAFF: &[&str] = &["客服专员", "工作人员", "在线客服", "客服", "专员", "经理", "主管"];

/// Between verb and person, in characters: 接一个真的客服人员.
const REACH: usize = 5;

/// Before the verb, these turn the wish round.
const AGAINST: &[&str] =
    &["不要", "不用", "不必", "无需", "不想", "不需要", "没必要", "不是要", "先不", "别", "甭", "勿", "并非"];

/// After the person, these make it a question about people.
const ABOUT: &[&str] = &[
    "几点",
    "什么时候",
    "啥时候",
    "何时",
    "时间",
    "上班",
    "下班",
    "多久",
    "多长",
    "电话",
    "号码",
    "热线",
    "邮箱",
    "周末",
    "节假日",
    "放假",
    "收费",
    "多少",
    "一直",
    "没人",
    "没个",
    "值班",
    "休息",
    "态度",
    "不理",
    "没回",
    "不回",
    "不在",
    "是不是",
    "是谁",
    "说的",
    "告诉",
    "还是机器",
];

/// Before the verb, these make it a tale.
const PAST: &[&str] = &["昨天", "前天", "刚才", "刚刚", "之前", "上次", "已经", "上回", "早就"];

/// What may follow the person when it is asked for.
const MAY_FOLLOW: &str = "吧啊呢呀哦嘛吗么了不来帮处解回跟和给介接谢快立马行可好谈聊说讲沟协客服受我在呗哈赶问";

const FILLERS: &[&str] = &[
    "能不能",
    "可不可以",
    "有没有",
    "我想要",
    "我要",
    "我想",
    "我需要",
    "麻烦",
    "帮我",
    "给我",
    "一下",
    "谢谢",
    "你们",
    "赶紧",
    "快点",
    "马上",
    "立刻",
    "直接",
    "可以",
    "一个",
    "你好",
    "您好",
    "请",
    "我",
    "吧",
    "啊",
    "呢",
    "快",
    "的",
    "了",
    "有",
    "吗",
    "么",
    "嘛",
    "呀",
    "能",
    "想",
    "先",
    "给",
    "呗",
    "个",
    "好",
    "那",
    "就",
    "来",
    "要",
    "服务",
];

pub(super) fn asked(clause: &str, whole: &str) -> Option<String> {
    let mut clause: String = clause.chars().filter(|c| c.is_alphanumeric()).collect();
    for (written, meant) in MEANT {
        if clause.contains(written) {
            clause = clause.replace(written, meant);
        }
    }
    for other in OTHER_THINGS {
        if clause.contains(other) {
            clause = clause.replace(other, "某");
        }
    }
    if !clause.chars().any(is_han) {
        return None;
    }
    // 要不转人工吧: "how about", not "do not".
    let clause = clause.replace("要不要", "要").replace("要不", "");
    bare(&clause, whole).or_else(|| no_robot(&clause)).or_else(|| verb_and_person(&clause)).or_else(|| talk(&clause))
}

/// The clause is nothing but a word for a person.
fn bare(clause: &str, whole: &str) -> Option<String> {
    if AGAINST.iter().any(|word| clause.contains(word)) || ABOUT.iter().any(|word| whole.contains(word)) {
        return None;
    }
    let mut rest = clause.to_owned();
    for filler in FILLERS {
        rest = rest.replace(filler, "");
    }
    let person = ["人工", "人工客", "人工客服", "真人", "真人客服", "活人", "人工在", "真人在", "人工坐席", "人工谢"];
    let only_people = person.contains(&rest.as_str()) || (!rest.is_empty() && rest.replace("人工", "").is_empty());
    // 客服在吗 is a greeting.
    let staff = rest == "客服" && !clause.contains('吗');
    (only_people || staff || clause == "人工服务" || clause == "转接").then(|| clause.to_owned())
}

/// 不要机器人, 别让机器人回我.
fn no_robot(clause: &str) -> Option<String> {
    let robot = ["机器人", "机器", "智能客服", "自动回复"].iter().find_map(|word| clause.find(word))?;
    let before: String = clause[..robot].chars().rev().take(7).collect::<Vec<_>>().into_iter().rev().collect();
    let against = ["不要", "不想", "别", "不跟", "不和", "拒绝", "讨厌", "不用", "烦", "受够"];
    against.iter().any(|word| before.contains(word)).then(|| clause.to_owned())
}

/// 转人工, 麻烦帮我接一个真的客服人员.
fn verb_and_person(clause: &str) -> Option<String> {
    let mut found = None;
    for (start, verb) in occurrences(clause, VERBS) {
        let after_verb = &clause[start + verb.len()..];
        let Some((gap, person, sure)) = person_after(after_verb) else { continue };
        let before = &clause[..start];
        let rest = &after_verb[gap.len() + person.len()..];
        let near: String = before.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        // A wish that is turned round once is no wish: 不要转人工 holds both 不要转 and 要转.
        // 为什么不给我转人工 complains that nobody does.
        let complains = near.ends_with('不') && ["给我", "帮我", "让", "安排"].contains(&verb);
        let turned = near.ends_with(['不', '没', '未']) && !complains;
        if turned || AGAINST.iter().any(|word| near.contains(word) || gap.contains(word)) {
            return None;
        }
        let told = gap.contains(['了', '过', '得', '是', '问', '查', '看']) && verb != "请";
        // 退货需要联系客服吗 asks whether one must.
        let whether = !sure && rest.starts_with('吗') && before.chars().count() > 3;
        // 跟人工聊, but not 跟客服说过了.
        let with = ["和", "跟", "与"].contains(&verb)
            && (!sure || rest.contains(['过', '了']) || !rest.starts_with(['聊', '谈', '说', '讲', '沟', '对']));
        if whether || with {
            continue;
        }
        if told || PAST.iter().any(|word| before.contains(word)) || ABOUT.iter().any(|word| rest.contains(word)) {
            continue;
        }
        let transfer = verb.starts_with('转') || verb.starts_with('切');
        let how = ["怎么", "如何", "咋", "怎样"].iter().any(|word| before.contains(word));
        let follows_well = rest.chars().count() <= 1 || rest.chars().next().is_some_and(|c| MAY_FOLLOW.contains(c));
        if (transfer && !how && sure) || follows_well {
            found.get_or_insert_with(|| format!("{verb}{gap}{person}"));
        }
    }
    found
}

/// 我要跟人说话.
fn talk(clause: &str) -> Option<String> {
    let phrases = [
        "跟人说话",
        "和人说话",
        "跟人聊",
        "和人聊",
        "跟人讲",
        "跟人谈",
        "和人谈",
        "跟人沟通",
        "和人沟通",
        "换人来",
        "换个人来",
        "叫个人来",
    ];
    // 找个人来, but not 找个人来取件.
    let somebody = ["找个人来", "找人来", "派个人来", "来个人", "找个人"];
    let helps = |rest: &str| {
        rest.is_empty() || rest.starts_with(['跟', '和', '处', '解', '帮', '吧', '啊', '呀', '说', '聊', '谈', '管'])
    };
    let comes = |phrase: &&&str| clause.split_once(**phrase).is_some_and(|(_, rest)| helps(rest));
    let found = phrases.iter().find(|phrase| clause.contains(**phrase)).or_else(|| somebody.iter().find(comes))?;
    (!AGAINST.iter().any(|word| clause.contains(word))).then(|| (*found).to_owned())
}

/// What stands between, the person, and whether it can only be a person.
fn person_after(text: &str) -> Option<(&str, &str, bool)> {
    for (taken, (at, _)) in text.char_indices().enumerate() {
        if taken > REACH {
            break;
        }
        let from = &text[at..];
        let found = |words: &[&'static str]| words.iter().find(|word| from.starts_with(**word)).map(|word| word.len());
        if let Some(length) = found(PEOPLE) {
            return Some((&text[..at], &from[..length], true));
        }
        if let Some(length) = found(STAFF) {
            return Some((&text[..at], &from[..length], false));
        }
    }
    None
}

fn occurrences<'t>(text: &'t str, words: &'static [&'static str]) -> impl Iterator<Item = (usize, &'static str)> + 't {
    text.char_indices()
        .filter_map(move |(at, _)| words.iter().find(|word| text[at..].starts_with(**word)).map(|word| (at, *word)))
}
