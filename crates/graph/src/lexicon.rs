//! What the words of a graph mean: names, labels, adjectives and values, found exactly, by sound, or with a slip.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use yingda_language::{is_stop_word, pinyin, sound_key, syllables};

use crate::graph::{Attribute, Step, Thing, Type, Way};
use crate::rows::{Schema, Texts, ThingRow, Value};
use crate::token::{Kind, Token, key, tokens, word_key};
use crate::unit;
use crate::words::{Degree, Sign, graded, roles};

/// What a phrase may mean.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    /// Things of this name or alias.
    Thing(Vec<Thing>),
    /// Things whose name has this part.
    Part(Vec<Thing>),
    Type(Type),
    Attribute(Attribute),
    Adjective(Attribute, Sign, Degree),
    Relation(Step),
    /// Things whose attribute, a text or a list, says this.
    Text(Attribute, Vec<Thing>),
    /// A unit without a number: its dimension.
    Unit(&'static str),
}

/// More things than this share a part of a name: the part says too little.
const SHARED: usize = 12;
/// A name of more words than this is not cut into parts.
const WORDS: usize = 8;
/// A text value of more words than this is only found whole.
const VALUE_WORDS: usize = 6;

/// The days of the week, as lists of open days name them.
const WEEKDAYS: [&str; 7] = [
    "周一|星期一|礼拜一|monday|mondays|mon",
    "周二|星期二|礼拜二|tuesday|tuesdays|tue",
    "周三|星期三|礼拜三|wednesday|wednesdays|wed",
    "周四|星期四|礼拜四|thursday|thursdays|thu",
    "周五|星期五|礼拜五|friday|fridays|fri",
    "周六|星期六|礼拜六|saturday|saturdays|sat",
    "周日|星期日|星期天|礼拜天|礼拜日|周天|sunday|sundays|sun",
];

static WEEKDAY_KEYS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    WEEKDAYS.iter().map(|names| names.split('|').map(|name| key(&tokens(name).1)).collect()).collect()
});

/// What a day of the week is looked up by, Monday being 0.
pub(crate) fn weekday_key(day: usize) -> &'static str {
    &WEEKDAY_KEYS[day % 7][0]
}

/// The phrases of a graph.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    entries: HashMap<String, Vec<Meaning>>,
    /// Tokens of the longest phrase.
    pub longest: usize,
    /// Sounds, and phrases with a character left open, → keys of phrases.
    near: HashMap<String, Vec<String>>,
    /// A syllable → its merged sound.
    sounds: HashMap<&'static str, String>,
    /// Latin words of the phrases and what is left of them when a letter is taken away → words.
    slips: HashMap<String, Vec<String>>,
    words: HashSet<String>,
}

impl Lexicon {
    pub fn new(schema: &Schema, things: &[ThingRow]) -> Lexicon {
        let mut lexicon = Lexicon::default();
        lexicon.read_schema(schema);
        let mut parts: HashMap<String, Vec<Thing>> = HashMap::new();
        let mut texts: HashMap<(String, Attribute), Vec<Thing>> = HashMap::new();
        let numbers: HashMap<&str, Attribute> =
            schema.attributes.iter().enumerate().map(|(number, row)| (row.name.as_str(), number)).collect();
        for (number, thing) in things.iter().enumerate() {
            lexicon.read_names(number, thing, &mut parts);
            for (name, value) in &thing.attributes {
                let Some(&attribute) = numbers.get(name.as_str()) else { continue };
                for key in value_keys(value) {
                    let list = texts.entry((key, attribute)).or_default();
                    if list.last() != Some(&number) {
                        list.push(number);
                    }
                }
            }
        }
        for ((key, attribute), list) in texts {
            lexicon.add_key(key, Meaning::Text(attribute, list));
        }
        for (key, list) in parts {
            let known = lexicon.entries.get(&key).is_some_and(|meanings| {
                meanings.iter().any(|meaning| !matches!(meaning, Meaning::Text(..) | Meaning::Part(_)))
            });
            if list.len() <= SHARED && !known && roles(&key).is_empty() {
                lexicon.add_key(key, Meaning::Part(list));
            }
        }
        for unit in unit::UNITS {
            for word in unit.words.iter().filter(|word| word.chars().count() > 1 || !word.is_ascii()) {
                let key = key(&tokens(word).1);
                lexicon.add_key(key, Meaning::Unit(unit.dimension));
            }
        }
        lexicon.index_near();
        lexicon
    }

    /// What the phrase of a key means.
    pub fn exact(&self, key: &str) -> &[Meaning] {
        self.entries.get(key).map_or(&[], Vec::as_slice)
    }

    /// The keys of phrases that sound like these tokens, or differ in one character of four or more.
    pub fn alike(&self, window: &[Token], sounds: &[Vec<String>]) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let spoken: Vec<&str> = sounds.iter().flatten().map(String::as_str).collect();
        if spoken.len() >= 3 || (spoken.len() == 2 && window.iter().all(|token| token.kind == Kind::Word)) {
            let sound = format!("~{}", spoken.join(" "));
            found.extend(self.near.get(&sound).into_iter().flatten().map(String::as_str));
        }
        if found.is_empty() && window.len() >= 4 && window.iter().all(|token| token.kind == Kind::Han) {
            // A small word is no slip.
            let open = (0..window.len()).filter(|&at| roles(&format!("{} ", window[at].key)).is_empty());
            for open in open {
                let key = opened(window, open);
                found.extend(self.near.get(&key).into_iter().flatten().map(String::as_str));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The sounds of a token: one of a Chinese character, several of a word that is typed in pinyin.
    pub fn sounds(&self, token: &Token) -> Vec<String> {
        match token.kind {
            Kind::Han => vec![sound_key(&token.raw)],
            Kind::Word if !self.knows(&token.raw) => {
                let cut = syllables(&token.raw).unwrap_or_default();
                let sounds: Option<Vec<String>> =
                    cut.iter().map(|syllable| self.sounds.get(syllable).cloned()).collect();
                sounds.filter(|sounds| sounds.len() >= 2).unwrap_or_default()
            }
            Kind::Word | Kind::Number(_) | Kind::Amount(..) | Kind::Year(_) | Kind::Count(_) => Vec::new(),
        }
    }

    /// Whether a Latin word is part of a phrase of the graph.
    pub fn knows(&self, word: &str) -> bool {
        self.words.contains(word) || self.words.contains(&word_key(word))
    }

    /// The word of the graph that was meant by a word with one slip; none when several may be.
    pub fn corrected(&self, word: &str) -> Option<&str> {
        if word.len() < 4 || !word.is_ascii() || self.knows(word) || is_stop_word(word) {
            return None;
        }
        let mut best: Option<&str> = None;
        for shorter in shortened(word).chain([word.to_owned()]) {
            for other in self.slips.get(&shorter).into_iter().flatten() {
                let fits = other.as_bytes().first() == word.as_bytes().first() && one_slip(word, other);
                if fits && best != Some(other) {
                    if best.is_some_and(|best| word_key(best) != word_key(other)) {
                        return None;
                    }
                    best = Some(other);
                }
            }
        }
        best
    }

    fn read_schema(&mut self, schema: &Schema) {
        for (number, row) in schema.types.iter().enumerate() {
            self.add_phrases(&row.labels, &row.synonyms, &Meaning::Type(number));
        }
        for (number, row) in schema.attributes.iter().enumerate() {
            self.add_phrases(&row.labels, &row.synonyms, &Meaning::Attribute(number));
            for (sign, words) in [(Sign::More, &row.more), (Sign::Less, &row.less)] {
                for word in words {
                    self.add(word, Meaning::Adjective(number, sign, Degree::Plain));
                    if let Some((comparative, superlative)) = graded(word) {
                        self.add(&comparative, Meaning::Adjective(number, sign, Degree::Comparative));
                        self.add(&superlative, Meaning::Adjective(number, sign, Degree::Superlative));
                    }
                }
            }
        }
        for (relation, row) in schema.relations.iter().enumerate() {
            let along = Meaning::Relation(Step { relation, way: Way::Along });
            self.add_phrases(&row.labels, &row.synonyms, &along);
            let against = Meaning::Relation(Step { relation, way: Way::Against });
            self.add_phrases(&row.inverse_labels, &row.inverse_synonyms, &against);
        }
    }

    fn add_phrases(&mut self, labels: &Texts, synonyms: &[String], meaning: &Meaning) {
        for phrase in labels.values().chain(synonyms) {
            self.add(phrase, meaning.clone());
        }
    }

    fn add(&mut self, phrase: &str, meaning: Meaning) {
        let tokens = tokens(phrase).1;
        self.learn_words(&tokens);
        self.longest = self.longest.max(tokens.len());
        self.add_key(key(&tokens), meaning);
    }

    fn learn_words(&mut self, tokens: &[Token]) {
        for token in tokens {
            if token.kind == Kind::Word {
                self.words.insert(token.raw.clone());
                self.words.insert(token.key.clone());
            }
        }
    }

    fn add_key(&mut self, key: String, meaning: Meaning) {
        if key.is_empty() {
            return;
        }
        self.longest = self.longest.max(key.split(' ').count() - 1);
        let meanings = self.entries.entry(key).or_default();
        if let Meaning::Thing(new) = &meaning
            && let Some(Meaning::Thing(old)) = meanings.iter_mut().find(|old| matches!(old, Meaning::Thing(_)))
        {
            old.extend(new.iter().filter(|thing| !old.contains(thing)).copied().collect::<Vec<_>>());
        } else if !meanings.contains(&meaning) {
            meanings.push(meaning);
        }
    }

    fn read_names(&mut self, number: Thing, thing: &ThingRow, parts: &mut HashMap<String, Vec<Thing>>) {
        for name in thing.names.values().chain(&thing.aliases).chain([&thing.id]) {
            self.add(name, Meaning::Thing(vec![number]));
        }
        for name in thing.names.values().chain(&thing.aliases) {
            for part in sub_phrases(name, WORDS) {
                if part.iter().all(|token| !matches!(token.kind, Kind::Han | Kind::Word)) || is_single(&part) {
                    continue;
                }
                let mut forms = vec![key(&part)];
                if let Some(Token { kind: Kind::Amount(base, unit), .. }) = part.last() {
                    let bare = unit::plain(unit::from_base(*base, unit.symbol));
                    forms.push(format!("{}{bare} ", key(&part[..part.len() - 1])));
                }
                for form in forms {
                    let list = parts.entry(form).or_default();
                    if list.last() != Some(&number) {
                        list.push(number);
                    }
                }
            }
        }
    }

    fn index_near(&mut self) {
        let mut near: HashMap<String, Vec<String>> = HashMap::new();
        let keys: Vec<&String> = self.entries.keys().collect();
        for key in keys {
            let pieces: Vec<&str> = key.split(' ').filter(|piece| !piece.is_empty()).collect();
            let han = |piece: &&str| piece.chars().all(yingda_language::is_han) && piece.chars().count() == 1;
            if pieces.len() >= 2 && pieces.iter().all(han) {
                let sounds: Vec<String> = pieces.iter().map(|piece| sound_key(piece)).collect();
                for (piece, sound) in pieces.iter().zip(&sounds) {
                    if let Some(&syllable) = pinyin(piece).first() {
                        self.sounds.entry(syllable).or_insert_with(|| sound.clone());
                    }
                }
                near.entry(format!("~{}", sounds.join(" "))).or_default().push(key.clone());
                let whole =
                    self.entries[key].iter().any(|meaning| !matches!(meaning, Meaning::Part(_) | Meaning::Text(..)));
                if whole && (4..=10).contains(&pieces.len()) {
                    for open in 0..pieces.len() {
                        let mut copy = pieces.clone();
                        copy[open] = "?";
                        near.entry(copy.join(" ")).or_default().push(key.clone());
                    }
                }
            }
        }
        self.near = near;
        let mut slips: HashMap<String, Vec<String>> = HashMap::new();
        for word in self.words.iter().filter(|word| word.len() >= 5 && word.is_ascii()) {
            for shorter in shortened(word).chain([word.clone()]) {
                slips.entry(shorter).or_default().push(word.clone());
            }
        }
        for list in slips.values_mut() {
            list.sort_unstable();
            list.dedup();
        }
        self.slips = slips;
    }
}

/// Whether a part of a name is too short to be meant by itself.
fn is_single(part: &[Token]) -> bool {
    match part {
        [token] => token.kind == Kind::Han || token.raw.chars().count() < 3 || is_stop_word(&token.raw),
        _ => part.iter().all(|token| is_stop_word(&token.raw)),
    }
}

/// Runs of whole words of a name, the name itself included.
fn sub_phrases(name: &str, most: usize) -> Vec<Vec<Token>> {
    let (text, all) = tokens(name);
    let starts: HashSet<usize> = yingda_language::tokens(&text).into_iter().map(|token| token.start).collect();
    let mut cuts: Vec<usize> =
        (0..all.len()).filter(|&at| at == 0 || all[at].kind != Kind::Han || starts.contains(&all[at].start)).collect();
    if cuts.len() > most {
        return vec![all];
    }
    cuts.push(all.len());
    let mut out = Vec::new();
    for (first, &from) in cuts.iter().enumerate() {
        for &to in &cuts[first + 1..] {
            out.push(all[from..to].to_vec());
        }
    }
    out
}

/// The keys by which the texts of a value are found.
fn value_keys(value: &Value) -> Vec<String> {
    let texts: Vec<&String> = match value {
        Value::Text { texts } => texts.values().collect(),
        Value::List { items } => items.iter().flat_map(|item| item.values()).collect(),
        Value::Number { .. } | Value::Bool { .. } | Value::Date { .. } => Vec::new(),
    };
    let mut keys = Vec::new();
    for text in texts {
        let whole = key(&tokens(text).1);
        if let Some(names) = WEEKDAY_KEYS.iter().find(|names| names.contains(&whole)) {
            keys.extend(names.iter().cloned());
        }
        for piece in text.split(['，', ',', '、', ';', '；', '。']) {
            let words = sub_phrases(piece, VALUE_WORDS);
            let whole_length = words.iter().map(Vec::len).max().unwrap_or(0);
            for part in words {
                let whole = part.len() == whole_length;
                let worded = part.iter().any(|token| matches!(token.kind, Kind::Han | Kind::Word));
                let key = key(&part);
                if worded && (whole || !(is_single(&part) && whole_length > 2)) && roles(&key).is_empty() {
                    keys.push(key);
                }
            }
        }
        keys.push(whole);
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The key of a run of tokens with one of them left open.
fn opened(window: &[Token], open: usize) -> String {
    let pieces: Vec<&str> =
        window.iter().enumerate().map(|(at, token)| if at == open { "?" } else { token.key.as_str() }).collect();
    pieces.join(" ")
}

/// A word without one of its letters, for each letter.
fn shortened(word: &str) -> impl Iterator<Item = String> + '_ {
    (0..word.len()).filter(|&at| word.is_char_boundary(at) && word.is_char_boundary(at + 1)).map(|at| {
        let mut shorter = word.to_owned();
        shorter.remove(at);
        shorter
    })
}

/// Whether one letter more, less, other or exchanged with its neighbour makes `a` of `b`.
fn one_slip(a: &str, b: &str) -> bool {
    let (a, b) = if a.len() >= b.len() { (a.as_bytes(), b.as_bytes()) } else { (b.as_bytes(), a.as_bytes()) };
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    match a.len() - b.len() {
        0 => a[same..].get(1..) == b[same..].get(1..) || swapped(&a[same..], &b[same..]),
        1 => a[same + 1..] == b[same..],
        _ => false,
    }
}

fn swapped(a: &[u8], b: &[u8]) -> bool {
    a.len() >= 2 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..]
}
