use proptest::prelude::*;

use super::*;

fn shop() -> Speller {
    let texts = [
        "怎么申请退款？退款多久到账？",
        "退款原路退回，退款进度在我的订单里看",
        "退款失败怎么办",
        "怎么取消订单？",
        "什么时候发货",
        "修改收货地址",
        "快递到哪了，物流信息不更新",
        "可以用支付宝和微信支付吗",
        "优惠券怎么用不了",
        "怎么开发票，发票抬头写错了",
        "我要投诉，客服态度差",
        "联系人工客服",
        "在吗，请问有没有货",
        "账号登录不了，忘记密码",
        "How do I return an item and get a refund?",
        "Where is my order? Track my parcel.",
        "Can I cancel my order and change the delivery address?",
        "My coupon does not work",
    ];
    Speller::with_words(texts, [("青禾优品", 3), ("QH-KT17", 1)])
}

fn corrected(text: &str) -> String {
    shop().correct(text).text
}

#[test]
fn english_slips_are_corrected() {
    for (text, right) in [
        ("how do i retrun an itme", "how do i return an item"),
        ("I want a refnud", "I want a refund"),
        ("wher is my oder", "where is my order"),
        ("recieve my parcle", "receive my parcel"),
        ("chagne the adress", "change the address"),
        ("CANCLE MY ORDER", "CANCEL MY ORDER"),
        ("Cupon is not working", "Coupon is not working"),
        ("the delivrey is sooooo slow", "the delivery is so slow"),
        ("pleeease help", "please help"),
    ] {
        assert_eq!(corrected(text), right);
    }
}

#[test]
fn the_neighbours_tell_which_word_was_meant() {
    let texts = [
        "has my card been sent to me",
        "how do I track my card",
        "where is the card you sent me",
        "when did you send my card",
        "what is the tracking number for the card",
        "the card has not come yet",
        "I should have the tracking number",
        "can I get my card in the mail",
    ];
    let speller = Speller::new(texts.iter().cycle().take(texts.len() * 20));
    for (text, right) in [
        ("the cad hou sent me", "the card you sent me"),
        ("how do i track mh ard", "how do i track my card"),
        ("the tdakcinh number", "the tracking number"),
        ("the ardhas not ome", "the card has not come"),
        ("what shouldI do", "what should I do"),
        ("xhouldI track it", "should I track it"),
        // Words that exist stay where nothing speaks against them.
        ("a hard lesson for you", "a hard lesson for you"),
        ("the cards and the carts", "the cards and the carts"),
        ("my friend Hou sent me flowers", "my friend Hou sent me flowers"),
    ] {
        assert_eq!(speller.correct(text).text, right);
    }
}

#[test]
fn characters_that_stand_twice_or_the_wrong_way_round_are_put_right() {
    let texts = [
        "麻烦把订单取消",
        "麻烦把地址改一下",
        "先付款再发货",
        "先看物流走哪条线",
        "收货地址填错了",
        "规格拍错了怎么改",
        "我拍错了规格，改到公司",
        "快递到哪了，先改地址",
        "能改到明天吗",
    ];
    let speller = Speller::new(texts.iter().cycle().take(texts.len() * 5));
    for (text, right) in [
        ("麻把烦订单取消", "麻烦把订单取消"),
        ("货收地址填错了", "收货地址填错了"),
        ("先先付款", "先付款"),
        ("规格牌错了", "规格拍错了"),
        ("改刀公司", "改到公司"),
        ("么怎改地址", "怎么改地址"),
        ("怎me改地址", "怎么改地址"),
        ("天天看看物流，谢谢", "天天看看物流，谢谢"),
        ("钉钉上发货", "钉钉上发货"),
    ] {
        assert_eq!(speller.correct(text).text, right);
    }
}

#[test]
fn spaces_are_put_and_taken() {
    for (text, right) in [
        ("howdoireturn", "how do i return"),
        ("i want a re fund", "i want a refund"),
        ("cancelmyorder please", "cancel my order please"),
        ("can cel my order", "can cel my order"),
        ("track my par cel", "track my parcel"),
    ] {
        let found = corrected(text);
        assert!(found == right || text == "can cel my order" && found == "cancel my order", "{text} {found}");
    }
}

#[test]
fn letters_that_only_look_right_are_replaced() {
    for (text, right) in [
        ("my 0rder", "my order"),
        ("de1ivery date", "delivery date"),
        ("rеfund", "refund"),
        ("ｒｅｆｕｎｄ please", "refund please"),
    ] {
        assert_eq!(corrected(text), right);
    }
}

#[test]
fn what_is_right_is_left_alone() {
    let speller = shop();
    for text in [
        "How do I return an item that I bought yesterday? It's broken.",
        "My order QH2611050123 and http://shop.exmaple/retrun and hlep@exmaple.example",
        "QH-KT17 的保修期多久",
        "我的订单什么时候发货，昨天下的单",
        "你好，我想咨询一下这个商品还有货吗",
        "谢谢你，麻烦帮我看看物流到哪里了",
        "刚才付款的时候银行卡提示余额不足",
        "孩子不小心把屏幕摔坏了，能不能修",
        "Tengo un problema con mi pedido, ¿dónde está?",
        "Bonjour, je voudrais annuler ma commande",
        "iPhone 15 Pro, DHL, Zojirushi",
        "他说的是真的吗，我不太相信",
        "ok",
        "12345",
        "",
    ] {
        assert_eq!(speller.correct(text), Corrected { text: text.to_owned(), changes: vec![] });
    }
}

#[test]
fn characters_of_the_same_sound_or_shape_are_corrected() {
    for (text, right) in [
        ("我要退宽", "我要退款"),
        ("怎么取小订单", "怎么取消订单"),
        ("修改收货地只", "修改收货地址"),
        ("支付保可以用吗", "支付宝可以用吗"),
        ("我要投拆你们", "我要投诉你们"),
        ("怎么开发漂", "怎么开发票"),
        ("优会券用不了", "优惠券用不了"),
        ("再吗", "在吗"),
        ("什么时侯发货", "什么时候发货"),
        ("快弟到哪了", "快递到哪了"),
        ("单订到哪了", "订单到哪了"),
    ] {
        assert_eq!(corrected(text), right);
    }
}

#[test]
fn pinyin_becomes_characters() {
    for (text, right) in [
        ("wo yao tuikuan", "我要退款"),
        ("tui kuan", "退款"),
        ("tuikuan", "退款"),
        ("zenme quxiao dingdan", "怎么取消订单"),
        ("怎么qu消订单", "怎么取消订单"),
        ("我要tuikuan", "我要退款"),
        ("tk", "退款"),
        ("我要tk", "我要退款"),
    ] {
        assert_eq!(corrected(text), right);
    }
}

#[test]
fn a_change_says_where_it_was() {
    let text = "请问，tuikuan 要多久";
    let corrected = shop().correct(text);
    let change = &corrected.changes[0];
    assert_eq!(
        (&text[change.start..change.end], change.from.as_str(), change.to.as_str()),
        ("tuikuan", "tuikuan", "退款")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn changes_lie_in_the_text_in_order(
        text in any::<String>(),
        mixed in "[a-z退款宽订单取消tuikan 0-9,。'’я\u{301}ｒＡ]{0,40}",
        near in "[退款款宽訂单订消取我要到刀 tI'uiyou]{0,40}",
        own in any::<String>(),
    ) {
        let speller = Speller::with_words([&own], [(&own, 1)]);
        let fixed = shop();
        for text in [text, mixed, near] {
            for speller in [&speller, &fixed] {
                let corrected = speller.correct(&text);
                let mut rebuilt = String::new();
                let mut last = 0;
                for change in &corrected.changes {
                    prop_assert!(change.start >= last && change.start < change.end && change.from != change.to);
                    prop_assert_eq!(&text[change.start..change.end], &change.from);
                    rebuilt.push_str(&text[last..change.start]);
                    rebuilt.push_str(&change.to);
                    last = change.end;
                }
                rebuilt.push_str(&text[last..]);
                prop_assert_eq!(&rebuilt, &corrected.text);
            }
        }
    }
}
