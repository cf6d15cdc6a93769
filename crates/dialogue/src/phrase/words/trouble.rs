//! What is said when something fails, or cannot be.

use super::{Words, normal};
use crate::Phrase;

/// What went wrong, and people.
pub(super) fn trouble(phrase: Phrase) -> (Words, Words) {
    match phrase {
        Phrase::ToolFailed => (
            (
                &[
                    "抱歉，系统暂时没能完成这一步，没有做任何改动。我请同事来帮您处理。",
                    "不好意思，刚才的操作没有成功，什么都没有改动。马上有同事接着帮您。",
                ],
                &["非常抱歉，系统出了问题，没有做任何改动。我马上请同事来处理。"],
                &["对不起，系统有问题，没有办成。会有同事来帮您。"],
            ),
            (
                &[
                    "I’m sorry, our system couldn’t do that just now. Nothing has been changed, and a colleague will look after it.",
                    "Sorry, that step didn’t work, and nothing was changed. Someone from our team takes it from here.",
                ],
                &[
                    "I’m very sorry, something failed on our side. Nothing has been changed. A colleague takes over now.",
                ],
                &["Sorry, our system has a problem. It was not done. A person will help you."],
            ),
        ),
        Phrase::ToolFailedUndone => (
            (
                &[
                    "抱歉，这一步没能完成，前面的操作已经撤回。我请同事来帮您处理。",
                    "不好意思，后面的步骤没有成功，所以我把刚才做的都撤销了。同事会接着帮您。",
                ],
                &["非常抱歉，没有办成，刚才的操作已经撤回。我马上请同事来处理。"],
                &["对不起，没有办成。刚才做的已经撤回。会有同事来帮您。"],
            ),
            (
                &[
                    "I’m sorry, that couldn’t be completed, so I’ve taken back the steps before it. A colleague will look after it.",
                    "Sorry, a later step failed, and what had been done is undone. Someone from our team takes it from here.",
                ],
                &["I’m very sorry, it failed, and what had been done is undone. A colleague takes over now."],
                &["Sorry, it did not work. What was done is undone. A person will help you."],
            ),
        ),
        Phrase::Uncertain => (
            (
                &[
                    "抱歉，系统没有及时返回结果，这一步可能已经生效，也可能没有。请先不要重复操作，同事会核实后回复您。",
                    "不好意思，我没有收到办理结果，暂时不确定是否成功。请稍等，同事会帮您核对，不会重复办理。",
                ],
                &["非常抱歉，系统没有返回结果，我不确定是否办成。请不要重复操作，同事马上核实。"],
                &["对不起，不知道有没有办成。请不要再办一次。会有同事帮您查清楚。"],
            ),
            (
                &[
                    "I’m sorry, our system didn’t answer in time, so this may or may not have gone through. Please don’t try again yet: a colleague checks it and gets back to you.",
                    "Sorry, I never got the result, so I can’t say whether it worked. Someone is checking, so that nothing is done twice.",
                ],
                &[
                    "I’m very sorry, I can’t tell whether this went through. Please don’t try again; a colleague checks it now.",
                ],
                &["Sorry, I do not know if it worked. Please do not do it again. A person will check it for you."],
            ),
        ),
        _ => (
            normal(&[
                "抱歉，这件事比我想的复杂，我请同事来帮您处理。",
                "不好意思，我处理不了这么多步骤，请同事来接着帮您。",
            ]),
            normal(&[
                "I’m sorry, this is more than I can do in one go. A colleague will look after it.",
                "Sorry, this takes more steps than I can handle. Someone from our team takes it from here.",
            ]),
        ),
    }
}

/// What cannot be, or is already.
pub(super) fn limits(phrase: Phrase) -> (Words, Words) {
    match phrase {
        Phrase::TooLateToCorrect => (
            (
                &[
                    "抱歉，{{ title or '这项信息' }}已经按之前的办理了，我这里改不了。需要修改的话可以转人工。",
                    "这一步已经办好了，{{ title or '这项信息' }}现在改不了；要改的话我请同事帮您看看。",
                ],
                &["抱歉，{{ title or '这项信息' }}已经办理，我这里改不了。需要的话马上为您转人工。"],
                &["{{ title or '这项信息' }}已经办好，不能改了。要改请说“人工”。"],
            ),
            (
                &[
                    "I’m sorry, the {{ title or 'answer' }} was already acted upon, so I can’t change it. A colleague may be able to.",
                    "That step is done, so the {{ title or 'answer' }} can’t be changed by me any more; I can pass you to a person.",
                ],
                &["Sorry, it’s too late for me to change the {{ title or 'answer' }}. I can fetch a person for that."],
                &["The {{ title or 'answer' }} cannot be changed now. Say “agent” and a person will help you."],
            ),
        ),
        Phrase::Corrected => (
            (
                &[
                    "好的，{{ title or '这项信息' }}改为{{ value }}。",
                    "明白，{{ title or '这项信息' }}换成{{ value }}了。",
                ],
                &["已改为{{ value }}。"],
                &["已经改好。{{ title or '这项信息' }}：{{ value }}。"],
            ),
            (
                &[
                    "All right, the {{ title or 'answer' }} is now {{ value }}.",
                    "Got it, I’ve changed the {{ title or 'answer' }} to {{ value }}.",
                ],
                &["Changed to {{ value }}."],
                &["Changed. The {{ title or 'answer' }} is: {{ value }}."],
            ),
        ),
        Phrase::AlreadyRunning => (
            normal(&["{{ title }}正在办理中，我们接着来。", "我们正在办{{ title }}呢，继续就好。"]),
            normal(&[
                "We are in the middle of “{{ title }}”; let’s go on.",
                "“{{ title }}” is already under way. Let’s continue.",
            ]),
        ),
        Phrase::NeedsIdentity => (
            (
                &["办理{{ title }}之前，需要先核实一下您的身份。", "为了您的账户安全，{{ title }}要先确认是您本人。"],
                &["为保障您的安全，先核实一下身份，很快就好。"],
                &["先要确认您是本人，然后再办：{{ title }}。"],
            ),
            (
                &[
                    "Before “{{ title }}” I have to make sure that it’s you.",
                    "To keep your account safe, let me check who you are before “{{ title }}”.",
                ],
                &["For your safety I have to check who you are; it only takes a moment."],
                &["First I check that it is you. Then we do: {{ title }}."],
            ),
        ),
        Phrase::IdentityFailed => (
            (
                &[
                    "抱歉，没能核实您的身份，所以暂时不能办{{ title }}。需要的话可以转人工。",
                    "身份没有核实成功，为了安全{{ title }}先不办了。要不要请同事帮忙？",
                ],
                &["抱歉，身份没有核实成功，暂时办不了。需要的话马上为您转人工。"],
                &["不能确认您是本人，现在不能办。说“人工”，会有人帮您。"],
            ),
            (
                &[
                    "I’m sorry, I couldn’t verify who you are, so I can’t do “{{ title }}”. A colleague may be able to help.",
                    "The check didn’t work out, so for safety “{{ title }}” has to wait. Shall I fetch a person?",
                ],
                &["I’m sorry, I couldn’t verify who you are. I can fetch a person right away."],
                &["I could not check that it is you. Say “agent” and a person will help you."],
            ),
        ),
        _ => (
            normal(&[
                "抱歉，这里暂时办不了{{ title }}。需要的话可以转人工。",
                "不好意思，{{ title }}目前不能在这里办理，要不要请同事帮您？",
            ]),
            normal(&[
                "I’m sorry, “{{ title }}” can’t be done here at the moment. A person can help if you like.",
                "“{{ title }}” isn’t available here right now, I’m afraid. Shall I fetch a colleague?",
            ]),
        ),
    }
}
