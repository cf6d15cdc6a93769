//! Reading `guard.yml` files into a [`Guard`], with a place and a suggestion for everything that is wrong.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use yingda_entity::{Entities, Setup};
use yingda_yaml::{Is, Node, Place, Problem, Reader, parse, said};

use crate::file::{Both, Limit};
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

/// The longest pattern, in characters, and its size once it is compiled, in bytes.
const LONGEST_PATTERN: usize = 400;
const LARGEST_PATTERN: usize = 1 << 20;

const KEYS: [&str; 10] =
    ["rules", "hosts", "channels", "forbidden", "required", "promises", "names", "public", "tone", "support"];
/// What happens where a rule is broken.
const TREATMENTS: [&str; 4] = ["drop", "block", "note", "off"];
/// The longest text that a channel may have.
const MOST: u32 = 1_000_000;

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

/// Reads the files into a guard. Of the same key the later file counts; lists are joined.
pub(crate) fn read(files: &[Source]) -> Result<Guard, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut guard = defaults()?;
    for source in files.iter().filter(|source| !is_empty(&source.text)) {
        if let Some(root) = parse(&source.path, &source.text, &mut problems) {
            Reading { yaml: Reader::new(&source.path, &mut problems), guard: &mut guard }.file(&root);
        }
    }
    problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    if problems.is_empty() { Ok(guard) } else { Err(problems) }
}

/// Whether nothing but remarks stands in a file: then all is as it is by default.
fn is_empty(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

fn defaults() -> Result<Guard, Vec<Problem>> {
    let entities = Entities::new(&Setup::default())
        .map_err(|error| said!("自带的规则有错：{error}", "the built-in rules are wrong: {error}"))
        .map_err(|message| vec![Problem::error("built-in", Place::default(), message)])?;
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
        support: 0.3,
        entities,
    })
}

/// One file, on its way into the guard.
struct Reading<'a> {
    yaml: Reader<'a>,
    guard: &'a mut Guard,
}

impl Reading<'_> {
    fn file(&mut self, root: &Node) {
        let Some(map) = self.yaml.map(root, &said!("审核规则", "the guard"), &KEYS) else { return };
        for (key, node) in &map.entries {
            match key.name.as_str() {
                _ if matches!(node.is, Is::Nothing) => {}
                "rules" => self.rules(node),
                "hosts" => self.hosts(node),
                "channels" => self.channels(node),
                "forbidden" => {
                    let what = said!("不许说的话的列表", "a list of phrases that must not be said");
                    for item in self.yaml.list(node, &what).unwrap_or_default() {
                        let banned = self.banned(item);
                        self.guard.forbidden.extend(banned);
                    }
                }
                "required" => {
                    let what = said!("必须说的话的列表", "a list of required phrases");
                    for item in self.yaml.list(node, &what).unwrap_or_default() {
                        let required = self.required(item);
                        self.guard.required.extend(required);
                    }
                }
                "promises" => {
                    let what = said!("可以承诺的事，写成整句", "what may be promised, in a whole sentence");
                    let promises = self.yaml.words(node, &what);
                    self.guard.promises.extend(promises);
                }
                "names" => {
                    let names = self.yaml.words(node, &said!("可以说的名称", "names that may be said"));
                    self.guard.names.extend(names);
                }
                "public" => {
                    let public = self.yaml.words(node, &said!("可以说的个人信息", "personal data that may be said"));
                    self.guard.public.extend(public);
                }
                "tone" => self.tone(node),
                "support" => {
                    if let Some(share) = self.yaml.decimal(node, 0.0..=1.0) {
                        self.guard.support = share as f32;
                    }
                }
                _ => {}
            }
        }
    }

    fn rules(&mut self, node: &Node) {
        let Some(map) = self.yaml.any_map(node, &said!("“rules”", "`rules`")) else { return };
        for (key, node) in &map.entries {
            let Some(rule) = Rule::ALL.into_iter().find(|rule| rule.name() == key.name) else {
                let message = said!("没有规则“{name}”", "there is no rule `{name}`", name = key.name);
                let problem = Problem::error(self.yaml.file, key.place, message);
                self.yaml.problems.push(problem.one_of(&key.name, Rule::ALL.into_iter().map(Rule::name)));
                continue;
            };
            let treatments = TREATMENTS.map(|name| (name, name));
            let treatment = self.yaml.one_of(node, &treatments).and_then(Treatment::named);
            self.guard.treatments.extend(treatment.map(|treatment| (rule, treatment)));
        }
    }

    fn hosts(&mut self, node: &Node) {
        for node in self.yaml.list(node, &said!("网站域名的列表", "a list of hosts")).unwrap_or_default() {
            let Some(host) = self.yaml.word(node, &said!("网站域名", "a host")) else { continue };
            let plain = host.to_lowercase();
            if !plain.contains(['/', ' ', '@', ':', '*']) {
                self.guard.hosts.push(plain);
                continue;
            }
            let bare = plain.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("*.");
            let bare = bare.split(['/', ':', '@', ' ']).next().unwrap_or_default();
            let message = said!(
                "网站域名形如 help.example.com，不带 https:// 和路径，实际是“{host}”",
                "a host is a name such as help.example.com, without scheme and path; what came is `{host}`"
            );
            let problem = Problem::error(self.yaml.file, node.place, message);
            self.yaml.problems.push(if bare.is_empty() {
                problem
            } else {
                problem.hint(said!("是不是想写“{bare}”？", "did you mean `{bare}`?"))
            });
        }
    }

    fn channels(&mut self, node: &Node) {
        let Some(map) = self.yaml.any_map(node, &said!("“channels”", "`channels`")) else { return };
        for (key, node) in &map.entries {
            let limit = match &node.is {
                Is::Map(_) => self.script(node),
                _ => self.length(node).map(Limit::Any),
            };
            self.guard.channels.extend(limit.map(|limit| (key.name.clone(), limit)));
        }
    }

    fn script(&mut self, node: &Node) -> Option<Limit> {
        let whose = said!("渠道的长度限制", "the length for a channel");
        let map = self.yaml.map(node, &whose, &["han", "latin"])?;
        let mut length = |key| {
            let node = self.yaml.required(map, node.place, &whose, key)?;
            self.length(node)
        };
        let (han, latin) = (length("han"), length("latin"));
        Some(Limit::Script { han: han?, latin: latin? })
    }

    /// Characters.
    fn length(&mut self, node: &Node) -> Option<usize> {
        self.yaml.number(node, 1..=MOST).map(|length| length as usize)
    }

    fn required(&mut self, node: &Node) -> Option<Disclosure> {
        let whose = said!("必须说的话", "a required phrase");
        let map = self.yaml.map(node, &whose, &["when", "say"])?;
        let when = self.yaml.required(map, node.place, &whose, "when");
        let when = when.map(|node| self.yaml.words(node, &said!("词语", "words")));
        let say = self.yaml.required(map, node.place, &whose, "say").and_then(|node| self.both(node));
        let when: Vec<String> =
            when?.iter().map(|word| Folded::new(word).text).filter(|word| !word.is_empty()).collect();
        let say = say?;
        if when.is_empty() || say == Both::default() {
            let message = said!(
                "必须说的话要在“when”里写词语，在“say”里写文字",
                "a required phrase needs words in `when` and a text in `say`"
            );
            self.yaml.error(node.place, message);
            return None;
        }
        Some(Disclosure { when, say })
    }

    fn tone(&mut self, node: &Node) {
        let Some(map) = self.yaml.map(node, &said!("“tone”", "`tone`"), &["also", "allow"]) else { return };
        let mut folded = |key| {
            let what = said!("词语", "a word");
            let words = map.get(key).map(|node| self.yaml.words(node, &what)).unwrap_or_default();
            words.into_iter().map(|word| Folded::new(&word).text).filter(|word| !word.trim().is_empty()).collect()
        };
        let (rude, decent): (Vec<String>, Vec<String>) = (folded("also"), folded("allow"));
        self.guard.rude.extend(rude);
        self.guard.decent.extend(decent);
    }

    fn banned(&mut self, node: &Node) -> Option<Banned> {
        let why = Both { zh: "这句话不允许说".to_owned(), en: "this phrase must not be said".to_owned() };
        let Is::Map(_) = &node.is else {
            let what = said!(
                "一句话，或者写明“text”或“pattern”，以及“why”和“instead”",
                "a phrase, or `text` or `pattern` with `why` and `instead`"
            );
            let text = self.yaml.word(node, &what)?;
            return self.banned_text(node, &text, why, None);
        };
        let map =
            self.yaml.map(node, &said!("不许说的话", "a forbidden phrase"), &["text", "pattern", "why", "instead"])?;
        let why = map.get("why").and_then(|node| self.both(node)).unwrap_or(why);
        let instead = map.get("instead").and_then(|node| self.both(node));
        match (map.get("text"), map.get("pattern")) {
            (Some(node), None) => {
                let text = self.yaml.word(node, &said!("一句话", "a phrase"))?;
                self.banned_text(node, &text, why, instead)
            }
            (None, Some(node)) => {
                let pattern = self.pattern(node)?;
                Some(Banned { text: None, pattern: Some(pattern), why, instead })
            }
            _ => {
                let message = said!(
                    "不许说的话要写“text”或“pattern”，二者取一",
                    "a forbidden phrase has either `text` or `pattern`"
                );
                self.yaml.error(node.place, message);
                None
            }
        }
    }

    fn banned_text(&mut self, node: &Node, text: &str, why: Both, instead: Option<Both>) -> Option<Banned> {
        let folded = Folded::new(text).text;
        if folded.is_empty() {
            self.yaml.error(node.place, said!("不许说的话是空的", "a forbidden phrase is empty"));
            return None;
        }
        Some(Banned { text: Some(folded), pattern: None, why, instead })
    }

    /// A text in both languages; one of them may be missing.
    fn both(&mut self, node: &Node) -> Option<Both> {
        let map = self.yaml.map(node, &said!("文字", "a text"), &["zh", "en"])?;
        let what = said!("文字", "a text");
        let mut text = |key| map.get(key).and_then(|node| self.yaml.word(node, &what)).unwrap_or_default();
        Some(Both { zh: text("zh"), en: text("en") })
    }

    fn pattern(&mut self, node: &Node) -> Option<Regex> {
        let written = self.yaml.word(node, &said!("正则表达式", "a regular expression"))?;
        let length = written.chars().count();
        if length > LONGEST_PATTERN {
            let message = said!(
                "正则表达式最多 {LONGEST_PATTERN} 个字符，这个有 {length} 个",
                "a pattern has at most {LONGEST_PATTERN} characters, this one has {length}"
            );
            self.yaml.error(node.place, message);
            return None;
        }
        match RegexBuilder::new(&written).case_insensitive(true).size_limit(LARGEST_PATTERN).build() {
            Ok(pattern) if pattern.is_match("") => {
                let message = said!(
                    "正则表达式 `{written}` 与空的文字也相符，会拦下所有的话",
                    "the pattern `{written}` matches an empty text, so it would stop everything"
                );
                self.yaml.error(node.place, message);
                None
            }
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim();
                let message = said!(
                    "`{written}` 不是能用的正则表达式：{reason}",
                    "`{written}` is not a regular expression that can be used: {reason}"
                );
                self.yaml.error(node.place, message);
                None
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Source, read};

    fn problems(text: &str) -> Vec<String> {
        let source = Source { path: "guard.yml".to_owned(), text: text.to_owned() };
        let found = read(&[source]).err().unwrap_or_default();
        for problem in &found {
            let hint = problem.hint.as_ref();
            assert!(problem.message.is_in_both() && hint.is_none_or(|hint| hint.is_in_both()), "{problem:?}");
        }
        found.iter().map(ToString::to_string).collect()
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
