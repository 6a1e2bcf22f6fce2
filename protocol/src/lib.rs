//! Belenios election format version 1 over Ed25519: seal, prove, tally, record, verify.
