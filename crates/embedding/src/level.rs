//! What the processor can do.

use std::sync::OnceLock;

/// Sets of instructions that there is code for, the best first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Level {
    /// AVX-512 with VNNI.
    #[cfg(target_arch = "x86_64")]
    Vnni,
    /// AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// What every processor of the platform has.
    Plain,
}

/// The best that this processor has.
pub(crate) fn level() -> Level {
    static LEVEL: OnceLock<Level> = OnceLock::new();
    *LEVEL.get_or_init(|| available().next().unwrap_or(Level::Plain))
}

/// All that this processor has, the best first.
pub(crate) fn available() -> impl Iterator<Item = Level> {
    #[cfg(target_arch = "x86_64")]
    let wide = [
        (
            Level::Vnni,
            is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni"),
        ),
        (Level::Avx2, is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let wide: [(Level, bool); 0] = [];
    wide.into_iter().filter_map(|(level, has)| has.then_some(level)).chain([Level::Plain])
}
