//! The store: one job's failure is its own, answers come after COMMIT, too much is refused.

use std::sync::Arc;
use std::sync::mpsc;

use scrutineer_api::audit::Deed;
use scrutineer_server::clock::{Clock, FixedClock};
use scrutineer_server::store::{Actor, AuditRow, Error, Store, WriteTx};

use crate::support::{Folder, START};

fn open(files: &Folder) -> Store {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::new(START));
    Store::open(&files.folder, &clock).unwrap()
}

fn note(tx: &WriteTx<'_>, deed: &str) -> Result<(), Error> {
    tx.audit(&Actor::Server, Deed::Installed, &serde_json::json!({ "union": deed }))
}

fn deeds(store: &Store) -> Vec<String> {
    let rows = store.read_blocking("deeds", |tx| {
        let rows = tx.audit_after(2, 10_000)?;
        let word =
            |row: AuditRow| Ok(row.into_entry()?.detail["union"].as_str().unwrap_or_default().to_owned());
        rows.into_iter().map(word).collect::<Result<Vec<_>, Error>>()
    });
    rows.unwrap()
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

#[test]
fn a_failing_or_panicking_job_does_not_touch_its_group() {
    let files = Folder::new();
    let store = open(&files);
    // The first job holds the writer until all are queued, so that they make one group.
    let (go, wait) = mpsc::channel::<()>();
    let first = store.write("first", move |tx| {
        wait.recv().unwrap();
        note(tx, "first")
    });
    let good = store.write("good", |tx| note(tx, "good"));
    let failing = store.write("failing", |tx| {
        note(tx, "failing")?;
        Err::<(), _>(Error::Corrupt("on purpose".into()))
    });
    let panicking = store.write("panicking", |tx| {
        note(tx, "panicking")?;
        assert!(tx.now() == 0, "on purpose");
        Ok::<_, Error>(())
    });
    let last = store.write("last", |tx| note(tx, "last"));
    go.send(()).unwrap();
    run(async {
        assert!(first.await.is_ok() && good.await.is_ok() && last.await.is_ok());
        assert!(matches!(failing.await, Err(Error::Corrupt(_))));
        assert!(matches!(panicking.await, Err(Error::Unfinished)));
    });
    assert_eq!(deeds(&store), ["first", "good", "last"]);
}

#[test]
fn too_many_waiting_writes_are_refused_and_the_others_done() {
    let files = Folder::new();
    let store = open(&files);
    let (go, wait) = mpsc::channel::<()>();
    let first = store.write("first", move |tx| {
        wait.recv().unwrap();
        note(tx, "first")
    });
    let queued: Vec<_> = (0..6000).map(|_| store.write("queued", |tx| note(tx, "queued"))).collect();
    go.send(()).unwrap();
    let (mut done, mut busy) = (0, 0);
    run(async {
        first.await.unwrap();
        for job in queued {
            match job.await {
                Ok(()) => done += 1,
                Err(Error::Busy) => busy += 1,
                Err(other) => panic!("{other}"),
            }
        }
    });
    assert!(busy > 0 && done >= 4000, "{done} done, {busy} busy");
    assert_eq!(deeds(&store).len(), done + 1);
}

#[test]
fn what_is_answered_can_be_read_and_what_is_queued_is_done_before_the_store_closes() {
    let files = Folder::new();
    let store = open(&files);
    for n in 0..20 {
        store.write_blocking("one", |tx| note(tx, "one")).unwrap();
        assert_eq!(deeds(&store).len(), n + 1);
    }
    let unawaited: Vec<_> = (0..100).map(|_| store.write("more", |tx| note(tx, "more"))).collect();
    drop(store);
    drop(unawaited);
    assert_eq!(deeds(&open(&files)).len(), 120);
}

#[test]
fn readers_cannot_write_and_see_one_moment() {
    let files = Folder::new();
    let store = Arc::new(open(&files));
    let writer = Arc::clone(&store);
    let seen = store.read_blocking("two looks", move |tx| {
        let before = tx.audit_head()?;
        std::thread::scope(|scope| {
            scope.spawn(|| writer.write_blocking("between", |tx| note(tx, "between")).unwrap());
        });
        Ok::<_, Error>((before, tx.audit_head()?))
    });
    let (before, after) = seen.unwrap();
    assert_eq!(before, after);
    assert_eq!(deeds(&store), ["between"]);
}

#[test]
fn what_was_deleted_is_nowhere_in_the_files_once_leftovers_are_erased() {
    let files = Folder::new();
    let store = open(&files);
    let marks: Vec<_> =
        (0..200_u8).map(|n| [n | 0x80, 0x5c, 0x72, 0x75, 0x74, 0x69, 0x6e, 0x79].repeat(4)).collect();
    let keep: [u8; 32] = marks[7].clone().try_into().unwrap();
    store
        .write_blocking("codes", move |tx| {
            let member = tx.member("1")?.ok_or(Error::Unfinished)?.id;
            for mark in marks {
                let hash: [u8; 32] = mark.try_into().map_err(|_| Error::Unfinished)?;
                tx.put_activation(member, &hash, START + 1)?;
            }
            tx.put_activation(member, &keep, START + 1)
        })
        .unwrap();
    store
        .write_blocking("remove", |tx| {
            let member = tx.member("1")?.ok_or(Error::Unfinished)?.id;
            tx.remove_activation(member)
        })
        .unwrap();
    let anywhere = || {
        let entries = std::fs::read_dir(files.folder.path()).unwrap();
        let mut files = entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        files.any(|bytes| bytes.windows(7).any(|window| window == b"\\rutiny"))
    };
    assert!(anywhere(), "the write-ahead log still has it");
    run(store.renew_tables()).unwrap();
    run(store.empty_log()).unwrap();
    assert!(!anywhere());
    let log = std::fs::metadata(files.folder.database().with_extension("db-wal")).unwrap();
    assert_eq!(log.len(), 0);
    store.write_blocking("after", |tx| note(tx, "after")).unwrap();
    assert_eq!(deeds(&store), ["after"]);
}

#[test]
fn levelled_sessions_do_not_say_who_came_first() {
    use scrutineer_api::account::SessionKind;
    use scrutineer_server::store::{SessionLimits, TokenHash};
    let files = Folder::new();
    let clock = FixedClock::new(START);
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let store = Store::open(&files.folder, &shared).unwrap();
    let limits = SessionLimits { idle: 1800, total: 43_200 };
    let tokens = [1, 2, 3].map(|n| TokenHash([n; 32]));
    for token in tokens {
        store
            .write_blocking("sign in", move |tx| {
                let member = tx.member("1")?.ok_or(Error::Unfinished)?.id;
                tx.add_session(token, member, SessionKind::Bearer, limits)
            })
            .unwrap();
        clock.advance(100);
    }
    store.write_blocking("level", move |tx| tx.level_session_times(limits)).unwrap();
    let times = tokens.map(|token| {
        let session =
            store.read_blocking("session", move |tx| tx.session(token, SessionKind::Bearer, limits));
        let session = session.unwrap_or_else(|error: Error| panic!("{error}")).unwrap();
        (session.started_at, session.seen_at)
    });
    assert_eq!(times, [(START, START + 300); 3]);
}
