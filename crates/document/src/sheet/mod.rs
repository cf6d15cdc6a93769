//! Spreadsheets: XLSX, XLS and ODS.

mod grid;
mod number;
mod ods;
mod xls;
mod xlsx;

pub(crate) use ods::read as read_ods;
pub(crate) use xls::read as read_xls;
pub(crate) use xlsx::read as read_xlsx;
