//! The tools that every flow has: what the desk itself can do.

use serde_json::{Value, json};
use yingda_desk::BotStep;
use yingda_dialogue::{Called, Effect, KnownInput, KnownTool, Needs};
use yingda_model::{NewTicket, TicketDetails, TicketKind};

use crate::Tongue;

/// A tool of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeskTool {
    /// Puts a tag on the conversation: `name`.
    Tag,
    /// Writes for colleagues: `text`.
    Note,
    /// Names the team that the conversation is for: `team`, its name.
    Route,
    /// Makes a ticket: `subject`, `text`, `phone`; gives its `number`.
    Ticket,
    /// Asks for a call: `phone`, `subject`, `text`; gives the `number` of the ticket.
    Callback,
    /// Sends a one-time code: `by` (`sms` or `mail`), to what the contact has on file, or `to`; gives `sent`.
    SendCode,
    /// Compares a one-time code: `code`; another than was sent is `refused`, and when none waits (any more) `not_found`.
    CheckCode,
}

/// A tool by name, with its inputs.
type Row = (&'static str, DeskTool, &'static [(&'static str, Given)]);

const TOOLS: [Row; 7] = [
    ("desk.tag", DeskTool::Tag, &[("name", Given::Always)]),
    ("desk.note", DeskTool::Note, &[("text", Given::Always)]),
    ("desk.route", DeskTool::Route, &[("team", Given::Always)]),
    ("desk.ticket", DeskTool::Ticket, &[("subject", Given::Always), ("text", Given::Maybe), ("phone", Given::Maybe)]),
    (
        "desk.callback",
        DeskTool::Callback,
        &[("phone", Given::Always), ("subject", Given::Maybe), ("text", Given::Maybe)],
    ),
    ("desk.send_code", DeskTool::SendCode, &[("by", Given::Always), ("to", Given::Maybe)]),
    ("desk.check_code", DeskTool::CheckCode, &[("code", Given::Always)]),
];

/// Whether an input has to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Always,
    Maybe,
}

impl DeskTool {
    /// The tool of this name.
    pub fn of(name: &str) -> Option<Self> {
        TOOLS.iter().find(|(own, ..)| *own == name).map(|(_, tool, _)| *tool)
    }

    /// How people call it.
    pub fn title(self, tongue: Tongue) -> &'static str {
        let (zh, en) = match self {
            Self::Tag => ("加标签", "Tag the conversation"),
            Self::Note => ("写备注", "Write a note"),
            Self::Route => ("指定团队", "Choose the team"),
            Self::Ticket => ("建工单", "Make a ticket"),
            Self::Callback => ("登记回电", "Note a call back"),
            Self::SendCode => ("发验证码", "Send a one-time code"),
            Self::CheckCode => ("核对验证码", "Check the one-time code"),
        };
        tongue.pick(zh, en)
    }
}

/// What flows are checked by. None of these takes anything from the customer, so none has to be confirmed.
pub(crate) fn known() -> impl Iterator<Item = KnownTool> {
    TOOLS.iter().map(|(name, _, inputs)| KnownTool {
        name: (*name).to_owned(),
        inputs: inputs
            .iter()
            .map(|(name, given)| KnownInput { name: (*name).to_owned(), required: *given == Given::Always, of: None })
            .collect(),
        effect: Effect::Read,
        needs: Needs::None,
    })
}

/// A text of the input; `None` when it is not there or empty.
pub(crate) fn text<'i>(input: &'i Value, name: &str) -> Option<&'i str> {
    input.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// The step of a ticket with this number, and what the flow gets.
pub(crate) fn ticket(tool: DeskTool, input: &Value, number: u64, slots: &Value) -> (BotStep, Called) {
    let kind = if tool == DeskTool::Callback { TicketKind::Callback } else { TicketKind::Ticket };
    let own = |name: &str| text(input, name).map(str::to_owned);
    let details = TicketDetails {
        subject: own("subject").or_else(|| own("text")).unwrap_or_else(|| "callback".into()),
        text: own("text").unwrap_or_default(),
        phone: own("phone"),
        slots: slots.as_object().cloned().unwrap_or_default().into_iter().collect(),
    };
    let step = BotStep::Ticket(NewTicket { kind, number: Some(number), details });
    (step, Called::Ok { output: json!({ "number": number }) })
}

/// A required input is missing.
pub(crate) fn missing(name: &str) -> Called {
    let message = format!("expected the input {name}, a text that is not empty");
    Called::Failed { code: "input".into(), message, acted: false }
}
