//! TLS of the server's own. Certificate and key in `tests/data` were made for these tests and are used nowhere else.

use std::path::Path;

use scrutineer_server::http::tls::{TlsError, config};

use crate::program::Serving;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

#[test]
fn speaks_https_with_the_operators_certificate() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let (certificate, key) = (format!("{DATA}/tls-cert.pem"), format!("{DATA}/tls-key.pem"));
    let server = Serving::start(data.to_str().unwrap(), &["--tls-cert", &certificate, "--tls-key", &key]);
    assert!(server.url.starts_with("https://127.0.0.1:"));
    let tls = ureq::tls::TlsConfig::builder().disable_verification(true).build();
    let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().tls_config(tls).build());
    let reply = agent.get(format!("{}/health", server.url)).call().unwrap();
    assert!(reply.headers().contains_key("strict-transport-security"));
    assert!(
        ureq::get(server.url.replace("https", "http") + "/health").call().is_err(),
        "nothing in the clear"
    );
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn files_that_do_not_fit_are_refused() {
    let file = |name: &str| Path::new(DATA).join(name);
    let (certificate, key) = (file("tls-cert.pem"), file("tls-key.pem"));
    assert!(config(&certificate, &key).is_ok());
    assert!(matches!(config(&key, &key), Err(TlsError::Certificate(_))));
    assert!(matches!(config(&file("missing"), &key), Err(TlsError::Unreadable { .. })));
    assert!(matches!(config(&certificate, &certificate), Err(TlsError::Key(_))));
}
