//! Words with which people say what a text of a company says in others, besides those that the language crate knows.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A line a group; English words are stems.
const GROUPS: &str = "丢 丢失 遗失 弄丢 不见\n次年 第二年 明年\n原路 原来 原 原账户\n孩子 儿童 宝宝 小孩 小朋友 娃\n座位 位子 位置 席位\n预约 约 预定 预订 订 定\n\
保洁 打扫 清洁\n赔 赔偿 赔付 补偿\n释放 放掉 取消\n餐 早餐 吃饭 用餐\n进食 吃 喂 禁食 吃东西 空腹\n喝水 饮水 禁水 喝\n宠物 狗 猫\n搬 移机 搬家\n\
丈量 测量\n身份证 证件\n驾照 驾驶证\n驾龄 拿证\n修 维修 修理 检修\n坏 损坏 故障 坏果 破损\n上门 到家\n更换 换 更新 补换\n延期 延迟 晚 推迟 顺延\n提前 早\n\
钱 款 金额 费用 款项\n费 手续费 服务费 费用\n利息 计息 息\n缴 交 缴纳 付 支付 缴费 交费\n收取 收 加收 另收\n上限 最高 最多 封顶 不超过\n起 最低 至少 不少于\n\
地址 住址\n电话 热线 号码\n医生 大夫 主任\n门诊 看诊 出诊 坐诊\n学费 课费 费用\n课 课时 课程\n老师 教练 导师\n账户 卡 账号\n周末 周六 周日\n夜间 晚上 半夜 夜里\n\
全天 24小时\n首次 第一次 头一次 首\n免 免费 不收 不用\n有效 有效期 过期 到期\n打开 启动 开启\n关 关闭 关掉 停\n材料 资料 文件 证明\n携带 带 带上 自带 自备\n\
行李 箱子 托运\n客户 顾客 用户 您\n违约金 罚金 滞纳金\n退 退还 返还 退款 退费\n剩 剩余 剩下 还剩\n每 各\n家长 父母\n陪同 陪 陪着\n度数 不适 不舒服\n\
stay lodg accommod\nkid child children under-16\nphone call ring telephon\nfast eat food meal\ncar vehicl\npick collect pick-up pickup\nready avail finish\n\
unus left remain\nminus less deduct\nrefund return back\ncost price charg fee pay\nfree waiv\nmust requir need have\nopen run\nclos shut\nlate delay overdu\nparcel packag deliveri\n\
bring carri take\nstart begin open\nend finish close\nallow permit welcom accept may can\nbook reserv appoint reserve\nfix repair mend\nbroken damag defect faulti\nsend ship dispatch post mail\n\
receiv get arriv\nmove reschedul chang shift\nlose lost miss\ncover insur includ\nbill invoic statement\nmember membership\nday 24-hour\nmonth monthli\nyear yearli annual\ntwice doubl\nhalf 50\n\
dog pet anim cat\nkeep hold store\nbill owe balanc\nuntil before\nafter onc\nprovid depend\nstudent learner pupil\nteacher tutor coach\ncourse class lesson\ndoctor dr physician\n\
bike bicycl\nticket fare\nbag luggag suitcas\nbathroom toilet\nwire cabl\nunplug disconnect\nplug connect\nscratch mark\nlens lense";

static TABLE: LazyLock<HashMap<&'static str, Vec<u8>>> = LazyLock::new(|| {
    let mut table: HashMap<&str, Vec<u8>> = HashMap::new();
    for (number, group) in GROUPS.lines().enumerate() {
        for word in group.split(' ') {
            table.entry(word).or_default().push(number as u8);
        }
    }
    table
});

/// Whether two words (English ones stemmed) may stand for each other.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (TABLE.get(a), TABLE.get(b)) else { return false };
    a.iter().any(|group| b.contains(group))
}
