//! Mail configurations, good and bad.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::MailConfig;

/// A folder with a configuration, a password and a certificate in it.
fn write(config: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mail.toml");
    fs::write(&file, config).unwrap();
    for (name, text) in [
        ("password", "s3cret\n"),
        ("open", "s3cret\n"),
        ("empty", "\n"),
        ("no-ca", "hello"),
        ("ca.pem", include_str!("../../../tests/mail/tls/ca.pem")),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            let mode = if name == "open" { 0o640 } else { 0o600 };
            let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
            fs::set_permissions(&path, permissions).unwrap();
        }
    }
    (folder, file)
}

#[test]
fn good_ones_say_where_letters_go_and_no_secret() {
    for (config, to) in [
        ("from = \"v@u.org\"\nhost = \"smtp.u.org\"", "mail server smtp.u.org:465"),
        ("from = \"v@u.org\"\nhost = \"smtp.u.org\"\nsecurity = \"starttls\"", "mail server smtp.u.org:587"),
        (
            "from = \"v@u.org\"\nhost = \"127.0.0.1\"\nsecurity = \"none\"\nport = 2525",
            "mail server 127.0.0.1:2525",
        ),
        ("from = \"v@u.org\"\nhost = \"LOCALHOST\"\nsecurity = \"none\"", "mail server LOCALHOST:25"),
        (
            "from = \"v@u.org\"\nhost = \"h\"\nusername = \"u\"\npassword_file = \"password\"\nca = \"ca.pem\"",
            "mail server h:465",
        ),
    ] {
        let (_folder, file) = write(config);
        let mailer = MailConfig::read(&file)
            .unwrap_or_else(|error| panic!("{error}"))
            .mailer("vote.u.org")
            .with_name("Union");
        assert_eq!(mailer.describe(), to);
        assert_eq!(mailer.sender().name.as_deref(), Some("Union"));
        assert_eq!((mailer.per_minute(), mailer.connections()), (120, 2));
        assert!(!format!("{mailer:?}").contains("s3cret"));
    }
}

#[test]
fn a_folder_is_meant_from_where_the_file_is() {
    let config = "from = \"v@u.org\"\nname = \"Votes\"\nreply_to = \"r@u.org\"\nreturn_path = \"b@u.org\"\nfolder = \"out\"\n\
                  per_minute = 6000\nconnections = 8";
    let (folder, file) = write(config);
    let mailer = MailConfig::read(&file).unwrap().mailer("vote.u.org").with_name("Union");
    assert_eq!(mailer.describe(), format!("folder {}", folder.path().join("out").display()));
    let sender = mailer.sender();
    assert_eq!(sender.name.as_deref(), Some("Votes"));
    assert_eq!(sender.reply_to.as_ref().unwrap().as_str(), "r@u.org");
    assert_eq!(sender.return_path.as_ref().unwrap().as_str(), "b@u.org");
    assert_eq!((mailer.per_minute(), mailer.connections()), (6000, 8));
}

#[test]
fn bad_ones_are_refused_with_a_sentence() {
    let from = "from = \"v@u.org\"\n";
    for (config, sentence) in [
        (String::new(), "missing field `from`"),
        ("from = \"v u.org\"\nhost = \"h\"".to_owned(), "from: this is not an e-mail address"),
        (format!("{from}host = \"h\"\nreturn_path = \"\""), "return_path: the e-mail address is missing"),
        (from.to_owned(), "say where letters go"),
        (format!("{from}host = \" \""), "say where letters go"),
        (format!("{from}hots = \"h\""), "unknown field `hots`"),
        (format!("{from}host = \"h\"\nport = 70000"), "port"),
        (format!("{from}host = \"h\"\nsecurity = \"ssl\""), "unknown variant `ssl`"),
        (
            format!("{from}host = \"smtp.u.org\"\nsecurity = \"none\""),
            "only for a mail server on this machine",
        ),
        (
            format!("{from}host = \"127.0.0.1.u.org\"\nsecurity = \"none\""),
            "only for a mail server on this machine",
        ),
        (format!("{from}host = \"h\"\nusername = \"u\""), "username and password_file go together"),
        (
            format!("{from}host = \"h\"\npassword_file = \"password\""),
            "username and password_file go together",
        ),
        (format!("{from}host = \"h\"\nusername = \"u\"\npassword_file = \"none\""), "cannot be read"),
        (
            format!("{from}host = \"h\"\nusername = \"u\"\npassword_file = \"empty\""),
            "the password is missing",
        ),
        (format!("{from}host = \"h\"\npassword = \"p\""), "unknown field `password`"),
        (format!("{from}host = \"h\"\nca = \"no-ca\""), "holds no certificate"),
        (format!("{from}host = \"::1\"\nsecurity = \"none\"\nca = \"ca.pem\""), "ca is for security"),
        (format!("{from}host = \"h\"\nper_minute = 0"), "per_minute is 0; it can be 1 to 100000"),
        (format!("{from}host = \"h\"\nconnections = 99"), "connections is 99; it can be 1 to 32"),
        (format!("{from}host = \"h\"\ntimeout_seconds = 0"), "timeout_seconds is 0"),
        (format!("{from}host = \"h\"\nhello = \"a b\""), "hello is the host name"),
        (format!("{from}folder = \"out\"\nhost = \"h\""), "host is for a mail server"),
        (format!("{from}folder = \"out\"\nca = \"ca.pem\""), "ca is for a mail server"),
        ("from = ".to_owned(), "mail.toml"),
    ] {
        let (_folder, file) = write(&config);
        let error = MailConfig::read(&file).unwrap_err().to_string();
        assert!(error.contains(sentence), "{config}\n{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_password_that_others_can_read_is_refused() {
    let (_folder, file) =
        write("from = \"v@u.org\"\nhost = \"h\"\nusername = \"u\"\npassword_file = \"open\"");
    let error = MailConfig::read(&file).unwrap_err().to_string();
    assert!(error.contains("can be read by others") && error.contains("chmod 600"), "{error}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = MailConfig::read(&PathBuf::from("/nowhere/mail.toml")).unwrap_err().to_string();
    assert!(error.starts_with("/nowhere/mail.toml cannot be read"), "{error}");
}
