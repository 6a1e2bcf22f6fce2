//! A server's no.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A problem document as far as a client goes by it. Read leniently, so that words of newer servers are no obstacle.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The stable word.
    pub code: String,
    /// What, where and what to do.
    pub detail: String,
    /// Which request; also in the server's log.
    #[serde(default)]
    pub request_id: String,
    /// Seconds to wait before another try.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// Every bad row of a refused file.
    #[serde(default)]
    pub rows: Vec<RefusedRow>,
}

/// One bad row of a refused file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct RefusedRow {
    /// Line of the file, from 1; 0 where the file as a whole is meant.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

/// The sentence, then one line for each bad row.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())?;
        for row in &self.rows {
            write!(f, "\n{row}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RefusedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "  {}", self.message),
            line => write!(f, "  line {line}: {}", self.message),
        }
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// What the server says, and what to do about it at the command line.
    #[must_use]
    pub fn sentence(&self) -> String {
        let detail = self.detail.trim_end();
        match (self.code.as_str(), self.status) {
            ("not_signed_in", _) => format!("{detail} (`scrutineer login --member NO`)"),
            // The log has more: the number helps to find it.
            (_, 500..) if !self.request_id.is_empty() => format!("{detail} (request {})", self.request_id),
            _ => detail.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_follow_the_sentence() {
        let text = r#"{"type":"urn:scrutineer:problem:roll_refused","title":"The roll has errors","status":422,
            "code":"roll_refused","detail":"Nothing was imported.","request_id":"r1","new":1,
            "rows":[{"line":0,"message":"the header lacks name"},{"line":3,"message":"no name"}]}"#;
        let refusal: Refusal = serde_json::from_str(text).unwrap();
        let shown = "Nothing was imported.\n  the header lacks name\n  line 3: no name";
        assert_eq!(refusal.to_string(), shown);
    }

    #[test]
    fn words_of_newer_servers_are_read() {
        let text = r#"{"status":503,"code":"moon_is_full","detail":"Later.","request_id":"r7"}"#;
        let refusal: Refusal = serde_json::from_str(text).unwrap();
        assert_eq!(refusal.to_string(), "Later. (request r7)");
    }
}
