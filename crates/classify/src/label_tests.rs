use proptest::prelude::*;

use crate::chance::Chance;
use crate::label::{parents, said};

#[test]
fn a_telling_name_is_what_a_customer_might_say() {
    for (label, words) in [
        ("card_not_working", Some("card not working")),
        ("order/cancel", Some("order cancel")),
        ("CancelOrder", Some("cancel order")),
        ("退款", Some("退款")),
        ("intent_12", None),
        ("A7", None),
        ("0", None),
        ("", None),
        ("退", None),
    ] {
        assert_eq!(said(label).as_deref(), words, "{label}");
    }
}

#[test]
fn the_same_seed_shuffles_the_same() {
    let shuffled = |seed| {
        let mut items: Vec<u32> = (0..50).collect();
        Chance::new(seed).shuffle(&mut items);
        items
    };
    assert_eq!(shuffled(1), shuffled(1));
    assert_ne!(shuffled(1), shuffled(2));
    let mut sorted = shuffled(3);
    sorted.sort_unstable();
    assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    assert_eq!(Chance::new(1).below(0), 0);
}

proptest! {
    #[test]
    fn any_label_has_parents_that_begin_it(label in any::<String>()) {
        for parent in parents(&label) {
            prop_assert!(label.starts_with(parent) && parent.len() < label.len() && !parent.is_empty());
        }
        let _ = said(&label);
    }
}
