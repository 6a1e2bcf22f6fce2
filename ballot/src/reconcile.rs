//! The sums that must hold before a result may be certified (design section 10: "The certificate reconciles, or it
//! cannot be made").
//!
//! Plain integers in, the equations that do not hold out, in words. Server and verifier fill in the numbers from what each
//! of them knows; the equations are the same.

use std::fmt;

/// The numbers of one box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxNumbers {
    /// Codes that were made.
    pub codes_made: u64,
    /// Members who may vote in this box.
    pub eligible: u64,
    /// Codes made beyond one a member.
    pub spares: u64,
    /// Credentials on the record.
    pub credentials_on_record: u64,
    /// Codes that were given to members.
    pub handed_out: u64,
    /// Codes given in the place of others.
    pub reissued: u64,
    /// Codes handed out under which a vote counts.
    pub used: u64,
    /// Codes handed out under which no vote stands.
    pub unused: u64,
    /// Codes that were made void.
    pub void: u64,
    /// Void codes under which a vote counts.
    pub void_with_counted_vote: u64,
    /// Votes on the record, replaced ones included.
    pub votes_on_record: u64,
    /// Votes that count.
    pub cast: u64,
    /// Votes that a later one replaced.
    pub replaced: u64,
    /// Different credentials on the record with a vote that counts.
    pub credentials_with_counted_vote: u64,
    /// Members who are noted to have voted.
    pub participation: u64,
    /// The questions in order.
    pub questions: Vec<QuestionNumbers>,
}

/// The numbers of one question in one box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionNumbers {
    /// The least number of answers in a vote that is not blank.
    pub min: u32,
    /// The greatest number of answers in a vote.
    pub max: u32,
    /// Votes for each answer.
    pub answers: Vec<u64>,
    /// Blank votes.
    pub blank: u64,
}

/// An equation that does not hold, with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch(String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number with what it counts.
type Named = (&'static str, u64);

impl BoxNumbers {
    /// The equations that do not hold; none when everything reconciles.
    pub fn mismatches(&self) -> Vec<Mismatch> {
        let made = ("codes made", self.codes_made);
        let eligible = ("eligible members", self.eligible);
        let handed_out = ("codes handed out", self.handed_out);
        let used = ("used codes", self.used);
        let void = ("void codes", self.void);
        let cast = ("votes cast", self.cast);
        let participation = ("members noted to have voted", self.participation);

        let mut found = Vec::new();
        equal(&mut found, made, &[eligible, ("spare codes", self.spares)]);
        equal(&mut found, made, &[("credentials on the record", self.credentials_on_record)]);
        equal(&mut found, handed_out, &[eligible, ("codes re-issued", self.reissued)]);
        equal(&mut found, handed_out, &[used, ("unused codes", self.unused), void]);
        at_most(&mut found, handed_out, made);
        equal(
            &mut found,
            ("votes on the record", self.votes_on_record),
            &[cast, ("replaced votes", self.replaced)],
        );
        equal(&mut found, cast, &[("credentials with a counted vote", self.credentials_with_counted_vote)]);
        equal(&mut found, cast, &[participation]);
        equal(&mut found, cast, &[used]);
        at_most(&mut found, participation, eligible);
        at_most(&mut found, ("void codes with a counted vote", self.void_with_counted_vote), ("allowed", 0));
        for (i, question) in self.questions.iter().enumerate() {
            found.extend(
                question
                    .mismatches(self.cast)
                    .into_iter()
                    .map(|m| Mismatch(format!("question {}: {m}", i + 1))),
            );
        }
        found
    }
}

impl QuestionNumbers {
    /// The equations that do not hold for `cast` votes.
    fn mismatches(&self, cast: u64) -> Vec<Mismatch> {
        let mut found = Vec::new();
        at_most(&mut found, ("blank votes", self.blank), ("votes cast", cast));
        let with_choice = u128::from(cast.saturating_sub(self.blank));
        let sum: u128 = self.answers.iter().map(|votes| u128::from(*votes)).sum();
        let (least, most) = (u128::from(self.min) * with_choice, u128::from(self.max) * with_choice);
        if !(least..=most).contains(&sum) {
            found.push(Mismatch(format!(
                "all answers together have {sum} votes, but {with_choice} votes with {} to {} answers each make {least} to {most}",
                self.min, self.max
            )));
        }
        for votes in self.answers.iter().filter(|votes| u128::from(**votes) > with_choice) {
            found.push(Mismatch(format!(
                "an answer has {votes} votes, but only {with_choice} votes are not blank"
            )));
        }
        found
    }
}

/// The whole must be the sum of its parts.
fn equal(found: &mut Vec<Mismatch>, (name, whole): Named, parts: &[Named]) {
    let sum: u128 = parts.iter().map(|(_, part)| u128::from(*part)).sum();
    if u128::from(whole) != sum {
        let parts: Vec<_> = parts.iter().map(|(name, part)| format!("{name} ({part})")).collect();
        found.push(Mismatch(format!("{name} ({whole}) should be {}", parts.join(" + "))));
    }
}

fn at_most(found: &mut Vec<Mismatch>, (name, less): Named, (limit, most): Named) {
    if less > most {
        found.push(Mismatch(format!("{name} ({less}) should be at most {limit} ({most})")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> BoxNumbers {
        BoxNumbers {
            codes_made: 1020,
            eligible: 1000,
            spares: 20,
            credentials_on_record: 1020,
            handed_out: 1003,
            reissued: 3,
            used: 860,
            unused: 140,
            void: 3,
            void_with_counted_vote: 0,
            votes_on_record: 870,
            cast: 860,
            replaced: 10,
            credentials_with_counted_vote: 860,
            participation: 860,
            questions: vec![QuestionNumbers { min: 1, max: 1, answers: vec![611, 240], blank: 9 }],
        }
    }

    fn found(numbers: &BoxNumbers) -> Vec<String> {
        numbers.mismatches().iter().map(Mismatch::to_string).collect()
    }

    #[test]
    fn good_numbers_reconcile() {
        assert_eq!(found(&good()), Vec::<String>::new());
    }

    #[test]
    fn a_sentence_names_the_numbers() {
        assert_eq!(
            found(&BoxNumbers { spares: 19, ..good() }),
            ["codes made (1020) should be eligible members (1000) + spare codes (19)"]
        );
        assert_eq!(
            found(&BoxNumbers { void_with_counted_vote: 1, ..good() }),
            ["void codes with a counted vote (1) should be at most allowed (0)"]
        );
        let question = QuestionNumbers { min: 1, max: 1, answers: vec![611, 241], blank: 9 };
        assert_eq!(
            found(&BoxNumbers { questions: vec![question], ..good() }),
            [
                "question 1: all answers together have 852 votes, but 851 votes with 1 to 1 answers each make 851 to 851"
            ]
        );
    }

    #[test]
    fn every_single_number_that_is_off_by_one_is_found() {
        let fields: [fn(&mut BoxNumbers) -> &mut u64; 15] = [
            |n| &mut n.codes_made,
            |n| &mut n.eligible,
            |n| &mut n.spares,
            |n| &mut n.credentials_on_record,
            |n| &mut n.handed_out,
            |n| &mut n.reissued,
            |n| &mut n.used,
            |n| &mut n.unused,
            |n| &mut n.void,
            |n| &mut n.votes_on_record,
            |n| &mut n.cast,
            |n| &mut n.replaced,
            |n| &mut n.credentials_with_counted_vote,
            |n| &mut n.participation,
            |n| &mut n.questions[0].blank,
        ];
        for (i, field) in fields.into_iter().enumerate() {
            for more in [true, false] {
                let mut numbers = good();
                let number = field(&mut numbers);
                *number = if more { *number + 1 } else { *number - 1 };
                assert!(!found(&numbers).is_empty(), "field {i}, more: {more}");
            }
        }
    }

    #[test]
    fn several_answers_a_vote_stay_between_min_and_max() {
        let with = |answers: Vec<u64>| {
            let question = QuestionNumbers { min: 1, max: 2, answers, blank: 0 };
            found(&BoxNumbers { questions: vec![question], ..good() }).len()
        };
        assert_eq!(with(vec![860, 0, 0]), 0);
        assert_eq!(with(vec![860, 430, 430]), 0);
        assert_eq!(with(vec![859, 0, 0]), 1);
        assert_eq!(with(vec![860, 431, 430]), 1);
        assert_eq!(with(vec![861, 430, 0]), 1);
    }

    #[test]
    fn more_codes_than_were_made_and_huge_numbers_are_found() {
        let many = BoxNumbers { handed_out: 1021, reissued: 21, void: 21, ..good() };
        assert_eq!(found(&many), ["codes handed out (1021) should be at most codes made (1020)"]);
        let huge = BoxNumbers { eligible: u64::MAX, spares: u64::MAX, ..good() };
        assert!(found(&huge).len() >= 2);
    }
}
