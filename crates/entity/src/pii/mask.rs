//! Personal data made unreadable for good.

use super::{MASKED, found, whole};
use crate::kind::Kind;

/// What stands in the place of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Stars, with as much left as helps to recognise one's own: 138****8000, 陈**, l***@mail.cn.
    Partial,
    /// The kind: `[PHONE]`.
    Label,
}

/// The text without its personal data ([`MASKED`] kinds).
pub fn mask(text: &str, style: Style) -> String {
    mask_kinds(text, style, MASKED)
}

/// As [`mask`], for kinds of one's choice.
pub fn mask_kinds(text: &str, style: Style, kinds: &[Kind]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (personal, _) in whole(text, found(text)) {
        if !kinds.contains(&personal.kind) {
            continue;
        }
        out.push_str(&text[at..personal.start]);
        let words = &text[personal.start..personal.end];
        match style {
            Style::Label => {
                out.push('[');
                out.push_str(&personal.kind.name().to_uppercase());
                out.push(']');
            }
            Style::Partial => out.push_str(&partial(&personal.kind, words)),
        }
        at = personal.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The words with stars: what a person who knows them recognises and nobody else can use.
fn partial(kind: &Kind, words: &str) -> String {
    let chars: Vec<char> = words.chars().collect();
    match kind {
        Kind::Password | Kind::OneTimeCode | Kind::Ip | Kind::DateOfBirth => "*".repeat(chars.len().clamp(4, 8)),
        Kind::Email => match words.split_once('@') {
            Some((user, host)) => format!("{}***@{host}", user.chars().next().unwrap_or('*')),
            None => "***".to_owned(),
        },
        Kind::Person => keep(&chars, 1, 0),
        Kind::Phone => keep(&chars, 3, 4),
        Kind::BankCard | Kind::Iban => keep(&chars, 4, 4),
        Kind::Ssn => keep(&chars, 0, 4),
        Kind::IdCard | Kind::Passport | Kind::DriverLicence | Kind::Account => keep(&chars, 2, 2),
        Kind::Plate => keep(&chars, 2, 1),
        Kind::Url => match words.split_once("://") {
            Some((scheme, _)) => format!("{scheme}://***"),
            None => "***".to_owned(),
        },
        Kind::Address => keep(&chars, (chars.len() / 3).min(6), 0),
        _ => keep(&chars, 1, 0),
    }
}

/// Stars for letters and digits but the first and last few; never more than half is left.
fn keep(chars: &[char], first: usize, last: usize) -> String {
    let signs: Vec<usize> = (0..chars.len()).filter(|at| chars[*at].is_alphanumeric()).collect();
    let half = signs.len() / 2;
    let (first, last) = match first + last {
        kept if kept <= half || kept <= 1 && signs.len() > 1 => (first, last),
        kept if kept <= signs.len() * 2 / 3 && signs.len() > 8 => (first, last),
        _ => (half.min(first).min(1), half.min(last).min(1)),
    };
    let mut out = chars.to_vec();
    for at in &signs[first.min(signs.len())..signs.len().saturating_sub(last).max(first.min(signs.len()))] {
        out[*at] = '*';
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_keeps_its_ends() {
        assert_eq!(mask("打13800138000", Style::Partial), "打138****8000");
        assert_eq!(mask("打13800138000", Style::Label), "打[PHONE]");
    }

    #[test]
    fn a_password_shows_nothing_not_even_its_length() {
        assert_eq!(mask("密码是Ab1", Style::Partial), "密码是Ab1");
        assert_eq!(mask("密码是Ab12345678901", Style::Partial), "密码是********");
    }

    #[test]
    fn an_email_keeps_its_host() {
        assert_eq!(mask("mail li.lei@example.com now", Style::Partial), "mail l***@example.com now");
    }

    #[test]
    fn a_hotline_is_nobodys() {
        assert_eq!(mask("客服热线400-811-2233", Style::Label), "客服热线400-811-2233");
    }
}
