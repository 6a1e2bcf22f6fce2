//! Signing in and out, the roll, roles, codes, and what a server's answers come to.

use std::fs;

use scrutineer_cli::exit::Exit;
use serde_json::{Value, json};

use crate::stub::{Answer, Asked, Stub, User, bytes, ok, refused, session, silence};

/// Takes everybody in and answers the rest with `answer`.
fn server(answer: impl Fn(&Asked) -> Answer + Send + 'static) -> Stub {
    Stub::start(move |asked| match asked.line.as_str() {
        "POST /api/v1/sessions" => ok(&session()),
        _ => answer(asked),
    })
}

#[test]
fn an_activation_takes_code_and_password_in_this_order_and_signs_in() {
    let stub = server(|asked| match asked.line.as_str() {
        "POST /api/v1/activations" => ok(&json!({"member_no": "7", "name": "Ana"})),
        "DELETE /api/v1/sessions/current" => Answer { head: "204 No Content".into(), body: Vec::new() },
        _ => refused(404, "not_found", "no"),
    });
    let user = User::of(&stub);
    let document = user.json(&["activate", "--member", "7"], "ABCD-EFGH\nmy new password\n");
    assert_eq!(document["member_no"], "7");
    assert!(!document.to_string().contains("the-token"));
    let asked = stub.asked();
    let first = json!({"member_no": "7", "code": "ABCD-EFGH", "password": "my new password"});
    assert_eq!(asked[0].json(), first);
    let second = json!({"member_no": "7", "password": "my new password", "kind": "bearer"});
    assert_eq!(asked[1].json(), second);
    assert_eq!(user.json(&["logout"], ""), json!({"signed_out": true}));
    assert_eq!(stub.asked()[2].headers["authorization"], "Bearer the-token");
    assert_eq!(user.json(&["logout"], ""), json!({"signed_out": false}));
    user.refused(&["role", "list"], "", "you are not signed in");
    // Without --json nothing stands on stdout.
    let ran = user.run(&["role", "list"], "");
    assert_eq!((ran.exit, ran.stdout.as_str()), (Exit::Error, ""), "{ran:?}");
}

#[test]
fn a_missing_answer_is_named_and_nothing_is_sent() {
    let stub = server(|_| silence());
    let user = User::of(&stub);
    user.refused(&["activate", "--member", "7"], "ABCD-EFGH\n", "`New password`");
    user.refused(&["login", "--member", "7"], "", "`Password`");
    assert_eq!(stub.lines(), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn the_session_is_kept_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let stub = server(|_| silence());
    let user = User::of(&stub);
    user.sign_in();
    let folder = user.path("profiles/default");
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("session.json")), 0o600);
    fs::set_permissions(folder.join("session.json"), PermissionsExt::from_mode(0o604)).expect("ours");
    user.refused(&["role", "list"], "", "chmod 600");
    assert_eq!(stub.lines().len(), 1, "the token was not sent");
}

#[test]
fn refusals_come_with_their_rows() {
    let stub = server(|asked| {
        assert_eq!(asked.json(), json!({"csv": "member_no\n1\n", "dry_run": true}));
        let mut answer = refused(422, "roll_refused", "Nothing was imported.");
        let mut problem: Value = serde_json::from_slice(&answer.body).expect("ours");
        problem["rows"] = json!([{"line": 1, "message": "no name"}]);
        answer.body = problem.to_string().into_bytes();
        answer
    });
    let user = User::of(&stub);
    user.sign_in();
    let roll = user.file("roll.csv", "member_no\n1\n");
    user.refused(&["roll", "import", &roll, "--dry-run"], "", "Nothing was imported.");
    let ran = user.run(&["roll", "import", &roll, "--dry-run", "--json"], "");
    let expected = json!({"error": {
        "message": "Nothing was imported.", "code": "roll_refused", "rows": [{"line": 1, "message": "no name"}],
    }});
    assert_eq!((ran.exit, ran.json()), (Exit::Error, expected));
    assert!(ran.stderr.contains("line 1: no name"));
}

#[test]
fn a_roll_that_a_spreadsheet_wrote_is_sent_as_text_and_what_was_assumed_is_said() {
    let stub = server(|asked| {
        assert_eq!(asked.json()["csv"], "member_no;name;unit;standing\n1;Zo\u{eb};A;good\n");
        refused(422, "roll_refused", "Nothing was imported.")
    });
    let user = User::of(&stub);
    user.sign_in();
    let file = user.path("latin.csv");
    fs::write(&file, b"member_no;name;unit;standing\n1;Zo\xeb;A;good\n").expect("a file");
    let latin = file.display().to_string();
    user.refused(&["roll", "import", &latin], "", "Nothing was imported.");
    let ran = user.run(&["roll", "import", &latin], "");
    assert!(ran.stderr.contains("Windows-1252"), "{}", ran.stderr);
}

#[test]
fn what_is_no_server_of_ours_is_named() {
    let stub = server(|asked| match asked.line.as_str() {
        "GET /api/v1/roles" => bytes("text/html", b"<html>".to_vec()),
        "GET /api/v1/ballots" => ok(&json!({"ballots": 1})),
        "GET /api/v1/ballots/aaaa" => {
            Answer { head: "302 Go\r\nlocation: https://other.example/".into(), body: vec![] }
        }
        "POST /api/v1/ballots/aaaa/closing" => {
            Answer { head: "307 Go\r\nlocation: https://other.example/".into(), body: vec![] }
        }
        "GET /api/v1/ballots/bbbb" => {
            Answer { head: "500 Oh\r\ncontent-type: text/plain".into(), body: vec![] }
        }
        _ => silence(),
    });
    let user = User::of(&stub);
    user.sign_in();
    user.refused(&["role", "list"], "", "does not speak like a Scrutineer server");
    user.refused(&["ballot", "list"], "", "does not speak like a Scrutineer server");
    user.refused(&["ballot", "show", "aaaa"], "", "https://other.example/");
    user.refused(&["ballot", "close", "aaaa"], "", "https://other.example/");
    user.refused(&["ballot", "show", "bbbb"], "", "without a reason");
    user.refused(&["ballot", "show", "cccc"], "", "cannot be reached");
    user.refused(&["ballot", "show", "a/b"], "", "ballot's ID");
    assert!(stub.lines().iter().all(|line| !line.contains("a/b")));
    user.refused(&["role", "list", "--server", "http://vote.example.org"], "", "unprotected");
}

#[test]
fn codes_go_to_a_new_file_of_their_owner() {
    let code = "0000-0000-0000-0000-0000-0000-00NB";
    let stub = server(move |asked| match asked.line.as_str() {
        "GET /api/v1/ballots/abcd/codes" => ok(&json!({"codes": [
            {"member_no": "1", "name": "Lee, Kim", "unit": "A \"B\"", "code": code},
        ]})),
        "POST /api/v1/ballots/abcd/codes/confirmation" => ok(&json!({})),
        "POST /api/v1/roll/activations" => ok(&json!({"expires_at": 5, "codes": [
            {"member_no": "2", "name": "Bo", "unit": "B", "code": "ABCD-EFGH-JKMN-PQRS"},
        ]})),
        _ => refused(404, "not_found", "no"),
    });
    let user = User::of(&stub);
    user.sign_in();
    let out = user.path("codes.csv").display().to_string();
    let fetched = user.json(&["codes", "fetch", "abcd", "--out", &out], "");
    assert_eq!(fetched, json!({"file": out, "codes": 1}));
    let expected = format!("member_no,name,unit,code\n1,\"Lee, Kim\",\"A \"\"B\"\"\",{code}\n");
    assert_eq!(fs::read_to_string(&out).expect("it is there"), expected);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&out).expect("it is there").permissions().mode() & 0o777, 0o600);
    }
    let before = stub.lines().len();
    user.refused(&["codes", "fetch", "abcd", "--out", &out], "", "is there already");
    assert_eq!(stub.lines().len(), before, "nothing is fetched that cannot be written");
    assert_eq!(user.json(&["codes", "confirm", "abcd"], "")["confirmed"], true);
    let out = user.path("activation.csv").display().to_string();
    user.json(&["roll", "activation", "--out", &out, "--member", "2"], "");
    let expected = "member_no,name,unit,activation_code\n2,Bo,B,ABCD-EFGH-JKMN-PQRS\n";
    assert_eq!(fs::read_to_string(&out).expect("it is there"), expected);
    assert_eq!(stub.asked().last().expect("one").json(), json!({"members": ["2"]}));
}

#[test]
fn codes_that_do_not_come_whole_leave_no_file() {
    let whole = r#"{"codes":[{"member_no":"1","name":"A","unit":"B","code":"c"},{"member_no":"2","name":"A","unit":"B","code":"d"}]}"#;
    let stub = server(move |asked| match asked.line.split('/').nth(4) {
        Some("broken") => bytes("application/json", whole.as_bytes()[..90].to_vec()),
        Some("more") => bytes("application/json", format!("{whole}{whole}").into_bytes()),
        Some("twice") => bytes("application/json", whole.replace("]}", "],\"codes\":[]}").into_bytes()),
        Some("none") => ok(&json!({"code": []})),
        Some("other") => ok(&json!({"codes": [{"member_no": "1"}]})),
        Some("text") => bytes("text/plain", whole.as_bytes().to_vec()),
        Some("good") => bytes("application/json", whole.as_bytes().to_vec()),
        _ => refused(404, "not_found", "no"),
    });
    let user = User::of(&stub);
    user.sign_in();
    let out = user.path("codes.csv");
    let shown = out.display().to_string();
    for (id, why) in [
        ("broken", "did not arrive whole"),
        ("more", "does not speak like"),
        ("twice", "does not speak like"),
        ("none", "does not speak like"),
        ("other", "does not speak like"),
        ("text", "does not speak like"),
    ] {
        user.refused(&["codes", "fetch", id, "--out", &shown], "", why);
        assert!(!out.exists(), "{id} left a file");
    }
    user.json(&["codes", "fetch", "good", "--out", &shown], "");
    assert_eq!(
        fs::read_to_string(&out).expect("it is there"),
        "member_no,name,unit,code\n1,A,B,c\n2,A,B,d\n"
    );
}

#[test]
fn deeds_reach_the_server_as_the_api_says() {
    let ballot = json!({
        "id": "abcdefgh", "title": "T", "practice": false, "state": "frozen", "opens": null, "closes": 1_611_467_940,
        "time_zone": "America/Chicago", "contact": "C", "board": "B", "codes": "server", "questions": [],
        "setting": [], "boxes": [], "waits_for": ["the codes"], "cast": null,
        "description": "Why\nand how", "me": {"eligible": true, "voted": false},
    });
    let stub = server(move |asked| match asked.line.split(' ').next() {
        Some("GET") => ok(&ballot),
        _ => ok(&json!({
            "id": "abcdefgh", "fingerprint": "SHA256:x", "public_key": "ssh-ed25519 A",
            "codes": [{"member_no": "9", "way": "hand"}],
        })),
    });
    let user = User::of(&stub);
    user.sign_in();
    let file = user.file("ballot.toml", "title = 'T'");
    assert_eq!(user.json(&["ballot", "draft", &file], ""), json!({"id": "abcdefgh"}));
    let key = user.file("key.pub", "ssh-ed25519 A\n");
    let private = user.file("key", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    user.json(&["keys", "add", &key], "");
    user.refused(&["keys", "add", &private], "", "private key");
    for args in ["freeze abcd", "open abcd", "close abcd", "extend abcd --until T", "cancel abcd --reason R"]
    {
        let args: Vec<&str> = ["ballot"].into_iter().chain(args.split(' ')).collect();
        assert_eq!(user.json(&args, "")["state"], "frozen");
    }
    user.json(&["role", "grant", "delegate", "--member", "9", "--unit", "A & B"], "");
    user.json(&["role", "revoke", "delegate", "--member", "9", "--unit", "A & B"], "");
    let replaced = user.json(&["desk", "reissue", "abcd", "--member", "9"], "");
    assert_eq!((&replaced["member_no"], &replaced["codes"][0]["way"]), (&json!("9"), &json!("hand")));
    let lines: Vec<String> =
        stub.lines().into_iter().filter(|line| !line.starts_with("GET")).skip(1).collect();
    assert_eq!(
        lines,
        [
            "POST /api/v1/ballots",
            "POST /api/v1/me/keys",
            "POST /api/v1/ballots/abcd/freezing",
            "POST /api/v1/ballots/abcd/opening",
            "POST /api/v1/ballots/abcd/closing",
            "POST /api/v1/ballots/abcd/extension",
            "POST /api/v1/ballots/abcd/cancellation",
            "POST /api/v1/roles",
            "DELETE /api/v1/roles?role=delegate&member_no=9&unit=A%20%26%20B",
            "POST /api/v1/ballots/abcd/reissues",
        ]
    );
    let shown = user.run(&["ballot", "show", "abcd"], "").stdout;
    assert!(shown.contains("Closes: Saturday, 23 January 2021, 23:59 CST"), "{shown}");
    assert!(shown.contains("Waits: the codes"), "{shown}");
    assert!(shown.starts_with("T (abcdefgh)\n  Why\n  and how\nState: frozen\n"), "{shown}");
    assert!(shown.contains("You: may vote once it is open"), "{shown}");
}
