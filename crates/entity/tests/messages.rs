//! Messages as customers write them, and what is found in them.

#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use proptest::prelude::*;
use time::macros::datetime;
use yingda_entity::pii::{Masking, Style, find_personal, mask};
use yingda_entity::{Answer, By, Context, Entities, Entity, Item, Kind, Line, OwnType, Setup, Side, Value};

const NOW: Context = Context { now: datetime!(2026-11-22 10:00 +8) };

fn find(text: &str) -> Vec<Entity> {
    static PLAIN: LazyLock<Entities> = LazyLock::new(|| Entities::new(&Setup::default()).unwrap());
    PLAIN.find(text, &NOW)
}

fn one(text: &str, kind: Kind) -> Entity {
    let found = find(text);
    let mut of_kind = found.iter().filter(|entity| entity.kind == kind);
    match (of_kind.next(), of_kind.next()) {
        (Some(entity), None) => entity.clone(),
        _ => panic!("expected one {} in {text:?}, got {found:#?}", kind.name()),
    }
}

fn money(text: &str) -> (i64, Option<String>) {
    match one(text, Kind::Money).value {
        Value::Money { minor, currency } => (minor, currency),
        other => panic!("{other:?}"),
    }
}

#[test]
fn telephone_numbers_are_told_apart() {
    for (text, words, number, line) in [
        ("打13800138000", "13800138000", "+8613800138000", Line::Mobile),
        ("手机：138 0013 8000。", "138 0013 8000", "+8613800138000", Line::Mobile),
        ("电话+86-13800138000", "+86-13800138000", "+8613800138000", Line::Mobile),
        ("座机010-12345678转801", "010-12345678转801", "+861012345678", Line::Landline),
        ("(0571) 8765 4321", "(0571) 8765 4321", "+8657187654321", Line::Landline),
        ("客服400-811-2233", "400-811-2233", "4008112233", Line::Hotline),
        ("拨打95588", "95588", "95588", Line::Hotline),
        ("香港+852 9417 6620", "+852 9417 6620", "+85294176620", Line::Mobile),
        ("澳門+853 6628 4175", "+853 6628 4175", "+85366284175", Line::Mobile),
        ("台灣0912-345-678", "0912-345-678", "+886912345678", Line::Mobile),
        ("call +44 20 7946 0958", "+44 20 7946 0958", "+442079460958", Line::Unknown),
        ("call me at (212) 555-0143", "(212) 555-0143", "+12125550143", Line::Unknown),
        ("手机号幺三八零零幺三八零零零", "幺三八零零幺三八零零零", "+8613800138000", Line::Mobile),
        ("１３８００１３８０００", "１３８００１３８０００", "+8613800138000", Line::Mobile),
    ] {
        let found = one(text, Kind::Phone);
        let Value::Phone(phone) = found.value else { panic!("{text}") };
        assert_eq!((found.text.as_str(), phone.number.as_str(), phone.line), (words, number, line), "{text}");
    }
}

#[test]
fn papers_with_check_digits_are_believed() {
    for (text, kind, words) in [
        ("身份证11010519491231002X", Kind::IdCard, "11010519491231002X"),
        ("身份证110105 19491231 002X", Kind::IdCard, "110105 19491231 002X"),
        ("香港身份證A123456(3)", Kind::IdCard, "A123456(3)"),
        ("台灣A123456789", Kind::IdCard, "A123456789"),
        ("卡号4111 1111 1111 1111", Kind::BankCard, "4111 1111 1111 1111"),
        ("IBAN GB82 WEST 1234 5698 7654 32 please", Kind::Iban, "GB82 WEST 1234 5698 7654 32"),
    ] {
        let found = one(text, kind);
        assert_eq!((found.text.as_str(), found.by), (words, By::Checksum), "{text}");
    }
}

#[test]
fn other_numbers_and_addresses_of_the_network() {
    for (text, kind, words) in [
        ("邮箱是li.lei@mail.cn，谢谢", Kind::Email, "li.lei@mail.cn"),
        ("见https://a.example/b?c=1。", Kind::Url, "https://a.example/b?c=1"),
        ("from 192.168.0.1 today", Kind::Ip, "192.168.0.1"),
        ("车牌京A·D08412", Kind::Plate, "京A·D08412"),
        ("粤Z·8F21港能进吗", Kind::Plate, "粤Z·8F21港"),
        ("护照号E61840275", Kind::Passport, "E61840275"),
        ("my SSN is 460-89-9847", Kind::Ssn, "460-89-9847"),
        ("邮编310000", Kind::Postcode, "310000"),
        ("订单号：QH2611050123", Kind::OrderNumber, "QH2611050123"),
        ("订单 20261105012345 到哪了", Kind::OrderNumber, "20261105012345"),
        ("order #98765432 is late", Kind::OrderNumber, "98765432"),
        ("顺丰SF1234567890123", Kind::ParcelNumber, "SF1234567890123"),
        ("tracking number EE123456785CN", Kind::ParcelNumber, "EE123456785CN"),
    ] {
        assert_eq!(one(text, kind).text, words, "{text}");
    }
}

#[test]
fn money_in_many_ways_of_writing() {
    let yuan = Some("CNY".to_owned());
    let dollars = Some("USD".to_owned());
    for (text, expected) in [
        ("退我¥1,299.50", (129_950, yuan.clone())),
        ("一千二百块", (120_000, yuan.clone())),
        ("99块9", (9990, yuan.clone())),
        ("三块五", (350, yuan.clone())),
        ("一共2.5万元", (2_500_000, yuan.clone())),
        ("5毛钱", (50, yuan.clone())),
        ("花了299元", (29_900, yuan)),
        ("it cost $12.99", (1299, dollars.clone())),
        ("12 dollars", (1200, dollars)),
        ("预算3k", (300_000, None)),
        ("我花了三万五", (3_500_000, None)),
        ("5000日元", (5000, Some("JPY".to_owned()))),
    ] {
        assert_eq!(money(text), expected, "{text}");
    }
}

#[test]
fn quantities_with_units() {
    for (text, amount, unit) in [
        ("买3斤", 3.0, "斤"),
        ("500ml的", 500.0, "ml"),
        ("要两箱", 2.0, "箱"),
        ("重1.5kg", 1.5, "kg"),
        ("换成42码", 42.0, "码"),
        ("256G的", 256.0, "GB"),
        ("500g坚果", 500.0, "g"),
        ("3 boxes please", 3.0, "box"),
    ] {
        let Value::Quantity { amount: found, unit: of } = one(text, Kind::Quantity).value else { panic!("{text}") };
        assert_eq!((found, of.as_str()), (amount, unit), "{text}");
    }
}

#[test]
fn percentages_and_discounts() {
    for (text, value) in [
        ("涨了30%", Value::Percent { percent: 30.0 }),
        ("百分之十五", Value::Percent { percent: 15.0 }),
        ("打八五折", Value::Discount { off_percent: 15.0 }),
        ("8折", Value::Discount { off_percent: 20.0 }),
        ("20% off", Value::Discount { off_percent: 20.0 }),
    ] {
        assert_eq!(one(text, Kind::Percent).value, value, "{text}");
    }
}

#[test]
fn which_of_several() {
    for (text, from, position) in [
        ("第二个", Side::Start, 2),
        ("倒数第二个", Side::End, 2),
        ("最后一个", Side::End, 1),
        ("上面那个", Side::Before, 1),
        ("the second one", Side::Start, 2),
        ("the last one", Side::End, 1),
        ("option 3", Side::Start, 3),
    ] {
        assert_eq!(one(text, Kind::Ordinal).value, Value::Ordinal { from, position }, "{text}");
    }
}

#[test]
fn times_and_lengths_of_time() {
    assert_eq!(one("下周三下午三点送到", Kind::Time).text, "下周三下午三点");
    assert_eq!(one("等了3天了", Kind::Duration).text, "3天");
}

#[test]
fn an_address_is_cut_into_its_parts() {
    let found = one("寄到浙江省杭州市余杭区良渚街道古墩路88号玉鸟苑7幢2单元1101，谢谢", Kind::Address);
    assert_eq!(found.text, "浙江省杭州市余杭区良渚街道古墩路88号玉鸟苑7幢2单元1101");
    let Value::Address(address) = found.value else { panic!() };
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    assert_eq!(
        [
            part(&address.province),
            part(&address.city),
            part(&address.district),
            part(&address.town),
            part(&address.street),
            part(&address.number),
            part(&address.estate),
            part(&address.building),
            part(&address.unit),
            part(&address.room),
        ],
        ["浙江省", "杭州市", "余杭区", "良渚街道", "古墩路", "88号", "玉鸟苑", "7幢", "2单元", "1101"]
    );
}

#[test]
fn a_place_is_no_address() {
    for text in ["从西湖到灵隐寺坐几路车", "成都到重庆的动车票", "你们门店在万象街三楼吗", "长城葡萄酒"]
    {
        assert!(find(text).iter().all(|entity| entity.kind != Kind::Address), "{text}");
    }
}

#[test]
fn people_are_found_in_both_languages() {
    for (text, words) in [
        ("我叫陈晓岚，我的快递到了吗", "陈晓岚"),
        ("您好我是王女士", "王女士"),
        ("My name is Harriet Osborne", "Harriet Osborne"),
        ("Hi, this is John Miller, where is my order?", "John Miller"),
    ] {
        assert_eq!(one(text, Kind::Person).text, words, "{text}");
    }
}

#[test]
fn ordinary_questions_name_nobody() {
    for text in [
        "这款吹风机功率多大",
        "我太高兴了",
        "安全吗",
        "Where is my order?",
        "How do I reset my password?",
        "Please Help Me",
    ] {
        assert_eq!(find_personal(text), [], "{text}");
    }
}

#[test]
fn an_answer_is_the_whole_message() {
    assert_eq!(one("嗯嗯，好的", Kind::Answer).value, Value::Answer { answer: Answer::Yes });
    assert_eq!(one("no thanks", Kind::Answer).value, Value::Answer { answer: Answer::No });
}

static SHOP: LazyLock<Entities> = LazyLock::new(shop);

fn shop() -> Entities {
    let item = |id: &str, name: &str, synonyms: &[&str]| Item {
        id: id.to_owned(),
        name: name.to_owned(),
        synonyms: synonyms.iter().map(|name| (*name).to_owned()).collect(),
    };
    Entities::new(&Setup {
        order_numbers: vec![r"QH\d{10}".to_owned()],
        products: vec![
            item("QH-JB04", "便携榨汁杯", &["榨汁杯", "Portable Blender"]),
            item("QH-TB50", "316 保温杯 500ml", &["保温杯"]),
        ],
        own_types: vec![OwnType {
            name: "branch".to_owned(),
            values: vec![item("west", "城西店", &["西湖店"])],
            patterns: vec![r"BR-\d{3}".to_owned()],
        }],
        ..Setup::default()
    })
    .unwrap()
}

fn product(text: &str) -> Option<(String, By)> {
    let found = SHOP.find(text, &NOW).into_iter().find(|entity| entity.kind == Kind::Product)?;
    let Value::Item { id, .. } = found.value else { panic!() };
    Some((id, found.by))
}

#[test]
fn products_are_found_by_name_synonym_sound_and_spelling() {
    assert_eq!(product("便携榨汁杯漏水"), Some(("QH-JB04".to_owned(), By::Dictionary)));
    assert_eq!(product("榨汁杯漏水"), Some(("QH-JB04".to_owned(), By::Dictionary)));
    assert_eq!(product("保温杯500ml多少钱"), Some(("QH-TB50".to_owned(), By::Dictionary)));
    assert_eq!(product("炸汁杯漏水"), Some(("QH-JB04".to_owned(), By::Guess)), "the same sound");
    assert_eq!(product("my portabel blender leaks"), Some(("QH-JB04".to_owned(), By::Guess)));
    assert_eq!(product("杯子"), None);
}

#[test]
fn a_type_of_ones_own_needs_no_code() {
    let found = SHOP.find("西湖店和BR-017都没货", &NOW);
    let own: Vec<_> = found
        .iter()
        .filter(|entity| entity.kind == Kind::Own("branch".to_owned()))
        .map(|entity| entity.text.as_str())
        .collect();
    assert_eq!(own, ["西湖店", "BR-017"]);
}

#[test]
fn a_bad_pattern_is_refused_with_its_name() {
    let setup = Setup {
        own_types: vec![OwnType { name: "seat".to_owned(), patterns: vec!["(".to_owned()], ..OwnType::default() }],
        ..Setup::default()
    };
    assert!(Entities::new(&setup).unwrap_err().to_string().contains("seat"));
}

#[test]
fn secrets_are_known_by_the_words_before_them() {
    for (text, kind, words) in [
        ("密码我设的是Xiaomao@2019，还是登不上", Kind::Password, "Xiaomao@2019"),
        ("my password is hunter2x!", Kind::Password, "hunter2x!"),
        ("短信验证码是0917对吧", Kind::OneTimeCode, "0917"),
        ("your code is 552091", Kind::OneTimeCode, "552091"),
        ("户号3301209874，电费怎么翻倍了", Kind::Account, "3301209874"),
        ("date of birth: 6/24/1991", Kind::DateOfBirth, "6/24/1991"),
        ("驾驶证号330106198001011234吗", Kind::DriverLicence, "330106198001011234"),
    ] {
        let found = find_personal(text);
        assert!(found.iter().any(|one| one.kind == kind && &text[one.start..one.end] == words), "{text}: {found:?}");
    }
}

#[test]
fn questions_about_codes_and_passwords_hold_no_secret() {
    for text in [
        "验证码等了十分钟都没收到",
        "密码是不是必须8位以上",
        "密码框点不动",
        "the promo code SPRING30 fails",
        "I forgot my password",
    ] {
        assert_eq!(find_personal(text), [], "{text}");
    }
}

#[test]
fn the_stronger_evidence_wins() {
    // An order number that happens to pass the card's check stays an order number when it is called one.
    assert_eq!(one("订单号4111111111111111", Kind::OrderNumber).text, "4111111111111111");
    // A quantity inside an address is part of the address.
    let found = find("杭州市西湖区文三路90号3单元502室");
    assert_eq!(found.len(), 1, "{found:?}");
}

fn check(text: &str) {
    let mut last = 0;
    for entity in find(text).iter().filter(|entity| entity.kind != Kind::Answer) {
        assert!(entity.start >= last && entity.start < entity.end, "{entity:?} in {text:?}");
        assert_eq!(&text[entity.start..entity.end], entity.text);
        last = entity.end;
    }
    let mut last = 0;
    for personal in find_personal(text) {
        assert!(personal.start >= last && personal.start < personal.end, "{personal:?} in {text:?}");
        assert!(text.is_char_boundary(personal.start) && text.is_char_boundary(personal.end));
        last = personal.end;
    }
    let _ = (mask(text, Style::Partial), mask(text, Style::Label));
    let _ = SHOP.find(text, &NOW);
    let mut masking = Masking::default();
    let safe = masking.mask(text);
    assert_eq!(masking.unmask(&safe), text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn any_text_can_be_read(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn text_of_the_pieces_that_entities_are_made_of_can_be_read(
        text in "([0-9]{1,6}|[a-zA-Z@.]{1,4}|杭州市|西湖区|文三路|号|单元|张|先生|密码|验证码|护照|块|第|个|折|万|¥|\\$|[-+()（）·：:,，/ \n#%]|⟦|⟧|PHONE_1|１|\u{200b}|é|京A){0,24}"
    ) {
        check(&text);
    }
}
