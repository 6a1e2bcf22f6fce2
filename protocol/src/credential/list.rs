//! The public list of credentials, with weights where voters have them.

use crate::ParseError;
use crate::group::{Encoding, Point};
use crate::json;
use rayon::prelude::*;
use std::collections::HashMap;

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
}

/// The credentials that may vote in an election, in the order of the list.
#[derive(Clone, Debug)]
pub struct PublicCredentials {
    points: Vec<Point>,
    /// Empty where no voter has a weight.
    weights: Vec<u64>,
    positions: HashMap<Point, usize>,
}

/// The largest weight that is read. The stock server allows 10^11 in sum.
const LARGEST_WEIGHT: u64 = 1 << 53;

impl PublicCredentials {
    /// A list without weights, in the given order.
    ///
    /// # Errors
    /// With the first credential that is neutral or stands twice.
    pub fn unweighted(points: Vec<Point>) -> Result<Self, CredentialError> {
        Self::new(points, Vec::new())
    }

    /// Reads the record: a JSON array of `point` or `point,weight`.
    ///
    /// # Errors
    /// With the first fault: a line that cannot be read, is neutral, stands twice, or has a weight where
    /// others have none.
    pub fn parse(bytes: &[u8]) -> Result<Self, CredentialError> {
        let lines: Vec<String> = json::parse("list of public credentials", bytes)?;
        let entries: Vec<(Point, Option<u64>)> =
            lines.par_iter().map(|line| parse_line(line)).collect::<Result<_, _>>()?;
        let weighted = entries.iter().filter(|(_, weight)| weight.is_some()).count();
        if weighted != 0 && weighted != entries.len() {
            return Err(CredentialError::MixedWeights);
        }
        let (points, weights): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        Self::new(points, weights.into_iter().flatten().collect())
    }

    fn new(points: Vec<Point>, weights: Vec<u64>) -> Result<Self, CredentialError> {
        let mut positions = HashMap::with_capacity(points.len());
        for (i, point) in points.iter().enumerate() {
            if point.is_neutral() {
                return Err(CredentialError::Neutral(i + 1));
            }
            if let Some(first) = positions.insert(*point, i) {
                return Err(CredentialError::Twice(first + 1, i + 1));
            }
        }
        Ok(Self { points, weights, positions })
    }

    /// The record's bytes.
    pub fn to_text(&self) -> String {
        let lines: Vec<String> = self
            .points
            .iter()
            .enumerate()
            .map(|(i, point)| match self.weights.get(i) {
                Some(weight) => format!("{point},{weight}"),
                None => point.to_text(),
            })
            .collect();
        json::to_text(&lines)
    }

    /// How many credentials there are.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The credentials, in the order of the list.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Where a credential stands, counted from 0.
    pub fn position(&self, credential: &Point) -> Option<usize> {
        self.positions.get(credential).copied()
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
            return self.points.len() as u64;
        }
        self.weights.iter().fold(0, |sum: u64, weight| sum.saturating_add(*weight))
    }
}

/// The text of a new list without weights, sorted: 67 bytes a credential.
///
/// # Errors
/// One is neutral, or two are the same.
pub fn new_list(mut credentials: Vec<Encoding>) -> Result<String, CredentialError> {
    credentials.sort_unstable();
    let neutral = Encoding::from(&Point::neutral());
    if let Some(at) = credentials.iter().position(|encoding| *encoding == neutral) {
        return Err(CredentialError::Neutral(at + 1));
    }
    if let Some(at) = credentials.windows(2).position(|pair| pair[0] == pair[1]) {
        return Err(CredentialError::Twice(at + 1, at + 2));
    }
    let mut text = String::with_capacity(credentials.len() * 67 + 2);
    text.push('[');
    for (at, encoding) in credentials.iter().enumerate() {
        text.push_str(if at == 0 { "\"" } else { ",\"" });
        encoding.push_text(&mut text);
        text.push('"');
    }
    text.push(']');
    Ok(text)
}

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
    Ok((Point::from_text(point)?, weight))
}
