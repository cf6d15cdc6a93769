//! Which topics and patterns there are.

use crate::BusError;

/// Longest topic or pattern, in bytes.
pub const MAX_TOPIC_BYTES: usize = 200;
/// Most tokens in a topic or pattern.
pub const MAX_TOKENS: usize = 16;

/// Any one token, in a pattern.
pub(crate) const ANY: &str = "*";
/// Any one or more tokens, at the end of a pattern.
pub(crate) const REST: &str = ">";

/// Checks a topic to publish to.
pub(crate) fn check_topic(topic: &str) -> Result<(), BusError> {
    check_size(topic)?;
    topic.split('.').try_for_each(|token| match token {
        ANY | REST => Err(bad(topic, "* and > are for subscriptions only")),
        _ => check_token(topic, token),
    })
}

/// Checks a pattern to subscribe to.
pub(crate) fn check_pattern(pattern: &str) -> Result<(), BusError> {
    check_size(pattern)?;
    let mut tokens = pattern.split('.').peekable();
    while let Some(token) = tokens.next() {
        match token {
            ANY => {}
            REST if tokens.peek().is_none() => {}
            REST => return Err(bad(pattern, "> can only be the last token")),
            _ => check_token(pattern, token)?,
        }
    }
    Ok(())
}

fn check_size(topic: &str) -> Result<(), BusError> {
    if topic.len() > MAX_TOPIC_BYTES {
        return Err(bad(topic, "it is longer than 200 bytes"));
    }
    if topic.split('.').count() > MAX_TOKENS {
        return Err(bad(topic, "it has more than 16 tokens"));
    }
    Ok(())
}

fn check_token(topic: &str, token: &str) -> Result<(), BusError> {
    if token.is_empty() {
        return Err(bad(topic, "a token is empty"));
    }
    if token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        Ok(())
    } else {
        Err(bad(topic, "it has a character that is not allowed"))
    }
}

fn bad(topic: &str, problem: &'static str) -> BusError {
    BusError::BadTopic { got: topic.chars().take(60).collect(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_topics_are_topics_and_patterns() {
        for topic in ["a", "conversation.0192f0c1-2345", "A_1.b-2.c"] {
            assert_eq!(check_topic(topic), Ok(()), "{topic}");
            assert_eq!(check_pattern(topic), Ok(()), "{topic}");
        }
    }

    #[test]
    fn wildcards_are_for_patterns_only() {
        for pattern in ["*", ">", "a.*", "*.b.>", "a.*.c"] {
            assert_eq!(check_pattern(pattern), Ok(()), "{pattern}");
            assert!(check_topic(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn what_is_not_made_of_plain_tokens_is_refused() {
        let long = "x".repeat(MAX_TOPIC_BYTES + 1);
        let deep = vec!["x"; MAX_TOKENS + 1].join(".");
        for topic in
            ["", ".", "a.", ".a", "a..b", "a b", "a\r\nPUB x", "a*", "a.>b", ">.a", "$SYS.a", "会话", &long, &deep]
        {
            assert!(check_topic(topic).is_err(), "{topic:?}");
            assert!(check_pattern(topic).is_err(), "{topic:?}");
        }
    }
}
