//! What somebody may find.

use yingda_knowledge::Filter;
use yingda_model::{Audience, TeamId, Timestamp};

use crate::convert::audience;

/// Who asks, where and when: decides what may be found and how it is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Who the entries may be for.
    pub audiences: Vec<Audience>,
    /// Kind of the inbox, such as `web`.
    pub channel: Option<String>,
    pub now: Timestamp,
}

impl View {
    /// Somebody whom the company does not know.
    pub fn public(now: Timestamp) -> Self {
        Self { audiences: vec![Audience::Public], channel: None, now }
    }

    /// A customer whom the company knows.
    pub fn signed_in(now: Timestamp) -> Self {
        Self { audiences: vec![Audience::Public, Audience::SignedIn], channel: None, now }
    }

    /// Somebody of the company, with the teams they are in.
    pub fn agent(now: Timestamp, teams: &[TeamId]) -> Self {
        let mut audiences = vec![Audience::Public, Audience::SignedIn, Audience::Agents];
        audiences.extend(teams.iter().copied().map(Audience::Team));
        Self { audiences, channel: None, now }
    }

    /// The same, through an inbox of this kind.
    #[must_use]
    pub fn through(mut self, channel: &str) -> Self {
        self.channel = Some(channel.to_owned());
        self
    }

    /// What of the index may be found.
    pub fn filter(&self) -> Filter {
        Filter {
            audiences: self.audiences.iter().copied().map(audience).collect(),
            valid_at: Some(self.now.0),
            ..Filter::default()
        }
    }

    /// Whether an answer that is for a channel and an audience is for this view.
    pub(crate) fn takes(&self, channel: Option<&str>, audience: Option<Audience>) -> bool {
        channel.is_none_or(|channel| self.channel.as_deref() == Some(channel))
            && audience.is_none_or(|audience| self.audiences.contains(&audience))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_for_a_channel_is_for_that_channel_alone() {
        let view = View::public(Timestamp(0)).through("web");
        assert!(view.takes(None, None) && view.takes(Some("web"), None));
        assert!(!view.takes(Some("email"), None) && !view.takes(Some("web"), Some(Audience::SignedIn)));
        assert!(!View::public(Timestamp(0)).takes(Some("web"), None));
        assert!(View::agent(Timestamp(0), &[]).takes(None, Some(Audience::Agents)));
    }
}
