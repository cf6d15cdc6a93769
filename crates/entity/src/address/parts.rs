//! The parts of an address.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::fixed;
use crate::lexicon::{self, CITY, COUNTRY, DISTRICT, STATE};

/// An address in its parts, each as it is written; what is not named is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// 省, 自治区, a municipality, a state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// 市.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// 区, 县.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// 街道, 镇, 乡.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    /// The road.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// The number in the road.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The estate, the building by name, the village.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estate: Option<String>,
    /// 幢, 栋, 号楼, 座.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// 单元.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The room or apartment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// The post code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// The country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

static TOWN: LazyLock<Regex> = LazyLock::new(|| fixed(r"^\p{Han}{2,6}?(?:街道办|街道|镇|鎮|乡|鄉)"));
static STREET: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"^\p{Han}{1,10}?(?:大道|大街|胡同|馬路|路|街|巷|道)(?:[东西南北中]段|[一二三四五六七八九十]段|延长线)?(?:[一二三四五六七八九十]巷)?",
    )
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"^\s?([甲乙丙]?(?:\d+(?:-\d+)?|[一二三四五六七八九十百]+)(?:号院|號院|号|號|弄))(?:[^楼樓]|$)")
});
static BUILDING: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"([A-Za-z甲乙丙东西南北]?\d*[A-Za-z]?|[一二三四五六七八九十]+)(?:号楼|號樓|幢|栋|棟|座)"));
static UNIT: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"(?:[A-Za-z东西南北]|\d+|[一二三四五六七八九十]+)(?:单元|單元|门)"));
static ROOM: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"([A-Za-z]?-?\d{2,5}[A-Za-z]?|\d{1,2}[A-Za-z]|[A-Za-z])\s?(?:室|房|户|号)?$"));
/// 15-2-601: building, unit, room.
static DASHED: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"([A-Za-z]?-?\d{1,3}|[A-Za-z])-(?:(\d{1,2})-)?(\d{1,5}[A-Za-z]?)$"));
static WESTERN_UNIT: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?i)\b(?:apt|apartment|suite|ste|unit|flat|room|rm|floor)\b\.?\s*#?\s*([A-Z0-9-]+)|#\s?([A-Z0-9-]+)")
});
static WESTERN_POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)\b(\d{5}(?:-\d{4})?|\d{4}\s?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{6}|\d{4}|\d{3}\s\d{2})$",
    )
});
static WESTERN_STREET: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"^\s*(?:(\d+[A-Za-z]?)\s+)?([^,\n\d#]{2,60}?)(?:\s+(\d+[A-Za-z]?))?\s*$"));

impl Address {
    /// Cuts the text of an address into its parts.
    pub fn parse(text: &str) -> Self {
        if text.chars().any(yingda_language::is_han) { Self::chinese(text) } else { Self::western(text) }
    }

    fn chinese(text: &str) -> Self {
        let mut address = Self::default();
        let mut rest = address.take_regions(text);
        if let Some(town) = TOWN.find(rest) {
            address.town = Some(town.as_str().to_owned());
            rest = &rest[town.end()..];
        }
        if let Some(street) = STREET.find(rest) {
            address.street = Some(street.as_str().to_owned());
            rest = &rest[street.end()..];
        }
        if let Some(number) = NUMBER.captures(rest).and_then(|found| found.get(1))
            && (address.street.is_some() || number.as_str().ends_with(['弄', '院']))
        {
            address.number = Some(number.as_str().trim().to_owned());
            rest = rest[number.end()..].trim_start();
        }
        let name = rest.find(|c: char| c.is_ascii_alphanumeric() || c == ' ').unwrap_or(rest.len());
        let name = BUILDING.find(rest).map_or(name, |building| name.min(building.start()));
        if name > 0 {
            let cut = rest[..name].trim_end_matches(|c| "一二三四五六七八九十".contains(c));
            if !cut.is_empty() {
                address.estate = Some(cut.to_owned());
                rest = &rest[cut.len()..];
            }
        }
        if let Some(dashed) = DASHED.captures(rest) {
            address.building = dashed.get(1).map(|part| part.as_str().to_owned());
            address.unit = dashed.get(2).map(|part| part.as_str().to_owned());
            address.room = dashed.get(3).map(|part| part.as_str().to_owned());
            return address;
        }
        for (pattern, slot) in [(&BUILDING, &mut address.building), (&UNIT, &mut address.unit)] {
            if let Some(found) = pattern.find(rest) {
                *slot = Some(found.as_str().to_owned());
                rest = &rest[found.end()..];
            }
        }
        if let Some(room) = ROOM.find(rest.trim_end()) {
            address.room = Some(room.as_str().trim().to_owned());
        }
        address
    }

    /// Takes 省, 市 and 区 off the front.
    fn take_regions<'t>(&mut self, text: &'t str) -> &'t str {
        let (end, _) = super::regions(text);
        let mut at = 0;
        while at < end {
            let name = lexicon::longest(&text[at..], STATE | CITY | DISTRICT).map_or(0, |(name, _)| name.len());
            let flags = lexicon::longest(&text[at..], STATE | CITY | DISTRICT).map_or(DISTRICT, |(_, flags)| flags);
            // The name and its suffix reach to where the next name begins.
            let mut next = at + name;
            for suffix in super::REGION_SUFFIXES {
                if text[next..end].starts_with(suffix) {
                    next += suffix.len();
                    break;
                }
            }
            if next == at || name == 0 {
                next = text[at..end]
                    .char_indices()
                    .find(|(_, c)| "区县市旗區縣".contains(*c))
                    .map_or(end, |(i, c)| at + i + c.len_utf8());
            }
            let part = text[at..next].to_owned();
            let district = part.ends_with(['区', '县', '區', '縣', '旗']) && !part.ends_with("自治区");
            if flags & STATE != 0 && self.province.is_none() && !district {
                self.province = Some(part);
            } else if flags & CITY != 0 && self.city.is_none() && !district {
                self.city = Some(part);
            } else if self.district.is_none() {
                self.district = Some(part);
            } else {
                self.town.get_or_insert(part);
            }
            at = next;
        }
        &text[end..]
    }

    fn western(text: &str) -> Self {
        let mut address = Self::default();
        let mut fields: Vec<String> =
            text.split([',', '\n']).map(|field| field.trim().to_owned()).filter(|field| !field.is_empty()).collect();
        for field in &mut fields {
            if let Some(found) = WESTERN_UNIT.captures(field) {
                let (whole, part) = (found.get(0), found.get(1).or_else(|| found.get(2)));
                if let (Some(whole), Some(part), None) = (whole, part, &address.room) {
                    address.room = Some(part.as_str().to_owned());
                    *field = format!("{} {}", &field[..whole.start()], &field[whole.end()..]).trim().to_owned();
                }
            }
        }
        fields.retain(|field| !field.is_empty());
        // From the end: country, post code, state, city.
        while fields.len() > 1
            && let Some(mut last) = fields.pop()
        {
            if let Some(code) = WESTERN_POSTCODE.find(&last)
                && address.postcode.is_none()
            {
                address.postcode = Some(code.as_str().to_owned());
                last = last[..code.start()].trim().to_owned();
            }
            let flags = lexicon::word(&last.to_lowercase());
            if last.is_empty() {
                continue;
            } else if flags & COUNTRY != 0 && address.country.is_none() && address.city.is_none() {
                address.country = Some(last);
            } else if (last.len() <= 3 || flags & STATE != 0) && address.province.is_none() && address.city.is_none() {
                address.province = Some(last);
            } else if address.city.is_none() {
                address.city = Some(last);
            } else if address.district.is_none() {
                address.district = Some(last);
            }
        }
        if let Some(first) = fields.first() {
            match WESTERN_STREET.captures(first) {
                Some(found) => {
                    address.number = found.get(1).or_else(|| found.get(3)).map(|part| part.as_str().to_owned());
                    address.street = found.get(2).map(|part| part.as_str().trim().to_owned());
                }
                None => address.street = Some(first.clone()),
            }
        }
        address
    }
}
