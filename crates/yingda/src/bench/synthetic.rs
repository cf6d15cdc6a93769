//! Invented knowledge of any size: every thing a shop could sell with everything that could be asked of it.

const THINGS: [&str; 40] = [
    "电热水壶",
    "电饭煲",
    "空气炸锅",
    "榨汁杯",
    "加湿器",
    "四件套",
    "毛巾礼盒",
    "保温杯",
    "龙井茶",
    "坚果礼盒",
    "香薰蜡烛",
    "收纳箱",
    "护眼台灯",
    "颈椎枕",
    "不粘炒锅",
    "扫地机器人",
    "洗碗机",
    "电动牙刷",
    "吹风机",
    "体重秤",
    "投影仪",
    "蓝牙音箱",
    "行李箱",
    "雨伞",
    "登山鞋",
    "瑜伽垫",
    "儿童水杯",
    "婴儿推车",
    "猫粮",
    "狗窝",
    "咖啡机",
    "磨豆机",
    "烤箱",
    "微波炉",
    "除湿机",
    "空调扇",
    "电热毯",
    "智能门锁",
    "摄像头",
    "路由器",
];
const PLACES: [&str; 25] = [
    "杭州",
    "上海",
    "成都",
    "北京",
    "广州",
    "深圳",
    "武汉",
    "西安",
    "南京",
    "重庆",
    "天津",
    "苏州",
    "长沙",
    "青岛",
    "沈阳",
    "大连",
    "厦门",
    "昆明",
    "哈尔滨",
    "济南",
    "郑州",
    "福州",
    "合肥",
    "南宁",
    "兰州",
];
const MATTERS: [(&str, &str); 10] = [
    ("多久能发货到", "一般下单后当天发出，三天内送达"),
    ("可以退货到", "签收后七天内可以退到当地仓库"),
    ("有没有门店在", "当地有体验店，详情请看门店页面"),
    ("的运费是多少到", "满五十九元包邮，不满收八元"),
    ("坏了能保修吗在", "一年内免费保修，当地有维修点"),
    ("能开发票吗寄到", "支持电子发票和纸质发票"),
    ("支持货到付款吗在", "目前不支持货到付款"),
    ("能上门安装吗在", "购买后可以预约免费上门安装"),
    ("能换颜色吗寄往", "发货前可以联系客服更换颜色"),
    ("有优惠券吗在", "新人可领二十元优惠券"),
];

/// `count` entries as JSONL, the same every time.
pub fn faq(count: u32) -> String {
    (0..count as usize)
        .map(|i| {
            let (question, variant, answer) = entry(i);
            format!(r#"{{"question":"{question}","answer":"{answer}。","variants":["{variant}"],"lang":"zh"}}"#)
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn entry(i: usize) -> (String, String, String) {
    let thing = THINGS[i % THINGS.len()];
    let (matter, answer) = MATTERS[i / THINGS.len() % MATTERS.len()];
    let place = PLACES[i / (THINGS.len() * MATTERS.len()) % PLACES.len()];
    // Beyond all combinations a model number keeps questions apart.
    let model = match i / (THINGS.len() * MATTERS.len() * PLACES.len()) {
        0 => String::new(),
        round => format!("QH{round}"),
    };
    (
        format!("{thing}{model}{matter}{place}"),
        format!("请问{place}买的{thing}{model}，{matter}这边"),
        format!("{place}的{thing}{model}：{answer}"),
    )
}

/// The `i`th question as a customer would put it: not word for word.
pub fn question(i: usize) -> String {
    let (question, _, _) = entry(i * 7919 % 10_000);
    match i % 4 {
        0 => format!("你好，{question}呢"),
        1 => format!("想问一下{question}啊，急"),
        2 => question,
        _ => format!("{question}，麻烦快点回复谢谢"),
    }
}

/// The `i`th question word for word.
pub fn exact_question(i: usize) -> String {
    entry(i * 7919 % 10_000).0
}
