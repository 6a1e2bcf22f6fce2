//! A monitor's rounds: one look at every ballot of a server, again and again.

use std::collections::{BTreeMap, BTreeSet};

use scrutineer_api::ballot::{Ballot, BallotState, BallotSummary, Ballots};
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::event::Phase;
use serde::Serialize;
use serde_json::json;

use super::net::{Network, Trouble, json as get_json};
use super::receipts::Receipts;
use super::state::{Alarm, Entry, Stage, StateFile};
use super::watch::{Grown, Stop, Watched};
use super::whole::Whole;
use super::{booth, page};
use crate::client::Endpoint;
use crate::ids::BallotId;
use crate::printer::Printer;

/// In one round of so many the voting page, the election that it seals for and the board are looked at as well.
const DEEP: u64 = 10;
/// After so many rounds in a row in which the server answers, but not about a ballot, somebody is to be told.
const SILENT: u32 = 10;
/// Most bytes of a box's name; a unit's has fewer.
const MAX_NAME: usize = 4096;
/// The longest time between two tries while a server cannot be reached, in seconds.
const LONGEST: u64 = 15 * 60;

/// What is to be watched.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// These ballots alone, and no longer than to their results; else all of them, for ever.
    pub only: Vec<BallotId>,
    /// SHA-256 of files of the voting page that were announced, hex.
    pub announced: BTreeSet<String>,
}

/// How a round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// There is more to come.
    GoOn,
    /// All ballots that were named have their results, or were cancelled.
    Done,
    /// The server could not be asked everything.
    Trouble {
        /// What happened.
        why: String,
        /// Seconds to wait, where the server says so.
        after: Option<u64>,
    },
    /// Something is wrong.
    Alarm,
}

/// A box after a round.
#[derive(Serialize)]
struct BoxLine<'a> {
    ballot: &'a str,
    #[serde(rename = "box")]
    urn: &'a str,
    height: u64,
    new_votes: u64,
}

/// A monitor at work.
pub struct Monitor<'a> {
    net: &'a dyn Network,
    state: StateFile,
    options: Options,
    receipts: Option<Receipts>,
    ballots: BTreeMap<String, Vec<Watched>>,
    round: u64,
    /// Rounds in a row that met trouble.
    troubled: u32,
    /// Ballots whose records are not shown now, which has been said.
    hidden: BTreeSet<String>,
    /// Rounds in a row in which a ballot alone met trouble.
    silent: BTreeMap<String, u32>,
}

impl<'a> Monitor<'a> {
    /// A monitor that goes on where its state file ends.
    #[must_use]
    pub fn new(net: &'a dyn Network, state: StateFile, options: Options, receipts: Option<Receipts>) -> Self {
        Self {
            net,
            state,
            options,
            receipts,
            ballots: BTreeMap::new(),
            round: 0,
            troubled: 0,
            hidden: BTreeSet::new(),
            silent: BTreeMap::new(),
        }
    }

    /// What it knows.
    #[must_use]
    pub fn state(&self) -> &StateFile {
        &self.state
    }

    /// Whether there are records that are not shown now.
    #[must_use]
    pub fn hides(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Seconds to the next round.
    #[must_use]
    pub fn pause(&self, interval: u64, end: &End) -> u64 {
        let End::Trouble { after, .. } = end else { return interval };
        let doubled = interval.max(1).saturating_mul(1 << self.troubled.min(10));
        doubled.min(LONGEST.max(interval)).max(after.unwrap_or(0).min(LONGEST))
    }

    /// Looks at everything once.
    ///
    /// # Errors
    /// Something on this machine fails, or a ballot that was named is not there.
    pub fn round(&mut self, printer: &mut Printer<'_>) -> anyhow::Result<End> {
        let end = self.look(printer)?;
        self.round = self.round.saturating_add(1);
        match &end {
            End::Trouble { why, .. } => {
                if self.troubled == 0 {
                    note(
                        printer,
                        "trouble",
                        &format!("The server cannot be followed for now, and is tried again: {why}"),
                    )?;
                }
                self.troubled = self.troubled.saturating_add(1);
            }
            End::GoOn | End::Done if self.troubled > 0 => {
                note(printer, "reached", "The server can be followed again; nothing was missed.")?;
                self.troubled = 0;
            }
            _ => {}
        }
        Ok(end)
    }

    fn look(&mut self, printer: &mut Printer<'_>) -> anyhow::Result<End> {
        let list = match get_json::<Ballots>(self.net, &Endpoint::new(&["ballots"])) {
            Ok(list) => list,
            // An old session is no hindrance to what everybody may see, but this server does not say so.
            Err(trouble) => return Ok(trouble_of(trouble)),
        };
        if list.ballots.iter().any(|ballot| Uuid::from_text(&ballot.id).is_err()) {
            return Ok(trouble_of(Trouble::passing(
                "it lists a ballot with an identifier that none can have",
            )));
        }
        let all: Vec<String> = list
            .ballots
            .iter()
            .filter(|ballot| ballot.state != BallotState::Draft)
            .map(|ballot| ballot.id.clone())
            .collect();
        let chosen = self.chosen(&all)?;
        let (mut alarms, mut trouble, mut lines) = (0, None, Vec::new());
        for id in &chosen {
            if self.state.known.ended.contains(id) {
                continue;
            }
            let mut result = self.ballot(id, printer, &mut lines);
            if let Err(Stop::Trouble(Trouble::SignIn(_))) = &result {
                match self.net.sign_in() {
                    Ok(true) => result = self.ballot(id, printer, &mut lines),
                    Ok(false) => {}
                    Err(error) => result = Err(error.into()),
                }
            }
            if !matches!(result, Err(Stop::Trouble(_))) {
                self.silent.remove(id);
            }
            match result {
                Ok(()) => drop(self.hidden.remove(id)),
                Err(Stop::Trouble(Trouble::SignIn(why))) => self.say_hidden(id, &why, printer)?,
                Err(Stop::Trouble(met)) => match self.silence(id, &met) {
                    Some(alarm) => {
                        alarms += 1;
                        self.alarm(&alarm, printer)?;
                    }
                    None => trouble = trouble.or(Some(met)),
                },
                Err(Stop::Alarm(alarm)) => {
                    alarms += 1;
                    self.alarm(&alarm, printer)?;
                }
                Err(Stop::State(error)) => return Err(error.into()),
                Err(Stop::Here(error)) => return Err(error),
            }
        }
        for alarm in self.vanished(&all).into_iter().chain(self.revived(&list)) {
            alarms += 1;
            self.alarm(&alarm, printer)?;
        }
        match self.look_receipts(printer) {
            Ok(()) => {}
            Err(Stop::Alarm(alarm)) => {
                alarms += 1;
                self.alarm(&alarm, printer)?;
            }
            Err(error) => return Err(error.into()),
        }
        printer.happened(&json!({ "round": self.round, "ballots": lines }), None::<&str>)?;
        if alarms > 0 {
            return Ok(End::Alarm);
        }
        if let Some(trouble) = trouble {
            return Ok(trouble_of(trouble));
        }
        let done = !self.options.only.is_empty() && chosen.iter().all(|id| self.has_result(id));
        Ok(if done { End::Done } else { End::GoOn })
    }

    /// The ballots that are watched, of those that there are.
    fn chosen(&self, all: &[String]) -> anyhow::Result<Vec<String>> {
        if self.options.only.is_empty() {
            return Ok(all.to_vec());
        }
        let find = |named: &BallotId| {
            let mut found = all.iter().filter(|id| id.starts_with(named.as_str()));
            match (found.next(), found.next()) {
                (Some(one), None) => Ok(Some(one.clone())),
                (Some(_), Some(_)) => {
                    anyhow::bail!("several ballots begin with {named}: give more of the identifier")
                }
                // It was followed and is gone: an alarm, not a wrong word.
                (None, _) if self.is_known(named) => Ok(None),
                (None, _) => {
                    anyhow::bail!("the server shows no ballot that begins with {named}: is it still a draft?")
                }
            }
        };
        self.options.only.iter().filter_map(|named| find(named).transpose()).collect()
    }

    /// Whether a ballot that begins so was followed.
    fn is_known(&self, named: &BallotId) -> bool {
        let known = &self.state.known;
        let mut ids = known.records.values().map(|record| &record.begun.ballot).chain(&known.ended);
        ids.any(|id| id.starts_with(named.as_str()))
    }

    fn has_result(&self, id: &str) -> bool {
        let known = &self.state.known;
        let mut of_ballot = known.records.values().filter(|record| record.begun.ballot == id).peekable();
        known.ended.contains(id)
            || (of_ballot.peek().is_some() && of_ballot.all(|record| record.verified >= Some(Stage::Result)))
    }

    /// Ballots that were there and are not any more.
    fn vanished(&self, all: &[String]) -> Vec<Alarm> {
        let known = &self.state.known;
        let gone = |id: &&String| !all.contains(id) && !known.ended.contains(*id);
        let ids: BTreeSet<&String> =
            known.records.values().map(|record| &record.begun.ballot).filter(gone).collect();
        let alarm = |id: &String| Alarm::new("vanished", "the server no longer shows this ballot").of(id);
        ids.into_iter().map(alarm).collect()
    }

    /// Ballots that had ended and go on: what a monitor no longer looks at must be over for everybody.
    fn revived(&self, list: &Ballots) -> Vec<Alarm> {
        let known = &self.state.known;
        let counted = |id: &str| {
            let mut records = known.records.values().filter(|record| record.begun.ballot == id).peekable();
            records.peek().is_some() && records.all(|record| record.verified >= Some(Stage::Result))
        };
        let ended = list.ballots.iter().filter(|ballot| known.ended.contains(&ballot.id));
        let goes_on = ended.filter(|ballot| match ballot.state {
            BallotState::Cancelled => counted(&ballot.id),
            BallotState::Tallied | BallotState::Certified => !counted(&ballot.id),
            _ => true,
        });
        let alarm = |ballot: &BallotSummary| {
            let was = if counted(&ballot.id) { "had its result" } else { "was cancelled" };
            let message = format!(
                "the server showed that this ballot {was}, and now shows it as {}: one of the two was made up for somebody",
                ballot.state.as_str()
            );
            Alarm::new("revived", message).of(&ballot.id)
        };
        goes_on.map(alarm).collect()
    }

    /// Notes that the server answers, but not about this ballot; an alarm when that has gone on for long.
    fn silence(&mut self, id: &str, met: &Trouble) -> Option<Alarm> {
        let rounds = self.silent.entry(id.to_owned()).or_default();
        *rounds = rounds.saturating_add(1);
        (*rounds >= SILENT).then(|| {
            let message = format!(
                "the server lists this ballot, but has not let it be followed {rounds} times in a row: {met}"
            );
            Alarm::new("unreadable", message).of(id)
        })
    }

    fn look_receipts(&mut self, printer: &mut Printer<'_>) -> Result<(), Stop> {
        let Some(receipts) = &mut self.receipts else { return Ok(()) };
        for sentence in receipts.check(&self.state)? {
            note(printer, "receipt", &sentence)?;
        }
        Ok(())
    }

    /// Looks at one ballot.
    fn ballot(
        &mut self,
        id: &str,
        printer: &mut Printer<'_>,
        lines: &mut Vec<serde_json::Value>,
    ) -> Result<(), Stop> {
        let ballot: Ballot = get_json(self.net, &Endpoint::new(&["ballots", id]))?;
        if ballot.id != id {
            return Err(Trouble::passing(format!("it shows the ballot {} for {id}", ballot.id)).into());
        }
        self.meet_boxes(&ballot)?;
        let deep = self.round.is_multiple_of(DEEP);
        let voting = matches!(ballot.state, BallotState::Frozen | BallotState::Open);
        if deep && voting {
            booth::check(self.net, &mut self.state, id, &self.options.announced)?;
        }
        let mut watched = self.ballots.remove(id).unwrap_or_default();
        let followed = self.follow(&ballot, &mut watched, deep && voting, printer, lines);
        let ended = followed.and_then(|()| self.finish(&ballot, &watched, printer));
        match ended {
            // What is over takes no memory.
            Ok(true) => self.state.add(vec![Entry::Ended { ballot: id.to_owned() }])?,
            Ok(false) => drop(self.ballots.insert(id.to_owned(), watched)),
            Err(stop) => {
                self.ballots.insert(id.to_owned(), watched);
                return Err(stop);
            }
        }
        Ok(())
    }

    /// Sees that the boxes of a ballot are those that it had, and gets to know new ones.
    fn meet_boxes(&mut self, ballot: &Ballot) -> Result<(), Stop> {
        let watched = self.ballots.entry(ballot.id.clone()).or_default();
        for urn in &ballot.boxes {
            let election = Uuid::from_text(&urn.election)
                .map_err(|_| Trouble::passing("it names an election that none can have"))?;
            if urn.name.len() > MAX_NAME {
                return Err(Trouble::passing("it names a box with a name longer than any").into());
            }
            if watched.iter().all(|one| one.election != election) {
                watched.push(Watched::new(&ballot.id, &urn.name, election));
            }
        }
        let of_ballot = self.state.known.records.values().filter(|record| record.begun.ballot == ballot.id);
        for begun in of_ballot.map(|record| &record.begun) {
            let still =
                ballot.boxes.iter().any(|urn| urn.name == begun.urn && urn.election == begun.election);
            if !still {
                let message = format!(
                    "the ballot's page no longer shows the box {:?} with the election {}: another election was put in its \
                     place",
                    begun.urn, begun.election
                );
                let evidence = json!({ "was": begun, "boxes": ballot.boxes });
                return Err(Alarm::new("other_election", message)
                    .of(&ballot.id)
                    .of_box(&begun.urn)
                    .with(evidence)
                    .into());
            }
        }
        Ok(())
    }

    /// Follows every box, and holds what the server shows of the ballot against its record.
    fn follow(
        &mut self,
        ballot: &Ballot,
        watched: &mut [Watched],
        deep: bool,
        printer: &mut Printer<'_>,
        lines: &mut Vec<serde_json::Value>,
    ) -> Result<(), Stop> {
        for record in watched {
            let grown = match record.advance(self.net, &mut self.state) {
                Err(Stop::Trouble(met)) if met.is_missing() && self.may_begin_later(ballot, record) => {
                    if !record.said_to_wait {
                        record.said_to_wait = true;
                        note(printer, "waits", &format!("Ballot {}, box {}: {met}", ballot.id, record.urn))?;
                    }
                    continue;
                }
                grown => grown?,
            };
            let urn = ballot.boxes.iter().find(|urn| urn.election == record.election.as_str());
            if let (Some(urn), Some(bytes)) = (urn, record.election_bytes()) {
                page::check(self.net, ballot, urn, bytes, deep)?;
            }
            if let Some(sentence) = grown_sentence(ballot, record, &grown) {
                printer.line(sentence).map_err(anyhow::Error::from)?;
            }
            for oddity in &grown.oddities {
                note(printer, "oddity", oddity)?;
            }
            let line = BoxLine {
                ballot: &ballot.id,
                urn: &record.urn,
                height: grown.height,
                new_votes: grown.votes,
            };
            lines.push(json!(line));
        }
        Ok(())
    }

    /// Whether a record need not be there yet: a registrar makes the codes with which it begins, nobody votes, and it was not
    /// seen before.
    fn may_begin_later(&self, ballot: &Ballot, record: &Watched) -> bool {
        ballot.codes == "registrar"
            && matches!(ballot.state, BallotState::Frozen | BallotState::Cancelled)
            && !self.state.known.records.contains_key(record.election.as_str())
    }

    /// What is to be done when voting has ended. `true`: the ballot needs no more watching.
    fn finish(
        &mut self,
        ballot: &Ballot,
        watched: &[Watched],
        printer: &mut Printer<'_>,
    ) -> Result<bool, Stop> {
        if ballot.state == BallotState::Cancelled {
            note(printer, "cancelled", &format!("{} ({}) was cancelled.", ballot.title, ballot.id))?;
            return Ok(true);
        }
        let mut whole: Option<Whole> = None;
        for record in watched {
            let stage = match record.phase() {
                Phase::Tallied | Phase::Decrypting => Stage::Closing,
                Phase::Done => Stage::Result,
                _ => continue,
            };
            let Some(known) = self.state.known.records.get(record.election.as_str()) else { continue };
            let (Some(head), verified) = (known.head_event(), known.verified) else { continue };
            if verified >= Some(stage) {
                continue;
            }
            let files = match &mut whole {
                Some(files) => files,
                none => none.insert(Whole::new()?),
            };
            files.fetch(self.net, record, head.0)?;
            let checked = files.check(record, head, printer)?;
            let urn = ballot.boxes.iter().find(|urn| urn.election == record.election.as_str());
            let shown = urn.and_then(|urn| urn.closing_event.as_deref());
            let closing = checked.report.encrypted_tally_event.map(|event| event.to_string());
            if shown.is_some() && shown != closing.as_deref() {
                let message =
                    "the closing fingerprint that the ballot's page shows is not that of the record";
                let alarm = Alarm::new("page", message).of(&ballot.id).of_box(&record.urn);
                return Err(alarm.with(json!({ "page": shown, "record": closing })).into());
            }
            if stage == Stage::Result {
                files.check_results(self.net, record, &checked)?;
            }
            self.verified(ballot, &[record], stage, head.0, printer)?;
        }
        let all = |known: &StateFile, stage| {
            let verified = |one: &Watched| {
                known.known.records.get(one.election.as_str()).and_then(|known| known.verified)
            };
            !watched.is_empty() && watched.iter().all(|one| verified(one) >= Some(stage))
        };
        if !all(&self.state, Stage::Result) {
            return Ok(false);
        }
        if ballot.practice {
            return Ok(true);
        }
        if ballot.state != BallotState::Certified {
            return Ok(false);
        }
        let files = whole.map_or_else(Whole::new, Ok)?;
        for record in watched {
            let known = self.state.known.records.get(record.election.as_str());
            let Some((height, _)) = known.and_then(|known| known.head_event()) else { return Ok(false) };
            files.fetch(self.net, record, height)?;
        }
        let records: Vec<&Watched> = watched.iter().collect();
        files.check_certificate(self.net, &ballot.id, &records, printer)?;
        self.verified(ballot, &records, Stage::Certificate, 0, printer)?;
        Ok(true)
    }

    fn verified(
        &mut self,
        ballot: &Ballot,
        records: &[&Watched],
        what: Stage,
        height: u64,
        printer: &mut Printer<'_>,
    ) -> Result<(), Stop> {
        let line =
            |record: &&Watched| Entry::Verified { election: record.election.to_string(), what, height };
        self.state.add(records.iter().map(line).collect())?;
        let what_holds = match what {
            Stage::Closing => {
                "voting has ended; every vote verifies, and the sealed count is the product of the latest votes"
            }
            Stage::Result => "the whole record verifies, and the published result is what it opens to",
            Stage::Certificate => {
                "the certificate holds against the record, and enough officers have signed it"
            }
        };
        for record in records {
            let urn = if ballot.boxes.len() > 1 { format!(", box {}", record.urn) } else { String::new() };
            let document = json!({
                "finding": "verified", "what": what, "ballot": ballot.id, "box": record.urn,
            });
            let line = format!("{} ({}{urn}): {what_holds}.", ballot.title, ballot.id);
            printer.happened(&document, Some(line)).map_err(anyhow::Error::from)?;
        }
        Ok(())
    }

    /// Says once that a record is not shown.
    fn say_hidden(&mut self, id: &str, why: &str, printer: &mut Printer<'_>) -> anyhow::Result<()> {
        if !self.hidden.insert(id.to_owned()) {
            return Ok(());
        }
        note(
            printer,
            "hidden",
            &format!(
                "The record of the ballot {id} is not shown now: {why}. It is looked for again each round."
            ),
        )?;
        Ok(())
    }

    /// Keeps an alarm and says it.
    fn alarm(&mut self, alarm: &Alarm, printer: &mut Printer<'_>) -> anyhow::Result<()> {
        self.state.add(vec![Entry::Alarm(Box::new(alarm.clone()))])?;
        let file = self.state.path().display();
        let about = match (&alarm.ballot, &alarm.urn) {
            (Some(ballot), Some(urn)) => format!("Ballot {ballot}, box {urn}: "),
            (Some(ballot), None) => format!("Ballot {ballot}: "),
            _ => String::new(),
        };
        let advice = format!(
            "Keep the file {file}: it holds what the server signed. Tell the election committee and other monitors, and compare \
             with them: scrutineer monitor {} --compare THEIR-FILE",
            self.state.known.server
        );
        let document = json!({
            "finding": "alarm", "code": alarm.code, "ballot": alarm.ballot, "box": alarm.urn, "message": alarm.message,
            "evidence": alarm.evidence, "what_to_do": advice,
        });
        printer.happened(&document, Some(format!("ALARM. {about}{}.\n  {advice}", alarm.message)))?;
        Ok(())
    }
}

fn trouble_of(trouble: Trouble) -> End {
    match trouble {
        Trouble::Passing { why, after } => End::Trouble { why, after },
        other => End::Trouble { why: other.to_string(), after: None },
    }
}

/// A sentence that is said once.
fn note(printer: &mut Printer<'_>, finding: &str, message: &str) -> Result<(), anyhow::Error> {
    Ok(printer.happened(&json!({ "finding": finding, "message": message }), Some(message))?)
}

/// What a round brought, for people; nothing where nothing came.
fn grown_sentence(ballot: &Ballot, record: &Watched, grown: &Grown) -> Option<String> {
    let urn = if ballot.boxes.len() > 1 { format!(", box {}", record.urn) } else { String::new() };
    let name = format!("{} ({}{urn})", ballot.title, ballot.id);
    let reaches = format!("the record reaches height {}", grown.height);
    match grown.from {
        None => Some(format!(
            "{name}: followed from now on; {} votes so far, all verify; {reaches}.",
            grown.votes
        )),
        Some(from) if from == grown.height => None,
        Some(_) => Some(format!("{name}: {} new votes, all verify; {reaches}.", grown.votes)),
    }
}
