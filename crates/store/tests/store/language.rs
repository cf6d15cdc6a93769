//! Intents, utterances, types of entity and language models.

use std::collections::BTreeMap;
use std::time::Duration;

use yingda_model::{Actor, IntentAction, IntentId};
use yingda_store::{
    BothLanguages, EntityType, EntityValue, Intent, LanguageModel, ModelState, NewJob, NewLanguageModel, StoreError,
    Utterance, UtterancesOf,
};

use crate::change;
use crate::support::{Company, NOW, Place, id};

crate::on_both_engines! {
    an_intent_goes_with_its_utterances
    utterances_come_in_pages_by_intent_and_words
    a_revision_grows_when_what_is_understood_by_changes_and_not_with_every_utterance
    the_active_model_is_one_and_can_be_rolled_back
    old_versions_go_but_never_the_active_one
    a_long_job_keeps_its_lease_and_tells_how_far_it_is
}

/// One of everything.
#[derive(Clone)]
pub struct Taught {
    pub intent: Intent,
    pub utterance: Utterance,
    pub kind: EntityType,
}

pub async fn teach(company: &Company) -> Taught {
    let taught = Taught { intent: intent("order/cancel"), utterance: utterance(None, "取消订单"), kind: branch() };
    let taught =
        Taught { utterance: Utterance { intent_id: Some(taught.intent.id), ..taught.utterance.clone() }, ..taught };
    let model = model(true);
    change!(company, [taught, model], |tx| {
        tx.insert_intent(&taught.intent).await?;
        tx.insert_utterances(std::slice::from_ref(&taught.utterance)).await?;
        tx.insert_entity_type(&taught.kind).await?;
        tx.insert_language_model(&model).await
    })
    .await
    .unwrap();
    taught
}

fn intent(name: &str) -> Intent {
    Intent {
        id: id().into(),
        name: name.into(),
        title_zh: "取消订单".into(),
        title_en: "Cancel an order".into(),
        answer_key: Some("order.cancel".into()),
        action: IntentAction::HandOver,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn utterance(intent_id: Option<IntentId>, text: &str) -> Utterance {
    Utterance {
        id: id().into(),
        intent_id,
        text: text.into(),
        lang: Some("zh".into()),
        origin: "written".into(),
        created_at: NOW,
    }
}

fn branch() -> EntityType {
    EntityType {
        id: id().into(),
        name: "branch".into(),
        title_zh: "门店".into(),
        title_en: "Branch".into(),
        values: vec![EntityValue { id: "hz".into(), name: "湖滨店".into(), synonyms: vec!["杭州店".into()] }],
        patterns: vec!["B[0-9]{3}".into()],
        created_at: NOW,
        updated_at: NOW,
    }
}

fn model(active: bool) -> NewLanguageModel {
    NewLanguageModel {
        model: LanguageModel {
            id: id(),
            version: 0,
            state: ModelState::Ready,
            active,
            created_by: Actor::System,
            created_at: NOW,
            examples: 12,
            labels: BTreeMap::from([("order/cancel".into(), id().into())]),
            accuracy: Some(0.9345),
            note: Some(BothLanguages { zh: "好".into(), en: "good".into() }),
        },
        report: r#"{"accuracy":0.9345}"#.into(),
        bytes: Some(vec![0, 159, 146, 150]),
    }
}

async fn an_intent_goes_with_its_utterances(place: Place) {
    let company = Company::found(&place.open().await).await;
    let taught = teach(&company).await;
    let read = company.read();
    assert_eq!(read.intents().await.unwrap(), std::slice::from_ref(&taught.intent));
    assert_eq!(read.intent(taught.intent.id).await.unwrap(), taught.intent);
    assert_eq!(read.utterance(taught.utterance.id).await.unwrap(), taught.utterance);
    assert_eq!(read.entity_types().await.unwrap(), std::slice::from_ref(&taught.kind));
    let (again, other) = (intent("order/cancel"), intent("order"));
    let taken = change!(company, [again], |tx| tx.insert_intent(&again).await).await;
    assert!(matches!(taken, Err(StoreError::Taken { .. })), "{taken:?}");
    change!(company, [other], |tx| tx.insert_intent(&other).await).await.unwrap();
    let names: Vec<String> = read.intents().await.unwrap().into_iter().map(|intent| intent.name).collect();
    assert_eq!(names, ["order", "order/cancel"]);
    let (outside, id) = (utterance(None, "讲个笑话"), taught.intent.id);
    change!(company, [outside], |tx| tx.insert_utterances(std::slice::from_ref(&outside)).await).await.unwrap();
    let counts = read.utterance_counts().await.unwrap();
    assert_eq!((counts[&Some(id)], counts[&None]), (1, 1));
    assert!(change!(company, [], |tx| tx.delete_intent(id).await).await.unwrap());
    assert!(!change!(company, [], |tx| tx.delete_intent(id).await).await.unwrap());
    assert_eq!(read.all_utterances().await.unwrap(), [outside]);
}

async fn utterances_come_in_pages_by_intent_and_words(place: Place) {
    let company = Company::found(&place.open().await).await;
    let taught = teach(&company).await;
    let of = Some(taught.intent.id);
    let many: Vec<Utterance> = (0..1_100).map(|n| utterance(of, &format!("第{n}次 100%_取消\\"))).collect();
    change!(company, [many], |tx| tx.insert_utterances(&many).await).await.unwrap();
    let read = company.read();
    let (mut seen, mut cursor) = (0, None);
    loop {
        let filter = UtterancesOf::Intent(taught.intent.id);
        let page = read.utterances(filter, None, 500, cursor.as_deref()).await.unwrap().unwrap();
        seen += page.items.len();
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((seen, read.utterances_size().await.unwrap()), (1_101, 1_101));
    let found = async |words: &str| {
        read.utterances(UtterancesOf::All, Some(words), 100, None).await.unwrap().unwrap().items.len()
    };
    assert_eq!((found("第1099次").await, found("100%_").await, found("取消\\").await), (1, 100, 100));
    assert_eq!((found("取_").await, found("%订单").await, found("订单").await), (0, 0, 1));
    assert!(read.utterances(UtterancesOf::All, None, 5, Some("?")).await.unwrap().is_none());
    let ids: Vec<_> = many.iter().map(|one| one.id).collect();
    assert_eq!(change!(company, [ids], |tx| tx.move_utterances(&ids, None).await).await.unwrap(), 1_100);
    assert_eq!(read.utterances(UtterancesOf::Nothing, None, 100, None).await.unwrap().unwrap().items.len(), 100);
    assert_eq!(change!(company, [ids], |tx| tx.delete_utterances(&ids).await).await.unwrap(), 1_100);
    assert_eq!(read.utterances_size().await.unwrap(), 1);
}

async fn a_revision_grows_when_what_is_understood_by_changes_and_not_with_every_utterance(place: Place) {
    let company = Company::found(&place.open().await).await;
    let revision = async || company.read().language_revision().await.unwrap();
    assert_eq!(revision().await, 0);
    let Taught { intent, kind, utterance, .. } = teach(&company).await;
    let mut before = revision().await;
    assert!(before >= 3);
    change!(company, [utterance], |tx| tx.update_utterance(&utterance).await).await.unwrap();
    assert_eq!(revision().await, before);
    macro_rules! grows {
        ([$($name:ident),*], |$tx:ident| $body:expr) => {
            change!(company, [$($name),*], |$tx| $body).await.unwrap();
            let after = revision().await;
            assert!(after > before, "{}", stringify!($body));
            before = after;
        };
    }
    grows!([intent], |tx| tx.update_intent(&intent).await);
    grows!([kind], |tx| tx.update_entity_type(&kind).await);
    let kind_id = kind.id;
    grows!([], |tx| tx.delete_entity_type(kind_id).await);
    grows!([], |tx| tx.activate_language_model(1).await);
    let waiting = model(false);
    change!(company, [waiting], |tx| tx.insert_language_model(&waiting).await).await.unwrap();
    assert_eq!(revision().await, before, "a version that waits changes nothing yet");
}

async fn the_active_model_is_one_and_can_be_rolled_back(place: Place) {
    let company = Company::found(&place.open().await).await;
    let new = model(true);
    for version in 1..=3 {
        let again = NewLanguageModel { model: LanguageModel { id: id(), ..new.model.clone() }, ..new.clone() };
        let stored = change!(company, [again], |tx| tx.insert_language_model(&again).await).await.unwrap();
        assert_eq!(stored, version);
    }
    let failed = NewLanguageModel {
        model: LanguageModel {
            id: id(),
            state: ModelState::Failed,
            active: false,
            accuracy: None,
            ..new.model.clone()
        },
        bytes: None,
        ..new.clone()
    };
    change!(company, [failed], |tx| tx.insert_language_model(&failed).await).await.unwrap();
    let read = company.read();
    let active = async || {
        let all = read.language_models(None, 100).await.unwrap();
        all.into_iter().filter(|model| model.active).map(|model| model.version).collect::<Vec<_>>()
    };
    assert_eq!(active().await, [3]);
    change!(company, [], |tx| tx.activate_language_model(1).await).await.unwrap();
    assert_eq!(active().await, [1]);
    for nothing in [4, 5] {
        let result = change!(company, [], |tx| tx.activate_language_model(nothing).await).await;
        assert!(matches!(result, Err(StoreError::NotFound { .. })), "{result:?}");
    }
    assert_eq!(active().await, [1], "what fails changes nothing");
    let stored = read.active_language_model().await.unwrap().unwrap();
    assert_eq!((stored.accuracy, stored.examples, stored.labels.len()), (Some(0.9345), 12, 1));
    assert_eq!(stored.note, new.model.note);
    assert_eq!(read.language_model_bytes(1).await.unwrap(), new.bytes);
    assert_eq!(read.language_model_bytes(4).await.unwrap(), None);
    assert_eq!(read.language_model_report(1).await.unwrap(), new.report);
    let older = read.language_models(Some(3), 1).await.unwrap();
    assert_eq!(older[0].version, 2);
}

async fn old_versions_go_but_never_the_active_one(place: Place) {
    let company = Company::found(&place.open().await).await;
    for version in 1..=6 {
        let new = model(version == 1);
        change!(company, [new], |tx| tx.insert_language_model(&new).await).await.unwrap();
    }
    assert_eq!(change!(company, [], |tx| tx.remove_old_language_models(2).await).await.unwrap(), 3);
    let left: Vec<u32> =
        company.read().language_models(None, 10).await.unwrap().into_iter().map(|model| model.version).collect();
    assert_eq!(left, [6, 5, 1]);
}

async fn a_long_job_keeps_its_lease_and_tells_how_far_it_is(place: Place) {
    let company = Company::found(&place.open().await).await;
    let job = NewJob { kind: "test", key: "k".into(), payload: "{}".into(), run_at: NOW };
    change!(company, [job], |tx| tx.enqueue(job.clone(), NOW).await).await.unwrap();
    let second = Duration::from_secs(1);
    let claim = async |at| company.store.claim_jobs(at, second, 10).await.unwrap();
    let mine = claim(NOW).await.remove(0);
    let later = NOW.plus(10 * second);
    assert!(change!(company, [mine], |tx| tx.renew_job(&mine, later).await).await.unwrap());
    change!(company, [mine], |tx| tx.note_progress(&mine, r#"{"done":1}"#).await).await.unwrap();
    assert!(claim(NOW.plus(5 * second)).await.is_empty());
    let shown = company.read().jobs_of_key("k").await.unwrap();
    assert_eq!(shown[0].progress.as_deref(), Some(r#"{"done":1}"#));
    let theirs = claim(later.plus(second)).await.remove(0);
    assert!(!change!(company, [mine], |tx| tx.renew_job(&mine, later).await).await.unwrap(), "it was lost meanwhile");
    change!(company, [theirs], |tx| tx.fail_job(&theirs, "no", None).await).await.unwrap();
    change!(company, [], |tx| tx.remove_dead_jobs("k").await).await.unwrap();
    assert!(company.read().jobs_of_key("k").await.unwrap().is_empty());
}
