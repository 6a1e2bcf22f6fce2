//! Sizes in words, as both ends say how much is too much.

/// So many bytes, as short as that can be said: in MiB or KiB where they are whole ones.
#[must_use]
pub fn in_words(bytes: u64) -> String {
    let whole = |unit: u64| bytes >= unit && bytes.is_multiple_of(unit);
    match bytes {
        _ if whole(1 << 20) => format!("{} MiB", bytes >> 20),
        _ if whole(1 << 10) => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn whole_units_are_named() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (4, "4 bytes"),
            (1025, "1025 bytes"),
            (64 << 10, "64 KiB"),
            (1 << 20, "1 MiB"),
            ((1 << 20) + (1 << 10), "1025 KiB"),
            (64 << 20, "64 MiB"),
        ] {
            assert_eq!(in_words(bytes), words);
        }
    }
}
