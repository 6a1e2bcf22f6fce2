//! The life of a ballot: which deed leads from which state to which (drawn in docs/STATES.md). What else a deed needs, such
//! as tellers' statements or a deadline, its action checks on top.

use std::fmt;

use scrutineer_api::ballot::BallotState;
use thiserror::Error;

/// What moves a ballot on, or needs it to stand in a certain place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BallotDeed {
    /// Puts another file in the draft's place.
    Replace,
    /// Tells members of it.
    Announce,
    /// Fixes questions, roll, board and codes.
    Freeze,
    /// Begins voting.
    Open,
    /// Moves the deadline.
    Extend,
    /// Ends voting.
    Close,
    /// Puts the result on the record.
    Count,
    /// Completes the certificate.
    Certify,
    /// Ends the ballot without a result.
    Cancel,
}

/// The state does not allow the deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this ballot {}, so it cannot be {}; {}", is(*.state), .deed.done(), .deed.when())]
pub struct NotNow {
    /// Where the ballot is.
    pub state: BallotState,
    /// What was to be done.
    pub deed: BallotDeed,
}

/// Where a ballot is, in a sentence that begins with "this ballot".
#[must_use]
pub const fn is(state: BallotState) -> &'static str {
    match state {
        BallotState::Draft => "is a draft",
        BallotState::Frozen => "is frozen and not open yet",
        BallotState::Open => "is open",
        BallotState::Closed => "is closed",
        BallotState::Tallied => "has its result",
        BallotState::Certified => "is certified",
        BallotState::Cancelled => "was cancelled",
    }
}

impl BallotDeed {
    /// All deeds.
    pub const ALL: [Self; 9] = [
        Self::Replace,
        Self::Announce,
        Self::Freeze,
        Self::Open,
        Self::Extend,
        Self::Close,
        Self::Count,
        Self::Certify,
        Self::Cancel,
    ];

    const fn done(self) -> &'static str {
        match self {
            Self::Replace => "replaced",
            Self::Announce => "announced",
            Self::Freeze => "frozen",
            Self::Open => "opened",
            Self::Extend => "extended",
            Self::Close => "closed",
            Self::Count => "counted",
            Self::Certify => "certified",
            Self::Cancel => "cancelled",
        }
    }

    const fn when(self) -> &'static str {
        match self {
            Self::Replace | Self::Announce | Self::Freeze => "only a draft can",
            Self::Open => "only a frozen ballot can",
            Self::Extend => "only a frozen or an open one can",
            Self::Close => "only an open one can",
            Self::Count => "only a closed one can",
            Self::Certify => "only one with a result can",
            Self::Cancel => "only one without a result can",
        }
    }

    /// Where a ballot in this state is after the deed.
    ///
    /// # Errors
    /// [`NotNow`] if it may not be done then.
    pub const fn after(self, state: BallotState) -> Result<BallotState, NotNow> {
        use BallotState::{Cancelled, Certified, Closed, Draft, Frozen, Open, Tallied};
        match (state, self) {
            (Draft, Self::Replace | Self::Announce) => Ok(Draft),
            (Draft, Self::Freeze) => Ok(Frozen),
            (Frozen, Self::Open) => Ok(Open),
            (Frozen, Self::Extend) => Ok(Frozen),
            (Open, Self::Extend) => Ok(Open),
            (Open, Self::Close) => Ok(Closed),
            (Closed, Self::Count) => Ok(Tallied),
            (Tallied, Self::Certify) => Ok(Certified),
            (Draft | Frozen | Open | Closed, Self::Cancel) => Ok(Cancelled),
            _ => Err(NotNow { state, deed: self }),
        }
    }
}

impl fmt::Display for BallotDeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replace => "replace",
            Self::Announce => "announce",
            Self::Freeze => "freeze",
            Self::Open => "open",
            Self::Extend => "extend",
            Self::Close => "close",
            Self::Count => "count",
            Self::Certify => "certify",
            Self::Cancel => "cancel",
        })
    }
}

/// Whether a count can be opened at all when these many of a board's tellers can no longer take part.
#[must_use]
pub const fn can_be_opened(needed: usize, tellers: usize, lost: usize) -> bool {
    tellers.saturating_sub(lost) >= needed
}

#[cfg(test)]
mod tests {
    use scrutineer_api::ballot::BallotState;

    use super::{BallotDeed, can_be_opened};

    #[test]
    fn the_drawing_is_the_program() {
        let text = include_str!("../../../docs/STATES.md");
        let (_, section) = text.split_once("# The life of a ballot").expect("the section");
        let (_, drawing) = section.split_once("```mermaid").expect("a drawing");
        let (drawing, _) = drawing.split_once("```").expect("its end");
        let arrows = drawing.lines().map(str::trim).filter(|l| l.contains("-->") && !l.contains("[*]"));
        let mut drawn: Vec<String> = arrows.map(str::to_owned).collect();
        let mut programmed = Vec::new();
        for state in BallotState::ALL {
            for deed in BallotDeed::ALL {
                if let Ok(to) = deed.after(state) {
                    programmed.push(format!("{} --> {}: {deed}", state.as_str(), to.as_str()));
                }
            }
        }
        drawn.sort();
        programmed.sort();
        assert_eq!(drawn, programmed);
    }

    #[test]
    fn a_refusal_says_where_the_ballot_is_and_when_it_would_do() {
        let refused = BallotDeed::Freeze.after(BallotState::Open).unwrap_err();
        assert_eq!(refused.to_string(), "this ballot is open, so it cannot be frozen; only a draft can");
    }

    #[test]
    fn nothing_leads_out_of_the_end() {
        for deed in BallotDeed::ALL {
            assert!(deed.after(BallotState::Certified).is_err());
            assert!(deed.after(BallotState::Cancelled).is_err());
        }
    }

    #[test]
    fn a_count_can_be_opened_as_long_as_enough_tellers_are_left() {
        for (needed, tellers, lost, can) in [
            (2, 3, 0, true),
            (2, 3, 1, true),
            (2, 3, 2, false),
            (3, 5, 2, true),
            (3, 5, 3, false),
            (2, 3, 9, false),
        ] {
            assert_eq!(can_be_opened(needed, tellers, lost), can, "{needed} of {tellers}, {lost} lost");
        }
    }
}
