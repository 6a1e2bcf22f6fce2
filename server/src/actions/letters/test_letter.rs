//! Test letters: an officer sends a number to their own address and types it, so that somebody has seen mail arrive before
//! letters with voting codes leave.

use std::sync::Arc;

use rand_core::Rng;
use scrutineer_api::audit::Deed;
use scrutineer_api::letters::TestLetter;
use scrutineer_letters::{Address, Kind};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::LettersError;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::data_folder::LetterKey;
use crate::store::NewLetter;

/// Wrong numbers that end a test letter.
const MOST_TRIES: u64 = 5;
/// For how long a number may be typed, in seconds.
const LIFETIME: i64 = 24 * 60 * 60;

/// Sends a number to the officer's own address.
///
/// # Errors
/// See [`LettersError`].
pub async fn send_test(app: &App, caller: &Caller) -> Result<TestLetter, LettersError> {
    if app.mailer.is_none() {
        return Err(LettersError::NoMail);
    }
    let (caller, key, mut rng) = (caller.clone(), Arc::clone(&app.letter_key), app.entropy.rng());
    app.store
        .write("letters: test", move |tx| {
            let member = caller.session().member;
            let email = tx.person(member)?.email.ok_or(LettersError::NoAddress)?;
            let address: Address = email.parse()?;
            let mut id = [0; 16];
            rng.fill_bytes(&mut id);
            tx.put_mail_test(member, &LetterKey::number_hash(&id, &key.number(&id)))?;
            tx.queue_letter(&NewLetter {
                id,
                run: None,
                ballot: None,
                member,
                kind: Kind::Test,
                address: address.as_str(),
                due_at: tx.now(),
                code: false,
            })?;
            tx.audit(&caller.actor(), Deed::TestLetterSent, &json!({}))?;
            Ok(TestLetter { domain: address.domain().to_owned() })
        })
        .await
}

/// How it went, where something was written.
enum Typed {
    Right,
    Wrong(u64),
}

/// Takes note that the officer's test letter has arrived, since its number was typed. Five wrong ones end it.
///
/// # Errors
/// See [`LettersError`].
pub async fn confirm_test(app: &App, caller: &Caller, number: String) -> Result<(), LettersError> {
    let caller = caller.clone();
    let typed = app
        .store
        .write("letters: confirm test", move |tx| {
            let member = caller.session().member;
            let test = tx.mail_test(member)?.ok_or(LettersError::NoTest)?;
            if test.confirmed_at.is_some() || tx.now() - test.sent_at >= LIFETIME {
                return Err(LettersError::NoTest);
            }
            if test.tries >= MOST_TRIES {
                return Err(LettersError::TestEnded);
            }
            let number: String = number.chars().filter(char::is_ascii_digit).collect();
            let mut right = false;
            for id in tx.test_letters(member)? {
                right |= bool::from(LetterKey::number_hash(&id, &number).ct_eq(&test.number_hash));
            }
            if !right {
                tx.note_wrong_number(member)?;
                return Ok(Typed::Wrong(MOST_TRIES.saturating_sub(test.tries + 1)));
            }
            tx.confirm_mail_test(member)?;
            tx.audit(&caller.actor(), Deed::TestLetterConfirmed, &json!({}))?;
            Ok(Typed::Right)
        })
        .await?;
    match typed {
        Typed::Right => Ok(()),
        Typed::Wrong(0) => Err(LettersError::TestEnded),
        Typed::Wrong(left) => Err(LettersError::WrongNumber(left)),
    }
}
