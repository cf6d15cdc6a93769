//! The currency of a workspace's amounts.

use serde_json::{Map, Value};
use yingda_expression::money;

/// The setting that names it. Slots and tools count money in cents and do not say of what.
const SETTING: &str = "currency";
const DEFAULT: &str = "CNY";
/// Signs that leave no doubt; other currencies stand as their letters.
const SIGNS: [(&str, &str); 5] = [("CNY", "¥"), ("USD", "US$"), ("EUR", "€"), ("GBP", "£"), ("HKD", "HK$")];

/// A currency by its three letters (ISO 4217).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Currency(String);

impl Default for Currency {
    fn default() -> Self {
        Self(DEFAULT.into())
    }
}

impl Currency {
    /// The currency that the workspace's setting `currency` names, CNY where it names none.
    pub(crate) fn of(facts: &Map<String, Value>) -> Self {
        let named = facts.get("settings").and_then(|settings| settings.get(SETTING)).and_then(Value::as_str);
        let code = named.map(|code| code.trim().to_ascii_uppercase());
        code.filter(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
            .map_or_else(Self::default, Self)
    }

    /// Cents as an amount that says of what: 1250 → `¥12.50`, `CHF 12.50`.
    pub(crate) fn told(&self, cents: i64) -> String {
        let amount = money(cents);
        let (minus, amount) = amount.strip_prefix('-').map_or(("", amount.as_str()), |amount| ("-", amount));
        match SIGNS.iter().find(|(code, _)| *code == self.0) {
            Some((_, sign)) => format!("{minus}{sign}{amount}"),
            None => format!("{} {minus}{amount}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(settings: Value) -> Currency {
        let facts = json!({ "settings": settings });
        Currency::of(facts.as_object().unwrap_or(&Map::new()))
    }

    #[test]
    fn an_amount_says_of_what_it_is() {
        for (code, told) in
            [("CNY", "¥129.50"), ("usd", "US$129.50"), (" EUR ", "€129.50"), ("CHF", "CHF 129.50"), ("euro", "¥129.50")]
        {
            assert_eq!(of(json!({ "currency": code })).told(12_950), told, "{code}");
        }
        assert_eq!(of(json!({})).told(-5), "-¥0.05");
        assert_eq!(of(json!({"currency": "SEK"})).told(-5), "SEK -0.05");
        assert_eq!(Currency::of(&Map::new()), Currency::default());
    }
}
