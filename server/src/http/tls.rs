//! TLS of the server's own, for sites without a proxy.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;

/// Why there is no TLS.
#[derive(Debug, Error)]
pub enum TlsError {
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
    let no_certificate = || TlsError::Certificate(certificates.to_path_buf());
    let chain = CertificateDer::pem_file_iter(certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| no_certificate())?;
    if chain.is_empty() {
        return Err(no_certificate());
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|_| TlsError::Key(key.to_path_buf()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(config)
}
