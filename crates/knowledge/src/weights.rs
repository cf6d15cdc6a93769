// Learnt by the example `fit` (2026-11-22) on every second question of: the demo's pairs and its unanswerable questions
// (Chinese, English, both together, together with the articles), covid_faq, and knowledge bases made of BANKING77, CLINC150,
// HWU64 and xSID, each also with a fifth of its entries left out: 18 sets, each weighing as the root of its size. The weight
// of another language is set, not learnt.

/// Without vectors.
pub const TEXT: Weights = Weights {
    entry: [4.25, 3.65, -0.04, 2.22, 5.52, 1.04, 5.19, -0.70, 2.29, 0.00, 0.00, 0.00, 0.00, -0.79],
    none: [1.82, -0.24, 3.19, 0.00, 0.00, 2.70, 4.58, 2.09],
};

/// With vectors.
pub const VECTORS: Weights = Weights {
    entry: [0.35, 4.35, 0.81, 2.05, 0.88, -1.58, 1.66, -0.70, 1.50, 5.11, 4.06, 0.32, 6.07, -1.73],
    none: [2.83, -0.19, 0.32, 7.46, -0.48, 1.23, 1.96, 1.30],
};
