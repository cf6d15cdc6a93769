//! Holidays and shopping days, and the day on which each falls in a year.

use time::Date;

use crate::calendar::{date, easter, nth_weekday, plus_days};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holiday {
    NewYear,
    Valentine,
    StPatrick,
    Women,
    AprilFools,
    Labour,
    Children,
    Mid618,
    IndependenceUs,
    Teachers,
    National,
    Halloween,
    Double11,
    Double12,
    ChristmasEve,
    Christmas,
    Boxing,
    NewYearEve,
    // By a rule of weekdays.
    Mother,
    Father,
    MemorialUs,
    LabourUs,
    Thanksgiving,
    BlackFriday,
    CyberMonday,
    GoodFriday,
    Easter,
    EasterMonday,
    // By the sun or the moon.
    Qingming,
    LunarEve,
    LunarNewYear,
    Lantern,
    DragonBoat,
    Qixi,
    MidAutumn,
    DoubleNinth,
}

/// First year of [`LUNAR`].
const FIRST: i32 = 2020;

/// Month and day of, in each year from 2020 to 2035: lunar new year (1/1), dragon boat (5/5), qixi (7/7),
/// mid-autumn (8/15), double ninth (9/9) and the solar term qingming, after the Chinese calendar of GB/T 33661-2017.
const LUNAR: [[(u8, u8); 6]; 16] = [
    [(1, 25), (6, 25), (8, 25), (10, 1), (10, 25), (4, 4)],
    [(2, 12), (6, 14), (8, 14), (9, 21), (10, 14), (4, 4)],
    [(2, 1), (6, 3), (8, 4), (9, 10), (10, 4), (4, 5)],
    [(1, 22), (6, 22), (8, 22), (9, 29), (10, 23), (4, 5)],
    [(2, 10), (6, 10), (8, 10), (9, 17), (10, 11), (4, 4)],
    [(1, 29), (5, 31), (8, 29), (10, 6), (10, 29), (4, 4)],
    [(2, 17), (6, 19), (8, 19), (9, 25), (10, 18), (4, 5)],
    [(2, 6), (6, 9), (8, 8), (9, 15), (10, 8), (4, 5)],
    [(1, 26), (5, 28), (8, 26), (10, 3), (10, 26), (4, 4)],
    [(2, 13), (6, 16), (8, 16), (9, 22), (10, 16), (4, 4)],
    [(2, 3), (6, 5), (8, 5), (9, 12), (10, 5), (4, 5)],
    [(1, 23), (6, 24), (8, 24), (10, 1), (10, 24), (4, 5)],
    [(2, 11), (6, 12), (8, 12), (9, 19), (10, 12), (4, 4)],
    [(1, 31), (6, 1), (8, 1), (9, 8), (10, 1), (4, 4)],
    [(2, 19), (6, 20), (8, 20), (9, 27), (10, 20), (4, 5)],
    [(2, 8), (6, 10), (8, 10), (9, 16), (10, 9), (4, 5)],
];

impl Holiday {
    /// The day in a year; `None` for a lunar one outside 2020 to 2035.
    pub fn day(self, year: i32) -> Option<Date> {
        use Holiday::*;
        let lunar = |column: usize| {
            let row = LUNAR.get(usize::try_from(year - FIRST).ok()?)?;
            let (month, day) = *row.get(column)?;
            date(year, month, day)
        };
        match self {
            NewYear => date(year, 1, 1),
            Valentine => date(year, 2, 14),
            StPatrick => date(year, 3, 17),
            Women => date(year, 3, 8),
            AprilFools => date(year, 4, 1),
            Labour => date(year, 5, 1),
            Children => date(year, 6, 1),
            Mid618 => date(year, 6, 18),
            IndependenceUs => date(year, 7, 4),
            Teachers => date(year, 9, 10),
            National => date(year, 10, 1),
            Halloween => date(year, 10, 31),
            Double11 => date(year, 11, 11),
            Double12 => date(year, 12, 12),
            ChristmasEve => date(year, 12, 24),
            Christmas => date(year, 12, 25),
            Boxing => date(year, 12, 26),
            NewYearEve => date(year, 12, 31),
            Mother => nth_weekday(year, 5, 2, 6),
            Father => nth_weekday(year, 6, 3, 6),
            MemorialUs => plus_days(nth_weekday(year, 6, 1, 0)?, -7),
            LabourUs => nth_weekday(year, 9, 1, 0),
            Thanksgiving => nth_weekday(year, 11, 4, 3),
            BlackFriday => plus_days(nth_weekday(year, 11, 4, 3)?, 1),
            CyberMonday => plus_days(nth_weekday(year, 11, 4, 3)?, 4),
            GoodFriday => plus_days(easter(year)?, -2),
            Easter => easter(year),
            EasterMonday => plus_days(easter(year)?, 1),
            LunarNewYear => lunar(0),
            LunarEve => plus_days(lunar(0)?, -1),
            Lantern => plus_days(lunar(0)?, 14),
            DragonBoat => lunar(1),
            Qixi => lunar(2),
            MidAutumn => lunar(3),
            DoubleNinth => lunar(4),
            Qingming => lunar(5),
        }
    }

    /// First and last day of the days off ("国庆期间"): the week of National Day and of the lunar new year (from its
    /// eve), the five days of May. Others are the day itself: the arrangement differs from year to year.
    pub fn period(self, year: i32) -> Option<(Date, Date)> {
        let first = if self == Holiday::LunarNewYear { Holiday::LunarEve } else { self }.day(year)?;
        let more = match self {
            Holiday::National | Holiday::LunarNewYear | Holiday::LunarEve => 6,
            Holiday::Labour => 4,
            _ => 0,
        };
        Some((first, plus_days(first, more)?))
    }
}

/// Chinese names, longer ones first where one begins another.
pub(crate) const CHINESE: &[(&str, Holiday)] = &[
    ("元旦节", Holiday::NewYear),
    ("元旦", Holiday::NewYear),
    ("跨年夜", Holiday::NewYearEve),
    ("情人节", Holiday::Valentine),
    ("妇女节", Holiday::Women),
    ("三八节", Holiday::Women),
    ("愚人节", Holiday::AprilFools),
    ("清明节", Holiday::Qingming),
    ("清明", Holiday::Qingming),
    ("劳动节", Holiday::Labour),
    ("五一节", Holiday::Labour),
    ("五一", Holiday::Labour),
    ("儿童节", Holiday::Children),
    ("六一节", Holiday::Children),
    ("母亲节", Holiday::Mother),
    ("父亲节", Holiday::Father),
    ("教师节", Holiday::Teachers),
    ("国庆节", Holiday::National),
    ("国庆", Holiday::National),
    ("十一假期", Holiday::National),
    ("十一长假", Holiday::National),
    ("十一黄金周", Holiday::National),
    ("十一期间", Holiday::National),
    ("万圣节", Holiday::Halloween),
    ("双十一", Holiday::Double11),
    ("双11", Holiday::Double11),
    ("光棍节", Holiday::Double11),
    ("双十二", Holiday::Double12),
    ("双12", Holiday::Double12),
    ("感恩节", Holiday::Thanksgiving),
    ("黑色星期五", Holiday::BlackFriday),
    ("黑五", Holiday::BlackFriday),
    ("平安夜", Holiday::ChristmasEve),
    ("圣诞节", Holiday::Christmas),
    ("圣诞", Holiday::Christmas),
    ("复活节", Holiday::Easter),
    ("除夕夜", Holiday::LunarEve),
    ("除夕", Holiday::LunarEve),
    ("大年三十", Holiday::LunarEve),
    ("大年初一", Holiday::LunarNewYear),
    ("春节", Holiday::LunarNewYear),
    ("元宵节", Holiday::Lantern),
    ("元宵", Holiday::Lantern),
    ("端午节", Holiday::DragonBoat),
    ("端午", Holiday::DragonBoat),
    ("七夕节", Holiday::Qixi),
    ("七夕", Holiday::Qixi),
    ("中秋节", Holiday::MidAutumn),
    ("中秋", Holiday::MidAutumn),
    ("重阳节", Holiday::DoubleNinth),
    ("重阳", Holiday::DoubleNinth),
];

/// English names as their words (a hyphen is a word of its own), longer ones first where one begins another.
pub(crate) const ENGLISH: &[(&[&str], Holiday)] = &[
    (&["new", "year's", "eve"], Holiday::NewYearEve),
    (&["new", "years", "eve"], Holiday::NewYearEve),
    (&["new", "year", "eve"], Holiday::NewYearEve),
    (&["new", "year's", "day"], Holiday::NewYear),
    (&["new", "years", "day"], Holiday::NewYear),
    (&["new", "year's"], Holiday::NewYear),
    (&["valentine's", "day"], Holiday::Valentine),
    (&["valentines", "day"], Holiday::Valentine),
    (&["st", "patrick's", "day"], Holiday::StPatrick),
    (&["women's", "day"], Holiday::Women),
    (&["april", "fools", "day"], Holiday::AprilFools),
    (&["april", "fool's", "day"], Holiday::AprilFools),
    (&["good", "friday"], Holiday::GoodFriday),
    (&["easter", "monday"], Holiday::EasterMonday),
    (&["easter", "sunday"], Holiday::Easter),
    (&["easter"], Holiday::Easter),
    (&["labour", "day"], Holiday::Labour),
    (&["labor", "day"], Holiday::LabourUs),
    (&["may", "day"], Holiday::Labour),
    (&["memorial", "day"], Holiday::MemorialUs),
    (&["mother's", "day"], Holiday::Mother),
    (&["mothers", "day"], Holiday::Mother),
    (&["father's", "day"], Holiday::Father),
    (&["fathers", "day"], Holiday::Father),
    (&["children's", "day"], Holiday::Children),
    (&["independence", "day"], Holiday::IndependenceUs),
    (&["national", "day"], Holiday::National),
    (&["halloween"], Holiday::Halloween),
    (&["singles", "day"], Holiday::Double11),
    (&["singles'", "day"], Holiday::Double11),
    (&["singles", "'", "day"], Holiday::Double11),
    (&["single's", "day"], Holiday::Double11),
    (&["double", "11"], Holiday::Double11),
    (&["double", "12"], Holiday::Double12),
    (&["thanksgiving", "day"], Holiday::Thanksgiving),
    (&["thanksgiving"], Holiday::Thanksgiving),
    (&["black", "friday"], Holiday::BlackFriday),
    (&["cyber", "monday"], Holiday::CyberMonday),
    (&["christmas", "eve"], Holiday::ChristmasEve),
    (&["christmas", "day"], Holiday::Christmas),
    (&["christmas"], Holiday::Christmas),
    (&["xmas"], Holiday::Christmas),
    (&["boxing", "day"], Holiday::Boxing),
    (&["chinese", "new", "year's", "eve"], Holiday::LunarEve),
    (&["chinese", "new", "year"], Holiday::LunarNewYear),
    (&["lunar", "new", "year"], Holiday::LunarNewYear),
    (&["spring", "festival"], Holiday::LunarNewYear),
    (&["lantern", "festival"], Holiday::Lantern),
    (&["qingming"], Holiday::Qingming),
    (&["dragon", "boat", "festival"], Holiday::DragonBoat),
    (&["mid", "-", "autumn", "festival"], Holiday::MidAutumn),
    (&["mid", "-", "autumn"], Holiday::MidAutumn),
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_holiday_falls_on_its_day() {
        for (holiday, expected) in [
            (Holiday::LunarNewYear, date(2027, 2, 6)),
            (Holiday::LunarNewYear, date(2030, 2, 3)),
            (Holiday::LunarEve, date(2026, 2, 16)),
            (Holiday::Qingming, date(2026, 4, 5)),
            (Holiday::Easter, date(2026, 4, 5)),
            (Holiday::Easter, date(2027, 3, 28)),
            (Holiday::Thanksgiving, date(2026, 11, 26)),
            (Holiday::BlackFriday, date(2026, 11, 27)),
            (Holiday::Mother, date(2026, 5, 10)),
            (Holiday::Father, date(2026, 6, 21)),
            (Holiday::MemorialUs, date(2026, 5, 25)),
            (Holiday::LabourUs, date(2026, 9, 7)),
        ] {
            let expected = expected.unwrap();
            assert_eq!(holiday.day(expected.year()), Some(expected), "{holiday:?}");
        }
        assert_eq!(Holiday::MidAutumn.day(2036), None);
        assert_eq!(Holiday::MidAutumn.day(i32::MIN / 2), None);
    }

    #[test]
    fn every_lunar_holiday_stays_near_its_season() {
        for year in 2020..=2035 {
            assert!((1..=2).contains(&u8::from(Holiday::LunarNewYear.day(year).unwrap().month())));
            let moons = (Holiday::MidAutumn.day(year).unwrap() - Holiday::DragonBoat.day(year).unwrap()).whole_days();
            // Three moons and ten days, or four where a leap month lies between.
            assert!((97..=101).contains(&moons) || (127..=130).contains(&moons), "{year}: {moons}");
        }
    }
}
