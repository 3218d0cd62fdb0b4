//! From where an office can be reached, as its address says: a tablet has other words for an office that is shut than for
//! a server that does not answer.

use core::net::IpAddr;

/// From where an address can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Only on the machine itself.
    ThisMachine,
    /// Only on the office's own network.
    OwnNetwork,
    /// From anywhere, if its name or number leads there.
    Anywhere,
}

impl Reach {
    /// Of `https://HOST:PORT`.
    #[must_use]
    pub fn of(address: &str) -> Self {
        let host = host(address);
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(ip)) if ip.is_loopback() => Self::ThisMachine,
            Ok(IpAddr::V4(ip)) if ip.is_private() || ip.is_link_local() => Self::OwnNetwork,
            Ok(IpAddr::V6(ip)) if ip.is_loopback() => Self::ThisMachine,
            Ok(IpAddr::V6(ip)) if ip.is_unique_local() || ip.is_unicast_link_local() => Self::OwnNetwork,
            Ok(_) => Self::Anywhere,
            Err(_) => named(&host.to_ascii_lowercase()),
        }
    }
}

/// What stands between `://` and the port.
#[must_use]
pub fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split('/').next().unwrap_or_default();
    match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, _)) => inside,
        None => rest.rsplit_once(':').map_or(rest, |(host, _)| host),
    }
}

/// A name without a point, or under one that is kept for own networks, is known nowhere else.
fn named(name: &str) -> Reach {
    const OWN: [&str; 6] = [".local", ".lan", ".home", ".internal", ".intranet", ".home.arpa"];
    match name {
        "localhost" => Reach::ThisMachine,
        _ if !name.contains('.') || OWN.iter().any(|own| name.ends_with(own)) => Reach::OwnNetwork,
        _ => Reach::Anywhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_from_where_the_office_can_be_reached() {
        for (address, reach) in [
            ("https://127.0.0.1:8443", Reach::ThisMachine),
            ("http://localhost:8443", Reach::ThisMachine),
            ("https://[::1]:8443", Reach::ThisMachine),
            ("https://192.168.1.20:8443", Reach::OwnNetwork),
            ("https://10.0.0.7:8443", Reach::OwnNetwork),
            ("https://172.16.3.1:8443", Reach::OwnNetwork),
            ("https://169.254.7.7:8443", Reach::OwnNetwork),
            ("https://[fd00::20]:8443", Reach::OwnNetwork),
            ("https://office:8443", Reach::OwnNetwork),
            ("https://nas.sutton.local:8443/", Reach::OwnNetwork),
            ("https://172.32.0.1:8443", Reach::Anywhere),
            ("https://203.0.113.9:8443", Reach::Anywhere),
            ("https://[2001:db8::7]:8443", Reach::Anywhere),
            ("https://sutton.example.org", Reach::Anywhere),
        ] {
            assert_eq!(Reach::of(address), reach, "{address}");
        }
    }
}
