//! What can go wrong on the bus.

/// Why the bus could not do what was asked. Addresses in it carry no passwords.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    #[error(
        "{got:?} is not an address of a bus ({problem}): leave it empty or write memory: for a single node, \
         or nats://HOST:4222 for several nodes"
    )]
    BadUrl { got: String, problem: &'static str },
    #[error(
        "{got:?} is not a topic: {problem}. Topics are tokens of ASCII letters, digits, - and _ joined by dots, \
         such as conversation.7"
    )]
    BadTopic { got: String, problem: &'static str },
    #[error("the payload has {got} bytes, at most {max} are allowed: store it and send its id")]
    TooLarge { got: usize, max: usize },
    #[error(
        "cannot connect to NATS at {servers}: {problem}. Check that nats-server runs there and that the address, user and \
         password are right"
    )]
    Connect { servers: String, problem: String },
    #[error("the connection to NATS at {servers} is down, it is being re-established: try again later")]
    Disconnected { servers: String },
    #[error("NATS at {servers} did not answer within {seconds} s")]
    TimedOut { servers: String, seconds: u64 },
    #[error("NATS at {servers}: {problem}")]
    Nats { servers: String, problem: String },
}
