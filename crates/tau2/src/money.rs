//! Amounts of money, exact.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// US dollars in whole cents; in JSON a number of dollars (`47.84`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// From whole cents.
    #[must_use]
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// In whole cents.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// Without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }
}

/// `47.84`, always with two digits after the point.
impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(out, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        #[allow(clippy::cast_precision_loss)] // below 2^53 cents, that is 90 million million dollars
        out.serialize_f64(self.0 as f64 / 100.0)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let dollars = f64::deserialize(input)?;
        let cents = (dollars * 100.0).round();
        if !cents.is_finite() || cents.abs() > 9e15 || (dollars * 100.0 - cents).abs() > 1e-3 {
            return Err(serde::de::Error::custom(format!("expected dollars in whole cents, got {dollars}")));
        }
        #[allow(clippy::cast_possible_truncation)] // checked above
        Ok(Self(cents as i64))
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn dollars_are_read_and_written_to_the_cent() {
        let money: Money = serde_json::from_str("4777.75").unwrap();
        assert_eq!(money.cents(), 477_775);
        assert_eq!(serde_json::to_string(&money).unwrap(), "4777.75");
        assert_eq!(money.to_string(), "4777.75");
        assert_eq!(Money::from_cents(-5).to_string(), "-0.05");
    }

    #[test]
    fn a_fraction_of_a_cent_is_refused() {
        assert!(serde_json::from_str::<Money>("1.005").is_err());
    }
}
