#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use yingda_model::AssistantFile;
use yingda_rehearsal::{Plan, check, rehearse, simulate, walks};

use super::DemoStage;

fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/ecommerce")
}

fn files() -> Vec<AssistantFile> {
    crate::command::flow::files(&pack()).unwrap()
}

/// The pack in the demo shop, as its customers meet it: one opening of the shop, which takes seconds, for all of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_shop_pack_passes_its_tests_and_never_keeps_anybody_from_a_person() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let demo = DemoStage::open().await.unwrap();
    let checked = check(1, &files(), &demo.around);
    let wrong: Vec<String> = checked.problems.iter().filter(|problem| problem.fatal).map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let brain = checked.brain.unwrap();

    let walks = walks(&demo.stage, &brain, 1, 300).await;
    assert!(walks.failures.is_empty(), "{walks}");

    let clean = rehearse(&demo.stage, &brain, &checked.suite, &Plan { runs: 2, ..Plan::default() }).await;
    assert!(clean.is_passed(), "{clean}");
    assert!(clean.conversations.len() >= 60, "{} conversations", clean.conversations.len());

    let noisy = rehearse(&demo.stage, &brain, &checked.suite, &Plan { runs: 1, noise: 0.1, ..Plan::default() }).await;
    println!("with typing errors {:.1} %", 100.0 * noisy.pass_1);
    assert!(noisy.pass_1 >= 0.9, "{noisy}");

    let visits = simulate(&demo.stage, &brain, &checked.suite, &Plan::default()).await;
    println!("simulated customers pass^1 {:.1} %, pass^4 {:?}", 100.0 * visits.pass_1, visits.pass_4);
    assert!(visits.pass_1 >= 0.8, "{visits}");
}
