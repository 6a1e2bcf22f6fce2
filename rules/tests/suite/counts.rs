//! Counts that reconcile, and those that do not.

use scrutineer_rules::{Choose, CountError, Counts, CountsInput, MAX_COUNT};

use crate::{counts, input};

fn several(eligible: u64, cast: u64, answers: &[(&str, u64)], min: u32, max: u32) -> CountsInput {
    CountsInput { cast: Some(cast), choose: Choose { min, max }, ..input(eligible, answers, 0, 0) }
}

#[test]
fn cast_is_the_sum_where_one_choice_is_made() {
    let counted = counts(100, &[("Yes", 30), ("No", 20), ("Maybe", 30)], 5, 3);
    assert_eq!((counted.eligible(), counted.cast(), counted.valid()), (100, 88, 80));
    assert_eq!((counted.blank(), counted.spoiled(), counted.top_answer()), (5, 3, 30));
    assert_eq!((counted.votes_for("No"), counted.votes_for("no")), (Some(20), None));
    assert_eq!(counted.answers()[2], ("Maybe".to_owned(), 30));
    let mut given = input(100, &[("Yes", 30), ("No", 20), ("Maybe", 30)], 5, 3);
    given.cast = Some(88);
    assert_eq!(Counts::new(given), Ok(counted));
}

#[test]
fn counts_that_do_not_add_up_are_refused() {
    for cast in [87, 89] {
        let mut given = input(100, &[("Yes", 30), ("No", 50)], 5, 3);
        given.cast = Some(cast);
        let expected = CountError::Sum { answers: 80, blank: 5, spoiled: 3, cast };
        assert_eq!(Counts::new(given), Err(expected));
    }
    let mut given = input(10_057, &[("Yes", 4_289), ("No", 3_624)], 0, 44);
    given.cast = Some(7_905);
    assert_eq!(
        Counts::new(given).expect_err("published so").to_string(),
        "the counts do not reconcile: 7913 for answers, 0 blank and 44 spoiled make 7957, but 7905 votes were cast"
    );
}

#[test]
fn more_votes_than_members_are_refused() {
    counts(50, &[("Yes", 25), ("No", 25)], 0, 0);
    let error = Counts::new(input(49, &[("Yes", 25), ("No", 25)], 0, 0));
    assert_eq!(error, Err(CountError::CastAboveEligible { cast: 50, eligible: 49 }));
}

#[test]
fn several_choices_reconcile_between_the_least_and_the_most() {
    Counts::new(several(10, 10, &[("A", 10), ("B", 10), ("C", 0)], 1, 2)).expect("two each");
    Counts::new(several(10, 10, &[("A", 7), ("B", 3)], 1, 2)).expect("one each");
    Counts::new(several(10, 10, &[("A", 0), ("B", 0)], 0, 2)).expect("none each");
    assert_eq!(
        Counts::new(several(10, 10, &[("A", 7), ("B", 2)], 1, 2)),
        Err(CountError::TooFewChoices { answers: 9, valid: 10, min: 1 })
    );
    assert_eq!(
        Counts::new(several(10, 10, &[("A", 10), ("B", 10), ("C", 1)], 1, 2)),
        Err(CountError::TooManyChoices { answers: 21, valid: 10, max: 2 })
    );
    assert_eq!(
        Counts::new(several(20, 10, &[("A", 11), ("B", 0)], 1, 2)),
        Err(CountError::AnswerAboveValid { answer: "A".to_owned(), votes: 11, valid: 10 })
    );
    let blank = CountsInput { blank: 8, spoiled: 3, ..several(20, 10, &[("A", 0)], 0, 1) };
    assert_eq!(Counts::new(blank), Err(CountError::BlankAboveCast { blank: 8, spoiled: 3, cast: 10 }));
    let some_blank = CountsInput { blank: 4, spoiled: 1, ..several(20, 10, &[("A", 5), ("B", 5)], 2, 2) };
    assert_eq!(Counts::new(some_blank).expect("two each").valid(), 5);
}

#[test]
fn several_choices_need_the_number_of_votes() {
    for (min, max) in [(0, 1), (1, 2), (2, 2)] {
        let given = CountsInput { cast: None, ..several(10, 0, &[("A", 4), ("B", 4)], min, max) };
        assert_eq!(Counts::new(given), Err(CountError::CastMissing { min, max }));
    }
}

#[test]
fn a_choice_that_nobody_can_make_is_refused() {
    for (min, max) in [(0, 0), (2, 1)] {
        let error = Counts::new(several(10, 4, &[("A", 4)], min, max));
        assert_eq!(error, Err(CountError::Choose { min, max }));
    }
}

#[test]
fn answers_have_a_text_each_once() {
    assert_eq!(Counts::new(input(10, &[], 0, 0)), Err(CountError::NoAnswers));
    assert_eq!(Counts::new(input(10, &[("", 1)], 0, 0)), Err(CountError::EmptyAnswer));
    let twice = Counts::new(input(10, &[("Yes", 1), ("No", 1), ("Yes", 2)], 0, 0));
    assert_eq!(twice, Err(CountError::DuplicateAnswer { answer: "Yes".to_owned() }));
}

#[test]
fn numbers_beyond_all_counts_are_refused() {
    counts(MAX_COUNT, &[("Yes", MAX_COUNT)], 0, 0);
    for too_large in [
        input(MAX_COUNT + 1, &[("Yes", 1)], 0, 0),
        input(MAX_COUNT, &[("Yes", u64::MAX)], 0, 0),
        input(MAX_COUNT, &[("Yes", MAX_COUNT), ("No", 1)], 0, 0),
        input(u64::MAX, &[("Yes", 1)], u64::MAX, u64::MAX),
    ] {
        let error = Counts::new(too_large).expect_err("too large");
        assert!(matches!(error, CountError::TooLarge { .. }), "{error}");
    }
    let mut cast = input(MAX_COUNT, &[("Yes", 1)], 0, 0);
    cast.cast = Some(u64::MAX);
    assert!(matches!(Counts::new(cast), Err(CountError::TooLarge { .. })));
}
