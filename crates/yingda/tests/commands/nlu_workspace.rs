//! `yingda nlu import`, `export`, `train`, `models` and `rollback`: what an installation understands its customers by.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;
use yingda_testing::NLU;

use crate::support::{Ran, alone, run, yingda};

/// An installation in a folder of its own.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let mut command = yingda();
        command.current_dir(place.folder.path()).args(["serve", "--json", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let _ = child.kill();
        let _ = child.wait();
        assert!(line.contains("ready"), "{line}");
        place.file("nlu.yml", NLU);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    fn nlu(&self, arguments: &[&str]) -> Ran {
        run(yingda().current_dir(self.folder.path()).arg("nlu").args(arguments), "")
    }
}

#[test]
fn what_is_imported_twice_is_there_once() {
    let place = Place::new();
    let first = place.nlu(&["import", "nlu.yml", "--json"]).expect(0).json();
    assert_eq!((&first["intents_added"], &first["utterances_added"]), (&json!(3), &json!(19)), "{first}");
    let again = place.nlu(&["import", "nlu.yml", "--json"]).expect(0).json();
    assert_eq!((&again["intents_added"], &again["utterances_added"]), (&json!(0), &json!(0)), "{again}");
    assert_eq!(again["utterances_known"], 19);
    let told = place.nlu(&["import", "nlu.yml"]).expect(0).stdout;
    assert!(told.contains("yingda nlu train --workspace default"), "{told}");
    assert!(place.nlu(&["import", "missing.yml"]).expect(1).stderr.contains("missing.yml"));
    place.nlu(&["import", "nlu.yml", "--workspace", "nobody"]).expect(1);
    place.file("broken.jsonl", "{\"text\":\n");
    let ran = place.nlu(&["import", "broken.jsonl", "--json"]);
    assert_ne!(ran.code, 0);
    assert!(ran.error()["message"].as_str().unwrap().contains("broken.jsonl"), "{}", ran.stderr);
    alone(&["nlu", "import"]).expect(2);
}

#[test]
fn what_is_exported_can_be_imported_elsewhere() {
    let (here, there) = (Place::new(), Place::new());
    here.nlu(&["import", "nlu.yml"]).expect(0);
    here.nlu(&["export", "out.yml"]).expect(0);
    here.nlu(&["export", "out.yml"]).expect(2);
    here.nlu(&["export", "out.yml", "--force", "--json"]).expect(0);
    let exported = fs::read_to_string(here.path("out.yml")).unwrap();
    assert!(exported.contains("取消订单") && exported.contains("order.cancel"), "{exported}");
    there.file("in.yml", &exported);
    there.nlu(&["import", "in.yml"]).expect(0);
    assert_eq!(there.nlu(&["export", "-"]).expect(0).stdout, exported);
    let lines = here.nlu(&["export", "-", "--format", "jsonl"]).expect(0).stdout;
    assert_eq!(lines.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 19, "{lines}");
    assert!(here.nlu(&["export", "-", "--format", "csv"]).expect(0).stdout.lines().count() >= 20);
    here.nlu(&["export", "-", "--format", "pdf"]).expect(2);
}

#[test]
fn models_are_trained_listed_and_taken_back() {
    let place = Place::new();
    let versions = |told: &Value| -> Vec<(u64, bool)> {
        let models = told["models"].as_array().unwrap();
        models.iter().map(|model| (model["version"].as_u64().unwrap(), model["active"].as_bool().unwrap())).collect()
    };
    assert_eq!(place.nlu(&["models", "--json"]).expect(0).json()["models"], json!([]));
    assert!(place.nlu(&["models"]).expect(0).stdout.contains("nlu train"));
    place.nlu(&["rollback"]).expect(1);
    let ran = place.nlu(&["train", "--workspace", "default", "--json"]);
    assert_ne!(ran.code, 0, "nothing can be learnt from nothing");

    place.nlu(&["import", "nlu.yml"]).expect(0);
    let first = place.nlu(&["train", "--workspace", "default", "--json"]).expect(0).json();
    assert_eq!(
        (&first["version"], &first["active"], &first["intents"]),
        (&json!(1), &json!(true), &json!(3)),
        "{first}"
    );
    let told = place.nlu(&["train", "--workspace", "default"]).expect(0).stdout;
    assert!(told.contains("Version 2"), "{told}");
    let listed = place.nlu(&["models", "--json"]).expect(0).json();
    let in_use = versions(&listed).into_iter().find(|(_, active)| *active).unwrap().0;
    assert_eq!(versions(&listed).len(), 2, "{listed}");
    place.nlu(&["rollback", "2"]).expect(0);
    let back = place.nlu(&["rollback", "--json"]).expect(0).json();
    assert_eq!((&back["version"], &back["active"]), (&json!(1), &json!(true)), "{back}");
    assert_eq!(versions(&place.nlu(&["models", "--json"]).expect(0).json()), [(2, false), (1, true)]);
    assert!(place.nlu(&["models"]).expect(0).stdout.contains("in use"));
    let forward = place.nlu(&["rollback", "2"]).expect(0).stdout;
    assert_eq!(forward, "Version 2 is in use.\n");
    place.nlu(&["rollback", "9"]).expect(1);
    place.nlu(&["rollback", "nine"]).expect(2);
    assert!([1, 2].contains(&in_use));
}
