//! Whether a customer asks for a person.
//!
//! Asked for a person, the assistant must never argue: so the rules lean towards a person, and leave to the knowledge base only
//! what is said *about* people (when are they there, are you one) or against them (do not transfer me).

use yingda_language::{is_han, normalise};

/// The words with which `text` asks for a person, in Chinese or English; `None` when it does not.
///
/// Typing slips such as 转人公, pinyin such as `zhuan rengong` and `represenative` are understood.
pub fn wants_person(text: &str) -> Option<String> {
    let text = normalise(text).replace("不要了", ",");
    let clauses = text.split([',', '.', '!', '?', ';', ':', '。', '、', '~', '…', '\n']);
    clauses.take(MOST_CLAUSES).find_map(|clause| chinese::asked(clause, &text).or_else(|| english::asked(clause)))
}

/// Nobody asks for a person in the two hundredth clause.
const MOST_CLAUSES: usize = 200;

mod chinese {
    use super::is_han;

    /// Slips, pinyin and traditional characters, as they are meant.
    const MEANT: &[(&str, &str)] = &[
        ("轉", "转"), ("專", "专"), ("員", "员"), ("換", "换"), ("聯繫", "联系"), ("機", "机"), ("服務", "服务"), ("請", "请"),
        ("zhuangrengong", "转人工"), ("zhuanrengong", "转人工"), ("rengongkefu", "人工客服"), ("zhenrenkefu", "真人客服"),
        ("rengong", "人工"), ("zhaokefu", "找客服"), ("转人公", "转人工"), ("转人功", "转人工"), ("转人供", "转人工"),
        ("转人共", "转人工"), ("转人宫", "转人工"), ("转人攻", "转人工"), ("转仁工", "转人工"), ("转任工", "转人工"), ("转认工", "转人工"),
        ("转入工", "转人工"), ("传人工", "转人工"), ("赚人工", "转人工"), ("砖人工", "转人工"), ("专人工", "转人工"), ("人公客服", "人工客服"),
        ("人工可服", "人工客服"), ("人工克服", "人工客服"),
    ];

    /// Words that contain the word for a person, or for a robot, without meaning one.
    const OTHER_THINGS: &[&str] = &[
        "人工智能", "人工费", "人工成本", "人工草", "人工皮", "人工合成", "人工养", "人工湖", "人工降", "人工呼吸", "人工授", "人工耳",
        "人工钻", "人工水晶", "手工", "扫地机器人", "擦窗机器人", "炒菜机器人", "拖地机器人", "机器人玩具",
    ];

    /// Asking verbs; the longer of two that begin alike comes first.
    const VERBS: &[&str] = &[
        "转接", "转到", "转给", "转", "接入", "接", "找", "需要", "要", "叫", "换成", "换", "喊", "呼叫", "切换", "切", "联系", "来", "给我",
        "帮我", "进入", "安排", "请", "想和", "想跟", "我跟", "让",
    ];

    /// A person as such.
    const PEOPLE: &[&str] =
        &["人工客服", "真人客服", "人工服务", "人工坐席", "人工座席", "客服人员", "人工", "真人", "活人", "真的人", "真正的人"];
    /// People of the shop; also spoken of without asking for them.
    const STAFF: &[&str] = &["客服专员", "工作人员", "在线客服", "客服", "专员"];

    /// Between verb and person, in characters: 接一个真的客服人员.
    const REACH: usize = 5;

    /// Before the verb, these turn the wish round.
    const AGAINST: &[&str] =
        &["不要", "不用", "不必", "无需", "不想", "不需要", "没必要", "不是要", "先不", "别", "甭", "勿", "并非"];

    /// After the person, these make it a question about people.
    const ABOUT: &[&str] = &[
        "几点", "什么时候", "啥时候", "何时", "时间", "上班", "下班", "多久", "多长", "电话", "号码", "热线", "邮箱", "周末", "节假日", "放假",
        "收费", "多少", "一直", "没人", "没个", "值班", "休息", "态度", "不理", "没回", "不回", "不在", "是不是", "是谁", "说的", "告诉",
        "还是机器",
    ];

    /// Before the verb, these make it a tale.
    const PAST: &[&str] = &["昨天", "前天", "刚才", "刚刚", "之前", "上次", "已经", "上回", "早就"];

    /// What may follow the person when it is asked for.
    const MAY_FOLLOW: &str = "吧啊呢呀哦嘛吗么了不来帮处解回跟和给介接谢快立马行可好谈聊说讲沟协客服受我在呗哈赶";

    const FILLERS: &[&str] = &[
        "能不能", "可不可以", "有没有", "我想要", "我要", "我想", "我需要", "麻烦", "帮我", "给我", "一下", "谢谢", "你们", "赶紧", "快点",
        "马上", "立刻", "直接", "可以", "一个", "你好", "您好", "请", "我", "吧", "啊", "呢", "快", "的", "了", "有", "吗", "么", "嘛", "呀",
        "能", "想", "先", "给", "呗", "个", "好", "那", "就", "来", "要", "服务",
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
        (person.contains(&rest.as_str()) || clause == "客服" || clause == "人工服务").then(|| clause.to_owned())
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
            let told = gap.contains(['了', '过', '得', '是', '问']) && verb != "请";
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
        let phrases = ["跟人说话", "和人说话", "跟人聊", "和人聊", "跟人讲", "跟人谈", "和人谈", "跟人沟通", "和人沟通", "换人来", "换个人来", "叫个人来"];
        let found = phrases.iter().find(|phrase| clause.contains(**phrase))?;
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
}

mod english {
    /// Verbs of talking and of being passed on.
    const TALK: &[&str] = &[
        "talk", "speak", "chat", "connect", "transfer", "reach", "contact", "switch", "pass", "forward", "escalate", "hand", "talking to",
    ];
    /// Verbs of wanting.
    const WANT: &[&str] =
        &["want", "need", "give", "get", "put", "let", "find", "have", "bring", "request", "require", "call", "prefer", "like"];
    const PEOPLE: &[&str] = &[
        "human", "humans", "person", "agent", "agents", "representative", "representatives", "rep", "operator", "staff", "supervisor",
        "manager", "advisor", "specialist",
    ];
    /// Only after a verb of talking.
    const ANYBODY: &[&str] = &["someone", "somebody", "people", "anyone", "anybody"];
    const SLIPS: &[&str] = &["agnet", "aget", "agen", "agant", "agaent", "humna", "humen", "huma", "humman", "hooman"];
    /// Before the person, these name somebody else.
    const OTHERS: &[&str] = &[
        "delivery", "shipping", "courier", "travel", "estate", "tax", "insurance", "another", "other", "different", "per", "each", "one",
        "third", "which", "cleaning", "sales", "same", "second", "two",
    ];
    const AGAINST: &[&str] = &["dont", "not", "no", "never", "without", "stop", "neednt", "doesnt", "nor", "wont"];
    const ROBOTS: &[&str] = &["bot", "bots", "robot", "robots", "machine", "machines", "chatbot", "ai", "automated"];
    /// Anywhere in the clause, these make it a question or a tale.
    const ABOUT: &[&str] = &[
        "when", "hours", "time", "long", "number", "phone", "email", "cost", "weekend", "weekends", "night", "sunday", "sundays", "tonight",
        "told", "said", "promised", "yesterday", "rude", "report", "ago", "fee",
    ];
    const FILLERS: &[&str] = &[
        "a", "an", "the", "please", "pls", "plz", "now", "real", "live", "actual", "i", "want", "need", "me", "some", "help", "customer",
        "service", "support", "hello", "hi", "give", "just", "only", "ok", "yes", "to", "get", "help", "asap", "instead", "your",
    ];
    /// Words between verb and person.
    const REACH: usize = 6;

    pub(super) fn asked(clause: &str) -> Option<String> {
        let clause = clause.replace(['\'', '’'], "");
        let words: Vec<&str> = clause.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if words.len() > 200 || !words.iter().any(|word| word.bytes().all(|b| b.is_ascii_alphabetic())) {
            return None;
        }
        no_robot(&words).or_else(|| bare(&words)).or_else(|| verb_and_person(&words))
    }

    fn bare(words: &[&str]) -> Option<String> {
        let rest: Vec<&&str> = words.iter().filter(|word| !FILLERS.contains(word)).collect();
        let only_people = !rest.is_empty() && rest.iter().all(|word| is_person(word));
        let service = words == ["customer", "service"] || words == ["customer", "support"];
        (only_people || service).then(|| words.join(" "))
    }

    /// "I don't want to talk to a bot", "stop the robot".
    fn no_robot(words: &[&str]) -> Option<String> {
        let robot = words.iter().position(|word| ROBOTS.contains(word))?;
        let product = words.get(robot + 1).is_some_and(|next| ["vacuum", "cleaner", "mop"].contains(next));
        let from = robot.saturating_sub(REACH);
        let against = (from..robot).find(|&at| AGAINST.contains(&words[at]) || ["hate", "enough"].contains(&words[at]))?;
        let asking = words.first().is_some_and(|first| ["are", "is", "am", "why"].contains(first));
        (!product && !asking).then(|| words[against..=robot].join(" "))
    }

    fn verb_and_person(words: &[&str]) -> Option<String> {
        if words.iter().any(|word| ABOUT.contains(word)) || starts(words, &["am", "are", "is this", "do you have"]) {
            return None;
        }
        let mut found = None;
        for (at, word) in words.iter().enumerate() {
            let talk = TALK.contains(word);
            if !talk && !WANT.contains(word) {
                continue;
            }
            let until = words.len().min(at + 1 + REACH);
            let after = (at + 1..until).find(|&i| {
                (is_person(words[i]) || (talk && ANYBODY.contains(&words[i]))) && !OTHERS.contains(&words[i - 1])
            });
            // "Is there somebody I can talk to?"
            let before = (talk && words.get(at + 1).is_none_or(|next| ["to", "with"].contains(next)))
                .then(|| (at.saturating_sub(4)..at).find(|&i| is_person(words[i]) || ANYBODY.contains(&words[i])))
                .flatten()
                .filter(|_| at + 2 >= words.len());
            let Some(person) = after.or(before) else { continue };
            let against = (at.saturating_sub(3)..at.max(person))
                .any(|i| i != at && AGAINST.contains(&words[i]) && !(i > 0 && words[i - 1] == "why"));
            if against {
                return None;
            }
            if talk || may_follow(words.get(person + 1..).unwrap_or_default()) {
                let (first, last) = (at.min(person), at.max(person));
                found.get_or_insert_with(|| words[first..=last].join(" "));
            }
        }
        found
    }

    fn starts(words: &[&str], beginnings: &[&str]) -> bool {
        beginnings.iter().any(|beginning| {
            let mut these = words.iter();
            beginning.split(' ').all(|word| these.next() == Some(&word))
        })
    }

    /// "I need a person to sign for it" asks for nobody here.
    fn may_follow(rest: &[&str]) -> bool {
        match rest.first() {
            None => true,
            Some(&"to") => rest.get(1).is_some_and(|verb| ["talk", "speak", "help", "chat", "assist", "answer"].contains(verb)),
            Some(next) => {
                ["please", "pls", "plz", "now", "here", "asap", "immediately", "instead", "not", "and", "on", "who", "right"].contains(next)
            }
        }
    }

    fn is_person(word: &str) -> bool {
        PEOPLE.contains(&word)
            || SLIPS.contains(&word)
            || (word.len() >= 5 && ["person", "operator", "supervisor"].iter().any(|person| within_one(word, person)))
            || (word.len() >= 11 && word.starts_with("repre") && word.contains("tive"))
    }

    /// Whether one letter put in, left out, changed or swapped with its neighbour makes one word the other.
    fn within_one(a: &str, b: &str) -> bool {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
        let (rest_a, rest_b) = (&a[same..], &b[same..]);
        match (rest_a, rest_b) {
            ([], []) => true,
            ([x0, x1, x @ ..], [y0, y1, y @ ..]) if x0 == y1 && x1 == y0 && x == y => true,
            _ => {
                let cut = |rest: &[char]| rest.get(1..).unwrap_or_default().to_vec();
                (!rest_a.is_empty() && !rest_b.is_empty() && cut(rest_a) == cut(rest_b))
                    || (!rest_a.is_empty() && cut(rest_a) == rest_b)
                    || (!rest_b.is_empty() && cut(rest_b) == rest_a)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_a_person_in_chinese_gets_one() {
        for text in [
            "转人工", "转人工！！！", "我要转人工", "人工", "人工客服", "真人", "请帮我转接人工客服", "找客服", "转客服", "找真人", "我要真人",
            "能不能转人工", "可以转人工吗", "为什么不给我转人工", "怎么转人工", "怎么转人工客服？", "有人工吗", "有没有真人客服", "人工在吗",
            "转人公", "转人功", "轉人工", "zhuan ren gong", "zhuanrengong", "rengong kefu", "ＲＥＮＧＯＮＧ", "我要跟人说话", "别让机器人回我",
            "我不要机器人，我要人工", "你答非所问，给我换个活人来", "叫你们工作人员跟我谈",
            "我跟你说了半天你都没解决，这个事情比较复杂，麻烦帮我接一个真的客服人员", "退款不对，快给我转人工", "要不转人工吧", "我要人工服务",
            "请转人工处理", "转 人 工", "不要了，转人工", "联系人工客服", "换人工", "呼叫人工客服", "听不懂，人工",
        ] {
            assert!(wants_person(text).is_some(), "{text}");
        }
    }

    #[test]
    fn who_speaks_about_people_or_against_them_in_chinese_does_not_ask_for_one() {
        for text in [
            "不要转人工", "别转人工", "不用转人工了", "不需要人工客服", "先不转人工", "我不想找客服", "人工客服几点上班", "请问人工客服几点上班？",
            "人工什么时候在", "转人工要等多久", "人工客服电话多少", "人工客服怎么一直没人接", "说转了人工，十分钟了没个人吱声", "你是真人吗",
            "是人工吗", "你是人工还是机器人", "半夜十二点还有真人值班吗", "早上八点找得到人工不", "人工智能会不会取代人类", "人工不在线，能不能记下来回头找我",
            "昨天找客服问了退款", "刚有人自称你家客服，让我点链接退钱", "10086 怎么转人工充话费", "有人吗", "客服几点上班", "需要人工安装吗",
            "我不要扫地机器人了", "人工费多少", "给我客服电话", "怎么退款", "转账给谁", "你这客服可以办哪些事", "",
        ] {
            assert_eq!(wants_person(text), None, "{text}");
        }
    }

    #[test]
    fn who_asks_for_a_person_in_english_gets_one() {
        for text in [
            "human", "Human please!", "agent", "representative", "live agent", "real person", "customer service", "I want to talk to a person",
            "talk to a human", "Can I speak to someone?", "speak with a real person please", "transfer me to an agent", "connect me with staff",
            "I need a human", "get me an operator", "Let me speak to somebody real", "stop the robot, connect me with staff",
            "I don't want to talk to a bot", "why can't I talk to a human", "why don't you connect me to a person", "how do I reach an agent",
            "is there somebody I can talk to?", "let me talk to a manager", "represenative", "talk to a persom", "HUMAN AGENT NOW",
            "please transfer me to a humna", "This is useless, give me a person", "can i chat with an agent pls", "I'd like to speak to a representitive",
        ] {
            assert!(wants_person(text).is_some(), "{text}");
        }
    }

    #[test]
    fn who_speaks_about_people_or_against_them_in_english_does_not_ask_for_one() {
        for text in [
            "don't transfer me", "please do not transfer me to an agent", "I don't want to talk to a person", "no need for an agent",
            "are you a human?", "am I talking to a person", "is this a real person", "when are agents available", "what time can I talk to a person",
            "how long does it take to reach an agent", "your agent was rude to me, who do I report it to", "I need a person to sign for my parcel",
            "can I have it delivered to another person", "how many coupons can one person have", "can someone else receive my parcel",
            "contact the delivery person", "the agent told me to wait", "robot vacuum not working", "where is my order", "personal data",
            "what is your phone number", "",
        ] {
            assert_eq!(wants_person(text), None, "{text}");
        }
    }
}
