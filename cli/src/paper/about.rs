//! The file beside a file of codes that says what the ballot is: `codes.csv` has `codes.about.toml`. It holds nothing secret and
//! may be edited, so that letters carry the union's own address.

use std::path::{Path, PathBuf};

use scrutineer_api::registrar::RegistrarRequest;
use scrutineer_ballot::zone::{TimeError, UnknownZone, Zone};
use scrutineer_letters::{Address, Ballot};
use scrutineer_print::paper::About;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::files::{self, Access, FileError};

/// Most bytes of the file.
const LIMIT: u64 = 1 << 16;

/// Above the keys.
const HEAD: &str = "\
# What letters, slips and mails say about the ballot. Nothing here is secret; correct what does not suit.
# sender: the line above the address in an envelope's window, with the address to which letters come back.
# employer_domains, where it is there: no code goes by e-mail to addresses at these, since two people have not allowed it.
";

/// What letters say about a ballot.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AboutFile {
    /// The ballot's identifier.
    pub ballot: String,
    /// The union's name.
    pub union: String,
    /// Where letters come back to that cannot be delivered, on one line.
    pub sender: String,
    /// The ballot's title.
    pub title: String,
    /// Whom members ask.
    pub contact: String,
    /// Where members reach the server, without a slash at the end.
    pub site: String,
    /// When voting begins, as the zone's clocks show it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opens: Option<String>,
    /// When voting ends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closes: Option<String>,
    /// The zone.
    pub time_zone: String,
    /// Whether it is for trying out only.
    pub practice: bool,
    /// Who made the codes: `server` or `registrar`.
    pub codes: String,
    /// Mail domains of an employer's, at which nobody gets a code by e-mail.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub employer_domains: Vec<String>,
}

/// Why there is no such file, or none that can be used.
#[derive(Debug, Error)]
pub enum AboutError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not there.
    #[error(
        "{} is missing: it says what the ballot is. `codes fetch` and `codes issue` write it beside the file of codes", .0.display()
    )]
    Missing(PathBuf),
    /// Not TOML, or a key that is not known or missing.
    #[error("{}: {fault}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// The zone.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// A time.
    #[error("the time in the file beside the codes {0}")]
    Time(#[from] TimeError),
}

impl AboutFile {
    /// From what the server says of a ballot.
    ///
    /// # Errors
    /// A time zone that this program does not know.
    pub fn of_ballot(
        ballot: &scrutineer_api::ballot::Ballot,
        union: &str,
        site: &str,
    ) -> Result<Self, AboutError> {
        let zone = Zone::parse(&ballot.time_zone)?;
        let local = |seconds: Option<i64>| seconds.map(|seconds| zone.rfc3339(seconds));
        Ok(Self {
            ballot: ballot.id.clone(),
            union: union.to_owned(),
            sender: union.to_owned(),
            title: ballot.title.clone(),
            contact: ballot.contact.clone(),
            site: site.trim_end_matches('/').to_owned(),
            opens: local(ballot.opens),
            closes: local(ballot.closes),
            time_zone: ballot.time_zone.clone(),
            practice: ballot.practice,
            codes: ballot.codes.clone(),
            employer_domains: Vec::new(),
        })
    }

    /// From what a registrar makes codes from.
    ///
    /// # Errors
    /// A time zone that this program does not know.
    pub fn of_request(request: &RegistrarRequest) -> Result<Self, AboutError> {
        let zone = Zone::parse(&request.time_zone)?;
        let local = |seconds: Option<i64>| seconds.map(|seconds| zone.rfc3339(seconds));
        Ok(Self {
            ballot: request.ballot.clone(),
            union: request.union.clone(),
            sender: request.union.clone(),
            title: request.title.clone(),
            contact: request.contact.clone(),
            site: request.public_url.trim_end_matches('/').to_owned(),
            opens: local(request.opens),
            closes: local(request.closes),
            time_zone: request.time_zone.clone(),
            practice: request.practice,
            codes: "registrar".to_owned(),
            employer_domains: request.employer_domains.clone(),
        })
    }

    /// Its name beside a file of codes.
    #[must_use]
    pub fn path(codes: &Path) -> PathBuf {
        codes.with_extension("about.toml")
    }

    /// Writes it beside a file of codes; one that is there already may have been edited and stays.
    ///
    /// # Errors
    /// What the system says.
    pub fn write_beside(&self, codes: &Path) -> Result<PathBuf, AboutError> {
        let path = Self::path(codes);
        let form =
            |error: toml::ser::Error| AboutError::Form { path: path.clone(), fault: error.to_string() };
        let text = format!("{HEAD}{}", toml::to_string(self).map_err(form)?);
        match files::write_new(&path, text.as_bytes(), Access::Public) {
            Ok(()) | Err(FileError::Exists(_)) => Ok(path),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the one beside a file of codes.
    ///
    /// # Errors
    /// See [`AboutError`].
    pub fn beside(codes: &Path) -> Result<Self, AboutError> {
        let path = Self::path(codes);
        if !path.exists() {
            return Err(AboutError::Missing(path));
        }
        let text = files::read_text(&path, LIMIT)?;
        let form = |error: toml::de::Error| AboutError::Form { path, fault: error.to_string() };
        toml::from_str(&text).map_err(form)
    }

    /// As it stands on paper; `home` is the country within which letters are sent.
    ///
    /// # Errors
    /// A zone or a time that is none.
    pub fn on_paper(&self, home: Option<String>) -> Result<About, AboutError> {
        let zone = Zone::parse(&self.time_zone)?;
        let (opens, closes) = (instant(&zone, &self.opens)?, instant(&zone, &self.closes)?);
        Ok(About {
            union: self.union.clone(),
            sender: if self.sender.is_empty() { self.union.clone() } else { self.sender.clone() },
            title: self.title.clone(),
            contact: self.contact.clone(),
            site: self.site.clone(),
            opens,
            closes,
            time_zone: zone,
            practice: self.practice,
            registrar: self.codes == "registrar",
            home,
        })
    }

    /// As it stands in mails.
    ///
    /// # Errors
    /// A zone or a time that is none.
    pub fn in_mail(&self) -> Result<Ballot, AboutError> {
        let zone = Zone::parse(&self.time_zone)?;
        Ok(Ballot {
            title: self.title.clone(),
            page: format!("{}/ballots/{}", self.site, self.ballot),
            opens: instant(&zone, &self.opens)?,
            closes: instant(&zone, &self.closes)?,
            zone: zone.name().to_owned(),
            practice: self.practice,
        })
    }

    /// Whether an e-mail address is at an employer's domain, or at one below it.
    #[must_use]
    pub fn is_employers(&self, address: &Address) -> bool {
        self.employer_domains.iter().any(|domain| address.is_under(domain))
    }

    /// The address of the page on which members vote.
    #[must_use]
    pub fn vote_page(&self) -> String {
        format!("{}/ballots/{}/vote", self.site, self.ballot)
    }
}

fn instant(zone: &Zone, written: &Option<String>) -> Result<Option<i64>, TimeError> {
    written.as_deref().map(|written| zone.instant(written)).transpose()
}
