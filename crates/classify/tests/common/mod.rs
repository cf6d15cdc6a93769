//! Small sets of examples, in Chinese and English.

#![allow(dead_code, clippy::unwrap_used)]

use yingda_classify::{Example, Options, Trained, train};

pub fn example(text: &str, label: &str) -> Example {
    Example { text: text.into(), labels: if label.is_empty() { Vec::new() } else { vec![label.into()] } }
}

/// What customers of a shop want: three wishes in two languages.
pub fn shop() -> Vec<Example> {
    let wishes = [
        (
            "refund",
            [
                "我要退款",
                "怎么退款",
                "退款多久到账",
                "钱还没退给我",
                "申请退款在哪里",
                "退款进度查一下",
                "能不能把钱退给我",
                "退款失败了怎么办",
                "I want a refund",
                "how do I get a refund",
                "refund my order please",
                "when will I get my money back",
                "my refund has not arrived",
                "give me my money back",
                "refund status",
                "can you refund me",
            ],
        ),
        (
            "delivery",
            [
                "快递到哪里了",
                "什么时候发货",
                "包裹还没收到",
                "物流信息不更新",
                "发货了吗",
                "我的快递怎么还没到",
                "催一下物流",
                "几天能送到",
                "where is my parcel",
                "when will it ship",
                "track my delivery",
                "my package is late",
                "has my order shipped yet",
                "how long does shipping take",
                "parcel not delivered",
                "delivery status please",
            ],
        ),
        (
            "invoice",
            [
                "怎么开发票",
                "我要开专用发票",
                "发票抬头写错了",
                "电子发票在哪下载",
                "可以补开发票吗",
                "发票什么时候寄",
                "开票需要什么资料",
                "发票能改抬头吗",
                "I need an invoice",
                "send me the invoice",
                "the invoice has the wrong name",
                "where can I download my invoice",
                "can I get a VAT invoice",
                "invoice for my company",
                "please issue an invoice",
                "change the invoice title",
            ],
        ),
    ];
    wishes.iter().flat_map(|(label, texts)| texts.iter().map(|text| example(text, label))).collect()
}

/// What nobody sells.
pub fn strangers() -> Vec<Example> {
    [
        "今天天气真好",
        "给我讲个笑话",
        "谁赢了世界杯",
        "推荐一部电影",
        "一加一等于几",
        "帮我写首诗",
        "月亮离地球多远",
        "你喜欢猫还是狗",
        "晚饭吃什么好",
        "唱首歌吧",
        "what is the weather like",
        "tell me a joke",
        "who won the world cup",
        "play some jazz music",
        "how tall is mount everest",
        "translate hello into french",
        "set an alarm for seven",
        "do you like cats",
        "what is the meaning of life",
        "write a poem about spring",
        "recommend a good film",
        "how far away is the moon",
    ]
    .map(|text| example(text, ""))
    .to_vec()
}

pub fn trained(examples: &[Example]) -> Trained {
    train(examples, None, None, &Options::default(), &|_| ()).unwrap()
}
