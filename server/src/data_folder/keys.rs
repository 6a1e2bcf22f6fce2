//! Keys that live as long as a ballot: files beside the database, each destroyed on its day.
//!
//! ```text
//! keys/<election>.server   the server's own key of a box; made at freezing, destroyed when the result is there
//! keys/<ballot>.ballot     key of the hashes that bind members to credentials; made at freezing, destroyed at closing
//! ```
//!
//! They are files and not rows, so that no copy of the database holds them, and so that destroying one is one deed. The key that every vote
//! needs is also held in memory as long as its file is there: emptying or destroying the file is forgetting it.

use std::collections::HashMap;
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::trustee::PrivateKey;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{DataFolder, private, rename, sync_folder, write_new};
use crate::store::OpenError;

/// Which of the two kinds a key file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The server's own key of a box.
    Server,
    /// The key of a ballot's bindings.
    Ballot,
}

impl KeyKind {
    const fn extension(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Ballot => "ballot",
        }
    }
}

/// Key of the hashes that stand for members in the bindings of one ballot.
pub struct BallotKey(Zeroizing<[u8; 32]>);

impl BallotKey {
    /// What stands for the member in the bindings: HMAC-SHA256(ballot key, member number).
    #[must_use]
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    pub fn mac(&self, member_no: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).expect("HMAC takes a key of any length");
        mac.update(member_no.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// Ballot keys in memory, by ballot. Each is wiped when the last who uses it lets go of it.
#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<Uuid, Arc<BallotKey>>>);

impl Held {
    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Arc<BallotKey>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

impl DataFolder {
    fn keys_folder(&self) -> PathBuf {
        self.path.join("keys")
    }

    fn key_file(&self, uuid: &Uuid, kind: KeyKind) -> PathBuf {
        self.keys_folder().join(format!("{uuid}.{}", kind.extension()))
    }

    fn create_key(&self, uuid: &Uuid, kind: KeyKind, text: &[u8]) -> Result<(), OpenError> {
        let folder = self.keys_folder();
        if !folder.is_dir() {
            let io = |source| OpenError::io(&folder, source);
            std::fs::create_dir_all(&folder).map_err(io)?;
            private(&folder, 0o700).map_err(io)?;
            sync_folder(&folder).map_err(io)?;
        }
        write_new(&self.key_file(uuid, kind), text)
    }

    /// Keeps the server's key of a box, durably.
    ///
    /// # Errors
    /// What the system says; also if there is one already.
    pub fn create_server_key(&self, election: &Uuid, key: &PrivateKey) -> Result<(), OpenError> {
        let mut text = key.to_file();
        text.push('\n');
        self.create_key(election, KeyKind::Server, text.as_bytes())
    }

    /// Reads the server's key of a box.
    ///
    /// # Errors
    /// [`OpenError::BadKey`] if the file does not hold one, else what the system says.
    pub fn server_key(&self, election: &Uuid) -> Result<PrivateKey, OpenError> {
        let path = self.key_file(election, KeyKind::Server);
        let text = read(&path)?;
        PrivateKey::from_file(&text).map_err(|_| OpenError::BadKey(path))
    }

    /// Makes and keeps the key of a ballot's bindings, durably, under a name that nobody else uses;
    /// [`DataFolder::name_ballot_key`] gives it the ballot's.
    ///
    /// # Errors
    /// What the system says; also if there is one already.
    pub fn create_ballot_key(&self, name: &Uuid, rng: &mut impl CryptoRng) -> Result<BallotKey, OpenError> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *key);
        let text = Zeroizing::new(format!("{}\n", *Zeroizing::new(hex::encode(*key))));
        self.create_key(name, KeyKind::Ballot, text.as_bytes())?;
        Ok(BallotKey(key))
    }

    /// Makes a key that [`DataFolder::create_ballot_key`] has made the ballot's, durably, in place of one that a freezing
    /// which never came about has left. Only for whoever freezes the ballot, which one alone does.
    ///
    /// # Errors
    /// What the system says.
    pub fn name_ballot_key(&self, name: &Uuid, ballot: &Uuid) -> Result<(), OpenError> {
        let path = self.key_file(ballot, KeyKind::Ballot);
        let mut held = self.held.lock();
        held.remove(ballot);
        let renamed = rename(&self.key_file(name, KeyKind::Ballot), &path);
        renamed.map_err(|source| OpenError::io(&path, source))
    }

    /// Reads the key of a ballot's bindings.
    ///
    /// # Errors
    /// [`OpenError::BadKey`] if the file does not hold one, else what the system says.
    pub fn ballot_key(&self, ballot: &Uuid) -> Result<BallotKey, OpenError> {
        let path = self.key_file(ballot, KeyKind::Ballot);
        let text = read(&path)?;
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim_end(), &mut *key).map_err(|_| OpenError::BadKey(path))?;
        Ok(BallotKey(key))
    }

    /// [`DataFolder::ballot_key`] for what is done for every vote: it is read once.
    ///
    /// # Errors
    /// As [`DataFolder::ballot_key`].
    pub fn held_ballot_key(&self, ballot: &Uuid) -> Result<Arc<BallotKey>, OpenError> {
        let mut held = self.held.lock();
        if let Some(key) = held.get(ballot) {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(self.ballot_key(ballot)?);
        held.insert(ballot.clone(), Arc::clone(&key));
        Ok(key)
    }

    /// Overwrites a key, durably, and leaves an empty file. One that is not there is destroyed already.
    ///
    /// # Errors
    /// What the system says.
    pub fn empty_key(&self, uuid: &Uuid, kind: KeyKind) -> Result<(), OpenError> {
        let path = self.key_file(uuid, kind);
        // Nobody reads the file again meanwhile.
        let mut held = self.held.lock();
        held.remove(uuid);
        overwrite(&path).map_err(|source| OpenError::io(&path, source))
    }

    /// Destroys a key: overwrites its file, then removes it, durably. One that is not there is destroyed already.
    ///
    /// # Errors
    /// What the system says.
    pub fn destroy_key(&self, uuid: &Uuid, kind: KeyKind) -> Result<(), OpenError> {
        let path = self.key_file(uuid, kind);
        let mut held = self.held.lock();
        held.remove(uuid);
        let remove = || match std::fs::remove_file(&path) {
            Ok(()) => sync_folder(&path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        };
        overwrite(&path).and_then(|()| remove()).map_err(|source| OpenError::io(&path, source))
    }

    /// Every key file that is there, by the identifier in its name; names that are none of ours are left out.
    ///
    /// # Errors
    /// What the system says.
    pub fn key_files(&self) -> Result<Vec<(Uuid, KeyKind)>, OpenError> {
        let folder = self.keys_folder();
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let io = |source| OpenError::io(&folder, source);
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            let parts = name.to_str().and_then(|name| name.split_once('.'));
            let Some((Ok(uuid), extension)) = parts.map(|(uuid, ext)| (Uuid::from_text(uuid), ext)) else {
                continue;
            };
            let kinds = [KeyKind::Server, KeyKind::Ballot];
            found.extend(
                kinds.into_iter().find(|kind| kind.extension() == extension).map(|kind| (uuid, kind)),
            );
        }
        Ok(found)
    }
}

/// Fills a file with zeros, then empties it; both reach the disk.
fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    file.write_all(&vec![0; length])?;
    file.sync_all()?;
    file.set_len(0)?;
    file.sync_all()
}

fn read(path: &Path) -> Result<Zeroizing<String>, OpenError> {
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(|source| OpenError::io(path, source))
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;
    use scrutineer_protocol::election::Uuid;
    use scrutineer_protocol::trustee::PrivateKey;

    use super::{DataFolder, KeyKind};

    #[test]
    fn keys_are_kept_for_their_owner_alone_and_destroyed_for_good() {
        let (directory, mut rng) = (tempfile::tempdir().unwrap(), ChaCha20Rng::seed_from_u64(1));
        let folder = DataFolder::new(directory.path());
        let uuid = Uuid::random(&mut rng);
        assert_eq!(folder.key_files().unwrap(), []);

        let key = PrivateKey::generate(&mut rng);
        folder.create_server_key(&uuid, &key).unwrap();
        assert!(folder.create_server_key(&uuid, &key).is_err(), "a key is never replaced");
        assert_eq!(folder.server_key(&uuid).unwrap().public_point(), key.public_point());

        for _ in 0..2 {
            let name = Uuid::random(&mut rng);
            let made = folder.create_ballot_key(&name, &mut rng).unwrap();
            assert!(folder.create_ballot_key(&name, &mut rng).is_err(), "nor is one that has no ballot yet");
            folder.name_ballot_key(&name, &uuid).unwrap();
            assert!(folder.ballot_key(&name).is_err());
            assert_eq!(made.mac("1"), folder.ballot_key(&uuid).unwrap().mac("1"));
        }
        let made = folder.ballot_key(&uuid).unwrap();
        assert_ne!(made.mac("1"), made.mac("2"));

        let mut files = folder.key_files().unwrap();
        files.sort_by_key(|(_, kind)| kind.extension());
        assert_eq!(files, [(uuid.clone(), KeyKind::Ballot), (uuid.clone(), KeyKind::Server)]);
        #[cfg(unix)]
        for (uuid, kind) in files {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.key_file(&uuid, kind)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(made.mac("1"), folder.held_ballot_key(&uuid).unwrap().mac("1"));
        folder.empty_key(&uuid, KeyKind::Ballot).unwrap();
        assert!(folder.ballot_key(&uuid).is_err());
        assert!(folder.clone().held_ballot_key(&uuid).is_err(), "nor is it held in memory");
        assert_eq!(folder.key_files().unwrap().len(), 2, "an emptied key is still a file");
        for kind in [KeyKind::Server, KeyKind::Ballot] {
            folder.destroy_key(&uuid, kind).unwrap();
            folder.destroy_key(&uuid, kind).unwrap();
        }
        assert_eq!(folder.key_files().unwrap(), []);
        assert!(folder.server_key(&uuid).is_err());
        assert!(folder.ballot_key(&uuid).is_err());
    }

    #[test]
    fn a_key_is_read_once_and_forgotten_with_its_file() {
        let (directory, mut rng) = (tempfile::tempdir().unwrap(), ChaCha20Rng::seed_from_u64(3));
        let folder = DataFolder::new(directory.path());
        let (first, second, ballot) =
            (Uuid::random(&mut rng), Uuid::random(&mut rng), Uuid::random(&mut rng));
        let mut make = |name: &Uuid| {
            let key = folder.create_ballot_key(name, &mut rng).unwrap();
            folder.name_ballot_key(name, &ballot).unwrap();
            key.mac("1")
        };
        let made = make(&first);
        assert_eq!(folder.held_ballot_key(&ballot).unwrap().mac("1"), made);
        std::fs::remove_file(folder.key_file(&ballot, KeyKind::Ballot)).unwrap();
        assert_eq!(folder.clone().held_ballot_key(&ballot).unwrap().mac("1"), made, "by whatever copy");
        let made = make(&second);
        assert_eq!(folder.held_ballot_key(&ballot).unwrap().mac("1"), made, "a new one takes its place");
        folder.destroy_key(&ballot, KeyKind::Ballot).unwrap();
        assert!(folder.held_ballot_key(&ballot).is_err());
    }

    #[test]
    fn a_file_without_a_key_is_not_one() {
        let (directory, mut rng) = (tempfile::tempdir().unwrap(), ChaCha20Rng::seed_from_u64(2));
        let folder = DataFolder::new(directory.path());
        let uuid = Uuid::random(&mut rng);
        std::fs::create_dir(directory.path().join("keys")).unwrap();
        for kind in [KeyKind::Server, KeyKind::Ballot] {
            std::fs::write(folder.key_file(&uuid, kind), "12").unwrap();
        }
        assert!(folder.server_key(&uuid).is_err());
        assert!(folder.ballot_key(&uuid).is_err());
    }
}
