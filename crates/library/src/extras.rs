//! What entries have besides what is searched.

use std::collections::HashMap;

use yingda_model::SpecialAnswer;
use yingda_store::EntryExtra;

use crate::View;

/// What an entry has besides what is searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extra {
    pub key: Option<String>,
    pub answers: Vec<SpecialAnswer>,
    pub follow_ups: Vec<String>,
    pub url: Option<String>,
}

/// What some entries have besides what is searched, by id and by key. Most entries have nothing, so that it stays small.
#[derive(Default)]
pub(crate) struct Extras {
    by_id: HashMap<String, Extra>,
    by_key: HashMap<String, Vec<String>>,
}

impl Extras {
    pub fn new(extras: impl IntoIterator<Item = (String, Extra)>) -> Self {
        let mut all = Self::default();
        for (id, extra) in extras {
            if let Some(key) = &extra.key {
                all.by_key.entry(key.clone()).or_default().push(id.clone());
            }
            all.by_id.insert(id, extra);
        }
        all
    }

    /// As the store has them.
    pub fn of_store(extras: Vec<EntryExtra>) -> Self {
        Self::new(extras.into_iter().map(|stored| {
            let EntryExtra { id, key, answers, follow_ups, url, .. } = stored;
            (id.to_string(), Extra { key, answers, follow_ups, url })
        }))
    }

    pub fn of(&self, id: &str) -> Option<&Extra> {
        self.by_id.get(id)
    }

    /// The entries of a key, oldest first.
    pub fn with_key(&self, key: &str) -> &[String] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    /// The answer that an entry has for a view in place of its general one: the one for the channel and the audience before
    /// one for either.
    pub fn answer(&self, id: &str, view: &View) -> Option<&str> {
        let fitting = self.of(id)?.answers.iter().filter(|one| view.takes(one.channel.as_deref(), one.audience));
        let precision =
            |one: &&SpecialAnswer| usize::from(one.channel.is_some()) * 2 + usize::from(one.audience.is_some());
        // Of equals the first.
        fitting.rev().max_by_key(precision).map(|one| one.answer.as_str())
    }
}

#[cfg(test)]
mod tests {
    use yingda_model::{Audience, Timestamp};

    use super::*;

    #[test]
    fn the_answer_for_channel_and_audience_comes_before_one_for_either() {
        let answer = |channel: Option<&str>, audience, text: &str| SpecialAnswer {
            channel: channel.map(str::to_owned),
            audience,
            answer: text.into(),
        };
        let answers = vec![
            answer(None, Some(Audience::SignedIn), "known"),
            answer(Some("web"), None, "web"),
            answer(Some("web"), Some(Audience::SignedIn), "known on the web"),
        ];
        let extra = Extra { key: Some("k".into()), answers, ..Extra::default() };
        let extras = Extras::new([("a".to_owned(), extra)]);
        let (stranger, known) = (View::public(Timestamp(0)), View::signed_in(Timestamp(0)));
        assert_eq!(extras.answer("a", &stranger), None);
        assert_eq!(extras.answer("a", &stranger.clone().through("web")), Some("web"));
        assert_eq!(extras.answer("a", &known), Some("known"));
        assert_eq!(extras.answer("a", &known.through("web")), Some("known on the web"));
        assert_eq!(extras.with_key("k"), ["a"]);
    }
}
