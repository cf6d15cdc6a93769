//! Reads `models.yml` and reports all that is wrong with it at once.

mod fields;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use yingda_outbound::{Url, parse_url};
use yingda_yaml::{Is, Key, Node, Said, said};

use crate::config::{Budget, Budgets, CacheSettings, Config, Model, Offers, Price, Task};
use fields::{Fields, Problems, nearest};

/// Something wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Counts from 1.
    pub line: u32,
    /// Counts from 1, in characters.
    pub column: u32,
    /// Where it is in the file, such as `models.small.base_url`; empty for the whole.
    pub path: String,
    /// A stable code: `syntax`, `unknown_key`, `missing`, `wrong_type`, `out_of_range`, `unknown_model`, `unknown_task`, `not_a_url`,
    /// `not_a_secret`, `currency`.
    pub code: &'static str,
    pub en: String,
    pub zh: String,
    /// What was probably meant, to be written instead.
    pub suggestion: Option<String>,
}

impl Problem {
    /// The same as a problem of any file.
    pub fn in_file(self, file: &str) -> yingda_yaml::Problem {
        let place = yingda_yaml::Place { line: self.line, column: self.column };
        let problem = yingda_yaml::Problem::error(file, place, Said { zh: self.zh, en: self.en });
        match self.suggestion {
            Some(suggestion) => problem.hint(said!("是不是想写“{suggestion}”？", "did you mean `{suggestion}`?")),
            None => problem,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.en)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean “{suggestion}”?"),
            None => Ok(()),
        }
    }
}

/// Reads `models.yml`. An empty file is right: it means no language model.
///
/// # Errors
/// All problems, in the order of the file.
pub fn read(text: &str) -> Result<Config, Vec<Problem>> {
    let text = text.trim_start_matches('\u{feff}');
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Config::none());
    }
    let mut broken = Vec::new();
    let root = yingda_yaml::parse("models.yml", text, &mut broken);
    let mut problems = Problems { list: broken.into_iter().map(syntax).collect() };
    let config = root.map_or_else(Config::none, |root| config(&root, &mut problems));
    let mut problems = problems.list;
    if problems.is_empty() {
        return Ok(config);
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    Err(problems)
}

fn syntax(problem: yingda_yaml::Problem) -> Problem {
    Problem {
        line: problem.line.max(1),
        column: problem.column.max(1),
        path: String::new(),
        code: "syntax",
        en: crate::error::short(&problem.message.en),
        zh: crate::error::short(&problem.message.zh),
        suggestion: None,
    }
}

fn config(root: &Node, problems: &mut Problems) -> Config {
    let Some(fields) = Fields::of(root, "", &["models", "tasks", "budgets", "cache", "bot"], problems) else {
        return Config::none();
    };
    let mut models = BTreeMap::new();
    for (key, node) in fields.entries("models", problems) {
        let model = model(key, node, problems);
        models.insert(key.name.clone(), model);
    }
    let tasks = tasks(&fields, &models, problems);
    let currency = currency(&fields, &models, problems);
    let budgets = fields.child("budgets", &["conversation", "day"], problems);
    let budget = |name: &str, problems: &mut Problems| {
        budgets.as_ref().map_or_else(Budget::default, |budgets| budget(budgets, name, problems))
    };
    let budgets = Budgets { conversation: budget("conversation", problems), day: budget("day", problems), currency };
    let bot = fields.child("bot", &["rephrase"], problems);
    let rephrase_bot = bot.and_then(|bot| bot.flag("rephrase", problems)).unwrap_or(false);
    Config { models, tasks, budgets, cache: cache(&fields, problems), rephrase_bot }
}

const MODEL: [&str; 11] = [
    "base_url",
    "key",
    "model",
    "timeout_ms",
    "first_byte_ms",
    "retries",
    "offers",
    "price",
    "context",
    "max_answer",
    "breaker",
];

fn model(key: &Key, node: &Node, problems: &mut Problems) -> Model {
    let path = format!("models.{}", key.name);
    let mut model = Model {
        name: key.name.clone(),
        base_url: nowhere(),
        key: None,
        model: String::new(),
        timeout: Duration::from_secs(20),
        first_byte: Duration::from_secs(20),
        retries: 1,
        offers: Offers::default(),
        price: None,
        context: 8192,
        most_answer: 1024,
        breaker_failures: 5,
        breaker_pause: Duration::from_secs(30),
    };
    let Some(fields) = Fields::of(node, &path, &MODEL, problems) else { return model };
    if let Some((text, at)) = fields.required_text("base_url", problems) {
        match base_url(&text) {
            Ok(url) => model.base_url = url,
            Err((en, zh)) => problems.add(at, &format!("{path}.base_url"), "not_a_url", en, zh, None),
        }
    }
    model.model = fields.required_text("model", problems).map(|(text, _)| text).unwrap_or_default();
    model.key = key_name(&fields, &path, problems);
    let whole = |fields: &Fields, name: &str, range: (f64, f64), default: u64, problems: &mut Problems| {
        fields.number(name, range, problems).map_or(default, |number| number as u64)
    };
    let timeout = whole(&fields, "timeout_ms", (100.0, 600_000.0), 20_000, problems);
    model.timeout = Duration::from_millis(timeout);
    model.first_byte = Duration::from_millis(whole(&fields, "first_byte_ms", (50.0, 600_000.0), timeout, problems));
    model.retries = whole(&fields, "retries", (0.0, 5.0), 1, problems) as u32;
    model.context = whole(&fields, "context", (512.0, 10_000_000.0), 8192, problems) as u32;
    model.most_answer = whole(&fields, "max_answer", (16.0, 100_000.0), 1024, problems) as u32;
    if let Some(offers) = fields.child("offers", &["json_schema", "tools", "streaming"], problems) {
        model.offers = Offers {
            json_schema: offers.flag("json_schema", problems).unwrap_or_default(),
            tools: offers.flag("tools", problems).unwrap_or_default(),
            streaming: offers.flag("streaming", problems).unwrap_or_default(),
        };
    }
    if let Some(breaker) = fields.child("breaker", &["failures", "pause_s"], problems) {
        model.breaker_failures = whole(&breaker, "failures", (1.0, 1000.0), 5, problems) as u32;
        model.breaker_pause = Duration::from_secs(whole(&breaker, "pause_s", (1.0, 3600.0), 30, problems));
    }
    model.price = price(&fields, problems);
    model
}

/// Stands in for a URL that could not be read; the file is refused then.
fn nowhere() -> Url {
    parse_url("http://invalid.example/").expect("a constant URL")
}

fn base_url(text: &str) -> Result<Url, (String, String)> {
    let url = parse_url(text).map_err(|error| (error.en(), error.zh()))?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err((
            "expected an http or https URL without a query, such as https://models.example.com/v1".into(),
            "应为不带查询参数的 http 或 https 网址，例如 https://models.example.com/v1".into(),
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err((
            "the URL has a user name or password in it: use key: secrets.NAME".into(),
            "网址里带有用户名或密码：请改用 key: secrets.NAME".into(),
        ));
    }
    Ok(url)
}

fn key_name(fields: &Fields, path: &str, problems: &mut Problems) -> Option<String> {
    let (text, at) = fields.text("key", problems)?;
    let name = text.strip_prefix("secrets.").filter(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    });
    match name {
        Some(name) => Some(name.to_owned()),
        None => {
            // What stands here may be a key that somebody pasted: it is not repeated.
            problems.add(
                at,
                &format!("{path}.key"),
                "not_a_secret",
                "expected secrets.NAME: the key itself is a sealed value of the workspace and does not belong in a file"
                    .into(),
                "应为 secrets.名称：密钥本身是工作区中加密保存的值，不应写在文件里".into(),
                Some(format!("secrets.{}_key", path.rsplit('.').next().unwrap_or("llm"))),
            );
            None
        }
    }
}

fn price(fields: &Fields, problems: &mut Problems) -> Option<Price> {
    let price = fields.child("price", &["in", "out", "currency"], problems)?;
    let input = price.number("in", (0.0, 1_000_000.0), problems);
    let output = price.number("out", (0.0, 1_000_000.0), problems);
    for (name, value) in [("in", input), ("out", output)] {
        if value.is_none() {
            price.missing(name, problems);
        }
    }
    let (currency, at) = price.required_text("currency", problems)?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let suggestion = currency.to_uppercase();
        problems.add(
            at,
            &price.path_of("currency"),
            "currency",
            "expected a currency of three capital letters (ISO 4217), such as CNY or USD".into(),
            "应为三个大写字母的货币代码（ISO 4217），例如 CNY 或 USD".into(),
            (suggestion.len() == 3).then_some(suggestion),
        );
    }
    Some(Price { input: input.unwrap_or_default(), output: output.unwrap_or_default(), currency })
}

/// Which model for which task. A task that is not named uses what stands under `default`, when it is there.
fn tasks(fields: &Fields, models: &BTreeMap<String, Model>, problems: &mut Problems) -> BTreeMap<Task, Vec<String>> {
    let mut tasks = BTreeMap::new();
    let mut default = None;
    for (key, node) in fields.entries("tasks", problems) {
        let path = format!("tasks.{}", key.name);
        let chain = chain(node, &path, models, problems);
        if key.name == "default" {
            default = Some(chain);
        } else if let Some(task) = Task::ALL.into_iter().find(|task| task.name() == key.name) {
            tasks.insert(task, chain);
        } else {
            let names = Task::ALL.map(Task::name).join(", ");
            problems.add(
                key.place,
                &path,
                "unknown_task",
                format!("“{}” is no task; the tasks are {names}, and default for the rest", key.name),
                format!("没有名为“{}”的任务；任务有 {names}，其余用 default", key.name),
                nearest(&key.name, Task::ALL.iter().map(|task| task.name()).chain(["default"])),
            );
        }
    }
    if let Some(default) = default {
        for task in Task::ALL {
            tasks.entry(task).or_insert_with(|| default.clone());
        }
    }
    tasks.retain(|_, chain| !chain.is_empty());
    tasks
}

fn chain(node: &Node, path: &str, models: &BTreeMap<String, Model>, problems: &mut Problems) -> Vec<String> {
    let nodes: Vec<&Node> = match &node.is {
        Is::List(list) => list.iter().collect(),
        Is::Nothing => Vec::new(),
        _ => vec![node],
    };
    let mut chain = Vec::new();
    for node in nodes {
        let Some(name) = fields::text(node) else {
            problems.wrong_type(node, path, "the name of a model, or a list of names", "模型名称或名称列表");
            continue;
        };
        if models.contains_key(&name) {
            chain.push(name);
        } else {
            problems.add(
                node.place,
                path,
                "unknown_model",
                format!("no model is called “{name}” under models"),
                format!("models 下没有名为“{name}”的模型"),
                nearest(&name, models.keys().map(String::as_str)),
            );
        }
    }
    chain
}

/// Money is counted in one currency.
fn currency(fields: &Fields, models: &BTreeMap<String, Model>, problems: &mut Problems) -> Option<String> {
    let used: BTreeSet<&str> =
        models.values().filter_map(|model| model.price.as_ref()).map(|price| price.currency.as_str()).collect();
    if used.len() > 1 {
        let names = used.iter().copied().collect::<Vec<_>>().join(", ");
        problems.add(
            fields.place("models"),
            "models",
            "currency",
            format!("prices are in {names}: give them all in one currency, so that budgets can add them"),
            format!("价格使用了多种货币（{names}）：请统一为一种货币，预算才能相加"),
            None,
        );
    }
    used.into_iter().next().map(str::to_owned)
}

fn budget(budgets: &Fields, name: &str, problems: &mut Problems) -> Budget {
    let Some(fields) = budgets.child(name, &["money", "tokens"], problems) else { return Budget::default() };
    let money = fields.number("money", (0.0, 1e9), problems);
    let tokens = fields.number("tokens", (0.0, 1e12), problems);
    Budget {
        micros: money.map(|money| (money * 1_000_000.0).round() as u64),
        tokens: tokens.map(|tokens| tokens as u64),
    }
}

fn cache(fields: &Fields, problems: &mut Problems) -> CacheSettings {
    let mut cache = CacheSettings::default();
    let Some(fields) = fields.child("cache", &["enabled", "ttl_s", "entries"], problems) else { return cache };
    cache.enabled = fields.flag("enabled", problems).unwrap_or(cache.enabled);
    if let Some(ttl) = fields.number("ttl_s", (1.0, 604_800.0), problems) {
        cache.ttl = Duration::from_secs(ttl as u64);
    }
    if let Some(entries) = fields.number("entries", (1.0, 1_000_000.0), problems) {
        cache.entries = entries as usize;
    }
    cache
}

#[cfg(test)]
mod tests;
