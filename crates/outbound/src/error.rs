//! Why a request was not made, or has no answer.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use crate::AddressClass;

/// Why there is no answer from the outside. Nothing of a refused request was sent to the host that the error names.
///
/// [`Error::code`] is for programs, [`Error::en`] and [`Error::zh`] are for people: which host, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The text is no URL.
    NotAUrl { given: String, why: String },
    /// The text is no host of a list of hosts.
    NotAHost { given: String },
    /// The text is no path of a list of paths.
    NotAPath { given: String },
    /// Neither http nor https.
    Scheme { scheme: String },
    /// `https://name:password@host/`.
    UserInfo { host: String },
    /// The host is, or resolves to, an address that is not of the public internet.
    PrivateAddress { host: String, address: IpAddr, class: AddressClass },
    /// The name of the host has no address.
    Unresolved { host: String, why: String },
    /// No connection; also a certificate that is not trusted.
    Unreachable { host: String, why: String },
    /// The connection broke, or what came was no HTTP.
    Broken { host: String, why: String },
    /// It took longer than the limit.
    TimedOut { host: String, limit: Duration },
    /// The body is larger than the limit, as sent or unpacked.
    TooLarge { host: String, limit: u64 },
    /// The body is packed in a way that was not asked for.
    Encoding { host: String, encoding: String },
    /// More redirects than the limit.
    TooManyRedirects { host: String, limit: usize },
    /// A redirect that says not where to.
    BadRedirect { host: String, why: String },
    /// A redirect from https to http of a request that carries credentials.
    Downgrade { host: String, to: String },
    /// A redirect of a request that changes something: sending it elsewhere is not the program's decision.
    Moved { host: String, to: String },
    /// The client cannot be built with these settings.
    Settings { why: String },
}

impl Error {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAUrl { .. } => "not_a_url",
            Self::NotAHost { .. } => "not_a_host",
            Self::NotAPath { .. } => "not_a_path",
            Self::Scheme { .. } => "scheme",
            Self::UserInfo { .. } => "user_info",
            Self::PrivateAddress { .. } => "private_address",
            Self::Unresolved { .. } => "unresolved",
            Self::Unreachable { .. } => "unreachable",
            Self::Broken { .. } => "broken",
            Self::TimedOut { .. } => "timed_out",
            Self::TooLarge { .. } => "too_large",
            Self::Encoding { .. } => "encoding",
            Self::TooManyRedirects { .. } => "too_many_redirects",
            Self::BadRedirect { .. } => "bad_redirect",
            Self::Downgrade { .. } => "downgrade",
            Self::Moved { .. } => "moved",
            Self::Settings { .. } => "settings",
        }
    }

    /// Says whether the same request may succeed later with nobody changing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unresolved { .. } | Self::Unreachable { .. } | Self::Broken { .. } | Self::TimedOut { .. })
    }

    pub fn en(&self) -> String {
        match self {
            Self::NotAUrl { given, why } => {
                format!("“{given}” is not a URL ({why}): write it in full, such as https://www.example.com/help")
            }
            Self::NotAHost { given } => format!(
                "“{given}” is not a host: write a name, an address or all names below one, with or without a port, such as \
                 shop.example.com, 10.0.0.5:8080 or *.example.com"
            ),
            Self::NotAPath { given } => {
                format!(
                    "“{given}” is not a path of a site: write its beginning with a slash, such as /help/ or /*.pdf$"
                )
            }
            Self::Scheme { scheme } => format!("a URL with {scheme}: is not called: only http and https are"),
            Self::UserInfo { host } => format!(
                "the URL of {host} has a user name or password in it: leave them out, and send them in a header if they are needed"
            ),
            Self::PrivateAddress { host, address, class } => {
                let class = class.en();
                let is = if *host == address.to_string() {
                    format!("{host} is {class}")
                } else {
                    format!("{host} resolves to {address}, {class}")
                };
                format!(
                    "{is}: requests to it are refused. If it is meant, an administrator can add {host} to the hosts that outgoing \
                     requests may reach"
                )
            }
            Self::Unresolved { host, why } => {
                format!("the name {host} has no address ({why}): check its spelling, and this server's DNS")
            }
            Self::Unreachable { host, why } => {
                format!("no connection to {host} ({why}): check that it is up, its port and its certificate")
            }
            Self::Broken { host, why } => format!("the connection to {host} broke ({why}): try again later"),
            Self::TimedOut { host, limit } => {
                format!("{host} did not answer in full within {} s: try again later", seconds(*limit))
            }
            Self::TooLarge { host, limit } => {
                format!("what {host} sends is larger than {}: it was not read", size(*limit))
            }
            Self::Encoding { host, encoding } => {
                format!("{host} packs what it sends as “{encoding}”, which was not asked for: only gzip is read")
            }
            Self::TooManyRedirects { host, limit } => {
                format!("{host} sends on to another address more than {limit} times: enter the address where it ends")
            }
            Self::BadRedirect { host, why } => {
                format!("{host} sends on to another address, but not to a usable one ({why})")
            }
            Self::Downgrade { host, to } => format!(
                "{host} sends on to {to}, which is not encrypted: the request carries credentials and was not sent there. Use an \
                 address with https"
            ),
            Self::Moved { host, to } => {
                format!(
                    "{host} says that the address is now {to}: nothing was sent there. Enter the new address if it is right"
                )
            }
            Self::Settings { why } => format!("outgoing requests cannot be set up: {why}"),
        }
    }

    pub fn zh(&self) -> String {
        match self {
            Self::NotAUrl { given, why } => {
                format!("“{given}”不是网址（{why}）：请写完整网址，例如 https://www.example.com/help")
            }
            Self::NotAHost { given } => format!(
                "“{given}”不是主机：请写域名、地址或某个域名的全部下级，可以带端口，例如 shop.example.com、10.0.0.5:8080 或 *.example.com"
            ),
            Self::NotAPath { given } => {
                format!("“{given}”不是网站路径：请以斜杠开头写出路径的前一部分，例如 /help/ 或 /*.pdf$")
            }
            Self::Scheme { scheme } => format!("不访问 {scheme}: 网址，只访问 http 和 https"),
            Self::UserInfo { host } => {
                format!("{host} 的网址里带有用户名或密码：请去掉；如果需要，请放在请求头里发送")
            }
            Self::PrivateAddress { host, address, class } => {
                let class = class.zh();
                let is = if *host == address.to_string() {
                    format!("{host} 是{class}")
                } else {
                    format!("{host} 解析到 {address}，这是{class}")
                };
                format!("{is}：已拒绝访问。如确需访问，管理员可以把 {host} 加入允许访问的主机")
            }
            Self::Unresolved { host, why } => {
                format!("域名 {host} 没有地址（{why}）：请检查拼写以及本服务器的 DNS")
            }
            Self::Unreachable { host, why } => {
                format!("无法连接 {host}（{why}）：请检查它是否在运行，以及端口和证书")
            }
            Self::Broken { host, why } => format!("与 {host} 的连接中断（{why}）：请稍后再试"),
            Self::TimedOut { host, limit } => format!("{host} 没有在 {} 秒内完整应答：请稍后再试", seconds(*limit)),
            Self::TooLarge { host, limit } => format!("{host} 发送的内容超过 {}：没有读取", size(*limit)),
            Self::Encoding { host, encoding } => {
                format!("{host} 用“{encoding}”压缩内容，这不是请求的方式：只读取 gzip")
            }
            Self::TooManyRedirects { host, limit } => {
                format!("{host} 跳转超过 {limit} 次：请填写最终的网址")
            }
            Self::BadRedirect { host, why } => format!("{host} 要求跳转，但目标网址不可用（{why}）"),
            Self::Downgrade { host, to } => {
                format!("{host} 要求跳转到未加密的 {to}：请求带有凭据，没有发送到那里。请使用 https 网址")
            }
            Self::Moved { host, to } => {
                format!("{host} 说网址已改为 {to}：没有向那里发送任何内容。如果正确，请填写新网址")
            }
            Self::Settings { why } => format!("无法设置对外请求：{why}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for Error {}

/// What somebody wrote, short enough for a message.
pub(crate) fn given(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut short: String = text.chars().filter(|sign| !sign.is_control()).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

fn seconds(limit: Duration) -> String {
    let tenths = limit.as_millis().div_ceil(100);
    if tenths.is_multiple_of(10) { format!("{}", tenths / 10) } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_which_host_why_and_what_an_administrator_can_do() {
        let error = Error::PrivateAddress {
            host: "intranet.example".into(),
            address: [10, 0, 0, 5].into(),
            class: AddressClass::Private,
        };
        assert_eq!(
            error.en(),
            "intranet.example resolves to 10.0.0.5, an address of a private network: requests to it are refused. If it is meant, \
             an administrator can add intranet.example to the hosts that outgoing requests may reach"
        );
        assert_eq!(
            error.zh(),
            "intranet.example 解析到 10.0.0.5，这是私有网络地址：已拒绝访问。如确需访问，管理员可以把 intranet.example 加入允许访问的主机"
        );
    }

    #[test]
    fn limits_are_said_in_the_units_people_use() {
        assert_eq!((seconds(Duration::from_secs(20)), size(50_000_000)), ("20".into(), "50 MB".into()));
        assert_eq!((seconds(Duration::from_millis(250)), size(999)), ("0.3".into(), "999 B".into()));
    }
}
