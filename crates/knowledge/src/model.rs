//! From how entries fit to the probability that each is meant.

/// Numbers that speak for an entry; see [`Fit::features`](crate::score::Fit::features).
pub const FEATURES: usize = 17;
/// Numbers that speak for or against that none is meant; see `none_features` in `score`.
pub const NONE_FEATURES: usize = 9;

/// What each number weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    pub entry: [f32; FEATURES],
    pub none: [f32; NONE_FEATURES],
}

include!("weights.rs");

impl Weights {
    pub fn entry(&self, features: &[f32; FEATURES]) -> f32 {
        features.iter().zip(&self.entry).map(|(feature, weight)| feature * weight).sum()
    }

    pub fn none(&self, features: &[f32; NONE_FEATURES]) -> f32 {
        features.iter().zip(&self.none).map(|(feature, weight)| feature * weight).sum()
    }
}

/// Probabilities of things with these evidences and of none, which has evidence 0 (a multinomial logistic model). They and
/// that of none share 1.
pub(crate) fn probabilities(evidences: &[f32]) -> Vec<f32> {
    let highest = evidences.iter().copied().fold(0.0, f32::max);
    let mass = |evidence: f32| (evidence - highest).exp();
    let all: f32 = mass(0.0) + evidences.iter().map(|evidence| mass(*evidence)).sum::<f32>();
    evidences.iter().map(|evidence| mass(*evidence) / all).collect()
}
