//! What is wrong with a form that was sent: shown above it as a list of links, and again beside each field.

use crate::i18n::Texts;

/// One thing that is wrong.
pub(super) struct Fault {
    /// The field's name, which is its `id` on the page.
    pub(super) field: &'static str,
    /// What is wrong, and what to do.
    pub(super) text: String,
}

/// All that is wrong.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    /// Nothing yet.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// One thing.
    pub(super) fn one(field: &'static str, text: String) -> Self {
        Self(vec![Fault { field, text }])
    }

    /// One thing more.
    pub(super) fn add(&mut self, field: &'static str, text: String) {
        self.0.push(Fault { field, text });
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, in the order of the fields.
    pub(super) fn list(&self) -> &[Fault] {
        &self.0
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|fault| fault.field == field).map(|fault| &*fault.text)
    }
}

/// How long somebody is asked to wait.
pub(super) fn wait(t: &Texts, seconds: u64) -> String {
    if seconds <= 90 {
        t.with("wait-seconds", &[("seconds", seconds.into())])
    } else {
        t.with("wait-minutes", &[("minutes", seconds.div_ceil(60).into())])
    }
}
