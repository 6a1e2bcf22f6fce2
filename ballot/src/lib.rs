//! A ballot as a union writes it: ballot file, roll, eligibility, voting codes, certificate.
