//! Deeds that one person should not do alone.
//!
//! All of them are one type, because a deed that waits for a second person is kept and shown as data. They all pass
//! through [`decide`], which knows neither database nor network.

use scrutineer_api::proposal::ProposalKind;
use serde::{Deserialize, Serialize};

/// A deed that changes who holds power over a ballot, or takes a step that cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Deed {
    /// A draft is frozen.
    FreezeBallot {
        /// The ballot's identifier.
        ballot: String,
    },
    /// A deadline is moved.
    ExtendBallot {
        /// The ballot's identifier.
        ballot: String,
        /// The new deadline, seconds since the epoch.
        until: i64,
    },
    /// A ballot ends without a result.
    CancelBallot {
        /// The ballot's identifier.
        ballot: String,
        /// The public reason.
        reason: String,
        /// Tellers who can no longer open its count, by number.
        lost_tellers: Vec<String>,
    },
    /// A member becomes an officer.
    GrantOfficer {
        /// Number on the roll.
        member_no: String,
    },
    /// An officer loses the role.
    RevokeOfficer {
        /// Number on the roll.
        member_no: String,
    },
    /// An officer gets a code with which to choose a password.
    ReplacePassword {
        /// Number on the roll.
        member_no: String,
    },
    /// Members get other voting codes.
    ReissueCodes {
        /// The ballot's identifier.
        ballot: String,
        /// Numbers on the roll, sorted.
        member_nos: Vec<String>,
    },
    /// A ballot may open although many members are out of reach.
    OpenBallot {
        /// The ballot's identifier.
        ballot: String,
    },
    /// Voting codes may go to employers' addresses.
    AllowEmployerMail {
        /// The ballot's identifier.
        ballot: String,
    },
    /// A member's e-mail address is corrected while a ballot of theirs is under way.
    ChangeEmail {
        /// Number on the roll.
        member_no: String,
        /// The new address.
        email: String,
    },
}

impl Deed {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> ProposalKind {
        match self {
            Self::FreezeBallot { .. } => ProposalKind::FreezeBallot,
            Self::ExtendBallot { .. } => ProposalKind::ExtendBallot,
            Self::CancelBallot { .. } => ProposalKind::CancelBallot,
            Self::GrantOfficer { .. } => ProposalKind::GrantOfficer,
            Self::RevokeOfficer { .. } => ProposalKind::RevokeOfficer,
            Self::ReplacePassword { .. } => ProposalKind::ReplacePassword,
            Self::ReissueCodes { .. } => ProposalKind::ReissueCodes,
            Self::OpenBallot { .. } => ProposalKind::OpenBallot,
            Self::AllowEmployerMail { .. } => ProposalKind::AllowEmployerMail,
            Self::ChangeEmail { .. } => ProposalKind::ChangeEmail,
        }
    }

    /// What it is about: a ballot's identifier, else a member's number. Of one kind and about one thing at most one
    /// proposal waits.
    #[must_use]
    pub fn about(&self) -> &str {
        match self {
            Self::FreezeBallot { ballot }
            | Self::ExtendBallot { ballot, .. }
            | Self::CancelBallot { ballot, .. }
            | Self::ReissueCodes { ballot, .. }
            | Self::OpenBallot { ballot }
            | Self::AllowEmployerMail { ballot } => ballot,
            Self::GrantOfficer { member_no }
            | Self::RevokeOfficer { member_no }
            | Self::ReplacePassword { member_no }
            | Self::ChangeEmail { member_no, .. } => member_no,
        }
    }
}

/// As what somebody may do a deed alone, or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// The ballot is for practice: it decides nothing.
    pub practice: bool,
    /// The ballot is a draft that members have not been told of.
    pub unannounced_draft: bool,
    /// Officers who can sign in, whoever asks among them.
    pub officers: usize,
    /// The account that it is about is one's own.
    pub own_account: bool,
    /// The member whom it is about has a password.
    pub can_sign_in: bool,
    /// Codes of this ballot that were re-issued one by one during the last day.
    pub reissued_today: u64,
    /// How many of them one officer may do without another.
    pub reissues_alone: u64,
    /// The member whom it is about is on the frozen roll of a ballot that is frozen or open, and not for practice.
    pub vote_under_way: bool,
}

/// Whether a deed may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// At once.
    DoNow,
    /// It waits for a second person.
    Propose,
}

/// Whether one person alone may do the deed.
#[must_use]
pub fn decide(deed: &Deed, at: &Circumstances) -> Decision {
    // Nobody else could approve, and without this nobody else ever could.
    let no_second = at.officers <= 1;
    let alone = match deed {
        Deed::FreezeBallot { .. }
        | Deed::ExtendBallot { .. }
        | Deed::OpenBallot { .. }
        | Deed::AllowEmployerMail { .. } => at.practice,
        Deed::CancelBallot { .. } => at.practice || at.unannounced_draft,
        Deed::GrantOfficer { .. } => no_second,
        Deed::RevokeOfficer { .. } => no_second && !at.can_sign_in,
        Deed::ReplacePassword { .. } => at.own_account || (no_second && !at.can_sign_in),
        Deed::ReissueCodes { member_nos, .. } => {
            at.practice || (member_nos.len() == 1 && at.reissued_today < at.reissues_alone)
        }
        Deed::ChangeEmail { .. } => !at.vote_under_way,
    };
    if alone { Decision::DoNow } else { Decision::Propose }
}

#[cfg(test)]
mod tests {
    use super::{Circumstances, Decision, Deed, decide};

    const TWO: Circumstances = Circumstances {
        practice: false,
        unannounced_draft: false,
        officers: 2,
        own_account: false,
        can_sign_in: true,
        reissued_today: 0,
        reissues_alone: 10,
        vote_under_way: true,
    };

    fn deeds() -> [Deed; 10] {
        let (ballot, member_no) = (|| "b".to_owned(), || "7".to_owned());
        let (reason, lost_tellers) = ("r".to_owned(), Vec::new());
        [
            Deed::FreezeBallot { ballot: ballot() },
            Deed::ExtendBallot { ballot: ballot(), until: 1 },
            Deed::CancelBallot { ballot: ballot(), reason, lost_tellers },
            Deed::GrantOfficer { member_no: member_no() },
            Deed::RevokeOfficer { member_no: member_no() },
            Deed::ReplacePassword { member_no: member_no() },
            Deed::ReissueCodes { ballot: ballot(), member_nos: vec![member_no(), "8".to_owned()] },
            Deed::OpenBallot { ballot: ballot() },
            Deed::AllowEmployerMail { ballot: ballot() },
            Deed::ChangeEmail { member_no: member_no(), email: "seven@example.org".to_owned() },
        ]
    }

    /// Which of [`deeds`] one person may do alone.
    fn alone(at: Circumstances) -> [bool; 10] {
        deeds().map(|deed| decide(&deed, &at) == Decision::DoNow)
    }

    #[test]
    fn who_may_do_what_alone() {
        for (at, expected) in [
            (TWO, [false; 10]),
            (
                Circumstances { practice: true, ..TWO },
                [true, true, true, false, false, false, true, true, true, false],
            ),
            (
                Circumstances { unannounced_draft: true, ..TWO },
                [false, false, true, false, false, false, false, false, false, false],
            ),
            (
                Circumstances { officers: 1, ..TWO },
                [false, false, false, true, false, false, false, false, false, false],
            ),
            (
                Circumstances { officers: 1, can_sign_in: false, ..TWO },
                [false, false, false, true, true, true, false, false, false, false],
            ),
            (Circumstances { can_sign_in: false, ..TWO }, [false; 10]),
            (
                Circumstances { own_account: true, ..TWO },
                [false, false, false, false, false, true, false, false, false, false],
            ),
            (
                Circumstances { vote_under_way: false, ..TWO },
                [false, false, false, false, false, false, false, false, false, true],
            ),
        ] {
            assert_eq!(alone(at), expected, "{at:?}");
        }
    }

    #[test]
    fn one_code_is_replaced_at_once_until_there_were_many_in_a_day() {
        let one = Deed::ReissueCodes { ballot: "b".to_owned(), member_nos: vec!["7".to_owned()] };
        for (reissued_today, expected) in
            [(0, Decision::DoNow), (9, Decision::DoNow), (10, Decision::Propose)]
        {
            assert_eq!(decide(&one, &Circumstances { reissued_today, ..TWO }), expected);
        }
    }

    #[test]
    fn deeds_read_back_as_they_were_kept() {
        for deed in deeds() {
            let json = serde_json::to_value(&deed).unwrap();
            assert_eq!(json["kind"], deed.kind().as_str());
            assert_eq!(serde_json::from_value::<Deed>(json).unwrap(), deed);
        }
    }
}
