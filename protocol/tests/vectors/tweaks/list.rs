//! The changes, each with the check that must find it.

use super::record::{
    GENERATOR, NEUTRAL, Step, Steps, body, exchange, first, last, move_to, of_owner, other_number,
    other_owner, put, repeat, replace, set_hash, set_point,
};
use scrutineer_protocol::event::EventKind;
use scrutineer_protocol::verify::names;

/// A change of one thing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tweak {
    BallotLeftOut,
    BallotTwice,
    BallotAfterTheEnd,
    BallotAfterTheResult,
    BallotWithBlank,
    BallotWithOtherField,
    BallotOfOtherElection,
    BallotOfOtherVoter,
    BallotWithChoicesExchanged,
    BallotWithOtherProof,
    BallotWithNeutralChoice,
    BallotWithoutSignature,
    NoEnd,
    TwoEnds,
    NoTally,
    TwoTallies,
    TallyExchanged,
    TallyUpperCase,
    TallyWithBlank,
    TallyNumber,
    TallyWeight,
    TallyWeightAsText,
    TallyNumbersWithOtherField,
    NoDecryptions,
    NoSingleDecryption,
    TooFewDecryptions,
    DecryptionTwice,
    DecryptionOfNobody,
    DecryptionOfTrusteeZero,
    DecryptionsExchanged,
    DecryptionFactorsExchanged,
    DecryptionProofChanged,
    DecryptionWithBlank,
    OwnerWithOtherField,
    ResultHigher,
    ResultOfAnother,
    ResultWithMoreCounts,
    ResultWithMoreQuestions,
    ResultAsText,
    ResultBeforeDecryptions,
    TwoResults,
    TwoSetups,
    NoSetup,
    ShuffleWithoutRanking,
    EndOfShuffles,
    ElectionNamed,
    ElectionWithOtherField,
    ElectionWithFieldTwice,
    ElectionKeyNeutral,
    ElectionKeyOther,
    ElectionMinAboveMax,
    ElectionMaxAboveAnswers,
    ElectionWithoutQuestions,
    ElectionIdentifier,
    TrusteeProof,
    TrusteeKeyNeutral,
    TrusteeLeftOut,
    TrusteeTwice,
    TrusteeWithOtherField,
    BoardThreshold,
    BoardCertificate,
    CredentialNeutral,
    CredentialTwice,
    CredentialWeightOnOne,
    CredentialNoPoint,
    CredentialsWithBlank,
    CredentialUsedLeftOut,
    SetupWithOtherField,
    SetupDataMissing,
    SetupDataMore,
    SetupDataExchanged,
    SetupNamesOther,
    TallyNumbersOfOther,
    OwnerOfOther,
    DataAfterTheEnd,
}

pub(super) const TWEAKS: &[(Tweak, &str)] = &[
    (Tweak::BallotLeftOut, names::TALLY),
    (Tweak::BallotTwice, names::BALLOTS),
    (Tweak::BallotAfterTheEnd, names::ORDER),
    (Tweak::BallotAfterTheResult, names::ORDER),
    (Tweak::BallotWithBlank, names::BALLOTS),
    (Tweak::BallotWithOtherField, names::BALLOTS),
    (Tweak::BallotOfOtherElection, names::BALLOTS),
    (Tweak::BallotOfOtherVoter, names::BALLOTS),
    (Tweak::BallotWithChoicesExchanged, names::BALLOTS),
    (Tweak::BallotWithOtherProof, names::BALLOTS),
    (Tweak::BallotWithNeutralChoice, names::BALLOTS),
    (Tweak::BallotWithoutSignature, names::BALLOTS),
    (Tweak::NoEnd, names::ORDER),
    (Tweak::TwoEnds, names::ORDER),
    (Tweak::NoTally, names::ORDER),
    (Tweak::TwoTallies, names::ORDER),
    (Tweak::TallyExchanged, names::TALLY),
    (Tweak::TallyUpperCase, names::TALLY),
    (Tweak::TallyWithBlank, names::TALLY),
    (Tweak::TallyNumber, names::TALLY),
    (Tweak::TallyWeight, names::TALLY),
    (Tweak::TallyWeightAsText, names::TALLY),
    (Tweak::TallyNumbersWithOtherField, names::TALLY),
    (Tweak::NoDecryptions, names::ORDER),
    (Tweak::NoSingleDecryption, names::RESULT),
    (Tweak::TooFewDecryptions, names::RESULT),
    (Tweak::DecryptionTwice, names::DECRYPTIONS),
    (Tweak::DecryptionOfNobody, names::DECRYPTIONS),
    (Tweak::DecryptionOfTrusteeZero, names::DECRYPTIONS),
    (Tweak::DecryptionsExchanged, names::DECRYPTIONS),
    (Tweak::DecryptionFactorsExchanged, names::DECRYPTIONS),
    (Tweak::DecryptionProofChanged, names::DECRYPTIONS),
    (Tweak::DecryptionWithBlank, names::DECRYPTIONS),
    (Tweak::OwnerWithOtherField, names::DECRYPTIONS),
    (Tweak::ResultHigher, names::RESULT),
    (Tweak::ResultOfAnother, names::RESULT),
    (Tweak::ResultWithMoreCounts, names::RESULT),
    (Tweak::ResultWithMoreQuestions, names::RESULT),
    (Tweak::ResultAsText, names::RESULT),
    (Tweak::ResultBeforeDecryptions, names::ORDER),
    (Tweak::TwoResults, names::ORDER),
    (Tweak::TwoSetups, names::ORDER),
    (Tweak::NoSetup, names::ORDER),
    (Tweak::ShuffleWithoutRanking, names::ORDER),
    (Tweak::EndOfShuffles, names::ORDER),
    (Tweak::ElectionNamed, names::BALLOTS),
    (Tweak::ElectionWithOtherField, names::BALLOTS),
    (Tweak::ElectionWithFieldTwice, names::ELECTION),
    (Tweak::ElectionKeyNeutral, names::ELECTION),
    (Tweak::ElectionKeyOther, names::TRUSTEES),
    (Tweak::ElectionMinAboveMax, names::ELECTION),
    (Tweak::ElectionMaxAboveAnswers, names::ELECTION),
    (Tweak::ElectionWithoutQuestions, names::ELECTION),
    (Tweak::ElectionIdentifier, names::ELECTION),
    (Tweak::TrusteeProof, names::TRUSTEES),
    (Tweak::TrusteeKeyNeutral, names::TRUSTEES),
    (Tweak::TrusteeLeftOut, names::TRUSTEES),
    (Tweak::TrusteeTwice, names::TRUSTEES),
    (Tweak::TrusteeWithOtherField, names::TRUSTEES),
    (Tweak::BoardThreshold, names::TRUSTEES),
    (Tweak::BoardCertificate, names::TRUSTEES),
    (Tweak::CredentialNeutral, names::CREDENTIALS),
    (Tweak::CredentialTwice, names::CREDENTIALS),
    (Tweak::CredentialWeightOnOne, names::CREDENTIALS),
    (Tweak::CredentialNoPoint, names::CREDENTIALS),
    (Tweak::CredentialsWithBlank, names::CREDENTIALS),
    (Tweak::CredentialUsedLeftOut, names::BALLOTS),
    (Tweak::SetupWithOtherField, names::RECORDS),
    (Tweak::SetupDataMissing, names::RECORDS),
    (Tweak::SetupDataMore, names::RECORDS),
    (Tweak::SetupDataExchanged, names::ELECTION),
    (Tweak::SetupNamesOther, names::RECORDS),
    (Tweak::TallyNumbersOfOther, names::TALLY),
    (Tweak::OwnerOfOther, names::RECORDS),
    (Tweak::DataAfterTheEnd, names::RECORDS),
];

pub(super) use EventKind::{
    Ballot as BALLOT, EncryptedTally as TALLY, EndBallots as END, EndShuffles as END_SHUFFLES,
    PartialDecryption as DECRYPTION, Result as RESULT, Setup as SETUP, Shuffle as SHUFFLE,
};

/// The data of the Setup.
pub(super) const ELECTION: usize = 0;
pub(super) const TRUSTEES: usize = 1;
const CREDENTIALS: usize = 2;

impl Tweak {
    pub(super) fn apply(self, steps: &mut Steps) {
        match self {
            Self::BallotLeftOut => drop(steps.remove(last(steps, BALLOT))),
            Self::BallotTwice => repeat(steps, BALLOT, last(steps, BALLOT) + 1),
            Self::BallotAfterTheEnd => move_to(steps, last(steps, BALLOT), first(steps, END)),
            Self::BallotAfterTheResult => move_to(steps, last(steps, BALLOT), first(steps, RESULT)),
            Self::BallotWithBlank => replace(body(steps, BALLOT, 0), ",", ", "),
            Self::BallotWithOtherField => {
                replace(body(steps, BALLOT, 0), ",\"signature\"", ",\"note\":\"\",\"signature\"")
            }
            Self::BallotOfOtherElection => set_hash(body(steps, BALLOT, 0)),
            Self::BallotOfOtherVoter => {
                let list = body(steps, SETUP, CREDENTIALS).clone();
                let mine = body(steps, BALLOT, 0).clone();
                let other = list.split('"').find(|text| text.len() == 64 && !mine.contains(text));
                set_point(body(steps, BALLOT, 0), "\"credential\":\"", other.expect("another voter"));
            }
            Self::BallotWithChoicesExchanged => exchange(body(steps, BALLOT, 0), "\"alpha\":\"", 64),
            Self::BallotWithOtherProof => other_number(body(steps, BALLOT, 0), "\"response\":\""),
            Self::BallotWithNeutralChoice => set_point(body(steps, BALLOT, 0), "\"alpha\":\"", NEUTRAL),
            Self::BallotWithoutSignature => {
                let ballot = body(steps, BALLOT, 0);
                let (unsigned, _) = ballot.split_once(",\"signature\"").expect("a signature");
                *ballot = format!("{unsigned}}}");
            }
            Self::NoEnd => drop(steps.remove(first(steps, END))),
            Self::TwoEnds => repeat(steps, END, first(steps, END)),
            Self::NoTally => drop(steps.remove(first(steps, TALLY))),
            Self::TwoTallies => repeat(steps, TALLY, first(steps, TALLY)),
            Self::TallyExchanged => exchange(body(steps, TALLY, 0), "\"beta\":\"", 64),
            Self::TallyUpperCase => {
                let tally = body(steps, TALLY, 0);
                let start = tally.find("\"alpha\":\"").expect("a point") + 9;
                let upper = tally[start..start + 64].to_uppercase();
                assert_ne!(upper, tally[start..start + 64]);
                tally.replace_range(start..start + 64, &upper);
            }
            Self::TallyWithBlank => replace(body(steps, TALLY, 0), ",", ", "),
            Self::TallyNumber => other_number(body(steps, TALLY, 1), "\"num_tallied\":"),
            Self::TallyWeight => other_number(body(steps, TALLY, 1), "\"total_weight\":"),
            Self::TallyWeightAsText => {
                let sized = body(steps, TALLY, 1);
                let (before, after) = sized.split_once("\"total_weight\":").expect("a weight");
                let (weight, rest) = after.split_once(',').expect("more fields");
                *sized = format!("{before}\"total_weight\":\"{weight}\",{rest}");
            }
            Self::TallyNumbersWithOtherField => replace(body(steps, TALLY, 1), "{", "{\"note\":0,"),
            Self::NoDecryptions => steps.retain(|step| step.kind != DECRYPTION),
            Self::NoSingleDecryption => steps.retain(|step| !of_owner(step, 1)),
            Self::TooFewDecryptions => drop(steps.remove(last(steps, DECRYPTION))),
            Self::DecryptionTwice => repeat(steps, DECRYPTION, first(steps, DECRYPTION)),
            Self::DecryptionOfNobody => other_owner(steps, 5),
            Self::DecryptionOfTrusteeZero => other_owner(steps, 0),
            Self::DecryptionsExchanged => {
                let single = steps.iter().position(|step| of_owner(step, 1)).expect("a share");
                let board = steps.iter().rposition(|step| step.kind == DECRYPTION).expect("a share");
                assert_ne!(single, board);
                let share = std::mem::take(&mut steps[single].data[0]);
                steps[single].data[0] = std::mem::replace(&mut steps[board].data[0], share);
            }
            Self::DecryptionFactorsExchanged => {
                let share = body(steps, DECRYPTION, 0);
                let points: Vec<String> =
                    share.split('"').filter(|t| t.len() == 64).map(str::to_owned).collect();
                assert_ne!(points[0], points[1]);
                *share = share
                    .replace(&points[0], "first")
                    .replace(&points[1], &points[0])
                    .replace("first", &points[1]);
            }
            Self::DecryptionProofChanged => other_number(body(steps, DECRYPTION, 0), "\"response\":\""),
            Self::DecryptionWithBlank => replace(body(steps, DECRYPTION, 0), ",", ", "),
            Self::OwnerWithOtherField => replace(body(steps, DECRYPTION, 1), "{", "{\"note\":0,"),
            Self::ResultHigher => other_number(body(steps, RESULT, 0), "[["),
            Self::ResultOfAnother => *body(steps, RESULT, 0) = "{\"result\":[[1,3]]}".to_owned(),
            Self::ResultWithMoreCounts => replace(body(steps, RESULT, 0), "]]", ",0]]"),
            Self::ResultWithMoreQuestions => replace(body(steps, RESULT, 0), "]]", "],[]]"),
            Self::ResultAsText => {
                let result = body(steps, RESULT, 0);
                let (count, rest) =
                    result.split_once("[[").expect("counts").1.split_once(',').expect("two counts");
                *result = format!("{{\"result\":[[\"{count}\",{rest}");
            }
            Self::ResultBeforeDecryptions => move_to(steps, first(steps, RESULT), first(steps, DECRYPTION)),
            Self::TwoResults => repeat(steps, RESULT, first(steps, RESULT)),
            Self::TwoSetups => repeat(steps, SETUP, 0),
            Self::NoSetup => drop(steps.remove(0)),
            Self::ShuffleWithoutRanking => {
                let place = first(steps, DECRYPTION);
                let data = steps[place].data.clone();
                steps.insert(place, Step { kind: SHUFFLE, data, join: true });
            }
            Self::EndOfShuffles => steps
                .insert(first(steps, DECRYPTION), Step { kind: END_SHUFFLES, data: Vec::new(), join: true }),
            Self::ElectionNamed => replace(body(steps, SETUP, ELECTION), "\"name\":\"", "\"name\":\"The "),
            Self::ElectionWithOtherField => replace(body(steps, SETUP, ELECTION), "{", "{\"note\":0,"),
            Self::ElectionWithFieldTwice => replace(body(steps, SETUP, ELECTION), "{", "{\"version\":1,"),
            Self::ElectionKeyNeutral => set_point(body(steps, SETUP, ELECTION), "\"public_key\":\"", NEUTRAL),
            Self::ElectionKeyOther => set_point(body(steps, SETUP, ELECTION), "\"public_key\":\"", GENERATOR),
            Self::ElectionMinAboveMax => {
                replace(body(steps, SETUP, ELECTION), "\"max\":", "\"max\":0,\"was\":")
            }
            Self::ElectionMaxAboveAnswers => replace(body(steps, SETUP, ELECTION), "\"max\":", "\"max\":9"),
            Self::ElectionWithoutQuestions => {
                replace(body(steps, SETUP, ELECTION), "\"questions\":", "\"questions\":[],\"was\":")
            }
            Self::ElectionIdentifier => replace(body(steps, SETUP, ELECTION), "\"uuid\":\"", "\"uuid\":\"0"),
            Self::TrusteeProof => other_number(body(steps, SETUP, TRUSTEES), "\"response\":\""),
            Self::TrusteeKeyNeutral => set_point(body(steps, SETUP, TRUSTEES), "\"public_key\":\"", NEUTRAL),
            Self::TrusteeLeftOut => {
                let trustees = body(steps, SETUP, TRUSTEES);
                let (_, board) = trustees.split_once(",[\"Pedersen\"").expect("a board");
                *trustees = format!("[[\"Pedersen\"{board}");
            }
            Self::TrusteeTwice => {
                let trustees = body(steps, SETUP, TRUSTEES);
                let (single, _) = trustees[1..].split_once(",[\"Pedersen\"").expect("a board");
                *trustees = format!("[{single},{}", &trustees[1..]);
            }
            Self::TrusteeWithOtherField => {
                replace(body(steps, SETUP, TRUSTEES), "{\"pok\"", "{\"note\":0,\"pok\"")
            }
            Self::BoardThreshold => {
                replace(body(steps, SETUP, TRUSTEES), "{\"threshold\":2", "{\"threshold\":1")
            }
            Self::BoardCertificate => exchange(body(steps, SETUP, TRUSTEES), "\\\"verification\\\":\\\"", 64),
            Self::CredentialNeutral => {
                replace(body(steps, SETUP, CREDENTIALS), "]", &format!(",\"{NEUTRAL}\"]"))
            }
            Self::CredentialTwice => {
                let list = body(steps, SETUP, CREDENTIALS);
                let again = format!(",{}]", &list[1..67]);
                replace(list, "]", &again);
            }
            Self::CredentialWeightOnOne => replace(body(steps, SETUP, CREDENTIALS), "\",", ",1\","),
            Self::CredentialNoPoint => {
                replace(body(steps, SETUP, CREDENTIALS), "]", &format!(",\"{}\"]", "0".repeat(64)))
            }
            Self::CredentialsWithBlank => replace(body(steps, SETUP, CREDENTIALS), ",", ", "),
            Self::CredentialUsedLeftOut => {
                let ballot = body(steps, BALLOT, 0);
                let start = ballot.find("\"credential\":\"").expect("a credential") + 14;
                let used = ballot[start..start + 64].to_owned();
                let list = body(steps, SETUP, CREDENTIALS);
                let others: Vec<&str> = list.split('"').filter(|t| t.len() == 64 && *t != used).collect();
                *list = format!("[\"{}\"]", others.join("\",\""));
            }
            Self::SetupWithOtherField => replace(body(steps, SETUP, 3), "{", "{\"note\":0,"),
            Self::SetupDataMissing => drop(steps[0].data.remove(CREDENTIALS)),
            Self::SetupDataMore => steps[0].data.insert(3, "{}".to_owned()),
            Self::SetupDataExchanged => steps[0].data.swap(ELECTION, TRUSTEES),
            Self::SetupNamesOther => {
                exchange(&mut steps[0].data[3], "\":\"", 64);
                steps[0].join = false;
            }
            Self::TallyNumbersOfOther => {
                put(body(steps, TALLY, 1), "encrypted_tally", NEUTRAL);
                let place = first(steps, TALLY);
                steps[place].join = false;
            }
            Self::OwnerOfOther => {
                put(body(steps, DECRYPTION, 1), "payload", NEUTRAL);
                let place = first(steps, DECRYPTION);
                steps[place].join = false;
            }
            Self::DataAfterTheEnd => {
                steps.push(Step { kind: BALLOT, data: vec!["{}".to_owned()], join: true })
            }
        }
    }
}
