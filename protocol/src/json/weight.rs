//! Weight numbers: weights in tallies and counts in results.

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;

/// A count or weight: a JSON number up to 2^30 - 1, a JSON string in decimal above (belenios-v1 section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(pub u64);

/// The largest weight that is written as a number.
const LARGEST_NUMBER: u64 = (1 << 30) - 1;

impl Serialize for Weight {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 <= LARGEST_NUMBER {
            serializer.serialize_u64(self.0)
        } else {
            serializer.collect_str(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WeightVisitor)
    }
}

struct WeightVisitor;

impl Visitor<'_> for WeightVisitor {
    type Value = Weight;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a weight: a number below 2^30 or the text of a larger one")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Weight, E> {
        if value > LARGEST_NUMBER {
            return Err(E::invalid_value(Unexpected::Unsigned(value), &self));
        }
        Ok(Weight(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Weight, E> {
        let value: u64 = text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))?;
        if value <= LARGEST_NUMBER || value.to_string() != text {
            return Err(E::invalid_value(Unexpected::Str(text), &self));
        }
        Ok(Weight(value))
    }
}
