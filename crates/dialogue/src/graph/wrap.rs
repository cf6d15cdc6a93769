//! How wide a text is, and where its lines break. Fonts differ; the widths are generous averages.

/// The width of a text in ems.
pub(super) fn width(text: &str) -> f32 {
    text.chars().map(width_of).sum()
}

fn width_of(sign: char) -> f32 {
    match sign {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '(' | ')' | '[' | ']' => 0.34,
        'f' | 't' | 'r' | '-' | '"' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.92,
        'A'..='Z' | '&' | '=' | '<' | '>' | '+' | '≤' | '→' | '←' | '↩' => 0.72,
        _ if is_wide(sign) => 1.0,
        _ => 0.58,
    }
}

/// Signs as wide as they are high: CJK, full-width forms, symbols for faces and the like.
fn is_wide(sign: char) -> bool {
    matches!(u32::from(sign), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F000..=0x3FFFD)
        || matches!(sign, '“' | '”' | '‘' | '’' | '…' | '—')
}

/// No line begins with these.
const NOT_FIRST: &str = "，。、！？；：）》」』】”’…,.!?;:)]}";
/// No line ends with these.
const NOT_LAST: &str = "（《「『【“‘([{";

/// Breaks a text into at most `most` lines of `room` ems. What does not fit is left out, with “…” at its end.
pub(super) fn lines(text: &str, room: f32, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for piece in pieces(paragraph) {
            let sticks = piece.chars().all(|sign| NOT_FIRST.contains(sign));
            if !line.is_empty() && width(&line) + width(piece.trim_end()) > room && !sticks {
                let stays = line.trim_end().trim_end_matches(|sign| NOT_LAST.contains(sign)).len();
                let moves = line.split_off(stays);
                lines.push(std::mem::replace(&mut line, moves.trim_start().to_owned()).trim_end().to_owned());
            }
            if line.is_empty() { line.push_str(piece.trim_start()) } else { line.push_str(piece) }
        }
        if !line.trim().is_empty() {
            lines.push(line.trim_end().to_owned());
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while width(last) + 1.0 > room && last.pop().is_some() {}
            last.push('…');
        }
    }
    lines
}

/// Shortens a text to one line.
pub(super) fn line(text: &str, room: f32) -> String {
    lines(text, room, 1).pop().unwrap_or_default()
}

/// What stays together: words with the space behind them, single CJK signs; long words are cut.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut length = 0.0;
    let mut last = None;
    for (at, sign) in text.char_indices() {
        let ends = match last {
            None => false,
            Some(last) => {
                is_wide(sign)
                    || is_wide(last)
                    || (last == ' ' && sign != ' ')
                    || length > 16.0
                    || (length > 8.0 && "._/".contains(last))
            }
        };
        if ends {
            pieces.push(&text[begin..at]);
            begin = at;
            length = 0.0;
        }
        length += width_of(sign);
        last = Some(sign);
    }
    if begin < text.len() {
        pieces.push(&text[begin..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_its_room_and_none_begins_with_a_comma() {
        let text = "您好，请问您要退哪个订单呢？订单号以 QH 开头，一共十二位，可以在“我的订单”里找到。Thank you very much indeed!";
        for room in [8.0, 11.0, 16.0] {
            let lines = lines(text, room, 40);
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
            for line in &lines {
                assert!(width(line) <= room + 1.0, "{line}");
                assert!(!line.starts_with(['，', '。', '？', '”']), "{line}");
                assert!(!line.ends_with('“'), "{line}");
            }
        }
    }

    #[test]
    fn what_is_left_out_is_marked() {
        assert_eq!(lines("one two three four five six", 6.0, 2), ["one two", "three four…"]);
        assert_eq!(line("短", 6.0), "短");
    }
}
