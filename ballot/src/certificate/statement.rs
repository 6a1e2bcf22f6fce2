//! The certificate in plain words, as it is printed and read out: the tellers' report.

use std::fmt::Write as _;

use super::{BoxReport, Certificate, QuestionReport, Tellers};
use crate::zone::Zone;

pub(super) fn write(certificate: &Certificate, zone: &Zone) -> String {
    let ballot = &certificate.ballot;
    let mut lines = vec![
        certificate.union.clone(),
        format!("Certificate of the ballot \"{}\" ({})", ballot.title, ballot.id),
    ];
    if let Some(old) = &certificate.corrects {
        lines.push(format!(
            "This is certificate number {}. It corrects and replaces number {} (SHA-256 {}). The reason: {}",
            certificate.number, old.number, old.sha256, old.reason
        ));
    }
    push_notice(&mut lines, certificate, zone);
    lines.push(format!("Voting opened on {}", zone.sentence(ballot.opened.seconds)));
    lines.push(format!("Voting closed on {}", zone.sentence(ballot.closed.seconds)));
    lines.push(format!("{} of {} eligible members voted.", certificate.cast, certificate.eligible));
    for (i, question) in certificate.questions.iter().enumerate() {
        lines.push(String::new());
        push_question(&mut lines, i + 1, question);
    }
    push_turnout(&mut lines, certificate);
    lines.push(String::new());
    for one in &certificate.boxes {
        push_box(&mut lines, one, certificate.boxes.len() > 1);
    }
    lines.extend(certificate.remarks.iter().cloned());
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
    lines.extend(delivery_sentences(certificate));
    push_objections(&mut lines, certificate, zone);
    lines.push(String::new());
    lines.push("Who has to be trusted, and for what:".to_owned());
    lines.extend(certificate.setting.iter().cloned());
    lines.push(String::new());
    if let Some(head) = certificate.audit {
        lines.push(format!(
            "When this certificate was made, the last entry of the audit log was number {}, with the hash {}.",
            head.seq, head.hash
        ));
    }
    lines.push(format!("The papers of this ballot are kept for {} days.", certificate.keep_days));
    let officers = &certificate.officers;
    lines.push(format!(
        "By signing, an officer certifies that the record was verified and gives this result. It takes the signatures \
         of {} of the {} officers whose keys were named before the first vote.",
        officers.needed,
        officers.keys.len()
    ));
    lines.extend(certificate.page.iter().map(|page| format!("This certificate in public: {page}")));
    lines.join("\n")
}

fn push_notice(lines: &mut Vec<String>, certificate: &Certificate, zone: &Zone) {
    let Some(notice) = &certificate.notice else { return };
    lines.push(format!("The ballot was announced on {}", zone.sentence(notice.announced.seconds)));
    lines.extend(notice.sent.iter().map(|sent| {
        let copies = if sent.copies == 1 { "copy" } else { "copies" };
        format!("Notice was sent on {}: {} {copies}, {}", sent.day, sent.copies, sent.how.in_words())
    }));
    let objections = notice.objections;
    lines.push(format!(
        "Members' objections to who may vote: {} filed, {} answered.",
        objections.filed, objections.answered
    ));
}

fn push_question(lines: &mut Vec<String>, number: usize, question: &QuestionReport) {
    let votes = &question.votes;
    lines.push(format!("Question {number}: {}", question.question));
    lines.push(format!(
        "  Members entitled to vote: {}; voting codes issued: {}",
        votes.eligible, votes.codes_issued
    ));
    lines.push(format!(
        "  Votes received: {}; replaced by a later one: {}; votes cast (counted): {}",
        votes.received, votes.replaced, votes.cast
    ));
    lines.extend(question.answers.iter().map(|answer| format!("  {}: {}", answer.answer, answer.votes)));
    lines.extend(question.blank.map(|blank| format!("  Blank: {blank}")));
    lines.push(format!("  Illegal or spoiled votes: {}; valid votes: {}", votes.spoiled, votes.valid));
    lines.extend(question.rule_in_words.iter().map(|words| format!("The rule in words: {words}")));
    match &question.decision {
        Some(verdict) => lines.extend(verdict.sentences()),
        None => lines.push("This question was counted, not decided.".to_owned()),
    }
}

fn push_turnout(lines: &mut Vec<String>, certificate: &Certificate) {
    if certificate.turnout.is_empty() {
        return;
    }
    lines.push(String::new());
    lines.push("Turnout by unit (small units together):".to_owned());
    lines.extend(
        certificate
            .turnout
            .iter()
            .map(|cell| format!("  {}: {} of {} voted", cell.units.join(" + "), cell.cast, cell.eligible)),
    );
}

/// How far voting codes came, and what officers say to what could have changed an outcome; none where nothing was delivered.
pub(super) fn delivery_sentences(certificate: &Certificate) -> Vec<String> {
    let Some(delivery) = &certificate.delivery else { return Vec::new() };
    let mut lines = vec![format!(
        "Voting codes: {} of {} members were reached or voted; {} were not reached, as far as is known.",
        delivery.reached, certificate.eligible, delivery.unreached
    )];
    for one in &delivery.channels {
        let states = one.states().into_iter().filter(|(_, members)| *members > 0);
        let states: Vec<_> = states.map(|(state, members)| format!("{members} {state}")).collect();
        if !states.is_empty() {
            lines.push(format!("  {}: {}", one.channel.in_words(), states.join(", ")));
        }
    }
    lines.push(format!(
        "Codes that were mailed to employers' addresses: {}. At most {} votes under re-issued codes, and at most {} of \
         members whose address or password was changed during the vote.",
        delivery.employers_addresses, delivery.reissued_votes, delivery.changed_votes
    ));
    lines.push(format!("Margin: fewer than {} votes could not have changed an outcome.", delivery.margin));
    for answer in &delivery.answers {
        lines.push(format!(
            "WARNING: {}: {}; margin: {}. {} ({}) says to it: {}",
            answer.warning.counts(),
            answer.number,
            answer.margin,
            answer.name,
            answer.by,
            answer.text
        ));
    }
    for warning in delivery.unanswered() {
        lines.push(format!(
            "WARNING: {}: {}; margin: {}. No officer has answered this yet, so nobody can sign.",
            warning.counts(),
            delivery.number(warning),
            delivery.margin
        ));
    }
    lines
}

fn push_objections(lines: &mut Vec<String>, certificate: &Certificate, zone: &Zone) {
    let objections = &certificate.objections;
    let until = zone.sentence(objections.until.seconds);
    if objections.filed.is_empty() {
        lines.push(format!(
            "No observer had objected when this certificate was made; observers may object until {until}."
        ));
        return;
    }
    lines.push(format!("Observers may object until {until}. Their objections, signed:"));
    for (number, objection) in (1..).zip(&objections.filed) {
        lines.push(format!(
            "  Objection {number}, by {} ({}), filed on {}: key {}; SHA-256 of the text {}, of the signature {}",
            objection.name,
            objection.observer,
            zone.sentence(objection.filed.seconds),
            objection.key,
            objection.text,
            objection.signature
        ));
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
