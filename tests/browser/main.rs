//! What members do in a real browser, on a real server: each test is a story that `run.mjs` plays in Chromium, while
//! [`stage`] does here what the story wants done outside the browser (a ballot closes, a day passes, a code is replaced).
//!
//! With `SCRUTINEER_LOOK=FOLDER` the tests named `axe…` put pictures of every page there, for people to look at.
//!
//! Needs Node 20 or newer, `npm ci --prefix tests/browser`, and Chromium: on the PATH, or named by `SCRUTINEER_CHROMIUM`.

mod stage;

use crate::stage::play;

#[test]
fn a_member_votes_for_the_first_time_in_each_language() {
    play(&["first_time"]);
}

#[test]
fn signing_in_names_what_is_wrong_and_leads_where_the_member_wanted_to_go() {
    play(&["sign_in"]);
}

#[test]
fn a_code_that_came_by_link_is_gone_before_anything_else_loads() {
    play(&["link"]);
}

#[test]
fn a_wrong_code_is_named_before_anything_is_sent_or_refused_with_a_reason() {
    play(&["wrong_code"]);
}

#[test]
fn a_session_that_ends_in_the_middle_loses_nothing() {
    play(&["expired"]);
}

#[test]
fn a_page_kept_open_past_closing_says_when_and_whether_the_vote_was_counted() {
    play(&["closed"]);
}

#[test]
fn a_vote_is_changed_and_the_later_one_counts_also_from_a_second_tab() {
    play(&["changed"]);
}

#[test]
fn a_connection_cut_at_any_step_loses_nothing_and_counts_nothing_twice() {
    play(&["cut"]);
}

#[test]
fn back_forward_and_reload_show_something_sensible_everywhere() {
    play(&["back"]);
}

#[test]
fn nothing_is_preselected_too_many_cannot_be_chosen_and_too_few_are_named() {
    play(&["choices"]);
}

#[test]
fn a_receipt_is_found_by_each_of_its_forms_and_an_opened_vote_is_never_cast() {
    play(&["receipt"]);
}

#[test]
fn neither_code_nor_choice_leaves_the_browser_or_stays_in_it() {
    play(&["traffic"]);
}

#[test]
fn pages_read_without_javascript_and_a_wrong_clock_does_not_matter() {
    play(&["plain"]);
}

#[test]
fn a_practice_ballot_says_so_on_every_page() {
    play(&["practice"]);
}

#[test]
fn members_of_an_announced_ballot_object_and_read_the_answer_and_its_notice_prints_on_one_sheet() {
    play(&["objection"]);
}

#[test]
fn members_of_two_boxes_vote_each_in_their_own_and_the_results_show_both() {
    play(&["boxes"]);
}

#[test]
fn the_keyboard_alone_is_enough() {
    play(&["keyboard"]);
}

#[test]
fn a_slow_device_seals_ten_answers_while_its_page_stays_alive() {
    play(&["slow"]);
}

#[test]
fn axe_finds_nothing_on_any_state_of_any_page_in_english() {
    play(&["sound", "en"]);
}

#[test]
fn axe_finds_nothing_on_any_state_of_any_page_in_spanish() {
    play(&["sound", "es"]);
}

#[test]
fn axe_finds_nothing_on_any_state_of_any_page_in_polish() {
    play(&["sound", "pl"]);
}
