//! What the tagger looks at: the word, its shape, its beginning and end, the lists, and its neighbours.

use super::pieces::{Piece, Sort};
use crate::lexicon;

/// A piece with all that features are made of, hashed once.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    word: u64,
    shape: u64,
    flags: u64,
    prefix: [u64; 2],
    suffix: [u64; 3],
    /// Whether a line break or the text's edge comes just before.
    line_start: bool,
    /// Whether it is a word that texts seldom have.
    rare: bool,
    /// Whether one of the last lines begins with a number: an address in lines rather than in a sentence.
    block: bool,
}

/// The features of every piece of a sentence, as hashes: bucket numbers are made of them.
pub(crate) struct Sentence {
    looks: Vec<Look>,
    /// Whether the letters of the text are all small, all capital, or mixed.
    case: u64,
}

/// How the last lines began.
#[derive(Debug, Default)]
struct Lines {
    /// How many lines ago one began with a number, from 1; 0 for none.
    numbered: usize,
    /// Whether the line has had a word or a number yet.
    begun: bool,
}

impl Lines {
    /// Takes the next piece and says whether this line or one of the four before began with a number.
    fn see(&mut self, sort: Sort) -> bool {
        match sort {
            Sort::Line => {
                self.begun = false;
                self.numbered = if self.numbered == 0 || self.numbered > 4 { 0 } else { self.numbered + 1 };
            }
            Sort::Digits if !self.begun => {
                self.begun = true;
                self.numbered = 1;
            }
            Sort::Word | Sort::Han | Sort::Digits => self.begun = true,
            Sort::Mark => {}
        }
        self.numbered > 0
    }
}

/// Before the first and after the last piece.
const EDGE: Look = Look {
    word: 11,
    shape: 13,
    flags: 0,
    prefix: [0; 2],
    suffix: [0; 3],
    line_start: false,
    rare: false,
    block: false,
};
/// The word of a piece that is hidden while training, so that its neighbours have to tell: as a word that was
/// never seen, it makes no feature.
const HIDDEN: u64 = u64::MAX;

impl Sentence {
    /// `hide` says which pieces' words are not to be looked at: none but while training.
    /// `common` says of a word's hash whether it is an ordinary word.
    pub fn new(text: &str, pieces: &[Piece], common: impl Fn(u32) -> bool, hide: impl Fn(usize) -> bool) -> Self {
        let (mut small, mut capital) = (false, false);
        for c in text.chars() {
            small |= c.is_lowercase();
            capital |= c.is_uppercase();
        }
        let mut lower = String::new();
        let mut looks: Vec<Look> = Vec::with_capacity(pieces.len());
        let mut covered = (0, 0u64);
        let mut line = Lines::default();
        for (at, piece) in pieces.iter().enumerate() {
            let word = &text[piece.start..piece.end];
            let mut look = Look {
                line_start: at == 0 || pieces[at - 1].sort == Sort::Line,
                shape: shape(word, piece.sort),
                ..Look::default()
            };
            lower.clear();
            lower.extend(word.chars().map(half_width).flat_map(char::to_lowercase));
            look.block = line.see(piece.sort);
            let hidden = hide(at);
            look.word = match piece.sort {
                Sort::Digits => 19 + word.len().min(12) as u64,
                _ if hidden => HIDDEN,
                _ => hash(lower.as_bytes()),
            };
            match piece.sort {
                Sort::Word => {
                    let ordinary = u64::from(common(word_hash(&lower)));
                    look.flags = if hidden { 0 } else { u64::from(lexicon::word(&lower)) } | ordinary << 40;
                    look.rare = ordinary == 0;
                    affixes(&lower, &mut look);
                }
                Sort::Han => {
                    // A place or title of several characters marks all of them.
                    if piece.start >= covered.0 {
                        let found =
                            lexicon::chinese(&text[piece.start..]).find(|(word, _)| word.chars().nth(1).is_some());
                        covered = match found {
                            Some((word, flags)) => (piece.start + word.len(), u64::from(flags) << 16),
                            None => (0, 0),
                        };
                    }
                    let single = lexicon::chinese(word).map(|(_, flags)| flags).next().unwrap_or(0);
                    look.flags = u64::from(single) | if piece.start < covered.0 { covered.1 } else { 0 };
                }
                _ => {}
            }
            looks.push(look);
        }
        let case = u64::from(small) + 2 * u64::from(capital);
        Self { looks, case }
    }

    /// How many pieces there are.
    pub fn len(&self) -> usize {
        self.looks.len()
    }

    /// Calls `see` with the hash of every feature of a piece.
    pub fn features(&self, at: usize, mut see: impl FnMut(u64)) {
        let look =
            |offset: isize| at.checked_add_signed(offset).and_then(|at| self.looks.get(at)).copied().unwrap_or(EDGE);
        let (b3, b2, b1, o, a1, a2, a3) = (look(-3), look(-2), look(-1), look(0), look(1), look(2), look(3));
        let case = self.case;
        let mut f = |template: u64, x: u64, y: u64, z: u64| {
            if x != HIDDEN && y != HIDDEN && z != HIDDEN {
                see(mix(template, x, y, z));
            }
        };
        f(1, o.word, 0, 0);
        f(2, b1.word, 0, 0);
        f(3, a1.word, 0, 0);
        f(4, b2.word, 0, 0);
        f(5, a2.word, 0, 0);
        f(6, b3.word, 0, 0);
        f(7, b1.word, o.word, 0);
        f(8, o.word, a1.word, 0);
        f(9, b1.word, a1.word, 0);
        f(10, b2.word, b1.word, 0);
        f(11, a1.word, a2.word, 0);
        f(12, b3.word, b2.word, b1.word);
        f(13, b2.word, b1.word, o.shape);
        f(14, a1.word, a2.word, a3.word);
        f(15, o.shape, case, 0);
        f(16, b1.shape, o.shape, case);
        f(17, o.shape, a1.shape, case);
        f(18, b1.shape, o.shape, a1.shape);
        f(19, b2.shape, b1.shape, o.shape);
        f(20, o.shape, a1.shape, a2.shape);
        f(21, b1.word, o.shape, case);
        f(22, a1.word, o.shape, case);
        f(23, o.prefix[0], 0, 0);
        f(24, o.prefix[1], 0, 0);
        f(25, o.suffix[0], o.shape, 0);
        f(26, o.suffix[1], 0, 0);
        f(27, o.suffix[2], 0, 0);
        f(28, o.flags, o.shape, 0);
        f(29, b1.flags, o.flags, 0);
        f(30, o.flags, a1.flags, o.shape);
        f(31, b1.word, o.flags, 0);
        f(32, a1.word, o.flags, 0);
        f(33, b1.flags, o.shape, a1.shape);
        f(34, a1.flags, o.shape, b1.shape);
        f(35, u64::from(o.line_start), o.shape, a1.shape);
        f(36, b2.flags, b1.flags, o.flags);
        f(37, b2.flags, o.shape, 0);
        f(38, a2.flags, o.shape, 0);
        f(39, a1.suffix[1], o.shape, 0);
        f(40, b1.suffix[1], o.shape, 0);
        f(41, b2.word, o.shape, b1.shape);
        f(42, a2.word, o.shape, a1.shape);
        f(43, u64::from(b1.line_start), b1.shape, o.shape);
        f(44, u64::from(o.rare), o.shape, case);
        f(45, u64::from(o.rare) | u64::from(a1.rare) << 1 | u64::from(b1.rare) << 2, o.shape, a1.shape);
        f(46, u64::from(o.rare), b1.word, o.shape);
        f(47, u64::from(o.rare), a1.word, o.shape);
        f(48, b3.shape, b2.shape, b1.shape);
        f(49, a1.shape, a2.shape, a3.shape);
        f(50, b2.flags, b1.shape, o.flags);
        f(51, a2.flags, a1.shape, o.flags);
        let block = u64::from(o.block) + 1;
        f(52, block, o.shape, u64::from(o.line_start));
        f(53, block, o.flags, b1.shape);
        f(54, block, o.shape, a1.shape);
        f(55, block, b1.shape, b2.shape);
    }
}

/// Full-width marks count as the half-width ones.
fn half_width(c: char) -> char {
    crate::message::folded(c).unwrap_or(c)
}

fn affixes(lower: &str, look: &mut Look) {
    let ends: [usize; 4] = {
        let mut ends = [lower.len(); 4];
        for (slot, (at, c)) in ends.iter_mut().zip(lower.char_indices()) {
            *slot = at + c.len_utf8();
        }
        ends
    };
    look.prefix = [hash(&lower.as_bytes()[..ends[1]]), hash(&lower.as_bytes()[..ends[2]])];
    let mut starts = [0; 4];
    for (slot, (at, _)) in starts.iter_mut().zip(lower.char_indices().rev()) {
        *slot = at;
    }
    look.suffix = [1, 2, 3].map(|at: usize| hash(&lower.as_bytes()[starts[at]..]));
}

/// `Xx`, `X`, `xX`, `99999`: kinds of characters, repeated ones once, and how many digits.
fn shape(word: &str, sort: Sort) -> u64 {
    match sort {
        Sort::Line => 101,
        Sort::Han => 102,
        Sort::Digits => 110 + word.chars().count().min(9) as u64,
        Sort::Mark => 200 + word.chars().next().map_or(0, |c| half_width(c) as u64),
        Sort::Word => {
            let mut shape = 0u64;
            let mut last = 0;
            for c in word.chars() {
                let kind = if c.is_uppercase() {
                    1
                } else if c.is_alphabetic() {
                    2
                } else {
                    3
                };
                if kind != last {
                    shape = (shape << 2 | kind) & 0xFF;
                    last = kind;
                }
            }
            // One letter is an initial or an article.
            300 + shape + if word.chars().nth(1).is_none() { 1000 } else { 0 } + if word.is_ascii() { 0 } else { 2000 }
        }
    }
}

/// What the list of ordinary words holds of a word in lower case.
pub(crate) fn word_hash(lower: &str) -> u32 {
    let hash = hash(lower.as_bytes());
    (hash ^ (hash >> 32)) as u32
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

fn mix(template: u64, x: u64, y: u64, z: u64) -> u64 {
    let mut h = template.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ x;
    h = (h ^ (h >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ y;
    h = (h ^ (h >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ z.rotate_left(17);
    h = (h ^ (h >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    h ^ (h >> 29)
}
