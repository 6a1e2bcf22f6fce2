//! Where a form leads afterwards: a path on this server, and nothing that a browser could take for another.

/// The longest path that is followed.
const LONGEST: usize = 300;

/// The path, if it leads to a place on this server. Only what our own links are made of is let through; there is no reason
/// for more, and browsers disagree on what else may stand for a slash.
pub(super) fn checked(path: &str) -> Option<&str> {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'?' | b'=');
    let ours = path.len() <= LONGEST
        && path.starts_with('/')
        && path.bytes().all(plain)
        && !path.contains("//")
        && !path.contains("/.");
    ours.then_some(path)
}

/// A page's path that remembers where to go on from there; a checked path needs no escaping in it.
pub(super) fn with_next(path: &str, next: &str) -> String {
    if next == "/" { path.to_owned() } else { format!("{path}?next={next}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, proptest};

    use super::checked;

    #[test]
    fn our_own_paths_are_followed() {
        for path in ["/", "/check", "/ballots/GAvTrZ8h7fJ21M/vote", "/ballots/GAvTrZ8h7fJ21M/record?page=2"] {
            assert_eq!(checked(path), Some(path));
        }
    }

    #[test]
    fn nothing_leads_elsewhere() {
        for path in [
            "",
            "ballots",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/%2f/evil.example",
            "/%2Fevil.example",
            "/%5cevil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "/..//evil.example",
            "/.//evil.example",
            "/x/../..//evil.example",
            "/@evil.example:80",
            "/javascript:alert(1)",
            "/x#y",
            "/x\0",
            "/é",
        ] {
            assert_eq!(checked(path), None, "{path}");
        }
        assert_eq!(checked(&format!("/{}", "x".repeat(400))), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn what_is_followed_begins_with_one_slash(path in "[/\\\\.%a2fF:?=@ \t-]{0,12}") {
            if let Some(path) = checked(&path) {
                assert!(path.starts_with('/') && !path.contains("//") && !path.contains(['\\', ':', '@', '%']));
            }
        }
    }
}
