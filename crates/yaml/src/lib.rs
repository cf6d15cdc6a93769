//! YAML as people write it: a tree that knows its places, and problems told with advice.
//!
//! [`parse`] makes a [`Node`] of a file within limits: size, depth, no anchors, aliases, tags or second documents. A [`Reader`] takes
//! the tree apart and gathers what is not as expected, each a [`Problem`] with file, line, column and what to do. Nothing here stops at
//! the first fault, nothing panics, whatever the file holds. What is told is a [`Said`], Chinese and English side by side.
//!
//! ```
//! use yingda_yaml::{Reader, parse, said};
//!
//! let mut problems = Vec::new();
//! let root = parse("shop.yml", "titel: Shop\n", &mut problems).expect("this is YAML");
//! let mut reader = Reader::new("shop.yml", &mut problems);
//! reader.map(&root, &said!("商店", "a shop"), &["title", "hosts"]);
//! assert_eq!(
//!     problems[0].to_string(),
//!     "shop.yml:1:1: error: a shop has no key `titel`\n  hint: did you mean `title`?"
//! );
//! assert_eq!(problems[0].message.zh, "商店里没有“titel”这一项");
//! ```

mod near;
mod parse;
mod problem;
mod reader;
mod said;
mod tree;

pub use near::nearest;
pub use parse::{MOST_BYTES, parse};
pub use problem::{Place, Problem, Severity};
pub use reader::Reader;
pub use said::Said;
pub use tree::{Is, Key, Map, Node, Scalar, Style};
