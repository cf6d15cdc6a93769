//! Documents that become entries.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Kb, created, text};

/// A file of the reader's tests.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../document/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

async fn search(kb: &Kb, asked: &str) -> Value {
    kb.post("/search", json!({"text": asked})).await.ok()["hits"][0].clone()
}

#[tokio::test]
async fn a_pdf_is_found_by_its_words_with_its_page() {
    let kb = Kb::open().await;
    let read = created(&kb.upload("/documents?category=policies", "政策.pdf", &fixture("policy-zh.pdf")).await);
    assert_eq!((&read["format"], &read["pages"]), (&json!("pdf"), &json!(3)), "{read}");
    let entry = &read["entry"];
    assert_eq!((&entry["kind"], &entry["question"]), (&json!("document"), &json!("退换货政策")));
    assert_eq!((&entry["lang"], &entry["category"]), (&json!("zh"), &json!("policies")));
    assert_eq!((&entry["source"]["name"], text(&entry["source"]["sha256"]).len()), (&json!("政策.pdf"), 64));
    let hit = search(&kb, "江浙沪首重多少钱").await;
    assert_eq!(hit["entry_id"], entry["id"], "{hit}");
    assert!(text(&hit["passage"]["place"]).starts_with("page "), "{hit}");
    assert!(text(&hit["passage"]["text"]).contains("8 元"), "{hit}");
    // The file itself is kept.
    let path = format!("/api/v1/files/{}", text(&entry["source"]["file_id"]));
    let kept = kb.server.get(&path).session(&kb.supervisor).send().await;
    assert_eq!((kept.status, kept.body.as_ref()), (StatusCode::OK, fixture("policy-zh.pdf").as_slice()));
}

#[tokio::test]
async fn office_files_keep_sections_tables_and_slides() {
    let kb = Kb::open().await;
    for (file, format) in [("handbook.docx", "docx"), ("prices.xlsx", "xlsx"), ("launch.pptx", "pptx")] {
        let read = created(&kb.upload("/documents", file, &fixture(file)).await);
        assert_eq!(read["format"], format, "{read}");
        for note in read["notes"].as_array().unwrap() {
            assert!(
                ["place", "code", "message_zh", "message_en"].iter().all(|field| note[field].is_string()),
                "{note}"
            );
        }
    }
    let hit = search(&kb, "午休多长时间").await;
    assert_eq!((&hit["question"], &hit["kind"]), (&json!("员工手册"), &json!("document")), "{hit}");
    assert!(
        text(&hit["passage"]["headings"][0]).contains("员工手册")
            || hit["passage"]["headings"].to_string().contains("考勤")
    );
    // Merged cells are filled in, and an editor is told.
    let sheet = kb.get("/entries?kind=document").await.ok();
    let sheet = sheet["items"].as_array().unwrap().iter().find(|entry| entry["question"] == "价格表").unwrap().clone();
    assert!(text(&sheet["answer"]).contains("<!-- sheet ") && text(&sheet["answer"]).contains("| --- |"), "{sheet}");
    assert!(
        sheet["source"]["unread"].to_string().contains("内部成本")
            || sheet["source"]["unread"].to_string().contains("hidden")
    );
    let titled =
        created(&kb.upload("/documents?title=Launch&lang=en&audience=agents", "l.pptx", &fixture("launch.pptx")).await);
    let entry = &titled["entry"];
    assert_eq!(
        (&entry["question"], &entry["audience"], &entry["lang"]),
        (&json!("Launch"), &json!("agents"), &json!("en"))
    );
}

#[tokio::test]
async fn a_page_that_is_a_picture_is_named_as_unread() {
    let kb = Kb::open().await;
    let read = created(&kb.upload("/documents", "scanned.pdf", &fixture("scanned.pdf")).await);
    let note = &read["notes"][0];
    assert_eq!((&note["place"], &note["code"]), (&json!("page 2"), &json!("scanned")), "{read}");
    assert!(read["entry"]["source"]["unread"][0].as_str().unwrap().contains("page 2"), "{read}");
    assert!(kb.found("words that were typed").await.len() == 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_the_file_and_the_reason() {
    let kb = Kb::open().await;
    let cut = &fixture("handbook.docx")[..3_000];
    for (name, bytes) in [
        ("合同.pdf", fixture("password.pdf")),
        ("cut.docx", cut.to_vec()),
        ("broken.pdf", b"%PDF-1.7\n1 0 obj\n<<".to_vec()),
        ("empty.txt", Vec::new()),
        ("noise.pdf", (0..4_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("program.exe", b"MZ\x90\0\x03\0\0\0".to_vec()),
        ("far-cells.xls", fixture("far-cells.xls")),
        ("blank.txt", b" \n\n ".to_vec()),
    ] {
        let problem = kb.upload("/documents", name, &bytes).await.problem(422, "bad_request");
        if !["empty.txt", "blank.txt"].contains(&name) {
            assert_eq!(problem["field"], "file", "{problem}");
            assert!(text(&problem["detail"]).contains(name), "{problem}");
        }
    }
    assert_eq!(kb.listed("").await, [""; 0]);
    kb.upload("/documents?audience=everybody", "a.txt", b"hello").await.problem(422, "bad_request");
}

#[tokio::test]
async fn what_is_active_in_a_page_is_left_out() {
    let kb = Kb::open().await;
    let page = "<!doctype html><html lang=\"en\"><title>Lamp</title><script>alert('stolen')</script>\
        <style>p{color:red}</style><h1>Lamp</h1><p onclick=\"alert(2)\">It shines <a href=\"javascript:alert(3)\">brightly</a> \
        for nine hours.<iframe src=\"https://evil.example\"></iframe>";
    let read = created(&kb.upload("/documents", "lamp.html", page.as_bytes()).await);
    let answer = text(&read["entry"]["answer"]);
    assert!(answer.contains("brightly") && !answer.contains("alert") && !answer.contains('<'), "{answer}");
    assert_eq!(search(&kb, "how many hours does the lamp shine").await["question"], "Lamp");
    // The name says one thing and the bytes another: the bytes are believed.
    let read = created(&kb.upload("/documents", "handbook.pdf", &fixture("handbook.docx")).await);
    assert_eq!(read["format"], "docx", "{read}");
}
