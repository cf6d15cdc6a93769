//! Finding the entities of a message as a workspace has set it up.

use ::time::OffsetDateTime;
use thiserror::Error;

use crate::answer::answer;
use crate::catalogue::{Item, Names, OwnType};
use crate::codes::Codes;
use crate::kind::{By, Entity, Kind, Value};
use crate::message::{Hit, Message};
use crate::{address, amount, names, network, papers, phone, resolve, secrets};

/// What a workspace sets up about entities. Everything may be left empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Setup {
    /// What order numbers look like (regular expressions, case does not count). None: the usual forms.
    pub order_numbers: Vec<String>,
    /// What parcel numbers look like, besides those of the large carriers.
    pub parcel_numbers: Vec<String>,
    /// The catalogue of products.
    pub products: Vec<Item>,
    /// Types of entity of the workspace's own.
    pub own_types: Vec<OwnType>,
}

/// Why a setup is refused.
#[derive(Debug, Clone, Error)]
#[error("the pattern of {what} is not a regular expression that can be used; correct it: {why}")]
pub struct BadSetup {
    /// Whose pattern it is.
    pub what: String,
    /// What is wrong with it.
    pub why: regex::Error,
}

/// When a message is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// Now; its offset is that of the customer's clock.
    pub now: OffsetDateTime,
}

/// Finds the entities of messages as a workspace has set it up. Cheap to share, made once.
#[derive(Debug, Clone)]
pub struct Entities {
    orders: Codes,
    parcels: Codes,
    /// The catalogue and the own types.
    names: Vec<Names>,
}

impl Entities {
    /// Makes ready what the workspace set up.
    pub fn new(setup: &Setup) -> Result<Self, BadSetup> {
        let bad = |what: &str| {
            let what = what.to_owned();
            move |why| BadSetup { what, why }
        };
        let mut names = Vec::new();
        if !setup.products.is_empty() {
            names.push(Names::new(Kind::Product, setup.products.clone(), &[]).map_err(bad("products"))?);
        }
        for own in &setup.own_types {
            let kind = Kind::Own(own.name.clone());
            names.push(Names::new(kind, own.values.clone(), &own.patterns).map_err(bad(&own.name))?);
        }
        Ok(Self {
            orders: Codes::orders(&setup.order_numbers).map_err(bad("order numbers"))?,
            parcels: Codes::parcels(&setup.parcel_numbers).map_err(bad("parcel numbers"))?,
            names,
        })
    }

    /// The entities of a message, in order. Only an answer (是的, no) may overlap another.
    ///
    /// Where two others claim the same words the one with the stronger evidence stays ([`By`]); of equals
    /// the longer, then the surer.
    pub fn find(&self, text: &str, context: &Context) -> Vec<Entity> {
        let message = Message::new(text);
        let mut hits = Vec::new();
        network::find(&message, &mut hits);
        phone::find(&message, &mut hits);
        papers::find(&message, &mut hits);
        secrets::find(&message, &mut hits);
        self.orders.find(&message, &mut hits);
        self.parcels.find(&message, &mut hits);
        amount::find(&message, &mut hits);
        crate::time::find(&message, context, &mut hits);
        address::find(&message, &mut hits);
        for names in &self.names {
            names.find(&message, &mut hits);
        }
        names::find(&message, &mut hits);
        hits.retain(|hit| hit.confidence >= 0.4);
        resolve(&mut hits);
        if let Some(answer) = answer(&message.text) {
            let end = message.text.trim_end().len();
            let start = message.text.len() - message.text.trim_start().len();
            hits.insert(
                0,
                Hit::new(Kind::Answer, (start, end.max(start)), Value::Answer { answer }, 0.95, By::Dictionary),
            );
        }
        let given = |hit: Hit| {
            let (start, end) = message.given(hit.start, hit.end);
            let text = text[start..end].to_owned();
            Entity { kind: hit.kind, start, end, text, value: hit.value, confidence: hit.confidence, by: hit.by }
        };
        hits.into_iter().map(given).collect()
    }
}
