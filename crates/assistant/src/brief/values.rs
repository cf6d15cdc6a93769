//! Names and values as people read them.

use std::sync::LazyLock;

use serde_json::{Value, json};
use yingda_dialogue::{Lang, Release, Slot, SlotType, Text, Tone};
use yingda_expression::{Names, Template};
use yingda_model::Mention;

use super::words;
use crate::Tongue;
use crate::brain::Brain;
use crate::currency::Currency;
use crate::desk_tools::DeskTool;

/// How people call a flow; its id where the release has it no more.
pub(crate) fn flow_title(release: &Release, flow: &str, tongue: Tongue) -> String {
    let known = release.flow(flow);
    known.and_then(|flow| rendered(&flow.title, tongue)).unwrap_or_else(|| flow.to_owned())
}

/// How people call a slot: by its title, else by what it holds, else by its name.
pub(crate) fn slot_title(slot: Option<&Slot>, name: &str, tongue: Tongue) -> String {
    let title = slot.and_then(|slot| slot.title.as_ref()).and_then(|title| rendered(title, tongue));
    let kind = || slot.and_then(|slot| words::kind(&slot.of, tongue)).map(str::to_owned);
    title.or_else(kind).unwrap_or_else(|| name.to_owned())
}

/// How people call a tool.
pub(crate) fn tool_title(brain: &Brain, name: &str, tongue: Tongue) -> String {
    let title = match brain.toolbox.get(name) {
        Some(tool) => tongue.pick(tool.title_zh.as_str(), tool.title_en.as_str()),
        None => DeskTool::of(name).map(|tool| tool.title(tongue)).unwrap_or_default(),
    };
    if title.is_empty() { name.to_owned() } else { title.to_owned() }
}

fn rendered(text: &Text, tongue: Tongue) -> Option<String> {
    let lang = tongue.pick(Lang::Zh, Lang::En);
    text.variants(lang, Tone::Normal).first()?.render(&Names::new()).ok()
}

/// How values are told.
#[derive(Clone, Copy)]
pub(super) struct Manner<'a> {
    pub tongue: Tongue,
    pub currency: &'a Currency,
    /// How the customer was told of things.
    pub mentioned: &'a [Mention],
}

/// The value of a slot in words.
pub(super) fn text(slot: Option<&Slot>, value: &Value, manner: Manner<'_>) -> String {
    let Manner { tongue, currency, mentioned } = manner;
    let of = slot.map(|slot| &slot.of);
    let typed = match (of, value) {
        (Some(SlotType::Money), Value::Number(cents)) => amount(value, currency).or_else(|| Some(cents.to_string())),
        (_, Value::Bool(yes)) => {
            Some(tongue.pick(if *yes { "是" } else { "否" }, if *yes { "yes" } else { "no" }).into())
        }
        (Some(SlotType::Date), Value::String(_)) => dated(&DATE, value, tongue),
        (Some(SlotType::Time), Value::String(_)) => dated(&TIME, value, tongue),
        (Some(SlotType::Duration), Value::Number(seconds)) => seconds.as_u64().map(|seconds| lasting(seconds, tongue)),
        (Some(SlotType::File), _) => Some(tongue.pick("已发来文件", "a file").into()),
        (Some(SlotType::Choice(options)), Value::String(id)) => {
            options.iter().find(|option| option.id == *id).and_then(|option| rendered(&option.label, tongue))
        }
        (_, Value::Array(values)) => {
            let words: Vec<String> = values.iter().map(|value| text(slot, value, manner)).collect();
            Some(words.join(tongue.pick("、", ", ")))
        }
        _ => None,
    };
    let labelled = || mentioned.iter().find(|known| known.value == *value).map(|known| known.label.clone());
    typed.or_else(labelled).filter(|text| !text.is_empty()).unwrap_or_else(|| plain(value))
}

/// An amount in cents with its currency.
pub(super) fn amount(cents: &Value, currency: &Currency) -> Option<String> {
    cents.as_i64().map(|cents| currency.told(cents))
}

/// A value without a slot.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let named = ["text", "name", "label"].iter().find_map(|field| fields.get(*field)?.as_str());
            named.map_or_else(|| value.to_string(), str::to_owned)
        }
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join("、"),
        other => other.to_string(),
    }
}

static DATE: LazyLock<Option<Template>> = LazyLock::new(|| Template::parse("{{ value | date('long') }}").ok());
static TIME: LazyLock<Option<Template>> = LazyLock::new(|| Template::parse("{{ value | date('time') }}").ok());

fn dated(form: &LazyLock<Option<Template>>, value: &Value, tongue: Tongue) -> Option<String> {
    let mut names = Names::new();
    names.set("value", value.clone()).set("lang", json!(tongue.tag()));
    form.as_ref()?.render(&names).ok()
}

fn lasting(seconds: u64, tongue: Tongue) -> String {
    let parts = [
        (seconds / 86_400, tongue.pick("天", "d")),
        (seconds / 3600 % 24, tongue.pick("小时", "h")),
        (seconds / 60 % 60, tongue.pick("分钟", "min")),
    ];
    let told: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, unit)| format!("{number} {unit}")).collect();
    match told.is_empty() {
        true => format!("{seconds} {}", tongue.pick("秒", "s")),
        false => told.join(" "),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use yingda_dialogue::{Known, read_release};

    use super::*;

    const FLOW: &str = "flow: f
title: {zh: 试, en: A try}
starts: {events: [e]}
slots:
  amount: {type: money, title: {zh: 金额, en: amount}}
  day: {type: date, title: {zh: 日期, en: day}}
  at: {type: time, title: {zh: 时间, en: time}}
  long: {type: duration}
  sure: {type: yes_no, title: {zh: 确定, en: sure}}
  phone: {type: phone}
  why: {type: choice, title: {zh: 原因, en: reason}, options: [{id: late, label: {zh: 太慢了, en: Too slow}}]}
  what: {type: pick, from: 'event.items', label: {zh: '{{ item.name }}', en: '{{ item.name }}'}, kind: product, many: true}
steps:
  - collect: amount
    ask: {zh: 多少？, en: How much?}
";

    fn told(name: &str, value: Value, tongue: Tongue) -> String {
        let (release, problems) = read_release(1, &[("flows/f.yml", FLOW)], &Known::default());
        let release = release.unwrap_or_else(|| panic!("{problems:?}"));
        let slot = &release.flow("f").unwrap().slots[name];
        let kettle = Mention { kind: "product".into(), value: json!("KT17"), label: "Kettle".into() };
        let manner = Manner { tongue, currency: &Currency::default(), mentioned: &[kettle] };
        format!("{} {}", slot_title(Some(slot), name, tongue), text(Some(slot), &value, manner))
    }

    #[test]
    fn values_are_told_as_people_write_them() {
        let cases = [
            ("amount", json!(12_950), "金额 ¥129.50", "amount ¥129.50"),
            ("day", json!("2026-11-22"), "日期 2026年11月22日", "day 22 Nov 2026"),
            ("at", json!("2026-11-22T09:30:00+08:00"), "时间 11月22日 09:30", "time 22 Nov 09:30"),
            ("long", json!(93_600), "时长 1 天 2 小时", "duration 1 d 2 h"),
            ("sure", json!(true), "确定 是", "sure yes"),
            ("phone", json!("13800001111"), "手机号 13800001111", "phone number 13800001111"),
            ("why", json!("late"), "原因 太慢了", "reason Too slow"),
            ("what", json!(["KT17", "CUP"]), "what Kettle、CUP", "what Kettle, CUP"),
        ];
        for (name, value, zh, en) in cases {
            assert_eq!(told(name, value.clone(), Tongue::Zh), zh);
            assert_eq!(told(name, value, Tongue::En), en);
        }
    }

    #[test]
    fn what_is_not_of_its_type_any_more_is_told_as_it_is() {
        assert_eq!(told("day", json!("soon"), Tongue::En), "day soon");
        assert_eq!(told("why", json!("gone"), Tongue::En), "reason gone");
    }
}
