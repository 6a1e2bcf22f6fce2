//! The description line: what makes a record ours (design section 7).
//!
//! It is the last line of the election's description: the delegate's text, a line feed, then `scrutineer: ` and compact JSON
//! with its fields in one order. It fixes, before the first vote and for everybody to see, how many may vote, under which
//! rule, who opens the count, who made the codes, who may sign the certificate and with which key receipts are signed.

use std::collections::HashSet;

use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::HexHash;
use scrutineer_rules::Rule;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::file::Codes;
use crate::signature::KeyFingerprint;
use crate::text;

/// The version of the line that this program writes and reads.
pub const VERSION: u32 = 1;
/// Most characters of a box's name.
pub const MAX_BOX_NAME: usize = 100;
/// What the line begins with.
const PREFIX: &str = "scrutineer: ";

/// The fields of the description line, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DescriptionLine {
    /// Always [`VERSION`].
    pub v: u32,
    /// The ballot that the box belongs to.
    pub ballot: Uuid,
    /// The box's name, on one line.
    #[serde(rename = "box")]
    pub box_name: String,
    /// Members who may vote in this box: the rows of the frozen roll.
    pub eligible: u64,
    /// Codes beyond one a member, for re-issues.
    pub spares: u64,
    /// The salted hash of the frozen roll (see [`crate::roll::roll_hash`]).
    pub roll: HexHash,
    /// For each question the passage rule's text, or none.
    pub rules: Vec<Option<String>>,
    /// Who opens the count.
    pub tellers: CountOpener,
    /// Who made the voting codes.
    pub codes: Codes,
    /// Who signs the certificate.
    pub officers: Officers,
    /// The key with which the server signs receipts and heads of this record.
    pub receipts: KeyFingerprint,
    /// The deadline when the ballot was frozen, in seconds since the epoch; none: by command.
    pub closes: Option<i64>,
    /// Boxes of the ballot, this one among them: a question is decided by all of them together, so none may be kept back.
    /// Left out where it is one.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub boxes: u32,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
const fn is_one(boxes: &u32) -> bool {
    *boxes == 1
}

/// Who opens the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountOpener {
    /// The board of tellers with this fingerprint (design section 3), together with the server's key.
    Board(HexHash),
    /// The server alone.
    Server,
}

/// Who may sign the certificate, and how many must.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officers {
    /// Signatures that the certificate needs; at least 1, at most the number of keys.
    pub needed: u32,
    /// The keys that count, each once.
    pub keys: Vec<KeyFingerprint>,
}

/// Why a description line cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DescriptionError {
    /// Another line than the last begins like the description line.
    #[error("a line of the description begins with \"scrutineer: \", which only the last line may")]
    Reserved,
    /// The whole description is the line; a line feed must stand before it.
    #[error("nothing stands before the description line, not even the line feed that belongs there")]
    NoText,
    /// The JSON is malformed, or a field is missing, unknown, twice or of another type.
    #[error("the description line cannot be read: {0}")]
    Json(String),
    /// The JSON is right but not written as this program writes it.
    #[error(
        "the description line is not written in its one form (blanks, escapes or the order of the fields differ)"
    )]
    NotCanonical,
    /// A field has a value that it cannot have.
    #[error("the description line's {field} {reason}")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl Serialize for CountOpener {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Board(fingerprint) => fingerprint.serialize(serializer),
            Self::Server => serializer.serialize_str("server"),
        }
    }
}

impl<'de> Deserialize<'de> for CountOpener {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "server" {
            return Ok(Self::Server);
        }
        HexHash::from_text(&text).map(Self::Board).map_err(|_| {
            serde::de::Error::custom("tellers must be \"server\" or the board's fingerprint in hexadecimal")
        })
    }
}

/// Writes an election's description: the delegate's text (which may be empty) and the line.
///
/// # Errors
/// The text has a line that begins like the description line, or a field has a value that it cannot have.
pub fn compose(delegates_text: &str, line: &DescriptionLine) -> Result<String, DescriptionError> {
    line.check()?;
    if delegates_text.split('\n').any(|line| line.starts_with(PREFIX)) {
        return Err(DescriptionError::Reserved);
    }
    Ok(format!("{delegates_text}\n{PREFIX}{}", line.to_json()?))
}

/// Reads an election's description: the delegate's text and the line; none where the record is not one of ours.
///
/// # Errors
/// It has a description line that is not exactly as [`compose`] writes it.
pub fn parse(description: &str) -> Result<Option<(&str, DescriptionLine)>, DescriptionError> {
    if description.starts_with(PREFIX) && !description.contains('\n') {
        return Err(DescriptionError::NoText);
    }
    let (text, last) = description.rsplit_once('\n').unwrap_or((description, ""));
    if text.split('\n').any(|line| line.starts_with(PREFIX)) {
        return Err(DescriptionError::Reserved);
    }
    let Some(json) = last.strip_prefix(PREFIX) else { return Ok(None) };
    let line: DescriptionLine =
        serde_json::from_str(json).map_err(|e| DescriptionError::Json(e.to_string()))?;
    if line.to_json()? != json {
        return Err(DescriptionError::NotCanonical);
    }
    line.check()?;
    Ok(Some((text, line)))
}

impl DescriptionLine {
    fn to_json(&self) -> Result<String, DescriptionError> {
        serde_json::to_string(self).map_err(|e| DescriptionError::Json(e.to_string()))
    }

    fn check(&self) -> Result<(), DescriptionError> {
        let wrong = |field, reason: &str| Err(DescriptionError::Field { field, reason: reason.to_owned() });
        if self.v != VERSION {
            return wrong("v", "is not 1; a newer program wrote it");
        }
        match text::line(&self.box_name, MAX_BOX_NAME) {
            Ok(kept) if kept == self.box_name => {}
            Ok(_) => return wrong("box", "has blanks at its ends"),
            Err(e) => return wrong("box", &e.to_string()),
        }
        if !(1..=scrutineer_rules::MAX_COUNT).contains(&self.eligible) {
            return wrong("eligible", "is not a number of members");
        }
        if self.spares > scrutineer_rules::MAX_COUNT {
            return wrong("spares", "is too large");
        }
        if self.rules.is_empty() {
            return wrong("rules", "is empty; it has one entry a question");
        }
        for rule in self.rules.iter().flatten() {
            match Rule::parse(rule) {
                Ok(parsed) if parsed.text() == rule => {}
                Ok(_) => return wrong("rules", "has a rule with blanks at its ends"),
                Err(e) => return wrong("rules", &format!("has a mistake {e}")),
            }
        }
        let Officers { needed, keys } = &self.officers;
        if *needed == 0 || usize::try_from(*needed).map_or(true, |needed| needed > keys.len()) {
            return wrong("officers", "needs no signature, or more than there are keys");
        }
        if keys.iter().collect::<HashSet<_>>().len() != keys.len() {
            return wrong("officers", "names a key twice");
        }
        if self.closes.is_some_and(|closes| closes < 0) {
            return wrong("closes", "lies before 1970");
        }
        if self.boxes == 0 {
            return wrong("boxes", "is not a number of boxes");
        }
        Ok(())
    }

    /// Who has to be trusted, and for what, in plain sentences (design section 4).
    pub fn setting_sentences(&self) -> Vec<String> {
        setting_sentences(matches!(self.tellers, CountOpener::Board(_)), self.codes)
    }
}

/// The same from what decides it: whether a board of tellers opens the count, and who made the codes.
pub fn setting_sentences(board: bool, codes: Codes) -> Vec<String> {
    let secrecy = if board {
        "The count is opened by a board of tellers together with a key of the server, which is destroyed with the result: \
         votes stay secret unless enough tellers and the server work together before the result."
    } else {
        "The count is opened by the server alone: that votes stay secret rests on it."
    };
    let codes = match codes {
        Codes::Server => "Codes were made by the server: that only eligible members voted rests on it.",
        Codes::Registrar => {
            "Codes were made by a registrar outside of the server: that only eligible members voted, once each, holds \
             unless registrar and server work together."
        }
    };
    [
        secrecy,
        codes,
        "That a vote was sealed as the member chose rests on the member's own device and the program that sealed it.",
        "That the count is right rests on nobody: it is proved, and anyone can check the proof.",
        "That no vote was dropped is seen by members who look their signed receipts up.",
        "Resistance to coercion and vote buying is not promised: a receipt does not show the choice, but a member who \
         keeps what the device used to seal the vote can prove it.",
    ]
    .map(str::to_owned)
    .into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JSON: &str = concat!(
        r#"{"v":1,"ballot":"ZM9Q5QG2xbtcA9","box":"All members","eligible":25000,"spares":20,"#,
        r#""roll":"0101010101010101010101010101010101010101010101010101010101010101","#,
        r#""rules":["\"Accept the offer\" >= 60% of eligible",null],"#,
        r#""tellers":"0202020202020202020202020202020202020202020202020202020202020202","codes":"server","#,
        r#""officers":{"needed":1,"keys":["SHA256:AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM"]},"#,
        r#""receipts":"SHA256:BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ","closes":1611467940}"#
    );

    fn line() -> DescriptionLine {
        DescriptionLine {
            v: 1,
            ballot: Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap(),
            box_name: "All members".to_owned(),
            eligible: 25_000,
            spares: 20,
            roll: HexHash::from_digest([1; 32]),
            rules: vec![Some("\"Accept the offer\" >= 60% of eligible".to_owned()), None],
            tellers: CountOpener::Board(HexHash::from_digest([2; 32])),
            codes: Codes::Server,
            officers: Officers {
                needed: 1,
                keys: vec!["SHA256:AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM".parse().unwrap()],
            },
            receipts: "SHA256:BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ".parse().unwrap(),
            closes: Some(1_611_467_940),
            boxes: 1,
        }
    }

    #[test]
    fn the_line_has_the_fields_and_the_order_of_the_design() {
        let description = compose("One.\nTwo.", &line()).unwrap();
        assert_eq!(description, format!("One.\nTwo.\nscrutineer: {JSON}"));
        assert_eq!(parse(&description), Ok(Some(("One.\nTwo.", line()))));
    }

    #[test]
    fn what_may_be_absent_is_null_or_a_word() {
        let line =
            DescriptionLine { tellers: CountOpener::Server, codes: Codes::Registrar, closes: None, ..line() };
        let description = compose("", &line).unwrap();
        assert!(description.starts_with("\nscrutineer: {"));
        assert!(description.contains(r#""tellers":"server","codes":"registrar","#));
        assert!(description.ends_with(r#","closes":null}"#));
        assert_eq!(parse(&description), Ok(Some(("", line.clone()))));
        let line = DescriptionLine { boxes: 3, ..line };
        let description = compose("", &line).unwrap();
        assert!(description.ends_with(r#","closes":null,"boxes":3}"#));
        assert_eq!(parse(&description), Ok(Some(("", line))));
    }

    #[test]
    fn other_descriptions_are_not_ours() {
        for text in
            ["", "\n", "A vote.", "A vote.\nscrutineer:{}", "A vote.\n scrutineer: {}", "A\nScrutineer: {}"]
        {
            assert_eq!(parse(text), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn a_line_anywhere_else_is_refused() {
        let good = compose("A vote.", &line()).unwrap();
        assert_eq!(parse(&format!("scrutineer: {JSON}")), Err(DescriptionError::NoText));
        assert_eq!(parse(&format!("{good}\n")), Err(DescriptionError::Reserved));
        assert_eq!(parse(&format!("{good}\nscrutineer: {JSON}")), Err(DescriptionError::Reserved));
        assert_eq!(parse(&format!("scrutineer: x\n{good}")), Err(DescriptionError::Reserved));
        assert_eq!(compose("a\nscrutineer: b", &line()), Err(DescriptionError::Reserved));
        assert_eq!(compose("scrutineer: b", &line()), Err(DescriptionError::Reserved));
    }

    #[test]
    fn every_other_way_to_write_it_is_refused() {
        for (from, to) in [
            ("{\"v\"", "{ \"v\""),
            ("}", "} "),
            ("\"v\":1,", ""),
            ("\"v\":1", "\"v\":1,\"v\":1"),
            ("\"v\":1", "\"v\":1.0"),
            ("\"v\":1", "\"w\":0,\"v\":1"),
            ("\"v\":1", "\"v\":2"),
            ("\"eligible\":25000,\"spares\":20", "\"spares\":20,\"eligible\":25000"),
            ("25000", "0"),
            ("25000", "-1"),
            ("25000", "25000.5"),
            ("25000", "9007199254740992"),
            ("\"spares\":20", "\"spares\":9007199254740992"),
            ("0101", "01"),
            ("\"0202", "\"0a02"),
            ("All members", "All\\u0020members"),
            ("All members", " All members"),
            ("All members", ""),
            ("All members", "All\\nmembers"),
            ("60%", "600%"),
            (" of eligible", " of eligible "),
            ("null]", "\"\"]"),
            ("\"server\"", "\"nobody\""),
            ("\"needed\":1", "\"needed\":0"),
            ("\"needed\":1", "\"needed\":2"),
            ("wM\"]", "wM\",\"SHA256:AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM\"]"),
            ("BAQ\"", "BAR\""),
            ("SHA256:B", "MD5:B"),
            ("1611467940", "-1"),
            ("1611467940", "\"1611467940\""),
            (",\"closes\":1611467940", ""),
            ("1611467940", "1611467940,\"boxes\":1"),
            ("1611467940", "1611467940,\"boxes\":0"),
            ("\"eligible\"", "\"boxes\":3,\"eligible\""),
            ("ZM9Q5QG2xbtcA9", "ZM9Q5QG2xbtcA0"),
        ] {
            assert!(JSON.contains(from), "{from}");
            let changed = JSON.replacen(from, to, 1);
            if to == "\"0a02" {
                // Another fingerprint is still a line; whether it is the board's is checked elsewhere.
                assert!(parse(&format!("A\nscrutineer: {changed}")).is_ok());
            } else {
                assert!(parse(&format!("A\nscrutineer: {changed}")).is_err(), "{changed}");
            }
        }
        let rules = r#"["\"Accept the offer\" >= 60% of eligible",null]"#;
        let none = JSON.replacen(rules, "[]", 1);
        assert!(parse(&format!("A\nscrutineer: {none}")).is_err());
        assert_eq!(
            parse("A\nscrutineer: {}").unwrap_err().to_string().split(':').next(),
            Some("the description line cannot be read")
        );
    }

    #[test]
    fn compose_checks_the_fields_too() {
        let bad = DescriptionLine { eligible: 0, ..line() };
        assert_eq!(
            compose("A", &bad).unwrap_err().to_string(),
            "the description line's eligible is not a number of members"
        );
        assert!(compose("A", &DescriptionLine { v: 2, ..line() }).is_err());
        assert!(
            compose("A", &DescriptionLine { rules: vec![Some("nonsense".to_owned())], ..line() }).is_err()
        );
    }

    #[test]
    fn the_setting_is_said_in_plain_words() {
        let weak = DescriptionLine { tellers: CountOpener::Server, ..line() }.setting_sentences();
        assert_eq!(weak[0], "The count is opened by the server alone: that votes stay secret rests on it.");
        assert_eq!(weak[1], "Codes were made by the server: that only eligible members voted rests on it.");
        let strong = DescriptionLine { codes: Codes::Registrar, ..line() }.setting_sentences();
        assert!(strong[0].contains("board of tellers"));
        assert!(strong[1].contains("registrar"));
        for sentence in weak.iter().chain(&strong) {
            for word in ["encrypted", "hash", "homomorphic", "credential"] {
                assert!(!sentence.contains(word), "{sentence}");
            }
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_line_reads_back(
            text in "[^\u{0}]{0,60}",
            box_name in "[A-Z][ -~à-ÿ]{0,20}[a-z]",
            eligible in 1u64..=1_000_000,
            spares in 0u64..1000,
            roll: [u8; 32],
            board in prop::option::of(any::<[u8; 32]>()),
            closes in prop::option::of(0i64..4_000_000_000),
            answer in "[A-Z][a-zé]{0,8}",
        ) {
            prop_assume!(!text.contains("scrutineer: "));
            let line = DescriptionLine {
                box_name,
                eligible,
                spares,
                roll: HexHash::from_digest(roll),
                rules: vec![None, Some(format!("\"{answer}\" > half of valid"))],
                tellers: board.map_or(CountOpener::Server, |b| CountOpener::Board(HexHash::from_digest(b))),
                closes,
                ..line()
            };
            let description = compose(&text, &line).unwrap();
            prop_assert_eq!(parse(&description), Ok(Some((text.as_str(), line))));
        }
    }
}
