//! What can be typed: the commands, and the flags that all of them take. A command's own flags stand beside what it
//! does, in the file of the kind of person who uses it.

use clap::{Parser, Subcommand};

use crate::{
    account, announce, answer, audit, certificate, certify, check_test, codes, decide, delegate, desk,
    letters, member, object, observer, officer, proposals, receipt, rehearse, roll, rules, teller, verify,
    watch,
};

/// Secret votes that anyone can check: the command line of delegates, tellers, officers and observers.
#[derive(Debug, Parser)]
#[command(name = "scrutineer", version)]
pub struct Args {
    /// Print one JSON document instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Set a password with an activation code, and sign in.
    Activate(account::Activate),
    /// Sign in.
    Login(account::Login),
    /// Sign out.
    Logout(account::Logout),
    /// Import the roll, make activation codes.
    Roll(roll::RollArgs),
    /// Grant, revoke and list roles.
    Role(officer::RoleArgs),
    /// Register one's own key for signing certificates.
    Keys(officer::KeysArgs),
    /// Replace members' lost voting codes.
    Desk(desk::DeskArgs),
    /// List the deeds that need two people, and what became of them.
    Proposals(proposals::ListArgs),
    /// Approve a proposal as the second person, which does its deed.
    Approve(proposals::ApproveArgs),
    /// Reject a proposal, or take one's own back.
    Reject(proposals::RejectArgs),
    /// Draft, preview, announce, freeze, open, extend, close, cancel, show and list ballots.
    Ballot(delegate::BallotArgs),
    /// Members' objections to the roll of an announced ballot, and their answers.
    Objections(announce::ObjectionsArgs),
    /// Boards of tellers: their keys, their checks, their part in the count.
    Tellers(teller::TellersArgs),
    /// Fetch a ballot's voting codes, and confirm that they have arrived.
    Codes(codes::CodesArgs),
    /// Letters to members: how far they have come, and whom no code has reached.
    Letters(letters::LettersArgs),
    /// Seal a vote on this machine, cast it, and keep the signed receipt.
    Vote(member::Vote),
    /// What became of a vote: asked of the server, or looked up in a record without one.
    Receipt(receipt::ReceiptArgs),
    /// The log of every administrative deed: in words, as a file, checked from its file alone.
    Audit(audit::AuditArgs),
    /// Who voted, by name, once voting has ended (officers and observers).
    Participation(watch::ParticipationArgs),
    /// Show counts, rules and outcomes.
    Results(observer::ResultsArgs),
    /// Download the record of a ballot.
    Record(observer::RecordArgs),
    /// Say something, as an officer, to a number that could have changed a result.
    Answer(answer::AnswerArgs),
    /// Verify the record and the certificate of a ballot, then sign it as an officer.
    Certify(certify::Certify),
    /// Download the certificate of a ballot with its signatures and as a PDF; correct a signed one.
    Certificate(certificate::CertificateArgs),
    /// Object to a result as an observer, in a signed text.
    Object(object::Object),
    /// Follow the records of a server from outside: every new vote, and that nothing is taken away or changed.
    Monitor(crate::monitor::MonitorArgs),
    /// Apply a passage rule to given counts: did it pass? Needs no server.
    Decide(decide::Decide),
    /// The library of named passage rules, for ballot files. Needs no server.
    Rules(rules::RulesArgs),
    /// Rehearse a whole vote with made-up votes, from setup to certificate. Needs no server.
    Rehearse(rehearse::Rehearse),
    /// Check records from their files alone: every proof, every count. Needs no server.
    Verify(verify::Verify),
    /// Check what a tested vote says, by sealing it again. Needs no server.
    CheckTest(check_test::CheckTest),
}
