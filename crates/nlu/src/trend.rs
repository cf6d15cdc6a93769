//! How a conversation's mood goes: the customer's messages smoothed, where it broke, and whether it is time to step in.

use serde::{Deserialize, Serialize};

/// The mood of one message of the customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Felt<'a> {
    /// From −1 (bad) to 1 (good); what lies outside is cut off, what is no number counts as 0.
    pub polarity: f32,
    /// The name of the likeliest emotion: only `angry` matters here.
    pub emotion: &'a str,
    /// How likely that emotion is: 0 to 1, treated as `polarity` is.
    pub probability: f32,
}

/// How the mood went over the customer's messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// One value a message, −1 to 1: exponential smoothing `s += 0.4 · (polarity − s)`, starting from a neutral 0, so that a
    /// single message does not move it all the way.
    pub smoothed: Vec<f32>,
    /// Whether the last third of the messages is better or worse than the first third by a mean of at least 0.25.
    pub direction: Direction,
    /// Where the mood fell and stayed down, if it did.
    pub broke: Option<Break>,
    /// The highest probability of anger in any message: 0 to 1.
    pub peak_anger: f32,
    /// The message with that peak, as an index into the messages; nothing when no message was angry.
    pub peak_at: Option<usize>,
    /// Whether the mood was bad once (smoothed at −0.2 or lower) and is not any more: the last message is not below 0 and
    /// the smoothed mood is above −0.2 again.
    pub recovered: bool,
    /// How it stands at the last message.
    pub level: Level,
}

/// Where the mood goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Down.
    Worse,
    /// Neither up nor down; also of fewer than two messages.
    Steady,
    /// Up.
    Better,
}

/// How a conversation stands, for alarms and queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing to worry about.
    Calm,
    /// The smoothed mood is at −0.2 or lower, or one of the last three messages is angry with a probability of at least 0.5.
    Strained,
    /// The smoothed mood is at −0.5 or lower, or two of the last three messages are angry with a probability of at least 0.7.
    /// One message alone never gets here.
    Critical,
}

/// A fall of the mood that lasted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Break {
    /// The first message after the fall, as an index into the messages.
    pub at: usize,
    /// The mood before: the median of the up to three messages before it.
    pub before: f32,
    /// The mood after: the median of the up to three messages from it on.
    pub after: f32,
    /// `before − after`: 0.3 to 2.
    pub amount: f32,
}

/// The weight of a new message against all before it.
const WEIGHT: f32 = 0.4;
/// At this mood and below something is wrong.
const BAD: f32 = -0.2;
/// At this smoothed mood and below somebody has to step in.
const DIRE: f32 = -0.5;
/// A change of this much between the first and the last third is a direction.
const TURN: f32 = 0.25;
/// A fall of less is the ordinary up and down.
const FALL: f32 = 0.3;
/// How many messages tell the mood before and after a break, and the anger now.
const WINDOW: usize = 3;

/// How the mood goes over the messages of one customer, oldest first.
///
/// The break is the largest fall from one window of up to three messages to the next where the message itself and the
/// median after it are below −0.2; of equals the first. At least two messages have to be low for that, so neither one
/// outlier nor the last message alone makes a break, and one message that is better in between does not hide it.
pub fn trend(messages: &[Felt]) -> Trend {
    let polarity: Vec<f32> = messages.iter().map(|felt| within(felt.polarity, -1.0)).collect();
    let anger: Vec<f32> =
        messages.iter().map(|felt| if felt.emotion == "angry" { within(felt.probability, 0.0) } else { 0.0 }).collect();

    let smoothed = smooth(&polarity);
    let now = smoothed.last().copied().unwrap_or(0.0);
    let mut peak = (0.0, None);
    for (at, &probability) in anger.iter().enumerate() {
        if probability > peak.0 {
            peak = (probability, Some(at));
        }
    }
    let was_bad = smoothed.iter().any(|&mood| mood <= BAD);
    let is_well = now > BAD && polarity.last().is_some_and(|&last| last >= 0.0);
    Trend {
        direction: direction(&polarity),
        broke: broke(&polarity),
        peak_anger: peak.0,
        peak_at: peak.1,
        recovered: was_bad && is_well,
        level: level(now, &anger[anger.len().saturating_sub(WINDOW)..]),
        smoothed,
    }
}

fn within(value: f32, least: f32) -> f32 {
    if value.is_nan() { 0.0 } else { value.clamp(least, 1.0) }
}

fn smooth(polarity: &[f32]) -> Vec<f32> {
    let mut mood = 0.0;
    polarity
        .iter()
        .map(|&value| {
            // In this form, and cut off, rounding can neither break the bounds nor turn worse into better.
            mood = ((1.0 - WEIGHT) * mood + WEIGHT * value).clamp(-1.0, 1.0);
            mood
        })
        .collect()
}

fn direction(polarity: &[f32]) -> Direction {
    let count = polarity.len();
    if count < 2 {
        return Direction::Steady;
    }
    let third = count.div_ceil(3);
    let mean = |values: &[f32]| values.iter().sum::<f32>() / third as f32;
    let change = mean(&polarity[count - third..]) - mean(&polarity[..third]);
    match change {
        up if up >= TURN => Direction::Better,
        down if down <= -TURN => Direction::Worse,
        _ => Direction::Steady,
    }
}

fn broke(polarity: &[f32]) -> Option<Break> {
    let count = polarity.len();
    let mut deepest: Option<Break> = None;
    // The last message alone is not sustained.
    for at in 1..count.saturating_sub(1) {
        let before = low_median(&polarity[at.saturating_sub(WINDOW)..at]);
        let after = high_median(&polarity[at..count.min(at + WINDOW)]);
        let amount = before - after;
        let is_fall = polarity[at] < BAD && after < BAD && amount >= FALL;
        if is_fall && deepest.is_none_or(|known| amount > known.amount) {
            deepest = Some(Break { at, before, after, amount });
        }
    }
    deepest
}

/// The median; of an even number the lower of the two in the middle. Of both windows the value that makes the fall
/// smaller is taken. 0 for nothing.
fn low_median(values: &[f32]) -> f32 {
    sorted(values).get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

fn high_median(values: &[f32]) -> f32 {
    sorted(values).get(values.len() / 2).copied().unwrap_or(0.0)
}

fn sorted(values: &[f32]) -> Vec<f32> {
    let mut values = values.to_vec();
    values.sort_by(f32::total_cmp);
    values
}

fn level(now: f32, recent_anger: &[f32]) -> Level {
    let angry = |least: f32| recent_anger.iter().filter(|&&probability| probability >= least).count();
    if now <= DIRE || angry(0.7) >= 2 {
        Level::Critical
    } else if now <= BAD || angry(0.5) >= 1 {
        Level::Strained
    } else {
        Level::Calm
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(polarity: &[f32]) -> Trend {
        let messages: Vec<Felt> =
            polarity.iter().map(|&polarity| Felt { polarity, emotion: "neutral", probability: 0.9 }).collect();
        trend(&messages)
    }

    fn angry(probability: f32) -> Felt<'static> {
        Felt { polarity: -0.4, emotion: "angry", probability }
    }

    #[test]
    fn a_conversation_without_messages_is_calm() {
        let nothing = trend(&[]);
        assert!(nothing.smoothed.is_empty());
        assert_eq!((nothing.direction, nothing.broke, nothing.level), (Direction::Steady, None, Level::Calm));
        assert_eq!((nothing.peak_anger, nothing.peak_at, nothing.recovered), (0.0, None, false));
    }

    #[test]
    fn one_furious_message_strains_but_is_not_critical() {
        let one = trend(&[Felt { polarity: -1.0, emotion: "angry", probability: 1.0 }]);
        assert_eq!(one.smoothed, [-0.4]);
        assert_eq!((one.level, one.broke, one.direction), (Level::Strained, None, Direction::Steady));
        assert_eq!((one.peak_anger, one.peak_at), (1.0, Some(0)));
    }

    #[test]
    fn the_break_is_where_the_mood_fell_and_stayed_down() {
        let broke = of(&[0.2, 0.1, 0.3, -0.6, -0.7, -0.5, -0.6]).broke.unwrap();
        assert_eq!((broke.at, broke.before, broke.after), (3, 0.2, -0.6));
        assert!((broke.amount - 0.8).abs() < 1e-6);
    }

    #[test]
    fn one_bad_message_is_no_break_and_one_good_message_does_not_hide_one() {
        assert_eq!(of(&[0.2, 0.1, -1.0, 0.2, 0.3]).broke, None);
        assert_eq!(of(&[0.2, 0.1, 0.2, -1.0]).broke, None);
        assert_eq!(of(&[0.3, 0.3, -0.6, 0.4, -0.6, -0.7]).broke.unwrap().at, 2);
    }

    #[test]
    fn a_customer_who_comes_angry_did_not_break_here() {
        let came = of(&[-0.8, -0.7, -0.8]);
        assert_eq!(came.broke, None);
        assert_eq!(came.level, Level::Critical);
    }

    #[test]
    fn a_customer_who_is_content_again_has_recovered() {
        let settled = of(&[0.0, -0.7, -0.8, -0.3, 0.4, 0.6]);
        assert!(settled.recovered);
        assert_eq!((settled.level, settled.direction), (Level::Calm, Direction::Better));
        assert!(!of(&[0.0, -0.7, -0.8, -0.7]).recovered);
        assert!(!of(&[0.0, 0.1, 0.2]).recovered, "what was never bad cannot recover");
    }

    #[test]
    fn anger_twice_is_critical_and_is_forgotten_after_three_messages() {
        let calm = Felt { polarity: 0.3, emotion: "neutral", probability: 0.8 };
        assert_eq!(trend(&[calm, angry(0.75), angry(0.8)]).level, Level::Critical);
        assert_eq!(trend(&[calm, calm, angry(0.6)]).level, Level::Strained);
        assert_eq!(trend(&[angry(0.8), angry(0.8), calm, calm, calm]).level, Level::Calm);
    }

    #[test]
    fn a_value_that_is_no_number_counts_as_neutral() {
        let odd = trend(&[Felt { polarity: f32::NAN, emotion: "angry", probability: f32::NAN }, angry(f32::INFINITY)]);
        assert_eq!(odd.smoothed[0], 0.0);
        assert_eq!((odd.peak_anger, odd.peak_at), (1.0, Some(1)));
    }

    fn message() -> impl Strategy<Value = (f32, bool, f32)> {
        (
            prop_oneof![8 => -1.0f32..=1.0, 1 => any::<f32>()],
            any::<bool>(),
            prop_oneof![8 => 0.0f32..=1.0, 1 => any::<f32>()],
        )
    }

    fn felt(list: &[(f32, bool, f32)]) -> Vec<Felt<'static>> {
        let name = |angry: bool| if angry { "angry" } else { "pleased" };
        list.iter()
            .map(|&(polarity, angry, probability)| Felt { polarity, emotion: name(angry), probability })
            .collect()
    }

    proptest! {
        #[test]
        fn everything_is_bounded(list in prop::collection::vec(message(), 0..40)) {
            let messages = felt(&list);
            let trend = trend(&messages);
            prop_assert_eq!(trend.smoothed.len(), messages.len());
            prop_assert!(trend.smoothed.iter().all(|mood| (-1.0..=1.0).contains(mood)));
            prop_assert!((0.0..=1.0).contains(&trend.peak_anger));
            prop_assert_eq!(trend.peak_at.is_some(), trend.peak_anger > 0.0);
            if let Some(broke) = trend.broke {
                prop_assert!(broke.at > 0 && broke.at + 1 < messages.len());
                prop_assert!(broke.after < BAD && (FALL..=2.0).contains(&broke.amount));
            }
        }

        #[test]
        fn a_worse_message_never_makes_the_level_or_the_smoothed_mood_better(
            list in prop::collection::vec(-1.0f32..=1.0, 1..20), at: prop::sample::Index, less in 0.0f32..=2.0,
        ) {
            let at = at.index(list.len());
            let mut worse = list.clone();
            worse[at] -= less;
            let (before, after) = (of(&list), of(&worse));
            prop_assert!(after.level >= before.level);
            prop_assert!(after.smoothed.iter().zip(&before.smoothed).all(|(after, before)| after <= before));
        }

        #[test]
        fn a_better_last_message_never_turns_the_direction_down(
            list in prop::collection::vec(-1.0f32..=1.0, 2..20), more in 0.0f32..=2.0,
        ) {
            // Of two or three messages and up the last is in the last third and not in the first.
            let mut better = list.clone();
            *better.last_mut().unwrap() += more;
            prop_assert!(of(&better).direction >= of(&list).direction);
        }

        #[test]
        fn what_broke_stays_broken_when_all_after_it_is_worse(
            list in prop::collection::vec(-1.0f32..=1.0, 3..20), less in 0.0f32..=2.0,
        ) {
            let before = of(&list).broke;
            prop_assume!(before.is_some());
            let broke = before.unwrap();
            let mut worse = list.clone();
            worse[broke.at..].iter_mut().for_each(|polarity| *polarity -= less);
            prop_assert!(of(&worse).broke.unwrap().amount >= broke.amount);
        }

        #[test]
        fn one_outlier_alone_is_never_a_break(
            mut list in prop::collection::vec(BAD..=1.0f32, 1..20), at: prop::sample::Index, low in -1.0f32..BAD,
        ) {
            let at = at.index(list.len());
            list[at] = low;
            prop_assert_eq!(of(&list).broke, None);
        }
    }
}
