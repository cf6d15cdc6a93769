//! The words that are expected in a turn: what answers the question, and what may be said at any time.

use yingda_dialogue::{Circumstances, Flow, Release, SlotType, Text, wanted};
use yingda_language::{is_han, tokens};
use yingda_model::{DialogueState, Question};

use super::mend::{Mended, Standing, Term, mend};

/// The message as it was meant, as far as slips hide words that are expected.
pub(crate) fn heard(text: &str, release: &Release, state: &DialogueState, turn: &Circumstances<'_>) -> Mended {
    mend(text, &vocabulary(release, state, turn))
}

fn vocabulary(release: &Release, state: &DialogueState, turn: &Circumstances<'_>) -> Vec<Term> {
    let mut words = Words { terms: Vec::new() };
    let wanted = wanted(release, state, turn, &[]);
    let asked = wanted.iter().find(|wanted| wanted.asked);
    let kind = asked.map(|wanted| wanted.kind.as_str());
    let asked_options = state.asking().map(|asking| asking.options.as_slice()).unwrap_or_default();
    for option in asked_options.iter().chain(asked.map(|wanted| wanted.options.as_slice()).unwrap_or_default()) {
        words.add(&option.label, Standing::Asked);
        words.add_parts(&option.label);
        for also in &option.also {
            words.add(also, Standing::Asked);
        }
    }
    let confirms = state.asking().is_some_and(|asking| asking.slot == "confirm");
    if confirms || kind == Some("yes_no") || state.question.as_ref().is_some_and(|asked| *asked != Question::Helped) {
        words.add_all(&YES_OR_NO, Standing::Asked);
    }
    if confirms {
        words.add_all(&super::reply::CONFIRMED, Standing::Asked);
        words.add_all(&super::reply::DECLINED, Standing::Known);
    }
    if kind == Some("address") {
        words.add_all(&PLACES, Standing::Known);
        words.add_all(&ENGLISH_PLACES, Standing::Asked);
    }
    if !state.stack.is_empty() {
        words.add_all(&CALLED_OFF, Standing::Known);
    }
    words.add_all(&PERSON, Standing::Known);
    // Names and what people tell in their own words are theirs: options of other questions are not looked for in them.
    let is_free = matches!(kind, Some("text" | "person" | "address"));
    for flow in release.flows() {
        words.add_flow(flow, turn);
        if !is_free {
            words.add_choices(flow, turn);
        }
    }
    words.terms
}

struct Words {
    terms: Vec<Term>,
}

impl Words {
    fn add(&mut self, words: &str, standing: Standing) {
        self.terms.extend(Term::new(words, standing));
    }

    fn add_all(&mut self, all: &[&str], standing: Standing) {
        for words in all {
            self.add(words, standing);
        }
    }

    fn add_text(&mut self, text: &Text, turn: &Circumstances<'_>) {
        let first = text.variants(turn.lang, turn.tone).first();
        if let Some(words) = first.and_then(|first| first.render(turn.names).ok()) {
            self.add(&words, Standing::Known);
        }
    }

    fn add_flow(&mut self, flow: &Flow, turn: &Circumstances<'_>) {
        for phrase in flow.starts.phrases_zh.iter().chain(&flow.starts.phrases_en) {
            self.add(phrase, Standing::Known);
        }
        if !flow.starts.intents.is_empty() {
            self.add_text(&flow.title, turn);
        }
    }

    /// What may be said at once, before it is asked.
    fn add_choices(&mut self, flow: &Flow, turn: &Circumstances<'_>) {
        for slot in flow.slots.values() {
            let SlotType::Choice(options) = &slot.of else { continue };
            for option in options {
                self.add_text(&option.label, turn);
                for also in option.also_zh.iter().chain(&option.also_en) {
                    self.add(also, Standing::Known);
                }
            }
        }
    }

    /// Parts of a label: who is offered a name says a part of it.
    fn add_parts(&mut self, label: &str) {
        let words = tokens(label);
        for from in 0..words.len() {
            for to in from..words.len().min(from + MOST_WORDS) {
                let Some(part) = label.get(words[from].start..words[to].end) else { continue };
                let letters = part.chars().filter(|c| c.is_alphabetic()).count();
                let least = if part.chars().any(is_han) { 2 } else { 4 };
                if letters >= least && part.len() < label.len() {
                    self.add(part, Standing::Asked);
                }
            }
        }
    }
}

/// Words of a label that are said together.
const MOST_WORDS: usize = 4;

const YES_OR_NO: [&str; 34] = [
    "是",
    "是的",
    "对",
    "对的",
    "好",
    "好的",
    "行",
    "可以",
    "要",
    "嗯",
    "好吧",
    "没问题",
    "同意",
    "可以的",
    "要的",
    "不",
    "不是",
    "不要",
    "不用",
    "不用了",
    "不对",
    "不行",
    "先不要",
    "yes",
    "yes please",
    "yeah",
    "okay",
    "sure",
    "please do",
    "correct",
    "no thanks",
    "no thank you",
    "not now",
    "go ahead",
];
const CALLED_OFF: [&str; 14] = [
    "算了",
    "不退了",
    "不换了",
    "不办了",
    "不查了",
    "不用了",
    "先不办",
    "不取消了",
    "不想退了",
    "我不退了",
    "我不换了",
    "never mind",
    "forget it",
    "forget about it",
];
const PERSON: [&str; 20] = [
    "人工",
    "转人工",
    "人工客服",
    "转人工客服",
    "真人",
    "真人客服",
    "找人工",
    "我要人工",
    "转接人工",
    "人工服务",
    "talk to a person",
    "talk to a human",
    "speak to a person",
    "speak to someone",
    "get me a human",
    "get me a person",
    "human",
    "human agent",
    "real person",
    "customer service",
];
/// Regions and large cities, and what stands beside them.
const PLACES: [&str; 79] = [
    "北京市",
    "天津市",
    "上海市",
    "重庆市",
    "河北省",
    "山西省",
    "辽宁省",
    "吉林省",
    "黑龙江省",
    "江苏省",
    "浙江省",
    "安徽省",
    "福建省",
    "江西省",
    "山东省",
    "河南省",
    "湖北省",
    "湖南省",
    "广东省",
    "海南省",
    "四川省",
    "贵州省",
    "云南省",
    "陕西省",
    "甘肃省",
    "青海省",
    "台湾省",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
    "石家庄市",
    "太原市",
    "沈阳市",
    "大连市",
    "长春市",
    "哈尔滨市",
    "南京市",
    "苏州市",
    "无锡市",
    "常州市",
    "南通市",
    "徐州市",
    "杭州市",
    "宁波市",
    "温州市",
    "嘉兴市",
    "绍兴市",
    "金华市",
    "合肥市",
    "福州市",
    "厦门市",
    "泉州市",
    "南昌市",
    "济南市",
    "青岛市",
    "烟台市",
    "郑州市",
    "洛阳市",
    "武汉市",
    "长沙市",
    "广州市",
    "深圳市",
    "佛山市",
    "东莞市",
    "珠海市",
    "中山市",
    "惠州市",
    "南宁市",
    "海口市",
    "成都市",
    "贵阳市",
    "昆明市",
    "西安市",
    "兰州市",
    "西宁市",
];
const ENGLISH_PLACES: [&str; 49] = [
    "Beijing",
    "Tianjin",
    "Shanghai",
    "Chongqing",
    "Hebei",
    "Shanxi",
    "Liaoning",
    "Jilin",
    "Heilongjiang",
    "Jiangsu",
    "Zhejiang",
    "Anhui",
    "Fujian",
    "Jiangxi",
    "Shandong",
    "Henan",
    "Hubei",
    "Hunan",
    "Guangdong",
    "Hainan",
    "Sichuan",
    "Guizhou",
    "Yunnan",
    "Shaanxi",
    "Gansu",
    "Qinghai",
    "Guangxi",
    "Xinjiang",
    "Hangzhou",
    "Guangzhou",
    "Shenzhen",
    "Nanjing",
    "Suzhou",
    "Ningbo",
    "Wuhan",
    "Chengdu",
    "Changsha",
    "Xiamen",
    "Qingdao",
    "Dalian",
    "Zhengzhou",
    "Kunming",
    "Road",
    "Street",
    "District",
    "Avenue",
    "Building",
    "Room",
    "Hong Kong",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn parts_of_a_label_are_expected() {
        let mut words = Words { terms: Vec::new() };
        words.add("青禾空气炸锅 5L", Standing::Asked);
        words.add_parts("青禾空气炸锅 5L");
        words.add_parts("Portable Blender");
        assert_eq!(mend("恐气炸锅", &words.terms).text, "空气炸锅");
        assert_eq!(mend("portable blendr", &words.terms).text.to_lowercase(), "portable blender");
    }

    #[test]
    fn regions_of_an_address_are_put_right() {
        let mut words = Words { terms: Vec::new() };
        words.add_all(&PLACES, Standing::Known);
        words.add_all(&ENGLISH_PLACES, Standing::Asked);
        assert_eq!(mend("hang轴市西湖区文三路 99 号", &words.terms).text, "杭州市西湖区文三路 99 号");
        let written = "88 Wensan Road, Xihu Disfrict, Hangzho, shejiang";
        assert_eq!(mend(written, &words.terms).text, "88 Wensan Road, Xihu District, Hangzhou, Zhejiang");
        for clean in
            ["安徽省宿州市埇桥区汴河路1号", "湖北省黄石市下陆区1号", "1 Xikang Road, Jing'an District, Shanghai"]
        {
            assert_eq!(mend(clean, &words.terms).text, clean);
        }
    }
}
