//! The variant of a product that fits a wish.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::scale::scale_of;
use super::wanted::{Far, Step, Wanted, goodness};
use crate::{Money, Product, Variant};

/// What the customer has now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now<'a> {
    pub item_id: &'a str,
    pub options: &'a BTreeMap<String, String>,
    pub price: Money,
}

/// Available variants that fit, best first. Those that differ least from what the customer has come first where the
/// wish does not say otherwise.
pub(crate) fn fitting<'a>(product: &'a Product, now: Now<'_>, wanted: &Wanted) -> Vec<&'a Variant> {
    let mut fit: Vec<&Variant> =
        product.variants.values().filter(|variant| variant.available && fits(product, variant, now, wanted)).collect();
    fit.sort_by_key(|variant| {
        (goodness(&wanted.best, variant), distance(variant, now), variant.price.cents(), variant.item_id.clone())
    });
    fit
}

/// Whether the first two fit equally well, so that the customer should choose.
pub(crate) fn tie(fit: &[&Variant], now: Now<'_>, wanted: &Wanted) -> bool {
    let [first, second, ..] = fit else { return false };
    goodness(&wanted.best, first) == goodness(&wanted.best, second) && distance(first, now) == distance(second, now)
}

/// How many options are other than now.
fn distance(variant: &Variant, now: Now<'_>) -> usize {
    variant.options.iter().filter(|(option, value)| now.options.get(*option) != Some(value)).count()
}

fn fits(product: &Product, variant: &Variant, now: Now<'_>, wanted: &Wanted) -> bool {
    if let Some(item_id) = &wanted.item_id {
        return variant.item_id == *item_id;
    }
    if wanted.identical {
        return variant.item_id == now.item_id;
    }
    let spoken_of = |option: &String| {
        wanted.values.contains_key(option)
            || wanted.steps.iter().any(|step| step.option == *option)
            || wanted.best.iter().any(|best| match best {
                super::wanted::Best::Value(it, _) | super::wanted::Best::Least(it) | super::wanted::Best::Most(it) => {
                    it == option
                }
                super::wanted::Best::Cheapest | super::wanted::Best::Dearest => false,
            })
    };
    let kept = |option: &String| wanted.same.contains(option) || (wanted.rest_same && !spoken_of(option));
    variant.item_id != now.item_id
        && wanted
            .values
            .iter()
            .all(|(option, values)| variant.options.get(option).is_some_and(|it| values.contains(it)))
        && variant.options.iter().all(|(option, value)| !kept(option) || now.options.get(option) == Some(value))
        && wanted.steps.iter().all(|step| steps(product, variant, now, step))
}

fn steps(product: &Product, variant: &Variant, now: Now<'_>, step: &Step) -> bool {
    if step.option == "price" {
        return variant.price.cmp(&now.price) == step.direction;
    }
    let place = |value: Option<&String>| value.and_then(|value| scale_of(value));
    let (Some(old), Some(new)) = (place(now.options.get(&step.option)), place(variant.options.get(&step.option)))
    else {
        return false;
    };
    let right = new.partial_cmp(&old) == Some(step.direction);
    right
        && match step.far {
            Far::Any => true,
            Far::By(amount) => ((new - old).abs() - amount).abs() < 1e-6,
            Far::Next => {
                // No value that exists lies between.
                !product.variants.values().filter_map(|other| place(other.options.get(&step.option))).any(|other| {
                    let beyond = other.partial_cmp(&old) == Some(step.direction);
                    let before = other.partial_cmp(&new) == Some(step.direction.reverse());
                    beyond && before && step.direction != Ordering::Equal
                })
            }
        }
}
