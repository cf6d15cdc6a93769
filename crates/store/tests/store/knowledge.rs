//! Knowledge as rows: what an index reads to keep in step, versions, proposals, use, websites, the graph, sites.

use serde_json::json;
use yingda_model::{
    Actor, Audience, ChangeOrigin, ChangeState, EntryContent, EntryId, EntryKind, KbChange, SpecialAnswer, Timestamp,
};
use yingda_store::{
    ChangeFilter, Comment, EntryFilter, EvalPair, GraphRow, GraphRowKind, KnownPage, Site, StoreError, Used, WebSource,
};

use crate::change;
use crate::support::{Company, NOW, Place, everything, faq, id};

crate::on_both_engines! {
    an_entry_comes_back_with_all_that_it_says
    an_index_that_is_behind_reads_what_changed_and_nothing_twice
    a_change_of_nothing_makes_no_version
    an_entry_that_is_removed_takes_its_history_with_it
    a_filter_finds_what_lies_in_a_category_and_has_a_tag
    a_suggestion_is_made_once
    what_happens_to_an_entry_is_counted_by_day
    a_page_is_remembered_once
    no_two_sites_have_one_name
    a_workspace_reads_and_changes_no_knowledge_of_another
}

const LATER: Timestamp = Timestamp(NOW.0 + 1);

fn change_of(content: EntryContent) -> KbChange {
    KbChange {
        id: id().into(),
        entry_id: None,
        based_on: None,
        content,
        origin: ChangeOrigin::Gap,
        state: ChangeState::Review,
        evidence: Vec::new(),
        effect: None,
        fingerprint: None,
        by: Actor::System,
        note: None,
        created_at: NOW,
        updated_at: NOW,
        decided_by: None,
        decided_at: None,
    }
}

async fn an_entry_comes_back_with_all_that_it_says(place: Place) {
    let company = Company::found(&place.open().await).await;
    let mut entry = faq("怎么退货", "七天内");
    entry.content = EntryContent {
        kind: EntryKind::Article,
        key: Some("return".into()),
        variants: vec!["退货".into()],
        answers: vec![SpecialAnswer { channel: Some("web".into()), audience: None, answer: "见订单页".into() }],
        follow_ups: vec!["运费谁付".into()],
        lang: Some("zh".into()),
        category: Some("orders/returns".into()),
        tags: vec!["退货".into(), "a\"b".into()],
        audience: Audience::Team(id().into()),
        valid_from: Some(NOW),
        valid_until: Some(LATER),
        owner_id: Some(id().into()),
        ..entry.content
    };
    let stored = entry.clone();
    change!(company, [stored], |tx| tx.insert_kb_entries(std::slice::from_ref(&stored)).await).await.unwrap();
    assert_eq!(company.read().kb_entry(entry.id).await.unwrap(), entry);
    assert_eq!(company.read().kb_versions(entry.id, None, 9).await.unwrap()[0].content, entry.content);
}

async fn an_index_that_is_behind_reads_what_changed_and_nothing_twice(place: Place) {
    let company = Company::found(&place.open().await).await;
    let many: Vec<_> = (0..7).map(|number| faq(&number.to_string(), "a")).collect();
    let (first, rest) = (many[..5].to_vec(), many[5..].to_vec());
    change!(company, [first], |tx| tx.insert_kb_entries(&first).await).await.unwrap();
    for one in rest {
        change!(company, [one], |tx| tx.insert_kb_entries(std::slice::from_ref(&one)).await).await.unwrap();
    }
    // What changed together is taken over together, whatever the limit.
    let step = company.read().kb_since(0, 2).await.unwrap();
    assert_eq!((step.put.len(), step.revision, step.more), (5, 1, true));
    let step = company.read().kb_since(step.revision, 1).await.unwrap();
    assert_eq!((step.put.len(), step.revision, step.more), (1, 2, true));
    let step = company.read().kb_since(step.revision, 1).await.unwrap();
    assert_eq!((step.put.len(), step.revision, step.more), (1, 3, false));
    assert_eq!(company.read().kb_since(3, 9).await.unwrap().put, []);

    let (changed, gone) = (many[0].clone(), many[1].id);
    change!(company, [changed], |tx| {
        let content = EntryContent { answer: "b".into(), ..changed.content.clone() };
        tx.update_kb_entry(changed.id, content, LATER, Some("because")).await
    })
    .await
    .unwrap();
    change!(company, [], |tx| tx.delete_kb_entry(gone).await).await.unwrap();
    let step = company.read().kb_since(3, 9).await.unwrap();
    assert_eq!(step.put.iter().map(|entry| (entry.id, entry.version)).collect::<Vec<_>>(), [(many[0].id, 2)]);
    assert_eq!((step.removed, step.revision), (vec![gone], 5));
    // An index that begins is told of nothing that it never had, and harmlessly of what is gone.
    let all = company.read().kb_since(0, 100).await.unwrap();
    assert_eq!((all.put.len(), all.revision, all.more), (6, 5, false));
}

async fn a_change_of_nothing_makes_no_version(place: Place) {
    let company = Company::found(&place.open().await).await;
    let entry = faq("q", "a");
    change!(company, [entry], |tx| {
        tx.insert_kb_entries(std::slice::from_ref(&entry)).await?;
        tx.update_kb_entry(entry.id, entry.content.clone(), LATER, None).await
    })
    .await
    .unwrap();
    assert_eq!(company.read().kb_entry(entry.id).await.unwrap(), entry);
    assert_eq!(company.read().kb_revision().await.unwrap(), 1);
    let after = change!(company, [entry], |tx| {
        let content = EntryContent { answer: "b".into(), ..entry.content.clone() };
        tx.update_kb_entry(entry.id, content, LATER, Some("because")).await
    })
    .await
    .unwrap();
    assert_eq!((after.version, after.updated_at, after.created_at), (2, LATER, NOW));
    let versions = company.read().kb_versions(entry.id, None, 9).await.unwrap();
    let told: Vec<_> =
        versions.iter().map(|one| (one.version, one.content.answer.as_str(), one.note.as_deref())).collect();
    assert_eq!(told, [(2, "b", Some("because")), (1, "a", None)]);
    assert_eq!(company.read().kb_version(entry.id, 1).await.unwrap().content, entry.content);
}

async fn an_entry_that_is_removed_takes_its_history_with_it(place: Place) {
    let company = Company::found(&place.open().await).await;
    let entry = faq("q", "a");
    let comment = Comment { entry_id: entry.id, helpful: false, text: "看不懂".into(), at: NOW };
    change!(company, [entry, comment], |tx| {
        tx.insert_kb_entries(std::slice::from_ref(&entry)).await?;
        tx.count_kb_use(&[(entry.id, Used::Answered)], NOW).await?;
        tx.insert_kb_comment(id(), &comment).await
    })
    .await
    .unwrap();
    assert_eq!(company.read().kb_comments(entry.id, 9).await.unwrap(), std::slice::from_ref(&comment));
    assert!(!everything(&place).await.contains("看不懂"), "what readers write is sealed");
    let entry_id = entry.id;
    assert!(change!(company, [], |tx| tx.delete_kb_entry(entry_id).await).await.unwrap());
    assert!(company.read().kb_comments(entry.id, 9).await.unwrap().is_empty());
    assert!(company.read().kb_versions(entry.id, None, 9).await.unwrap().is_empty());
    assert!(company.read().kb_use_of(entry.id).await.unwrap().is_empty());
}

async fn a_filter_finds_what_lies_in_a_category_and_has_a_tag(place: Place) {
    let company = Company::found(&place.open().await).await;
    let of = |category: &str, tags: &[&str]| {
        let mut entry = faq(category, "a");
        entry.content.category = Some(category.into());
        entry.content.tags = tags.iter().map(|tag| (*tag).into()).collect();
        entry
    };
    let entries = [of("a_b", &["sale"]), of("a_b/c", &["presale", "50%"]), of("axb/c", &[]), of("a_bc", &["sale"])];
    let stored = entries.clone();
    change!(company, [stored], |tx| tx.insert_kb_entries(&stored).await).await.unwrap();
    let found = async |filter: EntryFilter| {
        let found = company.read().kb_entries(&filter, 9, None).await.unwrap().unwrap().items;
        let mut names: Vec<String> = found.into_iter().map(|entry| entry.content.question).collect();
        names.sort();
        names
    };
    let category = |name: &str| EntryFilter { category: Some(name.into()), ..EntryFilter::default() };
    let tag = |name: &str| EntryFilter { tag: Some(name.into()), ..EntryFilter::default() };
    assert_eq!(found(category("a_b")).await, ["a_b", "a_b/c"]);
    assert_eq!(found(tag("sale")).await, ["a_b", "a_bc"]);
    assert_eq!(found(tag("50%")).await, ["a_b/c"]);
    assert_eq!(found(tag("%")).await, [""; 0]);
    let facets = company.read().kb_facets(&EntryFilter::default()).await.unwrap();
    assert_eq!((facets.total, facets.tags["sale"], facets.categories["a_b"]), (4, 2, 1));
    assert_eq!((facets.kinds["faq"], facets.audiences["public"], facets.langs[""]), (4, 4, 4));
}

async fn a_suggestion_is_made_once(place: Place) {
    let company = Company::found(&place.open().await).await;
    let mut change = KbChange { fingerprint: Some("gap:1".into()), ..change_of(faq("q", "a").content) };
    let new = change.clone();
    assert!(change!(company, [new], |tx| tx.insert_kb_change(&new).await).await.unwrap());
    change.state = ChangeState::Refused;
    (change.decided_by, change.decided_at) = (Some(Actor::System), Some(LATER));
    change!(company, [change], |tx| tx.update_kb_change(&change).await).await.unwrap();
    let again = KbChange { fingerprint: Some("gap:1".into()), ..change_of(faq("q", "a").content) };
    assert!(!change!(company, [again], |tx| tx.insert_kb_change(&again).await).await.unwrap());
    assert_eq!(company.read().kb_change(change.id).await.unwrap(), change);
    let refused = ChangeFilter { state: Some(ChangeState::Refused), ..ChangeFilter::default() };
    assert_eq!(company.read().kb_changes(&refused, 9, None).await.unwrap().unwrap().items, [change]);
    let waiting = ChangeFilter { state: Some(ChangeState::Review), ..ChangeFilter::default() };
    assert!(company.read().kb_changes(&waiting, 9, None).await.unwrap().unwrap().items.is_empty());
}

async fn what_happens_to_an_entry_is_counted_by_day(place: Place) {
    let company = Company::found(&place.open().await).await;
    let entry = faq("q", "a");
    let stored = entry.clone();
    change!(company, [stored], |tx| tx.insert_kb_entries(std::slice::from_ref(&stored)).await).await.unwrap();
    let (known, unknown): (EntryId, EntryId) = (entry.id, id().into());
    for used in [Used::Answered, Used::Answered, Used::Helpful] {
        change!(company, [], |tx| tx.count_kb_use(&[(known, used), (unknown, used)], NOW).await).await.unwrap();
    }
    let tomorrow = Timestamp(NOW.0 + 86_400_000);
    change!(company, [], |tx| tx.count_kb_use(&[(known, Used::Shown)], tomorrow).await).await.unwrap();
    let days = company.read().kb_use_since(0).await.unwrap();
    let told: Vec<_> = days.iter().map(|day| (day.entry_id, day.answered, day.helpful, day.shown)).collect();
    assert_eq!(told, [(known, 2, 1, 0), (known, 0, 0, 1)]);
}

async fn a_page_is_remembered_once(place: Place) {
    let company = Company::found(&place.open().await).await;
    let web = WebSource {
        id: id().into(),
        settings: json!({ "start": "https://example.com" }),
        outcome: None,
        created_at: NOW,
        updated_at: NOW,
    };
    let page = |etag: &str| KnownPage {
        url: "https://example.com/a".into(),
        entry_id: id().into(),
        known: json!({ "etag": etag }),
        seen_at: NOW,
    };
    let (first, second) = (page("1"), page("2"));
    let expected = second.clone();
    change!(company, [web, first, second], |tx| {
        tx.insert_web_source(&web).await?;
        tx.put_known_page(web.id, &first).await?;
        tx.put_known_page(web.id, &second).await
    })
    .await
    .unwrap();
    assert_eq!(company.read().known_pages(web.id).await.unwrap(), [expected]);
    assert_eq!(company.read().web_sources().await.unwrap(), std::slice::from_ref(&web));
    let web_id = web.id;
    assert!(change!(company, [], |tx| tx.delete_web_source(web_id).await).await.unwrap());
    assert!(company.read().known_pages(web.id).await.unwrap().is_empty());
}

async fn no_two_sites_have_one_name(place: Place) {
    let store = place.open().await;
    let (company, other) = (Company::found(&store).await, Company::found(&store).await);
    let site =
        |slug: &str| Site { id: id().into(), slug: slug.into(), settings: json!({}), created_at: NOW, updated_at: NOW };
    let (mine, same) = (site("acme"), site("acme"));
    assert!(change!(company, [mine], |tx| tx.put_site(&mine).await).await.unwrap());
    assert!(!change!(other, [same], |tx| tx.put_site(&same).await).await.unwrap());
    let moved = Site { slug: "acme-2".into(), ..mine.clone() };
    assert!(change!(company, [moved], |tx| tx.put_site(&moved).await).await.unwrap());
    assert_eq!(company.read().sites().await.unwrap(), std::slice::from_ref(&moved));
    let (workspace, found) = store.directory().site("acme-2").await.unwrap().unwrap();
    assert_eq!((workspace, found), (company.scope.workspace(), moved));
    assert!(store.directory().site("acme").await.unwrap().is_none());
}

async fn a_workspace_reads_and_changes_no_knowledge_of_another(place: Place) {
    let store = place.open().await;
    let (theirs, me) = (Company::found(&store).await, Company::found(&store).await);
    let (entry, change) = (faq("秘密", "a"), change_of(faq("q", "a").content));
    let web = WebSource { id: id().into(), settings: json!({}), outcome: None, created_at: NOW, updated_at: NOW };
    let pair = EvalPair { id: id().into(), query: "q".into(), lang: None, relevant: vec!["k".into()], created_at: NOW };
    let row = GraphRow { kind: GraphRowKind::Thing, name: "a".into(), content: json!({ "x": 1 }) };
    let page = KnownPage { url: "https://example.com".into(), entry_id: entry.id, known: json!({}), seen_at: NOW };
    let site = Site { id: id().into(), slug: "theirs".into(), settings: json!({}), created_at: NOW, updated_at: NOW };
    let new = change.clone();
    change!(theirs, [entry, new, web, pair, row, page, site], |tx| {
        tx.insert_kb_entries(std::slice::from_ref(&entry)).await?;
        tx.count_kb_use(&[(entry.id, Used::Answered)], NOW).await?;
        tx.insert_kb_change(&new).await?;
        tx.insert_web_source(&web).await?;
        tx.put_known_page(web.id, &page).await?;
        tx.insert_eval_pairs(std::slice::from_ref(&pair)).await?;
        tx.put_site(&site).await?;
        tx.replace_graph(std::slice::from_ref(&row)).await
    })
    .await
    .unwrap();
    let read = me.read();
    let absent = |result: Result<(), StoreError>| matches!(result, Err(StoreError::NotFound { .. }));
    assert!(read.kb_entries_by_id(&[entry.id]).await.unwrap().is_empty());
    assert!(read.kb_since(0, 9).await.unwrap().put.is_empty());
    assert!(read.kb_versions(entry.id, None, 9).await.unwrap().is_empty());
    assert!(absent(read.kb_version(entry.id, 1).await.map(drop)));
    assert!(absent(read.kb_change(change.id).await.map(drop)));
    assert!(read.kb_changes(&ChangeFilter::default(), 9, None).await.unwrap().unwrap().items.is_empty());
    assert!(read.kb_use_of(entry.id).await.unwrap().is_empty() && read.kb_use_since(0).await.unwrap().is_empty());
    assert!(read.web_sources().await.unwrap().is_empty() && read.known_pages(web.id).await.unwrap().is_empty());
    assert!(absent(read.web_source(web.id).await.map(drop)));
    assert!(read.eval_pairs().await.unwrap().is_empty() && read.graph_rows().await.unwrap().is_empty());
    assert!(read.sites().await.unwrap().is_empty() && absent(read.site(site.id).await.map(drop)));
    assert_eq!(read.knowledge_revisions().await.unwrap(), (0, 0));
    assert_eq!(read.kb_facets(&EntryFilter::default()).await.unwrap().total, 0);
    assert!(read.traces_since(Timestamp(0), 9).await.unwrap().is_empty());

    let before = everything(&place).await;
    let (entry_id, change_id, web_id, pair_id, site_id) = (entry.id, change.id, web.id, pair.id, site.id);
    assert!(change!(me, [change], |tx| tx.update_kb_change(&change).await).await.is_err());
    assert!(change!(me, [web], |tx| tx.update_web_source(&web).await).await.is_err());
    assert!(change!(me, [page], |tx| tx.put_known_page(web_id, &page).await).await.is_err());
    assert!(change!(me, [], |tx| tx.delete_site(site_id).await).await.is_err());
    assert!(!change!(me, [], |tx| tx.delete_kb_change(change_id).await).await.unwrap());
    assert!(!change!(me, [], |tx| tx.delete_web_source(web_id).await).await.unwrap());
    assert!(!change!(me, [], |tx| tx.forget_page(web_id, "https://example.com").await).await.unwrap());
    assert!(!change!(me, [], |tx| tx.delete_eval_pair(pair_id).await).await.unwrap());
    change!(me, [], |tx| tx.count_kb_use(&[(entry_id, Used::Answered)], NOW).await).await.unwrap();
    assert!(everything(&place).await == before, "something changed");
}
