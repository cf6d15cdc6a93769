//! Words that everybody uses of everything: a statement that holds one of them besides what the evidence holds may
//! be a paraphrase, one with a rare word of its own hardly.

/// Sorted by bytes, a word a line: the commonest of the two word lists of the language crate.
static LIST: &str = include_str!("common.txt");

/// Whether a word (lower case, as it is written) is a common one.
pub(crate) fn is_common(word: &str) -> bool {
    let (mut low, mut high) = (0, LIST.len());
    while low < high {
        let middle = (low + high) / 2;
        // From any byte back to the start of its line.
        let start = LIST.as_bytes()[..middle].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end = LIST.as_bytes()[middle..].iter().position(|byte| *byte == b'\n').map_or(LIST.len(), |at| middle + at);
        match LIST.as_bytes()[start..end].cmp(word.as_bytes()) {
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{LIST, is_common};

    #[test]
    fn every_word_of_the_list_is_found_and_no_other() {
        assert!(LIST.lines().all(is_common));
        assert!(!is_common("rooftop") && !is_common("布洛芬") && !is_common(""));
    }
}
