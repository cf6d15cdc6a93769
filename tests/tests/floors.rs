//! The crates are floors of a house: none imports one above it, or beside it.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Which floor a crate is on. A new crate gets its line here.
const FLOORS: [(&str, u8); 31] = [
    ("model", 1),
    ("yaml", 1),
    ("language", 2),
    ("moment", 2),
    ("store", 2),
    ("bus", 2),
    ("embedding", 2),
    ("document", 2),
    ("outbound", 2),
    ("expression", 2),
    ("dialogue", 3),
    ("knowledge", 3),
    ("entity", 3),
    ("classify", 3),
    ("automation", 3),
    ("exchange", 3),
    ("graph", 3),
    ("helpcentre", 3),
    ("upkeep", 3),
    ("desk", 4),
    ("guard", 4),
    ("llm", 4),
    ("tool", 4),
    ("nlu", 4),
    ("library", 5),
    ("assistant", 6),
    ("channels", 6),
    ("rehearsal", 7),
    ("server", 8),
    ("demo", 8),
    ("tau2", 8),
];
/// The roof.
const PROGRAM: (&str, u8) = ("yingda", 9);
/// Stands beside the house: for tests only.
const OUTSIDE: &str = "testing";

#[test]
fn a_floor_imports_only_floors_below_it() {
    let floors: BTreeMap<&str, u8> = FLOORS.into_iter().chain([PROGRAM]).collect();
    let mut wrong = Vec::new();
    let mut crates = 0;
    for folder in fs::read_dir(root().join("crates")).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let Ok(manifest) = fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let manifest: toml::Table = manifest.parse().unwrap();
        crates += 1;
        let package = manifest["package"]["name"].as_str().unwrap();
        assert_eq!(package.strip_prefix("yingda-").unwrap_or(package), name, "folder and package differ");
        if name == OUTSIDE {
            assert_eq!(imports(&manifest, "dependencies"), ["model"], "{OUTSIDE} imports only the words of the house");
            continue;
        }
        let Some(floor) = floors.get(name.as_str()) else {
            panic!("crates/{name} has no floor: say which in {}", file!())
        };
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for import in imports(&manifest, kind) {
                if import == OUTSIDE {
                    if kind != "dev-dependencies" {
                        wrong.push(format!("{name} imports {OUTSIDE}, which is for tests only"));
                    }
                } else if floors.get(import.as_str()).is_none_or(|below| below >= floor) {
                    wrong.push(format!(
                        "{name} (floor {floor}) has {import} (floor {:?}) in {kind}",
                        floors.get(import.as_str())
                    ));
                }
            }
        }
    }
    assert!(crates >= 9, "only {crates} crates were found");
    assert!(wrong.is_empty(), "a floor imports one that is not below it:\n{}", wrong.join("\n"));
}

/// The crates of this workspace that a crate imports, without `yingda-`; also those for one platform only.
fn imports(manifest: &toml::Table, kind: &str) -> Vec<String> {
    let mut tables: Vec<&toml::Table> = manifest.get(kind).and_then(|table| table.as_table()).into_iter().collect();
    if let Some(targets) = manifest.get("target").and_then(|targets| targets.as_table()) {
        tables.extend(targets.values().filter_map(|target| target.get(kind)?.as_table()));
    }
    let packages = tables.into_iter().flatten().map(|(key, value)| {
        let renamed = value.get("package").and_then(|package| package.as_str());
        renamed.unwrap_or(key).to_owned()
    });
    packages.filter_map(|package| package.strip_prefix("yingda-").map(str::to_owned)).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
