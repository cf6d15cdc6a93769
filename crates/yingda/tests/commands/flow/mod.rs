//! `yingda flow`, `replay` and `guard` as scripts see them.

mod files;
mod releases;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Place, Ran};

/// Of another part of the repository.
fn of_repository(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    path.canonicalize().unwrap().display().to_string()
}

/// The shop's assistant, as it comes with the program.
fn shop() -> String {
    of_repository("packs/ecommerce")
}

/// A museum's assistant: one flow, one test conversation, one simulated customer.
fn tours() -> String {
    of_repository("crates/yingda/tests/commands/flow/tours")
}

/// A copy of the museum's assistant in the place, in a folder of this name.
fn tours_in(place: &Place, name: &str) {
    for file in ["flows/book_tour.yml", "tests/book.yml", "customers/family.yml"] {
        let to = place.path(name).join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(Path::new(&tours()).join(file), to).unwrap();
    }
}

/// Writes something else in the place of words of a file.
fn change(place: &Place, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(place.path(file)).unwrap();
    assert!(text.contains(from), "{from:?} is not in {text}");
    fs::write(place.path(file), text.replace(from, to)).unwrap();
}

fn flow(place: &Place, arguments: &[&str]) -> Ran {
    place.run(&[&["flow"], arguments].concat())
}
