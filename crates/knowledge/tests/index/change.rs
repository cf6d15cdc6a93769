use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use yingda_knowledge::{Entry, EntryKind, Index, IndexError, Place, Query};

use super::support::*;

fn article() -> Entry {
    Entry {
        kind: EntryKind::Document,
        ..entry(
            "guide",
            "Returns guide",
            "# Returns\n\nWithin 7 days of receipt, unused.\n\n<!-- page 2 -->\n\n## Who pays\n\nThe customer pays the way back. We pay when the goods are faulty.\n\n# Exchanges\n\nSize and colour can be exchanged once.",
        )
    }
}

#[test]
fn an_edit_indexes_and_embeds_only_what_it_changed() {
    let index = Index::memory().unwrap();
    let model = Runs::new(1);
    let first = index.apply(1, vec![article()], Vec::new()).unwrap();
    assert_eq!((first.indexed, first.kept), (3, 0));
    index.embed_pending(&model, 100).unwrap();
    let before = model.count();
    let mut changed = article();
    changed.answer = changed.answer.replace("once", "twice");
    let second = index.apply(2, vec![changed.clone()], Vec::new()).unwrap();
    assert_eq!((second.indexed, second.kept), (1, 2));
    assert_eq!(index.pending(), 1);
    index.embed_pending(&model, 100).unwrap();
    assert_eq!(model.count(), before + 1);
    // What filters ask of is written with each passage, and needs no new vector.
    changed.category = Some("policy".into());
    let third = index.apply(3, vec![changed.clone()], Vec::new()).unwrap();
    assert_eq!((third.indexed, third.kept, index.pending()), (3, 0, 0));
    assert_eq!(*index.entry("guide").unwrap().unwrap(), changed);
    assert_eq!(index.revision(), 3);
}

#[test]
fn a_hit_tells_passage_place_and_the_sentence_that_answers() {
    let index = Index::build([article()].into_iter().chain(shop())).unwrap();
    let hit = index.search_text("who pays when goods are faulty", 1).unwrap().remove(0);
    let passage = hit.passage.unwrap();
    assert_eq!(hit.entry_id, "guide");
    assert_eq!(passage.headings, ["Returns", "Who pays"]);
    assert_eq!((passage.anchor.as_str(), passage.place), ("who-pays", Some(Place::Page(2))));
    let sentence = hit.sentence.unwrap();
    assert_eq!(sentence.text, "We pay when the goods are faulty.");
    assert_eq!(&passage.text[sentence.start..sentence.end], sentence.text);
    assert!(article().answer[passage.start..].starts_with(&passage.text));
    let all = index.passages("guide").unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(all[1].id, passage.id);
    assert!(index.passages("nothing").unwrap().is_empty());
}

#[test]
fn what_is_removed_is_found_no_more_and_its_rows_are_used_again() {
    let index = Index::build(shop()).unwrap();
    let model = Runs::new(1);
    index.embed_pending(&model, 100).unwrap();
    let applied = index.apply(2, Vec::new(), vec!["cancel".into(), "unknown".into()]).unwrap();
    assert_eq!(applied.removed, 1);
    let query = Query { vector: Some(model.question("怎么取消订单")), ..Query::new("怎么取消订单") };
    assert!(!ids(&index, &query).contains(&"cancel".to_owned()));
    assert_eq!((index.stats().entries, index.stats().vectors), (4, 8));
    index.apply(3, vec![entry("ship", "多久发货？", "当天。")], Vec::new()).unwrap();
    assert_eq!(index.pending(), 2);
    // Rows of the one that went are taken by the new one, and never answer for it.
    let query = Query { vector: Some(model.question("怎么取消订单")), ..Query::new("🎉") };
    assert!(!ids(&index, &query).contains(&"ship".to_owned()));
    index.embed_pending(&model, 100).unwrap();
    let query = Query { vector: Some(model.question("多久发货")), ..Query::new("多久发货") };
    assert_eq!(ids(&index, &query)[0], "ship");
}

#[test]
fn new_knowledge_is_found_by_its_words_before_it_has_vectors() {
    let index = Index::build(shop()).unwrap();
    let model = Runs::new(1);
    index.embed_pending(&model, 100).unwrap();
    index.apply(2, vec![entry("gift", "可以包装成礼物吗？", "可以，下单时勾选礼品包装。")], Vec::new()).unwrap();
    let query = Query { vector: Some(model.question("能包装成礼物吗")), ..Query::new("能包装成礼物吗") };
    let hits = index.search(&query).unwrap();
    assert_eq!((hits[0].entry_id.as_str(), hits[0].cosine), ("gift", None));
}

#[test]
fn a_refused_change_changes_nothing() {
    let index = Index::build(shop()).unwrap();
    let twice = vec![entry("a", "x", "y"), entry("a", "z", "y")];
    assert!(matches!(index.apply(2, twice, vec!["cancel".into()]), Err(IndexError::DuplicateId(id)) if id == "a"));
    assert_eq!(index.revision(), 1);
    assert_eq!(best(&index, "取消订单"), "cancel");
}

#[test]
fn searching_goes_on_while_the_index_changes() {
    let index = Arc::new(Index::build(shop()).unwrap());
    let model = Runs::new(1);
    index.embed_pending(&model, 100).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let searching: Vec<_> = (0..2)
        .map(|_| {
            let (index, done) = (index.clone(), done.clone());
            std::thread::spawn(move || {
                let model = Runs::new(1);
                let mut count = 0;
                while !done.load(Ordering::Relaxed) || count == 0 {
                    let query = Query {
                        vector: Some(model.question("退款多久到账")), ..Query::new("退款多久到账")
                    };
                    assert_eq!(ids(&index, &query)[0], "refund");
                    count += 1;
                }
            })
        })
        .collect();
    for revision in 2..30 {
        let id = format!("e{}", revision % 5);
        index.apply(revision, vec![entry(&id, &format!("第{revision}个问题"), "答")], vec!["e9".into()]).unwrap();
        index.embed_pending(&model, 1).unwrap();
    }
    done.store(true, Ordering::Relaxed);
    for thread in searching {
        thread.join().unwrap();
    }
    assert_eq!(index.revision(), 29);
    assert_eq!(index.stats().entries, 10);
}

#[test]
fn vectors_of_the_same_texts_are_taken_over() {
    let before = Index::build(shop()).unwrap();
    let model = Runs::new(1);
    before.embed_pending(&model, 100).unwrap();
    let mut entries = shop();
    entries[0].answer.push_str("也可以联系客服。");
    let after = Index::build(entries).unwrap();
    assert_eq!(after.take_vectors(&before).unwrap(), 9);
    assert_eq!(after.pending(), 1);
    let query = Query { vector: Some(model.question("怎么查物流")), ..Query::new("怎么查物流") };
    let cosine = |index: &Index| index.search(&query).unwrap()[0].cosine.unwrap();
    assert!((cosine(&after) - cosine(&before)).abs() < 0.02);
}
