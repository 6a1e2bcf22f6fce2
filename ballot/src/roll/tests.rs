//! Rolls as unions send them, good and bad, and the frozen roll.

use proptest::prelude::*;

use super::*;

const HEAD: &str = "member_no,name,unit,standing\n";

fn parse(text: &str) -> ParsedRoll {
    Roll::parse(text.as_bytes()).unwrap()
}

/// The problems of a bad file as `line: message`.
fn problems(file: impl AsRef<[u8]>) -> Vec<String> {
    let errors = Roll::parse(file.as_ref()).unwrap_err();
    errors.0.iter().map(|p| format!("{}: {}", p.line, p.message)).collect()
}

fn one_problem(file: impl AsRef<[u8]>) -> String {
    let mut all = problems(file);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn a_full_roll_is_read_field_by_field() {
    let parsed = parse(
        "standing,member_no,name,unit,email,phone,classification,language,address1,address2,postal_code,city,country,fact\r\n\
         good,A-1,\"Lee, \"\"Ann\"\"\",Whitney High,ann@example.org,555-0100,Teacher,pt-BR,1 Elm St,,60601,Chicago,US,1969\r\n",
    );
    assert_eq!(parsed.warnings, Vec::<String>::new());
    let [member] = &parsed.roll.members().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!(member.no().as_str(), "A-1");
    assert_eq!(member.name(), "Lee, \"Ann\"");
    assert_eq!(member.unit(), "Whitney High");
    assert_eq!(member.standing(), "good");
    assert_eq!(member.classification(), Some("Teacher"));
    assert_eq!(member.contact().email.as_deref(), Some("ann@example.org"));
    assert_eq!(member.contact().address2, None);
    assert_eq!(member.contact().country.as_deref(), Some("US"));
    assert_eq!(member.fact().unwrap().expose(), "1969");
    assert!(!format!("{member:?}").contains("1969"));
}

#[test]
fn a_byte_order_mark_blanks_and_case_in_the_header_do_no_harm() {
    let parsed = parse("\u{feff}\"Member_No\", Name ,UNIT,standing\n 7 , Ann ,Hall,good\n");
    assert_eq!(parsed.roll.member(0).unwrap().no().as_str(), "7");
    assert_eq!(parsed.roll.member(0).unwrap().name(), "Ann");
    assert!(parsed.warnings.is_empty());
}

#[test]
fn what_is_left_out_or_shared_is_named_in_a_warning() {
    let parsed = parse(
        "member_no,name,unit,standing,email,shoe size,,salary\n1,A,U,good,x@example.org,44,,1\n,,,,,,,\n\
         2,B,U,good,X@Example.org,40,,2\n",
    );
    assert_eq!(parsed.roll.len(), 2);
    assert_eq!(
        parsed.warnings,
        [
            "Columns left out, because no roll has them: \"shoe size\", column 7 (no name), \"salary\".",
            "Empty rows left out: line 3.",
            "Members 1, 2 share the e-mail address x@example.org.",
        ]
    );
}

#[test]
fn a_missing_header_is_said_with_what_it_must_be() {
    assert_eq!(
        one_problem("member_no,name,standing\n1,A,good\n"),
        "1: The header lacks unit. The first line must name the columns member_no, name, unit, standing (optional: email, \
         phone, classification, language, address1, address2, postal_code, city, country, fact)."
    );
    assert!(
        one_problem("1,Ann,Hall,good\n").starts_with("1: The header lacks member_no, name, unit, standing.")
    );
    assert!(one_problem("").starts_with("1: The file is empty."));
    assert!(one_problem("\n\n").starts_with("1: The file is empty."));
    assert_eq!(
        one_problem("member_no,name,name,unit,standing\n"),
        "1: The header names the column name twice."
    );
}

#[test]
fn what_spreadsheets_write_is_read_and_what_was_assumed_is_named() {
    let file = "member_no;name;unit;standing;phone;email\n1;Ann, Lee;U;good; 555 01 00 ;ann@example.org \n";
    let parsed = parse(file);
    assert_eq!(parsed.warnings, ["The columns are separated by semicolons."]);
    let [ann] = &parsed.roll.members().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!((ann.name(), ann.contact().phone.as_deref()), ("Ann, Lee", Some("555 01 00")));
    assert_eq!(ann.contact().email.as_deref(), Some("ann@example.org"));

    assert_eq!(parse("member_no\tname\tunit\tstanding\n1\tA\tU\tgood\n").roll.len(), 1);
    let named = parse("sep=;\r\nmember_no;name;unit;standing\r\n1;A;U;good\r\n");
    assert_eq!(named.roll.len(), 1);
    // A few columns that nobody knows do not hide the separator.
    assert_eq!(parse("a,b;member_no;name;unit;standing\nx;1;A;U;good\n").roll.len(), 1);

    let latin1 = Roll::parse(b"member_no;name;unit;standing\n1;Ann;U;good\n2;Jos\xe9;U;good\n").unwrap();
    assert_eq!(latin1.roll.member(1).unwrap().name(), "José");
    assert_eq!(
        latin1.warnings,
        [
            "The file is not in UTF-8. It was read as Windows-1252 (western European, Latin-1). Check that these words are \
             right: José.",
            "The columns are separated by semicolons.",
        ]
    );
    let utf16: Vec<u8> = "\u{feff}member_no,name,unit,standing\n1,Żak,U,good\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(Roll::parse(&utf16).unwrap().roll.member(0).unwrap().name(), "Żak");
}

#[test]
fn lines_are_counted_in_the_file_as_it_is() {
    let file = b"sep=;\r\n\r\nmember_no;name;unit;standing\r\n1;Jos\xe9;U;good\r\n\r\n2;Bo;U\r\n";
    assert_eq!(
        one_problem(file),
        "6: The row has 3 fields, the header 4. A semicolon inside a field needs quotation marks around the field."
    );
    let damaged =
        b"member_no,name,unit,standing\n1,\xc5\xbbak,U,good\n2,Zo\xc3\xab,U,good\n3,Jos\xe9,U,good\n";
    let found = one_problem(damaged);
    assert!(found.starts_with("4: Name contains a character that another program could not read"), "{found}");
}

#[test]
fn an_address_that_is_none_is_refused_with_what_to_do() {
    let refused =
        |email: &str| one_problem(format!("member_no;name;unit;standing;email\n1;A;U;good;\"{email}\"\n"));
    assert_eq!(
        refused("Ann Lee <ann@example.org>"),
        "2: The e-mail address \"Ann Lee <ann@example.org>\" has a name beside it; write only ann@example.org."
    );
    for both in
        ["a@example.org; b@example.org", "a@example.org,b@example.org", "a@example.org / b@example.org"]
    {
        assert!(refused(both).contains("more than one e-mail address"), "{both}");
    }
    assert_eq!(
        refused("ann@example.org\u{200b}"),
        "2: Email contains the invisible character U+200B; delete it."
    );
    assert!(refused("ann(at)example.org").contains("is not one"));
}

#[test]
fn zero_rows_are_an_error() {
    assert_eq!(one_problem(HEAD), "1: The file has a header but no members. Nothing was imported.");
    assert_eq!(
        one_problem(format!("{HEAD},,,\n\n")),
        "1: The file has a header but no members. Nothing was imported."
    );
}

#[test]
fn every_bad_row_is_listed_with_its_line() {
    let long = "x".repeat(201);
    let file = format!(
        "member_no,name,unit,standing,email,language\n\
         1,Ann,Hall,good,ann@example.org,en\n\
         1,Bob,Hall,good,,\n\
         \n\
         3,,Hall,good,,\n\
         4,Dan,Hall,good,dan(at)example.org,\n\
         5,Eve,Hall\n\
         6 6,Fay,Hall,good,,\n\
         7,Gus\u{7},Hall,good,,\n\
         8,{long},Hall,good,,\n\
         9,Ida,Hall,not so good,,\n\
         10,Jim,,,,\n\
         -1,Kim,Hall,good,,\n\
         12,Leo,Hall,good,,english\n"
    );
    assert_eq!(
        problems(file.replace('\n', "\r\n")),
        [
            "3: The member number 1 already stands on line 2.",
            "5: Name is empty.",
            "6: The e-mail address \"dan(at)example.org\" is not one; correct it or leave it empty.",
            "7: The row has 3 fields, the header 6. A comma inside a field needs quotation marks around the field.",
            "8: The member number contains ' '; letters A to Z, digits and - _ . + # : / are allowed.",
            "9: Name contains the invisible character U+0007; delete it.",
            "10: Name has 201 characters; at most 200 are allowed.",
            "11: Standing \"not so good\" is not one word of letters, digits, - and _, such as \"good\".",
            "12: Unit is empty.",
            "13: The member number begins with '-'; it must begin with a letter or a digit.",
            "14: The language \"english\" is not a tag such as en, es or pt-BR.",
        ]
    );
}

#[test]
fn a_row_with_two_faults_gets_both() {
    let file = "member_no,name,unit,standing,email\n1,A,U,good,\n1,,U,good,bad\n";
    assert_eq!(
        problems(file),
        [
            "3: Name is empty.",
            "3: The e-mail address \"bad\" is not one; correct it or leave it empty.",
            "3: The member number 1 already stands on line 2.",
        ]
    );
}

#[test]
fn a_quotation_mark_left_open_is_found() {
    let found = one_problem(format!("{HEAD}1,\"Ann,Hall,good\n2,Bob,Hall,good\n"));
    assert_eq!(found, "2: A field contains a line break; perhaps a quotation mark is not closed.");
}

#[test]
fn files_beyond_the_limits_are_refused() {
    let file = vec![b'x'; MAX_ROLL_BYTES + 1];
    assert_eq!(one_problem(file), "1: The file is larger than 64 MiB; is it a roll?");
}

#[test]
fn email_addresses() {
    for good in ["a@b.org", "first.last+tag@mail.example.co.uk", "o'hara@example.org", "jörg@müller.example"]
    {
        let file = format!("member_no,name,unit,standing,email\n1,A,U,good,{good}\n");
        assert!(Roll::parse(file.as_bytes()).is_ok(), "{good}");
    }
    for bad in [
        "a",
        "@b.org",
        "a@",
        "a@b",
        "a@@b.org",
        "a b@c.org",
        "a@b..org",
        ".a@b.org",
        "a.@b.org",
        "<a@b.org>",
        "Ann <a@b>",
        "a@-b.org",
        "a@b.org;c@d.org",
    ] {
        let file = format!("member_no,name,unit,standing,email\n1,A,U,good,{bad}\n");
        assert!(one_problem(file).contains("e-mail"), "{bad}");
    }
}

#[test]
fn member_numbers() {
    assert_eq!(MemberNo::parse(" 0007 ").unwrap().as_str(), "0007");
    assert_eq!(MemberNo::parse("12/A:3").unwrap().file_name(), "12%2FA%3A3");
    for bad in ["", " ", "a b", "a,b", "a\"b", "é1", "*", "..", "/etc", "#1", &"9".repeat(33)] {
        assert!(MemberNo::parse(bad).is_err(), "{bad}");
    }
    let json = serde_json::to_string(&MemberNo::parse("A-1").unwrap()).unwrap();
    assert_eq!(json, "\"A-1\"");
    assert!(serde_json::from_str::<MemberNo>("\"a b\"").is_err());
}

fn entry(no: &str, name: &str, classification: &str) -> RollEntry {
    RollEntry::new(no, name, "Hall", "good", classification).unwrap()
}

#[test]
fn the_frozen_roll_is_sorted_quoted_and_without_contact_data() {
    let roll = FrozenRoll::new([
        entry("b", "Bob", ""),
        entry("10", "Lee, \"Ann\"", "Teacher"),
        entry("9", "Zoë", ""),
    ]);
    let roll = roll.unwrap();
    assert_eq!(
        roll.to_csv(),
        "member_no,name,unit,standing,classification\n10,\"Lee, \"\"Ann\"\"\",Hall,good,Teacher\n9,Zoë,Hall,good,\n\
         b,Bob,Hall,good,\n"
    );
    assert_eq!(roll.len(), 3);
    assert_eq!(roll.get(&MemberNo::parse("9").unwrap()).unwrap().name(), "Zoë");
    assert_eq!(roll.get(&MemberNo::parse("8").unwrap()), None);
    assert_eq!(FrozenRoll::parse(roll.to_csv().as_bytes()), Ok(roll));
}

#[test]
fn the_hash_is_sha256_of_salt_and_file() {
    let roll = FrozenRoll::new([entry("1", "Ann", "Teacher")]).unwrap();
    let csv = roll.to_csv();
    // printf '%s' SALT CSV | sha256sum
    assert_eq!(
        hex::encode(roll.hash(&[b's'; SALT_LEN])),
        "c7c62eb102896220a7b0524040e0d5f8cb27f177fa3e2a424971c337bbf66264"
    );
    let hash = roll.hash(&[7; SALT_LEN]);
    assert_eq!(verify_roll_hash(&[7; SALT_LEN], csv.as_bytes(), &hash), Ok(()));
    assert_eq!(verify_roll_hash(&[8; SALT_LEN], csv.as_bytes(), &hash), Err(RollMismatch));
    assert_eq!(
        verify_roll_hash(&[7; SALT_LEN], csv.replace("Ann", "Anne").as_bytes(), &hash),
        Err(RollMismatch)
    );
}

#[test]
fn a_frozen_roll_is_read_strictly() {
    let good = "member_no,name,unit,standing,classification\n1,A,U,good,\n2,B,U,good,\n";
    assert!(FrozenRoll::parse(good.as_bytes()).is_ok());
    for bad in [
        String::new(),
        good.replacen("1,A", "3,A", 1),
        good.replacen("2,B", "1,B", 1),
        good.replacen("1,A", "\"1\",A", 1),
        good.replacen("1,A", "1, A", 1),
        good.replace('\n', "\r\n"),
        good.trim_end().to_owned(),
        format!("{good}\n"),
        good.replacen(",good,\n", ",good\n", 1),
        good.replacen("member_no", "no", 1),
        "member_no,name,unit,standing,classification\n".to_owned(),
    ] {
        assert!(FrozenRoll::parse(bad.as_bytes()).is_err(), "{bad:?}");
    }
    assert_eq!(FrozenRoll::new([]), Err(FrozenRollError::Empty));
    let twice = FrozenRoll::new([entry("1", "A", ""), entry("1", "B", "")]);
    assert_eq!(twice, Err(FrozenRollError::Duplicate(MemberNo::parse("1").unwrap())));
}

prop_compose! {
    fn any_entry()(
        no in "[A-Za-z0-9][A-Za-z0-9_.+#:/-]{0,31}",
        name in "[ -~à-ý\u{4e00}-\u{4e20}]{0,20}[A-Z]",
        unit in "[ -~]{0,10}[A-Z]",
        standing in "[a-z]{1,8}",
        classification in "[ -~]{0,10}",
    ) -> RollEntry {
        RollEntry::new(&no, &name, &unit, &standing, &classification).unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_the_rows_does_not_change_the_frozen_roll(
        (entries, shuffled) in prop::collection::vec(any_entry(), 1..12).prop_map(|mut entries| {
            entries.sort_by(|a, b| a.no().cmp(b.no()));
            entries.dedup_by(|a, b| a.no() == b.no());
            entries
        }).prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle())),
    ) {
        let a = FrozenRoll::new(entries).unwrap();
        let b = FrozenRoll::new(shuffled).unwrap();
        prop_assert_eq!(a.to_csv(), b.to_csv());
        prop_assert_eq!(a.hash(&[1; SALT_LEN]), b.hash(&[1; SALT_LEN]));
        prop_assert_eq!(FrozenRoll::parse(a.to_csv().as_bytes()).unwrap(), a);
    }

    #[test]
    fn a_frozen_roll_reads_as_a_roll(entries in prop::collection::vec(any_entry(), 1..8)) {
        let mut entries = entries;
        entries.sort_by(|a, b| a.no().cmp(b.no()));
        entries.dedup_by(|a, b| a.no() == b.no());
        let frozen = FrozenRoll::new(entries.clone()).unwrap();
        let (mut plain, mut salted) = (RollDigest::plain(), RollDigest::salted(&[3; 32]));
        frozen.entries().iter().for_each(|entry| { plain.add(entry); salted.add(entry); });
        prop_assert_eq!((plain.finish(), salted.finish()), (frozen.digest(), frozen.hash(&[3; 32])));
        let roll = Roll::parse(frozen.to_csv().as_bytes()).unwrap().roll;
        prop_assert_eq!(roll.entries().collect::<Vec<_>>(), entries);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Roll::parse(&bytes);
        let _ = Roll::parse(&[HEAD.as_bytes(), &bytes].concat());
        let _ = FrozenRoll::parse(&bytes);
    }
}

#[test]
fn a_file_with_more_lines_than_there_are_members_is_refused_before_it_is_read() {
    let refused = "1: The file has 4000001 lines, and a roll has at most 1000000 members; is it a roll?";
    for lines in ["\"\n", "x\r"] {
        let file = format!("member_no,name,unit,standing\n{}", lines.repeat(4_000_000));
        assert_eq!(one_problem(file.as_bytes()), refused);
        let text = RollText::decode(file.as_bytes());
        assert_eq!(text.check_lines().unwrap_err().0.len(), 1);
    }
    // Empty lines are no members.
    let file = format!("member_no,name,unit,standing\n1,A,U,good\n{}", "\n".repeat(1_200_000));
    assert!(RollText::decode(file.as_bytes()).check_lines().is_ok());
    assert_eq!(Roll::parse(file.as_bytes()).unwrap().roll.len(), 1);
    // Nor are rows of nothing but commas, or lines within a field.
    for lines in [",,,\n".repeat(1_000_001), format!("2,\"B{}\",U,good\n", "\nx".repeat(1_000_001))] {
        let file = format!("member_no,name,unit,standing\n1,A,U,good\n{lines}");
        assert!(RollText::decode(file.as_bytes()).check_lines().is_ok());
    }
}

#[test]
fn rows_are_read_up_to_the_greatest_number_of_members_however_they_end() {
    let most = |file: &str, most| parse::parse_up_to(file.as_bytes(), most);
    for end in ["\n", "\r\n", "\r"] {
        let row = |no: u32| format!("{no},A,U,good{end}");
        let file = format!("member_no,name,unit,standing{end},,,{end}{}{}{}", row(1), row(2), row(3));
        assert_eq!(most(&file, 3).unwrap().roll.len(), 3);
        let refused = most(&file, 2).unwrap_err().0;
        assert_eq!(refused.len(), 1);
        assert_eq!(
            refused[0].message,
            "The file has more than 2 rows, and a roll has at most 2 members; is it a roll?"
        );
        // Bad rows count: each would make a sentence.
        let file = format!("member_no,name,unit,standing{end}x{end}x{end}x{end}");
        assert_eq!(most(&file, 3).unwrap_err().0.len(), 3);
        assert_eq!(most(&file, 2).unwrap_err().0, refused);
    }
}

#[test]
fn a_row_has_no_more_fields_than_any_roll() {
    let commas = |more: usize| ",".repeat(parse::MAX_FIELDS - 4 + more);
    let refused = |line: u32| format!("{line}: The row has more than 1000 fields; is it a roll?");
    let head = format!("member_no,name,unit,standing{}", commas(0));
    let row = format!("1,Ana,North,good{}", commas(0));
    assert_eq!(parse(&format!("{head}\n{row}\n")).roll.len(), 1);
    assert_eq!(parse(&format!("{head}\n\n{row}")).roll.len(), 1);
    assert_eq!(one_problem(format!("{HEAD}\n1,Ana,North,good{}\n", commas(1))), refused(3));
    for more in [1, 2, 100_000] {
        assert_eq!(one_problem(format!("{head}{}\n{row}\n", commas(more))), refused(1));
    }
    // However they are written, and however long the fields are.
    assert_eq!(one_problem(format!("{HEAD}{}", "\"\n\",".repeat(1001))), refused(2));
    let long = "a".repeat(100_000);
    assert!(one_problem(format!("{HEAD}1,{long},North,good\n")).contains("100000 characters"));
}
