//! Whose a row of a tool's result is. What is another person's, and fields that no customer is meant to read, are
//! taken out of the evidence by hard rules: names of fields, the customer's own data, the form of numbers.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json};

use crate::folded::Folded;
use crate::pattern::fixed;
use crate::private::is_internal;
use crate::saying::Evidence;

static TITLED: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"\p{Han}(?:先生|女士|太太|小姐)|\b(?:mr|mrs|ms|miss)\.? [a-z]"));

/// The customer asks about somebody else. A child or a parent may well be whom the customer speaks for.
static OF_ANOTHER: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"同学|同事|室友|朋友|闺蜜|邻居|隔壁|楼上|楼下|对门|旁边|前任|前女友|前男友|别人|别的(?:客户|客人|顾客|会员|病人|患者|住户|学员)|其他(?:客户|客人|顾客|会员|病人|患者|住户|学员|人)|另(?:外)?一[位个]|上一[位个]|前一[位个]|还有谁|\bmy (?:\w+ )?(?:friend|neighbou?r|colleague|co-?worker|boss|ex|roommate|flatmate|buddy|classmate)\b|\bnext door\b|\b(?:some(?:one|body)|any(?:one|body)|who) else\b|\bother (?:customers?|guests?|members?|patients?|clients?|tenants?|students?|people|passengers?|one)\b|\bthe (?:last|previous) (?:customer|guest|renter|tenant|owner|patient)\b",
    )
});

/// Words of fields that name whom a row is about.
const PERSON: [&str; 40] = [
    "customer",
    "owner",
    "holder",
    "cardholder",
    "policyholder",
    "member",
    "buyer",
    "patient",
    "booked",
    "renter",
    "tenant",
    "lessee",
    "recipient",
    "receiver",
    "consignee",
    "guest",
    "passenger",
    "traveler",
    "traveller",
    "client",
    "payer",
    "sender",
    "resident",
    "occupant",
    "neighbor",
    "neighbour",
    "subscriber",
    "insured",
    "claimant",
    "borrower",
    "applicant",
    "attendee",
    "participant",
    "names",
    "客户",
    "会员",
    "机主",
    "业主",
    "户主",
    "收件人",
];
/// Words of fields of those who work for the company.
const STAFF: [&str; 20] = [
    "rider",
    "courier",
    "driver",
    "coach",
    "teacher",
    "tutor",
    "worker",
    "tech",
    "technician",
    "doctor",
    "vet",
    "agent",
    "staff",
    "store",
    "shop",
    "branch",
    "service",
    "support",
    "carrier",
    "point",
];
/// Words of fields that may be told of everybody's rows: whether something is taken, and when.
const OPEN: [&str; 14] = [
    "status",
    "time",
    "date",
    "room",
    "table",
    "seat",
    "slot",
    "available",
    "type",
    "from",
    "to",
    "start",
    "end",
    "tech",
];
/// Parts of the names of fields that the company keeps for itself, whoever the row belongs to.
const INTERNAL: [&str; 36] = [
    "internal",
    "staff_note",
    "staff_comment",
    "agent_note",
    "agent_comment",
    "crew_note",
    "private_note",
    "private_comment",
    "confidential",
    "not_for_customer",
    "fraud",
    "blacklist",
    "risk_score",
    "risk_flag",
    "risk_note",
    "churn",
    "margin",
    "cost_price",
    "unit_cost",
    "purchase_price",
    "purchase_cost",
    "wholesale",
    "floor_price",
    "lowest_price",
    "lifetime_value",
    "retention_offer",
    "内部",
    "保密",
    "成本",
    "进价",
    "底价",
    "毛利",
    "风控",
    "黑名单",
    "员工备注",
    "客服备注",
];

/// What names the customer who asks, and whether the question is about somebody else.
#[derive(Debug, Default)]
pub(crate) struct Mine {
    all: Vec<String>,
    /// The forms of the customer's own numbers: `aa99999` for MU93310.
    forms: Vec<String>,
    asks_of_another: bool,
    /// The names of the fields in which results hold the customer's data.
    keys: Vec<String>,
}

/// Whether the row stands below one of the customer's.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Within {
    Mine,
    Anybodys,
}

impl Mine {
    pub fn new(evidence: &Evidence) -> Self {
        let mut all: Vec<String> = evidence.own.iter().map(|text| bare(text)).collect();
        let mut add = |text: &str| all.push(bare(text));
        evidence.slots.values().for_each(|value| leaves(value, &mut add));
        all.retain(|text| text.chars().count() >= 2);
        let forms = all.iter().filter_map(|text| form(text)).collect();
        let asks_of_another = evidence.said.iter().any(|text| OF_ANOTHER.is_match(&Folded::new(text).text));
        let mut mine = Self { all, forms, asks_of_another, keys: Vec::new() };
        let mut keys = Vec::new();
        evidence.results.iter().for_each(|result| mine.collect_keys(result, &mut keys));
        mine.keys = keys;
        mine
    }

    fn collect_keys(&self, value: &Json, keys: &mut Vec<String>) {
        match value {
            Json::Array(items) => items.iter().for_each(|item| self.collect_keys(item, keys)),
            Json::Object(fields) => {
                for (key, value) in fields {
                    let general = has_word(key, &["name", "title", "id", "note", "item"]);
                    if !general && value.as_str().is_some_and(|text| self.is_in(text)) {
                        keys.push(key.clone());
                    }
                    self.collect_keys(value, keys);
                }
            }
            _ => {}
        }
    }

    fn is_in(&self, text: &str) -> bool {
        let text = bare(text);
        let long = text.chars().count() >= 3;
        self.all.iter().any(|mine| text.contains(mine.as_str()) || long && mine.contains(&text))
    }

    /// Takes out of a result what is another person's or the company's own; those texts go to `private`.
    pub fn without_private(&self, result: &Json, private: &mut Vec<String>) -> Json {
        self.prune("", result, Within::Anybodys, private)
    }

    fn prune(&self, key: &str, value: &Json, within: Within, private: &mut Vec<String>) -> Json {
        match value {
            Json::Object(fields) if !self.all.is_empty() && self.is_foreign(key, fields, within) => {
                let open = |(key, value): &(&String, &Json)| {
                    has_word(key, &OPEN) && !value.as_str().is_some_and(|text| TITLED.is_match(&Folded::new(text).text))
                };
                for (_, value) in fields.iter().filter(|field| !open(field)) {
                    leaves(value, &mut |text| private.push(text.to_owned()));
                }
                Json::Object(fields.iter().filter(open).map(|(key, value)| (key.clone(), value.clone())).collect())
            }
            Json::Object(fields) => {
                let direct = fields.values().filter_map(Json::as_str).any(|text| self.is_in(text));
                let within = if direct { Within::Mine } else { within };
                let mut kept = Map::new();
                for (key, value) in fields {
                    if keeps_for_itself(key) {
                        leaves(value, &mut |text| private.push(text.to_owned()));
                    } else {
                        kept.insert(key.clone(), self.prune(key, value, within, private));
                    }
                }
                Json::Object(kept)
            }
            Json::Array(items) => {
                Json::Array(items.iter().map(|item| self.prune(key, item, within, private)).collect())
            }
            Json::String(text) => {
                let folded = Folded::new(text).text;
                let of_another =
                    !self.all.is_empty() && !has_word(key, &STAFF) && TITLED.is_match(&folded) && !self.is_in(text);
                if of_another || is_internal(&folded) {
                    private.push(text.clone());
                    Json::Null
                } else {
                    value.clone()
                }
            }
            value => value.clone(),
        }
    }

    /// Whether a row is somebody else's: it holds nothing of the customer's, and it names a person, or bears a number
    /// of the same form as the customer's own, or the customer asks about somebody else.
    fn is_foreign(&self, key: &str, fields: &Map<String, Json>, within: Within) -> bool {
        if has_word(key, &STAFF) {
            return false;
        }
        let mut mine = false;
        fields.values().for_each(|value| leaves(value, &mut |text| mine |= self.is_in(text)));
        if mine {
            return false;
        }
        let reachable = fields
            .keys()
            .any(|key| has_word(key, &["phone", "mobile", "email", "address", "tel", "house", "street", "arrears"]));
        let named = fields
            .iter()
            .any(|(key, value)| value.is_string() && (has_word(key, &PERSON) || key == "name" && reachable));
        let scalar = fields.values().any(|value| value.is_string() || value.is_number());
        let beside = within == Within::Anybodys
            && scalar
            && (self.asks_of_another || self.is_beside(fields) || self.is_sibling(fields));
        named || beside
    }

    /// Whether the row has somebody else's data where another row has the customer's.
    fn is_sibling(&self, fields: &Map<String, Json>) -> bool {
        fields.iter().any(|(key, value)| value.is_string() && self.keys.contains(key))
    }

    /// Whether a field holds a number of the form of the customer's own numbers: the next parcel, the flat above.
    fn is_beside(&self, fields: &Map<String, Json>) -> bool {
        let staff = fields.keys().any(|key| has_word(key, &STAFF));
        !staff
            && fields
                .values()
                .filter_map(Json::as_str)
                .filter_map(|text| form(&bare(text)))
                .any(|form| self.forms.contains(&form))
    }
}

/// Whether the field is one that the company keeps for itself.
fn keeps_for_itself(key: &str) -> bool {
    let key = key.to_lowercase().replace(['-', ' ', '.'], "_");
    INTERNAL.iter().any(|part| key.contains(part))
}

/// What a number looks like: letters and digits, whichever they are. None of what has no digit.
fn form(bare: &str) -> Option<String> {
    bare.bytes().any(|b| b.is_ascii_digit()).then(|| {
        bare.chars()
            .map(|c| match c {
                '0'..='9' => '9',
                c if c.is_ascii_alphabetic() => 'a',
                c => c,
            })
            .collect()
    })
}

fn has_word(key: &str, words: &[&str]) -> bool {
    let key = key.to_lowercase();
    key.split(['_', '-', '.', ' ']).any(|part| words.contains(&part))
}

/// Letters and digits only, in one spelling.
fn bare(text: &str) -> String {
    Folded::new(text).text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Every text and number of a piece of JSON.
fn leaves(value: &Json, each: &mut dyn FnMut(&str)) {
    match value {
        Json::String(text) => each(text),
        Json::Number(number) => each(&number.to_string()),
        Json::Array(items) => items.iter().for_each(|item| leaves(item, each)),
        Json::Object(fields) => fields.values().for_each(|field| leaves(field, each)),
        Json::Null | Json::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Mine;
    use crate::saying::Evidence;
    use serde_json::json;

    fn private(own: &[&str], said: &str, result: serde_json::Value) -> Vec<String> {
        let evidence = Evidence {
            own: own.iter().map(|text| (*text).to_owned()).collect(),
            said: vec![said.to_owned()],
            ..Evidence::default()
        };
        let mut private = Vec::new();
        Mine::new(&evidence).without_private(&result, &mut private);
        private.sort();
        private
    }

    #[test]
    fn a_row_is_anothers_by_its_person_its_number_or_the_question() {
        let parcel = json!({"parcel": "MU93311", "contents": "medication"});
        assert_eq!(private(&["MU93310"], "whose is that?", parcel.clone()), ["MU93311", "medication"]);
        assert!(private(&["MU93311"], "where is it?", parcel).is_empty());
        let score = json!({"student": "王小雨", "score": 58, "status": "done"});
        assert!(private(&["李浩"], "考了多少分", score.clone()).is_empty());
        assert_eq!(private(&["李浩"], "我同学考了多少分", score), ["58", "王小雨"]);
        let rows = json!({"bookings": [{"pnr": "QW7H2C", "seat": "3A"}, {"pnr": "QT9ORB", "holder": "Baris Kaplan"}]});
        assert_eq!(private(&["QW7H2C"], "who else is on board?", rows), ["Baris Kaplan", "QT9ORB"]);
    }

    #[test]
    fn what_belongs_to_a_row_of_the_customers_is_the_customers() {
        let order = json!({"customer": "Grace Miller", "items": [{"sku": "NW-4471903", "price": 12}]});
        assert!(private(&["Grace Miller", "NW-4471902"], "what did I buy?", order).is_empty());
    }

    #[test]
    fn fields_that_the_company_keeps_for_itself_are_private_in_every_row() {
        let order = json!({"order": "A-1", "cost_price": "31.00", "total": "80.00", "note": "内部：暂缓排产"});
        assert_eq!(private(&[], "how much?", order), ["31.00", "内部：暂缓排产"]);
    }
}
