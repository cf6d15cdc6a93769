//! Tools on the stage: those of back ends as they are, those of the desk in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde_json::{Value, json};
use time::OffsetDateTime;
use yingda_assistant::{Brain, CallDone, Caller};
use yingda_desk::BotStep;
use yingda_dialogue::{Call, Called, Needs};
use yingda_expression::Names;
use yingda_model::{NewTicket, TicketDetails, TicketKind, Timestamp};
use yingda_tool::{Customer, Env, Mode};

use crate::stage::Stage;

/// Wrong codes after which a one-time code is worth nothing.
const CODE_ATTEMPTS: u8 = 5;

/// A call that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    pub tool: String,
    pub input: Value,
    pub called: Called,
}

/// What the desk holds for one conversation on the stage.
#[derive(Debug, Default)]
pub(crate) struct Props {
    pub calls: Vec<Made>,
    /// The one-time code that was sent last, and wrong tries.
    pub code: Option<(String, u8)>,
    pub tags: Vec<String>,
    pub tickets: u64,
}

/// Results that calls had before; what is not among them is tried.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    /// Results of changes by tool, in their order. What they were given is not kept, so the tool alone tells which is which.
    pub writes: BTreeMap<String, Vec<Called>>,
    /// What reads gave lately, by tool and input: two releases that are compared see the same.
    pub reads: BTreeMap<String, Called>,
}

/// Calls tools for one turn.
pub(crate) struct StageCaller<'a> {
    pub stage: &'a Stage,
    pub brain: &'a Brain,
    pub props: &'a Mutex<Props>,
    pub recorded: Option<&'a Mutex<Recorded>>,
    /// Makes the keys of this conversation's changes its own.
    pub conversation: uuid::Uuid,
    pub now: Timestamp,
}

#[async_trait]
impl Caller for StageCaller<'_> {
    async fn call(&self, call: &Call, names: &Names<'_>, customer: Needs) -> CallDone {
        let done = match call.tool.strip_prefix("desk.") {
            Some(tool) => self.desk_tool(tool, &call.input),
            None => self.outside(call, names, customer).await,
        };
        let made = Made { tool: call.tool.clone(), input: call.input.clone(), called: done.called.clone() };
        self.props.lock().calls.push(made);
        done
    }
}

impl StageCaller<'_> {
    async fn outside(&self, call: &Call, names: &Names<'_>, customer: Needs) -> CallDone {
        let is_write = self.brain.is_write(&call.tool);
        if is_write && !call.confirmed {
            return failed("right", "the customer has not confirmed it: put a `confirm` before it");
        }
        let key = if is_write { call.tool.clone() } else { format!("{} {}", call.tool, call.input) };
        if let Some(called) = self.remembered(&key, is_write) {
            return CallDone { called, attempts: 0, again: true, steps: Vec::new() };
        }
        let done = self.run(call, is_write, names, customer).await;
        if let Some(recorded) = self.recorded.filter(|_| !is_write) {
            recorded.lock().reads.insert(key, done.called.clone());
        }
        done
    }

    fn remembered(&self, key: &str, is_write: bool) -> Option<Called> {
        let mut recorded = self.recorded?.lock();
        if !is_write {
            return recorded.reads.get(key).cloned();
        }
        let results = recorded.writes.get_mut(key)?;
        // The last one stands for all that follow.
        if results.len() > 1 { Some(results.remove(0)) } else { results.first().cloned() }
    }

    async fn run(&self, call: &Call, is_write: bool, names: &Names<'_>, customer: Needs) -> CallDone {
        let Some(client) = &self.stage.client else {
            return failed("unreachable", "there is no way out on this stage");
        };
        let env = Env {
            client,
            settings: &self.stage.settings,
            secrets: &self.stage.secrets,
            names,
            granted: &self.brain.granted,
            customer: match customer {
                Needs::None => Customer::None,
                Needs::Known => Customer::Known,
                Needs::Verified => Customer::Verified,
            },
            now: OffsetDateTime::from_unix_timestamp(self.now.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH),
        };
        let mode = if self.recorded.is_some() { Mode::DryRun } else { self.stage.mode };
        let key = if is_write { format!("{}-{}", self.conversation, call.number) } else { String::new() };
        let call = yingda_tool::Call { tool: call.tool.clone(), input: call.input.clone(), key, mode };
        let outcome = self.brain.toolbox.call(&call, &env).await;
        let attempts = outcome.record.attempts;
        let called = match outcome.result {
            Ok(output) => Called::Ok { output },
            Err(failure) => Called::Failed {
                code: failure.code.as_str().to_owned(),
                message: failure.said.clone().unwrap_or_else(|| failure.message.clone()),
                acted: failure.acted || failure.uncertain,
            },
        };
        CallDone { called, attempts, again: false, steps: Vec::new() }
    }

    fn desk_tool(&self, tool: &str, input: &Value) -> CallDone {
        let text = |name: &str| input.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let required = match tool {
            "tag" => "name",
            "note" => "text",
            "route" => "team",
            "ticket" => "subject",
            "callback" => "phone",
            "send_code" => "by",
            "check_code" => "code",
            _ => return failed("input", "the desk has no such tool"),
        };
        let Some(given) = text(required) else {
            return failed("input", &format!("expected the input {required}, a text that is not empty"));
        };
        let mut props = self.props.lock();
        match tool {
            "tag" => {
                props.tags.push(given.to_owned());
                ok(json!({}), vec![BotStep::Tag { name: given.to_owned() }])
            }
            "note" => ok(json!({}), vec![BotStep::Note { text: given.to_owned() }]),
            "ticket" | "callback" => {
                props.tickets += 1;
                let kind = if tool == "ticket" { TicketKind::Ticket } else { TicketKind::Callback };
                let details = TicketDetails {
                    subject: text("subject").or_else(|| text("text")).unwrap_or("callback").to_owned(),
                    text: text("text").unwrap_or_default().to_owned(),
                    phone: text("phone").map(str::to_owned),
                    ..TicketDetails::default()
                };
                let number = props.tickets;
                let step = BotStep::Ticket(NewTicket { kind, number: Some(number), details });
                ok(json!({ "number": number }), vec![step])
            }
            "send_code" => {
                // Six figures that differ from conversation to conversation.
                let code = format!("{:06}", (self.conversation.as_u128() % 900_000) + 100_000);
                props.code = Some((code, 0));
                ok(json!({ "sent": true }), Vec::new())
            }
            "check_code" => {
                let Some((code, tries)) = props.code.as_mut().filter(|(_, tries)| *tries < CODE_ATTEMPTS) else {
                    return failed("not_found", "no code waits: none was sent, or its time is over");
                };
                if *code != given {
                    *tries += 1;
                    let left = CODE_ATTEMPTS - *tries;
                    return failed("refused", &format!("another code was sent; {left} attempts are left"));
                }
                props.code = None;
                ok(json!({}), Vec::new())
            }
            // Every team is there.
            _ => ok(json!({}), Vec::new()),
        }
    }
}

fn ok(output: Value, steps: Vec<BotStep>) -> CallDone {
    CallDone { called: Called::Ok { output }, attempts: 1, again: false, steps }
}

fn failed(code: &str, message: &str) -> CallDone {
    let called = Called::Failed { code: code.to_owned(), message: message.to_owned(), acted: false };
    CallDone { called, attempts: 0, again: false, steps: Vec::new() }
}
