//! Different words for the same thing, in the language of customers and shops.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::english::stem;

/// A group of words that mean about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Concept(pub u16);

/// The group a token's text belongs to, if any.
pub fn concept(term: &str) -> Option<Concept> {
    static CONCEPTS: OnceLock<HashMap<String, Concept>> = OnceLock::new();
    CONCEPTS
        .get_or_init(|| {
            let mut map = HashMap::new();
            for (number, group) in GROUPS.iter().enumerate() {
                for word in group.split_whitespace() {
                    map.entry(stem(word)).or_insert(Concept(number as u16));
                }
            }
            map
        })
        .get(term)
        .copied()
}

/// A line a group. A word belongs to the first group that names it.
const GROUPS: &[&str] = &[
    "取消 撤销 撤单 退订",
    "退货 退回 寄回 退掉 退换货 退换",
    "退款 退钱 返款 退费",
    "换货 调换 更换 换",
    "修改 更改 改 变更 改成 改为 更正 换成",
    "快递 物流 包裹 运单 快件 邮件 货",
    "发货 寄出 发出 出货 寄 发",
    "到货 收到 送到 送达 到 签收 收货",
    "配送 派送 送货 送",
    "运费 邮费 快递费 邮资 物流费",
    "包邮 免邮 免运费",
    "怎么 如何 怎样 怎么样 咋 咋样 怎 怎么办 咋办 步骤 流程 方法 方式",
    "多久 几天 多长时间 什么时候 何时 几时 时间 时效 多少天 几小时 几点",
    "多少 多少钱 价格 价钱 几块 几元 价位 收费 费用",
    "哪里 哪儿 在哪 何处 哪 地方",
    "为什么 为啥 为何 怎么回事 原因",
    "购买 买 下单 选购 拍 订购 入手",
    "付款 支付 付钱 付 结账 买单 交钱",
    "发票 开票 票据",
    "抬头 名头",
    "优惠券 券 红包 代金券 优惠卷 优惠码",
    "优惠 折扣 打折 促销 活动 便宜 特价",
    "积分 分数 点数",
    "会员 vip 会籍",
    "等级 级别 档次",
    "客服 人工 人工客服 坐席",
    "电话 热线 号码 联系电话",
    "联系 找 咨询",
    "门店 店铺 实体店 线下店 店面 分店",
    "地址 位置 住址",
    "营业时间 开门 关门 营业 上班 下班",
    "坏 损坏 破损 故障 坏掉 破 碎 烂 裂",
    "质量 品质",
    "保修 质保 维修 修理 修 返修",
    "漏 漏水 渗水",
    "丢 丢失 遗失 弄丢 不见 丢件",
    "少 漏发 缺 少件 缺件",
    "错 发错 错发 不对",
    "密码 口令",
    "登录 登陆 登入",
    "注册 开户 开通",
    "注销 删除 销户",
    "账号 账户 帐号 帐户 号",
    "忘 忘记 忘了",
    "绑定 关联",
    "手机号 手机 手机号码",
    "查询 查 查看 看 跟踪 追踪 看看",
    "使用 用法 操作 用",
    "支持 提供 接受",
    "降价 价保 保价 差价 补差 跌价",
    "分期 花呗 分期付款",
    "礼品卡 购物卡 礼卡",
    "过期 失效 到期 有效期 作废",
    "库存 有货 现货 缺货 补货",
    "尺寸 大小 尺码 规格 多大",
    "材质 材料 面料 成分",
    "清洗 洗 清洁 清理",
    "刻字 定制 雕刻",
    "合并 一起 拼单",
    "拆 拆封 开封 打开 拆开",
    "投诉 举报 意见",
    "催 加急 加快 快点 尽快 催促",
    "申请 办理 提交 申报",
    "到账 退到 返还 返回 到帐",
    "孩子 小孩 儿童 宝宝 婴儿",
    "妈妈 母亲",
    "cancel withdraw revoke annul",
    "return",
    "refund reimburse reimbursement moneyback",
    "exchange swap replace replacement",
    "change modify edit update amend alter correct",
    "parcel package shipment delivery deliver packet consignment courier",
    "ship dispatch send mail post",
    "arrive receive reach come",
    "track trace status follow locate",
    "cost price fee charge pricing expensive much",
    "buy purchase order",
    "pay payment checkout",
    "invoice receipt bill",
    "coupon voucher promo code",
    "discount sale cheaper promotion offer",
    "point reward",
    "member membership loyalty tier level",
    "agent human representative operator staff person people someone",
    "phone telephone hotline call number",
    "contact reach",
    "store shop branch outlet",
    "location address place located where",
    "hour opening open close time when long",
    "broken damage defective faulty defect crack fault",
    "repair fix mend warranty guarantee",
    "lost missing lose disappear",
    "password passcode pin",
    "login log signin sign",
    "register signup create join",
    "delete remove close erase",
    "account profile",
    "how steps procedure process",
    "abroad overseas international foreign internationally",
    "country nation",
    "child kid baby infant toddler",
    "mother mom mum maternal",
    "pregnant pregnancy expecting",
    "sick ill illness unwell disease",
    "safe safety danger dangerous risk risky hazard",
    "protect prevent avoid prevention protection precaution guard",
    "catch contract infect infection transmit spread transmission contagious infectious",
    "doctor physician clinician healthcare medical hospital",
    "symptom sign",
    "test testing check diagnose diagnosis screen",
    "treat treatment cure therapy medicine drug medication remedy",
    "vaccine vaccination immunization",
    "die death fatal dead deceased mortality body pass",
    "origin source begin start",
    "new novel recent",
    "travel trip journey holiday vacation tour visit",
    "plane airplane flight aircraft fly airline",
    "cruise boat ship",
    "school classroom class student childcare kindergarten",
    "pet animal dog cat",
    "food eat meal grocery",
    "clean disinfect sanitize wash hygiene",
    "mask facemask respirator",
    "old elderly older senior age",
    "work job workplace employee employer worker office",
    "house home household",
    "dismiss shut",
    "need require necessary must mandatory",
    "large big size",
    "quick fast soon urgent speed hurry",
    "allow permit permitted",
    "material fabric made",
    "engrave engraving custom personalise personalize",
    "expire expiry valid expiration",
    "instalment installment",
    "late delay slow overdue",
    "wrong incorrect mistake error",
    "complaint complain",
    "virus coronavirus covid corona",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_the_same_thing_share_a_concept() {
        for (a, b) in [
            ("取消", "撤销"),
            ("怎么", "如何"),
            ("parcel", "packag"),
            ("child", "kid"),
        ] {
            assert!(concept(a).is_some(), "{a}");
            assert_eq!(concept(a), concept(b), "{a} {b}");
        }
        assert_eq!(concept("石头"), None);
    }
}
