//! Personal data: found, masked for views, logs and exports, and taken out and put back round a call of a
//! language model.
//!
//! ```
//! use yingda_entity::pii::{Masking, Style, mask};
//!
//! assert_eq!(mask("我的手机13800138000", Style::Partial), "我的手机138****8000");
//! let mut masking = Masking::default();
//! let safe = masking.mask("我的手机13800138000");
//! assert_eq!(safe, "我的手机⟦PHONE_1⟧");
//! assert_eq!(masking.unmask("已记下 ⟦phone 1⟧"), "已记下 13800138000");
//! ```

pub mod eval;
mod mask;
mod masking;

use crate::kind::{Kind, Line, Value};
use crate::message::{Hit, Message};
use crate::{address, names, network, papers, phone, resolve, secrets};

pub use mask::{Style, mask, mask_kinds};
pub use masking::Masking;

/// What is masked unless said otherwise: all personal data but organisations, places and post codes, which
/// name nobody by themselves.
pub const MASKED: &[Kind] = &[
    Kind::Person,
    Kind::Phone,
    Kind::IdCard,
    Kind::BankCard,
    Kind::Iban,
    Kind::Ssn,
    Kind::Email,
    Kind::Address,
    Kind::Plate,
    Kind::Passport,
    Kind::DriverLicence,
    Kind::Account,
    Kind::Password,
    Kind::OneTimeCode,
    Kind::Ip,
    Kind::DateOfBirth,
    Kind::Url,
];

/// How sure a finding has to be.
const LEAST: f32 = 0.5;

/// A piece of personal data in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Personal {
    /// What it is.
    pub kind: Kind,
    /// Byte offset where it starts.
    pub start: usize,
    /// Byte offset after it.
    pub end: usize,
    /// How sure this is: 0 to 1.
    pub confidence: f32,
}

/// The personal data of a text, in order, not overlapping. Organisations, places and post codes are among it;
/// the telephone numbers of companies (400, 95…) are not.
pub fn find_personal(text: &str) -> Vec<Personal> {
    found(text).into_iter().map(|(personal, _)| personal).collect()
}

/// As [`find_personal`], with the normal form that two ways of writing the same share.
fn found(text: &str) -> Vec<(Personal, String)> {
    let message = Message::new(text);
    let mut hits = Vec::new();
    network::find(&message, &mut hits);
    phone::find(&message, &mut hits);
    papers::find(&message, &mut hits);
    secrets::find(&message, &mut hits);
    address::find(&message, &mut hits);
    names::find(&message, &mut hits);
    hits.retain(|hit| hit.confidence >= LEAST);
    resolve(&mut hits);
    hits.retain(|hit| !matches!(&hit.value, Value::Phone(phone) if phone.line == Line::Hotline));
    let personal = hits.into_iter().map(|hit| {
        let (start, end) = message.given(hit.start, hit.end);
        let normal = normal(&hit, &text[start..end]);
        (Personal { kind: hit.kind, start, end, confidence: hit.confidence }, normal)
    });
    personal.collect()
}

/// Neighbouring parts of an address as one: what is masked need not be told apart.
fn whole(text: &str, found: Vec<(Personal, String)>) -> Vec<(Personal, String)> {
    let mut out: Vec<(Personal, String)> = Vec::with_capacity(found.len());
    for (personal, normal) in found {
        if let Some((last, words)) = out.last_mut()
            && last.kind == Kind::Address
            && personal.kind == Kind::Address
            && text[last.end..personal.start].chars().all(|c| c.is_whitespace() || matches!(c, ',' | '.'))
        {
            last.end = personal.end;
            words.push(' ');
            words.push_str(&normal);
        } else {
            out.push((personal, normal));
        }
    }
    out
}

fn normal(hit: &Hit, text: &str) -> String {
    match &hit.value {
        Value::Phone(phone) => phone.number.clone(),
        Value::Text { text } if matches!(hit.kind, Kind::Email | Kind::Url) => text.to_lowercase(),
        Value::Text { text } => text.clone(),
        _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}
