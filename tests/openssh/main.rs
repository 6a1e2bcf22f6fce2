//! Signatures of ours as the stock `ssh-keygen` sees them, and the other way round.

mod certificates;
mod keygen;
