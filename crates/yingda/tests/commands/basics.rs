//! The command line as scripts see it: what is printed, and the exit code.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Place, Ran, alone, run};

const GOOD: &str = r#"{"question":"怎么退货？","answer":"七天内可以退。","variants":["我想退货"],"lang":"zh","category":"returns"}
{"question":"Where is my parcel?","answer":"See My orders.","lang":"en"}
{"question":"怎么开发票？","answer":"在订单里申请。"}
"#;

const BAD: &str = r#"{"question":"怎么退货？","answer":"七天内可以退。"}
{"question":"","answer":"nothing asked"}
not json
"#;

fn entries(place: &Place) -> u64 {
    place.run(&["kb", "list", "--json"]).expect(0).json()["total"].as_u64().unwrap()
}

#[test]
fn every_command_has_help_with_an_example() {
    let mut waiting = vec![Vec::<String>::new()];
    let mut seen = 0;
    while let Some(path) = waiting.pop() {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = alone(&arguments).expect(0).stdout;
        assert!(help.contains("Example"), "yingda {} --help has no example:\n{help}", path.join(" "));
        assert!(help.contains("--json"), "yingda {} has no --json", path.join(" "));
        seen += 1;
        let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        for name in commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()) {
            if !name.is_empty() && name != "help" {
                waiting.push([path.clone(), vec![name.to_owned()]].concat());
            }
        }
    }
    assert!(seen > 20, "found only {seen} commands");
}

#[test]
fn wrong_use_is_exit_code_2_also_for_programs() {
    alone(&["nonsense"]).expect(2);
    let ran = alone(&["kb", "import", "--json"]).expect(2);
    assert_eq!(ran.error()["code"], "usage");
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_command_does_not_make_an_installation_by_mistake() {
    let place = Place::empty();
    let ran = place.run(&["kb", "list"]).expect(1);
    assert!(ran.stderr.contains("yingda serve"), "{}", ran.stderr);
    assert!(!place.path("data").exists());
}

#[test]
fn an_import_with_bad_lines_names_each_and_stores_nothing() {
    let place = Place::new();
    let ran = place.run(&["kb", "import", &place.file("faq.jsonl", BAD)]).expect(3);
    assert!(ran.stderr.contains("refused line 2:"), "{}", ran.stderr);
    assert!(ran.stderr.contains("refused line 3:"), "{}", ran.stderr);
    assert_eq!(entries(&place), 0);

    let ran = place.run(&["kb", "import", "faq.jsonl", "--json"]).expect(3);
    assert_eq!(ran.json()["imported"], 0);
    assert_eq!(ran.json()["refused"][0]["code"], "empty_question");
    assert_eq!(ran.error()["code"], "refused");

    let mut chinese = place.command(&["kb", "import", "faq.jsonl"]);
    let ran = run(chinese.env("LANG", "zh_CN.UTF-8"), "").expect(3);
    assert!(ran.stderr.contains("已拒绝 第 2 行："), "{}", ran.stderr);
}

#[test]
fn with_skip_bad_an_import_takes_the_good_lines() {
    let place = Place::new();
    place.file("faq.jsonl", BAD);
    let ran = place.run(&["kb", "import", "faq.jsonl", "--skip-bad", "--json"]).expect(0);
    assert_eq!((ran.json()["added"].as_u64(), ran.json()["refused"].as_array().unwrap().len()), (Some(1), 2));
    assert_eq!(entries(&place), 1);
}

#[test]
fn importing_twice_is_importing_once() {
    let place = Place::new();
    place.file("faq.jsonl", GOOD);
    assert_eq!(place.run(&["kb", "import", "faq.jsonl", "--json"]).expect(0).json()["added"], 3);
    assert_eq!(place.run(&["kb", "import", "faq.jsonl", "--json"]).expect(0).json()["unchanged"], 3);
    assert_eq!(entries(&place), 3);
}

#[test]
fn what_is_exported_can_be_imported_elsewhere() {
    let (here, there) = (Place::new(), Place::new());
    here.file("faq.jsonl", GOOD);
    here.run(&["kb", "import", "faq.jsonl"]).expect(0);
    here.run(&["kb", "export", "out.jsonl"]).expect(0);
    here.run(&["kb", "export", "out.jsonl"]).expect(2);
    here.run(&["kb", "export", "out.jsonl", "--force"]).expect(0);
    let exported = fs::read_to_string(here.path("out.jsonl")).unwrap();
    there.file("in.jsonl", &exported);
    there.run(&["kb", "import", "in.jsonl"]).expect(0);
    // Ids and the moments of storing are each installation's own.
    let says = |text: &str| -> Vec<Value> {
        let line = |line: &str| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            for own in ["id", "entry_id", "created_at", "updated_at", "at"] {
                line.as_object_mut().unwrap().remove(own);
            }
            line
        };
        text.lines().map(line).collect()
    };
    assert_eq!(says(&there.run(&["kb", "export", "-"]).expect(0).stdout), says(&exported));
    assert!(exported.contains("我想退货") && exported.contains("returns"));
}

#[test]
fn unreadable_files_are_named() {
    let place = Place::new();
    let ran = place.run(&["kb", "import", "missing.csv"]).expect(1);
    assert!(ran.stderr.contains("missing.csv"), "{}", ran.stderr);
    let ran = place.run(&["kb", "import", &place.file("faq.dat", "x")]).expect(3);
    assert!(ran.stderr.contains(".xlsx"), "{}", ran.stderr);
    let ran = place.run(&["kb", "import", "faq.dat", "--workspace", "nobody"]).expect(1);
    assert!(ran.stderr.contains("nobody"), "{}", ran.stderr);
}

#[test]
fn an_evaluation_prints_its_figures_for_people_and_programs() {
    let place = Place::empty();
    place.file("faq.jsonl", GOOD);
    place.file(
        "pairs.jsonl",
        "{\"q1\":\"怎么退货？\",\"q2\":\"我想退货\",\"label\":1}\n\
         {\"q1\":\"Where is my parcel?\",\"q2\":\"where is my parcel\",\"label\":1}\n\
         {\"q1\":\"怎么退货？\",\"q2\":\"怎么开发票\",\"label\":0}\n\
         {\"q1\":\"x\"}\n",
    );
    let ran = place.run(&["kb", "eval", "pairs.jsonl", "--kb", "faq.jsonl"]).expect(0);
    for figure in ["hit@1 ", "hit@5 ", "hit@10 ", "MRR@10 ", "answer, rightly"] {
        assert!(ran.stdout.contains(figure), "{figure}: {}", ran.stdout);
    }
    assert!(ran.stderr.contains("refused line 4"), "{}", ran.stderr);
    let figures = place.run(&["kb", "eval", "pairs.jsonl", "--kb", "faq.jsonl", "--json"]).expect(0).json();
    assert_eq!((figures["hit1"].as_f64(), figures["mrr10"].as_f64()), (Some(1.0), Some(1.0)));
    assert_eq!((figures["queries_with_answer"].as_u64(), figures["negatives"].as_u64()), (Some(2), Some(1)));
    assert_eq!(figures["decisions"]["answered_right"], 2);
    assert!(!place.path("data").exists());
    place.run(&["kb", "eval", "missing.jsonl", "--kb", "faq.jsonl"]).expect(1);
}

#[test]
fn the_installation_is_evaluated_when_no_file_is_given() {
    let place = Place::new();
    place.file("faq.jsonl", GOOD);
    place.file("pairs.jsonl", "{\"q1\":\"怎么退货？\",\"q2\":\"我想退货\",\"label\":1}\n");
    let ran = place.run(&["kb", "eval", "pairs.jsonl", "--json"]).expect(3);
    assert_eq!(ran.error()["code"], "refused");
    place.run(&["kb", "import", "faq.jsonl"]).expect(0);
    assert_eq!(place.run(&["kb", "eval", "pairs.jsonl", "--json"]).expect(0).json()["hit1"], 1.0);
}

#[test]
fn a_known_question_is_answered_with_its_trace() {
    let place = Place::new();
    place.file("faq.jsonl", GOOD);
    place.run(&["kb", "import", "faq.jsonl"]).expect(0);
    let ran = place.run(&["ask", "我想退货"]).expect(0);
    assert!(ran.stdout.contains("七天内可以退。") && ran.stdout.contains("confidence"), "{}", ran.stdout);
    let asked = place.run(&["ask", "怎么退货", "--kb", "faq.jsonl", "--json"]).expect(0).json();
    assert_eq!(asked["decision"]["type"], "answer");
    assert_eq!(asked["answer"], "七天内可以退。");
    assert!(asked["candidates"][0]["terms"].as_array().is_some_and(|terms| !terms.is_empty()));
}

#[test]
fn an_unknown_question_is_exit_code_3() {
    let place = Place::empty();
    place.file("faq.jsonl", GOOD);
    let ran = place.run(&["ask", "--kb", "faq.jsonl", "--json", "quantum", "chromodynamics"]).expect(3);
    assert_eq!(ran.json()["decision"]["type"], "unknown");
    assert_eq!(ran.error()["code"], "refused");
    place.run(&["ask", "--kb", "faq.jsonl", "  "]).expect(2);
}

#[test]
fn users_are_added_listed_and_get_new_passwords() {
    let place = Place::new();
    let add = ["user", "add", "Li@Example.com", "--name", "李雷", "--role", "agent", "--password-stdin"];
    place.run_with(&add, "short\n").expect(2);
    place.run_with(&add, "a long password\n").expect(0);
    let ran = place.run_with(&add, "a long password\n").expect(1);
    assert!(ran.stderr.contains("passwd"), "{}", ran.stderr);
    let listed = place.run(&["user", "list", "--json"]).expect(0).json();
    let emails: Vec<_> = listed["users"].as_array().unwrap().iter().map(|user| user["email"].clone()).collect();
    assert_eq!(emails, ["admin@localhost", "li@example.com"]);
    assert!(!listed.to_string().contains("argon2"));

    place.run_with(&["user", "passwd", "li@example.com", "--password-stdin"], "another password\n").expect(0);
    place.run_with(&["user", "passwd", "nobody@example.com", "--password-stdin"], "another password\n").expect(1);
    let ran = place.run(&["user", "passwd", "li@example.com"]).expect(2);
    assert!(ran.stderr.contains("--password-stdin"), "{}", ran.stderr);
}

#[test]
fn a_role_that_does_not_exist_is_wrong_use() {
    let place = Place::new();
    let ran = place
        .run_with(&["user", "add", "a@b.c", "--name", "A", "--role", "king", "--password-stdin"], "a long password\n")
        .expect(2);
    assert!(ran.stderr.contains("supervisor"), "{}", ran.stderr);
}

#[test]
fn an_added_workspace_has_a_web_chat_and_its_own_knowledge() {
    let place = Place::new();
    place.file("faq.jsonl", GOOD);
    let added = place.run(&["workspace", "add", "shop", "--name", "小店", "--json"]).expect(0).json();
    assert!(added["inbox_key"].as_str().unwrap().starts_with("web-"));
    place.run(&["workspace", "add", "shop", "--name", "again"]).expect(1);
    place.run(&["workspace", "add", "Not Good", "--name", "x"]).expect(2);
    let listed = place.run(&["workspace", "list", "--json"]).expect(0).json();
    assert_eq!(listed["workspaces"][1]["slug"], "shop");
    place.run(&["kb", "import", "faq.jsonl", "--workspace", "shop"]).expect(0);
    assert_eq!(entries(&place), 0);
}

#[test]
fn the_doctor_finds_a_sound_installation_sound() {
    let place = Place::new();
    let ran = place.run(&["doctor", "--json"]).expect(0);
    assert_eq!(ran.json()["healthy"], true);
    let ran = place.run(&["doctor"]).expect(0);
    assert!(ran.stdout.contains("ok    integrity"), "{}", ran.stdout);
    assert!(ran.stdout.contains("warn  knowledge"), "{}", ran.stdout);
    let server = place.serve(&[]);
    place.run(&["doctor", "--url", &server.url]).expect(0);
}

#[test]
fn the_doctor_says_what_is_bad_and_what_to_do() {
    let place = Place::new();
    let key = place.path("data/master.key");
    let state = |ran: &Ran, name: &str| {
        let report = ran.json();
        let check = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap().clone();
        (check["state"].as_str().unwrap().to_owned(), check["advice"].as_str().unwrap_or_default().to_owned())
    };
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let ran = place.run(&["doctor", "--json"]).expect(1);
    assert_eq!(state(&ran, "master key"), ("bad".into(), "chmod 600 data/master.key".into()));

    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let other = Place::new();
    let right = fs::read(&key).unwrap();
    fs::write(&key, fs::read(other.path("data/master.key")).unwrap()).unwrap();
    assert_eq!(state(&place.run(&["doctor", "--json"]).expect(1), "database").0, "bad");
    fs::remove_file(&key).unwrap();
    assert_eq!(state(&place.run(&["doctor", "--json"]).expect(1), "master key").0, "bad");
    assert!(!key.exists(), "a new key beside an old database fits nothing");
    fs::write(&key, right).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();

    let ran = place.run(&["doctor", "--json", "--url", "http://127.0.0.1:1"]).expect(1);
    assert_eq!(state(&ran, "server").0, "bad");
    place.run(&["doctor"]).expect(0);
    let database = place.path("data/yingda.db");
    let mut bytes = fs::read(&database).unwrap();
    let from = bytes.len() / 2;
    bytes[from..].fill(0x55);
    fs::write(&database, bytes).unwrap();
    let ran = place.run(&["doctor"]).expect(1);
    assert!(ran.stdout.contains("malformed") || ran.stdout.contains("damaged"), "{}", ran.stdout);

    place.run(&["doctor", "--data", "nowhere"]).expect(1);
    assert!(!place.path("nowhere").exists());
}

#[test]
fn a_backup_comes_back_whole_in_an_empty_installation_only() {
    let place = Place::new();
    place.file("faq.jsonl", GOOD);
    place.run(&["kb", "import", "faq.jsonl"]).expect(0);
    let ran = place.run(&["backup", "b.tar.gz"]).expect(0);
    assert!(ran.stdout.contains("master.key"), "{}", ran.stdout);
    assert!(!place.path("b.tar.gz.key").exists());
    place.run(&["backup", "b.tar.gz"]).expect(2);

    place.run(&["restore", "b.tar.gz", "--data", "new"]).expect(1);
    assert!(!place.path("new").exists());
    place.run(&["restore", "b.tar.gz", "--data", "new", "--key", "data/master.key"]).expect(0);
    place.run(&["restore", "b.tar.gz", "--data", "new"]).expect(1);
    let listed = place.run(&["kb", "list", "--data", "new", "--json"]).expect(0).json();
    assert_eq!(listed["total"], 3);
    place.run(&["doctor", "--data", "new"]).expect(0);

    place.run(&["backup", "b.tar.gz", "--with-key", "--force"]).expect(0);
    place.run(&["restore", "b.tar.gz", "--data", "newer"]).expect(0);
    let mode = fs::metadata(place.path("newer/master.key")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
}

#[test]
fn a_restore_that_fails_leaves_nothing() {
    let place = Place::new();
    place.file("b.tar.gz", "not a backup");
    place.run(&["restore", "b.tar.gz", "--data", "new", "--key", "data/master.key"]).expect(1);
    let left: Vec<_> = fs::read_dir(place.path("new")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, Vec::<PathBuf>::new());
}

#[test]
fn an_export_has_a_json_object_on_each_line() {
    let place = Place::new();
    place.file("faq.jsonl", GOOD);
    place.run(&["kb", "import", "faq.jsonl"]).expect(0);
    let lines = place.run(&["export", "all.jsonl", "--json"]).expect(0).json()["lines"].as_u64().unwrap();
    let text = fs::read_to_string(place.path("all.jsonl")).unwrap();
    let types: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(types.len() as u64, lines);
    assert_eq!(types.iter().filter(|kind| *kind == "kb_entry").count(), 3);
    assert_eq!(place.run(&["export", "-"]).expect(0).stdout, text);
}

#[test]
fn a_model_with_another_hash_is_not_installed() {
    let place = Place::empty();
    let wrong = place.file("e5.bin", "these are not the weights");
    let ran = place.run(&["models", "pull", "e5-small", "--from", &wrong]).expect(1);
    assert!(ran.stderr.contains("SHA-256"), "{}", ran.stderr);
    assert!(!place.path("data/models/e5-small").exists());
    let listed = place.run(&["models", "list", "--json"]).expect(0).json();
    assert_eq!(listed["models"][0]["installed"], false);
    place.run(&["models", "pull", "no-such-model"]).expect(2);
}

#[test]
fn fetching_a_model_without_python_says_what_to_do() {
    let place = Place::empty();
    let mut command = place.command(&["models", "pull", "e5-small", "--json"]);
    let ran = run(command.env("PATH", "/nowhere"), "").expect(1);
    assert!(ran.error()["message"].as_str().unwrap().contains("--from"));
    assert!(!place.path("data").exists());
}

#[test]
fn completions_are_printed_for_each_shell() {
    for (shell, sign) in [("bash", "complete -F"), ("zsh", "#compdef yingda"), ("fish", "complete -c yingda")] {
        let script = alone(&["completions", shell]).expect(0).stdout;
        assert!(script.contains(sign) && script.contains("backup"), "{shell}");
    }
    alone(&["completions", "tcsh"]).expect(2);
}

#[test]
fn the_api_document_is_json() {
    let document = alone(&["openapi"]).expect(0).json();
    assert!(document["paths"]["/api/v1/visitor/messages"].is_object());
}

#[test]
fn a_chat_gets_answers_and_picks_options_by_number() {
    let place = Place::empty();
    let server = place.serve(&["--demo"]);
    let chat = |more: &[&str]| {
        let arguments = [&["chat", "--url", &server.url, "--token-file", "visitor.token"], more].concat();
        place.run(&arguments)
    };
    let ran = chat(&["--say", "优惠券", "--say", "1", "--json"]).expect(0).json();
    let offered = &ran["turns"][0]["answers"][0]["content"];
    assert_eq!(offered["type"], "choices");
    let answer = ran["turns"][1]["answers"][0]["content"]["text"].as_str().unwrap().to_owned();
    assert!(!answer.is_empty());
    let mode = fs::metadata(place.path("visitor.token")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);

    // The thread goes on with the token that was kept, and the next run reads nothing of the one before.
    let before = ran["turns"][1]["answers"][0]["seq"].as_u64().unwrap();
    let next = chat(&["--say", "怎么取消订单？", "--json"]).expect(0).json();
    assert!(next["turns"][0]["answers"][0]["seq"].as_u64().unwrap() > before);
    let anew = chat(&["--new", "--say", "怎么取消订单？"]).expect(0);
    assert!(anew.stdout.contains("取消"), "{}", anew.stdout);

    let ran = chat(&["--inbox", "no-such-inbox", "--new", "--say", "hi", "--json"]).expect(1);
    assert_eq!(ran.error()["code"], "failed");
    place.run(&["chat", "--url", "ftp://x", "--say", "hi"]).expect(2);
}

#[test]
fn lines_from_a_pipe_are_said_one_after_the_other() {
    let place = Place::empty();
    let server = place.serve(&["--demo"]);
    let ran = place.run_with(&["chat", "--url", &server.url, "--json"], "怎么取消订单？\n\n退货\n").expect(0).json();
    assert_eq!(ran["turns"].as_array().unwrap().len(), 2);
    assert!(place.path("cache/yingda").is_dir());
}

#[test]
fn what_is_imported_beside_a_running_server_is_answered_at_once() {
    let place = Place::empty();
    let server = place.serve(&["--demo"]);
    place.file("mars.jsonl", "{\"question\":\"火星上有水吗？\",\"answer\":\"有冰。\"}\n");
    place.run(&["kb", "import", "mars.jsonl"]).expect(0);
    let ran = place.run(&["chat", "--url", &server.url, "--new", "--say", "火星上有水吗？"]).expect(0);
    assert!(ran.stdout.contains("有冰。"), "{}", ran.stdout);
}

#[test]
fn a_message_said_while_the_server_is_killed_is_answered_once_it_is_back() {
    let place = Place::empty();
    let server = place.serve(&["--demo"]);
    let address = server.url.replace("http://localhost", "127.0.0.1");
    let mut chat = place
        .command(&["chat", "--url", &server.url, "--say", "怎么取消订单？", "--say", "怎么下单？"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(chat.stdout.take().unwrap());
    let mut first = String::new();
    said.read_line(&mut first).unwrap();
    assert!(first.contains("取消"), "{first}");
    drop(server);
    let _server = place.serve(&["--demo", "--listen", &address]);
    let mut second = String::new();
    said.read_to_string(&mut second).unwrap();
    assert_eq!(chat.wait().unwrap().code(), Some(0));
    assert!(second.contains("结算"), "{second}");
    let everything = place.run(&["export", "-"]).expect(0).stdout;
    let messages: Vec<Value> = everything
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["type"] == "message")
        .collect();
    assert_eq!(messages.len(), 4, "two questions and two answers, each once: {messages:?}");
}
