//! What the server says about itself.

use scrutineer_api::about::{About, Health, ReceiptKey};
use thiserror::Error;

use crate::app::App;
use crate::store::Error as StoreError;

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum AboutError {
    /// The receipt key cannot be shown.
    #[error("the receipt key cannot be shown: {0}")]
    Key(#[from] ssh_key::Error),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whose server this is and which key signs its receipts.
///
/// # Errors
/// See [`AboutError`].
pub fn about(app: &App) -> Result<About, AboutError> {
    Ok(About {
        union: app.installation.union_name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        receipt_key: ReceiptKey {
            fingerprint: app.receipt_key.fingerprint(),
            public_key: app.receipt_key.public_line()?,
        },
        now: app.clock.now(),
    })
}

/// Whether the database answers.
///
/// # Errors
/// See [`AboutError`].
pub async fn health(app: &App) -> Result<Health, AboutError> {
    app.store
        .read("health", |tx| {
            tx.installation()?;
            Ok(Health { status: "ok".to_owned() })
        })
        .await
}
