//! Which requests may leave.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::HostPattern;
use crate::address::not_public;
use crate::error::Error;
use crate::host::{address_of, host_of};

/// Turns names into addresses. [`SystemResolver`] is the one for use; tests bring their own.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// All addresses of a name; none, or an error, when it has none.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// What the operating system says: `/etc/hosts`, then DNS.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Which hosts may be reached: all of the public internet, and what an administrator allows besides.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Hosts that may be reached wherever they are, private addresses too.
    pub allowed: Vec<HostPattern>,
}

/// By which rule a URL may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// While every address of its host is public. The connection checks it.
    Public,
    /// Wherever it is: an administrator says so.
    Allowed,
}

impl Policy {
    /// Judges all of a URL that can be judged without asking DNS: its scheme, user name and password, and a host that is an
    /// address, in any notation.
    pub(crate) fn check(&self, url: &Url) -> Result<Reach, Error> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Scheme { scheme: url.scheme().to_owned() });
        }
        let host = host_of(url).filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| Error::NotAUrl { given: url.to_string(), why: "it has no host".into() })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::UserInfo { host: host.to_owned() });
        }
        if self.allowed.iter().any(|pattern| pattern.matches(url)) {
            return Ok(Reach::Allowed);
        }
        if let Some(address) = address_of(url) {
            check_address(&address.to_string(), address)?;
        }
        Ok(Reach::Public)
    }
}

fn check_address(host: &str, address: IpAddr) -> Result<(), Error> {
    match not_public(address) {
        Some(class) => Err(Error::PrivateAddress { host: host.to_owned(), address, class }),
        None => Ok(()),
    }
}

/// The public addresses of a name. One that is not public refuses them all: a name that is half inside is no name of the outside.
///
/// # Errors
/// [`Error::PrivateAddress`], [`Error::Unresolved`].
pub(crate) async fn public_addresses(resolver: &dyn Resolver, name: &str) -> Result<Vec<IpAddr>, Error> {
    let addresses = addresses(resolver, name).await?;
    for address in &addresses {
        check_address(name, *address)?;
    }
    Ok(addresses)
}

async fn addresses(resolver: &dyn Resolver, name: &str) -> Result<Vec<IpAddr>, Error> {
    let host = name.strip_suffix('.').unwrap_or(name).to_owned();
    match resolver.resolve(name).await {
        Ok(addresses) if addresses.is_empty() => Err(Error::Unresolved { host, why: "DNS knows none".into() }),
        Ok(addresses) => Ok(addresses),
        Err(why) => Err(Error::Unresolved { host, why: why.to_string() }),
    }
}

/// What a connection asks for the addresses that it then connects to. Because nobody asks a second time, a name cannot be public
/// when it is checked and private when it is called (DNS re-binding).
pub(crate) struct Connecting {
    pub resolver: Arc<dyn Resolver>,
    pub reach: Reach,
}

impl Resolve for Connecting {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, reach) = (Arc::clone(&self.resolver), self.reach);
        Box::pin(async move {
            let found = match reach {
                Reach::Public => public_addresses(&*resolver, name.as_str()).await?,
                Reach::Allowed => addresses(&*resolver, name.as_str()).await?,
            };
            // Port 0: the one of the URL.
            Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    fn check(url: &str, allowed: &[&str]) -> Result<Reach, Error> {
        let allowed = allowed.iter().map(|pattern| pattern.parse().unwrap()).collect();
        Policy { allowed }.check(&Url::parse(url).unwrap())
    }

    /// Ways in which browsers and C libraries let one write an IPv4 address.
    fn notations(address: Ipv4Addr) -> Vec<String> {
        let [a, b, c, d] = address.octets();
        let all = u32::from(address);
        let (low2, low3) = (all & 0xffff, all & 0xff_ffff);
        vec![
            format!("{a}.{b}.{c}.{d}"),
            format!("{a}.{b}.{c}.{d}."),
            format!("{all}"),
            format!("0x{all:x}"),
            format!("0X{all:08X}"),
            format!("0{all:o}"),
            format!("{a}.{low3}"),
            format!("{a}.{b}.{low2}"),
            format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
            format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
            format!("0{a:o}.{b}.0x{low2:x}"),
            format!("{a}.{b}.{c}.{d}").replace('.', "。"),
            format!("{a}%2e{b}%2E{c}.{d}"),
            format!("{a}.{b}.{c}.{d}").chars().map(fullwidth).collect(),
            format!("[::ffff:{a}.{b}.{c}.{d}]"),
            format!("[::ffff:{:x}:{:x}]", all >> 16, low2),
            format!("[64:ff9b::{a}.{b}.{c}.{d}]"),
            format!("[2002:{:x}:{:x}::1]", all >> 16, low2),
            format!("[::{a}.{b}.{c}.{d}]"),
        ]
    }

    fn fullwidth(sign: char) -> char {
        if sign.is_ascii_digit() { char::from_u32(sign as u32 + 0xfee0).unwrap() } else { sign }
    }

    fn private_v4() -> impl Strategy<Value = Ipv4Addr> {
        let networks = [
            ("10.0.0.0", 8),
            ("127.0.0.0", 8),
            ("172.16.0.0", 12),
            ("192.168.0.0", 16),
            ("169.254.0.0", 16),
            ("100.64.0.0", 10),
            ("0.0.0.0", 8),
            ("224.0.0.0", 4),
            ("240.0.0.0", 4),
        ];
        (0..networks.len(), any::<u32>()).prop_map(move |(which, host)| {
            let (name, bits) = networks[which];
            Ipv4Addr::from(u32::from(name.parse::<Ipv4Addr>().unwrap()) | host & (u32::MAX >> bits))
        })
    }

    proptest! {
        #[test]
        fn every_private_address_is_refused_in_every_notation(address in private_v4(), port: u16) {
            for host in notations(address) {
                for url in [format!("http://{host}/"), format!("https://{host}:{port}/a?b#c")] {
                    // What is no URL is not called either.
                    let Ok(url) = Url::parse(&url) else { continue };
                    let outcome = Policy::default().check(&url);
                    prop_assert!(matches!(outcome, Err(Error::PrivateAddress { .. })), "{} {:?}", url, outcome);
                }
            }
        }

        #[test]
        fn no_text_makes_a_check_fail_badly(text in ".{0,60}") {
            if let Ok(url) = Url::parse(&text) {
                let _ = Policy::default().check(&url);
            }
        }
    }

    #[test]
    fn the_usual_notations_are_understood_as_addresses() {
        for host in notations(Ipv4Addr::new(127, 0, 0, 1)) {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert!(matches!(Policy::default().check(&url), Err(Error::PrivateAddress { .. })), "{host}");
        }
    }

    #[test]
    fn only_http_and_https_leave_and_without_a_password_in_the_url() {
        for url in ["ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "data:text/plain,x"] {
            assert_eq!(check(url, &[]).unwrap_err().code(), "scheme", "{url}");
        }
        for url in ["http://me@example.com/", "http://me:pw@example.com/", "http://:pw@example.com/"] {
            assert_eq!(check(url, &["example.com"]).unwrap_err().code(), "user_info", "{url}");
        }
        assert_eq!(check("https://example.com/", &[]), Ok(Reach::Public));
    }

    #[test]
    fn an_administrator_can_allow_a_host_or_a_port_of_it() {
        assert_eq!(check("http://10.0.0.5/", &["10.0.0.5"]), Ok(Reach::Allowed));
        assert_eq!(check("http://10.0.0.5:8080/", &["10.0.0.5:8080"]), Ok(Reach::Allowed));
        assert_eq!(check("http://10.0.0.5:8081/", &["10.0.0.5:8080"]).unwrap_err().code(), "private_address");
        assert_eq!(check("http://wiki.corp.example/", &["*.corp.example"]), Ok(Reach::Allowed));
        assert_eq!(check("http://wiki.other.example/", &["*.corp.example"]), Ok(Reach::Public));
    }

    struct Fixed(Vec<IpAddr>);

    #[async_trait]
    impl Resolver for Fixed {
        async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            Ok(self.0.clone())
        }
    }

    #[tokio::test]
    async fn a_name_with_one_private_address_is_refused_whole() {
        let mixed = Fixed(vec![[8, 8, 8, 8].into(), [192, 168, 1, 1].into()]);
        assert_eq!(public_addresses(&mixed, "mixed.example").await.unwrap_err().code(), "private_address");
        assert_eq!(public_addresses(&Fixed(Vec::new()), "none.example").await.unwrap_err().code(), "unresolved");
        assert_eq!(public_addresses(&Fixed(vec![[8, 8, 8, 8].into()]), "x.example").await.unwrap().len(), 1);
    }
}
