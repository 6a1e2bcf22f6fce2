//! Passage rules: from counts to a decision, in exact integers.
