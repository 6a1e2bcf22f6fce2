//! Ballot files, good and bad, and the way to JSON and back.

use proptest::prelude::*;

use super::*;

const GOOD: &str = r#"title     = "Work remotely only, from 25 January"
opens     = 2021-01-21T09:00:00          # both times may be left out: then by command
closes    = 2021-01-23T23:59:00
time_zone = "America/Chicago"
contact   = "Election committee, 555-0100"
tellers   = "Election committee"         # or "server": secrecy then rests on the server
codes     = "server"                     # or "registrar"
spares    = 20                           # credentials for re-issues

[eligible]                               # every line narrows the roll; left out: everyone in good standing
classification = ["Teacher", "Clerk", "Technology coordinator"]
standing = ["good"]

[[question]]
text    = "Shall all members work remotely only until health and safety terms are agreed?"
answers = ["Yes", "No"]
choose  = { min = 1, max = 1 }
blank   = true                           # members may abstain explicitly
passes  = "Yes >= 60% of eligible"
"#;

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|v| (*v).to_owned()).collect()
}

/// The sentence for the good file with one text replaced by another.
fn sentence(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    BallotFile::parse(&GOOD.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn the_example_of_the_design_is_read_key_by_key() {
    let file = BallotFile::parse(GOOD).unwrap();
    let expected = BallotFile {
        title: "Work remotely only, from 25 January".to_owned(),
        description: None,
        opens: Some(1_611_241_200),
        closes: Some(1_611_467_940),
        time_zone: "America/Chicago".to_owned(),
        contact: "Election committee, 555-0100".to_owned(),
        tellers: Tellers::Board("Election committee".to_owned()),
        codes: Codes::Server,
        spares: 20,
        officers: None,
        record: RecordAccess::Steps,
        eligible: Eligibility {
            standing: strings(&["good"]),
            classification: Some(strings(&["Teacher", "Clerk", "Technology coordinator"])),
            unit: None,
        },
        boxes: BTreeMap::new(),
        smallest_box: 20,
        objection_hours: 72,
        wait_for_objections: false,
        keep_days: 365,
        registrar: None,
        unreachable_share: 5,
        questions: vec![Question {
            text: "Shall all members work remotely only until health and safety terms are agreed?".to_owned(),
            answers: strings(&["Yes", "No"]),
            choose: Choose::ONE,
            blank: true,
            rule: Some(Rule::parse("Yes >= 60% of eligible").unwrap()),
        }],
    };
    assert_eq!(file, expected);
}

#[test]
fn what_may_be_left_out_has_its_default() {
    let file = BallotFile::parse(
        "title = \" T \"\ndescription = ''\ntime_zone = 'europe/berlin'\ncontact = 'C'\ntellers = 'server'\n[[question]]\n\
         text = \"\"\"\n Which?\r\n Say. \"\"\"\nanswers = [' A ', 'B']\n",
    )
    .unwrap();
    assert_eq!((file.opens, file.closes, file.officers, file.description), (None, None, None, None));
    assert_eq!((file.title.as_str(), file.time_zone.as_str()), ("T", "Europe/Berlin"));
    assert_eq!(
        (file.tellers, file.codes, file.record),
        (Tellers::Server, Codes::Server, RecordAccess::Steps)
    );
    assert_eq!((file.spares, file.eligible), (DEFAULT_SPARES, Eligibility::default()));
    let [question] = &file.questions[..] else { panic!() };
    assert_eq!(question.text, "Which?\n Say.");
    assert_eq!(question.answers, ["A", "B"]);
    assert_eq!((question.choose, question.blank, question.rule.is_none()), (Choose::ONE, false, true));
}

#[test]
fn the_table_eligible_without_standing_still_means_good_standing() {
    let file = BallotFile::parse(&GOOD.replacen("standing = [\"good\"]\n", "", 1)).unwrap();
    assert_eq!(file.eligible.standing, ["good"]);
    assert!(file.eligible.classification.is_some());
}

#[test]
fn the_template_is_a_valid_file_and_names_every_key() {
    let file = BallotFile::parse(TEMPLATE).unwrap();
    assert_eq!(file.questions[1].rule.as_ref().unwrap().text(), "\"The first offer\" > half of valid");
    assert_eq!(file.officers, Some(2));
    assert_eq!(file.description.as_deref().map(|d| d.lines().count()), Some(2));
}

#[test]
fn unknown_missing_and_mistyped_keys_are_named_with_their_line() {
    assert!(
        sentence("contact ", "kontact ")
            .starts_with("line 5: unknown key `kontact`, expected one of `title`")
    );
    assert!(sentence("blank ", "blanks ").starts_with("line 18: unknown key `blanks`"));
    assert!(sentence("standing = ", "standings = ").starts_with("line 12: unknown key `standings`"));
    assert!(sentence("max = 1", "max = 1, mix = 2").starts_with("line 17: unknown key `mix`"));
    let number = sentence("spares    = 20", "spares    = -20");
    assert!(number.ends_with("expected a whole number from 0 up"), "{number}");
    assert!(sentence("contact   = \"Election committee, 555-0100\"\n", "").contains("missing key `contact`"));
    let missing = sentence("answers = [\"Yes\", \"No\"]\n", "");
    assert!(missing.starts_with("line 14: missing key `answers`"), "{missing}");
    assert!(sentence("spares    = 20", "spares    = \"20\"").starts_with("line 8: invalid type"));
    assert!(sentence("spares    = 20", "spares    = -1").starts_with("line 8: "));
    assert!(sentence("opens     = 2021-01-21T09:00:00", "opens     = \"tomorrow\"").starts_with("line 2: "));
    assert!(sentence("title     = \"Work", "title     = Work").starts_with("line 1: "));
    assert!(sentence("codes ", "title ").starts_with("line 7: duplicate key"));
    assert!(BallotFile::parse("").unwrap_err().to_string().contains("missing key `title`"));
}

#[test]
fn texts() {
    assert_eq!(sentence("\"Work remotely only, from 25 January\"", "\"  \""), "line 1: title is empty");
    assert_eq!(
        sentence("Work remotely", "Work\\nremotely"),
        "line 1: title contains a line break; it must stand on one line"
    );
    assert_eq!(
        sentence("Work remotely", "Work\\u202eremotely"),
        "line 1: title contains the invisible character U+202E; delete it"
    );
    assert_eq!(
        sentence("\"Work remotely only, from 25 January\"", &format!("{:?}", "x".repeat(201))),
        "line 1: title has 201 characters; at most 200 are allowed"
    );
    assert_eq!(sentence("[\"Yes\", \"No\"]", "[\"Yes\", \" \"]"), "line 16: question 1, answers is empty");
    assert!(
        sentence("contact   = \"Election committee, 555-0100\"", "contact = ''").contains("contact is empty")
    );
    assert!(sentence("tellers   = \"Election committee\"", "tellers = ''").contains("tellers is empty"));
}

#[test]
fn a_line_like_the_records_own_is_refused_anywhere() {
    let why = "has a line that begins with \"scrutineer:\"; such lines are kept for the record, so word it differently";
    for (from, to, place) in [
        ("opens ", "description = \"One\\nscrutineer: {}\\ntwo\"\nopens ", "line 2: description"),
        ("opens ", "description = \"One\\n  Scrutineer: {}\"\nopens ", "line 2: description"),
        ("\"Work remotely only, from 25 January\"", "'scrutineer: {}'", "line 1: title"),
        ("\"Shall all members", "\"scrutineer: Shall all members", "line 15: question 1, text"),
        ("\"No\"", "\"scrutineer:\"", "line 16: question 1, answers"),
    ] {
        assert_eq!(sentence(from, to), format!("{place} {why}"));
    }
    let fine =
        GOOD.replacen("opens ", "description = \"The scrutineer: a word\\nscrutineers: others\"\nopens ", 1);
    assert!(BallotFile::parse(&fine).is_ok());
}

#[test]
fn times() {
    assert_eq!(
        sentence("2021-01-23T23:59:00", "2021-01-21T09:00:00"),
        "line 3: closes is not after opens; the ballot would close before it opens"
    );
    assert_eq!(
        sentence("2021-01-23T23:59:00", "2021-01-23"),
        "line 3: closes is not a date with a time; write it like 2021-01-23T23:59:00"
    );
    assert!(sentence("2021-01-23T23:59:00", "2021-03-14T02:30:00").contains(
        "line 3: closes does not exist in America/Chicago: the clocks skip 2021-03-14T02:30:00 that day; write \
         2021-03-14T01:30:00 or 2021-03-14T03:30:00 instead"
    ));
    let twice = sentence("2021-01-23T23:59:00", "2021-11-07T01:30:00");
    assert!(twice.starts_with("line 3: closes comes twice in America/Chicago"), "{twice}");
    let second =
        BallotFile::parse(&GOOD.replacen("2021-01-23T23:59:00", "2021-11-07T01:30:00-06:00", 1)).unwrap();
    assert_eq!(second.closes, Some(1_636_270_200));
    assert!(sentence("2021-01-23T23:59:00", "2021-01-23T23:59:00.25").contains("parts of a second"));
    assert_eq!(
        sentence("America/Chicago", "Chicago"),
        "line 4: time_zone is not known: the time zone \"Chicago\" is unknown; write it like \"America/Chicago\" or \
         \"Europe/Berlin\""
    );
}

#[test]
fn the_deadline_is_held_against_the_clock() {
    let file = BallotFile::parse(GOOD).unwrap();
    assert_eq!(file.validate_at(1_611_467_939), Ok(()));
    assert_eq!(
        file.validate_at(1_611_467_940).unwrap_err().to_string(),
        "closes is past: the deadline Saturday, 23 January 2021, 23:59 CST is not after now, Saturday, 23 January 2021, \
         23:59 CST; choose a later one"
    );
    let open_end = BallotFile { closes: None, ..file };
    assert_eq!(open_end.validate_at(i64::MAX), Ok(()));
}

#[test]
fn words_and_numbers() {
    assert!(
        sentence("\"server\"    ", "\"sever\"")
            .ends_with("codes is \"sever\"; write \"server\" or \"registrar\"")
    );
    assert!(sentence("codes ", "record = \"live\"\ncodes ").ends_with("write \"steps\" or \"public\""));
    assert!(sentence("spares    = 20", "spares = 100001").contains("at most 100000 spare codes"));
    assert!(sentence("codes ", "officers = 0\ncodes ").contains("between 1 and 20 officers"));
    assert!(sentence("codes ", "officers = 21\ncodes ").contains("between 1 and 20 officers"));
}

#[test]
fn lists_of_eligible_members() {
    assert!(sentence("[\"good\"]", "[]").contains("line 12: standing is empty, so that nobody could vote"));
    assert_eq!(sentence("[\"good\"]", "[\"good\", \" good\"]"), "line 12: standing names \"good\" twice");
    assert_eq!(sentence("\"Clerk\"", "\"\""), "line 11: classification is empty");
}

#[test]
fn questions_and_answers() {
    assert_eq!(
        sentence("[\"Yes\", \"No\"]", "[\"Yes\"]"),
        "line 16: question 1, answers has only one answer; a question needs at least two answers"
    );
    assert!(sentence("[\"Yes\", \"No\"]", "[]").contains("has no answer;"));
    for again in ["Yes", " Yes ", "YES"] {
        let text = sentence("\"No\"]", &format!("\"No\", \"{again}\"]"));
        assert!(text.starts_with("line 16: question 1, answers has the answers \"Yes\" and"), "{text}");
    }
    let many = (0..101).map(|i| format!("\"{i}\"")).collect::<Vec<_>>().join(",");
    assert!(sentence("\"Yes\", \"No\"", &many).contains("has 101 values; at most 100 are allowed"));
    let start = GOOD.find("[[question]]").unwrap();
    assert!(BallotFile::parse(&GOOD[..start]).unwrap_err().to_string().contains("has no question"));
    let fifty_one = format!("{}{}", &GOOD[..start], GOOD[start..].repeat(51));
    assert!(BallotFile::parse(&fifty_one).unwrap_err().to_string().contains("has 51 questions; at most 50"));
    let second = format!(
        "{GOOD}\n[[question]]\ntext = \"B?\"\nanswers = [\"Yes\", \"No\"]\npasses = \"Ja > half of valid\"\n"
    );
    let error = BallotFile::parse(&second).unwrap_err().to_string();
    assert!(error.starts_with("line 24: question 2, passes: in the rule"), "{error}");
}

#[test]
fn how_many_answers() {
    let choose = |min, max, blank: bool| {
        let text = GOOD
            .replacen("min = 1, max = 1", &format!("min = {min}, max = {max}"), 1)
            .replacen("blank   = true", &format!("blank = {blank}"), 1)
            .replacen("passes", "# passes", 1);
        BallotFile::parse(&text).map_err(|e| e.to_string())
    };
    assert!(choose(0, 2, false).is_ok());
    assert!(choose(1, 2, true).is_ok());
    assert!(
        choose(2, 1, true).unwrap_err().contains("line 17: question 1, choose has min = 2 above max = 1")
    );
    assert!(choose(0, 0, false).unwrap_err().contains("max = 0"));
    assert!(choose(1, 3, true).unwrap_err().contains("has max = 3, but there are only 2 answers"));
    assert!(choose(0, 1, true).unwrap_err().contains("two ways to abstain"));
}

#[test]
fn passage_rules() {
    let missing = sentence("Yes >= 60% of eligible", "Ja >= 60% of eligible");
    assert!(missing.starts_with("line 19: question 1, passes: in the rule, at character 1: "), "{missing}");
    assert!(missing.contains("Yes") && missing.contains("Ja"), "{missing}");
    assert!(
        sentence("Yes >= 60% of eligible", "Yes >= 60 of eligible")
            .starts_with("line 19: question 1, passes: ")
    );
    assert!(sentence("Yes >= 60% of eligible", "rule:nonsense").contains("nonsense"));
    for each in ["each unit: Yes > half of valid", "rule:every-unit"] {
        let file = BallotFile::parse(&GOOD.replacen("Yes >= 60% of eligible", each, 1)).unwrap();
        assert!(file.questions[0].rule.as_ref().unwrap().needs_units());
    }
    assert!(sentence("Yes >= 60% of eligible", "each unit: Ja > half of valid").contains("Ja"));

    let named = |keys: &str, answers: &str| {
        BallotFile::parse(&GOOD.replacen("\"Yes\", \"No\"", answers, 1).replacen(
            "passes  = \"Yes >= 60% of eligible\"",
            keys,
            1,
        ))
    };
    let file = named(
        "passes = \"rule:majority\"\nyes = \"Accept the offer\"\nno = \"Reject\"",
        "\"Accept the offer\", \"Reject\"",
    );
    assert_eq!(
        file.unwrap().questions[0].rule.as_ref().unwrap().text(),
        "\"Accept the offer\" > half of valid"
    );
    let wrong = named("passes = \"rule:majority\"\nyes = \"Accept\"", "\"Accept the offer\", \"Reject\"");
    assert!(wrong.unwrap_err().to_string().contains("Accept"));
    let without = named("yes = \"Yes\"", "\"Yes\", \"No\"").unwrap_err().to_string();
    assert_eq!(
        without,
        "line 19: question 1, yes stands without passes; it names an answer for a rule of the library"
    );
    assert!(named("passes = \"Yes > half of valid\"\nyes = \"Yes\"", "\"Yes\", \"No\"").is_err());
}

#[test]
fn size() {
    let error = BallotFile::parse(&" ".repeat(MAX_FILE_BYTES + 1)).unwrap_err();
    assert_eq!(error.to_string(), "the ballot file is larger than 256 KiB");
}

#[test]
fn a_ballot_is_kept_as_json_and_checked_again() {
    for text in [GOOD, TEMPLATE] {
        let file = BallotFile::parse(text).unwrap();
        let json = file.to_json().unwrap();
        assert_eq!(BallotFile::from_json(&json), Ok(file));
    }
    let json = BallotFile::parse(GOOD).unwrap().to_json().unwrap();
    for (from, to) in [
        ("\"title\"", "\"titel\""),
        ("America/Chicago", "Chicago"),
        ("60%", "600%"),
        ("Yes >=", "Ja >="),
        ("\"Work ", "\" Work "),
        ("\"closes\":1611467940", "\"closes\":1611241200"),
        ("\"min\":1", "\"min\":2"),
        ("[\"good\"]", "[]"),
        ("\"codes\":\"server\"", "\"codes\":\"nobody\""),
    ] {
        assert_eq!(json.matches(from).count(), 1, "{from} in {json}");
        assert!(BallotFile::from_json(&json.replacen(from, to, 1)).is_err(), "{to}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_ballot_reads_back(
        title in "[A-Z][ -~]{0,20}[a-z]",
        answers in prop::collection::hash_set("[A-Z][a-z]{1,8}", 2..6),
        opens in prop::option::of(0i64..2_000_000_000),
        min in 0u32..2,
        blank: bool,
        spares in 0u32..1000,
        percent in 0u32..=100,
    ) {
        let answers: Vec<String> = answers.into_iter().collect();
        prop_assume!(!title.to_lowercase().starts_with("scrutineer:"));
        let file = BallotFile {
            title,
            opens,
            closes: opens.map(|opens| opens + 1),
            spares,
            questions: vec![Question {
                text: "Which?".to_owned(),
                rule: Some(Rule::parse(&format!("\"{}\" >= {percent}% of cast", answers[0])).unwrap()),
                choose: Choose { min: min.max(u32::from(blank)), max: 2 },
                answers,
                blank,
            }],
            ..BallotFile::parse(GOOD).unwrap()
        };
        let json = file.to_json().unwrap();
        prop_assert_eq!(BallotFile::from_json(&json), Ok(file));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}", at in 0usize..600) {
        let _ = BallotFile::parse(&text);
        let mut file = GOOD.to_owned();
        file.insert_str(at, &text);
        let _ = BallotFile::parse(&file);
    }
}

#[test]
fn boxes_and_periods_are_read_and_have_bounds() {
    let boxed = GOOD.replacen(
        "spares    = 20",
        "smallest_box = 5\nobjection_hours = 0\nwait_for_objections = true\nkeep_days = 30\nspares = 20",
        1,
    ) + "[boxes]\n\" North side \" = [\"Hall\", \" Whitney\"]\nSouth = [\"Dunne\"]\n";
    let file = BallotFile::parse(&boxed).unwrap();
    let expected = [("North side", strings(&["Hall", "Whitney"])), ("South", strings(&["Dunne"]))];
    assert_eq!(file.boxes, expected.map(|(name, units)| (name.to_owned(), units)).into());
    assert_eq!(
        (file.smallest_box, file.objection_hours, file.wait_for_objections, file.keep_days),
        (5, 0, true, 30)
    );
    assert_eq!(BallotFile::from_json(&file.to_json().unwrap()), Ok(file));

    let refused =
        |from: &str, to: &str| BallotFile::parse(&boxed.replacen(from, to, 1)).unwrap_err().to_string();
    assert_eq!(
        refused("smallest_box = 5", "smallest_box = 0"),
        "line 8: smallest_box is 0; write a number from 1 to 4294967295"
    );
    assert!(refused("objection_hours = 0", "objection_hours = 721").contains("from 0 to 720"));
    assert!(refused("keep_days = 30", "keep_days = 0").contains("keep_days is 0; write a number from 1"));
    assert!(refused("\"Dunne\"", "").contains("boxes has no unit in \"South\""));
    assert!(refused("\"Dunne\"", "\"Hall\"").contains("boxes names \"Hall\" twice"));
    assert!(refused("\"Dunne\"", "\"Dunne\", \"Dunne\"").contains("boxes names \"Dunne\" twice"));
    assert!(refused("South =", "\"\" =").contains("boxes"));
    assert!(refused("[\"Dunne\"]", "\"Dunne\"").contains("expected a sequence"));
}

#[test]
fn a_ballot_that_was_kept_before_there_were_boxes_is_read() {
    let file = BallotFile::parse(GOOD).unwrap();
    let mut older: serde_json::Value = serde_json::from_str(&file.to_json().unwrap()).unwrap();
    for key in ["boxes", "smallest_box", "objection_hours", "wait_for_objections", "keep_days"] {
        assert!(older.as_object_mut().unwrap().remove(key).is_some(), "{key}");
    }
    assert_eq!(BallotFile::from_json(&older.to_string()), Ok(file));
}
