//! Numbers of identity papers, cards and cars; post codes.

use std::sync::LazyLock;

use regex::Regex;

use crate::kind::{By, Kind};
use crate::message::{Hit, Message, is_word};
use crate::{checks, fixed};

static MAINLAND_ID: LazyLock<Regex> = LazyLock::new(|| fixed(r"\d{6}[ -]?(?:\d{8}[ -]?\d{3}[\dXx]|\d{9})"));
static HONG_KONG_ID: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)[A-Z]{1,2}\d{6}\s?[(]?[0-9A][)]?"));
static TAIWAN_ID: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)[A-Z][1289]\d{8}"));
static CARD: LazyLock<Regex> = LazyLock::new(|| fixed(r"\d(?:[ -]?\d){11,18}"));
static IBAN: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?"));
static SSN: LazyLock<Regex> = LazyLock::new(|| fixed(r"\d{3}[- ]\d{2}[- ]\d{4}|\d{9}"));
static PLATE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z][ ·•.\-]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]",
    )
});
static PASSPORT: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(passport(?:\s*(?:no|number|num|#))?\.?|护照|護照|通行证|通行證|台胞证|回乡证|旅行证)(?:[^A-Za-z0-9，。,.;；\n]{0,10}|\sis\s)([A-Z]{0,3}\d{6,10}[A-Z]?|[A-Z]\d[A-Z0-9]{6,7})|([EGDSPH][A-HJ-NP-Z]?\d{7,8})",
    )
});
static DRIVER: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)((?:driver'?s?|driving)\s+licen[cs]e(?:\s*(?:no|number|num|#))?\.?|驾驶证(?:号码|号)?|驾照(?:号码|号)?|档案编号)(?:[\s:：#-]|是|为|is){0,4}([A-Z]{0,3}\d[\dA-Z-]{4,17})",
    )
});
static POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(邮编|邮政编码|邮递区号|zip(?:\s?code)?|post(?:al)?\s?code|postcode)(?:[\s:：]|是|为|is){0,4}([A-Z0-9]{2,5}[ -]?[A-Z0-9]{0,4})",
    )
});

/// Finds numbers of papers, cards and cars, and post codes.
pub(crate) fn find(message: &Message, hits: &mut Vec<Hit>) {
    if message.digits >= 12 {
        mainland_ids(message, hits);
        cards(message, hits);
    }
    if message.digits >= 6 && message.letters > 0 {
        island_ids(message, hits);
        if message.digits >= 10 {
            ibans(message, hits);
        }
    }
    if message.digits >= 4 && message.letters > 0 {
        after_its_name(message, &PASSPORT, Kind::Passport, hits);
        passports(message, hits);
    }
    if message.digits >= 5 {
        if message.letters > 5 || message.han > 1 {
            after_its_name(message, &DRIVER, Kind::DriverLicence, hits);
        }
        if message.han > 1 && message.letters == 0 {
            after_its_name(message, &PASSPORT, Kind::Passport, hits);
        }
    }
    if message.digits >= 9 {
        ssns(message, hits);
    }
    if message.han > 0 && message.letters > 0 && message.digits > 1 {
        for found in PLATE.find_iter(&message.text) {
            let rest = found.as_str().chars().skip(2);
            let after = message.after(found.end()).next();
            if rest.filter(char::is_ascii_digit).count() >= 2 && !after.is_some_and(is_word) {
                let value: String = found.as_str().chars().filter(|c| c.is_alphanumeric()).collect();
                hits.push(Hit::text(Kind::Plate, span(&found), value.to_uppercase(), 0.9, By::Pattern));
            }
        }
    }
    if message.digits >= 2 {
        postcodes(message, hits);
    }
}

fn span(found: &regex::Match) -> (usize, usize) {
    (found.start(), found.end())
}

fn only_word(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase()
}

fn mainland_ids(message: &Message, hits: &mut Vec<Hit>) {
    static CUE: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)身份证|证件|\bid\b|identity"));
    for found in MAINLAND_ID.find_iter(&message.text) {
        if !message.stands_alone(found.start(), found.end()) {
            continue;
        }
        let id = only_word(found.as_str());
        let cue = CUE.is_match(message.left(found.start(), 16));
        if checks::mainland_id(&id) {
            hits.push(Hit::text(Kind::IdCard, span(&found), id, 0.99, By::Checksum));
        } else if checks::mainland_id_shape(&id) && (cue || id.len() == 18) {
            // A mistyped number is as private as the right one.
            hits.push(Hit::text(Kind::IdCard, span(&found), id, if cue { 0.85 } else { 0.7 }, By::Pattern));
        } else if cue && id.len() == 18 {
            hits.push(Hit::text(Kind::IdCard, span(&found), id, 0.65, By::Pattern));
        }
    }
}

fn island_ids(message: &Message, hits: &mut Vec<Hit>) {
    for found in HONG_KONG_ID.find_iter(&message.text) {
        let bracket = found.as_str().ends_with(')');
        let id = only_word(found.as_str());
        if message.stands_alone(found.start(), found.end()) && checks::hong_kong_id(&id) {
            let confidence = if bracket { 0.97 } else { 0.75 };
            hits.push(Hit::text(Kind::IdCard, span(&found), id, confidence, By::Checksum));
        }
    }
    for found in TAIWAN_ID.find_iter(&message.text) {
        let id = only_word(found.as_str());
        if message.stands_alone(found.start(), found.end()) && checks::taiwan_id(&id) {
            hits.push(Hit::text(Kind::IdCard, span(&found), id, 0.9, By::Checksum));
        }
    }
}

fn cards(message: &Message, hits: &mut Vec<Hit>) {
    static CUE: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)卡|账号|帐号|\bcards?\b|visa|master|amex|银行|尾号"));
    static OTHER: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)订单|单号|运单|order|parcel|tracking|快递|流水"));
    for found in CARD.find_iter(&message.text) {
        let (start, end) = span(&found);
        let digits: String = found.as_str().chars().filter(char::is_ascii_digit).collect();
        if !message.stands_alone(start, end) || message.before(start).next() == Some('+') {
            continue;
        }
        let left = message.left(start, 60);
        let near = message.left(start, 10);
        let cue = CUE.is_match(left) || CUE.is_match(message.right(end, 12));
        let other = OTHER.is_match(near) && !CUE.is_match(near);
        let network = matches!(digits.as_bytes(), [b'4' | b'5', ..] | [b'6', b'0' | b'2' | b'4' | b'5' | b'7', ..])
            || matches!(digits.as_bytes(), [b'3', b'0' | b'4' | b'5' | b'6' | b'7' | b'8', ..])
            || ["1800", "2131"].iter().any(|jcb| digits.starts_with(jcb))
            || (2221..=2720).contains(&digits[..4].parse::<u32>().unwrap_or(0)) && digits.len() == 16;
        let luhn = checks::luhn(&digits);
        let long = digits.len() >= 13;
        let (confidence, by) = match (luhn, network, cue) {
            _ if other => continue,
            (true, true, true) => (0.99, By::Checksum),
            (true, true, false) if long => (0.9, By::Checksum),
            (true, false, true) => (0.85, By::Checksum),
            (false, _, true) if long => (0.7, By::Pattern),
            (false, true, false) if digits.len() == 16 && found.as_str().matches([' ', '-']).count() == 3 => {
                (0.6, By::Pattern)
            }
            _ => continue,
        };
        hits.push(Hit::text(Kind::BankCard, (start, end), digits, confidence, by));
    }
}

fn ibans(message: &Message, hits: &mut Vec<Hit>) {
    for found in IBAN.find_iter(&message.text) {
        // The pattern may have run into the next word; take words off the end until the check is right.
        let mut end = found.end();
        while end > found.start() {
            let id = only_word(&message.text[found.start()..end]);
            if checks::iban(&id) && message.stands_alone(found.start(), end) {
                hits.push(Hit::text(Kind::Iban, (found.start(), end), id, 0.99, By::Checksum));
                break;
            }
            let cut = message.text[found.start()..end].rfind(' ').map_or(found.start(), |at| found.start() + at);
            end = cut;
        }
        let announced = message.left(found.start(), 20).to_lowercase().contains("iban");
        if end == found.start() && announced && message.stands_alone(found.start(), found.end()) {
            hits.push(Hit::text(Kind::Iban, span(&found), only_word(found.as_str()), 0.8, By::Pattern));
        }
    }
}

fn ssns(message: &Message, hits: &mut Vec<Hit>) {
    static CUE: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)ssn|social security|社保号|社会安全"));
    for found in SSN.find_iter(&message.text) {
        let digits = only_word(found.as_str());
        let cue = CUE.is_match(message.left(found.start(), 40));
        let parted = digits.len() < found.len();
        let valid = !matches!(&digits[..3], "000" | "666") && &digits[3..5] != "00" && &digits[5..] != "0000";
        if message.stands_alone(found.start(), found.end()) && (cue || parted && valid) {
            let confidence = if cue { 0.95 } else { 0.7 };
            hits.push(Hit::text(Kind::Ssn, span(&found), digits, confidence, By::Pattern));
        }
    }
}

/// A number that its name announces: `passport no. E12345678`.
fn after_its_name(message: &Message, pattern: &Regex, kind: Kind, hits: &mut Vec<Hit>) {
    for found in pattern.captures_iter(&message.text) {
        let (number, confidence) = match (found.get(2), found.get(3)) {
            (Some(number), _) => (number, 0.93),
            (None, Some(number)) if message.stands_alone(number.start(), number.end()) => (number, 0.6),
            _ => continue,
        };
        if number.as_str().chars().filter(char::is_ascii_digit).count() >= 4
            && !message.after(number.end()).next().is_some_and(is_word)
        {
            hits.push(Hit::text(kind.clone(), span(&number), only_word(number.as_str()), confidence, By::Pattern));
        }
    }
}

/// Numbers that look like a passport's in a text that speaks of one.
fn passports(message: &Message, hits: &mut Vec<Hit>) {
    static CUE: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)护照|護照|通行证|通行證|台胞证|回乡证|旅行证|passport"));
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| fixed(r"[A-Za-z]{1,3}\d{6,10}|[A-Z]\d[A-Z0-9]{7}"));
    static OTHER: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)航班|行李|订单|单号|flight|order|booking"));
    if CUE.is_match(&message.text) {
        for found in NUMBER.find_iter(&message.text) {
            if message.stands_alone(found.start(), found.end()) && !OTHER.is_match(message.left(found.start(), 6)) {
                hits.push(Hit::text(Kind::Passport, span(&found), only_word(found.as_str()), 0.7, By::Pattern));
            }
        }
    }
}

fn postcodes(message: &Message, hits: &mut Vec<Hit>) {
    for found in POSTCODE.captures_iter(&message.text) {
        let Some(code) = found.get(2) else { continue };
        // The code ends before a word that has no digit, and a five-digit code has its four more digits.
        let text = code.as_str();
        let kept = match text.split_once(' ') {
            Some((head, tail)) if !tail.chars().any(|c| c.is_ascii_digit()) => head,
            _ => text.trim_end_matches(['-', ' ']),
        };
        if kept.chars().any(|c| c.is_ascii_digit())
            && !message.after(code.start() + kept.len()).next().is_some_and(is_word)
        {
            let span = (code.start(), code.start() + kept.len());
            hits.push(Hit::text(Kind::Postcode, span, kept.to_uppercase(), 0.9, By::Pattern));
        }
    }
}
