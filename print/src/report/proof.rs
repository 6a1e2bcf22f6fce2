//! What proves the result, and how anybody checks it.

use scrutineer_ballot::certificate::{BoxReport, Certificate};
use scrutineer_protocol::hash::HexHash;

use super::{CODE, SMALL, SOFT, STRONG, TEXT, heading, number, pairs, table};
use crate::layout::Flow;

/// The boxes: codes, votes, counts, and the records.
pub(super) fn boxes(flow: &mut Flow<'_>, certificate: &Certificate) {
    let boxes = certificate.boxes();
    heading(flow, if boxes.len() > 1 { "Codes and votes, box by box" } else { "Codes and votes" });
    match boxes {
        [one] => codes(flow, one),
        several => several_codes(flow, certificate, several),
    }
    heading(flow, if boxes.len() > 1 { "The records" } else { "The record" });
    let from =
        if boxes.len() > 1 { "these records and from no others" } else { "this record and from no other" };
    flow.shaded(SMALL, &format!("The numbers above come from {from}."), SOFT);
    for one in boxes {
        flow.gap(400);
        flow.keep(8 * CODE.line_height());
        let record = &one.record;
        if boxes.len() > 1 {
            flow.paragraph(STRONG, &one.name);
        }
        for (name, value) in [
            ("election           ", record.election.to_string()),
            ("election hash      ", record.election_hash.to_string()),
            ("last event         ", format!("{} (height {})", record.last_event, record.height)),
            ("SHA-256 of the file", record.sha256.to_string()),
            ("hash of the roll   ", record.roll.to_string()),
            ("credentials        ", record.credentials.to_string()),
        ] {
            flow.paragraph(CODE, &format!("{name}  {value}"));
        }
    }
    flow.gap(400);
    flow.paragraph(CODE, &format!("key of the receipts  {}", certificate.receipts()));
    if let Some(head) = certificate.audit() {
        flow.paragraph(CODE, &format!("audit log            entry {} with the hash {}", head.seq, head.hash));
    }
}

fn codes(flow: &mut Flow<'_>, one: &BoxReport) {
    let (codes, votes) = (&one.codes, &one.votes);
    let rows = [
        (
            "Codes made",
            format!(
                "{}: {} for members and {} spares",
                number(codes.made),
                number(codes.eligible),
                number(codes.spares)
            ),
        ),
        (
            "Codes handed out",
            format!(
                "{}, {} of them in the place of others",
                number(codes.handed_out),
                number(codes.reissued)
            ),
        ),
        (
            "Of these",
            format!(
                "{} used, {} unused, {} void",
                number(codes.used),
                number(codes.unused),
                codes.void.len()
            ),
        ),
        (
            "Votes on the record",
            format!(
                "{}: {} count, {} were replaced by a later one",
                number(votes.on_record),
                number(votes.cast),
                number(votes.replaced)
            ),
        ),
        ("Noted to have voted", format!("{} members", number(votes.participation))),
    ];
    pairs(flow, &rows);
}

fn several_codes(flow: &mut Flow<'_>, certificate: &Certificate, boxes: &[BoxReport]) {
    let rows: Vec<Vec<String>> = boxes
        .iter()
        .map(|one| {
            let (codes, votes) = (&one.codes, &one.votes);
            vec![
                one.name.clone(),
                number(codes.eligible),
                number(codes.handed_out),
                number(codes.unused),
                codes.void.len().to_string(),
                number(votes.on_record),
                number(votes.cast),
            ]
        })
        .collect();
    table(
        flow,
        [(34, false), (11, true), (11, true), (11, true), (11, true), (11, true), (11, true)],
        ["Box", "Members", "Codes", "Unused", "Void", "Received", "Cast"],
        &rows,
    );
    for (i, question) in certificate.questions().iter().enumerate() {
        flow.gap(500);
        flow.keep(6 * TEXT.line_height());
        flow.paragraph(STRONG, &format!("Votes on question {}: {}", i + 1, question.question));
        flow.gap(200);
        let rows: Vec<Vec<String>> = boxes
            .iter()
            .filter_map(|one| {
                let count = one.questions.get(i)?;
                let answers = count.answers.iter();
                let mut parts: Vec<String> =
                    answers.map(|answer| format!("{}: {}", answer.answer, number(answer.votes))).collect();
                parts.extend(count.blank.map(|blank| format!("blank: {}", number(blank))));
                Some(vec![one.name.clone(), parts.join("; ")])
            })
            .collect();
        table(flow, [(34, false), (66, false)], ["Box", "Votes"], &rows);
    }
}

/// Who may sign.
pub(super) fn signatures(flow: &mut Flow<'_>, certificate: &Certificate) {
    let officers = certificate.officers();
    heading(flow, "Signatures");
    flow.paragraph(
        TEXT,
        &format!(
            "By signing, an officer certifies that the record was verified and gives this result. The certificate holds \
             when {} of these {} keys have signed certificate.json. They were fixed before the first vote.",
            officers.needed,
            officers.keys.len()
        ),
    );
    flow.gap(200);
    for key in &officers.keys {
        flow.paragraph(CODE, &key.to_string());
    }
    flow.gap(300);
    flow.paragraph(
        TEXT,
        &format!(
            "The papers of this ballot are kept for {} days from the day on which it was certified.",
            certificate.keep_days()
        ),
    );
}

/// How anybody checks it.
pub(super) fn checking(flow: &mut Flow<'_>, certificate: &Certificate, sha256: HexHash) {
    heading(flow, "How to check this certificate");
    if let Some(page) = certificate.page() {
        flow.paragraph(TEXT, &format!("Everything that is needed can be had at {page}"));
        flow.gap(300);
    }
    let mut step = |text: &str, commands: &[String]| {
        flow.keep(4 * TEXT.line_height());
        flow.paragraph(TEXT, text);
        for command in commands {
            flow.paragraph(CODE, command);
        }
        flow.gap(400);
    };
    step(
        "1. These sheets show the file certificate.json. Its SHA-256 must be the one below:",
        &["sha256sum certificate.json".to_owned(), sha256.to_string()],
    );
    step(
        "2. The signatures: for each file certificate.json.NUMBER.sig, with OpenSSH. The key that it names must be one of \
         those above.",
        &["ssh-keygen -Y verify -f allowed_signers -I NUMBER -n scrutineer-certificate \
           -s certificate.json.NUMBER.sig < certificate.json"
            .to_owned()],
    );
    step(
        "3. The record, and that it gives this result: with Scrutineer, from the files alone, or the record by itself with \
         belenios-tool, which others wrote (D is a folder with a copy of the record alone).",
        &[
            "scrutineer verify RECORD.bel --certificate FOLDER".to_owned(),
            "belenios-tool election verify --dir D".to_owned(),
        ],
    );
    if !certificate.objections().filed.is_empty() {
        step(
            "4. The objections: each with its signature, by the key that stands above.",
            &["ssh-keygen -Y verify -f allowed_observers -I NUMBER -n scrutineer-objection \
               -s objection-1.txt.sig < objection-1.txt"
                .to_owned()],
        );
    }
}
