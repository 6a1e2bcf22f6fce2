//! By which way a new code gets to its member: to the e-mail address that was on the roll when it was frozen, or by hand.

use scrutineer_api::ballot::CodeWay;
use scrutineer_api::delivery::{Channel, DeliveryState};
use scrutineer_ballot::file::Codes;
use scrutineer_letters::Address;

use super::super::proposals::Means;
use crate::domain::delivery::is_under_any;
use crate::store::{BallotRow, Error as StoreError, Tx};

/// A way, with where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::actions) enum Way {
    /// To this address, as it was frozen.
    Email(Address),
    /// Through whoever asked for the ballot to be frozen.
    Hand,
    /// Through the registrar.
    Registrar,
}

impl Way {
    /// The word for it.
    pub(in crate::actions) const fn word(&self) -> CodeWay {
        match self {
            Self::Email(_) => CodeWay::Email,
            Self::Hand => CodeWay::Hand,
            Self::Registrar => CodeWay::Registrar,
        }
    }
}

/// The way of a member on the frozen roll of a ballot.
///
/// # Errors
/// The database's.
pub(in crate::actions) fn of(
    tx: &Tx<'_>,
    means: &Means,
    ballot: &BallotRow,
    member_no: &str,
) -> Result<Way, StoreError> {
    if ballot.file()?.codes == Codes::Registrar {
        return Ok(Way::Registrar);
    }
    if means.settings.mail.is_none() {
        return Ok(Way::Hand);
    }
    let frozen = tx.contact(ballot.id, member_no)?.and_then(|contact| contact.email);
    let Some(address) = frozen.and_then(|email| email.parse::<Address>().ok()) else { return Ok(Way::Hand) };
    let came_back = tx
        .delivery_of(ballot.id, member_no)?
        .iter()
        .any(|row| row.channel == Channel::Email && row.entry.state == DeliveryState::Bounced);
    if came_back {
        return Ok(Way::Hand);
    }
    let domains: Vec<_> = tx.employer_domains()?.into_iter().map(|row| row.domain).collect();
    if is_under_any(address.as_str(), &domains) && !tx.employer_mail(ballot.id)? {
        return Ok(Way::Hand);
    }
    Ok(Way::Email(address))
}
