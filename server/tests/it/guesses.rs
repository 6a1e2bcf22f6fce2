//! Guessing is slowed down, for known and unknown members alike, and never for good.

use serde_json::json;

use crate::support::{PASSWORD, World};

fn guess(world: &World, member_no: &str, password: &str) -> crate::support::Reply {
    let body = json!({ "member_no": member_no, "password": password, "kind": "bearer" });
    world.anyone().post("/api/v1/sessions", &body)
}

#[test]
fn of_a_thousand_guesses_in_a_row_only_the_first_few_are_looked_at() {
    let world = World::start();
    drop(world.officer());
    let mut looked_at = 0;
    for n in 0..1000 {
        let reply = guess(&world, "1", &format!("guess number {n}"));
        match reply.status {
            401 => looked_at += 1,
            _ => {
                reply.is_problem(429, "too_many_attempts");
                assert_eq!(reply.header("retry-after"), reply.json["retry_after"].to_string());
            }
        }
    }
    assert_eq!(looked_at, 6);
    guess(&world, "1", PASSWORD).is_problem(429, "too_many_attempts");
    world.clock.advance(1);
    assert_eq!(guess(&world, "1", PASSWORD).status, 201, "nobody is locked out for good");
}

#[test]
fn an_unknown_member_is_slowed_down_just_so() {
    let world = World::start();
    for expected in [401, 401, 401, 401, 401, 401, 429, 429] {
        assert_eq!(guess(&world, "nobody", "wrong password").status, expected);
    }
}

#[test]
fn one_address_cannot_try_many_accounts() {
    let world = World::start();
    let statuses: Vec<_> = (0..8).map(|n| guess(&world, &n.to_string(), "wrong password").status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 429, 429]);
    world.forget_address();
    assert_eq!(guess(&world, "77", "wrong password").status, 401);
}

#[test]
fn guesses_at_the_same_moment_count_too() {
    let world = World::start();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let world = &world;
        let threads: Vec<_> =
            (0..16).map(|_| scope.spawn(move || guess(world, "1", "wrong password").status)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 6, "{statuses:?}");
}

#[test]
fn codes_cannot_be_guessed_either() {
    let world = World::start();
    let body = json!({ "member_no": "1", "code": "0000-0000-0000-0000", "password": PASSWORD });
    let statuses: Vec<_> = (0..8).map(|_| world.anyone().post("/api/v1/activations", &body).status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 429, 429]);
    world.clock.advance(1);
    drop(world.officer());
}

#[test]
fn right_sign_ins_are_not_slowed_down() {
    let world = World::start();
    drop(world.officer());
    for _ in 0..20 {
        assert_eq!(guess(&world, "1", PASSWORD).status, 201);
    }
}
