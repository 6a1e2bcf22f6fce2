//! The public list of credentials, with weights where voters have them.

use crate::ParseError;
use crate::group::{EdwardsPoint, Encoding, Point, all_in_group, encoding_from_text};
use rayon::prelude::*;
use std::cmp::Ordering;

/// What is wrong with a list of public credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The list or an entry cannot be read.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The neutral element: anybody could sign for it.
    #[error("public credential {0} is the neutral element")]
    Neutral(usize),
    /// The same credential on two lines (both counted from 1).
    #[error("public credentials {0} and {1} are the same")]
    Twice(usize, usize),
    /// Some lines have a weight and some have not.
    #[error("some public credentials have a weight and others have none")]
    MixedWeights,
    /// More lines than can be numbered.
    #[error("there are more public credentials than can be counted")]
    TooMany,
}

/// The credentials that may vote in an election, in the order of the list: 36 bytes for each, and for some the point.
#[derive(Clone, Debug)]
pub struct PublicCredentials {
    /// All lie in the group, and none is neutral.
    encodings: Vec<Encoding>,
    /// Empty where no voter has a weight.
    weights: Vec<u64>,
    /// The places of the list, in the order of the encodings.
    sorted: Vec<u32>,
    /// The points of the first of them, so that their votes need not decode them again.
    points: Vec<Point>,
}

/// The largest weight that is read. The stock server allows 10^11 in sum.
const LARGEST_WEIGHT: u64 = 1 << 53;

/// Lines whose points are decoded at once: memory for them is all that is needed beside the list.
const CHUNK: usize = 8192;

/// Lines whose points are kept: twelve megabytes of them. Of a longer list keeping all would take more memory than all else.
const KEPT: usize = 1 << 16;

impl PublicCredentials {
    /// Reads the record: a JSON array of `point` or `point,weight`.
    ///
    /// # Errors
    /// With the first fault: a line that cannot be read, is neutral, stands twice, or has a weight where
    /// others have none.
    pub fn parse(bytes: &[u8]) -> Result<Self, CredentialError> {
        Self::read(bytes, None)
    }

    /// The same, where a `seed` that nobody knew who could choose a credential shows that all lie in the group. A wrong yes
    /// has a probability under 2^-100.
    pub(crate) fn parse_with_seed(bytes: &[u8], seed: &[u8; 32]) -> Result<Self, CredentialError> {
        Self::read(bytes, Some(seed))
    }

    fn read(bytes: &[u8], seed: Option<&[u8; 32]>) -> Result<Self, CredentialError> {
        let mut encodings = Vec::new();
        let mut points = Vec::new();
        let mut weights = Vec::new();
        let mut lines = Lines::of(bytes)?;
        loop {
            let chunk: Vec<&str> = lines.by_ref().take(CHUNK).collect::<Result<_, _>>()?;
            if chunk.is_empty() {
                break;
            }
            let entries: Vec<(Point, Option<u64>)> =
                chunk.par_iter().map(|line| parse_line(line)).collect::<Result<_, _>>()?;
            let before = encodings.len();
            if let Some(place) = entries.iter().position(|(point, _)| point.is_neutral()) {
                return Err(CredentialError::Neutral(before + place + 1));
            }
            let elements: Vec<EdwardsPoint> = entries.iter().map(|(point, _)| *point.element()).collect();
            if !seed.is_some_and(|seed| all_in_group(&elements, seed)) {
                entries.par_iter().try_for_each(|(point, _)| point.in_group().map(|_| ()))?;
            }
            encodings.extend(entries.iter().map(|(point, _)| Encoding::from(point)));
            points.extend(entries.iter().map(|(point, _)| *point).take(KEPT - points.len()));
            weights.extend(entries.iter().filter_map(|(_, weight)| *weight));
            if !weights.is_empty() && weights.len() != encodings.len() {
                return Err(CredentialError::MixedWeights);
            }
        }
        Self::new(encodings, weights, points)
    }

    fn new(encodings: Vec<Encoding>, weights: Vec<u64>, points: Vec<Point>) -> Result<Self, CredentialError> {
        let count = u32::try_from(encodings.len()).map_err(|_| CredentialError::TooMany)?;
        let encoding = |place: u32| encodings.get(usize::try_from(place).unwrap_or(usize::MAX));
        let mut sorted: Vec<u32> = (0..count).collect();
        sorted.par_sort_unstable_by_key(|place| (encoding(*place), *place));
        let twice = sorted.windows(2).filter_map(|pair| match pair {
            [a, b] if encoding(*a) == encoding(*b) => Some((*b, *a)),
            _ => None,
        });
        if let Some((second, first)) = twice.min() {
            let number = |place: u32| usize::try_from(place).unwrap_or(usize::MAX).saturating_add(1);
            return Err(CredentialError::Twice(number(first), number(second)));
        }
        Ok(Self { encodings, weights, sorted, points })
    }

    /// The record's bytes.
    pub fn to_text(&self) -> String {
        list_text(&self.encodings, &self.weights)
    }

    /// How many credentials there are.
    pub fn len(&self) -> usize {
        self.encodings.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.encodings.is_empty()
    }

    /// The encodings of the credentials, in the order of the list.
    pub fn encodings(&self) -> &[Encoding] {
        &self.encodings
    }

    /// Where a credential stands, counted from 0.
    pub fn position(&self, credential: &Point) -> Option<usize> {
        self.position_of(credential.encoding())
    }

    fn position_of(&self, wanted: &[u8; 32]) -> Option<usize> {
        let place = |place: &u32| usize::try_from(*place).unwrap_or(usize::MAX);
        let found = self.sorted.binary_search_by(|at| {
            self.encodings.get(place(at)).map_or(Ordering::Greater, |known| known.bytes().cmp(wanted))
        });
        found.ok().and_then(|at| self.sorted.get(at)).map(place)
    }

    /// Reads the encoding of a point, which needs no decoding where it is that of a credential whose point was kept.
    ///
    /// # Errors
    /// Where it is not the canonical encoding of a point of the curve.
    pub(crate) fn decode(&self, encoding: [u8; 32]) -> Result<Point, ParseError> {
        match self.position_of(&encoding).and_then(|position| self.points.get(position)) {
            Some(point) => Ok(*point),
            None => Point::on_curve(encoding),
        }
    }

    /// Whether voters have weights.
    pub fn is_weighted(&self) -> bool {
        !self.weights.is_empty()
    }

    /// The weight at a position: 1 where voters have none.
    pub fn weight(&self, position: usize) -> u64 {
        self.weights.get(position).copied().unwrap_or(1)
    }

    /// The sum of all weights: no count can be larger.
    pub fn total_weight(&self) -> u64 {
        if self.weights.is_empty() {
            return self.encodings.len() as u64;
        }
        self.weights.iter().fold(0, |sum: u64, weight| sum.saturating_add(*weight))
    }
}

/// A new list without weights, sorted. Its text is made in pieces where it is long: it has 67 bytes a credential.
pub struct NewList(Vec<Encoding>);

impl NewList {
    /// Sorts credentials.
    ///
    /// # Errors
    /// One is neutral, or two are the same.
    pub fn new(mut credentials: Vec<Encoding>) -> Result<Self, CredentialError> {
        credentials.sort_unstable();
        let neutral = Encoding::from(&Point::neutral());
        if let Some(at) = credentials.iter().position(|encoding| *encoding == neutral) {
            return Err(CredentialError::Neutral(at + 1));
        }
        if let Some(at) = credentials.windows(2).position(|pair| pair[0] == pair[1]) {
            return Err(CredentialError::Twice(at + 1, at + 2));
        }
        Ok(Self(credentials))
    }

    /// Bytes of the text of a list of so many credentials.
    #[must_use]
    pub fn bytes(credentials: u64) -> u64 {
        // A comma before each but the first, and the brackets.
        credentials.saturating_mul(67).saturating_add(if credentials == 0 { 2 } else { 1 })
    }

    /// The text from the first to the last piece, each of at most so many credentials. `at_once` is at least 1.
    pub fn pieces(&self, at_once: usize) -> impl Iterator<Item = String> {
        let last = self.0.len().div_ceil(at_once).saturating_sub(1);
        (0..=last).map(move |number| {
            let from = number.saturating_mul(at_once);
            let piece = self.0.get(from..self.0.len().min(from.saturating_add(at_once))).unwrap_or_default();
            let mut text = String::with_capacity(piece.len() * 67 + 2);
            if number == 0 {
                text.push('[');
            }
            for (at, encoding) in piece.iter().enumerate() {
                text.push_str(if at == 0 && number == 0 { "\"" } else { ",\"" });
                text.push_str(encoding.text().as_str());
                text.push('"');
            }
            if number == last {
                text.push(']');
            }
            text
        })
    }

    /// The whole text.
    #[must_use]
    pub fn to_text(&self) -> String {
        list_text(&self.0, &[])
    }
}

/// The text of a new list without weights, sorted: 67 bytes a credential.
///
/// # Errors
/// One is neutral, or two are the same.
pub fn new_list(credentials: Vec<Encoding>) -> Result<String, CredentialError> {
    Ok(NewList::new(credentials)?.to_text())
}

/// The canonical text of a list, with weights where there are any.
fn list_text(encodings: &[Encoding], weights: &[u64]) -> String {
    let mut text = String::with_capacity(encodings.len() * 67 + 2);
    text.push('[');
    for (at, encoding) in encodings.iter().enumerate() {
        text.push_str(if at == 0 { "\"" } else { ",\"" });
        text.push_str(encoding.text().as_str());
        if let Some(weight) = weights.get(at) {
            text.push(',');
            text.push_str(&weight.to_string());
        }
        text.push('"');
    }
    text.push(']');
    text
}

/// The texts of a JSON array, where no text needs an escape: one that does is none of a credential. So its one canonical
/// form can be read where it stands.
struct Lines<'a>(Option<&'a str>);

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let text = std::str::from_utf8(bytes).map_err(|_| not_a_list())?;
        let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).ok_or_else(not_a_list)?;
        if inside.is_empty() {
            return Ok(Self(None));
        }
        let texts = inside.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        texts.map(|texts| Self(Some(texts))).ok_or_else(not_a_list)
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<&'a str, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.take()?;
        let Some(end) = rest.find('"') else { return Some(Ok(rest)) };
        let (line, rest) = rest.split_at(end);
        let Some(rest) = rest.strip_prefix("\",\"") else { return Some(Err(not_a_list())) };
        self.0 = Some(rest);
        Some(Ok(line))
    }
}

fn not_a_list() -> ParseError {
    ParseError::new("list of public credentials", "must be a JSON array of texts in canonical form")
}

/// The point is on the curve.
fn parse_line(line: &str) -> Result<(Point, Option<u64>), ParseError> {
    let wrong = || ParseError::new("public credential", "the weight must be a whole number");
    let (point, weight) = match line.split_once(',') {
        None => (line, None),
        Some((point, digits)) => {
            let weight: u64 = digits.parse().map_err(|_| wrong())?;
            if weight.to_string() != digits || weight > LARGEST_WEIGHT {
                return Err(wrong());
            }
            (point, Some(weight))
        }
    };
    Ok((Point::on_curve(encoding_from_text(point)?)?, weight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{power_of_g, small};
    use curve25519_dalek::constants::EIGHT_TORSION;

    #[test]
    fn a_point_outside_of_the_group_is_found_one_by_one_and_together() {
        let points: Vec<Point> = (1..400).map(|n| Point::new(power_of_g(&small(n)))).collect();
        let list = new_list(points.iter().map(Encoding::from).collect()).unwrap();
        assert!(PublicCredentials::parse(list.as_bytes()).is_ok());
        assert!(PublicCredentials::parse_with_seed(list.as_bytes(), &[1; 32]).is_ok());
        for torsion in &EIGHT_TORSION[1..] {
            let outside = Point::new(points[7].element() + torsion);
            let list = list.replace(&points[7].to_text(), &outside.to_text());
            let errors = [
                PublicCredentials::parse(list.as_bytes()).unwrap_err(),
                PublicCredentials::parse_with_seed(list.as_bytes(), &[1; 32]).unwrap_err(),
            ];
            for error in errors {
                assert!(error.to_string().contains("prime-order subgroup"), "{error}");
            }
        }
    }

    /// Those whose points were kept, those of a longer list whose points were not, and what stands on no list.
    #[test]
    fn credentials_are_decoded_alike_whether_their_points_were_kept_or_not() {
        let points: Vec<Point> = (1..200).map(|n| Point::new(power_of_g(&small(n)))).collect();
        let list = new_list(points.iter().map(Encoding::from).collect()).unwrap();
        let mut list = PublicCredentials::parse(list.as_bytes()).unwrap();
        assert_eq!(list.points.len(), list.len());
        for (kept, encoding) in list.points.iter().zip(list.encodings()) {
            assert_eq!(Encoding::from(kept), *encoding);
        }
        list.points.truncate(100);
        for point in &points {
            let decoded = list.decode(*point.encoding()).unwrap();
            assert_eq!((decoded.encoding(), decoded.element()), (point.encoding(), point.element()));
        }
        let other = Point::new(power_of_g(&small(777)));
        assert_eq!(list.decode(*other.encoding()), Ok(other));
        assert!(list.decode([0xff; 32]).is_err());
    }
}
