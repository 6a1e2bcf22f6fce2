//! Signatures that `ssh-keygen -Y verify` checks too: OpenSSH's SSHSIG format with Ed25519 keys.
//!
//! Every kind of signed text has a namespace of its own, so that a signature under a receipt can never pass for one under
//! a certificate. A signature is only ever accepted from a key whose fingerprint was known beforehand; the key that comes
//! inside of the signature proves nothing.

#[cfg(test)]
mod ssh_keygen;

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, Signature, SshSig};
use thiserror::Error;

use crate::roll::MemberNo;

/// Namespace of an officer's signature under `certificate.json`.
pub const CERTIFICATE_NAMESPACE: &str = "scrutineer-certificate";
/// Namespace of an observer's signature under an objection to a result.
pub const OBJECTION_NAMESPACE: &str = "scrutineer-objection";
/// Namespace of the server's signature under a receipt.
pub const RECEIPT_NAMESPACE: &str = "scrutineer-receipt";
/// Namespace of the server's signature under the head of a record.
pub const HEAD_NAMESPACE: &str = "scrutineer-head";
/// Namespace of a teller's signature under a statement.
pub const TELLER_NAMESPACE: &str = "scrutineer-teller";

/// Most bytes of an armoured signature; one with an Ed25519 key has about 300.
const MAX_ARMOUR: usize = 4096;

/// An OpenSSH key fingerprint, `SHA256:` and 43 digits of Base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyFingerprint([u8; 32]);

/// Why a text is not a key fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a key's fingerprint is written SHA256: and 43 more characters, as ssh-keygen -l shows it")]
pub struct KeyFingerprintError;

/// Why a signature cannot be made, or does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// Not the armoured form.
    #[error("this is not an SSH signature (it begins with -----BEGIN SSH SIGNATURE-----)")]
    Armour,
    /// Not an Ed25519 key.
    #[error("only Ed25519 keys can sign here; make one with: ssh-keygen -t ed25519")]
    KeyType,
    /// The private key is under a passphrase.
    #[error("the key is locked with a passphrase; unlock it first")]
    Locked,
    /// Made for another kind of text.
    #[error("the signature was made for another purpose (namespace) than {0}")]
    Namespace(&'static str),
    /// Made with a key that may not sign here.
    #[error("the signature was made with the key {0}, which may not sign this")]
    UnknownKey(KeyFingerprint),
    /// Does not fit the text.
    #[error("the signature does not fit: it was made for other bytes, or was changed")]
    Mismatch,
}

impl KeyFingerprint {
    /// The fingerprint of a public key.
    pub fn of(key: &PublicKey) -> Self {
        Self::of_data(key.key_data())
    }

    /// A fingerprint by its digest.
    pub(crate) fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    fn of_data(key: &ssh_key::public::KeyData) -> Self {
        Self(key.fingerprint(HashAlg::Sha256).sha256().unwrap_or_default())
    }
}

impl fmt::Display for KeyFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ssh_key::Fingerprint::Sha256(self.0).fmt(f)
    }
}

impl fmt::Debug for KeyFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for KeyFingerprint {
    type Err = KeyFingerprintError;

    fn from_str(text: &str) -> Result<Self, KeyFingerprintError> {
        let parsed: ssh_key::Fingerprint = text.parse().map_err(|_| KeyFingerprintError)?;
        let fingerprint = Self(parsed.sha256().ok_or(KeyFingerprintError)?);
        if fingerprint.to_string() == text { Ok(fingerprint) } else { Err(KeyFingerprintError) }
    }
}

impl Serialize for KeyFingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyFingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Reads a public key as `ssh-keygen` writes it (`ssh-ed25519 AAAA... comment`).
///
/// # Errors
/// Not a public key, or not an Ed25519 one.
pub fn parse_public_key(text: &str) -> Result<PublicKey, SignatureError> {
    let key = PublicKey::from_openssh(text.trim()).map_err(|_| SignatureError::KeyType)?;
    if key.algorithm() == Algorithm::Ed25519 { Ok(key) } else { Err(SignatureError::KeyType) }
}

/// The key inside of an armoured signature. It proves nothing about who signed: for signatures of somebody who is known in
/// another way, and whose key this is from now on.
///
/// # Errors
/// Not a signature, or not by an Ed25519 key.
pub fn key_in(armour: &str) -> Result<PublicKey, SignatureError> {
    if armour.len() > MAX_ARMOUR {
        return Err(SignatureError::Armour);
    }
    let armour = armour.trim().replace("\r\n", "\n");
    let signature = SshSig::from_pem(&armour).map_err(|_| SignatureError::Armour)?;
    let key = PublicKey::new(signature.public_key().clone(), "");
    if key.algorithm() == Algorithm::Ed25519 { Ok(key) } else { Err(SignatureError::KeyType) }
}

/// A private key that is ready to sign: for whoever signs often, because making it ready takes about as long as a signature.
pub struct Signer {
    key: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl Signer {
    /// Makes a key ready.
    ///
    /// # Errors
    /// The key is locked or not an Ed25519 key.
    pub fn new(key: &PrivateKey) -> Result<Self, SignatureError> {
        if key.algorithm() != Algorithm::Ed25519 {
            return Err(SignatureError::KeyType);
        }
        if key.is_encrypted() {
            return Err(SignatureError::Locked);
        }
        let pair = key.key_data().ed25519().ok_or(SignatureError::KeyType)?;
        let ready = pair.try_into().map_err(|_| SignatureError::KeyType)?;
        Ok(Self { key: ready, public: key.public_key().clone() })
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs `bytes` for a purpose and returns the armoured signature, as `ssh-keygen -Y sign` would (OpenSSH, PROTOCOL.sshsig).
    ///
    /// # Errors
    /// None that can happen for a purpose that has a name; the key library does not know that.
    pub fn sign(&self, namespace: &'static str, bytes: &[u8]) -> Result<String, SignatureError> {
        let armour = |_| SignatureError::Armour;
        let signed = SshSig::signed_data(namespace, HashAlg::Sha512, bytes).map_err(armour)?;
        let signature = self.key.sign(&signed).to_bytes().to_vec();
        let signature = Signature::new(Algorithm::Ed25519, signature).map_err(armour)?;
        let sealed = SshSig::new(self.public.key_data().clone(), namespace, HashAlg::Sha512, signature);
        sealed.and_then(|sealed| sealed.to_pem(LineEnding::LF)).map_err(armour)
    }
}

/// Signs `bytes` for a purpose once; see [`Signer::sign`].
///
/// # Errors
/// As [`Signer::new`].
pub fn sign(namespace: &'static str, key: &PrivateKey, bytes: &[u8]) -> Result<String, SignatureError> {
    Signer::new(key)?.sign(namespace, bytes)
}

/// Checks an armoured signature under `bytes` for a purpose, by one of the `expected` keys; returns whose it is.
///
/// # Errors
/// Says which of the checks failed.
pub fn verify(
    namespace: &'static str,
    armour: &str,
    bytes: &[u8],
    expected: &[KeyFingerprint],
) -> Result<KeyFingerprint, SignatureError> {
    if armour.len() > MAX_ARMOUR {
        return Err(SignatureError::Armour);
    }
    let armour = armour.trim().replace("\r\n", "\n");
    let signature = SshSig::from_pem(&armour).map_err(|_| SignatureError::Armour)?;
    if signature.namespace() != namespace {
        return Err(SignatureError::Namespace(namespace));
    }
    if signature.version() != SshSig::VERSION || !signature.reserved().is_empty() {
        return Err(SignatureError::Armour);
    }
    if signature.public_key().algorithm() != Algorithm::Ed25519 || signature.algorithm() != Algorithm::Ed25519
    {
        return Err(SignatureError::KeyType);
    }
    let fingerprint = KeyFingerprint::of_data(signature.public_key());
    if !expected.contains(&fingerprint) {
        return Err(SignatureError::UnknownKey(fingerprint));
    }
    let key = PublicKey::new(signature.public_key().clone(), "");
    key.verify(namespace, bytes, &signature).map_err(|_| SignatureError::Mismatch)?;
    Ok(fingerprint)
}

/// The `allowed_signers` file for `ssh-keygen -Y verify`: one line a signer, each allowed for `namespace` alone.
///
/// # Errors
/// None that can happen with keys that were read; the key library does not know that.
pub fn allowed_signers<'a>(
    namespace: &str,
    signers: impl IntoIterator<Item = (&'a MemberNo, &'a PublicKey)>,
) -> Result<String, SignatureError> {
    let mut out = String::new();
    for (no, key) in signers {
        let bare = PublicKey::new(key.key_data().clone(), "");
        let key = bare.to_openssh().map_err(|_| SignatureError::KeyType)?;
        out.push_str(&format!("{no} namespaces=\"{namespace}\" {}\n", key.trim_end()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn key(seed: u64) -> PrivateKey {
        PrivateKey::random(&mut ChaCha20Rng::seed_from_u64(seed), Algorithm::Ed25519).unwrap()
    }

    /// Made by `ssh-keygen -t ed25519` and `ssh-keygen -Y sign -n scrutineer-certificate` over `certificate\n`.
    const STOCK_KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICow0EEIUB8DndC2rwN2smz6pThcVCPXiqa2cur0Q/IE officer";
    const STOCK_FINGERPRINT: &str = "SHA256:zPmzs3ajWbnoOSLKKqPu/oz5OvP0b05apXNzjZEvQTo";
    const STOCK_SIGNATURE: &str = "-----BEGIN SSH SIGNATURE-----\n\
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgKjDQQQhQHwOd0LavA3aybPqlOF\n\
        xUI9eKprZy6vRD8gQAAAAWc2NydXRpbmVlci1jZXJ0aWZpY2F0ZQAAAAAAAAAGc2hhNTEy\n\
        AAAAUwAAAAtzc2gtZWQyNTUxOQAAAEA5A2l3Zv8u6/kAIbrt3kJmSXtALhztvHhy7HLqD3\n\
        c9v4cYCd0pJNFnRre68s2t6coW+FMdjy+JdURgcf6pVZcD\n\
        -----END SSH SIGNATURE-----\n";

    #[test]
    fn what_is_signed_is_verified() {
        let (key, other) = (key(1), key(2));
        let fingerprint = KeyFingerprint::of(key.public_key());
        let armour = sign(CERTIFICATE_NAMESPACE, &key, b"bytes").unwrap();
        let known = [KeyFingerprint::of(other.public_key()), fingerprint];
        assert_eq!(verify(CERTIFICATE_NAMESPACE, &armour, b"bytes", &known), Ok(fingerprint));
        let windows = format!("\r\n{}\r\n\r\n", armour.replace('\n', "\r\n"));
        assert_eq!(verify(CERTIFICATE_NAMESPACE, &windows, b"bytes", &known), Ok(fingerprint));
        assert_eq!(key_in(&windows).map(|key| KeyFingerprint::of(&key)), Ok(fingerprint));
        assert_eq!(key_in("nothing").err(), Some(SignatureError::Armour));
    }

    #[test]
    fn other_bytes_keys_and_purposes_are_refused() {
        let key = key(1);
        let fingerprint = KeyFingerprint::of(key.public_key());
        let armour = sign(RECEIPT_NAMESPACE, &key, b"bytes").unwrap();
        let verify =
            |namespace, bytes: &[u8], known: &[KeyFingerprint]| verify(namespace, &armour, bytes, known);
        assert_eq!(verify(RECEIPT_NAMESPACE, b"Bytes", &[fingerprint]), Err(SignatureError::Mismatch));
        assert_eq!(verify(RECEIPT_NAMESPACE, b"bytes\n", &[fingerprint]), Err(SignatureError::Mismatch));
        assert_eq!(
            verify(HEAD_NAMESPACE, b"bytes", &[fingerprint]),
            Err(SignatureError::Namespace("scrutineer-head"))
        );
        assert_eq!(verify(RECEIPT_NAMESPACE, b"bytes", &[]), Err(SignatureError::UnknownKey(fingerprint)));
    }

    #[test]
    fn a_signature_that_was_changed_or_cut_is_refused() {
        let key = key(1);
        let known = [KeyFingerprint::of(key.public_key())];
        let armour = sign(TELLER_NAMESPACE, &key, b"bytes").unwrap();
        let lines: Vec<&str> = armour.lines().collect();
        for i in 0..lines.len() {
            let mut cut = lines.clone();
            cut.remove(i);
            assert!(verify(TELLER_NAMESPACE, &cut.join("\n"), b"bytes", &known).is_err(), "line {i}");
        }
        for (i, c) in armour.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()) {
            let changed = if c == 'A' { 'B' } else { 'A' };
            let text = format!("{}{changed}{}", &armour[..i], &armour[i + 1..]);
            assert!(verify(TELLER_NAMESPACE, &text, b"bytes", &known).is_err(), "character {i}");
        }
        assert_eq!(verify(TELLER_NAMESPACE, "", b"bytes", &known), Err(SignatureError::Armour));
        let long = format!("{armour}{}", " ".repeat(MAX_ARMOUR));
        assert_eq!(verify(TELLER_NAMESPACE, &long, b"bytes", &known), Err(SignatureError::Armour));
    }

    #[test]
    fn what_ssh_keygen_made_is_accepted() {
        let key = parse_public_key(STOCK_KEY).unwrap();
        let fingerprint: KeyFingerprint = STOCK_FINGERPRINT.parse().unwrap();
        assert_eq!(KeyFingerprint::of(&key), fingerprint);
        let found = verify(CERTIFICATE_NAMESPACE, STOCK_SIGNATURE, b"certificate\n", &[fingerprint]);
        assert_eq!(found, Ok(fingerprint));
    }

    #[test]
    fn fingerprints_have_one_spelling() {
        let json = serde_json::to_string(&STOCK_FINGERPRINT.parse::<KeyFingerprint>().unwrap()).unwrap();
        assert_eq!(json, format!("{STOCK_FINGERPRINT:?}"));
        assert!(serde_json::from_str::<KeyFingerprint>(&json).is_ok());
        for bad in ["", "SHA256:", "SHA256:AAAA", &STOCK_FINGERPRINT[7..], &format!("{STOCK_FINGERPRINT}=")] {
            assert_eq!(bad.parse::<KeyFingerprint>(), Err(KeyFingerprintError), "{bad}");
        }
    }

    #[test]
    fn other_kinds_of_keys_are_refused_with_the_command_that_helps() {
        let ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHwf2HMM5TRXvo2SQJjsNkiDD5KqiiNj\
                     GLX8tJOgRtzt8sUOGcXpSTS0uKKUGCiO9JDYEXuYTFVhEBA65OwBOXI= a";
        for bad in [ecdsa, "", "ssh-ed25519", "ssh-ed25519 AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----"] {
            assert_eq!(parse_public_key(bad).err(), Some(SignatureError::KeyType), "{bad}");
        }
        assert!(SignatureError::KeyType.to_string().contains("ssh-keygen -t ed25519"));
    }

    #[test]
    fn a_locked_key_does_not_sign() {
        let locked = key(1).encrypt(&mut ChaCha20Rng::seed_from_u64(3), "secret").unwrap();
        assert_eq!(sign(CERTIFICATE_NAMESPACE, &locked, b"x"), Err(SignatureError::Locked));
        let unlocked = locked.decrypt("secret").unwrap();
        assert!(sign(CERTIFICATE_NAMESPACE, &unlocked, b"x").is_ok());
    }

    #[test]
    fn allowed_signers_names_each_officer_with_the_purpose() {
        let key = parse_public_key(STOCK_KEY).unwrap();
        let no = MemberNo::parse("1001").unwrap();
        let bare = STOCK_KEY.rsplit_once(' ').unwrap().0;
        assert_eq!(
            allowed_signers(CERTIFICATE_NAMESPACE, [(&no, &key)]).unwrap(),
            format!("1001 namespaces=\"scrutineer-certificate\" {bare}\n")
        );
    }
}
