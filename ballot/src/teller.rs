//! What tellers state about a ballot, signed with the key of their ceremony (design section 3).
//!
//! Each statement has one text and a domain of its own (`Keys::sign_statement` in the protocol crate signs
//! `scrutineer DOMAIN|TEXT`), so that none can be shown as another.

/// The domain of the statement that a box was checked before opening.
pub const CHECK: &str = "check";
/// The domain of the statement which sealed count a teller sees.
pub const CLOSING: &str = "closing";

/// What a teller states after `tellers check`: the box whose election has this fingerprint (Base64) names this board
/// (fingerprint in hex) and nobody else.
#[must_use]
pub fn check_statement(election_fingerprint: &str, board_fingerprint: &str) -> String {
    format!("{election_fingerprint} {board_fingerprint}")
}

/// What a teller states before opening: the sealed count of the box with this election uuid is on the event with this
/// hash (hex).
#[must_use]
pub fn closing_statement(election: &str, encrypted_tally_event: &str) -> String {
    format!("{election} {encrypted_tally_event}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_name_what_they_are_about() {
        assert_eq!(check_statement("phi", "board"), "phi board");
        assert_eq!(closing_statement("uuid", "event"), "uuid event");
        assert_ne!(CHECK, CLOSING);
    }
}
