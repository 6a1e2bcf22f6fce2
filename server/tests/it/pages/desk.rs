//! The desk's pages, and the page for members who have no code, in every language.

use super::html::Page;
use super::{LANGUAGES, leads_to, send_form};
use crate::desk::{address, file, no_code_form, sent, with_mail};
use crate::support::Client;
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

fn in_every_language(client: &Client, path: &str) -> [Page; 3] {
    LANGUAGES.map(|tag| Page::read(&client.with("cookie", &format!("language={tag}")).get(path), 200))
}

fn reissue_path(ballot: &Ballot, member_no: &str) -> String {
    format!("/desk/members/{member_no}/reissue/{}", ballot.id)
}

#[test]
fn an_officer_finds_a_member_and_replaces_the_code_in_two_steps() {
    let (mut union, memory) = with_mail(60);
    let ballot = union.open(&file());
    let officer = union.officers[0].0.clone();
    Page::read(&officer.get("/"), 200).says("Desk: help members");
    in_every_language(&officer, "/desk");
    let many = Page::read(&send_form(&officer, "/desk", "text=teacher"), 200);
    many.says("60 members were found.").says("Only the first 50 are shown.");
    let found = Page::read(&send_form(&officer, "/desk", "text=%20TEACHER+99"), 200);
    found.says("One member was found.").says("Teacher 99 (1001)");
    assert!(found.leads_to("/desk/members/1001"));
    Page::read(&send_form(&officer, "/desk", "text=+"), 422).says("Type a number or a part of a name.");
    Page::read(&send_form(&officer, "/desk", "text=zzz"), 200).says("Nobody was found.");
    for page in in_every_language(&officer, "/desk/members/1001") {
        page.says(&address(0)).says("Work remotely only");
        assert!(page.leads_to(&reissue_path(&ballot, "1001")));
    }
    let first = in_every_language(&officer, &reissue_path(&ballot, "1001"));
    first[0].says("The old code stops working at once.").says("8 spare codes are left.");
    // Looking changes nothing.
    Page::read(&officer.get("/desk/members/1001"), 200).does_not_say("no longer works");
    let done = send_form(&officer, &reissue_path(&ballot, "1001"), "");
    assert_eq!(leads_to(&done), "/desk/members/1001?done=email");
    let after = Page::read(&officer.get(leads_to(&done)), 200);
    after.says("The old code no longer works. The new one goes in a letter");
    assert_eq!(sent(&union, &memory).len(), 1);
    Page::read(&officer.get("/desk/members/1001"), 200).says("With the code");
}

#[test]
fn a_page_says_why_a_code_cannot_be_replaced() {
    let mut union = Union::new(3);
    let ballot = union.open(&YES_NO.replace("spares = 2", "spares = 1"));
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    let officer = union.officers[0].0.clone();
    // The first step says nothing of votes.
    Page::read(&officer.get(&reissue_path(&ballot, &no(0))), 200).does_not_say("vote stands");
    let refused = Page::read(&send_form(&officer, &reissue_path(&ballot, &no(0)), ""), 409);
    refused.says("A vote stands under this code").says("stands in the log");
    let done = send_form(&officer, &reissue_path(&ballot, &no(1)), "");
    assert_eq!(leads_to(&done), "/desk/members/1002?done=hand");
    Page::read(&officer.get("/desk/members/1003"), 200).says("No spare codes are left");
    Page::read(&officer.get(&reissue_path(&ballot, &no(2))), 200).says("No spare codes are left");
    Page::read(&send_form(&officer, &reissue_path(&ballot, &no(2)), ""), 409);
    for path in [reissue_path(&ballot, "200"), "/desk/members/1001/reissue/nothing".to_owned()] {
        Page::read(&officer.get(&path), 404);
    }
    Page::read(&officer.get("/desk/members/9999"), 404);
    let member = union.member(&no(2));
    for other in [&member, &union.delegate, &union.observer] {
        for path in ["/desk", "/desk/members/1001", &reissue_path(&ballot, "1001")] {
            Page::read(&other.get(path), 403);
        }
        Page::read(&send_form(other, &reissue_path(&ballot, "1003"), ""), 403);
    }
    assert_eq!(union.world.anyone().get("/desk").status, 303);
}

#[test]
fn an_address_is_changed_and_taken_back_on_the_page() {
    let (mut union, _) = with_mail(3);
    let officer = union.officers[0].0.clone();
    let (page, path) = ("/desk/members/1001", "/desk/members/1001/email");
    Page::read(&send_form(&officer, path, "email=nobody"), 422).says("This is not an e-mail address.");
    let same = format!("email={}", address(0).replace('@', "%40"));
    Page::read(&send_form(&officer, path, &same), 409).says("the member's address already");
    let done = send_form(&officer, path, "email=new%40home.example");
    assert_eq!(leads_to(&done), "/desk/members/1001?done=changed");
    for waits in in_every_language(&officer, page) {
        waits.says("new@home.example");
    }
    let back = send_form(&officer, "/desk/members/1001/email/cancellation", "");
    assert_eq!(leads_to(&back), "/desk/members/1001?done=cancelled");
    Page::read(&officer.get(leads_to(&back)), 200).does_not_say("new@home.example");
    assert_eq!(leads_to(&send_form(&officer, "/desk/members/1001/email/cancellation", "")), leads_to(&back));
    // During a vote it is a proposal.
    union.open(&file());
    let asked = send_form(&officer, path, "email=new%40home.example");
    let number = good(officer.get("/api/v1/proposals")).json["proposals"][0]["id"].clone();
    assert_eq!(leads_to(&asked), format!("/desk/members/1001?done=proposed&number={number}"));
    Page::read(&officer.get(leads_to(&asked)), 200).says(&format!("approves proposal {number}"));
}

#[test]
fn whoever_has_no_code_is_led_to_the_page_and_through_it() {
    let (mut union, _) = with_mail(3);
    let ballot = union.open(&file());
    let member = union.member(&no(0));
    let anyone = union.world.anyone();
    let page = format!("/no-code?ballot={}", ballot.id);
    assert!(Page::read(&anyone.get("/sign-in"), 200).leads_to("/no-code"));
    for (client, path) in [(&anyone, ""), (&member, ""), (&anyone, "/vote"), (&member, "/vote")] {
        let shown = Page::read(&client.get(&format!("/ballots/{}{path}", ballot.id)), 200);
        assert!(shown.leads_to(&page), "{path}");
    }
    for shown in in_every_language(&anyone, &page) {
        shown.says("Work remotely only").says("Election committee, 555-0100");
    }
    in_every_language(&anyone, "/no-code/again");
    let missing = Page::read(&no_code_form(&anyone, "/no-code", &[("member_no", " ")]), 422);
    missing.says("Choose the ballot.").says("Enter your member number.");
    let fields = [("ballot", ballot.id.as_str()), ("member_no", "1001"), ("permit", " ")];
    Page::read(&no_code_form(&anyone, "/no-code/again", &fields), 422)
        .says("Type the permit from the letter.");
    let fields = [("ballot", ballot.id.as_str()), ("member_no", "no such number")];
    let asked = no_code_form(&anyone, "/no-code", &fields);
    assert_eq!(leads_to(&asked), format!("{page}&done=asked"));
    for shown in in_every_language(&anyone, leads_to(&asked)) {
        assert!(shown.html.contains("role=\"status\""));
    }
    let fields = [("ballot", "ZZZZZZZZZZZZZZ"), ("member_no", "1001")];
    Page::read(&no_code_form(&anyone, "/no-code", &fields), 404);
}
