//! What people are shown of ballots.

use std::sync::Arc;

use scrutineer_api::ballot::{
    Ballot, BallotBox, BallotState, BallotSummary, Ballots, MyPart, Question, TellerStatement, UnitTurnout,
};
use scrutineer_ballot::description::setting_sentences;
use scrutineer_ballot::file::{BallotFile, BallotFileError, Codes, RecordAccess, Tellers};
use scrutineer_protocol::event::EventKind;
use thiserror::Error;

use super::announced::{self, Announced};
use super::answer;
use super::ballot_id::{self, Drafts, IdError};
use super::issue;
use super::opening;
use super::record::{self, RecordError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::turnout::{Cell, Publication};
use crate::elections::Elections;
use crate::store::{BallotRow, BoardId, BoxRow, Error as StoreError, MemberId, StatementKind, Tx};

/// Why a ballot is not shown.
#[derive(Debug, Error)]
pub enum ShowError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// The kept file does not read back.
    #[error(transparent)]
    File(#[from] BallotFileError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who looks.
#[derive(Clone)]
struct Viewer {
    drafts: Drafts,
    /// Member number, if somebody is signed in.
    member_no: Option<String>,
    member: Option<MemberId>,
}

impl Viewer {
    fn new(caller: Option<&Caller>) -> Self {
        Self {
            drafts: Drafts::to(caller),
            member_no: caller.map(|caller| caller.session().member_no.clone()),
            member: announced::member_of(caller),
        }
    }
}

/// All ballots that the caller may see.
///
/// # Errors
/// See [`ShowError`].
pub async fn list(app: &App, caller: Option<&Caller>) -> Result<Ballots, ShowError> {
    let drafts = Drafts::to(caller);
    app.store
        .read("list ballots", move |tx| {
            let rows = tx.ballots()?.into_iter().filter(|row| drafts.show(row.state, row.announced));
            let summary = |row: BallotRow| {
                Ok(BallotSummary {
                    id: row.uuid.to_string(),
                    title: row.file()?.title,
                    practice: row.practice,
                    state: row.state,
                    opens: row.opens_at,
                    closes: row.closes_at,
                })
            };
            Ok(Ballots { ballots: rows.map(summary).collect::<Result<_, ShowError>>()? })
        })
        .await
}

/// One ballot, as the caller may see it.
///
/// # Errors
/// See [`ShowError`].
pub async fn one(app: &App, caller: Option<&Caller>, id: String) -> Result<Ballot, ShowError> {
    Ok(whole(app, caller, id).await?.ballot)
}

/// A ballot with what its sentences are made from.
#[derive(Clone, Debug)]
pub struct Shown {
    /// As the caller may see it.
    pub ballot: Ballot,
    /// Its file.
    pub file: BallotFile,
    /// How many tellers are needed and how many there are; from freezing on, where there is a board.
    pub board: Option<(usize, usize)>,
    /// What stands around its announcement, if it was announced.
    pub announced: Option<Announced>,
}

/// One ballot, as the caller may see it, with what its sentences are made from.
///
/// # Errors
/// See [`ShowError`].
pub async fn whole(app: &App, caller: Option<&Caller>, id: String) -> Result<Shown, ShowError> {
    whole_to(app, Viewer::new(caller), id).await
}

/// One ballot as nobody in particular may see it, announced drafts among them: their notice is for everybody.
///
/// # Errors
/// See [`ShowError`].
pub async fn announced(app: &App, id: String) -> Result<Shown, ShowError> {
    whole_to(app, Viewer { drafts: Drafts::Announced, ..Viewer::new(None) }, id).await
}

async fn whole_to(app: &App, viewer: Viewer, id: String) -> Result<Shown, ShowError> {
    let elections = Arc::clone(&app.elections);
    app.store
        .read("show ballot", move |tx| {
            let row = ballot_id::find(tx, &id, viewer.drafts)?.ballot;
            let file = row.file()?;
            let board = row.board.map(|board| board_size(tx, board)).transpose()?;
            let announced = announced::look(tx, &row, &file, viewer.member)?;
            let ballot = show(tx, &viewer, &elections, row, announced.as_ref())?;
            Ok(Shown { ballot, file, board, announced })
        })
        .await
}

/// How many of a board's tellers are needed, and how many there are.
pub(super) fn board_size(tx: &Tx<'_>, board: BoardId) -> Result<(usize, usize), StoreError> {
    Ok((tx.board_row(board)?.threshold, tx.tellers(board)?.len()))
}

fn show(
    tx: &Tx<'_>,
    viewer: &Viewer,
    elections: &Elections,
    ballot: BallotRow,
    announced: Option<&Announced>,
) -> Result<Ballot, ShowError> {
    let file = ballot.file()?;
    let rows = tx.boxes_of(ballot.id)?;
    let me = my_part(tx, viewer.member_no.as_deref(), &ballot)?;
    let boxes = rows
        .into_iter()
        .map(|row| show_box(tx, viewer, elections, &ballot, row))
        .collect::<Result<Vec<_>, ShowError>>()?;
    let told = ballot.cast_shown_at > 0;
    let shown = match ballot.state {
        BallotState::Cancelled => false,
        BallotState::Open => viewer.member_no.is_some(),
        _ => true,
    };
    let turnout =
        if shown { tx.turnout_told(ballot.id)?.last().map(turnout).unwrap_or_default() } else { Vec::new() };
    Ok(Ballot {
        id: ballot.uuid.to_string(),
        title: file.title.clone(),
        practice: ballot.practice,
        description: file.description.clone(),
        state: ballot.state,
        opens: ballot.opens_at,
        closes: ballot.closes_at,
        time_zone: file.time_zone.clone(),
        contact: file.contact.clone(),
        board: match &file.tellers {
            Tellers::Server => None,
            Tellers::Board(name) => Some(name.clone()),
        },
        codes: match file.codes {
            Codes::Server => "server",
            Codes::Registrar => "registrar",
        }
        .to_owned(),
        questions: file.questions.iter().map(question).collect(),
        setting: setting(&file),
        waits_for: match announced {
            Some(announced) if ballot.state == BallotState::Draft => waits_announced(announced, &file),
            _ => waits_for(tx, &ballot, &file, &boxes)?,
        },
        boxes,
        cast: told.then_some(ballot.cast_shown),
        cast_at: told.then_some(ballot.cast_shown_at),
        turnout,
        cancelled_because: ballot.cancel_reason,
        announcement: announced.map(Announced::document).transpose()?,
        keep_until: ballot.keep_until,
        purged_at: ballot.purged_at,
        me,
    })
}

fn turnout(told: &Publication) -> Vec<UnitTurnout> {
    let cell =
        |cell: &Cell| UnitTurnout { units: cell.units.clone(), eligible: cell.eligible, cast: cell.cast };
    told.by_unit().iter().map(cell).collect()
}

fn question(question: &scrutineer_ballot::file::Question) -> Question {
    Question {
        text: question.text.clone(),
        answers: question.answers.clone(),
        min: question.choose.min,
        max: question.choose.max,
        blank: question.blank,
        rule: question.rule.as_ref().map(|rule| rule.text().to_owned()),
    }
}

fn setting(file: &BallotFile) -> Vec<String> {
    let mut sentences = setting_sentences(matches!(file.tellers, Tellers::Board(_)), file.codes);
    if file.record == RecordAccess::Public {
        let live = "The record is shown to everybody live, so whoever watches it sees when votes come in.";
        sentences.push(live.to_owned());
    }
    sentences
}

/// What somebody has to do with a ballot; nothing where nobody is signed in or there are no boxes yet.
pub(super) fn my_part(
    tx: &Tx<'_>,
    member_no: Option<&str>,
    ballot: &BallotRow,
) -> Result<Option<MyPart>, StoreError> {
    let Some(member_no) = member_no else { return Ok(None) };
    Ok(match tx.box_of_member(ballot.id, member_no)? {
        Some((own, voted)) => {
            let several = tx.count_boxes(ballot.id)? > 1;
            Some(MyPart { eligible: true, voted, box_name: several.then_some(own.name) })
        }
        None if tx.count_boxes(ballot.id)? == 0 => None,
        None => Some(MyPart::default()),
    })
}

fn show_box(
    tx: &Tx<'_>,
    viewer: &Viewer,
    elections: &Elections,
    ballot: &BallotRow,
    row: BoxRow,
) -> Result<BallotBox, ShowError> {
    let election = elections.of(tx, row.id)?;
    let statements = |kind| {
        let rows = tx.statements(row.id, kind)?;
        rows.into_iter()
            .map(|row| Ok(TellerStatement { index: index(row.seat)?, statement: row.statement }))
            .collect::<Result<Vec<_>, StoreError>>()
    };
    let (checks, closings) = (statements(StatementKind::Check)?, statements(StatementKind::Closing)?);
    let tally = tx.last_event_of(row.id, EventKind::EncryptedTally)?;
    let mut opened_by = Vec::new();
    for share in tx.shares(row.id)? {
        // Trustee 1 is the server; seat 1 is trustee 2.
        if let Some(seat) = share.owner.checked_sub(1).filter(|seat| *seat > 0) {
            opened_by.push(u32::try_from(seat).map_err(|_| StoreError::Corrupt(format!("a seat {seat}")))?);
        }
    }
    let (name, eligible, spares) = (row.name.clone(), row.eligible, row.spares);
    let height = match record::visible(tx, ballot, row, viewer.member_no.is_some()) {
        Ok(visible) => visible.height,
        // What people see who are not signed in: the beginning; and what there is before it.
        Err(RecordError::SignIn | RecordError::Id(IdError::NoRecord)) => 0,
        Err(RecordError::Store(error)) => return Err(error.into()),
        Err(error) => return Err(StoreError::Corrupt(error.to_string()).into()),
    };
    Ok(BallotBox {
        name,
        election: election.election.uuid().to_string(),
        fingerprint: election.election.fingerprint().to_string(),
        eligible,
        spares,
        height,
        closing_event: tally.map(|event| event.hash.to_string()),
        checks,
        closings,
        opened_by,
    })
}

fn index(seat: usize) -> Result<u32, StoreError> {
    u32::try_from(seat).map_err(|_| StoreError::Corrupt(format!("a seat {seat}")))
}

/// What has to happen before an announced draft is frozen.
fn waits_announced(announced: &Announced, file: &BallotFile) -> Vec<String> {
    let mut sentences = Vec::new();
    if announced.takes_objections {
        let until = announced::sentence(file, announced.row.objections_until);
        sentences.push(format!("members may object to who may vote until {until}"));
    }
    let (filed, answered) = announced.objections;
    if filed > answered {
        sentences
            .push(format!("{} of {filed} objections are answered (`scrutineer objections list`)", answered));
    }
    sentences.push("then it is frozen by a delegate or an officer (`scrutineer ballot freeze`)".to_owned());
    sentences
}

/// What has to happen before the next step.
fn waits_for(
    tx: &Tx<'_>,
    ballot: &BallotRow,
    file: &BallotFile,
    boxes: &[BallotBox],
) -> Result<Vec<String>, ShowError> {
    let sentence = |text: &str| Ok(vec![text.to_owned()]);
    match ballot.state {
        BallotState::Draft => {
            sentence("it is frozen by a delegate or an officer (`scrutineer ballot freeze`)")
        }
        BallotState::Frozen => {
            let lacks = opening::lacks(tx, ballot, file)?;
            if lacks.is_empty() {
                return sentence(if ballot.opens_at.is_some() {
                    "it opens by itself at this very moment"
                } else {
                    "it is opened by a delegate or an officer (`scrutineer ballot open`)"
                });
            }
            Ok(lacks.iter().map(ToString::to_string).collect())
        }
        BallotState::Open => match ballot.closes_at {
            Some(closes) => Ok(vec![format!("voting ends by itself on {}", file.zone()?.sentence(closes))]),
            None => {
                sentence("voting ends when a delegate or an officer closes it (`scrutineer ballot close`)")
            }
        },
        BallotState::Closed => waits_for_count(tx, ballot, boxes),
        // Its life ends with the result.
        BallotState::Tallied if ballot.practice => Ok(Vec::new()),
        BallotState::Tallied => waits_for_signatures(tx, ballot),
        BallotState::Certified => Ok(waits_for_correction(tx, ballot)?.into_iter().collect()),
        BallotState::Cancelled => Ok(Vec::new()),
    }
}

fn waits_for_signatures(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Vec<String>, ShowError> {
    let Some(newest) = tx.certificates(ballot.id)?.pop() else {
        let why = "nothing can be certified, because the numbers do not reconcile: `scrutineer certificate` says which";
        return Ok(vec![why.to_owned()]);
    };
    let kept =
        issue::kept(tx, ballot, newest.number).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    if let Some(unanswered) = answer::unanswered(&kept) {
        return Ok(vec![format!("officers answer what could have changed the result: {unanswered}")]);
    }
    let file = ballot.file()?;
    if file.wait_for_objections
        && let Some(tallied) = ballot.tallied_at
        && tx.now() < issue::objections_until(&file, tallied)
    {
        let until = file.zone()?.sentence(issue::objections_until(&file, tallied));
        return Ok(vec![format!(
            "observers may object until {until}; after that officers sign the certificate"
        )]);
    }
    let signed = newest.signatures;
    Ok(vec![format!("officers sign the certificate (`scrutineer certify`); {signed} have so far")])
}

/// A correction that fewer officers have signed than the certificate before it.
fn waits_for_correction(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Option<String>, ShowError> {
    let certificates = tx.certificates(ballot.id)?;
    let most = certificates.iter().map(|row| row.signatures).max().unwrap_or(0);
    let newest = certificates.last().filter(|newest| newest.number > 1 && newest.signatures < most);
    Ok(newest.map(|newest| {
        format!(
            "officers sign certificate {}, a correction (`scrutineer certify`); {} have so far",
            newest.number, newest.signatures
        )
    }))
}

fn waits_for_count(tx: &Tx<'_>, ballot: &BallotRow, boxes: &[BallotBox]) -> Result<Vec<String>, ShowError> {
    let Some(board) = ballot.board else {
        return Ok(vec!["the server opens the count".to_owned()]);
    };
    let needed = tx.board_row(board)?.threshold;
    let least = |of: fn(&BallotBox) -> usize| boxes.iter().map(of).min().unwrap_or(0);
    let (stated, opened) = (least(|one| one.closings.len()), least(|one| one.opened_by.len()));
    let mut sentences = Vec::new();
    if stated < needed {
        sentences.push(format!(
            "{needed} tellers compare and state the closing fingerprint (`scrutineer tellers decrypt`); {stated} have so far"
        ));
    }
    if opened < needed {
        sentences.push(format!(
            "{needed} tellers open the count (`scrutineer tellers decrypt`); {opened} have so far"
        ));
    }
    if sentences.is_empty() {
        sentences.push("the server opens the count".to_owned());
    }
    Ok(sentences)
}
