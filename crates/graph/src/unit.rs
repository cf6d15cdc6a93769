//! Units of measure, what they are called, and how they are converted.

/// A unit of measure.
#[derive(Debug, PartialEq)]
pub struct Unit {
    /// How it is stored and compared: `kg`, `mAh`, `CNY`.
    pub symbol: &'static str,
    /// What it measures: `mass`, `money:CNY`. Units of one dimension can be converted, currencies never are.
    pub dimension: &'static str,
    /// How many of the dimension's base unit it is.
    pub factor: f64,
    /// How people write it, in lower case and simplified characters.
    pub words: &'static [&'static str],
    /// How an answer writes it: Chinese, English for one, English for several.
    pub said: (&'static str, &'static str, &'static str),
}

const fn unit(
    symbol: &'static str,
    dimension: &'static str,
    factor: f64,
    words: &'static [&'static str],
    said: (&'static str, &'static str, &'static str),
) -> Unit {
    Unit { symbol, dimension, factor, words, said }
}

/// The known units. A unit that is not listed is a dimension of its own.
pub static UNITS: &[Unit] = &[
    unit(
        "CNY",
        "money:CNY",
        1.0,
        &["元", "块", "块钱", "元钱", "圆", "人民币", "yuan", "rmb", "cny", "kuai", "¥", "cn¥"],
        ("元", "yuan", "yuan"),
    ),
    unit(
        "USD",
        "money:USD",
        1.0,
        &["美元", "美金", "usd", "dollar", "dollars", "$", "us$"],
        ("美元", "dollar", "dollars"),
    ),
    unit("EUR", "money:EUR", 1.0, &["欧元", "eur", "euro", "euros", "€"], ("欧元", "euro", "euros")),
    unit("g", "mass", 1.0, &["克", "g", "gram", "grams", "gramme", "grammes"], ("克", "g", "g")),
    unit(
        "kg",
        "mass",
        1000.0,
        &["公斤", "千克", "kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"],
        ("公斤", "kg", "kg"),
    ),
    unit("jin", "mass", 500.0, &["斤", "市斤", "jin"], ("斤", "jin", "jin")),
    unit("t", "mass", 1_000_000.0, &["吨", "tonne", "tonnes"], ("吨", "tonne", "tonnes")),
    unit("lb", "mass", 453.592_37, &["磅", "lb", "lbs", "pound", "pounds"], ("磅", "lb", "lb")),
    unit("oz", "mass", 28.349_523, &["盎司", "oz", "ounce", "ounces"], ("盎司", "oz", "oz")),
    unit("L", "volume", 1.0, &["升", "公升", "l", "litre", "litres", "liter", "liters"], ("L", "L", "L")),
    unit(
        "ml",
        "volume",
        0.001,
        &["毫升", "ml", "cc", "millilitre", "millilitres", "milliliter", "milliliters"],
        ("ml", "ml", "ml"),
    ),
    unit("m", "length", 1.0, &["米", "公尺", "m", "metre", "metres", "meter", "meters"], ("米", "m", "m")),
    unit(
        "cm",
        "length",
        0.01,
        &["厘米", "公分", "cm", "centimetre", "centimetres", "centimeter", "centimeters"],
        ("厘米", "cm", "cm"),
    ),
    unit(
        "mm",
        "length",
        0.001,
        &["毫米", "mm", "millimetre", "millimetres", "millimeter", "millimeters"],
        ("毫米", "mm", "mm"),
    ),
    unit(
        "km",
        "length",
        1000.0,
        &["公里", "千米", "km", "kilometre", "kilometres", "kilometer", "kilometers"],
        ("公里", "km", "km"),
    ),
    unit("in", "length", 0.0254, &["英寸", "寸", "吋", "inch", "inches"], ("英寸", "inch", "inches")),
    unit("ft", "length", 0.3048, &["英尺", "ft", "foot", "feet"], ("英尺", "ft", "ft")),
    unit("m2", "area", 1.0, &["平米", "平方米", "平方", "m2", "㎡", "sqm"], ("平方米", "m²", "m²")),
    unit("mAh", "charge", 1.0, &["毫安", "毫安时", "mah"], ("mAh", "mAh", "mAh")),
    unit("Ah", "charge", 1000.0, &["安时", "ah"], ("Ah", "Ah", "Ah")),
    unit("Wh", "energy", 1.0, &["瓦时", "wh"], ("Wh", "Wh", "Wh")),
    unit("kWh", "energy", 1000.0, &["千瓦时", "度电", "kwh"], ("kWh", "kWh", "kWh")),
    unit("W", "power", 1.0, &["瓦", "瓦特", "w", "watt", "watts"], ("W", "W", "W")),
    unit("kW", "power", 1000.0, &["千瓦", "kw", "kilowatt", "kilowatts"], ("kW", "kW", "kW")),
    unit("V", "voltage", 1.0, &["伏", "伏特", "v", "volt", "volts"], ("V", "V", "V")),
    unit("s", "time", 1.0 / 60.0, &["秒", "秒钟", "second", "seconds", "sec"], ("秒", "second", "seconds")),
    unit("min", "time", 1.0, &["分钟", "min", "mins", "minute", "minutes"], ("分钟", "minute", "minutes")),
    unit("h", "time", 60.0, &["小时", "钟头", "h", "hr", "hrs", "hour", "hours"], ("小时", "hour", "hours")),
    unit("day", "time", 1440.0, &["天", "日", "day", "days"], ("天", "day", "days")),
    unit("week", "time", 10_080.0, &["周", "星期", "week", "weeks"], ("周", "week", "weeks")),
    unit("month", "time", 43_830.0, &["个月", "月", "month", "months"], ("个月", "month", "months")),
    unit("year", "time", 525_960.0, &["年", "周年", "year", "years", "yr", "yrs"], ("年", "year", "years")),
    unit("dB", "loudness", 1.0, &["分贝", "db", "decibel", "decibels"], ("dB", "dB", "dB")),
    unit("°C", "temperature", 1.0, &["度", "摄氏度", "℃", "°c", "celsius"], ("°C", "°C", "°C")),
    unit("K", "colour temperature", 1.0, &["开尔文", "kelvin"], ("K", "K", "K")),
    unit("GB", "data", 1.0, &["g内存", "gb", "gigabyte", "gigabytes"], ("GB", "GB", "GB")),
    unit("TB", "data", 1024.0, &["tb", "terabyte", "terabytes"], ("TB", "TB", "TB")),
    unit("MB", "data", 1.0 / 1024.0, &["mb", "megabyte", "megabytes"], ("MB", "MB", "MB")),
    unit("Hz", "frequency", 1.0, &["赫兹", "hz", "hertz"], ("Hz", "Hz", "Hz")),
    unit("lm", "light", 1.0, &["流明", "lm", "lumen", "lumens"], ("流明", "lumen", "lumens")),
    unit("px", "pixels", 1.0, &["像素", "px", "pixel", "pixels"], ("像素", "pixel", "pixels")),
    unit("person", "people", 1.0, &["人", "人份", "person", "persons", "people"], ("人", "person", "people")),
    unit("%", "share", 1.0, &["%", "percent"], ("%", "%", "%")),
];

/// The unit that is stored as `symbol`, else the one that people write so.
pub fn find(symbol: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|unit| unit.symbol == symbol).or_else(|| {
        let lower = symbol.to_lowercase();
        UNITS.iter().find(|unit| unit.words.contains(&lower.as_str()))
    })
}

/// What a unit measures; an unlisted unit measures itself.
pub fn dimension(symbol: &str) -> &str {
    find(symbol).map_or(symbol, |unit| unit.dimension)
}

/// `amount` in the base unit of its dimension.
pub fn in_base(amount: f64, symbol: &str) -> f64 {
    amount * find(symbol).map_or(1.0, |unit| unit.factor)
}

/// `amount` of the base unit in `symbol`.
pub fn from_base(amount: f64, symbol: &str) -> f64 {
    amount / find(symbol).map_or(1.0, |unit| unit.factor)
}

/// Whether two amounts in base units are the same, rounding aside.
pub fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1e-9)
}

/// A number as people write it: at most three decimals, no trailing zeros.
pub fn plain(amount: f64) -> String {
    let text = format!("{amount:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_unit_is_found_by_its_symbol_and_by_what_people_write() {
        assert_eq!(find("kg").unwrap().symbol, "kg");
        assert_eq!(find("公斤").unwrap().symbol, "kg");
        assert_eq!(find("M").unwrap().symbol, "m");
        assert!(find("furlong").is_none());
        assert_eq!(dimension("furlong"), "furlong");
    }

    #[test]
    fn units_of_a_dimension_are_converted() {
        assert!(same(in_base(2.0, "jin"), in_base(1.0, "kg")));
        assert!(same(from_base(in_base(10.0, "in"), "cm"), 25.4));
        assert!((in_base(2.0, "year") - in_base(24.0, "month")).abs() < 1e-6);
        assert_ne!(dimension("CNY"), dimension("USD"));
    }

    #[test]
    fn numbers_are_written_plainly() {
        assert_eq!(plain(1.70), "1.7");
        assert_eq!(plain(20000.0), "20000");
        assert_eq!(plain(0.1 + 0.2), "0.3");
    }
}
