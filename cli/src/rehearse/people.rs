//! Made-up members, spread over schools and classifications as a union's are. Nobody is called like this.

use rand_core::Rng;
use scrutineer_ballot::eligibility::Eligibility;
use scrutineer_ballot::file::BallotFile;
use scrutineer_ballot::roll::{EntryError, RollEntry, canonical_csv};

use super::chance::{Chance, below, one_of};

const GIVEN: [&str; 24] = [
    "Ada", "Bela", "Cyra", "Dario", "Edda", "Falk", "Greta", "Hanno", "Ilja", "Jonna", "Kasimir", "Leona",
    "Milo", "Nadja", "Oskar", "Petra", "Quirin", "Rosa", "Silvan", "Thea", "Ugo", "Vera", "Wim", "Zora",
];
const FAMILY: [&str; 20] = [
    "Samplewright",
    "Placeholder",
    "Testerby",
    "Mockridge",
    "Exampleton",
    "Dummond",
    "Fictor",
    "Draftwell",
    "Trialson",
    "Specimen",
    "Modelski",
    "Pretendham",
    "Rehearsall",
    "Stubbington",
    "Notreal",
    "Imaginari",
    "Fauxley",
    "Proforma",
    "Supposeki",
    "Invenzione",
];
const SCHOOLS: [&str; 12] = [
    "Acorn",
    "Birchwood",
    "Cedar Hill",
    "Dunes",
    "Elm Grove",
    "Foxglove",
    "Greenfield",
    "Hazel",
    "Ironwood",
    "Juniper",
    "Kestrel",
    "Larkspur",
];
const LEVELS: [&str; 3] = ["Elementary", "Middle School", "High School"];
/// Classifications with their parts of a hundred members.
const CLASSIFICATIONS: [(&str, usize); 6] = [
    ("Teacher", 72),
    ("Paraprofessional", 12),
    ("Clerk", 8),
    ("Counselor", 4),
    ("School nurse", 2),
    ("Technology coordinator", 2),
];
/// The first member number, so that all have as many digits.
const FIRST_NUMBER: usize = 1_000_001;

/// Made-up members who are not kept: each is made again whenever it is looked at.
pub struct Crowd {
    count: usize,
    eligible: Eligibility,
    chance: Chance,
}

impl Crowd {
    /// So many members, all of whom may vote in a ballot with this eligibility, of units by chance: those that
    /// [`members`] gives for no units.
    #[must_use]
    pub fn new(count: usize, eligible: Eligibility, chance: Chance) -> Self {
        Self { count, eligible, chance }
    }

    /// How many they are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is nobody.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Their frozen roll in its canonical form, line by line. Member numbers have as many digits each and go up, so this is
    /// their order.
    ///
    /// # Errors
    /// As [`members`].
    pub fn canonical_csv(&self, put: impl FnMut(&str)) -> Result<(), EntryError> {
        let mut failed = None;
        let member = |index| member(index, &self.eligible, None, &mut self.chance.stream("member", index));
        let members = (0..self.count).map_while(|index| member(index).map_err(|e| failed = Some(e)).ok());
        canonical_csv(members, put);
        failed.map_or(Ok(()), Err)
    }
}

/// As many members as asked for, all of whom may vote in a ballot with this eligibility; spread evenly over these units, or by
/// chance where there are none.
///
/// # Errors
/// The eligibility names a standing that no roll can have.
pub fn members(
    count: usize,
    eligible: &Eligibility,
    units: &[String],
    chance: &Chance,
) -> Result<Vec<RollEntry>, EntryError> {
    let member = |index| {
        let unit = units.get(index % units.len().max(1)).map(String::as_str);
        member(index, eligible, unit, &mut chance.stream("member", index))
    };
    (0..count).map(member).collect()
}

/// The units over which so many members are spread: where the ballot is counted in boxes, those that the file names, or as
/// many schools as make boxes of twice the least size; none otherwise.
#[must_use]
pub fn units(count: usize, file: &BallotFile) -> Vec<String> {
    if !file.counts_units() {
        return Vec::new();
    }
    if let Some(units) = &file.eligible.unit {
        return units.clone();
    }
    if !file.boxes.is_empty() {
        return file.boxes.values().flatten().cloned().collect();
    }
    let schools =
        LEVELS.iter().flat_map(|level| SCHOOLS.iter().map(move |school| format!("{school} {level}")));
    let twice = usize::try_from(file.smallest_box).unwrap_or(usize::MAX).saturating_mul(2).max(1);
    schools.take((count / twice).max(1)).collect()
}

fn member(
    index: usize,
    eligible: &Eligibility,
    unit: Option<&str>,
    rng: &mut impl Rng,
) -> Result<RollEntry, EntryError> {
    let number = (FIRST_NUMBER + index).to_string();
    let given = one_of(&GIVEN, rng).copied().unwrap_or_default();
    let family = one_of(&FAMILY, rng).copied().unwrap_or_default();
    let unit = match (unit, &eligible.unit) {
        (Some(unit), _) => unit.to_owned(),
        (None, Some(units)) => one_of(units, rng).cloned().unwrap_or_default(),
        (None, None) => {
            let school = one_of(&SCHOOLS, rng).copied().unwrap_or_default();
            let level = one_of(&LEVELS, rng).copied().unwrap_or_default();
            format!("{school} {level}")
        }
    };
    let classification = match &eligible.classification {
        Some(classifications) => one_of(classifications, rng).map(String::as_str).unwrap_or_default(),
        None => classification(rng),
    };
    let standing = eligible.standing.first().map(String::as_str).unwrap_or_default();
    RollEntry::new(&number, &format!("{given} {family}"), &unit, standing, classification)
}

fn classification(rng: &mut impl Rng) -> &'static str {
    let mut drawn = below(rng, CLASSIFICATIONS.iter().map(|(_, parts)| parts).sum());
    for (name, parts) in CLASSIFICATIONS {
        if drawn < parts {
            return name;
        }
        drawn -= parts;
    }
    "Teacher"
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use scrutineer_ballot::roll::{FrozenRoll, Roll};

    use super::*;

    #[test]
    fn members_make_a_roll_and_are_the_same_every_time() {
        let (chance, eligible) = (Chance::new(1, &[]), Eligibility::default());
        let made = members(500, &eligible, &[], &chance).unwrap();
        assert_eq!(made, members(500, &eligible, &[], &chance).unwrap());
        assert_eq!(made[..10], members(10, &eligible, &[], &chance).unwrap());
        let units: HashSet<&str> = made.iter().map(RollEntry::unit).collect();
        let jobs: HashSet<_> = made.iter().map(RollEntry::classification).collect();
        assert_eq!((units.len(), jobs.len()), (36, 6));
        assert_eq!(eligible.select(&made).unwrap().included.len(), 500);
        let csv = FrozenRoll::new(made).unwrap().to_csv();
        assert_eq!(Roll::parse(csv.as_bytes()).unwrap().roll.len(), 500);
    }

    #[test]
    fn a_crowd_is_the_same_members_without_keeping_them() {
        let (chance, eligible) = (Chance::new(3, &[]), Eligibility::default());
        let roll = FrozenRoll::new(members(300, &eligible, &[], &chance).unwrap()).unwrap();
        let crowd = Crowd::new(300, eligible, chance.clone());
        let mut csv = String::new();
        crowd.canonical_csv(|line| csv.push_str(line)).unwrap();
        assert_eq!((csv, crowd.len()), (roll.to_csv(), 300));
        let odd = Eligibility { standing: vec!["two words".to_owned()], ..Eligibility::default() };
        assert!(Crowd::new(3, odd, chance).canonical_csv(|_| ()).is_err());
    }

    #[test]
    fn all_may_vote_whoever_may() {
        let eligible = Eligibility {
            standing: vec!["active".to_owned(), "retired".to_owned()],
            classification: Some(vec!["Clerk".to_owned()]),
            unit: Some(vec!["Hall".to_owned(), "Whitney".to_owned()]),
        };
        let made = members(40, &eligible, &[], &Chance::new(2, &[])).unwrap();
        assert!(made.iter().all(|m| m.standing() == "active" && m.classification() == Some("Clerk")));
        assert!(made.iter().any(|m| m.unit() == "Hall") && made.iter().any(|m| m.unit() == "Whitney"));
        let odd = Eligibility { standing: vec!["two words".to_owned()], ..Eligibility::default() };
        assert!(members(1, &odd, &[], &Chance::new(2, &[])).is_err());
    }

    #[test]
    fn units_that_are_counted_by_themselves_are_large_enough() {
        let each = "passes = \"each unit: Yes > half of valid\"";
        for (tables, voters, boxes) in [
            ("", 10, None),
            ("", 39, Some(1)),
            ("", 80, Some(2)),
            ("", 5000, Some(36)),
            ("[boxes]\nA = [\"A1\", \"A2\"]\nB = [\"B1\"]\n", 60, Some(2)),
            ("[eligible]\nunit = [\"X\", \"Y\", \"Z\"]\n", 60, Some(3)),
        ] {
            let file = file(tables, each);
            let units = units(voters, &file);
            let made = members(voters, &file.eligible, &units, &Chance::new(1, &[])).unwrap();
            let divided = scrutineer_ballot::boxes::divide(&file, made);
            assert_eq!(divided.ok().map(|boxes| boxes.len()), boxes, "{tables} {voters}");
        }
    }

    fn file(tables: &str, rule: &str) -> BallotFile {
        BallotFile::parse(&format!(
            "title = \"T\"\ntime_zone = \"UTC\"\ncontact = \"C\"\ntellers = \"server\"\n{tables}\n\
             [[question]]\ntext = \"Q?\"\nanswers = [\"Yes\", \"No\"]\n{rule}\n"
        ))
        .unwrap()
    }
}
