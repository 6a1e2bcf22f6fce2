//! What the server promises about records, signed with the receipt key: receipts of votes and heads of records.

use scrutineer_api::vote::{Head, Receipt};
use scrutineer_ballot::receipt::{HeadLine, ReceiptLine};
use scrutineer_ballot::signature::SignatureError;

use crate::data_folder::ReceiptKey;

impl ReceiptKey {
    /// Signs where a vote stands. Only for a vote that is durably there.
    ///
    /// # Errors
    /// Never for a key that was read from a file; the library cannot promise it.
    pub fn receipt(&self, line: ReceiptLine) -> Result<Receipt, SignatureError> {
        let signed = line.sign(self.signer())?;
        Ok(Receipt {
            tracker: signed.tracker.to_string(),
            election: signed.election.to_string(),
            height: signed.height,
            event: signed.event.to_string(),
            signature: signed.signature,
        })
    }

    /// Signs how far a record has grown.
    ///
    /// # Errors
    /// As [`ReceiptKey::receipt`].
    pub fn head(&self, line: &HeadLine) -> Result<Head, SignatureError> {
        Ok(Head {
            election: line.election.to_string(),
            height: line.height,
            event: line.event.to_string(),
            signature: line.sign(self.signer())?,
        })
    }
}
