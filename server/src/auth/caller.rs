//! Who is asking: a session, resolved once for every request.

use scrutineer_api::role::Role;

use crate::store::{Actor, SessionRow};

/// The signed-in member behind a request, with the roles held at this moment.
#[derive(Clone, Debug)]
pub struct Caller {
    session: SessionRow,
}

impl Caller {
    /// The member of a session.
    #[must_use]
    pub const fn new(session: SessionRow) -> Self {
        Self { session }
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> &SessionRow {
        &self.session
    }

    /// Whether the member holds a role, in whatever unit.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.session.roles.iter().any(|held| held.role == role)
    }

    /// Whether the member is a delegate for this unit, or for the whole union.
    #[must_use]
    pub fn is_delegate_for(&self, unit: Option<&str>) -> bool {
        self.session
            .roles
            .iter()
            .any(|held| held.role == Role::Delegate && (held.unit.is_none() || held.unit.as_deref() == unit))
    }

    /// The member as the audit log names them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Member(self.session.member_no.clone())
    }
}
