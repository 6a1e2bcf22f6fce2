//! Importing the roll: the file is the whole roll, and everything that it changes is listed before it happens.

use std::collections::BTreeMap;
use std::io;

use scrutineer_api::audit::Deed;
use scrutineer_api::roll::{AddedMember, ChangedMember, FieldChange, GoneMember, NewRollImport, RollImport};
use scrutineer_ballot::roll::{ParsedRoll, Roll, RollErrors};
use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::desk::change_email::{asked_by_roll, overtaken_by_roll};
use crate::app::App;
use crate::store::{
    Actor, Added, Changed, ColumnChange, EMAIL, Error as StoreError, Mark, Named, RollDifference, RollRow,
    Tx, WriteTx,
};

/// So many members of each list are named in the audit log; of the others their number.
const NAMED_IN_LOG: usize = 100;
/// On a roll of at least so many, a file that leaves out more than half of them is asked about.
const A_ROLL: usize = 10;

/// Why a roll was not imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The file has errors.
    #[error(
        "the roll was not imported; every bad row is listed, correct them and import the whole file again"
    )]
    Rows(RollErrors),
    /// The roll is not what it was when the list was made.
    #[error(
        "the roll was changed after this list was made, so nothing was imported; import again and look at the new list"
    )]
    OtherList,
    /// Reading it was interrupted.
    #[error("the roll could not be read")]
    Interrupted,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a roll file over, or says what that would do. All of it or nothing.
///
/// # Errors
/// See [`ImportError`].
pub async fn import(app: &App, actor: Actor, asked: NewRollImport) -> Result<RollImport, ImportError> {
    let NewRollImport { csv, dry_run, list_sha256 } = asked;
    let file_sha256 = hex::encode(Sha256::digest(&csv));
    let parsed = tokio::task::spawn_blocking(move || Roll::parse(csv.as_bytes())).await;
    let ParsedRoll { roll, warnings } =
        parsed.map_err(|_| ImportError::Interrupted)?.map_err(ImportError::Rows)?;
    let hashed = |member: scrutineer_ballot::roll::Member| {
        let fact_hash = member.fact().map(|fact| app.fact_key.hash(member.no().as_str(), fact.expose()));
        RollRow { member, fact_hash }
    };
    let rows: Vec<_> = roll.into_members().into_iter().map(hashed).collect();
    let mail = app.settings.mail.is_some();
    if dry_run {
        let work = move |tx: &Tx<'_>| Ok(listed(tx, &rows, &tx.compare_roll(&rows)?, warnings, mail)?);
        return app.store.read("roll import: dry run", work).await;
    }
    let mut rng = app.entropy.rng();
    let work = move |tx: &WriteTx<'_>| {
        let difference = tx.compare_roll(&rows)?;
        let mut import = listed(tx, &rows, &difference, warnings, mail)?;
        if list_sha256.is_some_and(|list| list != import.list_sha256) {
            return Err(ImportError::OtherList);
        }
        import.dry_run = false;
        if !difference.is_empty() {
            tx.import_roll(&rows, &difference)?;
            let Readdressed { at_once: readdressed, later } = Readdressed::of(&rows, &difference);
            asked_by_roll(tx, mail, &actor, &later, &mut rng)?;
            for member_no in &readdressed {
                tx.mark_under_way(member_no, Mark::Address)?;
            }
            overtaken_by_roll(tx, &actor, &readdressed)?;
            tx.audit(&actor, Deed::RollImported, &Logged::new(&import, &file_sha256))?;
        }
        Ok(import)
    };
    app.store.write("roll import", work).await
}

/// Those to whom an import gives another e-mail address.
struct Readdressed<'a> {
    /// The numbers of those whose address is in use at once.
    at_once: Vec<&'a str>,
    /// With a ballot under way, number and new address: one person alone must not lead their letters elsewhere unseen.
    later: Vec<(&'a str, &'a str)>,
}

impl<'a> Readdressed<'a> {
    fn of(rows: &'a [RollRow], difference: &RollDifference) -> Self {
        let (mut at_once, mut later) = (Vec::new(), Vec::new());
        let returned =
            difference.added.iter().filter_map(|added| Some((added.index, &added.returned.as_ref()?.1)));
        let changed = difference.changed.iter().map(|changed| (changed.index, &changed.columns));
        for (index, columns) in returned.chain(changed) {
            let Some(row) = rows.get(index).filter(|_| columns.iter().any(|change| change.column == EMAIL))
            else {
                continue;
            };
            let member_no = row.member.no().as_str();
            if difference.later.contains(&index) {
                later.push((member_no, row.member.contact().email.as_deref().unwrap_or_default()));
            } else {
                at_once.push(member_no);
            }
        }
        Self { at_once, later }
    }
}

/// What an import says of addresses that are not in use at once.
fn in_an_hour(members: usize, mail: bool) -> String {
    let told = if mail {
        "the old address is told in a letter"
    } else {
        "no old address is told, since this server sends no mail"
    };
    format!(
        "Members in a ballot that is frozen or open whose new e-mail address is in use only in an hour: {members}. Until then it \
         can be taken back with `scrutineer desk change-email`, and {told}. Their voting codes go to the frozen address anyway."
    )
}

/// What an import does, as it is shown to whoever imports.
fn listed(
    tx: &Tx<'_>,
    rows: &[RollRow],
    difference: &RollDifference,
    mut warnings: Vec<String>,
    mail: bool,
) -> Result<RollImport, StoreError> {
    let at = |index: usize| rows.get(index).map(|row| &row.member);
    let added = difference.added.iter().filter_map(|Added { index, returned }| {
        let member = at(*index)?;
        Some(AddedMember {
            member_no: member.no().to_string(),
            name: member.name().to_owned(),
            unit: member.unit().to_owned(),
            returned: returned.is_some(),
            changes: returned.as_ref().map(|(_, columns)| changes(columns)).unwrap_or_default(),
        })
    });
    let changed = difference.changed.iter().filter_map(|Changed { index, columns, .. }| {
        let member = at(*index)?;
        Some(ChangedMember {
            member_no: member.no().to_string(),
            name: member.name().to_owned(),
            changes: changes(columns),
        })
    });
    let (added_members, changed_members) = (added.collect::<Vec<_>>(), changed.collect::<Vec<_>>());
    let gone_members = gone(tx, &difference.gone)?;
    warnings.extend(gone_members.iter().flat_map(keeps));
    let later = Readdressed::of(rows, difference).later.len();
    if later > 0 {
        warnings.push(in_an_hour(later, mail));
    }
    let before = difference.gone.len() + difference.unchanged + changed_members.len();
    if before >= A_ROLL && difference.gone.len() * 2 > before {
        warnings.push(format!(
            "The file leaves out {} of the {before} members on the roll. It must be the whole roll, not a part of it.",
            difference.gone.len()
        ));
    }
    let list = List {
        added_members: &added_members,
        changed_members: &changed_members,
        gone_members: &gone_members,
    };
    let mut hash = Hashed(Sha256::new());
    serde_json::to_writer(&mut hash, &list).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(RollImport {
        dry_run: true,
        members: rows.len(),
        added: added_members.len(),
        changed: changed_members.len(),
        unchanged: difference.unchanged,
        not_in_file: gone_members.len(),
        list_sha256: hex::encode(hash.0.finalize()),
        added_members,
        changed_members,
        gone_members,
        warnings,
    })
}

/// Takes what is written into a hash: the list of a whole union is not put together for it.
struct Hashed(Sha256);

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What `list_sha256` is over.
#[derive(Serialize)]
struct List<'a> {
    added_members: &'a [AddedMember],
    changed_members: &'a [ChangedMember],
    gone_members: &'a [GoneMember],
}

fn changes(columns: &[ColumnChange]) -> Vec<FieldChange> {
    let change = |ColumnChange { column, values }: &ColumnChange| {
        let (from, to) = values.clone().unzip();
        FieldChange { field: (*column).to_owned(), from, to }
    };
    columns.iter().map(change).collect()
}

/// Who is gone, with what they keep.
fn gone(tx: &Tx<'_>, members: &[Named]) -> Result<Vec<GoneMember>, StoreError> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in tx.roles()? {
        let role = match row.held.unit {
            Some(unit) => format!("{} for {unit}", row.held.role),
            None => row.held.role.to_string(),
        };
        roles.entry(row.member_no).or_default().push(role);
    }
    let mut boards: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (member_no, board) in tx.seats()? {
        boards.entry(member_no).or_default().push(board);
    }
    let member = |named: &Named| GoneMember {
        member_no: named.member_no.clone(),
        name: named.name.clone(),
        unit: named.unit.clone(),
        roles: roles.remove(&named.member_no).unwrap_or_default(),
        boards: boards.remove(&named.member_no).unwrap_or_default(),
    };
    Ok(members.iter().map(member).collect())
}

/// What somebody keeps who is gone, in sentences.
fn keeps(gone: &GoneMember) -> impl Iterator<Item = String> {
    let GoneMember { member_no, name, roles, boards, .. } = gone;
    let role = (!roles.is_empty()).then(|| {
        let roles = roles.join(", ");
        format!(
            "{name} ({member_no}) is not in the file and stays {roles}, until an officer runs `scrutineer role revoke`."
        )
    });
    let seat = (!boards.is_empty()).then(|| {
        let boards: Vec<_> = boards.iter().map(|board| format!("{board:?}")).collect();
        let boards = boards.join(", ");
        format!(
            "{name} ({member_no}) is not in the file and keeps a teller's seat on {boards}: a board ends when a teller leaves."
        )
    });
    role.into_iter().chain(seat)
}

/// The particulars of the audit entry. Names and values are left out: the log is kept for ever.
#[derive(Serialize)]
struct Logged<'a> {
    file_sha256: &'a str,
    list_sha256: &'a str,
    members: usize,
    added: usize,
    changed: usize,
    not_in_file: usize,
    /// The first of them, by number.
    added_members: Vec<&'a str>,
    changed_members: Vec<LoggedChange<'a>>,
    gone_members: Vec<&'a str>,
}

#[derive(Serialize)]
struct LoggedChange<'a> {
    member_no: &'a str,
    fields: Vec<&'a str>,
}

impl<'a> Logged<'a> {
    fn new(import: &'a RollImport, file_sha256: &'a str) -> Self {
        let change = |changed: &'a ChangedMember| LoggedChange {
            member_no: &changed.member_no,
            fields: changed.changes.iter().map(|change| change.field.as_str()).collect(),
        };
        let added = import.added_members.iter().map(|member| member.member_no.as_str());
        let gone = import.gone_members.iter().map(|member| member.member_no.as_str());
        Self {
            file_sha256,
            list_sha256: &import.list_sha256,
            members: import.members,
            added: import.added,
            changed: import.changed,
            not_in_file: import.not_in_file,
            added_members: added.take(NAMED_IN_LOG).collect(),
            changed_members: import.changed_members.iter().take(NAMED_IN_LOG).map(change).collect(),
            gone_members: gone.take(NAMED_IN_LOG).collect(),
        }
    }
}
