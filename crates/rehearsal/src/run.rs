//! Running test conversations.

use std::time::{Duration, Instant};

use yingda_assistant::Brain;
use yingda_language::noise::noised;
use yingda_model::TraceTimings;

use crate::dice::Dice;
use crate::expect::{Miss, missed, missed_at_end};
use crate::read::Suite;
use crate::report::{ConversationReport, Failed, Report, RunReport, TurnReport, all_of, share_of};
use crate::script::{Does, Script, ScriptTurn};
use crate::stage::Stage;
use crate::talk::{Heard, Talk};

/// How test conversations are run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How often each is run, with other wordings of the assistant each time.
    pub runs: u32,
    /// Share of the customer's characters with typing errors, from 0 to 1. Numbers, e-mail and web addresses are left alone.
    /// Whoever is not understood because of them writes the same once more, with other errors.
    pub noise: f32,
    /// Only those with this in their name or in the name of their file.
    pub only: Option<String>,
    /// Other seeds, other wordings and slips; the same seed, the same conversations.
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { runs: 4, noise: 0.0, only: None, seed: 1 }
    }
}

impl Plan {
    pub(crate) fn takes(&self, name: &str, file: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()) || file.contains(only.as_str()))
    }
}

/// Runs the test conversations of a suite, one after the other. Never fails: what goes wrong is in the report.
pub async fn rehearse(stage: &Stage, brain: &Brain, suite: &Suite, plan: &Plan) -> Report {
    let begun = Instant::now();
    let mut report = Report { runs: plan.runs, noise: plan.noise, ..Report::default() };
    for script in suite.scripts.iter().filter(|script| plan.takes(&script.name, &script.file)) {
        if script.needs_backend() && (stage.backend.is_none() || stage.client.is_none()) {
            report.skipped.push(script.name.clone());
            continue;
        }
        let mut told = ConversationReport::of(script);
        for run in 0..plan.runs {
            // Back ends that were out of order are remembered as such: the next run must not know of it.
            let fresh = if script.faults.is_empty() { None } else { suite.fresh(brain.release.number) };
            let done = run_once(stage, fresh.as_ref().unwrap_or(brain), script, plan, u64::from(run)).await;
            told.passed += u32::from(done.failed.is_none());
            report.said_again += done.said_again;
            told.runs.push(done);
        }
        report.conversations.push(told);
    }
    let counts = |report: &Report| -> Vec<(u32, u32)> {
        report.conversations.iter().map(|told| (told.passed, plan.runs)).collect()
    };
    report.passed = report.conversations.iter().filter(|told| told.passed == plan.runs).count();
    report.failed = report.conversations.len() - report.passed;
    report.pass_1 = share_of(&counts(&report), 1);
    report.pass_all = all_of(&counts(&report));
    report.took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    report
}

async fn run_once(stage: &Stage, brain: &Brain, script: &Script, plan: &Plan, run: u64) -> RunReport {
    let mut dice = Dice::named(&script.name, plan.seed.wrapping_add(run));
    let seed = dice.next();
    let now = script.now.unwrap_or(stage.now);
    let mut told = RunReport { seed, ..RunReport::default() };
    if let Err(error) = set_up(stage, script, now).await {
        told.failed = Some(Failed { turn: 0, line: 1, misses: vec![Miss::new("backend", "to be made ready", error)] });
        return told;
    }
    let talk = Talk::new(stage, brain, &script.who, script.lang, seed).at(now).through(&script.channel);
    let mut talk = talk;
    for (number, turn) in script.turns.iter().enumerate() {
        let number = number + 1;
        if let Does::Waits(time) = turn.does {
            talk.wait(time);
            told.turns.push(TurnReport::waited(time));
            continue;
        }
        let failed = |misses| Some(Failed { turn: number, line: turn.place.line, misses });
        if let Some(reason) = talk.handed_over() {
            let got = format!("people have had it since an earlier turn ({})", crate::expect::reason_name(reason));
            told.failed = failed(vec![Miss::new("turn", "the assistant to answer", got)]);
            break;
        }
        let (what, heard) = match act(&mut talk, turn, plan.noise, dice.next()).await {
            Ok(done) => done,
            Err(miss) => {
                told.failed = failed(vec![miss]);
                break;
            }
        };
        told.turns.push(TurnReport::of(what, &heard, &talk));
        let mut misses = missed(&turn.expect, &heard, &talk, stage);
        if !misses.is_empty() && may_say_again(turn, plan, &heard, brain) {
            // Who typed in a hurry and was not understood writes it once more, in a hurry.
            let Ok((what, heard)) = act(&mut talk, turn, plan.noise, dice.next()).await else { break };
            told.said_again += 1;
            told.turns.push(TurnReport::of(what, &heard, &talk));
            misses = missed(&turn.expect, &heard, &talk, stage);
        }
        if !misses.is_empty() {
            told.failed = failed(misses);
            break;
        }
    }
    if told.failed.is_none() {
        let misses = missed_at_end(&script.end, &talk, stage).await;
        if !misses.is_empty() {
            told.failed = Some(Failed { turn: 0, line: script.end.place.line, misses });
        }
    }
    if told.failed.is_none() {
        // Only what went wrong is looked at.
        told.turns.clear();
    }
    told
}

/// Whether a message with typing errors is written once more: nothing was done about it that could not be undone.
fn may_say_again(turn: &ScriptTurn, plan: &Plan, heard: &Heard, brain: &Brain) -> bool {
    let is_typed = plan.noise > 0.0 && matches!(turn.does, Does::Says(_));
    let goes_on = heard.handed_over.is_none() && heard.ended.is_empty();
    is_typed && goes_on && !heard.calls.iter().any(|made| brain.is_write(&made.tool))
}

/// How long a turn took.
#[derive(Clone, Copy, Debug)]
pub struct TurnTime {
    /// From the message to all that is said about it.
    pub took: Duration,
    /// Of that, its parts in microseconds; `None` where flows had no say in it.
    pub parts: Option<TraceTimings>,
}

/// Plays the test conversations of a suite once, whatever is answered, to see how long turns take. Those with a back end that is
/// out of order are passed by: they wait on purpose.
///
/// # Errors
/// What keeps the back end or the search from working.
pub async fn turn_times(stage: &Stage, brain: &Brain, suite: &Suite, seed: u64) -> Result<Vec<TurnTime>, String> {
    let mut times = Vec::new();
    for script in suite.scripts.iter().filter(|script| script.faults.is_empty()) {
        let mut dice = Dice::named(&script.name, seed);
        let now = script.now.unwrap_or(stage.now);
        set_up(stage, script, now).await?;
        let talk = Talk::new(stage, brain, &script.who, script.lang, dice.next());
        let mut talk = talk.at(now).through(&script.channel);
        for turn in &script.turns {
            if let Does::Waits(time) = turn.does {
                talk.wait(time);
                continue;
            }
            let begun = Instant::now();
            // An option that is not there ends a conversation that went otherwise than it was written.
            let Ok((_, heard)) = act(&mut talk, turn, 0.0, dice.next()).await else { break };
            let took = begun.elapsed();
            times.push(TurnTime { took, parts: heard.trace.dialogue.map(|dialogue| dialogue.timings) });
            if heard.handed_over.is_some() {
                break;
            }
        }
    }
    Ok(times)
}

/// Puts the back end to where the test begins.
async fn set_up(stage: &Stage, script: &Script, now: yingda_model::Timestamp) -> Result<(), String> {
    let (Some(backend), Some(client)) = (&stage.backend, &stage.client) else { return Ok(()) };
    backend.set_clock(now);
    if script.resets || !script.faults.is_empty() {
        backend.reset(client).await?;
    }
    for fault in &script.faults {
        backend.add_fault(client, fault).await?;
    }
    Ok(())
}

/// Does what the customer does. Gives what that was, and what came of it.
async fn act(talk: &mut Talk<'_>, turn: &ScriptTurn, noise: f32, seed: u64) -> Result<(String, Heard), Miss> {
    let broken = |error: yingda_knowledge::IndexError| Miss::new("search", "an answer", error.to_string());
    match &turn.does {
        Does::Says(text) => {
            let slipped = if noise > 0.0 { noised(text, noise, seed) } else { text.clone() };
            let code = talk.code().unwrap_or_default();
            let said = slipped.replace("{{ code }}", &code).replace("{{code}}", &code);
            let heard = talk.says(&said).await.map_err(broken)?;
            Ok((said, heard))
        }
        Does::Taps(named) => {
            let Some(option) = talk.option(named).cloned() else {
                let shown: Vec<String> =
                    talk.shown().iter().map(|option| format!("{} ({})", option.id, option.label)).collect();
                let got = if shown.is_empty() { "no options were shown".to_owned() } else { shown.join(", ") };
                return Err(Miss::new("tap", format!("an option `{named}`"), got));
            };
            let heard = talk.taps(&option).await.map_err(broken)?;
            Ok((format!("[{}]", option.label), heard))
        }
        Does::Picture => Ok(("(a picture)".into(), talk.shows_picture().await.map_err(broken)?)),
        // Waiting is no turn of the assistant.
        Does::Waits(_) => Err(Miss::new("turn", "a message", "time passed")),
    }
}
