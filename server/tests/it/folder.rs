//! Data folders that cannot be used, each with a sentence; backups; checks.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use scrutineer_server::actions::init::{InitError, NewInstallation, init};
use scrutineer_server::clock::{Clock, FixedClock};
use scrutineer_server::data_folder::DataFolder;
use scrutineer_server::entropy::Entropy;
use scrutineer_server::store::{self, BackupError, OpenError, Store};
use serde_json::json;

use crate::support::{Folder, ROLL, START, World};

fn open(folder: &DataFolder) -> Result<Store, OpenError> {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::new(START));
    Store::open(folder, &clock)
}

#[track_caller]
fn refused(folder: &DataFolder) -> OpenError {
    match open(folder) {
        Ok(_) => panic!("the folder was opened"),
        Err(error) => error,
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_owner_can_read_a_data_folder() {
    let mut world = World::start();
    drop(world.officer());
    let folder = world.files.folder.path().to_path_buf();
    assert_eq!(mode(&folder), 0o700);
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 5, "database, its log, lock and two keys");
    world.stop();
}

#[test]
fn a_folder_in_use_is_refused_until_it_is_free() {
    let mut world = World::start();
    let error = refused(&world.files.folder);
    assert!(matches!(error, OpenError::InUse(_)));
    assert!(error.to_string().contains("in use by another server"));
    world.stop();
    drop(open(&world.files.folder).unwrap());
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    for path in [temp.path().to_path_buf(), temp.path().join("missing")] {
        let error = refused(&DataFolder::new(&path));
        assert!(matches!(error, OpenError::NotAFolder(_)), "{error}");
        assert!(error.to_string().contains("scrutineer-server init"));
        assert!(store::check(&DataFolder::new(&path)).is_err());
        assert!(store::backup(&DataFolder::new(&path), &temp.path().join("x")).is_err());
    }
    assert!(!temp.path().join("missing").exists() && !temp.path().join("x").exists());
}

#[test]
fn another_programs_file_is_refused() {
    for content in [&b"hello, this is no database at all"[..], b""] {
        let files = Folder::new();
        std::fs::write(files.folder.database(), content).unwrap();
        assert!(matches!(refused(&files.folder), OpenError::NotOurs(_)));
        assert!(matches!(store::check(&files.folder), Err(OpenError::NotOurs(_))));
    }
    let files = Folder::new();
    let database = Connection::open(files.folder.database()).unwrap();
    database.pragma_update(None, "application_id", 7).unwrap();
    drop(database);
    assert!(matches!(refused(&files.folder), OpenError::NotOurs(_)));
}

#[test]
fn a_newer_schema_is_refused() {
    let files = Folder::new();
    let database = Connection::open(files.folder.database()).unwrap();
    database.pragma_update(None, "user_version", 1000).unwrap();
    drop(database);
    let error = refused(&files.folder);
    assert!(matches!(error, OpenError::Newer { found: 1000, .. }));
    assert!(error.to_string().contains("install the newer version"));
    assert!(matches!(store::check(&files.folder), Err(OpenError::Newer { .. })));
    let out = files.temp.path().join("backup");
    assert!(matches!(store::backup(&files.folder, &out), Err(BackupError::Open(OpenError::Newer { .. }))));
    assert!(!out.exists());
}

#[test]
fn init_does_not_touch_a_folder_that_has_a_database() {
    let files = Folder::new();
    let before = std::fs::read(files.folder.database()).unwrap();
    let asked = NewInstallation {
        union_name: "Another".into(),
        officer_no: "2".into(),
        name: "B".into(),
        email: "b@example.org".into(),
    };
    let error = init(&files.folder, &asked, START, &mut Entropy::seeded(5).rng()).unwrap_err();
    assert!(matches!(error, InitError::Open(OpenError::Exists(_))), "{error}");
    assert_eq!(std::fs::read(files.folder.database()).unwrap(), before);
}

#[test]
fn init_says_what_cannot_be_taken_and_leaves_no_database() {
    let temp = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(temp.path().join("data"));
    let good = NewInstallation {
        union_name: "Union \"U\", local 1".into(),
        officer_no: "1".into(),
        name: "Ann \"Annie\" O'Neil, Jr.".into(),
        email: "ann@example.org".into(),
    };
    let mut rng = Entropy::seeded(5).rng();
    for bad in [
        NewInstallation { union_name: " ".into(), ..good.clone() },
        NewInstallation { officer_no: "a b".into(), ..good.clone() },
        NewInstallation { officer_no: "1,x,y,good,z@example.org\n2".into(), ..good.clone() },
        NewInstallation { name: String::new(), ..good.clone() },
        NewInstallation { name: "A\nB".into(), ..good.clone() },
        NewInstallation { email: "nobody".into(), ..good.clone() },
    ] {
        let error = init(&folder, &bad, START, &mut rng).unwrap_err();
        assert!(!error.to_string().is_empty());
        assert!(!folder.database().exists(), "{bad:?}");
    }
    init(&folder, &good, START, &mut rng).unwrap();
    let store = open(&folder).unwrap();
    let name = store.read_blocking("name", |tx| tx.member("1")).unwrap().unwrap().name;
    assert_eq!(name, "Ann \"Annie\" O'Neil, Jr.");
}

#[test]
fn a_backup_of_a_running_server_is_whole_and_can_be_served() {
    let mut world = World::start();
    let officer = world.officer();
    officer.post("/api/v1/roll/imports", &json!({ "csv": ROLL }));
    let out = world.files.temp.path().join("backup.db");
    store::backup(&world.files.folder, &out).unwrap();
    assert_eq!(mode(&out), 0o600);
    assert!(matches!(store::backup(&world.files.folder, &out), Err(BackupError::Exists(_))));
    officer.post("/api/v1/roles", &json!({ "role": "observer", "member_no": "100" }));
    world.stop();
    let left: Vec<_> =
        std::fs::read_dir(world.files.temp.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "the folder and the backup: {left:?}");

    std::fs::copy(&out, world.files.folder.database()).unwrap();
    assert!(store::check(&world.files.folder).unwrap().iter().all(|check| check.ok));
    world.restart();
    let roles = world.sign_in("1").get("/api/v1/roles").json;
    assert_eq!(roles["roles"].as_array().unwrap().len(), 1, "the state of the backup's moment");
}

#[test]
fn a_damaged_database_is_not_backed_up_silently() {
    let files = Folder::new();
    let database = Connection::open(files.folder.database()).unwrap();
    database
        .execute_batch("DROP TRIGGER audit_entry_stays_as_written; UPDATE audit_entry SET at = 0;")
        .unwrap();
    drop(database);
    let out = files.temp.path().join("backup.db");
    let error = store::backup(&files.folder, &out).unwrap_err();
    assert!(matches!(&error, BackupError::NotRight(why) if why.contains("audit log")), "{error}");
    assert_eq!(std::fs::read_dir(files.temp.path()).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn check_names_missing_keys_and_damaged_pages() {
    let files = Folder::new();
    let failing = |folder: &DataFolder| -> Vec<_> {
        let checks = store::check(folder).unwrap();
        checks.into_iter().filter(|check| !check.ok).map(|check| check.name).collect()
    };
    assert_eq!(failing(&files.folder), Vec::<&str>::new());
    std::fs::remove_file(files.folder.path().join("fact_key")).unwrap();
    std::fs::write(files.folder.path().join("receipt_key"), "no key").unwrap();
    assert_eq!(failing(&files.folder), ["receipt_key", "fact_key"]);
    let mut bytes = std::fs::read(files.folder.database()).unwrap();
    let page = bytes.windows(13).rposition(|window| window == b"First Officer").unwrap();
    bytes[page / 4096 * 4096..][..8].fill(0xff);
    std::fs::write(files.folder.database(), bytes).unwrap();
    assert!(failing(&files.folder).contains(&"pages"));
}
