//! Which arithmetic the library has chosen.

use std::fmt;

/// How the library computes with points in this build on this machine, from the fastest to the slowest. A build that people get
/// may hold all of them, and chooses when it starts; it gives the same results with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Four numbers at once, with multiplication for integers of 52 bits.
    Avx512Ifma,
    /// Four numbers at once.
    Avx2,
    /// One number after the other: any processor.
    Serial,
}

impl Backend {
    /// The one in use: what the build may use (belongs with `.cargo/config.toml`) and the processor has.
    #[must_use]
    pub fn in_use() -> Self {
        #[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
        {
            let has_avx512 = is_x86_feature_detected!("avx512ifma") && is_x86_feature_detected!("avx512vl");
            let may_use_it = cfg!(any(
                curve25519_dalek_backend = "avx512",
                all(target_feature = "avx512ifma", target_feature = "avx512vl")
            ));
            if may_use_it && has_avx512 {
                return Self::Avx512Ifma;
            }
            if is_x86_feature_detected!("avx2") {
                return Self::Avx2;
            }
        }
        Self::Serial
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Avx512Ifma => "AVX-512 IFMA",
            Self::Avx2 => "AVX2",
            Self::Serial => "portable",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Backend;

    #[test]
    fn the_one_in_use_is_one_that_the_processor_has() {
        let has = |flags: &[&str]| {
            let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
            flags.iter().all(|flag| info.split_ascii_whitespace().any(|word| word == *flag))
        };
        match Backend::in_use() {
            Backend::Avx512Ifma => assert!(has(&["avx512ifma", "avx512vl"])),
            Backend::Avx2 => assert!(has(&["avx2"])),
            Backend::Serial => assert!(!has(&["avx2"])),
        }
    }
}
