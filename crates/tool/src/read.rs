//! Reads the files of tools and checks all of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use yingda_outbound::Method;
use yingda_outbound::header::HeaderName;
use yingda_yaml::{Key, Node, Place, Problem, Said, said};

use crate::backend::{Backend, Kind};
use crate::breaker::Breaker;
use crate::call::{Code, Customer};
use crate::fill::{Fill, Path};
use crate::mcp;
use crate::schema::Schema;
use crate::section::{Problems, Section};
use crate::toolbox::{Effect, HttpRequest, Limit, Tool};

const BACKEND_KEYS: [&str; 9] =
    ["backend", "kind", "base_url", "url", "headers", "timeout_ms", "retries", "idempotency_header", "tools"];
const HTTP_KEYS: [&str; 14] = [
    "title", "method", "path", "query", "body", "input", "output", "effect", "needs", "scope", "limit", "owner",
    "errors", "example",
];
const MCP_KEYS: [&str; 11] =
    ["title", "tool", "input", "output", "effect", "needs", "scope", "limit", "owner", "errors", "example"];

/// The names that expressions of tools have.
const BEFORE: [&str; 7] = ["input", "contact", "inbox", "channel", "lang", "now", "mood"];
const AFTER: [&str; 8] = ["input", "contact", "inbox", "channel", "lang", "now", "mood", "output"];
/// The names that templates of tools have.
const TEXTS: [&str; 9] = ["input", "contact", "inbox", "channel", "lang", "now", "mood", "settings", "secrets"];
const HEADERS: [&str; 8] = ["contact", "inbox", "channel", "lang", "now", "mood", "settings", "secrets"];

/// All tools of the files, by their full names.
pub(crate) fn files<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<BTreeMap<String, Tool>, Vec<Problem>> {
    let mut tools = BTreeMap::new();
    let mut found = Vec::new();
    let mut backends: BTreeMap<String, String> = BTreeMap::new();
    for (file, text) in files {
        let root = yingda_yaml::parse(file, text, &mut found);
        let mut problems = Problems::new(file, &mut found);
        if let Some((backend, read)) = root.and_then(|root| read_file(&root, &mut problems)) {
            if let Some(other) = backends.get(&backend.name) {
                let message = said!(
                    "业务系统“{name}”在 {other} 里已经有了：请给这个换一个名称",
                    "the back end “{name}” is in {other} already: give this one another name",
                    name = backend.name
                );
                problems.add(backend.place, message);
            } else {
                backends.insert(backend.name, file.to_owned());
                tools.extend(read.into_iter().map(|tool| (tool.name.clone(), tool)));
            }
        }
    }
    found.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    if found.is_empty() { Ok(tools) } else { Err(found) }
}

struct Named {
    name: String,
    place: Place,
}

fn read_file(root: &Node, problems: &mut Problems<'_>) -> Option<(Named, Vec<Tool>)> {
    let section = problems.section(root, said!("工具文件", "a file of tools"), &BACKEND_KEYS)?;
    let name_node = section.need("backend", problems);
    let name = name_node.and_then(|node| {
        let name = problems.text(node, &said!("业务系统的名称", "the name of a back end"))?;
        if name == "desk" {
            let message =
                said!("“desk”是程序自带的：请换一个名称", "“desk” is the program's own back end: choose another name");
            problems.add(node.place, message);
        } else if !is_name(&name) {
            let message = said!(
                "“{name}”不能用作名称：请用 a-z、0-9 和 _，例如 shop",
                "“{name}” is no name: use a–z, 0–9 and _, such as shop"
            );
            problems.add(node.place, message);
        }
        Some(Named { name, place: node.place })
    });
    let backend = read_backend(&section, name.as_ref().map_or("", |named| &named.name), problems).map(Arc::new);
    let tools = section.need("tools", problems)?;
    let tools = problems.map(tools, &said!("“tools”", "“tools”"))?;
    if tools.is_empty() {
        problems.add(section.place, said!("“tools”里没有工具", "“tools” has no tool"));
    }
    // The tools are read for their problems even where the back end is not understood.
    let is_mcp = section.get("kind").is_some_and(|kind| kind.json() == "mcp");
    let mut read = Vec::new();
    for (key, node) in tools {
        if let Some(tool) = read_tool(key, node, is_mcp, backend.as_ref(), problems) {
            read.push(tool);
        }
    }
    Some((name?, read))
}

fn read_backend(section: &Section<'_>, name: &str, problems: &mut Problems<'_>) -> Option<Backend> {
    let kind = section.need("kind", problems);
    let kind = kind.and_then(|node| problems.word(node, &[("http", false), ("mcp", true)]));
    let (right, wrong) = if kind == Some(true) { ("url", "base_url") } else { ("base_url", "url") };
    if let Some(node) = section.get(wrong).filter(|_| kind.is_some()) {
        let message =
            said!("这种业务系统要写“{right}”，不写“{wrong}”", "this kind of back end has “{right}”, not “{wrong}”");
        problems.add(node.place, message);
    }
    let url = section.need(right, problems).and_then(|node| {
        let what = said!("网址", "the URL");
        let text = problems.text(node, &what)?;
        if !text.contains("{{") && !text.starts_with("http://") && !text.starts_with("https://") {
            let message = said!(
                "“{right}”要以 https:// 或 http:// 开头，或者用设置项写成",
                "“{right}” must begin with https:// or http://, or be made of settings"
            );
            problems.add(node.place, message);
        }
        problems.template(node, &what, &text, &["settings"])
    });
    let mut headers = Vec::new();
    if let Some(node) = section.get("headers") {
        let what = said!("请求头", "a header");
        for (key, node) in problems.map(node, &said!("“headers”", "“headers”")).unwrap_or_default() {
            let header = header_name(&key.name).filter(|name| !OURS.contains(&name.as_str()));
            if header.is_none() {
                let message =
                    said!("文件里不能设置请求头“{name}”", "“{name}” is no header that a file may set", name = key.name);
                problems.add(key.place, message);
            }
            let text = problems.text(node, &what);
            let template = text.and_then(|text| problems.template(node, &what, &text, &HEADERS));
            headers.extend(header.zip(template));
        }
    }
    let mut number = |key: &'static str, least, most, usual| match section.get(key) {
        Some(node) => problems.number(node, least, most),
        None => Some(usual),
    };
    let timeout = number("timeout_ms", 50, 60_000, 5_000);
    let retries = number("retries", 0, 5, 1);
    let idempotency = match section.get("idempotency_header") {
        None => Some(HeaderName::from_static("idempotency-key")),
        Some(node) => {
            let text = problems.text(node, &said!("“idempotency_header”", "“idempotency_header”"))?;
            let header = header_name(&text);
            if header.is_none() {
                let message = said!(
                    "“idempotency_header”应为请求头的名称，或者 none",
                    "“idempotency_header” must be the name of a header, or none"
                );
                problems.add(node.place, message);
            }
            header.filter(|_| text != "none")
        }
    };
    Some(Backend {
        name: name.to_owned(),
        kind: if kind? { Kind::Mcp(mcp::Sessions::default()) } else { Kind::Http },
        url: url?,
        headers,
        timeout: Duration::from_millis(timeout?.into()),
        retries: retries?,
        idempotency,
        breaker: Breaker::default(),
    })
}

/// Headers that the program sets itself, or that say how a message is framed.
const OURS: [&str; 9] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "content-type",
    "content-encoding",
    "accept-encoding",
    "mcp-session-id",
    "mcp-protocol-version",
];

fn header_name(text: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(text.as_bytes()).ok()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_ascii_lowercase())
        && text.len() <= 64
        && text.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_')
}

fn read_tool(
    key: &Key,
    node: &Node,
    is_mcp: bool,
    backend: Option<&Arc<Backend>>,
    problems: &mut Problems<'_>,
) -> Option<Tool> {
    if !is_name(&key.name) {
        let message = said!(
            "“{name}”不能用作工具的名称：请用 a-z、0-9 和 _，例如 get_order",
            "“{name}” is no name of a tool: use a–z, 0–9 and _, such as get_order",
            name = key.name
        );
        problems.add(key.place, message);
    }
    let section = problems.section(node, said!("工具", "a tool"), if is_mcp { &MCP_KEYS } else { &HTTP_KEYS })?;
    let (title_zh, title_en) = title(&section, problems);
    let mut schema = |key: &'static str| {
        let node = section.get(key)?;
        let wrong = |error: Said| problems.add(node.place, said!("“{key}”：{error}", "“{key}”: {error}", [error]));
        Schema::compile(node.json()).map_err(wrong).ok()
    };
    let (input_schema, output_schema) = (schema("input"), schema("output"));
    if let Some(node) = section.get("input").filter(|node| node.json()["type"] != "object") {
        let message = said!(
            "“input”应为带有“type: object”的 JSON Schema：输入要有名称",
            "“input” must be a schema with “type: object”: inputs have names"
        );
        problems.add(node.place, message);
    }
    if !is_mcp && section.get("input").is_none() {
        let message = said!(
            "工具缺少“input”：用 JSON Schema 写明它要什么",
            "a tool needs “input”, a JSON Schema of what it takes"
        );
        problems.add(key.place, message);
    }
    let method = section.get("method").and_then(|node| problems.word(node, &METHODS));
    let effect = match section.get("effect") {
        Some(node) => problems.word(node, &[("read", Effect::Read), ("write", Effect::Write)]),
        None if !is_mcp && method == Some("GET") => Some(Effect::Read),
        None => {
            let message = said!(
                "工具缺少“effect”：只查询写 read，会改动数据写 write",
                "a tool needs “effect”: read, or write when it changes something"
            );
            problems.add(key.place, message);
            None
        }
    };
    if let (Some("GET"), Some(Effect::Write), Some(node)) = (method, effect, section.get("effect")) {
        let message = said!(
            "GET 不能改动数据（RFC 9110 §9.2.1）：请用 POST、PUT、PATCH 或 DELETE",
            "GET must not change anything (RFC 9110 §9.2.1): use POST, PUT, PATCH or DELETE"
        );
        problems.add(node.place, message);
    }
    let needs = [("none", Customer::None), ("known", Customer::Known), ("verified", Customer::Verified)];
    let needs = section.get("needs").map_or(Some(Customer::None), |node| problems.word(node, &needs));
    let scope = section.get("scope").and_then(|node| problems.text(node, &said!("“scope”", "“scope”")));
    let limit = section.get("limit").and_then(|node| read_limit(node, problems));
    let owner = section.get("owner").and_then(|node| {
        let what = said!("“owner”", "“owner”");
        let source = problems.text(node, &what)?;
        problems.expression(node, &what, &source, &AFTER)
    });
    let errors = read_errors(&section, problems);
    let example = section.get("example").map(|node| (node.place, node.json()));
    if let (Some((place, example)), Some(schema)) = (&example, &output_schema)
        && let Err(wrong) = schema.check(example)
    {
        // The library's own words, which are English.
        problems.add(*place, said!("“example”与“output”不符：{wrong}", "“example” is not as “output” says: {wrong}"));
    }
    let request = if is_mcp { None } else { Some(read_request(&section, method, input_schema.as_ref(), problems)) };
    let own_name = section
        .get("tool")
        .and_then(|node| problems.text(node, &said!("“tool”", "“tool”")))
        .unwrap_or(key.name.clone());
    let backend = Arc::clone(backend?);
    Some(Tool {
        name: format!("{}.{}", backend.name, key.name),
        title_zh: title_zh.unwrap_or_else(|| key.name.clone()),
        title_en: title_en.unwrap_or_else(|| key.name.clone()),
        effect: effect?,
        needs: needs?,
        scope,
        input: input_schema.as_ref().map(Schema::properties),
        output: output_schema.as_ref().map(Schema::properties),
        backend,
        own_name,
        input_schema,
        output_schema,
        limit,
        owner,
        errors,
        example: example.map(|(_, example)| example),
        request: match request {
            None => None,
            Some(request) => Some(request?),
        },
    })
}

const METHODS: [(&str, &str); 5] =
    [("GET", "GET"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

fn title(section: &Section<'_>, problems: &mut Problems<'_>) -> (Option<String>, Option<String>) {
    let Some(node) = section.get("title") else { return (None, None) };
    let Some(title) = problems.section(node, said!("“title”", "“title”"), &["zh", "en"]) else {
        return (None, None);
    };
    let mut text = |key| title.need(key, problems).and_then(|node| problems.text(node, &said!("标题", "a title")));
    (text("zh"), text("en"))
}

fn read_limit(node: &Node, problems: &mut Problems<'_>) -> Option<Limit> {
    let section = problems.section(node, said!("“limit”", "“limit”"), &["value", "most"])?;
    let value = section.need("value", problems);
    let value = value.and_then(|node| {
        let what = said!("“limit”的“value”", "the value of “limit”");
        let source = problems.text(node, &what)?;
        problems.expression(node, &what, &source, &BEFORE)
    });
    let most = section.need("most", problems)?;
    let Some(number) = most.json().as_f64() else {
        problems.add(most.place, said!("“most”应为数字", "“most” must be a number"));
        return None;
    };
    Some(Limit { value: value?, most: number })
}

fn read_errors(section: &Section<'_>, problems: &mut Problems<'_>) -> BTreeMap<String, Code> {
    let mut errors = BTreeMap::new();
    let Some(node) = section.get("errors") else { return errors };
    for (key, node) in problems.map(node, &said!("“errors”", "“errors”")).unwrap_or_default() {
        if let Some(code) = problems.word(node, &Code::ALL) {
            errors.insert(key.name.clone(), code);
        }
    }
    errors
}

fn read_request(
    section: &Section<'_>,
    method: Option<&str>,
    input: Option<&Schema>,
    problems: &mut Problems<'_>,
) -> Option<HttpRequest> {
    section.need("method", problems);
    let path = section.need("path", problems).and_then(|node| {
        let text = problems.text(node, &said!("“path”", "“path”"))?;
        let path = Path::read(&text).map_err(|message| problems.add(node.place, message)).ok()?;
        if let Some(input) = input {
            let (properties, source) = (input.properties(), &input.source);
            for name in path.inputs().filter(|name| !properties.contains_key(*name)) {
                let known: Vec<&str> = properties.keys().map(String::as_str).collect();
                let known = known.join(", ");
                let message =
                    said!("“{{{name}}}”不是输入：有的是 {known}", "“{{{name}}}” is no input: there are {known}");
                problems.add(node.place, message);
            }
            let required =
                |name: &str| source["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
            for name in path.inputs().filter(|name| properties.contains_key(*name) && !required(name)) {
                let message = said!(
                    "“{{{name}}}”出现在路径里，所以“input”要把它列为必填（required）",
                    "“{{{name}}}” stands in the path, so “input” must require it"
                );
                problems.add(node.place, message);
            }
        }
        Some(path)
    });
    let query = match section.get("query") {
        None => None,
        Some(node) => {
            let what = said!("“query”", "“query”");
            let entries = problems.map(node, &what)?;
            let filled = entries
                .iter()
                .map(|(key, node)| Some((key.name.clone(), Fill::read(node, &what, &BEFORE, &TEXTS, problems)?)));
            Some(filled.collect::<Option<Vec<_>>>()?)
        }
    };
    let body = match section.get("body") {
        None => None,
        Some(node) if method == Some("GET") => {
            problems.add(node.place, said!("GET 没有“body”：请用“query”", "GET has no body: use “query”"));
            None
        }
        Some(node) => Some(Fill::read(node, &said!("“body”", "“body”"), &BEFORE, &TEXTS, problems)?),
    };
    let method = Method::from_bytes(method?.as_bytes()).ok()?;
    Some(HttpRequest { method, path: path?, query, body })
}
