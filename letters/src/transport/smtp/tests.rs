//! A mail server made by hand, for what an honest one never does. What honest ones do is in tests/mail.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{Security, Smtp, SmtpSettings};
use crate::{SendError, Transport};

fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::StartTls,
        account: None,
        authority: Some(include_bytes!("../../../../tests/mail/tls/ca.pem").to_vec()),
        hello: "vote.union.example".to_owned(),
        patience: Duration::from_secs(10),
        connections: 1,
    }
}

fn tls() -> Arc<ServerConfig> {
    let certificate =
        CertificateDer::from_pem_slice(include_bytes!("../../../../tests/mail/tls/cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../../../tests/mail/tls/key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}

/// Reads a command, answers.
fn answer(stream: &mut (impl Read + Write), begins: &str, said: &str) {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        line.extend(byte);
    }
    assert!(line.starts_with(begins.as_bytes()), "{}", String::from_utf8_lossy(&line));
    // The client may have gone, having seen enough.
    let _ = stream.write_all(said.as_bytes()).and_then(|()| stream.flush());
}

/// What the check says of a server that sends `surplus` along with its answer to STARTTLS, before TLS begins.
fn checked(surplus: &'static str) -> Result<(), SendError> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        let mut tcp = listener.accept().unwrap().0;
        tcp.write_all(b"220 localhost\r\n").unwrap();
        answer(&mut tcp, "EHLO", "250-localhost\r\n250 STARTTLS\r\n");
        answer(&mut tcp, "STARTTLS", &format!("220 go on\r\n{surplus}"));
        let mut stream = StreamOwned::new(ServerConnection::new(tls()).unwrap(), tcp);
        answer(&mut stream, "EHLO", "250 localhost\r\n");
        // Whatever is said next, the client says it only if it has seen nothing odd.
        let mut next = String::new();
        let _ = BufReader::new(&mut stream).read_line(&mut next);
        if next.starts_with("NOOP") {
            let _ = stream.write_all(b"250 yes\r\n").and_then(|()| stream.flush());
        }
        next
    });
    let outcome = Smtp::new(settings(port)).unwrap().check();
    let next = serving.join().unwrap();
    assert_eq!(outcome.is_ok(), next.starts_with("NOOP"), "{outcome:?} {next}");
    outcome
}

#[test]
fn answers_from_before_the_protection_are_not_taken_for_answers_after_it() {
    assert_eq!(checked(""), Ok(()));
    for surplus in ["250 x\r\n250 x\r\n", "250 x\r\n250 x\r\n250 x\r\n354 x\r\n250 x\r\n"] {
        let outcome = checked(surplus);
        let Err(SendError::Later { status }) = &outcome else { panic!("{outcome:?}") };
        assert_eq!(status, "an answer nobody asked for");
    }
}
