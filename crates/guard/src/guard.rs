//! The guard: all the rules, in one pass over the sentences of a text.

use std::collections::BTreeMap;
use std::ops::Range;

use regex::Regex;
use yingda_entity::Entities;
use yingda_yaml::Problem;

use crate::file::{Both, Limit};
use crate::folded::Folded;
use crate::ground::Ground;
use crate::piece::{Broken, Piece, Reach};
use crate::read::{Source, read};
use crate::reckon::{Reckoned, Reckoner};
use crate::saying::{Action, Evidence, Finding, Lang, Origin, Rule, Saying, Severity, Verdict};
use crate::sentence::sentences;
use crate::unit::Unit;
use crate::{done, grounded, injection, link, name, neutral, personal, private, promise, support, tone};

/// Checks what the bot says as a workspace has set it up. Cheap to share, made once for a release.
#[derive(Debug, Clone)]
pub struct Guard {
    pub(crate) treatments: BTreeMap<Rule, Treatment>,
    pub(crate) hosts: Vec<String>,
    pub(crate) channels: BTreeMap<String, Limit>,
    pub(crate) forbidden: Vec<Banned>,
    pub(crate) required: Vec<Disclosure>,
    pub(crate) promises: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) public: Vec<String>,
    /// Folded words that are rude, and words that are not.
    pub(crate) rude: Vec<String>,
    pub(crate) decent: Vec<String>,
    pub(crate) support: f32,
    pub(crate) entities: Entities,
}

/// What happens where a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Treatment {
    Drop,
    Block,
    Note,
    Off,
}

impl Treatment {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "drop" => Self::Drop,
            "block" => Self::Block,
            "note" => Self::Note,
            "off" => Self::Off,
            _ => return None,
        })
    }
}

/// A phrase that must not be said: folded words, or a pattern.
#[derive(Debug, Clone)]
pub(crate) struct Banned {
    pub text: Option<String>,
    pub pattern: Option<Regex>,
    pub why: Both,
    pub instead: Option<Both>,
}

/// What has to be said whenever one of the folded words stands in the text.
#[derive(Debug, Clone)]
pub(crate) struct Disclosure {
    pub when: Vec<String>,
    pub say: Both,
}

/// The longest text that is checked, in bytes; longer ones are stopped.
const LONGEST: usize = 64 * 1024;

impl Guard {
    /// Reads `guard.yml` files, the pack's before the workspace's: lists are joined, of single values the last
    /// counts. No file at all gives the defaults. Fails with everything that is wrong, each with its place.
    pub fn read(files: &[Source]) -> Result<Self, Vec<Problem>> {
        read(files)
    }

    /// Checks a text. Never fails; the same text and evidence always give the same verdict.
    ///
    /// What remains are sentences of the text in their order; only where the operator set `instead` or `required`
    /// it holds words of theirs as well.
    pub fn check(&self, saying: &Saying, evidence: &Evidence) -> Verdict {
        let text = &saying.text;
        if text.len() > LONGEST {
            let (zh, en) = ("文本过长，没有检查", "the text is too long to be checked");
            let finding = self.finding(Broken::new(Rule::Length, 0..0, zh, en).everything(), 0..0, text);
            return Verdict { text: None, findings: vec![finding] };
        }
        let model = saying.origin == Origin::Model;
        let ranges = sentences(text);
        let mut context = Context::new(self, saying, evidence);
        let mut findings = Vec::new();
        let mut kept: Vec<Kept> = Vec::new();
        let mut stopped = false;
        let mut before: Option<Unit> = None;
        for span in ranges {
            let piece = if model { Piece::new(text, span.clone()) } else { Piece::plain(text, span.clone()) };
            let reckoned = if model { context.reckon(&piece.folded.text) } else { Vec::new() };
            let broken = self.broken(&piece, before.as_ref(), &reckoned, saying, evidence, &mut context);
            let mut drop = false;
            let mut instead = Vec::new();
            for broken in broken {
                let words = piece.original(broken.span.clone());
                let swap = broken.instead.clone();
                let finding = self.finding(broken, words.clone(), text);
                match finding.action {
                    Action::Blocked => stopped = true,
                    Action::Dropped => drop = true,
                    Action::Replaced => instead.extend(swap.map(|swap| (words, swap))),
                    Action::Noted => {}
                }
                findings.push(finding);
            }
            if !drop {
                findings.extend(reckoned.iter().filter_map(|reckoned| sum(&piece, reckoned, text)));
                kept.push(Kept { text: replaced(text, &span, instead), useful: useful(&piece, model), span });
            }
            before = model.then_some(piece.whole);
        }
        if context.poisoned() {
            let (zh, en) =
                ("依据中的一段像是指令，没有采用", "a passage of the evidence gives orders, so it was not relied on");
            let mut finding = self.finding(Broken::new(Rule::Injection, 0..0, zh, en), 0..0, text);
            finding.action = Action::Noted;
            findings.push(finding);
        }
        let dropped = findings.iter().any(|finding| finding.action == Action::Dropped);
        let empty = kept.iter().all(|kept| kept.text.trim().is_empty());
        if stopped || empty || dropped && !kept.iter().any(|kept| kept.useful) {
            return Verdict { text: None, findings };
        }
        self.announce(saying, &mut kept, &mut findings);
        self.complete(saying, &mut kept, &mut findings);
        self.shorten(saying, &mut kept, &mut findings);
        let out: String = kept.iter().map(|kept| kept.text.as_str()).collect();
        let out = out.trim();
        Verdict { text: (!out.is_empty()).then(|| out.to_owned()), findings }
    }

    /// Everything that is wrong with a sentence, by the words' place.
    fn broken(
        &self,
        piece: &Piece,
        before: Option<&Unit>,
        reckoned: &[Reckoned],
        saying: &Saying,
        evidence: &Evidence,
        context: &mut Context,
    ) -> Vec<Broken> {
        let mut broken = Vec::new();
        self.phrases(piece, saying.lang, &mut broken);
        link::check(piece, &context.hosts, &mut broken);
        if saying.origin == Origin::Model || personal::may_hold(&saying.text) {
            personal::check(piece, &saying.text, saying.origin, context.known(), &mut broken);
        }
        if saying.origin == Origin::Model {
            let ground = context.ground();
            personal::asks(piece, ground, &mut broken);
            injection::check(piece, evidence, &ground.text, &mut broken);
            injection::obeyed(piece, ground, &mut broken);
            private::check(piece, ground, &mut broken);
            tone::check(piece, &self.decent, &mut broken);
            tone::language(piece, saying.lang, ground, &mut broken);
            grounded::facts(piece, reckoned, ground, &mut broken);
            // Who demands words gets none in doubt.
            let least = if ground.demands.is_empty() { self.support } else { self.support.max(0.6) };
            support::check(piece, before, reckoned, ground, saying.lang, least, &mut broken);
            done::check(piece, ground, &mut broken);
            promise::check(piece, ground, &mut broken);
            let found = context.entities();
            name::check(piece, &saying.text, saying.lang, context.ground(), &found, &mut broken);
        }
        broken.retain(|broken| self.treatment(broken.rule) != Treatment::Off);
        broken.sort_by_key(|broken| (broken.span.start, broken.rule));
        broken.dedup_by(|a, b| a.rule == b.rule && a.span == b.span);
        broken
    }

    /// The operator's forbidden and rude phrases.
    fn phrases(&self, piece: &Piece, lang: Lang, broken: &mut Vec<Broken>) {
        let text = &piece.folded.text;
        for banned in &self.forbidden {
            let places: Vec<Range<usize>> = match (&banned.text, &banned.pattern) {
                (Some(words), _) => text
                    .match_indices(words.as_str())
                    .map(|(at, words)| at..at + words.len())
                    .filter(|span| stands_alone(text, span))
                    .collect(),
                (None, Some(pattern)) => {
                    pattern.find_iter(text).map(|found| found.range()).filter(|span| !span.is_empty()).collect()
                }
                (None, None) => Vec::new(),
            };
            for span in places {
                let mut found = Broken::new(Rule::Forbidden, span, &banned.why.zh, &banned.why.en);
                found.instead = banned.instead.as_ref().map(|instead| instead.of(lang).to_owned());
                broken.push(found);
            }
        }
        for word in &self.rude {
            if let Some(at) = text.find(word.as_str()) {
                broken.push(Broken::new(Rule::Tone, at..at + word.len(), "语气不妥", "a tone that is not wanted here"));
            }
        }
    }

    fn treatment(&self, rule: Rule) -> Treatment {
        self.treatments.get(&rule).copied().unwrap_or(Treatment::Drop)
    }

    fn finding(&self, broken: Broken, span: Range<usize>, text: &str) -> Finding {
        let action = match self.treatment(broken.rule) {
            Treatment::Off | Treatment::Note => Action::Noted,
            Treatment::Block => Action::Blocked,
            Treatment::Drop if broken.whole == Reach::Text => Action::Blocked,
            Treatment::Drop if broken.instead.is_some() => Action::Replaced,
            Treatment::Drop => Action::Dropped,
        };
        let severity = match broken.rule {
            Rule::Personal | Rule::Injection | Rule::Promise | Rule::Contradiction | Rule::Link => Severity::High,
            Rule::Length | Rule::Required => Severity::Low,
            _ => Severity::Medium,
        };
        let words = text.get(span.clone()).unwrap_or_default().to_owned();
        Finding {
            rule: broken.rule,
            severity,
            start: span.start,
            end: span.end,
            words,
            why_zh: broken.why_zh,
            why_en: broken.why_en,
            action,
        }
    }

    /// Says of an answer of the knowledge base that there is none in the customer's language.
    fn announce(&self, saying: &Saying, kept: &mut Vec<Kept>, findings: &mut Vec<Finding>) {
        if saying.origin != Origin::Knowledge || self.treatment(Rule::Language) == Treatment::Off {
            return;
        }
        let Some(notice) = tone::notice(&saying.text, saying.lang) else { return };
        let (zh, en) = ("知识库里没有客户所用语言的文本", "the knowledge base has no text in the customer's language");
        let mut broken = Broken::new(Rule::Language, 0..0, zh, en);
        broken.instead = Some(notice.to_owned());
        let finding = self.finding(broken, 0..0, &saying.text);
        match finding.action {
            Action::Replaced => kept.insert(0, Kept { span: 0..0, text: notice.to_owned(), useful: false }),
            Action::Blocked => kept.clear(),
            _ => {}
        }
        findings.push(finding);
    }

    /// Adds what has to be said.
    fn complete(&self, saying: &Saying, kept: &mut Vec<Kept>, findings: &mut Vec<Finding>) {
        if self.required.is_empty() || self.treatment(Rule::Required) == Treatment::Off {
            return;
        }
        let whole: String = kept.iter().map(|kept| kept.text.as_str()).collect();
        let folded = Folded::new(&whole).text;
        for disclosure in &self.required {
            let say = disclosure.say.of(saying.lang);
            let spoken = disclosure.when.iter().find(|word| folded.contains(word.as_str()));
            let Some(word) = spoken.filter(|_| !folded.contains(Folded::new(say).text.trim())) else { continue };
            let (zh, en) =
                (format!("提到“{word}”时必须说明"), format!("whoever speaks of “{word}” has to say this as well"));
            let mut broken = Broken::new(Rule::Required, 0..0, &zh, &en);
            broken.instead = Some(say.to_owned());
            let end = saying.text.len();
            let finding = self.finding(broken, end..end, &saying.text);
            match finding.action {
                Action::Replaced => {
                    let gap = if whole.ends_with(char::is_whitespace)
                        || say.chars().next().is_some_and(yingda_language::is_han)
                    {
                        ""
                    } else {
                        " "
                    };
                    kept.push(Kept { span: end..end, text: format!("{gap}{say}"), useful: true });
                }
                Action::Blocked => kept.clear(),
                _ => {}
            }
            findings.push(finding);
        }
    }

    /// Leaves out sentences from the end until the text fits the channel.
    fn shorten(&self, saying: &Saying, kept: &mut Vec<Kept>, findings: &mut Vec<Finding>) {
        let treatment = self.treatment(Rule::Length);
        let Some(limit) = self.channels.get(&saying.channel).filter(|_| treatment != Treatment::Off) else { return };
        let length = |kept: &[Kept]| {
            let whole: String = kept.iter().map(|kept| kept.text.as_str()).collect();
            let whole = whole.trim();
            let most = match limit {
                Limit::Any(most) => *most,
                Limit::Script { latin, .. } if whole.chars().all(|c| c < '\u{0250}') => *latin,
                Limit::Script { han, .. } => *han,
            };
            (whole.chars().count(), most)
        };
        let (count, most) = length(kept);
        if count <= most {
            return;
        }
        let (zh, en) =
            (format!("{count} 个字符，此渠道最多 {most} 个"), format!("{count} characters, this channel takes {most}"));
        // A template is the operator's own text: rather too long than nothing.
        let only = kept.len() == 1 && saying.origin != Origin::Model;
        let from = kept.len();
        let mut left = kept.len();
        if treatment == Treatment::Drop && !only {
            while left > 0 && {
                let (count, most) = length(&kept[..left]);
                count > most
            } {
                left -= 1;
            }
        }
        let span = if left < from { kept[left].span.start..kept[from - 1].span.end } else { 0..saying.text.len() };
        let mut finding = self.finding(Broken::new(Rule::Length, 0..0, &zh, &en), span, &saying.text);
        if only {
            finding.action = Action::Noted;
        }
        if finding.action == Action::Blocked {
            left = 0;
        }
        findings.push(finding);
        kept.truncate(left);
    }
}

/// A sentence that may be said.
struct Kept {
    span: Range<usize>,
    text: String,
    useful: bool,
}

/// What is made ready at most once for a text, when a rule asks for it.
struct Context<'a> {
    guard: &'a Guard,
    saying: &'a Saying,
    evidence: &'a Evidence,
    hosts: Vec<&'a str>,
    ground: Option<Ground>,
    reckoner: Option<Reckoner>,
    known: Option<personal::Known>,
    entities: Option<Vec<yingda_entity::Entity>>,
}

impl<'a> Context<'a> {
    fn new(guard: &'a Guard, saying: &'a Saying, evidence: &'a Evidence) -> Self {
        let hosts = guard.hosts.iter().chain(&evidence.hosts).map(String::as_str).collect();
        let ground = (saying.origin == Origin::Model).then(|| {
            let mut policies = guard.promises.clone();
            policies.extend(guard.names.iter().cloned());
            policies.extend(guard.public.iter().cloned());
            Ground::new(evidence, &policies)
        });
        Self { guard, saying, evidence, hosts, ground, reckoner: None, known: None, entities: None }
    }

    fn ground(&mut self) -> &Ground {
        self.ground.get_or_insert_with(Ground::default)
    }

    /// The numbers of the next sentence that follow from others.
    fn reckon(&mut self, text: &str) -> Vec<Reckoned> {
        let ground = self.ground.get_or_insert_with(Ground::default);
        self.reckoner.get_or_insert_with(|| Reckoner::new(ground)).next(text, ground)
    }

    fn known(&mut self) -> &personal::Known {
        self.known.get_or_insert_with(|| personal::Known::new(self.evidence, &self.guard.public))
    }

    fn entities(&mut self) -> Vec<yingda_entity::Entity> {
        self.entities
            .get_or_insert_with(|| name::entities(&self.saying.text, &self.guard.entities, self.evidence.now))
            .clone()
    }

    fn poisoned(&self) -> bool {
        self.ground.as_ref().is_some_and(|ground| !ground.poisoned.is_empty())
    }
}

/// Whether the sentence says something beyond courtesy.
fn useful(piece: &Piece, model: bool) -> bool {
    if !model {
        return !piece.folded.text.trim().is_empty();
    }
    let says =
        |unit: &crate::unit::Unit| !unit.facts.is_empty() || unit.words.iter().any(|word| !word.light || word.denied);
    piece.clauses.iter().any(|clause| says(&clause.unit) && !neutral::is_empathy(&clause.unit.text))
        || neutral::is_question(&piece.folded.text) && !piece.whole.words.is_empty()
        || neutral::is_unknowing(&piece.folded.text)
}

/// The note in the trace of how a number was reckoned.
fn sum(piece: &Piece, reckoned: &Reckoned, text: &str) -> Option<Finding> {
    let how = reckoned.how.as_deref()?;
    let span = piece.original(reckoned.fact.span.clone());
    let words = text.get(span.clone())?.trim().to_owned();
    Some(Finding {
        rule: Rule::Number,
        severity: Severity::Low,
        start: span.start,
        end: span.end,
        why_zh: format!("算得出来：{how} = {words}"),
        why_en: format!("it adds up: {how} = {words}"),
        words,
        action: Action::Noted,
    })
}

/// The bytes `span` of the text with words replaced.
fn replaced(text: &str, span: &Range<usize>, mut instead: Vec<(Range<usize>, String)>) -> String {
    instead.sort_by_key(|(words, _)| words.start);
    let mut out = String::new();
    let mut at = span.start;
    for (words, swap) in instead {
        if words.start >= at {
            out.push_str(&text[at..words.start]);
            out.push_str(&swap);
            at = words.end;
        }
    }
    out.push_str(&text[at..span.end]);
    out
}

/// Whether Latin words are not the middle of others.
fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    let edge = |inner: Option<char>, outer: Option<char>| {
        !(inner.is_some_and(|c| c.is_ascii_alphanumeric()) && outer.is_some_and(|c| c.is_ascii_alphanumeric()))
    };
    let words = &text[span.clone()];
    edge(words.chars().next(), text[..span.start].chars().next_back())
        && edge(words.chars().next_back(), text[span.end..].chars().next())
}
