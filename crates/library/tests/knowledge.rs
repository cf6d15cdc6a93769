//! Live knowledge over a real store: kept in step, mended, and never lost.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use yingda_bus::Bus;
use yingda_desk::{ChangeDraft, Desk, EvalDraft, SystemWorld};
use yingda_library::{Knowledge, Library, View};
use yingda_model::{
    Audience, ChangeState, EntryContent, EntryKind, EntryStatus, KbEntry, Scope, SpecialAnswer, Timestamp, WorkspaceId,
    World,
};
use yingda_store::{MasterKey, NewWorkspace, Store, StoreConfig};

struct Company {
    folder: tempfile::TempDir,
    desk: Desk,
    scope: Scope,
}

impl Company {
    async fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("yingda.db").display());
        let store = Store::open(StoreConfig { url, master_key: MasterKey::generate().unwrap() }).await.unwrap();
        let desk = Desk::new(store.clone(), Bus::connect("memory:").await.unwrap(), Arc::new(SystemWorld));
        let scope = store
            .create_workspace(NewWorkspace {
                id: WorkspaceId(SystemWorld.uuid()),
                slug: "company".into(),
                name: "Company".into(),
                created_at: SystemWorld.now(),
            })
            .await
            .unwrap();
        Self { folder, desk, scope }
    }

    fn indexes(&self) -> std::path::PathBuf {
        self.folder.path().join("index")
    }

    fn knowledge(&self) -> Knowledge {
        Knowledge::new(self.desk.store().clone(), Some(self.indexes()), None)
    }

    async fn learns(&self, content: EntryContent) -> KbEntry {
        self.desk.add_kb_entry(&self.scope, content).await.unwrap()
    }
}

fn faq(question: &str, answer: &str) -> EntryContent {
    EntryContent {
        question: question.into(),
        answer: answer.into(),
        lang: Some("zh".into()),
        ..EntryContent::default()
    }
}

fn found(library: &Library, text: &str, view: &View) -> Vec<String> {
    library.search(text, view, 5).unwrap().hits.into_iter().map(|hit| hit.question).collect()
}

fn anybody() -> View {
    View::public(SystemWorld.now())
}

#[tokio::test]
async fn what_changes_is_found_with_the_next_question() {
    let company = Company::found().await;
    let knowledge = company.knowledge();
    let entry = company.learns(faq("怎么退货", "七天内")).await;
    let library = knowledge.library(&company.scope, "怎么退货").await.unwrap();
    assert_eq!(found(&library, "怎么退货", &anybody()), ["怎么退货"]);
    let renamed = EntryContent { question: "发票怎么开".into(), ..entry.content.clone() };
    company.desk.update_kb_entry(&company.scope, entry.id, renamed, None, None).await.unwrap();
    let library = knowledge.library(&company.scope, "发票怎么开").await.unwrap();
    assert_eq!(found(&library, "发票怎么开", &anybody()), ["发票怎么开"]);
    company.desk.set_kb_status(&company.scope, entry.id, EntryStatus::Archived).await.unwrap();
    let library = knowledge.library(&company.scope, "发票怎么开").await.unwrap();
    assert!(found(&library, "发票怎么开", &anybody()).is_empty());
    company.desk.set_kb_status(&company.scope, entry.id, EntryStatus::Published).await.unwrap();
    company.desk.delete_kb_entry(&company.scope, entry.id).await.unwrap();
    let library = knowledge.library(&company.scope, "发票怎么开").await.unwrap();
    assert!(found(&library, "发票怎么开", &anybody()).is_empty());
}

#[tokio::test]
async fn an_index_on_disk_is_used_again_with_the_keys_of_its_entries() {
    let company = Company::found().await;
    company.learns(EntryContent { key: Some("return".into()), ..faq("怎么退货", "七天内") }).await;
    drop(company.knowledge().whole_library(&company.scope).await.unwrap());
    let again = company.knowledge();
    assert_eq!(again.status(&company.scope).await.unwrap().revision, 1);
    let library = again.library(&company.scope, "退货").await.unwrap();
    assert_eq!(library.with_key("return", &anybody()).len(), 1);
}

#[tokio::test]
async fn an_index_that_is_torn_is_made_anew_and_nothing_is_missing() {
    let company = Company::found().await;
    for number in 0..50 {
        company.learns(faq(&format!("第 {number} 号问题"), "答案")).await;
    }
    drop(company.knowledge().whole_library(&company.scope).await.unwrap());
    fn tear(folder: &Path) {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                tear(&path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
            }
        }
    }
    tear(&company.indexes());
    let knowledge = company.knowledge();
    let library = knowledge.library(&company.scope, "第 7 号问题").await.unwrap();
    assert_eq!(found(&library, "第 7 号问题", &anybody())[0], "第 7 号问题");
    let status = knowledge.status(&company.scope).await.unwrap();
    assert_eq!((status.stats.entries, status.revision), (50, status.newest));
    assert!(status.anew.is_some());
}

#[tokio::test]
async fn an_index_that_is_newer_than_a_store_that_was_put_back_forgets_what_is_not_there() {
    let company = Company::found().await;
    company.learns(faq("怎么退货", "七天内")).await;
    let library = company.knowledge().whole_library(&company.scope).await.unwrap();
    let id = company.scope.workspace().to_string();
    let future = yingda_knowledge::Entry::new("gone", "以后的问题", "以后的答案");
    library.index.apply(99, vec![future], Vec::new()).unwrap();
    drop(library);
    assert!(company.indexes().join(&id).exists());
    let library = company.knowledge().library(&company.scope, "以后的问题").await.unwrap();
    assert!(!found(&library, "以后的问题", &anybody()).contains(&"以后的问题".to_owned()));
    assert_eq!(found(&library, "怎么退货", &anybody()), ["怎么退货"]);
}

#[tokio::test]
async fn everybody_finds_what_is_for_them_and_valid_now() {
    let company = Company::found().await;
    let of = |question: &str, audience, from, until| EntryContent {
        audience,
        valid_from: from,
        valid_until: until,
        ..faq(question, "答案")
    };
    let now = SystemWorld.now();
    let (before, after) = (Some(Timestamp(now.0 - 1_000_000)), Some(Timestamp(now.0 + 1_000_000)));
    for entry in [
        of("退货 公开", Audience::Public, before, after),
        of("退货 会员", Audience::SignedIn, None, None),
        of("退货 内部", Audience::Agents, None, None),
        of("退货 以后", Audience::Public, after, None),
        of("退货 以前", Audience::Public, None, before),
    ] {
        company.learns(entry).await;
    }
    let library = company.knowledge().whole_library(&company.scope).await.unwrap();
    let sorted = |view: View| {
        let mut found = found(&library, "退货", &view);
        found.sort();
        found
    };
    assert_eq!(sorted(View::public(now)), ["退货 公开"]);
    assert_eq!(sorted(View::signed_in(now)), ["退货 会员", "退货 公开"]);
    assert_eq!(sorted(View::agent(now, &[])), ["退货 会员", "退货 公开", "退货 内部"]);
}

#[tokio::test]
async fn a_channel_is_told_the_answer_that_is_meant_for_it() {
    let company = Company::found().await;
    let special = SpecialAnswer { channel: Some("web".into()), audience: None, answer: "点右上角".into() };
    let entry = company.learns(EntryContent { answers: vec![special], ..faq("怎么退货", "去门店") }).await;
    let library = company.knowledge().whole_library(&company.scope).await.unwrap();
    let id = entry.id.to_string();
    assert_eq!(library.answer(&id, &anybody()).as_deref(), Some("去门店"));
    assert_eq!(library.answer(&id, &anybody().through("web")).as_deref(), Some("点右上角"));
}

#[tokio::test]
async fn the_effect_of_a_proposal_is_measured_before_it_is_published() {
    let company = Company::found().await;
    company.learns(faq("怎么退货", "七天内可以退货")).await;
    let pair = EvalDraft { query: "蓝牙耳机怎么配对".into(), lang: None, relevant: vec!["pairing".into()] };
    company.desk.add_eval_pairs(&company.scope, vec![pair]).await.unwrap();
    let content = EntryContent {
        kind: EntryKind::Article,
        key: Some("pairing".into()),
        ..faq("蓝牙耳机配对", "# 配对\n\n长按按键三秒，耳机进入配对状态。")
    };
    let draft = ChangeDraft { entry_id: None, content, state: ChangeState::Review, note: None };
    let change = company.desk.propose_kb(&company.scope, draft).await.unwrap();
    let effect = company.knowledge().effect(&company.scope, &change, SystemWorld.now()).await.unwrap();
    assert_eq!((effect.questions, effect.hit1_before, effect.hit1_after), (1, 0.0, 1.0));
    assert_eq!(company.desk.all_kb_entries(&company.scope).await.unwrap().len(), 1, "measuring publishes nothing");
}
