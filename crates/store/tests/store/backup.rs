//! Backups: of one moment, whole, restored into either engine, and refused when anything is wrong.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use yingda_model::{EntryContent, IdentityKind, KbEntry};
use yingda_store::{
    BackupError, BackupManifest, BackupProgress, JournalCursor, MasterKey, NewIdentity, NewJob, Remembered, Store,
    StoreConfig, StoreError,
};

use crate::change;
use crate::support::{Company, NOW, Place, TABLES, entries, everything, id};

crate::on_both_engines! {
    a_backup_comes_back_in_either_engine
    a_backup_made_under_load_is_of_one_moment
    a_backup_is_only_restored_into_an_empty_database
    a_changed_or_cut_backup_is_refused_and_leaves_nothing
    a_backup_with_another_master_key_is_refused
    a_hostile_archive_is_refused
    a_big_table_is_carried_in_parts
}

fn quiet() -> impl FnMut(BackupProgress) + Send {
    |_| {}
}

async fn back_up(store: &Store, files: Option<&Path>) -> (BackupManifest, Vec<u8>) {
    store.backup_to(Vec::new(), files, NOW, &mut quiet()).await.unwrap()
}

async fn restore(
    archive: &[u8],
    place: &Place,
    key: &MasterKey,
    files: Option<&Path>,
) -> Result<BackupManifest, BackupError> {
    let config = StoreConfig { url: place.url.clone(), master_key: key.clone() };
    Store::restore_from(Cursor::new(archive.to_vec()), config, files, &mut quiet()).await
}

/// What is packed in an archive; `None` when it cannot be unpacked, or its checksum is wrong.
fn unpacked(archive: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(archive).read_to_end(&mut bytes).ok().map(|_| bytes)
}

/// The members of an archive, unpacked.
fn members(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut unpacked = tar::Archive::new(GzDecoder::new(archive));
    let read = |entry: std::io::Result<tar::Entry<'_, _>>| {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (path, bytes)
    };
    unpacked.entries().unwrap().map(read).collect()
}

fn pack(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        // Written by hand, because the library refuses to write a path with "..".
        header.as_ustar_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        archive.append(&header, bytes.as_slice()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

fn rows(archive: &[u8], table: &str) -> Vec<Value> {
    let prefix = format!("tables/{table}.");
    members(archive)
        .into_iter()
        .filter(|(path, _)| path.starts_with(&prefix))
        .flat_map(|(_, bytes)| {
            let text = String::from_utf8(bytes).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
        })
        .collect()
}

/// A small company with things in most tables.
async fn small(place: &Place) -> Company {
    let company = Company::found(&place.open().await).await;
    let contact = company.contact("张三 🙂").await;
    company.user("agent@example.com").await;
    let conversation = company.conversation(contact.id).await.id;
    for number in 0..5 {
        let (key, external) = (format!("k{number}"), format!("x{number}"));
        company.say_as(conversation, "你好，\n\"世界\"", Some(&key), Some(&external)).await.unwrap();
    }
    let (contact_id, inbox) = (contact.id, company.inbox);
    let identity = NewIdentity { id: id().into(), kind: IdentityKind::Email, value: "a@b.c".into(), verified: false };
    change!(company, [identity], |tx| {
        tx.insert_identity(contact_id, &identity).await?;
        tx.set_identity_secret(inbox, b"secret").await?;
        tx.remember("key", b"request", contact_id.0, NOW).await?;
        for number in 0..3 {
            let job = NewJob { kind: "test", key: format!("key {number}"), payload: "{}".into(), run_at: NOW };
            tx.enqueue(job, NOW).await?;
        }
        let entry = KbEntry {
            id: id().into(),
            content: EntryContent {
                question: "q\u{2028}\\".into(),
                answer: "a".into(),
                category: Some("c".into()),
                ..EntryContent::default()
            },
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        tx.insert_kb_entries(&[entry]).await
    })
    .await
    .unwrap();
    company
}

fn files_of(place: &Place) -> std::path::PathBuf {
    let folder = place.folder.path().join("blobs");
    std::fs::create_dir_all(folder.join("ab/cd")).unwrap();
    std::fs::write(folder.join("ab/cd/one.bin"), vec![7; 100_000]).unwrap();
    std::fs::write(folder.join("two"), b"").unwrap();
    std::fs::write(folder.join("unfinished#1"), b"x").unwrap();
    folder
}

async fn a_backup_comes_back_in_either_engine(place: Place) {
    let company = small(&place).await;
    let store = &company.store;
    let contact = company.read().contacts(1, None).await.unwrap().unwrap().items.remove(0);
    let conversation = company.read().conversations_of(contact.id).await.unwrap()[0];
    let events = company.read().events_after(conversation, 0, 100).await.unwrap();
    let files = files_of(&place);
    let mut told = Vec::new();
    let (manifest, archive) =
        store.backup_to(Vec::new(), Some(&files), NOW, &mut |progress| told.push(progress)).await.unwrap();
    assert_eq!((manifest.engine.as_str(), manifest.created_at), (store.engine(), NOW));
    assert_eq!(manifest.rows.keys().count(), TABLES.len());
    assert_eq!((manifest.rows["message"], manifest.rows["journal"], manifest.rows["job"]), (5, 6, 3));
    assert!(told.contains(&BackupProgress::Rows { table: "message".into(), rows: 5 }));
    assert!(told.contains(&BackupProgress::Files { files: 2, bytes: 100_000 }));
    assert!(!archive.windows(6).any(|window| window == "张三".as_bytes()));

    for target in [Place::sqlite(), Place::postgres()] {
        let blobs = target.folder.path().join("restored");
        let restored = restore(&archive, &target, &place.key, Some(&blobs)).await.unwrap();
        assert_eq!(restored, manifest);
        assert_eq!(std::fs::read(blobs.join("ab/cd/one.bin")).unwrap(), vec![7; 100_000]);
        assert!(blobs.join("two").is_file() && !blobs.join("unfinished#1").exists());
        assert!(!target.folder.path().join("restored.restoring").exists());

        let again = Store::open(StoreConfig { url: target.url.clone(), master_key: place.key.clone() }).await.unwrap();
        let there = Company { store: again, ..company.clone() };
        assert_eq!(there.read().contact(contact.id).await.unwrap(), contact);
        assert_eq!(there.read().events_after(conversation, 0, 100).await.unwrap(), events);
        assert_eq!(there.read().users().await.unwrap(), company.read().users().await.unwrap());
        assert_eq!(there.read().all_kb_entries().await.unwrap(), company.read().all_kb_entries().await.unwrap());
        assert_eq!(there.read().identity_secret(company.inbox).await.unwrap().unwrap(), b"secret");
        let found = there.read().contact_by_identity(IdentityKind::Email, "a@b.c").await.unwrap();
        assert_eq!(found, Some(contact.id));
        let recalled = change!(there, [], |tx| tx.recall("key", b"request").await).await.unwrap();
        assert_eq!(recalled, Remembered::Before(contact.id.0));
        // Life goes on: numbers of rows go on where they were, and the journal is read as before.
        assert_eq!(entries(&there.store, JournalCursor::default(), 6).await.len(), 6);
        let end = there.store.journal_end().await.unwrap();
        there.say(conversation, "after").await.unwrap();
        assert_eq!(entries(&there.store, end, 1).await.len(), 1);
        change!(there, [], |tx| {
            let job = NewJob { kind: "test", key: "new".into(), payload: "{}".into(), run_at: NOW };
            tx.enqueue(job, NOW).await
        })
        .await
        .unwrap();
        let jobs = there.store.claim_jobs(NOW, std::time::Duration::from_secs(1), 10).await.unwrap();
        assert_eq!(jobs.len(), 4);
        // And a backup of the restored one has the same rows.
        let (second, second_archive) = back_up(&there.store, Some(&blobs)).await;
        assert_eq!(second.rows["contact"], manifest.rows["contact"]);
        for table in ["contact", "data_key", "instance", "kb_entry", "app_user"] {
            assert_eq!(rows(&second_archive, table), rows(&archive, table), "{table}");
        }
    }
}

async fn a_backup_made_under_load_is_of_one_moment(place: Place) {
    let company = small(&place).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..6)
        .map(|_| {
            let (company, stop) = (company.clone(), stop.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let contact = company.contact("new").await;
                    let conversation = company.conversation(contact.id).await.id;
                    company.say(conversation, "hello").await.unwrap();
                    company.say(conversation, "again").await.unwrap();
                }
            })
        })
        .collect();
    entries(&company.store, JournalCursor::default(), 20).await;
    let mut archives = Vec::new();
    // Four at least, and on until something was written between the first and the last.
    loop {
        archives.push(back_up(&company.store, None).await);
        let rows = |at: usize| -> u64 { archives[at].0.rows["journal"] };
        if archives.len() >= 4 && rows(archives.len() - 1) > rows(0) {
            break;
        }
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let mut last = 0;
    for (manifest, archive) in &archives {
        let (journal, messages) = (rows(archive, "journal"), rows(archive, "message"));
        assert_eq!(journal.len() as u64, manifest.rows["journal"]);
        let told: Vec<&Value> =
            journal.iter().filter(|row| row["kind"] == "message").map(|row| &row["message_id"]).collect();
        assert_eq!(told.len(), messages.len());
        for message in &messages {
            assert!(told.contains(&&message["id"]), "a message without its journal line");
        }
        for conversation in rows(archive, "conversation") {
            let events = journal.iter().filter(|row| row["conversation_id"] == conversation["id"]).count();
            assert_eq!(conversation["seq"], events);
        }
        assert!(journal.len() >= last);
        last = journal.len();
        // What refers to something finds it: the database itself checks.
        let target = Place::sqlite();
        restore(archive, &target, &place.key, None).await.unwrap();
    }
}

async fn a_backup_is_only_restored_into_an_empty_database(place: Place) {
    let company = small(&place).await;
    let (_, archive) = back_up(&company.store, None).await;
    let before = everything(&place).await;
    let refused = restore(&archive, &place, &place.key, None).await;
    assert!(matches!(refused, Err(BackupError::NotEmpty { .. })), "{refused:?}");
    assert!(everything(&place).await == before);
    let target = Place::sqlite();
    let occupied = target.folder.path().join("blobs");
    std::fs::create_dir(&occupied).unwrap();
    std::fs::write(occupied.join("mine"), b"x").unwrap();
    let refused = restore(&archive, &target, &place.key, Some(&occupied)).await;
    assert!(matches!(refused, Err(BackupError::Files { .. })), "{refused:?}");
    assert!(occupied.join("mine").exists());
}

async fn refused_and_empty(archive: &[u8], target: &Place, key: &MasterKey, why: &str) {
    let blobs = target.folder.path().join("blobs");
    let result = restore(archive, target, key, Some(&blobs)).await;
    assert!(result.is_err(), "restored although {why}");
    assert_eq!(everything(target).await, "", "rows were left although {why}");
    let left: Vec<_> = std::fs::read_dir(target.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("yingda.db"))
        .collect();
    assert!(left.is_empty(), "{left:?} was left although {why}");
}

async fn a_changed_or_cut_backup_is_refused_and_leaves_nothing(place: Place) {
    let source = Place::sqlite();
    let company = small(&source).await;
    let (_, archive) = back_up(&company.store, Some(&files_of(&source))).await;
    let mut dice = crate::support::Dice(1);
    for _ in 0..20 {
        let mut changed = archive.clone();
        // The first ten bytes say when and on what system the archive was made, and nothing else.
        let at = 10 + usize::try_from(dice.roll(archive.len() as u64 - 10)).unwrap();
        changed[at] ^= 1 << dice.roll(8);
        // Runs of zeros can be packed in more than one way: then nothing was changed.
        if unpacked(&changed) == unpacked(&archive) {
            continue;
        }
        refused_and_empty(&changed, &place, &source.key, &format!("byte {at} was changed")).await;
    }
    for part in 1..8 {
        let cut = &archive[..archive.len() * part / 8];
        refused_and_empty(cut, &place, &source.key, "it was cut").await;
    }
    refused_and_empty(&[], &place, &source.key, "it was empty").await;
    refused_and_empty(&archive[..archive.len() - 1], &place, &source.key, "its last byte was missing").await;
    refused_and_empty(&[&archive[..], b"x"].concat(), &place, &source.key, "something followed").await;
    // Packed anew with everything right but one letter in a row, and with the manifest made to fit.
    let original = members(&archive);
    let place_of = |path: &str| original.iter().position(|(name, _)| name.starts_with(path)).unwrap();
    let mut changed = original.clone();
    let user = place_of("tables/app_user");
    let text = String::from_utf8(changed[user].1.clone()).unwrap().replace("\"agent\"", "\"admin\"");
    changed[user].1 = text.clone().into_bytes();
    refused_and_empty(&pack(&changed), &place, &source.key, "a row was changed").await;
    let manifest = place_of("manifest.json");
    let hash = |bytes: &[u8]| -> String {
        ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let fitting = String::from_utf8(changed[manifest].1.clone()).unwrap();
    changed[manifest].1 = fitting.replace(&hash(&original[user].1), &hash(text.as_bytes())).into_bytes();
    refused_and_empty(&pack(&changed), &place, &source.key, "the manifest was forged").await;
    let mut without = original.clone();
    without.remove(place_of("tables/kb_entry"));
    refused_and_empty(&pack(&without), &place, &source.key, "a member was taken out").await;
    // After all that, the real one still goes in.
    restore(&pack(&original), &place, &source.key, Some(&place.folder.path().join("blobs"))).await.unwrap();
}

async fn a_backup_with_another_master_key_is_refused(place: Place) {
    let source = Place::sqlite();
    let company = small(&source).await;
    let (_, archive) = back_up(&company.store, None).await;
    let refused = restore(&archive, &place, &MasterKey::generate().unwrap(), None).await;
    assert!(matches!(refused, Err(BackupError::Store(StoreError::WrongMasterKey))), "{refused:?}");
    assert_eq!(everything(&place).await, "");
}

async fn a_hostile_archive_is_refused(place: Place) {
    let source = Place::sqlite();
    let company = small(&source).await;
    let (_, archive) = back_up(&company.store, None).await;
    let original = members(&archive);
    let at = |path: &str| original.iter().position(|(name, _)| name.starts_with(path)).unwrap();
    let end = at("manifest.json");
    let with = |index: usize, path: &str, bytes: &[u8]| {
        let mut changed = original.clone();
        changed.insert(index, (path.into(), bytes.to_vec()));
        pack(&changed)
    };
    for path in [
        "files/../../evil",
        "files/..",
        "files//x",
        "files/",
        "/etc/evil",
        "../evil",
        "files/a\\..\\b",
        "files/C:evil",
        "files/x\u{1}",
        "etc/passwd",
        "tables/../x.jsonl",
        "tables/sqlite_master.0001.jsonl",
        "tables/trace.x.jsonl",
        "tables/seaql_migrations.0001.jsonl",
        "manifest.json",
    ] {
        refused_and_empty(&with(end, path, b"x"), &place, &source.key, path).await;
    }
    let two = pack(&[original[..end].to_vec(), vec![("files/a".into(), vec![]), ("files/a".into(), vec![])]].concat());
    refused_and_empty(&two, &place, &source.key, "a file came twice").await;
    let format = |text: &str| {
        let mut changed = original.clone();
        changed[0].1 = text.as_bytes().to_vec();
        pack(&changed)
    };
    for text in [r#"{"version":2,"schema":[]}"#, r#"{"version":1,"schema":["9999_future"]}"#, "{}", "[", ""] {
        refused_and_empty(&format(text), &place, &source.key, text).await;
    }
    let instance = &original[at("tables/instance")].1;
    let line = String::from_utf8(instance.clone()).unwrap();
    for row in [
        line.replace("\"created_at\"", "\"created_at\\\"; DROP TABLE job; --\""),
        line.replace("\"created_at\":0", "\"created_at\":\"x\""),
        line.replace("\"created_at\":0", "\"created_at\":null"),
        line.replace("\"created_at\":0", "\"created_at\":1e400"),
        line.replace("\"created_at\":0", "\"created_at\":0,\"more\":1"),
        line.replace("\"key_check\":\"", "\"key_check\":\"!"),
        format!("{line}{line}"),
        "[]".into(),
        "null".into(),
    ] {
        assert_ne!(row, line);
        let mut changed = original.clone();
        changed[at("tables/instance")].1 = row.clone().into_bytes();
        refused_and_empty(&pack(&changed), &place, &source.key, &row).await;
    }
    // Gigabytes of nothing in a few kilobytes: stopped long before.
    let mut bomb = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    let mut header = tar::Header::new_ustar();
    header.set_size(original[0].1.len() as u64);
    bomb.append_data(&mut header, &original[0].0, original[0].1.as_slice()).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_size(150 << 20);
    bomb.append_data(&mut header, "files/zeros", std::io::repeat(0).take(150 << 20)).unwrap();
    let bomb = bomb.into_inner().unwrap().finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    let refused = restore(&bomb, &place, &source.key, Some(&place.folder.path().join("blobs"))).await;
    assert!(refused.unwrap_err().to_string().contains("times its size"));
    refused_and_empty(&bomb, &place, &source.key, "it was a bomb").await;
    // A link is not a file.
    let mut link = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    link.append_link(&mut header, "yingda-backup.json", "/etc/passwd").unwrap();
    refused_and_empty(&link.into_inner().unwrap().finish().unwrap(), &place, &source.key, "it has a link").await;
}

async fn a_big_table_is_carried_in_parts(place: Place) {
    let company = Company::found(&place.open().await).await;
    let entry = |number: usize| KbEntry {
        id: id().into(),
        content: EntryContent { question: format!("{number}"), answer: "好".repeat(1_500), ..EntryContent::default() },
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    let all: Vec<KbEntry> = (0..2_500).map(entry).collect();
    let stored = all.clone();
    change!(company, [stored], |tx| tx.insert_kb_entries(&stored).await).await.unwrap();
    let contact = company.contact("x").await;
    // A primary key of several columns, over several chunks.
    change!(company, [], |tx| {
        for number in 0..1_100 {
            tx.remember(&format!("键{}", number * 7919 % 1_100), b"r", contact.id.0, NOW).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let (manifest, archive) = back_up(&company.store, None).await;
    let parts = manifest.members.iter().filter(|member| member.path.starts_with("tables/kb_entry.")).count();
    assert!(parts > 1, "{parts}");
    assert_eq!((manifest.rows["kb_entry"], manifest.rows["idempotency_key"]), (2_500, 1_100));
    let target = Place::sqlite();
    restore(&archive, &target, &place.key, None).await.unwrap();
    let again = Store::open(StoreConfig { url: target.url.clone(), master_key: place.key.clone() }).await.unwrap();
    assert_eq!(again.read(&company.scope).all_kb_entries().await.unwrap(), all);
}

/// Takes a little and then no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0 < bytes.len() {
            return Err(std::io::Error::new(std::io::ErrorKind::StorageFull, "the disk is full"));
        }
        self.0 -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_full_disk_is_told() {
    let place = Place::sqlite();
    let company = small(&place).await;
    let result = company.store.backup_to(Full(100), None, NOW, &mut quiet()).await;
    assert!(result.map(|_| ()).unwrap_err().to_string().contains("the disk is full"));
    // And the next one works.
    back_up(&company.store, None).await;
}
