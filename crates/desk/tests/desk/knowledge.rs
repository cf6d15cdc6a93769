//! Knowledge: imported whole or not at all, and twice is once; proposed, published, brought back.

use yingda_desk::{ChangeDraft, DeskError, EvalDraft, Imported, KbDraft, PageRead, Suggested, Suggestion, WebSettings};
use yingda_model::{
    Audience, ChangeOrigin, ChangeState, EntryContent, EntryKind, EntryStatus, EntryVersion, KbEntry, Scope, Timestamp,
};
use yingda_store::EntryFilter;

use crate::support::{Company, NOW, company, is_not_found, refused_field};

fn faq(question: &str, answer: &str) -> EntryContent {
    EntryContent {
        question: question.into(),
        answer: answer.into(),
        variants: vec![format!("{question}!")],
        lang: Some("zh".into()),
        ..EntryContent::default()
    }
}

fn draft(question: &str, answer: &str) -> KbDraft {
    KbDraft { content: faq(question, answer), ..KbDraft::default() }
}

async fn all(company: &Company) -> Vec<KbEntry> {
    company.desk.store().read(&company.system).all_kb_entries().await.unwrap()
}

async fn revision(company: &Company) -> i64 {
    company.desk.store().read(&company.system).kb_revision().await.unwrap()
}

fn counts(imported: &Imported) -> (usize, usize, usize) {
    (imported.added, imported.updated, imported.unchanged)
}

#[tokio::test]
async fn importing_a_file_twice_is_importing_it_once() {
    let (_place, company) = company().await;
    let file = vec![draft("怎么退货", "七天内"), draft("运费多少", "十元"), draft("怎么退货", "同一问题，另一个答案")];
    let first = company.desk.import_kb(&company.supervisor, file.clone()).await.unwrap();
    assert_eq!(counts(&first), (3, 0, 0));
    let (entries, stamp) = (all(&company).await, revision(&company).await);
    let again = company.desk.import_kb(&company.supervisor, file).await.unwrap();
    assert_eq!(counts(&again), (0, 0, 3));
    assert_eq!((all(&company).await, revision(&company).await), (entries, stamp));
}

#[tokio::test]
async fn importing_a_corrected_file_replaces_the_answers_and_keeps_the_entries() {
    let (_place, company) = company().await;
    company.desk.import_kb(&company.supervisor, vec![draft("怎么退货", "七天内")]).await.unwrap();
    let before = all(&company).await;
    let file = vec![draft("  怎么退货 ", "十五天内"), draft("发票", "可以开")];
    let done = company.desk.import_kb(&company.supervisor, file).await.unwrap();
    assert_eq!(counts(&done), (1, 1, 0));
    let after = all(&company).await;
    assert_eq!((after[0].id, after[0].content.answer.as_str(), after[0].version), (before[0].id, "十五天内", 2));
}

#[tokio::test]
async fn an_entry_with_a_key_is_known_by_it_when_its_question_is_written_anew() {
    let (_place, company) = company().await;
    let keyed = |question: &str, lang: &str| KbDraft {
        content: EntryContent { key: Some("return".into()), lang: Some(lang.into()), ..faq(question, "a") },
        ..KbDraft::default()
    };
    company.desk.import_kb(&company.supervisor, vec![keyed("怎么退货", "zh"), keyed("Returns?", "en")]).await.unwrap();
    let done = company.desk.import_kb(&company.supervisor, vec![keyed("如何退货", "zh")]).await.unwrap();
    assert_eq!(counts(&done), (0, 1, 0));
    let questions: Vec<String> = all(&company).await.into_iter().map(|entry| entry.content.question).collect();
    assert_eq!(questions, ["如何退货", "Returns?"]);
}

#[tokio::test]
async fn an_import_with_one_bad_entry_stores_nothing() {
    let (_place, company) = company().await;
    company.desk.import_kb(&company.supervisor, vec![draft("怎么退货", "七天内")]).await.unwrap();
    let (before, stamp) = (all(&company).await, revision(&company).await);
    let file = vec![draft("怎么退货", "改了"), draft("发票", "可以开"), draft("空的", "  ")];
    assert_eq!(refused_field(company.desk.import_kb(&company.supervisor, file).await).0, "answer");
    assert_eq!((all(&company).await, revision(&company).await), (before, stamp));
}

#[tokio::test]
async fn what_contradicts_itself_is_refused() {
    let (_place, company) = company().await;
    let refused =
        async |content: EntryContent| refused_field(company.desk.add_kb_entry(&company.supervisor, content).await).0;
    let dates = EntryContent { valid_from: Some(NOW), valid_until: Some(NOW), ..faq("q", "a") };
    assert_eq!(refused(dates).await, "valid_until");
    let team = EntryContent { audience: Audience::Team(uuid::Uuid::now_v7().into()), ..faq("q", "a") };
    assert_eq!(refused(team).await, "audience");
    let owner = EntryContent { owner_id: Some(uuid::Uuid::now_v7().into()), ..faq("q", "a") };
    assert_eq!(refused(owner).await, "owner_id");
    assert_eq!(refused(faq("q\u{0}", "a")).await, "question");
    assert_eq!(refused(faq("q", &"长".repeat(10_001))).await, "answer");
    let article = EntryContent { kind: EntryKind::Article, ..faq("q", &"长".repeat(10_001)) };
    company.desk.add_kb_entry(&company.supervisor, article).await.unwrap();
}

#[tokio::test]
async fn every_change_of_knowledge_is_noticed_by_the_index() {
    let (_place, company) = company().await;
    let mut stamps = vec![revision(&company).await];
    company.desk.import_kb(&company.supervisor, vec![draft("怎么退货", "七天内")]).await.unwrap();
    stamps.push(revision(&company).await);
    let entry = all(&company).await.remove(0);
    let content = EntryContent { answer: "十五天内".into(), ..entry.content };
    let update = async |expected| {
        company.desk.update_kb_entry(&company.supervisor, entry.id, content.clone(), expected, None).await
    };
    let stored = update(Some(1)).await.unwrap();
    assert_eq!((stored.created_at, stored.version), (NOW, 2));
    assert!(matches!(update(Some(1)).await, Err(DeskError::Outdated { expected: 1, is: 2 })));
    stamps.push(revision(&company).await);
    company.desk.delete_kb_entry(&company.supervisor, entry.id).await.unwrap();
    stamps.push(revision(&company).await);
    assert!(stamps.windows(2).all(|pair| pair[0] < pair[1]), "{stamps:?}");
    assert!(is_not_found(company.desk.delete_kb_entry(&company.supervisor, entry.id).await));
    assert!(is_not_found(update(None).await));
}

#[tokio::test]
async fn an_entry_becomes_again_what_it_was() {
    let (_place, company) = company().await;
    let first = EntryContent { key: None, ..faq("怎么退货", "七天内") };
    let entry = company.desk.add_kb_entry(&company.supervisor, first.clone()).await.unwrap();
    let second = EntryContent { key: Some("return".into()), ..faq("怎么退货", "十五天内") };
    let note = Some("新规定".to_owned());
    company.desk.update_kb_entry(&company.supervisor, entry.id, second, None, note).await.unwrap();
    let again = company.desk.roll_back_kb(&company.supervisor, entry.id, 1).await.unwrap();
    assert_eq!((again.content, again.version), (first, 3));
    let history = company.desk.kb_versions(&company.reader, entry.id, None, 2).await.unwrap();
    let numbers: Vec<i64> = history.versions.iter().map(|version| version.version).collect();
    assert_eq!((numbers, history.more), (vec![3, 2], true));
    assert_eq!(history.versions[1].note.as_deref(), Some("新规定"));
    assert_eq!(history.versions[0].by, company.supervisor.actor());
}

#[tokio::test]
async fn an_entry_of_another_installation_brings_its_history() {
    let (_place, company) = company().await;
    let old = |version: i64, answer: &str| EntryVersion {
        entry_id: uuid::Uuid::nil().into(),
        version,
        content: faq("q", answer),
        at: NOW,
        by: company.system.actor(),
        note: None,
    };
    let history = vec![old(2, "b"), old(1, "a"), old(1, "again"), old(3, "not before"), old(-1, "never")];
    let draft = KbDraft { version: Some(3), history, ..draft("q", "c") };
    let imported = company.desk.import_kb(&company.supervisor, vec![draft]).await.unwrap();
    let found = company.desk.kb_versions(&company.reader, imported.ids[0], None, 9).await.unwrap().versions;
    let told: Vec<_> = found.iter().map(|one| (one.version, one.content.answer.as_str())).collect();
    assert_eq!(told, [(3, "c"), (2, "b"), (1, "a")]);
}

#[tokio::test]
async fn an_agent_proposes_and_a_supervisor_publishes() {
    let (_place, company) = company().await;
    let (desk, agent, supervisor) = (&company.desk, &company.agent, &company.supervisor);
    let new = ChangeDraft { entry_id: None, content: faq("q", "a"), state: ChangeState::Draft, note: None };
    let change = desk.propose_kb(agent, new).await.unwrap();
    assert!(all(&company).await.is_empty(), "a proposal is not knowledge");
    let change = desk.update_kb_change(agent, change.id, faq("q", "b"), ChangeState::Review, None).await.unwrap();
    assert!(matches!(desk.accept_kb_change(agent, change.id, None).await, Err(DeskError::Forbidden(_))));
    let accepted = desk.accept_kb_change(supervisor, change.id, Some(faq("q", "c"))).await.unwrap();
    assert_eq!((accepted.entry.content.answer.as_str(), accepted.entry.version), ("c", 1));
    assert_eq!((accepted.change.state, accepted.change.decided_by), (ChangeState::Accepted, Some(supervisor.actor())));
    assert!(matches!(desk.accept_kb_change(supervisor, change.id, None).await, Err(DeskError::Decided)));
    assert!(matches!(desk.refuse_kb_change(supervisor, change.id, None).await, Err(DeskError::Decided)));

    let theirs = ChangeDraft { entry_id: None, content: faq("r", "a"), state: ChangeState::Review, note: None };
    let theirs = desk.propose_kb(supervisor, theirs).await.unwrap().id;
    let meddling = desk.update_kb_change(agent, theirs, faq("r", "b"), ChangeState::Review, None).await;
    assert!(matches!(meddling, Err(DeskError::Forbidden(_))), "a proposal is its writer's");

    // Of two proposals on one version, the second has to look at what the first made of it.
    let on = ChangeDraft {
        entry_id: Some(accepted.entry.id),
        content: faq("q", "d"),
        state: ChangeState::Review,
        note: Some("because".into()),
    };
    let (one, two) = (desk.propose_kb(agent, on.clone()).await.unwrap(), desk.propose_kb(agent, on).await.unwrap());
    assert_eq!(desk.accept_kb_change(supervisor, one.id, None).await.unwrap().entry.version, 2);
    let late = desk.accept_kb_change(supervisor, two.id, None).await;
    assert!(matches!(late, Err(DeskError::Outdated { expected: 1, is: 2 })));
    let refused = desk.refuse_kb_change(supervisor, two.id, Some("zu spät".into())).await.unwrap();
    assert_eq!((refused.state, refused.note.as_deref()), (ChangeState::Refused, Some("zu spät")));
}

#[tokio::test]
async fn what_was_refused_is_not_suggested_again() {
    let (_place, company) = company().await;
    let suggestion = Suggestion {
        origin: ChangeOrigin::Gap,
        entry_id: None,
        content: faq("q", "-"),
        evidence: Vec::new(),
        note: None,
        fingerprint: "gap:1".into(),
    };
    let suggest = async || company.desk.suggest_kb(&company.system, vec![suggestion.clone()]).await.unwrap();
    assert_eq!(suggest().await, Suggested { added: 1, known: 0 });
    let change = company.desk.kb_changes(&company.reader, &Default::default(), 9, None).await.unwrap().unwrap().items;
    company.desk.refuse_kb_change(&company.supervisor, change[0].id, None).await.unwrap();
    assert_eq!(suggest().await, Suggested { added: 0, known: 1 });
}

#[tokio::test]
async fn a_page_that_changes_keeps_what_people_wrote_about_it() {
    let (_place, company) = company().await;
    let settings: WebSettings = serde_json::from_value(serde_json::json!({ "start": "https://example.com/" })).unwrap();
    let web = company.desk.put_web_source(&company.supervisor, None, settings).await.unwrap().id;
    let page = |answer: &str| PageRead {
        url: "https://example.com/a".into(),
        known: serde_json::Value::Null,
        content: EntryContent { kind: EntryKind::Page, variants: Vec::new(), ..faq("Title", answer) },
    };
    let id = company.desk.take_page(&company.system, web, page("one")).await.unwrap();
    let mut content = company.desk.kb_entry(&company.reader, id).await.unwrap().content;
    content.variants = vec!["written by a person".into()];
    company.desk.update_kb_entry(&company.supervisor, id, content, None, None).await.unwrap();
    assert_eq!(company.desk.take_page(&company.system, web, page("two")).await.unwrap(), id);
    let entry = company.desk.kb_entry(&company.reader, id).await.unwrap();
    assert_eq!((entry.content.answer.as_str(), entry.content.variants.len()), ("two", 1));
    company.desk.page_gone(&company.system, web, "https://example.com/a".into()).await.unwrap();
    assert_eq!(company.desk.kb_entry(&company.reader, id).await.unwrap().content.status, EntryStatus::Archived);
    // The page comes back, and so does its entry.
    company.desk.take_page(&company.system, web, page("two")).await.unwrap();
    assert_eq!(company.desk.kb_entry(&company.reader, id).await.unwrap().content.status, EntryStatus::Published);
}

#[tokio::test]
async fn an_evaluation_question_is_kept_once() {
    let (_place, company) = company().await;
    let pair = EvalDraft { query: " q ".into(), lang: None, relevant: vec!["k".into()] };
    let add = async || company.desk.add_eval_pairs(&company.supervisor, vec![pair.clone()]).await.unwrap().len();
    assert_eq!((add().await, add().await), (1, 0));
    assert_eq!(company.desk.eval_pairs(&company.reader).await.unwrap()[0].query, "q");
}

#[tokio::test]
async fn entries_are_paged_and_narrowed_by_language() {
    let (_place, company) = company().await;
    for n in 0..5 {
        let lang = if n % 2 == 0 { "zh" } else { "en" };
        let content = EntryContent { lang: Some(lang.into()), ..faq(&format!("q{n}"), "a") };
        company.desk.add_kb_entry(&company.supervisor, content).await.unwrap();
    }
    let page = async |lang: Option<&str>, cursor: Option<&str>| {
        let filter = EntryFilter { lang: lang.map(str::to_owned), ..EntryFilter::default() };
        let page = company.desk.kb_entries(&company.reader, &filter, 2, cursor).await.unwrap().unwrap();
        (page.items.into_iter().map(|entry| entry.content.question).collect::<Vec<_>>(), page.next_cursor)
    };
    let (first, next) = page(None, None).await;
    let (second, next) = page(None, next.as_deref()).await;
    let (third, next) = page(None, next.as_deref()).await;
    assert_eq!([first, second, third].concat(), ["q4", "q3", "q2", "q1", "q0"]);
    assert_eq!(next, None);
    assert_eq!(page(Some("en"), None).await.0, ["q3", "q1"]);
    let any = EntryFilter::default();
    assert!(company.desk.kb_entries(&company.reader, &any, 2, Some("?")).await.unwrap().is_none());
}

#[tokio::test]
async fn the_assistant_reads_knowledge_of_its_own_workspace_only() {
    let (place, company) = company().await;
    company.desk.import_kb(&company.supervisor, vec![draft("怎么退货", "七天内")]).await.unwrap();
    let entry = all(&company).await.remove(0);
    let own = Scope::bot(company.system.workspace());
    assert_eq!(company.desk.kb_entry(&own, entry.id).await.unwrap().content.answer, "七天内");
    let foreign = Scope::bot(place.company().await.system.workspace());
    assert!(is_not_found(company.desk.kb_entry(&foreign, entry.id).await));
    assert!(entry.created_at >= Timestamp(0));
}
