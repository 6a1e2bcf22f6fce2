//! What the voting booth shows of a ballot to a member.

use std::sync::Arc;

use scrutineer_api::booth::{Booth, BoothQuestion, BoothTime};
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError};
use super::show;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::words::{self, Opener};
use crate::i18n::{InWords as _, Language};
use crate::store::Error as StoreError;

/// Why the booth is shown nothing.
#[derive(Debug, Error)]
pub enum BoothError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// A language that there is not.
    #[error("the pages do not come in the language {0:?}; they come in en, es and pl")]
    Language(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the booth shows to the caller.
///
/// # Errors
/// See [`BoothError`].
pub async fn booth(app: &App, caller: &Caller, id: String, language: &str) -> Result<Booth, BoothError> {
    let language = Language::ALL.into_iter().find(|known| known.tag() == language).ok_or_else(|| {
        let shown = language.chars().take(20).collect();
        BoothError::Language(shown)
    })?;
    let (t, elections) = (language.texts(), Arc::clone(&app.elections));
    let (drafts, member_no) = (Drafts::to(Some(caller)), caller.session().member_no.clone());
    let record_step = u64::try_from(app.settings.record_step).unwrap_or_default();
    app.store
        .read("booth", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            let boxes = tx.boxes_of(named.ballot.id)?;
            let the_box = match tx.box_of_member(named.ballot.id, &member_no)? {
                Some((own, _)) => own,
                // Nobody else votes, in whichever box; what is asked and what it takes to pass is the same in all.
                None => boxes.first().cloned().ok_or(IdError::NoBoxes)?,
            };
            let me = show::my_part(tx, Some(&member_no), &named.ballot)?.unwrap_or_default();
            let (row, file) = (&named.ballot, named.ballot.file()?);
            let board = row.board.map(|board| show::board_size(tx, board)).transpose()?;
            let election = elections.of(tx, the_box.id)?;
            let eligible = boxes.iter().map(|one| one.eligible).sum();
            let sizes: Vec<_> = boxes.iter().map(|one| (one.name.as_str(), one.eligible)).collect();
            let counted = words::boxes(t, &file, &sizes, me.box_name.as_deref());
            let question = |question| BoothQuestion { rule: words::rule(t, question) };
            Ok(Booth {
                id: row.uuid.to_string(),
                state: row.state,
                practice: row.practice,
                closes: row
                    .closes_at
                    .map(|seconds| BoothTime { seconds, local: words::time(t, &file.time_zone, seconds) }),
                election: election.election.uuid().to_string(),
                fingerprint: election.election.fingerprint().to_string(),
                questions: file.questions.iter().map(question).collect(),
                who: [vec![words::who(t, &file.eligible, Some(eligible))], counted].concat().join(" "),
                setting: words::setting(t, &file, Opener::of(&file, board), row.practice),
                me,
                record_step,
                title: file.title,
                description: file.description,
                contact: file.contact,
                time_zone: file.time_zone,
            })
        })
        .await
}
