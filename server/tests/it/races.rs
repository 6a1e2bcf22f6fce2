//! Things that happen at the same time.

use serde_json::json;

use crate::union::{Union, YES_NO, good};

#[test]
fn a_ballot_that_is_frozen_several_times_at_once_is_frozen_once_and_keeps_its_keys() {
    let union = Union::new(3);
    for _ in 0..5 {
        let reply = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO })));
        let path = format!("/api/v1/ballots/{}", reply.text("id"));
        let freeze = || union.delegate.order(&format!("{path}/freezing"));
        let replies: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> = (0..4).map(|_| scope.spawn(freeze)).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(
            statuses,
            [204, 409, 409, 409],
            "{:?}",
            replies.iter().map(|r| &r.body).collect::<Vec<_>>()
        );
        good(union.delegate.get(&format!("{path}/codes")));
        good(union.delegate.order(&format!("{path}/codes/confirmation")));
        // Without its keys it would not be opened.
        good(union.delegate.order(&format!("{path}/opening")));
    }
    let keys = union.world.files.folder.key_files().unwrap();
    assert_eq!(keys.len(), 10, "two keys for each ballot and no others: {keys:?}");
}
