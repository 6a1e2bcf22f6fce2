//! The data folder: where the database and the server's keys lie, who may read them, and who has it in use.
//!
//! ```text
//! scrutineer.db  the database (with -wal and -shm beside it while a server runs)
//! receipt_key    OpenSSH private key that signs receipts; made by `init`, never changes
//! fact_key       key of the hashes in member.fact_hash; made by `init`, never changes
//! letter_key     key of the codes that stand in letters and nowhere else; made when it is first needed
//! lock           held by the running server
//! rewrite_due    there while the database file is to be rewritten (rewrite.rs)
//! keys/          keys that live as long as a ballot (keys.rs)
//! bounces/       letters that came back, until the server has read them (bounces.rs)
//! ```
//!
//! The folder is readable by its owner alone (0700), every file in it too (0600).

mod bounces;
mod keys;
mod letter_key;
mod rewrite;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use scrutineer_ballot::signature::Signer;
use sha2::Sha256;
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey};
use zeroize::Zeroizing;

use crate::store::OpenError;
pub use bounces::{BounceRefusal, read_bounce};
pub use keys::{BallotKey, KeyKind};
pub use letter_key::LetterKey;

/// A data folder.
#[derive(Clone, Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// Shared by all copies of this.
    held: Arc<keys::Held>,
}

/// Held as long as a server uses the folder; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    /// Dropped after the file, which tells the receiver that the folder is free.
    _held: Sender<()>,
    released: Mutex<Option<Receiver<()>>>,
}

impl Lock {
    fn new(file: File) -> Self {
        let (held, released) = channel();
        Self { _file: file, _held: held, released: Mutex::new(Some(released)) }
    }

    /// Disconnects when the folder is free again. It is given out once.
    pub(crate) fn released(&self) -> Option<Receiver<()>> {
        self.released.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl DataFolder {
    /// Names a folder; nothing is touched yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), held: Arc::default() }
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join("scrutineer.db")
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder if it is not there and closes it to everybody else.
    ///
    /// # Errors
    /// [`OpenError::Exists`] if it holds a database, else what the system says.
    pub fn prepare(&self) -> Result<(), OpenError> {
        if self.database().exists() {
            return Err(OpenError::Exists(self.path.clone()));
        }
        let io = |source| OpenError::io(&self.path, source);
        std::fs::create_dir_all(&self.path).map_err(io)?;
        private(&self.path, 0o700).map_err(io)
    }

    /// Takes the folder into use.
    ///
    /// # Errors
    /// [`OpenError::NotAFolder`] without a database, [`OpenError::InUse`] while another process holds the lock.
    pub fn lock(&self) -> Result<Lock, OpenError> {
        match std::fs::metadata(&self.path) {
            Ok(found) if found.is_dir() => {}
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(OpenError::io(&self.path, source));
            }
            _ => return Err(OpenError::NotAFolder(self.path.clone())),
        }
        let path = self.path.join("lock");
        let mut options = OpenOptions::new();
        let file = private_mode(options.create(true).truncate(false).write(true))
            .open(&path)
            .map_err(|source| OpenError::io(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock::new(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(self.path.clone())),
            Err(TryLockError::Error(source)) => Err(OpenError::io(&path, source)),
        }
    }

    /// Makes the server's keys. Keys that an earlier, interrupted `init` left are kept.
    ///
    /// # Errors
    /// What the system says about the files.
    pub fn make_keys(&self, rng: &mut impl CryptoRng) -> Result<(), OpenError> {
        let bad = |path: &Path| OpenError::BadKey(path.to_path_buf());
        let path = self.path.join("receipt_key");
        if !path.exists() {
            let mut key = PrivateKey::random(rng, Algorithm::Ed25519).map_err(|_| bad(&path))?;
            key.set_comment("scrutineer receipts");
            let text = key.to_openssh(LineEnding::LF).map_err(|_| bad(&path))?;
            write_new(&path, text.as_bytes())?;
        }
        let path = self.path.join("fact_key");
        if !path.exists() {
            let mut key = Zeroizing::new([0; 32]);
            rng.fill_bytes(&mut *key);
            write_new(&path, Zeroizing::new(format!("{}\n", hex::encode(*key))).as_bytes())?;
        }
        Ok(())
    }

    /// Reads the receipt key.
    ///
    /// # Errors
    /// [`OpenError::BadKey`] if the file holds no unencrypted Ed25519 key.
    pub fn receipt_key(&self) -> Result<ReceiptKey, OpenError> {
        let path = self.path.join("receipt_key");
        match PrivateKey::from_openssh(&*read_key(&path)?) {
            Ok(key) => Signer::new(&key).map(ReceiptKey).map_err(|_| OpenError::BadKey(path)),
            Err(_) => Err(OpenError::BadKey(path)),
        }
    }

    /// Reads the key of the hashed facts.
    ///
    /// # Errors
    /// [`OpenError::BadKey`] if the file does not hold 32 bytes in hex.
    pub fn fact_key(&self) -> Result<FactKey, OpenError> {
        let path = self.path.join("fact_key");
        let text = read_key(&path)?;
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim_ascii_end(), &mut *key).map_err(|_| OpenError::BadKey(path))?;
        Ok(FactKey(key))
    }
}

/// Reads a key that every data folder has.
fn read_key(path: &Path) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    std::fs::read(path).map(Zeroizing::new).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => OpenError::BadKey(path.to_path_buf()),
        _ => OpenError::io(path, source),
    })
}

/// The key that signs receipts and heads of records.
pub struct ReceiptKey(Signer);

impl ReceiptKey {
    /// The private key, ready to sign.
    #[must_use]
    pub const fn signer(&self) -> &Signer {
        &self.0
    }

    /// OpenSSH fingerprint, `SHA256:…`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.public_key().fingerprint(HashAlg::Sha256).to_string()
    }

    /// The public key as one OpenSSH line.
    ///
    /// # Errors
    /// Never for a key that was read from a file; `ssh-key` cannot promise it.
    pub fn public_line(&self) -> Result<String, ssh_key::Error> {
        self.0.public_key().to_openssh()
    }
}

/// The key of the hashes of what only the member knows.
#[derive(Clone)]
pub struct FactKey(Zeroizing<[u8; 32]>);

impl FactKey {
    /// The keyed hash of a member's fact; letter case and blanks do not count.
    #[must_use]
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    pub fn hash(&self, member_no: &str, fact: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).expect("HMAC takes a key of any length");
        let fact = Zeroizing::new(fact.to_lowercase());
        mac.update(b"scrutineer fact|");
        mac.update(member_no.as_bytes());
        for word in fact.split_whitespace() {
            mac.update(b"|");
            mac.update(word.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

fn private(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

fn private_mode(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes an empty file that only its owner may read; `replace` says what to do with one that is there.
pub(crate) fn create_file(path: &Path, replace: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    let options = if replace { options.create(true).truncate(true) } else { options.create_new(true) };
    private_mode(options).open(path)
}

/// Writes a new file that only its owner may read, durably.
pub(crate) fn write_new(path: &Path, contents: &[u8]) -> Result<(), OpenError> {
    let write = || -> io::Result<()> {
        let mut file = create_file(path, false)?;
        file.write_all(contents)?;
        file.sync_all()?;
        sync_folder(path)
    };
    write().map_err(|source| OpenError::io(path, source))
}

/// Gives a finished file its name, durably.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    File::open(from)?.sync_all()?;
    std::fs::rename(from, to)?;
    sync_folder(to)
}

fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
