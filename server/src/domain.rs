//! Rules of the server that need neither a database nor a network.

pub mod activation_code;
pub mod chart;
pub mod delivery;
pub mod life;
pub mod percent;
pub mod pictures;
pub mod prospect;
pub mod qr;
pub mod search;
pub mod turnout;
pub mod two_people;
pub mod words;
