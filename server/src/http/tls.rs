//! TLS of the server's own, for sites without a proxy.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;

/// Why there is no TLS.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No certificates in the file.
    #[error("{} holds no PEM certificates", .0.display())]
    Certificate(PathBuf),
    /// No key in the file.
    #[error("{} holds no PEM private key", .0.display())]
    Key(PathBuf),
    /// They do not fit together, or are not supported.
    #[error("certificate and key cannot be used: {0}")]
    Unfit(#[from] rustls::Error),
}

/// Reads a certificate chain and its key.
///
/// # Errors
/// See [`TlsError`].
pub fn config(certificates: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let chain = CertificateDer::pem_file_iter(certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|why| because(certificates, why, TlsError::Certificate))?;
    if chain.is_empty() {
        return Err(TlsError::Certificate(certificates.to_path_buf()));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|why| because(key, why, TlsError::Key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Says apart that a file cannot be read and that it is not what it should be.
fn because(path: &Path, why: PemError, not_one: impl FnOnce(PathBuf) -> TlsError) -> TlsError {
    let path = path.to_path_buf();
    match why {
        PemError::Io(source) => TlsError::Unreadable { path, source },
        _ => not_one(path),
    }
}

#[cfg(test)]
mod tests {
    use super::{TlsError, config};

    #[test]
    fn a_file_that_is_not_there_is_not_called_empty() {
        let folder = tempfile::tempdir().unwrap();
        let (there, missing) = (folder.path().join("a.pem"), folder.path().join("b.pem"));
        std::fs::write(&there, "no certificate").unwrap();
        assert!(
            matches!(config(&missing, &there), Err(TlsError::Unreadable { path, .. }) if path == missing)
        );
        assert!(matches!(config(&there, &missing), Err(TlsError::Certificate(path)) if path == there));
    }
}
