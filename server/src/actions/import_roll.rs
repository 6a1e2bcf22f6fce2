//! Importing the roll: the file is the whole roll, and everything that it changes is listed before it happens.

use std::collections::BTreeMap;

use scrutineer_api::audit::Deed;
use scrutineer_api::roll::{AddedMember, ChangedMember, FieldChange, GoneMember, NewRollImport};
use scrutineer_ballot::roll::{Member, ParsedRoll, Roll, RollErrors};
use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::desk::change_email::{asked_by_roll, overtaken_by_roll};
use crate::app::App;
use crate::store::{
    Actor, Added, Changed, ColumnChange, EMAIL, Error as StoreError, Mark, Named, RollDifference, RollFile,
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
/// The file is compared before the transaction, which does so again only if something has changed that it depends on.
///
/// # Errors
/// See [`ImportError`].
pub async fn import(app: &App, actor: Actor, asked: NewRollImport) -> Result<Listed, ImportError> {
    let NewRollImport { csv, dry_run, list_sha256 } = asked;
    let fact_key = app.fact_key.clone();
    let read = move || {
        let file_sha256 = hex::encode(Sha256::digest(&csv));
        let ParsedRoll { roll, warnings } = Roll::parse(csv.as_bytes()).map_err(ImportError::Rows)?;
        let hash_fact = move |member: &Member| {
            member.fact().map(|fact| fact_key.hash(member.no().as_str(), fact.expose()))
        };
        Ok::<_, ImportError>((file_sha256, RollFile::new(roll, hash_fact), warnings))
    };
    let (file_sha256, file, warnings) =
        tokio::task::spawn_blocking(read).await.map_err(|_| ImportError::Interrupted)??;
    let mail = app.settings.mail.is_some();
    let compare = move |tx: &Tx<'_>| {
        let (basis, difference) = (tx.roll_basis()?, tx.compare_roll(&file)?);
        Ok::<_, ImportError>((basis, Listed::new(tx, file, difference, warnings, mail)?))
    };
    let (basis, listed) = app.store.read("roll import: compare", compare).await?;
    if dry_run {
        return Ok(listed);
    }
    let mut rng = app.entropy.rng();
    let work = move |tx: &WriteTx<'_>| {
        // What those keep who are gone may have changed as well.
        let still = tx.roll_basis()? == basis && listed.gone.is_empty();
        let mut listed = if still { listed } else { listed.anew(tx, mail)? };
        if list_sha256.is_some_and(|list| list != listed.list_sha256) {
            return Err(ImportError::OtherList);
        }
        listed.dry_run = false;
        let (file, difference) = (&listed.file, &listed.difference);
        if !difference.is_empty() {
            tx.import_roll(file, difference)?;
            let Readdressed { at_once, later } = Readdressed::of(file.roll(), difference);
            let later: Vec<_> = later.iter().map(|(no, email)| (no.as_str(), email.as_str())).collect();
            asked_by_roll(tx, mail, &actor, &later, &mut rng)?;
            let readdressed: Vec<_> = at_once.iter().map(String::as_str).collect();
            for member_no in &readdressed {
                tx.mark_under_way(member_no, Mark::Address)?;
            }
            overtaken_by_roll(tx, &actor, &readdressed)?;
            tx.audit(&actor, Deed::RollImported, &Logged::new(&listed, &file_sha256))?;
        }
        Ok(listed)
    };
    app.store.write("roll import", work).await
}

/// Those to whom an import gives another e-mail address.
struct Readdressed {
    /// The numbers of those whose address is in use at once.
    at_once: Vec<String>,
    /// With a ballot under way, number and new address: one person alone must not lead their letters elsewhere unseen.
    later: Vec<(String, String)>,
}

impl Readdressed {
    fn of(roll: &Roll, difference: &RollDifference) -> Self {
        let (mut at_once, mut later) = (Vec::new(), Vec::new());
        let returned =
            difference.added.iter().filter_map(|added| Some((added.index, &added.returned.as_deref()?.1)));
        let changed = difference.changed.iter().map(|changed| (changed.index, &changed.columns));
        let readdressed = returned
            .chain(changed)
            .filter(|(_, columns)| columns.iter().any(|change| change.column == EMAIL));
        for (index, member) in readdressed.filter_map(|(index, _)| Some((index, roll.member(index)?))) {
            let member_no = member.no().to_string();
            if difference.later.contains(&index) {
                later.push((member_no, member.contact().email.clone().unwrap_or_default()));
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

/// Members of a list that are written down together.
const AT_ONCE: usize = 1000;

/// What an import does, as it is shown to whoever imports: [`scrutineer_api::roll::RollImport`], of which the lists, that may have a
/// million members, are put together when they are sent.
pub struct Listed {
    dry_run: bool,
    file: RollFile,
    difference: RollDifference,
    gone: Vec<GoneMember>,
    list_sha256: String,
    /// What is said of the file alone.
    of_file: Vec<String>,
    warnings: Vec<String>,
}

/// How far the lists were written down.
#[derive(Default)]
struct Written {
    added: usize,
    changed: usize,
    begun: bool,
    changing: bool,
    ended: bool,
}

impl Listed {
    fn new(
        tx: &Tx<'_>,
        file: RollFile,
        difference: RollDifference,
        of_file: Vec<String>,
        mail: bool,
    ) -> Result<Self, StoreError> {
        let gone = gone(tx, &difference.gone)?;
        let mut warnings = of_file.clone();
        warnings.extend(gone.iter().flat_map(keeps));
        let later = Readdressed::of(file.roll(), &difference).later.len();
        if later > 0 {
            warnings.push(in_an_hour(later, mail));
        }
        let before = difference.gone.len() + difference.unchanged + difference.changed.len();
        if before >= A_ROLL && difference.gone.len() * 2 > before {
            warnings.push(format!(
                "The file leaves out {} of the {before} members on the roll. It must be the whole roll, not a part of it.",
                difference.gone.len()
            ));
        }
        let list_sha256 = String::new();
        let mut listed = Self { dry_run: true, file, difference, gone, list_sha256, of_file, warnings };
        let (mut hash, mut written) = (Sha256::new().chain_update("{"), Written::default());
        while let Some(piece) = listed.piece(&mut written)? {
            hash.update(piece);
        }
        listed.list_sha256 = hex::encode(hash.chain_update("}").finalize());
        Ok(listed)
    }

    /// The same by the roll as it is now.
    fn anew(self, tx: &Tx<'_>, mail: bool) -> Result<Self, StoreError> {
        let difference = tx.compare_roll(&self.file)?;
        Self::new(tx, self.file, difference, self.of_file, mail)
    }

    /// Puts something before the warnings.
    pub fn warn_first(&mut self, warning: Option<String>) {
        self.warnings.splice(0..0, warning);
    }

    fn at(&self, index: u32) -> Option<Member> {
        self.file.roll().member(index)
    }

    fn added(&self, Added { index, returned }: &Added) -> Option<AddedMember> {
        let member = self.at(*index)?;
        Some(AddedMember {
            member_no: member.no().to_string(),
            name: member.name().to_owned(),
            unit: member.unit().to_owned(),
            returned: returned.is_some(),
            changes: returned.as_deref().map(|(_, columns)| changes(columns)).unwrap_or_default(),
        })
    }

    fn changed(&self, Changed { index, columns, .. }: &Changed) -> Option<ChangedMember> {
        let member = self.at(*index)?;
        Some(ChangedMember {
            member_no: member.no().to_string(),
            name: member.name().to_owned(),
            changes: changes(columns),
        })
    }

    /// The next piece of the three lists as compact JSON, without the braces around them; nothing behind the last.
    fn piece(&self, written: &mut Written) -> Result<Option<Vec<u8>>, StoreError> {
        let Self { difference: RollDifference { added, changed, .. }, gone, .. } = self;
        let mut piece = Vec::new();
        if !std::mem::replace(&mut written.begun, true) {
            piece.extend_from_slice(b"\"added_members\":[");
        }
        if written.added < added.len() {
            let next = added.iter().skip(written.added).take(AT_ONCE);
            put(&mut piece, written.added == 0, next.filter_map(|added| self.added(added)))?;
            written.added += AT_ONCE;
            return Ok(Some(piece));
        }
        if !std::mem::replace(&mut written.changing, true) {
            piece.extend_from_slice(b"],\"changed_members\":[");
        }
        if written.changed < changed.len() {
            let next = changed.iter().skip(written.changed).take(AT_ONCE);
            put(&mut piece, written.changed == 0, next.filter_map(|changed| self.changed(changed)))?;
            written.changed += AT_ONCE;
            return Ok(Some(piece));
        }
        if std::mem::replace(&mut written.ended, true) {
            return Ok(None);
        }
        piece.extend_from_slice(b"],\"gone_members\":");
        serde_json::to_writer(&mut piece, gone).map_err(|error| corrupt(&error))?;
        Ok(Some(piece))
    }

    /// The whole as it is sent, piece by piece: what stands before the lists, the lists, and what stands behind them.
    ///
    /// # Errors
    /// Where something cannot be written as JSON; none that can happen.
    pub fn pieces(self) -> Result<impl Iterator<Item = Result<Vec<u8>, StoreError>>, StoreError> {
        let RollDifference { added, changed, unchanged, gone, .. } = &self.difference;
        let before = Before {
            dry_run: self.dry_run,
            members: self.file.roll().len(),
            added: added.len(),
            changed: changed.len(),
            unchanged: *unchanged,
            not_in_file: gone.len(),
        };
        let behind = Behind { list_sha256: &self.list_sha256, warnings: &self.warnings };
        let mut before = serde_json::to_vec(&before).map_err(|error| corrupt(&error))?;
        let mut behind = serde_json::to_vec(&behind).map_err(|error| corrupt(&error))?;
        // One document is made of the three.
        before.pop();
        before.push(b',');
        if let Some(brace) = behind.first_mut() {
            *brace = b',';
        }
        let mut written = Written::default();
        let lists = std::iter::from_fn(move || self.piece(&mut written).transpose());
        Ok(std::iter::once(Ok(before)).chain(lists).chain([Ok(behind)]))
    }
}

/// What stands before the lists.
#[derive(Serialize)]
struct Before {
    dry_run: bool,
    members: usize,
    added: usize,
    changed: usize,
    unchanged: usize,
    not_in_file: usize,
}

/// What stands behind them.
#[derive(Serialize)]
struct Behind<'a> {
    list_sha256: &'a str,
    warnings: &'a [String],
}

fn corrupt(error: &serde_json::Error) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// Puts members on a list, with commas between them.
fn put(
    piece: &mut Vec<u8>,
    mut first: bool,
    members: impl Iterator<Item = impl Serialize>,
) -> Result<(), StoreError> {
    for member in members {
        if !std::mem::replace(&mut first, false) {
            piece.push(b',');
        }
        serde_json::to_writer(&mut *piece, &member).map_err(|error| corrupt(&error))?;
    }
    Ok(())
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
    fn new(listed: &'a Listed, file_sha256: &'a str) -> Self {
        let (roll, RollDifference { added, changed, .. }) = (listed.file.roll(), &listed.difference);
        let change = |changed: &'a Changed| LoggedChange {
            member_no: roll.number(changed.index),
            fields: changed.columns.iter().map(|change| change.column).collect(),
        };
        let gone = listed.gone.iter().map(|member| member.member_no.as_str());
        Self {
            file_sha256,
            list_sha256: &listed.list_sha256,
            members: roll.len(),
            added: added.len(),
            changed: changed.len(),
            not_in_file: listed.gone.len(),
            added_members: added.iter().take(NAMED_IN_LOG).map(|added| roll.number(added.index)).collect(),
            changed_members: changed.iter().take(NAMED_IN_LOG).map(change).collect(),
            gone_members: gone.take(NAMED_IN_LOG).collect(),
        }
    }
}
