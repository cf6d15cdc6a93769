//! What an entity is, what it is worth, and how sure its finder is.

use serde::{Deserialize, Serialize};

use crate::address::Address;

/// What an entity is. Serialised as a string; an own type of the workspace as its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Kind {
    /// A telephone number; see [`Phone`].
    Phone,
    /// An identity card: mainland (GB 11643), Hong Kong, Taiwan.
    IdCard,
    /// A payment card (ISO/IEC 7812).
    BankCard,
    /// An international bank account number (ISO 13616).
    Iban,
    /// A social security number of the United States.
    Ssn,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// An IPv4 or IPv6 address.
    Ip,
    /// The number of an order.
    OrderNumber,
    /// The number of a parcel.
    ParcelNumber,
    /// An amount of money.
    Money,
    /// An amount with a unit or a measure word.
    Quantity,
    /// A percentage or a discount.
    Percent,
    /// A point in time or a range of time.
    Time,
    /// A length of time.
    Duration,
    /// A postal address or a part of one that has a street or a house number.
    Address,
    /// A post code.
    Postcode,
    /// A country, province or city that is not part of an address.
    Place,
    /// The name of a person.
    Person,
    /// The name of a company, an authority, a school …
    Organisation,
    /// An article of the catalogue.
    Product,
    /// Yes, no or don't know.
    Answer,
    /// Which of several: the second, the last, the one above.
    Ordinal,
    /// The number plate of a car.
    Plate,
    /// A passport or travel permit.
    Passport,
    /// A driver's licence.
    DriverLicence,
    /// An account name or number, a WeChat or QQ number.
    Account,
    /// A password.
    Password,
    /// A code that is good once.
    OneTimeCode,
    /// A date of birth.
    DateOfBirth,
    /// An own type of the workspace.
    Own(String),
}

/// The kinds and the names that they are written by.
const NAMES: [(Kind, &str); 30] = [
    (Kind::Phone, "phone"),
    (Kind::IdCard, "id_card"),
    (Kind::BankCard, "bank_card"),
    (Kind::Iban, "iban"),
    (Kind::Ssn, "ssn"),
    (Kind::Email, "email"),
    (Kind::Url, "url"),
    (Kind::Ip, "ip"),
    (Kind::OrderNumber, "order_number"),
    (Kind::ParcelNumber, "parcel_number"),
    (Kind::Money, "money"),
    (Kind::Quantity, "quantity"),
    (Kind::Percent, "percent"),
    (Kind::Time, "time"),
    (Kind::Duration, "duration"),
    (Kind::Address, "address"),
    (Kind::Postcode, "postcode"),
    (Kind::Place, "place"),
    (Kind::Person, "person"),
    (Kind::Organisation, "organisation"),
    (Kind::Product, "product"),
    (Kind::Answer, "answer"),
    (Kind::Ordinal, "ordinal"),
    (Kind::Plate, "plate"),
    (Kind::Passport, "passport"),
    (Kind::DriverLicence, "driver_licence"),
    (Kind::Account, "account"),
    (Kind::Password, "password"),
    (Kind::OneTimeCode, "one_time_code"),
    (Kind::DateOfBirth, "date_of_birth"),
];

impl Kind {
    /// The kind's name, such as `id_card`; of an own type, the name the workspace gave it.
    pub fn name(&self) -> &str {
        match self {
            Kind::Own(name) => name,
            known => NAMES.iter().find(|(kind, _)| kind == known).map_or("own", |(_, name)| name),
        }
    }

    /// The kinds that the crate itself knows, in the order of their declaration.
    pub fn known() -> impl Iterator<Item = Kind> {
        NAMES.iter().map(|(kind, _)| kind.clone())
    }
}

impl From<String> for Kind {
    fn from(name: String) -> Self {
        NAMES.iter().find(|(_, known)| *known == name).map_or(Kind::Own(name), |(kind, _)| kind.clone())
    }
}

impl From<Kind> for String {
    fn from(kind: Kind) -> Self {
        kind.name().to_owned()
    }
}

/// What an entity was recognised by, from the weakest evidence to the strongest: where two overlap,
/// the stronger stays, and of equals the longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A statistical model, or words around it.
    Guess,
    /// A list of words: the catalogue, an own type, the gazetteer.
    Dictionary,
    /// A written form that hardly means anything else.
    Pattern,
    /// A written form whose check digits are right.
    Checksum,
}

/// Something that a message names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entity {
    /// What it is.
    pub kind: Kind,
    /// Byte offset in the text where it starts.
    pub start: usize,
    /// Byte offset in the text after it.
    pub end: usize,
    /// The words of the text.
    pub text: String,
    /// What the words mean, in one form for all ways of writing it.
    pub value: Value,
    /// How sure this is: 0 to 1.
    pub confidence: f32,
    /// What it was recognised by.
    pub by: By,
}

/// What an entity means.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Value {
    /// A number, a name, an address on the web, as it is compared and stored.
    Text {
        /// The normal form: no spaces in a card number, a lower-case host in an e-mail address.
        text: String,
    },
    /// A telephone number.
    Phone(Phone),
    /// Money.
    Money {
        /// The amount in the currency's smallest unit (分, cents; whole yen).
        minor: i64,
        /// ISO 4217 code; nothing when the words name no currency.
        currency: Option<String>,
    },
    /// An amount and its unit.
    Quantity {
        /// How many.
        amount: f64,
        /// The unit in one spelling: `kg`, `ml`, `GB`, `件`.
        unit: String,
    },
    /// A percentage.
    Percent {
        /// 20 for 20%.
        percent: f64,
    },
    /// A price reduction.
    Discount {
        /// 20 for 八折 and for 20% off.
        off_percent: f64,
    },
    /// A time or a length of time, as the `moment` crate gives it.
    Time {
        /// What is meant.
        moment: yingda_moment::Moment,
    },
    /// An address in its parts.
    Address(Box<Address>),
    /// An entry of the catalogue or of an own type.
    Item {
        /// The entry's id in the workspace.
        id: String,
        /// Its name.
        name: String,
    },
    /// Yes, no or don't know.
    Answer {
        /// Which.
        answer: crate::Answer,
    },
    /// Which of several.
    Ordinal {
        /// From where it is counted.
        from: Side,
        /// 1 for the first.
        position: u32,
    },
}

/// From which side an ordinal counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The first of the list has position 1.
    Start,
    /// The last of the list has position 1.
    End,
    /// Backwards from here: the one above, the previous.
    Before,
    /// Forwards from here: the one below, the next.
    After,
}

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// With country code (`+8613800138000`, ITU-T E.164) where it is known; otherwise the digits as written.
    pub number: String,
    /// What answers there.
    pub line: Line,
    /// ISO 3166 code of the country or territory, where it is known.
    pub region: Option<String>,
    /// The extension after 转 or `ext`.
    pub extension: Option<String>,
}

/// What answers a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A mobile telephone: a person.
    Mobile,
    /// A landline.
    Landline,
    /// A company's number for everybody (400, 800, 95…, 12345): not personal.
    Hotline,
    /// Not to be told from the number.
    Unknown,
}
