//! How a ballot is counted where it has several boxes, and that few members cannot all stay hidden behind a result. Said
//! before anybody votes.

use scrutineer_ballot::file::BallotFile;

use super::any_of;
use crate::i18n::Texts;

/// A box with fewer members who may vote is one of which it is said that its result can show how they voted.
const SMALL: u64 = 50;

/// A box: its name, and how many members may vote in it.
pub type Size<'a> = (&'a str, u64);

/// What is said of the boxes of a ballot; of a draft, which has none yet, what can be said before. `own` is the box in which
/// the reader votes, where that is known.
#[must_use]
pub fn boxes(t: &Texts, file: &BallotFile, boxes: &[Size<'_>], own: Option<&str>) -> Vec<String> {
    match boxes {
        [] if file.counts_units() => vec![t.get("boxes-units"), t.get("boxes-small")],
        [] => Vec::new(),
        [(_, members)] if *members < SMALL => vec![t.get("boxes-small-whole")],
        [_] => Vec::new(),
        several => {
            let n = u64::try_from(several.len()).unwrap_or(u64::MAX);
            let mut sentences = vec![t.with("boxes-several", &[("n", n.into())])];
            match own.and_then(|own| several.iter().find(|(name, _)| *name == own)) {
                Some((name, members)) => {
                    sentences.push(t.with("boxes-own", &[("box", (*name).into()), ("n", members.into())]));
                    if *members < SMALL {
                        sentences.push(t.get("boxes-small-own"));
                    }
                }
                None => {
                    let small = several.iter().filter(|(_, members)| *members < SMALL);
                    let small: Vec<String> = small.map(|(name, _)| (*name).to_owned()).collect();
                    if !small.is_empty() {
                        sentences.push(t.get("boxes-small"));
                        let list = [("least", SMALL.into()), ("list", any_of(t, &small).into())];
                        sentences.push(t.with("boxes-small-list", &list));
                    }
                }
            }
            sentences
        }
    }
}

#[cfg(test)]
mod tests {
    use scrutineer_ballot::file::BallotFile;

    use super::{Size, boxes};
    use crate::i18n::{InWords as _, Language};

    fn file(rule: &str) -> BallotFile {
        BallotFile::parse(&format!(
            "title = \"T\"\ntime_zone = \"UTC\"\ncontact = \"C\"\ntellers = \"server\"\n[[question]]\ntext = \"Q?\"\n\
             answers = [\"Yes\", \"No\"]\npasses = \"{rule}\"\n"
        ))
        .unwrap()
    }

    fn said(of: &[Size<'_>], own: Option<&str>) -> String {
        boxes(Language::En.texts(), &file("each unit: Yes > half of valid"), of, own).join(" ")
    }

    #[test]
    fn small_groups_are_told_before_anybody_votes() {
        let whole = file("Yes > half of valid");
        for language in Language::ALL {
            let t = language.texts();
            assert!(
                boxes(t, &whole, &[], None).is_empty() && boxes(t, &whole, &[("all", 50)], None).is_empty()
            );
            assert_eq!(boxes(t, &whole, &[("all", 49)], None).len(), 1);
        }
        assert!(said(&[], None).contains("in a small unit the result can show how people voted"));
        let several = [("Hall", 20), ("North side", 80), ("Whitney", 49)];
        assert_eq!(
            said(&several, None),
            "Votes are counted separately, by unit, in 3 boxes, and what each of them comes to is published. Please note: in \
             a small unit the result can show how people voted, above all where nearly all vote alike. Fewer than 50 members \
             may vote in Hall or Whitney."
        );
        assert!(said(&several, Some("Hall")).ends_with(
            "Your vote is counted in the box “Hall”, in which 20 members may vote. Please note: that is a small group. Its \
             result can show how people in it voted, above all if nearly all vote alike."
        ));
        assert!(said(&several, Some("North side")).ends_with("“North side”, in which 80 members may vote."));
        assert!(!said(&[("A", 50), ("B", 60)], None).contains("small"));
    }

    #[test]
    fn hundreds_of_boxes_are_not_all_listed() {
        let names: Vec<String> = (0..500).map(|i| format!("Unit {i}")).collect();
        let many: Vec<Size<'_>> = names.iter().map(|name| (name.as_str(), 20)).collect();
        for language in Language::ALL {
            let sentences = boxes(language.texts(), &file("each unit: Yes > half of valid"), &many, None);
            assert!(sentences.iter().all(|sentence| sentence.len() < 600), "{sentences:?}");
        }
    }
}
