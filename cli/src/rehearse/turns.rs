//! Who votes, in which order, and with what choice: all drawn before the first vote is sealed.

use rand_core::Rng;
use scrutineer_ballot::file::Question;
use scrutineer_protocol::ballot::Selection;

use super::chance::{Chance, below, shuffle};
use super::split::{Choice, Split};

/// One of so many votes is cast by somebody who has voted before.
const ONE_IN_REPLACED: usize = 100;
/// One of so many votes on a question that may be left blank is blank, where no split says otherwise.
const ONE_IN_BLANK: usize = 20;
/// From so many votes on, something happens twice: a member votes again, and one has lost the code.
const ENOUGH: usize = 10;

/// Everybody's part in the vote.
pub(super) struct Turns {
    /// In the order in which votes are cast: 12 bytes each.
    pub(super) turns: Vec<Turn>,
    /// Members who vote.
    pub(super) cast: usize,
    /// Members who vote twice.
    pub(super) replaced: usize,
    /// The place of the code that was lost before it was used, and of the spare given for it.
    pub(super) lost: Option<(usize, usize)>,
}

/// One vote.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    /// The place of the voting code.
    code: u32,
    /// What it says to the first question, where a split decides.
    first: Option<Choice>,
    /// Whether it is the member's last vote.
    pub(super) counts: bool,
}

impl Turns {
    /// `cast` of `eligible` members vote. One in a hundred votes twice, and the later vote counts; one lost the code and
    /// votes with a spare, if there is one. Neither happens below ten votes.
    pub(super) fn draw(
        eligible: usize,
        spares: usize,
        cast: usize,
        split: Option<&Split>,
        chance: &Chance,
    ) -> Self {
        let mut voters: Vec<u32> = (0..number(eligible)).collect();
        shuffle(&mut voters, &mut chance.stream("turnout", 0));
        voters.truncate(cast);
        let mut choices = split.map(|split| split.choices(cast)).unwrap_or_default();
        shuffle(&mut choices, &mut chance.stream("split", 0));
        let enough = voters.len() >= ENOUGH;
        let replaced = if enough { (cast / ONE_IN_REPLACED).max(1) } else { 0 };
        // Those who vote twice are at the beginning of the list.
        let lost =
            voters.last().copied().filter(|_| enough && spares > 0).map(|code| (code, number(eligible)));

        let mut places: Vec<u32> = (0..number(voters.len())).chain(0..number(replaced)).collect();
        shuffle(&mut places, &mut chance.stream("order", 0));
        let mut seen = vec![false; replaced];
        let mut turns = Vec::with_capacity(places.len());
        turns.extend(places.into_iter().filter_map(|place| {
            let place = usize::try_from(place).ok()?;
            let voter = *voters.get(place)?;
            let code = lost.filter(|(code, _)| *code == voter).map_or(voter, |(_, spare)| spare);
            let counts = seen.get_mut(place).is_none_or(|seen| std::mem::replace(seen, true));
            let first = choices.get(place).copied().filter(|_| counts);
            Some(Turn { code, counts, first })
        }));
        let index = |code| usize::try_from(code).unwrap_or(usize::MAX);
        let lost = lost.map(|(code, spare)| (index(code), index(spare)));
        Self { turns, cast: voters.len(), replaced, lost }
    }
}

/// A number of people: at most a million, with their spares a little more.
fn number(people: usize) -> u32 {
    u32::try_from(people).unwrap_or(u32::MAX)
}

impl Turn {
    /// The place of the voting code.
    pub(super) fn code(&self) -> usize {
        usize::try_from(self.code).unwrap_or(usize::MAX)
    }

    /// What this vote says to every question: as the split has it for the first, else drawn.
    pub(super) fn selections(&self, questions: &[Question], rng: &mut impl Rng) -> Vec<Selection> {
        let mut first = self.first;
        questions
            .iter()
            .map(|question| match first.take() {
                Some(Choice::Answer(answer)) => Selection::Answers(vec![usize::from(answer)]),
                Some(Choice::Blank) => Selection::Blank,
                None => drawn(question, rng),
            })
            .collect()
    }
}

fn drawn(question: &Question, rng: &mut impl Rng) -> Selection {
    if question.blank && below(rng, ONE_IN_BLANK) == 0 {
        return Selection::Blank;
    }
    let number = |n: u32| usize::try_from(n).unwrap_or(usize::MAX).min(question.answers.len());
    let (min, max) = (number(question.choose.min), number(question.choose.max));
    let mut answers: Vec<usize> = (0..question.answers.len()).collect();
    shuffle(&mut answers, rng);
    answers.truncate(min + below(rng, max - min + 1));
    answers.sort_unstable();
    Selection::Answers(answers)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use scrutineer_ballot::file::Choose;

    use super::*;

    fn question(choose: Choose, blank: bool) -> Question {
        let answers = ["A", "B", "C"].map(str::to_owned).to_vec();
        Question { text: "?".to_owned(), answers, choose, blank, rule: None }
    }

    #[test]
    fn the_later_vote_counts_and_the_split_is_of_those_that_count() {
        let chance = Chance::new(1, &[]);
        let split = Split::parse("A=71,B=29", &question(Choose::ONE, false)).unwrap();
        let turns = Turns::draw(1000, 5, 860, Some(&split), &chance);
        assert_eq!((turns.cast, turns.replaced, turns.turns.len()), (860, 8, 868));
        let mut last: HashMap<usize, bool> = HashMap::new();
        for turn in &turns.turns {
            assert!(last.insert(turn.code(), turn.counts).is_none_or(|counted| !counted));
            assert_eq!(turn.first.is_some(), turn.counts);
        }
        assert_eq!(last.len(), 860);
        assert!(last.values().all(|counts| *counts));
        let yes = turns.turns.iter().filter(|turn| turn.first == Some(Choice::Answer(0))).count();
        assert_eq!(yes, 611);
        let (lost, spare) = turns.lost.unwrap();
        assert_eq!((last.get(&lost), last.get(&spare), spare), (None, Some(&true), 1000));
    }

    #[test]
    fn a_million_votes_are_little_to_keep() {
        assert!(size_of::<Turn>() <= 12);
        assert!(size_of::<scrutineer_ballot::setup::NewCode>() <= 48);
    }

    #[test]
    fn a_small_vote_is_plain() {
        let chance = Chance::new(1, &[]);
        for (eligible, spares, cast) in [(0, 0, 0), (5, 2, 0), (9, 2, 9)] {
            let turns = Turns::draw(eligible, spares, cast, None, &chance);
            assert_eq!((turns.turns.len(), turns.replaced, turns.lost), (cast, 0, None));
        }
        let turns = Turns::draw(10, 0, 10, None, &chance);
        assert_eq!((turns.turns.len(), turns.replaced, turns.lost), (11, 1, None));
    }

    #[test]
    fn drawn_answers_are_as_many_as_may_be() {
        let turn = Turn { code: 0, counts: true, first: None };
        let questions = [
            question(Choose { min: 0, max: 3 }, false),
            question(Choose { min: 2, max: 3 }, true),
            question(Choose::ONE, false),
        ];
        let (mut blank, mut sizes) = (0, [[0; 4]; 3]);
        for index in 0..400 {
            let selections = turn.selections(&questions, &mut Chance::new(1, &[]).stream("vote", index));
            for (selection, sizes) in selections.iter().zip(&mut sizes) {
                match selection {
                    Selection::Blank => blank += 1,
                    Selection::Answers(answers) => sizes[answers.len()] += 1,
                }
            }
        }
        assert!((5..60).contains(&blank), "{blank}");
        assert!(sizes[0].iter().all(|count| *count > 50), "{sizes:?}");
        assert!(sizes[1][..2] == [0, 0] && sizes[1][2..].iter().all(|count| *count > 100), "{sizes:?}");
        assert_eq!(sizes[2], [0, 400, 0, 0]);
    }
}
