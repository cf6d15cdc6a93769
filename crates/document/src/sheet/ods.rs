//! ODS (OpenDocument 1.3 part 3). Repeated rows and columns are counted, never unrolled when they are empty.

use super::grid::{Grid, More};
use crate::error::Fault;
use crate::markdown::{Block, Writer};
use crate::package::Package;
use crate::xml::{Element, Tree};
use crate::{Content, Limits, Place, Reason, Unread, UnreadReason};

/// Most times that a row or cell with something in it is repeated.
const REPEATS: u32 = 1000;

/// # Errors
/// A broken package, or one that goes beyond a limit.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let package = Package::open(bytes, limits)?;
    if let Some(manifest) = package.bytes("META-INF/manifest.xml")?
        && !Tree::parse("META-INF/manifest.xml", &manifest, limits)?.root().all("encryption-data").is_empty()
    {
        return Err(Fault::file(Reason::Encrypted));
    }
    let mut warnings = package.warnings();
    let content = package.required("content.xml")?;
    let tree = Tree::parse("content.xml", &content, limits)?;
    let hidden = hidden_styles(&tree);
    let mut unread = Vec::new();
    let mut writer = Writer::new(limits.markdown_bytes);
    let book = tree.root().path(&["body", "spreadsheet"]);
    for table in book.into_iter().flat_map(Element::children).filter(|child| child.name() == "table") {
        let name = table.attribute("name").unwrap_or_default().to_owned();
        if table.attribute("style-name").is_some_and(|style| hidden.contains(&style.to_owned())) {
            unread.push(Unread { place: Place::Sheet(name), reason: UnreadReason::Hidden });
            continue;
        }
        let mut grid = Grid::new(limits);
        let mut merged = Vec::new();
        let mut row = 0;
        rows(table, &mut row, &mut grid, &mut merged);
        for (start, end) in merged {
            grid.merge(start, end);
        }
        writer.push(Block::Marker(format!("sheet {name}")));
        grid.write(&name, &mut writer, &mut warnings);
    }
    let title = match package.bytes("meta.xml")? {
        Some(bytes) => {
            Tree::parse("meta.xml", &bytes, limits)?.root().all("title").first().map(|title| title.all_text())
        }
        None => None,
    };
    let markdown = writer.finish(&mut warnings);
    Ok(Content { title, markdown, unread, warnings, ..Content::default() })
}

/// Styles of tables that are not shown.
fn hidden_styles(tree: &Tree<'_>) -> Vec<String> {
    let styles = tree.root().child("automatic-styles").into_iter().flat_map(Element::children);
    let hidden =
        styles.filter(|style| style.child("table-properties").and_then(|p| p.attribute("display")) == Some("false"));
    hidden.filter_map(|style| style.attribute("name").map(str::to_owned)).collect()
}

type Area = ((u32, u32), (u32, u32));

fn rows(parent: Element<'_, '_>, row: &mut u32, grid: &mut Grid, merged: &mut Vec<Area>) {
    for child in parent.children() {
        match child.name() {
            "table-header-rows" | "table-row-group" | "table-rows" => rows(child, row, grid, merged),
            "table-row" => {
                let repeated = number(child, "number-rows-repeated");
                let cells = cells(child);
                if !cells.is_empty() {
                    for offset in 0..repeated.min(REPEATS) {
                        for cell in &cells {
                            for step in 0..cell.repeated {
                                if grid.cell(row.saturating_add(offset), cell.column + step, &cell.text) == More::No {
                                    return;
                                }
                            }
                            if cell.rows > 1 || cell.columns > 1 {
                                let start = (row.saturating_add(offset), cell.column);
                                let end =
                                    (start.0.saturating_add(cell.rows - 1), start.1.saturating_add(cell.columns - 1));
                                merged.push((start, end));
                            }
                        }
                    }
                }
                *row = row.saturating_add(repeated);
            }
            _ => {}
        }
    }
}

struct Cell {
    column: u32,
    repeated: u32,
    rows: u32,
    columns: u32,
    text: String,
}

fn cells(row: Element<'_, '_>) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut column = 0_u32;
    for cell in row.children().filter(|child| matches!(child.name(), "table-cell" | "covered-table-cell")) {
        let repeated = number(cell, "number-columns-repeated");
        let paragraphs = cell.children().filter(|child| child.name() == "p").map(Element::all_text);
        let text = paragraphs.collect::<Vec<_>>().join(" ");
        if !text.trim().is_empty() && cell.name() == "table-cell" {
            let (rows, columns) = (number(cell, "number-rows-spanned"), number(cell, "number-columns-spanned"));
            cells.push(Cell { column, repeated: repeated.min(REPEATS), rows, columns, text });
        }
        column = column.saturating_add(repeated);
    }
    cells
}

fn number(element: Element<'_, '_>, name: &str) -> u32 {
    element.attribute(name).and_then(|value| value.parse().ok()).unwrap_or(1).clamp(1, 1 << 20)
}
