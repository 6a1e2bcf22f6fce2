//! Who is asking: a session, resolved once for every request.

use scrutineer_api::account::SessionKind;
use scrutineer_api::role::{HeldRole, Role};

use crate::store::{Actor, MemberId, SessionRow, TokenHash};

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

    /// A member who asked for something earlier, with the roles held now. No session stands behind this one: nobody has a
    /// token of it.
    #[must_use]
    pub const fn absent(member: MemberId, member_no: String, name: String, roles: Vec<HeldRole>) -> Self {
        let (token, kind) = (TokenHash([0; 32]), SessionKind::Bearer);
        Self {
            session: SessionRow { token, kind, started_at: 0, seen_at: 0, member, member_no, name, roles },
        }
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
