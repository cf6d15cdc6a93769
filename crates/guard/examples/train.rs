//! Trains the trees by which the guard judges whether the evidence supports a statement, on labelled answers and on
//! good ones made bad, and shows how well trees do on companies they were not trained with:
//! `cargo run -p yingda-guard --example train -- datasets/guard/guard.jsonl crates/guard/src/support/forest.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use regex::Regex;
use yingda_guard::eval::{Example, examples};
use yingda_guard::training::{Forest, Node, names, statements};
use yingda_guard::{Evidence, Guard, Lang, Origin, Saying, Source};

/// Trees, their depth, and how far each goes.
const TREES: usize = 250;
const DEPTH: usize = 4;
const RATE: f32 = 0.04;
/// Least weight of the clauses in a leaf, and how much leaves are drawn to nothing.
const LEAST: f32 = 6.0;
const CALM: f32 = 3.0;
/// Steps that a measure is cut into.
const BINS: usize = 48;
/// Parts that take turns in being judged by trees made of the others.
const FOLDS: usize = 6;

/// How much a made clause weighs beside a labelled one of its weight.
const MADE: f32 = 0.5;

/// A clause with its label.
struct Case {
    measures: Vec<f32>,
    bad: bool,
    weight: f32,
    /// Which company it speaks of.
    group: usize,
}

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name the file with the labelled answers")?;
    let out = arguments.next();
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let mut all = examples(&text)?;
    all.retain(|example| example.part == "dev" && example.origin == Origin::Model);
    let groups = groups(&all);
    let (real, made): (Vec<Vec<Case>>, Vec<Vec<Case>>) = halves(&all, &groups);
    println!(
        "{} clauses, {} bad; {} made, {} bad",
        count(&real, false),
        count(&real, true),
        count(&made, false),
        count(&made, true)
    );

    let hard = guard("support: 0.0\n")?;
    let folds = *groups.iter().max().unwrap_or(&0) + 1;
    println!("{folds} companies");
    let mut answers: Vec<Answer> = Vec::new();
    for fold in 0..FOLDS {
        let train: Vec<&Case> = real.iter().chain(&made).flatten().filter(|case| case.group % FOLDS != fold).collect();
        let forest = grow(&train);
        for (_, example) in all.iter().enumerate().filter(|(at, _)| groups[*at] % FOLDS == fold) {
            answers.push(answer(example, &forest, &hard));
        }
    }
    show(&answers);

    let everything: Vec<&Case> = real.iter().chain(&made).flatten().collect();
    let forest = grow(&everything);
    importance(&forest);
    if let Some(out) = out {
        std::fs::write(&out, forest.write()).map_err(|error| format!("{out}: {error}"))?;
    }
    Ok(())
}

fn count(cases: &[Vec<Case>], bad: bool) -> usize {
    cases.iter().flatten().filter(|case| case.bad || !bad).count()
}

fn guard(rules: &str) -> Result<Guard, String> {
    let source = Source { path: "guard.yml".to_owned(), text: rules.to_owned() };
    Guard::read(&[source]).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

/// Answers that share a passage are of one company.
fn groups(all: &[Example]) -> Vec<usize> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut next = 0;
    all.iter()
        .map(|example| {
            let passages = &example.evidence.passages;
            let group = passages.iter().find_map(|passage| known.get(passage.as_str()).copied());
            let group = group.unwrap_or_else(|| {
                next += 1;
                next - 1
            });
            for passage in passages {
                known.insert(passage, group);
            }
            group
        })
        .collect()
}

/// The clauses of the labelled answers, and those made of the good ones. Two threads.
fn halves(all: &[Example], groups: &[usize]) -> (Vec<Vec<Case>>, Vec<Vec<Case>>) {
    let work = |from: usize| -> Vec<(usize, Vec<Case>, Vec<Case>)> {
        (from..all.len()).step_by(2).map(|at| (at, labelled(&all[at], groups[at]), made(all, at, groups))).collect()
    };
    let mut parts = std::thread::scope(|scope| {
        let other = scope.spawn(|| work(1));
        let mut parts = work(0);
        parts.extend(other.join().unwrap_or_default());
        parts
    });
    parts.sort_by_key(|(at, _, _)| *at);
    parts.into_iter().map(|(_, real, made)| (real, made)).unzip()
}

/// What trees are to judge: facts, denials, statements. The rest is the matter of other rules.
fn is_ours(kind: &str) -> bool {
    matches!(kind, "invented_number" | "invented_claim" | "negation" | "promise")
}

fn labelled(example: &Example, group: usize) -> Vec<Case> {
    let place =
        example.planted.as_ref().and_then(|planted| example.text.find(planted).map(|at| at..at + planted.len()));
    if example.planted.is_some() && !is_ours(&example.kind) {
        return Vec::new();
    }
    statements(&example.text, example.lang, &example.evidence)
        .into_iter()
        .map(|statement| {
            let bad = place
                .as_ref()
                .is_some_and(|place| place.start < statement.span.end && statement.span.start < place.end);
            Case { measures: statement.measures, bad, weight: if bad { 1.3 } else { 1.0 }, group }
        })
        .collect()
}

/// Words with their opposites; the first that is found is turned.
const TURNS: &[(&str, &str)] = &[
    ("不支持", "支持"),
    ("不可以", "可以"),
    ("不能", "可以"),
    ("不可", "可以"),
    ("不需要", "需要"),
    ("不用", "需要"),
    ("无需", "需要"),
    ("不收", "收取"),
    ("不退", "可以退"),
    ("不含", "包含"),
    ("不在", "也在"),
    ("不要", "可以"),
    ("禁止", "可以"),
    ("没有", "有"),
    ("仅限", "不限于"),
    ("只能", "不一定要"),
    ("必须", "不必"),
    ("免费", "收费"),
    ("支持", "不支持"),
    ("可以", "不可以"),
    ("需要", "不需要"),
    ("可", "不可"),
    ("能", "不能"),
    ("含", "不含"),
    ("另收", "不另收"),
    ("由您", "由我们"),
    ("由我们", "由您"),
    ("须", "无须"),
    ("天内", "天后"),
    ("以内", "以上"),
    ("以上", "以下"),
    ("之前", "之后"),
    ("仅", "不仅"),
    ("只", "不只"),
    ("要", "不用"),
    ("cannot", "can"),
    ("can't", "can"),
    ("don't", "do"),
    ("doesn't", "does"),
    ("is not", "is"),
    ("are not", "are"),
    ("isn't", "is"),
    ("aren't", "are"),
    ("may not", "may"),
    ("not covered", "covered"),
    ("not included", "included"),
    ("no refund", "a full refund"),
    (" not ", " "),
    ("free of charge", "charged extra"),
    (" for free", " at extra cost"),
    (" free", " not free"),
    ("required", "optional"),
    ("need to", "don't need to"),
    ("must", "need not"),
    ("can ", "cannot "),
    (" may ", " may not "),
    (" is ", " is not "),
    (" are ", " are not "),
    ("included", "not included"),
    ("within", "after"),
    ("before", "after"),
    ("until", "from"),
    ("at least", "at most"),
    ("we pay", "you pay"),
    ("only", "not only"),
    ("allowed", "forbidden"),
    (" open", " closed"),
    ("closed", "open"),
];

/// Words with others that say the same.
const SAME: &[(&str, &str)] = &[
    ("不支持", "不能"),
    ("支持", "可以"),
    ("不可", "不能"),
    ("无需", "不用"),
    ("须", "得"),
    ("需要", "得"),
    ("需", "要"),
    ("可", "可以"),
    ("免费", "不收钱"),
    ("收取", "收"),
    ("另收", "另外收"),
    ("仅", "只"),
    ("退款", "把钱退给您"),
    ("均", "都"),
    ("每日", "每天"),
    ("每月", "一个月"),
    ("以上", "及以上"),
    ("内", "之内"),
    ("为", "是"),
    ("超过", "多于"),
    ("起", "开始"),
    ("禁止", "不许"),
    ("由", "让"),
    ("携带", "带"),
    ("到期", "期满"),
    ("cannot", "can't"),
    ("can't", "may not"),
    ("must", "have to"),
    ("free", "at no charge"),
    ("within", "in"),
    ("required", "needed"),
    ("children", "kids"),
    ("allowed", "fine"),
    ("may ", "can "),
    ("costs", "is"),
    ("cost", "are"),
    ("per ", "a "),
    ("refunded", "paid back"),
    ("need to", "have to"),
    ("until", "up to"),
    ("ready", "done"),
    ("charge", "ask"),
    ("available", "there"),
    ("takes", "needs"),
    ("take", "need"),
    ("arrives", "gets there"),
    ("open", "there for you"),
    ("starts", "begins"),
    ("maximum", "most"),
    ("bring", "have with you"),
];

/// The text with a word turned, once for each pair that is found, and where the new word stands.
fn turned(text: &str, pairs: &[(&str, &str)]) -> Vec<(String, std::ops::Range<usize>)> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return Vec::new();
    }
    let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
    let mut all = Vec::new();
    for (from, to) in pairs {
        let Some(at) = lower.find(from) else { continue };
        let end = at + from.len();
        if taken.iter().any(|range| range.start < end && at < range.end) {
            continue;
        }
        taken.push(at..end);
        all.push((format!("{}{to}{}", &text[..at], &text[end..]), at..at + to.len()));
    }
    all
}

/// Bad clauses made of a good answer, and its passages as good ones.
fn made(all: &[Example], at: usize, groups: &[usize]) -> Vec<Case> {
    let example = &all[at];
    if example.planted.is_some() {
        return Vec::new();
    }
    let (lang, evidence, group) = (example.lang, &example.evidence, groups[at]);
    let mut cases = Vec::new();
    let mut add = |text: &str, place: &std::ops::Range<usize>, evidence: &Evidence, bad: bool, weight: f32| {
        for statement in statements(text, lang, evidence) {
            if place.start < statement.span.end && statement.span.start < place.end {
                cases.push(Case { measures: statement.measures, bad, weight: weight * MADE, group });
            }
        }
    };
    // Said the other way round, and in other words.
    let text = example.text.as_str();
    for (text, place) in turned(text, TURNS).into_iter().take(3) {
        add(&text, &place, evidence, true, 0.5);
    }
    for (text, place) in turned(text, SAME).into_iter().take(3) {
        add(&text, &place, evidence, false, 0.3);
    }
    // Another number of the same kind.
    for (text, place) in swapped(text, evidence) {
        add(&text, &place, evidence, true, 0.6);
    }
    // Without the sentence it rests on.
    for statement in statements(text, lang, evidence) {
        if let Some(less) = without(&text[statement.span.clone()], evidence) {
            add(text, &statement.span, &less, true, 0.35);
        }
    }
    // About another company.
    let other = (0..all.len()).map(|step| &all[(at * 7 + step * 13 + 5) % all.len()]).zip(0..).find(|(other, _)| {
        other.lang == lang
            && other.planted.is_none()
            && other.evidence.passages != evidence.passages
            && other.origin == Origin::Model
    });
    if let Some((other, _)) = other {
        add(&other.text, &(0..other.text.len()), evidence, true, 0.2);
    }
    // A sentence of its own passages, as it is, turned, and with another number.
    let sentences: Vec<&str> =
        evidence.passages.iter().flat_map(|passage| passage.split_inclusive(['。', '\n'])).collect();
    if let Some(sentence) = sentences.get(at % sentences.len().max(1)).map(|sentence| sentence.trim()) {
        add(sentence, &(0..sentence.len()), evidence, false, 0.15);
        for (text, place) in turned(sentence, TURNS).into_iter().take(2) {
            add(&text, &place, evidence, true, 0.3);
        }
        for (text, place) in turned(sentence, SAME).into_iter().take(3) {
            add(&text, &place, evidence, false, 0.3);
        }
        for (text, place) in swapped(sentence, evidence).into_iter().take(1) {
            add(&text, &place, evidence, true, 0.2);
        }
    }
    cases
}

/// The text with a number that the evidence says of something else, for up to two numbers.
fn swapped(text: &str, evidence: &Evidence) -> Vec<(String, std::ops::Range<usize>)> {
    let Ok(number) = Regex::new(
        r"([¥$€£]?)(\d+(?:[.,:]\d+)*)(\s?(?:%|个工作日|小时|分钟|公斤|个月|[元天日月年次折点公节期块倍个米人级]|[a-z]{2,}|))",
    ) else {
        return Vec::new();
    };
    let known = evidence.passages.join("\n");
    let mut all = Vec::new();
    for found in number.captures_iter(text) {
        let unit = (found[1].to_owned(), found[3].trim().trim_end_matches('s').to_owned());
        if unit.0.is_empty() && unit.1.is_empty() {
            continue;
        }
        let same = |other: &regex::Captures| {
            other[1] == unit.0
                && (other[3].trim().trim_end_matches('s') == unit.1 || !unit.0.is_empty())
                && other[2] != found[2]
        };
        let others: BTreeSet<String> =
            number.captures_iter(&known).filter(same).map(|other| other[2].to_owned()).collect();
        let Some(place) = found.get(2) else { continue };
        for other in others.into_iter().take(1) {
            let text = format!("{}{other}{}", &text[..place.start()], &text[place.end()..]);
            all.push((text, place.start()..place.start() + other.len()));
        }
    }
    all.truncate(2);
    all
}

/// The evidence without the sentence that has the most in common with the statement, if that is much.
fn without(statement: &str, evidence: &Evidence) -> Option<Evidence> {
    let pairs = |text: &str| -> BTreeSet<(char, char)> {
        let letters: Vec<char> = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let own = pairs(statement);
    let mut best = (0, 0, 0..0);
    for (at, passage) in evidence.passages.iter().enumerate() {
        let mut start = 0;
        let ends = passage.match_indices(['。', '\n']).map(|(at, end)| at + end.len());
        let english = passage.match_indices(". ").map(|(at, _)| at + 2);
        let mut ends: Vec<usize> = ends.chain(english).chain([passage.len()]).collect();
        ends.sort_unstable();
        for end in ends {
            let shared = own.intersection(&pairs(&passage[start..end])).count();
            if shared > best.0 {
                best = (shared, at, start..end);
            }
            start = end;
        }
    }
    (best.0 * 2 >= own.len() && own.len() >= 6).then(|| {
        let mut less = evidence.clone();
        less.passages[best.1].replace_range(best.2, "");
        less
    })
}

/// How an answer was judged by trees that do not know its company.
struct Answer {
    lang: Lang,
    kind: String,
    id: String,
    text: String,
    bad: bool,
    /// Whether another rule already decided.
    hit: bool,
    /// The most unlikely clause: of a bad answer one with planted words.
    worst: f32,
    words: String,
    measures: Vec<f32>,
}

fn answer(example: &Example, forest: &Forest, hard: &Guard) -> Answer {
    let saying = Saying {
        text: example.text.clone(),
        lang: example.lang,
        channel: example.channel.clone(),
        origin: example.origin,
    };
    let verdict = hard.check(&saying, &example.evidence);
    let said = verdict.text.unwrap_or_default();
    let place =
        example.planted.as_ref().and_then(|planted| example.text.find(planted).map(|at| at..at + planted.len()));
    let hit = match &example.planted {
        Some(planted) => !said.contains(planted.as_str()),
        None => said != example.text.trim(),
    };
    let mut worst = (0.0, String::new(), Vec::new());
    for statement in statements(&example.text, example.lang, &example.evidence) {
        let bad = forest.judge(&statement.measures);
        let counts =
            place.as_ref().is_none_or(|place| place.start < statement.span.end && statement.span.start < place.end);
        if counts && bad > worst.0 {
            worst = (bad, example.text[statement.span].to_owned(), statement.measures);
        }
    }
    Answer {
        lang: example.lang,
        kind: example.kind.clone(),
        id: example.id.clone(),
        text: example.text.clone(),
        bad: example.planted.is_some(),
        hit,
        worst: worst.0,
        words: worst.1,
        measures: worst.2,
    }
}

fn show(answers: &[Answer]) {
    for most in [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8] {
        let mut line = format!("{most:.2}");
        for lang in [Lang::Zh, Lang::En] {
            let of = |bad: bool| {
                let all: Vec<&Answer> =
                    answers.iter().filter(|answer| answer.lang == lang && answer.bad == bad).collect();
                let hit = all.iter().filter(|answer| answer.hit || answer.worst > most).count();
                100.0 * hit as f32 / all.len().max(1) as f32
            };
            let _ = write!(line, "  {lang:?} {:5.1} {:5.1}", of(true), of(false));
        }
        println!("{line}");
    }
    let hit = |bad: bool| answers.iter().filter(|answer| answer.bad == bad && answer.hit).count();
    println!("other rules: {} bad, {} good", hit(true), hit(false));
    let Ok(list) = std::env::var("LIST").map(|most| most.parse().unwrap_or(0.5)) else { return };
    for answer in answers.iter().filter(|answer| answer.bad != (answer.hit || answer.worst > list)) {
        println!(
            "{} {} {:.2} hard={} «{}» {}",
            answer.id, answer.kind, answer.worst, answer.hit, answer.words, answer.text
        );
        if std::env::var("MEASURES").is_ok() {
            let told: Vec<String> = names()
                .iter()
                .zip(&answer.measures)
                .filter(|(_, value)| **value != 0.0)
                .map(|(name, value)| format!("{name} {value:.2}"))
                .collect();
            println!("      {}", told.join(", "));
        }
    }
}

fn importance(forest: &Forest) {
    let mut uses: BTreeMap<usize, usize> = BTreeMap::new();
    for node in forest.trees.iter().flatten() {
        if let Some(feature) = node.feature {
            *uses.entry(feature).or_default() += 1;
        }
    }
    let mut uses: Vec<(usize, usize)> = uses.into_iter().map(|(feature, count)| (count, feature)).collect();
    uses.sort_unstable_by(|a, b| b.cmp(a));
    let told: Vec<String> = uses.iter().map(|(count, feature)| format!("{} {count}", names()[*feature])).collect();
    println!("{}", told.join(", "));
}

/// Gradient boosting on the logistic loss.
fn grow(cases: &[&Case]) -> Forest {
    let width = names().len();
    let cuts: Vec<Vec<f32>> = (0..width)
        .map(|feature| {
            let mut values: Vec<f32> = cases.iter().map(|case| case.measures[feature]).collect();
            values.sort_by(f32::total_cmp);
            values.dedup();
            let step = (values.len() / BINS).max(1);
            values.windows(2).step_by(step).map(|pair| (pair[0] + pair[1]) / 2.0).collect()
        })
        .collect();
    let bins: Vec<Vec<u8>> = cases
        .iter()
        .map(|case| {
            (0..width).map(|feature| cuts[feature].partition_point(|cut| *cut < case.measures[feature]) as u8).collect()
        })
        .collect();
    let bad: f32 = cases.iter().filter(|case| case.bad).map(|case| case.weight).sum();
    let good: f32 = cases.iter().filter(|case| !case.bad).map(|case| case.weight).sum();
    let start = (bad / good.max(1.0)).ln();
    let mut sums = vec![start; cases.len()];
    let mut forest = Forest { trees: vec![vec![Node { feature: None, value: start, left: 0, right: 0 }]] };
    for round in 0..TREES {
        let slopes: Vec<(f32, f32)> = cases
            .iter()
            .zip(&sums)
            .map(|(case, sum)| {
                let p = 1.0 / (1.0 + (-sum).exp());
                (case.weight * (f32::from(case.bad) - p), case.weight * (p * (1.0 - p)).max(1e-4))
            })
            .collect();
        let mut tree = Vec::new();
        let rows: Vec<usize> = (0..cases.len()).collect();
        branch(&mut tree, &rows, &bins, &cuts, &slopes, DEPTH, round);
        for (sum, case) in sums.iter_mut().zip(cases) {
            let one = Forest { trees: vec![tree.clone()] };
            let p = one.judge(&case.measures);
            *sum += (p / (1.0 - p)).ln();
        }
        forest.trees.push(tree);
    }
    forest
}

/// A number that looks like chance and is the same every time.
fn chance(round: usize, rows: usize, feature: usize) -> u64 {
    let mut mixed = (round as u64) << 40 ^ (rows as u64) << 20 ^ feature as u64;
    for _ in 0..3 {
        mixed = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) ^ 0x5851_F42D;
    }
    mixed >> 7
}

/// Adds the best branch for `rows`, or a leaf; gives its number.
fn branch(
    tree: &mut Vec<Node>,
    rows: &[usize],
    bins: &[Vec<u8>],
    cuts: &[Vec<f32>],
    slopes: &[(f32, f32)],
    depth: usize,
    round: usize,
) -> usize {
    let at = tree.len();
    let (g, h) = rows.iter().fold((0.0, 0.0), |(g, h), row| (g + slopes[*row].0, h + slopes[*row].1));
    tree.push(Node { feature: None, value: RATE * g / (h + CALM), left: 0, right: 0 });
    if depth == 0 {
        return at;
    }
    let mut best: (f32, usize, usize) = (0.5, 0, 0);
    for feature in 0..cuts.len() {
        // Each branch sees two fifths of the measures.
        if chance(round, rows.len(), feature) % 5 > 1 {
            continue;
        }
        let mut sums = vec![(0.0f32, 0.0f32); cuts[feature].len() + 1];
        for row in rows {
            let sum = &mut sums[usize::from(bins[*row][feature])];
            sum.0 += slopes[*row].0;
            sum.1 += slopes[*row].1;
        }
        let (mut left_g, mut left_h) = (0.0, 0.0);
        for (cut, sum) in sums.iter().enumerate().take(cuts[feature].len()) {
            left_g += sum.0;
            left_h += sum.1;
            let (right_g, right_h) = (g - left_g, h - left_h);
            if left_h * 4.0 < LEAST || right_h * 4.0 < LEAST {
                continue;
            }
            let score = |g: f32, h: f32| g * g / (h + CALM);
            let gain = score(left_g, left_h) + score(right_g, right_h) - score(g, h);
            if gain > best.0 {
                best = (gain, feature, cut);
            }
        }
    }
    if best.0 <= 0.5 {
        return at;
    }
    let (left, right): (Vec<usize>, Vec<usize>) =
        rows.iter().partition(|row| usize::from(bins[**row][best.1]) <= best.2);
    let first = branch(tree, &left, bins, cuts, slopes, depth - 1, round);
    let second = branch(tree, &right, bins, cuts, slopes, depth - 1, round);
    tree[at] = Node { feature: Some(best.1), value: cuts[best.1][best.2], left: first, right: second };
    at
}
