//! Letters, slips and lists as files, left where people can look at them.

use std::fs;
use std::path::Path;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_ballot::code::VotingCode;
use scrutineer_ballot::zone::Zone;
use scrutineer_print::paper::{About, Address, Format, Press, Printed, Recipient, Signer};
use zeroize::Zeroizing;

fn about(practice: bool) -> About {
    About {
        union: "Chicago Teachers Union".to_owned(),
        sender: "Chicago Teachers Union, 1901 W Carroll Ave, Chicago, IL 60612".to_owned(),
        title: "Work remotely only, from 25 January".to_owned(),
        contact: "Election committee, 555-0100".to_owned(),
        site: "https://vote.example.org".to_owned(),
        opens: Some(1_611_241_200),
        closes: Some(1_611_467_940),
        time_zone: Zone::parse("America/Chicago").expect("a zone"),
        practice,
        registrar: !practice,
        home: Some("US".to_owned()),
    }
}

fn recipients() -> Vec<Recipient> {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let people = [("Ann Lee", "en"), ("José Muñoz Peña", "es"), ("Ewa Żółkiewska", "pl"), ("Bo Ek", "")];
    let everybody = (0..).zip(people.iter().cycle()).take(10);
    let members = everybody.map(|(i, (name, language))| {
        let code = VotingCode::generate(&mut rng);
        let link = format!(
            "https://vote.example.org/ballots/2f1c8c8e-5d0b-4f6a-9f0e-0123456789ab/vote#{}",
            *code.text()
        );
        Recipient {
            member_no: format!("{}", 1000 + i),
            name: (*name).to_owned(),
            unit: if i < 9 { "Adams".to_owned() } else { "Burns".to_owned() },
            box_name: None,
            language: (*language).to_owned(),
            code,
            link: Zeroizing::new(link),
            address: Address {
                address1: format!("{} North Elm Street", 100 + i),
                address2: String::new(),
                postal_code: "60601".to_owned(),
                city: "Chicago, IL".to_owned(),
                country: "US".to_owned(),
            },
        }
    });
    members.collect()
}

fn leave(name: &str, printed: &Printed, pages: usize) {
    assert!(printed.pdf.starts_with(b"%PDF-") && printed.pdf.len() < 400_000, "{name}");
    assert_eq!((printed.pages, printed.cut.len(), printed.unshown.len()), (pages, 0, 0), "{name}");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::write(folder.join(format!("{name}.pdf")), &printed.pdf).expect("a file");
}

#[test]
fn letters_slips_and_lists_are_files_of_as_many_pages_as_they_need() {
    let all = recipients();
    for (format, practice) in [(Format::A4, false), (Format::Letter, true)] {
        let press = Press::new(about(practice), format).expect("a press");
        leave(&format!("letters-{format:?}"), &press.letters(&all).expect("letters"), 10);
        leave(&format!("slips-{format:?}"), &press.slips(&all).expect("slips"), 3);
        let signers: Vec<Signer> = all
            .iter()
            .map(|one| Signer {
                member_no: one.member_no.clone(),
                name: one.name.clone(),
                unit: one.unit.clone(),
            })
            .collect();
        leave(&format!("list-{format:?}"), &press.list(&signers, "es").expect("a list"), 2);
    }
}
