//! Asking for a person in English.

/// Verbs of talking and of being passed on.
const TALK: &[&str] = &[
    "talk",
    "speak",
    "chat",
    "connect",
    "transfer",
    "reach",
    "contact",
    "switch",
    "pass",
    "forward",
    "escalate",
    "hand",
    "talking to",
];
/// Verbs of wanting.
const WANT: &[&str] = &[
    "want", "need", "give", "get", "put", "let", "find", "have", "bring", "request", "require", "call", "prefer",
    "like",
];
const PEOPLE: &[&str] = &[
    "human",
    "humans",
    "person",
    "agent",
    "agents",
    "representative",
    "representatives",
    "rep",
    "operator",
    "staff",
    "supervisor",
    "manager",
    "advisor",
    "specialist",
];
/// Only after a verb of talking.
const ANYBODY: &[&str] = &["someone", "somebody", "people", "anyone", "anybody"];
const SLIPS: &[&str] = &["agnet", "aget", "agen", "agant", "agaent", "humna", "humen", "huma", "humman", "hooman"];
/// What may stand between such a verb and anybody: "talk to someone", not "transfer points to someone".
const JOINING: &[&str] = &["to", "with", "me", "us", "a", "please", "through", "over"];
/// Verbs that also go with "customer service"; how to contact it is a question.
const SPEAK: &[&str] = &["talk", "speak", "chat", "connect", "transfer"];
/// Before the person, these name somebody else.
const OTHERS: &[&str] = &[
    "delivery",
    "shipping",
    "courier",
    "travel",
    "estate",
    "tax",
    "insurance",
    "another",
    "other",
    "different",
    "per",
    "each",
    "one",
    "third",
    "which",
    "cleaning",
    "sales",
    "same",
    "second",
    "two",
];
const AGAINST: &[&str] = &["dont", "not", "no", "never", "without", "stop", "neednt", "doesnt", "nor", "wont"];
const ROBOTS: &[&str] = &["bot", "bots", "robot", "robots", "machine", "machines", "chatbot", "ai", "automated"];
/// Anywhere in the clause, these make it a question or a tale.
const ABOUT: &[&str] = &[
    "when",
    "hours",
    "time",
    "long",
    "number",
    "phone",
    "email",
    "cost",
    "weekend",
    "weekends",
    "night",
    "sunday",
    "sundays",
    "tonight",
    "told",
    "said",
    "promised",
    "yesterday",
    "rude",
    "report",
    "ago",
    "fee",
];
const FILLERS: &[&str] = &[
    "a", "an", "the", "please", "pls", "plz", "now", "real", "live", "actual", "i", "want", "need", "me", "some",
    "help", "customer", "service", "support", "hello", "hi", "give", "just", "only", "ok", "yes", "to", "get", "help",
    "asap", "instead", "your", "being",
];
/// Words between verb and person.
const REACH: usize = 6;

pub(super) fn asked(clause: &str) -> Option<String> {
    let clause = clause.replace(['\'', '’'], "");
    let words: Vec<&str> = clause.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.len() > 200 || !words.iter().any(|word| word.bytes().all(|b| b.is_ascii_alphabetic())) {
        return None;
    }
    no_robot(&words).or_else(|| bare(&words)).or_else(|| verb_and_person(&words))
}

fn bare(words: &[&str]) -> Option<String> {
    let rest: Vec<&&str> = words.iter().filter(|word| !FILLERS.contains(word)).collect();
    let only_people = !rest.is_empty() && rest.iter().all(|word| is_person(word));
    let service = words == ["customer", "service"] || words == ["customer", "support"];
    let transfer = words.ends_with(&["transfer", "me"]) && !words.iter().any(|word| AGAINST.contains(word));
    (only_people || service || transfer).then(|| words.join(" "))
}

/// "I don't want to talk to a bot", "stop the robot".
fn no_robot(words: &[&str]) -> Option<String> {
    let robot = words.iter().position(|word| ROBOTS.contains(word))?;
    let product = words.get(robot + 1).is_some_and(|next| ["vacuum", "cleaner", "mop"].contains(next));
    let from = robot.saturating_sub(REACH);
    let against = (from..robot).find(|&at| AGAINST.contains(&words[at]) || ["hate", "enough"].contains(&words[at]))?;
    let asking = words.first().is_some_and(|first| ["are", "is", "am", "why"].contains(first));
    (!product && !asking).then(|| words[against..=robot].join(" "))
}

fn verb_and_person(words: &[&str]) -> Option<String> {
    if words.iter().any(|word| ABOUT.contains(word))
        || starts(words, &["am", "are", "is this", "do you have", "do i have", "do i need", "should i"])
    {
        return None;
    }
    let mut found = None;
    for (at, word) in words.iter().enumerate() {
        let talk = TALK.contains(word);
        if !talk && !WANT.contains(word) {
            continue;
        }
        let until = words.len().min(at + 1 + REACH);
        let after = (at + 1..until).find(|&i| {
            let anybody =
                talk && ANYBODY.contains(&words[i]) && words[at + 1..i].iter().all(|word| JOINING.contains(word));
            let service = SPEAK.contains(word)
                && ["service", "support"].contains(&words[i])
                && ["customer", "live", "technical", "to", "with"].contains(&words[i - 1]);
            (is_person(words[i]) || anybody || service) && !OTHERS.contains(&words[i - 1])
        });
        // "Is there somebody I can talk to?"
        let before = (talk && words.get(at + 1).is_none_or(|next| ["to", "with"].contains(next)))
            .then(|| (at.saturating_sub(4)..at).find(|&i| is_person(words[i]) || ANYBODY.contains(&words[i])))
            .flatten()
            .filter(|_| at + 2 >= words.len());
        let Some(person) = after.or(before) else { continue };
        let against = (at.saturating_sub(3)..at.max(person))
            .any(|i| i != at && AGAINST.contains(&words[i]) && !(i > 0 && words[i - 1] == "why"));
        if against {
            return None;
        }
        if talk || may_follow(words.get(person + 1..).unwrap_or_default()) {
            let (first, last) = (at.min(person), at.max(person));
            found.get_or_insert_with(|| words[first..=last].join(" "));
        }
    }
    found
}

fn starts(words: &[&str], beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| {
        let mut these = words.iter();
        beginning.split(' ').all(|word| these.next() == Some(&word))
    })
}

/// "I need a person to sign for it" asks for nobody here.
fn may_follow(rest: &[&str]) -> bool {
    match rest.first() {
        None => true,
        Some(&"to") => {
            rest.get(1).is_some_and(|verb| ["talk", "speak", "help", "chat", "assist", "answer"].contains(verb))
        }
        Some(next) => [
            "please",
            "pls",
            "plz",
            "now",
            "here",
            "asap",
            "immediately",
            "instead",
            "not",
            "and",
            "on",
            "who",
            "right",
        ]
        .contains(next),
    }
}

fn is_person(word: &str) -> bool {
    PEOPLE.contains(&word)
        || SLIPS.contains(&word)
        || (word.len() >= 5 && ["person", "operator", "supervisor"].iter().any(|person| within_one(word, person)))
        || (word.len() >= 11 && word.starts_with("repre") && word.contains("tive"))
}

/// Whether one letter put in, left out, changed or swapped with its neighbour makes one word the other.
fn within_one(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[same..], &b[same..]);
    match (rest_a, rest_b) {
        ([], []) => true,
        ([x0, x1, x @ ..], [y0, y1, y @ ..]) if x0 == y1 && x1 == y0 && x == y => true,
        _ => {
            let cut = |rest: &[char]| rest.get(1..).unwrap_or_default().to_vec();
            (!rest_a.is_empty() && !rest_b.is_empty() && cut(rest_a) == cut(rest_b))
                || (!rest_a.is_empty() && cut(rest_a) == rest_b)
                || (!rest_b.is_empty() && cut(rest_b) == rest_a)
        }
    }
}
