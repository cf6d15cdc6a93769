//! The colours of a help centre, made from the brand's one so that every text can be read (WCAG 2.2 AA: contrast of 4.5).

use std::fmt::Write as _;

use crate::colour::{Colour, Shade};

/// What text needs against its ground (WCAG 2.2, 1.4.3).
pub const READABLE: f64 = 4.5;

/// Contrast at which a filled button is seen as one; its text says the rest.
const VISIBLE: f64 = 1.3;

/// The colours on a light and on a dark screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    pub light: Scheme,
    pub dark: Scheme,
    /// The brand's colour could not be read as text on white, so a darker one of the same hue stands in for it.
    pub corrected: bool,
}

/// The colours on one kind of screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    /// The page.
    pub ground: Colour,
    /// Cards and fields.
    pub card: Colour,
    /// Quiet areas: the strip of the first page, code, heads of tables.
    pub tint: Colour,
    pub text: Colour,
    /// Dates, counts, descriptions.
    pub muted: Colour,
    /// Lines between things.
    pub line: Colour,
    /// Edges of fields and buttons; contrast of 3 (WCAG 2.2, 1.4.11).
    pub edge: Colour,
    /// Links.
    pub accent: Colour,
    /// Buttons.
    pub fill: Colour,
    /// Text on buttons.
    pub on_fill: Colour,
    /// Behind words that were searched for.
    pub mark: Colour,
}

impl Palette {
    /// The palette of a brand's colour.
    pub fn of(brand: Colour) -> Self {
        let shade = brand.shade();
        let mut light = Scheme::light(shade);
        let corrected = [light.ground, light.card, light.tint].iter().any(|&ground| brand.contrast(ground) < READABLE);
        if !corrected {
            light.accent = brand;
        }
        let mut dark = Scheme::dark(shade);
        light.buttons(brand, dark.ground);
        dark.buttons(brand, dark.ground);
        Self { light, dark, corrected }
    }

    /// Custom properties for a style sheet.
    pub(crate) fn css(&self) -> String {
        format!(
            ":root{{color-scheme:light dark;{}}}\n@media (prefers-color-scheme:dark){{:root{{{}}}}}\n\
             @media print{{:root{{color-scheme:light;{}}}}}\n",
            self.light.css(),
            self.dark.css(),
            self.light.css()
        )
    }
}

impl Scheme {
    fn light(brand: Shade) -> Self {
        let tone =
            |lightness, chroma: f64| Shade { lightness, chroma: chroma.min(brand.chroma), hue: brand.hue }.colour();
        let (ground, card, tint, mark) = (Colour::WHITE, Colour::WHITE, tone(0.972, 0.011), tone(0.925, 0.055));
        let accent = darker(brand, &[ground, card, tint]);
        Self {
            ground,
            card,
            tint,
            text: tone(0.24, 0.02),
            muted: darker(
                Shade { lightness: 0.52, chroma: brand.chroma.min(0.02), ..brand },
                &[ground, card, tint, mark],
            ),
            line: tone(0.905, 0.012),
            edge: tone(0.62, 0.02),
            accent,
            fill: accent,
            on_fill: Colour::WHITE,
            mark,
        }
    }

    fn dark(brand: Shade) -> Self {
        let tone =
            |lightness, chroma: f64| Shade { lightness, chroma: chroma.min(brand.chroma), hue: brand.hue }.colour();
        let (ground, card, tint, mark) = (tone(0.185, 0.006), tone(0.22, 0.008), tone(0.245, 0.015), tone(0.38, 0.07));
        let start = Shade { lightness: brand.lightness.max(0.72), chroma: brand.chroma.min(0.15), ..brand };
        let accent = lighter(start, &[ground, card, tint]);
        Self {
            ground,
            card,
            tint,
            text: tone(0.94, 0.008),
            muted: lighter(
                Shade { lightness: 0.74, chroma: brand.chroma.min(0.015), ..brand },
                &[ground, card, tint, mark],
            ),
            line: tone(0.33, 0.015),
            edge: tone(0.58, 0.02),
            accent,
            fill: accent,
            on_fill: tone(0.19, 0.012),
            mark,
        }
    }

    /// Buttons in the brand's own colour, however pale, where it stands out from the page and white or dark text can be read on it.
    fn buttons(&mut self, brand: Colour, dark: Colour) {
        let text = [Colour::WHITE, dark].into_iter().find(|text| text.contrast(brand) >= READABLE);
        if let Some(text) =
            text.filter(|_| brand.contrast(self.ground) >= VISIBLE && brand.contrast(self.tint) >= VISIBLE)
        {
            self.fill = brand;
            self.on_fill = text;
        }
    }

    fn css(&self) -> String {
        let mut css = String::new();
        for (name, colour) in [
            ("ground", self.ground),
            ("card", self.card),
            ("tint", self.tint),
            ("text", self.text),
            ("muted", self.muted),
            ("line", self.line),
            ("edge", self.edge),
            ("accent", self.accent),
            ("fill", self.fill),
            ("on-fill", self.on_fill),
            ("mark", self.mark),
        ] {
            // Writing to a string cannot fail.
            let _ = write!(css, "--{name}:{colour};");
        }
        css
    }
}

/// The shade, or the next darker one that can be read on each of the grounds.
fn darker(mut shade: Shade, grounds: &[Colour]) -> Colour {
    while shade.lightness > 0.0 && !readable(shade, grounds) {
        shade.lightness -= 0.005;
    }
    shade.colour()
}

/// The shade, or the next lighter one that can be read on each of the grounds.
fn lighter(mut shade: Shade, grounds: &[Colour]) -> Colour {
    while shade.lightness < 1.0 && !readable(shade, grounds) {
        shade.lightness += 0.005;
    }
    shade.colour()
}

fn readable(shade: Shade, grounds: &[Colour]) -> bool {
    grounds.iter().all(|&ground| shade.colour().contrast(ground) >= READABLE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_good_colour_stays_and_a_pale_one_is_darkened() {
        let blue = Colour::parse("#0b57d0").unwrap();
        let palette = Palette::of(blue);
        assert_eq!(palette.light.accent, blue);
        assert!(!palette.corrected);
        assert!(Palette::of(Colour::parse("#ffd400").unwrap()).corrected);
    }

    proptest! {
        #[test]
        fn every_text_of_every_brand_can_be_read(rgb in 0_u32..0x0100_0000) {
            let palette = Palette::of(Colour::parse(&format!("#{rgb:06x}")).unwrap());
            for scheme in [&palette.light, &palette.dark] {
                for ground in [scheme.ground, scheme.card, scheme.tint] {
                    for text in [scheme.text, scheme.muted, scheme.accent] {
                        prop_assert!(text.contrast(ground) >= READABLE, "{rgb:06x}: {text} on {ground}");
                    }
                    prop_assert!(scheme.edge.contrast(ground) >= 3.0, "{rgb:06x}: edge {} on {ground}", scheme.edge);
                }
                prop_assert!(scheme.on_fill.contrast(scheme.fill) >= READABLE, "{rgb:06x}: button");
                prop_assert!(scheme.text.contrast(scheme.mark) >= READABLE, "{rgb:06x}: mark");
                prop_assert!(scheme.muted.contrast(scheme.mark) >= READABLE, "{rgb:06x}: muted mark");
            }
        }
    }
}
