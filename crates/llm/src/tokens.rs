//! How many tokens a text has, roughly.

/// Tokens of a text when nobody counted them: one for each Chinese, Japanese or Korean character, one for four other characters.
/// Rather too many than too few, so that a budget holds.
pub fn estimate(text: &str) -> u64 {
    let (mut wide, mut other) = (0_u64, 0_u64);
    for c in text.chars() {
        if c >= '\u{2e80}' { wide += 1 } else { other += 1 }
    }
    wide + other.div_ceil(4)
}

#[cfg(test)]
mod tests {
    use super::estimate;

    #[test]
    fn chinese_counts_by_character_and_english_by_four() {
        assert_eq!(estimate(""), 0);
        assert_eq!(estimate("退货地址"), 4);
        assert_eq!(estimate("return it"), 3);
    }
}
