//! Events as lines of a terminal.

use yingda_model::{Choice, Content, Event, EventBody, Message, SenderKind};

use super::session::Inbox;
use crate::output::{Language, harmless, megabytes};

/// An event for people; `None` when they need not see it.
pub fn event(event: &Event, inbox: &Inbox, language: Language) -> Option<String> {
    let note = |chinese, english| Some(format!("— {} —", language.choose(chinese, english)));
    match &event.body {
        EventBody::Message { message } => Some(self::message(message, inbox, language)),
        EventBody::HandedOver { .. } => note("已转人工", "handed over to a person"),
        EventBody::Assigned { user_id: Some(_), .. } => note("客服已接入", "a person has joined"),
        EventBody::ReturnedToBot => note("已转回机器人", "the assistant goes on"),
        EventBody::Resolved => note("会话已结束", "the conversation is resolved"),
        EventBody::Reopened => note("会话已重新打开", "the conversation is open again"),
        _ => None,
    }
}

fn message(message: &Message, inbox: &Inbox, language: Language) -> String {
    let who = match message.sender {
        SenderKind::Customer => language.choose("我", "you"),
        SenderKind::Agent => language.choose("客服", "agent"),
        SenderKind::System => "*",
        SenderKind::Bot => {
            let name = language.choose(&inbox.persona.name_zh, &inbox.persona.name_en);
            if name.is_empty() { language.choose("机器人", "bot") } else { name }
        }
    };
    harmless(&format!("{who}: {}", content(&message.content, language)))
}

/// What a message carries, as text.
pub fn content(content: &Content, language: Language) -> String {
    match content {
        Content::Text { text, .. } => text.clone(),
        Content::Choices { text, options } => {
            let options = options.iter().zip(1..).map(|(option, number)| format!("\n  {number}. {}", option.label));
            format!("{text}{}", options.collect::<String>())
        }
        Content::Card { title, text, url, .. } => {
            let parts = [Some(title.as_str()), Some(text.as_str()), url.as_deref()];
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n  ")
        }
        Content::Image { name, .. } => format!("[{} {name}]", language.choose("图片", "image")),
        Content::File { name, size, .. } => {
            format!("[{} {name}, {}]", language.choose("文件", "file"), megabytes(*size))
        }
        Content::Voice { duration_ms, .. } => {
            format!("[{} {} s]", language.choose("语音", "voice"), duration_ms / 1_000)
        }
    }
}

/// What to send for what was typed: a number picks from the options that were offered last.
pub fn typed(text: &str, offered: &[Choice]) -> Content {
    let number = text.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    match number.and_then(|at| offered.get(at)) {
        Some(choice) => Content::Text { text: choice.label.clone(), choice: Some(choice.clone()) },
        None => Content::text(text.trim()),
    }
}

/// The options that an event offers; `None` when it changes nothing about what is offered.
pub fn offered(event: &Event) -> Option<Vec<Choice>> {
    match &event.body {
        EventBody::Message { message } => match &message.content {
            Content::Choices { options, .. } => Some(options.clone()),
            _ if message.sender == SenderKind::Customer => Some(Vec::new()),
            _ => None,
        },
        _ => None,
    }
}
