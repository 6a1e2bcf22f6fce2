//! The counts of one question, and the sums that they must obey before any rule is applied to them.

/// The largest count: 2^53 - 1, up to which every reader of JSON agrees on whole numbers.
pub const MAX_COUNT: u64 = (1 << 53) - 1;

/// How many answers one vote may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choose {
    /// At least so many.
    pub min: u32,
    /// At most so many.
    pub max: u32,
}

impl Choose {
    /// One answer in every vote that is not blank.
    pub const ONE: Self = Self { min: 1, max: 1 };
}

impl Default for Choose {
    fn default() -> Self {
        Self::ONE
    }
}

/// What was counted, not yet checked. All numbers are numbers of votes or members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountsInput {
    /// Members on the frozen roll.
    pub eligible: u64,
    /// Votes counted, blank and spoiled ones included. May be left out where every vote makes one choice: then it
    /// is the sum.
    pub cast: Option<u64>,
    /// The votes for each answer, in the question's order.
    pub answers: Vec<(String, u64)>,
    /// Votes that abstain explicitly.
    pub blank: u64,
    /// Votes on paper that cannot be counted.
    pub spoiled: u64,
    /// How many answers one vote may choose.
    pub choose: Choose,
}

/// Why counts are refused. Each `Display` is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// No answer was counted.
    #[error("there is no count of any answer")]
    NoAnswers,
    /// An answer has no text.
    #[error("an answer has no text")]
    EmptyAnswer,
    /// One answer was counted twice.
    #[error("the answer `{answer}` is counted twice")]
    DuplicateAnswer {
        /// The answer's text.
        answer: String,
    },
    /// A number above [`MAX_COUNT`].
    #[error("{what} is {count}; no count can be above {MAX_COUNT}")]
    TooLarge {
        /// What was counted, in words.
        what: String,
        /// The number given.
        count: u128,
    },
    /// Nothing can be chosen so.
    #[error(
        "members cannot choose {min} to {max} answers: the most must be at least 1 and not below the least"
    )]
    Choose {
        /// The least that was asked for.
        min: u32,
        /// The most that was asked for.
        max: u32,
    },
    /// The number of votes is neither given nor fixed by the counts.
    #[error(
        "members may choose {min} to {max} answers, so the counts do not tell how many votes were cast: \
         the number of votes cast must be given"
    )]
    CastMissing {
        /// The least number of answers in a vote.
        min: u32,
        /// The most.
        max: u32,
    },
    /// Every vote makes one choice, and yet the counts are not as many as the votes.
    #[error(
        "the counts do not reconcile: {answers} for answers, {blank} blank and {spoiled} spoiled make {}, \
         but {cast} votes were cast",
        .answers + u128::from(*.blank) + u128::from(*.spoiled)
    )]
    Sum {
        /// Votes for all answers together.
        answers: u128,
        /// Blank votes.
        blank: u64,
        /// Spoiled votes.
        spoiled: u64,
        /// Votes cast.
        cast: u64,
    },
    /// More blank and spoiled votes than votes.
    #[error(
        "the counts do not reconcile: {blank} blank and {spoiled} spoiled votes are more than the {cast} cast"
    )]
    BlankAboveCast {
        /// Blank votes.
        blank: u64,
        /// Spoiled votes.
        spoiled: u64,
        /// Votes cast.
        cast: u64,
    },
    /// More votes than members.
    #[error("the counts do not reconcile: {cast} votes were cast, but only {eligible} members are eligible")]
    CastAboveEligible {
        /// Votes cast.
        cast: u64,
        /// Eligible members.
        eligible: u64,
    },
    /// An answer has more votes than there are valid ones.
    #[error("the counts do not reconcile: `{answer}` has {votes} votes, but only {valid} votes are valid")]
    AnswerAboveValid {
        /// The answer's text.
        answer: String,
        /// Its votes.
        votes: u64,
        /// Valid votes.
        valid: u64,
    },
    /// Fewer choices than the valid votes must hold.
    #[error(
        "the counts do not reconcile: {answers} choices in {valid} valid votes, but each must choose at least {min}"
    )]
    TooFewChoices {
        /// Votes for all answers together.
        answers: u128,
        /// Valid votes.
        valid: u64,
        /// The least number of answers in a vote.
        min: u32,
    },
    /// More choices than the valid votes can hold.
    #[error(
        "the counts do not reconcile: {answers} choices in {valid} valid votes, but each can choose at most {max}"
    )]
    TooManyChoices {
        /// Votes for all answers together.
        answers: u128,
        /// Valid votes.
        valid: u64,
        /// The most answers in a vote.
        max: u32,
    },
}

/// The counts of one question that reconcile: the only ones that a rule is applied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    eligible: u64,
    cast: u64,
    answers: Vec<(String, u64)>,
    blank: u64,
    spoiled: u64,
}

impl Counts {
    /// Checks counts: `cast <= eligible`, no answer above the valid votes, and
    /// `min * valid <= sum of answers <= max * valid` (where one choice is made: answers, blank and spoiled make
    /// exactly `cast`).
    ///
    /// # Errors
    /// The first sum that does not hold, or a number, an answer or a choice that makes no sense.
    pub fn new(input: CountsInput) -> Result<Self, CountError> {
        let CountsInput { eligible, cast, answers, blank, spoiled, choose } = input;
        let Choose { min, max } = choose;
        if max == 0 || min > max {
            return Err(CountError::Choose { min, max });
        }
        check_answers(&answers)?;
        let chosen: u128 = answers.iter().map(|(_, votes)| u128::from(*votes)).sum();
        let cast = match cast {
            Some(cast) => cast,
            None if choose == Choose::ONE => {
                within("the sum of the counts", chosen + u128::from(blank) + u128::from(spoiled))?
            }
            None => return Err(CountError::CastMissing { min, max }),
        };
        for (what, count) in [("eligible", eligible), ("cast", cast), ("blank", blank), ("spoiled", spoiled)]
        {
            within(what, u128::from(count))?;
        }
        if choose == Choose::ONE && chosen + u128::from(blank) + u128::from(spoiled) != u128::from(cast) {
            return Err(CountError::Sum { answers: chosen, blank, spoiled, cast });
        }
        let valid = cast.checked_sub(blank).and_then(|rest| rest.checked_sub(spoiled));
        let valid = valid.ok_or(CountError::BlankAboveCast { blank, spoiled, cast })?;
        if cast > eligible {
            return Err(CountError::CastAboveEligible { cast, eligible });
        }
        if let Some((answer, votes)) = answers.iter().find(|(_, votes)| *votes > valid) {
            return Err(CountError::AnswerAboveValid { answer: answer.clone(), votes: *votes, valid });
        }
        if chosen < u128::from(min) * u128::from(valid) {
            return Err(CountError::TooFewChoices { answers: chosen, valid, min });
        }
        if chosen > u128::from(max) * u128::from(valid) {
            return Err(CountError::TooManyChoices { answers: chosen, valid, max });
        }
        Ok(Self { eligible, cast, answers, blank, spoiled })
    }

    /// Members on the frozen roll.
    #[must_use]
    pub fn eligible(&self) -> u64 {
        self.eligible
    }

    /// Votes counted, blank and spoiled ones included.
    #[must_use]
    pub fn cast(&self) -> u64 {
        self.cast
    }

    /// Votes that are neither blank nor spoiled.
    #[must_use]
    pub fn valid(&self) -> u64 {
        // `new` and `sum` have seen to it that this is not negative.
        self.cast - self.blank - self.spoiled
    }

    /// Votes that abstain explicitly.
    #[must_use]
    pub fn blank(&self) -> u64 {
        self.blank
    }

    /// Votes on paper that cannot be counted.
    #[must_use]
    pub fn spoiled(&self) -> u64 {
        self.spoiled
    }

    /// The votes for each answer, in the question's order.
    #[must_use]
    pub fn answers(&self) -> &[(String, u64)] {
        &self.answers
    }

    /// The votes for one answer; `None` if the question has no such answer.
    #[must_use]
    pub fn votes_for(&self, answer: &str) -> Option<u64> {
        self.answers.iter().find(|(name, _)| name == answer).map(|(_, votes)| *votes)
    }

    /// The largest count of any answer, ties included.
    #[must_use]
    pub fn top_answer(&self) -> u64 {
        self.answers.iter().map(|(_, votes)| *votes).max().unwrap_or(0)
    }

    /// Adds the counts of another unit with the same answers, in whatever order; `None` where the answers differ
    /// or a sum passes [`MAX_COUNT`].
    pub(crate) fn plus(&self, other: &Self) -> Option<Self> {
        let sum = |a: u64, b: u64| a.checked_add(b).filter(|sum| *sum <= MAX_COUNT);
        if self.answers.len() != other.answers.len() {
            return None;
        }
        let answers = self
            .answers
            .iter()
            .map(|(name, votes)| Some((name.clone(), sum(*votes, other.votes_for(name)?)?)))
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            eligible: sum(self.eligible, other.eligible)?,
            cast: sum(self.cast, other.cast)?,
            answers,
            blank: sum(self.blank, other.blank)?,
            spoiled: sum(self.spoiled, other.spoiled)?,
        })
    }

    /// Whether both count the same answers, in whatever order.
    pub(crate) fn same_answers(&self, other: &Self) -> bool {
        self.answers.len() == other.answers.len()
            && self.answers.iter().all(|(name, _)| other.votes_for(name).is_some())
    }
}

fn check_answers(answers: &[(String, u64)]) -> Result<(), CountError> {
    if answers.is_empty() {
        return Err(CountError::NoAnswers);
    }
    for (i, (answer, votes)) in answers.iter().enumerate() {
        if answer.is_empty() {
            return Err(CountError::EmptyAnswer);
        }
        if answers[..i].iter().any(|(earlier, _)| earlier == answer) {
            return Err(CountError::DuplicateAnswer { answer: answer.clone() });
        }
        within(&format!("the count of `{answer}`"), u128::from(*votes))?;
    }
    Ok(())
}

/// A count that is not above [`MAX_COUNT`].
fn within(what: &str, count: u128) -> Result<u64, CountError> {
    match u64::try_from(count) {
        Ok(count) if count <= MAX_COUNT => Ok(count),
        _ => Err(CountError::TooLarge { what: what.to_owned(), count }),
    }
}
