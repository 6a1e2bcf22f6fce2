//! Where a request comes from: the connection's other end, or what the named proxy says in `Forwarded` (RFC 7239).

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{FORWARDED, HeaderMap};
use ipnet::IpNet;

/// The client's address; `None` if the request went around the proxy. Requests from the machine itself may.
pub(super) fn address(peer: IpAddr, headers: &HeaderMap, proxy: Option<&IpNet>) -> Option<IpAddr> {
    let peer = peer.to_canonical();
    match proxy {
        None => Some(peer),
        Some(proxy) if proxy.contains(&peer) => Some(forwarded_for(headers).unwrap_or(peer)),
        Some(_) => peer.is_loopback().then_some(peer),
    }
}

/// The last address in `Forwarded`: the one that our own proxy saw. What stands before it, anybody can write.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED).last()?.to_str().ok()?;
    let element = last.rsplit(',').next()?;
    let node = element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })?;
    let bare = node.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(node);
    let address = bare.parse().or_else(|_| node.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use actix_web::http::header::{FORWARDED, HeaderMap, HeaderValue};

    use super::address;

    fn from(peer: &str, forwarded: &[&str], proxy: Option<&str>) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED, HeaderValue::try_from(*value).unwrap());
        }
        let proxy = proxy.map(|net| net.parse().unwrap());
        let found: Option<IpAddr> = address(peer.parse().unwrap(), &headers, proxy.as_ref());
        found.map(|address| address.to_string())
    }

    #[test]
    fn only_the_named_proxy_is_believed() {
        let some = |address: &str| Some(address.to_owned());
        let spoofed = ["for=198.51.100.9"];
        assert_eq!(from("192.0.2.7", &spoofed, None), some("192.0.2.7"));
        assert_eq!(from("192.0.2.7", &spoofed, Some("10.0.0.0/8")), None);
        assert_eq!(from("127.0.0.1", &spoofed, Some("10.0.0.0/8")), some("127.0.0.1"));
        assert_eq!(from("10.1.2.3", &spoofed, Some("10.0.0.0/8")), some("198.51.100.9"));
        assert_eq!(from("::ffff:10.1.2.3", &spoofed, Some("10.0.0.0/8")), some("198.51.100.9"));
    }

    #[test]
    fn the_last_element_is_the_proxys_own() {
        let proxy = Some("10.0.0.1/32");
        for (values, expected) in [
            (&["for=198.51.100.9, for=203.0.113.4;proto=https"][..], "203.0.113.4"),
            (&["for=198.51.100.9", "proto=https;For=\"203.0.113.4:4711\""], "203.0.113.4"),
            (&["for=\"[2001:db8::1]:80\""], "2001:db8::1"),
            (&["for=\"[2001:db8::1]\""], "2001:db8::1"),
            (&["for=unknown"], "10.0.0.1"),
            (&["for=_hidden, proto=https"], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ] {
            assert_eq!(from("10.0.0.1", values, proxy).as_deref(), Some(expected), "{values:?}");
        }
    }
}
