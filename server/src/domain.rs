//! Rules of the server that need neither a database nor a network.

pub mod activation_code;
pub mod life;
pub mod two_people;
