//! What members do in a real browser, on a real server: each test is a story that `run.mjs` plays in Chromium, while
//! [`stage`] does here what the story wants done outside the browser (a ballot closes, a day passes, a code is replaced).
//!
//! Needs Node 20 or newer, `npm ci --prefix tests/browser`, and Chromium: on the PATH, or named by `SCRUTINEER_CHROMIUM`.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests")]

mod stage;

use crate::stage::play;

#[test]
fn a_member_votes_for_the_first_time_in_each_language() {
    play("first_time");
}
