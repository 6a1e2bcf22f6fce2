//! What a reader's first page lists: the ballots in which they may vote, then the others.

use scrutineer_api::ballot::{BallotState, MyPart};

use super::announced;
use super::ballot_id::Drafts;
use super::show::{self, ShowError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::prospect::Prospect;

/// A ballot in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The identifier.
    pub id: String,
    /// The title.
    pub title: String,
    /// Whether it is for practice.
    pub practice: bool,
    /// Where it is in its life.
    pub state: BallotState,
    /// When voting begins, if that is scheduled, in seconds since the epoch.
    pub opens: Option<i64>,
    /// When voting ends, if that is scheduled, in seconds since the epoch.
    pub closes: Option<i64>,
    /// The name of the time zone in which people see its times.
    pub time_zone: String,
    /// Of an announced draft: until when members may object, in seconds since the epoch.
    pub objections_until: Option<i64>,
    /// Of an announced draft: whether the reader may vote by the roll as it is now.
    pub prospect: Option<Prospect>,
    /// What the reader has to do with it.
    pub me: Option<MyPart>,
}

/// All that is listed, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// Ballots in which the reader may vote, those that are open before the others.
    pub mine: Vec<Listed>,
    /// The others that the reader may see.
    pub others: Vec<Listed>,
}

/// What somebody, or nobody in particular, is shown first.
///
/// # Errors
/// See [`ShowError`].
pub async fn home(app: &App, caller: Option<&Caller>) -> Result<Home, ShowError> {
    let drafts = Drafts::to(caller);
    let (member, member_no) =
        (announced::member_of(caller), caller.map(|caller| caller.session().member_no.clone()));
    app.store
        .read("home", move |tx| {
            let mut home = Home::default();
            for row in tx.ballots()?.into_iter().filter(|row| drafts.show(row.state, row.announced)) {
                let file = row.file()?;
                let me = show::my_part(tx, member_no.as_deref(), &row)?;
                let announcement = if row.announced && row.state == BallotState::Draft {
                    tx.announcement(row.id)?
                } else {
                    None
                };
                let prospect = match &announcement {
                    Some(_) => announced::prospect(tx, &file, member)?,
                    None => None,
                };
                let is_mine =
                    me.as_ref().is_some_and(|me| me.eligible) || prospect.as_ref().is_some_and(Prospect::may);
                let listed = Listed {
                    id: row.uuid.to_string(),
                    title: file.title,
                    practice: row.practice,
                    state: row.state,
                    opens: row.opens_at,
                    closes: row.closes_at,
                    time_zone: file.time_zone,
                    objections_until: announcement.map(|announcement| announcement.objections_until),
                    prospect,
                    me,
                };
                if is_mine { home.mine.push(listed) } else { home.others.push(listed) }
            }
            home.mine.sort_by_key(|listed| listed.state != BallotState::Open);
            Ok(home)
        })
        .await
}
