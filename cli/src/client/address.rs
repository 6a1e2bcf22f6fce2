//! Where a server is, and the paths of its API.

use std::fmt::{self, Write};
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use thiserror::Error;
use ureq::http::Uri;

/// A server's address: `https://host` or `https://host:port`; `http` on this machine alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Scheme and authority, without a slash at the end.
    origin: String,
    loopback: bool,
}

/// Why a text is not a server's address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Not an address at all, or more than one.
    #[error("`{0}` is not the address of a server: it looks like https://vote.example.org")]
    Form(String),
    /// Unprotected over a network.
    #[error(
        "`{0}` would send passwords and codes unprotected over the network: use https (http is for this machine alone, \
         such as http://127.0.0.1:8080)"
    )]
    Unprotected(String),
}

impl Address {
    /// Whether the server is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The whole address of an endpoint.
    #[must_use]
    pub fn uri(&self, endpoint: &Endpoint) -> String {
        format!("{}{}", self.origin, endpoint.0)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError::Form(text.to_owned());
        let uri: Uri = text.trim().parse().map_err(|_| wrong())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong());
        };
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        if !bare || authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(wrong());
        }
        let loopback = is_loopback(authority.host());
        match scheme {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(AddressError::Unprotected(text.to_owned())),
            _ => return Err(wrong()),
        }
        Ok(Self { origin: format!("{scheme}://{}", authority.as_str().to_ascii_lowercase()), loopback })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

fn is_loopback(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match inner.map(str::parse::<Ipv6Addr>) {
        Some(address) => address.is_ok_and(|address| address.is_loopback()),
        None => {
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

/// A path with its query, of the API or of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// The path of these parts, each made safe whatever stands in it.
    #[must_use]
    pub fn new(parts: &[&str]) -> Self {
        Self::below("/api/v1", parts)
    }

    /// The path of a page, or of something that belongs to pages.
    #[must_use]
    pub fn page(parts: &[&str]) -> Self {
        Self::below("", parts)
    }

    /// The path with its query.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn below(base: &str, parts: &[&str]) -> Self {
        let mut path = base.to_owned();
        for part in parts {
            path.push('/');
            push_encoded(part, &mut path);
        }
        Self(path)
    }

    /// The same with a parameter.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.0.push(if self.0.contains('?') { '&' } else { '?' });
        push_encoded(name, &mut self.0);
        self.0.push('=');
        push_encoded(value, &mut self.0);
        self
    }

    /// The same with a parameter that may be left out.
    #[must_use]
    pub fn query_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }
}

/// Percent-encodes everything but unreserved characters (RFC 3986 section 2.3). A part of dots alone would be taken for
/// a step in the tree, so it is encoded too.
fn push_encoded(part: &str, out: &mut String) {
    let only_dots = part.bytes().all(|byte| byte == b'.');
    for byte in part.bytes() {
        match byte {
            b'.' if only_dots => out.push_str("%2E"),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                // A string takes everything.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_protected_or_on_this_machine() {
        for (typed, shown, loopback) in [
            ("https://vote.example.org", "https://vote.example.org", false),
            ("https://Vote.Example.org:8443/", "https://vote.example.org:8443", false),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("http://localhost:8080/", "http://localhost:8080", true),
            ("http://[::1]:8080", "http://[::1]:8080", true),
            ("https://127.9.9.9", "https://127.9.9.9", true),
        ] {
            let address: Address = typed.parse().unwrap();
            assert_eq!((address.to_string().as_str(), address.is_loopback()), (shown, loopback), "{typed}");
        }
        for unprotected in [
            "http://vote.example.org",
            "http://192.0.2.1",
            "http://[2001:db8::1]",
            "http://localhost.example.org",
        ] {
            let error = unprotected.parse::<Address>().unwrap_err();
            assert_eq!(error, AddressError::Unprotected(unprotected.to_owned()));
        }
        for wrong in [
            "",
            "vote.example.org",
            "127.0.0.1:8080",
            "ftp://127.0.0.1",
            "https://",
            "https://a@b",
            "https://a/b",
            "https://a?b",
            "https://a b",
            "/api",
        ] {
            let error = wrong.parse::<Address>().unwrap_err();
            assert_eq!(error, AddressError::Form(wrong.to_owned()));
        }
    }

    #[test]
    fn endpoints_hold_whatever_stands_in_names() {
        let address: Address = "https://a".parse().unwrap();
        let endpoint = Endpoint::new(&["boards", "Election committee/é?#%", ".."]);
        assert_eq!(
            address.uri(&endpoint),
            "https://a/api/v1/boards/Election%20committee%2F%C3%A9%3F%23%25/%2E%2E"
        );
        let endpoint = Endpoint::new(&["ballots"]).query("box", "a&b").query_if("x", None).query("t", "+/");
        assert_eq!(address.uri(&endpoint), "https://a/api/v1/ballots?box=a%26b&t=%2B%2F");
    }
}
