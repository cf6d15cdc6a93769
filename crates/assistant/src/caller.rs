//! Tools, called for a conversation: under keys that stay the same, noted before they act.

use async_trait::async_trait;
use serde_json::{Value, json};
use time::OffsetDateTime;
use yingda_desk::{BotStep, CodeSent, Desk};
use yingda_dialogue::{Call, Called, Needs};
use yingda_expression::Names;
use yingda_model::{CodeChannel, CodeCheck, ConversationId, MessageId, Scope, ToolCallState};
use yingda_outbound::Client;
use yingda_store::{Begun, NewToolCall};
use yingda_tool::{Customer, Env, Mode, Outcome};

use crate::brain::Brain;
use crate::brains::Loaded;
use crate::desk_tools::{self, DeskTool};
use crate::respond::{CallDone, Caller};

/// Calls tools for one turn of one conversation.
pub(crate) struct DeskCaller<'a> {
    pub desk: &'a Desk,
    pub scope: &'a Scope,
    /// The way out; without one no tool can be called.
    pub client: Option<&'a Client>,
    pub loaded: &'a Loaded,
    pub brain: &'a Brain,
    pub conversation: ConversationId,
    pub message: MessageId,
}

#[async_trait]
impl Caller for DeskCaller<'_> {
    async fn call(&self, call: &Call, names: &Names<'_>, customer: Needs) -> CallDone {
        if let Some(tool) = DeskTool::of(&call.tool) {
            return self.desk_tool(tool, call, names, customer).await;
        }
        if !self.brain.is_write(&call.tool) {
            return self.run(call, String::new(), names, customer).await;
        }
        if !call.confirmed {
            let message = "the customer has not confirmed it: put a `confirm` before it".to_owned();
            return failed("right", message);
        }
        self.write(call, names, customer).await
    }
}

impl DeskCaller<'_> {
    /// A change: noted, made under its key, and noted again. A turn that is run again after a crash finds what came of it.
    async fn write(&self, call: &Call, names: &Names<'_>, customer: Needs) -> CallDone {
        // Kept with the call: a second run of the turn finds it there. Never two calls under one.
        let id = self.desk.world().uuid();
        let new = NewToolCall {
            id: id.into(),
            conversation: self.conversation,
            message: self.message,
            number: call.number,
            tool: call.tool.clone(),
            input: call.input.clone(),
            key: id.to_string(),
        };
        let begun = match self.desk.begin_tool_call(self.scope, new).await {
            Ok(begun) => begun,
            Err(error) => return failed("broken", format!("the call could not be noted, so it was not made: {error}")),
        };
        if let Begun::Again(before) = &begun
            && before.state != ToolCallState::Begun
            && let Some(called) = before.output.clone().and_then(|output| serde_json::from_value(output).ok())
        {
            return CallDone { called, attempts: 0, again: true, steps: Vec::new() };
        }
        let noted = begun.call();
        let done = self.run(call, noted.key.clone(), names, customer).await;
        let state = match &done.called {
            Called::Ok { .. } => ToolCallState::Done,
            Called::Failed { code, .. } if code == "uncertain" => ToolCallState::Uncertain,
            Called::Failed { .. } => ToolCallState::Failed,
        };
        let output = serde_json::to_value(&done.called).unwrap_or_default();
        if let Err(error) = self.desk.end_tool_call(self.scope, noted.id, state, output).await {
            // It stays begun: a second run makes it again under the same key, which does nothing.
            tracing::error!(%error, tool = call.tool, "what came of a call could not be noted");
        }
        done
    }

    async fn run(&self, call: &Call, key: String, names: &Names<'_>, customer: Needs) -> CallDone {
        let Some(client) = self.client else {
            return failed("unreachable", "this program was started without a way out".into());
        };
        let env = Env {
            client,
            settings: &self.loaded.settings,
            secrets: &self.loaded.secrets,
            names,
            granted: &self.brain.granted,
            customer: match customer {
                Needs::None => Customer::None,
                Needs::Known => Customer::Known,
                Needs::Verified => Customer::Verified,
            },
            now: OffsetDateTime::from_unix_timestamp(self.desk.world().now().0.div_euclid(1000))
                .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        };
        let call = yingda_tool::Call { tool: call.tool.clone(), input: call.input.clone(), key, mode: Mode::Real };
        done(self.brain.toolbox.call(&call, &env).await)
    }

    async fn desk_tool(&self, tool: DeskTool, call: &Call, names: &Names<'_>, customer: Needs) -> CallDone {
        let input = &call.input;
        let step = |step: BotStep| CallDone {
            called: Called::Ok { output: json!({}) },
            attempts: 1,
            again: false,
            steps: vec![step],
        };
        let only = |called: Called| CallDone { called, attempts: 1, again: false, steps: Vec::new() };
        match tool {
            DeskTool::Tag => match desk_tools::text(input, "name") {
                Some(name) => step(BotStep::Tag { name: name.to_owned() }),
                None => only(desk_tools::missing("name")),
            },
            DeskTool::Note => match desk_tools::text(input, "text") {
                Some(text) => step(BotStep::Note { text: text.to_owned() }),
                None => only(desk_tools::missing("text")),
            },
            DeskTool::Route => {
                let Some(name) = desk_tools::text(input, "team") else { return only(desk_tools::missing("team")) };
                match self.desk.store().read(self.scope).teams().await {
                    Ok(teams) => match teams.into_iter().find(|team| team.name == name) {
                        Some(team) => step(BotStep::Route { team: team.id }),
                        None => failed("not_found", format!("there is no team {name}")),
                    },
                    Err(error) => failed("broken", error.to_string()),
                }
            }
            DeskTool::Ticket | DeskTool::Callback => {
                let required = if tool == DeskTool::Ticket { "subject" } else { "phone" };
                if desk_tools::text(input, required).is_none() {
                    return only(desk_tools::missing(required));
                }
                match self.desk.reserve_ticket_number(self.scope).await {
                    Ok(number) => {
                        let (step, called) = desk_tools::ticket(tool, input, number, &json!({}));
                        CallDone { called, attempts: 1, again: false, steps: vec![step] }
                    }
                    Err(error) => failed("broken", error.to_string()),
                }
            }
            DeskTool::SendCode => self.send_code(input, names, customer, call.number).await,
            DeskTool::CheckCode => {
                let code = desk_tools::text(input, "code").unwrap_or_default().to_owned();
                match self.desk.check_code(self.scope, self.conversation, &code).await {
                    Ok(CodeCheck::Right { .. }) => only(Called::Ok { output: json!({}) }),
                    Ok(CodeCheck::Wrong { left }) => {
                        failed("refused", format!("another code was sent; {left} attempts are left"))
                    }
                    Ok(CodeCheck::Gone) => {
                        failed("not_found", "no code waits: none was sent, or its time is over".into())
                    }
                    Err(error) => failed("broken", error.to_string()),
                }
            }
        }
    }

    /// Sends a one-time code by the tool that the workspace's setting `code_by_sms` or `code_by_mail` names: it takes `to`,
    /// `code` and `lang`.
    async fn send_code(&self, input: &Value, names: &Names<'_>, customer: Needs, number: u32) -> CallDone {
        let (channel, setting, on_file) = match desk_tools::text(input, "by") {
            Some("mail") => (CodeChannel::Mail, "code_by_mail", "email"),
            _ => (CodeChannel::Sms, "code_by_sms", "phone"),
        };
        let contact = names.get("contact");
        let to = desk_tools::text(input, "to").or_else(|| desk_tools::text(contact?, on_file));
        let Some(to) = to else { return failed("input", format!("the contact has no {on_file}; give it as `to`")) };
        let Some(tool) = self.loaded.settings.get(setting).and_then(Value::as_str) else {
            return failed("unreachable", format!("no tool sends codes: set `{setting}` to the name of one"));
        };
        let made = self.desk.make_code(self.scope, self.conversation, channel, to).await;
        let code = match made {
            Ok(CodeSent::Send(code)) => code,
            Ok(CodeSent::TooMany) => return failed("limit", "too many codes were sent within the hour".into()),
            Err(error) => return failed("broken", error.to_string()),
        };
        let lang = names.get("lang").cloned().unwrap_or_else(|| json!("zh"));
        let call = Call {
            number,
            tool: tool.to_owned(),
            input: json!({ "to": to, "code": code.code, "lang": lang }),
            is_undo: false,
            confirmed: true,
        };
        let key = format!("code-{}", code.id);
        let mut done = self.run(&call, key, names, customer).await;
        if matches!(done.called, Called::Ok { .. }) {
            // What the tool answers is its own affair: the code must not come back.
            done.called = Called::Ok { output: json!({ "sent": true }) };
        }
        done
    }
}

fn done(outcome: Outcome) -> CallDone {
    let attempts = outcome.record.attempts;
    let called = match outcome.result {
        Ok(output) => Called::Ok { output },
        Err(failure) => Called::Failed {
            code: failure.code.as_str().to_owned(),
            // A refusal by the company's own rules is for the customer: the back end's words say why.
            message: failure.said.clone().unwrap_or_else(|| failure.message.clone()),
            acted: failure.acted || failure.uncertain,
        },
    };
    CallDone { called, attempts, again: false, steps: Vec::new() }
}

fn failed(code: &str, message: String) -> CallDone {
    let called = Called::Failed { code: code.to_owned(), message, acted: false };
    CallDone { called, attempts: 0, again: false, steps: Vec::new() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use yingda_bus::Bus;
    use yingda_desk::SystemWorld;
    use yingda_model::{AssistantFile, WorkspaceId, World};
    use yingda_store::{MasterKey, NewWorkspace, Store, StoreConfig};

    use super::*;
    use crate::brain::Surroundings;
    use crate::brains::Brains;

    const TOOLS: &str = "backend: shop
kind: http
base_url: http://127.0.0.1:9
tools:
  cancel:
    title: {zh: 取消, en: Cancel}
    method: POST
    path: /cancel
    input: {type: object}
    effect: write
";

    #[tokio::test]
    async fn a_change_that_nobody_confirmed_is_refused_even_if_a_flow_asks_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("yingda.db").display());
        let store = Store::open(StoreConfig { url, master_key: MasterKey::generate().unwrap() }).await.unwrap();
        let desk = Desk::new(store.clone(), Bus::connect("memory:").await.unwrap(), Arc::new(SystemWorld));
        let workspace = NewWorkspace {
            id: WorkspaceId(SystemWorld.uuid()),
            slug: "shop".into(),
            name: "Shop".into(),
            created_at: SystemWorld.now(),
        };
        let scope = Scope::bot(store.create_workspace(workspace).await.unwrap().workspace());
        let loaded = Brains::new(store, None).loaded(&scope).await.unwrap();
        let files = [AssistantFile { path: "tools/shop.yml".into(), text: TOOLS.into() }];
        let (brain, problems) = Brain::read(1, &files, &Surroundings::default());
        let brain = brain.unwrap_or_else(|| panic!("{problems:?}"));
        let (conversation, message) = (SystemWorld.uuid().into(), SystemWorld.uuid().into());
        let caller = DeskCaller {
            desk: &desk,
            scope: &scope,
            client: None,
            loaded: &loaded,
            brain: &brain,
            conversation,
            message,
        };
        let call = Call { number: 1, tool: "shop.cancel".into(), input: json!({}), is_undo: false, confirmed: false };
        let done = caller.call(&call, &Names::new(), Needs::Verified).await;
        assert!(matches!(&done.called, Called::Failed { code, acted: false, .. } if code == "right"), "{done:?}");
        assert!(desk.tool_calls(&scope, conversation, message).await.unwrap().is_empty(), "it is not even noted");
    }
}
