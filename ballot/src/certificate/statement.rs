//! The certificate in plain words, as it is printed and read out.

use std::fmt::Write as _;

use super::{BoxReport, Certificate, QuestionReport, Tellers};
use crate::zone::Zone;

pub(super) fn write(certificate: &Certificate, zone: &Zone) -> String {
    let ballot = &certificate.ballot;
    let mut lines = vec![
        certificate.union.clone(),
        format!("Certificate of the ballot \"{}\" ({})", ballot.title, ballot.id),
        format!("Voting opened on {}", zone.sentence(ballot.opened.seconds)),
        format!("Voting closed on {}", zone.sentence(ballot.closed.seconds)),
        format!("{} of {} eligible members voted.", certificate.cast, certificate.eligible),
    ];
    for (i, question) in certificate.questions.iter().enumerate() {
        lines.push(String::new());
        push_question(&mut lines, i + 1, question);
    }
    lines.push(String::new());
    for one in &certificate.boxes {
        push_box(&mut lines, one, certificate.boxes.len() > 1);
    }
    if let Tellers::Board(board) = &certificate.tellers {
        let names: Vec<_> = board.opened_by.iter().map(|teller| teller.name.as_str()).collect();
        lines.push(format!(
            "The count was opened by {} of the board \"{}\" ({} of {} tellers needed; its words: {}).",
            names.join(", "),
            board.name,
            board.threshold,
            board.size,
            board.words
        ));
    }
    lines.push(String::new());
    lines.push("Who has to be trusted, and for what:".to_owned());
    lines.extend(certificate.setting.iter().cloned());
    lines.push(String::new());
    let officers = &certificate.officers;
    lines.push(format!(
        "By signing, an officer certifies that the record was verified and gives this result. It takes the signatures \
         of {} of the {} officers whose keys were named before the first vote.",
        officers.needed,
        officers.keys.len()
    ));
    lines.join("\n")
}

fn push_question(lines: &mut Vec<String>, number: usize, question: &QuestionReport) {
    lines.push(format!("Question {number}: {}", question.question));
    lines.extend(question.answers.iter().map(|answer| format!("  {}: {}", answer.answer, answer.votes)));
    lines.extend(question.blank.map(|blank| format!("  Blank: {blank}")));
    match &question.decision {
        Some(verdict) => lines.extend(verdict.sentences()),
        None => lines.push("This question was counted, not decided.".to_owned()),
    }
}

fn push_box(lines: &mut Vec<String>, one: &BoxReport, several: bool) {
    let (codes, votes) = (&one.codes, &one.votes);
    let mut line = String::new();
    if several {
        // Writing to a string cannot fail.
        let _ = write!(line, "{}: ", one.name);
    }
    let _ = write!(
        line,
        "{} codes were made for {} eligible members and {} spares; {} were handed out, {} of them in the place of others; \
         {} were used, {} unused, {} void. {} votes are on the record: {} count, {} were replaced by a later one.",
        codes.made,
        codes.eligible,
        codes.spares,
        codes.handed_out,
        codes.reissued,
        codes.used,
        codes.unused,
        codes.void.len(),
        votes.on_record,
        votes.cast,
        votes.replaced
    );
    lines.push(line);
}
