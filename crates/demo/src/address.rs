//! Reads an address as customers write it, in Chinese or English.

use serde::Deserialize;

use crate::pack::Address;
use crate::problem::Problem;

/// Provinces: the full name, the short one, the English one.
const PROVINCES: [(&str, &str, &str); 34] = [
    ("北京市", "北京", "Beijing"),
    ("天津市", "天津", "Tianjin"),
    ("上海市", "上海", "Shanghai"),
    ("重庆市", "重庆", "Chongqing"),
    ("河北省", "河北", "Hebei"),
    ("山西省", "山西", "Shanxi"),
    ("辽宁省", "辽宁", "Liaoning"),
    ("吉林省", "吉林", "Jilin"),
    ("黑龙江省", "黑龙江", "Heilongjiang"),
    ("江苏省", "江苏", "Jiangsu"),
    ("浙江省", "浙江", "Zhejiang"),
    ("安徽省", "安徽", "Anhui"),
    ("福建省", "福建", "Fujian"),
    ("江西省", "江西", "Jiangxi"),
    ("山东省", "山东", "Shandong"),
    ("河南省", "河南", "Henan"),
    ("湖北省", "湖北", "Hubei"),
    ("湖南省", "湖南", "Hunan"),
    ("广东省", "广东", "Guangdong"),
    ("海南省", "海南", "Hainan"),
    ("四川省", "四川", "Sichuan"),
    ("贵州省", "贵州", "Guizhou"),
    ("云南省", "云南", "Yunnan"),
    ("陕西省", "陕西", "Shaanxi"),
    ("甘肃省", "甘肃", "Gansu"),
    ("青海省", "青海", "Qinghai"),
    ("内蒙古自治区", "内蒙古", "Inner Mongolia"),
    ("广西壮族自治区", "广西", "Guangxi"),
    ("西藏自治区", "西藏", "Tibet"),
    ("宁夏回族自治区", "宁夏", "Ningxia"),
    ("新疆维吾尔自治区", "新疆", "Xinjiang"),
    ("香港特别行政区", "香港", "Hong Kong"),
    ("澳门特别行政区", "澳门", "Macau"),
    ("台湾省", "台湾", "Taiwan"),
];

/// Cities that are written without their province: the city, its English name, its province.
const CITIES: [(&str, &str, &str); 32] = [
    ("杭州", "Hangzhou", "浙江省"),
    ("宁波", "Ningbo", "浙江省"),
    ("温州", "Wenzhou", "浙江省"),
    ("成都", "Chengdu", "四川省"),
    ("广州", "Guangzhou", "广东省"),
    ("深圳", "Shenzhen", "广东省"),
    ("东莞", "Dongguan", "广东省"),
    ("佛山", "Foshan", "广东省"),
    ("珠海", "Zhuhai", "广东省"),
    ("南京", "Nanjing", "江苏省"),
    ("苏州", "Suzhou", "江苏省"),
    ("无锡", "Wuxi", "江苏省"),
    ("武汉", "Wuhan", "湖北省"),
    ("西安", "Xi'an", "陕西省"),
    ("青岛", "Qingdao", "山东省"),
    ("济南", "Jinan", "山东省"),
    ("厦门", "Xiamen", "福建省"),
    ("福州", "Fuzhou", "福建省"),
    ("长沙", "Changsha", "湖南省"),
    ("大连", "Dalian", "辽宁省"),
    ("沈阳", "Shenyang", "辽宁省"),
    ("昆明", "Kunming", "云南省"),
    ("兰州", "Lanzhou", "甘肃省"),
    ("乌鲁木齐", "Urumqi", "新疆维吾尔自治区"),
    ("拉萨", "Lhasa", "西藏自治区"),
    ("合肥", "Hefei", "安徽省"),
    ("郑州", "Zhengzhou", "河南省"),
    ("南昌", "Nanchang", "江西省"),
    ("哈尔滨", "Harbin", "黑龙江省"),
    ("贵阳", "Guiyang", "贵州省"),
    ("石家庄", "Shijiazhuang", "河北省"),
    ("海口", "Haikou", "海南省"),
];

/// An address as it comes in: its parts, or the whole as a text from which the missing parts are read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressInput {
    province: Option<String>,
    city: Option<String>,
    district: Option<String>,
    street: Option<String>,
    text: Option<String>,
}

impl AddressInput {
    /// Whether nothing at all was given.
    pub fn is_empty(&self) -> bool {
        [&self.province, &self.city, &self.district, &self.street, &self.text].iter().all(|part| given(part).is_none())
    }

    /// The address.
    ///
    /// # Errors
    /// `invalid_address`, which names the parts that are missing or too long.
    pub fn read(&self) -> Result<Address, Problem> {
        let mut read = given(&self.text).map(|text| parts(&text)).unwrap_or_default();
        for (part, own) in read.iter_mut().zip([&self.province, &self.city, &self.district, &self.street]) {
            if let Some(own) = given(own) {
                *part = own;
            }
        }
        let names = [("province", "省"), ("city", "市"), ("district", "区县"), ("street", "详细地址")];
        let bad = || names.iter().zip(&read).filter(|(_, part)| !(1..=120).contains(&part.chars().count()));
        if bad().next().is_some() {
            let missing: Vec<&str> = bad().map(|((name, _), _)| *name).collect();
            let missing_zh: Vec<&str> = bad().map(|((_, name), _)| *name).collect();
            return Err(Problem::invalid(
                "invalid_address",
                format!("These parts of the address are missing or too long: {}.", missing.join(", ")),
                format!("地址不完整或过长，请补充：{}。", missing_zh.join("、")),
            ));
        }
        let [province, city, district, street] = read;
        let province = PROVINCES
            .iter()
            .find(|(full, short, english)| {
                *full == province || *short == province || province.eq_ignore_ascii_case(english)
            })
            .map_or(province, |(full, ..)| (*full).to_owned());
        Ok(Address { province, city, district, street })
    }
}

fn given(part: &Option<String>) -> Option<String> {
    part.as_deref().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned)
}

/// Province, city, district and street of a text; empty where it does not say.
fn parts(text: &str) -> [String; 4] {
    if text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) { chinese(text) } else { english(text) }
}

fn chinese(text: &str) -> [String; 4] {
    let text: String = text.chars().filter(|c| !matches!(c, ',' | '，' | '、' | '\n')).collect();
    let mut rest = text.trim();
    let mut province = String::new();
    for (full, short, _) in PROVINCES {
        let after = rest.strip_prefix(full).or_else(|| rest.strip_prefix(short));
        if let Some(after) = after {
            province = full.to_owned();
            // A municipality is its own city: what stands there may be the city or the province.
            rest = after.trim_start_matches(['省']).trim_start();
            break;
        }
    }
    let mut city = String::new();
    if let Some((name, _, of)) = CITIES.iter().find(|(name, ..)| rest.starts_with(name)) {
        if province.is_empty() {
            province = (*of).to_owned();
        }
        city = format!("{name}市");
        rest = rest[name.len()..].trim_start_matches('市').trim_start();
    } else if let Some((name, after)) = until(rest, &["自治州", "地区", "市", "盟"], 8) {
        city = name;
        rest = after;
    } else if matches!(province.as_str(), "北京市" | "天津市" | "上海市" | "重庆市") {
        city.clone_from(&province);
        rest = rest.trim_start_matches('市').trim_start();
    } else if matches!(province.as_str(), "香港特别行政区" | "澳门特别行政区") {
        city = province.chars().take(2).collect();
    }
    let (district, street) = until(rest, &["新区", "区", "县", "旗", "市"], 8).unwrap_or((String::new(), rest));
    [province, city, district, street.trim().to_owned()]
}

/// The text up to and with the first of `ends`, when that comes within `most` characters, and the rest.
fn until<'a>(text: &'a str, ends: &[&str], most: usize) -> Option<(String, &'a str)> {
    let ends = ends.iter().filter_map(|end| text.find(end).map(|at| at + end.len()));
    let end = ends.min().filter(|end| text[..*end].chars().count() <= most)?;
    Some((text[..end].to_owned(), text[end..].trim_start()))
}

fn english(text: &str) -> [String; 4] {
    let mut pieces: Vec<&str> = text.split([',', '\n']).map(str::trim).filter(|piece| !piece.is_empty()).collect();
    let is = |piece: &str, name: &str| {
        let piece = piece.to_lowercase();
        let name = name.to_lowercase();
        piece == name || piece == format!("{name} province") || piece == format!("{name} city")
    };
    pieces.retain(|piece| {
        !is(piece, "China") && !is(piece, "PR China") && !piece.bytes().all(|byte| byte.is_ascii_digit())
    });
    let mut province = String::new();
    let mut city = String::new();
    if let Some(at) = pieces.iter().rposition(|piece| CITIES.iter().any(|(_, name, _)| is(piece, name))) {
        let piece = pieces.remove(at);
        if let Some((_, name, of)) = CITIES.iter().find(|(_, name, _)| is(piece, name)) {
            (city, province) = ((*name).to_owned(), (*of).to_owned());
        }
    }
    if let Some(at) = pieces.iter().rposition(|piece| PROVINCES.iter().any(|(.., name)| is(piece, name))) {
        let piece = pieces.remove(at);
        if let Some((full, _, name)) = PROVINCES.iter().find(|(.., name)| is(piece, name)) {
            province = (*full).to_owned();
            if city.is_empty() && !full.ends_with("省") && !full.ends_with("自治区") {
                city = (*name).to_owned();
            }
        }
    }
    if city.is_empty() && pieces.len() > 2 {
        city = pieces.pop().unwrap_or_default().to_owned();
    }
    let named = pieces
        .iter()
        .rposition(|piece| piece.to_lowercase().contains("district") || piece.to_lowercase().ends_with("county"));
    let district = match named {
        Some(at) => pieces.remove(at).to_owned(),
        None if pieces.len() > 1 => pieces.pop().unwrap_or_default().to_owned(),
        None => String::new(),
    };
    [province, city, district, pieces.join(", ")]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<[String; 4], String> {
        let input = AddressInput { text: Some(text.to_owned()), ..AddressInput::default() };
        input.read().map(|a| [a.province, a.city, a.district, a.street]).map_err(|problem| problem.detail_zh)
    }

    #[test]
    fn addresses_are_read_as_customers_write_them() {
        for (text, expected) in [
            ("浙江省杭州市西湖区文三路 99 号", ["浙江省", "杭州市", "西湖区", "文三路 99 号"]),
            ("浙江杭州西湖区文三路99号3幢", ["浙江省", "杭州市", "西湖区", "文三路99号3幢"]),
            ("杭州市上城区湖滨路1号", ["浙江省", "杭州市", "上城区", "湖滨路1号"]),
            ("上海市静安区愚园路 8 号", ["上海市", "上海市", "静安区", "愚园路 8 号"]),
            ("上海市上海市静安区愚园路 8 号", ["上海市", "上海市", "静安区", "愚园路 8 号"]),
            ("北京朝阳区建国路5号", ["北京市", "北京市", "朝阳区", "建国路5号"]),
            ("江苏省，苏州市，姑苏区，人民路 4 号", ["江苏省", "苏州市", "姑苏区", "人民路 4 号"]),
            ("湖南省湘西土家族苗族自治州凤凰县沱江镇1号", ["湖南省", "", "", ""]),
            ("香港九龙城区太子道 3 号", ["香港特别行政区", "香港", "九龙城区", "太子道 3 号"]),
            (
                "88 Wensan Road, Xihu District, Hangzhou, Zhejiang, China",
                ["浙江省", "Hangzhou", "Xihu District", "88 Wensan Road"],
            ),
            (
                "12 Yuyuan Road, Jing'an District, Shanghai",
                ["上海市", "Shanghai", "Jing'an District", "12 Yuyuan Road"],
            ),
        ] {
            match read(text) {
                Ok(parts) => assert_eq!(parts, expected, "{text}"),
                Err(problem) => assert!(expected[1].is_empty(), "{text}: {problem}"),
            }
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(read("文三路 99 号").unwrap_err(), "地址不完整或过长，请补充：省、市、区县。");
        assert_eq!(read("杭州市").unwrap_err(), "地址不完整或过长，请补充：区县、详细地址。");
        assert!(AddressInput::default().is_empty());
    }

    #[test]
    fn own_parts_win_over_the_text_and_short_names_of_provinces_are_filled_out() {
        let input = AddressInput {
            province: Some("新疆".to_owned()),
            text: Some("杭州市西湖区文三路 9 号".to_owned()),
            ..AddressInput::default()
        };
        assert_eq!(input.read().unwrap().province, "新疆维吾尔自治区");
    }
}
