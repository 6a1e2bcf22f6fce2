//! Ballots whose points are on the curve, in their canonical encoding, and not yet known to lie in the prime-order subgroup:
//! to show that point by point is a third of the cost of a ballot, and many are shown together for a tenth of it.

use super::{Answer, Ballot, Eighths, HomomorphicAnswer, Wire, tolerant};
use crate::ParseError;
use crate::elgamal::Ciphertext;
use crate::group::{EdwardsPoint, Point, PointText, encoding_from_text};
use crate::json;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text of a credential, which is a point's encoding or is none: most are known already, and need no decoding.
pub(super) struct Undecoded([u8; 32]);

/// A ballot that is one if its points lie in the group.
pub(crate) struct Unproven(Ballot);

impl Unproven {
    /// Reads a ballot in its one canonical form. `decode` gives the point of its credential.
    pub(crate) fn parse(
        bytes: &[u8],
        decode: impl FnOnce([u8; 32]) -> Result<Point, ParseError>,
    ) -> Result<Self, ParseError> {
        let wire: Wire<Undecoded> = json::parse("ballot", bytes)?;
        Ballot::from_wire(wire.decoded(decode)?, bytes).map(Self)
    }

    /// Reads a ballot as [`Ballot::parse_tolerant`] does; the second value says what is odd.
    pub(crate) fn parse_tolerant(
        bytes: &[u8],
        decode: impl Fn([u8; 32]) -> Result<Point, ParseError>,
    ) -> Result<(Self, Option<String>), ParseError> {
        match Self::parse(bytes, &decode) {
            Ok(ballot) => Ok((ballot, None)),
            Err(strict) => {
                let wire = tolerant::parse(bytes).and_then(|wire| wire.decoded(&decode));
                let ballot = Ballot::from_wire(wire.map_err(|_| strict.clone())?, bytes)?;
                Ok((Self(ballot), Some(strict.to_string())))
            }
        }
    }

    /// What was read. Proofs may be checked already: nothing of that depends on where the points lie.
    pub(crate) fn as_read(&self) -> &Ballot {
        &self.0
    }

    /// The points of the sealed numbers.
    pub(crate) fn elements(&self) -> impl Iterator<Item = EdwardsPoint> {
        super::elements(&self.0.wire)
    }

    /// The ballot, of which the caller has shown that credential and [`Self::elements`] lie in the group.
    pub(crate) fn proven(self) -> Ballot {
        self.0
    }

    /// The ballot, once every point was shown to lie in the group, but for a credential that is known to.
    pub(crate) fn prove(
        self,
        is_known: impl FnOnce(&Point) -> bool,
        eighths: &Eighths,
    ) -> Result<Ballot, ParseError> {
        let credential = self.0.wire.credential;
        if !is_known(&credential) {
            credential.in_group()?;
        }
        self.prove_with(eighths)
    }

    /// The same where the credential is known to.
    pub(crate) fn prove_elements(self) -> Result<Ballot, ParseError> {
        self.prove_with(&Eighths::default())
    }

    fn prove_with(self, eighths: &Eighths) -> Result<Ballot, ParseError> {
        if eighths.show(self.elements()) { Ok(self.0) } else { Err(crate::group::outside()) }
    }
}

impl Wire<Undecoded> {
    fn decoded(self, decode: impl FnOnce([u8; 32]) -> Result<Point, ParseError>) -> Result<Wire, ParseError> {
        let Self { election_uuid, election_hash, credential, answers, signature } = self;
        Ok(Wire { election_uuid, election_hash, credential: decode(credential.0)?, answers, signature })
    }
}

impl Undecoded {
    /// Reads 64 digits.
    pub(super) fn from_text(text: &str) -> Result<Self, ParseError> {
        encoding_from_text(text).map(Self)
    }
}

impl<'de> Deserialize<'de> for Undecoded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::from_text(deserializer, "a point in hexadecimal, as a text", Self::from_text)
    }
}

impl Serialize for Undecoded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(PointText::of(&self.0).as_str())
    }
}

/// For serde: a point of the curve.
fn point<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Point, D::Error> {
    json::from_text(deserializer, "a point in hexadecimal, as a text", Point::on_curve_from_text)
}

/// For serde: pairs of such points.
pub(super) fn ciphertexts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Ciphertext>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        #[serde(deserialize_with = "point")]
        alpha: Point,
        #[serde(deserialize_with = "point")]
        beta: Point,
    }
    let pairs = Vec::<Pair>::deserialize(deserializer)?;
    Ok(pairs.into_iter().map(|Pair { alpha, beta }| Ciphertext { alpha, beta }).collect())
}

/// For serde: answers made of them. There is no other way to read one.
pub(super) fn answers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Answer>, D::Error> {
    let answers = Vec::<HomomorphicAnswer>::deserialize(deserializer)?;
    Ok(answers.into_iter().map(Answer).collect())
}
