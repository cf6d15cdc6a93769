//! The order of option values: small before large, 500ml before 750ml.

use super::words::number;

/// Values that are in an order without a number.
const ORDERS: [&[&str]; 5] = [
    &["XS", "S", "M", "L", "XL", "XXL"],
    &["portable", "small", "medium", "large"],
    // In step with the sizes above, as `medium` is in both.
    &["none", "low", "medium", "high"],
    &["beginner", "intermediate", "expert"],
    &["basic", "professional"],
];

/// Where a value stands among others of its option; `None` for what has no order, such as colours.
pub(crate) fn scale_of(value: &str) -> Option<f64> {
    for order in ORDERS {
        if let Some(place) = order.iter().position(|known| *known == value) {
            return Some(f64::from(u8::try_from(place).unwrap_or(u8::MAX)));
        }
    }
    let number = number(value)?;
    let unit = value.to_lowercase();
    Some(match () {
        () if unit.contains("tb") => number * 1000.0,
        // Lines of a picture against thousands of columns.
        () if unit.ends_with('p') && number > 100.0 => number / 1000.0,
        () => number,
    })
}

/// The same as a whole number, for sorting.
pub(crate) fn rank(value: &str) -> i64 {
    #[allow(clippy::cast_possible_truncation)] // values are sizes of goods
    scale_of(value).map_or(0, |place| (place * 1000.0) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_in_their_order() {
        assert!(scale_of("S") < scale_of("XL"));
        assert!(scale_of("512GB SSD") < scale_of("1TB SSD"));
        assert!(scale_of("1080p") < scale_of("4K"));
        assert!(scale_of("1.5 liters") < scale_of("2 liters"));
        assert_eq!(scale_of("blue"), None);
    }
}
