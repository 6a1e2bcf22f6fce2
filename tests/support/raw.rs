//! Plain HTTP, for what no command line of ours would send.

use anyhow::{Context, Result};
use scrutineer_ballot::code::VotingCode;
use scrutineer_cli::entropy;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::election::Election;
use serde_json::Value;

/// Sends requests as they are.
#[derive(Clone, Debug)]
pub struct Raw {
    url: String,
    headers: Vec<(String, String)>,
}

/// A reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// The body, read; `Null` if it is no JSON.
    pub json: Value,
}

impl Raw {
    /// Nobody in particular.
    #[must_use]
    pub fn anyone(url: &str) -> Self {
        Self { url: url.to_owned(), headers: Vec::new() }
    }

    /// Signs a member in.
    ///
    /// # Errors
    /// The server refuses.
    pub fn sign_in(url: &str, member_no: &str, password: &str) -> Result<Self> {
        let body = serde_json::json!({ "member_no": member_no, "password": password, "kind": "bearer" });
        let reply = Self::anyone(url).post("/api/v1/sessions", body.to_string().as_bytes())?;
        let token =
            reply.json["token"].as_str().ok_or_else(|| anyhow::anyhow!("no session: {}", reply.body))?;
        Ok(Self { url: url.to_owned(), headers: vec![("authorization".into(), format!("Bearer {token}"))] })
    }

    /// Asks for something.
    ///
    /// # Errors
    /// No reply came.
    pub fn get(&self, path: &str) -> Result<Reply> {
        self.send("GET", path, None, &[])
    }

    /// Sends JSON, or what pretends to be.
    ///
    /// # Errors
    /// No reply came.
    pub fn post(&self, path: &str, body: &[u8]) -> Result<Reply> {
        self.send("POST", path, Some("application/json"), body)
    }

    /// The election in which whoever is signed in votes; of a ballot with one box, that one.
    ///
    /// # Errors
    /// It is not given out.
    pub fn election(&self, ballot: &str) -> Result<Election> {
        let shown = self.get(&format!("/api/v1/ballots/{ballot}"))?.json;
        let boxes = shown["boxes"].as_array().cloned().unwrap_or_default();
        let own = boxes.iter().find(|one| one["name"] == shown["me"]["box"]).or(boxes.first());
        self.election_of(own.and_then(|own| own["election"].as_str()).unwrap_or(ballot))
    }

    /// The elections of all boxes of a ballot.
    ///
    /// # Errors
    /// They are not given out.
    pub fn elections(&self, ballot: &str) -> Result<Vec<Election>> {
        let shown = self.get(&format!("/api/v1/ballots/{ballot}"))?.json;
        let boxes = shown["boxes"].as_array().cloned().unwrap_or_default();
        let uuids = boxes.iter().filter_map(|one| one["election"].as_str());
        // An election's identifier names its box.
        uuids.map(|uuid| self.election_of(uuid)).collect()
    }

    fn election_of(&self, named: &str) -> Result<Election> {
        let reply = self.get(&format!("/api/v1/ballots/{named}/election"))?;
        Election::parse(reply.body.as_bytes()).with_context(|| reply.body.clone())
    }

    /// Casts a vote, byte for byte.
    ///
    /// # Errors
    /// No reply came.
    pub fn cast(&self, ballot: &str, vote: &str) -> Result<Reply> {
        self.post(&format!("/api/v1/ballots/{ballot}/votes"), vote.as_bytes())
    }

    /// Any request; without a content type it has no body.
    ///
    /// # Errors
    /// No reply came.
    pub fn send(&self, method: &str, path: &str, content_type: Option<&str>, body: &[u8]) -> Result<Reply> {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        let agent = ureq::Agent::new_with_config(config);
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut reply = match content_type {
            Some(content_type) => agent.run(request.header("content-type", content_type).body(body)?)?,
            None => agent.run(request.body(())?)?,
        };
        let body = reply.body_mut().with_config().limit(64 << 20).read_to_string()?;
        Ok(Reply {
            status: reply.status().as_u16(),
            json: serde_json::from_str(&body).unwrap_or_default(),
            body,
        })
    }
}

impl Reply {
    /// The stable word of a refusal; empty if it is none.
    #[must_use]
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

/// Seals a vote for the first question of an election, choosing the answer at this place.
///
/// # Errors
/// The code is none, or there is no such answer.
pub fn seal(election: &Election, code: &str, answer: usize) -> Result<String> {
    let code = VotingCode::parse(code)?;
    let key = Credential::from_text(&code.credential())?.derive(election.uuid());
    let chosen = [Selection::Answers(vec![answer])];
    Ok(Ballot::seal(election, &key, &chosen, &mut entropy::system())?.to_text())
}
