//! Whether a product suits what a customer needs it for.

use crate::pack::{Advice, AdviceCase};
use crate::problem::Problem;

/// The case that `value`, a number or a word, falls into.
///
/// # Errors
/// `value_out_of_range` when no case is meant for it.
pub fn case<'a>(advice: &'a Advice, value: &str) -> Result<&'a AdviceCase, Problem> {
    let value = value.trim().to_lowercase();
    let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
    let holds = |case: &&AdviceCase| match (&case.is, number) {
        (Some(word), _) => *word == value,
        (None, Some(number)) => case.from.is_none_or(|from| number >= from) && case.to.is_none_or(|to| number <= to),
        (None, None) => false,
    };
    advice.cases.iter().find(holds).ok_or_else(|| {
        let words: Vec<&str> = advice.cases.iter().filter_map(|case| case.is.as_deref()).collect();
        let expected = if words.is_empty() { "a sensible number".to_owned() } else { words.join(" or ") };
        Problem::invalid(
            "value_out_of_range",
            format!("value of {} must be {expected}.", advice.measure),
            "该数值不在可判断的范围内。",
        )
    })
}
