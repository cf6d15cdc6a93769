//! Which addresses are nobody else's business.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address is not of the public internet (IANA's special-purpose registries, RFC 6890).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressClass {
    /// The machine itself: `127.0.0.0/8`, `::1`.
    Loopback,
    /// A private network (RFC 1918, RFC 4193).
    Private,
    /// One cable: `169.254.0.0/16`, `fe80::/10`.
    LinkLocal,
    /// A provider's own network behind NAT: `100.64.0.0/10` (RFC 6598).
    SharedNat,
    /// Where clouds tell a machine its secrets.
    Metadata,
    /// Many machines at once, or all of them.
    Multicast,
    /// No machine: `0.0.0.0/8`, `::`.
    Unspecified,
    /// Examples in texts, and measurements.
    Documentation,
    /// Kept back, or of a mechanism that hides where the packet goes.
    Reserved,
}

impl AddressClass {
    /// A stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link_local",
            Self::SharedNat => "shared_nat",
            Self::Metadata => "metadata",
            Self::Multicast => "multicast",
            Self::Unspecified => "unspecified",
            Self::Documentation => "documentation",
            Self::Reserved => "reserved",
        }
    }

    pub fn en(self) -> &'static str {
        match self {
            Self::Loopback => "an address of this machine itself",
            Self::Private => "an address of a private network",
            Self::LinkLocal => "an address of the local link",
            Self::SharedNat => "an address of a provider's internal network",
            Self::Metadata => "an address of a cloud's metadata service",
            Self::Multicast => "a multicast address",
            Self::Unspecified => "no machine's address",
            Self::Documentation => "an address for documentation and measurements",
            Self::Reserved => "a reserved address",
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            Self::Loopback => "本机地址",
            Self::Private => "私有网络地址",
            Self::LinkLocal => "链路本地地址",
            Self::SharedNat => "运营商内部网络地址",
            Self::Metadata => "云平台元数据服务地址",
            Self::Multicast => "组播地址",
            Self::Unspecified => "不指向任何机器的地址",
            Self::Documentation => "文档或测量专用地址",
            Self::Reserved => "保留地址",
        }
    }
}

/// Says why `address` is not public; `None` for an address of the public internet.
///
/// IPv6 addresses that carry an IPv4 address (mapped, NAT64, 6to4, ISATAP) are judged by it.
pub fn not_public(address: IpAddr) -> Option<AddressClass> {
    match address {
        IpAddr::V4(address) => not_public_v4(address),
        IpAddr::V6(address) => not_public_v6(address),
    }
}

/// Metadata services at addresses that no other rule catches, or that deserve their name.
const METADATA_V4: [Ipv4Addr; 6] = [
    Ipv4Addr::new(169, 254, 169, 254), // AWS, Azure, Google, Oracle, OpenStack …
    Ipv4Addr::new(169, 254, 170, 2),   // AWS containers
    Ipv4Addr::new(169, 254, 0, 23),    // Tencent
    Ipv4Addr::new(100, 100, 100, 200), // Alibaba
    Ipv4Addr::new(192, 0, 0, 192),     // Oracle, old
    Ipv4Addr::new(168, 63, 129, 16),   // Azure's wire server: a public address that only machines inside reach
];

fn not_public_v4(address: Ipv4Addr) -> Option<AddressClass> {
    use AddressClass::*;
    if METADATA_V4.contains(&address) {
        return Some(Metadata);
    }
    match address.octets() {
        [0, ..] => Some(Unspecified),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some(Private),
        [127, ..] => Some(Loopback),
        [169, 254, ..] => Some(LinkLocal),
        [100, 64..=127, ..] => Some(SharedNat),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [198, 18..=19, ..] => Some(Documentation),
        // Protocol assignments, and the former relay of 6to4.
        [192, 0, 0, _] | [192, 88, 99, _] => Some(Reserved),
        [224..=239, ..] | [255, 255, 255, 255] => Some(Multicast),
        [240..=255, ..] => Some(Reserved),
        _ => None,
    }
}

fn not_public_v6(address: Ipv6Addr) -> Option<AddressClass> {
    use AddressClass::*;
    let part = address.segments();
    match part {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some(Unspecified),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(Loopback),
        // Mapped (RFC 4291), translated (RFC 2765) and NAT64 (RFC 6052).
        [0, 0, 0, 0, 0, 0xffff, a, b] | [0, 0, 0, 0, 0xffff, 0, a, b] | [0x64, 0xff9b, 0, 0, 0, 0, a, b] => {
            not_public_v4(v4(a, b))
        }
        // 6to4 (RFC 3056): the network behind that IPv4 address.
        [0x2002, a, b, ..] => not_public_v4(v4(a, b)),
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] | [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254] => Some(Metadata),
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Some(Private),
        [0xfe80..=0xfebf, ..] => Some(LinkLocal),
        [0xff00..=0xffff, ..] => Some(Multicast),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some(Documentation),
        // Teredo and other protocols' own.
        [0x2001, 0..=0x1ff, ..] => Some(Reserved),
        // ISATAP (RFC 5214): the interface is an IPv4 address.
        [0x2000..=0x3fff, _, _, _, 0 | 0x200, 0x5efe, a, b] => not_public_v4(v4(a, b)),
        [0x2000..=0x3fff, ..] => None,
        _ => Some(Reserved),
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    /// Network, bits of it.
    const CLOSED_V4: [(&str, u32); 18] = [
        ("0.0.0.0", 8),
        ("10.0.0.0", 8),
        ("100.64.0.0", 10),
        ("127.0.0.0", 8),
        ("169.254.0.0", 16),
        ("172.16.0.0", 12),
        ("192.0.0.0", 24),
        ("192.0.2.0", 24),
        ("192.88.99.0", 24),
        ("192.168.0.0", 16),
        ("198.18.0.0", 15),
        ("198.51.100.0", 24),
        ("203.0.113.0", 24),
        ("224.0.0.0", 4),
        ("240.0.0.0", 4),
        ("255.255.255.255", 32),
        ("168.63.129.16", 32),
        ("100.100.100.200", 32),
    ];

    fn network(name: &str) -> u32 {
        u32::from(name.parse::<Ipv4Addr>().unwrap())
    }

    fn closed(address: u32) -> bool {
        CLOSED_V4.iter().any(|(name, bits)| (u64::from(address ^ network(name)) >> (32 - bits)) == 0)
    }

    proptest! {
        #[test]
        fn every_ipv4_address_is_judged_as_the_registries_say(address: u32) {
            prop_assert_eq!(not_public(IpAddr::V4(address.into())).is_some(), closed(address));
        }

        #[test]
        fn every_address_of_a_closed_network_is_refused_in_each_ipv6_form(
            which in 0..CLOSED_V4.len(), host: u32, low in any::<[u16; 5]>()
        ) {
            let (name, bits) = CLOSED_V4[which];
            let address = (u64::from(network(name)) | u64::from(host) & ((1_u64 << (32 - bits)) - 1)) as u32;
            let (a, b) = ((address >> 16) as u16, address as u16);
            let forms: [[u16; 8]; 6] = [
                [0, 0, 0, 0, 0, 0xffff, a, b],
                [0, 0, 0, 0, 0xffff, 0, a, b],
                [0, 0, 0, 0, 0, 0, a, b],
                [0x64, 0xff9b, 0, 0, 0, 0, a, b],
                [0x2002, a, b, low[0], low[1], low[2], low[3], low[4]],
                [0x2400, low[0], low[1], low[2], 0, 0x5efe, a, b],
            ];
            prop_assert!(not_public(IpAddr::V4(address.into())).is_some());
            for form in forms {
                let form = IpAddr::V6(form.into());
                prop_assert!(not_public(form).is_some(), "{}", form);
            }
        }

        #[test]
        fn only_global_unicast_ipv6_is_public(address: u128) {
            let address = Ipv6Addr::from(address);
            let first = address.segments()[0];
            if !(0x2000..=0x3fff).contains(&first) && first != 0 && first != 0x64 {
                prop_assert!(not_public(IpAddr::V6(address)).is_some());
            }
        }
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        for address in ["1.1.1.1", "8.8.8.8", "100.128.0.1", "172.32.0.1", "192.0.1.1", "223.5.5.5", "2400:3200::1"] {
            assert_eq!(not_public(address.parse().unwrap()), None, "{address}");
        }
        for carrier in ["::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2001:4860:4860::8888"] {
            assert_eq!(not_public(carrier.parse().unwrap()), None, "{carrier}");
        }
    }

    #[test]
    fn metadata_services_are_called_so() {
        for address in
            ["169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "::ffff:169.254.169.254"]
        {
            assert_eq!(not_public(address.parse().unwrap()), Some(AddressClass::Metadata), "{address}");
        }
    }

    #[test]
    fn local_addresses_of_ipv6_are_refused() {
        for address in ["::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "64:ff9b:1::1", "2001::1"] {
            assert!(not_public(address.parse().unwrap()).is_some(), "{address}");
        }
        for address in ["2001:db8::1", "3fff::1", "100::1", "5f00::1", "4000::1"] {
            assert!(not_public(address.parse().unwrap()).is_some(), "{address}");
        }
    }
}
