//! The words that hold a question together, in Chinese and English.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::token::{key, tokens};

/// How an amount limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    AtMost,
    Less,
    AtLeast,
    Greater,
    Equal,
    /// Within a tenth.
    About,
}

impl Op {
    /// The opposite.
    pub fn negated(self) -> Op {
        match self {
            Op::AtMost => Op::Greater,
            Op::Less => Op::AtLeast,
            Op::AtLeast => Op::Less,
            Op::Greater => Op::AtMost,
            Op::Equal | Op::About => self,
        }
    }

    /// Whether `measure` keeps to `limit`.
    pub fn holds(self, measure: f64, limit: f64) -> bool {
        let same = crate::unit::same(measure, limit);
        match self {
            Op::AtMost => same || measure < limit,
            Op::Less => !same && measure < limit,
            Op::AtLeast => same || measure > limit,
            Op::Greater => !same && measure > limit,
            Op::Equal => same,
            Op::About => (measure - limit).abs() <= limit.abs() * 0.1,
        }
    }

    /// As a reading writes it.
    pub fn sign(self) -> &'static str {
        match self {
            Op::AtMost => "≤",
            Op::Less => "<",
            Op::AtLeast => "≥",
            Op::Greater => ">",
            Op::Equal => "=",
            Op::About => "≈",
        }
    }
}

/// Towards much or little of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    More,
    Less,
}

impl Sign {
    pub fn opposite(self) -> Sign {
        match self {
            Sign::More => Sign::Less,
            Sign::Less => Sign::More,
        }
    }
}

/// The form of an adjective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Degree {
    Plain,
    Comparative,
    Superlative,
}

/// What a word does in a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Word {
    /// Nothing.
    Filler,
    /// Shows that the question is not about facts of the graph.
    Stop,
    Which,
    /// 多少, how: before an adjective it asks for the attribute.
    How,
    /// How many things.
    Count,
    List,
    Exists,
    YesNo,
    Than,
    /// Makes a superlative.
    Most,
    /// Makes a superlative of the opposite.
    Least,
    /// Makes a comparative.
    More,
    /// Makes a comparative of the opposite.
    Fewer,
    Same,
    Difference,
    And,
    Or,
    To,
    /// Before the amount that it limits.
    Before(Op),
    /// After the amount that it limits.
    After(Op),
    Not,
    /// What was spoken of.
    It,
    /// Of, from, for: what follows says more about what was before.
    Of,
    /// 的.
    De,
    Where,
    When,
    Who,
    /// A word such as 大, high or long, of any attribute.
    Size(Sign, Degree),
    /// Days from now that a weekday is meant by: 今天, tomorrow.
    Day(i8),
    /// Years from now: 今年, last year.
    Year(i8),
    /// The cotton *one*.
    One,
    /// This one; in words that follow it: 哪一*款*.
    Piece,
}

const WORDS: &[(Word, &str)] = &[
    (
        Word::Filler,
        "请问|问一下|请问一下|你好|您好|问下|咨询|咨询一下|想问|想知道|我想知道|我想问|我想问一下|想了解|告诉我|帮我查|帮我看看|帮我找|帮我推荐|推荐|麻烦|谢谢|一下|呀|啊|呢|吧|哦|哈|嘛|了|是|有|会|能|可以|能够|你们|咱们|咱家|你家|店里|家里|现在|目前|一般|大概|到底|究竟|具体|这里|都|也|还|还有|就|才|又|和|给|对|为|到|在|里|里面|里头|中|当中|其中|上|进|放|放进|从|把|被|用|要|想|想要|想买|我|我要|我想|我想买|您|它们的|啦|喔|嗯|那|那么|功能|情况|信息|数据|参数|规格|使用|支持|支援|提供|带|含|含有|具备|属于|产自|做|买|购买|点|一点|一些|点儿|一点儿|多|个|款|种|台|只|件|把|罐|盒|条|瓶|套|家|盏|部|口|一|每|每个|单|机器|人|数值|方面|来说|选|可选|可供选择|时候|时间|效果|话|的话|不用|小姐姐|亲|and|the|a|an|of|is|are|was|be|been|it's|do|does|did|can|could|will|would|have|has|having|you|your|i|me|we|our|us|to|for|in|on|at|by|with|there|please|hi|hello|thanks|thank you|tell me|know|want to know|i would like to know|i'd like to know|may i ask|could you tell me|can you tell me|let me know|looking for|i am looking for|i'm looking for|need|i need|want|i want|like|buy|get|use|uses|come|comes|in stock|offer|currently|now|each|this|that|these|those|so|as|its|their|them|support|supports|supported|feature|features|function|go|goes|put|get|gets|be used|used|using|also|kind of|kind|type of|sort of|actually|exactly|hey|ok|out of|when it comes to|compared|really|should|would like|including|in total|altogether|available|today's|between|之间|介于|than any",
    ),
    (
        Word::Stop,
        "怎么|如何|怎样|我的|我家|咱的|退|退了|不想要|不要|不给|买了|开了|开过|收到|寄|寄到|送|刚买|昨天|前天|上个月|上周|上次|之前买|选错|错|坏|漏|行吗|my|mine|咋|咋办|为什么|为何|为啥|怎么办|退货|退款|退掉|退换|换货|发票|订单|快递|发货|物流|投诉|人工|客服|坏了|故障|维修|清洗|洗干净|除垢|注意|步骤|教程|教我|使用方法|方法|how do|how do i|how to|how can|how can i|how should|why|refund|return|returned|order|parcel|deliver|delivery|shipping|broken|repair|clean|complain|complaint|invoice|agent|human|not working|does not work|doesn't work|stopped working|won't",
    ),
    (
        Word::Which,
        "哪|哪个|哪款|哪些|哪几|哪几款|哪几个|哪种|哪一|哪一款|哪一个|哪一种|哪家|哪台|哪只|哪位|哪里的|什么|啥|几|什么样的|which|which one|which ones|what|what kind of|which of|which of the|which of these|which is|what is|what are|which are",
    ),
    (Word::How, "多少|有多|多|多么|几多|how|how many|how much|what size"),
    (
        Word::Count,
        "几款|多少款|多少个|多少种|几个|几种|几家|多少家|多少台|几台|有几|多少件|how many|how many different|number of|the number of",
    ),
    (
        Word::List,
        "有哪些|有什么|有啥|都有什么|都有哪些|都有啥|列出|列一下|列举|看看|有哪几款|有哪几种|有哪几个|list|list all|list the|show|show me|show me all|give me|what are|what are the|all|name|which are there|are there|find|find me|recommend|suggest",
    ),
    (
        Word::Exists,
        "有没有|有没|有无|卖不卖|有不有|有卖|还有没有|是否有|is there|is there any|are there any|any|do you have|do you have any|do you sell|do you sell any|have you got|have you got any|got any|do you carry|do you stock|is there a|do you offer",
    ),
    (
        Word::YesNo,
        "吗|么|嘛|不|没|是不是|是否|能不能|可不可以|会不会|能否|可否|对吗|对不对|是吗|行吗|行不行|支不支持|有没有|is|are|does|do|can|will|could|did|was|has|have",
    ),
    (Word::Than, "比|比起|相比|跟|than|compared to|compared with|相对于|比较"),
    (Word::Most, "最|最为|the most|most"),
    (Word::Least, "最不|least|the least"),
    (Word::More, "更|更加|更为|较|比较|还要|more|a bit more|even more"),
    (Word::Fewer, "less|没那么|不那么"),
    (Word::Same, "一样|同样|相同|一致|差不多|same|the same|equal|equally|as|identical|the same as"),
    (
        Word::Difference,
        "差多少|相差|相差多少|差|差别|差距|差价|difference|difference in|difference between|differ|how much more|how much less|how many more|how much",
    ),
    (Word::And, "和|与|跟|同|以及|还有|及|而且|并且|且|又|and|&|vs|versus|also|both|or"),
    (Word::Or, "还是|或者|或|or"),
    (Word::To, "到|至|to|-|~|and|和"),
    (
        Word::Before(Op::AtMost),
        "不超过|不高于|不大于|不多于|至多|最多|顶多|控制在|up to|at most|no more than|not more than|within|maximum|max|not over|no heavier than",
    ),
    (
        Word::Before(Op::Less),
        "低于|少于|小于|不到|不足|不满|轻于|短于|早于|under|below|less than|fewer than|lower than|cheaper than|smaller than|before|earlier than|not reach",
    ),
    (
        Word::Before(Op::AtLeast),
        "至少|不低于|不少于|不小于|起码|最少|达到|at least|no less than|not less than|minimum|min|from|not under",
    ),
    (
        Word::Before(Op::Greater),
        "超过|高于|大于|多于|超|重于|长于|晚于|over|above|more than|greater than|higher than|exceeding|exceed|beyond|after|later than|since",
    ),
    (Word::Before(Op::About), "大约|约|大概|差不多|about|around|roughly|approximately|some|circa"),
    (Word::After(Op::AtMost), "以下|以内|之内|内|以里|封顶|or less|or fewer|or below|or under|or cheaper|max|at most"),
    (Word::After(Op::Less), "以前|之前|前"),
    (
        Word::After(Op::AtLeast),
        "以上|起|及以上|往上|or more|or above|or over|and above|and up|upwards|or bigger|or larger|or higher|at least",
    ),
    (Word::After(Op::Greater), "以后|之后|后|开外"),
    (Word::After(Op::About), "左右|上下|or so"),
    (
        Word::Not,
        "不|没|没有|不是|不带|不含|不支持|不支援|不能|不可以|非|无|除了|除|不用|不会|not|without|no|excluding|except|other than|cannot|don't|isn't|never|non",
    ),
    (
        Word::It,
        "这款|这个|它|这|这台|这只|这件|这种|这一款|该|该款|那款|那个|此款|它们|这两款|这几款|他|她|这家|这家店|那家|it|this|this one|that one|they|them|these|those|this product|this item|that",
    ),
    (
        Word::Of,
        "of|for|from|by|in|at|with|of the|for the|from the|by the|in the|on|on the|at the|to|to the|that|which|who|whose",
    ),
    (Word::De, "的|之|地|得"),
    (Word::Where, "哪里|哪儿|在哪|在哪里|在哪儿|哪|何处|什么地方|where|where's"),
    (
        Word::When,
        "什么时候|何时|哪年|哪一年|啥时候|几时|什么时间|哪天|when|what year|which year|what date|in what year|what time",
    ),
    (Word::Who, "谁|哪位|who|whose"),
    (Word::Size(Sign::More, Degree::Plain), "大|高|多|长|久|big|large|high|long|great|much|many"),
    (Word::Size(Sign::More, Degree::Comparative), "bigger|larger|higher|longer|greater|more"),
    (Word::Size(Sign::More, Degree::Superlative), "biggest|largest|highest|longest|greatest|most"),
    (Word::Size(Sign::Less, Degree::Plain), "小|低|少|短|small|little|low|short|few"),
    (Word::Size(Sign::Less, Degree::Comparative), "smaller|lower|shorter|less|fewer"),
    (Word::Size(Sign::Less, Degree::Superlative), "smallest|lowest|shortest|least|fewest"),
    (Word::Day(0), "今天|今日|today"),
    (Word::Day(1), "明天|明日|tomorrow"),
    (Word::Day(2), "后天|the day after tomorrow"),
    (Word::Year(0), "今年|this year"),
    (Word::Year(-1), "去年|last year"),
    (Word::Year(1), "明年|next year"),
    (Word::One, "one|ones|那款|那个|那种"),
    (Word::Piece, "款|个|种|家|台|只|样|件|款式|型号的|一款|一个|一种|one|ones|one of"),
];

/// Every part that a phrase can play, by its key.
static TABLE: LazyLock<HashMap<String, Vec<Word>>> = LazyLock::new(|| {
    let mut table: HashMap<String, Vec<Word>> = HashMap::new();
    for (word, phrases) in WORDS {
        for phrase in phrases.split('|') {
            let roles = table.entry(phrase_key(phrase)).or_default();
            if !roles.contains(word) {
                roles.push(*word);
            }
        }
    }
    table.remove("");
    table
});

/// The parts that the phrase of a key can play.
pub(crate) fn roles(key: &str) -> &'static [Word] {
    TABLE.get(key).map_or(&[], Vec::as_slice)
}

/// What a phrase is looked up by.
pub(crate) fn phrase_key(phrase: &str) -> String {
    key(&tokens(phrase).1)
}

/// The comparative and superlative of an English adjective: light → lighter, lightest. Adjectives of several
/// syllables take more and most instead and have none.
pub(crate) fn graded(adjective: &str) -> Option<(String, String)> {
    match adjective {
        // More, most, fewer and least go with every adjective.
        "many" | "much" | "few" | "little" => return None,
        "good" => return Some(("better".to_owned(), "best".to_owned())),
        _ => {}
    }
    if adjective.contains(' ') || !adjective.is_ascii() {
        return None;
    }
    let vowel = |c: u8| b"aeiou".contains(&c);
    let bytes = adjective.as_bytes();
    let groups = (0..bytes.len()).filter(|&at| vowel(bytes[at]) && (at == 0 || !vowel(bytes[at - 1]))).count();
    let base = match bytes {
        [.., b'y'] if groups <= 1 => format!("{}i", &adjective[..adjective.len() - 1]),
        [.., b'e'] if groups <= 2 => adjective[..adjective.len() - 1].to_owned(),
        [.., a, b, c] if groups == 1 && !vowel(*a) && vowel(*b) && !vowel(*c) && !b"wxy".contains(c) => {
            format!("{adjective}{}", char::from(*c))
        }
        _ if groups <= 1 || matches!(adjective, "quiet" | "narrow" | "simple" | "clever") => adjective.to_owned(),
        _ => return None,
    };
    Some((format!("{base}er"), format!("{base}est")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_adjectives_are_graded() {
        let graded = |word: &str| graded(word).map(|(comparative, superlative)| format!("{comparative} {superlative}"));
        assert_eq!(graded("light").as_deref(), Some("lighter lightest"));
        assert_eq!(graded("heavy").as_deref(), Some("heavier heaviest"));
        assert_eq!(graded("big").as_deref(), Some("bigger biggest"));
        assert_eq!(graded("large").as_deref(), Some("larger largest"));
        assert_eq!(graded("quiet").as_deref(), Some("quieter quietest"));
        assert_eq!(graded("new").as_deref(), Some("newer newest"));
        assert_eq!(graded("expensive"), None);
        assert_eq!(graded("powerful"), None);
    }

    #[test]
    fn a_phrase_plays_its_parts() {
        assert!(roles(&phrase_key("有没有")).contains(&Word::Exists));
        assert!(roles(&phrase_key("how many")).contains(&Word::Count));
        assert!(roles(&phrase_key("kettle")).is_empty());
    }
}
