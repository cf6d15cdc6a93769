//! Customers and the ways they are known by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ContactId, IdentityId, Timestamp};

/// A customer. Names, addresses and numbers are stored sealed with the contact's own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contact {
    pub id: ContactId,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// BCP 47 language tag, such as `zh-CN`.
    pub locale: Option<String>,
    /// Free fields, set by the company's own systems.
    pub attributes: BTreeMap<String, String>,
    /// The contact this one was merged into; what is asked of this contact is answered by that one.
    pub merged_into: Option<ContactId>,
    /// Set when the contact's key was destroyed: nothing personal can be read any more.
    pub erased_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A change of a contact: a field that is absent stays, `null` clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContactUpdate {
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Option<String>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub locale: Option<Option<String>>,
    /// Replaces all free fields when given.
    pub attributes: Option<BTreeMap<String, String>>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

/// How a contact is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// A browser that holds a signed visitor token.
    Visitor,
    /// The customer number in the company's own system, proven by HMAC.
    External,
    Email,
    Phone,
}

impl IdentityKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::External => "external",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Visitor, Self::External, Self::Email, Self::Phone].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One way by which a contact is known. The value is sealed; it is looked up through a keyed hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Identity {
    pub id: IdentityId,
    pub contact_id: ContactId,
    pub kind: IdentityKind,
    pub value: String,
    /// Whether the value was proven (HMAC, signed token) or merely claimed.
    pub verified: bool,
}
