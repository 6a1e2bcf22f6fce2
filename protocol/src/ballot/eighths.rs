//! The eighths of a ballot's points: with them it takes little to see that the points lie in the group.
//!
//! The curve has eight times as many points as the group. Eight times any point of it lies in the group, since that leaves
//! nothing of its part of small order, and every point of the group is eight times exactly one other. So a point is known to lie in the
//! group by whoever sees one of which it is eight times: a square root and three doublings, where some 250 doublings would do otherwise.
//!
//! They are no part of a ballot and stand on no record. Anyone can work them out from the ballot, so they tell nothing that it does not; and what
//! they say of a point is believed only as far as it was computed again.

use super::{Ballot, elements};
use crate::ParseError;
use crate::group::{EdwardsPoint, Scalar, is_in_group};
use base64ct::{Base64Unpadded, Encoding};
use curve25519_dalek::edwards::CompressedEdwardsY;

/// Eighths of the first points of a ballot's sealed numbers, in their order: alpha and beta of the first, then of the second, and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Eighths(Vec<CompressedEdwardsY>);

impl Eighths {
    /// The most that are written or read: those of 64 sealed numbers. Of longer ballots the first points have eighths.
    pub const MOST: usize = 128;

    /// Those of a ballot.
    #[must_use]
    pub fn of(ballot: &Ballot) -> Self {
        let eighth = Scalar::from(8u8).invert();
        let eighths: Vec<_> =
            elements(&ballot.wire).take(Self::MOST).map(|element| element * eighth).collect();
        Self(EdwardsPoint::compress_batch_alloc(&eighths))
    }

    /// Reads what [`Self::to_text`] writes. Whether they are anything's eighths, or points at all, is not looked at.
    ///
    /// # Errors
    /// Where the text is not Base64 without padding of 32 bytes for each of at most [`Self::MOST`] points.
    pub fn from_text(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError::new("eighths", "must be 32 bytes each in Base64");
        let mut bytes = [0; 32 * Self::MOST];
        let bytes = Base64Unpadded::decode(text, &mut bytes).map_err(|_| wrong())?;
        let (points, []) = bytes.as_chunks::<32>() else { return Err(wrong()) };
        Ok(Self(points.iter().copied().map(CompressedEdwardsY).collect()))
    }

    /// The encodings of RFC 8032, one behind the other, in Base64 without padding.
    #[must_use]
    pub fn to_text(&self) -> String {
        let bytes: Vec<u8> = self.0.iter().flat_map(|point| point.0).collect();
        Base64Unpadded::encode_string(&bytes)
    }

    /// Whether all these elements lie in the group, exactly; in variable time. An eighth that is wrong or lacking costs time and changes
    /// nothing.
    pub(super) fn show(&self, mut elements: impl Iterator<Item = EdwardsPoint>) -> bool {
        let mut eighths = self.0.iter();
        elements.all(|element| {
            let eighth = eighths.next().and_then(CompressedEdwardsY::decompress);
            eighth.is_some_and(|eighth| eighth.mul_by_cofactor() == element) || is_in_group(&element)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::EIGHT_TORSION;

    fn points() -> Vec<EdwardsPoint> {
        (1u64..6).map(|n| EdwardsPoint::mul_base(&Scalar::from(n * n))).collect()
    }

    fn eighths(points: &[EdwardsPoint]) -> Eighths {
        let eighth = Scalar::from(8u8).invert();
        Eighths(points.iter().map(|point| (point * eighth).compress()).collect())
    }

    fn show(eighths: &Eighths, points: &[EdwardsPoint]) -> bool {
        eighths.show(points.iter().copied())
    }

    #[test]
    fn points_of_the_group_pass_whatever_is_said_to_be_their_eighths() {
        let points = points();
        let right = eighths(&points);
        let mut wrong = right.clone();
        wrong.0.rotate_left(1);
        // y = 2 is on no point of the curve.
        let mut none = [0; 32];
        none[0] = 2;
        assert!(CompressedEdwardsY(none).decompress().is_none());
        let small = EIGHT_TORSION.iter().map(|torsion| torsion.compress()).take(points.len()).collect();
        let shifted =
            points.iter().map(|point| (point * Scalar::from(8u8).invert() + EIGHT_TORSION[1]).compress());
        for said in [
            right.clone(),
            wrong,
            Eighths::default(),
            Eighths(right.0[..2].to_vec()),
            Eighths([right.0.clone(), right.0.clone()].concat()),
            Eighths(vec![CompressedEdwardsY(none); points.len()]),
            Eighths(small),
            Eighths(shifted.collect()),
        ] {
            assert!(show(&said, &points), "{said:?}");
        }
    }

    #[test]
    fn other_points_of_the_curve_do_not_pass_whatever_is_said_to_be_their_eighths() {
        let points = points();
        let right = eighths(&points);
        for torsion in &EIGHT_TORSION[1..] {
            for place in 0..points.len() {
                let mut changed = points.clone();
                changed[place] += torsion;
                assert!(!show(&Eighths::default(), &changed));
                assert!(!show(&right, &changed));
                assert!(!show(&eighths(&changed), &changed));
                // Every point whose eightfold could be meant: eight times any of them lies in the group.
                for small in &EIGHT_TORSION {
                    let mut said = right.clone();
                    said.0[place] = (points[place] * Scalar::from(8u8).invert() + small).compress();
                    assert!(!show(&said, &changed));
                }
            }
        }
    }

    #[test]
    fn the_neutral_element_has_eighths() {
        for small in EIGHT_TORSION {
            assert!(show(&Eighths(vec![small.compress()]), &[EdwardsPoint::default()]));
        }
    }

    #[test]
    fn the_text_reads_back_and_other_texts_do_not() {
        let all = eighths(&points());
        let text = all.to_text();
        assert_eq!(text.len(), (all.0.len() * 32 * 4).div_ceil(3));
        assert_eq!(Eighths::from_text(&text), Ok(all));
        assert_eq!(Eighths::from_text(""), Ok(Eighths::default()));
        let most = Eighths(vec![CompressedEdwardsY([0xff; 32]); Eighths::MOST]);
        assert_eq!(Eighths::from_text(&most.to_text()), Ok(most.clone()));
        let more = Eighths([most.0, vec![CompressedEdwardsY([0; 32])]].concat()).to_text();
        for wrong in [&text[1..], &format!("{text}AAAA"), &format!("{text}="), "????", "é", &more] {
            assert!(Eighths::from_text(wrong).is_err(), "{wrong}");
        }
    }
}
