//! E-mail addresses as mail servers take them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The longest address that SMTP can carry (RFC 5321, section 4.5.3.1.3, without the brackets).
const LONGEST: usize = 254;

/// An e-mail address. Its domain is in lower case and ASCII (RFC 5890), so that two spellings of one domain are the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(lettre::Address);

/// The text is no e-mail address. The text itself is not repeated, since this may go to a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotAnAddress {
    /// Nothing there.
    #[error("the e-mail address is missing")]
    Empty,
    /// More than SMTP can carry.
    #[error("the e-mail address is too long: {LONGEST} characters at most")]
    Long,
    /// Not a name, an @ and a domain.
    #[error("this is not an e-mail address: write a name, an @ and a domain, such as anna@example.org")]
    Form,
}

impl Address {
    /// What stands after the @, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    /// Whether it is at this domain or at one below it (`anna@mail.example.org` is under `example.org`).
    #[must_use]
    pub fn is_under(&self, domain: &str) -> bool {
        let Some(domain) = canonical_domain(domain) else { return false };
        self.domain().strip_suffix(&*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    /// The same for the library that writes messages.
    pub(crate) fn inner(&self) -> lettre::Address {
        self.0.clone()
    }
}

/// A mail domain in lower case and ASCII; `None` if it cannot be one.
#[must_use]
pub fn canonical_domain(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    let domain = idna::domain_to_ascii(text).ok().filter(|domain| !domain.is_empty())?;
    lettre::Address::new("a", &domain).ok().map(|_| domain)
}

impl FromStr for Address {
    type Err = NotAnAddress;

    /// Blanks around it do not matter.
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NotAnAddress::Empty);
        }
        let (user, domain) = text.rsplit_once('@').ok_or(NotAnAddress::Form)?;
        if user
            .chars()
            .chain(domain.chars())
            .any(|c| c.is_control() || c.is_whitespace() || "<>,;".contains(c))
        {
            return Err(NotAnAddress::Form);
        }
        let domain = match domain.strip_prefix('[') {
            Some(_) => domain.to_ascii_lowercase(),
            None => canonical_domain(domain).ok_or(NotAnAddress::Form)?,
        };
        if user.len() + 1 + domain.len() > LONGEST {
            return Err(NotAnAddress::Long);
        }
        lettre::Address::new(user, domain).map(Self).map_err(|_| NotAnAddress::Form)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Says the domain alone: whose address it is stands in no log.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address(…@{})", self.domain())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

    use super::{Address, NotAnAddress};

    #[test]
    fn domains_are_written_in_one_way() {
        for (text, expected) in [
            ("anna@example.org", "anna@example.org"),
            (" Anna.Nowak+vote@Example.ORG \n", "Anna.Nowak+vote@example.org"),
            ("anna@żółw.example", "anna@xn--w-uga1v8h.example"),
            ("o'neil@[192.0.2.1]", "o'neil@[192.0.2.1]"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().as_str(), expected);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "anna",
            "@example.org",
            "anna@",
            "anna nowak@example.org",
            "anna@exa mple.org",
            "anna@example.org\r\nBcc: x@example.org",
            "Anna <anna@example.org>",
            "a@b.example,c@d.example",
            "anna@example..org",
            "\"a b\"@example.org",
        ] {
            assert_eq!(text.parse::<Address>(), Err(NotAnAddress::Form), "{text}");
        }
        assert_eq!("  ".parse::<Address>(), Err(NotAnAddress::Empty));
        let long = format!("anna@{}example.org", "abcdefghi.".repeat(25));
        assert!(long.parse::<Address>().is_err());
    }

    #[test]
    fn knows_the_domains_above_it() {
        let address: Address = "anna@mail.cps.edu".parse().unwrap();
        for (domain, under) in [
            ("cps.edu", true),
            ("CPS.edu.", true),
            ("mail.cps.edu", true),
            ("edu", true),
            ("ps.edu", false),
            ("other.cps.edu", false),
            ("", false),
            ("cps edu", false),
        ] {
            assert_eq!(address.is_under(domain), under, "{domain}");
        }
    }

    #[test]
    fn a_log_does_not_say_whose_it_is() {
        let address: Address = "anna@example.org".parse().unwrap();
        assert_eq!(format!("{address:?}"), "Address(…@example.org)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn what_is_taken_can_stand_in_a_header(text in any::<String>(), domain in "[a-zA-ZäżÜ.-]{0,20}") {
            for text in [text.clone(), format!("{text}@{domain}"), format!("a@{text}")] {
                if let Ok(address) = text.parse::<Address>() {
                    prop_assert!(!address.as_str().chars().any(|c| c.is_control() || c.is_whitespace()));
                    prop_assert!(address.domain().is_ascii());
                    prop_assert!(address.as_str().parse::<Address>().as_ref() == Ok(&address));
                }
            }
        }
    }
}
