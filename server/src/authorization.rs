//! Who may do what: one row for every operation, and nothing can be asked that has no row.
//!
//! The rows are enforced before a handler runs (`http::gate`); the OpenAPI document takes them from here, and a test
//! calls every operation as everybody. What depends on the thing asked for (a delegate's own ballot, a teller's own
//! board) is decided in its action, on top of its row here; the row says so, and docs/PERMISSIONS.md, which is made from
//! these rows, shows it.

use scrutineer_api::role::Role;

use crate::auth::caller::Caller;

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody, signed in or not; it makes no difference.
    Anyone,
    /// Everybody; who is signed in may be shown more, which the action decides.
    AnyoneOrCaller,
    /// Every member who is signed in.
    Members,
    /// Members who hold one of these roles.
    Holders(&'static [Role]),
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// HTTP method.
    pub method: &'static str,
    /// Path as in the OpenAPI document, with `{names}`.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
    /// Whether a delegate for some units may do it only with ballots of these units; one for the whole union with all.
    pub own_units: bool,
    /// Whether it takes two people; `domain::two_people` knows when not.
    pub two_people: bool,
    /// What else its action asks, in words that go on after who may; empty for most.
    pub also: &'static str,
}

const OFFICER: Who = Who::Holders(&[Role::Officer]);
/// Who runs ballots. A delegate for some units only runs theirs, which the action decides.
const RUNNERS: Who = Who::Holders(&[Role::Delegate, Role::Officer]);
const OBSERVER: Who = Who::Holders(&[Role::Observer]);
const OFFICIALS: Who = Who::Holders(&[Role::Delegate, Role::Officer, Role::Observer]);
const WATCHERS: Who = Who::Holders(&[Role::Officer, Role::Observer]);

/// Who issues the codes of ballots where a registrar does.
const REGISTRAR: &str = "the ballot's registrar: whom its file names, else whoever issues the codes first of those who may run it";

const fn row(method: &'static str, path: &'static str, who: Who) -> Row {
    Row { method, path, who, own_units: false, two_people: false, also: "" }
}

impl Row {
    /// For ballots of a delegate's own units.
    const fn own_units(mut self) -> Self {
        self.own_units = true;
        self
    }

    /// By two people.
    const fn two_people(mut self) -> Self {
        self.two_people = true;
        self
    }

    /// With something more that its action asks.
    const fn also(mut self, words: &'static str) -> Self {
        self.also = words;
        self
    }

    /// Who may, and with what limits, for the OpenAPI document and the manual.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut words = self.who.in_words();
        if self.own_units {
            words.push_str("; delegates for some units only with ballots of these units");
        }
        if self.two_people {
            words.push_str("; takes two people");
        }
        if !self.also.is_empty() {
            words.push_str("; ");
            words.push_str(self.also);
        }
        words
    }

    /// Whether it is a page, or belongs to one; the rest is the API.
    #[must_use]
    pub fn is_page(&self) -> bool {
        is_page(self.path)
    }
}

/// Whether a path is a page's, or would be if there were one.
#[must_use]
pub fn is_page(path: &str) -> bool {
    path != "/health" && path != "/api" && !path.starts_with("/api/")
}

/// The table, by path.
pub const TABLE: &[Row] = &[
    row("GET", "/", Who::AnyoneOrCaller),
    row("GET", "/activate", Who::AnyoneOrCaller),
    row("POST", "/activate", Who::AnyoneOrCaller),
    row("GET", "/api/v1", Who::Anyone),
    row("POST", "/api/v1/activations", Who::Anyone),
    row("GET", "/api/v1/audit", WATCHERS),
    row("GET", "/api/v1/ballots", Who::AnyoneOrCaller),
    row("POST", "/api/v1/ballots", RUNNERS).own_units(),
    row("GET", "/api/v1/ballots/{id}", Who::AnyoneOrCaller),
    row("POST", "/api/v1/ballots/{id}/announcement", RUNNERS).own_units(),
    row("POST", "/api/v1/ballots/{id}/answers", OFFICER).also("before anybody has signed the certificate"),
    row("GET", "/api/v1/ballots/{id}/booth", Who::Members),
    row("POST", "/api/v1/ballots/{id}/cancellation", RUNNERS)
        .own_units()
        .two_people()
        .also("a draft that was not announced takes one"),
    row("GET", "/api/v1/ballots/{id}/certificate", Who::AnyoneOrCaller),
    row("PUT", "/api/v1/ballots/{id}/checks", Who::Members).also("tellers of the ballot's board"),
    row("POST", "/api/v1/ballots/{id}/closing", RUNNERS).own_units(),
    row("PUT", "/api/v1/ballots/{id}/closings", Who::Members).also("tellers of the ballot's board"),
    row("GET", "/api/v1/ballots/{id}/codes", RUNNERS).also("the one who asked for the ballot to be frozen"),
    row("POST", "/api/v1/ballots/{id}/codes/confirmation", RUNNERS)
        .also("the one who asked for the ballot to be frozen"),
    row("POST", "/api/v1/ballots/{id}/corrections", OFFICER),
    row("POST", "/api/v1/ballots/{id}/decryptions", Who::Members).also("tellers of the ballot's board"),
    row("POST", "/api/v1/ballots/{id}/deliveries", Who::Members)
        .also("delegates and officers what was handed over, delegates for some units only to members of these units; the \
               registrar what was sent"),
    row("GET", "/api/v1/ballots/{id}/delivery", OFFICIALS).also("delegates for some units see these units"),
    row("GET", "/api/v1/ballots/{id}/delivery/unreached", OFFICER),
    row("GET", "/api/v1/ballots/{id}/election", Who::AnyoneOrCaller),
    row("GET", "/api/v1/ballots/{id}/eligibility", OFFICIALS).own_units(),
    row("POST", "/api/v1/ballots/{id}/employer-mail", OFFICER).also("takes two people"),
    row("POST", "/api/v1/ballots/{id}/extension", RUNNERS).own_units().two_people(),
    row("PUT", "/api/v1/ballots/{id}/file", RUNNERS).own_units(),
    row("POST", "/api/v1/ballots/{id}/freezing", RUNNERS).own_units().two_people(),
    row("GET", "/api/v1/ballots/{id}/head", Who::AnyoneOrCaller),
    row("GET", "/api/v1/ballots/{id}/letters/{kind}", RUNNERS).own_units(),
    row("POST", "/api/v1/ballots/{id}/letters/{kind}", RUNNERS).own_units(),
    row("POST", "/api/v1/ballots/{id}/notices", RUNNERS).own_units(),
    row("GET", "/api/v1/ballots/{id}/objections", Who::AnyoneOrCaller),
    row("POST", "/api/v1/ballots/{id}/objections", OBSERVER),
    row("POST", "/api/v1/ballots/{id}/opening", RUNNERS)
        .own_units()
        .also("with more members out of reach than the ballot file allows it takes two people"),
    row("GET", "/api/v1/ballots/{id}/participation", WATCHERS).also("once the ballot is closed"),
    row("GET", "/api/v1/ballots/{id}/receipts", Who::AnyoneOrCaller),
    row("POST", "/api/v1/ballots/{id}/receipts", Who::AnyoneOrCaller),
    row("GET", "/api/v1/ballots/{id}/record", Who::AnyoneOrCaller),
    row("GET", "/api/v1/ballots/{id}/record/pieces/{number}", Who::AnyoneOrCaller),
    row("GET", "/api/v1/ballots/{id}/registrar", Who::Members).also(REGISTRAR),
    row("PUT", "/api/v1/ballots/{id}/registrar/credentials", Who::Members).also(REGISTRAR),
    row("GET", "/api/v1/ballots/{id}/registrar/reissues", Who::Members).also(REGISTRAR),
    row("POST", "/api/v1/ballots/{id}/registrar/reissues/confirmation", Who::Members).also(REGISTRAR),
    row("POST", "/api/v1/ballots/{id}/reissues", OFFICER)
        .also("several codes at once, or many in a day, take two people"),
    row("GET", "/api/v1/ballots/{id}/results", Who::AnyoneOrCaller),
    row("GET", "/api/v1/ballots/{id}/roll", WATCHERS),
    row("GET", "/api/v1/ballots/{id}/roll-objections", OFFICIALS).own_units(),
    row("POST", "/api/v1/ballots/{id}/roll-objections", Who::Members),
    row("POST", "/api/v1/ballots/{id}/roll-objections/{number}/answer", RUNNERS).own_units(),
    row("GET", "/api/v1/ballots/{id}/shares", Who::AnyoneOrCaller),
    row("POST", "/api/v1/ballots/{id}/signatures", OFFICER)
        .also("whose key was fixed when the ballot was frozen"),
    row("POST", "/api/v1/ballots/{id}/tests", Who::Members).also("who are on the ballot's roll"),
    row("POST", "/api/v1/ballots/{id}/votes", Who::Members).also("who are on the ballot's roll"),
    row("GET", "/api/v1/boards", Who::Members),
    row("POST", "/api/v1/boards", OFFICER),
    row("GET", "/api/v1/boards/{name}", Who::Members),
    row("PUT", "/api/v1/boards/{name}/certificate", Who::Members).also("tellers of the board"),
    row("PUT", "/api/v1/boards/{name}/commitment", Who::Members).also("tellers of the board"),
    row("GET", "/api/v1/boards/{name}/inbox", Who::Members).also("tellers of the board"),
    row("PUT", "/api/v1/boards/{name}/key", Who::Members).also("tellers of the board"),
    row("PUT", "/api/v1/boards/{name}/parts", Who::Members).also("tellers of the board"),
    row("GET", "/api/v1/desk/members/{member_no}", OFFICER),
    row("POST", "/api/v1/desk/members/{member_no}/email", OFFICER)
        .also("for a member of a ballot that is frozen or open it takes two people"),
    row("DELETE", "/api/v1/desk/members/{member_no}/email", OFFICER),
    row("POST", "/api/v1/desk/search", OFFICER),
    row("GET", "/api/v1/employer-domains", WATCHERS),
    row("POST", "/api/v1/employer-domains", OFFICER),
    row("DELETE", "/api/v1/employer-domains/{domain}", OFFICER),
    row("GET", "/api/v1/letters", RUNNERS).own_units().also("activation letters only officers"),
    row("GET", "/api/v1/letters/activation", OFFICER),
    row("POST", "/api/v1/letters/activation", OFFICER),
    row("POST", "/api/v1/letters/runs/{number}/cancellation", RUNNERS).own_units().also("activation letters only officers"),
    row("POST", "/api/v1/letters/runs/{number}/pause", RUNNERS).own_units().also("activation letters only officers"),
    row("POST", "/api/v1/letters/runs/{number}/resumption", RUNNERS).own_units().also("activation letters only officers"),
    row("POST", "/api/v1/letters/tests", OFFICER),
    row("POST", "/api/v1/letters/tests/confirmation", OFFICER),
    row("GET", "/api/v1/me", Who::Members),
    row("POST", "/api/v1/me/keys", OFFICER),
    row("GET", "/api/v1/openapi.json", Who::Anyone),
    row("GET", "/api/v1/proposals", OFFICIALS).also("delegates see those about ballots that they may run"),
    row("GET", "/api/v1/proposals/{id}", OFFICIALS)
        .also("delegates see those about ballots that they may run"),
    row("POST", "/api/v1/proposals/{id}/approval", OFFICER).also("never the one who proposed it"),
    row("POST", "/api/v1/proposals/{id}/rejection", RUNNERS)
        .also("delegates only what they proposed themselves"),
    row("GET", "/api/v1/roles", WATCHERS),
    row("POST", "/api/v1/roles", OFFICER).also("an officer's takes two people"),
    row("DELETE", "/api/v1/roles", OFFICER).also("an officer's takes two people"),
    row("POST", "/api/v1/roll/activations", OFFICER).also("an officer's takes two people"),
    row("POST", "/api/v1/roll/imports", OFFICER),
    row("POST", "/api/v1/sessions", Who::Anyone),
    row("DELETE", "/api/v1/sessions/current", Who::Members),
    row("GET", "/assets/{name}", Who::Anyone),
    row("GET", "/ballots/{id}", Who::AnyoneOrCaller),
    row("POST", "/ballots/{id}/answers", OFFICER),
    row("GET", "/ballots/{id}/certificate", Who::AnyoneOrCaller),
    row("GET", "/ballots/{id}/delivery", OFFICIALS).also("delegates for some units see these units"),
    row("GET", "/ballots/{id}/delivery/unreached.csv", OFFICER),
    row("GET", "/ballots/{id}/files/{name}", Who::AnyoneOrCaller),
    row("GET", "/ballots/{id}/notice", Who::AnyoneOrCaller),
    row("GET", "/ballots/{id}/record", Who::AnyoneOrCaller),
    row("GET", "/ballots/{id}/results", Who::AnyoneOrCaller),
    row("POST", "/ballots/{id}/roll-objections", Who::Members),
    row("GET", "/ballots/{id}/vote", Who::AnyoneOrCaller),
    row("GET", "/ballots/{id}/watch", OFFICIALS).own_units(),
    row("GET", "/ballots/{id}/watch/voted.csv", WATCHERS),
    row("GET", "/check", Who::AnyoneOrCaller),
    row("POST", "/check", Who::AnyoneOrCaller),
    row("GET", "/desk", OFFICER),
    row("POST", "/desk", OFFICER),
    row("GET", "/desk/members/{member_no}", OFFICER),
    row("POST", "/desk/members/{member_no}/email", OFFICER)
        .also("for a member of a ballot that is frozen or open another officer has to agree"),
    row("POST", "/desk/members/{member_no}/email/cancellation", OFFICER),
    row("GET", "/desk/members/{member_no}/reissue/{id}", OFFICER),
    row("POST", "/desk/members/{member_no}/reissue/{id}", OFFICER).also("many in a day need another officer"),
    row("GET", "/health", Who::Anyone),
    row("POST", "/language", Who::Anyone),
    row("GET", "/letters", OFFICER),
    row("GET", "/letters/{kind}", OFFICER),
    row("GET", "/no-code", Who::AnyoneOrCaller),
    row("POST", "/no-code", Who::AnyoneOrCaller),
    row("GET", "/no-code/again", Who::AnyoneOrCaller),
    row("POST", "/no-code/again", Who::AnyoneOrCaller),
    row("GET", "/sign-in", Who::AnyoneOrCaller),
    row("POST", "/sign-in", Who::AnyoneOrCaller),
    row("POST", "/sign-out", Who::AnyoneOrCaller),
    row("GET", "/watch", WATCHERS),
];

/// What the table says of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    Row(&'static Row),
    /// The path is there, for these methods.
    OtherMethods(Vec<&'static str>),
    /// Nothing has this path.
    Nothing,
}

/// Looks an operation up.
#[must_use]
pub fn find(method: &str, path: &str) -> Found {
    let on_path = || TABLE.iter().filter(|row| row.path == path);
    if let Some(row) = on_path().find(|row| row.method == method) {
        return Found::Row(row);
    }
    let others: Vec<_> = on_path().map(|row| row.method).collect();
    if others.is_empty() { Found::Nothing } else { Found::OtherMethods(others) }
}

/// What the table says to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    May,
    /// Sign in first.
    MustSignIn,
    /// Not with these roles.
    MayNot,
}

impl Who {
    /// Whether a caller, or nobody, is among them.
    #[must_use]
    pub fn admits(self, caller: Option<&Caller>) -> Verdict {
        match (self, caller) {
            (Self::Anyone | Self::AnyoneOrCaller, _) | (Self::Members, Some(_)) => Verdict::May,
            (Self::Members | Self::Holders(_), None) => Verdict::MustSignIn,
            (Self::Holders(roles), Some(caller)) => {
                if roles.iter().any(|role| caller.has(*role)) {
                    Verdict::May
                } else {
                    Verdict::MayNot
                }
            }
        }
    }

    /// In words, for the OpenAPI document and for refusals.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Anyone => "anyone".to_owned(),
            Self::AnyoneOrCaller => "anyone; who is signed in may be shown more".to_owned(),
            Self::Members => "every member who is signed in".to_owned(),
            Self::Holders(roles) => {
                let roles: Vec<_> = roles.iter().map(|role| format!("{role}s")).collect();
                format!("{} only", roles.join(" and "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, TABLE, find};

    #[test]
    fn every_operation_stands_once_and_in_order() {
        let paths: Vec<_> = TABLE.iter().map(|row| row.path).collect();
        assert!(paths.is_sorted(), "the table is sorted by path");
        for row in TABLE {
            assert_eq!(find(row.method, row.path), Found::Row(row));
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_not_there() {
        assert_eq!(find("GET", "/api/v1/nothing"), Found::Nothing);
        assert_eq!(find("PUT", "/api/v1/roles"), Found::OtherMethods(vec!["GET", "POST", "DELETE"]));
    }
}
