//! Check digits.

/// Whether the digits pass the Luhn test (ISO/IEC 7812-1). Anything but digits fails.
pub fn luhn(digits: &str) -> bool {
    let mut sum = 0;
    for (i, byte) in digits.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return false;
        }
        let digit = u32::from(byte - b'0');
        sum += match i % 2 {
            0 => digit,
            _ if digit > 4 => digit * 2 - 9,
            _ => digit * 2,
        };
    }
    !digits.is_empty() && sum % 10 == 0
}

/// Whether `id` is a mainland identity number of 18 places: region, a date of birth that exists, and the
/// check character of GB 11643-1999 (ISO 7064, MOD 11-2).
pub fn mainland_id(id: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let bytes = id.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) || !mainland_id_shape(id) {
        return false;
    }
    let sum: u32 = bytes[..17].iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    CHECK[(sum % 11) as usize] == bytes[17].to_ascii_uppercase()
}

/// Whether `id` looks like a mainland identity number of 18 or (issued before 1999) 15 places, whatever
/// its check character: a province that exists and a date of birth that exists.
pub fn mainland_id_shape(id: &str) -> bool {
    let bytes = id.as_bytes();
    let province = matches!(
        bytes.first_chunk::<2>(),
        Some(
            b"11"
                | b"12"
                | b"13"
                | b"14"
                | b"15"
                | b"21"
                | b"22"
                | b"23"
                | b"31"
                | b"32"
                | b"33"
                | b"34"
                | b"35"
                | b"36"
                | b"37"
                | b"41"
                | b"42"
                | b"43"
                | b"44"
                | b"45"
                | b"46"
                | b"50"
                | b"51"
                | b"52"
                | b"53"
                | b"54"
                | b"61"
                | b"62"
                | b"63"
                | b"64"
                | b"65"
                | b"71"
                | b"81"
                | b"82"
                | b"83"
        )
    );
    let number = |range: std::ops::Range<usize>| id.get(range).and_then(|part| part.parse::<u32>().ok());
    let born = match bytes.len() {
        18 => (number(6..10), number(10..12), number(12..14)),
        15 => (number(6..8).map(|year| 1900 + year), number(8..10), number(10..12)),
        _ => return false,
    };
    let (Some(year), Some(month), Some(day)) = born else { return false };
    province && (1900..2100).contains(&year) && day_exists(year, month, day)
}

/// Whether the calendar has this day.
pub fn day_exists(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Whether `id` is a Hong Kong identity number (`A123456(3)`, `AB987654(A)`, brackets left out) with its
/// check character right (weights 9 to 2, MOD 11).
pub fn hong_kong_id(id: &str) -> bool {
    let bytes = id.as_bytes();
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if !(1..=2).contains(&letters)
        || bytes.len() != letters + 7
        || !bytes[letters..letters + 6].iter().all(u8::is_ascii_digit)
    {
        return false;
    }
    let letter = |byte: u8| u32::from(byte.to_ascii_uppercase() - b'A') + 10;
    let mut sum = match letters {
        1 => 36 * 9 + letter(bytes[0]) * 8,
        _ => letter(bytes[0]) * 9 + letter(bytes[1]) * 8,
    };
    for (byte, weight) in bytes[letters..letters + 6].iter().zip([7, 6, 5, 4, 3, 2]) {
        sum += u32::from(byte - b'0') * weight;
    }
    let check = match bytes[letters + 6].to_ascii_uppercase() {
        b'A' => 10,
        digit if digit.is_ascii_digit() => u32::from(digit - b'0'),
        _ => return false,
    };
    (sum + check) % 11 == 0
}

/// Whether `id` is an identity number of Taiwan (`A123456789`) with its check digit right.
pub fn taiwan_id(id: &str) -> bool {
    // The numbers that the letters A to Z stand for.
    const LETTERS: [u32; 26] =
        [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33];
    let bytes = id.as_bytes();
    if bytes.len() != 10
        || !bytes[0].is_ascii_alphabetic()
        || !matches!(bytes[1], b'1' | b'2' | b'8' | b'9')
        || !bytes[1..].iter().all(u8::is_ascii_digit)
    {
        return false;
    }
    let letter = LETTERS[usize::from(bytes[0].to_ascii_uppercase() - b'A')];
    let mut sum = letter / 10 + letter % 10 * 9;
    for (byte, weight) in bytes[1..].iter().zip([8, 7, 6, 5, 4, 3, 2, 1, 1]) {
        sum += u32::from(byte - b'0') * weight;
    }
    sum.is_multiple_of(10)
}

/// Whether `iban` (without spaces) passes the test of ISO 13616 (MOD 97).
pub fn iban(iban: &str) -> bool {
    let bytes = iban.as_bytes();
    if !(15..=34).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let mut rest = 0u32;
    for byte in bytes[4..].iter().chain(&bytes[..4]) {
        rest = match byte {
            b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
            letter => (rest * 100 + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
        };
    }
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn card_numbers_are_told_from_typing_errors() {
        assert!(luhn("4111111111111111"));
        assert!(!luhn("4111111111111112"));
        assert!(!luhn("") && !luhn("411a"));
    }

    #[test]
    fn mainland_ids_need_their_check_character_and_a_real_birthday() {
        assert!(mainland_id("11010519491231002X") && mainland_id("11010519491231002x"));
        assert!(!mainland_id("110105194912310021"));
        assert!(!mainland_id("110105194913310029"));
        assert!(mainland_id_shape("110105491231002"));
    }

    #[test]
    fn hong_kong_and_taiwan_ids_have_check_digits() {
        assert!(hong_kong_id("A1234563") && hong_kong_id("AB9876543"));
        assert!(!hong_kong_id("A1234564"));
        assert!(taiwan_id("A123456789") && !taiwan_id("A123456788"));
    }

    #[test]
    fn ibans_are_checked() {
        assert!(iban("GB82WEST12345698765432") && iban("DE89370400440532013000"));
        assert!(!iban("GB82WEST12345698765433"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_a_check(text in any::<String>()) {
            let _ = (luhn(&text), mainland_id(&text), mainland_id_shape(&text), hong_kong_id(&text), taiwan_id(&text), iban(&text));
        }
    }
}
