//! A set of row numbers.

/// Numbers from 0 on, a bit each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a number.
    pub fn insert(&mut self, number: u32) {
        let word = number as usize / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (number % 64);
    }

    /// Takes a number out.
    pub fn remove(&mut self, number: u32) {
        if let Some(word) = self.words.get_mut(number as usize / 64) {
            *word &= !(1 << (number % 64));
        }
    }

    /// Whether the number is in the set.
    pub fn contains(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// How many numbers are in the set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The numbers in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)))
                .take_while(|rest| *rest != 0)
                .map(move |rest| at as u32 * 64 + rest.trailing_zeros())
        })
    }

    /// The smallest number from `from` on that is not in the set.
    pub fn first_absent(&self, from: u32) -> u32 {
        let mut at = from as usize / 64;
        let mut free = !self.words.get(at).copied().unwrap_or(0) & (u64::MAX << (from % 64));
        while free == 0 {
            at += 1;
            free = !self.words.get(at).copied().unwrap_or(0);
        }
        at as u32 * 64 + free.trailing_zeros()
    }

    /// Bytes in memory.
    pub fn memory(&self) -> usize {
        self.words.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_in_order_and_gaps_are_found() {
        let mut bits = Bits::new();
        for number in [0, 1, 2, 64, 65, 200] {
            bits.insert(number);
        }
        bits.remove(1);
        bits.remove(9_999);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 2, 64, 65, 200]);
        assert_eq!((bits.count(), bits.contains(2), bits.contains(1), bits.contains(7_000)), (5, true, false, false));
        assert_eq!((bits.first_absent(0), bits.first_absent(2), bits.first_absent(64)), (1, 3, 66));
        for number in 0..128 {
            bits.insert(number);
        }
        assert_eq!(bits.first_absent(5), 128);
    }
}
