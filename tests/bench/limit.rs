//! `verify` beside what it is made of: the curve library's own operations, and reading, hashing and parsing.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use scrutineer_protocol::archive::{Kind, Reader};
use scrutineer_protocol::event::Event;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_protocol::proof::Proof;
use scrutineer_protocol::verify;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::Bench;
use crate::measure::{interleaved, ratio, worked};
use crate::profile::{COMMITMENTS, Costs};
use crate::records::Record;
use crate::report::{Row, Section, Target, Unit};

/// Members who voted.
const VOTES: u32 = 500;
/// How often it is verified.
const ROUNDS: usize = 24;
/// So many times more often what takes less time.
const SHORT: usize = 4;
/// Pieces of 1 kB that are hashed in a round.
const PIECES: u32 = 64;
/// Multiplications that stand for one piece: they wait for each other, so that no build makes them faster.
const MULTIPLICATIONS: u32 = 1024;

/// Verification on one core beside its parts.
pub(crate) fn section(bench: &Bench) -> Result<Section> {
    let record = bench.records.of(bench.unless_quick(VOTES, 200))?;
    let rounds = bench.unless_quick(ROUNDS, 3);
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let [whole, reading] = interleaved(
        rounds,
        [&mut || one_core.install(|| verified(&record)), &mut || read_and_parsed(&record)],
    )?;
    let costs = Costs::measure(rounds * SHORT)?;
    let [hashing, multiplying] =
        interleaved(rounds * SHORT, [&mut || Ok(hashed()), &mut || Ok(multiplied())])?;
    let vote = whole / record.votes;
    let mut rows = vec![
        Row::new(
            format!("a vote / {COMMITMENTS} operations"),
            ratio(vote, costs.of_base * COMMITMENTS),
            Target::None,
            format!(
                "{COMMITMENTS} points have to be computed for a yes/no vote, each the sum of multiples of two points"
            ),
        ),
        Row::new("reading, hashing and parsing / the whole", ratio(reading, whole), Target::AtMost(0.1), "")
            .counted_in(Unit::Percent),
        Row::new(
            format!(
                "SHA-256 of 1 kB after arithmetic on the curve / {MULTIPLICATIONS} multiplications in a row"
            ),
            ratio(hashing / PIECES, multiplying / PIECES),
            Target::AtMost(15.0),
            "about 1 with the processor's SHA instructions, about 6 without, about 100 with compiler flags that ruin it",
        ),
    ];
    rows.extend(costs.rows(vote, reading / record.votes));
    Ok(Section {
        title: "Verification beside its parts",
        about: format!(
            "A record of {} yes/no votes, verified in this program on one core. The unit is the curve library's own \
             operation for checking signatures, a multiple of a point plus a multiple of the base point in variable time.",
            record.votes
        ),
        rows,
    })
}

fn verified(record: &Record) -> Result<Duration> {
    let file = File::open(&record.file)?;
    let (report, time) =
        worked(|| verify::archive(file, verify::no_shares, &mut ChaCha20Rng::seed_from_u64(1), &mut ()));
    ensure!(report?.ok(), "the record does not verify");
    Ok(time)
}

/// A vote as JSON: points stay texts, for decoding them is arithmetic.
#[derive(Deserialize)]
struct Vote<'a> {
    election_uuid: &'a str,
    election_hash: &'a str,
    credential: &'a str,
    #[serde(borrow)]
    answers: Vec<Answer<'a>>,
    #[serde(borrow)]
    signature: Signature<'a>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    choices: Vec<Choice<'a>>,
    individual_proofs: Vec<Vec<Proof>>,
    overall_proof: Vec<Proof>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    alpha: &'a str,
    beta: &'a str,
}

#[derive(Deserialize)]
struct Signature<'a> {
    hash: &'a str,
    proof: Proof,
}

impl Vote<'_> {
    /// The bytes that its points are written as.
    fn points(&self) -> Result<Vec<[u8; 32]>, hex::FromHexError> {
        let choices = self.answers.iter().flat_map(|answer| &answer.choices);
        let texts = choices.flat_map(|choice| [choice.alpha, choice.beta]).chain([self.credential]);
        texts
            .map(|text| {
                let mut bytes = [0; 32];
                hex::decode_to_slice(text, &mut bytes).map(|()| bytes)
            })
            .collect()
    }
}

/// Hashes what is read.
struct Hashing {
    inner: File,
    hash: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// Everything that verification does beside arithmetic: the file read and hashed, each record hashed again, each vote twice
/// more, JSON, hexadecimal and decimal numbers.
fn read_and_parsed(record: &Record) -> Result<Duration> {
    let (done, time) = worked(|| {
        let mut whole = Hashing { inner: File::open(&record.file)?, hash: Sha256::new() };
        let mut reader = Reader::new(&mut whole)?;
        let mut last = None;
        while let Some(record) = reader.next_record()? {
            if record.kind == Kind::Data {
                last = Some(record.body);
                continue;
            }
            let event = black_box(Event::parse(&record.body)?);
            let Some(body) =
                last.take().filter(|_| event.kind == scrutineer_protocol::event::EventKind::Ballot)
            else {
                continue;
            };
            black_box((Base64Hash::of(&body), Base64Hash::of(&body)));
            let vote: Vote<'_> = serde_json::from_slice(&body).context("a vote")?;
            black_box(vote.points()?);
            black_box((vote.election_uuid, vote.election_hash, vote.signature.hash, vote.signature.proof));
            for answer in &vote.answers {
                black_box((&answer.individual_proofs, &answer.overall_proof));
            }
        }
        drop(reader);
        black_box(whole.hash.finalize());
        anyhow::Ok(())
    });
    done.map(|()| time)
}

/// Hashing in the state in which the curve's arithmetic leaves the processor.
fn hashed() -> Duration {
    let mut piece = [0; 1024];
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    rng.fill_bytes(&mut piece);
    let scalar = Scalar::random(&mut rng);
    let mut time = Duration::ZERO;
    for _ in 0..PIECES {
        let point =
            EdwardsPoint::vartime_double_scalar_mul_basepoint(&scalar, &EdwardsPoint::default(), &scalar);
        black_box(point);
        time += worked(|| black_box(Sha256::digest(black_box(piece)))).1;
    }
    time
}

fn multiplied() -> Duration {
    let mut time = Duration::ZERO;
    for start in 0..u64::from(PIECES) {
        let chain = |start: u64| {
            (0..MULTIPLICATIONS)
                .fold(start, |n, _| black_box(n).wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1))
        };
        time += worked(|| black_box(chain(black_box(start)))).1;
    }
    time
}
