//! Knowledge in files that mean ill, or are not what they say.

use std::io::Write;
use std::time::Instant;

use serde_json::json;
use yingda_tests::{Api, Reply, Server, Setup, eventually};

use crate::{admin, found};

/// Checks that a file was refused in a sentence with its name, soon, and that the server goes on.
async fn refused(api: &Api, name: &str, bytes: &[u8], status: &[u16]) -> Reply {
    let begun = Instant::now();
    let reply = api.upload("/kb/documents", name, "application/octet-stream", bytes).await;
    assert!(status.contains(&reply.status), "{name}: {} {}", reply.status, reply.body);
    assert_eq!(reply.header("content-type"), "application/problem+json", "{name}");
    assert!(begun.elapsed().as_secs() < 20, "{name} took {:?}", begun.elapsed());
    if reply.status == 422 {
        assert!(reply.text("detail").contains(name), "{name}: {}", reply.body);
    }
    reply
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_that_mean_ill_are_refused_with_the_reason() {
    let mut server = Server::start(Setup::empty()).await;
    let admin = admin(&server).await;
    let bomb =
        archive(&[("[Content_Types].xml", b"<Types/>".as_slice(), 1), ("word/document.xml", &[b' '; 1 << 20], 300)]);
    assert!(bomb.len() < 2 << 20);
    let reply = refused(&admin, "bomb.docx", &bomb, &[422]).await;
    assert!(reply.text("detail").contains("unpack"), "{}", reply.body);
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><w:document><w:body>&b;</w:body></w:document>";
    let entities = archive(&[("[Content_Types].xml", b"<Types/>", 1), ("word/document.xml", laughs.as_bytes(), 1)]);
    refused(&admin, "entities.docx", &entities, &[422]).await;
    refused(&admin, "none.pptx", b"PK\x03\x04 no slides", &[422]).await;
    refused(&admin, "program.pdf", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00", &[422]).await;
    refused(&admin, "picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", &[422]).await;
    refused(&admin, "large.pdf", &vec![b'%'; 21 * 1024 * 1024], &[413]).await;
    assert_eq!(admin.get("/kb/facets").await.done()["total"], 0);
    assert!(server.runs());
    assert!(!server.log().contains("panicked"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_active_or_mislabelled_becomes_plain_words() {
    let server = Server::start(Setup::empty()).await;
    let admin = admin(&server).await;
    let page = "<!doctype html><html lang=en><title>Lamp</title><script>steal()</script><svg onload=steal()></svg>\
        <h1>Lamp</h1><p onmouseover=steal()>It shines <a href=\"javascript:steal()\">nine</a> hours.</p>\
        <object data=x.swf></object><form action=https://evil.example><input name=p></form>";
    // The name says another thing than the bytes.
    let read = admin.upload("/kb/documents", "lamp.txt.html", "image/png", page.as_bytes()).await.done();
    let answer = read["entry"]["answer"].as_str().unwrap();
    assert!(answer.contains("nine") && !answer.contains("steal") && !answer.contains("evil"), "{answer}");
    eventually("the document to be found", 1, async || {
        found(&admin, "how many hours does the lamp shine").await.first().filter(|title| *title == "Lamp").cloned()
    })
    .await;
    // What people type as an answer is kept as they type it, and never served as a page.
    let typed = json!({"question": "<script>steal()</script>", "answer": "<img src=x onerror=steal()>"});
    let stored = admin.post("/kb/entries", typed).await;
    assert_eq!((stored.status, stored.header("content-type")), (201, "application/json"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_say_what_is_wrong_with_which_line_and_merged_cells_are_filled() {
    let server = Server::start(Setup::empty()).await;
    let admin = admin(&server).await;
    let dates = "question,answer,valid_from,valid_until\ngood,a,2026-01-01,2027-01-01\n\"never\",a,2027-01-01,2026-01-01\nwhen,a,tomorrow,\n";
    let reply = admin.upload("/kb/import", "dates.csv", "text/csv", dates.as_bytes()).await;
    assert_eq!(reply.status, 422, "{}", reply.body);
    let refused = reply.body["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 2, "{}", reply.body);
    assert!(refused[0]["place"].as_str().unwrap().contains('3'), "{}", reply.body);
    assert!(refused[1]["place"].as_str().unwrap().contains('4'), "{}", reply.body);
    assert_eq!(admin.get("/kb/facets").await.done()["total"], 0, "half a file was stored");

    let book = merged_book();
    let report = admin.upload("/kb/import", "merged.xlsx", "application/octet-stream", &book).await;
    assert_eq!(report.status, 200, "{}", report.body);
    let entries = admin.get("/kb/entries?category=Returns").await.done();
    assert_eq!(entries["items"].as_array().unwrap().len(), 2, "a merged category is that of both rows: {entries}");
    let read = admin.upload("/kb/documents", "merged.xlsx", "application/octet-stream", &book).await.done();
    assert!(read["notes"].to_string().contains("merged"), "{read}");
}

/// A ZIP archive of parts, each so many times its bytes.
fn archive(parts: &[(&str, &[u8], usize)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes, times) in parts {
        zip.start_file(*name, options).unwrap();
        for _ in 0..*times {
            zip.write_all(bytes).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook in which one cell of the column `category` spans two rows.
fn merged_book() -> Vec<u8> {
    let row = |number: usize, cells: [&str; 3]| {
        let cells = ["A", "B", "C"]
            .into_iter()
            .zip(cells)
            .filter(|(_, text)| !text.is_empty())
            .map(|(column, text)| format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"));
        format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
    };
    let rows = row(1, ["question", "answer", "category"])
        + &row(2, ["How to return?", "By post.", "Returns"])
        + &row(3, ["Who pays?", "We do.", ""]);
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let sheet = format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData><mergeCells count=\"1\"><mergeCell ref=\"C2:C3\"/></mergeCells></worksheet>"
    );
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let book = format!(
        "<?xml version=\"1.0\"?><workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"FAQ\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let types = format!(
        "<?xml version=\"1.0\"?><Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>"
    );
    let of_package = format!(
        "<?xml version=\"1.0\"?><Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let of_book = format!(
        "<?xml version=\"1.0\"?><Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    archive(&[
        ("[Content_Types].xml", types.as_bytes(), 1),
        ("_rels/.rels", of_package.as_bytes(), 1),
        ("xl/workbook.xml", book.as_bytes(), 1),
        ("xl/_rels/workbook.xml.rels", of_book.as_bytes(), 1),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes(), 1),
    ])
}
