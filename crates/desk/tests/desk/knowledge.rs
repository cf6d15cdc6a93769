//! Knowledge entries: imported whole or not at all, and twice is once.

use uuid::Uuid;
use yingda_desk::{Imported, KbDraft};
use yingda_model::Scope;
use yingda_store::KbEntry;

use crate::support::{Company, NOW, company, is_not_found, refused_field};

fn draft(question: &str, answer: &str) -> KbDraft {
    KbDraft {
        key: None,
        question: question.into(),
        answer: answer.into(),
        variants: vec![format!("{question}!")],
        lang: Some("zh".into()),
        category: None,
    }
}

async fn all(company: &Company) -> Vec<KbEntry> {
    company.desk.store().read(&company.system).all_kb_entries().await.unwrap()
}

async fn revision(company: &Company) -> i64 {
    company.desk.store().read(&company.system).kb_revision().await.unwrap()
}

#[tokio::test]
async fn importing_a_file_twice_is_importing_it_once() {
    let (_place, company) = company().await;
    let file = vec![draft("怎么退货", "七天内"), draft("运费多少", "十元"), draft("怎么退货", "同一问题，另一个答案")];
    let first = company.desk.import_kb(&company.supervisor, file.clone()).await.unwrap();
    assert_eq!(first, Imported { added: 3, updated: 0 });
    let entries = all(&company).await;
    let again = company.desk.import_kb(&company.supervisor, file).await.unwrap();
    assert_eq!(again, Imported { added: 0, updated: 3 });
    assert_eq!(all(&company).await, entries);
}

#[tokio::test]
async fn importing_a_corrected_file_replaces_the_answers_and_keeps_the_entries() {
    let (_place, company) = company().await;
    company.desk.import_kb(&company.supervisor, vec![draft("怎么退货", "七天内")]).await.unwrap();
    let before = all(&company).await;
    let file = vec![draft("  怎么退货 ", "十五天内"), draft("发票", "可以开")];
    let done = company.desk.import_kb(&company.supervisor, file).await.unwrap();
    assert_eq!(done, Imported { added: 1, updated: 1 });
    let after = all(&company).await;
    assert_eq!((after[0].id, after[0].answer.as_str()), (before[0].id, "十五天内"));
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
async fn every_change_of_knowledge_is_noticed_by_the_index() {
    let (_place, company) = company().await;
    let mut stamps = vec![revision(&company).await];
    company.desk.import_kb(&company.supervisor, vec![draft("怎么退货", "七天内")]).await.unwrap();
    stamps.push(revision(&company).await);
    let mut entry = all(&company).await.remove(0);
    entry.answer = "十五天内".into();
    entry.created_at = yingda_model::Timestamp(1);
    let stored = company.desk.update_kb_entry(&company.supervisor, entry.clone()).await.unwrap();
    assert_eq!(stored.created_at, NOW, "when an entry was made is not for the client to say");
    stamps.push(revision(&company).await);
    company.desk.delete_kb_entry(&company.supervisor, entry.id).await.unwrap();
    stamps.push(revision(&company).await);
    assert!(stamps.windows(2).all(|pair| pair[0] < pair[1]), "{stamps:?}");
    assert!(is_not_found(company.desk.delete_kb_entry(&company.supervisor, entry.id).await));
    assert!(is_not_found(company.desk.update_kb_entry(&company.supervisor, entry).await));
}

#[tokio::test]
async fn entries_are_checked_paged_and_narrowed_by_language() {
    let (_place, company) = company().await;
    for n in 0..5 {
        let lang = if n % 2 == 0 { "zh" } else { "en" };
        let entry = KbEntry {
            id: Uuid::now_v7().into(),
            key: None,
            question: format!("q{n}"),
            answer: "a".into(),
            variants: Vec::new(),
            lang: Some(lang.into()),
            category: None,
            created_at: NOW,
            updated_at: NOW,
        };
        company.desk.add_kb_entries(&company.supervisor, vec![entry]).await.unwrap();
    }
    let page = async |lang: Option<&str>, cursor: Option<&str>| {
        let (entries, next) = company.desk.kb_entries(&company.reader, lang, 2, cursor).await.unwrap().unwrap();
        (entries.into_iter().map(|entry| entry.question).collect::<Vec<_>>(), next)
    };
    let (first, next) = page(None, None).await;
    let (second, next) = page(None, next.as_deref()).await;
    let (third, next) = page(None, next.as_deref()).await;
    assert_eq!([first, second, third].concat(), ["q4", "q3", "q2", "q1", "q0"]);
    assert_eq!(next, None);
    assert_eq!(page(Some("en"), None).await.0, ["q3", "q1"]);
    assert!(company.desk.kb_entries(&company.reader, None, 2, Some("?")).await.unwrap().is_none());
}

#[tokio::test]
async fn the_assistant_reads_knowledge_of_its_own_workspace_only() {
    let (place, company) = company().await;
    company.desk.import_kb(&company.supervisor, vec![draft("怎么退货", "七天内")]).await.unwrap();
    let entry = all(&company).await.remove(0);
    let own = Scope::bot(company.system.workspace());
    assert_eq!(company.desk.kb_entry(&own, entry.id).await.unwrap().answer, "七天内");
    let foreign = Scope::bot(place.company().await.system.workspace());
    assert!(is_not_found(company.desk.kb_entry(&foreign, entry.id).await));
}
