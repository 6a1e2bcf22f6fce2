//! A teller's key file: the seed under a passphrase, and what the teller has compared or seen, which must not change.
//!
//! Argon2id makes a key of the passphrase, AES-256-GCM seals the seed with it, and everything else in the file is the
//! associated data: whoever changes the file without the passphrase makes it unreadable.

use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::CryptoRng;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::files::{self, Access, FileError};

/// Most bytes of a key file.
const MAX_FILE: u64 = 64 << 10;
const VERSION: u32 = 1;
const SALT: usize = 16;
const NONCE: usize = 12;

/// What of a key file is not secret: its associated data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    v: u32,
    /// The board.
    pub board: String,
    /// The teller's member number.
    pub member_no: String,
    /// The teller's seat, from 1.
    pub index: usize,
    /// How many tellers are needed.
    pub threshold: usize,
    /// How many there are.
    pub size: usize,
    /// The board's fingerprint, once it has been compared with another teller.
    pub fingerprint: Option<HexHash>,
    /// The hash of everybody's commitments, once they were all in.
    pub commitments: Option<HexHash>,
    /// Whether the file was made again from the paper: which counts were opened before, nobody here remembers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restored: bool,
    kdf: Kdf,
}

/// How the key is made of the passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    name: KdfName,
    /// KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
    #[serde(with = "hex")]
    salt: [u8; SALT],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
enum KdfName {
    #[serde(rename = "argon2id")]
    Argon2id,
}

impl Kdf {
    /// What new files use: three times OWASP's memory, since this is done a few times a year.
    const fn new(salt: [u8; SALT]) -> Self {
        Self { name: KdfName::Argon2id, memory: 64 << 10, passes: 3, lanes: 1, salt }
    }

    /// The most that is believed of a file before the passphrase has been checked.
    const MOST_MEMORY: u32 = 1 << 20;
    const MOST_PASSES: u32 = 32;

    fn key(&self, passphrase: &str) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
        if self.memory > Self::MOST_MEMORY || self.passes > Self::MOST_PASSES || self.lanes > 16 {
            return Err(KeyFileError::Kdf);
        }
        let params =
            Params::new(self.memory, self.passes, self.lanes, Some(32)).map_err(|_| KeyFileError::Kdf)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &self.salt, key.as_mut())
            .map_err(|_| KeyFileError::Kdf)?;
        Ok(key)
    }
}

/// The file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    header: Header,
    #[serde(with = "hex")]
    nonce: [u8; NONCE],
    #[serde(with = "hex")]
    sealed: Vec<u8>,
}

/// Why a key file cannot be used.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// There is none.
    #[error(
        "there is no key file for the board {board:?} in this profile: it is where you ran `tellers join` (or bring the \
         paper: `tellers join {board:?} --restore`)"
    )]
    Missing {
        /// The board.
        board: String,
    },
    /// One is there already.
    #[error("there is a key file for this board already, {}: move it away if it is not yours", .0.display())]
    Exists(PathBuf),
    /// Not one of ours, or a newer one.
    #[error("{} is not a key file that this program can read", .0.display())]
    Unreadable(PathBuf),
    /// Another board's.
    #[error("{} is the key file of another board", .0.display())]
    OtherBoard(PathBuf),
    /// It does not open.
    #[error("the passphrase is wrong, or the key file was changed")]
    Locked,
    /// The numbers of the key derivation.
    #[error("the key file asks for more memory than a key file needs: it was changed")]
    Kdf,
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A key file that has been opened.
pub struct KeyFile {
    path: PathBuf,
    header: Header,
    key: Zeroizing<[u8; 32]>,
    seed: Seed,
}

/// The seat that a key file is for.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The board.
    pub board: String,
    /// The teller's member number.
    pub member_no: String,
    /// The seat, from 1.
    pub index: usize,
    /// How many tellers are needed.
    pub threshold: usize,
    /// How many there are.
    pub size: usize,
    /// Whether the seed comes from the paper.
    pub restored: bool,
}

impl KeyFile {
    /// Writes a new key file.
    ///
    /// # Errors
    /// There is one already, or it cannot be written.
    pub fn create(
        path: &Path,
        seat: Seat,
        seed: Seed,
        passphrase: &str,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, KeyFileError> {
        let mut salt = [0; SALT];
        rng.fill_bytes(&mut salt);
        let kdf = Kdf::new(salt);
        let key = kdf.key(passphrase)?;
        let Seat { board, member_no, index, threshold, size, restored } = seat;
        let header = Header {
            v: VERSION,
            board,
            member_no,
            index,
            threshold,
            size,
            fingerprint: None,
            commitments: None,
            restored,
            kdf,
        };
        let file = Self { path: path.to_owned(), header, key, seed };
        files::write_new(path, &file.bytes(rng)?, Access::Owner).map_err(|error| match error {
            FileError::Exists(path) => KeyFileError::Exists(path),
            error => error.into(),
        })?;
        Ok(file)
    }

    /// What can be read without the passphrase; not to be relied on before [`Self::open`]. `None` where there is no file.
    ///
    /// # Errors
    /// It cannot be read, or is another board's.
    pub fn peek(path: &Path, board: &str) -> Result<Option<Header>, KeyFileError> {
        Ok(read(path, board)?.map(|wire| wire.header))
    }

    /// Opens a key file.
    ///
    /// # Errors
    /// There is none, it cannot be read, or the passphrase is wrong.
    pub fn open(path: &Path, board: &str, passphrase: &str) -> Result<Self, KeyFileError> {
        let wire = read(path, board)?.ok_or_else(|| KeyFileError::Missing { board: board.to_owned() })?;
        let Wire { header, nonce, sealed } = wire;
        let key = header.kdf.key(passphrase)?;
        let associated = associated(&header, path)?;
        let payload = Payload { msg: &sealed, aad: &associated };
        let opened = cipher(&key).decrypt(&Nonce::from(nonce), payload).map_err(|_| KeyFileError::Locked)?;
        let opened = Zeroizing::new(opened);
        let seed = std::str::from_utf8(&opened).ok().and_then(|text| Seed::from_text(text).ok());
        let seed = seed.ok_or_else(|| KeyFileError::Unreadable(path.to_owned()))?;
        Ok(Self { path: path.to_owned(), header, key, seed })
    }

    /// What is not secret.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The teller's ceremony keys.
    #[must_use]
    pub fn keys(&self) -> Keys {
        self.seed.keys()
    }

    /// Remembers the fingerprint that has been compared.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn pin_fingerprint(&mut self, hash: HexHash, rng: &mut impl CryptoRng) -> Result<(), KeyFileError> {
        self.header.fingerprint = Some(hash);
        self.save(rng)
    }

    /// Remembers everybody's commitments.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn pin_commitments(&mut self, hash: HexHash, rng: &mut impl CryptoRng) -> Result<(), KeyFileError> {
        self.header.commitments = Some(hash);
        self.save(rng)
    }

    fn save(&self, rng: &mut impl CryptoRng) -> Result<(), KeyFileError> {
        Ok(files::replace(&self.path, &self.bytes(rng)?)?)
    }

    fn bytes(&self, rng: &mut impl CryptoRng) -> Result<Vec<u8>, KeyFileError> {
        let unreadable = || KeyFileError::Unreadable(self.path.clone());
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let associated = associated(&self.header, &self.path)?;
        let payload = Payload { msg: self.seed.secret_text().as_bytes(), aad: &associated };
        let sealed = cipher(&self.key).encrypt(&Nonce::from(nonce), payload).map_err(|_| unreadable())?;
        let wire = Wire { header: self.header.clone(), nonce, sealed };
        serde_json::to_vec(&wire).map_err(|_| unreadable())
    }
}

fn cipher(key: &[u8; 32]) -> Aes256Gcm {
    Aes256Gcm::new(&(*key).into())
}

/// The header's one form, whatever blanks the file has.
fn associated(header: &Header, path: &Path) -> Result<Vec<u8>, KeyFileError> {
    serde_json::to_vec(header).map_err(|_| KeyFileError::Unreadable(path.to_owned()))
}

fn read(path: &Path, board: &str) -> Result<Option<Wire>, KeyFileError> {
    let Some(text) = files::read_own(path, MAX_FILE)? else { return Ok(None) };
    let wire: Wire = serde_json::from_str(&text).map_err(|_| KeyFileError::Unreadable(path.to_owned()))?;
    if wire.header.v != VERSION {
        return Err(KeyFileError::Unreadable(path.to_owned()));
    }
    if wire.header.board != board {
        return Err(KeyFileError::OtherBoard(path.to_owned()));
    }
    Ok(Some(wire))
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    const SEED: &str = "abcdefghijkmnopqrstuvw";

    fn seat() -> Seat {
        Seat { board: "B 1".into(), member_no: "7".into(), index: 2, threshold: 2, size: 3, restored: false }
    }

    fn made(path: &Path) -> KeyFile {
        let seed = Seed::from_text(SEED).unwrap();
        KeyFile::create(path, seat(), seed, "a passphrase", &mut ChaCha20Rng::seed_from_u64(1)).unwrap()
    }

    #[test]
    fn a_key_file_opens_with_its_passphrase_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.json");
        let mut made = made(&path);
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        made.pin_fingerprint(HexHash::of(b"f"), &mut rng).unwrap();
        made.pin_commitments(HexHash::of(b"c"), &mut rng).unwrap();
        let opened = KeyFile::open(&path, "B 1", "a passphrase").unwrap();
        assert_eq!(opened.seed.secret_text(), SEED);
        assert_eq!(opened.header(), made.header());
        assert_eq!(opened.header().fingerprint, Some(HexHash::of(b"f")));
        assert_eq!(KeyFile::peek(&path, "B 1").unwrap().as_ref(), Some(made.header()));
        assert!(matches!(KeyFile::open(&path, "B 1", "a passphrasE"), Err(KeyFileError::Locked)));
        assert!(matches!(KeyFile::open(&path, "B 2", "a passphrase"), Err(KeyFileError::OtherBoard(_))));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(SEED) && !text.contains("a passphrase"));
    }

    #[test]
    fn nothing_in_it_can_be_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.json");
        let mut file = made(&path);
        file.pin_fingerprint(HexHash::of(b"f"), &mut ChaCha20Rng::seed_from_u64(3)).unwrap();
        let good = std::fs::read_to_string(&path).unwrap();
        let fingerprint = HexHash::of(b"f").to_string();
        let other = HexHash::of(b"g").to_string();
        for (from, to) in [
            ("\"index\":2", "\"index\":1"),
            ("\"threshold\":2", "\"threshold\":1"),
            ("\"member_no\":\"7\"", "\"member_no\":\"8\""),
            (fingerprint.as_str(), other.as_str()),
            ("\"commitments\":null", &format!("\"commitments\":\"{other}\"")),
            ("\"passes\":3", "\"passes\":2"),
            ("\"kdf\"", "\"restored\":true,\"kdf\""),
        ] {
            let changed = good.replacen(from, to, 1);
            assert_ne!(changed, good, "{from}");
            files::replace(&path, changed.as_bytes()).unwrap();
            assert!(
                matches!(KeyFile::open(&path, "B 1", "a passphrase"), Err(KeyFileError::Locked)),
                "{from}"
            );
        }
        for (from, to) in
            [("\"v\":1", "\"v\":2"), ("\"index\":2", "\"index\":2,\"x\":1"), ("argon2id", "scrypt")]
        {
            files::replace(&path, good.replacen(from, to, 1).as_bytes()).unwrap();
            let refused = KeyFile::open(&path, "B 1", "a passphrase");
            assert!(matches!(refused, Err(KeyFileError::Unreadable(_))), "{from}");
        }
        files::replace(&path, good.replacen("\"memory\":65536", "\"memory\":4294967295", 1).as_bytes())
            .unwrap();
        assert!(matches!(KeyFile::open(&path, "B 1", "a passphrase"), Err(KeyFileError::Kdf)));
    }

    #[test]
    fn one_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.json");
        made(&path);
        let seed = Seed::from_text(SEED).unwrap();
        let again = KeyFile::create(&path, seat(), seed, "p", &mut ChaCha20Rng::seed_from_u64(1));
        assert!(matches!(again, Err(KeyFileError::Exists(_))));
        let missing = KeyFile::open(&folder.path().join("c.json"), "B 1", "p").err().unwrap().to_string();
        assert!(missing.contains("--restore"), "{missing}");
    }

    #[cfg(unix)]
    #[test]
    fn it_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.json");
        made(&path);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        let refused = KeyFile::open(&path, "B 1", "a passphrase");
        assert!(matches!(refused, Err(KeyFileError::File(FileError::Open(_)))));
    }
}
