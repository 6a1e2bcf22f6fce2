//! Which language a reader gets: the one they chose, else the one that their browser likes best, else English.

use super::Language;

/// What is read of `Accept-Language` at most; browsers send a tenth of it.
const LONGEST: usize = 500;

/// The language for a reader, from the cookie that remembers a choice and from `Accept-Language`.
#[must_use]
pub fn choose(chosen: Option<&str>, accepted: Option<&str>) -> Language {
    chosen
        .and_then(|tag| Language::ALL.into_iter().find(|language| language.tag() == tag))
        .or_else(|| accepted.and_then(best))
        .unwrap_or(Language::En)
}

/// The first of ours among the most liked (RFC 9110, section 12.5.4).
fn best(accepted: &str) -> Option<Language> {
    let mut best: Option<(Language, u32)> = None;
    for item in accepted.get(..LONGEST).unwrap_or(accepted).split(',') {
        let mut parts = item.split(';').map(str::trim);
        let Some(language) = parts.next().and_then(Language::from_tag) else { continue };
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1000), thousandths);
        let Some(quality) = quality.filter(|quality| *quality > 0) else { continue };
        if best.is_none_or(|(_, most)| quality > most) {
            best = Some((language, quality));
        }
    }
    best.map(|(language, _)| language)
}

/// `0.8` as 800.
fn thousandths(quality: &str) -> Option<u32> {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 1 || decimals.len() > 3 || !digits(whole) || !digits(decimals) {
        return None;
    }
    let value = format!("{whole}{decimals:0<3}").parse().ok()?;
    (value <= 1000).then_some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, proptest};

    use super::{Language, choose};

    #[test]
    fn the_browser_is_asked_where_nobody_chose() {
        for (accepted, expected) in [
            ("", Language::En),
            ("es", Language::Es),
            ("ES-mx", Language::Es),
            ("de-DE,de;q=0.9", Language::En),
            ("de,pl;q=0.3,es;q=0.2", Language::Pl),
            ("en;q=0.5,es;q=0.8", Language::Es),
            ("pl;q=0,es;q=0.001", Language::Es),
            ("pl; q=0.9 , en ; q=1", Language::En),
            ("pl;q=2,es;q=0.1", Language::Es),
            ("pl;q=-1,es", Language::Es),
            ("*", Language::En),
            ("eses,plx", Language::En),
        ] {
            assert_eq!(choose(None, Some(accepted)), expected, "{accepted}");
        }
        assert_eq!(choose(None, None), Language::En);
    }

    #[test]
    fn a_choice_goes_before_it_and_must_be_one_of_ours() {
        assert_eq!(choose(Some("pl"), Some("es")), Language::Pl);
        for odd in ["", "xx", "PL", "pl-PL", "pl;", "<pl>"] {
            assert_eq!(choose(Some(odd), Some("es")), Language::Es, "{odd}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_that_a_browser_sends_does_harm(chosen in any::<Option<String>>(), accepted in any::<Option<String>>()) {
            let _ = choose(chosen.as_deref(), accepted.as_deref());
        }
    }
}
