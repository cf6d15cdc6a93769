//! "Was this helpful?": what the form of an article's page sends, and what the page says afterwards.

/// Longest comment that is kept, in characters.
const LONGEST_COMMENT: usize = 2_000;

/// Whether an article helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vote {
    Helpful,
    Unhelpful,
}

/// What a reader sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Feedback {
    /// The first step: count it.
    Vote(Vote),
    /// The second step, if the reader takes it: keep the words. The vote was counted already.
    Comment { vote: Vote, text: String },
}

/// What the article's page shows of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FeedbackState {
    /// The question.
    #[default]
    Ask,
    /// Thanks for the vote, and the field for a comment.
    Voted(Vote),
    /// Thanks for the comment.
    Commented,
    /// It could not be kept: say so, and ask again.
    Failed,
}

impl Feedback {
    /// Reads the fields of the posted form: `helpful` is `yes` or `no`; `comment` is there in the second step. `None`: no such
    /// form. Answer a good one with 303 to [`FeedbackState::address`].
    pub fn read<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let (mut vote, mut comment) = (None, None);
        for (name, value) in fields {
            match (name, value) {
                ("helpful", "yes") => vote = Some(Vote::Helpful),
                ("helpful", "no") => vote = Some(Vote::Unhelpful),
                ("comment", text) => comment = Some(text),
                _ => {}
            }
        }
        let vote = vote?;
        let Some(comment) = comment else { return Some(Self::Vote(vote)) };
        let text: String = comment.chars().filter(|&c| c == '\n' || !c.is_control()).take(LONGEST_COMMENT).collect();
        Some(Self::Comment { vote, text: text.trim().to_owned() })
    }

    /// What the page shows once it is kept.
    pub fn state(&self) -> FeedbackState {
        match self {
            Self::Vote(vote) => FeedbackState::Voted(*vote),
            Self::Comment { .. } => FeedbackState::Commented,
        }
    }
}

impl FeedbackState {
    /// From the `feedback` parameter of the article's address.
    pub fn read(parameter: Option<&str>) -> Self {
        match parameter {
            Some("yes") => Self::Voted(Vote::Helpful),
            Some("no") => Self::Voted(Vote::Unhelpful),
            Some("comment") => Self::Commented,
            Some("failed") => Self::Failed,
            _ => Self::Ask,
        }
    }

    /// Where to send the reader: the article's path with this state.
    pub fn address(self, article: &str) -> String {
        let parameter = match self {
            Self::Ask => return article.to_owned(),
            Self::Voted(Vote::Helpful) => "yes",
            Self::Voted(Vote::Unhelpful) => "no",
            Self::Commented => "comment",
            Self::Failed => "failed",
        };
        format!("{article}?feedback={parameter}#feedback_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_comes_first_and_a_comment_may_follow() {
        assert_eq!(Feedback::read([("helpful", "yes")]), Some(Feedback::Vote(Vote::Helpful)));
        let comment = Feedback::read([("helpful", "no"), ("comment", " 不清楚\u{0}\u{1b}[1m\r\n谢谢 ")]);
        assert_eq!(comment, Some(Feedback::Comment { vote: Vote::Unhelpful, text: "不清楚[1m\n谢谢".to_owned() }));
        assert_eq!(Feedback::read([("helpful", "maybe")]), None);
        assert_eq!(Feedback::read([("comment", "x")]), None);
        let long = "长".repeat(5_000);
        let Some(Feedback::Comment { text, .. }) = Feedback::read([("helpful", "no"), ("comment", &long)]) else {
            panic!("a comment")
        };
        assert_eq!(text.chars().count(), 2_000);
    }

    #[test]
    fn the_state_is_in_the_address() {
        for state in [
            FeedbackState::Voted(Vote::Helpful),
            FeedbackState::Voted(Vote::Unhelpful),
            FeedbackState::Commented,
            FeedbackState::Failed,
        ] {
            let address = state.address("/a");
            let parameter = address.trim_start_matches("/a?feedback=").trim_end_matches("#feedback_");
            assert_eq!(FeedbackState::read(Some(parameter)), state);
        }
        assert_eq!(FeedbackState::read(None), FeedbackState::Ask);
    }
}
