//! How long a turn takes in the engine alone: the shop's return, from the wish to the return number, with a digression and a
//! correction. `cargo run --release -p yingda-dialogue --example turns -- packs/ecommerce`

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yingda_dialogue::{
    Call, Called, Circumstances, Command, Does, Effect, Known, KnownInput, KnownTool, Lang, Needs, Next, Proposed,
    Release, Step, Tone, read_flow, read_release, resume, take,
};
use yingda_expression::Names;
use yingda_model::{DialogueState, Timestamp};

const ROUNDS: usize = 2_000;

fn main() -> ExitCode {
    let pack = std::env::args().nth(1).unwrap_or_else(|| "packs/ecommerce".into());
    match read(Path::new(&pack)) {
        Ok(release) => {
            measure(&release);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the flows of a pack; of its tools it believes that they are as the flows use them.
fn read(pack: &Path) -> Result<Release, String> {
    let mut files = Vec::new();
    for folder in ["flows", "."] {
        let entries = std::fs::read_dir(pack.join(folder)).map_err(|error| format!("{}: {error}", pack.display()))?;
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.extension().is_some_and(|end| end == "yml") {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let name = if folder == "." { name.into_owned() } else { format!("{folder}/{name}") };
                let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                files.push((name, text));
            }
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut uses = BTreeSet::new();
    for (name, text) in files.iter().filter(|(name, _)| name.starts_with("flows/")) {
        if let (Some(flow), _) = read_flow(name, text) {
            note_tools(&flow.steps, &mut uses);
        }
    }
    let tools: BTreeSet<String> = uses.iter().map(|(tool, _)| tool.clone()).collect();
    let tools = tools.into_iter().map(|name| KnownTool {
        inputs: uses
            .iter()
            .filter(|(tool, _)| *tool == name)
            .map(|(_, input)| KnownInput { name: input.clone(), required: false, of: None })
            .collect(),
        effect: if name == "shop.start_return" { Effect::Write } else { Effect::Read },
        needs: Needs::None,
        name,
    });
    let known = Known { tools: tools.collect(), ..Known::default() };
    let (release, problems) = read_release(1, &files, &known);
    release.ok_or_else(|| problems.iter().map(|problem| format!("{problem}\n")).collect())
}

fn note_tools(steps: &[Step], uses: &mut BTreeSet<(String, String)>) {
    for step in steps {
        match &step.does {
            Does::Call(call) => {
                let tools =
                    [(&call.tool, &call.with)].into_iter().chain(call.undo.iter().map(|(tool, with)| (tool, with)));
                for (tool, with) in tools {
                    uses.insert((tool.clone(), String::new()));
                    uses.extend(with.iter().map(|(input, _)| (tool.clone(), input.clone())));
                }
                call.on_error.iter().for_each(|(_, steps)| note_tools(steps, uses));
            }
            Does::Collect(collect) => collect.otherwise.iter().for_each(|steps| note_tools(steps, uses)),
            Does::Choice { options, .. } => options.iter().for_each(|option| note_tools(&option.then, uses)),
            Does::Branch { arms, otherwise } => {
                arms.iter().for_each(|(_, steps)| note_tools(steps, uses));
                note_tools(otherwise, uses);
            }
            Does::For { steps, .. } => note_tools(steps, uses),
            Does::Confirm { no, .. } => no.iter().for_each(|steps| note_tools(steps, uses)),
            _ => {}
        }
    }
}

/// What the shop answers.
fn answer(call: &Call) -> Value {
    let order = |number: u32| {
        let item = |sku: &str| json!({"sku": sku, "name": "不粘煎锅", "name_en": "Frying pan", "qty": 1, "price_cents": 12900});
        json!({
            "order_no": format!("QH261108174{number}"), "title": "不粘煎锅等 2 件", "title_en": "Frying pan and 1 more",
            "status": "delivered", "status_name": "已签收", "status_name_en": "delivered", "total_cents": 25800,
            "items": [item("P-1"), item("P-2")], "allowed": ["return", "exchange"],
            "customer": {"external_id": "cust-1"}, "payment": {"method": "alipay"},
        })
    };
    match call.tool.as_str() {
        "shop.list_orders" => json!({"total": 5, "orders": (0..5).map(order).collect::<Vec<_>>()}),
        "shop.get_order" => order(2),
        "shop.check_return" => json!({
            "allowed": true, "instead": [], "why": "", "why_en": "", "refund_cents": 12900, "label_fee_cents": 1200,
            "freight_paid_by": "customer",
        }),
        "shop.start_return" => json!({"return_no": "R1", "refund_cents": 11700}),
        _ => json!({}),
    }
}

fn measure(release: &Release) {
    let fill = |slot: &str, value: Value| Command::FillSlot { slot: slot.into(), value };
    let turns: Vec<(&str, Vec<Command>)> = vec![
        ("the wish", vec![Command::StartFlow { flow: "return_goods".into() }]),
        ("the order", vec![fill("order_no", json!("QH2611081742"))]),
        ("an answer between", vec![Command::Answer { answer: 0 }]),
        ("the items", vec![fill("skus", json!(["P-1"]))]),
        ("the reason", vec![fill("reason", json!("changed_mind"))]),
        ("the condition", vec![fill("condition", json!("unopened"))]),
        ("not understood", vec![Command::CannotHandle]),
        ("the way back", vec![fill("shipping", json!("own"))]),
        ("a correction", vec![Command::CorrectSlot { slot: "shipping".into(), value: Some(json!("pickup")) }]),
        ("yes", vec![Command::Affirm]),
    ];
    let mut took: Vec<Vec<Duration>> = vec![Vec::with_capacity(ROUNDS); turns.len()];
    let facts = json!({
        "contact": {"external_id": "cust-1", "name": "黄诗雅", "known": true, "verified": true, "phone": "13800000000"},
        "inbox": {"name": "店铺", "kind": "web"}, "channel": "web", "desk": {"open": true, "back": ""}, "settings": {},
        "lang": "zh", "now": "2026-11-20T10:00:00Z", "mood": {"emotion": "neutral", "upset": false},
    });
    let Value::Object(facts) = facts else { return };
    let mut names = Names::new();
    names.over(&facts);
    for round in 0..ROUNDS + 100 {
        let mut state = DialogueState::default();
        for (number, (name, commands)) in turns.iter().enumerate() {
            let turn = Circumstances {
                lang: Lang::Zh,
                tone: Tone::Normal,
                now: Timestamp(1_800_000_000_000 + number as i64),
                customer: Needs::Verified,
                names: &names,
                seed: round as u64,
            };
            let proposed = commands
                .iter()
                .map(|command| Proposed { command: command.clone(), by: "rules".into(), score: 1.0, start: 0, end: 1 })
                .collect();
            let begun = Instant::now();
            let mut outcome = take(release, &mut state, &turn, proposed);
            let mut spent = begun.elapsed();
            while let Next::Call(call) = &outcome.next {
                let (number, called) = (call.number, Called::Ok { output: answer(call) });
                let begun = Instant::now();
                outcome = resume(release, &mut state, &turn, number, called);
                spent += begun.elapsed();
            }
            // The first rounds warm up.
            if round >= 100 {
                took[number].push(spent);
            } else if outcome.next != Next::Customer {
                println!("{name}: {:?}, {:?}", outcome.next, outcome.lines);
            }
        }
        if round == 0 && !state.stack.is_empty() {
            println!("the conversation did not come to its end: {:?}", state.asking());
        }
    }
    let mut all = Vec::new();
    for ((name, _), took) in turns.iter().zip(&mut took) {
        all.extend_from_slice(took);
        println!("{name:<18} {}", figures(took));
    }
    println!("{:<18} {}", "all turns", figures(&mut all));
}

fn figures(took: &mut [Duration]) -> String {
    took.sort_unstable();
    let micros = |duration: Duration| duration.as_nanos() as f64 / 1_000.0;
    let mean = took.iter().copied().map(micros).sum::<f64>() / took.len() as f64;
    let at = |share: f64| micros(took[((took.len() - 1) as f64 * share) as usize]);
    format!("mean {mean:7.1} µs   p50 {:7.1}   p99 {:7.1}", at(0.5), at(0.99))
}
