use std::path::{Path, PathBuf};

use yingda_knowledge::{Index, IndexError, Opened, Query};

use super::support::*;

fn filled(folder: &Path, model: &Runs) {
    let (index, opened) = Index::open(folder).unwrap();
    assert_eq!(opened, Opened::Ready);
    index.apply(7, shop(), Vec::new()).unwrap();
    while index.embed_pending(model, 4).unwrap().left > 0 {}
}

/// All files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for file in folder.read_dir().unwrap().flatten() {
        if file.path().is_dir() { all.extend(files(&file.path())) } else { all.push(file.path()) }
    }
    all.sort();
    all
}

#[test]
fn what_was_applied_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let model = Runs::new(1);
    filled(folder.path(), &model);
    let (index, opened) = Index::open(folder.path()).unwrap();
    assert_eq!((opened, index.revision(), index.pending()), (Opened::Ready, 7, 0));
    assert_eq!(best(&index, "如何取消订单"), "cancel");
    let entry = index.entry("refund").unwrap().unwrap();
    assert_eq!(*entry, shop()[1]);
    assert_eq!(index.entry("nothing").unwrap(), None);
    let mut all = Vec::new();
    index.each_entry(|entry| all.push(entry.id)).unwrap();
    all.sort();
    assert_eq!(all, ["cancel", "invoice", "refund", "stores", "track"]);
    let vector = Some(model.question("退款多久到账"));
    let hits = index.search(&Query { vector, ..Query::new("退款多久到账") }).unwrap();
    assert!(hits[0].cosine.unwrap() > 0.5, "{hits:?}");
    let stats = index.stats();
    assert_eq!((stats.entries, stats.vectors, stats.pending), (5, 10, 0));
    assert!(stats.disk_bytes > 1_000);
}

#[test]
fn a_folder_has_one_index_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path()).unwrap();
    assert!(matches!(Index::open(folder.path()), Err(IndexError::InUse(_))));
    drop(index);
    assert!(Index::open(folder.path()).is_ok());
}

#[test]
fn a_crash_between_text_and_vectors_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let model = Runs::new(1);
    {
        let (index, _) = Index::open(folder.path()).unwrap();
        index.apply(1, shop(), Vec::new()).unwrap();
        index.embed_pending(&model, 3).unwrap();
    }
    let (index, opened) = Index::open(folder.path()).unwrap();
    assert_eq!((opened, index.revision()), (Opened::Ready, 1));
    assert_eq!(index.pending(), 7);
    assert_eq!(best(&index, "怎么开发票"), "invoice");
    while index.embed_pending(&model, 100).unwrap().left > 0 {}
    assert_eq!(model.count(), 64 + 10, "the everyday sentences of both kinds, and each text once");
}

#[test]
fn a_change_that_was_not_committed_is_as_if_it_had_not_been_begun() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), &Runs::new(1));
    let copy = tempfile::tempdir().unwrap();
    // What the disk holds in the middle of a change: new files that no commit speaks of.
    for file in files(folder.path()) {
        let to = copy.path().join(file.strip_prefix(folder.path()).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&file, to).unwrap();
    }
    std::fs::write(copy.path().join("text/0123456789abcdef0123456789abcdef.store"), b"half a file").unwrap();
    std::fs::write(copy.path().join("text/.tmp123"), b"{").unwrap();
    let (index, opened) = Index::open(copy.path()).unwrap();
    assert_eq!((opened, index.revision(), index.pending()), (Opened::Ready, 7, 0));
    index.apply(8, vec![entry("new", "怎么换货？", "联系客服。")], vec!["cancel".into()]).unwrap();
    assert_eq!(best(&index, "换货"), "new");
}

#[test]
fn any_torn_file_is_noticed_and_begun_anew_without_panic() {
    let model = Runs::new(1);
    let whole = tempfile::tempdir().unwrap();
    filled(whole.path(), &model);
    let names: Vec<PathBuf> =
        files(whole.path()).into_iter().map(|file| file.strip_prefix(whole.path()).unwrap().to_owned()).collect();
    for torn in names.iter().filter(|name| !name.ends_with("lock") && !name.to_string_lossy().contains(".tantivy-")) {
        for damage in ["truncated", "emptied", "flipped", "missing", "a folder"] {
            let folder = tempfile::tempdir().unwrap();
            for name in &names {
                let to = folder.path().join(name);
                std::fs::create_dir_all(to.parent().unwrap()).unwrap();
                std::fs::copy(whole.path().join(name), to).unwrap();
            }
            let path = folder.path().join(torn);
            let mut bytes = std::fs::read(&path).unwrap();
            match damage {
                "truncated" => bytes.truncate(bytes.len() / 2),
                "emptied" => bytes.clear(),
                _ => {
                    let middle = bytes.len() / 2;
                    if let Some(byte) = bytes.get_mut(middle) {
                        *byte ^= 0x55;
                    }
                }
            }
            std::fs::remove_file(&path).unwrap();
            match damage {
                "missing" => {}
                "a folder" => std::fs::create_dir_all(path.join("inner")).unwrap(),
                _ => std::fs::write(&path, bytes).unwrap(),
            }
            let (index, opened) = Index::open(folder.path()).unwrap();
            let told = format!("{} {damage}: {opened:?}", torn.display());
            match &opened {
                Opened::Anew { reason } => {
                    assert!(!reason.is_empty(), "{told}");
                    assert_eq!(index.revision(), 0, "{told}");
                    assert_eq!(index.search_text("取消订单", 3).unwrap(), [], "{told}");
                    index.apply(9, shop(), Vec::new()).unwrap();
                }
                Opened::Ready | Opened::VectorsAnew { .. } => assert_eq!(index.revision(), 7, "{told}"),
            }
            while index.embed_pending(&model, 100).unwrap().left > 0 {}
            let query = Query { vector: Some(model.question("怎么查物流")), ..Query::new("怎么查物流") };
            assert_eq!(ids(&index, &query)[0], "track", "{told}");
        }
    }
}

#[test]
fn a_folder_for_the_lock_and_a_file_for_the_folder_of_text_are_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("lock")).unwrap();
    std::fs::write(folder.path().join("text"), b"no folder").unwrap();
    let (index, opened) = Index::open(folder.path()).unwrap();
    assert!(matches!(opened, Opened::Anew { .. }), "{opened:?}");
    index.apply(1, shop(), Vec::new()).unwrap();
    drop(index);
    let (index, opened) = Index::open(folder.path()).unwrap();
    assert_eq!((opened, index.revision()), (Opened::Ready, 1));
}

#[test]
fn an_index_of_another_format_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), &Runs::new(1));
    let meta = folder.path().join("text/meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    assert!(text.contains(r#"\"format\":"#), "{text}");
    std::fs::write(&meta, text.replace(r#"\"format\":1"#, r#"\"format\":99"#)).unwrap();
    let (index, opened) = Index::open(folder.path()).unwrap();
    assert!(matches!(&opened, Opened::Anew { reason } if reason.contains("99")), "{opened:?}");
    assert_eq!(index.revision(), 0);
}

#[test]
fn vectors_of_another_model_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), &Runs::new(1));
    let (index, _) = Index::open(folder.path()).unwrap();
    let other = Runs::new(2);
    // Until then a question of the other model is answered by words.
    let query = Query { vector: Some(other.question("怎么查物流")), ..Query::new("怎么查物流") };
    assert_eq!(index.search(&query).unwrap()[0].cosine, None);
    while index.embed_pending(&other, 100).unwrap().left > 0 {}
    assert_eq!(other.count(), 64 + 10);
    assert!(index.search(&query).unwrap()[0].cosine.is_some());
}

#[test]
fn clearing_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), &Runs::new(1));
    {
        let (index, _) = Index::open(folder.path()).unwrap();
        index.clear().unwrap();
        assert_eq!((index.revision(), index.stats().entries, index.pending()), (0, 0, 0));
        assert_eq!(index.search_text("取消订单", 3).unwrap(), []);
        index.apply(3, shop(), Vec::new()).unwrap();
    }
    let (index, _) = Index::open(folder.path()).unwrap();
    assert_eq!((index.revision(), index.pending()), (3, 10));
}
