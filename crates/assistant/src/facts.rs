//! What flows, tools and texts may name of the circumstances: the customer, the inbox, the opening hours, the settings.

use serde_json::{Map, Value, json};
use yingda_dialogue::Needs;
use yingda_model::{Contact, Identity, IdentityKind, Inbox, InboxSettings, Timestamp};

use crate::{Tongue, when};

/// The names of a turn that do not change while it lasts.
pub(crate) fn facts(
    contact: &Contact,
    identities: &[Identity],
    inbox: &Inbox,
    desk: Desk,
    settings: &Map<String, Value>,
) -> Map<String, Value> {
    let external = identities.iter().find(|identity| identity.kind == IdentityKind::External && identity.verified);
    let known = customer(identities);
    let mut fields = Map::new();
    for (name, value) in &contact.attributes {
        fields.insert(name.clone(), json!(value));
    }
    let own = json!({
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "locale": contact.locale,
        "known": known >= Needs::Known,
        "verified": known == Needs::Verified,
        "external_id": external.map(|identity| identity.value.clone()),
    });
    // The platform's own fields are never the company's free ones.
    fields.extend(own.as_object().cloned().unwrap_or_default());
    let mut facts = Map::new();
    facts.insert("contact".into(), Value::Object(fields));
    facts.insert("inbox".into(), json!({ "name": inbox.name, "kind": inbox.kind.as_str() }));
    facts.insert("channel".into(), json!(inbox.kind.as_str()));
    facts.insert("desk".into(), json!({ "open": desk.open, "back": desk.back }));
    facts.insert("settings".into(), Value::Object(settings.clone()));
    facts.insert("event".into(), Value::Null);
    facts
}

/// Whether people are there.
pub(crate) struct Desk {
    pub open: bool,
    /// When they are back, in words; empty while they are there.
    pub back: String,
}

impl Desk {
    /// Whether people are there at `now`, said in `tongue`.
    pub fn at(settings: &InboxSettings, now: Timestamp, tongue: Tongue) -> Self {
        match &settings.hours {
            Some(hours) if !hours.open_at(now) => {
                let back = when::next_opening(hours, now).and_then(|back| when::say(hours, now, back, tongue));
                Self { open: false, back: back.unwrap_or_default() }
            }
            _ => Self { open: true, back: String::new() },
        }
    }
}

/// What is known of a customer from outside the dialogue. Only the customer number proves who it is: a telephone number or an
/// address may have been noted by an agent, and says nothing of who writes now.
pub(crate) fn customer(identities: &[Identity]) -> Needs {
    let proves = |identity: &Identity| identity.kind == IdentityKind::External && identity.verified;
    if identities.iter().any(proves) {
        Needs::Verified
    } else if identities.iter().any(|identity| identity.kind != IdentityKind::Visitor) {
        Needs::Known
    } else {
        Needs::None
    }
}

/// Whether plain language is spoken to a customer: the attribute `plain_language` or `elderly` says so.
pub(crate) fn plain(contact: &Contact) -> crate::Plain {
    let says = |name: &str| {
        contact.attributes.get(name).is_some_and(|value| matches!(value.as_str(), "yes" | "true" | "1" | "是"))
    };
    if says("plain_language") || says("elderly") { crate::Plain::Yes } else { crate::Plain::No }
}

/// What expressions and texts name `desk`: whether people are there at `now` (`open`), and when they are back, in words (`back`).
pub fn desk_hours(settings: &InboxSettings, now: Timestamp, tongue: Tongue) -> Value {
    let desk = Desk::at(settings, now, tongue);
    json!({ "open": desk.open, "back": desk.back })
}
