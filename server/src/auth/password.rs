//! Passwords: Argon2id at OWASP's parameters, as many at once as there are cores, each in memory that is allocated once.
//!
//! A sign-in costs some 20 ms and 19 MiB. More at once would not be faster, only larger; so callers queue, and beyond a
//! bound they are told to come back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64ct::{Base64Unpadded, Encoding};
use rand_core::CryptoRng;
use scrutineer_api::account::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS};
use scrutineer_api::secret::Secret;
use subtle::ConstantTimeEq;
use thiserror::Error;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

const SALT: usize = 16;
const HASH: usize = 32;
/// Waiting callers for each core: about two and a half seconds' work.
pub const QUEUE_PER_CORE: usize = 128;

/// What a hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// OWASP's recommendation for Argon2id with one lane.
    pub const OWASP: Self = Self { memory: 19_456, passes: 2 };
    /// As little as Argon2 allows.
    ///
    /// # Security
    /// For tests only.
    pub const LEAST: Self = Self { memory: 8, passes: 1 };

    fn params(self) -> Result<Params, PasswordError> {
        Params::new(self.memory, self.passes, 1, Some(HASH)).map_err(|_| PasswordError::Failed)
    }
}

/// Why a password was not hashed or compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Too many wait already.
    #[error("too many people are signing in at this moment; try again in a few seconds")]
    Busy,
    /// It could not be computed: out of memory, or a kept hash that is none.
    #[error("the password could not be checked")]
    Failed,
}

/// Why a password cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotAPassword {
    /// Too short.
    #[error(
        "the password is too short: it needs at least {MIN_PASSWORD_CHARS} characters; a few words do well"
    )]
    TooShort,
    /// Too long.
    #[error("the password is too long: at most {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
}

/// Whether this may be chosen as a password.
///
/// # Errors
/// See [`NotAPassword`].
pub fn may_be_chosen(password: &Secret) -> Result<(), NotAPassword> {
    let text = password.expose();
    if text.len() > MAX_PASSWORD_BYTES {
        Err(NotAPassword::TooLong)
    } else if text.chars().count() < MIN_PASSWORD_CHARS {
        Err(NotAPassword::TooShort)
    } else {
        Ok(())
    }
}

/// Hashes and compares passwords.
pub struct Passwords {
    cost: Cost,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
    memory: Mutex<Vec<Vec<Block>>>,
    hashed: AtomicUsize,
}

/// A kept hash, taken apart.
struct Kept {
    cost: Cost,
    salt: Vec<u8>,
    hash: [u8; HASH],
}

impl Passwords {
    /// Prepares for `cores` at once, while `most_waiting` others wait: with all the memory that it will take.
    #[must_use]
    pub fn new(cost: Cost, cores: usize, most_waiting: usize) -> Self {
        let cores = cores.max(1);
        let blocks = cost.params().map_or(0, |params| params.block_count());
        Self {
            cost,
            turns: Arc::new(Semaphore::new(cores)),
            waiting: AtomicUsize::new(0),
            most_waiting,
            hashed: AtomicUsize::new(0),
            memory: Mutex::new((0..cores).map(|_| vec![Block::new(); blocks]).collect()),
        }
    }

    /// How many passwords were hashed so far.
    #[must_use]
    pub fn hashed(&self) -> usize {
        self.hashed.load(Ordering::Relaxed)
    }

    /// Hashes a password for keeping, in PHC form.
    ///
    /// # Errors
    /// See [`PasswordError`].
    pub async fn hash(
        self: &Arc<Self>,
        password: Secret,
        rng: &mut impl CryptoRng,
    ) -> Result<String, PasswordError> {
        let mut salt = vec![0; SALT];
        rng.fill_bytes(&mut salt);
        let Cost { memory, passes } = self.cost;
        let encoded = Base64Unpadded::encode_string(&salt);
        let hash = self.compute(password, salt, self.cost).await?;
        let hash = Base64Unpadded::encode_string(&*hash);
        Ok(format!("$argon2id$v=19$m={memory},t={passes},p=1${encoded}${hash}"))
    }

    /// Whether a password is the kept one. Without a kept one the answer is no, after the same time.
    ///
    /// # Errors
    /// See [`PasswordError`].
    pub async fn fits(self: &Arc<Self>, password: Secret, kept: Option<&str>) -> Result<bool, PasswordError> {
        let Some(kept) = kept else {
            self.compute(password, vec![0; SALT], self.cost).await?;
            return Ok(false);
        };
        let Kept { cost, salt, hash } = parse(kept).ok_or(PasswordError::Failed)?;
        let found = self.compute(password, salt, cost).await?;
        Ok(found.ct_eq(&hash).into())
    }

    async fn compute(
        self: &Arc<Self>,
        password: Secret,
        salt: Vec<u8>,
        cost: Cost,
    ) -> Result<Zeroizing<[u8; HASH]>, PasswordError> {
        let place = Place::take(self)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::Failed)?;
        drop(place);
        let this = Arc::clone(self);
        let work = move || {
            let mut memory = this.take_memory();
            this.hashed.fetch_add(1, Ordering::Relaxed);
            let hash = argon2id(&password, &salt, cost, &mut memory);
            this.memory.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            drop(turn);
            hash
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Failed)?
    }

    fn take_memory(&self) -> Vec<Block> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }
}

/// A place in the queue.
struct Place<'p>(&'p Passwords);

impl<'p> Place<'p> {
    fn take(passwords: &'p Passwords) -> Result<Self, PasswordError> {
        let place = Self(passwords);
        let before = passwords.waiting.fetch_add(1, Ordering::AcqRel);
        if before < passwords.most_waiting { Ok(place) } else { Err(PasswordError::Busy) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

fn argon2id(
    password: &Secret,
    salt: &[u8],
    cost: Cost,
    memory: &mut Vec<Block>,
) -> Result<Zeroizing<[u8; HASH]>, PasswordError> {
    let params = cost.params()?;
    let needed = params.block_count();
    if memory.len() < needed {
        memory.resize(needed, Block::new());
    }
    let mut hash = Zeroizing::new([0; HASH]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password.expose().as_bytes(), salt, &mut *hash, memory)
        .map_err(|_| PasswordError::Failed)?;
    Ok(hash)
}

/// Reads what [`Passwords::hash`] wrote, whatever the cost was then.
fn parse(kept: &str) -> Option<Kept> {
    let mut parts = kept.strip_prefix("$argon2id$v=19$")?.split('$');
    let (costs, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let (memory, rest) = costs.strip_prefix("m=")?.split_once(",t=")?;
    let cost = Cost { memory: memory.parse().ok()?, passes: rest.strip_suffix(",p=1")?.parse().ok()? };
    let hash = Base64Unpadded::decode_vec(hash).ok()?.try_into().ok()?;
    Some(Kept { cost, salt: Base64Unpadded::decode_vec(salt).ok()?, hash })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use scrutineer_api::secret::Secret;

    use super::{Cost, NotAPassword, PasswordError, Passwords, may_be_chosen};
    use crate::entropy::Entropy;

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn only_the_kept_password_fits() {
        let passwords = Arc::new(Passwords::new(Cost::LEAST, 2, 9));
        run(async {
            let kept = passwords.hash(secret("correct horse"), &mut Entropy::seeded(1).rng()).await.unwrap();
            assert!(kept.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
            assert_eq!(passwords.fits(secret("correct horse"), Some(&kept)).await, Ok(true));
            assert_eq!(passwords.fits(secret("correct horsf"), Some(&kept)).await, Ok(false));
            assert_eq!(passwords.fits(secret("correct horse"), None).await, Ok(false));
            assert_eq!(passwords.fits(secret("x"), Some("$argon2i$")).await, Err(PasswordError::Failed));
        });
    }

    #[test]
    fn a_hash_of_another_cost_still_fits_and_the_default_is_owasps() {
        let (old, new) =
            (Arc::new(Passwords::new(Cost::LEAST, 1, 9)), Arc::new(Passwords::new(Cost::OWASP, 1, 9)));
        run(async {
            let mut rng = Entropy::seeded(1).rng();
            let kept = old.hash(secret("correct horse"), &mut rng).await.unwrap();
            assert_eq!(new.fits(secret("correct horse"), Some(&kept)).await, Ok(true));
            let kept = new.hash(secret("correct horse"), &mut rng).await.unwrap();
            assert!(kept.contains("$m=19456,t=2,p=1$"));
            assert_eq!(old.fits(secret("correct horse"), Some(&kept)).await, Ok(true));
        });
    }

    #[test]
    fn beyond_the_queue_callers_are_told_to_come_back() {
        let passwords = Arc::new(Passwords::new(Cost::LEAST, 1, 0));
        assert_eq!(run(passwords.fits(secret("x"), None)), Err(PasswordError::Busy));
    }

    #[test]
    fn the_memory_is_there_from_the_start_and_grows_by_nothing() {
        let passwords = Arc::new(Passwords::new(Cost::LEAST, 2, 9));
        let held = || passwords.memory.lock().unwrap().iter().map(Vec::len).collect::<Vec<_>>();
        let before = held();
        assert!(before.len() == 2 && before.iter().all(|blocks| *blocks >= 8), "{before:?}");
        run(async {
            for _ in 0..5 {
                assert_eq!(passwords.fits(secret("x"), None).await, Ok(false));
            }
        });
        assert_eq!(held(), before);
    }

    #[test]
    fn length_is_the_only_rule() {
        assert_eq!(may_be_chosen(&secret("123456789")), Err(NotAPassword::TooShort));
        assert_eq!(may_be_chosen(&secret("ééééééééé")), Err(NotAPassword::TooShort));
        assert_eq!(may_be_chosen(&secret("éééééééééé")), Ok(()));
        assert_eq!(may_be_chosen(&secret(&"x".repeat(1024))), Ok(()));
        assert_eq!(may_be_chosen(&secret(&"x".repeat(1025))), Err(NotAPassword::TooLong));
    }
}
