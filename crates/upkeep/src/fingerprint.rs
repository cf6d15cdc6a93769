//! A short name for a suggestion that stays the same from run to run.

/// 64 bits of FNV-1a over the parts, each ended by a byte that no text contains. The standard library's hasher may change
/// with its version; this one is kept in databases.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    // The low bits of FNV of short texts are too regular to cut columns by.
    state ^= state >> 32;
    state = state.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state ^ (state >> 29)
}

/// Sixteen hexadecimal digits for `parts`.
pub(crate) fn fingerprint(parts: &[&str]) -> String {
    format!("{:016x}", hash(parts))
}

/// As [`fingerprint`] of `parts` in whatever order they come.
pub(crate) fn unordered(kind: &str, parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    sorted.insert(0, kind);
    fingerprint(&sorted)
}
