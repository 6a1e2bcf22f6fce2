//! How long a ballot can be. Whoever takes ballots from voters refuses longer ones unread, because reading points is most of
//! what a bad ballot costs.

use crate::election::LONGEST_UUID;
use crate::question::Question;

/// Digits of a point.
const POINT: usize = 64;
/// Characters of a hash.
const HASH: usize = 43;
/// The most decimal digits of a scalar: as many as the group's order has.
const SCALAR: usize = 76;
const CIPHERTEXT: usize = r#"{"alpha":"","beta":""}"#.len() + 2 * POINT;
const PROOF: usize = r#"{"challenge":"","response":""}"#.len() + 2 * SCALAR;
/// The signature's value.
pub(super) const SIGNATURE: usize = r#"{"hash":"","proof":}"#.len() + HASH + PROOF;

/// The most bytes of a ballot with answers to these questions.
pub(super) fn most_bytes(questions: &[Question]) -> usize {
    let head = r#"{"election_uuid":"","election_hash":"","credential":"","answers":"#.len();
    let tail = r#","signature":}"#.len();
    let answers: usize = questions.iter().map(answer).sum();
    head + LONGEST_UUID + HASH + POINT + brackets(questions.len()) + answers + tail + SIGNATURE
}

fn answer(question: &Question) -> usize {
    let (choices, blank) = (question.ciphertexts(), usize::from(question.allows_blank()));
    let (min, max) = question.choices();
    let sums = usize::try_from(max.saturating_sub(min)).unwrap_or(usize::MAX).saturating_add(1 + blank);
    let pair = list(2, PROOF);
    r#"{"choices":,"individual_proofs":,"overall_proof":}"#.len()
        + list(choices, CIPHERTEXT)
        + list(choices, pair)
        + list(sums, PROOF)
        + blank * (r#","blank_proof":"#.len() + pair)
}

/// A list of so many items of one length.
const fn list(count: usize, item: usize) -> usize {
    brackets(count).saturating_add(count.saturating_mul(item))
}

/// A list's brackets and commas.
const fn brackets(count: usize) -> usize {
    2 + count.saturating_sub(1)
}
