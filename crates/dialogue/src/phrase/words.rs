//! The built-in words. At least two variants in the normal tone, one on buttons; other tones where they matter.

mod trouble;

use yingda_expression::Template;

use super::Phrase;
use crate::{Text, Wording};

/// Variants in one language: normal, upset, plain.
type Words = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// The built-in words of a phrase.
pub(super) fn of(phrase: Phrase) -> Text {
    let (zh, en) = words(phrase);
    Text { zh: wording(zh), en: wording(en) }
}

fn wording((normal, upset, plain): Words) -> Wording {
    let parse = |variants: &[&str]| {
        variants
            .iter()
            .map(|text| Template::parse(text).expect("the built-in words are templates: a test reads all of them"))
            .collect()
    };
    Wording { normal: parse(normal), upset: parse(upset), plain: parse(plain) }
}

/// Only the normal tone.
const fn normal(variants: &'static [&'static str]) -> Words {
    (variants, &[], &[])
}

fn words(phrase: Phrase) -> (Words, Words) {
    match phrase {
        Phrase::BackTo | Phrase::PutAside | Phrase::InTurn | Phrase::Next => order(phrase),
        Phrase::Cancelled
        | Phrase::CancelledAndUndone
        | Phrase::CancelledButDone
        | Phrase::Resume
        | Phrase::ResumeDeclined
        | Phrase::Resumed
        | Phrase::Expired => coming_and_going(phrase),
        Phrase::NotUnderstood
        | Phrase::NotUnderstoodAgain
        | Phrase::NothingToPick
        | Phrase::Clarify
        | Phrase::ClarifyDeclined
        | Phrase::ConfirmAgain
        | Phrase::NotDone => asking(phrase),
        Phrase::Helped | Phrase::GladToHelp | Phrase::SorryNotHelped => closing(phrase),
        Phrase::ToolFailed | Phrase::ToolFailedUndone | Phrase::Uncertain | Phrase::TooLong => trouble::trouble(phrase),
        Phrase::TooLateToCorrect
        | Phrase::Corrected
        | Phrase::AlreadyRunning
        | Phrase::NeedsIdentity
        | Phrase::IdentityFailed
        | Phrase::NotAvailable => trouble::limits(phrase),
        Phrase::Yes | Phrase::No | Phrase::GoOn | Phrase::SomethingElse | Phrase::Person => button(phrase),
    }
}

/// What comes before what.
fn order(phrase: Phrase) -> (Words, Words) {
    match phrase {
        Phrase::BackTo => (
            (
                &["咱们接着说{{ title }}。", "好，回到刚才的{{ title }}。", "那我们继续{{ title }}。"],
                &["继续处理您的{{ title }}。"],
                &["现在接着办：{{ title }}。"],
            ),
            (
                &[
                    "Now, back to “{{ title }}”.",
                    "Let’s pick up “{{ title }}” where we left off.",
                    "Back to “{{ title }}”, then.",
                ],
                &["Going on with “{{ title }}”."],
                &["Now we go on with: {{ title }}."],
            ),
        ),
        Phrase::PutAside => (
            (
                &["好的，先办{{ title }}，{{ other }}稍后接着来。", "没问题，我们先说{{ title }}，再回到{{ other }}。"],
                &["先为您处理{{ title }}，随后继续{{ other }}。"],
                &["先办：{{ title }}。然后再办：{{ other }}。"],
            ),
            (
                &[
                    "Sure: “{{ title }}” first, then we come back to “{{ other }}”.",
                    "No problem, let’s do “{{ title }}” now and return to “{{ other }}” after that.",
                ],
                &["“{{ title }}” first, then “{{ other }}”."],
                &["First: {{ title }}. Then: {{ other }}."],
            ),
        ),
        Phrase::InTurn => (
            (
                &[
                    "好的，{{ titles }}，我一件一件帮您办。先来{{ title }}。",
                    "收到：{{ titles }}。咱们从{{ title }}开始，一个都不会漏。",
                ],
                &["{{ titles }}都会为您处理，先从{{ title }}开始。"],
                &["您要办的事：{{ titles }}。我们一件一件来。第一件：{{ title }}。"],
            ),
            (
                &[
                    "Got it: {{ titles }}. One after the other, starting with “{{ title }}”.",
                    "Sure, I’ll take care of all of it: {{ titles }}. Let’s begin with “{{ title }}”.",
                ],
                &["I’ll deal with all of it: {{ titles }}. First, “{{ title }}”."],
                &["You asked for: {{ titles }}. We do one at a time. The first is: {{ title }}."],
            ),
        ),
        _ => (
            (
                &["接下来是您提到的{{ title }}。", "好，下一件：{{ title }}。", "然后我们来办{{ title }}。"],
                &["接着处理{{ title }}。"],
                &["下一件事：{{ title }}。"],
            ),
            (
                &[
                    "Next, you also asked about “{{ title }}”.",
                    "Now on to “{{ title }}”.",
                    "That leaves “{{ title }}”. Let’s do it now.",
                ],
                &["Next: “{{ title }}”."],
                &["The next thing is: {{ title }}."],
            ),
        ),
    }
}

/// Calling off, and going on later.
fn coming_and_going(phrase: Phrase) -> (Words, Words) {
    match phrase {
        Phrase::Cancelled => (
            (
                &["好的，{{ title }}不办了，什么都没有改动。", "没问题，{{ title }}已经取消，一切保持原样。"],
                &["好的，已经停下，没有做任何改动。"],
                &["已经取消：{{ title }}。什么都没有改变。"],
            ),
            (
                &[
                    "All right, I’ve dropped “{{ title }}”. Nothing has been changed.",
                    "No problem: “{{ title }}” is called off and everything stays as it was.",
                ],
                &["All right, stopped. Nothing has been changed."],
                &["Cancelled: {{ title }}. Nothing has changed."],
            ),
        ),
        Phrase::CancelledAndUndone => (
            (
                &["好的，{{ title }}不办了，已经做的步骤也都撤回了。", "{{ title }}已经取消，刚才的操作也撤销了。"],
                &["已经停下，刚才的操作也撤回了。"],
                &["已经取消：{{ title }}。刚才做的也撤回了。"],
            ),
            (
                &[
                    "All right, “{{ title }}” is called off, and what had been done is taken back.",
                    "I’ve stopped “{{ title }}” and undone the steps so far.",
                ],
                &["Stopped, and what had been done is undone."],
                &["Cancelled: {{ title }}. What was done is undone."],
            ),
        ),
        Phrase::CancelledButDone => (
            (
                &[
                    "好的，{{ title }}到此为止。不过前面已经办好的部分无法撤回，需要的话我请同事帮您看看。",
                    "{{ title }}不再继续了。已经生效的部分撤不回来，如有需要可以转人工处理。",
                ],
                &["已经停下。已生效的部分我这里撤不回来，需要的话马上为您转人工。"],
                &["已经停下：{{ title }}。前面办好的部分不能撤回。需要的话可以找人工客服。"],
            ),
            (
                &[
                    "I’ve stopped “{{ title }}” here. What was already done cannot be taken back by me; a colleague can look at it if you like.",
                    "“{{ title }}” goes no further. The part that is already done stays; say so if you want a person to look at it.",
                ],
                &["Stopped. I cannot take back what was already done; I can fetch a person for that."],
                &["Stopped: {{ title }}. What was done before stays. A person can help you with that."],
            ),
        ),
        Phrase::Resume => (
            (
                &[
                    "欢迎回来！上次的{{ title }}还没办完，要接着办吗？",
                    "您好，之前的{{ title }}进行到一半，现在继续吗？",
                ],
                &["您之前的{{ title }}还没办完，现在继续吗？"],
                &["上次的事还没办完：{{ title }}。要继续吗？"],
            ),
            (
                &[
                    "Welcome back! “{{ title }}” is not finished yet. Shall we go on with it?",
                    "Hello again. Last time we got half-way through “{{ title }}”. Do you want to continue?",
                ],
                &["“{{ title }}” is not finished yet. Shall we go on with it now?"],
                &["This is not finished: {{ title }}. Do you want to go on?"],
            ),
        ),
        Phrase::ResumeDeclined => (
            normal(&["好的，那就先不办了。您现在想做什么？", "没问题，那件事就放下了。现在有什么可以帮您？"]),
            normal(&[
                "All right, we leave that. What can I do for you now?",
                "No problem, that is dropped. What do you need today?",
            ]),
        ),
        Phrase::Resumed => (
            normal(&["好的，我们继续{{ title }}。", "好，接着上次的{{ title }}。"]),
            normal(&["Great, let’s go on with “{{ title }}”.", "All right, on with “{{ title }}”."]),
        ),
        _ => (
            normal(&[
                "上次的{{ title }}时间太久，已经结束了。需要的话可以重新开始。",
                "之前的{{ title }}已经过期，没有做任何改动。要办的话我们重新来。",
            ]),
            normal(&[
                "“{{ title }}” was begun too long ago and has ended. You can start it again whenever you like.",
                "The earlier “{{ title }}” has expired; nothing was changed. We can begin again if you need it.",
            ]),
        ),
    }
}

/// Questions, and answers that do not fit.
fn asking(phrase: Phrase) -> (Words, Words) {
    match phrase {
        Phrase::NotUnderstood => (
            (
                &[
                    "不好意思，我没太明白{% if title %}您说的{{ title }}{% endif %}，能再说一次吗？",
                    "抱歉没听懂，{% if title %}请再告诉我一下{{ title }}{% else %}麻烦换个说法{% endif %}好吗？",
                ],
                &["抱歉，我没有听明白{% if title %}{{ title }}{% endif %}，请您再说一次。"],
                &["我没看懂。请再说一次{% if title %}：{{ title }}{% endif %}。"],
            ),
            (
                &[
                    "Sorry, I didn’t quite get {% if title %}the {{ title }}{% else %}that{% endif %}. Could you say it once more?",
                    "I’m afraid I didn’t understand{% if title %} the {{ title }}{% endif %}. Could you put it another way?",
                ],
                &[
                    "Sorry, I didn’t get {% if title %}the {{ title }}{% else %}that{% endif %}. Please say it once more.",
                ],
                &["I did not understand. Please tell me again{% if title %}: {{ title }}{% endif %}."],
            ),
        ),
        Phrase::NotUnderstoodAgain => (
            (
                &[
                    "还是没能理解，真抱歉。{% if options %}您可以直接选：{{ options }}。{% else %}请直接回复{{ title or '答案' }}，或者说“人工”找同事帮忙。{% endif %}",
                    "不好意思，我又没听懂。{% if options %}从这里选一个就行：{{ options }}。{% else %}只需要发{{ title or '答案' }}给我；想找人工客服也可以随时说。{% endif %}",
                ],
                &[
                    "非常抱歉，我还是没明白。{% if options %}请选一个：{{ options }}。{% endif %}说“人工”，我马上请同事来。",
                ],
                &["我还是没看懂。{% if options %}请选一个：{{ options }}。{% endif %}也可以说“人工”，会有人帮您。"],
            ),
            (
                &[
                    "I still don’t follow, sorry. {% if options %}You can simply choose: {{ options }}.{% else %}Please send just the {{ title or 'answer' }}, or say “agent” for a person.{% endif %}",
                    "That’s twice I didn’t get it, my apologies. {% if options %}One of these will do: {{ options }}.{% else %}Only the {{ title or 'answer' }} is needed; a person can help too, just say “agent”.{% endif %}",
                ],
                &[
                    "I’m very sorry, I still don’t understand. {% if options %}Please choose: {{ options }}. {% endif %}Say “agent” and a person takes over.",
                ],
                &[
                    "I still do not understand. {% if options %}Please choose one: {{ options }}. {% endif %}Or say “agent” and a person will help you.",
                ],
            ),
        ),
        Phrase::NothingToPick => (
            normal(&["我这里没有找到可以选择的{{ title or '内容' }}。", "没有查到可选的{{ title or '内容' }}。"]),
            normal(&[
                "I can’t find any {{ title or 'items' }} to choose from.",
                "There are no {{ title or 'items' }} to choose from.",
            ]),
        ),
        Phrase::Clarify => (
            (
                &["您是想办哪一件呢：{{ titles }}？", "我想确认一下，您说的是{{ titles }}中的哪一个？"],
                &["请问是哪一件：{{ titles }}？"],
                &["您要办哪一件？{{ titles }}。"],
            ),
            (
                &["Which of these do you mean: {{ titles }}?", "Just to be sure: is it about {{ titles }}?"],
                &["Which one is it: {{ titles }}?"],
                &["Which one do you want? {{ titles }}."],
            ),
        ),
        Phrase::ClarifyDeclined => (
            (
                &["都不是呀，那您能再多说一点吗？", "好的，那请用一句话告诉我您想做什么。"],
                &["抱歉没猜对，请告诉我您需要什么，或说“人工”找同事。"],
                &["那您要办什么？请再说一次。"],
            ),
            (
                &[
                    "Neither of those, then. Could you tell me a little more?",
                    "All right, what would you like to do, in a sentence?",
                ],
                &["Sorry for guessing wrong. Please tell me what you need, or say “agent” for a person."],
                &["What do you need? Please tell me again."],
            ),
        ),
        Phrase::ConfirmAgain => (
            (
                &["为了不办错，请回复“是”或“否”：", "这一步需要您明确确认，要办请回复“是”，不办请回复“否”。"],
                &["请回复“是”或“否”，我马上处理。"],
                &["要办，请说“是”。不办，请说“否”。"],
            ),
            (
                &[
                    "So that nothing goes wrong, please answer “yes” or “no”:",
                    "I need a clear answer here: “yes” to go ahead, “no” to leave it.",
                ],
                &["Please answer “yes” or “no”; then I get on with it."],
                &["Say “yes” to do it. Say “no” to stop."],
            ),
        ),
        _ => (
            (
                &["好的，那就不办了，什么都没有改动。", "明白，已经停下，一切保持原样。"],
                &["好的，没有做任何改动。"],
                &["好的。什么都没有改变。"],
            ),
            (
                &["All right, then nothing has been done.", "Understood. I’ve left everything as it was."],
                &["All right, nothing has been changed."],
                &["All right. Nothing has changed."],
            ),
        ),
    }
}

/// The end of a conversation.
fn closing(phrase: Phrase) -> (Words, Words) {
    match phrase {
        Phrase::Helped => (
            (&["这样解决您的问题了吗？", "请问这个回答帮到您了吗？"], &["请问现在解决了吗？"], &["问题解决了吗？"]),
            (
                &["Did that solve it?", "Was that what you needed?"],
                &["Is it solved now?"],
                &["Is your problem solved?"],
            ),
        ),
        Phrase::GladToHelp => (
            normal(&["太好了，很高兴帮到您！", "那就好，祝您生活愉快！"]),
            normal(&["Great, glad I could help!", "Good to hear. Have a nice day!"]),
        ),
        _ => (
            (
                &[
                    "抱歉没能解决。要为您转人工吗？也可以再多说一点，我再试试。",
                    "不好意思没帮上忙。需要我请同事来帮您吗？",
                ],
                &["非常抱歉没有解决您的问题。要我马上请同事来吗？"],
                &["对不起，没有帮到您。要找人工吗？"],
            ),
            (
                &[
                    "I’m sorry it didn’t help. Shall I fetch a colleague? Or tell me a little more, and I try again.",
                    "Sorry about that. Shall I pass you to a person?",
                ],
                &["I’m very sorry it isn’t solved. Shall a person take over at once?"],
                &["Sorry, that did not help. Do you want to talk to a person?"],
            ),
        ),
    }
}

/// What stands on buttons.
fn button(phrase: Phrase) -> (Words, Words) {
    match phrase {
        Phrase::Yes => (normal(&["是"]), normal(&["Yes"])),
        Phrase::No => (normal(&["否"]), normal(&["No"])),
        Phrase::GoOn => (normal(&["继续"]), normal(&["Go on"])),
        Phrase::SomethingElse => (normal(&["都不是"]), normal(&["Something else"])),
        _ => (normal(&["人工客服"]), normal(&["Talk to a person"])),
    }
}
