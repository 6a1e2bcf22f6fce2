//! A sample of every letter, with made-up people: for tests, and for officers who want to see what members get.

use zeroize::Zeroizing;

use crate::kind::Kind;
use crate::language::Language;
use crate::letter::{About, Ballot, Code, Decision, Letter, Rendered};
use crate::render::render;
use crate::texts::RenderError;

/// A made-up code.
const CODE: &str = "SAMP-LESA-MPLE-SAMP-LESA-MPLE-SAMP";

/// Every letter in one language, in the order of [`Kind::ALL`].
///
/// # Errors
/// [`RenderError`]; not with the texts that are built in, as a test sees.
pub fn samples(language: Language) -> Result<Vec<(Kind, Rendered)>, RenderError> {
    Kind::ALL
        .into_iter()
        .map(|kind| Ok((kind, render(&sample(kind, language), &about(), language)?)))
        .collect()
}

/// To whom samples are.
#[must_use]
pub fn about() -> About {
    About {
        union: "Chalk Street Teachers’ Union".to_owned(),
        contact: Some("Election committee, 555-0100".to_owned()),
        site: "https://vote.example.org".to_owned(),
        name: "Anna Nowak".to_owned(),
        member_no: "10482".to_owned(),
    }
}

/// About what samples are.
#[must_use]
pub fn ballot() -> Ballot {
    Ballot {
        title: "Work remotely only, from 25 January".to_owned(),
        page: "https://vote.example.org/ballots/1b2c3d4e".to_owned(),
        opens: Some(1_611_241_200),
        closes: Some(1_611_467_940),
        zone: "America/Chicago".to_owned(),
        practice: false,
    }
}

/// The sample of a kind. Where a letter has a sentence of somebody else in it, that is in `language` too.
#[must_use]
pub fn sample(kind: Kind, language: Language) -> Letter {
    let ballot = ballot();
    let link = || Zeroizing::new(format!("{}/vote#{CODE}", self::ballot().page));
    match kind {
        Kind::Activation => {
            Letter::Activation { code: Zeroizing::new("SAMP-LESA-MPLE-SAMP".to_owned()), days: 30 }
        }
        Kind::Notice => Letter::Notice { ballot },
        Kind::Open => Letter::Open { ballot, code: Code::Link(link()) },
        Kind::NewCode => Letter::NewCode { ballot, link: link() },
        Kind::CodeAsked => Letter::CodeAsked {
            ballot,
            permit: Zeroizing::new("SAMP-LESA".to_owned()),
            page: "https://vote.example.org/no-code/again".to_owned(),
            hours: 24,
        },
        Kind::Reminder => Letter::Reminder { ballot },
        Kind::ClosingSoon => Letter::ClosingSoon { ballot },
        Kind::Recorded => Letter::Recorded { ballot },
        Kind::Replaced => Letter::Replaced { ballot },
        Kind::Result => Letter::Result {
            ballot,
            decisions: vec![Decision {
                question: "Shall all members work remotely only until health and safety terms are agreed?"
                    .to_owned(),
                outcome: match language {
                    Language::En => "Passed: 15,265 of 25,000 members voted Yes; 15,000 were needed.",
                    Language::Es => "Aprobado: 15.265 de 25.000 votaron Yes; hacían falta 15.000.",
                    Language::Pl => "Przyjęto: Yes wybrało 15 265 z 25 000; potrzeba było 15 000.",
                }
                .to_owned(),
            }],
            recorded: true,
        },
        Kind::AddressChanged => Letter::AddressChanged,
        Kind::Test => Letter::Test { number: Zeroizing::new("000000".to_owned()) },
    }
}
