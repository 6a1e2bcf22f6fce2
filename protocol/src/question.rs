//! Questions (belenios-v1 section 6). Homomorphic questions are supported; ranking and list questions are
//! recognised and refused by name, and would become further variants of [`Question`].

use crate::ParseError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A question of an election.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Answers that are counted without opening any ballot.
    Homomorphic(Homomorphic),
}

/// A question whose answers are counted in sealed form: each is chosen or not.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Homomorphic {
    /// The answers, in order.
    pub answers: Vec<String>,
    /// Whether a voter may vote blank instead of choosing.
    #[serde(default)]
    pub blank: bool,
    /// The smallest number of answers that may be chosen.
    pub min: u32,
    /// The largest number of answers that may be chosen.
    pub max: u32,
    /// The question's text.
    pub question: String,
    /// Present where the question stands in its wrapped form; we only keep it.
    #[serde(skip)]
    pub extra: Option<Value>,
}

/// Why a question cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// It cannot be read or makes no sense.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// A kind that is not supported yet, by its name.
    #[error("questions of the kind {0:?} are not supported yet")]
    Unsupported(String),
}

/// The most answers that a question may have: far above any ballot paper, far below what would let a
/// record exhaust memory.
const MOST_ANSWERS: usize = 1000;

impl Question {
    /// Reads a question from its JSON object; unknown fields are ignored.
    ///
    /// # Errors
    /// Where it is of another kind, cannot be read, or `min <= max <= number of answers` does not hold.
    pub fn from_json(value: &Value) -> Result<Self, QuestionError> {
        let wrong = |why: String| ParseError::new("question", why);
        let (body, extra) = match value.get("type") {
            None => (value, None),
            Some(Value::String(kind)) if kind == "Homomorphic" => {
                let body = value.get("value").ok_or_else(|| wrong("has a type but no value".to_owned()))?;
                (body, value.get("extra").cloned())
            }
            Some(Value::String(kind)) => return Err(QuestionError::Unsupported(kind.clone())),
            Some(_) => return Err(wrong("the type must be a string".to_owned()).into()),
        };
        // The fields' values in a list would be read as well.
        if !body.is_object() {
            return Err(wrong("must be a JSON object".to_owned()).into());
        }
        let mut question =
            Homomorphic::deserialize(body).map_err(|e| QuestionError::Parse(wrong(e.to_string())))?;
        question.extra = extra;
        Self::checked(question)
    }

    /// A question whose answers are counted in sealed form.
    ///
    /// # Errors
    /// Where `min <= max <= number of answers` does not hold.
    pub fn homomorphic(
        question: String,
        answers: Vec<String>,
        blank: bool,
        min: u32,
        max: u32,
    ) -> Result<Self, QuestionError> {
        Self::checked(Homomorphic { answers, blank, min, max, question, extra: None })
    }

    fn checked(question: Homomorphic) -> Result<Self, QuestionError> {
        let wrong = |why: String| QuestionError::Parse(ParseError::new("question", why));
        let most = u32::try_from(question.answers.len()).unwrap_or(u32::MAX);
        if question.min > question.max || question.max > most {
            return Err(wrong("min <= max <= number of answers must hold".to_owned()));
        }
        if question.answers.is_empty() || question.answers.len() > MOST_ANSWERS {
            return Err(wrong(format!("must have 1 to {MOST_ANSWERS} answers")));
        }
        Ok(Self::Homomorphic(question))
    }

    /// The question's text.
    pub fn text(&self) -> &str {
        match self {
            Self::Homomorphic(question) => &question.question,
        }
    }

    /// The answers, in order.
    pub fn answers(&self) -> &[String] {
        match self {
            Self::Homomorphic(question) => &question.answers,
        }
    }

    /// The fewest and the most answers that may be chosen.
    pub fn choices(&self) -> (u32, u32) {
        match self {
            Self::Homomorphic(question) => (question.min, question.max),
        }
    }

    /// Whether a blank vote is an answer of its own.
    pub fn allows_blank(&self) -> bool {
        match self {
            Self::Homomorphic(question) => question.blank,
        }
    }

    /// How many numbers a ballot seals for this question: one an answer, and one for blank where allowed.
    pub fn ciphertexts(&self) -> usize {
        match self {
            Self::Homomorphic(question) => question.answers.len() + usize::from(question.blank),
        }
    }
}

#[derive(Serialize)]
struct HomomorphicWire<'a> {
    answers: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    blank: Option<bool>,
    min: u32,
    max: u32,
    question: &'a str,
}

#[derive(Serialize)]
struct Wrapped<'a> {
    r#type: &'static str,
    value: HomomorphicWire<'a>,
    extra: &'a Value,
}

impl Serialize for Question {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self::Homomorphic(question) = self;
        let value = HomomorphicWire {
            answers: &question.answers,
            blank: question.blank.then_some(true),
            min: question.min,
            max: question.max,
            question: &question.question,
        };
        match &question.extra {
            None => value.serialize(serializer),
            Some(extra) => Wrapped { r#type: "Homomorphic", value, extra }.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_question_stands_by_itself_or_wrapped() {
        let bare = json!({"answers": ["Yes", "No"], "min": 0, "max": 0, "question": "?"});
        let question = Question::from_json(&bare).unwrap();
        assert_eq!(serde_json::to_value(&question).unwrap(), bare);
        let wrapped = json!({"type": "Homomorphic", "value": bare, "extra": {"x": [1, null]}});
        let question = Question::from_json(&wrapped).unwrap();
        assert_eq!(serde_json::to_value(&question).unwrap(), wrapped);
    }

    #[test]
    fn what_is_no_question_is_refused() {
        let list = json!([["Yes", "No"], false, 1, 1, "?"]);
        for bad in [
            list.clone(),
            json!({"type": "Homomorphic", "value": list}),
            json!({"type": "Homomorphic"}),
            json!({"type": 1, "value": {}}),
            json!("?"),
            json!(null),
            json!({"answers": ["Yes"], "min": 0, "max": 4_294_967_296_u64, "question": "?"}),
            json!({"answers": ["Yes"], "min": -1, "max": 1, "question": "?"}),
            json!({"answers": ["Yes"], "min": 0.0, "max": 1, "question": "?"}),
            json!({"answers": ["Yes"], "min": 0, "max": 1, "question": 1}),
            json!({"answers": "Yes", "min": 0, "max": 1, "question": "?"}),
            json!({"answers": [], "min": 0, "max": 0, "question": "?"}),
            json!({"answers": vec!["Yes"; 1001], "min": 0, "max": 1, "question": "?"}),
        ] {
            assert!(matches!(Question::from_json(&bad), Err(QuestionError::Parse(_))), "{bad}");
        }
        for kind in ["NonHomomorphic", "Lists", "homomorphic"] {
            let other = json!({"type": kind, "value": {"answers": [], "question": "?"}});
            assert_eq!(Question::from_json(&other), Err(QuestionError::Unsupported(kind.to_owned())));
        }
    }
}
