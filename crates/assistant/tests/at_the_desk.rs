//! The assistant at work, on a real store: a customer writes, a job is done, the assistant answers.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yingda_assistant::{Assistant, Languages};
use yingda_bus::Bus;
use yingda_desk::{
    Desk, DeskError, Handler, Incoming, LanguageFile, NewInbox, NewIntent, SystemWorld, Trainer, VisitorStart, Workers,
    job_kind,
};
use yingda_library::Knowledge;
use yingda_model::{
    Actor, ContactId, Content, Conversation, ConversationId, EntryContent, HandOverReason, Inbox, InboxKind,
    InboxSettings, IntentAction, KbEntry, Role, Scope, SenderKind, Status, Timestamp, TraceDecision, UserId,
    WorkspaceId, World,
};
use yingda_store::{Job, LanguageModel, MasterKey, ModelState, NewLanguageModel, NewWorkspace, Store, StoreConfig};

struct Shop {
    _folder: tempfile::TempDir,
    desk: Desk,
    knowledge: Knowledge,
    languages: Arc<Languages>,
    assistant: Arc<Assistant>,
    system: Scope,
    inbox: Inbox,
    contact: ContactId,
}

impl Shop {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("yingda.db").display());
        let store = Store::open(StoreConfig { url, master_key: MasterKey::generate().unwrap() }).await.unwrap();
        let desk = Desk::new(store.clone(), Bus::connect("memory:").await.unwrap(), Arc::new(SystemWorld));
        let system = store
            .create_workspace(NewWorkspace {
                id: WorkspaceId(SystemWorld.uuid()),
                slug: "shop".into(),
                name: "Shop".into(),
                created_at: SystemWorld.now(),
            })
            .await
            .unwrap();
        let new = NewInbox { name: "Web".into(), kind: InboxKind::Web, key: None, settings: InboxSettings::default() };
        let inbox = desk.create_inbox(&system, new).await.unwrap();
        let start = VisitorStart { locale: Some("zh-CN".into()), ..VisitorStart::default() };
        let contact = desk.visit(&system, &inbox, start).await.unwrap().contact.id;
        let knowledge = Knowledge::new(store.clone(), None, None);
        let languages = Arc::new(Languages::new(store, None));
        let assistant = Arc::new(Assistant::new(desk.clone(), knowledge.clone(), languages.clone()));
        let shop = Self { _folder: folder, desk, knowledge, languages, assistant, system, inbox, contact };
        shop.learns("怎么取消订单？", "发货前可以取消。").await;
        shop.learns("退款多久到账？", "24 小时内。").await;
        shop
    }

    async fn learns(&self, question: &str, answer: &str) -> KbEntry {
        let content = EntryContent {
            question: question.into(),
            answer: answer.into(),
            lang: Some("zh".into()),
            ..EntryContent::default()
        };
        self.desk.add_kb_entry(&self.system, content).await.unwrap()
    }

    fn customer(&self) -> Scope {
        Scope::contact(self.system.workspace(), self.contact)
    }

    async fn hears(&self, text: &str) -> ConversationId {
        let incoming = Incoming { content: Content::text(text), client_key: None, external_id: None };
        self.desk.receive(&self.customer(), self.inbox.id, incoming).await.unwrap().conversation_id
    }

    async fn conversation(&self, id: ConversationId) -> Conversation {
        self.desk.store().read(&self.system).conversation(id).await.unwrap()
    }

    /// The jobs that are due, claimed.
    async fn jobs(&self) -> Vec<Job> {
        let now = SystemWorld.now().plus(Duration::from_secs(3600));
        self.desk.store().claim_jobs(now, Duration::from_secs(60), 10).await.unwrap()
    }

    async fn last_message(&self, id: ConversationId) -> (SenderKind, String) {
        let reader = self.desk.store().read(&self.system);
        let newest = self.conversation(id).await.last_message_id.unwrap();
        let message = reader.messages(&[newest]).await.unwrap().remove(0);
        (message.sender, message.content.as_text().to_owned())
    }
}

/// Runs workers until `done` says so; a minute at most.
async fn with_workers<F: AsyncFn() -> bool>(shop: &Shop, done: F) {
    let mut workers = Workers::new(shop.desk.clone());
    workers.register(job_kind::BOT_TURN, shop.assistant.clone());
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    tasks.spawn(workers.run(stop.clone()));
    tokio::time::timeout(Duration::from_secs(60), async {
        while !done().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    stop.cancel();
    tasks.close();
    tasks.wait().await;
}

#[tokio::test]
async fn a_question_is_answered_and_the_trace_is_kept() {
    let shop = Shop::open().await;
    let id = shop.hears("如何取消订单").await;
    with_workers(&shop, async || shop.last_message(id).await.0 == SenderKind::Bot).await;
    assert_eq!(shop.last_message(id).await.1, "发货前可以取消。");
    assert_eq!(shop.conversation(id).await.status, Status::Bot);
    let traces = shop.desk.store().read(&shop.system).traces(id, 10).await.unwrap();
    assert_eq!(traces.len(), 1);
    assert!(matches!(traces[0].decision, TraceDecision::Answer { .. }));
    assert!(traces[0].took_us > 0);
}

#[tokio::test]
async fn who_asks_for_a_person_waits_in_the_queue() {
    let shop = Shop::open().await;
    let id = shop.hears("转人工").await;
    with_workers(&shop, async || shop.conversation(id).await.status == Status::Queued).await;
    let (sender, words) = shop.last_message(id).await;
    assert_eq!(sender, SenderKind::Bot);
    assert!(words.contains("转接人工客服"), "{words}");
    let traces = shop.desk.store().read(&shop.system).traces(id, 10).await.unwrap();
    assert!(matches!(traces[0].decision, TraceDecision::HandOver { reason: HandOverReason::Requested, .. }));
}

#[tokio::test]
async fn a_job_that_runs_twice_answers_once() {
    let shop = Shop::open().await;
    let id = shop.hears("怎么取消订单").await;
    let job = shop.jobs().await.remove(0);
    shop.assistant.run(&job).await.unwrap();
    let after = shop.conversation(id).await;
    shop.assistant.run(&job).await.unwrap();
    assert_eq!(shop.conversation(id).await.seq, after.seq);
    assert_eq!(shop.desk.store().read(&shop.system).traces(id, 10).await.unwrap().len(), 1);
    assert!(shop.jobs().await.is_empty());
}

#[tokio::test]
async fn messages_that_wait_are_answered_in_turn_and_none_after_people_took_over() {
    let shop = Shop::open().await;
    let id = shop.hears("怎么取消订单").await;
    shop.hears("转人工").await;
    shop.hears("退款多久到账").await;
    with_workers(&shop, async || {
        // What came of it is looked at tomorrow: that job waits.
        let next = shop.desk.store().next_job_at().await.unwrap();
        let none_due = next.is_none_or(|at| at.since_ms(shop.desk.world().now()) > 60_000);
        shop.conversation(id).await.status == Status::Queued && none_due
    })
    .await;
    assert_eq!(shop.desk.store().read(&shop.system).traces(id, 10).await.unwrap().len(), 2);
    assert!(shop.jobs().await.is_empty(), "nothing is left to do");
}

#[tokio::test]
async fn a_job_of_an_erased_customer_ends_quietly() {
    let shop = Shop::open().await;
    let id = shop.hears("怎么取消订单").await;
    let contact = shop.contact;
    shop.desk
        .store()
        .write(&shop.system, move |tx| Box::pin(async move { tx.erase_contact(contact, Timestamp(1)).await }))
        .await
        .unwrap();
    shop.desk.store().vault().forget(contact.0);
    let job = shop.jobs().await.remove(0);
    shop.assistant.run(&job).await.unwrap();
    assert!(shop.conversation(id).await.last_message_at.is_some());
    assert!(shop.jobs().await.is_empty());
}

#[tokio::test]
async fn after_failing_searches_a_person_takes_over() {
    let shop = Shop::open().await;
    let id = shop.hears("怎么取消订单").await;
    for _ in 0..3 {
        let failed = shop.jobs().await.remove(0);
        shop.desk
            .store()
            .write(&shop.system, move |tx| {
                let failed = failed.clone();
                Box::pin(async move { tx.fail_job(&failed, "the disk is on fire", Some(Timestamp(0))).await })
            })
            .await
            .unwrap();
    }
    let job = shop.jobs().await.remove(0);
    shop.assistant.run(&job).await.unwrap();
    assert_eq!(shop.conversation(id).await.status, Status::Queued);
}

#[tokio::test]
async fn a_changed_entry_is_answered_as_it_is_now() {
    let shop = Shop::open().await;
    let entry = shop.learns("怎么开发票？", "旧的").await;
    let answer = async || shop.assistant.ask(&shop.system, "怎么开发票").await.unwrap().answer;
    assert_eq!(answer().await.as_deref(), Some("旧的"));
    let changed = EntryContent { answer: "新的".into(), ..entry.content.clone() };
    shop.desk.update_kb_entry(&shop.system, entry.id, changed, None, None).await.unwrap();
    assert_eq!(answer().await.as_deref(), Some("新的"));
    shop.desk.delete_kb_entry(&shop.system, entry.id).await.unwrap();
    assert_eq!(answer().await, None);
}

#[tokio::test]
async fn an_unchanged_knowledge_base_is_indexed_once_however_many_ask() {
    let shop = Arc::new(Shop::open().await);
    let asking: Vec<_> = (0..16)
        .map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move { shop.knowledge.library(&shop.system, "怎么取消订单").await.unwrap() })
        })
        .collect();
    let first = shop.knowledge.library(&shop.system, "怎么取消订单").await.unwrap();
    for one in asking {
        assert!(Arc::ptr_eq(&one.await.unwrap(), &first));
    }
}

#[tokio::test]
async fn asking_needs_the_right_to_read_knowledge() {
    let shop = Shop::open().await;
    let agent = Scope::user(shop.system.workspace(), UserId(SystemWorld.uuid()), Role::Agent);
    assert!(shop.assistant.ask(&agent, "怎么取消订单").await.unwrap().answer.is_some());
    assert!(matches!(shop.assistant.ask(&shop.customer(), "怎么取消订单").await, Err(DeskError::Forbidden(_))));
    assert!(matches!(shop.assistant.ask(&agent, "  ").await, Err(DeskError::Invalid { .. })));
}

const INTENTS: &str = "nlu:
- intent: order/cancel
  answer: order.cancel
  examples: |
    - 取消订单
    - 我要取消订单
    - 帮我把订单取消了
    - 订单不要了取消吧
    - 这单取消一下
    - 能取消刚下的单吗
- intent: refund
  examples: |
    - 退款什么时候到账
    - 钱什么时候退给我
    - 退款多久到
    - 怎么还没退款
    - 退的钱呢
    - 退款进度
- intent: oos
  examples: |
    - 讲个笑话
    - 今天天气怎么样
";

impl Shop {
    /// Imports the intents and trains a version.
    async fn trains(&self) -> u32 {
        let file = LanguageFile::parse("nlu.yml", INTENTS.into()).unwrap();
        self.desk.import_language(&self.system, file).await.unwrap();
        Trainer::new(self.desk.clone(), None).train_now(&self.system, |_| {}).await.unwrap().version
    }

    /// The version that messages are understood by, when it is `version`; a minute at most.
    async fn uses(&self, version: u32) {
        tokio::time::timeout(Duration::from_secs(60), async {
            while self.languages.language(&self.system).await.unwrap().version() != Some(version) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn a_trained_intent_answers_by_its_entry_and_the_trace_says_so() {
    let shop = Shop::open().await;
    let entry = shop.learns("已付款订单的撤销流程", "点撤销按钮。").await;
    let keyed = EntryContent { key: Some("order.cancel".into()), ..entry.content };
    shop.desk.update_kb_entry(&shop.system, entry.id, keyed, None, None).await.unwrap();
    let version = shop.trains().await;
    let id = shop.hears("帮我把这单取消了吧").await;
    with_workers(&shop, async || shop.last_message(id).await.0 == SenderKind::Bot).await;
    let trace = shop.desk.store().read(&shop.system).traces(id, 1).await.unwrap().remove(0);
    let understanding = trace.understanding.unwrap();
    assert_eq!(understanding.model, Some(version));
    assert_eq!(understanding.intents[0].name, "order/cancel");
    assert!(understanding.intents[0].in_scope && !understanding.intents[0].why.is_empty());
}

#[tokio::test]
async fn a_new_version_is_taken_up_without_a_pause_and_rolled_back_likewise() {
    let shop = Shop::open().await;
    let none = shop.languages.language(&shop.system).await.unwrap();
    assert_eq!(none.version(), None);
    assert_eq!(shop.trains().await, 1);
    // Whoever asks now gets what is there, and never waits for what is being loaded.
    let meanwhile = shop.languages.language(&shop.system).await.unwrap();
    assert!(Arc::ptr_eq(&none, &meanwhile));
    shop.uses(1).await;
    assert_eq!(shop.trains().await, 2);
    shop.uses(2).await;
    shop.desk.activate_language_model(&shop.system, 1).await.unwrap();
    shop.uses(1).await;
    // Another node notices by the revision alone.
    let other = Languages::new(shop.desk.store().clone(), None);
    assert_eq!(other.language(&shop.system).await.unwrap().version(), Some(1));
}

#[tokio::test]
async fn a_model_that_cannot_be_read_is_reported_and_the_one_before_stays() {
    let shop = Shop::open().await;
    shop.trains().await;
    shop.uses(1).await;
    let broken = NewLanguageModel {
        model: LanguageModel {
            id: SystemWorld.uuid(),
            version: 0,
            state: ModelState::Ready,
            active: true,
            created_by: Actor::System,
            created_at: SystemWorld.now(),
            examples: 1,
            labels: BTreeMap::new(),
            accuracy: None,
            note: None,
        },
        report: "{}".into(),
        bytes: Some(b"not a model".to_vec()),
    };
    shop.desk
        .store()
        .write(&shop.system, move |tx| {
            let broken = broken.clone();
            Box::pin(async move { tx.insert_language_model(&broken).await })
        })
        .await
        .unwrap();
    let problem = async || shop.languages.language(&shop.system).await.unwrap().problem().map(str::to_owned);
    tokio::time::timeout(Duration::from_secs(60), async {
        while problem().await.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    assert!(problem().await.unwrap().starts_with("version 2:"));
    let language = shop.languages.language(&shop.system).await.unwrap();
    assert_eq!(language.version(), Some(1));
    let read = shop.assistant.understand(&shop.system, "我要取消订单").await.unwrap();
    assert_eq!((read.understanding.intents[0].name.as_str(), read.problem.is_some()), ("order/cancel", true));
    // A node that starts now has nothing before it: it goes on without intents.
    let fresh = Languages::new(shop.desk.store().clone(), None);
    let language = fresh.language(&shop.system).await.unwrap();
    assert!(language.version().is_none() && language.problem().is_some());
    shop.desk.activate_language_model(&shop.system, 1).await.unwrap();
    tokio::time::timeout(Duration::from_secs(60), async {
        while problem().await.is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    assert_eq!(shop.languages.language(&shop.system).await.unwrap().version(), Some(1));
}

#[tokio::test]
async fn a_renamed_intent_is_called_by_its_new_name_and_a_removed_one_does_nothing() {
    let shop = Shop::open().await;
    shop.trains().await;
    shop.uses(1).await;
    let intents = shop.desk.intents(&shop.system).await.unwrap().intents;
    let cancel = &intents.iter().find(|one| one.intent.name == "order/cancel").unwrap().intent;
    let renamed = NewIntent {
        name: "order/stop".into(),
        title_zh: String::new(),
        title_en: String::new(),
        answer_key: None,
        action: IntentAction::HandOver,
    };
    shop.desk.update_intent(&shop.system, cancel.id, renamed).await.unwrap();
    let name = async || {
        let read = shop.assistant.understand(&shop.system, "我要取消订单").await.unwrap();
        read.understanding.intents[0].name.clone()
    };
    tokio::time::timeout(Duration::from_secs(60), async {
        while name().await != "order/stop" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    let id = shop.hears("我要取消订单了请帮我取消").await;
    with_workers(&shop, async || shop.last_message(id).await.0 == SenderKind::Bot).await;
    assert_eq!(shop.conversation(id).await.status, Status::Queued);
}

#[tokio::test]
async fn a_conversation_is_summed_up() {
    let shop = Shop::open().await;
    let id = shop.hears("我的订单QH2611050123怎么取消").await;
    with_workers(&shop, async || shop.last_message(id).await.0 == SenderKind::Bot).await;
    let sum = shop.assistant.summary(&shop.system, id).await.unwrap();
    assert!(sum.messages >= 2 && sum.complete);
    assert!(sum.text_zh.contains("QH2611050123"), "{}", sum.text_zh);
    assert!(sum.summary.mood.is_some());
    assert!(matches!(shop.assistant.summary(&shop.customer(), id).await, Err(DeskError::Forbidden(_))));
}
