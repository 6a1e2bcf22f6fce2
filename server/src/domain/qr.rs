//! QR codes (ISO/IEC 18004) as one path of an SVG picture.

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code (ISO/IEC 18004, 6.3.8).
const QUIET: i32 = 4;

/// A picture of `size` by `size` units, dark where its path is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// Width and height, the quiet zone included.
    pub size: i32,
    /// The `d` of an SVG path: each row's dark runs.
    pub path: String,
}

impl Qr {
    /// The code of a text; nothing if it is too long for one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let from = x;
                while code.get_module(x, y) {
                    x += 1;
                }
                if x > from {
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{} {}h{}v1h-{}z", from + QUIET, y + QUIET, x - from, x - from);
                }
                x += 1;
            }
        }
        Some(Self { size: code.size() + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    use qrcodegen::{QrCode, QrCodeEcc};

    use super::{QUIET, Qr};

    #[test]
    fn the_path_is_dark_where_the_code_is() {
        let text = "https://vote.example.org/ballots/AbCdEfGhJkLmNp";
        let (qr, code) = (Qr::of(text).unwrap(), QrCode::encode_text(text, QrCodeEcc::Medium).unwrap());
        assert_eq!(qr.size, code.size() + 2 * QUIET);
        let mut dark = std::collections::BTreeSet::new();
        for run in qr.path.split('z').filter(|run| !run.is_empty()) {
            let (from, rest) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
            let (x, y) = from.split_once(' ').unwrap();
            let length: i32 = rest.split_once('v').unwrap().0.parse().unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            dark.extend((x..x + length).map(|x| (x - QUIET, y - QUIET)));
        }
        for y in 0..code.size() {
            for x in 0..code.size() {
                assert_eq!(dark.contains(&(x, y)), code.get_module(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn what_no_code_can_hold_has_none() {
        assert_eq!(Qr::of(&"x".repeat(5000)), None);
    }
}
