//! Which part of something is asked for (RFC 9110, section 14), where one part is.

use actix_web::http::header::{EntityTag, HeaderMap, HeaderName, IF_RANGE, RANGE};

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it: no part was asked for, or in a way that means nothing, or several were.
    Whole,
    /// The bytes from the first to the last, both included.
    Part {
        /// The first, from 0.
        first: u64,
        /// The last.
        last: u64,
    },
    /// A part that lies behind the end.
    Nothing,
}

impl Wanted {
    /// What the headers of a request ask for of so many bytes with this tag.
    pub(super) fn of(headers: &HeaderMap, length: u64, tag: &EntityTag) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let Some(range) = text(RANGE) else { return Self::Whole };
        // A part of what the caller has is of use only with the rest of the same. A date never says that.
        match headers.contains_key(IF_RANGE).then(|| text(IF_RANGE)) {
            None => {}
            Some(Some(condition))
                if condition.trim().parse().is_ok_and(|known: EntityTag| known.strong_eq(tag)) => {}
            Some(_) => return Self::Whole,
        }
        parse(range, length).unwrap_or(Self::Whole)
    }
}

/// Reads `bytes=1-2`, `bytes=1-` or `bytes=-2`; none where it is something else.
fn parse(range: &str, length: u64) -> Option<Wanted> {
    let (unit, ranges) = range.split_once('=')?;
    let (first, last) = ranges.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let end = length.checked_sub(1);
    let part = match (first.trim_end(), last.trim_start()) {
        ("", suffix) => match number(suffix)? {
            0 => None,
            suffix => end.map(|end| (length.saturating_sub(suffix), end)),
        },
        (first, "") => {
            let first = number(first)?;
            end.filter(|end| first <= *end).map(|end| (first, end))
        }
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            end.filter(|end| first <= *end).map(|end| (first, last.min(end)))
        }
    };
    Some(part.map_or(Wanted::Nothing, |(first, last)| Wanted::Part { first, last }))
}

/// A number of digits alone; one that is too large is as large as can be.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn wanted(range: &str, condition: Option<&str>, length: u64) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_str(range).unwrap());
        if let Some(condition) = condition {
            headers.insert(IF_RANGE, HeaderValue::from_str(condition).unwrap());
        }
        Wanted::of(&headers, length, &EntityTag::new_strong("a".to_owned()))
    }

    #[test]
    fn one_part_is_what_it_says() {
        for (range, first, last) in [
            ("bytes=0-0", 0, 0),
            ("bytes=0-", 0, 99),
            ("bytes=99-", 99, 99),
            ("bytes=10-19", 10, 19),
            ("bytes=10-1000", 10, 99),
            ("bytes=10-99999999999999999999999999", 10, 99),
            ("bytes=-1", 99, 99),
            ("bytes=-100", 0, 99),
            ("bytes=-99999999999999999999999999", 0, 99),
            ("Bytes = 5 - 6 ", 5, 6),
        ] {
            assert_eq!(wanted(range, None, 100), Wanted::Part { first, last }, "{range}");
        }
    }

    #[test]
    fn what_lies_behind_the_end_is_nothing() {
        for range in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999999-"] {
            assert_eq!(wanted(range, None, 100), Wanted::Nothing, "{range}");
        }
        for range in ["bytes=0-", "bytes=-5", "bytes=0-0"] {
            assert_eq!(wanted(range, None, 0), Wanted::Nothing, "{range}");
        }
    }

    #[test]
    fn what_means_nothing_is_not_heeded() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=--1",
            "bytes=1",
            "bytes=a-b",
            "bytes=0x1-2",
            "bytes=+1-2",
            "bytes=2-1",
            "bytes=1-2,4-5",
            "bytes=1-2, 4-5",
            "bytes=1-2-3",
            "events=1-2",
            "bytes 1-2",
            "bytes=1-\u{661}",
        ] {
            assert_eq!(wanted_lossy(range), Wanted::Whole, "{range}");
        }
    }

    fn wanted_lossy(range: &str) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_bytes(range.as_bytes()).unwrap());
        Wanted::of(&headers, 100, &EntityTag::new_strong("a".to_owned()))
    }

    #[test]
    fn a_part_of_something_else_is_not_sent() {
        assert_eq!(wanted("bytes=1-2", Some("\"a\""), 100), Wanted::Part { first: 1, last: 2 });
        for other in ["\"b\"", "W/\"a\"", "a", "", "\"a", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            assert_eq!(wanted("bytes=1-2", Some(other), 100), Wanted::Whole, "{other}");
            assert_eq!(wanted("bytes=200-", Some(other), 100), Wanted::Whole, "{other}");
        }
    }
}
