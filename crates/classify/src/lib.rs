//! Text classifiers that are trained in seconds, answer in a tenth of a millisecond when the words are enough and in a few
//! when the meaning is needed, and say how sure they are.
//!
//! Three models see a text: a support vector machine its n-grams ([`Classifier`] asks it first), logistic regression its
//! embedding, and the nearest examples vote. Their scores are blended into calibrated probabilities with weights fitted on
//! texts that none had seen. Whether a text belongs to any label at all is judged apart, against a threshold set on validation data.

mod calibrate;
mod chance;
mod classifier;
mod data;
mod file;
mod gram;
mod label;
mod margin;
mod neighbours;
pub mod plot;
pub mod report;
mod sample;
mod scope;
mod softmax;
mod spelling;
mod suspicious;
mod train;
mod vocabulary;

#[cfg(test)]
mod calibrate_tests;
#[cfg(test)]
mod gram_tests;
#[cfg(test)]
mod label_tests;
#[cfg(test)]
mod model_tests;

pub use classifier::{About, Classifier, Effort, Explanation, Prediction, Ranked, Reason};
pub use data::{DataError, Example, OUT_OF_SCOPE, parse, read};
pub use file::FileError;
pub use gram::Text;
pub use label::parents;
pub use report::{Report, cross_validation, evaluate};
pub use sample::{few, split};
pub use suspicious::{Doubt, Suspicious, contradictions, suspicious};
pub use train::{Depth, HeldOut, Names, Options, Slips, Step, TrainError, Trained, Voters, train};
