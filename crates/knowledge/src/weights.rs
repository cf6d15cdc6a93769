// Learnt by the example `fit` on every second question of: the demo's pairs and its unanswerable questions
// (Chinese, English, both together, together with the articles), covid_faq, and knowledge bases made of BANKING77, CLINC150,
// HWU64 and xSID, each also with a fifth of its entries left out: 18 sets, each weighing as the root of its size. The weight
// of another language is set, not learnt.

/// Without vectors.
#[allow(clippy::approx_constant, reason = "learnt, not looked up")]
pub const TEXT: Weights = Weights {
    entry: [4.81, 1.66, -0.69, 3.47, 5.38, 0.80, 4.96, -0.70, 1.71, 0.00, 0.00, 0.00, 0.00, -0.09, 0.00, 0.00, 5.35],
    none: [2.02, -0.49, 3.16, 0.00, 0.00, 2.73, 5.21, 1.35, 0.00],
};

/// With vectors.
#[allow(clippy::approx_constant, reason = "learnt, not looked up")]
pub const VECTORS: Weights = Weights {
    entry: [0.27, 3.62, 0.58, 1.62, -0.40, -0.95, 1.38, -0.70, -0.37, 5.23, 2.89, -5.43, 2.17, -0.57, 9.59, 5.55, 3.72],
    none: [3.14, 0.45, -0.21, 5.07, -1.09, 0.41, 2.18, 0.94, 0.91],
};
