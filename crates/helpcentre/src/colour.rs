//! Colours: reading, contrast (WCAG 2.2, "relative luminance" and "contrast ratio"), and lightness as eyes see it (Oklab,
//! Björn Ottosson 2020), so that a brand's colour is made lighter or darker without changing its hue.

use std::fmt;

/// A colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    r: u8,
    g: u8,
    b: u8,
}

/// A text that is no colour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a colour such as #0a7cff, got {0:?}")]
pub struct BadColour(String);

impl Colour {
    pub(crate) const WHITE: Self = Self { r: 255, g: 255, b: 255 };

    /// Reads `#rgb` or `#rrggbb`.
    ///
    /// # Errors
    /// When the text is none of them.
    pub fn parse(text: &str) -> Result<Self, BadColour> {
        let bad = || BadColour(text.chars().take(40).collect());
        let digits: Vec<u8> = text
            .strip_prefix('#')
            .ok_or_else(bad)?
            .chars()
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()
            .ok_or_else(bad)?;
        match digits[..] {
            [r, g, b] => Ok(Self { r: r * 17, g: g * 17, b: b * 17 }),
            [r, s, g, h, b, c] => Ok(Self { r: r * 16 + s, g: g * 16 + h, b: b * 16 + c }),
            _ => Err(bad()),
        }
    }

    /// How strongly two colours differ in brightness: 1 (not at all) to 21 (black on white).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn linear(self) -> [f64; 3] {
        [self.r, self.g, self.b].map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    pub(crate) fn shade(self) -> Shade {
        let [r, g, b] = self.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
        Shade {
            lightness: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            chroma: a.hypot(b),
            hue: b.atan2(a),
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

/// A colour as eyes see it: lightness 0 to 1, chroma from 0 (grey), hue in radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shade {
    pub lightness: f64,
    pub chroma: f64,
    pub hue: f64,
}

impl Shade {
    /// The nearest colour that a screen shows: of the same lightness and hue, with as much chroma as there is.
    pub(crate) fn colour(self) -> Colour {
        let mut chroma = self.chroma;
        loop {
            let linear = Self { chroma, ..self }.linear();
            if chroma <= 0.0 || linear.iter().all(|c| (-0.0005..=1.0005).contains(c)) {
                let [r, g, b] = linear.map(|c| {
                    let c = c.clamp(0.0, 1.0);
                    let c = if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
                    // In 0..=255 by the clamp.
                    (c * 255.0).round() as u8
                });
                return Colour { r, g, b };
            }
            chroma -= 0.004;
        }
    }

    fn linear(self) -> [f64; 3] {
        let chroma = self.chroma.max(0.0);
        let (a, b) = (chroma * self.hue.cos(), chroma * self.hue.sin());
        let l = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_strictly() {
        assert_eq!(Colour::parse("#0af").unwrap().to_string(), "#00aaff");
        assert_eq!(Colour::parse("#0A7CFF").unwrap().to_string(), "#0a7cff");
        for text in ["", "#", "0af", "#0a", "#0a7cff00", "red", "#00g", "#０００", "#fff;}body{}"] {
            assert!(Colour::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let black = Colour::parse("#000").unwrap();
        assert!((black.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        let grey = Colour::parse("#767676").unwrap();
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn a_shade_comes_back_as_its_colour() {
        for text in ["#000000", "#ffffff", "#0a7cff", "#e1251b", "#ffcc00", "#123456"] {
            assert_eq!(Colour::parse(text).unwrap().shade().colour().to_string(), text);
        }
    }
}
