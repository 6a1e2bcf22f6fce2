//! The deeds that the audit log knows: the word of each, which particulars its entry has, and what it says in words.
//!
//! A new deed is one line in the table below, one arm in [`Deed::sentence`], and one example in this module's tests.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::particulars::Particulars;

/// Makes [`Deed`] of lines `Name = "word" ["particular", ..]`.
macro_rules! deeds {
    ($($(#[$doc:meta])+ $name:ident = $word:literal [$($particular:literal),*],)+) => {
        /// An administrative deed: what an entry of the audit log is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Deed {
            $($(#[$doc])+ $name,)+
        }

        impl Deed {
            /// All deeds, in the order of this file.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable word in the log.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// The particulars that an entry of this deed may have. None is a secret, a credential or a tracker.
            #[must_use]
            pub const fn particulars(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($particular,)*],)+
                }
            }
        }
    };
}

deeds! {
    // The server and its people.
    /// `init` made this server.
    Installed = "installed" ["union"],
    /// A role was granted.
    RoleGranted = "role_granted" ["role", "member_no", "unit", "proposal", "approved_by"],
    /// A role was revoked.
    RoleRevoked = "role_revoked" ["role", "member_no", "unit", "proposal", "approved_by"],
    /// A roll was imported.
    RollImported = "roll_imported" [
        "file_sha256", "list_sha256", "members", "added", "changed", "not_in_file", "added_members",
        "changed_members", "gone_members"
    ],
    /// Activation codes were made for members without a password.
    ActivationCodesIssued = "activation_codes_issued" ["members", "member_nos"],
    /// An activation code was made for a member who has a password.
    PasswordReplacementIssued = "password_replacement_issued" ["member_no", "proposal", "approved_by"],
    /// A member set a new password with an activation code.
    PasswordReplaced = "password_replaced" ["member_no"],
    /// An officer added a key for signing certificates.
    CertificateKeyAdded = "certificate_key_added" ["fingerprint", "public_key"],

    // Deeds that need two people.
    /// Somebody proposed such a deed.
    ProposalMade = "proposal_made" ["proposal", "what", "ballot", "digest", "expires_at"],
    /// Another officer approved it; the deed's own entry follows.
    ProposalApproved = "proposal_approved" ["proposal", "what", "ballot", "digest"],
    /// An officer rejected it, or whoever proposed it took it back.
    ProposalRejected = "proposal_rejected" ["proposal", "what", "ballot", "reason"],
    /// Nobody decided in time, or the ballot moved on.
    ProposalExpired = "proposal_expired" ["proposal", "what", "ballot", "reason"],
    /// What it would do has changed, or another proposal took its place.
    ProposalOvertaken = "proposal_overtaken" ["proposal", "what", "ballot", "reason"],

    // Boards of tellers.
    /// A board was named.
    BoardCreated = "board_created" ["board", "tellers", "threshold"],
    /// A teller's message of the key ceremony was taken.
    BoardStep = "board_step" ["board", "seat", "step", "message_sha256"],
    /// A board's ceremony is complete.
    BoardReady = "board_ready" ["board", "parameters_sha256"],

    // A ballot's life.
    /// A ballot was drafted.
    BallotDrafted = "ballot_drafted" ["ballot", "title", "practice"],
    /// A draft that was not announced got another file.
    DraftReplaced = "draft_replaced" ["ballot", "title"],
    /// A draft was announced to members.
    BallotAnnounced = "ballot_announced" ["ballot", "objections_until", "eligible"],
    /// Somebody says that the notice of a ballot was sent.
    NoticeSent = "notice_sent" ["ballot", "number", "on", "copies", "how"],
    /// A member objected to the roll of an announced draft.
    RollObjectionFiled = "roll_objection_filed" ["ballot", "number", "member_no"],
    /// An objection to the roll was answered.
    RollObjectionAnswered = "roll_objection_answered" ["ballot", "number"],
    /// A ballot was frozen.
    BallotFrozen = "ballot_frozen" ["ballot", "board", "boxes", "proposal", "approved_by"],
    /// The voting codes that wait were shown to who hands them out.
    CodesFetched = "codes_fetched" ["ballot", "codes"],
    /// The codes that were fetched have arrived and were erased.
    CodesConfirmed = "codes_confirmed" ["ballot", "codes"],
    /// The frozen roll was given to the registrar, to make voting codes from.
    CodesRequested = "codes_requested" ["ballot", "members"],
    /// The registrar has issued the codes: the public part is on the record.
    CodesIssued = "codes_issued" ["ballot", "boxes"],
    /// The registrar has the re-issued codes that waited.
    ReissuesConfirmed = "reissues_confirmed" ["ballot", "codes"],
    /// A member got another voting code.
    CodeReissued = "code_reissued" ["ballot", "member_no"],
    /// Members got other voting codes, by two people.
    CodesReissued = "codes_reissued" ["ballot", "member_nos", "proposal", "approved_by"],
    /// Members replaced their codes themselves, having lost them; noted when voting ends.
    OwnCodesReplaced = "own_codes_replaced" ["ballot", "codes"],
    /// The desk gave a member another e-mail address, not in use yet.
    EmailChangeAsked = "email_change_asked" ["member_no", "in_use_from", "proposal", "approved_by"],
    /// Such a change was taken back, or a newer roll says something else.
    EmailChangeEnded = "email_change_ended" ["member_no"],
    /// Such a change is in use now.
    EmailChanged = "email_changed" ["member_no"],
    /// A code was not re-issued, because a vote stands under the old one.
    CodeReissueRefused = "code_reissue_refused" ["ballot"],
    /// Somebody noted how far codes have come on their way.
    DeliveriesNoted = "deliveries_noted" ["ballot", "channel", "state", "members"],
    /// Codes that were noted as handed over were not.
    HandOversTakenBack = "hand_overs_taken_back" ["ballot", "members"],
    /// A mail domain was marked as an employer's.
    EmployerDomainAdded = "employer_domain_added" ["domain"],
    /// The mark was taken away.
    EmployerDomainRemoved = "employer_domain_removed" ["domain"],
    /// Two people allow codes of a ballot to employers' addresses.
    EmployerMailAllowed = "employer_mail_allowed" ["ballot", "proposal", "approved_by"],
    /// Two people let a ballot open with many members out of reach.
    OpeningAllowed = "opening_allowed" ["ballot", "out_of_reach", "eligible", "proposal", "approved_by"],
    /// An officer answered a warning beside a result.
    WarningAnswered = "warning_answered" ["ballot", "warning", "number", "margin", "text"],
    /// A teller has checked a ballot before it opens.
    TellerChecked = "teller_checked" ["ballot", "box", "seat", "says"],
    /// A teller's check says something else than the record.
    TellerCheckDiffers = "teller_check_differs" ["ballot", "box", "seat", "says", "record_says"],
    /// Voting began.
    BallotOpened = "ballot_opened" ["ballot"],
    /// A deadline was moved.
    BallotExtended = "ballot_extended" ["ballot", "from", "to", "proposal", "approved_by"],
    /// Voting ended.
    BallotClosed = "ballot_closed" ["ballot", "cast"],
    /// The operator deleted all but the certificates of a ballot whose time of keeping was over.
    BallotPurged = "ballot_purged" ["ballot", "title", "rows"],
    /// The operator made an activation code on the server's machine.
    ActivationByOperator = "activation_by_operator" ["member_no"],
    /// A ballot ended without a result.
    BallotCancelled = "ballot_cancelled" ["ballot", "was", "reason", "lost_tellers", "proposal", "approved_by"],

    // Letters.
    /// An officer sent a test letter to themselves.
    TestLetterSent = "test_letter_sent" [],
    /// The officer typed the number of the test letter.
    TestLetterConfirmed = "test_letter_confirmed" [],
    /// A run of letters was confirmed after a preview; of reminders, the number is the most there can be.
    LettersConfirmed = "letters_confirmed" ["run", "kind", "ballot", "recipients"],
    /// A run of letters was paused.
    LettersPaused = "letters_paused" ["run", "kind", "ballot"],
    /// A run of letters was resumed.
    LettersResumed = "letters_resumed" ["run", "kind", "ballot"],
    /// A run of letters was ended before all of it was sent.
    LettersCancelled = "letters_cancelled" ["run", "kind", "ballot"],
    /// A run of letters stopped by itself, because too many came back.
    LettersStopped = "letters_stopped" ["run", "kind", "ballot"],

    // The count and the certificate.
    /// A teller states the closing fingerprint that the server has.
    TellerConfirmedCount = "teller_confirmed_count" ["ballot", "box", "seat", "says"],
    /// A teller states another closing fingerprint than the server has.
    TellerCountDiffers = "teller_count_differs" ["ballot", "box", "seat", "says", "record_says"],
    /// A teller's share of a count was taken.
    ShareTaken = "share_taken" ["ballot", "box", "seat"],
    /// The result is on the record.
    BallotTallied = "ballot_tallied" ["ballot", "boxes"],
    /// No certificate could be made: the numbers do not reconcile.
    CertificateRefused = "certificate_refused" ["ballot", "reason"],
    /// A certificate was made, or made again because it was not signed yet and something new belongs on it.
    CertificateMade = "certificate_made" ["ballot", "number", "sha256"],
    /// An officer had a signed certificate corrected by a new one.
    CertificateCorrected = "certificate_corrected" ["ballot", "number", "corrects", "reason"],
    /// An observer objected to a result.
    ResultObjectedTo = "result_objected_to" ["ballot", "number", "key", "text_sha256"],
    /// An officer signed a certificate.
    CertificateSigned = "certificate_signed" ["ballot", "number", "key"],
    /// Enough officers have signed.
    BallotCertified = "ballot_certified" ["ballot", "signatures"],
}

impl Deed {
    /// What was done, as the end of a sentence that begins with who did it: "granted member 200 the role delegate".
    ///
    /// A particular that an entry lacks is named as such, so that an odd entry is shown and never hidden.
    #[must_use]
    pub fn sentence(self, detail: &Value) -> String {
        let by_two = match (detail.get("proposal"), detail.get("approved_by")) {
            (Some(_), Some(_)) => {
                let it = Particulars(detail);
                format!(" (proposal {}, approved by member {})", it.text("proposal"), it.text("approved_by"))
            }
            _ => String::new(),
        };
        self.alone(detail) + &by_two
    }

    fn alone(self, detail: &Value) -> String {
        let it = Particulars(detail);
        let ballot = || format!("ballot {}", it.id("ballot"));
        let urn = || it.urn();
        let role = || match detail.get("unit") {
            Some(_) => format!("{} for {}", it.text("role"), it.text("unit")),
            None => it.text("role"),
        };
        let board = || it.quoted("board");
        let what = match detail.get("ballot") {
            Some(_) => format!("{} ({})", it.text("what"), ballot()),
            None => it.text("what"),
        };
        let run = || {
            let about = detail.get("ballot").map(|_| format!(" about {}", ballot())).unwrap_or_default();
            format!("run {} of letters of the kind {}{about}", it.text("run"), it.text("kind"))
        };
        match self {
            Self::TestLetterSent => "sent a test letter to their own address".to_owned(),
            Self::TestLetterConfirmed => "typed the number of the test letter that had arrived".to_owned(),
            Self::LettersConfirmed => {
                format!("confirmed {} to at most {}", run(), it.count("recipients", "recipient"))
            }
            Self::LettersPaused => format!("paused {}", run()),
            Self::LettersResumed => format!("resumed {}", run()),
            Self::LettersCancelled => format!("cancelled {}", run()),
            Self::LettersStopped => format!("stopped {}, because too many letters came back", run()),
            Self::Installed => format!("set up this server for the union {}", it.quoted("union")),
            Self::RoleGranted => format!("granted member {} the role {}", it.text("member_no"), role()),
            Self::RoleRevoked => format!("took the role {} from member {}", role(), it.text("member_no")),
            Self::RollImported => format!(
                "imported a roll of {} (file {}, list of changes {}): {} added ({}), {} changed ({}), {} not in the file and \
                 gone ({}); no more than the first hundred of each are named here",
                it.count("members", "member"),
                it.short("file_sha256"),
                it.short("list_sha256"),
                it.text("added"),
                it.members("added_members"),
                it.text("changed"),
                it.each("changed_members", |one| format!(
                    "{}: {}",
                    one.text("member_no"),
                    one.list("fields")
                )),
                it.text("not_in_file"),
                it.members("gone_members"),
            ),
            Self::ActivationCodesIssued if detail.get("member_nos").is_some() => {
                format!("made activation codes for {}, who had no password yet", it.members("member_nos"))
            }
            Self::ActivationCodesIssued => {
                format!(
                    "made activation codes for all {} who had no password yet",
                    it.count("members", "member")
                )
            }
            Self::PasswordReplacementIssued => {
                format!("made a code with which member {} can set a new password", it.text("member_no"))
            }
            Self::PasswordReplaced => {
                format!("set a new password with an activation code (member {})", it.text("member_no"))
            }
            Self::CertificateKeyAdded => {
                format!(
                    "added the key {} for signing certificates ({})",
                    it.text("fingerprint"),
                    it.text("public_key")
                )
            }
            Self::ProposalMade => format!(
                "proposed {what} (proposal {}, digest {}, until {})",
                it.text("proposal"),
                it.short("digest"),
                it.time("expires_at")
            ),
            Self::ProposalApproved => {
                format!("approved proposal {}, {what} (digest {})", it.text("proposal"), it.short("digest"))
            }
            Self::ProposalRejected => {
                format!("rejected proposal {}, {what}, because: {}", it.text("proposal"), it.quoted("reason"))
            }
            Self::ProposalExpired => {
                format!("ended proposal {}, {what}: {}", it.text("proposal"), it.text("reason"))
            }
            Self::ProposalOvertaken => {
                format!(
                    "ended proposal {}, {what}, which was overtaken: {}",
                    it.text("proposal"),
                    it.text("reason")
                )
            }
            Self::BoardCreated => format!(
                "named the board {}: {}; {} of them are needed to open a count",
                board(),
                it.members("tellers"),
                it.text("threshold")
            ),
            Self::BoardStep => format!(
                "sent the {} of seat {} on the board {} (message {})",
                it.text("step"),
                it.text("seat"),
                board(),
                it.short("message_sha256")
            ),
            Self::BoardReady => format!(
                "completed the key of the board {} (parameters {})",
                board(),
                it.short("parameters_sha256")
            ),
            Self::BallotDrafted => {
                let practice =
                    if detail.get("practice") == Some(&Value::Bool(true)) { " for practice" } else { "" };
                format!("drafted {}{practice}: {}", ballot(), it.quoted("title"))
            }
            Self::DraftReplaced => {
                format!("replaced the file of the draft {}: {}", ballot(), it.quoted("title"))
            }
            Self::BallotAnnounced => format!(
                "announced {} to members, who may object until {}; {} could vote by the roll of that day",
                ballot(),
                it.time("objections_until"),
                it.count("eligible", "member")
            ),
            Self::NoticeSent => format!(
                "noted that the notice of {} was sent on {}: {} {} (note {})",
                ballot(),
                it.text("on"),
                it.text("copies"),
                match detail.get("how").and_then(Value::as_str) {
                    Some("mail") => "by mail".to_owned(),
                    Some("email") => "by email".to_owned(),
                    Some("hand") => "by hand".to_owned(),
                    Some("posted") => "posted up".to_owned(),
                    _ => it.text("how"),
                },
                it.text("number")
            ),
            Self::RollObjectionFiled => format!(
                "filed objection {} to the roll of {} as member {}",
                it.text("number"),
                ballot(),
                it.text("member_no")
            ),
            Self::RollObjectionAnswered => {
                format!("answered objection {} to the roll of {}", it.text("number"), ballot())
            }
            Self::BallotFrozen => {
                let opened_by = match detail.get("board") {
                    Some(Value::Null) | None => "the server alone".to_owned(),
                    Some(_) => format!("the board {}", board()),
                };
                let boxes = it.each("boxes", |one| {
                    format!(
                        "{} with {} eligible and {} spare, election {} (fingerprint {})",
                        one.urn(),
                        one.text("eligible"),
                        one.text("spares"),
                        one.text("election"),
                        one.text("election_hash")
                    )
                });
                format!("froze {}, to be opened by {opened_by}: {boxes}", ballot())
            }
            Self::CodesFetched => format!("fetched {} of {}", it.count("codes", "voting code"), ballot()),
            Self::CodesConfirmed => format!(
                "confirmed {} of {}, which the server then erased",
                it.count("codes", "voting code"),
                ballot()
            ),
            Self::CodesRequested => format!(
                "asked for what voting codes of {} are made from: a frozen roll of {}",
                ballot(),
                it.count("members", "member")
            ),
            Self::CodesIssued => {
                let boxes = it.each("boxes", |one| {
                    format!(
                        "{} in {} (list {})",
                        one.count("codes", "code"),
                        one.urn(),
                        one.text("list_sha256")
                    )
                });
                format!(
                    "issued the voting codes of {} as its registrar, without showing them: {boxes}",
                    ballot()
                )
            }
            Self::ReissuesConfirmed => {
                format!("has {} of {} as its registrar", it.count("codes", "re-issued voting code"), ballot())
            }
            Self::CodeReissued => {
                format!("replaced the voting code of member {} in {}", it.text("member_no"), ballot())
            }
            Self::CodesReissued => {
                format!("replaced the voting codes of {} in {}", it.members("member_nos"), ballot())
            }
            Self::OwnCodesReplaced => format!(
                "replaced {} of {}, which members had asked for themselves",
                it.count("codes", "voting code"),
                ballot()
            ),
            Self::EmailChangeAsked => format!(
                "changed the e-mail address of member {}, in use from {}",
                it.text("member_no"),
                it.time("in_use_from")
            ),
            Self::EmailChangeEnded => {
                format!("ended the change of the e-mail address of member {}", it.text("member_no"))
            }
            Self::EmailChanged => {
                format!("uses the changed e-mail address of member {} from now on", it.text("member_no"))
            }
            Self::CodeReissueRefused => format!(
                "asked for another voting code in {} for a member whose vote stands under the old one; it was refused",
                ballot()
            ),
            Self::DeliveriesNoted => format!(
                "noted of {} in {} where their voting codes are: {} (by {})",
                it.count("members", "member"),
                ballot(),
                it.text("state"),
                it.text("channel")
            ),
            Self::HandOversTakenBack => format!(
                "noted of {} in {} that their voting codes were not handed over after all",
                it.count("members", "member"),
                ballot()
            ),
            Self::EmployerDomainAdded => {
                format!("marked the mail domain {} as an employer's", it.text("domain"))
            }
            Self::EmployerDomainRemoved => {
                format!("took the mark of an employer off the mail domain {}", it.text("domain"))
            }
            Self::EmployerMailAllowed => {
                format!("allowed voting codes of {} to employers' addresses", ballot())
            }
            Self::OpeningAllowed => format!(
                "let {} open with {} of {} out of reach",
                ballot(),
                it.text("out_of_reach"),
                it.count("eligible", "member")
            ),
            Self::WarningAnswered => format!(
                "answered the warning {} ({} against a margin of {}) beside the result of {}: {}",
                it.text("warning"),
                it.text("number"),
                it.text("margin"),
                ballot(),
                it.quoted("text")
            ),
            Self::TellerChecked => format!(
                "checked {} of {} as the teller of seat {} and states: {}",
                urn(),
                ballot(),
                it.text("seat"),
                it.text("says")
            ),
            Self::TellerCheckDiffers => format!(
                "WARNS as the teller of seat {}: {} of {} is not what the server says; the teller sees {}, the record \
                 says {}",
                it.text("seat"),
                urn(),
                ballot(),
                it.text("says"),
                it.text("record_says")
            ),
            Self::BallotOpened => format!("opened {} for voting", ballot()),
            Self::BallotExtended => {
                format!("moved the deadline of {} from {} to {}", ballot(), it.time("from"), it.time("to"))
            }
            Self::BallotClosed => format!("closed {}: {} voted", ballot(), it.count("cast", "member")),
            Self::BallotCancelled => {
                let lost = match detail.get("lost_tellers") {
                    Some(_) => format!("; who cannot open it any more: {}", it.members("lost_tellers")),
                    None => String::new(),
                };
                format!(
                    "cancelled {}, which was {}, because: {}{lost}",
                    ballot(),
                    it.text("was"),
                    it.quoted("reason")
                )
            }
            Self::TellerConfirmedCount => format!(
                "states as the teller of seat {} the closing fingerprint of {} of {}: {}",
                it.text("seat"),
                urn(),
                ballot(),
                it.text("says")
            ),
            Self::TellerCountDiffers => format!(
                "WARNS as the teller of seat {}: the closing fingerprint of {} of {} differs; the teller sees {}, the \
                 record says {}",
                it.text("seat"),
                urn(),
                ballot(),
                it.text("says"),
                it.text("record_says")
            ),
            Self::ShareTaken => {
                format!(
                    "opened a share of {} of {} as the teller of seat {}",
                    urn(),
                    ballot(),
                    it.text("seat")
                )
            }
            Self::BallotTallied => {
                let boxes = it.each("boxes", |one| format!("{} in {}", one.count("cast", "vote"), one.urn()));
                format!("put the result of {} on the record: {boxes}", ballot())
            }
            Self::BallotPurged => format!(
                "deleted all but the certificates of {}, {}, whose time of keeping was over: {}",
                ballot(),
                it.quoted("title"),
                it.count("rows", "row")
            ),
            Self::ActivationByOperator => format!(
                "made a code on the server's machine with which member {}, an officer, can set a password",
                it.text("member_no")
            ),
            Self::CertificateRefused => {
                format!("could make no certificate of {}: {}", ballot(), it.quoted("reason"))
            }
            Self::CertificateMade => format!(
                "made certificate {} of {} (SHA-256 {})",
                it.text("number"),
                ballot(),
                it.short("sha256")
            ),
            Self::CertificateCorrected => format!(
                "corrects certificate {} of {} by a new one, number {}: {}",
                it.text("corrects"),
                ballot(),
                it.text("number"),
                it.quoted("reason")
            ),
            Self::ResultObjectedTo => format!(
                "objected to the result of {} (objection {}, text {}, signed with the key {})",
                ballot(),
                it.text("number"),
                it.short("text_sha256"),
                it.text("key")
            ),
            Self::CertificateSigned => format!(
                "signed certificate {} of {} with the key {}",
                it.text("number"),
                ballot(),
                it.text("key")
            ),
            Self::BallotCertified => {
                format!("certified {}: {}", ballot(), it.count("signatures", "signature"))
            }
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no deed that this version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownDeed;

impl fmt::Display for UnknownDeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this version of Scrutineer knows no such deed")
    }
}

impl std::error::Error for UnknownDeed {}

impl FromStr for Deed {
    type Err = UnknownDeed;

    fn from_str(word: &str) -> Result<Self, UnknownDeed> {
        Self::ALL.iter().copied().find(|deed| deed.as_str() == word).ok_or(UnknownDeed)
    }
}

#[cfg(test)]
mod tests;
