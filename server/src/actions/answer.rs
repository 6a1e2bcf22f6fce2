//! Warnings beside a result: numbers of members or votes that could have changed it. Officers say something to each before
//! anybody can sign, and what they say stands on the certificate.

use scrutineer_api::audit::Deed;
use scrutineer_api::count::{NewWarningAnswer, ResultWarning, ResultWarnings, WarningAnswer};
use scrutineer_ballot::certificate::{
    Certificate, DeliveryReport, MAX_WARNING_ANSWER, UnknownWarning, Warning,
};
use scrutineer_ballot::text::{TextError, paragraphs};
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError};
use super::certificate::CertificateError;
use super::issue::{self, IssueError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::store::{BallotRow, Error as StoreError, Tx};

/// Why a warning was not answered.
#[derive(Debug, Error)]
pub enum AnswerError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// There is no such kind of warning.
    #[error(transparent)]
    Unknown(#[from] UnknownWarning),
    /// It does not stand beside this result.
    #[error("this result has no warning {0}; `scrutineer results` shows those that it has")]
    NoSuch(Warning),
    /// Signatures stand under the answers as they are.
    #[error(
        "certificate {0} is signed with the answers as they are; make a correction first (`scrutineer certificate --correct`), \
         then answer anew"
    )]
    Signed(u32),
    /// The text cannot be taken.
    #[error("the answer {0}")]
    Text(#[from] TextError),
    /// There is no certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// It cannot be made again.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Answers a warning of the newest certificate, which nobody may have signed, and makes that certificate again.
///
/// # Errors
/// See [`AnswerError`]; then nothing has changed.
pub async fn answer(
    app: &App,
    caller: &Caller,
    id: String,
    asked: NewWarningAnswer,
) -> Result<ResultWarnings, AnswerError> {
    let caller = caller.clone();
    let warning: Warning = asked.warning.parse()?;
    let text = paragraphs(&asked.text, MAX_WARNING_ANSWER)?;
    app.store
        .write("answer warning", move |tx| {
            let named = ballot_id::find(tx, &id, Drafts::to(Some(&caller)))?;
            named.refuse_purged()?;
            let ballot = &named.ballot;
            let newest = super::certificate::made(tx, &named)?.pop();
            let newest = newest.ok_or_else(|| StoreError::Corrupt("no certificate".to_owned()))?;
            let certificate = issue::kept(tx, ballot, newest.number)?;
            let delivery = certificate.delivery().filter(|known| known.warnings().contains(&warning));
            let delivery = delivery.ok_or(AnswerError::NoSuch(warning))?;
            if newest.signatures > 0 {
                return Err(AnswerError::Signed(newest.number));
            }
            tx.put_margin_answer(ballot.id, warning, &text, caller.session().member)?;
            let detail = serde_json::json!({
                "ballot": ballot.uuid,
                "warning": warning.as_str(),
                "number": delivery.number(warning),
                "margin": delivery.margin,
                "text": text,
            });
            tx.audit(&caller.actor(), Deed::WarningAnswered, &detail)?;
            issue::remake(tx, ballot)?;
            let certificate = issue::kept(tx, ballot, newest.number)?;
            Ok(ResultWarnings { warnings: certificate.delivery().map(warnings).unwrap_or_default() })
        })
        .await
}

/// The margin and the warnings beside the result of a ballot, as on its newest certificate; none where there is none.
///
/// # Errors
/// The certificate does not read back.
pub(super) fn beside(
    tx: &Tx<'_>,
    ballot: &BallotRow,
) -> Result<(Option<u64>, Vec<ResultWarning>), IssueError> {
    let Some(newest) = tx.certificates(ballot.id)?.pop() else { return Ok((None, Vec::new())) };
    let certificate = issue::kept(tx, ballot, newest.number)?;
    let Some(delivery) = certificate.delivery() else { return Ok((None, Vec::new())) };
    Ok((Some(delivery.margin), warnings(delivery)))
}

fn warnings(delivery: &DeliveryReport) -> Vec<ResultWarning> {
    let warning = |warning: Warning| {
        let answer = delivery.answers.iter().find(|answer| answer.warning == warning);
        ResultWarning {
            warning: warning.as_str().to_owned(),
            number: delivery.number(warning),
            margin: delivery.margin,
            answer: answer.map(|answer| WarningAnswer {
                text: answer.text.clone(),
                by: answer.by.to_string(),
                name: answer.name.clone(),
            }),
        }
    };
    delivery.warnings().into_iter().map(warning).collect()
}

/// What officers have to do before a certificate can be signed, in a sentence; `None` if nothing.
#[must_use]
pub(super) fn unanswered(certificate: &Certificate) -> Option<String> {
    let delivery = certificate.delivery()?;
    let warnings: Vec<_> = delivery
        .unanswered()
        .into_iter()
        .map(|warning| {
            format!(
                "{}: {}; margin: {} (`scrutineer answer {} {warning} --text-file FILE`)",
                warning.counts(),
                delivery.number(warning),
                delivery.margin,
                certificate.ballot().id
            )
        })
        .collect();
    (!warnings.is_empty()).then(|| warnings.join("; "))
}
