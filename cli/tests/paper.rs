//! Files of codes become letters, slips, lists and mails without a server: all of them once, whatever interrupts it, and nothing
//! of a file that is not right.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use scrutineer_ballot::code::VotingCode;
use serde_json::Value;
use tempfile::TempDir;

const ABOUT: &str = r#"
ballot = "2f1c8c8e-5d0b-4f6a-9f0e-0123456789ab"
union = "Chicago Teachers Union"
sender = "Chicago Teachers Union, 1901 W Carroll Ave, Chicago, IL 60612"
title = "Work remotely only, from 25 January"
contact = "Election committee, 555-0100"
site = "https://vote.example.org"
opens = "2021-01-21T09:00:00-06:00"
closes = "2021-01-23T23:59:00-06:00"
time_zone = "America/Chicago"
practice = false
codes = "registrar"
"#;
const HEADER: &str =
    "member_no,name,unit,code,language,email,address1,address2,postal_code,city,country,link,box\n";

struct Ran {
    code: u8,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{}{}", self.stdout, self.stderr))
    }

    fn refused(&self, part: &str) {
        assert_eq!(self.code, 2, "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.contains(part), "{part}: {}", self.stderr);
    }
}

/// A folder with a file of codes, and what is beside it.
struct Desk(TempDir);

impl Desk {
    fn new(csv: &str) -> Self {
        let desk = Self(tempfile::tempdir().expect("a folder"));
        desk.write("codes.csv", csv);
        desk.write("codes.about.toml", ABOUT);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("a file");
        #[cfg(unix)]
        fs::set_permissions(self.path(name), std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("permissions");
    }

    fn run(&self, args: &[&str]) -> Ran {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let place = |arg: &&str| match arg.strip_prefix('@') {
            Some(name) => self.path(name).display().to_string(),
            None => (*arg).to_owned(),
        };
        let args =
            ["scrutineer", "--json", "codes"].into_iter().map(str::to_owned).chain(args.iter().map(place));
        let exit = scrutineer_cli::run(args, &mut io::empty(), &mut stdout, &mut stderr);
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: exit.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    fn files(&self, folder: &str, end: &str) -> Vec<String> {
        let folder = fs::read_dir(self.path(folder)).expect("a folder").flatten();
        let mut names: Vec<String> = folder
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(end))
            .collect();
        names.sort();
        names
    }
}

/// Codes of so many members, each with what `cells` gives for language, e-mail and the six of the address.
fn codes(members: usize, cells: impl Fn(usize) -> String) -> String {
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    let mut csv = HEADER.to_owned();
    for i in 0..members {
        let code = VotingCode::generate(&mut rng);
        let code = code.text();
        csv.push_str(&format!(
            "{},Member {i},Unit {},{},{},https://vote.example.org/ballots/2f1c8c8e-5d0b-4f6a-9f0e-0123456789ab/vote#{},\n",
            1000 + i,
            i % 3,
            code.as_str(),
            cells(i),
            code.as_str()
        ));
    }
    csv
}

fn at_home(i: usize) -> String {
    format!("{},,{i} Elm Street,,60601,\"Chicago, IL\",US", ["en", "es", "pl"][i % 3])
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).expect("a file").permissions()) & 0o777
}

#[test]
fn a_run_of_letters_goes_on_where_it_stopped_and_makes_nothing_twice() {
    let desk = Desk::new(&codes(503, |i| match i {
        7 | 8 => ",seven@example.org,,,,,".to_owned(),
        _ => at_home(i),
    }));
    let letters = || desk.run(&["letters", "@codes.csv", "--out", "@out"]);
    let done = letters().json();
    assert_eq!(
        (done["letters"].as_u64(), done["files"].as_u64(), done["made_before"].as_u64()),
        (Some(501), Some(2), Some(0))
    );
    assert_eq!(done["paper"], "letter");
    assert_eq!(done["without_address"], serde_json::json!(["1007", "1008"]));
    assert_eq!(desk.files("out", ".pdf"), ["letters-0001.pdf", "letters-0002.pdf"]);
    let members = fs::read_to_string(desk.path("out/members.csv")).expect("a list");
    assert_eq!(members.lines().count(), 502);
    assert!(members.starts_with("member_no,state,file\n1000,printed,letters-0001.pdf\n"), "{members}");
    assert!(members.ends_with("\n1502,printed,letters-0002.pdf\n"), "{members}");
    #[cfg(unix)]
    for file in ["out/letters-0001.pdf", "out/manifest.json", "out/members.csv"] {
        assert_eq!(mode(&desk.path(file)), 0o600, "{file}");
    }

    // Killed after a file was finished and before that was noted; and before it was finished.
    let second = fs::read(desk.path("out/letters-0002.pdf")).expect("a file");
    let manifest = fs::read_to_string(desk.path("out/manifest.json")).expect("a manifest");
    let mut cut: Value = serde_json::from_str(&manifest).expect("JSON");
    cut["files"].as_array_mut().expect("files").pop();
    for unfinished in [false, true] {
        desk.write("out/manifest.json", cut.to_string());
        if unfinished {
            fs::remove_file(desk.path("out/letters-0002.pdf")).expect("it was there");
        }
        assert_eq!(letters().json()["made_before"], 1);
        assert_eq!(fs::read(desk.path("out/letters-0002.pdf")).expect("a file"), second, "the same letters");
        assert_eq!(fs::read_to_string(desk.path("out/manifest.json")).expect("a manifest"), manifest);
    }

    // What was printed and destroyed is not made again; what was changed is noticed.
    fs::remove_file(desk.path("out/letters-0001.pdf")).expect("it was there");
    assert_eq!(letters().json()["made_before"], 2);
    assert_eq!(desk.files("out", ".pdf"), ["letters-0002.pdf"]);
    desk.run(&["letters", "@codes.csv", "--out", "@out", "--paper", "a4"]).refused("letters of another run");
    desk.write("out/letters-0002.pdf", "other");
    letters().refused("letters-0002.pdf is there, but it is not what belongs into it");
    desk.write("codes.csv", codes(2, at_home));
    letters().refused("letters of another run");
}

#[test]
fn slips_and_lists_come_from_the_servers_codes_which_have_no_addresses() {
    let full = codes(20, |i| if i < 4 { at_home(i) } else { ",,,,,,".to_owned() });
    let short: String =
        full.lines().map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",") + "\n").collect();
    let desk = Desk::new(&short);
    let slips = desk.run(&["slips", "@codes.csv", "--out", "@slips.pdf"]).json();
    assert_eq!(
        (slips["members"].as_u64(), slips["pages"].as_u64(), &slips["paper"]),
        (Some(20), Some(3), &"a4".into())
    );
    let list = desk.run(&["list", "@codes.csv", "--out", "@list.pdf", "--paper", "letter"]).json();
    assert_eq!((list["members"].as_u64(), list["pages"].as_u64()), (Some(20), Some(3)));
    desk.run(&["slips", "@codes.csv", "--out", "@slips.pdf"]).refused("is there already");
    desk.run(&["letters", "@codes.csv", "--out", "@out"]).refused("has a postal address");
    #[cfg(unix)]
    assert_eq!(mode(&desk.path("slips.pdf")), 0o600);

    let desk = Desk::new(&full);
    let rest = desk.run(&["slips", "@codes.csv", "--out", "@slips.pdf", "--without-address"]).json();
    assert_eq!(rest["members"], 16);
}

const FOLDER: &str = "from = \"vote@example.org\"\nfolder = \"sent\"\nper_minute = 6000\nconnections = 2\n";

#[test]
fn mails_go_out_once_after_their_number_was_named_and_the_journal_holds_no_code() {
    let csv = codes(12, |i| match i {
        3 => ",,,,,,".to_owned(),
        _ => format!("{},member{i}@example.org,,,,,", ["en", "es", "pl"][i % 3]),
    });
    let desk = Desk::new(&csv);
    desk.write("mail.toml", FOLDER);
    let mail =
        |number: &str| desk.run(&["mail", "@codes.csv", "--mail", "@mail.toml", "--recipients", number]);
    mail("12").refused("11 mails would be sent, not 12: nothing was sent");
    desk.run(&["mail", "@codes.csv", "--mail", "@mail.toml"]).refused("11 mails would be sent, not nothing");
    assert!(!desk.path("sent").exists());

    let first = mail("11");
    let done = first.json();
    assert_eq!(
        (done["sent"].as_u64(), done["before"].as_u64(), done["without_email"].as_u64()),
        (Some(11), Some(0), Some(1))
    );
    assert!(first.stderr.contains("0000-0000-0000-0000-0000-0000-00NB"), "the sample: {}", first.stderr);
    let mails = desk.files("sent", ".eml");
    assert_eq!(mails.len(), 11);
    let journal = fs::read_to_string(desk.path("codes.csv.journal")).expect("a journal");
    for line in csv.lines().skip(1) {
        let code = line.split(',').nth(3).expect("a code");
        assert!(!journal.contains(code) && !first.stderr.contains(code) && !first.stdout.contains(code));
    }
    assert!(!journal.contains('@'), "{journal}");
    let members = fs::read_to_string(desk.path("codes.csv.members.csv")).expect("a list");
    assert!(members.lines().count() == 12 && members.contains("\n1004,sent\n"), "{members}");

    let again = mail("0").json();
    assert_eq!((again["sent"].as_u64(), again["before"].as_u64()), (Some(0), Some(11)));

    // Killed between the mail server's yes and the journal, in the middle of a line: the same mail under the same id.
    let lines: Vec<&str> = journal.lines().collect();
    desk.write("codes.csv.journal", format!("{}\n{{\"member_no\":", lines[..11].join("\n")));
    assert_eq!(mail("1").json()["sent"], 1);
    assert_eq!(desk.files("sent", ".eml"), mails);
    let whole = fs::read_to_string(desk.path("codes.csv.journal")).expect("a journal");
    assert_eq!(whole.lines().count(), 12);

    desk.write("codes.csv.journal", journal.replacen("1001", "10\"01", 1));
    mail("1").refused("this is no line of a journal");
    desk.write("codes.csv.journal", journal);
    desk.write("codes.csv", codes(2, |_| ",a@example.org,,,,,".to_owned()));
    mail("2").refused("is the journal of another file of codes");
}

#[test]
fn no_code_goes_to_an_employers_address() {
    let addresses = [
        "a@district.example.org",
        "b@home.example",
        "c@mail.District.example.org",
        "d@adistrict.example.org",
    ];
    let desk = Desk::new(&codes(4, |i| format!("en,{},,,,,", addresses[i])));
    desk.write("mail.toml", FOLDER);
    desk.write("codes.about.toml", format!("{ABOUT}employer_domains = [\"district.example.org\"]\n"));
    let ran = desk.run(&["mail", "@codes.csv", "--mail", "@mail.toml", "--recipients", "2"]);
    assert!(
        ran.stderr.contains("2 members get none, because their address is at an employer's"),
        "{}",
        ran.stderr
    );
    let done = ran.json();
    assert_eq!(
        (done["sent"].as_u64(), done["employers"].as_u64(), done["without_email"].as_u64()),
        (Some(2), Some(2), Some(0))
    );
    let read = |name: &String| fs::read_to_string(desk.path("sent").join(name)).expect("a mail");
    let sent: String = desk.files("sent", ".eml").iter().map(read).collect();
    assert!(sent.contains("b@home.example") && sent.contains("d@adistrict.example.org"));
    assert!(!sent.contains("a@district") && !sent.contains("c@mail"));
}

#[test]
fn nothing_is_sent_where_an_address_is_none() {
    let desk = Desk::new(&codes(3, |i| {
        format!(",{},,,,,", ["a@example.org ", "Bo <b@example.org>", "c@example"][i])
    }));
    desk.write("mail.toml", FOLDER);
    let ran = desk.run(&["mail", "@codes.csv", "--mail", "@mail.toml", "--recipients", "3"]);
    ran.refused("nothing was sent: 1001");
    assert!(!ran.stderr.contains("b@example.org") && !desk.path("sent").exists(), "{}", ran.stderr);
    let desk = Desk::new(&codes(3, |_| ",,,,,,".to_owned()));
    desk.write("mail.toml", FOLDER);
    desk.run(&["mail", "@codes.csv", "--mail", "@mail.toml"]).refused("nobody in");
}

#[test]
fn a_file_of_codes_is_read_strictly() {
    let good = codes(3, at_home);
    let code = good.lines().nth(2).and_then(|line| line.split(',').nth(3)).expect("a code").to_owned();
    for (csv, part) in [
        (HEADER.to_owned(), "names nobody"),
        ("member_no,name,unit\n1,A,U\n".to_owned(), "lacks code"),
        (good.replacen("1001", "1000", 1), "line 3: the member stands in the file twice"),
        (
            good.replacen(&code, "0000-0000-0000-0000-0000-0000-00NB", 1),
            "line 3: the link holds another code",
        ),
        (good.replacen(&code, "nonsense", 1), "line 3: You may have mistyped"),
        (good.replacen("1001,Member 1,", "1001,,", 1), "line 3: the member's number or name is empty"),
        (good.replacen("1001,Member 1,", "1001,Member, 1,", 1), "line 3: it has 14 columns, not 13"),
    ] {
        let desk = Desk::new(&csv);
        let ran = desk.run(&["letters", "@codes.csv", "--out", "@out"]);
        ran.refused(part);
        assert!(!ran.stderr.contains(&code[..20]) && !desk.path("out").exists(), "{}", ran.stderr);
    }
    let desk = Desk::new(&good);
    fs::remove_file(desk.path("codes.about.toml")).expect("it was there");
    desk.run(&["letters", "@codes.csv", "--out", "@out"]).refused("codes.about.toml is missing");
    desk.write("codes.about.toml", format!("{ABOUT}size = 12\n"));
    desk.run(&["letters", "@codes.csv", "--out", "@out"]).refused("unknown field `size`");
    #[cfg(unix)]
    {
        desk.write("codes.about.toml", ABOUT);
        fs::set_permissions(desk.path("codes.csv"), std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .expect("mode");
        desk.run(&["letters", "@codes.csv", "--out", "@out"]).refused("chmod 600");
    }
}
