//! What a page draws: its characters and where they stand.

use std::time::Instant;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};
use unicode_normalization::UnicodeNormalization;

/// A character on a page, in points from its top left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Char {
    pub(super) c: char,
    pub(super) x: f32,
    /// The baseline.
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) size: f32,
    /// Of the page's links, from 1; 0 for none.
    pub(super) link: u16,
    /// 0 right, 1 down, 2 left, 3 up.
    direction: u8,
}

/// Thrown to stop a page that draws too much. It unwinds without the noise of a panic.
pub(super) struct TooHeavy;

/// Collects the characters of one page.
pub(super) struct Collector {
    pub(super) chars: Vec<Char>,
    /// Glyphs of which nobody knows the character.
    pub(super) unknown: usize,
    pub(super) images: usize,
    /// The largest part of the page that one picture covers, 0 to 1.
    pub(super) image_share: f64,
    pub(super) paths: u64,
    pub(super) operations: u64,
    limit: u64,
    deadline: Instant,
    width: f64,
    height: f64,
    links: Vec<Rect>,
}

impl Collector {
    /// `links` are in the page's own coordinates, of which `transform` makes points from its top left.
    pub(super) fn new(size: (f32, f32), links: &[Rect], transform: Affine, limit: u64, deadline: Instant) -> Self {
        Self {
            chars: Vec::new(),
            unknown: 0,
            images: 0,
            image_share: 0.0,
            paths: 0,
            operations: 0,
            limit,
            deadline,
            width: f64::from(size.0),
            height: f64::from(size.1),
            links: links.iter().map(|rect| transform.transform_rect_bbox(*rect)).collect(),
        }
    }

    fn count(&mut self, operations: u64) {
        self.operations += operations;
        if self.operations > self.limit || self.operations.is_multiple_of(64) && Instant::now() > self.deadline {
            std::panic::resume_unwind(Box::new(TooHeavy));
        }
    }

    /// The characters, turned so that most of them read from left to right. Others, such as a watermark across the page, are
    /// left out.
    pub(super) fn into_chars(self) -> Vec<Char> {
        let mut counts = [0_usize; 4];
        for char in &self.chars {
            counts[usize::from(char.direction)] += 1;
        }
        let direction = (0..4).max_by_key(|&d| (counts[d], 4 - d)).unwrap_or(0) as u8;
        let turn = |char: Char| {
            let (x, y) = match direction {
                0 => (char.x, char.y),
                1 => (char.y, -char.x),
                2 => (-char.x, -char.y),
                _ => (-char.y, char.x),
            };
            Char { x, y, ..char }
        };
        self.chars.into_iter().filter(|char| char.direction == direction).map(turn).collect()
    }

    fn glyph(&mut self, glyph: &Glyph<'_>, transform: Affine) {
        let origin = transform * Point::ZERO;
        if !(origin.x.is_finite() && origin.y.is_finite()) {
            return;
        }
        let margin = 2.0;
        if origin.x < -margin || origin.y < -margin || origin.x > self.width + margin || origin.y > self.height + margin
        {
            return;
        }
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width(),
            Glyph::Type3(type3) => type3.advance_width(),
        };
        let along = transform * Point::new(1000.0, 0.0) - origin;
        let size = (transform * Point::new(0.0, 1000.0) - origin).hypot();
        if !(0.5..2000.0).contains(&size) {
            return;
        }
        let direction = match (along.x, along.y) {
            (x, y) if y.abs() <= x.abs() * 0.2 => u8::from(x < 0.0) * 2,
            (x, y) if x.abs() <= y.abs() * 0.2 => 1 + u8::from(y < 0.0) * 2,
            _ => return,
        };
        let Some(text) = glyph.as_unicode() else {
            self.unknown += 1;
            return;
        };
        let middle = origin + along * 0.25;
        let link = self.links.iter().position(|rect| rect.inflate(1.0, 1.0).contains(middle));
        let link = link.map_or(0, |index| index as u16 + 1);
        let string = match text {
            BfString::Char(c) => readable(c.encode_utf8(&mut [0; 4])),
            BfString::String(text) => readable(&text),
        };
        let count = string.chars().count().clamp(1, 16);
        let width = match advance {
            Some(advance) if advance > 0.0 => f64::from(advance) / 1000.0 * along.hypot(),
            _ => size * 0.5 * count as f64,
        };
        for (index, c) in string.chars().take(16).enumerate() {
            let at = origin + along.normalize() * (width * index as f64 / count as f64);
            self.chars.push(Char {
                c,
                x: at.x as f32,
                y: at.y as f32,
                width: (width / count as f64) as f32,
                size: size as f32,
                link,
                direction,
            });
        }
    }
}

/// Characters as people write them. Some fonts say that a glyph is a radical or a ligature, where it stands for a character or
/// for letters.
fn readable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{a0}' | '\t' | '\r' | '\n' => out.push(' '),
            '\u{ad}' => out.push('-'),
            // Bullets of the symbol fonts.
            '\u{f0b7}' | '\u{f0a7}' | '\u{f06c}' | '\u{f06e}' | '\u{f0d8}' | '\u{f075}' => out.push('•'),
            '\u{2f00}'..='\u{2fd5}' | '\u{fb00}'..='\u{fb06}' => out.extend(std::iter::once(c).nfkc()),
            '\u{2e80}'..='\u{2eff}' => out.push(radical(c)),
            '\u{fffd}' | '\u{feff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// The character that a radical of the supplement looks like; Unicode does not say it.
fn radical(c: char) -> char {
    const PAIRS: &str = "⺟母⺠民⺡水⺼肉⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟";
    let mut chars = PAIRS.chars();
    while let (Some(radical), Some(plain)) = (chars.next(), chars.next()) {
        if radical == c {
            return plain;
        }
    }
    c
}

impl<'a> Device<'a> for Collector {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.paths += 1;
        self.count(1);
    }

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {
        self.paths += 1;
        self.count(1);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.count(1);
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.count(1);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.count(1);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.count(1);
            self.glyph(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.count(1);
        self.images += 1;
        let dots = f64::from(image.width()) * f64::from(image.height());
        let area = props.transform.determinant().abs() * dots / (self.width * self.height).max(1.0);
        self.image_share = self.image_share.max(area);
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_and_ligatures_become_what_people_write() {
        assert_eq!(readable("⽣鲜⻬全上⻔ oﬃce\u{a0}\u{f0b7}"), "生鲜齐全上门 office •");
    }
}
