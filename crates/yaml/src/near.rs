//! What was probably meant.

/// The name that is nearest to `came` in edits, when it is near enough to be a slip: a third of its letters. Case does not count.
pub fn nearest<'a>(came: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let came: Vec<char> = came.chars().take(64).flat_map(char::to_lowercase).collect();
    let most = (came.len() / 3).max(1);
    names
        .into_iter()
        .filter(|name| came.len() >= 3 || name.chars().count() <= 3)
        .map(|name| (edits(&came, &name.chars().take(64).flat_map(char::to_lowercase).collect::<Vec<_>>()), name))
        .filter(|(edits, name)| *edits <= most && *edits < name.chars().count())
        .min()
        .map(|(_, name)| name)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other (Damerau 1964, optimal string alignment).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut two_ago: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + differs);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(two_ago[j - 2] + 1);
            }
            row.push(least);
        }
        two_ago = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        let names = ["collect", "confirm", "choice", "say", "otherwise"];
        for (came, meant) in [
            ("colect", Some("collect")),
            ("cofnirm", Some("confirm")),
            ("Otherwise", Some("otherwise")),
            ("sya", Some("say")),
            ("banana", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(came, names), meant, "{came}");
        }
    }
}
