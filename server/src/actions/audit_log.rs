//! Reading the audit log.

use scrutineer_api::audit::{AuditPage, AuditQuery};

use crate::app::App;
use crate::store::{AuditRow, Error as StoreError};

const PAGE: u16 = 100;
const LONGEST_PAGE: u16 = 500;

/// A page of the log.
///
/// # Errors
/// The database's.
pub async fn page(app: &App, query: AuditQuery) -> Result<AuditPage, StoreError> {
    let limit = query.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
    app.store
        .read("audit page", move |tx| {
            let rows = tx.audit_after(query.after, limit)?;
            let entries = rows.into_iter().map(AuditRow::into_entry).collect::<Result<_, _>>()?;
            let head = tx.audit_head()?;
            Ok(AuditPage { entries, head_seq: head.seq, head_hash: hex::encode(head.hash) })
        })
        .await
}
