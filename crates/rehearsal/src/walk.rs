//! Conversations that nobody would have: whoever asks for a person in one gets one.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use yingda_assistant::Brain;
use yingda_dialogue::Lang;
use yingda_model::Choice;

use crate::dice::Dice;
use crate::stage::Stage;
use crate::talk::{Heard, Talk};
use crate::who::Who;

/// Turns before a person is asked for, at most.
const LONGEST: usize = 12;

/// One random conversation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Walk {
    pub seed: u64,
    pub turns: usize,
    /// What the customer asked for a person with; empty when people took over before.
    pub asked_with: String,
    /// Whether people had it afterwards.
    pub handed_over: bool,
    /// Turns, counted from 1, in which nothing was said.
    pub silent: Vec<usize>,
    /// Why a turn could not be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
    /// Customer and bot, line by line.
    pub transcript: Vec<String>,
}

impl Walk {
    pub fn is_right(&self) -> bool {
        self.handed_over && self.silent.is_empty() && self.broken.is_none()
    }
}

/// Many random conversations.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Walks {
    pub count: u64,
    pub turns: u64,
    /// Those in which a person was asked for, and the request was honoured in that turn.
    pub asked: u64,
    pub honoured: u64,
    /// Those that people took over before.
    pub taken_over_before: u64,
    /// What went wrong.
    pub failures: Vec<Walk>,
}

/// Drives random conversations with the seeds `from`, `from` + 1 …
pub async fn walks(stage: &Stage, brain: &Brain, from: u64, count: u64) -> Walks {
    let mut walks = Walks::default();
    for seed in (from..).take(usize::try_from(count).unwrap_or(usize::MAX)) {
        walks.add(walk(stage, brain, seed).await);
    }
    walks
}

impl Walks {
    /// Counts one more.
    pub fn add(&mut self, walk: Walk) {
        self.count += 1;
        self.turns += u64::try_from(walk.turns).unwrap_or(0);
        if walk.asked_with.is_empty() {
            self.taken_over_before += 1;
        } else {
            self.asked += 1;
            self.honoured += u64::from(walk.handed_over);
        }
        if !walk.is_right() {
            self.failures.push(walk);
        }
    }
}

/// One random conversation: taps, values, questions, nonsense, corrections, silence, pictures; then a person is asked for.
///
/// A back end that is there for tests and can be reset is, so that the same seed always walks the same way.
pub async fn walk(stage: &Stage, brain: &Brain, seed: u64) -> Walk {
    if let (Some(backend), Some(client)) = (&stage.backend, &stage.client) {
        backend.set_clock(stage.now);
        // One that cannot be reset is met as walks before left it.
        let _ = backend.reset(client).await;
    }
    let mut dice = Dice::named("walk", seed);
    let lang = if dice.chance(60) { Lang::Zh } else { Lang::En };
    let who = somebody(&mut dice);
    let mut talk = Talk::new(stage, brain, &who, lang, dice.next());
    let mut walk = Walk { seed, ..Walk::default() };
    let phrases = openings(brain, lang);
    for _ in 0..dice.below(LONGEST) {
        let done = step(&mut talk, &mut dice, lang, &phrases).await;
        if !note(&mut walk, done) {
            return walk;
        }
        if talk.handed_over().is_some() {
            walk.handed_over = true;
            return walk;
        }
    }
    let done = ask_for_a_person(&mut talk, &mut dice, lang).await;
    walk.asked_with = done.0.clone();
    note(&mut walk, done);
    walk.handed_over = talk.handed_over().is_some();
    walk
}

type Done = (String, Result<Heard, yingda_knowledge::IndexError>);

fn note(walk: &mut Walk, (said, heard): Done) -> bool {
    walk.turns += 1;
    walk.transcript.push(format!("customer: {said}"));
    match heard {
        Ok(heard) => {
            if heard.is_silent() {
                walk.silent.push(walk.turns);
            }
            walk.transcript.extend(heard.said.iter().map(|said| format!("bot: {}", said.text)));
            true
        }
        Err(error) => {
            walk.broken = Some(error.to_string());
            false
        }
    }
}

fn somebody(dice: &mut Dice) -> Who {
    if dice.chance(40) {
        return Who::default();
    }
    let number = dice.below(40) + 1;
    Who {
        external_id: Some(format!("cust-{number:04}")),
        name: Some("顾客".into()),
        phone: Some(format!("199000000{number:02}")),
        verified: dice.chance(70),
        ..Who::default()
    }
}

/// What flows say begins them.
fn openings(brain: &Brain, lang: Lang) -> Vec<String> {
    let of_flow = |flow: &std::sync::Arc<yingda_dialogue::Flow>| match lang {
        Lang::Zh => flow.starts.phrases_zh.clone(),
        Lang::En => flow.starts.phrases_en.clone(),
    };
    brain.release.flows().flat_map(of_flow).collect()
}

async fn step(talk: &mut Talk<'_>, dice: &mut Dice, lang: Lang, phrases: &[String]) -> Done {
    let options: Vec<Choice> = talk.shown().iter().filter(|option| option.id != "hand_over").cloned().collect();
    if !options.is_empty() && dice.chance(45) {
        let option = options[dice.below(options.len())].clone();
        let heard = talk.taps(&option).await;
        return (format!("[{}] {}", option.label, option.id), heard);
    }
    if dice.chance(8) {
        let hours = [1, 30, 60 * 5, 60 * 30, 60 * 24 * 10][dice.below(5)];
        talk.wait(Duration::from_secs(hours * 60));
    }
    match dice.below(100) {
        0..=4 => ("(a picture)".into(), talk.shows_picture().await),
        5..=34 => {
            let text = dice.pick(phrases).cloned().unwrap_or_else(|| "?".into());
            let heard = talk.says(&text).await;
            (text, heard)
        }
        _ => {
            let pool = match lang {
                Lang::Zh => WORDS_ZH,
                Lang::En => WORDS_EN,
            };
            let text = match dice.below(10) {
                0 => nonsense(dice),
                1 => format!("{} {}", pool[dice.below(pool.len())], pool[dice.below(pool.len())]),
                _ => pool[dice.below(pool.len())].to_owned(),
            };
            let heard = talk.says(&text).await;
            (text, heard)
        }
    }
}

async fn ask_for_a_person(talk: &mut Talk<'_>, dice: &mut Dice, lang: Lang) -> Done {
    let button = talk.shown().iter().find(|option| option.id == "hand_over").cloned();
    if let Some(button) = button.filter(|_| dice.chance(50)) {
        let heard = talk.taps(&button).await;
        return (format!("[{}]", button.label), heard);
    }
    let words = match lang {
        Lang::Zh => PERSON_ZH,
        Lang::En => PERSON_EN,
    };
    let text = words[dice.below(words.len())];
    (text.to_owned(), talk.says(text).await)
}

fn nonsense(dice: &mut Dice) -> String {
    const SIGNS: &[&str] = &[
        "啊",
        "？",
        "😀",
        "asdf",
        "。。。",
        "{{",
        "}}",
        "123",
        "\u{200b}",
        "的",
        "QH",
        "<b>",
        "null",
        "不",
        "'",
        "：",
        "是",
    ];
    (0..dice.below(8) + 1).map(|_| SIGNS[dice.below(SIGNS.len())]).collect()
}

const PERSON_ZH: &[&str] = &[
    "人工",
    "转人工",
    "人工客服",
    "我要找人工",
    "找真人",
    "转接人工客服",
    "叫你们客服来",
    "我要人工服务",
    "转人工！",
    "别机器人了，转人工",
    "请帮我转人工",
    "找个人来",
];
const PERSON_EN: &[&str] = &[
    "agent",
    "human",
    "talk to a person",
    "I want to speak to a human",
    "real person please",
    "let me talk to an agent",
    "customer service representative",
    "transfer me to a human",
    "human agent",
    "can I talk to somebody real",
];
/// Values, questions, courtesies, corrections, second thoughts.
const WORDS_ZH: &[&str] = &[
    "QH2611081742",
    "QH2611050123",
    "订单 QH2611081742，手机 19900000008",
    "19900000008",
    "第二个",
    "那个订单",
    "不对，是另一个",
    "是",
    "不是",
    "好的",
    "确认",
    "算了",
    "取消",
    "不要了",
    "你们几点关门",
    "运费多少",
    "怎么开发票",
    "谢谢",
    "你好",
    "在吗",
    "这是什么意思",
    "浙江省杭州市西湖区文三路 1 号",
    "明天下午",
    "质量问题",
    "坏了",
    "没拆封",
    "我很生气",
    "太慢了",
    "多久能到",
    "那运费呢",
    "退款多久到账",
    "两个",
    "100 元",
    "help@example.com",
    "随便",
    "不知道",
    "再说一遍",
    "我要退货，还要开发票",
    "全部",
    "123456",
    "没有",
    "上门取件",
];
const WORDS_EN: &[&str] = &[
    "QH2611081742",
    "QH2611050123",
    "order QH2611081742, phone 19900000008",
    "19900000008",
    "the second one",
    "that order",
    "no, the other one",
    "yes",
    "no",
    "ok",
    "confirm",
    "never mind",
    "cancel",
    "I don't want it",
    "when do you close",
    "how much is shipping",
    "how do I get an invoice",
    "thanks",
    "hello",
    "are you there",
    "what does that mean",
    "1 Wensan Road, Hangzhou",
    "tomorrow afternoon",
    "it is faulty",
    "broken",
    "unopened",
    "I am very angry",
    "too slow",
    "how long does it take",
    "and the shipping?",
    "two",
    "100 yuan",
    "help@example.com",
    "whatever",
    "I don't know",
    "say that again",
    "I want to return it and get an invoice",
    "all of them",
    "123456",
    "pick it up",
];

impl fmt::Display for Walks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for walk in self.failures.iter().take(10) {
            writeln!(f, "FAILED  seed {}", walk.seed)?;
            if let Some(broken) = &walk.broken {
                writeln!(f, "  {broken}")?;
            }
            if !walk.silent.is_empty() {
                writeln!(f, "  silent in turn {:?}", walk.silent)?;
            }
            if !walk.handed_over {
                writeln!(f, "  asked with {:?}, and stayed with the assistant", walk.asked_with)?;
            }
            for line in &walk.transcript {
                writeln!(f, "    {line}")?;
            }
        }
        writeln!(
            f,
            "{} conversations, {} turns: {} of {} requests for a person honoured at once; {} were given to people before; {} went wrong",
            self.count,
            self.turns,
            self.honoured,
            self.asked,
            self.taken_over_before,
            self.failures.len()
        )
    }
}
