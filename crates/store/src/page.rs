//! Parts of long lists.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::Serialize;
use uuid::Uuid;

use crate::StoreError;
use crate::codec::{page_cursor, parse_page_cursor};

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it as `cursor` for the next page; `null` on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A list that is always whole.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// The same part of a list of other things.
    pub fn map<U>(self, of: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(of).collect(), next_cursor: self.next_cursor }
    }

    pub(crate) fn try_map<U>(self, of: impl FnMut(T) -> Result<U, StoreError>) -> Result<Page<U>, StoreError> {
        let items = self.items.into_iter().map(of).collect::<Result<_, _>>()?;
        Ok(Page { items, next_cursor: self.next_cursor })
    }

    /// The page of `limit` rows, of which one more was asked for: it tells that the list goes on. `place` is the moment and
    /// the id that the list is ordered by.
    pub(crate) fn cut(mut rows: Vec<T>, limit: u64, place: impl FnOnce(&T) -> (i64, Uuid)) -> Self {
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let last = rows.last().filter(|_| more).map(place);
        Self { items: rows, next_cursor: last.map(|(moment, id)| page_cursor(moment, id)) }
    }
}

/// The page of `query`'s rows that follows `cursor`, by their ids, newest first. `Ok(None)` when the cursor is not one of ours.
pub(crate) async fn newest_first<E: EntityTrait, C: ConnectionTrait>(
    connection: &C,
    mut query: Select<E>,
    id: E::Column,
    place: impl FnOnce(&E::Model) -> (i64, Uuid),
    limit: u64,
    cursor: Option<&str>,
) -> Result<Option<Page<E::Model>>, StoreError> {
    if let Some(cursor) = cursor {
        let Some((_, last)) = parse_page_cursor(cursor) else { return Ok(None) };
        query = query.filter(id.lt(last));
    }
    let rows = query.order_by_desc(id).limit(limit + 1).all(connection).await?;
    Ok(Some(Page::cut(rows, limit, place)))
}
