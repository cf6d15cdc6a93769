//! How near words are to the wordings that flows name: how a customer asks for them.
//!
//! One score, from 0 to 1. The same words score 1; a wording within a longer sentence a little less; otherwise what both share,
//! each of it weighed by how few flows speak of it, so that what tells the flows apart counts.

use std::collections::{HashMap, HashSet};

use yingda_dialogue::Release;
use yingda_language::{concept, is_han, is_stop_word, normalise, stem, tokens};

use super::flows::asks;
use super::signs::bare;

/// A wording within a longer sentence.
const WITHIN: f32 = 0.85;
/// Shares of words never tell as much as the words themselves.
const MOST_NEAR: f32 = 0.8;

/// The wordings of the flows of a release.
#[derive(Debug)]
pub(crate) struct Wordings {
    wordings: Vec<Wording>,
    /// How many flows have it.
    spread: HashMap<String, f32>,
    /// What all wordings of a flow speak of.
    flows: HashMap<String, HashSet<String>>,
}

#[derive(Debug)]
struct Wording {
    flow: String,
    said: Said,
}

/// What words say.
#[derive(Debug)]
struct Said {
    bare: String,
    features: HashSet<String>,
    /// Whether it says that something is not wanted.
    no: bool,
    /// Whether it asks, and not for something to be done.
    asks: bool,
}

impl Said {
    fn of(words: &str) -> Self {
        Self { bare: bare(words), features: features(words), no: says_no(words), asks: asks(words) }
    }
}

impl Wordings {
    pub fn of(release: &Release) -> Self {
        let mut wordings = Vec::new();
        let mut spread: HashMap<String, f32> = HashMap::new();
        let mut flows: HashMap<String, HashSet<String>> = HashMap::new();
        for flow in release.flows() {
            let mut own = HashSet::new();
            for phrase in flow.starts.phrases_zh.iter().chain(&flow.starts.phrases_en) {
                let said = Said::of(phrase);
                own.extend(said.features.iter().cloned());
                wordings.push(Wording { flow: flow.id.clone(), said });
            }
            for feature in &own {
                *spread.entry(feature.clone()).or_default() += 1.0;
            }
            if !own.is_empty() {
                flows.insert(flow.id.clone(), own);
            }
        }
        Self { wordings, spread, flows }
    }

    /// How near `words` are to the nearest wording of each flow, the nearest flow first; those that share nothing are left out.
    pub fn near(&self, words: &str) -> Vec<(&str, f32)> {
        let said = Said::of(words);
        let mut best: Vec<(&str, f32)> = Vec::new();
        for wording in &self.wordings {
            let score = self.score(wording, &said);
            match best.iter_mut().find(|(flow, _)| *flow == wording.flow) {
                Some((_, old)) => *old = old.max(score),
                None => best.push((&wording.flow, score)),
            }
        }
        best.retain(|(_, score)| *score > 0.0);
        best.sort_by(|a, b| b.1.total_cmp(&a.1));
        best
    }

    fn score(&self, wording: &Wording, said: &Said) -> f32 {
        if said.bare == wording.said.bare {
            return 1.0;
        }
        // A no turns a wording into its opposite.
        if said.no != wording.said.no {
            return 0.0;
        }
        let words = &wording.said.bare;
        let long = if words.is_ascii() { 12 } else { 4 };
        if words.chars().count() >= long && said.bare.contains(words) {
            return WITHIN;
        }
        // Whoever asks for a number does not ask for a call.
        if said.asks && !wording.said.asks {
            return 0.0;
        }
        let weigh = |features: &mut dyn Iterator<Item = &String>| -> f32 { features.map(|own| self.weight(own)).sum() };
        let (features, own) = (&said.features, &wording.said.features);
        let said = weigh(&mut features.iter());
        let both = weigh(&mut own.iter()) + said;
        if both == 0.0 {
            return 0.0;
        }
        // One word that several flows speak of is a topic, and no wish.
        let common: Vec<&String> = own.intersection(features).filter(|own| is_word(own)).collect();
        let is_topic = |word: &String| self.spread.get(word).is_some_and(|flows| *flows > 1.0);
        if common.is_empty() || common.len() == 1 && common.iter().all(|only| is_topic(only)) {
            return 0.0;
        }
        let alike = 2.0 * weigh(&mut own.intersection(features)) / both;
        // Half of one wording and half of another say it too.
        let own = self.flows.get(&wording.flow).filter(|_| features.iter().filter(|own| is_word(own)).count() > 1);
        let known = own.map_or(0.0, |own| weigh(&mut own.intersection(features)) / said.max(f32::MIN_POSITIVE));
        MOST_NEAR * alike.max((alike + known) / 2.0)
    }

    fn weight(&self, feature: &str) -> f32 {
        let Some(flows) = self.spread.get(feature) else { return 1.0 };
        let all = self.flows.len().max(2) as f32;
        1.0 + (all / flows).ln() / all.ln()
    }
}

/// The words that matter, those of one meaning as one; of Chinese ones their characters too: 比较一下, 比一比.
fn features(words: &str) -> HashSet<String> {
    let text = normalise(words);
    let tokens = tokens(&text);
    let all = || {
        let words = tokens.iter().map(|token| token.text.as_str());
        words.filter(|word| !FILLERS.contains(word) && word.chars().any(char::is_alphabetic))
    };
    let mut words: Vec<&str> = all().filter(|word| !is_stop_word(word)).collect();
    if words.is_empty() {
        // “比较” is a common word beside others, and the whole wish by itself.
        words = all().collect();
    }
    let mut found = HashSet::new();
    for word in words {
        match concept(word).or_else(|| concept(&stem(word))) {
            Some(group) => found.insert(format!("#{}", group.0)),
            None => found.insert(stem(word)),
        };
        if word.chars().nth(1).is_some() {
            found.extend(word.chars().filter(|c| is_han(*c)).map(|c| format!("{CHARACTER}{c}")));
        }
    }
    found
}

/// Marks a character of a longer word.
const CHARACTER: char = '~';

fn is_word(feature: &str) -> bool {
    !feature.starts_with(CHARACTER)
}

/// Words around a wish, not of it.
const FILLERS: [&str; 27] = [
    "帮忙", "帮我", "给我", "麻烦", "一下", "下", "帮", "替", "一声", "声", "知道", "现在", "这个", "那个", "客服",
    "我", "不想", "不要", "不用", "没有", "别", "想", "like", "need", "help", "tell", "somebody",
];

/// Whether words say that something is not wanted.
fn says_no(words: &str) -> bool {
    let text = normalise(words);
    ["不要", "不想", "不用", "别", "没有"].iter().any(|no| text.contains(no))
        || text
            .split(|c: char| !c.is_alphabetic() && c != '\'')
            .any(|word| ["not", "don't", "dont", "never"].contains(&word))
}
