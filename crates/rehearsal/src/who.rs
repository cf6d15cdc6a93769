//! Who the customer is on the stage.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use yingda_dialogue::Needs;

/// A customer as a test describes them; the default is somebody whom nobody knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Who {
    /// The company's own number of the customer.
    pub external_id: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// Whether they proved who they are.
    pub verified: bool,
    /// The company's free fields, such as `level`.
    pub attributes: BTreeMap<String, String>,
}

impl Who {
    /// What flows and tools may take for granted.
    pub fn known(&self) -> Needs {
        match (self.verified, &self.external_id, &self.phone, &self.email) {
            (true, ..) => Needs::Verified,
            (false, None, None, None) => Needs::None,
            (false, ..) => Needs::Known,
        }
    }

    /// `contact` in expressions.
    pub(crate) fn contact(&self, locale: &str) -> Value {
        let mut fields: Map<String, Value> =
            self.attributes.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let own = json!({
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "locale": locale,
            "known": self.known() >= Needs::Known,
            "verified": self.verified,
            "external_id": self.external_id.as_ref().filter(|_| self.verified),
        });
        fields.extend(own.as_object().cloned().unwrap_or_default());
        Value::Object(fields)
    }

    /// Whether plain language is spoken to them.
    pub(crate) fn wants_plain(&self) -> bool {
        let says = |name: &str| {
            self.attributes.get(name).is_some_and(|value| matches!(value.as_str(), "yes" | "true" | "1" | "是"))
        };
        says("plain_language") || says("elderly")
    }
}
