//! A customer without a language model: reads a task's instructions into a script, and speaks by it.
//!
//! The customer knows nothing but the instructions: not the data, not the expected actions. It hears what the assistant
//! asks by the words that questions are made of (see [`hearing`]), and answers from the script.

mod hearing;
mod identity;
mod script;
mod speech;
pub(crate) mod wording;

use crate::Task;
use hearing::{Heard, hear};
pub use identity::Identity;
pub use script::{Bound, Case, Script, When, Wish, WishKind};

/// How often the customer says that he does not know before he goes.
const PATIENCE: u8 = 4;

/// A customer in a conversation.
#[derive(Clone, Debug)]
pub struct Customer {
    script: Script,
    /// The wish spoken of, and those after it.
    open: Vec<Wish>,
    spoke_payment: bool,
    said: Vec<String>,
    emails: usize,
    zips: usize,
    orders: usize,
    lost: u8,
    gone: bool,
    /// The price heard last, in dollars.
    price: Option<f64>,
}

impl Customer {
    /// A customer who has read the task's instructions.
    #[must_use]
    pub fn new(task: &Task) -> Self {
        let script = script::read(task.instructions());
        let open = script.wishes.clone();
        Self {
            script,
            open,
            spoke_payment: false,
            said: Vec::new(),
            emails: 0,
            zips: 0,
            orders: 0,
            lost: 0,
            gone: false,
            price: None,
        }
    }

    /// What the customer has understood of the instructions.
    #[must_use]
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// How the customer opens: with the first wish.
    pub fn first_message(&mut self) -> String {
        let wish =
            self.open.first().map_or_else(|| "Hello, I need help.".to_owned(), |wish| format!("Hi! {}", wish.text));
        self.said.push(wish.clone());
        wish
    }

    /// Answers the assistant; `options` are the labels of the buttons shown, if any. `None` once the customer has gone.
    pub fn reply(&mut self, assistant_says: &str, options: &[String]) -> Option<String> {
        if self.gone {
            return None;
        }
        self.price = first_price(assistant_says).or(self.price);
        let answer = match hear(assistant_says) {
            Heard::Transferred => None,
            Heard::Email => Some(self.email()),
            Heard::NameAndZip => Some(self.name_and_zip()),
            Heard::Name => Some(self.name()),
            Heard::Zip => Some(self.zip()),
            Heard::Confirm => Some(self.confirm(assistant_says)),
            Heard::Refused => self.refused(),
            Heard::More => self.more(),
            Heard::AnythingElse => self.next(),
            Heard::Payment => Some(self.payment(options)),
            Heard::Reason => Some(self.reason()),
            Heard::Address => Some(self.address()),
            Heard::Order => Some(self.order(options)),
            Heard::Which => Some(self.which(options)),
            Heard::Wanted => Some(self.wanted()),
            Heard::Help => Some(self.wish_text()),
            Heard::Nothing => Some("Okay.".to_owned()),
        };
        if answer.is_none() {
            self.gone = true;
        }
        let answer = answer.map(|answer| label(&answer, options).unwrap_or(answer));
        self.said.extend(answer.clone());
        answer
    }

    fn unknown(&mut self, what: &str) -> String {
        self.lost += 1;
        self.gone = self.lost >= PATIENCE;
        what.to_owned()
    }

    fn email(&mut self) -> String {
        self.emails += 1;
        match self.script.identity.emails.get(self.emails - 1).cloned() {
            Some(email) => format!("My email is {email}."),
            None => "I don't remember my email address.".to_owned(),
        }
    }

    fn name(&mut self) -> String {
        let who = &self.script.identity;
        match (&who.first_name, &who.last_name) {
            (Some(first), Some(last)) => format!("My name is {first} {last}."),
            (Some(first), None) => format!("My name is {first}."),
            _ => self.unknown("I'd rather not say."),
        }
    }

    fn zip(&mut self) -> String {
        self.zips += 1;
        match self.script.identity.zips.get(self.zips - 1).cloned() {
            Some(zip) => format!("My zip code is {zip}."),
            None => self.unknown("I don't know my zip code."),
        }
    }

    fn name_and_zip(&mut self) -> String {
        format!("{} {}", self.name(), self.zip())
    }

    fn wish_text(&mut self) -> String {
        match self.open.first() {
            Some(wish) => wish.text.clone(),
            None => self.unknown("I don't know."),
        }
    }

    /// The wish again, or what comes next of its kind: a second sentence often says what the first left open.
    fn wanted(&mut self) -> String {
        let text = self.wish_text();
        let said = self.said.iter().any(|said| said.ends_with(&text));
        let next = self.open.get(1).is_some_and(|next| Some(next.kind) == self.open.first().map(|wish| wish.kind));
        if said && next { self.more().unwrap_or(text) } else { text }
    }

    /// Takes the first case of the wish that has come.
    fn case(&mut self, when: When) -> Option<String> {
        let cases = &mut self.open.first_mut()?.cases;
        let at = cases.iter().position(|case| case.when == when)?;
        Some(cases.remove(at).say)
    }

    fn confirm(&mut self, says: &str) -> String {
        if let Some(say) = self.case(When::AskedToConfirm) {
            if says_leave(&say) {
                self.done();
                return format!("No. {say}");
            }
            if let Some(way) = script::payment(&say)
                && let Some(wish) = self.open.first_mut()
            {
                wish.payment = Some(way);
            }
            return format!("Wait. {say}");
        }
        if let Some(way) = self.objection(says) {
            self.spoke_payment = true;
            return format!("No, please use my {way}.");
        }
        "Yes, please.".to_owned()
    }

    /// The way to pay that was wished, where the assistant names only another one.
    fn objection(&self, says: &str) -> Option<String> {
        let wished = self.way()?;
        let named = says.to_lowercase().replace('_', " ");
        let is = |way: &str| match way {
            "PayPal" => named.contains("paypal"),
            "gift card" => named.contains("gift card"),
            "original payment method" => true,
            _ => named.contains("card"),
        };
        let names_any = ["paypal", "gift card", "credit card"].iter().any(|way| named.contains(way));
        (!self.spoke_payment && names_any && !is(&wished)).then_some(wished)
    }

    fn way(&self) -> Option<String> {
        self.open.first().and_then(|wish| wish.payment.clone()).or_else(|| self.script.payment.clone())
    }

    fn payment(&mut self, options: &[String]) -> String {
        if let Some(say) = self.case(When::AskedForPayment) {
            return say;
        }
        match self.way() {
            Some(way) if way == "original payment method" => "The original payment method, please.".to_owned(),
            Some(way) => format!("My {way}, please."),
            None => match options {
                [only] => only.clone(),
                _ => "The original payment method, please.".to_owned(),
            },
        }
    }

    fn address(&mut self) -> String {
        if let Some(address) = &self.script.identity.address {
            return format!("My address is {address}.");
        }
        let wish = self.open.first().map_or("", |wish| wish.text.as_str());
        let shares = |known: &&String| known.split(' ').any(|word| word.len() > 4 && wish.contains(word));
        if let Some(known) = self.script.identity.others.iter().find(shares) {
            return speech::first_person(known);
        }
        match self.open.first() {
            Some(wish) => wish.text.clone(),
            None => self.unknown("It is in my profile."),
        }
    }

    fn order(&mut self, options: &[String]) -> String {
        self.orders += 1;
        if let Some(number) = self.script.order_numbers.get(self.orders - 1) {
            return match self.orders {
                1 => format!("It is {number}."),
                _ => format!("Sorry, I made a mistake. It is {number}."),
            };
        }
        if let Some(wish) = self.open.first().filter(|wish| wish.text.contains('#')) {
            return wish.text.clone();
        }
        if let Some(best) = self.best(options) {
            return best;
        }
        self.unknown("I don't remember the order number.")
    }

    fn which(&mut self, options: &[String]) -> String {
        if let Some(say) = self.case(When::AskedWhich) {
            return say;
        }
        if let Some(best) = self.best(options) {
            return best;
        }
        let text = self.wish_text();
        if self.said.last() == Some(&text) { self.unknown("I'm not sure.") } else { text }
    }

    fn reason(&self) -> String {
        let wish = self.open.first().map(|wish| wish.text.to_lowercase()).unwrap_or_default();
        if wish.contains("no longer need") {
            "No longer needed.".to_owned()
        } else if wish.contains("by mistake") {
            "Ordered by mistake.".to_owned()
        } else {
            capital(&self.script.reason)
        }
    }

    /// The option that shares the most words with the wish, if one does more than the others.
    fn best(&self, options: &[String]) -> Option<String> {
        let wish = self.open.first()?.text.to_lowercase();
        let spoken: Vec<&str> = wish.split(|char: char| !char.is_alphanumeric()).collect();
        let shared = |option: &String| {
            let option = option.to_lowercase();
            option
                .split(|char: char| !char.is_alphanumeric())
                .filter(|word| word.len() > 1 && spoken.contains(word))
                .count()
        };
        let most = options.iter().map(shared).max()?;
        let mut best = options.iter().filter(|option| shared(option) == most);
        match (best.next(), best.next()) {
            (Some(only), None) => Some(only.clone()),
            _ => None,
        }
    }

    /// The wish is done or given up.
    fn done(&mut self) {
        if !self.open.is_empty() {
            self.open.remove(0);
        }
        self.spoke_payment = false;
    }

    /// Something else of the same kind?
    fn more(&mut self) -> Option<String> {
        let now = self.open.first().map(|wish| wish.kind);
        let same = self.open.get(1).is_some_and(|next| Some(next.kind) == now);
        if !same {
            return Some("No, that is all.".to_owned());
        }
        // The next wish is done together with this one, and what holds for either holds for both.
        let next = self.open.remove(1);
        let text = next.text.clone();
        if let Some(wish) = self.open.first_mut() {
            wish.text = format!("{} {text}", wish.text);
            wish.cases.extend(next.cases);
            wish.payment = wish.payment.take().or(next.payment);
        }
        Some(text)
    }

    fn next(&mut self) -> Option<String> {
        self.done();
        while let Some(bound) = self.open.first().and_then(|wish| wish.only_if) {
            let met = self.price.is_some_and(|price| match bound {
                script::Bound::Under(limit) => price < limit,
                script::Bound::AtLeast(limit) => price >= limit,
            });
            if met {
                break;
            }
            self.open.remove(0);
        }
        self.open.first().map(|wish| wish.text.clone())
    }

    fn refused(&mut self) -> Option<String> {
        // Who has a change of mind in store has it now, at the latest.
        let Some(say) = self.case(When::Refused).or_else(|| self.case(When::AskedToConfirm)) else {
            return self.next().or_else(|| Some("No, thank you.".to_owned()));
        };
        if says_leave(&say) {
            let next = self.next();
            return Some(
                next.map_or_else(|| "Then leave it, thank you.".to_owned(), |next| format!("Then leave it. {next}")),
            );
        }
        let kind = script::kind(&say);
        if let Some(way) = script::payment(&say).filter(|_| kind == WishKind::Other) {
            if let Some(wish) = self.open.first_mut() {
                wish.payment = Some(way.clone());
            }
            return Some(format!("Then my {way}, please."));
        }
        if let Some(wish) = self.open.first_mut() {
            if kind != WishKind::Other {
                wish.kind = kind;
                wish.text.clone_from(&say);
            }
            if let Some(way) = script::payment(&say) {
                wish.payment = Some(way);
            }
        }
        Some(say)
    }
}

/// Whether the customer wants nothing done after all.
fn says_leave(say: &str) -> bool {
    let say = say.to_lowercase();
    [
        "keep it",
        "no exchange",
        "no cancel",
        "not do anything",
        "forget about",
        "not to do it",
        "keep the order",
        "i will do it myself",
        "proceed with the next",
    ]
    .iter()
    .any(|words| say.contains(words))
}

/// The button that says just what the customer says.
fn label(answer: &str, options: &[String]) -> Option<String> {
    let plain = |text: &str| text.trim_end_matches(['.', '!']).to_lowercase();
    options.iter().find(|option| plain(option) == plain(answer)).cloned()
}

/// The first amount with cents.
fn first_price(text: &str) -> Option<f64> {
    let amount = crate::pattern::pattern(r"\b\d+\.\d{2}\b")?.find(text)?;
    amount.as_str().parse().ok()
}

fn capital(text: &str) -> String {
    speech::sentence(text)
}
