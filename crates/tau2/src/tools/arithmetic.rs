//! Sums.

use serde::Deserialize;
use serde_json::Value;

use super::{Answer, input};
use crate::{Database, ErrorCode, ToolError};

/// How deep parentheses and signs may nest.
const DEPTH: usize = 64;

/// The result of `2 + 2`, rounded to two digits after the point: `4.0`.
pub(crate) fn calculate(_: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        expression: String,
    }
    let Input { expression } = input(arguments)?;
    let wrong = || ToolError::new(ErrorCode::Input, format!("Invalid expression {expression:?}"));
    let mut reader = Reader { rest: expression.as_bytes(), depth: 0 };
    let value = reader.sum().ok_or_else(wrong)?;
    if reader.peek().is_some() || !value.is_finite() {
        return Err(wrong());
    }
    let text = format!("{value:.2}");
    Ok(text.strip_suffix('0').unwrap_or(&text).into())
}

/// Reads an expression by descending: sum of products of factors.
struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<u8> {
        while let [b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    fn take(&mut self, wanted: u8) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.rest = &self.rest[1..];
        }
        there
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        loop {
            if self.take(b'+') {
                value += self.product()?;
            } else if self.take(b'-') {
                value -= self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor()?;
        loop {
            if self.take(b'*') {
                value *= self.factor()?;
            } else if self.take(b'/') {
                value /= self.factor()?;
            } else {
                return Some(value);
            }
        }
    }

    fn factor(&mut self) -> Option<f64> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let value = if self.take(b'(') {
            let inner = self.sum()?;
            self.take(b')').then_some(inner)
        } else if self.take(b'-') {
            self.factor().map(|value| -value)
        } else if self.take(b'+') {
            self.factor()
        } else {
            self.number()
        };
        self.depth -= 1;
        value
    }

    fn number(&mut self) -> Option<f64> {
        self.peek()?;
        let end = self.rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.').unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn result(expression: &str) -> Option<String> {
        let mut database = Database { products: [].into(), users: [].into(), orders: [].into() };
        let answer = calculate(&mut database, &json!({ "expression": expression }));
        answer.ok().map(|value| value.as_str().unwrap().to_owned())
    }

    #[test]
    fn sums_follow_the_usual_order() {
        assert_eq!(result("3131.1 + 4777.75 + 367.38").unwrap(), "8276.23");
        assert_eq!(result("2 + 2 * 3").unwrap(), "8.0");
        assert_eq!(result("-(2 + 2) / 3").unwrap(), "-1.33");
    }

    #[test]
    fn what_is_no_sum_is_refused() {
        for wrong in ["", "2 +", "2 2", "(1", "import os", "1/0", "1..2"] {
            assert_eq!(result(wrong), None, "{wrong}");
        }
        assert_eq!(result(&"(".repeat(100_000)), None);
    }
}
