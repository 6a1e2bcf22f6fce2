//! What surrounds the count: turnout by unit, tellers, notice, objections, the delegate's text.

use scrutineer_ballot::certificate::{Certificate, Tellers};
use scrutineer_ballot::file::Codes;

use super::{CODE, SMALL, SOFT, STRONG, TEXT, heading, moment, number, pairs, percent, table};
use crate::layout::Flow;

/// Turnout by unit.
pub(super) fn turnout(flow: &mut Flow<'_>, certificate: &Certificate) {
    if certificate.turnout().is_empty() {
        return;
    }
    heading(flow, "Turnout by unit");
    flow.shaded(SMALL, "Small units stand together, so that nobody can tell from it who has voted.", SOFT);
    flow.gap(300);
    let rows: Vec<Vec<String>> = certificate
        .turnout()
        .iter()
        .map(|cell| {
            vec![
                cell.units.join(" + "),
                number(cell.eligible),
                number(cell.cast),
                percent(cell.cast, cell.eligible),
            ]
        })
        .collect();
    table(
        flow,
        [(55, false), (15, true), (15, true), (15, true)],
        ["Units", "Members", "Have voted", "Turnout"],
        &rows,
    );
}

/// Who made the codes and who opened the count.
pub(super) fn tellers(flow: &mut Flow<'_>, certificate: &Certificate) {
    heading(flow, "Tellers and voting codes");
    let codes = match certificate.codes() {
        Codes::Server => "made by the server",
        Codes::Registrar => "made by a registrar, apart from the server",
    };
    let mut rows = vec![("Voting codes", codes.to_owned())];
    match certificate.tellers() {
        Tellers::Server => rows.push(("Count opened by", "the server alone".to_owned())),
        Tellers::Board(board) => {
            rows.push(("Board of tellers", board.name.clone()));
            rows.push(("Tellers needed", format!("{} of {}", board.threshold, board.size)));
            let names = board.opened_by.iter().map(|teller| {
                format!("{} (member {}, seat {})", teller.name, teller.member_no, teller.index)
            });
            rows.push(("Count opened by", names.collect::<Vec<_>>().join("\n")));
            rows.push(("The board's words", board.words.clone()));
        }
    }
    pairs(flow, &rows);
}

/// How the ballot was announced.
pub(super) fn notice(flow: &mut Flow<'_>, certificate: &Certificate) {
    let Some(notice) = certificate.notice() else { return };
    heading(flow, "Notice of the ballot");
    let zone = &certificate.ballot().time_zone;
    let mut rows = vec![("Announced", moment(&notice.announced, zone))];
    let sent = notice.sent.iter().map(|sent| {
        ("Notice sent", format!("{}: {}, {}", sent.day, number(sent.copies), sent.how.in_words()))
    });
    rows.extend(sent);
    rows.push((
        "Members' objections",
        format!("{} filed, {} answered", number(notice.objections.filed), number(notice.objections.answered)),
    ));
    pairs(flow, &rows);
}

/// Observers' objections.
pub(super) fn objections(flow: &mut Flow<'_>, certificate: &Certificate) {
    let objections = certificate.objections();
    let zone = &certificate.ballot().time_zone;
    heading(flow, "Observers' objections");
    let until = moment(&objections.until, zone);
    if objections.filed.is_empty() {
        let none = format!("None when this certificate was made. Observers may object until {until}.");
        flow.paragraph(TEXT, &none);
        return;
    }
    flow.paragraph(TEXT, &format!("Observers may object until {until}. Each objection is a signed text."));
    for (n, objection) in (1..).zip(&objections.filed) {
        flow.gap(400);
        flow.keep(5 * TEXT.line_height());
        flow.paragraph(STRONG, &format!("{n}. {} (member {})", objection.name, objection.observer));
        flow.paragraph(SMALL, &format!("Filed {}", moment(&objection.filed, zone)));
        flow.paragraph(CODE, &format!("signing key           {}", objection.key));
        flow.paragraph(CODE, &format!("SHA-256 of text       {}", objection.text));
        flow.paragraph(CODE, &format!("SHA-256 of signature  {}", objection.signature));
    }
}

/// What the delegate wrote below the title.
pub(super) fn description(flow: &mut Flow<'_>, certificate: &Certificate) {
    let Some(text) = &certificate.ballot().description else { return };
    heading(flow, "The ballot's text");
    flow.paragraph(TEXT, text);
}
