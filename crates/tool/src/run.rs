//! One call: what is checked before, the attempts, what is checked after.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use time::format_description::well_known::Rfc3339;
use yingda_expression::Names;

use crate::backend::Kind;
use crate::call::{Call, Code, Env, Failure, Mode, Outcome, Record, masked};
use crate::http;
use crate::mcp;
use crate::schema::Schema;
use crate::toolbox::{Effect, Tool, Toolbox};

/// What one attempt gave.
pub(crate) type Attempt = Result<Answer, Fault>;

/// The back end did what was asked.
pub(crate) struct Answer {
    pub status: u16,
    /// What it sent, or why that is no JSON.
    pub body: Result<Value, String>,
}

/// It did not, or it is not known.
pub(crate) struct Fault {
    pub code: Code,
    pub message: String,
    pub said: Option<String>,
    pub status: Option<u16>,
    pub acted: Acted,
    pub health: Health,
    /// Whether the same request may go well a moment later, and after how long it asked for.
    pub again: Option<Duration>,
}

/// Whether the request took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acted {
    No,
    Maybe,
    Yes,
}

/// What an attempt says about the back end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Well,
    Ill,
}

impl Fault {
    /// A fault that nothing was sent for.
    pub fn before(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            said: None,
            status: None,
            acted: Acted::No,
            health: Health::Well,
            again: None,
        }
    }
}

/// What an attempt has to go by.
pub(crate) struct Work<'a> {
    pub tool: &'a Tool,
    pub input: &'a Map<String, Value>,
    pub key: &'a str,
    pub env: &'a Env<'a>,
    /// For queries and bodies.
    pub names: &'a Names<'a>,
}

/// Waits before the second, third … attempt.
const BACK_OFF: [u64; 5] = [100, 200, 400, 800, 1600];

pub(crate) async fn call(toolbox: &Toolbox, call: &Call, env: &Env<'_>) -> Outcome {
    let start = Instant::now();
    let mut record =
        Record { tool: call.tool.clone(), input: masked(&call.input), status: None, attempts: 0, ms: 0, code: None };
    let result = match toolbox.get(&call.tool) {
        Some(tool) => one(tool, call, env, &mut record, start).await,
        None => Err(refused(Code::Input, format!("there is no tool “{}”", call.tool))),
    };
    record.ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    record.code = result.as_ref().err().map(|failure| failure.code);
    Outcome { result, record }
}

/// A failure that nothing happened with.
fn refused(code: Code, message: impl Into<String>) -> Failure {
    Failure { code, message: message.into(), said: None, uncertain: false, acted: false }
}

async fn one(tool: &Tool, call: &Call, env: &Env<'_>, record: &mut Record, start: Instant) -> Result<Value, Failure> {
    let mut input = match &call.input {
        Value::Object(input) => input.clone(),
        Value::Null => Map::new(),
        _ => return Err(refused(Code::Input, "the input must be a map of names and values")),
    };
    input.retain(|_, value| !value.is_null());
    let input_value = Value::Object(input);
    let declared = ["contact", "inbox", "channel", "lang", "mood"].map(str::to_owned).into_iter().collect();
    let now = env.now.format(&Rfc3339).unwrap_or_default();
    let settings = Value::Object(env.settings.clone());
    let mut names = Names::new();
    names.declare(&declared).over(env.names).set("now", Value::String(now));
    names.borrow("input", &input_value).borrow("settings", &settings).borrow("secrets", env.secrets.value());
    allowed(tool, env, &input_value, &names)?;

    let is_write = tool.effect == Effect::Write;
    let key = call.key.as_str();
    if is_write && (key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err(refused(Code::Input, "the key of a change must be at most 255 visible ASCII characters"));
    }
    if is_write && call.mode == Mode::DryRun {
        return Ok(tool.example.clone().unwrap_or(Value::Null));
    }
    let no_input = Map::new();
    let work = Work { tool, input: input_value.as_object().unwrap_or(&no_input), key, env, names: &names };
    let answer = attempts(&work, record, start).await?;

    let after = |code, message: String| Failure { acted: is_write, ..refused(code, message) };
    let output = answer.body.map_err(|message| after(Code::Schema, message))?;
    if let Some(wrong) = tool.output_schema.as_ref().and_then(|schema: &Schema| schema.check(&output).err()) {
        return Err(after(Code::Schema, format!("the answer is not as “output” says: {wrong}")));
    }
    if let Some(owner) = &tool.owner {
        let mut names = names.clone();
        names.borrow("output", &output);
        match owner.is_true(&names) {
            Ok(true) => {}
            Ok(false) => return Err(after(Code::NotTheirs, "the answer belongs to another customer".to_owned())),
            Err(error) => {
                return Err(after(Code::NotTheirs, format!("whose the answer is cannot be told: {error}")));
            }
        }
    }
    Ok(output)
}

/// What is checked before anything is sent.
fn allowed(tool: &Tool, env: &Env<'_>, input: &Value, names: &Names<'_>) -> Result<(), Failure> {
    if let Some(scope) = tool.scope.as_ref().filter(|scope| !env.granted.contains(*scope)) {
        return Err(refused(Code::Right, format!("the bot has no right “{scope}”")));
    }
    if env.customer < tool.needs {
        let needs = format!("{:?}", tool.needs).to_lowercase();
        return Err(refused(Code::Unverified, format!("the customer must be {needs} for this")));
    }
    if let Some(Err(wrong)) = tool.input_schema.as_ref().map(|schema| schema.check(input)) {
        return Err(refused(Code::Input, format!("the input is not as “input” says: {wrong}")));
    }
    if let Some(limit) = &tool.limit {
        let most = limit.most;
        match limit.value.value(names).map(|value| value.as_f64()) {
            Ok(Some(value)) if value <= most => {}
            Ok(Some(_)) => return Err(refused(Code::Limit, format!("“{}” is more than {most}", limit.value))),
            Ok(None) => return Err(refused(Code::Limit, format!("“{}” must be a number", limit.value))),
            Err(error) => return Err(refused(Code::Limit, format!("“{}” cannot be told: {error}", limit.value))),
        }
    }
    Ok(())
}

/// Asks the back end until it answers, time is up or asking again is of no use.
async fn attempts(work: &Work<'_>, record: &mut Record, start: Instant) -> Result<Answer, Failure> {
    let (tool, backend) = (work.tool, &*work.tool.backend);
    let is_write = tool.effect == Effect::Write;
    if !backend.breaker.lets_through(Instant::now()) {
        let message = format!("“{}” failed again and again: it is asked again in some seconds", backend.name);
        return Err(refused(Code::Unreachable, message));
    }
    // A change is tried again only where the key makes it happen once.
    let is_safe = !is_write || (backend.idempotency.is_some() && !work.key.is_empty());
    let most = if is_safe { backend.retries + 1 } else { 1 };
    let deadline = start + backend.timeout;
    let mut maybe = false;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // An attempt that hangs leaves time for the next ones.
        let share = left / (most - record.attempts.min(most - 1));
        record.attempts += 1;
        let attempt = match &backend.kind {
            Kind::Http => http::attempt(work, share).await,
            Kind::Mcp(sessions) => mcp::attempt(sessions, work, share).await,
        };
        let fault = match attempt {
            Ok(answer) => {
                backend.breaker.answered();
                record.status = Some(answer.status);
                return Ok(answer);
            }
            Err(fault) => fault,
        };
        record.status = fault.status.or(record.status);
        match fault.health {
            Health::Well => backend.breaker.answered(),
            Health::Ill => backend.breaker.failed(Instant::now()),
        }
        maybe |= is_write && fault.acted == Acted::Maybe;
        let wait = BACK_OFF[usize::try_from(record.attempts - 1).unwrap_or(0).min(BACK_OFF.len() - 1)];
        let pause = fault.again.map(|asked| asked.max(Duration::from_millis(wait)));
        let left = deadline.saturating_duration_since(Instant::now());
        match pause {
            // Without the back end's time to answer there is no use in asking.
            Some(pause) if record.attempts < most && pause + Duration::from_millis(20) < left => {
                tokio::time::sleep(pause).await;
            }
            _ => return Err(failure(fault, is_write, maybe)),
        }
    }
}

fn failure(fault: Fault, is_write: bool, maybe: bool) -> Failure {
    let Fault { code, message, said, acted, status, .. } = fault;
    // The answer to the same key is the answer to the first attempt too, unless it says that one is under way (409) or to wait.
    let is_final = status.is_some_and(|status| (400..500).contains(&status) && ![408, 409, 425, 429].contains(&status));
    if maybe && acted != Acted::Yes && !is_final {
        let message = format!("no answer says whether it happened ({}): {message}", code.as_str());
        return Failure { code: Code::Uncertain, message, said, uncertain: true, acted: false };
    }
    Failure { code, message, said, uncertain: false, acted: is_write && acted == Acted::Yes }
}
