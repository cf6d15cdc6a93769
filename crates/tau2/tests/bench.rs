//! The assistant against the published tasks, where somebody has them: `YINGDA_TAU2=FOLDER cargo test -p yingda-tau2`.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use yingda_tau2::{Retail, Task, gold, release, run};

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("YINGDA_TAU2").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("YINGDA_TAU2 names no folder: nothing is measured");
    }
    folder
}

#[test]
fn the_flows_of_the_desk_are_fit() {
    if let Err(error) = release() {
        let problems: Vec<String> = error.0.iter().map(ToString::to_string).collect();
        panic!("{}", problems.join("\n"));
    }
}

#[test]
fn flows_and_the_scripted_customer_finish_many_tasks_and_never_break_a_rule() {
    let Some(folder) = folder() else { return };
    let fresh = Retail::load(&folder).unwrap().database().clone();
    let tasks = Task::load_all(&folder).unwrap();
    let seeds = std::env::var("YINGDA_TAU2_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    let report = run(&release().unwrap(), &fresh, &tasks, seeds);
    // Print the conversations of failed tasks (`all`) or of one task (its id).
    let show = std::env::var("YINGDA_TAU2_SHOW").unwrap_or_default();
    for attempt in &report.attempts {
        if show == "all" && !attempt.passed() || show == attempt.task {
            println!("== {} seed {} {:?}", attempt.task, attempt.seed, attempt.why);
            for line in &attempt.transcript {
                println!("  {line}");
            }
        }
    }
    println!("{report}");
    assert!(report.attempts.iter().all(|attempt| attempt.violations.is_empty()));
    assert!(report.all.state_1 > 0.4, "{}", report.all.state_1);
}

#[test]
fn all_expected_actions_but_one_are_allowed_by_the_shops_rules() {
    let Some(folder) = folder() else { return };
    let fresh = Retail::load(&folder).unwrap().database().clone();
    let gold = gold(&fresh, &Task::load_all(&folder).unwrap());
    assert_eq!((gold.tasks, gold.sound), (74, 73), "{gold}");
    assert_eq!(gold.refused[0].0, "105");
}
