//! Which server a command talks to and as whom: the flags that say so, and the profile's folder that remembers it.
//!
//! ```text
//! $SCRUTINEER_HOME/<profile>/     or $XDG_CONFIG_HOME/scrutineer/<profile>/, mode 0700
//!   server.json     the server of the last sign-in
//!   session.json    the session there, mode 0600; gone after `logout`
//!   tellers/        key files of the boards on which the user sits
//! ```

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use scrutineer_api::account::Session as NewSession;
use scrutineer_api::secret::Secret;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::client::{Address, Client};
use crate::files::{self, FileError};

/// Most bytes of the files in a profile's folder.
const MAX_FILE: u64 = 64 << 10;

/// The flags of every command that talks to a server.
#[derive(Args, Clone, Debug)]
pub struct Connection {
    /// The server's address, such as `https://vote.example.org`; else that of the profile's last sign-in.
    #[arg(long, value_name = "URL", env = "SCRUTINEER_SERVER", global = true)]
    server: Option<String>,

    /// Whose session and keys to use, for people who act in several roles or unions.
    #[arg(long, value_name = "NAME", default_value = "default", global = true)]
    profile: ProfileName,

    /// Certificates (PEM) that vouch for the server, instead of the public ones.
    #[arg(long, value_name = "FILE", value_parser = path(), env = "SCRUTINEER_CA_FILE", global = true)]
    ca_file: Option<PathBuf>,

    /// The folder of all profiles.
    #[arg(long, value_name = "DIR", value_parser = path(), env = "SCRUTINEER_HOME", global = true, hide = true)]
    home: Option<PathBuf>,

    /// The user's configuration folder, where there is no other.
    #[arg(long, value_name = "DIR", value_parser = path(), env = "XDG_CONFIG_HOME", global = true, hide = true)]
    xdg_config_home: Option<PathBuf>,
}

/// A path that may be empty, as variables are that somebody has set to nothing: that is as if they were not set.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

fn given(path: &Option<PathBuf>) -> Option<PathBuf> {
    path.clone().filter(|path| !path.as_os_str().is_empty())
}

/// The name of a profile: a folder's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileName(String);

/// Why a command cannot know its server or its session.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// A name that is no folder's everywhere.
    #[error("a profile's name has 1 to 64 letters, digits, dashes and underscores")]
    Name,
    /// Nowhere to keep anything.
    #[error("there is no home folder to keep the profile in: set SCRUTINEER_HOME to a folder of your own")]
    NoHome,
    /// No server.
    #[error("which server? Give --server URL, or set SCRUTINEER_SERVER (the first sign-in remembers it)")]
    NoServer,
    /// No session.
    #[error("you are not signed in at {0}: `scrutineer login --member NO`")]
    NotSignedIn(Address),
    /// A file of ours that we cannot read.
    #[error("{} is damaged: remove it and sign in again", .0.display())]
    Damaged(PathBuf),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A profile's folder.
#[derive(Clone, Debug)]
pub struct Profile {
    folder: PathBuf,
}

/// A session as the profile keeps it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SavedSession {
    /// Where it holds; the token is sent nowhere else.
    server: String,
    /// Whose it is.
    pub member_no: String,
    /// The member's name.
    pub name: String,
    /// The token.
    token: Secret,
    /// When it ends in any case, seconds since the epoch.
    pub expires_at: i64,
}

impl SavedSession {
    /// The token.
    #[must_use]
    pub fn token(&self) -> &Secret {
        &self.token
    }
}

/// The server of the last sign-in.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SavedServer {
    server: String,
}

impl Connection {
    /// The same with another server.
    #[must_use]
    pub fn to(&self, server: &Address) -> Self {
        Self { server: Some(server.to_string()), ..self.clone() }
    }

    /// Certificates that vouch for the server, if they were given.
    #[must_use]
    pub fn ca_file(&self) -> Option<PathBuf> {
        given(&self.ca_file)
    }

    /// The profile's folder; nothing is touched yet.
    ///
    /// # Errors
    /// There is nowhere to keep one.
    pub fn profile(&self) -> Result<Profile, ProfileError> {
        let all = match given(&self.home) {
            Some(home) => home,
            None => {
                // The XDG specification ignores relative paths.
                let config = given(&self.xdg_config_home).filter(|path| path.is_absolute());
                let config = config.or_else(|| given(&std::env::home_dir()).map(|home| home.join(".config")));
                config.ok_or(ProfileError::NoHome)?.join("scrutineer")
            }
        };
        Ok(Profile { folder: all.join(&self.profile.0) })
    }

    /// The server, without a session.
    ///
    /// # Errors
    /// No server is known, or its address is none.
    pub fn visitor(&self) -> anyhow::Result<Client> {
        let named = self.server.clone().filter(|server| !server.is_empty());
        let server = match named {
            Some(server) => server,
            None => self.profile()?.server()?.ok_or(ProfileError::NoServer)?,
        };
        Client::new(server.parse()?, given(&self.ca_file).as_deref())
    }

    /// The server, with the profile's session there.
    ///
    /// # Errors
    /// As [`Self::visitor`], or nobody is signed in.
    pub fn member(&self) -> anyhow::Result<Client> {
        Ok(self.signed_in()?.0)
    }

    /// The server with the profile's session there, and whose it is.
    ///
    /// # Errors
    /// As [`Self::member`].
    pub fn signed_in(&self) -> anyhow::Result<(Client, String)> {
        let client = self.visitor()?;
        let session = self.profile()?.session(client.address())?;
        let session = session.ok_or_else(|| ProfileError::NotSignedIn(client.address().clone()))?;
        Ok((client.with_token(session.token.clone()), session.member_no.clone()))
    }

    /// The server, with the profile's session there if there is one: for what anyone may see, and members more of.
    ///
    /// # Errors
    /// As [`Self::visitor`], or the session's file cannot be read.
    pub fn anyone(&self) -> anyhow::Result<Client> {
        let client = self.visitor()?;
        let session = self.profile()?.session(client.address())?;
        Ok(match session {
            Some(session) => client.with_token(session.token.clone()),
            None => client,
        })
    }
}

impl Profile {
    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn server_file(&self) -> PathBuf {
        self.folder.join("server.json")
    }

    fn session_file(&self) -> PathBuf {
        self.folder.join("session.json")
    }

    /// The server of the last sign-in.
    fn server(&self) -> Result<Option<String>, ProfileError> {
        Ok(read::<SavedServer>(&self.server_file())?.map(|saved| saved.server))
    }

    /// The session at this server, if there is one.
    ///
    /// # Errors
    /// The file cannot be read, is damaged, or is open to others.
    pub fn session(&self, server: &Address) -> Result<Option<SavedSession>, ProfileError> {
        let session = read::<SavedSession>(&self.session_file())?;
        Ok(session.filter(|session| session.server == server.to_string()))
    }

    /// Remembers a server.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_server(&self, server: &Address) -> Result<(), ProfileError> {
        files::private_folder(&self.folder)?;
        write(&self.server_file(), &SavedServer { server: server.to_string() })
    }

    /// Remembers a session and its server.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn keep(&self, server: &Address, session: NewSession, token: Secret) -> Result<(), ProfileError> {
        self.keep_server(server)?;
        let NewSession { member_no, name, expires_at, .. } = session;
        write(
            &self.session_file(),
            &SavedSession { server: server.to_string(), member_no, name, token, expires_at },
        )
    }

    /// Forgets the session.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn forget(&self) -> Result<(), ProfileError> {
        Ok(files::remove(&self.session_file())?)
    }
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, ProfileError> {
    let Some(text) = files::read_own(path, MAX_FILE)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|_| ProfileError::Damaged(path.to_owned()))
}

fn write(path: &Path, value: &impl Serialize) -> Result<(), ProfileError> {
    let bytes =
        Zeroizing::new(serde_json::to_vec(value).map_err(|_| ProfileError::Damaged(path.to_owned()))?);
    Ok(files::replace(path, &bytes)?)
}

impl FromStr for ProfileName {
    type Err = ProfileError;

    fn from_str(name: &str) -> Result<Self, ProfileError> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (1..=64).contains(&name.len()) && name.bytes().all(good) {
            Ok(Self(name.to_owned()))
        } else {
            Err(ProfileError::Name)
        }
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(home: &Path, server: Option<&str>) -> Connection {
        Connection {
            server: server.map(str::to_owned),
            profile: "default".parse().unwrap(),
            ca_file: None,
            home: Some(home.to_owned()),
            xdg_config_home: None,
        }
    }

    fn session() -> NewSession {
        NewSession { token: None, member_no: "7".into(), name: "Ana".into(), expires_at: 5 }
    }

    #[test]
    fn a_session_is_kept_for_its_server_alone() {
        let home = tempfile::tempdir().unwrap();
        let here = connection(home.path(), Some("https://here.example"));
        let there = connection(home.path(), Some("https://there.example"));
        let remembered = connection(home.path(), None);
        assert!(remembered.visitor().err().unwrap().to_string().contains("--server"));
        assert!(here.member().err().unwrap().to_string().contains("login"));
        let profile = here.profile().unwrap();
        let address = "https://here.example".parse().unwrap();
        profile.keep(&address, session(), Secret::new("t".into())).unwrap();
        assert_eq!(here.signed_in().unwrap().1, "7");
        assert_eq!(remembered.signed_in().unwrap().0.address(), &address);
        assert!(there.member().err().unwrap().to_string().contains("https://there.example"));
        assert!(there.anyone().is_ok());
        profile.forget().unwrap();
        assert!(here.member().is_err());
        assert_eq!(remembered.visitor().unwrap().address(), &address, "the server is remembered");
    }

    #[test]
    fn variables_set_to_nothing_are_as_if_not_set() {
        use clap::Parser;
        #[derive(Parser)]
        struct Program {
            #[command(flatten)]
            connection: Connection,
        }
        let typed =
            ["x", "--home", "", "--xdg-config-home", "", "--ca-file", "", "--server", "https://a.example"];
        let connection = Program::try_parse_from(typed).unwrap().connection;
        assert!(connection.visitor().is_ok());
        let home = std::env::home_dir().unwrap();
        assert_eq!(connection.profile().unwrap().folder(), home.join(".config/scrutineer/default"));
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_files_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let profile = connection(home.path(), None).profile().unwrap();
        let address = "https://here.example".parse().unwrap();
        profile.keep(&address, session(), Secret::new("t".into())).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(profile.folder()), 0o700);
        assert_eq!(mode(&profile.session_file()), 0o600);
        std::fs::set_permissions(profile.session_file(), PermissionsExt::from_mode(0o644)).unwrap();
        assert!(matches!(profile.session(&address), Err(ProfileError::File(FileError::Open(_)))));
    }

    #[test]
    fn a_damaged_file_is_named() {
        let home = tempfile::tempdir().unwrap();
        let profile = connection(home.path(), None).profile().unwrap();
        let address = "https://here.example".parse().unwrap();
        profile.keep_server(&address).unwrap();
        files::replace(&profile.session_file(), b"{").unwrap();
        let error = profile.session(&address).err().unwrap().to_string();
        assert!(error.contains("session.json is damaged"), "{error}");
    }

    #[test]
    fn names_are_folders_everywhere() {
        for good in ["default", "officer-2", "A_b"] {
            assert!(good.parse::<ProfileName>().is_ok());
        }
        for bad in ["", "..", "a/b", "a b", &"x".repeat(65)] {
            assert!(bad.parse::<ProfileName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_folder_follows_the_environment() {
        let mut here = connection(Path::new("/home/ana"), None);
        assert_eq!(here.profile().unwrap().folder(), Path::new("/home/ana/default"));
        here.home = None;
        here.xdg_config_home = Some("/config".into());
        assert_eq!(here.profile().unwrap().folder(), Path::new("/config/scrutineer/default"));
        here.xdg_config_home = Some("relative".into());
        assert!(!here.profile().unwrap().folder().starts_with("relative"));
    }
}
