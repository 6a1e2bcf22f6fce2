//! Who is who: passwords, limits on guessing, tokens.

pub mod caller;
pub mod guesses;
pub mod password;
pub mod token;
