//! Extending words: a clause that says of more than the evidence does, where the evidence sets a limit.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::fixed;

static EXTENDS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"也|都|一样|照样|同样|随时|不管|不论|无论|任何|全部|所有|哪怕|即使|就算|\beven\b|\bwhether\b.{0,40}\bor\b|\bno matter\b|\bany(?:one|body|thing|time|where)?\b|\ball\b|\balso\b|\bas well\b|\btoo\b|\beither way\b|\beveryone\b|\bevery\b|\bwhenever\b|\bat any time\b|\bthe same\b|\balways\b|\bboth\b",
    )
});
static LIMITS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"仅|只(?:能|限|有|在|对|支持|接|收|可|提供|适用)|限(?:于|在|本)|第二次|首次|除外|除非|须|必须|不(?:能|可|得|予|接|含|包|退|支持|提供|适用|抵|折|送|做|保|办|收)|但|\bonly\b|\bexcept\b|\bunless\b|\bbut\b|\bafter\b|\bmust\b|\bnot?\b|\bcannot\b|\bnever\b|\bunopened\b|\bunused\b",
    )
});

/// Whether a folded clause extends what it says to more than one case.
pub(crate) fn extends(text: &str) -> bool {
    EXTENDS.is_match(text)
}

/// Whether a folded sentence says of some cases that they are none.
pub(crate) fn limits(text: &str) -> bool {
    LIMITS.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::{extends, limits};

    #[test]
    fn what_extends_and_what_limits_is_known_by_its_words() {
        assert!(extends("第二次改也一样") && extends("whether you've opened them or not") && !extends("每次收 300 元"));
        assert!(limits("首次免费，第二次收 300 元") && limits("dogs are welcome outside but not in the cellar"));
        assert!(!limits("free of charge"));
    }
}
