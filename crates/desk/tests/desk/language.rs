//! Intents, utterances, types of entity and training: checked, journalled, and twice is once.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use yingda_desk::{
    AddedUtterances, DeskError, Handler, LanguageFile, LanguageFormat, NewEntityType, NewIntent, NewUtterance, Trainer,
    Workers, job_kind,
};
use yingda_model::{IntentAction, IntentId, Scope, UtteranceId};
use yingda_store::{EntityValue, JobState, JournalCursor, ModelState, NewEntry, StoreError, UtterancesOf};
use yingda_testing::NLU;

use crate::on_both_engines;
use crate::support::{Company, Place, company, eventually, is_not_found, refused_field};

on_both_engines! {
    a_training_makes_a_version_that_is_used_at_once
}

pub fn intent(name: &str) -> NewIntent {
    NewIntent {
        name: name.into(),
        title_zh: String::new(),
        title_en: String::new(),
        answer_key: None,
        action: IntentAction::None,
    }
}

pub fn said(texts: &[&str]) -> Vec<NewUtterance> {
    texts.iter().map(|text| NewUtterance { text: (*text).into(), lang: None }).collect()
}

pub fn branch(name: &str) -> NewEntityType {
    NewEntityType {
        name: name.into(),
        title_zh: "门店".into(),
        title_en: String::new(),
        values: vec![EntityValue { id: "hz".into(), name: "湖滨店".into(), synonyms: vec!["杭州店".into()] }],
        patterns: Vec::new(),
    }
}

async fn import(company: &Company, text: &str) -> yingda_desk::LanguageImported {
    let file = LanguageFile::parse("nlu.yml", text.into()).unwrap();
    company.desk.import_language(&company.supervisor, file).await.unwrap()
}

/// What the journal says of the company's language.
async fn told(company: &Company) -> usize {
    let journal = company.desk.store().journal_of(&company.system, JournalCursor::default(), 1_000).await.unwrap();
    journal.iter().filter(|entry| entry.of_workspace() == Some(NewEntry::LanguageChanged)).count()
}

/// Trains in the background, as the server does.
async fn train(company: &Company) {
    company.desk.train_language(&company.supervisor).await.unwrap();
    let trainer = Trainer::new(company.desk.clone(), None);
    for job in company.jobs().await.into_iter().filter(|job| job.kind == job_kind::TRAIN_LANGUAGE) {
        trainer.run(&job).await.unwrap();
    }
}

#[tokio::test]
async fn importing_a_file_twice_is_importing_it_once_and_what_is_exported_can_be_imported() {
    let (place, company) = company().await;
    let first = import(&company, NLU).await;
    assert_eq!((first.intents_added, first.utterances_added, first.utterances_known), (3, 19, 0));
    let again = import(&company, NLU).await;
    assert_eq!((again.intents_added, again.intents_changed, again.utterances_added), (0, 0, 0));
    assert_eq!(again.utterances_known, 19);
    let all = company.desk.intents(&company.reader).await.unwrap();
    let found: Vec<(&str, u64)> = all.intents.iter().map(|one| (one.intent.name.as_str(), one.utterances)).collect();
    assert_eq!(found, [("complaint", 5), ("order/cancel", 6), ("refund", 6)]);
    assert_eq!(all.out_of_scope, 2);
    let cancel = &all.intents[1].intent;
    assert_eq!((cancel.title_zh.as_str(), cancel.title_en.as_str()), ("取消订单", "order/cancel"));
    assert_eq!(cancel.answer_key.as_deref(), Some("order.cancel"));
    assert_eq!(all.intents[0].intent.action, IntentAction::HandOver);

    let yml = company.desk.export_language(&company.reader, LanguageFormat::Rasa).await.unwrap();
    let other = place.company().await;
    import(&other, &yml).await;
    assert_eq!(other.desk.export_language(&other.reader, LanguageFormat::Rasa).await.unwrap(), yml);
    for (format, name) in [(LanguageFormat::JsonLines, "a.jsonl"), (LanguageFormat::Csv, "a.csv")] {
        let text = company.desk.export_language(&company.reader, format).await.unwrap();
        let file = LanguageFile::parse(name, text.into_bytes()).unwrap();
        let into = place.company().await;
        let done = into.desk.import_language(&into.supervisor, file).await.unwrap();
        assert_eq!((done.intents_added, done.utterances_added), (3, 19), "{name}");
    }
}

#[tokio::test]
async fn an_utterance_that_looks_like_a_formula_is_exported_so_that_no_spreadsheet_program_runs_it() {
    let (place, company) = company().await;
    let line = r#"{"text":"=HYPERLINK(\"x\")","intent":"spam"}"#;
    let file = LanguageFile::parse("a.jsonl", line.into()).unwrap();
    company.desk.import_language(&company.supervisor, file).await.unwrap();
    let table = company.desk.export_language(&company.reader, LanguageFormat::Csv).await.unwrap();
    assert!(table.contains("\n\"'=HYPERLINK("), "{table}");
    let into = place.company().await;
    let file = LanguageFile::parse("a.csv", table.into_bytes()).unwrap();
    into.desk.import_language(&into.supervisor, file).await.unwrap();
    let lines = into.desk.export_language(&into.reader, LanguageFormat::JsonLines).await.unwrap();
    assert!(lines.contains(r#""=HYPERLINK(\"x\")""#), "{lines}");
}

#[tokio::test]
async fn a_file_changes_what_it_says_of_an_intent_and_leaves_the_rest() {
    let (_place, company) = company().await;
    import(&company, NLU).await;
    let changed =
        import(&company, "nlu:\n- intent: order/cancel\n  name_en: Cancel\n  examples: |\n    - 别发货了\n").await;
    assert_eq!((changed.intents_added, changed.intents_changed, changed.utterances_added), (0, 1, 1));
    let all = company.desk.intents(&company.reader).await.unwrap();
    let cancel = &all.intents[1].intent;
    assert_eq!((cancel.title_zh.as_str(), cancel.title_en.as_str()), ("取消订单", "Cancel"));
    assert_eq!(cancel.answer_key.as_deref(), Some("order.cancel"));
}

#[tokio::test]
async fn lines_that_cannot_be_taken_are_named_and_the_others_kept() {
    let (_place, company) = company().await;
    let long = "长".repeat(1_001);
    let text = format!(
        "{{\"text\":\"{long}\",\"intent\":\"a\"}}\n{{\"text\":\"好\",\"intents\":[\"a\",\"b\"]}}\n{{\"text\":\"行\",\"intent\":\"a\"}}"
    );
    let file = LanguageFile::parse("x.jsonl", text.into_bytes()).unwrap();
    let done = company.desk.import_language(&company.supervisor, file).await.unwrap();
    assert_eq!((done.utterances_added, done.skipped.len()), (1, 2));
    assert!(done.skipped.iter().all(|one| one.text.chars().count() <= 80 && !one.why_zh.is_empty()));
}

#[tokio::test]
async fn intents_are_checked_named_once_and_made_once_for_a_key() {
    let (_place, company) = company().await;
    let desk = &company.desk;
    for bad in ["", " ", "oos", "a|b", "a+b", "a//b", "/a", "a/", &"x".repeat(101), "a\u{7}"] {
        let (field, _) = refused_field(desk.create_intent(&company.supervisor, intent(bad), None).await);
        assert_eq!(field, "name", "{bad:?}");
    }
    let make = async |key: Option<&str>| {
        desk.create_intent(&company.supervisor, intent("order"), key.map(str::to_owned)).await
    };
    let (order, new) = make(Some("k")).await.unwrap();
    assert!(new);
    assert_eq!(make(Some("k")).await.unwrap(), (order.clone(), false));
    assert!(matches!(make(None).await, Err(DeskError::Store(StoreError::Taken { .. }))));
    desk.create_intent(&company.supervisor, intent("other"), None).await.unwrap();
    let taken = desk.update_intent(&company.supervisor, order.id, intent("other")).await;
    assert!(matches!(taken, Err(DeskError::Store(StoreError::Taken { .. }))), "{taken:?}");
    let renamed = desk.update_intent(&company.supervisor, order.id, intent("order/all")).await.unwrap();
    assert_eq!((renamed.id, renamed.name.as_str()), (order.id, "order/all"));
    let nobody = IntentId(uuid::Uuid::now_v7());
    assert!(is_not_found(desk.update_intent(&company.supervisor, nobody, intent("x")).await));
    assert!(is_not_found(desk.delete_intent(&company.supervisor, nobody).await));
}

#[tokio::test]
async fn utterances_are_added_moved_and_removed_in_bulk_all_or_none() {
    let (_place, company) = company().await;
    let desk = &company.desk;
    let (a, _) = desk.create_intent(&company.supervisor, intent("a"), None).await.unwrap();
    let (b, _) = desk.create_intent(&company.supervisor, intent("b"), None).await.unwrap();
    let texts = said(&["取消订单", "取消  订单", "取消订单！", "cancel\nit"]);
    let done = desk.add_utterances(&company.supervisor, Some(a.id), texts).await.unwrap();
    assert!(done.added >= 2 && done.added + done.known == 4, "{done:?}");
    let again = desk.add_utterances(&company.supervisor, Some(a.id), said(&["取消订单"])).await.unwrap();
    assert_eq!(again, AddedUtterances { added: 0, known: 1 });
    let page = async |of| desk.utterances(&company.reader, of, None, 10, None).await.unwrap().unwrap().items;
    let all = page(UtterancesOf::Intent(a.id)).await;
    assert!(all.iter().any(|one| one.text == "cancel it" && one.lang.as_deref() == Some("en")), "{all:?}");
    let ids: Vec<UtteranceId> = all.iter().map(|one| one.id).collect();
    let with_stranger: Vec<UtteranceId> = ids.iter().copied().chain([UtteranceId(uuid::Uuid::now_v7())]).collect();
    assert!(is_not_found(desk.move_utterances(&company.supervisor, with_stranger.clone(), Some(b.id)).await));
    assert!(is_not_found(desk.delete_utterances(&company.supervisor, with_stranger).await));
    assert_eq!(page(UtterancesOf::Intent(a.id)).await.len(), all.len(), "all or none");
    desk.move_utterances(&company.supervisor, ids.clone(), Some(b.id)).await.unwrap();
    desk.move_utterances(&company.supervisor, vec![ids[0]], None).await.unwrap();
    assert_eq!(page(UtterancesOf::Nothing).await.len(), 1);
    let new = NewUtterance { text: "  Stop it ".into(), lang: Some("en-GB".into()) };
    let changed = desk.update_utterance(&company.supervisor, ids[0], Some(a.id), new).await.unwrap();
    assert_eq!((changed.text.as_str(), changed.lang.as_deref()), ("Stop it", Some("en-GB")));
    desk.delete_utterances(&company.supervisor, ids).await.unwrap();
    assert!(page(UtterancesOf::All).await.is_empty());
    for (bad, field) in [(said(&[]), "utterances"), (said(&[" "]), "text"), (said(&["a\u{0}"]), "text")] {
        assert_eq!(refused_field(desk.add_utterances(&company.supervisor, None, bad).await).0, field);
    }
    let nobody = Some(IntentId(uuid::Uuid::now_v7()));
    assert!(is_not_found(desk.add_utterances(&company.supervisor, nobody, said(&["x"])).await));
}

#[tokio::test]
async fn a_type_of_entity_must_be_usable() {
    let (_place, company) = company().await;
    let desk = &company.desk;
    let with = |change: fn(&mut NewEntityType)| {
        let mut kind = branch("branch");
        change(&mut kind);
        kind
    };
    for (bad, field) in [
        (with(|kind| kind.name = "Branch".into()), "name"),
        (with(|kind| kind.name = "phone".into()), "name"),
        (with(|kind| kind.values.clear()), "values"),
        (with(|kind| kind.patterns = vec!["(".into()]), "patterns"),
        (with(|kind| kind.name = "order_number".into()), "values"),
        (with(|kind| kind.values[0].name.clear()), "values"),
    ] {
        let refused = desk.create_entity_type(&company.supervisor, bad.clone(), None).await;
        assert_eq!(refused_field(refused).0, field, "{bad:?}");
    }
    let (kind, new) = desk.create_entity_type(&company.supervisor, branch("branch"), Some("k".into())).await.unwrap();
    assert!(new && kind.title_en == "branch");
    let again = desk.create_entity_type(&company.supervisor, branch("branch"), Some("k".into())).await.unwrap();
    assert_eq!(again, (kind.clone(), false));
    desk.create_entity_type(&company.supervisor, branch("product"), None).await.unwrap();
    let changed = desk.update_entity_type(&company.supervisor, kind.id, branch("store")).await.unwrap();
    assert_eq!((changed.id, changed.name.as_str()), (kind.id, "store"));
    let names: Vec<String> =
        desk.entity_types(&company.reader).await.unwrap().into_iter().map(|kind| kind.name).collect();
    assert_eq!(names, ["product", "store"]);
    desk.delete_entity_type(&company.supervisor, kind.id).await.unwrap();
    assert!(is_not_found(desk.delete_entity_type(&company.supervisor, kind.id).await));
}

#[tokio::test]
async fn what_cannot_be_learnt_is_told_before_the_training_begins() {
    let (_place, company) = company().await;
    let desk = &company.desk;
    let refused = async || {
        let (field, detail) = refused_field(desk.train_language(&company.supervisor).await);
        assert_eq!(field, "utterances");
        detail
    };
    assert!(refused().await.contains("got none"));
    let (a, _) = desk.create_intent(&company.supervisor, intent("a"), None).await.unwrap();
    desk.add_utterances(&company.supervisor, Some(a.id), said(&["取消订单", "别发了"])).await.unwrap();
    assert!(refused().await.contains("\"a\" only"));
    let (b, _) = desk.create_intent(&company.supervisor, intent("b"), None).await.unwrap();
    desk.add_utterances(&company.supervisor, Some(b.id), said(&["退款", "取消订单"])).await.unwrap();
    let detail = refused().await;
    assert!(detail.contains("取消订单") && detail.contains("a and b"), "{detail}");
    assert!(company.jobs().await.iter().all(|job| job.kind != job_kind::TRAIN_LANGUAGE));
}

async fn a_training_makes_a_version_that_is_used_at_once(place: Place) {
    let company = place.company().await;
    import(&company, NLU).await;
    let asked = company.desk.train_language(&company.supervisor).await.unwrap();
    let again = company.desk.train_language(&company.admin).await.unwrap();
    assert_eq!((asked.job, asked.state), (again.job, JobState::Ready), "one at a time");
    let mut workers = Workers::new(place.desk.clone());
    workers.register(job_kind::TRAIN_LANGUAGE, Arc::new(Trainer::new(place.desk.clone(), None)));
    let stop = CancellationToken::new();
    tokio::spawn(workers.run(stop.clone()));
    let desk = &company.desk;
    eventually("the training to end", async || desk.training(&company.reader).await.unwrap().is_none()).await;
    stop.cancel();
    let status = desk.language_status(&company.reader).await.unwrap();
    assert_eq!((status.intents, status.utterances, status.out_of_scope), (3, 19, 2));
    let active = status.active.unwrap();
    assert_eq!((active.version, active.state, active.examples), (1, ModelState::Ready, 19));
    assert_eq!(active.created_by, company.supervisor.actor());
    assert_eq!(active.labels.len(), 3);
    let (_, report) = desk.language_model(&company.reader, 1).await.unwrap();
    assert!(report["report"]["labels"].as_array().unwrap().len() >= 3, "{report}");
    assert!(report["suspicious"].is_array());
}

#[tokio::test]
async fn a_model_that_is_clearly_worse_waits_for_a_person() {
    let (_place, company) = company().await;
    let desk = &company.desk;
    import(&company, NLU).await;
    train(&company).await;
    // Two intents that nobody can tell apart.
    let texts = |which: u64| -> String {
        let of = |n: &u64| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) & 1 == which;
        (0..120).filter(of).map(|n| format!("    - 编号{}怎么办\n", 1_000 + n * 7)).collect()
    };
    let muddle = format!("nlu:\n- intent: x1\n  examples: |\n{}- intent: x2\n  examples: |\n{}", texts(0), texts(1));
    let file = LanguageFile::parse("m.yml", muddle.into_bytes()).unwrap();
    desk.import_language(&company.supervisor, file).await.unwrap();
    train(&company).await;
    let models = desk.language_models(&company.reader, None, 10).await.unwrap();
    let waiting = &models[0];
    assert_eq!((waiting.version, waiting.state, waiting.active), (2, ModelState::Waiting, false), "{models:?}");
    assert!(waiting.note.as_ref().unwrap().zh.contains("没有自动启用"));
    assert!(models[1].active);
    let before = told(&company).await;
    let activated = desk.activate_language_model(&company.supervisor, 2).await.unwrap();
    assert!(activated.active && activated.state == ModelState::Ready);
    desk.activate_language_model(&company.supervisor, 1).await.unwrap();
    assert_eq!(told(&company).await, before + 2);
    let active = desk.language_status(&company.reader).await.unwrap().active.unwrap();
    assert_eq!(active.version, 1, "rolled back with one command");
    assert!(is_not_found(desk.activate_language_model(&company.supervisor, 9).await));
}

#[tokio::test]
async fn utterances_that_became_contradictory_meanwhile_leave_a_failed_version_and_no_job() {
    let (_place, company) = company().await;
    let desk = &company.desk;
    import(&company, NLU).await;
    desk.train_language(&company.supervisor).await.unwrap();
    desk.add_utterances(&company.supervisor, None, said(&["取消订单"])).await.unwrap();
    let job = company.jobs().await.into_iter().find(|job| job.kind == job_kind::TRAIN_LANGUAGE).unwrap();
    Trainer::new(desk.clone(), None).run(&job).await.unwrap();
    assert!(desk.training(&company.reader).await.unwrap().is_none());
    let model = desk.language_models(&company.reader, None, 1).await.unwrap().remove(0);
    assert_eq!((model.state, model.active), (ModelState::Failed, false));
    assert!(model.note.unwrap().en.contains("取消订单"));
    let (field, _) = refused_field(desk.activate_language_model(&company.supervisor, 1).await);
    assert_eq!(field, "version");
}

#[tokio::test]
async fn every_change_is_in_the_journal() {
    let (_place, company) = company().await;
    let desk = &company.desk;
    let mut before = told(&company).await;
    macro_rules! tells {
        ($call:expr) => {{
            let value = $call.await.unwrap();
            let after = told(&company).await;
            assert_eq!(after, before + 1, "{}", stringify!($call));
            before = after;
            value
        }};
    }
    let scope: &Scope = &company.supervisor;
    let (a, _) = tells!(desk.create_intent(scope, intent("a"), None));
    tells!(desk.update_intent(scope, a.id, intent("b")));
    tells!(desk.add_utterances(scope, Some(a.id), said(&["x"])));
    let id = desk.utterances(scope, UtterancesOf::All, None, 1, None).await.unwrap().unwrap().items[0].id;
    tells!(desk.update_utterance(scope, id, None, said(&["y"]).remove(0)));
    tells!(desk.move_utterances(scope, vec![id], Some(a.id)));
    tells!(desk.delete_utterances(scope, vec![id]));
    let (kind, _) = tells!(desk.create_entity_type(scope, branch("branch"), None));
    tells!(desk.update_entity_type(scope, kind.id, branch("store")));
    tells!(desk.delete_entity_type(scope, kind.id));
    tells!(desk.import_language(scope, LanguageFile::default()));
    tells!(desk.delete_intent(scope, a.id));
    assert!(before > 0);
}
