//! Flows, told without their steps.

use serde::Serialize;
use utoipa::ToSchema;
use yingda_dialogue::{Flow, Lang, Needs, Text, Tone, read_flow};
use yingda_model::AssistantFile;

/// What a flow is.
#[derive(Serialize, ToSchema)]
pub(super) struct FlowLine {
    id: String,
    file: String,
    title_zh: String,
    title_en: String,
    description_zh: String,
    description_en: String,
    /// What begins it; nothing of these: other flows call it.
    intents: Vec<String>,
    phrases_zh: Vec<String>,
    phrases_en: Vec<String>,
    events: Vec<String>,
    /// `none`, `known` or `verified`: what must be known of the customer.
    #[schema(value_type = String)]
    needs: Needs,
    /// Whether it only tells.
    changes_nothing: bool,
    /// Whether something begins it, other than flows that call it.
    starts_itself: bool,
    slots: Vec<SlotLine>,
}

/// Something that a flow has to know.
#[derive(Serialize, ToSchema)]
struct SlotLine {
    name: String,
    /// Such as `order_number`, see docs/flows.md.
    #[serde(rename = "type")]
    kind: String,
    title_zh: String,
    title_en: String,
}

/// The flows of files, also when others of them have problems. A flow that cannot be read is left out.
pub(super) fn flows(files: &[AssistantFile]) -> Vec<FlowLine> {
    let flows = files.iter().filter(|file| file.path.starts_with("flows/"));
    let mut lines: Vec<FlowLine> =
        flows.filter_map(|file| read_flow(&file.path, &file.text).0).map(|flow| FlowLine::from(&flow)).collect();
    lines.sort_by(|a, b| a.id.cmp(&b.id));
    lines
}

impl From<&Flow> for FlowLine {
    fn from(flow: &Flow) -> Self {
        let starts = &flow.starts;
        Self {
            id: flow.id.clone(),
            file: flow.file.clone(),
            title_zh: first(&flow.title, Lang::Zh),
            title_en: first(&flow.title, Lang::En),
            description_zh: flow.description.as_ref().map(|text| first(text, Lang::Zh)).unwrap_or_default(),
            description_en: flow.description.as_ref().map(|text| first(text, Lang::En)).unwrap_or_default(),
            intents: starts.intents.clone(),
            phrases_zh: starts.phrases_zh.clone(),
            phrases_en: starts.phrases_en.clone(),
            events: starts.events.clone(),
            needs: flow.needs,
            changes_nothing: flow.changes_nothing(),
            starts_itself: !(starts.intents.is_empty()
                && starts.phrases_zh.is_empty()
                && starts.phrases_en.is_empty()
                && starts.events.is_empty()),
            slots: flow
                .slots
                .values()
                .map(|slot| SlotLine {
                    name: slot.name.clone(),
                    kind: slot.of.name(),
                    title_zh: slot.title.as_ref().map(|text| first(text, Lang::Zh)).unwrap_or_default(),
                    title_en: slot.title.as_ref().map(|text| first(text, Lang::En)).unwrap_or_default(),
                })
                .collect(),
        }
    }
}

/// The first variant of a text, as it is written.
fn first(text: &Text, lang: Lang) -> String {
    text.variants(lang, Tone::Normal).first().map(|template| template.source().to_owned()).unwrap_or_default()
}
