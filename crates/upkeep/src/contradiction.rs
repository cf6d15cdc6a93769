//! Entries that say different things about the same.

mod clause;
pub(crate) mod figure;
mod lists;

use std::collections::{BTreeMap, BTreeSet};

use ndarray::Array2;
use serde::{Deserialize, Serialize};
use yingda_language::{Lang, normalise};
use yingda_model::{ChangeEvidence, ChangeOrigin, EntryId};

use crate::cluster::{columns, row};
use crate::entry::Entry;
use crate::fingerprint::unordered;
use crate::mark::{are_apart, marks};
use crate::meaning::centred;
use crate::neighbours::neighbours;
use crate::proposal::{Both, Proposal};
use crate::text::{sentences, shorten};
use crate::words::{Commonness, cosine, features, fold};
pub(crate) use clause::subject;
use clause::{Clause, clauses, is_kin, is_yes_or_no, verdict};
use figure::{Bound, Figure, Unit};

/// What two sentences say differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// A sum of money or a discount.
    Money,
    /// How long something takes or lasts.
    Duration,
    /// Hours of a day.
    Hours,
    /// A date.
    Date,
    /// A telephone number or an e-mail address.
    Contact,
    /// Another measure or number.
    Quantity,
    /// Whether something is so, is possible or is needed.
    Polarity,
}

/// Two sentences of two entries that cannot both be true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contradiction {
    /// The entry that was changed earlier.
    pub a: EntryId,
    pub b: EntryId,
    /// The sentences as they are written.
    pub sentence_a: String,
    pub sentence_b: String,
    /// What differs, such as `7 天` and `15 天`; the sentences' beginnings for [`Difference::Polarity`].
    pub says_a: String,
    pub says_b: String,
    pub difference: Difference,
    /// How sure it is that both are about the same, 0 to 1.
    pub likeness: f32,
    /// Whether the entries are of two languages.
    pub across: bool,
}

/// Questions this alike are one question: with embeddings, and by words alone.
const SAME_QUESTION: f32 = 0.7;
const SAME_QUESTION_BY_WORDS: f32 = 0.6;
/// Questions this alike may be one, when the clauses are.
const SIMILAR_QUESTION: f32 = 0.4;
/// Questions this alike are one even where each has a word of its own.
const SURELY_SAME: f32 = 0.86;
/// Share of words that two clauses have in common to be one.
const SAME_CLAUSE: f32 = 0.7;
/// Longer texts are compared up to here.
const MOST_SENTENCES: usize = 400;
const NEIGHBOURS: usize = 16;
const WORDS: f32 = 0.35;

/// Pairs of published sentences that contradict each other, the surest first. `vectors` are embeddings of the entries'
/// questions (as queries), absent ones are fine.
///
/// Compared are: answers to one question of a language, by their figures and by yes and no; clauses of any two entries of a
/// language that say the same but for a figure or a "not"; entries of one key in two languages by their figures and by yes
/// and no. Figures compare only with those of the same unit and role: a period of 7 days and another of 15 days stand
/// side by side in most rules.
pub fn contradictions(entries: &[Entry<'_>], vectors: &[Option<Vec<f32>>]) -> Vec<Contradiction> {
    let meanings = centred(
        &entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (entry.lang(), vectors.get(at).and_then(Option::as_deref)))
            .collect::<Vec<_>>(),
    );
    let mut order: Vec<usize> = (0..entries.len()).filter(|at| entries[*at].is_published()).collect();
    order.sort_by_key(|at| (entries[*at].updated_at, entries[*at].id));
    let read: Vec<Read<'_>> = order.iter().map(|at| Read::of(&entries[*at])).collect();
    let meanings: Vec<Option<&[f32]>> = order.iter().map(|at| meanings[*at].as_deref()).collect();
    let mut found = Found::default();
    let same_at = if meanings.iter().any(Option::is_some) { SAME_QUESTION } else { SAME_QUESTION_BY_WORDS };
    for (a, b, likeness) in same_question(&read, &meanings) {
        by_question(&read[a], &read[b], likeness, likeness >= same_at, &mut found);
    }
    by_clause(&read, &mut found);
    by_template(&read, &mut found);
    across_languages(&read, &mut found);
    let mut found: Vec<Contradiction> = found.by_pair.into_values().collect();
    found.sort_by(|x, y| {
        y.likeness.total_cmp(&x.likeness).then_with(|| (x.a, x.b, x.difference).cmp(&(y.a, y.b, y.difference)))
    });
    found
}

/// The surest of each pair and kind.
#[derive(Default)]
struct Found {
    by_pair: BTreeMap<(EntryId, EntryId, Difference), Contradiction>,
}

impl Found {
    fn put(&mut self, contradiction: Contradiction) {
        let key = (contradiction.a, contradiction.b, contradiction.difference);
        match self.by_pair.get(&key) {
            Some(there) if there.likeness >= contradiction.likeness => {}
            _ => {
                self.by_pair.insert(key, contradiction);
            }
        }
    }
}

/// An entry, taken apart.
struct Read<'a> {
    entry: &'a Entry<'a>,
    lang: Lang,
    question: BTreeSet<String>,
    /// What the question says of when, and its figures.
    asked: Vec<Clause>,
    lines: Vec<Line>,
}

struct Line {
    text: String,
    /// Words of the question and of the headings above.
    topic: BTreeSet<String>,
    clauses: Vec<Clause>,
}

impl<'a> Read<'a> {
    fn of(entry: &'a Entry<'a>) -> Self {
        let question = subject(&entry.content.question);
        let lines = sentences(&entry.content.answer)
            .into_iter()
            .take(MOST_SENTENCES)
            .map(|sentence| {
                let mut topic = subject(&sentence.under);
                topic.extend(question.iter().cloned());
                Line { clauses: clauses(&sentence.text), text: sentence.text, topic }
            })
            .collect();
        Self { entry, lang: entry.lang(), question, asked: clauses(&entry.content.question), lines }
    }

    fn limits(&self) -> BTreeSet<&'static str> {
        self.asked.iter().flat_map(|clause| clause.limits.iter().copied()).collect()
    }

    /// Whether both questions name a figure of one unit, and not the same.
    fn asks_other_figures(&self, other: &Self) -> bool {
        let of = |read: &Self| -> Vec<Figure> { read.asked.iter().flat_map(|clause| clause.figures.clone()).collect() };
        let (mine, others) = (of(self), of(other));
        mine.iter().any(|x| {
            let mut same = others.iter().filter(|y| y.unit == x.unit).peekable();
            same.peek().is_some() && !same.any(|y| y.agrees(x))
        })
    }

    fn figures(&self) -> impl Iterator<Item = Place<'_>> {
        self.lines.iter().flat_map(|line| {
            line.clauses
                .iter()
                .flat_map(move |clause| clause.figures.iter().map(move |figure| Place { line, clause, figure }))
        })
    }
}

/// A figure where it stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    line: &'a Line,
    clause: &'a Clause,
    figure: &'a Figure,
}

/// Pairs of entries of one language with one question, and how alike the questions are.
fn same_question(read: &[Read<'_>], meanings: &[Option<&[f32]>]) -> Vec<(usize, usize, f32)> {
    let size = meanings.iter().find_map(|meaning| meaning.map(<[f32]>::len)).unwrap_or(0);
    let wordings: Vec<_> = read.iter().map(|read| features(&read.entry.content.question)).collect();
    let common = Commonness::of(&wordings);
    let weighed: Vec<_> = wordings.iter().map(|wording| common.weigh(wording)).collect();
    let mut pairs: BTreeMap<(usize, usize), f32> = BTreeMap::new();
    for lang in [Lang::Zh, Lang::En, Lang::Other] {
        let of: Vec<usize> = (0..read.len()).filter(|at| read[*at].lang == lang && !wordings[*at].is_empty()).collect();
        let mut table = Array2::zeros((of.len(), size + columns(size)));
        for (line, at) in of.iter().enumerate() {
            let row = row(meanings[*at], &fold(&weighed[*at], columns(size)), size, WORDS);
            table.row_mut(line).iter_mut().zip(&row).for_each(|(to, from)| *to = *from);
        }
        for (line, near) in neighbours(&table, SIMILAR_QUESTION, NEIGHBOURS).into_iter().enumerate() {
            for (likeness, other) in near {
                let (a, b) = (of[line], of[other as usize]);
                pairs.insert((a.min(b), a.max(b)), likeness);
            }
        }
        // Wordings that are equal, and keys that are.
        let mut holders: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for &at in &of {
            let entry = read[at].entry;
            for question in entry.questions() {
                holders.entry(normalise(question)).or_default().insert(at);
            }
            if let Some(key) = &entry.content.key {
                holders.entry(format!("\u{1}{key}")).or_default().insert(at);
            }
        }
        for holders in holders.into_values().filter(|holders| (2..=NEIGHBOURS).contains(&holders.len())) {
            let holders: Vec<usize> = holders.into_iter().collect();
            for (place, &a) in holders.iter().enumerate() {
                for &b in &holders[place + 1..] {
                    pairs.insert((a, b), 1.0);
                }
            }
        }
    }
    pairs
        .into_iter()
        .filter(|((a, b), likeness)| {
            let of = |at: &usize| marks(&read[*at].entry.content.question);
            !are_apart(&of(a), &of(b))
                && (*likeness >= SURELY_SAME || !is_contrast(&read[*a].question, &read[*b].question))
        })
        .map(|((a, b), likeness)| (a, b, likeness.clamp(0.0, 1.0)))
        .collect()
}

/// Whether each has a subject that the other has not: stores in Hangzhou, stores in Shanghai.
pub(crate) fn is_contrast(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let (left, right): (BTreeSet<&String>, BTreeSet<&String>) = (a.difference(b).collect(), b.difference(a).collect());
    !left.is_empty() && !right.is_empty() && !is_kin(&left, &right)
}

/// Answers to one question.
fn by_question(a: &Read<'_>, b: &Read<'_>, likeness: f32, is_same: bool, found: &mut Found) {
    // "After shipping?" and "before shipping?", "for one year?" and "for three years?" are two questions.
    if a.limits() != b.limits() || a.asks_other_figures(b) {
        return;
    }
    let topic: BTreeSet<&String> = a.question.intersection(&b.question).collect();
    // What only one of the questions is about tells its answer from the other's.
    let own: BTreeSet<&String> =
        if likeness >= SURELY_SAME { BTreeSet::new() } else { a.question.symmetric_difference(&b.question).collect() };
    let (of_a, of_b): (Vec<Place<'_>>, Vec<Place<'_>>) = (a.figures().collect(), b.figures().collect());
    let units: BTreeSet<Unit> = of_a.iter().map(|place| place.figure.unit).collect();
    for unit in units {
        let of = |places: &[Place<'_>]| -> usize { places.iter().filter(|place| place.figure.unit == unit).count() };
        let (count_a, count_b) = (of(&of_a), of(&of_b));
        let (left, right) = (unmatched(&of_a, &of_b, unit), unmatched(&of_b, &of_a, unit));
        let aligned = left.len() == 1 && right.len() == 1 && count_a == count_b;
        for x in &left {
            for y in &right {
                if x.figure.bound != y.figure.bound
                    && !(aligned && count_a == 1 && x.figure.bound != Bound::Below && y.figure.bound != Bound::Below)
                    || x.clause.limits != y.clause.limits
                {
                    continue;
                }
                let one = |place: &Place<'_>, other: &Place<'_>| -> BTreeSet<String> {
                    place
                        .clause
                        .words
                        .iter()
                        .filter(|word| !other.clause.words.contains(*word) && !topic.contains(word))
                        .cloned()
                        .collect()
                };
                let (rest_x, rest_y) = (one(x, y), one(y, x));
                if rest_x.iter().chain(&rest_y).any(|word| own.contains(word)) {
                    continue;
                }
                let share = jaccard(&x.clause.words, &y.clause.words);
                let related = rest_x.is_empty()
                    || rest_y.is_empty()
                    || is_kin(&rest_x.iter().collect(), &rest_y.iter().collect());
                let same = if !is_same {
                    aligned && share >= 0.5 && rest_x.is_empty() && rest_y.is_empty()
                } else if aligned {
                    let vague = matches!(unit, Unit::Count("things" | "pieces" | "kinds")) && share < 0.5;
                    related && !vague && rest_x.len().max(rest_y.len()) <= if share > 0.0 { 5 } else { 2 }
                } else {
                    share >= 0.5 && related && rest_x.len().max(rest_y.len()) <= 2
                };
                if same {
                    found.put(differ(a, b, x, y, likeness * if aligned { 0.95 } else { 0.85 }));
                }
            }
        }
    }
    let both = is_same && is_yes_or_no(&a.entry.content.question) && is_yes_or_no(&b.entry.content.question);
    let asks_not = |read: &Read<'_>| read.asked.iter().any(|clause| clause.says == Some(false));
    if both
        && asks_not(a) == asks_not(b)
        && let (Some(x), Some(y)) = (a.lines.first(), b.lines.first())
        && let (Some(yes), Some(other)) = (verdict(&a.entry.content.answer), verdict(&b.entry.content.answer))
        && yes != other
        // "Yes, before it ships" and "no, once it has" are one rule.
        && x.clauses.first().map(|clause| &clause.limits) == y.clauses.first().map(|clause| &clause.limits)
    {
        found.put(oppose(a, b, x, y, likeness * 0.95));
    }
}

/// Figures of a unit that agree with none of the other entry.
fn unmatched<'a>(mine: &[Place<'a>], others: &[Place<'_>], unit: Unit) -> Vec<Place<'a>> {
    mine.iter()
        .filter(|place| {
            place.figure.unit == unit
                && !others.iter().any(|other| other.figure.unit == unit && other.figure.agrees(place.figure))
        })
        .copied()
        .collect()
}

/// Clauses of any two entries of a language that are the same but for a figure or a "not".
fn by_clause(read: &[Read<'_>], found: &mut Found) {
    for lang in [Lang::Zh, Lang::En, Lang::Other] {
        let places: Vec<(usize, &Line, &Clause, BTreeSet<String>)> = read
            .iter()
            .enumerate()
            .filter(|(_, read)| read.lang == lang)
            .flat_map(|(at, read)| {
                read.lines.iter().flat_map(move |line| {
                    line.clauses.iter().map(move |clause| (at, line, clause, context(line, clause)))
                })
            })
            .filter(|(_, _, clause, context)| {
                context.len() >= 2 && (!clause.figures.is_empty() || clause.says.is_some())
            })
            .collect();
        // Equal words are one row; only rows of several entries can contradict.
        let joined: Vec<_> = places
            .iter()
            .map(|(.., context)| {
                let mut features: Vec<(u64, f32)> =
                    context.iter().map(|word| (crate::fingerprint::hash(&[word]), 1.0)).collect();
                features.sort_by_key(|(feature, _)| *feature);
                features
            })
            .collect();
        let common = Commonness::of(&joined);
        let weighed: Vec<_> = joined.iter().map(|features| common.weigh(features)).collect();
        let mut table = Array2::zeros((places.len(), 192));
        for (line, features) in weighed.iter().enumerate() {
            table.row_mut(line).iter_mut().zip(fold(features, 192)).for_each(|(to, from)| *to = from);
        }
        for (x, near) in neighbours(&table, SAME_CLAUSE - 0.1, 4 * NEIGHBOURS).into_iter().enumerate() {
            for (_, y) in near {
                let (x, y) = (x.min(y as usize), x.max(y as usize));
                let likeness = cosine(&weighed[x], &weighed[y]);
                let ((a, line_a, clause_a, context_a), (b, line_b, clause_b, context_b)) = (&places[x], &places[y]);
                if a == b || likeness < SAME_CLAUSE || clause_a.limits != clause_b.limits {
                    continue;
                }
                let (first, second) = (&read[*a], &read[*b]);
                // Near-equal clauses under headings of different subjects speak of different things.
                if is_contrast(context_a, context_b) || is_contrast(&line_a.topic, &line_b.topic) {
                    continue;
                }
                let shared = context_a.intersection(context_b).count();
                let most = context_a.len().max(context_b.len());
                if shared < 2 || most > shared + 1 {
                    continue;
                }
                compare(first, second, (line_a, clause_a), (line_b, clause_b), likeness, found);
            }
        }
    }
}

/// Sentences of any two entries that are the same, word for word, but for their figures.
fn by_template(read: &[Read<'_>], found: &mut Found) {
    let mut same: BTreeMap<(u8, String), Vec<(usize, &Line)>> = BTreeMap::new();
    for (at, read) in read.iter().enumerate() {
        for line in &read.lines {
            let words: BTreeSet<&String> = line.clauses.iter().flat_map(|clause| &clause.words).collect();
            // Fewer words may be said of many things.
            if words.len() >= 4 && line.clauses.iter().any(|clause| !clause.figures.is_empty()) {
                let template: String = line.clauses.iter().map(Clause::template).collect();
                same.entry((read.lang as u8, template)).or_default().push((at, line));
            }
        }
    }
    for lines in same.into_values().filter(|lines| (2..=NEIGHBOURS).contains(&lines.len())) {
        for (place, (a, x)) in lines.iter().enumerate() {
            for (b, y) in lines[place + 1..].iter().filter(|(b, _)| b != a) {
                let places = |line: &'_ Line| -> Vec<(usize, usize)> {
                    let of = line.clauses.iter().enumerate();
                    of.flat_map(|(at, clause)| (0..clause.figures.len()).map(move |figure| (at, figure))).collect()
                };
                for ((i, j), (k, l)) in places(x).into_iter().zip(places(y)) {
                    let (left, right) = (&x.clauses[i], &y.clauses[k]);
                    if !left.figures[j].agrees(&right.figures[l]) {
                        let left = Place { line: x, clause: left, figure: &left.figures[j] };
                        let right = Place { line: y, clause: right, figure: &right.figures[l] };
                        found.put(differ(&read[*a], &read[*b], &left, &right, 0.9));
                    }
                }
            }
        }
    }
}

/// The words of a clause; a short one is understood from its topic.
fn context(line: &Line, clause: &Clause) -> BTreeSet<String> {
    let mut words = clause.words.clone();
    if words.len() < 3 {
        words.extend(line.topic.iter().cloned());
    }
    words
}

fn compare<'a>(
    a: &Read<'a>,
    b: &Read<'a>,
    (line_a, clause_a): (&Line, &Clause),
    (line_b, clause_b): (&Line, &Clause),
    likeness: f32,
    found: &mut Found,
) {
    let (of_a, of_b): (Vec<Place<'_>>, Vec<Place<'_>>) = (a.figures().collect(), b.figures().collect());
    for x in &clause_a.figures {
        for y in clause_b.figures.iter().filter(|y| y.unit == x.unit && y.bound == x.bound && !y.agrees(x)) {
            let alone = |figure: &Figure, others: &[Place<'_>]| {
                !others.iter().any(|other| other.figure.unit == figure.unit && other.figure.agrees(figure))
            };
            if alone(x, &of_b) && alone(y, &of_a) {
                let (x, y) = (
                    Place { line: line_a, clause: clause_a, figure: x },
                    Place { line: line_b, clause: clause_b, figure: y },
                );
                found.put(differ(a, b, &x, &y, likeness * 0.9));
            }
        }
    }
    let no_figures = clause_a.figures.is_empty() == clause_b.figures.is_empty();
    if let (Some(yes), Some(other)) = (clause_a.says, clause_b.says)
        && yes != other
        && no_figures
        && clause_a.words.len().min(clause_b.words.len()) >= 2
        && jaccard(&clause_a.words, &clause_b.words) >= SAME_CLAUSE
    {
        found.put(oppose(a, b, line_a, line_b, likeness * 0.85));
    }
}

/// Entries of one key in two languages.
fn across_languages(read: &[Read<'_>], found: &mut Found) {
    let mut by_key: BTreeMap<&str, Vec<&Read<'_>>> = BTreeMap::new();
    for read in read {
        if let Some(key) = read.entry.content.key.as_deref().filter(|key| !key.is_empty()) {
            by_key.entry(key).or_default().push(read);
        }
    }
    for same in by_key.into_values() {
        for (place, a) in same.iter().enumerate() {
            for b in same[place + 1..].iter().filter(|b| b.lang != a.lang) {
                translated(a, b, found);
            }
        }
    }
}

fn translated(a: &Read<'_>, b: &Read<'_>, found: &mut Found) {
    let free = |place: &Place<'_>| {
        matches!(place.figure.unit, Unit::Money(_)) && place.figure.value == figure::Value::Numbers(0.0, 0.0)
    };
    let vague = |place: &Place<'_>| {
        matches!(
            place.figure.unit,
            Unit::Count("things" | "pieces" | "kinds" | "times" | "copies" | "devices" | "settings" | "fold")
        )
    };
    let of = |read: &'_ Read<'_>| -> Vec<(Unit, i64)> {
        read.figures()
            .filter(|place| !free(place) && !vague(place))
            .map(|place| (place.figure.unit, (place.figure.scale * 86_400.0).round() as i64))
            .collect()
    };
    let kinds: BTreeSet<(Unit, i64)> = of(a).into_iter().collect();
    for (unit, scale) in kinds {
        let (of_a, of_b): (Vec<Place<'_>>, Vec<Place<'_>>) = (a.figures().collect(), b.figures().collect());
        let keep = |places: Vec<Place<'_>>| -> usize {
            places
                .iter()
                .filter(|place| {
                    place.figure.unit == unit && (place.figure.scale * 86_400.0).round() as i64 == scale && !free(place)
                })
                .count()
        };
        let of_scale = |place: &Place<'_>| (place.figure.scale * 86_400.0).round() as i64 == scale && !free(place);
        let left: Vec<Place<'_>> = unmatched(&of_a, &of_b, unit).into_iter().filter(of_scale).collect();
        let right: Vec<Place<'_>> = unmatched(&of_b, &of_a, unit).into_iter().filter(of_scale).collect();
        // With one left on each side, and as many on either, the two are meant for each other.
        let (count_a, count_b) = (keep(of_a.clone()), keep(of_b.clone()));
        if let ([x], [y]) = (left.as_slice(), right.as_slice())
            && count_a == count_b
        {
            found.put(differ(a, b, x, y, if count_a == 1 { 0.9 } else { 0.8 }));
        }
    }
    if is_yes_or_no(&a.entry.content.question)
        && is_yes_or_no(&b.entry.content.question)
        && let (Some(x), Some(y)) = (a.lines.first(), b.lines.first())
        && let (Some(yes), Some(other)) = (verdict(&a.entry.content.answer), verdict(&b.entry.content.answer))
        && yes != other
    {
        found.put(oppose(a, b, x, y, 0.8));
    }
}

fn differ(a: &Read<'_>, b: &Read<'_>, x: &Place<'_>, y: &Place<'_>, likeness: f32) -> Contradiction {
    let difference = match x.figure.unit {
        Unit::Money(_) | Unit::Percent | Unit::Tenths => Difference::Money,
        Unit::Time | Unit::WorkDays => Difference::Duration,
        Unit::Clock => Difference::Hours,
        Unit::Date => Difference::Date,
        Unit::Phone | Unit::Email => Difference::Contact,
        _ => Difference::Quantity,
    };
    Contradiction {
        a: a.entry.id,
        b: b.entry.id,
        sentence_a: x.line.text.clone(),
        sentence_b: y.line.text.clone(),
        says_a: x.clause.shown(x.figure),
        says_b: y.clause.shown(y.figure),
        difference,
        likeness: likeness.clamp(0.0, 1.0),
        across: a.lang != b.lang,
    }
}

fn oppose(a: &Read<'_>, b: &Read<'_>, x: &Line, y: &Line, likeness: f32) -> Contradiction {
    Contradiction {
        a: a.entry.id,
        b: b.entry.id,
        sentence_a: x.text.clone(),
        sentence_b: y.text.clone(),
        says_a: shorten(&x.text, 30),
        says_b: shorten(&y.text, 30),
        difference: Difference::Polarity,
        likeness: likeness.clamp(0.0, 1.0),
        across: a.lang != b.lang,
    }
}

fn jaccard(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f32 {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    if all == 0 { 0.0 } else { shared as f32 / all as f32 }
}

impl Contradiction {
    /// The earlier of the two entries, as it is, for a person to set right. `None` when it is not among `entries`.
    pub fn proposal(&self, entries: &[Entry<'_>]) -> Option<Proposal> {
        let of = |id| entries.iter().find(|entry| entry.id == id);
        let (a, b) = (of(self.a)?, of(self.b)?);
        let (first, second) = (shorten(&a.content.question, 40), shorten(&b.content.question, 40));
        let note = Both::new(
            format!(
                "“{first}”与“{second}”说法不一：“{}”和“{}”。请核实哪一条正确，并修改另一条。",
                self.sentence_a, self.sentence_b
            ),
            format!(
                "“{first}” and “{second}” differ: “{}” and “{}”. Please check which is right and change the other.",
                self.sentence_a, self.sentence_b
            ),
        );
        let (x, y) = (self.a.to_string(), self.b.to_string());
        Some(Proposal {
            origin: ChangeOrigin::Contradiction,
            entry_id: Some(self.a),
            content: a.content.clone(),
            evidence: vec![note.evidence(), ChangeEvidence::Entry { id: self.b, likeness: self.likeness }],
            note,
            fingerprint: unordered(
                "contradiction",
                &[&format!("{x} {}", normalise(&self.sentence_a)), &format!("{y} {}", normalise(&self.sentence_b))],
            ),
        })
    }
}
