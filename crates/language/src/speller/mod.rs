//! Corrects slips: of the finger, of the input method, of the ear.

mod alike;
mod cost;
mod edit;
mod han;
mod latin;
mod meant;
mod reading;
mod typed;
mod words;

use crate::detect::{Lang, detect_pieces};
use crate::scan::{Piece, scan};
use crate::segment::Kind;

use words::Words;
pub(crate) use words::warm_up;

/// Knows words and corrects what is nearly one of them: English spelling, missing and extra spaces, letters that
/// only look right, Chinese characters of the same sound or shape, and pinyin that was typed where characters
/// were meant.
///
/// A message is read as a whole (a noisy channel): each word or character may be what it is or what a likely slip made of
/// it, and what is likely to be said after what came before decides. The own texts tell what is likely, then the lists of
/// the language. English slips are weighed by the keys of a keyboard (one up to three letters, two up to seven, three
/// beyond), Chinese ones by sound, shape and order.
///
/// Careful by design: numbers, codes, addresses and text in other languages stay as they are. Words that exist stay as
/// well, unless another one, a likely slip away, is far likelier at that place by the own texts.
///
/// ```
/// use yingda_language::Speller;
///
/// let speller = Speller::new(["怎么申请退款？", "退款多久到账？", "How do I return an item?"]);
/// assert_eq!(speller.correct("我要退宽").text, "我要退款");
/// assert_eq!(speller.correct("wo yao tuikuan").text, "我要退款");
/// assert_eq!(speller.correct("how do i retrun it").text, "how do i return it");
/// ```
#[derive(Debug, Clone)]
pub struct Speller {
    words: Words,
}

/// A text with its slips corrected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrected {
    /// The text.
    pub text: String,
    /// What was changed, in order, not overlapping.
    pub changes: Vec<Change>,
}

/// A piece of a text that was corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Byte offset in the given text where the piece starts.
    pub start: usize,
    /// Byte offset in the given text after it.
    pub end: usize,
    /// What stood there.
    pub from: String,
    /// What was meant.
    pub to: String,
}

/// What a text consists of, as far as its pieces are corrected by it.
struct Sight<'t> {
    text: &'t str,
    pieces: Vec<Piece>,
    /// Number of Chinese characters.
    han: usize,
    /// Words that are known English.
    english: usize,
}

/// Beyond so many bytes a text is no message, and is left as it is.
const LONGEST_TEXT: usize = 3_000;

impl Speller {
    /// A speller that knows the words of `texts` (the examples and the knowledge of a workspace) beside the
    /// common words of the languages. The more often a word occurs there, the sooner it is meant.
    pub fn new<I, S>(texts: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        Self::with_words(texts, std::iter::empty::<(&str, u32)>())
    }

    /// As [`new`](Self::new), with words of one's own (product names, terms of a trade), each with the number of
    /// times it counts as seen.
    pub fn with_words<I, S, W, T>(texts: I, own: W) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
        W: IntoIterator<Item = (T, u32)>,
        T: AsRef<str>,
    {
        let mut words = Words::default();
        words.own(own.into_iter().map(|(word, count)| (word.as_ref().to_owned(), count)));
        for text in texts {
            words.learn(text.as_ref());
        }
        words.finish();
        Self { words }
    }

    /// Whether the word is one of the vocabulary or a common one of the languages; compared in lower case.
    pub fn knows(&self, word: &str) -> bool {
        let word = crate::normalise(word);
        self.words.knows_latin(&word) || crate::word_list::chinese().contains(&word)
    }

    /// Corrects a message of at most 3,000 bytes; a longer text comes back as it is. Give it text as it was written
    /// or normalised; what is not corrected is not touched.
    pub fn correct(&self, text: &str) -> Corrected {
        let mut changes = if text.len() > LONGEST_TEXT { Vec::new() } else { self.changes(text) };
        changes.sort_by_key(|change| (change.start, std::cmp::Reverse(change.end)));
        let mut corrected = Corrected { text: String::with_capacity(text.len()), changes: Vec::new() };
        let mut from = 0;
        for change in changes {
            if change.start < from {
                continue;
            }
            corrected.text.push_str(&text[from..change.start]);
            corrected.text.push_str(&change.to);
            from = change.end;
            corrected.changes.push(change);
        }
        corrected.text.push_str(&text[from..]);
        corrected
    }

    fn changes(&self, text: &str) -> Vec<Change> {
        let sight = self.look(text);
        let mut changes = Vec::new();
        if detect_pieces(text, &sight.pieces) != Lang::Other {
            let typed = typed::correct(&self.words, &sight, &mut changes);
            latin::correct(&self.words, &sight, &typed, &mut changes);
            han::correct(&self.words, &sight, &typed, &mut changes);
        }
        changes
    }

    fn look<'t>(&self, text: &'t str) -> Sight<'t> {
        let mut pieces = scan(text);
        // Codes as well: a digit in a word may be a letter that looks the same.
        pieces.retain(|piece| matches!(piece.kind, Kind::Han | Kind::Word | Kind::Code));
        let mut sight = Sight { text, han: 0, english: 0, pieces };
        for piece in &sight.pieces {
            let word = &text[piece.start..piece.end];
            match piece.kind {
                Kind::Han => sight.han += word.chars().count(),
                Kind::Word if self.words.knows_latin(&word.to_lowercase()) => sight.english += 1,
                _ => {}
            }
        }
        sight
    }
}

impl Sight<'_> {
    fn word(&self, piece: &Piece) -> &str {
        &self.text[piece.start..piece.end]
    }

    fn change(&self, start: usize, end: usize, to: String) -> Change {
        Change { start, end, from: self.text[start..end].to_owned(), to }
    }
}

#[cfg(test)]
mod tests;
