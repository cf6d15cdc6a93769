//! The published tasks, where somebody has them: `YINGDA_TAU2=FOLDER cargo test -p yingda-tau2`.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

mod desk;

use desk::Desk;
use yingda_tau2::{Customer, Retail, Task, difference, replay, verify, violations};

#[test]
fn the_expected_actions_of_every_task_lead_to_a_sound_state() {
    let Some(folder) = std::env::var_os("YINGDA_TAU2").map(PathBuf::from) else {
        eprintln!("YINGDA_TAU2 names no folder: nothing to replay");
        return;
    };
    let retail = Retail::load(&folder).unwrap();
    let tasks = Task::load_all(&folder).unwrap();
    let mut wrong = Vec::new();
    let mut refused = Vec::new();
    for task in &tasks {
        let verdict = verify(retail.database(), task);
        for (action, error) in &verdict.failed_reads {
            println!("task {}: {} {} gave: {error}", verdict.task, action.name, action.arguments);
        }
        for (action, error) in &verdict.refused_writes {
            println!("task {}: {} is refused: {error}", verdict.task, action.name);
            refused.push(verdict.task.clone());
        }
        wrong.extend(verdict.problems.into_iter().map(|problem| format!("task {}: {problem}", task.id)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The gift card named there has 17.00 left, and the exchange costs 21.10: nothing may happen.
    assert_eq!(refused, ["105"]);
    println!("{} tasks", tasks.len());
}

#[test]
fn every_task_becomes_a_script_with_wishes() {
    let Some(folder) = std::env::var_os("YINGDA_TAU2").map(PathBuf::from) else { return };
    for task in Task::load_all(&folder).unwrap() {
        let customer = Customer::new(&task);
        let script = customer.script();
        println!("== {} {:?} {:?} {:?}", task.id, script.identity, script.reason, script.order_numbers);
        for wish in &script.wishes {
            println!("   {:?} [{}] {:?}", wish.kind, wish.text, wish.payment);
            for case in &wish.cases {
                println!("       {:?}: {}", case.when, case.say);
            }
        }
        let who = &script.identity;
        assert!(!who.emails.is_empty() || !who.zips.is_empty(), "task {}: nobody", task.id);
    }
}

#[test]
fn a_plain_desk_and_the_scripted_customer_finish_many_tasks() {
    let Some(folder) = std::env::var_os("YINGDA_TAU2").map(PathBuf::from) else { return };
    let fresh = Retail::load(&folder).unwrap().database().clone();
    // Print the conversations of failed tasks (`all`) or of one task (its id).
    let show = std::env::var("YINGDA_TAU2_SHOW").unwrap_or_default();
    let (mut passed, mut told, mut idle, mut tasks) = (Vec::new(), 0, 0, 0);
    for task in Task::load_all(&folder).unwrap() {
        tasks += 1;
        let expected = replay(&fresh, &task).database;
        idle += usize::from(expected == fresh);
        let desk = Desk::talk(&fresh, Customer::new(&task));
        let left = difference(&expected, desk.retail.database());
        assert_eq!(violations(&fresh, desk.retail.database()), Vec::<String>::new(), "task {}", task.id);
        let said: Vec<&String> = desk.transcript.iter().filter(|line| line.starts_with("A: ")).collect();
        let all_told =
            task.evaluation_criteria.communicate_info.iter().all(|fact| said.iter().any(|line| line.contains(fact)));
        if left.is_empty() {
            passed.push(task.id.clone());
            told += usize::from(all_told);
        }
        if show == "all" && !left.is_empty() || show == task.id {
            println!("== {} {}", task.id, if left.is_empty() { "passed" } else { "FAILED" });
            for line in &desk.transcript {
                println!("  {line}");
            }
            for change in left.iter().take(6) {
                println!("  expected≠got {change}");
            }
        }
    }
    println!("end state as expected: {} of {tasks}: {}", passed.len(), passed.join(" "));
    println!("of these also told all that must be told: {told}; tasks where nothing may change: {idle}");
    assert!(passed.len() * 2 > tasks, "fewer than half");
}
