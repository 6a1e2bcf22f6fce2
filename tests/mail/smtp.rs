//! What the mail server answers, and what that means for a letter.

use std::path::Path;
use std::thread;

use scrutineer_letters::config::MailConfig;
use scrutineer_letters::sample::{about, sample};
use scrutineer_letters::{Address, Kind, Language, Mailer, Outgoing, SendError, render};
use scrutineer_tests::mail::{MailServer, Way, write_private};
use tempfile::TempDir;

/// A mailer by a configuration for this server, in a folder that goes away with it.
fn mailer(server: &MailServer, more: &str) -> (TempDir, Mailer) {
    let folder = tempfile::tempdir().unwrap();
    let mailer = read(&server.config(folder.path(), more).unwrap());
    (folder, mailer)
}

fn read(file: &Path) -> Mailer {
    MailConfig::read(file).unwrap().mailer("vote.union.example").with_name("Union")
}

/// Letter number `number`, to this local part.
fn letter(mailer: &Mailer, number: u8, to: &str) -> Outgoing {
    let address: Address = format!("{to}@members.example").parse().unwrap();
    let rendered = render(&sample(Kind::Open, Language::Pl), &about(), Language::Pl).unwrap();
    mailer.outgoing([number; 16], &address, Language::Pl, rendered, 1_611_241_200)
}

fn send(mailer: &Mailer, number: u8, to: &str) -> Result<(), SendError> {
    mailer.send(&letter(mailer, number, to))
}

fn later(status: &str) -> Result<(), SendError> {
    Err(SendError::Later { status: status.to_owned() })
}

fn never(status: &str) -> Result<(), SendError> {
    Err(SendError::Never { status: status.to_owned() })
}

#[test]
fn a_letter_arrives_as_it_was_written() {
    let server = MailServer::start().unwrap();
    let (_folder, mailer) = mailer(&server, "");
    mailer.check().unwrap();
    assert_eq!(send(&mailer, 1, "anna"), Ok(()));
    let mails = server.wait_for(1).unwrap();
    let mail = &mails[0];
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("bounces@union.example", "anna@members.example"));
    assert_eq!(mail.message_id(), "<01010101010101010101010101010101.scrutineer@vote.union.example>");
    let expected = letter(&mailer, 1, "anna").rendered;
    assert_eq!(mail.subject(), expected.subject);
    assert_eq!(mail.text().trim_end(), expected.text.trim_end());
    assert!(mail.vote_link().unwrap().ends_with("/vote#SAMP-LESA-MPLE-SAMP-LESA-MPLE-SAMP"));
}

#[test]
fn every_answer_means_what_it_says_and_the_connection_goes_on() {
    let server = MailServer::start().unwrap();
    let (_folder, mailer) = mailer(&server, "");
    assert_eq!(send(&mailer, 1, "defer-anna"), later("4.7.1"));
    assert_eq!(send(&mailer, 2, "reject-anna"), never("5.1.1"));
    assert_eq!(send(&mailer, 3, "refuse-anna"), never("5.7.1"));
    assert_eq!(send(&mailer, 4, "defer-1-anna"), later("4.7.1"));
    assert_eq!(send(&mailer, 4, "defer-1-anna"), Ok(()));
    assert_eq!(send(&mailer, 5, "anna"), Ok(()));
    // Three came as far as their text, of which one was refused then. The server tells of them a moment after its answer.
    server.wait_for(3).unwrap();
    let inboxes = server.inboxes();
    assert_eq!(inboxes.keys().collect::<Vec<_>>(), ["anna@members.example", "defer-1-anna@members.example"]);
    // What the server says about people is not passed on.
    for error in [send(&mailer, 6, "reject-anna"), send(&mailer, 6, "defer-anna")] {
        assert!(!error.unwrap_err().to_string().contains("anna"));
    }
}

#[test]
fn a_letter_that_came_without_an_answer_is_the_same_letter_again() {
    let server = MailServer::start().unwrap();
    let (_folder, mailer) = mailer(&server, "");
    assert_eq!(send(&mailer, 9, "drop-1-anna"), later("an answer that does not read"));
    assert_eq!(send(&mailer, 9, "drop-1-anna"), Ok(()));
    let mails = server.wait_for(2).unwrap();
    assert_eq!(mails.iter().map(|mail| mail.taken).collect::<Vec<_>>(), [false, true]);
    assert_eq!(mails[0].message_id(), mails[1].message_id());
    assert_eq!(mails[0].raw, mails[1].raw);
}

#[test]
fn a_server_that_takes_its_time_is_not_waited_for_too_long() {
    let server = MailServer::start().unwrap();
    let (_folder, mailer) = mailer(&server, "timeout_seconds = 1");
    assert_eq!(send(&mailer, 1, "slow-anna"), later("no answer in time"));
    // The late answer is not taken for one to the next letter.
    assert_eq!(send(&mailer, 2, "anna"), Ok(()));
    assert_eq!(send(&mailer, 3, "reject-anna"), never("5.1.1"));
}

#[test]
fn letters_with_codes_travel_protected() {
    for way in [Way::StartTls, Way::Tls] {
        let server = MailServer::started(way, Some(("union", "long and secret"))).unwrap();
        let (_folder, mailer) = mailer(&server, "");
        mailer.check().unwrap();
        for number in 1..4 {
            assert_eq!(send(&mailer, number, "anna"), Ok(()), "{way:?}");
        }
        assert!(server.wait_for(3).unwrap().iter().all(|mail| mail.protected));
    }
}

#[test]
fn a_wrong_password_is_said_to_the_operator() {
    let server = MailServer::started(Way::StartTls, Some(("union", "right"))).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = server.config(folder.path(), "").unwrap();
    write_private(&folder.path().join("password"), "wrong\n").unwrap();
    for outcome in [read(&file).check(), send(&read(&file), 1, "anna")] {
        let Err(SendError::Misconfigured(sentence)) = outcome else { panic!("{outcome:?}") };
        assert!(sentence.contains("does not take user name and password (5.7.8)"), "{sentence}");
        assert!(sentence.contains("password_file") && !sentence.contains("wrong"), "{sentence}");
    }
    assert!(server.mails().is_empty());
}

#[test]
fn a_server_that_wants_a_password_says_so() {
    let server = MailServer::started(Way::None, Some(("union", "right"))).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = server.config(folder.path(), "").unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let without: Vec<_> =
        text.lines().filter(|line| !line.starts_with("username") && !line.starts_with("password")).collect();
    std::fs::write(&file, without.join("\n")).unwrap();
    let outcome = send(&read(&file), 1, "anna");
    let Err(SendError::Misconfigured(sentence)) = outcome else { panic!("{outcome:?}") };
    assert!(sentence.contains("wants a user name"), "{sentence}");
}

#[test]
fn nothing_is_said_to_a_server_that_nobody_vouches_for() {
    for way in [Way::StartTls, Way::Tls] {
        let server = MailServer::started(way, Some(("union", "right"))).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = server.config(folder.path(), "").unwrap();
        let text = std::fs::read_to_string(&file).unwrap().replace("ca = \"ca.pem\"", "");
        std::fs::write(&file, text).unwrap();
        let outcome = send(&read(&file), 1, "anna");
        let Err(SendError::Misconfigured(sentence)) = outcome else { panic!("{way:?}: {outcome:?}") };
        assert!(
            sentence.contains("no protected connection") && sentence.contains("certificate"),
            "{sentence}"
        );
        assert!(server.mails().is_empty());
    }
}

#[test]
fn no_letter_goes_unprotected_where_protection_was_asked_for() {
    let server = MailServer::start().unwrap();
    for (word, sentence) in [("starttls", "does not offer STARTTLS"), ("tls", "no protected connection")] {
        let folder = tempfile::tempdir().unwrap();
        let file = server.config(folder.path(), "timeout_seconds = 2").unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("\"none\"", &format!("\"{word}\""))).unwrap();
        let outcome = send(&read(&file), 1, "anna");
        let Err(SendError::Misconfigured(said)) = outcome else { panic!("{word}: {outcome:?}") };
        assert!(said.contains(sentence), "{said}");
    }
    assert!(server.mails().is_empty());
}

#[test]
fn a_server_that_is_gone_is_tried_again_later() {
    let server = MailServer::start().unwrap();
    let (folder, mailer) = mailer(&server, "timeout_seconds = 2");
    assert_eq!(send(&mailer, 1, "anna"), Ok(()));
    let file = folder.path().join("mail.toml");
    drop(server);
    // The connection that was kept is gone, and so is the server.
    assert_eq!(send(&mailer, 2, "anna"), later("the mail server cannot be reached"));
    assert_eq!(read(&file).check(), later("the mail server cannot be reached"));
}

#[test]
fn many_letters_go_at_once_and_more_than_one_connection_carries() {
    let server = MailServer::start().unwrap();
    let (_folder, mailer) = mailer(&server, "connections = 4");
    thread::scope(|scope| {
        for part in 0..4_u8 {
            let mailer = &mailer;
            scope.spawn(move || {
                for number in 0..60 {
                    assert_eq!(send(mailer, part * 60 + number, &format!("m{part}-{number}")), Ok(()));
                }
            });
        }
    });
    server.wait_for(240).unwrap();
    let inboxes = server.inboxes();
    assert_eq!(inboxes.len(), 240);
    assert!(inboxes.values().all(|letters| letters.len() == 1));
}
