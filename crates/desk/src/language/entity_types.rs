//! Types of entity.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingda_entity::{Entities, Item, Kind, OwnType, Setup};
use yingda_model::{EntityTypeId, Permission, Scope};
use yingda_store::{EntityType, EntityValue, Remembered};

use crate::conversations::require;
use crate::knowledge::text;
use crate::{Desk, DeskError};

/// What a type of entity is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WriteEntityType)]
#[serde(deny_unknown_fields)]
pub struct NewEntityType {
    /// 1 to 60 lower-case letters, digits and `_`. `product` (values), `order_number` and `parcel_number` (patterns) set up the
    /// types of these names that every workspace has.
    pub name: String,
    /// The name as it stands when absent.
    #[serde(default)]
    pub title_zh: String,
    #[serde(default)]
    pub title_en: String,
    #[serde(default)]
    pub values: Vec<EntityValue>,
    /// Regular expressions; case does not count, and a match has to stand alone.
    #[serde(default)]
    pub patterns: Vec<String>,
}

const MAX_TYPES: usize = 200;
const MAX_VALUES: usize = 20_000;
const MAX_SYNONYMS: usize = 100;
const MAX_PATTERNS: usize = 50;
const MAX_CHARS: usize = 200;
/// Types that every workspace has and that can be added to.
const OPEN: [&str; 3] = ["product", "order_number", "parcel_number"];

impl Desk {
    /// Every type of entity, by name.
    pub async fn entity_types(&self, scope: &Scope) -> Result<Vec<EntityType>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).entity_types().await?)
    }

    pub async fn entity_type(&self, scope: &Scope, id: EntityTypeId) -> Result<EntityType, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).entity_type(id).await?)
    }

    /// Adds a type of entity. With an idempotency key, asking again gives the same one; the second value tells whether it is
    /// new.
    pub async fn create_entity_type(
        &self,
        scope: &Scope,
        new: NewEntityType,
        idempotency_key: Option<String>,
    ) -> Result<(EntityType, bool), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let request = serde_json::to_vec(&new).map_err(|error| DeskError::invalid("entity", error.to_string()))?;
        let kind = self.entity_kind(new)?;
        let now = self.now();
        self.change_language(scope, move |tx| {
            let (kind, request, key) = (kind.clone(), request.clone(), idempotency_key.clone());
            Box::pin(async move {
                tx.lock_name("language", "entity types").await?;
                if let Some(key) = &key
                    && let Remembered::Before(id) = tx.recall(key, &request).await?
                {
                    return Ok((tx.entity_type(id.into()).await?, false));
                }
                if tx.entity_types().await?.len() >= MAX_TYPES {
                    return Err(DeskError::invalid("name", format!("expected at most {MAX_TYPES} types of entity")));
                }
                tx.insert_entity_type(&kind).await?;
                if let Some(key) = &key {
                    tx.remember(key, &request, kind.id.0, now).await?;
                }
                Ok((kind, true))
            })
        })
        .await
    }

    /// Stores the new state of a type of entity.
    pub async fn update_entity_type(
        &self,
        scope: &Scope,
        id: EntityTypeId,
        new: NewEntityType,
    ) -> Result<EntityType, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let changed = EntityType { id, ..self.entity_kind(new)? };
        self.change_language(scope, move |tx| {
            let changed = changed.clone();
            Box::pin(async move {
                let created_at = tx.entity_type(id).await?.created_at;
                let kind = EntityType { created_at, ..changed };
                tx.update_entity_type(&kind).await?;
                Ok(kind)
            })
        })
        .await
    }

    /// Removes a type of entity.
    pub async fn delete_entity_type(&self, scope: &Scope, id: EntityTypeId) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        self.change_language(scope, move |tx| {
            Box::pin(async move {
                if tx.delete_entity_type(id).await? { Ok(()) } else { Err(DeskError::not_found("entity type")) }
            })
        })
        .await
    }

    fn entity_kind(&self, new: NewEntityType) -> Result<EntityType, DeskError> {
        check(&new)?;
        let title = |title: &str| if title.trim().is_empty() { new.name.clone() } else { title.trim().to_owned() };
        let kind = EntityType {
            id: self.world().uuid().into(),
            title_zh: title(&new.title_zh),
            title_en: title(&new.title_en),
            name: new.name,
            values: new.values,
            patterns: new.patterns,
            created_at: self.now(),
            updated_at: self.now(),
        };
        Entities::new(&entity_setup(std::slice::from_ref(&kind)))
            .map_err(|error| DeskError::invalid("patterns", error.to_string()))?;
        Ok(kind)
    }
}

fn check(new: &NewEntityType) -> Result<(), DeskError> {
    let well_formed = (1..=60).contains(&new.name.len())
        && new.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !well_formed {
        let detail = format!("expected 1 to 60 lower-case letters, digits and _, got {:?}", new.name);
        return Err(DeskError::invalid("name", detail));
    }
    if !OPEN.contains(&new.name.as_str()) && Kind::known().any(|kind| kind.name() == new.name) {
        let detail = format!("every workspace has a type {}: take another name", new.name);
        return Err(DeskError::invalid("name", detail));
    }
    for (field, title) in [("title_zh", &new.title_zh), ("title_en", &new.title_en)] {
        if !title.trim().is_empty() {
            text(field, title, MAX_CHARS)?;
        }
    }
    let only = match new.name.as_str() {
        "product" if !new.patterns.is_empty() => Some(("patterns", "products are found by values, not by patterns")),
        "order_number" | "parcel_number" if !new.values.is_empty() => {
            Some(("values", "numbers are found by patterns, not by values"))
        }
        _ if new.values.is_empty() && new.patterns.is_empty() => {
            Some(("values", "expected values, patterns or both, got none"))
        }
        _ => None,
    };
    if let Some((field, detail)) = only {
        return Err(DeskError::invalid(field, detail));
    }
    at_most("values", new.values.len(), MAX_VALUES)?;
    at_most("patterns", new.patterns.len(), MAX_PATTERNS)?;
    for value in &new.values {
        text("values", &value.id, MAX_CHARS)?;
        text("values", &value.name, MAX_CHARS)?;
        at_most("values", value.synonyms.len(), MAX_SYNONYMS)?;
        value.synonyms.iter().try_for_each(|synonym| text("values", synonym, MAX_CHARS))?;
    }
    new.patterns.iter().try_for_each(|pattern| text("patterns", pattern, 500))
}

fn at_most(field: &'static str, got: usize, most: usize) -> Result<(), DeskError> {
    if got > most {
        return Err(DeskError::invalid(field, format!("expected at most {most}, got {got}")));
    }
    Ok(())
}

/// The types of a workspace as the finder of entities takes them.
pub fn entity_setup(types: &[EntityType]) -> Setup {
    let mut setup = Setup::default();
    for kind in types {
        let items = || {
            let item = |value: &EntityValue| Item {
                id: value.id.clone(),
                name: value.name.clone(),
                synonyms: value.synonyms.clone(),
            };
            kind.values.iter().map(item).collect()
        };
        match kind.name.as_str() {
            "product" => setup.products = items(),
            "order_number" => setup.order_numbers.clone_from(&kind.patterns),
            "parcel_number" => setup.parcel_numbers.clone_from(&kind.patterns),
            _ => {
                let own = OwnType { name: kind.name.clone(), values: items(), patterns: kind.patterns.clone() };
                setup.own_types.push(own);
            }
        }
    }
    setup
}
