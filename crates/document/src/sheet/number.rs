//! Numbers and dates as a sheet shows them.

use calamine::ExcelDateTime;

/// How a sheet shows numbers: the plain part of Excel's formats. Scaling, fractions and conditions are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NumberFormat {
    before: String,
    after: String,
    decimals: Option<usize>,
    thousands: bool,
    percent: bool,
}

impl NumberFormat {
    /// Reads a format such as `"¥"#,##0.00`. Formats that are not plain show numbers as they are.
    pub(super) fn new(code: &str) -> Self {
        Self::plain(code).unwrap_or_default()
    }

    fn plain(code: &str) -> Option<Self> {
        let section = code.split(';').next()?;
        if section.len() > 60 || section.eq_ignore_ascii_case("general") || section == "@" {
            return None;
        }
        let mut format = Self::default();
        let mut digits = String::new();
        let mut chars = section.chars();
        while let Some(c) = chars.next() {
            let mut literal = String::new();
            match c {
                '"' => literal.extend(chars.by_ref().take_while(|&c| c != '"')),
                '\\' => literal.extend(chars.next()),
                // A space as wide as the next character, or that character as a filling.
                '_' | '*' => {
                    chars.next();
                }
                '[' => {
                    let inner: String = chars.by_ref().take_while(|&c| c != ']').collect();
                    if let Some(currency) = inner.strip_prefix('$') {
                        literal.push_str(currency.split('-').next().unwrap_or_default());
                    }
                }
                '#' | '0' | '.' | ',' if format.after.is_empty() => digits.push(c),
                '%' => {
                    format.percent = true;
                    literal.push('%');
                }
                '¥' | '￥' | '$' | '€' | '£' | '元' | ' ' | '-' | '+' | '(' | ')' => literal.push(c),
                _ => return None,
            }
            if digits.is_empty() {
                format.before.push_str(&literal);
            } else {
                format.after.push_str(&literal);
            }
        }
        // A comma at the end divides by a thousand.
        if digits.is_empty() || digits.ends_with(',') {
            return None;
        }
        format.thousands = digits.contains(',');
        let fraction = digits.split_once('.').map_or("", |(_, fraction)| fraction);
        // `0.##` shows as many digits as there are.
        format.decimals = (!fraction.contains('#')).then_some(fraction.len());
        Some(format)
    }

    pub(super) fn show(&self, value: f64) -> String {
        if !value.is_finite() {
            return String::new();
        }
        let value = if self.percent { value * 100.0 } else { value };
        let mut digits = match self.decimals {
            Some(decimals) if value.abs() < 1e15 => format!("{:.*}", decimals.min(15), value.abs()),
            _ => plain_number(value.abs()),
        };
        if self.thousands {
            digits = with_thousands(&digits);
        }
        let sign = if value < 0.0 && digits.bytes().any(|b| matches!(b, b'1'..=b'9')) { "-" } else { "" };
        format!("{sign}{}{digits}{}", self.before.trim_start(), self.after.trim_end())
    }
}

/// A number with the fifteen digits that sheets keep: `0.3`, not `0.30000000000000004`.
fn plain_number(value: f64) -> String {
    let rounded = format!("{value:.14e}").parse::<f64>().unwrap_or(value);
    if rounded != 0.0 && !(1e-9..1e21).contains(&rounded.abs()) { format!("{rounded:e}") } else { format!("{rounded}") }
}

fn with_thousands(digits: &str) -> String {
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::new();
    for (index, c) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out + fraction
}

/// A date as `2025-10-13`, with the time when there is one; a duration as `26:30:00`.
pub(super) fn show_date(date: &ExcelDateTime) -> String {
    let value = date.as_f64();
    if !value.is_finite() || value.abs() > 3_000_000.0 {
        return String::new();
    }
    if date.is_duration() {
        let seconds = (value * 86_400.0).round() as i64;
        return format!("{}:{:02}:{:02}", seconds / 3600, (seconds / 60 % 60).abs(), (seconds % 60).abs());
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let time =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    if (0.0..1.0).contains(&value) {
        return time;
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    if hour == 0 && minute == 0 && second == 0 { day } else { format!("{day} {time}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_in_the_sheet() {
        for (code, value, text) in [
            ("General", 0.1 + 0.2, "0.3"),
            ("General", 5999.0, "5999"),
            ("0.00", 3.0, "3.00"),
            ("#,##0", 1234567.0, "1,234,567"),
            ("\"¥\"#,##0.00", 5999.0, "¥5,999.00"),
            ("[$¥-804]#,##0.00_);[Red]([$¥-804]#,##0.00)", -12.5, "-¥12.50"),
            ("0%", 0.15, "15%"),
            ("0.0%", 0.155, "15.5%"),
            ("0.00\"元\"", 9.9, "9.90元"),
            ("0.##", 2.5, "2.5"),
            ("#,##0,", 1_500_000.0, "1500000"),
            ("0", f64::NAN, ""),
        ] {
            assert_eq!(NumberFormat::new(code).show(value), text, "{code}");
        }
    }
}
