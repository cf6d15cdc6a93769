// Learnt by the example `fit` (2026-11-22) on every second question of: the demo's pairs and its unanswerable questions
// (Chinese, English, both together), covid_faq, and knowledge bases made of BANKING77, CLINC150, HWU64 and xSID, each also
// with a fifth of its entries left out: 16 sets, each weighing as the root of its size. The weight of another language is
// set, not learnt.

/// Without vectors.
pub const TEXT: Weights = Weights {
    entry: [4.23, 2.97, -0.26, 2.09, 5.65, 1.07, 5.46, -0.70, 0.00, 0.00, 0.00, 0.00, 0.00, -0.35],
    none: [1.92, -0.47, 3.23, 0.00, 0.00, 1.96, 4.73, 2.13],
};

/// With vectors.
pub const VECTORS: Weights = Weights {
    entry: [0.28, 3.91, 0.77, 1.79, 0.91, -1.75, 1.64, -0.70, 0.00, 5.14, 3.55, 0.01, 6.76, -1.28],
    none: [2.96, -0.33, 0.33, 6.75, -0.42, 1.07, 1.90, 1.40],
};
