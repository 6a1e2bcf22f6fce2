//! Whether a member could vote in a ballot that is not frozen yet, by the roll as it is now, and if not, why not.

use scrutineer_ballot::eligibility::{Eligibility, Reason};
use scrutineer_ballot::roll::RollEntry;

/// What a member can expect of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// To vote in it.
    May,
    /// Not to, for every one of these reasons.
    MayNot(Vec<Reason>),
    /// Not to, having an account without being on the roll.
    NotOnRoll,
}

impl Prospect {
    /// Of a member who stands so on the roll, or not at all.
    #[must_use]
    pub fn of(eligibility: &Eligibility, entry: Option<&RollEntry>) -> Self {
        let Some(entry) = entry else { return Self::NotOnRoll };
        let reasons = eligibility.reasons(entry);
        if reasons.is_empty() { Self::May } else { Self::MayNot(reasons) }
    }

    /// Whether the member may vote.
    #[must_use]
    pub fn may(&self) -> bool {
        *self == Self::May
    }

    /// Why not, in English, made to follow "because"; nothing for who may.
    #[must_use]
    pub fn because(&self) -> Vec<String> {
        match self {
            Self::May => Vec::new(),
            Self::MayNot(reasons) => reasons.iter().map(ToString::to_string).collect(),
            Self::NotOnRoll => vec!["not on the roll".to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use scrutineer_ballot::eligibility::Eligibility;
    use scrutineer_ballot::roll::RollEntry;

    use super::Prospect;

    #[test]
    fn the_roll_decides() {
        let all = Eligibility::default();
        let entry = |standing| RollEntry::new("7", "Ana", "North", standing, "").unwrap();
        assert!(Prospect::of(&all, Some(&entry("good"))).may());
        let lapsed = Prospect::of(&all, Some(&entry("lapsed")));
        assert_eq!((lapsed.may(), lapsed.because()), (false, vec!["standing is \"lapsed\"".to_owned()]));
        let nobody = Prospect::of(&all, None);
        assert_eq!((nobody.may(), nobody.because()), (false, vec!["not on the roll".to_owned()]));
    }
}
