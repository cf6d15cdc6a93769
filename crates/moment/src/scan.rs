//! The text being read, and the pieces that the grammar finds in it.

use time::{Date, OffsetDateTime};

use crate::fold::Folded;
use crate::holiday::Holiday;
use crate::token::{Edge, Kind, Part, Token};
use crate::value::{Grain, Moment, Rule};

/// Words further away than this tell nothing of a token; so the time taken grows only with the text.
const FAR: usize = 60;

pub(crate) struct Scan {
    pub folded: Folded,
    /// The last one is always a [`Kind::Break`].
    pub tokens: Vec<Token>,
    pub now: OffsetDateTime,
    pub today: Date,
}

/// A number as it stands in the text: "两三" is 2 to 3.
#[derive(Clone, Copy)]
pub(crate) struct Number {
    pub least: u32,
    pub most: u32,
    /// How many ASCII digits, 0 for words.
    pub digits: u8,
    pub ordinal: bool,
}

impl Number {
    /// The value of an exact number that is not an ordinal.
    pub fn exact(self) -> Option<u32> {
        (self.least == self.most && !self.ordinal).then_some(self.least)
    }
}

impl Scan {
    pub fn kind(&self, i: usize) -> Kind {
        self.tokens.get(i).map_or(Kind::Break, |token| token.kind)
    }

    pub fn text(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", |token| &self.folded.text[token.start..token.end])
    }

    pub fn is(&self, i: usize, word: &str) -> bool {
        self.text(i) == word
    }

    pub fn any(&self, i: usize, words: &[&str]) -> bool {
        words.contains(&self.text(i))
    }

    /// The token before is one of the words.
    pub fn after_any(&self, i: usize, words: &[&str]) -> bool {
        i > 0 && self.any(i - 1, words)
    }

    /// No white space stands between this token and the one before.
    pub fn glued(&self, i: usize) -> bool {
        i > 0 && self.tokens.get(i).is_some_and(|token| !token.gap)
    }

    pub fn number(&self, i: usize) -> Option<Number> {
        match self.kind(i) {
            Kind::Number { least, most, digits, ordinal } => Some(Number { least, most, digits, ordinal }),
            _ => None,
        }
    }

    /// The value of an exact cardinal number within the limits.
    pub fn exact(&self, i: usize, limits: std::ops::RangeInclusive<u32>) -> Option<u32> {
        self.number(i)?.exact().filter(|value| limits.contains(value))
    }

    /// The folded text before a token, when no white space stands between.
    pub fn before(&self, i: usize) -> &str {
        if !self.glued(i) {
            return "";
        }
        self.tokens.get(i).map_or("", |token| &self.folded.text[..token.start])
    }

    /// The folded text from a token on.
    pub fn rest(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", |token| &self.folded.text[token.start..])
    }

    pub fn is_latin(&self, i: usize) -> bool {
        self.text(i).starts_with(|c: char| c.is_ascii_lowercase())
    }

    /// Whether a number stands for itself: it is no part of a name (A5), a price ($5), a version or a number plate.
    pub fn stands_alone(&self, i: usize) -> bool {
        if !self.glued(i) {
            // "$ 5" and "No. 5".
            return !(i > 0 && self.any(i - 1, &["$", "€", "£", "¥", "￥", "#"]));
        }
        match self.kind(i - 1) {
            Kind::Mark('$' | '€' | '£' | '¥' | '￥' | '#' | '@' | '_' | '+' | '=' | '\\' | '&') => false,
            Kind::Mark('.' | ':' | '/' | '-' | ',') => {
                !(self.glued(i - 1)
                    && i >= 2
                    && (self.number_in_digits(i - 2) || (self.is_latin(i - 2) && self.kind(i - 2) == Kind::Other)))
            }
            Kind::Number { digits, .. } => digits == 0 && self.number_in_digits(i),
            Kind::Mark(_) => true,
            _ => !self.text(i - 1).ends_with(|c: char| c.is_ascii_alphanumeric()) || !self.number_in_digits(i),
        }
    }

    pub fn number_in_digits(&self, i: usize) -> bool {
        matches!(self.kind(i), Kind::Number { digits: 1.., .. })
    }

    /// The sentence around a token: what stands before it, and the token and what stands behind it.
    pub fn sentence(&self, i: usize) -> (&str, &str) {
        self.around(i, |kind| kind == Kind::Break)
    }

    /// The clause around a token: commas end it too.
    pub fn clause(&self, i: usize) -> (&str, &str) {
        self.around(i, |kind| matches!(kind, Kind::Break | Kind::Mark(',')))
    }

    fn around(&self, i: usize, ends: impl Fn(Kind) -> bool) -> (&str, &str) {
        let Some(token) = self.tokens.get(i) else { return ("", "") };
        let before = self.tokens[..i].iter().rev().take(FAR).take_while(|token| !ends(token.kind)).last();
        let after = self.tokens[i..].iter().take(FAR).take_while(|token| !ends(token.kind)).last();
        let from = before.map_or(token.start, |first| first.start);
        let to = after.map_or(token.start, |last| last.end);
        (&self.folded.text[from..token.start], &self.folded.text[token.start..to])
    }

    /// Whether an English noun follows, so that "the 1st" or "at 5" is not of time: "the 1st order".
    pub fn noun_follows(&self, i: usize) -> bool {
        match self.kind(i) {
            Kind::Other => self.is_latin(i),
            Kind::Mark('%' | '$' | '€' | '£') => true,
            _ => false,
        }
    }
}

/// One calendar day, perhaps not yet knowing which year or month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Day {
    Fixed(Date),
    /// 0 is Monday.
    Weekday(u8),
    Month {
        month: u8,
        day: u8,
    },
    OfMonth(u8),
    Holiday(Holiday),
}

/// Several days that have one name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Span {
    /// First and last day.
    Fixed(Date, Date, Grain),
    Month(u8, Option<Edge>),
    Period(Holiday),
}

/// A time as it is written: "3点" may still be in the afternoon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Clock {
    /// 0 to 24.
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub grain: Grain,
    /// The half of the day is said (pm) or plain (15:30, 03:30).
    pub exact: bool,
    /// am or pm stands beside it: "10-11pm" means both.
    pub half_said: bool,
}

/// What is said of one point or stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Phrase {
    pub day: Option<Day>,
    pub span: Option<Span>,
    pub part: Option<Part>,
    pub clock: Option<Clock>,
}

impl Phrase {
    pub fn day(day: Day) -> Phrase {
        Phrase { day: Some(day), ..Phrase::default() }
    }

    pub fn span(span: Span) -> Phrase {
        Phrase { span: Some(span), ..Phrase::default() }
    }

    pub fn part(part: Part) -> Phrase {
        Phrase { part: Some(part), ..Phrase::default() }
    }

    pub fn clock(clock: Clock) -> Phrase {
        Phrase { clock: Some(clock), ..Phrase::default() }
    }

    pub fn has_date(&self) -> bool {
        self.day.is_some() || self.span.is_some()
    }

    pub fn has_time(&self) -> bool {
        self.part.is_some() || self.clock.is_some()
    }
}

/// How a phrase bounds a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Ends where the phrase begins: 之前, before.
    Before,
    /// Ends where the phrase ends: by, until.
    Until,
    /// Begins where the phrase begins: 起, since.
    From,
    /// Begins where the phrase ends: 之后, after.
    After,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    Phrase(Phrase),
    Between(Phrase, Phrase),
    Bounded(Bound, Phrase),
    /// A rule, and the time or hours of each occurrence.
    Every(Rule, Option<Phrase>, Option<Phrase>),
    Value(Moment),
}

/// An expression, or a part of one.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub what: What,
    /// Tokens, `to` excluded.
    pub from: usize,
    pub to: usize,
    pub confidence: f32,
    /// Means nothing unless something beside it speaks of time too.
    pub weak: bool,
}

impl Piece {
    pub fn new(what: What, from: usize, to: usize, confidence: f32) -> Piece {
        Piece { what, from, to, confidence, weak: false }
    }

    pub fn phrase(phrase: Phrase, from: usize, to: usize, confidence: f32) -> Piece {
        Piece::new(What::Phrase(phrase), from, to, confidence)
    }

    pub fn weak(self, weak: bool) -> Piece {
        Piece { weak, ..self }
    }
}
