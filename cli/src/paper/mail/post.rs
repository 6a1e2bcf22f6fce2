//! Handing mails to the mail server: several at once, no more in a minute than it was told, and a stop when too many are refused.

use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::time::Duration;

use scrutineer_letters::{Address, Mailer, Outgoing, SendError};

use super::Texts;
use super::journal::{Journal, State};
use crate::Session;
use crate::paper::rows::Rows;
use crate::pause;

/// Fewer refusals than this say nothing about a run.
const FEW: usize = 10;

/// How a run goes.
pub(super) struct Run<'a> {
    pub(super) mailer: &'a Mailer,
    /// How many mails there are.
    pub(super) due: usize,
    /// Percent of refusals with which it stops.
    pub(super) most_refused: u8,
}

/// What became of it.
#[derive(Default)]
pub(super) struct Done {
    pub(super) sent: usize,
    /// Whose mails were refused for good.
    pub(super) refused: Vec<String>,
    /// How many were put off.
    pub(super) later: usize,
    pub(super) stopped: bool,
}

/// A mail that was tried.
struct Tried {
    member_no: String,
    letter: [u8; 16],
    result: Result<(), SendError>,
}

impl Run<'_> {
    /// Sends every mail that is due.
    pub(super) fn send(
        &self,
        file: &Path,
        texts: &Texts<'_>,
        journal: &mut Journal,
        session: &mut Session<'_>,
    ) -> anyhow::Result<Done> {
        let bar = session.printer.progress(u64::try_from(self.due).unwrap_or(u64::MAX), "sending");
        let between = Duration::from_secs(60) / self.mailer.per_minute();
        let mut book = Book { journal, done: Done::default(), wrong: None };
        let (work, todo) = sync_channel::<(String, Outgoing)>(0);
        let (tell, told) = channel::<Tried>();
        let todo = Mutex::new(todo);
        std::thread::scope(|scope| -> anyhow::Result<()> {
            for _ in 0..self.mailer.connections() {
                let (tell, todo) = (tell.clone(), &todo);
                scope.spawn(move || self.hand_over(todo, &tell));
            }
            drop(tell);
            // Moved in, so that the threads end when nothing more comes, however this does.
            let work = work;
            for row in Rows::open(file)? {
                let row = row?;
                if row.email.is_empty() || book.journal.is_done(&row.member_no) {
                    continue;
                }
                if book.must_stop(self.most_refused) {
                    break;
                }
                let to: Address = row.email.parse()?;
                if texts.about.is_employers(&to) {
                    continue;
                }
                let (language, rendered, letter) = texts.letter(&row)?;
                let outgoing = self.mailer.outgoing(letter, &to, language, rendered, pause::now());
                if work.send((row.member_no, outgoing)).is_err() {
                    break;
                }
                pause::wait(between);
                for tried in told.try_iter() {
                    bar.inc(1);
                    book.note(tried)?;
                }
            }
            drop(work);
            for tried in told {
                bar.inc(1);
                book.note(tried)?;
            }
            Ok(())
        })?;
        bar.finish_and_clear();
        let Book { mut done, wrong, .. } = book;
        done.stopped = done.sent + done.refused.len() + done.later < self.due;
        match wrong {
            Some(error) => Err(error.into()),
            None => Ok(done),
        }
    }

    /// One connection: takes what is there until nothing more comes.
    fn hand_over(&self, todo: &Mutex<Receiver<(String, Outgoing)>>, tell: &Sender<Tried>) {
        loop {
            let next = todo.lock().ok().and_then(|todo| todo.recv().ok());
            let Some((member_no, outgoing)) = next else { return };
            let tried =
                Tried { member_no, letter: outgoing.id.letter(), result: self.mailer.send(&outgoing) };
            if tell.send(tried).is_err() {
                return;
            }
        }
    }
}

/// Keeps what became of mails.
struct Book<'a> {
    journal: &'a mut Journal,
    done: Done,
    /// No mail can be sent at all.
    wrong: Option<SendError>,
}

impl Book<'_> {
    fn note(&mut self, tried: Tried) -> anyhow::Result<()> {
        let Tried { member_no, letter, result } = tried;
        match result {
            Ok(()) => {
                self.journal.note(&member_no, letter, State::Sent, None)?;
                self.done.sent += 1;
            }
            Err(SendError::Never { status }) => {
                self.journal.note(&member_no, letter, State::Refused, Some(status))?;
                self.done.refused.push(member_no);
            }
            Err(SendError::Later { .. }) => self.done.later += 1,
            Err(error @ SendError::Misconfigured(_)) => self.wrong = Some(error),
        }
        Ok(())
    }

    fn must_stop(&self, most_refused: u8) -> bool {
        let refused = self.done.refused.len();
        let tried = self.done.sent + refused + self.done.later;
        self.wrong.is_some() || refused >= FEW && refused * 100 > tried * usize::from(most_refused)
    }
}
