//! What customers call the shop's products.

use super::words::words;
use crate::Database;

/// Words that customers use for a product besides its name and the last word of it.
const OTHER_NAMES: [(&str, &[&str]); 28] = [
    ("jigsaw", &["Jigsaw Puzzle"]),
    ("luggage", &["Luggage Set"]),
    ("suitcase", &["Luggage Set"]),
    ("dumbbell", &["Dumbbell Set"]),
    ("makeup", &["Makeup Kit"]),
    ("shoe", &["Running Shoes", "Sneakers"]),
    ("sneaker", &["Sneakers"]),
    ("boot", &["Hiking Boots"]),
    ("coffee machine", &["Espresso Machine", "Coffee Maker"]),
    ("e reader", &["E-Reader"]),
    ("book shelf", &["Bookshelf"]),
    ("phone", &["Smartphone"]),
    ("computer", &["Laptop"]),
    ("vacuum", &["Vacuum Cleaner"]),
    ("robot vacuum", &["Vacuum Cleaner"]),
    ("hiking boot", &["Hiking Boots"]),
    ("running shoe", &["Running Shoes"]),
    ("toothbrush", &["Electric Toothbrush"]),
    ("security camera", &["Indoor Security Camera"]),
    ("light bulb", &["LED Light Bulb"]),
    ("purifier", &["Air Purifier"]),
    ("thermostat", &["Smart Thermostat"]),
    ("hose", &["Garden Hose"]),
    ("fleece", &["Fleece Jacket"]),
    ("watch", &["Smart Watch", "Wristwatch"]),
    ("smartwatch", &["Smart Watch"]),
    ("dumbbell set", &["Dumbbell Set"]),
    ("espresso maker", &["Espresso Machine"]),
];

/// Last words of names that say nothing alone.
const TOO_COMMON: [&str; 5] = ["set", "kit", "machine", "maker", "light"];

/// A place in a text that names a product.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mention {
    /// Index of the first word.
    pub start: usize,
    /// Index after the last word.
    pub end: usize,
    /// The names of the products it may mean.
    pub products: Vec<String>,
}

/// Every product that a text names, in order; the longest name wins.
pub(crate) fn mentions(database: &Database, text: &[String]) -> Vec<Mention> {
    let names = aliases(database);
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let longest = names.iter().filter(|(name, _)| text[at..].starts_with(name)).max_by_key(|(name, _)| name.len());
        let Some((name, _)) = longest else {
            at += 1;
            continue;
        };
        let products: Vec<String> =
            names.iter().filter(|(other, _)| other == name).map(|(_, product)| product.clone()).collect();
        found.push(Mention { start: at, end: at + name.len(), products });
        at += name.len();
    }
    found
}

fn aliases(database: &Database) -> Vec<(Vec<String>, String)> {
    let mut names = Vec::new();
    for product in database.products.values() {
        let name = words(&product.name);
        if let Some(last) = name.last().filter(|last| name.len() > 1 && !TOO_COMMON.contains(&last.as_str())) {
            names.push((vec![last.clone()], product.name.clone()));
        }
        names.push((name, product.name.clone()));
    }
    for (alias, products) in OTHER_NAMES {
        for product in products {
            names.push((words(alias), (*product).to_owned()));
        }
    }
    names.sort();
    names.dedup();
    names
}
