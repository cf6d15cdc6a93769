//! Knowledge of any size: how fast it is indexed and searched, and what it takes on disk and in memory.

use std::path::Path;
use std::time::{Duration, Instant};

use yingda_embedding::Purpose;
use yingda_knowledge::{Embeds, Entry, EntryKind, Index, IndexError, Query, QuestionVector};

/// What was measured.
pub struct Scale {
    pub passages: u64,
    /// Passages indexed a second, without embedding.
    pub indexed_per_second: f64,
    /// Searches with words and meaning, one at a time, without embedding the question.
    pub searches: Vec<Duration>,
    pub disk_bytes: u64,
    /// Memory that the process took for it, without the pages of files, in bytes.
    pub memory_bytes: u64,
}

/// Passages of a document.
const SECTIONS: u32 = 10;
/// Up to so many passages each is an entry of its own, with a question.
const FAQ_UP_TO: u32 = 20_000;
/// Documents taken over at a time.
const BATCH: u32 = 2_000;
const SEARCHES: usize = 1_000;

/// Indexes as many generated passages in `folder`, and searches them.
pub fn measure(passages: u32, folder: &Path) -> Result<Scale, IndexError> {
    yingda_language::warm_up();
    let before = memory().unwrap_or(0);
    let (index, _) = Index::open(folder)?;
    let sections = if passages <= FAQ_UP_TO { 1 } else { SECTIONS };
    let documents = passages.div_ceil(sections);
    let mut indexing = Duration::ZERO;
    for first in (0..documents).step_by(BATCH as usize) {
        let entries = (first..documents.min(first + BATCH)).map(|number| entry(number, sections)).collect();
        let begun = Instant::now();
        index.apply(i64::from(first) + 1, entries, Vec::new())?;
        indexing += begun.elapsed();
    }
    while index.embed_pending(&Invented, 50_000)?.left > 0 {}
    let stats = index.stats();
    let ask = |at: usize| {
        let number = (at as u64 * 7_919 % u64::from(documents)) as u32;
        let section = at as u32 % sections;
        let text = question(number, section);
        let vector =
            QuestionVector { model: Invented.identity(), values: vector(topic(number, section), at as u64, 0.9) };
        Query { vector: Some(vector), limit: 5, ..Query::new(text) }
    };
    // The first searches read what all others find in memory.
    for at in 0..100 {
        index.search(&ask(SEARCHES + at))?;
    }
    let mut searches = Vec::with_capacity(SEARCHES);
    for at in 0..SEARCHES {
        let query = ask(at);
        let begun = Instant::now();
        index.search(&query)?;
        searches.push(begun.elapsed());
    }
    Ok(Scale {
        passages: stats.passages,
        indexed_per_second: stats.passages as f64 / indexing.as_secs_f64(),
        searches,
        disk_bytes: stats.disk_bytes,
        memory_bytes: memory().unwrap_or(0).saturating_sub(before),
    })
}

/// Anonymous memory of this process, in bytes.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of `count`, the first far more often than the last, as words are.
    fn rank(&mut self, count: usize) -> usize {
        ((count as f64).powf(self.share()) as usize).saturating_sub(1).min(count - 1)
    }
}

const CHINESE: &str = "订单 退款 发货 快递 客服 商品 地址 支付 优惠 发票 会员 积分 门店 安装 保修 维修 换货 退货 运费 包装 \
    颜色 尺寸 材质 重量 电池 屏幕 充电 说明书 配件 价格 活动 礼品 预约 时间 周末 工作日 手机 邮箱 密码 账号 登录 注册 \
    申请 审核 到账 银行卡 信用卡 分期 利息 额度 合同 条款 隐私 数据 删除 修改 取消 确认 收货 签收 拒收 破损 缺货 补货 \
    仓库 物流 海关 税费 进口 国产 品牌 型号 规格 功率 温度 清洗 消毒 儿童 老人 宠物 孕妇 过敏 食品 保质期 生产 日期 \
    厨房 卧室 客厅 浴室 阳台 办公室 学校 医院 酒店 机场 火车站 地铁 停车场 城市 农村 山区 北京 上海 广州 深圳 杭州 成都 \
    可以 需要 如果 之后 之前 以内 以上 同时 或者 因为 所以 但是 请在 点击 选择 打开 关闭 填写 提交 等待 联系 处理 完成";
const GLUE: [&str; 6] = ["的", "在", "，", "和", "，请", "。"];
const SYLLABLES: [&str; 40] = [
    "ba", "con", "de", "fer", "gra", "ho", "in", "ju", "ka", "lo", "men", "no", "per", "qui", "ra", "sta", "ter", "un",
    "vi", "wo", "ex", "ta", "ble", "ing", "tion", "al", "or", "ist", "ness", "er", "pro", "dis", "sub", "mar", "col",
    "pen", "sil", "tur", "bur", "lan",
];
/// Different words of each language, beside the common ones.
const WORDS: usize = 40_000;

/// A passage of about 150 tokens: every third in letters, the others in Chinese.
fn text(number: u32, section: u32) -> String {
    let mut dice = Dice(u64::from(number) << 8 | u64::from(section));
    let common: Vec<&str> = CHINESE.split_whitespace().collect();
    let mut text = String::with_capacity(700);
    if number.is_multiple_of(3) {
        for word in 0..90 {
            if word > 0 {
                text.push_str(if dice.next().is_multiple_of(12) { ". " } else { " " });
            }
            text.push_str(&latin(dice.rank(WORDS)));
        }
    } else {
        for _ in 0..80 {
            text.push_str(common[dice.rank(common.len())]);
            text.push_str(GLUE[dice.next() as usize % GLUE.len()]);
        }
    }
    text
}

fn latin(rank: usize) -> String {
    let mut rest = rank + 7;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    word
}

/// What a section is about: some words, and a number that only it has.
fn question(number: u32, section: u32) -> String {
    let mut dice = Dice(!(u64::from(number) << 8 | u64::from(section)));
    let common: Vec<&str> = CHINESE.split_whitespace().collect();
    let mut one = || common[dice.next() as usize % common.len()];
    let (a, b, c) = (one(), one(), one());
    match number % 3 {
        0 => format!(
            "how to {} the {} of {}",
            latin(number as usize % 900),
            latin(number as usize % 31_000),
            latin(section as usize + 50)
        ),
        1 => format!("{a}{b}的{c}怎么办"),
        _ => format!("QH{}的{a}多久能{b}", number % 5_000),
    }
}

fn entry(number: u32, sections: u32) -> Entry {
    if sections == 1 {
        return Entry::new(number.to_string(), question(number, 0), text(number, 0));
    }
    let answer = (0..sections)
        .map(|section| format!("## {}\n\n{}\n\n", question(number, section), text(number, section)))
        .collect::<String>();
    Entry {
        kind: EntryKind::Document,
        category: Some(format!("part{}", number % 7)),
        ..Entry::new(number.to_string(), format!("{} {number}", question(number, 0)), answer)
    }
}

fn topic(number: u32, section: u32) -> u64 {
    Dice(u64::from(number % 5_000) << 8 | u64::from(section)).next()
}

/// Stands in for the model: texts with the same first line are about the same.
struct Invented;

impl Embeds for Invented {
    fn identity(&self) -> u64 {
        0x1A7E_17ED
    }

    fn embed(&self, texts: &[&str], _: Purpose) -> Vec<Vec<f32>> {
        let hash = |text: &str| {
            text.bytes().fold(0xCBF2_9CE4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3))
        };
        texts
            .iter()
            .map(|text| vector(hash(text.lines().next().unwrap_or_default()) % 50_000, hash(text), 0.7))
            .collect()
    }
}

/// A vector of length 1 about the centre of its topic, which is about what all have in common.
fn vector(topic: u64, own: u64, spread: f32) -> Vec<f32> {
    let (mut all, mut topic, mut own) = (Dice(1), Dice(topic), Dice(!own));
    let one = |dice: &mut Dice| dice.share() as f32 * 2.0 - 1.0;
    let vector: Vec<f32> = (0..384).map(|_| 1.5 * one(&mut all) + one(&mut topic) + spread * one(&mut own)).collect();
    let length = vector.iter().map(|n| n * n).sum::<f32>().sqrt();
    vector.into_iter().map(|n| n / length).collect()
}
