//! One task, from the first model to a result that was checked: cache, budget, attempts, repair, the next model.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::cache::Hash;
use crate::config::{Model, Task};
use crate::error::{Error, short};
use crate::json::{as_call, check, first_object};
use crate::ledger::{Account, Exhausted, Spent};
use crate::llm::{Lang, Llm, Outcome};
use crate::provider::{Ask, ChatAnswer, End, Failure, Message, Role, Shape, Usage};
use crate::record::{Attempt, Note, Record};
use crate::tokens::estimate;
use crate::wire;

/// What a model said, still with placeholders.
pub(crate) struct Said {
    pub text: String,
    /// Of an answer that has to be JSON.
    pub json: Value,
    /// The text was cut because it was too long.
    pub cut: bool,
}

/// Why what a model said cannot be used.
pub(crate) enum Fault {
    /// The model may mend it when it is told this.
    Mend(String),
    TooLong,
}

/// What a task asks, in neutral words without personal data.
pub(crate) struct Question {
    pub task: Task,
    pub lang: Lang,
    pub system: &'static str,
    pub user: String,
    pub shape: Shape,
    /// What a JSON answer is checked against, when that is less than the shape asks for.
    pub accept: Option<Value>,
}

/// For whom, and how long they wait.
pub(crate) struct Asker {
    pub account: Account,
    pub within: Option<Duration>,
    /// How much was hidden.
    pub masked: usize,
}

/// Makes a result of what a model said.
pub(crate) type Judge<'j, T> = dyn Fn(&Said) -> Result<(T, Vec<Note>), Fault> + Send + Sync + 'j;

impl Llm {
    /// Asks the models of the task, one after the other, until one says what the judge accepts.
    pub(crate) async fn complete<T>(&self, asker: Asker, question: Question, judge: &Judge<'_, T>) -> Outcome<T> {
        let started = Instant::now();
        let until = asker.within.map(|within| started + within);
        let mut record = Record::new(question.task);
        record.masked = asker.masked;
        let result = self.chain(&asker, &question, judge, until, &mut record).await;
        record.took_ms = millis(started.elapsed());
        record.outcome = result.as_ref().err().map_or("ok", Error::code).to_owned();
        self.state.ledger.note(&asker.account, &record).await;
        Outcome { result, record }
    }

    async fn chain<T>(
        &self,
        asker: &Asker,
        question: &Question,
        judge: &Judge<'_, T>,
        until: Option<Instant>,
        record: &mut Record,
    ) -> Result<T, Error> {
        let what = format!("no model for the task {}", question.task.name());
        let mut last = Error::NotConfigured { what };
        for name in self.config.tasks.get(&question.task).into_iter().flatten() {
            let Some(model) = self.config.models.get(name) else { continue };
            if until.is_some_and(|until| until <= Instant::now()) {
                break;
            }
            match self.model(model, asker, question, judge, until, record).await {
                Ok(result) => {
                    record.model = Some(name.clone());
                    return Ok(result);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// One model, with retries and one repair.
    async fn model<T>(
        &self,
        model: &Model,
        asker: &Asker,
        question: &Question,
        judge: &Judge<'_, T>,
        until: Option<Instant>,
        record: &mut Record,
    ) -> Result<T, Error> {
        let mut ask = Ask {
            messages: vec![
                Message { role: Role::System, text: question.system.to_owned() },
                Message { role: Role::User, text: question.user.clone() },
            ],
            shape: question.shape.clone(),
            most_tokens: question.task.most_answer().min(model.most_answer),
        };
        let hash = self.hash(model, &ask);
        if let Some(result) = self.cached(hash.as_ref(), judge, record) {
            return Ok(result);
        }
        let key = self.ready(model, &ask).inspect_err(|error| record.attempts.push(untried(model, error)))?;
        let own = Instant::now() + model.timeout;
        let deadline = until.map_or(own, |until| until.min(own));
        let limit = deadline.saturating_duration_since(Instant::now());
        let (mut tries, mut repair, mut waited) = (0, false, Duration::ZERO);
        loop {
            let reserved = self.reserve(model, &ask, asker).await.inspect_err(|error| {
                record.attempts.push(untried(model, error));
            })?;
            let at = Instant::now();
            let answer = self.state.provider.chat(model, key, &ask, deadline).await;
            let mut attempt = self.settle(model, &ask, asker, reserved, &answer, record).await;
            (attempt.waited_ms, attempt.took_ms, attempt.repair) = (millis(waited), millis(at.elapsed()), repair);
            let (error, again) = match answer {
                Err(failure) => {
                    // A caller who waits for less than the model may take says nothing about the model.
                    if deadline == own || !matches!(failure, Failure::Timeout { .. }) {
                        self.note_failure(model, &failure);
                    }
                    let wait = wait(&failure, tries, deadline, hash).filter(|_| tries < model.retries);
                    (error_of(model, failure, limit), wait.map(Again::Retry))
                }
                Ok(answer) => {
                    self.state.breakers.succeeded(model);
                    match judged(model, question, answer, judge) {
                        Judged::Good(result, notes, said) => {
                            record.attempts.push(attempt);
                            record.notes.extend(notes);
                            self.keep(hash, said);
                            return Ok(result);
                        }
                        Judged::Mend { why, text } => {
                            let error = Error::Broken { model: model.name.clone(), why: short(&why) };
                            (error, (!repair).then_some(Again::Repair { why, text }))
                        }
                        Judged::Bad(error) => (error, None),
                    }
                }
            };
            (attempt.outcome, attempt.why) = (error.code().to_owned(), error.en());
            record.attempts.push(attempt);
            match again {
                None => return Err(error),
                Some(Again::Retry(wait)) => {
                    tries += 1;
                    waited = wait;
                    tokio::time::sleep(wait).await;
                }
                Some(Again::Repair { why, text }) => {
                    repair = true;
                    waited = Duration::ZERO;
                    ask.messages.push(Message { role: Role::Assistant, text });
                    ask.messages.push(Message { role: Role::User, text: mend(question, &why) });
                }
            }
        }
    }

    fn hash(&self, model: &Model, ask: &Ask) -> Option<Hash> {
        self.config.cache.enabled.then(|| self.state.cache.hash(model, &wire::request(model, ask))).flatten()
    }

    fn cached<T>(&self, hash: Option<&Hash>, judge: &Judge<'_, T>, record: &mut Record) -> Option<T> {
        let text = self.state.cache.get(hash?, &self.config.cache, Instant::now())?;
        let json = first_object(&text).unwrap_or_default();
        // It was accepted before; what is right may have changed since.
        let (result, notes) = judge(&Said { text, json, cut: false }).ok()?;
        record.cached = true;
        record.notes.extend(notes);
        Some(result)
    }

    fn keep(&self, hash: Option<Hash>, said: Said) {
        if let Some(hash) = hash.filter(|_| !said.cut) {
            let answer = if said.json.is_null() { said.text } else { said.json.to_string() };
            self.state.cache.put(hash, answer, &self.config.cache, Instant::now());
        }
    }

    /// Whether the model can be asked at all: gives its key.
    fn ready(&self, model: &Model, ask: &Ask) -> Result<Option<&str>, Error> {
        let key = match &model.key {
            None => None,
            Some(name) => Some(self.keys.get(name).map(String::as_str).ok_or_else(|| Error::NotConfigured {
                what: format!("the sealed value secrets.{name}, the key of “{}”, is missing", model.name),
            })?),
        };
        let input = tokens_of(ask);
        if input + u64::from(ask.most_tokens) > u64::from(model.context) {
            let why = format!(
                "about {input} tokens and {} for the answer are more than its context of {}",
                ask.most_tokens, model.context
            );
            return Err(Error::TooLong { model: model.name.clone(), why });
        }
        self.state.breakers.allow(model).map_err(|left| Error::Unreachable {
            model: model.name.clone(),
            why: format!(
                "it failed {} times in a row and is left alone for {} s",
                model.breaker_failures,
                left.as_secs() + 1
            ),
        })?;
        Ok(key)
    }

    async fn reserve(&self, model: &Model, ask: &Ask, asker: &Asker) -> Result<Spent, Error> {
        let most = spent(model, tokens_of(ask), u64::from(ask.most_tokens));
        let reserved = self.state.ledger.reserve(&asker.account, most, &self.config.budgets).await;
        reserved.map(|()| most).map_err(|Exhausted(limit)| Error::Budget { limit })
    }

    /// Books what an attempt cost.
    async fn settle(
        &self,
        model: &Model,
        ask: &Ask,
        asker: &Asker,
        reserved: Spent,
        answer: &Result<ChatAnswer, Failure>,
        record: &mut Record,
    ) -> Attempt {
        let (Usage { input, output }, counted) = usage(ask, answer);
        let spent = spent(model, input, output);
        self.state.ledger.settle(&asker.account, reserved, spent).await;
        record.tokens_in += input;
        record.tokens_out += output;
        record.estimated |= !counted && input + output > 0;
        record.cost_micros += spent.micros;
        if let Some(price) = &model.price {
            record.currency = Some(price.currency.clone());
        }
        let mut attempt = untold(model);
        (attempt.tokens_in, attempt.tokens_out, attempt.cost_micros) = (input, output, spent.micros);
        if let Ok(answer) = answer {
            attempt.first_byte_ms = millis(answer.first_byte);
            attempt.cut = answer.end == End::Cut;
        }
        attempt
    }

    /// What says that the endpoint itself is not well counts towards leaving it alone.
    fn note_failure(&self, model: &Model, failure: &Failure) {
        match failure {
            Failure::Timeout { .. } | Failure::Unreachable { .. } | Failure::Busy { .. } | Failure::Broken { .. } => {
                self.state.breakers.failed(model);
            }
            Failure::Refused { status: 401 | 403 | 404, .. } => self.state.breakers.failed(model),
            Failure::Refused { .. } | Failure::TooLong { .. } => self.state.breakers.succeeded(model),
        }
    }
}

/// Why the model is asked once more.
enum Again {
    Retry(Duration),
    Repair { why: String, text: String },
}

/// What became of an answer.
enum Judged<T> {
    Good(T, Vec<Note>, Said),
    Mend { why: String, text: String },
    Bad(Error),
}

fn judged<T>(model: &Model, question: &Question, answer: ChatAnswer, judge: &Judge<'_, T>) -> Judged<T> {
    let too_long = || {
        let why = "its answer did not come to an end and was cut".to_owned();
        Judged::Bad(Error::TooLong { model: model.name.clone(), why })
    };
    let not_allowed = |tool: &str| Judged::Bad(Error::NotAllowed { model: model.name.clone(), tool: short(tool) });
    let cut = answer.end == End::Cut;
    let allowed = match &question.shape {
        Shape::Json { name, .. } => Some(name.as_str()),
        Shape::Text => None,
    };
    if let Some(call) = answer.calls.iter().find(|call| Some(call.name.as_str()) != allowed) {
        return not_allowed(&call.name);
    }
    let text = match answer.calls.into_iter().next() {
        Some(call) => call.arguments,
        None => without_thoughts(&answer.text).to_owned(),
    };
    let mut said = Said { text, json: Value::Null, cut };
    if let Shape::Json { schema, name } = &question.shape {
        let quoted = || said.text.chars().take(MOST_QUOTED).collect::<String>();
        let Some(object) = first_object(&said.text) else {
            return if cut {
                too_long()
            } else {
                Judged::Mend { why: "no JSON object was found".into(), text: quoted() }
            };
        };
        let object = match as_call(&object) {
            Some((tool, _)) if tool != name => return not_allowed(tool),
            Some((_, arguments)) => arguments.clone(),
            None => object,
        };
        if let Err(why) = check(&object, question.accept.as_ref().unwrap_or(schema)) {
            return if cut { too_long() } else { Judged::Mend { why, text: quoted() } };
        }
        said.json = object;
    }
    match judge(&said) {
        Ok((result, notes)) => Judged::Good(result, notes, said),
        Err(Fault::TooLong) => too_long(),
        Err(Fault::Mend(_)) if cut => too_long(),
        Err(Fault::Mend(why)) => Judged::Mend { why, text: said.text.chars().take(MOST_QUOTED).collect() },
    }
}

/// The answer without the thoughts that some models put before it.
fn without_thoughts(text: &str) -> &str {
    match text.trim_start().strip_prefix("<think>") {
        Some(thoughts) => thoughts.split_once("</think>").map_or("", |(_, answer)| answer.trim_start()),
        None => text,
    }
}

/// So much of a wrong answer is shown to the model again.
const MOST_QUOTED: usize = 2000;

fn mend(question: &Question, why: &str) -> String {
    let why = short(why);
    match (question.lang, &question.shape) {
        (Lang::Zh, Shape::Text) => format!("这个回答不能用：{why}。请按要求重新回答。"),
        (Lang::Zh, Shape::Json { .. }) => format!("这个回答不能用：{why}。请只输出一个符合要求的 JSON 对象。"),
        (Lang::En, Shape::Text) => format!("That cannot be used: {why}. Answer again as you were asked to."),
        (Lang::En, Shape::Json { .. }) => {
            format!("That cannot be used: {why}. Answer with one JSON object as you were asked to, and nothing else.")
        }
    }
}

/// How long to wait before trying again; `None` when that is of no use, or too late.
fn wait(failure: &Failure, tries: u32, deadline: Instant, hash: Option<Hash>) -> Option<Duration> {
    let asked = match failure {
        Failure::Busy { retry_after, .. } => *retry_after,
        Failure::Unreachable { .. } => None,
        _ => return None,
    };
    // Calls that failed together shall not come again together.
    let jitter = u64::from(hash.map_or(0, |hash| hash[0])) / 4;
    let own = Duration::from_millis((200 << tries.min(5)) + jitter);
    let wait = asked.unwrap_or(own).max(own);
    (Instant::now() + wait < deadline).then_some(wait)
}

fn error_of(model: &Model, failure: Failure, limit: Duration) -> Error {
    let model = model.name.clone();
    match failure {
        Failure::Timeout { limit: own, .. } => Error::Timeout { model, limit: own.min(limit) },
        Failure::Unreachable { why, .. } => Error::Unreachable { model, why },
        Failure::Busy { status, why, .. } => Error::Unreachable { model, why: format!("status {status}: {why}") },
        Failure::Refused { status, why } => Error::Refused { model, status, why },
        Failure::Broken { why } => Error::Broken { model, why },
        Failure::TooLong { why } => Error::TooLong { model, why },
    }
}

/// Tokens of an attempt, and whether the server counted them. What it did not count is guessed; what surely was not worked on is free.
fn usage(ask: &Ask, answer: &Result<ChatAnswer, Failure>) -> (Usage, bool) {
    let input = tokens_of(ask);
    let guess = |output: u64| (Usage { input, output }, false);
    match answer {
        Ok(ChatAnswer { usage: Some(usage), .. }) => (*usage, true),
        Ok(answer) => {
            let calls: u64 = answer.calls.iter().map(|call| estimate(&call.name) + estimate(&call.arguments)).sum();
            guess(estimate(&answer.text) + calls)
        }
        Err(Failure::Timeout { partial, .. }) => guess(estimate(partial)),
        Err(Failure::Unreachable { partial, .. }) if !partial.is_empty() => guess(estimate(partial)),
        Err(Failure::TooLong { .. }) => guess(u64::from(ask.most_tokens)),
        Err(Failure::Broken { .. }) => guess(0),
        Err(Failure::Unreachable { .. } | Failure::Busy { .. } | Failure::Refused { .. }) => {
            (Usage { input: 0, output: 0 }, true)
        }
    }
}

fn spent(model: &Model, input: u64, output: u64) -> Spent {
    let micros = model.price.as_ref().map_or(0, |price| price.micros(input, output));
    Spent { tokens: input + output, micros }
}

fn tokens_of(ask: &Ask) -> u64 {
    // A message costs a few more than its words.
    let messages: u64 = ask.messages.iter().map(|message| estimate(&message.text) + 4).sum();
    match &ask.shape {
        Shape::Text => messages,
        Shape::Json { schema, .. } => messages + estimate(&schema.to_string()),
    }
}

fn untold(model: &Model) -> Attempt {
    Attempt {
        model: model.name.clone(),
        outcome: "ok".into(),
        why: String::new(),
        waited_ms: 0,
        first_byte_ms: 0,
        took_ms: 0,
        tokens_in: 0,
        tokens_out: 0,
        cost_micros: 0,
        repair: false,
        cut: false,
    }
}

/// Nothing was sent, and why.
fn untried(model: &Model, error: &Error) -> Attempt {
    Attempt { outcome: error.code().to_owned(), why: error.en(), ..untold(model) }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
