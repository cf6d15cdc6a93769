//! Everything that the assistant says of itself, and every reason that it gives, in both languages.

use yingda_model::{Content, FlowOutcome, HandOverReason, Persona, TraceTitle};

use crate::courtesy::Courtesy;
use crate::{Tongue, brief};

impl Tongue {
    /// The one of two that is in this language.
    pub(crate) fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// The label of the option that no other option fits.
pub(crate) fn none_label(tongue: Tongue) -> &'static str {
    tongue.pick("以上都不是", "None of these")
}

/// The label of the option for a person.
pub(crate) fn person_label(tongue: Tongue) -> &'static str {
    tongue.pick("转人工", "Talk to a person")
}

/// The label of the option to try once more what did not fit.
pub(crate) fn again_label(tongue: Tongue) -> &'static str {
    tongue.pick("再试一次", "Try again")
}

/// Above near matches.
pub(crate) fn which(tongue: Tongue, options: usize) -> &'static str {
    match (tongue, options) {
        (Tongue::Zh, 1) => "请问您是想问这个问题吗？",
        (Tongue::Zh, _) => "请问您想问的是下面哪一个？",
        (Tongue::En, 1) => "Is this what you would like to know?",
        (Tongue::En, _) => "Which of these would you like to know?",
    }
}

/// Under a piece of a longer text: where it is from.
pub(crate) fn source(tongue: Tongue, title: &str, section: Option<&str>, url: Option<&str>) -> String {
    let mut source = match tongue {
        Tongue::Zh => format!("来源：《{title}》"),
        Tongue::En => format!("Source: {title}"),
    };
    if let Some(section) = section {
        source.push_str(" · ");
        source.push_str(section);
    }
    if let Some(url) = url {
        source.push(' ');
        source.push_str(url);
    }
    source
}

/// Above an answer that there is in another language only.
pub(crate) fn only_in(tongue: Tongue, of_answer: Tongue) -> &'static str {
    match (tongue, of_answer) {
        (Tongue::Zh, _) => "（这条内容目前只有英文版）",
        (Tongue::En, Tongue::Zh) => "(This is available in Chinese only.)",
        (Tongue::En, Tongue::En) => "(This is available in English only.)",
    }
}

/// No answer is known.
pub(crate) fn unknown(tongue: Tongue, persona: &Persona) -> String {
    match tongue {
        Tongue::Zh => {
            format!("抱歉，这个问题{}暂时还回答不了。您可以换个说法、说得具体一些，也可以转人工客服。", name(tongue, persona))
        }
        Tongue::En => "Sorry, I don't know the answer to that. You could put it another way with a few more details, or talk to a \
                       person."
            .into(),
    }
}

/// What was to be said must not be said.
pub(crate) fn guarded(tongue: Tongue) -> &'static str {
    tongue.pick(
        "抱歉，这件事我请人工同事来回复您，免得给您不准确的信息。",
        "Sorry, I would rather have a colleague answer this than tell you something that may not be right.",
    )
}

/// None of the offered questions was meant.
pub(crate) fn none_fits(tongue: Tongue) -> &'static str {
    tongue.pick(
        "好的，请您换个说法、说得具体一些，也可以转人工客服。",
        "I see. Please put your question another way with a few more details, or talk to a person.",
    )
}

/// The chosen question is no longer there.
pub(crate) fn gone(tongue: Tongue) -> &'static str {
    tongue.pick(
        "抱歉，这条内容已经更新。请您直接把问题发给我，也可以转人工客服。",
        "Sorry, this answer has changed meanwhile. Please just write your question, or talk to a person.",
    )
}

/// The answer to a greeting, with the inbox's own words when it has some; to thanks; to a goodbye.
pub(crate) fn courtesy(tongue: Tongue, courtesy: Courtesy, greeting_zh: &str, greeting_en: &str) -> String {
    match courtesy {
        Courtesy::Greeting => {
            let own = tongue.pick(greeting_zh, greeting_en).trim();
            let plain = tongue.pick("您好！请问有什么可以帮您？", "Hello! How can I help you?");
            if own.is_empty() { plain.into() } else { own.into() }
        }
        Courtesy::Thanks => tongue
            .pick("不客气！还有其他问题，随时告诉我。", "You're welcome! If there is anything else, just ask.")
            .into(),
        Courtesy::Goodbye => {
            tongue.pick("好的，再见！有需要随时找我。", "Goodbye! I'm here whenever you need me.").into()
        }
    }
}

/// What cannot wait for people: said before they are called.
pub(crate) fn in_danger(tongue: Tongue, label: &str) -> Option<&'static str> {
    match label {
        "self_harm" => Some(tongue.pick(
            "听到您这么说，我很担心您。请先照顾好自己，和身边信任的人说一说。如果您或他人正处在危险中，请马上拨打 110 或 120；全国心理援助热线 12356 也随时可以打。",
            "I'm worried about you. Please look after yourself first, and tell somebody near you whom you trust. If you or anybody \
             else is in danger, call your local emergency number now.",
        )),
        "hazard" => Some(tongue.pick(
            "请先确保人身安全：离开危险的地方，在安全的前提下停止使用并断开电源或气源。如果有人受伤、身体不适，或有火情、燃气味，请马上拨打 120 或 119，孩子遇险请拨打 110。",
            "Please see to everybody's safety first: get away from the danger, and stop using the product and cut off power or gas if \
             that is safe. If anybody is hurt or unwell, or there is fire or a smell of gas, call your local emergency number now.",
        )),
        _ => None,
    }
}

/// After the answers to some wishes of a message: those that have none.
pub(crate) fn still_open(tongue: Tongue, open: &[&str]) -> String {
    let short = |text: &&str| {
        let mut short: String = text.chars().take(60).collect();
        if text.chars().count() > 60 {
            short.push('…');
        }
        short
    };
    let quoted: Vec<String> = open.iter().map(|text| format!("“{}”", short(text))).collect();
    match tongue {
        Tongue::Zh => {
            format!("您还说到{}，这个我暂时答不上来。您可以说得具体一些，也可以转人工客服。", quoted.join("和"))
        }
        Tongue::En => format!(
            "You also wrote {}. I don't know the answer to that yet. You could give me a few more details, or talk to a person.",
            quoted.join(" and ")
        ),
    }
}

/// Whether people are there to take over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Desk {
    Open,
    /// Closed, until the moment that is named if it is known.
    Closed {
        back: Option<String>,
    },
}

/// Said before a conversation goes to people.
pub(crate) fn handing_over(
    tongue: Tongue,
    reason: HandOverReason,
    content: &Content,
    desk: &Desk,
    persona: &Persona,
) -> String {
    let because = because(tongue, reason, content, persona);
    match (tongue, desk) {
        (Tongue::Zh, Desk::Open) => format!("{because}，正在为您转接人工客服，请稍候。"),
        (Tongue::Zh, Desk::Closed { back }) => {
            let back = back.as_ref().map(|back| format!("，{back}上班")).unwrap_or_default();
            format!("{because}。人工客服现在不在线{back}。您的消息已经保留，上班后会尽快回复您。")
        }
        (Tongue::En, Desk::Open) => format!("{because}. I'm transferring you to a person, one moment please."),
        (Tongue::En, Desk::Closed { back }) => {
            let back = back.as_ref().map(|back| format!("; they will be back {back}")).unwrap_or_default();
            format!(
                "{because}. Our people are not here right now{back}. Your message is kept, and they will answer it."
            )
        }
    }
}

fn because(tongue: Tongue, reason: HandOverReason, content: &Content, persona: &Persona) -> String {
    match reason {
        HandOverReason::CannotRead => match tongue {
            Tongue::Zh => {
                let what = match content {
                    Content::Image { .. } => "看不了图片",
                    Content::Voice { .. } => "听不了语音",
                    _ => "看不了文件",
                };
                format!("抱歉，{}暂时{what}", name(tongue, persona))
            }
            Tongue::En => {
                let what = match content {
                    Content::Image { .. } => "look at pictures",
                    Content::Voice { .. } => "listen to voice messages",
                    _ => "read files",
                };
                format!("Sorry, I can't {what} yet")
            }
        },
        HandOverReason::RepeatedFailure => tongue.pick("抱歉，没能帮您解决问题", "Sorry that I could not help").into(),
        HandOverReason::Requested => tongue.pick("好的", "Of course").into(),
        HandOverReason::Intent => {
            tongue.pick("好的，这件事由人工客服为您处理", "Our people take care of this themselves").into()
        }
        HandOverReason::Flow | HandOverReason::HighValue | HandOverReason::Rule => {
            tongue.pick("好的，接下来由人工客服为您处理", "One of our people takes care of it from here").into()
        }
        HandOverReason::ToolFailed => tongue
            .pick(
                "抱歉，系统暂时没有响应，这件事由人工客服接着为您处理",
                "Sorry, a system does not answer; our people look after this",
            )
            .into(),
        HandOverReason::Guard => {
            tongue.pick("抱歉，这个问题我没有把握答准", "Sorry, I'm not sure enough of the answer").into()
        }
        HandOverReason::Safety => tongue.pick("您说的情况我们非常重视", "We take what you wrote very seriously").into(),
        HandOverReason::Upset => {
            tongue.pick("非常抱歉给您带来了不好的体验", "I'm very sorry for the trouble that you have had").into()
        }
    }
}

/// The assistant's name, or 我 / "I" when the inbox gives none.
fn name(tongue: Tongue, persona: &Persona) -> &str {
    let name = tongue.pick(persona.name_zh.trim(), persona.name_en.trim());
    if name.is_empty() { tongue.pick("我", "I") } else { name }
}

/// A reason in Chinese and in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    pub zh: String,
    pub en: String,
}

impl Why {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    pub(crate) fn answered(question: &str, matched: &str, confidence: f32, threshold: f32, words: &[&str]) -> Self {
        let (zh_words, en_words) = if words.is_empty() {
            (String::new(), String::new())
        } else {
            (format!("依据的词：{}。", words.join("、")), format!(" Words that carried it: {}.", words.join(", ")))
        };
        Self::new(
            format!(
                "最接近的是“{question}”（问法“{matched}”），把握 {confidence:.2}，达到直接回答的门槛 {threshold:.2}。{zh_words}"
            ),
            format!(
                "Nearest is “{question}” (wording “{matched}”) with confidence {confidence:.2}, which reaches the threshold \
                 {threshold:.2} for answering.{en_words}"
            ),
        )
    }

    /// The flow that is spoken of, the slot that is asked, and how flows ended, all in the words of people.
    pub(crate) fn flow(
        flow: Option<&TraceTitle>,
        asks: Option<&TraceTitle>,
        ended: &[(TraceTitle, FlowOutcome)],
    ) -> Self {
        let told = |tongue: Tongue| -> Vec<String> {
            let title = |title: &TraceTitle| tongue.pick(title.zh.clone(), title.en.clone());
            let of = |(flow, outcome): &(TraceTitle, FlowOutcome)| {
                let (title, how) = (title(flow), brief::ended(*outcome, tongue));
                tongue.pick(format!("“{title}”{how}"), format!("“{title}” {how}"))
            };
            ended.iter().map(of).collect()
        };
        let (mut zh, mut en) = (String::new(), String::new());
        if !ended.is_empty() {
            zh.push_str(&format!("流程结束：{}。", told(Tongue::Zh).join("、")));
            en.push_str(&format!("Flows ended: {}. ", told(Tongue::En).join(", ")));
        }
        match (flow, asks) {
            (Some(flow), Some(slot)) => {
                zh.push_str(&format!("流程“{}”正在询问“{}”。", flow.zh, slot.zh));
                en.push_str(&format!("The flow “{}” asks for “{}”.", flow.en, slot.en));
            }
            (Some(flow), None) if ended.is_empty() => {
                zh.push_str(&format!("流程“{}”。", flow.zh));
                en.push_str(&format!("The flow “{}”.", flow.en));
            }
            (None, _) if ended.is_empty() => {
                zh.push_str("没有流程在办理。");
                en.push_str("No flow is under way.");
            }
            _ => {}
        }
        Self::new(zh, en.trim_end())
    }

    pub(crate) fn generated(model: &str, sources: usize) -> Self {
        Self::new(
            format!("知识库没有足够把握直接回答，由语言模型 {model} 依据 {sources} 条知识写成，每句都有出处。"),
            format!(
                "The knowledge base was not sure; the language model {model} wrote it from {sources} entries, each sentence with its source."
            ),
        )
    }

    /// `zh` and `en`: what the flow says, see [`brief::handed_over`].
    pub(crate) fn flow_hands_over(zh: &str, en: &str) -> Self {
        Self::new(format!("流程转交人工：{zh}。"), format!("The flow hands over to people: {en}."))
    }

    pub(crate) fn guarded(rules: &[&str]) -> Self {
        let rules = rules.join(", ");
        Self::new(
            format!("要说的话没有通过检查（{rules}），所以转人工。"),
            format!("What would have been said did not pass the guard ({rules}), so people take over."),
        )
    }

    pub(crate) fn intent_answers(intent: &str, probability: f32, threshold: f32, words: &[&str]) -> Self {
        let (zh_words, en_words) = if words.is_empty() {
            (String::new(), String::new())
        } else {
            (format!("依据的词：{}。", words.join("、")), format!(" Words that spoke for it: {}.", words.join(", ")))
        };
        Self::new(
            format!(
                "全文检索把握不足，但意图判断为“{intent}”（概率 {probability:.2}，门槛 {threshold:.2}），用它对应的条目回答。{zh_words}"
            ),
            format!(
                "Full-text search was not sure, but the intent is “{intent}” (probability {probability:.2}, threshold {threshold:.2}), \
                 and its entry answers.{en_words}"
            ),
        )
    }

    pub(crate) fn left_to_people(intent: &str, probability: f32) -> Self {
        Self::new(
            format!("意图判断为“{intent}”（概率 {probability:.2}），这个意图设定为交给人工。"),
            format!("The intent is “{intent}” (probability {probability:.2}), which is set to be left to people."),
        )
    }

    pub(crate) fn several(answered: usize, open: &[&str], for_people: Option<&str>) -> Self {
        let (mut zh, mut en) = (
            format!("一条消息里有多个诉求，按顺序回答了其中 {answered} 个。"),
            format!("The message has several wishes; {answered} of them were answered in their order."),
        );
        if !open.is_empty() {
            zh.push_str(&format!("还有 {} 个没有答案，已向顾客说明。", open.len()));
            en.push_str(&format!(" {} without an answer were named to the customer.", open.len()));
        }
        if let Some(intent) = for_people {
            zh.push_str(&format!("其中“{intent}”设定为交给人工。"));
            en.push_str(&format!(" Of them “{intent}” is set to be left to people."));
        }
        Self::new(zh, en)
    }

    pub(crate) fn danger(label: &str) -> Self {
        let (zh, en) = match label {
            "self_harm" => ("有伤害自己的迹象", "signs of self-harm"),
            "hazard" => ("提到有人身安全危险（火情、触电、受伤、过敏等）", "a danger to somebody's health or life"),
            "minor" => ("涉及未成年人消费或向未成年人销售", "that a minor buys or is sold something"),
            _ => ("有威胁他人的内容", "a threat"),
        };
        Self::new(
            format!("消息里{zh}，立即转人工，优先处理。"),
            format!("The message shows {en}: people take over at once, before anything else."),
        )
    }

    pub(crate) fn upset(self) -> Self {
        Self::new(
            format!("{}顾客情绪激动，所以直接转人工。", self.zh),
            format!("{} The customer is upset, so people take over at once.", self.en),
        )
    }

    pub(crate) fn offered(best: f32, answer: f32, count: usize) -> Self {
        Self::new(
            format!("最高把握 {best:.2}，不足以直接回答（门槛 {answer:.2}），所以列出 {count} 个相近的问题请顾客选。"),
            format!(
                "The best confidence {best:.2} is not enough to answer outright (threshold {answer:.2}), so {count} near \
                 question(s) were offered."
            ),
        )
    }

    pub(crate) fn graph(reading: &str, facts: &[String], confidence: f32) -> Self {
        let facts = if facts.is_empty() { "–".to_owned() } else { facts.join("; ") };
        Self::new(
            format!("由知识图谱回答，把握 {confidence:.2}。问题理解为：{reading}。依据：{facts}。"),
            format!(
                "Answered from the knowledge graph, confidence {confidence:.2}. Read as: {reading}. Facts: {facts}."
            ),
        )
    }

    pub(crate) fn unknown(best: f32, offer: f32, failures: u8) -> Self {
        Self::new(
            format!("知识库里没有相近的问题（最高把握 {best:.2}，门槛 {offer:.2}）。连续第 {failures} 次没答上。"),
            format!(
                "Nothing in the knowledge base comes near (best confidence {best:.2}, threshold {offer:.2}). Failure {failures} in a \
                 row."
            ),
        )
    }

    pub(crate) fn chose_entry(question: &str) -> Self {
        Self::new(format!("顾客选了“{question}”。"), format!("The customer chose “{question}”."))
    }

    pub(crate) fn chose_none(failures: u8) -> Self {
        Self::new(
            format!("顾客说列出的问题都不是。连续第 {failures} 次没答上。"),
            format!("The customer said that none of the offered questions was meant. Failure {failures} in a row."),
        )
    }

    pub(crate) fn entry_gone() -> Self {
        Self::new("顾客选的知识条目已不存在。", "The entry that the customer chose is no longer there.")
    }

    pub(crate) fn chose_person() -> Self {
        Self::new("顾客选了转人工。", "The customer chose to talk to a person.")
    }

    pub(crate) fn asked_for_person(matched: &str) -> Self {
        Self::new(format!("顾客要求人工（“{matched}”）。"), format!("The customer asked for a person (“{matched}”)."))
    }

    pub(crate) fn cannot_read(kind: &str) -> Self {
        let zh = match kind {
            "image" => "图片",
            "voice" => "语音",
            _ => "文件",
        };
        Self::new(
            format!("顾客发来{zh}，助手读不了，转人工。"),
            format!("The assistant cannot read what came ({kind})."),
        )
    }

    pub(crate) fn failed_again(self) -> Self {
        Self::new(format!("{}所以转人工。", self.zh), format!("{} So people take over.", self.en))
    }

    pub(crate) fn courtesy() -> Self {
        Self::new("顾客只是问候、致谢或告别。", "The customer only greeted, thanked or said goodbye.")
    }

    pub(crate) fn search_failed() -> Self {
        Self::new("搜索知识库出错，转人工。", "Searching the knowledge base failed, so people take over.")
    }
}
