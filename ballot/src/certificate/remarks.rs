//! Boxes whose result can show how people voted: few votes, or all alike. Nobody can hide what the counts say, so the
//! certificate says it as well.

use super::{BoxReport, QuestionCount};

/// Fewer votes than these in a box are few.
const FEW: u64 = 10;

/// One sentence for each box and question.
pub(super) fn of(boxes: &[BoxReport]) -> Vec<String> {
    boxes.iter().flat_map(|one| of_box(one, boxes.len() > 1)).collect()
}

fn of_box(one: &BoxReport, several: bool) -> Vec<String> {
    let cast = one.votes.cast;
    let place = if several { format!("In the box \"{}\" ", one.name) } else { "In this ballot ".to_owned() };
    let mut remarks = Vec::new();
    if (1..FEW).contains(&cast) {
        let members = if cast == 1 { "one member" } else { &format!("{cast} members") };
        remarks.push(format!(
            "{place}only {members} voted, fewer than ten: its result can show how people voted."
        ));
    }
    for (number, question) in (1..).zip(&one.questions) {
        if cast > 1 && alike(question, cast) {
            remarks.push(format!(
                "{place}all {cast} votes on question {number} are alike: the result shows how each of them was cast."
            ));
        }
    }
    remarks
}

/// Whether the counts leave only one way in which everybody voted: each answer was chosen by all or by none.
fn alike(question: &QuestionCount, cast: u64) -> bool {
    let mut votes = question.answers.iter().map(|answer| answer.votes);
    question.blank == Some(cast) || (question.blank.unwrap_or(0) == 0 && votes.all(|n| n == 0 || n == cast))
}
