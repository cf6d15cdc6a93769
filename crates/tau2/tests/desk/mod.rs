//! A plain assistant: the shop's policy in the fewest lines, to see how far the functions and the customer go together.

use regex::Regex;
use serde_json::{Value, json};
use yingda_tau2::{Customer, Database, Retail};

pub struct Desk {
    pub retail: Retail,
    customer: Customer,
    user: String,
    pub transcript: Vec<String>,
    turns: usize,
    /// Orders and things spoken of last.
    orders: Vec<String>,
    things: String,
    home: Value,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Intent {
    Change,
    Return,
    Cancel,
    Both,
    Address,
    Person,
    Question,
}

impl Desk {
    pub fn talk(fresh: &Database, customer: Customer) -> Self {
        let retail = Retail::new(fresh.clone());
        let mut desk = Self {
            retail,
            customer,
            user: String::new(),
            transcript: Vec::new(),
            turns: 0,
            orders: Vec::new(),
            things: String::new(),
            home: Value::Null,
        };
        let first = desk.customer.first_message();
        desk.transcript.push(format!("C: {first}"));
        let mut wish = desk.know().map(|()| first);
        if let Some(user) = fresh.users.get(&desk.user) {
            desk.home = serde_json::to_value(&user.address).unwrap();
        }
        while let Some(text) = wish {
            wish = if desk.turns < 60 { desk.handle(&text) } else { None };
        }
        desk
    }

    fn ask(&mut self, says: &str, options: &[String]) -> Option<String> {
        self.turns += 1;
        let line = if options.is_empty() { says.to_owned() } else { format!("{says} {options:?}") };
        self.transcript.push(format!("A: {line}"));
        let answer = self.customer.reply(says, options);
        self.transcript.push(format!("C: {}", answer.as_deref().unwrap_or("(gone)")));
        answer
    }

    fn tool(&mut self, name: &str, arguments: Value) -> Result<Value, String> {
        let result = self.retail.call(name, &arguments);
        let shown = result.as_ref().map(|_| "ok".to_owned()).unwrap_or_else(|error| error.to_string());
        self.transcript.push(format!("   {name} {arguments} → {shown}"));
        result.map_err(|error| error.to_string())
    }

    fn aid(&self, name: &str, arguments: Value) -> Value {
        self.retail.aid(name, &arguments).unwrap()
    }

    fn know(&mut self) -> Option<()> {
        let email = Regex::new(r"[\w.+-]+@[\w-]+\.\w+").unwrap();
        for _ in 0..2 {
            let answer = self.ask("May I have your email address?", &[])?;
            let Some(found) = email.find(&answer) else { break };
            if let Ok(user) = self.tool("find_user_id_by_email", json!({"email": found.as_str().trim_end_matches('.')}))
            {
                self.user = user.as_str().unwrap().to_owned();
                return Some(());
            }
        }
        let who = Regex::new(r"name is (\w+) (\w+)\..*?(\d{5})").unwrap();
        for _ in 0..3 {
            let answer = self.ask("Then please tell me your full name and zip code.", &[])?;
            let Some(found) = who.captures(&answer) else { continue };
            let arguments = json!({"first_name": found[1], "last_name": found[2], "zip": found[3]});
            if let Ok(user) = self.tool("find_user_id_by_name_zip", arguments) {
                self.user = user.as_str().unwrap().to_owned();
                return Some(());
            }
        }
        None
    }

    fn else_(&mut self, says: &str) -> Option<String> {
        self.ask(&format!("{says} Is there anything else I can help you with?"), &[])
    }

    fn sorry(&mut self, says: &str) -> Option<String> {
        self.ask(&format!("I'm sorry, {says} What would you like to do?"), &[])
    }

    fn handle(&mut self, text: &str) -> Option<String> {
        match intent(text) {
            Intent::Person => {
                let _ = self.tool("transfer_to_human_agents", json!({"summary": text}));
                self.ask("YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON.", &[])
            }
            Intent::Change => self.items("change", text),
            Intent::Return => self.items("return", text),
            Intent::Cancel => self.cancel(text),
            Intent::Both => self.both(text),
            Intent::Address => self.address(text),
            Intent::Question => {
                let found = self.aid("look_up", json!({"user_id": self.user, "text": text}));
                let sentences: Vec<&str> =
                    found["sentences"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
                let answer = sentences.join(" ");
                let names: Vec<String> =
                    self.retail.database().products.values().map(|product| product.name.clone()).collect();
                if let Some(name) = names.iter().find(|name| answer.contains(*name)) {
                    self.things.clone_from(name);
                }
                self.else_(&answer)
            }
        }
    }

    fn methods(&self) -> Vec<String> {
        self.retail.database().users[&self.user].payment_methods.keys().cloned().collect()
    }

    /// The method meant; `Err` when it is one that the customer has not.
    fn method_named(&self, text: &str, paid_with: &str) -> Result<Option<String>, ()> {
        let found =
            self.aid("find_payment_method", json!({"user_id": self.user, "text": text, "paid_with": paid_with}));
        match found["payment_method_ids"][0].as_str() {
            None if found["named"] == true => Err(()),
            id => Ok(id.map(str::to_owned)),
        }
    }

    fn method(&self, text: &str, paid_with: &str) -> Option<String> {
        let found =
            self.aid("find_payment_method", json!({"user_id": self.user, "text": text, "paid_with": paid_with}));
        found["payment_method_ids"][0].as_str().map(str::to_owned)
    }

    fn items(&mut self, kind: &str, text: &str) -> Option<String> {
        let (mut said, mut which) = (vec![text.to_owned()], Vec::<String>::new());
        let mut paying: Option<String> = None;
        let mut asked_more = false;
        let mut within = Vec::<String>::new();
        for _ in 0..12 {
            let input = |within: &[String], said: &[String]| json!({"user_id": self.user, "kind": kind, "said": said, "which": which, "order_ids": within});
            let mut plan = self.aid("plan_items", input(&within, &said));
            // `it`, `them`: what was spoken of last.
            if nothing(&plan) && !self.orders.is_empty() {
                plan = self.aid("plan_items", input(&self.orders, &said));
            }
            if nothing(&plan) && !self.things.is_empty() {
                said[0] = format!("The {}: {}", self.things, said[0]);
                plan = self.aid("plan_items", input(&[], &said));
            }
            self.remember(&plan);
            if let Some(unclear) = plan["unclear"].get(0) {
                let options = texts(&unclear["candidates"]);
                let answer = self.ask(&format!("Which one do you mean, of {}?", unclear["what"]), &options)?;
                if which.contains(&answer) {
                    return self.sorry("I cannot tell which one.");
                }
                which.push(answer);
                continue;
            }
            if let Some(missing) = plan["incomplete"].get(0) {
                let answer = self.ask(&format!("What would you like instead of {}?", missing["text"]), &[])?;
                if said.contains(&answer) {
                    return self.sorry("I cannot tell what it should become.");
                }
                said.push(answer);
                continue;
            }
            if let Some(none) = plan["unavailable"].get(0) {
                let answer = self.sorry(&format!("there is no available {} as you want it.", none["item"]["text"]))?;
                if new_wish(&answer, kind) {
                    return Some(answer);
                }
                said.push(answer);
                continue;
            }
            let groups = plan["groups"].as_array().unwrap().clone();
            if groups.is_empty() {
                return self.sorry("I cannot find that in your orders.");
            }
            if !asked_more {
                asked_more = true;
                let answer = self.ask(&format!("Are there any other items to {kind}?"), &[])?;
                if !answer.starts_with("No") {
                    said.push(answer);
                    continue;
                }
            }
            let statuses = ["pending", "delivered"];
            if let Some(group) = groups.iter().find(|group| {
                !statuses.contains(&group["status"].as_str().unwrap())
                    || kind == "return" && group["status"] != "delivered"
            }) {
                return self
                    .sorry(&format!("order {} is {}, so that is not possible.", group["order_id"], group["status"]));
            }
            if paying.is_none() {
                let answer = self.ask("Which payment method should I use to pay or refund?", &self.methods())?;
                paying = Some(answer);
            }
            let mut calls = Vec::new();
            let mut refused = None;
            for group in &groups {
                let paid_with = group["paid_with"].as_str().unwrap();
                let method = match paying.as_deref().map_or(Ok(None), |text| self.method_named(text, paid_with)) {
                    Ok(method) => method.unwrap_or(paid_with.to_owned()),
                    Err(()) => {
                        refused = Some("there is no such payment method in your profile.");
                        paid_with.to_owned()
                    }
                };
                let own = &self.retail.database().users[&self.user].payment_methods[&method];
                let difference: yingda_tau2::Money = serde_json::from_value(group["price_difference"].clone()).unwrap();
                if kind == "return" && method != paid_with && !own.is_gift_card() {
                    refused = Some("the refund cannot go there, only to the original payment method or a gift card.");
                } else if kind == "change" && !own.covers(difference) {
                    refused = Some("that gift card cannot cover the difference.");
                }
                let tool = match (kind, group["status"].as_str().unwrap()) {
                    ("return", _) => "return_delivered_order_items",
                    (_, "pending") => "modify_pending_order_items",
                    _ => "exchange_delivered_order_items",
                };
                let mut arguments =
                    json!({"order_id": group["order_id"], "item_ids": group["item_ids"], "payment_method_id": method});
                if kind == "change" {
                    arguments["new_item_ids"] = group["new_item_ids"].clone();
                }
                calls.push((tool, arguments, format!("order {}: {} ({method})", group["order_id"], group["lines"])));
            }
            if let Some(why) = refused {
                let answer = self.sorry(why)?;
                let way = self.method(&answer, "");
                if intent(&answer) == Intent::Return && kind == "return" && answer.contains("everything") {
                    let orders: Vec<String> =
                        groups.iter().map(|group| group["order_id"].as_str().unwrap().to_owned()).collect();
                    said.push(format!("{answer} {}", orders.join(" ")));
                    paying = Some(answer);
                } else if way.is_some() || answer.contains("original") {
                    paying = Some(answer);
                } else {
                    return Some(answer);
                }
                continue;
            }
            let summary: Vec<&str> = calls.iter().map(|(_, _, line)| line.as_str()).collect();
            let answer = self.ask(&format!("I will {kind} {}. Shall I go ahead (yes/no)?", summary.join("; ")), &[])?;
            if !answer.starts_with("Yes") {
                if self.method(&answer, groups[0]["paid_with"].as_str().unwrap()).is_some() {
                    paying = Some(answer.clone());
                }
                if answer.starts_with("No. ") {
                    return self.else_("All right, nothing was done.");
                }
                if answer.to_lowercase().contains("only") {
                    within = groups.iter().map(|group| group["order_id"].as_str().unwrap().to_owned()).collect();
                }
                said.push(answer);
                continue;
            }
            for (tool, arguments, _) in calls {
                if let Err(error) = self.tool(tool, arguments) {
                    return self.sorry(&format!("that is not possible: {error}."));
                }
            }
            return self.else_("Done.");
        }
        None
    }

    fn cancel(&mut self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        for _ in 0..3 {
            let plan = self.aid("plan_items", json!({"user_id": self.user, "kind": "cancel", "said": text}));
            let parts = plan["groups"].as_array().unwrap();
            let whole = text.contains("whole order")
                || text.contains("entire order")
                || parts.iter().all(|group| group["whole_order"] == true);
            if !whole {
                let before = text.clone();
                let answer = self.sorry("single items cannot be cancelled, only the whole order.")?;
                if answer.contains("whole") || answer.contains("entire") {
                    text = format!("{before} {answer}");
                    continue;
                }
                return Some(answer);
            }
            let found = self.aid("find_orders", json!({"user_id": self.user, "text": text, "statuses": ["pending"]}));
            let mut orders: Vec<String> = serde_json::from_value(found["order_ids"].clone()).unwrap();
            let said = |word: &str| text.split_whitespace().any(|it| it == word);
            let named = said("all") || said("any") || text.contains('#') || !parts.is_empty();
            if !named && !self.orders.is_empty() {
                orders.clone_from(&self.orders);
            }
            self.remember(&plan);
            if orders.is_empty() || orders.len() > 1 && !named && self.orders.is_empty() {
                return self.sorry("I cannot find a pending order that you could mean.");
            }
            let answer = self.ask("What is the reason: no longer needed, or ordered by mistake?", &[])?;
            let reason =
                if answer.to_lowercase().contains("mistake") { "ordered by mistake" } else { "no longer needed" };
            let answer = self.ask(&format!("I will cancel {orders:?}, {reason}. Shall I go ahead (yes/no)?"), &[])?;
            if !answer.starts_with("Yes") {
                return self.else_("All right, nothing was done.");
            }
            for order in orders {
                if let Err(error) = self.tool("cancel_pending_order", json!({"order_id": order, "reason": reason})) {
                    return self.sorry(&format!("that is not possible: {error}."));
                }
            }
            return self.else_("Done.");
        }
        None
    }

    fn remember(&mut self, plan: &Value) {
        let list = |name: &str| plan[name].as_array().unwrap().clone();
        let unavailable = list("unavailable").into_iter().map(|it| it["item"].clone());
        let all: Vec<Value> = list("groups").into_iter().chain(unavailable).chain(list("incomplete")).collect();
        if !all.is_empty() {
            self.orders = all.iter().map(|it| it["order_id"].as_str().unwrap().to_owned()).collect();
        }
    }

    fn both(&mut self, text: &str) -> Option<String> {
        if !self.aid("find_orders", json!({"user_id": self.user, "text": "all", "statuses": ["pending"]}))["order_ids"]
            .as_array()
            .unwrap()
            .is_empty()
        {
            let _ = self.cancel(text)?;
        }
        self.items("return", text)
    }

    fn address(&mut self, text: &str) -> Option<String> {
        let found = self.aid(
            "find_orders",
            json!({"user_id": self.user, "text": text, "statuses": ["pending", "pending (items modifed)"]}),
        );
        let of_user = Regex::new(r"(?i)(?:default|user|profile) address").unwrap();
        let to_default = Regex::new(r"(?i)to (?:my|the) (?:user |own )?(?:default|profile)").unwrap();
        let user_too = of_user.is_match(&to_default.replace_all(text, ""));
        let mut orders: Vec<String> = serde_json::from_value(found["order_ids"].clone()).unwrap();
        if !Regex::new(r"(?i)\border(?:s|'s)?\b.*address|address of .*order").unwrap().is_match(text) {
            orders.clear();
        }
        if text.contains("back to the original") {
            let mut arguments = self.home.clone();
            arguments["user_id"] = self.user.clone().into();
            self.ask("I will change your address back. Shall I go ahead (yes/no)?", &[])?;
            let _ = self.tool("modify_user_address", arguments);
            return self.else_("Done.");
        }
        let found = self.aid("find_address", json!({"user_id": self.user, "text": text, "but_not": orders}));
        let mut to = found["address"].clone();
        if to.is_null() {
            let answer = self.ask("What is the new address?", &[])?;
            to = self.aid("find_address", json!({"user_id": self.user, "text": answer, "but_not": orders}))["address"]
                .clone();
        }
        if to.is_null() || orders.is_empty() && !user_too {
            return self.sorry("I cannot tell which address you mean.");
        }
        if !orders.is_empty() {
            self.orders.clone_from(&orders);
        }
        let same = |order: &String| serde_json::to_value(&self.retail.database().orders[order].address).unwrap() == to;
        orders.retain(|order| !same(order));
        let answer = self.ask(
            &format!(
                "I will change the address of {orders:?}{} to {to}. Shall I go ahead (yes/no)?",
                if user_too { " and your profile" } else { "" }
            ),
            &[],
        )?;
        if !answer.starts_with("Yes") {
            return self.else_("All right, nothing was done.");
        }
        for order in orders {
            let mut arguments = to.clone();
            arguments["order_id"] = order.into();
            let _ = self.tool("modify_pending_order_address", arguments);
        }
        if user_too {
            let mut arguments = to.clone();
            arguments["user_id"] = self.user.clone().into();
            let _ = self.tool("modify_user_address", arguments);
        }
        self.else_("Done.")
    }
}

fn nothing(plan: &Value) -> bool {
    ["groups", "unclear", "unavailable", "incomplete"].iter().all(|name| plan[*name].as_array().unwrap().is_empty())
}

fn texts(candidates: &Value) -> Vec<String> {
    candidates.as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

/// Whether an answer to a refusal is another wish, and not a change of this one.
fn new_wish(text: &str, kind: &str) -> bool {
    let same = match intent(text) {
        Intent::Change => kind == "change",
        Intent::Return => kind == "return",
        Intent::Question => !text.contains("want to"),
        _ => false,
    };
    !same || text.contains("I also want") || text.starts_with("No, thank") || text.starts_with("Then leave")
}

fn intent(text: &str) -> Intent {
    let text = text.to_lowercase();
    let has = |pattern: &str| Regex::new(pattern).unwrap().is_match(&text);
    if has(r"human|representative") {
        return Intent::Person;
    }
    if has(r"want to (?:know|check|ask if|ask which)|how much|i want to get the tracking")
        && !has(r"want to (exchange|return|cancel|modify|change)")
    {
        return Intent::Question;
    }
    if has(r"cancel or return|return or cancel") {
        return Intent::Both;
    }
    if has(r"(change|modify|correct|update)\b.*address") {
        return Intent::Address;
    }
    let first = |pattern: &str| Regex::new(pattern).unwrap().find(&text).map(|found| found.start());
    [
        (Intent::Cancel, first(r"\bcancel\b|\bremove\b|no longer need|cancelling|canceled")),
        (Intent::Return, first(r"\breturn|refund")),
        (Intent::Change, first(r"exchange|modify|\bchange\b|adjust|upgrade|swap|switch|new pair")),
    ]
    .into_iter()
    .filter_map(|(intent, at)| at.map(|at| (at, intent)))
    .min_by_key(|(at, _)| *at)
    .map_or(Intent::Question, |(_, intent)| intent)
}
