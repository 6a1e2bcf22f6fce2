//! The address at which people reach the server: scheme, host and port, nothing else.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// An origin, such as `https://vote.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    secure: bool,
}

/// The text is no public address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not a public address: write https://, the host name and, if need be, a port, such as \
     https://vote.example.org; a path cannot follow"
)]
pub struct NotAPublicUrl(String);

impl PublicUrl {
    /// As browsers write it in `Origin`: no slash at the end, no default port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it is https.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host name or address in it, without port and brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = self.origin.split_once("://").map_or("", |(_, rest)| rest);
        match host.strip_prefix('[') {
            Some(six) => six.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        }
    }

    /// Whether it names the machine itself.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    fn from_str(text: &str) -> Result<Self, NotAPublicUrl> {
        let refuse = || NotAPublicUrl(text.to_owned());
        let lower = text.trim().to_ascii_lowercase();
        let (scheme, rest) = lower.split_once("://").ok_or_else(refuse)?;
        let default_port = match scheme {
            "https" => ":443",
            "http" => ":80",
            _ => return Err(refuse()),
        };
        let host = rest.strip_suffix('/').unwrap_or(rest);
        let host = host.strip_suffix(default_port).unwrap_or(host);
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if host.is_empty() || !host.chars().all(allowed) {
            return Err(refuse());
        }
        Ok(Self { origin: format!("{scheme}://{host}"), secure: scheme == "https" })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::PublicUrl;

    #[test]
    fn is_written_as_browsers_write_an_origin() {
        for (text, origin) in [
            ("https://Vote.Example.org/", "https://vote.example.org"),
            ("https://vote.example.org:443", "https://vote.example.org"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:80/", "http://[::1]"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().origin(), origin);
        }
    }

    #[test]
    fn anything_more_or_less_is_refused() {
        for text in
            ["", "vote.example.org", "ftp://x", "https://", "https://a/b", "https://u@h", "https://h?q"]
        {
            assert!(text.parse::<PublicUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn knows_the_machine_itself() {
        for (text, own) in [
            ("http://localhost:8080", true),
            ("http://127.0.0.1", true),
            ("http://[::1]:99", true),
            ("http://192.0.2.1", false),
            ("https://localhost.example.org", false),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().is_loopback(), own, "{text}");
        }
    }
}
