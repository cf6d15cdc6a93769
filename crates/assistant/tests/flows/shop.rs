//! A shop with an assistant that has flows, and a customer who writes to it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use yingda_assistant::{Assistant, Happened, Languages};
use yingda_bus::Bus;
use yingda_desk::{Desk, DeskError, Handler, IdentityClaim, Incoming, NewInbox, VisitorStart, job_kind};
use yingda_library::Knowledge;
use yingda_model::{
    AssistantFile, Choice, ContactId, Content, Conversation, ConversationId, DialogueState, EntryContent, EventBody,
    HandOverReason, Inbox, InboxKind, InboxSettings, Message, Scope, SenderKind, Status, Timestamp, ToolCall, Trace,
    TraceDecision, TraceDialogue, Visibility, WorkspaceId, World,
};
use yingda_outbound::{Client, Settings};
use yingda_store::{Job, MasterKey, NewWorkspace, Store, StoreConfig};
use yingda_testing::Clock;

use crate::back_end::BackEnd;

pub const HOUR: Duration = Duration::from_secs(60 * 60);
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const TOOLS: &str = include_str!("files/shop.yml");
const FLOWS: [(&str, &str); 7] = [
    ("flows/cancel_order.yml", include_str!("files/cancel_order.yml")),
    ("flows/points.yml", include_str!("files/points.yml")),
    ("flows/verify_identity.yml", include_str!("files/verify_identity.yml")),
    ("flows/complaint.yml", include_str!("files/complaint.yml")),
    ("flows/call_me.yml", include_str!("files/call_me.yml")),
    ("flows/order_late.yml", include_str!("files/order_late.yml")),
    ("flows/basket_left.yml", include_str!("files/basket_left.yml")),
];

pub fn file(path: &str, text: impl Into<String>) -> AssistantFile {
    AssistantFile { path: path.into(), text: text.into() }
}

/// The shop's files.
pub fn files() -> Vec<AssistantFile> {
    let rest = [
        file("tools/shop.yml", TOOLS),
        file("wording.yml", "identity: verify_identity\nresume_after_minutes: 30\nexpire_after_days: 7\n"),
    ];
    FLOWS.iter().map(|(path, text)| file(path, *text)).chain(rest).collect()
}

pub struct Shop {
    _folder: tempfile::TempDir,
    pub desk: Desk,
    pub clock: Arc<Clock>,
    pub assistant: Assistant,
    pub system: Scope,
    pub inbox: Inbox,
    pub contact: ContactId,
    pub back_end: BackEnd,
}

impl Shop {
    /// With its files published.
    pub async fn open() -> Self {
        let shop = Self::without_files().await;
        shop.publishes(files()).await;
        shop
    }

    pub async fn with(more: &[AssistantFile]) -> Self {
        let shop = Self::without_files().await;
        shop.publishes(files().into_iter().chain(more.iter().cloned()).collect()).await;
        shop
    }

    async fn without_files() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("yingda.db").display());
        let store = Store::open(StoreConfig { url, master_key: MasterKey::generate().unwrap() }).await.unwrap();
        let clock = Arc::new(Clock::at(Timestamp(1_795_312_800_000)));
        let desk = Desk::new(store.clone(), Bus::connect("memory:").await.unwrap(), clock.clone());
        let workspace = NewWorkspace {
            id: WorkspaceId(clock.uuid()),
            slug: "shop".into(),
            name: "Shop".into(),
            created_at: clock.now(),
        };
        let system = store.create_workspace(workspace).await.unwrap();
        let inbox = new_inbox(&desk, &system, "Web").await;
        let start = VisitorStart { locale: Some("zh-CN".into()), ..VisitorStart::default() };
        let contact = desk.visit(&system, &inbox, start).await.unwrap().contact.id;
        let (back_end, address) = BackEnd::serve().await;
        desk.set_assistant_setting(&system, "shop_url".into(), address).await.unwrap();
        desk.set_assistant_setting(&system, "code_by_sms".into(), "shop.send_sms".into()).await.unwrap();
        let client =
            Client::new(Settings { allowed: vec!["127.0.0.1".parse().unwrap()], ..Settings::default() }).unwrap();
        let languages = Arc::new(Languages::new(store.clone(), None));
        let knowledge = Knowledge::new(store, None, None);
        let assistant = Assistant::new(desk.clone(), knowledge, languages).reaching(client);
        let shop = Self { _folder: folder, desk, clock, assistant, system, inbox, contact, back_end };
        shop.learns("退款多久到账？", "退款在 24 小时内原路退回。").await;
        shop
    }

    pub async fn publishes(&self, files: Vec<AssistantFile>) {
        self.desk.replace_assistant_files(&self.system, files, None).await.unwrap();
        self.desk.publish_assistant(&self.system, String::new(), Value::Null, None).await.unwrap();
    }

    pub async fn learns(&self, question: &str, answer: &str) {
        let content = EntryContent {
            question: question.into(),
            answer: answer.into(),
            lang: Some("zh".into()),
            ..EntryContent::default()
        };
        self.desk.add_kb_entry(&self.system, content).await.unwrap();
    }

    /// The customer signs in: what the company has on file is known, and nothing of it is proved but the number.
    pub async fn knows_customer(&mut self, external_id: &str, phone: &str) {
        let claim = IdentityClaim {
            external_id: external_id.into(),
            name: Some("王芳".into()),
            email: None,
            phone: Some(phone.into()),
            proven: true,
        };
        let start = VisitorStart { known: Some(self.contact), identity: Some(claim), locale: Some("zh-CN".into()) };
        self.contact = self.desk.visit(&self.system, &self.inbox, start).await.unwrap().contact.id;
    }

    fn customer(&self) -> Scope {
        Scope::contact(self.system.workspace(), self.contact)
    }

    async fn receives(&self, inbox: &Inbox, content: Content) -> ConversationId {
        let incoming = Incoming { content, client_key: None, external_id: None };
        self.desk.receive(&self.customer(), inbox.id, incoming).await.unwrap().conversation_id
    }

    /// The customer writes, and the assistant has not answered yet.
    pub async fn hears(&self, text: &str) -> ConversationId {
        self.receives(&self.inbox, Content::text(text)).await
    }

    /// The customer writes and is answered.
    pub async fn says(&self, text: &str) -> Turn {
        self.says_in(&self.inbox, Content::text(text)).await
    }

    /// The customer taps an option and is answered.
    pub async fn taps(&self, id: &str, label: &str) -> Turn {
        let choice = Some(Choice { id: id.into(), label: label.into() });
        self.says_in(&self.inbox, Content::Text { text: label.into(), choice }).await
    }

    pub async fn says_in(&self, inbox: &Inbox, content: Content) -> Turn {
        let id = self.receives(inbox, content).await;
        self.turn(id).await
    }

    /// Does the jobs of the assistant that are due; gives what came of it in a conversation since the customer last wrote.
    pub async fn turn(&self, id: ConversationId) -> Turn {
        for job in self.jobs().await {
            self.assistant.run(&job).await.unwrap();
        }
        self.last_turn(id).await
    }

    /// The assistant's jobs that are due, claimed.
    pub async fn jobs(&self) -> Vec<Job> {
        let jobs = self.desk.store().claim_jobs(self.clock.now(), Duration::from_secs(60), 10).await.unwrap();
        jobs.into_iter().filter(|job| [job_kind::BOT_TURN, job_kind::BOT_EVENT].contains(&&*job.kind)).collect()
    }

    pub async fn last_turn(&self, id: ConversationId) -> Turn {
        let conversation = self.conversation(id).await;
        let events = self.desk.events_after(&self.system, id, 0, 1_000).await.unwrap().events;
        let mut turn = Turn::new(id, conversation.status);
        for event in events {
            match event.body {
                EventBody::Message { message } => turn.takes(message),
                EventBody::HandedOver { reason } => turn.handed_over = Some(reason),
                _ => {}
            }
        }
        turn.trace = self.desk.store().read(&self.system).traces(id, 1).await.unwrap().pop();
        turn.dialogue = conversation.memory.dialogue.map(|dialogue| *dialogue).unwrap_or_default();
        turn
    }

    pub async fn conversation(&self, id: ConversationId) -> Conversation {
        self.desk.store().read(&self.system).conversation(id).await.unwrap()
    }

    /// The noted calls of the turn that answers the customer's last message.
    pub async fn noted_calls(&self, turn: &Turn) -> Vec<ToolCall> {
        let bot = Scope::bot(self.system.workspace());
        self.desk.tool_calls(&bot, turn.id, turn.message.unwrap()).await.unwrap()
    }

    pub async fn happens(&self, event: &str, properties: Value) -> Result<Happened, DeskError> {
        let properties: Map<String, Value> = properties.as_object().cloned().unwrap();
        self.assistant.happened(&self.system, self.contact, self.inbox.id, event, properties).await
    }
}

pub async fn new_inbox(desk: &Desk, system: &Scope, name: &str) -> Inbox {
    let new = NewInbox { name: name.into(), kind: InboxKind::Web, key: None, settings: InboxSettings::default() };
    desk.create_inbox(system, new).await.unwrap()
}

/// What came of a message.
#[derive(Debug)]
pub struct Turn {
    pub id: ConversationId,
    pub status: Status,
    /// The customer's message.
    pub message: Option<yingda_model::MessageId>,
    /// What the customer reads since.
    pub words: Vec<String>,
    /// Ids of what can be tapped.
    pub options: Vec<String>,
    /// What only colleagues read.
    pub notes: Vec<String>,
    pub handed_over: Option<HandOverReason>,
    pub trace: Option<Trace>,
    pub dialogue: DialogueState,
}

impl Turn {
    fn new(id: ConversationId, status: Status) -> Self {
        Self {
            id,
            status,
            message: None,
            words: Vec::new(),
            options: Vec::new(),
            notes: Vec::new(),
            handed_over: None,
            trace: None,
            dialogue: DialogueState::default(),
        }
    }

    fn takes(&mut self, message: Message) {
        match (message.sender, message.visibility) {
            (SenderKind::Customer, _) => {
                *self = Self { message: Some(message.id), ..Self::new(self.id, self.status) };
            }
            (_, Visibility::Private) => self.notes.push(message.content.as_text().to_owned()),
            (_, Visibility::Public) => {
                self.words.push(message.content.as_text().to_owned());
                if let Content::Choices { options, .. } = message.content {
                    self.options.extend(options.into_iter().map(|option| option.id));
                }
            }
        }
    }

    pub fn text(&self) -> String {
        self.words.join("\n")
    }

    /// The brief for people.
    pub fn brief(&self) -> String {
        self.notes.join("\n")
    }

    pub fn asks(&self) -> Option<&str> {
        self.dialogue.asking().map(|asking| asking.slot.as_str())
    }

    pub fn trace(&self) -> &Trace {
        self.trace.as_ref().unwrap()
    }

    pub fn decision(&self) -> &TraceDecision {
        &self.trace().decision
    }

    pub fn traced(&self) -> &TraceDialogue {
        self.trace().dialogue.as_deref().unwrap()
    }

    /// Tools that were called, each with what came of it.
    pub fn calls(&self) -> Vec<(&str, &str)> {
        self.traced().calls.iter().map(|call| (call.tool.as_str(), call.outcome.as_str())).collect()
    }
}
