//! Reading `guard.yml` files into a [`Guard`], with a place and a suggestion for everything that is wrong.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use serde::Serialize;
use serde_saphyr::{Location, Spanned};
use yingda_entity::{Entities, Setup};

use crate::file::{Both, File, Limit, Phrase};
use crate::folded::Folded;
use crate::guard::{Banned, Disclosure, Guard, Treatment};
use crate::saying::Rule;

/// A file as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name, for messages.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// Line, from 1; 0 when it is not known.
    pub line: u64,
    /// Column in characters, from 1; 0 when it is not known.
    pub column: u64,
    /// What was expected and what came.
    pub message: String,
    /// What to write instead, where that can be told.
    pub suggestion: Option<String>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.line, self.column, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean `{suggestion}`?"),
            None => Ok(()),
        }
    }
}

/// The longest pattern, in characters, and its size once it is compiled, in bytes.
const LONGEST_PATTERN: usize = 400;
const LARGEST_PATTERN: usize = 1 << 20;

const KEYS: [&str; 20] = [
    "rules",
    "hosts",
    "channels",
    "forbidden",
    "required",
    "promises",
    "names",
    "public",
    "tone",
    "support",
    "text",
    "pattern",
    "why",
    "instead",
    "when",
    "say",
    "also",
    "allow",
    "zh",
    "en",
];

/// Words that Chinese advertising law forbids, and their English like.
const FORBIDDEN: [&str; 16] = [
    "全网最低",
    "全国最低",
    "史上最低",
    "最低价格保证",
    "国家级",
    "世界第一",
    "全国第一",
    "全球第一",
    "行业第一",
    "第一品牌",
    "绝无仅有",
    "史无前例",
    "cheapest on the market",
    "best in the world",
    "number one in the world",
    "lowest price anywhere",
];

pub(crate) struct Reading<'a> {
    path: &'a str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn problem(&mut self, at: Option<Location>, message: String, suggestion: Option<String>) {
        let (line, column) = at.map_or((0, 0), |at| (at.line(), at.column()));
        self.problems.push(Problem { path: self.path.to_owned(), line, column, message, suggestion });
    }

    fn pattern(&mut self, written: &Spanned<String>) -> Option<Regex> {
        if written.value.chars().count() > LONGEST_PATTERN {
            let message = format!(
                "a pattern has at most {LONGEST_PATTERN} characters, this one has {}",
                written.value.chars().count()
            );
            self.problem(Some(written.defined), message, None);
            return None;
        }
        match RegexBuilder::new(&written.value).case_insensitive(true).size_limit(LARGEST_PATTERN).build() {
            Ok(pattern) if pattern.is_match("") => {
                let message =
                    format!("the pattern `{}` matches an empty text, so it would stop everything", written.value);
                self.problem(Some(written.defined), message, None);
                None
            }
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim();
                let message = format!("`{}` is not a regular expression that can be used: {reason}", written.value);
                self.problem(Some(written.defined), message, None);
                None
            }
        }
    }
}

/// Reads the files into a guard. Of the same key the later file counts; lists are joined.
pub(crate) fn read(files: &[Source]) -> Result<Guard, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut guard = defaults().map_err(|problem| vec![problem])?;
    for source in files {
        let mut reading = Reading { path: &source.path, problems: Vec::new() };
        if !source.text.trim().is_empty() {
            match serde_saphyr::from_str::<Option<File>>(source.text.trim_start_matches('\u{feff}')) {
                Ok(file) => apply(file.unwrap_or_default(), &mut guard, &mut reading),
                Err(error) => {
                    let message = error.without_snippet().to_string();
                    let suggestion = unknown(&message).and_then(|word| nearest(word, KEYS.into_iter()));
                    reading.problem(error.location(), message, suggestion);
                }
            }
        }
        problems.append(&mut reading.problems);
    }
    if problems.is_empty() { Ok(guard) } else { Err(problems) }
}

fn defaults() -> Result<Guard, Problem> {
    let entities = Entities::new(&Setup::default()).map_err(|error| Problem {
        path: "built-in".to_owned(),
        line: 0,
        column: 0,
        message: error.to_string(),
        suggestion: None,
    })?;
    let channels = [
        ("web", Limit::Any(1000)),
        ("app", Limit::Any(1000)),
        ("sms", Limit::Script { han: 70, latin: 160 }),
        ("wechat", Limit::Any(600)),
        ("wecom", Limit::Any(600)),
        ("email", Limit::Any(6000)),
        ("whatsapp", Limit::Any(1000)),
        ("telegram", Limit::Any(1000)),
        ("weibo", Limit::Any(300)),
        ("douyin", Limit::Any(500)),
        ("phone", Limit::Any(200)),
    ];
    let forbidden = FORBIDDEN.iter().map(|text| Banned {
        text: Some(Folded::new(text).text),
        pattern: None,
        why: Both {
            zh: "广告法禁止的绝对化用语".to_owned(),
            en: "a superlative that advertising law forbids".to_owned(),
        },
        instead: None,
    });
    Ok(Guard {
        treatments: BTreeMap::new(),
        hosts: Vec::new(),
        channels: channels.into_iter().map(|(name, limit)| (name.to_owned(), limit)).collect(),
        forbidden: forbidden.collect(),
        required: Vec::new(),
        promises: Vec::new(),
        names: Vec::new(),
        public: Vec::new(),
        rude: Vec::new(),
        decent: Vec::new(),
        support: 0.5,
        entities,
    })
}

fn apply(file: File, guard: &mut Guard, reading: &mut Reading) {
    for (name, treatment) in file.rules {
        let Some(rule) = Rule::ALL.into_iter().find(|rule| rule.name() == name) else {
            let message = format!("there is no rule `{name}`; the rules are {}", Rule::ALL.map(Rule::name).join(", "));
            reading.problem(Some(treatment.defined), message, nearest(&name, Rule::ALL.into_iter().map(Rule::name)));
            continue;
        };
        match Treatment::named(&treatment.value) {
            Some(treatment) => {
                guard.treatments.insert(rule, treatment);
            }
            None => {
                let message =
                    format!("a rule is treated with drop, block, note or off, not with `{}`", treatment.value);
                let suggestion = nearest(&treatment.value, ["drop", "block", "note", "off"].into_iter());
                reading.problem(Some(treatment.defined), message, suggestion);
            }
        }
    }
    for host in file.hosts {
        let plain = host.value.trim().to_lowercase();
        if plain.is_empty() || plain.contains(['/', ' ', '@', ':', '*']) {
            let without = plain.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("*.");
            let without = without.split(['/', ':', '@', ' ']).next().unwrap_or_default().to_owned();
            let message = format!(
                "a host is a name such as help.example.com, without scheme and path; what came is `{}`",
                host.value
            );
            reading.problem(Some(host.defined), message, Some(without).filter(|host| !host.is_empty()));
        } else {
            guard.hosts.push(plain);
        }
    }
    for (channel, limit) in file.channels {
        let least = match limit.value {
            Limit::Any(most) => most,
            Limit::Script { han, latin } => han.min(latin),
        };
        if least == 0 {
            reading.problem(Some(limit.defined), format!("the length for `{channel}` is at least 1 character"), None);
        }
        guard.channels.insert(channel, limit.value);
    }
    for phrase in file.forbidden {
        guard.forbidden.extend(banned(phrase, reading));
    }
    for required in file.required {
        let when: Vec<String> = required
            .when
            .iter()
            .map(|word| Folded::new(word.value.trim()).text)
            .filter(|word| !word.is_empty())
            .collect();
        if when.is_empty() || required.say == Both::default() {
            let at = required.when.first().map(|word| word.defined);
            reading.problem(at, "a required phrase needs words in `when` and a text in `say`".to_owned(), None);
            continue;
        }
        guard.required.push(Disclosure { when, say: required.say });
    }
    guard.promises.extend(file.promises);
    guard.names.extend(file.names);
    guard.public.extend(file.public);
    guard.rude.extend(
        file.tone.also.into_iter().map(|word| Folded::new(&word.value).text).filter(|word| !word.trim().is_empty()),
    );
    guard
        .decent
        .extend(file.tone.allow.into_iter().map(|word| Folded::new(&word).text).filter(|word| !word.trim().is_empty()));
    if let Some(support) = file.support {
        if (0.0..=1.0).contains(&support.value) {
            guard.support = support.value;
        } else {
            reading.problem(
                Some(support.defined),
                format!("`support` is a share from 0 to 1; what came is {}", support.value),
                None,
            );
        }
    }
}

fn banned(phrase: Spanned<Phrase>, reading: &mut Reading) -> Option<Banned> {
    let at = phrase.defined;
    let why = Both { zh: "这句话不允许说".to_owned(), en: "this phrase must not be said".to_owned() };
    let (text, pattern, why, instead) = match phrase.value {
        Phrase::Text(text) => (Some(Spanned::new(text, at, at)), None, why, None),
        Phrase::Full(full) => (full.text, full.pattern, full.why.unwrap_or(why), full.instead),
    };
    match (text, pattern) {
        (Some(text), None) => {
            let folded = Folded::new(text.value.trim()).text;
            if folded.is_empty() {
                reading.problem(Some(text.defined), "a forbidden phrase is empty".to_owned(), None);
                return None;
            }
            Some(Banned { text: Some(folded), pattern: None, why, instead })
        }
        (None, Some(pattern)) => {
            let pattern = reading.pattern(&pattern)?;
            Some(Banned { text: None, pattern: Some(pattern), why, instead })
        }
        _ => {
            reading.problem(Some(at), "a forbidden phrase has either `text` or `pattern`".to_owned(), None);
            None
        }
    }
}

/// The word that a message of the YAML reader calls unknown.
fn unknown(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("unknown field")?;
    rest.split(['`', '\'', '"']).nth(1)
}

/// The known word that is at most two slips away.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let far = |known: &str| distance(word, known);
    known.map(|known| (far(known), known)).min().filter(|(far, _)| *far <= 2).map(|(_, known)| known.to_owned())
}

/// How many letters have to be changed, added or left out (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, d) in b.iter().enumerate() {
            let next = (corner + usize::from(c != *d)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Source, read};

    fn problems(text: &str) -> Vec<String> {
        let source = Source { path: "guard.yml".to_owned(), text: text.to_owned() };
        read(&[source]).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_slip_is_told_with_its_place_and_the_word_that_was_meant() {
        let found = problems("hosts: [a.example]\nforbiden: [x]\n");
        assert!(found[0].starts_with("guard.yml:2:1") && found[0].ends_with("did you mean `forbidden`?"), "{found:?}");
        let found = problems("rules:\n  tone: blok\n");
        assert!(found[0].starts_with("guard.yml:2:9") && found[0].ends_with("did you mean `block`?"), "{found:?}");
        let found = problems("hosts:\n  - https://help.example.com/x\n");
        assert!(
            found[0].starts_with("guard.yml:2:5") && found[0].ends_with("did you mean `help.example.com`?"),
            "{found:?}"
        );
        let found = problems("forbidden:\n  - pattern: '(a'\n");
        assert!(found[0].starts_with("guard.yml:2:14"), "{found:?}");
        assert!(problems("forbidden:\n  - pattern: 'x*'\n")[0].contains("empty text"));
        assert!(problems("support: 3\n")[0].contains("0 to 1"));
    }

    #[test]
    fn an_empty_file_and_none_are_the_defaults() {
        assert!(read(&[]).is_ok());
        assert!(problems("").is_empty() && problems("# nothing\n").is_empty());
    }
}
