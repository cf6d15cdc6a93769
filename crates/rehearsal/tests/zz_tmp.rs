#![allow(clippy::unwrap_used, unused)]
mod support;
use support::*;
use yingda_rehearsal::*;
#[tokio::test]
async fn tmp() {
    let checked = assistant(&[]);
    let stage = stage().await;
    for seed in 1..61 {
        let walk = walk(&stage, checked.brain.as_ref().unwrap(), seed).await;
        if walk.asked_with.is_empty() { println!("== {seed}\n{}", walk.transcript.join("\n")); }
    }
}
