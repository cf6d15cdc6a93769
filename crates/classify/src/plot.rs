//! Pictures of a [`Report`](crate::Report): SVG that needs nothing else, light or dark as its reader likes.

mod calibration;
mod matrix;

use std::borrow::Cow;
use std::fmt::Write;

pub use calibration::calibration_curve;
pub use matrix::confusion_matrix;
use yingda_language::{Lang, is_han};

/// Colours by what they are for. The classes lie under `.yingda-plot`, so that pictures set into a page leave it alone.
const STYLE: &str = "
.yingda-plot text{font-family:system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif;fill:#1f2430}
.yingda-plot .paper{fill:#fff}
.yingda-plot .soft{fill:#667085}
.yingda-plot .line{stroke:#e4e7ec;fill:none}
.yingda-plot .dash{stroke:#98a2b3;stroke-dasharray:5 5;fill:none}
.yingda-plot .cell{fill:#f5f6f8}
.yingda-plot .right{fill:#2e6fdb}
.yingda-plot .wrong{fill:#e0542f}
.yingda-plot .curve{stroke:#2e6fdb;stroke-width:2.5;stroke-linejoin:round;fill:none}
.yingda-plot .gap{stroke:#e0542f;stroke-width:2;opacity:.7}
.yingda-plot .on{fill:#fff}
@media (prefers-color-scheme:dark){
.yingda-plot text{fill:#e6e9ef}
.yingda-plot .paper{fill:#15181e}
.yingda-plot .soft{fill:#98a2b3}
.yingda-plot .line{stroke:#2b313b}
.yingda-plot .dash{stroke:#667085}
.yingda-plot .cell{fill:#1e232b}
.yingda-plot .right{fill:#5b95f5}
.yingda-plot .wrong{fill:#f4784f}
.yingda-plot .curve{stroke:#5b95f5}
.yingda-plot .gap{stroke:#f4784f}
.yingda-plot .on{fill:#0d1015}
}";

/// A picture being drawn.
struct Canvas {
    out: String,
}

/// To which side of its point a text goes.
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

impl Canvas {
    fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        let (title, description) = (escape(title), escape(description));
        let out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"yingda-plot\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-label=\"{title}. {description}\">\
             <style>{STYLE}</style><rect class=\"paper\" width=\"100%\" height=\"100%\" rx=\"10\"/>\n"
        );
        Self { out }
    }

    fn draw(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.out.write_fmt(element);
        self.out.push('\n');
    }

    /// `class` may be empty; `size` is in pixels.
    fn text(&mut self, (x, y): (f64, f64), size: f64, anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.draw(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{}</text>",
            escape(text)
        ));
    }

    fn heading(&mut self, x: f64, title: &str, description: &str) {
        self.draw(format_args!(
            "<text x=\"{x:.1}\" y=\"36\" font-size=\"18\" font-weight=\"600\">{}</text>",
            escape(title)
        ));
        self.text((x, 58.0), 13.0, Anchor::Start, "soft", description);
    }

    fn finish(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }
}

/// Text as XML takes it: what XML 1.0 does not allow is left out.
fn escape(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, '&' | '<' | '>' | '"' | '\'' | '\u{FFFE}' | '\u{FFFF}') && !c.is_control();
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// About how wide a character is, in heights of the font.
fn width_of(c: char) -> f64 {
    match c {
        c if is_han(c) || matches!(c, '\u{3000}'..='\u{30FF}' | '\u{FF00}'..='\u{FF60}' | '\u{AC00}'..='\u{D7AF}') => {
            1.0
        }
        c if c > '\u{FFFF}' => 1.2,
        'm' | 'w' | 'M' | 'W' => 0.86,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | '\'' | ' ' | 'f' | 't' | 'r' | '/' => 0.36,
        c if c.is_uppercase() => 0.68,
        _ => 0.57,
    }
}

fn width(text: &str, size: f64) -> f64 {
    size * text.chars().map(width_of).sum::<f64>()
}

/// Shortened in the middle, because labels of one family often differ at the end.
fn fitted(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let (mut head, mut tail) = (0, 0);
    let mut used = size;
    loop {
        let next = if head <= tail { letters[head] } else { letters[letters.len() - 1 - tail] };
        used += size * width_of(next);
        if used > most || head + tail + 1 >= letters.len() {
            break;
        }
        if head <= tail { head += 1 } else { tail += 1 }
    }
    letters[..head].iter().chain(&['…']).chain(&letters[letters.len() - tail..]).collect()
}

/// The wording for the reader's language.
fn choose<'a>(lang: Lang, chinese: &'a str, english: &'a str) -> &'a str {
    if lang == Lang::Zh { chinese } else { english }
}

/// As a percentage with one digit.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_break_out_of_the_picture() {
        assert_eq!(escape("</text><script>\"'&\u{0}"), "&lt;/text&gt;&lt;script&gt;&quot;&#39;&amp; ");
        assert_eq!(escape("退款"), "退款");
    }

    #[test]
    fn long_labels_keep_beginning_and_end() {
        let short = fitted("declined_cash_withdrawal_at_the_airport", 12.0, 120.0);
        assert!(short.starts_with("decl") && short.contains('…') && short.ends_with("port"), "{short}");
        assert!(width(&short, 12.0) <= 121.0);
        assert_eq!(fitted("退款进度", 12.0, 120.0), "退款进度");
        assert_eq!(fitted("", 12.0, 10.0), "");
        assert!(fitted("😀😀😀😀😀😀", 12.0, 1.0).contains('…'));
    }
}
