//! The benchmark: tasks, talked through by a scripted customer and the assistant, and judged by the data in the end.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use yingda_dialogue::Release;
use yingda_llm::Llm;

use crate::agent::{Agent, ModelAgent, Said};
use crate::customer::wording::reword;
use crate::{Customer, Database, TOOLS, Task, ToolEffect, difference, replay, verify, violations};

/// Messages of the assistant after which a conversation is given up.
const MOST_TURNS: u64 = 60;

/// The expected actions of all tasks, made one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GoldReplay {
    pub tasks: usize,
    /// Tasks whose expected writes all succeed and leave a sound state.
    pub sound: usize,
    /// Task, and the write that is refused with the reason.
    pub refused: Vec<(String, String)>,
    /// Task, and what is wrong with the state that the writes lead to.
    pub problems: Vec<(String, String)>,
}

/// Makes the expected actions of every task on a fresh database.
#[must_use]
pub fn gold(fresh: &Database, tasks: &[Task]) -> GoldReplay {
    let mut gold = GoldReplay { tasks: tasks.len(), sound: 0, refused: Vec::new(), problems: Vec::new() };
    for task in tasks {
        let verdict = verify(fresh, task);
        gold.sound += usize::from(verdict.refused_writes.is_empty() && verdict.problems.is_empty());
        let refused = verdict.refused_writes.into_iter();
        gold.refused.extend(refused.map(|(action, error)| (task.id.clone(), format!("{}: {error}", action.name))));
        gold.problems.extend(verdict.problems.into_iter().map(|problem| (task.id.clone(), problem)));
    }
    gold
}

impl fmt::Display for GoldReplay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "Expected actions of {} tasks: {} without a refused write, and sound in the end",
            self.tasks, self.sound
        )?;
        for (task, why) in &self.refused {
            writeln!(out, "  task {task}: refused, as the shop's rules have it: {why}")?;
        }
        for (task, why) in &self.problems {
            writeln!(out, "  task {task}: not sound: {why}")?;
        }
        Ok(())
    }
}

/// One conversation about a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    pub task: String,
    pub kind: String,
    /// Draws the wording of both sides; 0 keeps the customer to the script.
    pub seed: u64,
    /// Whether the data is as expected in the end.
    pub state: bool,
    /// Whether everything was told that must be told.
    pub told: bool,
    /// Messages of the assistant.
    pub turns: u64,
    /// The first difference in the data, or the first fact that was not told.
    pub why: Option<String>,
    /// The assistant's last question before the customer went.
    pub last: String,
    /// Changes that break the shop's own rules; there must be none, whatever was understood.
    pub violations: Vec<String>,
    /// Both sides, and the tools that were called.
    #[serde(skip)]
    pub transcript: Vec<String>,
}

impl Attempt {
    /// Whether the benchmark counts it: state and facts.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.state && self.told
    }
}

/// Figures of some tasks, as shares.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    pub tasks: usize,
    /// Share of conversations whose data is as expected in the end.
    pub state_1: f64,
    /// The same, and all facts told.
    pub pass_1: f64,
    /// Share of tasks that pass with every seed.
    pub pass_all: f64,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Who understood the customer: `rules` or `model`.
    pub by: String,
    pub seeds: u64,
    pub all: Figures,
    pub kinds: BTreeMap<String, Figures>,
    /// Tasks where nothing may change: they pass for a desk that does nothing, if no fact is to be told.
    pub idle: usize,
    pub attempts: Vec<Attempt>,
    /// What is to be known beside the figures.
    pub caveat: &'static str,
}

/// What is said beside the figures, always.
pub const CAVEAT: &str = "The flows, the functions they call and the scripted customer were all written while reading these very tasks, \
and there is no held-out part in the data. The customer is a script that stays close to the words of its instructions, not a language \
model. So the figures do not compare with published results of tau2-bench; they say what flows can carry through here.";

/// Has every task talked through `seeds` times by the rules.
#[must_use]
pub fn run(release: &Release, fresh: &Database, tasks: &[Task], seeds: u64) -> Report {
    let mut attempts = Vec::new();
    for (task, seed) in pairs(tasks, seeds) {
        let mut agent = Agent::new(release, fresh.clone(), seed);
        let mut talk = Talk::new(task, seed);
        while let Some(text) = talk.customer_says() {
            let said = agent.hears(&text);
            talk.assistant_says(said, &agent);
        }
        attempts.push(talk.judged(fresh, task, seed, &agent));
    }
    report("rules".into(), seeds, fresh, tasks, attempts)
}

/// The same with a language model that proposes the commands.
pub async fn run_with_model(release: &Release, llm: &Llm, fresh: &Database, tasks: &[Task], seeds: u64) -> Report {
    let mut attempts = Vec::new();
    for (task, seed) in pairs(tasks, seeds) {
        let mut agent = ModelAgent::new(Agent::new(release, fresh.clone(), seed), llm, format!("{}-{seed}", task.id));
        let mut talk = Talk::new(task, seed);
        while let Some(text) = talk.customer_says() {
            let said = agent.hears(&text).await;
            talk.assistant_says(said, agent.agent());
        }
        let failures: Vec<String> = agent.failures.iter().map(|(code, times)| format!("{code} ×{times}")).collect();
        let mut attempt = talk.judged(fresh, task, seed, agent.agent());
        if !failures.is_empty() && !attempt.passed() {
            let why = attempt.why.unwrap_or_default();
            attempt.why = Some(format!("{why} (the model failed: {})", failures.join(", ")));
        }
        attempts.push(attempt);
    }
    report("model".into(), seeds, fresh, tasks, attempts)
}

fn pairs(tasks: &[Task], seeds: u64) -> impl Iterator<Item = (&Task, u64)> {
    tasks.iter().flat_map(move |task| (0..seeds).map(move |seed| (task, seed)))
}

/// A conversation under way, from the customer's side.
struct Talk {
    customer: Customer,
    seed: u64,
    turns: u64,
    next: Option<String>,
    told: String,
    last: String,
    transcript: Vec<String>,
    calls: usize,
}

impl Talk {
    fn new(task: &Task, seed: u64) -> Self {
        let mut customer = Customer::new(task);
        let first = customer.first_message();
        Self {
            customer,
            seed,
            turns: 0,
            next: Some(first),
            told: String::new(),
            last: String::new(),
            transcript: Vec::new(),
            calls: 0,
        }
    }

    fn customer_says(&mut self) -> Option<String> {
        let text = self.next.take().filter(|_| self.turns < MOST_TURNS)?;
        let text = reword(&text, self.seed, self.turns);
        self.turns += 1;
        self.transcript.push(format!("C: {text}"));
        Some(text)
    }

    fn assistant_says(&mut self, said: Said, agent: &Agent<'_>) {
        for call in agent.calls().iter().skip(self.calls) {
            let outcome = call.failed.as_deref().unwrap_or("ok");
            self.transcript.push(format!("   {} {} → {outcome}", call.tool, call.input));
        }
        self.calls = agent.calls().len();
        let shown = if said.options.is_empty() { String::new() } else { format!(" {:?}", said.options) };
        self.transcript.push(format!("A: {}{shown}", said.text));
        self.told.push_str(&said.text);
        self.told.push('\n');
        self.last.clone_from(&said.text);
        self.next = self.customer.reply(&said.text, &said.options);
    }

    fn judged(self, fresh: &Database, task: &Task, seed: u64, agent: &Agent<'_>) -> Attempt {
        let expected = replay(fresh, task).database;
        let left = difference(&expected, agent.database());
        let criteria = &task.evaluation_criteria;
        let told = self.told.replace(',', "").to_lowercase();
        let missing =
            criteria.communicate_info.iter().find(|fact| !told.contains(&fact.replace(',', "").to_lowercase()));
        let why = match (left.first(), missing) {
            (Some(first), _) => Some(format!("expected and found differ: {first}")),
            (None, Some(fact)) => Some(format!("was not told: {fact}")),
            (None, None) => None,
        };
        Attempt {
            task: task.id.clone(),
            kind: kind(task),
            seed,
            state: left.is_empty(),
            told: missing.is_none(),
            turns: self.turns,
            why,
            last: self.last,
            violations: violations(fresh, agent.database()),
            transcript: self.transcript,
        }
    }
}

/// What kind of task it is: by the writes that it expects.
fn kind(task: &Task) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for action in &task.evaluation_criteria.actions {
        let is_write = TOOLS.iter().any(|tool| tool.name == action.name && tool.effect == ToolEffect::Write);
        let kind = match action.name.as_str() {
            "exchange_delivered_order_items" => "exchange",
            "return_delivered_order_items" => "return",
            "cancel_pending_order" => "cancel",
            "modify_pending_order_items" | "modify_pending_order_payment" => "modify",
            "modify_pending_order_address" | "modify_user_address" => "address",
            _ => continue,
        };
        if is_write && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    match kinds.as_slice() {
        [] => "nothing to change".into(),
        [only] => (*only).to_owned(),
        _ => "several kinds".into(),
    }
}

fn report(by: String, seeds: u64, fresh: &Database, tasks: &[Task], attempts: Vec<Attempt>) -> Report {
    let mut kinds: BTreeMap<String, Vec<&Attempt>> = BTreeMap::new();
    for attempt in &attempts {
        kinds.entry(attempt.kind.clone()).or_default().push(attempt);
    }
    let kinds = kinds.into_iter().map(|(kind, attempts)| (kind, figures(&attempts))).collect();
    let all = figures(&attempts.iter().collect::<Vec<_>>());
    let idle = tasks.iter().filter(|task| replay(fresh, task).database == *fresh).count();
    Report { by, seeds, all, kinds, idle, attempts, caveat: CAVEAT }
}

fn figures(attempts: &[&Attempt]) -> Figures {
    let mut tasks: BTreeMap<&str, bool> = BTreeMap::new();
    for attempt in attempts {
        *tasks.entry(&attempt.task).or_insert(true) &= attempt.passed();
    }
    let share = |count: usize, of: usize| if of == 0 { 0.0 } else { count as f64 / of as f64 };
    Figures {
        tasks: tasks.len(),
        state_1: share(attempts.iter().filter(|attempt| attempt.state).count(), attempts.len()),
        pass_1: share(attempts.iter().filter(|attempt| attempt.passed()).count(), attempts.len()),
        pass_all: share(tasks.values().filter(|passed| **passed).count(), tasks.len()),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let several = self.seeds > 1;
        let last = if several { format!("{:>10}", format!("pass^{}", self.seeds)) } else { String::new() };
        writeln!(out, "{:<20}{:>6}{:>12}{:>10}{last}", "", "tasks", "end state", "pass^1")?;
        let kinds = self.kinds.iter().map(|(kind, figures)| (kind.as_str(), figures));
        for (kind, figures) in kinds.chain([("all", &self.all)]) {
            let percent = |share: f64| format!("{:.1} %", share * 100.0);
            let (state, one) = (percent(figures.state_1), percent(figures.pass_1));
            let all = if several { format!("{:>10}", percent(figures.pass_all)) } else { String::new() };
            writeln!(out, "{kind:<20}{:>6}{state:>12}{one:>10}{all}", figures.tasks)?;
        }
        writeln!(out, "\nend state: the data is as expected; pass: and every fact was told that must be told.")?;
        writeln!(
            out,
            "In {} tasks nothing may change: a desk that does nothing has their end state right.",
            self.idle
        )?;
        let broken: usize = self.attempts.iter().map(|attempt| attempt.violations.len()).sum();
        writeln!(out, "Changes against the shop's rules, in any conversation: {broken}.")?;
        let failed: Vec<&Attempt> = self.attempts.iter().filter(|attempt| !attempt.passed()).collect();
        if !failed.is_empty() {
            writeln!(out, "\nFailed ({} of {} conversations):", failed.len(), self.attempts.len())?;
        }
        let mut shown = Vec::new();
        for attempt in failed {
            if shown.contains(&&attempt.task) {
                continue;
            }
            shown.push(&attempt.task);
            let seeds: Vec<String> = self
                .attempts
                .iter()
                .filter(|other| other.task == attempt.task && !other.passed())
                .map(|other| other.seed.to_string())
                .collect();
            writeln!(
                out,
                "  task {} ({}), seeds {}: {}",
                attempt.task,
                attempt.kind,
                seeds.join(" "),
                attempt.why.as_deref().unwrap_or_default()
            )?;
            writeln!(out, "      last said: {}", attempt.last.replace('\n', " "))?;
        }
        writeln!(out, "\n{}", self.caveat)
    }
}
