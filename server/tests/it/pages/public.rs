//! What everybody may see of a ballot besides its page: the record, the results, the files of the certificate; and the
//! sentences that the voting booth shows.

use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_protocol::ballot::Selection;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use scrutineer_server::clock::Clock;
use scrutineer_server::http::pages::assets::Asset;
use serde_json::{Value, json};

use super::LANGUAGES;
use super::html::Page;
use crate::support::{Client, Reply};
use crate::union::{Ballot, Union, YES_NO, good, no, no_vote, with_board, yes};

fn read(client: &Client, path: &str) -> Page {
    Page::read(&client.get(path), 200)
}

fn page_of(ballot: &Ballot, page: &str) -> String {
    format!("/ballots/{}/{page}", ballot.id)
}

fn tracker(reply: &Reply) -> String {
    good_ref(reply).text("tracker").to_owned()
}

fn good_ref(reply: &Reply) -> &Reply {
    assert!((200..300).contains(&reply.status), "{} {}", reply.status, reply.body);
    reply
}

/// `YES_NO` that closes by itself a day from now.
fn closing_tomorrow(union: &Union) -> String {
    let world = &union.world;
    let now = world.clock.now();
    let zone = scrutineer_ballot::zone::Zone::parse("America/Chicago").unwrap();
    let at = zone.rfc3339(now + 86_400);
    YES_NO.replace("contact =", &format!("closes = {at}\ncontact ="))
}

#[test]
fn record_and_results_are_sound_pages_in_every_state_for_every_reader_in_every_language() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let draft =
        good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO }))).text("id").to_owned();
    let frozen = union.freeze(YES_NO);
    let file = closing_tomorrow(&union);
    let open = union.open(&file);
    good(union.vote(&open, &no(0), &yes()));
    let closed = union.open_with(&board, &with_board());
    good(union.vote(&closed, &no(0), &yes()));
    good(union.order(&closed, "closing"));
    drop(union.member_again(&no(0)));
    let tallied = union.open(YES_NO);
    good(union.vote(&tallied, &no(0), &yes()));
    good(union.order(&tallied, "closing"));
    let cancelled = union.freeze(YES_NO);
    let reason = json!({ "reason": "The <offer> was withdrawn" });
    good(union.by_two(union.delegate.post(&format!("{}/cancellation", cancelled.path), &reason)));
    let practice = union.freeze_as(YES_NO, true);
    good(union.order(&practice, "opening"));
    good(union.order(&practice, "closing"));

    let member = union.member_again(&no(0));
    let readers = [union.world.anyone(), member, union.observer.clone(), union.delegate.clone()];
    let results = [
        (
            &frozen,
            ["Voting has not begun.", "La votación no ha empezado.", "Głosowanie jeszcze się nie zaczęło."],
        ),
        (&open, ["There is no count before.", "Antes no hay recuento.", "Wcześniej nic się nie liczy."]),
        (&closed, ["2 tellers are needed", "Hacen falta 2 personas", "potrzeba 2 członków komisji"]),
        (
            &tallied,
            [
                "Not passed: one member voted Yes; 3 were needed, 2 more.",
                "una persona votó «Yes»",
                "jedna osoba zagłosowała na „Yes”",
            ],
        ),
        (
            &cancelled,
            [
                "so it has no result. The reason: The <offer> was withdrawn",
                "no tiene resultado",
                "nie ma wyniku",
            ],
        ),
        (&practice, ["can never be certified", "nunca podrá certificarse", "nigdy nie otrzyma certyfikatu"]),
    ];
    for (at, language) in LANGUAGES.into_iter().enumerate() {
        for reader in &readers {
            let reader = reader.with("accept-language", language);
            for (ballot, words) in &results {
                let page = read(&reader, &page_of(ballot, "results"));
                assert_eq!(page.language, language);
                page.says(words[at]);
                let record = read(&reader, &page_of(ballot, "record"));
                assert_eq!(record.language, language);
                for page in [&page, &record] {
                    assert_eq!(page.html.contains("class=\"practice\""), ballot.id == practice.id);
                    // Units are small, so none is ever shown.
                    page.does_not_say("School").says("Work remotely only");
                }
                let counted = [&tallied.id, &practice.id].contains(&&ballot.id);
                assert_eq!(page.html.contains("<svg"), counted);
                assert_eq!(page.html.contains("<table"), counted);
            }
        }
    }
    // A draft is there for those who may see it.
    for page in ["record", "results"] {
        Page::read(&readers[0].get(&format!("/ballots/{draft}/{page}")), 404);
        read(&union.delegate, &format!("/ballots/{draft}/{page}"));
    }
    read(&union.delegate, &format!("/ballots/{draft}/record")).says("begins when the ballot is frozen");
}

#[test]
fn nothing_of_a_count_is_shown_before_it() {
    let mut union = Union::new(6);
    let board = union.board(2, 3);
    let ballot = union.open_with(&board, &with_board());
    let before = read(&union.delegate, &page_of(&ballot, "results")).text();
    for i in 0..5 {
        good(union.vote(&ballot, &no(i), &yes()));
    }
    assert_eq!(read(&union.delegate, &page_of(&ballot, "results")).text(), before);
    good(union.order(&ballot, "closing"));
    let closed = read(&union.delegate, &page_of(&ballot, "results"));
    closed.says("2 tellers are needed to open it; 0 so far.").does_not_say("Yes").does_not_say("5 ");
    for teller in &board.tellers[..2] {
        drop(union.member_again(&teller.member_no));
        good(union.state_closing(&ballot, teller));
    }
    assert_eq!(union.decrypt(&ballot, &board.tellers[0]).status, 204);
    let one_share = read(&union.delegate, &page_of(&ballot, "results"));
    one_share.says("2 tellers are needed to open it; 1 so far.").does_not_say("Yes").does_not_say("5 ");
    assert_eq!(union.decrypt(&ballot, &board.tellers[1]).status, 204);
    read(&union.world.anyone(), &page_of(&ballot, "results"))
        .says("Passed: 5 members voted Yes; 4 were needed.");
}

#[test]
fn results_give_verdict_pictures_every_number_and_the_files_of_the_certificate() {
    let mut union = Union::new(8);
    let ballot = union.open(YES_NO);
    for (i, choice) in [yes(), yes(), yes(), yes(), yes(), no_vote(), Selection::Blank].iter().enumerate() {
        good(union.vote(&ballot, &no(i), choice));
    }
    good(union.order(&ballot, "closing"));
    let anyone = union.world.anyone();
    let path = page_of(&ballot, "results");
    let page = read(&anyone, &path);
    page.says("Passed: 5 members voted Yes; 5 were needed.")
        .says("The rule, as it was fixed before the first vote: Yes >= 60% of eligible")
        .says("Turnout: 7 of 8 members voted (87.5%).")
        .says("Yes: 5 (71.4%)")
        .says("No: 1 (14.3%)")
        .says("Abstained: 1 (14.3%)")
        .says("Yes: 5 of 8 members (62.5%); the line is at 5.")
        .says("Yes 5 83.3% 71.4% 62.5%")
        .says("No 1 16.7% 14.3% 12.5%")
        .says("Abstained 1 – 14.3% 12.5%")
        .says("Votes cast 7 – 100.0% 87.5%")
        .says("Members who may vote 8 – – 100.0%")
        .says("Not certified yet: 0 of 2 signatures are there.")
        .does_not_say("ssh-keygen");
    assert_eq!(page.html.matches("<svg role=\"img\"").count(), 3);
    assert_eq!(page.html.matches("<line ").count(), 1);
    assert!(page.html.contains(r#"<line class="line" x1="62.50%" x2="62.50%""#));
    // The verdict comes before the pictures, and these before the table.
    let place = |text: &str| page.html.find(text).unwrap();
    assert!(place("class=\"verdict\"") < place("<svg") && place("<svg") < place("<table"));
    let spanish = read(&anyone.with("accept-language", "es"), &path);
    spanish.says("Aprobado: 5 personas votaron «Yes»; hacían falta 5.").says("Yes: 5 (71,4 %)");
    let polish = read(&anyone.with("accept-language", "pl"), &path);
    polish.says("Przyjęto: 5 osób zagłosowało na „Yes”; potrzeba było 5.").says("Yes: 5 (71,4%)");

    let missing = format!("/ballots/{}/files/certificate.json.1.sig", ballot.id);
    Page::read(&anyone.get(&missing), 404);
    for officer in 0..2 {
        good(union.certify(&ballot, officer));
    }
    let page = read(&anyone, &path);
    page.says("Certified: signed by 2 officers; 2 were needed.");
    let certificate = good(anyone.get(&format!("{}/certificate", ballot.path))).json;
    let file = |name: &str, expected: &str| {
        let path = format!("/ballots/{}/files/{name}", ballot.id);
        assert!(page.leads_to(&path), "{path}");
        let reply = good(anyone.get(&path));
        assert_eq!((reply.body.as_str(), reply.header("cache-control")), (expected, "no-store"), "{name}");
        assert_eq!(reply.header("content-disposition"), format!("attachment; filename=\"{name}\""));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    file("certificate.json", &text(&certificate["certificate"]));
    file("allowed_signers", &text(&certificate["allowed_signers"]));
    file("shares.json", &text(&certificate["shares"]));
    for signature in certificate["signatures"].as_array().unwrap() {
        let no = signature["member_no"].as_str().unwrap();
        file(&format!("certificate.json.{no}.sig"), &text(&signature["signature"]));
        page.says(&format!(
            "ssh-keygen -Y verify -f allowed_signers -I {no} -n scrutineer-certificate -s certificate.json.{no}.sig < \
             certificate.json"
        ));
        page.says(&format!("Officer {no}, key {}", signature["key"].as_str().unwrap()));
    }
    for odd in ["", "..%2fallowed_signers", "certificate.json.999.sig", "Certificate.json", "%22"] {
        let path = format!("/ballots/{}/files/{odd}", ballot.id);
        Page::read(&anyone.get(&path), 404);
    }
}

#[test]
fn files_of_a_certificate_are_not_there_before_it() {
    let mut union = Union::new(2);
    let open = union.open(YES_NO);
    Page::read(&union.world.anyone().get(&page_of(&open, "files/certificate.json")), 409);
    let practice = union.freeze_as(YES_NO, true);
    good(union.order(&practice, "opening"));
    good(union.order(&practice, "closing"));
    Page::read(&union.world.anyone().get(&page_of(&practice, "files/certificate.json")), 409);
    let page = read(&union.world.anyone(), &page_of(&practice, "results"));
    page.says("This was a practice ballot. It decides nothing and can never be certified.");
    // Nobody voted, and still every picture and every number is there.
    page.says("Turnout: 0 of 2 members voted (0.0%).").says("Yes 0 – – 0.0%").says("Yes: 0 (0.0%)");
    page.says("Not passed: 0 members voted Yes; 2 were needed, 2 more.");
}

#[test]
fn a_ballot_of_several_questions_says_what_each_came_to() {
    let mut union = Union::new(3);
    let more = r#"
[[question]]
text = "What next, <if> anything?"
answers = ["A walk & a talk", "Another vote", "Nothing"]
choose = { min = 1, max = 2 }

[[question]]
text = "Both conditions?"
answers = ["Yes", "No"]
blank = true
passes = "Yes > half of cast and cast >= half of eligible"
"#;
    let ballot = union.open(&format!("{YES_NO}{more}"));
    let key = ballot.key(&no(0));
    let choices = [yes(), Selection::Answers(vec![0, 2]), no_vote()];
    let sealed = scrutineer_protocol::ballot::Ballot::seal(&ballot.election, &key, &choices, &mut union.rng);
    let client = union.member(&no(0));
    good(ballot.cast(&client, &sealed.unwrap().to_text()));
    good(union.order(&ballot, "closing"));
    let page = read(&union.world.anyone(), &page_of(&ballot, "results"));
    page.says("1. Shall all members work remotely only?")
        .says("2. What next, <if> anything?")
        .says("Counted: A walk & a talk: 1; Another vote: 0; Nothing: 1.")
        .says("may add up to more than 100%")
        .says("3. Both conditions?")
        .says("Not passed: the rule does not hold.")
        .says("Not reached: 0 members voted Yes; the line is at 1.")
        .says("Not reached: one member voted; the line is at 2.")
        .says("1 of 3 members voted (33.3%); the line is at 2.");
    assert!(page.html.contains("&#60;if&#62;") && !page.html.contains("<if>"));
}

#[test]
fn the_record_is_shown_as_far_as_everybody_may_see_it() {
    let mut union = Union::new(4);
    let ballot = union.open(YES_NO);
    let path = page_of(&ballot, "record");
    let first = tracker(&union.vote(&ballot, &no(0), &no_vote()));
    union.world.clock.advance(60);
    let second = tracker(&union.vote(&ballot, &no(0), &yes()));
    let third = tracker(&union.vote(&ballot, &no(1), &yes()));
    let anyone = union.world.anyone();
    let fingerprint = *ballot.election.fingerprint();
    let words = Fingerprint::of_digest(fingerprint.digest()).to_string();

    let closed_off = read(&anyone, &path);
    closed_off.says("the record is shown to people who are signed in").does_not_say(&fingerprint.to_string());
    assert!(closed_off.leads_to(&format!("/sign-in?next={path}")));
    for signed_in in [union.member(&no(2)), union.delegate.clone()] {
        let page = read(&signed_in, &path);
        page.says(&fingerprint.to_string()).says(&words).says("in steps of 10 minutes");
        assert!(page.leads_to(&format!("/api/v1/ballots/{}/record", ballot.election.uuid())));
        assert!(!page.leads_to(&format!("/api/v1/ballots/{}/shares", ballot.election.uuid())));
        for hidden in [&first, &second, &third] {
            page.does_not_say(hidden);
        }
    }

    good(union.order(&ballot, "closing"));
    let page = read(&anyone, &path);
    let head = good(anyone.get(&format!("{}/head", ballot.path))).json;
    let closing =
        good(anyone.get(&ballot.path)).json["boxes"][0]["closing_event"].as_str().unwrap().to_owned();
    for hash in [head["event"].as_str().unwrap(), &closing] {
        let words = Fingerprint::of_digest(HexHash::from_text(hash).unwrap().digest()).to_string();
        page.says(hash).says(&words);
    }
    page.says(&words)
        .says(&format!("1 {first} replaced by a later vote"))
        .says(&format!("2 {second} counted"))
        .says(&format!("3 {third} counted"))
        .says("Page 1 of 1")
        // Setup, three votes, the end of voting, the sealed count, the server's share, the result.
        .says("Entries 8")
        .says(&format!("scrutineer verify {}.bel", ballot.election.uuid()))
        .says("belenios-tool election verify --dir .")
        .says(&Asset::booth().sha256)
        .says("sha256sum booth/dist/booth.js");
    for download in ["record", "shares"] {
        let path = format!("/api/v1/ballots/{}/{download}", ballot.election.uuid());
        assert!(page.leads_to(&path));
        good(anyone.get(&path));
    }
    let spanish = read(&anyone.with("accept-language", "es"), &path);
    spanish.says(&format!("{first} sustituido por un voto posterior"));
    let polish = read(&anyone.with("accept-language", "pl"), &path);
    polish.says(&format!("{first} zastąpiony późniejszym głosem"));
}

#[test]
fn a_public_record_is_shown_live() {
    let mut union = Union::new(3);
    let ballot = union.open(&YES_NO.replace("tellers =", "record = \"public\"\ntellers ="));
    let path = page_of(&ballot, "record");
    let anyone = union.world.anyone();
    read(&anyone, &path).says("There is no vote on the record.").says("shown live to everybody");
    let vote = tracker(&union.vote(&ballot, &no(0), &yes()));
    read(&anyone, &path).says(&format!("1 {vote} counted"));
    assert_eq!(Page::read(&anyone.get(&format!("{path}?page=9")), 200).text(), read(&anyone, &path).text());
    for odd in ["page=", "page=-1", "page=one", "other=1", "page=1&page=2"] {
        Page::read(&anyone.get(&format!("{path}?{odd}")), 400);
    }
    Page::read(&anyone.get(&format!("{path}?box=None")), 404);
}

#[test]
fn a_long_record_has_pages_of_a_thousand() {
    let mut union = Union::new(2);
    let ballot = union.open(&YES_NO.replace("tellers =", "record = \"public\"\ntellers ="));
    good(union.vote(&ballot, &no(0), &yes()));
    // As many more as nobody would seal in a test: events that name made-up votes.
    let mut database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    let changes = database.transaction().unwrap();
    let made_up = |height: u64| HexHash::of(height.to_string().as_bytes());
    for height in 2..=2100_u64 {
        let (hash, at) = (made_up(height), i64::try_from(height).unwrap());
        let body = json!({ "parent": hash, "height": height, "type": "Ballot", "payload": hash }).to_string();
        let event = "INSERT INTO event (box_id, height, kind, hash, body) VALUES (1, ?1, 'Ballot', ?2, ?3)";
        changes.execute(event, (at, hash.digest(), body)).unwrap();
        let vote = "INSERT INTO vote (box_id, tracker, height, replaced_by) VALUES (1, ?1, ?2, ?3)";
        // Whoever cast the 1500th replaced it with the last.
        changes.execute(vote, (hash.digest(), at, (height == 1500).then_some(2100))).unwrap();
    }
    changes.commit().unwrap();
    let (anyone, path) = (union.world.anyone(), page_of(&ballot, "record"));
    let tracker = |height: u64| Base64Hash::from_digest(*made_up(height).digest()).to_string();
    let first = read(&anyone, &path);
    first.says("Page 1 of 3").says(&format!("1,000 {}", tracker(1000))).does_not_say(&tracker(1001));
    assert!(first.leads_to(&format!("{path}?page=2#receipts")) && !first.html.contains("rel=\"prev\""));
    let second = read(&anyone, &format!("{path}?page=2"));
    second
        .says(&format!("1,001 {} counted", tracker(1001)))
        .says(&format!("1,500 {} replaced", tracker(1500)))
        .says(&format!("2,000 {} counted", tracker(2000)))
        .does_not_say(&tracker(1000))
        .does_not_say(&tracker(2001));
    assert!(second.leads_to(&format!("{path}?page=1#receipts")));
    let third = read(&anyone, &format!("{path}?page=3"));
    third.says(&format!("2,100 {} counted", tracker(2100)));
    assert_eq!(third.html.matches("<tr>").count(), 101);
    assert!(!third.html.contains("rel=\"next\""));
}

#[test]
fn the_booth_is_told_what_to_show_in_words_of_its_reader() {
    let mut union = Union::new(3);
    let file = closing_tomorrow(&union);
    let ballot = union.open(&file);
    let member = union.member(&no(0));
    let path = format!("{}/booth", ballot.path);
    let shown = good(member.get(&format!("{path}?language=en")));
    let fields: Vec<_> = shown.json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "id",
            "title",
            "state",
            "practice",
            "contact",
            "closes",
            "time_zone",
            "election",
            "fingerprint",
            "questions",
            "who",
            "setting",
            "me",
            "record_step"
        ]
    );
    let expected = [
        (
            "en",
            json!([
                "To pass, 60 of every 100 members must vote Yes.",
                "Not voting works like No.",
                "Abstaining works like No."
            ]),
            "These members may vote: in good standing; classification: Teacher. 3 members may vote in this ballot.",
            "(America/Chicago)",
        ),
        (
            "es",
            json!([
                "Para que se apruebe, 60 de cada 100 personas afiliadas deben votar «Yes».",
                "No votar equivale a votar «No».",
                "Abstenerse equivale a votar «No»."
            ]),
            "Pueden votar estas personas afiliadas: al corriente de sus obligaciones; categoría: Teacher. En esta votación pueden votar 3 personas.",
            " de ",
        ),
        (
            "pl",
            json!([
                "Aby wniosek przyjęto, 60 z każdych 100 osób uprawnionych musi zagłosować na „Yes”.",
                "Niegłosowanie działa tak samo jak głos na „No”.",
                "Wstrzymanie się działa tak samo jak głos na „No”."
            ]),
            "Głosować mogą członkowie, którzy spełniają warunki: brak zaległości wobec związku; grupa zawodowa: Teacher. W tym głosowaniu uprawnione są 3 osoby.",
            "(America/Chicago)",
        ),
    ];
    for (language, rule, who, time) in expected {
        let json = good(member.get(&format!("{path}?language={language}"))).json;
        assert_eq!(json["questions"], json!([{ "rule": rule }]));
        // Three members are few, which is said before they vote.
        let (sentence, few) = json["who"].as_str().unwrap().split_at(who.len());
        let note = match language {
            "en" => "this is a small group",
            "es" => "es un grupo pequeño",
            _ => "to mała grupa",
        };
        assert_eq!(sentence, who);
        assert!(few.contains(note), "{few}");
        assert!(json["closes"]["local"].as_str().unwrap().contains(time), "{}", json["closes"]);
        assert!(json["setting"].as_array().unwrap().len() >= 6);
    }
    let json = shown.json;
    assert_eq!(
        (&json["id"], &json["state"], &json["practice"]),
        (&json!(ballot.id), &json!("open"), &json!(false))
    );
    assert_eq!(json["election"], ballot.election.uuid().as_str());
    assert_eq!(json["fingerprint"], ballot.election.fingerprint().to_string());
    assert_eq!(json["me"], json!({ "eligible": true, "voted": false }));
    assert_eq!(
        (&json["record_step"], &json["contact"]),
        (&json!(600), &json!("Election committee, 555-0100"))
    );
    assert_eq!(json["closes"]["seconds"], union.world.clock.now() + 86_400);

    good(union.vote(&ballot, &no(0), &yes()));
    let me = |client: &Client| good(client.get(&format!("{path}?language=pl"))).json["me"].clone();
    assert_eq!(me(&member), json!({ "eligible": true, "voted": true }));
    assert_eq!(me(&union.delegate), json!({ "eligible": false, "voted": false }));
}

#[test]
fn the_booth_is_told_nothing_that_is_not_for_it() {
    let mut union = Union::new(2);
    let draft =
        good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO }))).text("id").to_owned();
    let ballot = union.open(YES_NO);
    let member = union.member(&no(0));
    let path = format!("{}/booth", ballot.path);
    union.world.anyone().get(&format!("{path}?language=en")).is_problem(401, "not_signed_in");
    for odd in ["de", "", "EN", "en-US"] {
        member.get(&format!("{path}?language={odd}")).is_problem(422, "invalid");
    }
    for odd in ["", "?lang=en", "?language=en&language=es", "?language=en&more=1"] {
        member.get(&format!("{path}{odd}")).is_problem(400, "malformed");
    }
    member.get("/api/v1/ballots/GAvTrZ8h7fJ21M/booth?language=en").is_problem(404, "not_found");
    member.get(&format!("/api/v1/ballots/{draft}/booth?language=en")).is_problem(404, "not_found");
    union.delegate.get(&format!("/api/v1/ballots/{draft}/booth?language=en")).is_problem(409, "conflict");
    assert_eq!(good(member.get(&format!("{path}?language=en"))).json["closes"], Value::Null);
}
