//! What a clause does: asks, complains, promises, thanks …

use std::sync::LazyLock;

use regex::Regex;
use yingda_language::{is_han, simplified};

use super::{sign_en, sign_zh};

/// Something that a clause does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// Nothing but being polite: a greeting, thanks, yes, wait.
    Courtesy,
    /// Asks for something to be done.
    Request,
    /// Asks for something to be told.
    Question,
    /// Says that something is wrong.
    Problem,
    /// Says what will happen.
    Will,
    /// Says what was done.
    Done,
    /// Looks like a promise and is none.
    NoPromise,
    /// Makes the rest depend on something.
    Condition,
    /// Stalls: does not answer yet.
    Hold,
    /// Thanks.
    Thanks,
    /// Says that it works, arrived, is settled.
    Outcome,
    /// Takes the outcome back: not, still, when.
    NoOutcome,
    /// Says that there is nothing else.
    NothingElse,
    /// Says that it was said before.
    Again,
    /// Asks whether there is anything else, or how one can help.
    Offer,
    /// Asks for a person instead of the bot.
    Person,
}

/// In the order of the patterns.
const ALL: [Does; 16] = [
    Does::Courtesy,
    Does::Request,
    Does::Question,
    Does::Problem,
    Does::Will,
    Does::Done,
    Does::NoPromise,
    Does::Condition,
    Does::Hold,
    Does::Thanks,
    Does::Outcome,
    Does::NoOutcome,
    Does::NothingElse,
    Does::Again,
    Does::Offer,
    Does::Person,
];

/// What a clause does, all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs(u16);

impl Signs {
    /// What the clause does, which may end in a question mark.
    pub fn of(clause: &str) -> Self {
        let simple = simplified(clause).to_lowercase().replace('’', "'");
        let asks = simple.ends_with(['?', '？']) || simple.contains("?!") || simple.contains("？！");
        let words = simple.trim_matches(|c: char| !c.is_alphanumeric());
        let mut signs = Self::default();
        if words.chars().any(is_han) {
            signs.add(&ZH, words);
        }
        if words.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            signs.add(&EN, words);
        }
        if signs.has(Does::Courtesy) {
            // 请问 and 可以 ask nothing when nothing else is said.
            signs = Self(signs.0 & COURTEOUS);
        } else if asks {
            signs = signs.with(Does::Question);
        }
        signs
    }

    pub fn has(self, does: Does) -> bool {
        self.0 & (1 << does as u16) != 0
    }

    pub fn has_any(self, list: &[Does]) -> bool {
        list.iter().any(|&does| self.has(does))
    }

    /// What either does.
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn with(self, does: Does) -> Self {
        Self(self.0 | 1 << does as u16)
    }

    fn add(&mut self, patterns: &[Regex], words: &str) {
        for (pattern, does) in patterns.iter().zip(ALL) {
            if pattern.is_match(words) {
                *self = self.with(does);
            }
        }
    }
}

/// What a courtesy can do besides.
const COURTEOUS: u16 = 1 << Does::Courtesy as u16
    | 1 << Does::Thanks as u16
    | 1 << Does::Outcome as u16
    | 1 << Does::NothingElse as u16
    | 1 << Does::Hold as u16
    | 1 << Does::Offer as u16;

// One automaton for each: a common one for all has so many states that it is slower than all of these.
static ZH: LazyLock<Vec<Regex>> = LazyLock::new(|| compiled(&sign_zh::PATTERNS));
static EN: LazyLock<Vec<Regex>> = LazyLock::new(|| compiled(&sign_en::PATTERNS));

/// Compiles the patterns.
pub(super) fn warm_up() {
    LazyLock::force(&ZH);
    LazyLock::force(&EN);
}

fn compiled(patterns: &[&str; ALL.len()]) -> Vec<Regex> {
    let compile =
        |pattern: &&str| Regex::new(&format!("(?x){pattern}")).expect("a constant pattern, which the tests compile");
    patterns.iter().map(compile).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn does(clause: &str) -> Vec<Does> {
        let signs = Signs::of(clause);
        ALL.into_iter().filter(|&does| signs.has(does)).collect()
    }

    #[test]
    fn courtesy_is_nothing_else() {
        for clause in
            ["你好", "好的，谢谢你啊！", "在吗？", "Hello there!", "thank you Maya", "ok jesse", "不客气", "请问"]
        {
            assert!(Signs::of(clause).has(Does::Courtesy), "{clause}");
        }
        for clause in ["好的我要退款", "no refund arrived", "hi where is my parcel", "可以退吗"] {
            assert!(!Signs::of(clause).has(Does::Courtesy), "{clause}");
        }
    }

    #[test]
    fn promises_deeds_and_requests_are_told_apart() {
        assert!(does("我们会在24小时内联系您").contains(&Does::Will));
        assert!(does("已为您提交退款").contains(&Does::Done));
        assert!(does("我們會馬上為您處理").contains(&Does::Will), "traditional characters are the same");
        assert!(does("I’ve issued a refund").contains(&Does::Done));
        assert!(does("能不能换一个").contains(&Does::Request));
        assert!(does("it will arrive tomorrow").contains(&Does::Will));
        assert!(does("我的快递三天没动了").contains(&Does::Problem));
    }

    #[test]
    fn what_did_not_work_is_no_outcome() {
        assert!(does("解决了").contains(&Does::Outcome));
        assert!(does("还没解决了").contains(&Does::NoOutcome));
        assert!(does("it works now!").contains(&Does::Outcome));
        assert!(does("it still doesn't work").contains(&Does::NoOutcome));
    }
}
