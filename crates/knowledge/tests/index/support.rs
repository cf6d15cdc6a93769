//! Entries, and an embedder that is quick and knows little.

use std::sync::atomic::{AtomicUsize, Ordering};

use yingda_embedding::Purpose;
use yingda_knowledge::{Embeds, Entry, Index, Query, QuestionVector};

/// Adds up a vector for each run of two characters: texts with the same runs are alike.
#[derive(Default)]
pub struct Runs {
    pub identity: u64,
    /// Texts embedded.
    pub embedded: AtomicUsize,
}

impl Runs {
    pub fn new(identity: u64) -> Self {
        Self { identity, embedded: AtomicUsize::new(0) }
    }

    pub fn question(&self, text: &str) -> QuestionVector {
        QuestionVector { model: self.identity, values: vector(text) }
    }

    pub fn count(&self) -> usize {
        self.embedded.load(Ordering::Relaxed)
    }
}

impl Embeds for Runs {
    fn identity(&self) -> u64 {
        self.identity
    }

    fn embed(&self, texts: &[&str], _: Purpose) -> Vec<Vec<f32>> {
        self.embedded.fetch_add(texts.len(), Ordering::Relaxed);
        texts.iter().map(|text| vector(text)).collect()
    }
}

fn vector(text: &str) -> Vec<f32> {
    let letters: Vec<char> = text.chars().collect();
    let mut sum = vec![0.1_f32; 384];
    for run in letters.windows(2) {
        let mut state = (u64::from(run[0] as u32) << 32 | u64::from(run[1] as u32)) | 1;
        for number in &mut sum {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *number += (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0;
        }
    }
    let length = sum.iter().map(|n| n * n).sum::<f32>().sqrt();
    sum.into_iter().map(|n| n / length).collect()
}

pub fn entry(id: &str, question: &str, answer: &str) -> Entry {
    Entry::new(id, question, answer)
}

pub fn ids(index: &Index, query: &Query) -> Vec<String> {
    index.search(query).unwrap().into_iter().map(|hit| hit.entry_id).collect()
}

pub fn best(index: &Index, text: &str) -> String {
    ids(index, &Query::new(text)).first().cloned().unwrap_or_default()
}

pub fn shop() -> Vec<Entry> {
    vec![
        entry("cancel", "怎么取消订单？", "发货前在“我的订单”里点“取消订单”。"),
        entry("refund", "退款多久到账？", "验收后 24 小时内退款，银行卡 1 到 5 个工作日。"),
        entry("invoice", "怎么开发票？", "确认收货后 24 小时内发送电子发票到邮箱。"),
        entry("track", "怎么查物流？", "在“我的订单”里看快递单号和物流信息。"),
        entry("stores", "Do you have shops?", "There are shops in Hangzhou, Shanghai and Chengdu."),
    ]
}
