//! The server is killed (SIGKILL) in the middle of sending letters, again and again: none is lost, and whatever comes twice
//! comes under the same message id.

use std::fs;

use scrutineer_tests::mail::MailServer;
use scrutineer_tests::union::path;
use scrutineer_tests::world::World;

/// Members who get a letter.
const MEMBERS: usize = 60;
/// After how many letters, counted by the mail server, the server is killed.
const KILLS: [usize; 4] = [3, 11, 25, 44];

#[test]
fn letters_survive_that_the_server_is_killed() {
    let mail = MailServer::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = path(&mail.config(folder.path(), "per_minute = 10000\nconnections = 3").unwrap());
    let mut world = World::settled(env!("CARGO_BIN_EXE_e2e-server"), 10, &["--mail", &config]).unwrap();
    let url = world.running().unwrap().url().to_owned();

    // New members without a password; the answer to the first letter of some is lost, and some are told to come again.
    let mut roll = "member_no,name,unit,standing,email\n".to_owned();
    for entry in &world.roll {
        roll.push_str(&format!("{},{},{},{},\n", entry.no(), entry.name(), entry.unit(), entry.standing()));
    }
    for i in 0..MEMBERS {
        let how = ["", "", "drop-1-", "defer-1-", ""][i % 5];
        roll.push_str(&format!("9{i:03},Member {i},North,good,{how}m{i}@members.example\n"));
    }
    let file = folder.path().join("roll.csv");
    fs::write(&file, roll).unwrap();
    let [officer, _] = world.officers();
    officer.run(&["roll", "import", &path(&file)]).yes().unwrap();
    let shown = officer.run(&["letters", "preview", "activation"]).yes().unwrap();
    assert_eq!(shown["recipients"], MEMBERS, "{shown}");
    let (recipients, digest) = (MEMBERS.to_string(), shown["digest"].as_str().unwrap());
    let words = ["letters", "send", "activation", "--recipients", &recipients, "--digest", digest];
    officer.run(&words).yes().unwrap();

    for letters in KILLS {
        // Far enough for the next stage, and for letters that were deferred.
        world.pass(11 * 60).unwrap();
        mail.wait_for(letters).unwrap();
        world.kill().unwrap();
        world.start_again(&url).unwrap();
    }
    // As long as one is missing, another comes when there was time to try again.
    loop {
        let came = mail.mails().len();
        if mail.inboxes().len() == MEMBERS {
            break;
        }
        world.pass(11 * 60).unwrap();
        mail.wait_for(came + 1).expect("a letter is lost");
    }
    let inboxes = mail.inboxes();
    for (address, letters) in inboxes {
        assert_eq!(letters.len(), 1, "{address} has two letters that are not the same");
    }
    assert!(world.program().output(["check", "--data", &path(&world.data())]).unwrap().status.success());
}
