//! Answer, offer, or admit not to know.

use serde::{Deserialize, Serialize};

use crate::Hit;

/// Where the decision changes, in units of [`Hit::confidence`].
///
/// The defaults were chosen on the demo's questions: nine of ten that nothing answers, most of them close to something that
/// is there, are not answered, and nine of ten that something answers are answered or get the right entry offered. Raise
/// `answer` to be wrong less often, lower `offer` to propose more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    /// From here on the best entry answers. Confidences share 1 between them, so above 0.5 no second
    /// entry can come close.
    pub answer: f32,
    /// Below this the best entry is not even offered. Beside one that is, others are offered from a third of
    /// this on: one more line to read costs less than a missing answer.
    pub offer: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { answer: 0.86, offer: 0.05 }
    }
}

/// What to do with what was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
// There is one for a question, and it is used up at once.
#[allow(clippy::large_enum_variant)]
pub enum Decision {
    /// Give the answer of this entry.
    Answer {
        /// The entry.
        hit: Hit,
    },
    /// Ask which of these is meant: one to four, the likeliest first.
    Choices {
        /// The entries.
        hits: Vec<Hit>,
    },
    /// Say that the answer is not known.
    Unknown,
}

/// Most entries offered at once.
const MOST_CHOICES: usize = 4;
/// Share of [`Thresholds::offer`] from which an entry is offered beside a better one.
const BESIDE: f32 = 1.0 / 3.0;

/// Decides what to do with hits, which come sorted by confidence as [`Index::search`](crate::Index::search)
/// gives them. Pure: the same hits and thresholds always give the same decision.
pub fn decide(hits: &[Hit], thresholds: &Thresholds) -> Decision {
    let Some(best) = hits.first() else {
        return Decision::Unknown;
    };
    if best.confidence >= thresholds.answer {
        return Decision::Answer { hit: best.clone() };
    }
    if best.confidence < thresholds.offer {
        return Decision::Unknown;
    }
    let beside = thresholds.offer * BESIDE;
    let hits = hits.iter().take(MOST_CHOICES).take_while(|hit| hit.confidence >= beside).cloned().collect();
    Decision::Choices { hits }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(confidences: &[f32]) -> Vec<Hit> {
        confidences
            .iter()
            .enumerate()
            .map(|(number, &confidence)| Hit { entry_id: number.to_string(), confidence, ..Hit::default() })
            .collect()
    }

    fn decision(confidences: &[f32]) -> Decision {
        decide(&hits(confidences), &Thresholds::default())
    }

    #[test]
    fn a_sure_hit_answers() {
        assert!(matches!(decision(&[0.9, 0.05]), Decision::Answer { hit } if hit.entry_id == "0"));
        assert!(matches!(decision(&[1.0]), Decision::Answer { .. }));
    }

    #[test]
    fn an_unsure_hit_is_offered_with_those_near_it_and_at_most_four() {
        for (confidences, count) in [(&[0.4, 0.3, 0.01][..], 2), (&[0.3], 1), (&[0.2, 0.19, 0.18, 0.17, 0.16], 4)] {
            assert!(
                matches!(decision(confidences), Decision::Choices { hits } if hits.len() == count),
                "{confidences:?}"
            );
        }
    }

    #[test]
    fn nothing_near_is_unknown() {
        assert_eq!(decision(&[0.02, 0.01]), Decision::Unknown);
        assert_eq!(decision(&[]), Decision::Unknown);
    }
}
