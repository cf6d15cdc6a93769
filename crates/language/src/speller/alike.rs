//! Characters that look alike.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A group a word: each of its characters may be taken for the others.
const GROUPS: &str = "己已巳 末未 士土 日曰 人入八 天夭夫 候侯 帐账 拆折析拆诉 诉拆 晴睛 清请情请晴 货贷 买卖 拔拨 徒徙 即既 竟竞 治冶 辨辩辫 \
    茶荼 免兔 鸟乌 千干于 刀力 大太犬 今令 田由甲申 王玉主 心必 白自 问间 园圆 贴帖 历厉 做作 象像 弟第 带戴 拿拏 住往 佳住 \
    优忧 伏优 秒抄 抄妙 发友 退腿 迟退 运远 近进 还环 坏环 怀坏 杯坏 换唤 换焕 投没 没设 设没 收牧 放收 改攻 政改 \
    订钉 定订 汀订 单草 革单 早单 物牧 流硫 递弟 速递 签答 鉴签 券卷 劵券 惠患 恩惠 会云 员贝 贝见 积织 织积识 分公 \
    款欸 歉款 票栗 粟票 要耍 抢枪 拾抬 拍柏 掉悼 换挽 挂桂 接按 提堤 报抱 护沪 抱包 打订 地他 他她它池 的得地 买头 头买 \
    客容 宽觅 密蜜 码妈 吗码 玛码 登澄 录绿 绿录 陆录 账张 张帐 号亏 手毛 机饥 杌机 电申 话活 活话 信倍 短知 微徽 徽微 付什 支友 宝玉 \
    尺尽 寸才 色包 颜额 材村 质盾 量童 破波 损捐 捐损 漏漏 水永 永水 冰水 泳 洗冼 裤库 衬村 鞋挂 杯怀 壶壸 锅祸 灯订 炒抄 箱相 \
    送达 达大 到倒 倒到 刚钢 网冈 冈网 氵三 几儿 儿几 元无 无元 价介 钱线 线钱 费贵 贵费 贱钱 少小 小少 多夕 万方 方万 厂广 \
    明朋 朋明 昨作 晚挽 时对 对时 间问 周用 月日 年牛 午牛 期欺 早旱 处外 外处 哪那 那哪 里理 什计 计什 么公 为力 办为 力办 \
    服报 务各 各务 修休 体休 休体 保堡 险检 检险 验脸 脸验 安按 全金 金全 证征 件伴 伴件 份分 邮由 箱厢 址扯 址止 姓性 名各 \
    原厚 因困 困因 固因 推堆 准淮 淮准 备各 使便 便使 用甩 取最 消清 消肖 销消 撤撒 撒撤 反仅 复夏 回问 答笞 催摧 急忽 快块 块快 慢漫 \
    找我 我找 代伐 充允 值植 植值 植置 提题 题提 现规 规现 视现 余金 额颜 零雷 卡下 下卡 折拆 扣抠 减咸 满瞒 购构 构购 物务";

static ALIKE: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
    let mut alike: HashMap<char, Vec<char>> = HashMap::new();
    for group in GROUPS.split_whitespace() {
        for a in group.chars() {
            let others = alike.entry(a).or_default();
            for b in group.chars().filter(|&b| b != a) {
                if !others.contains(&b) {
                    others.push(b);
                }
            }
        }
    }
    alike
});

/// The characters that a character may be taken for.
pub(crate) fn alike(c: char) -> &'static [char] {
    ALIKE.get(&c).map_or(&[], Vec::as_slice)
}
