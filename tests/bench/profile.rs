//! Where the time of a vote goes, counted: what its verification has to do, times what each of these takes alone.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Result;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint, VartimeEdwardsPrecomputation};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::VartimePrecomputedMultiscalarMul;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::measure::{interleaved, ratio, worked};
use crate::report::{Row, Target, Unit};

/// Points that are hashed for a yes/no vote and have to be computed for that: two for each of two branches of two answers,
/// two for the sum, one for the signature.
pub(crate) const COMMITMENTS: u32 = 11;
/// Those of them that are a multiple of a point plus one of the base point; the others have one of the election's key in its place.
const OF_BASE: u32 = 6;
/// Points that are decoded: four of the sealed numbers, and the credential on the list, where it is kept.
const DECODED: u32 = 5;
/// Points that are encoded: the commitments, and the two of the sum, which are hashed before them.
const ENCODED: u32 = COMMITMENTS + 2;
/// Votes whose points are encoded together.
const TOGETHER: u32 = 16;
/// Points of which it is checked that they lie in the group, and additions that this takes for each.
const CHECKED: u32 = 5;
const ADDITIONS: u32 = 13;

/// Operations of each kind in a round.
const OPERATIONS: u32 = 256;

/// What one operation of each kind takes.
pub(crate) struct Costs {
    /// A multiple of a point plus one of the base point.
    pub(crate) of_base: Duration,
    /// The same with the election's key in the place of the base point.
    of_key: Duration,
    decode: Duration,
    add: Duration,
    /// Encoding one of as many points as are encoded together.
    encode: Duration,
}

impl Costs {
    /// Measures them in turn.
    ///
    /// # Errors
    /// A point does not read back.
    pub(crate) fn measure(rounds: usize) -> Result<Self> {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let scalars: Vec<[Scalar; 2]> =
            (0..OPERATIONS).map(|_| [(); 2].map(|()| Scalar::random(&mut rng))).collect();
        let points: Vec<EdwardsPoint> = scalars.iter().map(|[a, _]| EdwardsPoint::mul_base(a)).collect();
        let encoded: Vec<CompressedEdwardsY> = points.iter().map(EdwardsPoint::compress).collect();
        let key = EdwardsPoint::mul_base(&Scalar::random(&mut rng));
        let tables = VartimeEdwardsPrecomputation::new([&key]);
        let each = || scalars.iter().zip(&points);
        let of_base = || {
            each().for_each(|([a, b], point)| {
                black_box(EdwardsPoint::vartime_double_scalar_mul_basepoint(a, point, b));
            });
        };
        let of_key = || {
            each().for_each(|([a, b], point)| {
                black_box(tables.vartime_mixed_multiscalar_mul([a], [b], [point]));
            });
        };
        let decode = || encoded.iter().all(|one| black_box(one.decompress()).is_some());
        let add = || points.iter().fold(EdwardsPoint::default(), |sum, point| black_box(sum + point));
        let together = usize::try_from(ENCODED * TOGETHER)?;
        let encode = || {
            points.chunks(together).for_each(|some| {
                black_box(EdwardsPoint::compress_batch_alloc(some));
            });
        };
        let [of_base, of_key, decode, add, encode] = interleaved(
            rounds,
            [
                &mut || Ok(worked(of_base).1),
                &mut || Ok(worked(of_key).1),
                &mut || {
                    let (all, time) = worked(decode);
                    anyhow::ensure!(all, "a point does not read back");
                    Ok(time)
                },
                &mut || Ok(worked(add).1),
                &mut || Ok(worked(encode).1),
            ],
        )?;
        let one = |all: Duration| all / OPERATIONS;
        Ok(Self {
            of_base: one(of_base),
            of_key: one(of_key),
            decode: one(decode),
            add: one(add),
            encode: one(encode),
        })
    }

    /// The parts of a vote that takes `vote` as a whole, beside the `reading`, hashing and parsing.
    pub(crate) fn rows(&self, vote: Duration, reading: Duration) -> Vec<Row> {
        let parts = [
            (
                "commitments",
                self.of_base * OF_BASE + self.of_key * (COMMITMENTS - OF_BASE),
                "points that are computed because they are hashed: no batch saves one",
            ),
            ("decoding points", self.decode * DECODED, "a square root for each"),
            (
                "that points lie in the group",
                self.add * (CHECKED * ADDITIONS),
                "random subset sums over many votes",
            ),
            ("encoding points", self.encode * ENCODED, "one inversion for all of sixteen votes"),
        ];
        let rest =
            parts.iter().fold(vote.saturating_sub(reading), |rest, (_, part, _)| rest.saturating_sub(*part));
        let rest =
            ("what is left", rest, "numbers and points as text for the proofs' hashes, memory, bookkeeping");
        parts
            .into_iter()
            .chain([rest])
            .map(|(what, part, note)| {
                Row::new(format!("part of a vote: {what}"), ratio(part, vote), Target::None, note)
                    .counted_in(Unit::Percent)
            })
            .collect()
    }
}
