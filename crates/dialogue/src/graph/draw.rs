//! Shapes to SVG.

use std::fmt::Write;

use super::block::{Area, Colour, Outline, Set, Shape, Stroke};
use super::layout::{SMALL, TEXT, height};

/// Writes a text so that it is only a text: escapes what XML gives a meaning, and leaves out what XML does not allow.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(sign),
            '\u{fffe}' | '\u{ffff}' => {}
            sign if sign.is_control() => {}
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Draws a shape at (`dx`, `dy`).
pub(super) fn draw(shape: &Shape, dx: f32, dy: f32, svg: &mut String) {
    // Writing into a String cannot fail.
    let _ = match shape {
        Shape::Node { area, colour, outline, lines, whole, passed } => {
            node(*area, *colour, *outline, lines, whole, *passed, (dx, dy), svg)
        }
        Shape::Diamond { x, y, passed } => {
            let (x, y) = (x + dx, y + dy);
            let passed = if *passed { " passed" } else { "" };
            writeln!(
                svg,
                "<path class=\"node logic{passed}\" d=\"M{x:.1} {:.1}L{:.1} {y:.1}L{x:.1} {:.1}L{:.1} {y:.1}Z\"/>\
                 <text class=\"mark\" x=\"{x:.1}\" y=\"{:.1}\">?</text>",
                y - 16.0,
                x + 22.0,
                y + 16.0,
                x - 22.0,
                y + 4.5,
            )
        }
        Shape::Way { points, stroke, arrow } => way(points, *stroke, *arrow, (dx, dy), svg),
        Shape::Label { area, lines, stroke, whole } => {
            let class = if *stroke == Stroke::Dashed { "label aside" } else { "label" };
            let x = area.x + area.width / 2.0 + dx;
            let _ = writeln!(
                svg,
                "<g class=\"{class}\"><title>{}</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"9\"/>",
                escape(whole),
                area.x + dx,
                area.y + dy,
                area.width,
                area.height
            );
            for (index, line) in lines.iter().enumerate() {
                let y = area.y + dy + 15.0 + 15.0 * index as f32;
                let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escape(line));
            }
            writeln!(svg, "</g>")
        }
        Shape::Frame { area, head, whole } => writeln!(
            svg,
            "<g class=\"frame\"><title>{}</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"12\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">↻ {}</text></g>",
            escape(whole),
            area.x + dx,
            area.y + dy,
            area.width,
            area.height,
            area.x + dx + 14.0,
            area.y + dy + 19.0,
            escape(head)
        ),
    };
}

#[allow(clippy::too_many_arguments, reason = "the parts of one shape")]
fn node(
    area: Area,
    colour: Colour,
    outline: Outline,
    lines: &[(Set, String)],
    whole: &str,
    passed: bool,
    (dx, dy): (f32, f32),
    svg: &mut String,
) -> std::fmt::Result {
    let class = match colour {
        Colour::Ask => "ask",
        Colour::Say => "say",
        Colour::Tool => "tool",
        Colour::Logic => "logic",
        Colour::Flow => "flow",
        Colour::People => "people",
        Colour::End => "end",
        Colour::Stop => "stop",
    };
    let passed = if passed { " passed" } else { "" };
    let radius = if outline == Outline::Pill { (area.height / 2.0).min(22.0) } else { 8.0 };
    let (x, y) = (area.x + dx, area.y + dy);
    write!(
        svg,
        "<g class=\"node {class}{passed}\"><title>{}</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{radius:.1}\"/>",
        escape(whole),
        area.width,
        area.height
    )?;
    if outline == Outline::Double {
        for at in [x + 5.0, x + area.width - 5.0] {
            write!(svg, "<path d=\"M{at:.1} {y:.1}v{:.1}\"/>", area.height)?;
        }
    }
    let middle = outline == Outline::Pill;
    let left = if middle { x + area.width / 2.0 } else { x + 12.0 };
    let mut base = y + 8.0;
    for (set, line) in lines {
        let (class, size) = match set {
            Set::When => ("when", SMALL),
            Set::Head => ("head", TEXT),
            Set::Text => ("text", TEXT),
            Set::Small => ("small", SMALL),
        };
        let down = height(*set);
        let anchor = if middle { " text-anchor=\"middle\"" } else { "" };
        let baseline = base + (down + size * 0.72) / 2.0;
        write!(svg, "<text class=\"{class}\" x=\"{left:.1}\" y=\"{baseline:.1}\"{anchor}>{}</text>", escape(line))?;
        base += down;
    }
    writeln!(svg, "</g>")
}

/// A way with round corners.
fn way(points: &[(f32, f32)], stroke: Stroke, arrow: bool, (dx, dy): (f32, f32), svg: &mut String) -> std::fmt::Result {
    let mut points: Vec<(f32, f32)> = points.iter().map(|(x, y)| (x + dx, y + dy)).collect();
    points.dedup_by(|a, b| (a.0 - b.0).abs() < 0.1 && (a.1 - b.1).abs() < 0.1);
    let [first, .., last] = points.as_slice() else { return Ok(()) };
    let mut path = format!("M{:.1} {:.1}", first.0, first.1);
    for three in points.windows(3) {
        let [before, corner, after] = [three[0], three[1], three[2]];
        let reach = |to: (f32, f32)| {
            let (x, y) = (to.0 - corner.0, to.1 - corner.1);
            let length = x.hypot(y).max(0.1);
            let radius = (length / 2.0).min(8.0) / length;
            (corner.0 + x * radius, corner.1 + y * radius)
        };
        let (into, out) = (reach(before), reach(after));
        write!(path, "L{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}", into.0, into.1, corner.0, corner.1, out.0, out.1)?;
    }
    write!(path, "L{:.1} {:.1}", last.0, last.1)?;
    let class = if stroke == Stroke::Dashed { "way aside" } else { "way" };
    write!(svg, "<path class=\"{class}\" d=\"{path}\"/>")?;
    if arrow {
        let (x, y) = *last;
        write!(svg, "<path class=\"tip\" d=\"M{:.1} {:.1}h8l-4 6z\"/>", x - 4.0, y - 6.0)?;
    }
    writeln!(svg)
}
