//! A server that is killed while it indexes, and an index that is gone, torn or garbage when it starts.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use yingda_tests::{Api, Chance, Server, Setup, eventually, sign_in};

use crate::{found, index};

/// Entries of one import.
const AT_ONCE: usize = 1_500;

/// Lines of entries, each with a word of its own.
fn lines(range: std::ops::Range<usize>) -> String {
    range
        .map(|number| {
            format!("{{\"question\":\"part number {}\",\"answer\":\"It is on shelf {number}.\"}}\n", word(number))
        })
        .collect()
}

/// A word that only this number has.
fn word(number: usize) -> String {
    let consonants = b"bcdfghjklm";
    let digits = format!("{number:05}");
    let syllables = digits.bytes().zip("aeiou".chars());
    syllables.flat_map(|(digit, vowel)| [char::from(consonants[usize::from(digit - b'0')]), vowel]).collect()
}

async fn signed_in(server: &Server) -> Api {
    let (email, password) = server.first_admin().unwrap();
    sign_in(server.address(), "default", email, password).await
}

/// Checks that every entry is there once, and found by its own word, after what was done to the server or its index.
async fn whole(api: &Api, acknowledged: usize, done: &str) {
    let status = eventually(&format!("the index to be whole after {done}"), 60, async || {
        let status = index(api).await;
        (status["revision"] == status["newest"]).then_some(status)
    })
    .await;
    let facets = api.get("/kb/facets").await.done();
    let stored = facets["total"].as_u64().unwrap() as usize;
    assert!(stored >= acknowledged, "{done}: {stored} of {acknowledged} acknowledged entries are stored");
    // An import is stored whole or not at all: what was not acknowledged may be there too.
    assert_eq!(stored % AT_ONCE, 0, "{done}: half an import was stored");
    assert_eq!(
        status["entries"].as_u64().unwrap() as usize,
        stored,
        "{done}: the index has other entries than the database: {status}"
    );
    for number in (0..acknowledged).step_by(97).chain([acknowledged - 1]) {
        let hits = found(api, &word(number)).await;
        let name = format!("part number {}", word(number));
        assert_eq!(hits.iter().filter(|hit| **hit == name).count(), 1, "{done}: {name}: {hits:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_is_found_after_crashes_and_nothing_is_doubled() {
    let mut server = Server::start(Setup::empty()).await;
    let mut chance = Chance::from_environment();
    let mut acknowledged = 0;
    for round in 0..5 {
        let api = signed_in(&server).await;
        let (from, until) = (round * AT_ONCE, (round + 1) * AT_ONCE);
        let asking = api.clone();
        let importing = tokio::spawn(async move {
            let file = lines(from..until);
            let part = reqwest::multipart::Part::bytes(file.into_bytes()).file_name("parts.jsonl");
            let form = reqwest::multipart::Form::new().part("file", part);
            let reply = asking.request(reqwest::Method::POST, "/kb/import").multipart(form).send().await;
            matches!(reply, Ok(reply) if reply.status().is_success())
        });
        // A question sets the index to work while the import goes on, or just after.
        let searching = api.clone();
        let asked = tokio::spawn(async move {
            loop {
                let body = serde_json::json!({"text": word(from)});
                if searching.call(reqwest::Method::POST, "/kb/search", Some(&body)).await.is_err() {
                    return;
                }
            }
        });
        let is_acknowledged = if round % 2 == 0 {
            let is_acknowledged = importing.await.unwrap();
            tokio::time::sleep(Duration::from_millis(chance.between(0, 150))).await;
            server.kill().await;
            is_acknowledged
        } else {
            tokio::time::sleep(Duration::from_millis(50 + chance.between(0, 500))).await;
            server.kill().await;
            importing.await.unwrap()
        };
        let _ = asked.await;
        // Torn while it starts as well.
        server.start_and_kill(Duration::from_millis(chance.between(0, 300))).await;
        server.start_again().await;
        let api = signed_in(&server).await;
        if !is_acknowledged {
            // Not told that it is stored, the client sends it again; it is stored once.
            api.upload("/kb/import", "parts.jsonl", "application/jsonl", lines(from..until).as_bytes()).await.done();
        }
        acknowledged = until;
        whole(&api, acknowledged, "a crash").await;
    }
    assert_eq!(signed_in(&server).await.get("/kb/facets").await.done()["total"], acknowledged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_is_gone_torn_or_garbage_is_made_anew_while_search_answers() {
    let mut server = Server::start(Setup::empty()).await;
    let api = signed_in(&server).await;
    for from in [0, AT_ONCE] {
        let file = lines(from..from + AT_ONCE);
        api.upload("/kb/import", "parts.jsonl", "application/jsonl", file.as_bytes()).await.done();
    }
    whole(&api, 2 * AT_ONCE, "nothing").await;
    for (harm, does) in [
        ("deleted", delete as fn(&Path)),
        ("emptied files", |file| truncate(file, 0)),
        ("torn files", |file| truncate(file, fs::metadata(file).unwrap().len() / 2)),
        ("garbage", garbage),
        ("written over at the end", written_over),
    ] {
        server.stop().await;
        let files = files_below(&index_folder(&server));
        assert!(!files.is_empty(), "there is no index to harm");
        files.iter().for_each(|file| does(file));
        server.start_again().await;
        assert!(server.runs(), "{harm}: the server does not start");
        let api = signed_in(&server).await;
        // At once, whether the index is ready or not.
        let name = format!("part number {}", word(77));
        assert!(
            found(&api, &format!("part number {}", word(77))).await.contains(&name),
            "{harm}: search does not answer"
        );
        whole(&api, 2 * AT_ONCE, harm).await;
    }
    assert_eq!(signed_in(&server).await.get("/kb/facets").await.done()["total"], 2 * AT_ONCE);
    assert!(!server.log().contains("panicked"), "a panic");
}

/// The folder that the indexes are in.
fn index_folder(server: &Server) -> PathBuf {
    let folder = fs::read_dir(server.data()).unwrap().map(|entry| entry.unwrap().path());
    let mut named: Vec<PathBuf> =
        folder.filter(|path| path.is_dir() && path.to_string_lossy().contains("index")).collect();
    assert_eq!(named.len(), 1, "{named:?}");
    named.remove(0)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

fn delete(file: &Path) {
    fs::remove_file(file).unwrap();
}

fn truncate(file: &Path, length: u64) {
    File::options().write(true).open(file).unwrap().set_len(length).unwrap();
}

fn garbage(file: &Path) {
    let length = fs::metadata(file).unwrap().len().max(64);
    fs::write(file, (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<u8>>()).unwrap();
}

fn written_over(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let from = bytes.len() / 2;
    bytes[from..].fill(0x55);
    fs::write(file, bytes).unwrap();
}
