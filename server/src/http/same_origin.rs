//! Refuses what another site makes a browser send (cross-site request forgery).
//!
//! Anything that may change something must come from our own pages: `Sec-Fetch-Site` says `same-origin` or `none`, and
//! `Origin`, where sent, is the public URL, never the Host header. A request with neither is no browser's, and goes
//! through only without a cookie. A request with a bearer token and no cookie goes through: browsers add neither by
//! themselves.

use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, ORIGIN};

use crate::public_url::PublicUrl;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a request that may change something may come from where it comes from.
pub(super) fn is_ours(headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    let has_cookie = headers.contains_key(COOKIE);
    if !has_cookie && headers.contains_key(AUTHORIZATION) {
        return true;
    }
    let (mut sites, mut origins) = (headers.get_all(SEC_FETCH_SITE), headers.get_all(ORIGIN));
    let (mut any, mut all) = (false, true);
    for site in &mut sites {
        any = true;
        all &= matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    for origin in &mut origins {
        any = true;
        all &= origin.as_bytes() == public_url.origin().as_bytes();
    }
    if any { all } else { !has_cookie }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::is_ours;

    fn ours(headers: &[(&str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap());
        }
        is_ours(&map, &"https://vote.example.org".parse().unwrap())
    }

    #[test]
    fn only_our_own_pages_and_programs_may_change_something() {
        const OUR: (&str, &str) = ("origin", "https://vote.example.org");
        const COOKIE: (&str, &str) = ("cookie", "__Host-scrutineer=x");
        const BEARER: (&str, &str) = ("authorization", "Bearer x");
        for (headers, expected) in [
            (&[][..], true),
            (&[COOKIE], false),
            (&[OUR], true),
            (&[OUR, COOKIE], true),
            (&[("sec-fetch-site", "same-origin"), COOKIE], true),
            (&[("sec-fetch-site", "none"), COOKIE], true),
            (&[("sec-fetch-site", "same-origin"), OUR, COOKIE], true),
            (&[("sec-fetch-site", "cross-site"), OUR], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example"), COOKIE], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false),
            (&[("origin", "null"), COOKIE], false),
            (&[("origin", "https://vote.example.org.evil.example")], false),
            (&[("origin", "http://vote.example.org")], false),
            (&[("host", "vote.example.org"), COOKIE], false),
            (&[BEARER], true),
            (&[BEARER, COOKIE], false),
            (&[BEARER, ("origin", "https://evil.example")], true),
        ] {
            assert_eq!(ours(headers), expected, "{headers:?}");
        }
    }
}
