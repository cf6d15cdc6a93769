//! Light stemming of English: the forms of a word that ask the same question become one.

/// The stem of a lower-case English word: plural, `-ing`, `-ed`, `-ation`, `-ment`, `-ly` and a final
/// `e` or `y` are cut, common irregular forms are looked up. A stem is a key, not always a word
/// (`change`, `changing`, `changed` → `chang`). Words outside `a`–`z` come back as they are.
pub fn stem(word: &str) -> String {
    let word = word.trim_end_matches("'s").trim_end_matches('\'');
    if let Ok(found) = IRREGULAR.binary_search_by_key(&word, |(form, _)| form) {
        return stem_regular(IRREGULAR[found].1);
    }
    stem_regular(word)
}

fn stem_regular(word: &str) -> String {
    if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let mut stem = singular(word);
    for ending in ["ing", "ed"] {
        if let Some(rest) = stem.strip_suffix(ending)
            && rest.len() >= 2
            && has_vowel(rest)
        {
            stem = without_double(rest).to_owned();
            break;
        }
    }
    for ending in ["ation", "ment", "ly"] {
        if let Some(rest) = stem.strip_suffix(ending)
            && rest.len() >= 3
            && has_vowel(rest)
        {
            stem = without_double(rest).to_owned();
            break;
        }
    }
    if let Some(rest) = stem.strip_suffix('y')
        && rest.len() >= 5
    {
        stem = rest.to_owned();
    }
    if let Some(rest) = stem.strip_suffix('e')
        && rest.len() >= 2
        && !rest.ends_with('e')
        && has_vowel(rest)
    {
        stem = rest.to_owned();
    }
    stem
}

fn singular(word: &str) -> String {
    if let Some(rest) = word.strip_suffix("ies")
        && rest.len() >= 2
    {
        return format!("{rest}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(rest) if !rest.ends_with(['s', 'u', 'i']) => rest.to_owned(),
        _ => word.to_owned(),
    }
}

/// `cancell` → `cancel`, `shipp` → `ship`; but `full` and `pass` stay.
fn without_double(word: &str) -> &str {
    let bytes = word.as_bytes();
    match bytes {
        [.., a, b] if a == b && bytes.len() > 3 && !matches!(b, b's' | b'z') => {
            if *b == b'l' && bytes.len() <= 4 {
                word
            } else {
                &word[..word.len() - 1]
            }
        }
        _ => word,
    }
}

fn has_vowel(word: &str) -> bool {
    word.bytes().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
}

/// Sorted by the form, for binary search.
const IRREGULAR: &[(&str, &str)] = &[
    ("ate", "eat"),
    ("bought", "buy"),
    ("broke", "break"),
    ("broken", "break"),
    ("brought", "bring"),
    ("children", "child"),
    ("chose", "choose"),
    ("chosen", "choose"),
    ("died", "die"),
    ("does", "do"),
    ("dying", "die"),
    ("feet", "foot"),
    ("forgot", "forget"),
    ("forgotten", "forget"),
    ("found", "find"),
    ("gave", "give"),
    ("given", "give"),
    ("goes", "go"),
    ("gone", "go"),
    ("got", "get"),
    ("gotten", "get"),
    ("kept", "keep"),
    ("knew", "know"),
    ("known", "know"),
    ("left", "leave"),
    ("lost", "lose"),
    ("lying", "lie"),
    ("made", "make"),
    ("men", "man"),
    ("paid", "pay"),
    ("people", "person"),
    ("received", "receive"),
    ("said", "say"),
    ("sent", "send"),
    ("shown", "show"),
    ("sold", "sell"),
    ("spent", "spend"),
    ("spoke", "speak"),
    ("spoken", "speak"),
    ("stole", "steal"),
    ("stolen", "steal"),
    ("taken", "take"),
    ("thought", "think"),
    ("told", "tell"),
    ("took", "take"),
    ("went", "go"),
    ("women", "woman"),
    ("written", "write"),
    ("wrote", "write"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for family in [
            &["cancel", "cancels", "cancelled", "cancelling", "cancellation"][..],
            &["change", "changes", "changing", "changed"],
            &["ship", "ships", "shipping", "shipped", "shipment"],
            &["delivery", "deliveries", "deliver", "delivered"],
            &["pay", "paid", "paying", "payment", "payments"],
            &["invoice", "invoices", "invoicing"],
            &["company", "companies"],
            &["buy", "bought", "buying"],
            &["child", "children"],
            &["pass", "passes", "passing", "passed"],
            &["use", "using", "used", "uses"],
        ] {
            for word in family {
                assert_eq!(stem(word), stem(family[0]), "{word}");
            }
        }
    }

    #[test]
    fn short_and_foreign_words_stay() {
        for word in ["is", "bus", "thing", "this", "café", "", "'", "red"] {
            assert_eq!(stem(word), word.trim_end_matches('\''), "{word}");
        }
    }

    #[test]
    fn the_irregular_forms_are_sorted() {
        assert!(IRREGULAR.is_sorted_by_key(|(form, _)| form));
    }
}
