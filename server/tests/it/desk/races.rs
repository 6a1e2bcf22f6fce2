//! The desk and members at the same moment.

use serde_json::json;

use super::{address, code_in, count, file, no_code_form, permit_in, sent, with_mail};
use crate::union::{Union, good, no, yes};

/// Bindings without a credential on the list, or with one that is void or spare: there must be none, ever.
fn bindings_are_whole(union: &Union) {
    let shared = "SELECT count(*) FROM binding b JOIN credential c ON c.box_id = b.box_id AND c.credential = b.credential";
    assert_eq!(count(union, shared), 0, "nobody is bound to a void or a spare code");
    let text = |sql: &str| -> Vec<String> {
        let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
        let mut statement = database.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let votes = text("SELECT body ->> 'credential' FROM datum JOIN vote USING (box_id, height)");
    for credential in text("SELECT lower(hex(credential)) FROM credential") {
        let mut encoding = hex::decode(credential).unwrap();
        encoding.reverse();
        assert!(!votes.contains(&hex::encode(encoding)), "no vote stands under a void or a spare code");
    }
}

#[test]
fn codes_that_are_replaced_by_many_while_members_vote_never_leave_a_vote_under_a_void_code() {
    let (mut union, memory) = with_mail(6);
    let ballot = union.open(&file().replace("spares = 8", "spares = 40"));
    let officers: Vec<_> = union.officers.iter().map(|(client, _)| client.clone()).collect();
    let votes: Vec<_> = (0..6).map(|i| (union.member(&no(i)), union.seal(&ballot, &no(i), &yes()))).collect();
    let path = format!("{}/reissues", ballot.path);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let under_way: Vec<_> = votes
            .iter()
            .enumerate()
            .map(|(i, (client, vote))| {
                let (path, ballot, officers) = (&path, &ballot, &officers);
                let cast = scope.spawn(move || ballot.cast(client, vote).status);
                let body = json!({ "member_nos": [no(i)] });
                let replace = |officer: usize| {
                    let (client, body) = (&officers[officer], body.clone());
                    scope.spawn(move || client.post(path, &body).status)
                };
                (cast, replace(0), replace(1))
            })
            .collect();
        let joined = under_way.into_iter();
        joined.map(|(a, b, c)| (a.join().unwrap(), b.join().unwrap(), c.join().unwrap())).collect()
    });
    bindings_are_whole(&union);
    let mut void = 0;
    for (cast, one, other) in outcomes {
        let replaced = [one, other].iter().filter(|status| **status == 200).count();
        // 202: by then there were many in a day, and another officer has to agree.
        assert!([one, other].iter().all(|status| [200, 202, 409].contains(status)), "{one} {other}");
        assert!(matches!((cast, replaced), (201, 0) | (403, 1..=2)), "{cast} {one} {other}");
        void += i64::try_from(replaced).unwrap();
    }
    assert_eq!(count(&union, "SELECT count(*) FROM credential WHERE kind = 'void'"), void);
    // Each member who was replaced has exactly one usable code, in one letter.
    let letters = sent(&union, &memory);
    for (i, (client, _)) in votes.iter().enumerate() {
        let own: Vec<_> = letters.iter().filter(|(to, _)| *to == address(i)).collect();
        assert!(own.len() <= 1);
        if let Some((_, text)) = own.first() {
            let vote = ballot.seal(&ballot.key_of(&code_in(text)), &yes(), &mut union.rng);
            assert_eq!(ballot.cast(client, &vote).status, 201);
        }
    }
    bindings_are_whole(&union);
    good(union.order(&ballot, "closing"));
    assert_eq!(union.verify(&ballot).votes, 6);
}

#[test]
fn a_code_is_replaced_before_the_ballot_closes_or_not_at_all() {
    let (mut union, _) = with_mail(8);
    let ballot = union.open(&file());
    let officer = union.officers[0].0.clone();
    let path = format!("{}/reissues", ballot.path);
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let replace = |i: usize| {
            let (officer, path) = (officer.clone(), path.clone());
            scope.spawn(move || officer.post(&path, &json!({ "member_nos": [no(i)] })).status)
        };
        let under_way: Vec<_> = (0..8).map(replace).collect();
        good(union.order(&ballot, "closing"));
        under_way.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    let done = statuses.iter().filter(|status| **status == 200).count();
    let certificate = good(union.world.anyone().get(&format!("{}/certificate", ballot.path)));
    let certificate: serde_json::Value = serde_json::from_str(certificate.text("certificate")).unwrap();
    let codes = &certificate["boxes"][0]["codes"];
    assert_eq!((&codes["reissued"], codes["void"].as_array().unwrap().len()), (&json!(done), done));
    // Nothing of them is left.
    for table in ["binding", "code", "code_permit"] {
        assert_eq!(count(&union, &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn a_permit_that_is_used_several_times_at_once_brings_one_code() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.open(&file());
    let fields = [("ballot", ballot.id.as_str()), ("member_no", "1001")];
    assert_eq!(no_code_form(&union.world.anyone(), "/no-code", &fields).status, 303);
    let permit = permit_in(&sent(&union, &memory)[0].1);
    let mut statuses: Vec<_> = std::thread::scope(|scope| {
        let (union, permit, ballot) = (&union, &permit, &ballot);
        let use_it = || {
            let fields = [("ballot", ballot.id.as_str()), ("member_no", "1001"), ("permit", permit.as_str())];
            no_code_form(&union.world.anyone(), "/no-code/again", &fields).status
        };
        let under_way: Vec<_> = (0..4).map(|_| scope.spawn(use_it)).collect();
        under_way.into_iter().map(|one| one.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 401, 401, 401]);
    assert_eq!(count(&union, "SELECT count(*) FROM credential WHERE kind = 'void'"), 1);
    assert_eq!(sent(&union, &memory).len(), 1);
    bindings_are_whole(&union);
}

#[test]
fn a_code_that_is_replaced_while_its_letter_is_on_its_way_is_not_lost() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.open(&file());
    let officer = union.officers[0].0.clone();
    let (path, body) = (format!("{}/reissues", ballot.path), json!({ "member_nos": ["1001"] }));
    good(officer.post(&path, &body));
    // While the mail server takes the letter, the code in it becomes void.
    let meanwhile = std::sync::Mutex::new(Some((officer, path, body)));
    memory.judge(move |_| {
        if let Some((officer, path, body)) = meanwhile.lock().unwrap().take() {
            good(officer.post(&path, &body));
        }
        Ok(())
    });
    let mut letters = sent(&union, &memory);
    letters.extend(sent(&union, &memory));
    assert_eq!(letters.len(), 2);
    let member = union.member(&no(0));
    let mut cast = |text: &str| {
        let vote = ballot.seal(&ballot.key_of(&code_in(text)), &yes(), &mut union.rng);
        ballot.cast(&member, &vote).status
    };
    assert_eq!((cast(&letters[0].1), cast(&letters[1].1)), (403, 201));
    bindings_are_whole(&union);
}

#[test]
fn a_letter_goes_to_the_old_or_to_the_new_address_and_is_never_lost() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.open(&file());
    let officer = union.officers[0].0.clone();
    let asked = officer.post("/api/v1/desk/members/1001/email", &json!({ "email": "new@home.example" }));
    good(union.by_two(asked));
    // The hour is over while the letter that says so is still on its way.
    let clock = union.world.clock.clone();
    memory.judge(move |_| {
        clock.advance(3000);
        Ok(())
    });
    let told: Vec<_> = sent(&union, &memory).into_iter().map(|(to, _)| to).collect();
    assert_eq!(told, [address(0)]);
    let officer = union.world.sign_in("1");
    // A code that is made at the moment of the change goes to the frozen address.
    let reissued = std::thread::scope(|scope| {
        let path = format!("{}/reissues", ballot.path);
        let officer = &officer;
        let reissued = scope.spawn(move || officer.post(&path, &json!({ "member_nos": ["1001"] })).status);
        union.world.clock.advance(600);
        union.world.tick();
        reissued.join().unwrap()
    });
    assert_eq!(reissued, 200);
    let letters = sent(&union, &memory);
    assert_eq!(letters.iter().map(|(to, _)| to.clone()).collect::<Vec<_>>(), [address(0)]);
    assert_eq!(count(&union, "SELECT count(*) FROM member WHERE email = 'new@home.example'"), 1);
}
