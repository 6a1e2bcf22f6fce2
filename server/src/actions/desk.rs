//! The desk: officers who find members, replace lost codes and correct addresses; and members who ask for themselves.
//!
//! The desk sees no code and, while a ballot is open, does not learn who has voted, except that a code under which a vote
//! stands cannot be replaced; whoever is told so, is told in sight (the audit log).

pub mod again;
pub mod change_email;
pub mod find;
pub mod no_code;
pub mod show;
pub(super) mod way;

use crate::app::App;

/// Does what waits at the desk and whose time has come. Faults are logged; what was not done is due again.
pub(super) async fn tick(app: &App) {
    if let Err(error) = app.store.write("desk: addresses", change_email::use_due).await {
        tracing::error!(%error, "changed addresses could not be taken into use");
    }
    if let Err(error) = no_code::look(app).await {
        tracing::error!(%error, "requests of members without a code could not be looked at");
    }
}
