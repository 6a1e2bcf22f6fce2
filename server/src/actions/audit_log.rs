//! Reading the audit log.

use scrutineer_api::audit::{AuditPage, AuditQuery};

use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::store::AuditRow;

const PAGE: u16 = 100;
const LONGEST_PAGE: u16 = 500;

/// A page of the log, or of what it says about a ballot. Whoever reads the log knows of drafts from it.
///
/// # Errors
/// See [`IdError`].
pub async fn page(app: &App, query: AuditQuery) -> Result<AuditPage, IdError> {
    let limit = query.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
    app.store
        .read("audit page", move |tx| {
            let rows = match query.ballot {
                None => tx.audit_after(query.after, limit)?,
                Some(id) => {
                    let ballot = ballot_id::find(tx, &id, Drafts::Seen)?.ballot;
                    tx.audit_about(ballot.uuid.as_str(), query.after, limit)?
                }
            };
            let entries = rows.into_iter().map(AuditRow::into_entry).collect::<Result<_, _>>()?;
            let head = tx.audit_head()?;
            Ok(AuditPage { entries, head_seq: head.seq, head_hash: hex::encode(head.hash) })
        })
        .await
}
