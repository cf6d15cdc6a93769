//! The tools that the desk's flows call, run in memory. Whose data it is, the dialogue says: flows name no customer.

mod aids;
mod settled;

use serde_json::{Value, json};
use yingda_dialogue::{Call, Called};

use crate::{ErrorCode, Retail, ToolError};

/// What a tool does to the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Nothing,
    Data,
}

/// Whose data a tool is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// Nobody's, or it finds out.
    Anybody,
    /// The customer's; `user_id` is filled in.
    Customer,
    /// An order that must be the customer's.
    Order,
}

/// A tool as flows see it: `retail.NAME`.
pub(super) struct DeskTool {
    pub name: &'static str,
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
    pub change: Change,
    whose: Whose,
    run: Run,
}

/// How it is run.
#[derive(Clone, Copy)]
enum Run {
    /// A tool of the benchmark.
    Tool,
    /// A look into the data for what words mean.
    Aid,
    /// The same, with what was spoken of before.
    Desk(fn(&mut Shop, &str, &Value) -> Result<Value, ToolError>),
}

const fn tool(name: &'static str, required: &'static [&'static str], whose: Whose, change: Change) -> DeskTool {
    DeskTool { name, required, optional: &[], change, whose, run: Run::Tool }
}

const fn aid(name: &'static str, required: &'static [&'static str], optional: &'static [&'static str]) -> DeskTool {
    DeskTool { name, required, optional, change: Change::Nothing, whose: Whose::Customer, run: Run::Aid }
}

type Own = fn(&mut Shop, &str, &Value) -> Result<Value, ToolError>;

const fn own(
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    run: Own,
) -> DeskTool {
    DeskTool { name, required, optional, change: Change::Nothing, whose: Whose::Customer, run: Run::Desk(run) }
}

const PLACE: [&str; 6] = ["address1", "address2", "city", "country", "state", "zip"];
const ORDER_PLACE: [&str; 7] = ["order_id", "address1", "address2", "city", "country", "state", "zip"];
const NEW_ITEMS: [&str; 4] = ["order_id", "item_ids", "new_item_ids", "payment_method_id"];

/// All of them.
pub(super) const DESK: [DeskTool; 25] = [
    tool("calculate", &["expression"], Whose::Anybody, Change::Nothing),
    tool("cancel_pending_order", &["order_id", "reason"], Whose::Order, Change::Data),
    tool("exchange_delivered_order_items", &NEW_ITEMS, Whose::Order, Change::Data),
    tool("find_user_id_by_email", &["email"], Whose::Anybody, Change::Nothing),
    tool("find_user_id_by_name_zip", &["first_name", "last_name", "zip"], Whose::Anybody, Change::Nothing),
    tool("get_item_details", &["item_id"], Whose::Anybody, Change::Nothing),
    tool("get_order_details", &["order_id"], Whose::Order, Change::Nothing),
    tool("get_product_details", &["product_id"], Whose::Anybody, Change::Nothing),
    tool("get_user_details", &[], Whose::Customer, Change::Nothing),
    tool("list_all_product_types", &[], Whose::Anybody, Change::Nothing),
    tool("modify_pending_order_address", &ORDER_PLACE, Whose::Order, Change::Data),
    tool("modify_pending_order_items", &NEW_ITEMS, Whose::Order, Change::Data),
    tool("modify_pending_order_payment", &["order_id", "payment_method_id"], Whose::Order, Change::Data),
    tool("modify_user_address", &PLACE, Whose::Customer, Change::Data),
    tool("return_delivered_order_items", &["order_id", "item_ids", "payment_method_id"], Whose::Order, Change::Data),
    aid("find_address", &["text"], &["but_not"]),
    aid("find_orders", &["text", "statuses"], &[]),
    aid("find_payment_method", &["text"], &["paid_with"]),
    own("address_wish", &["said"], &["place"], aids::address_wish),
    own("look_up", &["text"], &[], aids::look_up),
    own("orders_to_cancel", &["said"], &[], aids::orders_to_cancel),
    own("payment_methods", &[], &[], aids::payment_methods),
    own("payment_of_order", &["said"], &[], aids::payment_of_order),
    own("plan_items", &["kind", "said"], &["which", "orders"], aids::plan_items),
    own("settle_payment", &["text", "groups"], &[], aids::settle_payment),
];

/// The back end, and what was spoken of.
pub(super) struct Shop {
    pub retail: Retail,
    pub made: Vec<Made>,
    /// Orders and things spoken of last.
    orders: Vec<String>,
    things: String,
    settled: settled::Settled,
    /// Where the customer lived when the conversation began.
    home: Option<Value>,
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    pub tool: String,
    pub input: Value,
    /// What went wrong, if something did.
    pub failed: Option<String>,
}

impl Shop {
    pub fn new(retail: Retail) -> Self {
        Self {
            retail,
            made: Vec::new(),
            orders: Vec::new(),
            things: String::new(),
            settled: Default::default(),
            home: None,
        }
    }

    /// Calls a tool for the customer who was found.
    pub fn call(&mut self, user: Option<&str>, call: &Call) -> Called {
        let name = call.tool.strip_prefix("retail.").unwrap_or(&call.tool);
        let Some(tool) = DESK.iter().find(|tool| tool.name == name) else {
            return failed("broken", format!("there is no tool {}", call.tool));
        };
        if tool.change == Change::Data && !call.confirmed {
            return failed("right", "the customer has not confirmed it".into());
        }
        let user = match (tool.whose, user) {
            (Whose::Anybody, user) => user.unwrap_or_default().to_owned(),
            (_, Some(user)) => user.to_owned(),
            (_, None) => return failed("unverified", "nobody knows who the customer is".into()),
        };
        let mut input = call.input.clone();
        if tool.whose == Whose::Order {
            let order = input["order_id"].as_str().and_then(|id| self.retail.database().orders.get(id));
            if order.is_some_and(|order| order.user_id != user) {
                return failed("not_theirs", "this order is somebody else's".into());
            }
        }
        self.note_home(&user);
        if tool.whose == Whose::Customer && !matches!(tool.run, Run::Desk(_)) {
            input["user_id"] = json!(user);
        }
        let result = match tool.run {
            Run::Tool => {
                let mut settled = self.settled;
                settled.add(self.retail.database(), name, &input);
                let result = self.retail.call(name, &input);
                if result.is_ok() {
                    self.settled = settled;
                }
                result
            }
            Run::Aid => self.retail.aid(name, &input),
            Run::Desk(run) => run(self, &user, &input),
        };
        let why = result.as_ref().err().map(ToString::to_string);
        self.made.push(Made { tool: name.to_owned(), input, failed: why });
        match result {
            Ok(output) => Called::Ok { output },
            Err(error) => failed(code(error.code), error.message),
        }
    }

    /// People take over.
    pub fn transfer(&mut self, summary: &str) {
        let input = json!({ "summary": summary });
        let failed = self.retail.call("transfer_to_human_agents", &input).err().map(|error| error.to_string());
        self.made.push(Made { tool: "transfer_to_human_agents".into(), input, failed });
    }

    fn note_home(&mut self, user: &str) {
        if self.home.is_none() {
            let user = self.retail.database().users.get(user);
            self.home = user.and_then(|user| serde_json::to_value(&user.address).ok());
        }
    }
}

/// A turn that calls too much.
pub(super) fn too_many(most: usize) -> Called {
    failed("broken", format!("more than {most} calls in one turn"))
}

fn failed(code: &str, message: String) -> Called {
    Called::Failed { code: code.into(), message, acted: false }
}

fn code(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NotFound => "not_found",
        ErrorCode::Refused => "refused",
        ErrorCode::Input => "input",
    }
}
