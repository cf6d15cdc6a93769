//! Whether a customer asks for a person.
//!
//! Asked for a person, the assistant must never argue: so the rules lean towards a person, and leave to the knowledge base only
//! what is said *about* people (when are they there, are you one) or against them (do not transfer me).

mod chinese;
mod english;

use yingda_language::normalise;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_a_person_in_chinese_gets_one() {
        for text in [
            "转人工",
            "转人工！！！",
            "我要转人工",
            "人工",
            "人工客服",
            "真人",
            "请帮我转接人工客服",
            "找客服",
            "转客服",
            "找真人",
            "我要真人",
            "能不能转人工",
            "可以转人工吗",
            "为什么不给我转人工",
            "怎么转人工",
            "怎么转人工客服？",
            "有人工吗",
            "有没有真人客服",
            "人工在吗",
            "转人公",
            "转人功",
            "轉人工",
            "zhuan ren gong",
            "zhuanrengong",
            "rengong kefu",
            "ＲＥＮＧＯＮＧ",
            "我要跟人说话",
            "别让机器人回我",
            "我不要机器人，我要人工",
            "你答非所问，给我换个活人来",
            "叫你们工作人员跟我谈",
            "我跟你说了半天你都没解决，这个事情比较复杂，麻烦帮我接一个真的客服人员",
            "退款不对，快给我转人工",
            "要不转人工吧",
            "可以和人工聊吗",
            "想找个真人问问",
            "你们客服呢？出来",
            "叫你们经理来",
            "人工人工人工",
            "有没有活人啊",
            "让真人来",
            "我要人工服务",
            "请转人工处理",
            "转 人 工",
            "不要了，转人工",
            "联系人工客服",
            "换人工",
            "呼叫人工客服",
            "听不懂，人工",
            "找个人来",
            "来个人吧",
            "叫个人来处理",
        ] {
            assert!(wants_person(text).is_some(), "{text}");
        }
    }

    #[test]
    fn who_speaks_about_people_or_against_them_in_chinese_does_not_ask_for_one() {
        for text in [
            "不要转人工",
            "别转人工",
            "不用转人工了",
            "不需要人工客服",
            "先不转人工",
            "我不想找客服",
            "人工客服几点上班",
            "请问人工客服几点上班？",
            "人工什么时候在",
            "转人工要等多久",
            "人工客服电话多少",
            "人工客服怎么一直没人接",
            "说转了人工，十分钟了没个人吱声",
            "你是真人吗",
            "是人工吗",
            "你是人工还是机器人",
            "半夜十二点还有真人值班吗",
            "早上八点找得到人工不",
            "人工智能会不会取代人类",
            "人工不在线，能不能记下来回头找我",
            "昨天找客服问了退款",
            "请问退货需要联系客服吗",
            "帮我查一下客服给我的补偿到账没",
            "我跟客服说过了",
            "和真人一样吗",
            "退款要人工审核吗",
            "让快递员给我打电话",
            "刚有人自称你家客服，让我点链接退钱",
            "10086 怎么转人工充话费",
            "有人吗",
            "客服几点上班",
            "需要人工安装吗",
            "我不要扫地机器人了",
            "人工费多少",
            "给我客服电话",
            "怎么退款",
            "转账给谁",
            "找个人资料在哪改",
            "来个人发票",
            "你这客服可以办哪些事",
            "",
        ] {
            assert_eq!(wants_person(text), None, "{text}");
        }
    }

    #[test]
    fn who_asks_for_a_person_in_english_gets_one() {
        for text in [
            "human",
            "Human please!",
            "agent",
            "representative",
            "live agent",
            "real person",
            "customer service",
            "I want to talk to a person",
            "talk to a human",
            "Can I speak to someone?",
            "speak with a real person please",
            "transfer me to an agent",
            "connect me with staff",
            "I need a human",
            "get me an operator",
            "Let me speak to somebody real",
            "stop the robot, connect me with staff",
            "I don't want to talk to a bot",
            "why can't I talk to a human",
            "why don't you connect me to a person",
            "how do I reach an agent",
            "is there somebody I can talk to?",
            "let me talk to a manager",
            "represenative",
            "talk to a persom",
            "HUMAN AGENT NOW",
            "human being please",
            "please transfer me",
            "I would like to speak with customer service",
            "connect me to support",
            "put me through to an agent",
            "please transfer me to a humna",
            "This is useless, give me a person",
            "can i chat with an agent pls",
            "I'd like to speak to a representitive",
        ] {
            assert!(wants_person(text).is_some(), "{text}");
        }
    }

    #[test]
    fn who_speaks_about_people_or_against_them_in_english_does_not_ask_for_one() {
        for text in [
            "don't transfer me",
            "please do not transfer me to an agent",
            "I don't want to talk to a person",
            "no need for an agent",
            "are you a human?",
            "am I talking to a person",
            "is this a real person",
            "when are agents available",
            "what time can I talk to a person",
            "how long does it take to reach an agent",
            "your agent was rude to me, who do I report it to",
            "I need a person to sign for my parcel",
            "can I have it delivered to another person",
            "how many coupons can one person have",
            "can someone else receive my parcel",
            "contact the delivery person",
            "the agent told me to wait",
            "robot vacuum not working",
            "can I transfer points to someone",
            "do I have to contact an agent for a refund",
            "does a human check my return",
            "my agent code does not work",
            "where is my order",
            "personal data",
            "what is your phone number",
            "",
        ] {
            assert_eq!(wants_person(text), None, "{text}");
        }
    }
}
