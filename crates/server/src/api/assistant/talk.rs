//! Talking to the assistant before customers do. Nothing is stored, and nothing is changed outside.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_dialogue::{Called, Lang};
use yingda_model::{Choice, DialogueState, FlowOutcome, HandOverReason, MAX_TEXT_CHARS, Question, Trace, WorkspaceId};
use yingda_rehearsal::{Heard, Kept, Stage, Talk, Who};
use yingda_store::Vault;
use yingda_tool::Mode;

use super::{Which, checked, fatal_first, folder, may_manage, may_read, stage};
use crate::app::Staff;
use crate::extract::Json;
use crate::limit::Rule;
use crate::{App, Problem};

/// Largest body, in bytes: the memory of a long conversation.
const MAX_BYTES: usize = 1024 * 1024;
/// Longest time that may pass before a turn: two weeks.
const MOST_MINUTES: u32 = 14 * 24 * 60;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(turn)).layer(DefaultBodyLimit::max(MAX_BYTES))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TalkLang {
    #[default]
    Zh,
    En,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TalkTurn {
    /// `draft`, `live` or the number of a release.
    release: String,
    /// What the turn before gave; `null` begins a conversation.
    memory: Option<String>,
    /// What the customer writes: this or `choice`.
    text: Option<String>,
    /// The id of an option that was shown last.
    choice: Option<String>,
    /// The customer's language; counts in the first turn. What they write decides.
    #[serde(default)]
    lang: TalkLang,
    /// Who the customer is; counts in the first turn. Nobody known when absent. Tools look up what is theirs: for admins.
    contact: Option<TalkContact>,
    /// Minutes that pass before this turn: 0 to 20160.
    #[serde(default)]
    #[schema(maximum = 20160)]
    wait_minutes: u32,
}

/// A customer as the company knows them.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct TalkContact {
    name: Option<String>,
    /// The company's own number of the customer.
    external_id: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    /// Whether they count as having proved who they are.
    verified: bool,
}

/// What the assistant does.
#[derive(Serialize, ToSchema)]
struct TalkReply {
    says: Vec<TalkSaid>,
    /// Why people get the conversation; the conversation ends then.
    handed_over: Option<HandOverReason>,
    /// The flow that is spoken of afterwards.
    flow: Option<String>,
    /// What is asked: a slot, `confirm`, or `clarify`, `resume`, `helped`, `person`.
    asks: Option<String>,
    /// What is known, by slot.
    slots: BTreeMap<String, Value>,
    calls: Vec<TalkCall>,
    /// Flows that ended in this turn.
    ended: Vec<TalkEnded>,
    trace: Trace,
    /// Give it back with the next turn.
    memory: String,
}

/// A message of the assistant.
#[derive(Serialize, ToSchema)]
struct TalkSaid {
    text: String,
    options: Vec<Choice>,
}

/// A call of a tool.
#[derive(Serialize, ToSchema)]
struct TalkCall {
    tool: String,
    input: Value,
    /// `{type: ok, output}` or `{type: failed, code, message, acted}`.
    #[schema(value_type = Object)]
    result: Called,
}

/// A flow that ended.
#[derive(Serialize, ToSchema)]
struct TalkEnded {
    flow: String,
    outcome: FlowOutcome,
}

/// What is carried from turn to turn by the client, signed: the engine relies on it.
#[derive(Serialize, Deserialize)]
struct Memory {
    workspace: WorkspaceId,
    /// Of the files: flows that have changed meanwhile cannot be gone on with.
    files: String,
    lang: TalkLang,
    contact: TalkContact,
    kept: Kept,
}

/// Write to the assistant, as a customer would. Its reads are real, its changes are only checked.
#[utoipa::path(post, path = "/assistant/try", tag = "Assistant", request_body = TalkTurn,
    responses((status = 200, body = TalkReply), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn turn(
    State(app): State<App>,
    staff: Staff,
    Json(turn): Json<TalkTurn, MAX_BYTES>,
) -> Result<axum::Json<TalkReply>, Problem> {
    may_read(&staff)?;
    app.limit(Rule::Trial, &staff.user.id.to_string())?;
    if turn.contact.is_some() {
        may_manage(&staff)?;
    }
    check(&turn)?;
    let which = Which::parse("release", &turn.release)?;
    let folder =
        folder(&app, &staff.scope, which).await?.ok_or_else(|| Problem::invalid("release", "no release is live"))?;
    let files = fingerprint(&folder.files)?;
    let before = match &turn.memory {
        None => None,
        Some(text) => Some(Memory::read(text, app.desk().store().vault(), staff.scope.workspace())?),
    };
    if before.as_ref().is_some_and(|before| before.files != files) {
        return Err(Problem::conflict("the files have changed since this conversation began: begin another"));
    }
    let checked = checked(&app, &staff.scope, folder).await?;
    let brain = checked.brain.ok_or_else(|| Problem::files_not_fit(fatal_first(checked.problems)))?;
    let stage = Stage { mode: Mode::DryRun, backend: None, ..stage(&app, &staff.scope).await? };
    let (lang, contact, kept) = match before {
        Some(before) => (before.lang, before.contact, Some(before.kept)),
        None => (turn.lang, turn.contact.clone().unwrap_or_default(), None),
    };
    let who = contact.who();
    let spoken = match lang {
        TalkLang::Zh => Lang::Zh,
        TalkLang::En => Lang::En,
    };
    let mut talk = match kept {
        Some(kept) => Talk::taken_up(&stage, &brain, &who, spoken, kept),
        None => Talk::new(&stage, &brain, &who, spoken, app.desk().world().uuid().as_u64_pair().1),
    };
    if talk.handed_over().is_some() {
        return Err(Problem::conflict("people have this conversation: begin another with \"memory\": null"));
    }
    talk.wait(Duration::from_secs(60 * u64::from(turn.wait_minutes)));
    let heard = hears(&mut talk, &turn).await?;
    let state = talk.state();
    let (flow, asks, slots) = (state.top().map(|frame| frame.flow.clone()), asks(&state), slots(state));
    let memory = Memory { workspace: staff.scope.workspace(), files, lang, contact, kept: talk.keep() };
    Ok(axum::Json(TalkReply {
        says: heard.said.into_iter().map(|said| TalkSaid { text: said.text, options: said.options }).collect(),
        handed_over: heard.handed_over,
        flow,
        asks,
        slots,
        calls: heard
            .calls
            .into_iter()
            .map(|made| TalkCall { tool: made.tool, input: made.input, result: made.called })
            .collect(),
        ended: heard.ended.into_iter().map(|(flow, outcome)| TalkEnded { flow, outcome }).collect(),
        trace: heard.trace,
        memory: memory.written(app.desk().store().vault())?,
    }))
}

fn check(turn: &TalkTurn) -> Result<(), Problem> {
    if turn.text.is_some() == turn.choice.is_some() {
        return Err(Problem::invalid("text", "give `text` or `choice`, one of them"));
    }
    if let Some(text) = &turn.text {
        let length = text.chars().count();
        if text.trim().is_empty() || length > MAX_TEXT_CHARS || text.contains('\0') {
            return Err(Problem::invalid("text", format!("expected 1 to {MAX_TEXT_CHARS} characters, got {length}")));
        }
    }
    if turn.wait_minutes > MOST_MINUTES {
        return Err(Problem::invalid("wait_minutes", format!("expected at most {MOST_MINUTES}")));
    }
    let contact = turn.contact.iter().flat_map(|contact| {
        [&contact.name, &contact.external_id, &contact.phone, &contact.email].into_iter().flatten()
    });
    for value in contact {
        if value.chars().count() > 200 || value.chars().any(char::is_control) {
            return Err(Problem::invalid("contact", "expected texts of at most 200 characters on one line"));
        }
    }
    Ok(())
}

async fn hears(talk: &mut Talk<'_>, turn: &TalkTurn) -> Result<Heard, Problem> {
    let heard = match (&turn.text, &turn.choice) {
        (Some(text), _) => talk.says(text).await,
        (None, Some(id)) => {
            let option = talk.shown().iter().find(|option| option.id == *id).cloned();
            let option = option.ok_or_else(|| Problem::invalid("choice", "expected an option that was shown last"))?;
            talk.taps(&option).await
        }
        (None, None) => return Err(Problem::invalid("text", "give `text` or `choice`")),
    };
    heard.map_err(|error| yingda_library::KnowledgeError::from(error).into())
}

fn asks(state: &DialogueState) -> Option<String> {
    match &state.question {
        Some(Question::Clarify { .. }) => Some("clarify".into()),
        Some(Question::Resume) => Some("resume".into()),
        Some(Question::Helped) => Some("helped".into()),
        Some(Question::Person) => Some("person".into()),
        None => state.asking().map(|asking| asking.slot.clone()),
    }
}

/// What is known; what the flow that is spoken of says goes before.
fn slots(state: DialogueState) -> BTreeMap<String, Value> {
    let mut slots = state.known;
    slots.extend(state.stack.into_iter().flat_map(|frame| frame.values));
    slots
}

fn fingerprint(files: &[yingda_model::AssistantFile]) -> Result<String, Problem> {
    let json = serde_json::to_vec(files).map_err(|_| Problem::internal())?;
    Ok(URL_SAFE_NO_PAD.encode(digest(&SHA256, &json)))
}

impl TalkContact {
    fn who(&self) -> Who {
        Who {
            external_id: self.external_id.clone(),
            name: self.name.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            verified: self.verified,
            ..Who::default()
        }
    }
}

/// What is signed begins so, that no other signature of ours is taken for it.
const CONTEXT: &[u8] = b"yingda assistant talk 1\n";
const SIGNATURE: usize = 32;

impl Memory {
    fn written(&self, vault: &Vault) -> Result<String, Problem> {
        let json = serde_json::to_vec(self).map_err(|_| Problem::internal())?;
        let mut bytes = vault.sign(&[CONTEXT, &json].concat());
        bytes.extend_from_slice(&json);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn read(text: &str, vault: &Vault, workspace: WorkspaceId) -> Result<Self, Problem> {
        let read = || {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let (signature, json) = bytes.split_at_checked(SIGNATURE)?;
            if !vault.verify(&[CONTEXT, json].concat(), signature) {
                return None;
            }
            serde_json::from_slice::<Self>(json).ok().filter(|memory| memory.workspace == workspace)
        };
        read().ok_or_else(|| Problem::invalid("memory", "give what the turn before gave, unchanged, or null"))
    }
}
