//! Asks for what must not stand in flags: on a terminal without showing it, else one line of stdin for each question, in
//! the order in which they are asked.

use std::io::{self, BufRead, Read};

use thiserror::Error;
use zeroize::Zeroizing;

use crate::Session;

/// Most bytes of an answer.
const MAX_ANSWER: u64 = 4096;

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum PromptError {
    /// stdin ended before.
    #[error("stdin ended before the answer to `{0}`: give one line for each question, in their order")]
    Ended(String),
    /// Too long to be one.
    #[error("the answer to `{0}` is longer than {MAX_ANSWER} bytes")]
    TooLong(String),
    /// Nothing was typed.
    #[error("the answer to `{0}` is empty")]
    Empty(String),
    /// Typed twice, and not the same.
    #[error("the two answers to `{0}` differ: nothing was changed, try again")]
    Differ(String),
    /// It cannot be read.
    #[error("the answer to `{question}` cannot be read: {source}")]
    Read {
        /// What was asked.
        question: String,
        /// What the system says.
        source: io::Error,
    },
}

/// Asks for a secret.
///
/// # Errors
/// There is no answer.
pub fn secret(session: &mut Session<'_>, question: &str) -> Result<Zeroizing<String>, PromptError> {
    let answer = if session.attended { hidden(question)? } else { line(session.stdin, question)? };
    if answer.is_empty() {
        return Err(PromptError::Empty(question.to_owned()));
    }
    Ok(answer)
}

/// Asks for a secret that is new: on a terminal twice, since nobody sees a slip.
///
/// # Errors
/// There is no answer, or two that differ.
pub fn new_secret(session: &mut Session<'_>, question: &str) -> Result<Zeroizing<String>, PromptError> {
    let answer = secret(session, question)?;
    if session.attended && *secret(session, &format!("{question}, again"))? != *answer {
        return Err(PromptError::Differ(question.to_owned()));
    }
    Ok(answer)
}

/// Asks for something that may be seen.
///
/// # Errors
/// There is no answer.
pub fn open(session: &mut Session<'_>, question: &str) -> Result<String, PromptError> {
    if session.attended {
        session.printer.ask(question);
    }
    let answer = line(session.stdin, question)?;
    if answer.trim().is_empty() {
        return Err(PromptError::Empty(question.to_owned()));
    }
    Ok(answer.trim().to_owned())
}

fn hidden(question: &str) -> Result<Zeroizing<String>, PromptError> {
    let answer = rpassword::prompt_password(format!("{question}: "));
    let failed = |source| PromptError::Read { question: question.to_owned(), source };
    answer.map(Zeroizing::new).map_err(failed)
}

/// One line of stdin, without its end.
fn line(stdin: &mut dyn BufRead, question: &str) -> Result<Zeroizing<String>, PromptError> {
    let failed = |source| PromptError::Read { question: question.to_owned(), source };
    let mut bytes = Zeroizing::new(Vec::with_capacity(4100));
    stdin.take(MAX_ANSWER + 2).read_until(b'\n', &mut bytes).map_err(failed)?;
    if bytes.is_empty() {
        return Err(PromptError::Ended(question.to_owned()));
    }
    let answer = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let answer = answer.strip_suffix(b"\r").unwrap_or(answer);
    if u64::try_from(answer.len()).unwrap_or(u64::MAX) > MAX_ANSWER {
        return Err(PromptError::TooLong(question.to_owned()));
    }
    let text = std::str::from_utf8(answer).map_err(|error| failed(io::Error::other(error)))?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::Printer;

    fn asked<T>(typed: &[u8], ask: impl FnOnce(&mut Session<'_>) -> T) -> T {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut stdin = typed;
        let printer = Printer::new(false, &mut out, &mut err, false);
        ask(&mut Session { printer, stdin: &mut stdin, attended: false })
    }

    #[test]
    fn answers_come_one_line_each_in_their_order() {
        asked(b"code one\r\n pass word \nwords\n", |session| {
            assert_eq!(secret(session, "code").unwrap().as_str(), "code one");
            assert_eq!(new_secret(session, "password").unwrap().as_str(), " pass word ");
            assert_eq!(open(session, "words").unwrap(), "words");
            let ended = secret(session, "more").unwrap_err().to_string();
            assert!(ended.contains("`more`"), "{ended}");
        });
    }

    #[test]
    fn the_last_line_needs_no_end() {
        assert_eq!(asked(b"word", |session| secret(session, "p")).unwrap().as_str(), "word");
    }

    #[test]
    fn empty_and_endless_answers_are_refused() {
        assert!(matches!(asked(b"\n", |session| secret(session, "p")), Err(PromptError::Empty(_))));
        assert!(matches!(asked(b" \n", |session| open(session, "p")), Err(PromptError::Empty(_))));
        let long = vec![b'a'; 5000];
        assert!(matches!(asked(&long, |session| secret(session, "p")), Err(PromptError::TooLong(_))));
        let most = vec![b'a'; 4096];
        assert_eq!(asked(&most, |session| secret(session, "p")).unwrap().len(), 4096);
        assert!(matches!(asked(b"\xff\n", |session| secret(session, "p")), Err(PromptError::Read { .. })));
    }
}
