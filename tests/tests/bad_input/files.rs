//! Uploads that would like to be more than bytes.

use std::io::Write;

use serde_json::json;
use yingda_tests::{DEMO_INBOX, Server, Setup, staff, visitor};

use crate::{problem, unharmed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn active_content_is_only_ever_downloaded() {
    let mut server = Server::start(Setup::demo()).await;
    let (customer, _) = visitor(server.address(), DEMO_INBOX).await;
    let (agent, _) = staff(server.address(), "agent1").await;
    for (name, claimed, bytes) in [
        ("a.svg", "image/svg+xml", &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..]),
        ("a.html", "text/html", b"<!doctype html><script>alert(1)</script>"),
        ("a.png", "image/png", b"<html><script>alert(1)</script>"),
        ("a.xhtml", "application/xhtml+xml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
        ("a.js", "text/javascript", b"alert(1)"),
        ("a.pdf", "application/pdf", b"%PDF-1.7 /OpenAction /JavaScript"),
        ("\"; a=\"b.html", "text/html", b"x"),
        ("a\u{202e}gnp.exe", "image/png", b"MZ"),
        ("../../../../etc/cron.d/x", "application/octet-stream", b"* * * * * root id"),
    ] {
        let stored = customer.upload("/visitor/files", name, claimed, bytes).await;
        assert_eq!(stored.status, 201, "{name}: {}", stored.body);
        assert!(!stored.text("name").contains(['/', '\\', '\r', '\n']), "{}", stored.body);
        let id = stored.text("id");
        let message = json!({"client_key": id, "content": {"type": "file", "file_id": id}});
        customer.post("/visitor/messages", message).await.done();
        for reply in [customer.get(&format!("/visitor/files/{id}")).await, agent.get(&format!("/files/{id}")).await] {
            assert_eq!(reply.status, 200);
            assert_eq!(reply.bytes, bytes);
            assert!(
                reply.header("content-disposition").starts_with("attachment"),
                "{name}: {}",
                reply.header("content-disposition")
            );
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            assert!(reply.header("content-security-policy").contains("sandbox"), "{name}");
            let mime = reply.header("content-type");
            assert!(
                !mime.contains("html") && !mime.contains("svg") && !mime.contains("xml") && !mime.contains("script"),
                "{mime}"
            );
            assert!(reply.header("set-cookie").is_empty());
        }
    }
    // A picture may be shown, still under a policy that lets it do nothing.
    let png = customer.upload("/visitor/files", "a.png", "text/html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").await.done();
    let shown = customer.get(&format!("/visitor/files/{}", png["id"].as_str().unwrap())).await;
    assert_eq!(shown.header("content-type"), "image/png");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    unharmed(&mut server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_that_are_not_as_expected_store_nothing() {
    let mut server = Server::start(Setup::demo()).await;
    let (customer, _) = visitor(server.address(), DEMO_INBOX).await;
    let (other, _) = visitor(server.address(), DEMO_INBOX).await;
    let forms: [(&str, &str, Vec<u8>); 7] = [
        ("no boundary", "multipart/form-data", b"x".to_vec()),
        ("no form", "multipart/form-data; boundary=x", b"hello".to_vec()),
        ("an empty form", "multipart/form-data; boundary=x", b"--x--\r\n".to_vec()),
        (
            "cut off",
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc".to_vec(),
        ),
        (
            "another field",
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nabc\r\n--x--\r\n".to_vec(),
        ),
        (
            "an empty file",
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n\r\n--x--\r\n".to_vec(),
        ),
        ("JSON", "application/json", b"{}".to_vec()),
    ];
    for (what, kind, bytes) in forms {
        let request =
            customer.request(reqwest::Method::POST, "/visitor/files").header("content-type", kind).body(bytes);
        problem(what, &customer.send(request).await, &[400, 415, 422]);
    }
    let large =
        customer.upload("/visitor/files", "large", "application/octet-stream", &vec![0; 21 * 1024 * 1024]).await;
    problem("21 MB", &large, &[413]);
    // Somebody else's file can be neither fetched nor sent.
    let own = customer.upload("/visitor/files", "own.txt", "text/plain", b"mine").await.done();
    problem("fetch", &other.get(&format!("/visitor/files/{}", own["id"].as_str().unwrap())).await, &[404]);
    let message = json!({"client_key": "k", "content": {"type": "file", "file_id": own["id"]}});
    problem("send", &other.post("/visitor/messages", message).await, &[404]);
    unharmed(&mut server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_unpacks_to_much_or_is_none_is_refused_whole() {
    let mut server = Server::start(Setup::demo()).await;
    let (admin, _) = staff(server.address(), "admin").await;
    let before = admin.get("/kb/entries?limit=1").await.done();
    let bomb = zip_bomb();
    let bad_lines = "{\"question\":\"a good line\",\"answer\":\"a\"}\n{\"question\":7}\n";
    let deep = format!("{{\"question\":{}", "[".repeat(100_000));
    for (name, bytes) in [
        ("bomb.xlsx", bomb.as_slice()),
        ("none.xlsx", b"PK\x03\x04 no workbook"),
        ("noise.xlsx", &[0xff; 5_000]),
        ("half.jsonl", bad_lines.as_bytes()),
        ("deep.jsonl", deep.as_bytes()),
        ("broken.csv", b"question,answer\n\"a,b\n\xff\xfe"),
        ("empty.csv", b""),
        ("program.exe", b"MZ"),
        ("../../x", b"?"),
    ] {
        let begun = std::time::Instant::now();
        let reply = admin.upload("/kb/import", name, "application/octet-stream", bytes).await;
        assert!(matches!(reply.status, 400 | 413 | 415 | 422), "{name}: {} {}", reply.status, reply.body);
        assert!(begun.elapsed().as_secs() < 20, "{name} took {:?}", begun.elapsed());
    }
    assert_eq!(admin.get("/kb/entries?limit=1").await.done()["items"], before["items"], "half an import was stored");
    unharmed(&mut server).await;
}

/// A workbook of some hundred kilobytes that unpacks to 200 MB.
fn zip_bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated).large_file(true);
    for name in ["[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"] {
        zip.start_file(name, options).unwrap();
        let block = vec![b' '; 1024 * 1024];
        for _ in 0..50 {
            zip.write_all(&block).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}
