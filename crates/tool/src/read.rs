//! Reads the files of tools and checks all of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use yingda_outbound::Method;
use yingda_outbound::header::HeaderName;
use yingda_yaml::{Key, Node, Place, Problem};

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
                let message =
                    format!("the back end “{}” is in {other} already: give this one another name", backend.name);
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
    let section = problems.section(root, "a file of tools", &BACKEND_KEYS)?;
    let name_node = section.need("backend", problems);
    let name = name_node.and_then(|node| {
        let name = problems.text(node, "the name of a back end")?;
        if name == "desk" {
            problems.add(node.place, "“desk” is the program's own back end: choose another name");
        } else if !is_name(&name) {
            problems.add(node.place, format!("“{name}” is no name: use a–z, 0–9 and _, such as shop"));
        }
        Some(Named { name, place: node.place })
    });
    let backend = read_backend(&section, name.as_ref().map_or("", |named| &named.name), problems).map(Arc::new);
    let tools = section.need("tools", problems)?;
    let tools = problems.map(tools, "“tools”")?;
    if tools.is_empty() {
        problems.add(section.place, "“tools” has no tool");
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
        problems.add(node.place, format!("this kind of back end has “{right}”, not “{wrong}”"));
    }
    let url = section.need(right, problems).and_then(|node| {
        let text = problems.text(node, "the URL")?;
        if !text.contains("{{") && !text.starts_with("http://") && !text.starts_with("https://") {
            problems.add(node.place, format!("“{right}” must begin with https:// or http://, or be made of settings"));
        }
        problems.template(node, "the URL", &text, &["settings"])
    });
    let mut headers = Vec::new();
    if let Some(node) = section.get("headers") {
        for (key, node) in problems.map(node, "“headers”").unwrap_or_default() {
            let header = header_name(&key.name).filter(|name| !OURS.contains(&name.as_str()));
            if header.is_none() {
                problems.add(key.place, format!("“{}” is no header that a file may set", key.name));
            }
            let text = problems.text(node, "a header");
            let template = text.and_then(|text| problems.template(node, "a header", &text, &HEADERS));
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
            let text = problems.text(node, "“idempotency_header”")?;
            let header = header_name(&text);
            if header.is_none() {
                problems.add(node.place, "“idempotency_header” must be the name of a header, or none");
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
        problems.add(key.place, format!("“{}” is no name of a tool: use a–z, 0–9 and _, such as get_order", key.name));
    }
    let section = problems.section(node, "a tool", if is_mcp { &MCP_KEYS } else { &HTTP_KEYS })?;
    let (title_zh, title_en) = title(&section, problems);
    let mut schema = |key: &'static str| {
        let node = section.get(key)?;
        Schema::compile(node.json()).map_err(|error| problems.add(node.place, format!("“{key}”: {error}"))).ok()
    };
    let (input_schema, output_schema) = (schema("input"), schema("output"));
    if let Some(node) = section.get("input").filter(|node| node.json()["type"] != "object") {
        problems.add(node.place, "“input” must be a schema with “type: object”: inputs have names");
    }
    if !is_mcp && section.get("input").is_none() {
        problems.add(key.place, "a tool needs “input”, a JSON Schema of what it takes");
    }
    let method = section.get("method").and_then(|node| problems.word(node, &METHODS));
    let effect = match section.get("effect") {
        Some(node) => problems.word(node, &[("read", Effect::Read), ("write", Effect::Write)]),
        None if !is_mcp && method == Some("GET") => Some(Effect::Read),
        None => {
            problems.add(key.place, "a tool needs “effect”: read, or write when it changes something");
            None
        }
    };
    if let (Some("GET"), Some(Effect::Write), Some(node)) = (method, effect, section.get("effect")) {
        problems.add(node.place, "GET must not change anything (RFC 9110 §9.2.1): use POST, PUT, PATCH or DELETE");
    }
    let needs = [("none", Customer::None), ("known", Customer::Known), ("verified", Customer::Verified)];
    let needs = section.get("needs").map_or(Some(Customer::None), |node| problems.word(node, &needs));
    let scope = section.get("scope").and_then(|node| problems.text(node, "“scope”"));
    let limit = section.get("limit").and_then(|node| read_limit(node, problems));
    let owner = section.get("owner").and_then(|node| {
        let source = problems.text(node, "“owner”")?;
        problems.expression(node, "“owner”", &source, &AFTER)
    });
    let errors = read_errors(&section, problems);
    let example = section.get("example").map(|node| (node.place, node.json()));
    if let (Some((place, example)), Some(schema)) = (&example, &output_schema)
        && let Err(wrong) = schema.check(example)
    {
        problems.add(*place, format!("“example” is not as “output” says: {wrong}"));
    }
    let request = if is_mcp { None } else { Some(read_request(&section, method, input_schema.as_ref(), problems)) };
    let own_name = section.get("tool").and_then(|node| problems.text(node, "“tool”")).unwrap_or(key.name.clone());
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
    let Some(title) = problems.section(node, "“title”", &["zh", "en"]) else { return (None, None) };
    let mut text = |key| title.need(key, problems).and_then(|node| problems.text(node, "a title"));
    (text("zh"), text("en"))
}

fn read_limit(node: &Node, problems: &mut Problems<'_>) -> Option<Limit> {
    let section = problems.section(node, "“limit”", &["value", "most"])?;
    let value = section.need("value", problems);
    let value = value.and_then(|node| {
        let source = problems.text(node, "the value of “limit”")?;
        problems.expression(node, "the value of “limit”", &source, &BEFORE)
    });
    let most = section.need("most", problems)?;
    let Some(number) = most.json().as_f64() else {
        problems.add(most.place, "“most” must be a number");
        return None;
    };
    Some(Limit { value: value?, most: number })
}

fn read_errors(section: &Section<'_>, problems: &mut Problems<'_>) -> BTreeMap<String, Code> {
    let mut errors = BTreeMap::new();
    let Some(node) = section.get("errors") else { return errors };
    for (key, node) in problems.map(node, "“errors”").unwrap_or_default() {
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
        let text = problems.text(node, "“path”")?;
        let path = Path::read(&text).map_err(|message| problems.add(node.place, message)).ok()?;
        if let Some(input) = input {
            let (properties, source) = (input.properties(), &input.source);
            for name in path.inputs().filter(|name| !properties.contains_key(*name)) {
                let known: Vec<&str> = properties.keys().map(String::as_str).collect();
                problems.add(node.place, format!("“{{{name}}}” is no input: there are {}", known.join(", ")));
            }
            let required =
                |name: &str| source["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
            for name in path.inputs().filter(|name| properties.contains_key(*name) && !required(name)) {
                problems.add(node.place, format!("“{{{name}}}” stands in the path, so “input” must require it"));
            }
        }
        Some(path)
    });
    let query = match section.get("query") {
        None => None,
        Some(node) => {
            let entries = problems.map(node, "“query”")?;
            let filled = entries
                .iter()
                .map(|(key, node)| Some((key.name.clone(), Fill::read(node, "“query”", &BEFORE, &TEXTS, problems)?)));
            Some(filled.collect::<Option<Vec<_>>>()?)
        }
    };
    let body = match section.get("body") {
        None => None,
        Some(node) if method == Some("GET") => {
            problems.add(node.place, "GET has no body: use “query”");
            None
        }
        Some(node) => Some(Fill::read(node, "“body”", &BEFORE, &TEXTS, problems)?),
    };
    let method = Method::from_bytes(method?.as_bytes()).ok()?;
    Some(HttpRequest { method, path: path?, query, body })
}
