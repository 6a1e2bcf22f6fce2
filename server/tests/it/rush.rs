//! Many people at once, as in the minute in which voting begins.

use serde_json::json;

use scrutineer_server::auth::password::Cost;

use crate::support::PASSWORD;
use crate::union::{Union, no};

/// Signs everybody in at the same moment, from one address.
fn all_at_once(union: &Union, people: usize) -> Vec<u16> {
    let sign_in = |i: usize| {
        let body = json!({ "member_no": no(i), "password": PASSWORD, "kind": "bearer" });
        union.world.anyone().post("/api/v1/sessions", &body).status
    };
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..people).map(|i| scope.spawn(move || sign_in(i))).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    })
}

#[test]
fn a_whole_school_signs_in_at_the_same_moment() {
    let mut union = Union::with(12, |settings| settings.password_cost = Cost { memory: 4096, passes: 1 });
    for i in 0..12 {
        union.member(&no(i));
    }
    assert_eq!(all_at_once(&union, 12), [201; 12]);
}

#[test]
fn where_many_have_signed_in_a_few_who_mistype_do_not_keep_the_others_out() {
    let mut union = Union::new(12);
    for i in 0..12 {
        union.member(&no(i));
    }
    for i in 0..12 {
        let body = json!({ "member_no": no(i), "password": "mistyped it", "kind": "bearer" });
        assert_eq!(union.world.anyone().post("/api/v1/sessions", &body).status, 401, "{i}");
    }
    assert_eq!(all_at_once(&union, 3), [201; 3]);
}
