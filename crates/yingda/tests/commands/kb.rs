//! `yingda kb` as scripts see it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Ran, alone, run, yingda};

/// A running server; it ends with the test.
struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An installation in a folder of its own.
struct Place {
    folder: TempDir,
}

const FAQ: &str = "question,answer,lang,key,category\n怎么退货？,七天内可以退。,zh,returns,orders\nWhere is my parcel?,See My orders.,en,,orders\n";

impl Place {
    /// One that was started once, as a company would.
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        drop(place.serve(&[]));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), content).unwrap();
        name.into()
    }

    fn yingda(&self, arguments: &[&str]) -> Ran {
        run(yingda().current_dir(self.folder.path()).env("XDG_CACHE_HOME", self.path("cache")).args(arguments), "")
    }

    fn kb(&self, arguments: &[&str]) -> Ran {
        self.yingda(&[&["kb"], arguments].concat())
    }

    fn serve(&self, arguments: &[&str]) -> Server {
        let mut command = yingda();
        command.current_dir(self.folder.path()).args(["serve", "--json", "--listen", "127.0.0.1:0"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Server { child, url: ready["url"].as_str().unwrap().into() }
    }

    fn questions(&self) -> Vec<String> {
        let listed = self.kb(&["list", "--json"]).expect(0).json();
        let entries = listed["entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["question"].as_str().unwrap().to_owned()).collect()
    }
}

/// A file of another part of the repository.
fn of_repository(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display())).to_str().unwrap().to_owned()
}

#[test]
fn an_import_says_what_was_new_replaced_and_the_same() {
    let place = Place::new();
    place.file("faq.csv", FAQ);
    let ran = place.kb(&["import", "faq.csv"]).expect(0);
    assert_eq!(ran.stdout, "Imported 2: 2 added, 0 replaced.\n");
    let again = place.kb(&["import", "faq.csv", "--json"]).expect(0).json();
    assert_eq!((&again["format"], &again["imported"], &again["unchanged"]), (&json!("csv"), &json!(2), &json!(2)));
    place.file("faq.csv", FAQ.replace("七天", "十天"));
    let ran = place.kb(&["import", "faq.csv"]).expect(0);
    assert_eq!(ran.stdout, "Imported 2: 0 added, 1 replaced, 1 unchanged.\n");
    assert_eq!(place.questions(), ["怎么退货？", "Where is my parcel?"]);
    let listed = place.kb(&["list", "--lang", "zh", "--limit", "1"]).expect(0);
    assert!(listed.stdout.contains("怎么退货？") && listed.stdout.ends_with("1 entries\n"), "{}", listed.stdout);
    alone(&["kb", "import", "--skip-bad"]).expect(2);
}

#[test]
fn everything_goes_into_another_installation_and_out_again() {
    let (here, there) = (Place::new(), Place::new());
    here.file("faq.csv", FAQ);
    here.kb(&["import", "faq.csv"]).expect(0);
    here.file("faq.csv", FAQ.replace("七天", "十天"));
    here.kb(&["import", "faq.csv"]).expect(0);
    for name in ["all.jsonl", "all.csv", "all.xlsx", "all.zip"] {
        let written = here.kb(&["export", name, "--json"]).expect(0).json();
        assert_eq!(written["entries"], 2, "{name}");
        here.kb(&["export", name]).expect(2);
        // What it says of itself changes nothing.
        assert_eq!(here.kb(&["import", name, "--json"]).expect(0).json()["unchanged"], 2, "{name}");
    }
    let from = here.path("all.jsonl");
    there.kb(&["import", from.to_str().unwrap()]).expect(0);
    let kept = |place: &Place| -> Vec<Value> {
        let text = place.kb(&["export", "-"]).expect(0).stdout;
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines
            .map(|line| json!([line["type"], line["version"], line["question"], line["answer"], line["content"]]))
            .collect()
    };
    assert_eq!(kept(&there), kept(&here));
    assert!(kept(&here).iter().filter(|line| line[0] == "version").count() >= 1, "{:?}", kept(&here));
    here.kb(&["export", "x", "--format", "zendesk"]).expect(2);
    here.kb(&["export", "folder-that-is-not/x.jsonl"]).expect(1);
}

#[test]
fn folders_and_other_help_centres_are_imported() {
    let place = Place::new();
    fs::create_dir_all(place.path("articles/orders")).unwrap();
    place.file("articles/kettle.md", "---\nlang: en\n---\n# Kettle\n\nDescale it with vinegar.\n");
    place.file("articles/orders/returns.md", "# 退货\n\n七天内可以退。\n");
    let report = place.kb(&["import", "articles", "--json"]).expect(0).json();
    assert_eq!((&report["format"], &report["added"]), (&json!("markdown_folder"), &json!(2)), "{report}");
    for (file, format) in [("chatwoot_articles.json", "chatwoot"), ("zendesk_articles.json", "zendesk")] {
        let path = of_repository(&format!("crates/exchange/tests/fixtures/{file}"));
        let report = place.kb(&["import", &path, "--json"]).expect(0).json();
        assert_eq!(report["format"], format);
        assert!(report["proposals"].as_u64().is_some_and(|drafts| drafts > 0) || format == "chatwoot", "{report}");
    }
    assert!(place.questions().contains(&"Battery care".to_owned()));
    fs::create_dir(place.path("empty")).unwrap();
    place.kb(&["import", "empty"]).expect(3);
}

#[test]
fn documents_become_entries_and_those_that_cannot_are_named() {
    let place = Place::new();
    let policy = of_repository("crates/document/tests/fixtures/policy-zh.pdf");
    let ran = place.kb(&["import", &policy]).expect(0);
    assert_eq!(ran.stdout, "Imported policy-zh.pdf.\n");
    assert_eq!(place.kb(&["import", &policy, "--json"]).expect(0).json()["unchanged"], 1);
    let scanned = of_repository("crates/document/tests/fixtures/scanned.pdf");
    let ran = place.kb(&["import", &scanned]).expect(0);
    assert!(ran.stderr.contains("page 2"), "{}", ran.stderr);
    let prices = of_repository("crates/document/tests/fixtures/prices.xlsx");
    let read = place.kb(&["import", &prices, "--document", "--json"]).expect(0).json();
    assert_eq!((&read["format"], &read["added"]), (&json!("xlsx"), &json!(1)), "{read}");
    let secret = of_repository("crates/document/tests/fixtures/password.pdf");
    let ran = place.kb(&["import", &secret, "--json"]).expect(3);
    let message = ran.error()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("password.pdf") && message.contains("encrypted"), "{message}");
    assert_eq!(place.questions().len(), 3);
    let found = place.kb(&["search", "江浙沪首重多少钱", "--json"]).expect(0).json();
    assert_eq!(found["hits"][0]["question"], "退换货政策", "{found}");
}

#[test]
fn a_search_shows_what_answers_and_ends_with_3_when_nothing_does() {
    let place = Place::new();
    place.file("faq.csv", FAQ);
    place.kb(&["import", "faq.csv"]).expect(0);
    let ran = place.kb(&["search", "where", "is", "my", "parcel"]).expect(0);
    assert!(ran.stdout.contains("Where is my parcel?") && ran.stdout.contains("See My orders."), "{}", ran.stdout);
    let found = place.kb(&["search", "退货", "--limit", "1", "--json"]).expect(0).json();
    assert_eq!((&found["hits"][0]["question"], &found["by_meaning"]), (&json!("怎么退货？"), &json!(false)));
    let ran = place.kb(&["search", "quantum chromodynamics", "--json"]).expect(3);
    assert_eq!((&ran.json()["hits"], &ran.error()["code"]), (&json!([]), &json!("refused")));
    place.kb(&["search"]).expect(2);

    let status = place.kb(&["reindex", "--json"]).expect(0).json();
    assert_eq!((&status["stats"]["entries"], &status["revision"]), (&json!(2), &status["newest"]));
    assert!(place.kb(&["reindex"]).expect(0).stdout.starts_with("Indexed 2 entries"));
    // Beside a running server its index is left alone.
    let _server = place.serve(&[]);
    place.kb(&["search", "退货"]).expect(0);
}

#[test]
fn an_evaluation_knows_several_right_answers_and_questions_without_any() {
    let place = Place::new();
    place.file("faq.csv", FAQ);
    place.kb(&["import", "faq.csv"]).expect(0);
    let listed = place.kb(&["list", "--json"]).expect(0).json();
    let parcel = listed["entries"][1]["id"].as_str().unwrap();
    let lines = [
        json!({"query": "退货", "relevant": ["returns", "no-such-key"]}),
        json!({"query": "where is my parcel", "relevant": [parcel, "returns"]}),
        json!({"query": "quantum chromodynamics", "relevant": []}),
    ];
    place.file("pairs.jsonl", lines.map(|line| format!("{line}\n")).concat());
    let figures = place.kb(&["eval", "pairs.jsonl", "--json"]).expect(0).json();
    assert_eq!((&figures["hit1"], &figures["mrr10"]), (&json!(1.0), &json!(1.0)), "{figures}");
    assert_eq!((&figures["queries_with_answer"], &figures["unanswerable"]), (&json!(2), &json!(1)));
    assert_eq!(figures["unanswerable_answered"], 0, "{figures}");
    let told = place.kb(&["eval", "pairs.jsonl", "--show-misses", "3"]).expect(0).stdout;
    assert!(told.contains("hit@1") && told.contains("For questions that nothing answers"), "{told}");
}

#[test]
fn entries_that_say_the_same_are_listed_and_proposed_once() {
    let place = Place::new();
    let answer = "Three working days after the parcel has come back to us.";
    place.file(
        "faq.csv",
        format!(
            "question,answer,lang\nHow long does a refund take?,{answer},en\nhow long does a refund take,{answer},en\n"
        ),
    );
    place.kb(&["import", "faq.csv"]).expect(0);
    let found = place.kb(&["duplicates", "--json"]).expect(0).json();
    assert_eq!((found["duplicates"].as_array().unwrap().len(), &found["proposed"]), (1, &json!(0)), "{found}");
    assert!(place.kb(&["duplicates"]).expect(0).stdout.contains("same ("));
    let proposed = place.kb(&["duplicates", "--propose", "--json"]).expect(0).json();
    assert!(proposed["proposed"].as_u64().unwrap() > 0, "{proposed}");
    assert_eq!(place.kb(&["duplicates", "--propose", "--json"]).expect(0).json()["proposed"], 0);
}

#[test]
fn questions_without_an_answer_are_gaps() {
    let place = Place { folder: tempfile::tempdir().unwrap() };
    let server = place.serve(&["--demo"]);
    assert_eq!(place.kb(&["gaps", "--json"]).expect(0).json()["gaps"], json!([]));
    for question in ["你们卖充气皮划艇吗？", "有没有充气皮划艇卖？", "充气皮划艇有卖的吗"]
    {
        place.yingda(&["chat", "--url", &server.url, "--new", "--say", question, "--json"]).expect(0);
    }
    let found = place.kb(&["gaps", "--json"]).expect(0).json();
    let gap = &found["gaps"][0];
    assert!(gap["label"].as_str().unwrap().contains("皮划艇"), "{found}");
    assert!(gap["count"].as_u64().unwrap() >= 2 && gap["customers"].as_u64().unwrap() >= 2, "{found}");
    let told = place.kb(&["gaps", "--propose"]).expect(0).stdout;
    assert!(told.contains("皮划艇") && told.contains("new proposals"), "{told}");
}

#[test]
fn a_graph_is_imported_asked_measured_and_exported() {
    let place = Place::new();
    let ran = place.kb(&["graph", "ask", "青禾电热水壶多少钱"]).expect(3);
    assert!(ran.stderr.contains("kb graph import"), "{}", ran.stderr);
    let folder = of_repository("packs/demo/graph");
    let size = place.kb(&["graph", "import", &folder, "--json"]).expect(0).json();
    assert!(size["things"].as_u64().unwrap() > 50 && size["links"].as_u64().unwrap() > 50, "{size}");
    let ran = place.kb(&["graph", "ask", "青禾电热水壶", "1.7L", "多少钱"]).expect(0);
    assert!(ran.stdout.contains("169") && ran.stdout.contains("Fact"), "{}", ran.stdout);
    let asked =
        place.kb(&["graph", "ask", "--json", "how", "heavy", "is", "the", "Qinghe Electric Kettle 1.7 L"]).expect(0);
    assert!(asked.json()["answer"]["facts"].as_array().is_some_and(|facts| !facts.is_empty()), "{}", asked.stdout);
    let ran = place.kb(&["graph", "ask", "--json", "讲个笑话"]).expect(3);
    assert_eq!((&ran.json()["answer"], &ran.error()["code"]), (&Value::Null, &json!("refused")));

    place.kb(&["graph", "export", "graph.json"]).expect(0);
    place.kb(&["graph", "export", "graph.json"]).expect(2);
    let exported = fs::read_to_string(place.path("graph.json")).unwrap();
    assert_eq!(place.kb(&["graph", "import", "graph.json", "--json"]).expect(0).json(), size);
    assert_eq!(place.kb(&["graph", "export", "-"]).expect(0).stdout, exported);

    let questions = of_repository("packs/demo/graph.eval.jsonl");
    let report = place.kb(&["graph", "eval", &questions, "--graph", &folder, "--json"]).expect(0).json();
    let (right, of) = (report["all"]["right"].as_u64().unwrap(), report["all"]["of"].as_u64().unwrap());
    assert!(of >= 150 && right * 10 >= of * 9, "{right} of {of}");
    assert!(place.kb(&["graph", "eval", &questions]).expect(0).stdout.contains("wrong claims"));

    place.file("bad.json", r#"{"things":[{"id":"a","type":"spaceship","names":{"en":"A"}}],"links":[{"from":"a","name":"near","to":"b"}]}"#);
    let ran = place.kb(&["graph", "import", "bad.json"]).expect(3);
    assert!(ran.stderr.contains("spaceship") && ran.stderr.contains("near"), "{}", ran.stderr);
    place.kb(&["graph", "import", &place.file("broken.json", "{")]).expect(3);
    place.kb(&["graph", "import", "missing"]).expect(1);
    assert_eq!(place.kb(&["graph", "export", "-"]).expect(0).stdout, exported, "what was refused changed nothing");
}
