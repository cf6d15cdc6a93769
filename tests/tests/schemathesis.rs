//! The API against its own description: schemathesis makes requests from the OpenAPI document, good and bad ones, and looks whether
//! the answers are as described and never a server error.
//!
//! `YINGDA_EXAMPLES` sets the number of examples for each operation (15 when absent), `YINGDA_SEED` which ones.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use yingda_tests::{DEMO_INBOX, Server, Setup, staff, visitor};

const VERSION: &str = "4.32.5";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_does_what_its_description_says() {
    let schemathesis = install().await;
    let mut server = Server::start(Setup::demo()).await;
    let (_, admin) = staff(server.address(), "admin").await;
    let (_, customer) = visitor(server.address(), DEMO_INBOX).await;
    let base = server.address().base();
    run(&schemathesis, &base, &admin, ["--exclude-path-regex", "^/api/v1/visitor/"]).await;
    run(&schemathesis, &base, &customer, ["--include-path-regex", "^/api/v1/visitor/"]).await;
    assert!(server.runs());
    for line in server.log().lines() {
        assert!(!line.contains("\"level\":\"ERROR\"") && !line.contains("panicked"), "an error in the log: {line}");
    }
}

async fn run(schemathesis: &Path, base: &str, token: &str, paths: [&str; 2]) {
    let examples = std::env::var("YINGDA_EXAMPLES").unwrap_or_else(|_| "15".into());
    let seed = std::env::var("YINGDA_SEED").unwrap_or_else(|_| "1".into());
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(schemathesis)
        .arg("run")
        .arg(format!("{base}/openapi.json"))
        .args(["--url", base, "--workers", "2", "--phases", "examples,coverage,fuzzing", "--no-color"])
        .args([
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        ])
        .args([
            "--max-examples",
            &examples,
            "--seed",
            &seed,
            "--request-timeout",
            "30",
            "--suppress-health-check",
            "all",
        ])
        .args(["--warnings", "off", "--continue-on-failure", "--header", &format!("Authorization: Bearer {token}")])
        .args(paths)
        // It writes notes into the folder that it is started in.
        .current_dir(folder.path())
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap_or_else(|error| panic!("{} could not be run: {error}", schemathesis.display()));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "schemathesis found something:\n{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    eprintln!("schemathesis {}:\n{}", paths.join(" "), lines[lines.len().saturating_sub(14)..].join("\n"));
}

/// Installs schemathesis into a folder of its own below `target`, the first time.
async fn install() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().find(|folder| folder.ends_with("target")).unwrap_or_else(|| Path::new("target"));
    let folder = target.join("schemathesis").join(VERSION);
    let program = folder.join("bin/st");
    if program.is_file() {
        return program;
    }
    let _ = std::fs::remove_dir_all(&folder);
    let python = Command::new("python3").args(["-m", "venv"]).arg(&folder).output().await;
    assert!(
        python.as_ref().is_ok_and(|output| output.status.success()),
        "a Python environment could not be made: install it (Debian: apt install python3-venv). {python:?}"
    );
    let package = format!("schemathesis=={VERSION}");
    let pip = Command::new(folder.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", &package])
        .output();
    let pip = pip.await.unwrap();
    if !pip.status.success() || !program.is_file() {
        let _ = std::fs::remove_dir_all(&folder);
        panic!(
            "{package} could not be installed: pip needs a package index. Connect to one, set PIP_INDEX_URL to a mirror, or leave \
             this test out with `-E 'not test(the_api_does_what_its_description_says)'`. pip said:\n{}",
            String::from_utf8_lossy(&pip.stderr)
        );
    }
    program
}
