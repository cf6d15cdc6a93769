//! The style sheet, the script and the icon of a help centre, under names that change with their content.

use crate::anchor::words;
use crate::page::{Keep, Page, fingerprint};
use crate::palette::Palette;

const STYLE: &str = include_str!("../assets/help.css");
const SCRIPT: &str = include_str!("../assets/help.js");

/// Files that pages refer to.
#[derive(Clone, Debug)]
pub(crate) struct Assets {
    pub style: Asset,
    pub script: Asset,
    pub icon: Asset,
}

/// A file, and its name with the fingerprint of its content.
#[derive(Clone, Debug)]
pub(crate) struct Asset {
    pub name: String,
    stem: &'static str,
    content_type: &'static str,
    body: String,
}

impl Asset {
    fn new(stem: &'static str, ending: &'static str, content_type: &'static str, body: String) -> Self {
        Self { name: format!("{stem}-{}.{ending}", fingerprint(&body)), stem, content_type, body }
    }
}

impl Assets {
    pub(crate) fn of(palette: &Palette, brand: &str) -> Self {
        let style = format!("{}{STYLE}", palette.css());
        let letter =
            words(brand).chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_else(|| "?".to_owned());
        let icon = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" rx=\"8\" fill=\"{}\"/>\
             <text x=\"16\" y=\"22.5\" font-family=\"system-ui,sans-serif\" font-size=\"18\" font-weight=\"700\" text-anchor=\"middle\" \
             fill=\"{}\">{letter}</text></svg>",
            palette.light.fill, palette.light.on_fill
        );
        Self {
            style: Asset::new("help", "css", "text/css; charset=utf-8", style),
            script: Asset::new("help", "js", "text/javascript; charset=utf-8", SCRIPT.to_owned()),
            icon: Asset::new("icon", "svg", "image/svg+xml", icon),
        }
    }

    /// The file of a name. One with another fingerprint is an older or newer one, asked for while nodes are being replaced: the
    /// present file is better than none, but is not to be kept.
    pub(crate) fn get(&self, name: &str) -> Option<Page> {
        let (stem, rest) = name.split_once('-')?;
        let ending = rest.rsplit('.').next()?;
        let asset = [&self.style, &self.script, &self.icon]
            .into_iter()
            .find(|asset| asset.stem == stem && asset.name.rsplit('.').next() == Some(ending))?;
        let mut page = Page::new(asset.content_type, asset.body.clone(), None);
        if asset.name == name {
            page.keep = Keep::Forever;
        }
        Some(page)
    }
}
