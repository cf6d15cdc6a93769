//! Where a NATS server is and how to sign in.

use async_nats::ServerAddr;

use crate::BusError;

/// The servers of one NATS cluster.
#[derive(Debug)]
pub(crate) struct NatsAddress {
    pub(crate) servers: Vec<ServerAddr>,
    pub(crate) sign_in: SignIn,
}

/// How to sign in. The addresses of a cluster's servers share it: the first that is given counts.
#[derive(PartialEq, Eq)]
pub(crate) enum SignIn {
    Anonymous,
    Token(String),
    Password { user: String, password: String },
}

// Written by hand so that no password gets into a log.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Token(_) => "Token(…)",
            Self::Password { .. } => "Password(…)",
        })
    }
}

impl NatsAddress {
    /// Reads `nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT]`, or several of them joined by commas.
    pub(crate) fn parse(url: &str) -> Result<Self, BusError> {
        let bad = |problem| BusError::BadUrl { got: without_password(url), problem };
        let mut servers = Vec::new();
        let mut sign_in = SignIn::Anonymous;
        for one in url.split(',').map(str::trim) {
            if !one.starts_with("nats://") {
                return Err(bad("it does not begin with nats://"));
            }
            let server: ServerAddr = one.parse().map_err(|_| bad("the host or port cannot be read"))?;
            if server.host().is_empty() {
                return Err(bad("it names no host"));
            }
            if sign_in == SignIn::Anonymous {
                sign_in = match (server.username(), server.password()) {
                    (None, _) => SignIn::Anonymous,
                    (Some(token), None) => SignIn::Token(percent_decoded(token)),
                    (Some(user), Some(password)) => {
                        SignIn::Password { user: percent_decoded(user), password: percent_decoded(password) }
                    }
                };
            }
            servers.push(server);
        }
        Ok(Self { servers, sign_in })
    }

    /// The servers for people to read: hosts and ports, no passwords.
    pub(crate) fn shown(&self) -> String {
        let each = self.servers.iter().map(|server| format!("{}:{}", server.host(), server.port()));
        each.collect::<Vec<_>>().join(", ")
    }
}

/// An address that could not be read, without what stands before an `@`.
fn without_password(url: &str) -> String {
    let shown = match url.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => url.to_owned(),
    };
    shown.chars().take(80).collect()
}

/// Undoes percent-encoding (RFC 3986 §2.1); what is not a valid code stays as it is.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes
            .get(at + 1..at + 3)
            .filter(|code| bytes[at] == b'%' && code.iter().all(u8::is_ascii_hexdigit))
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        decoded.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_several_addresses_with_one_sign_in() {
        let address = NatsAddress::parse("nats://a:4223, nats://yd:s%40fe@b").unwrap();
        assert_eq!(address.shown(), "a:4223, b:4222");
        let expected = SignIn::Password { user: "yd".into(), password: "s@fe".into() };
        assert_eq!(address.sign_in, expected);
    }

    #[test]
    fn a_lone_user_is_a_token() {
        let address = NatsAddress::parse("nats://t0ken@host").unwrap();
        assert_eq!(address.sign_in, SignIn::Token("t0ken".into()));
    }

    #[test]
    fn other_addresses_are_refused_and_passwords_are_not_repeated() {
        for url in ["memory", "redis://u:geheim@h", "host:4222", "nats://", "nats://h:port", "nats://a,redis://b"] {
            let error = NatsAddress::parse(url).unwrap_err().to_string();
            assert!(error.contains("nats://HOST:4222"), "{error}");
            assert!(!error.contains("geheim"), "{error}");
        }
    }

    #[test]
    fn a_broken_percent_code_stays() {
        assert_eq!(percent_decoded("a%2Fb%zz%4%e4%bd%a0"), "a/b%zz%4你");
    }
}
