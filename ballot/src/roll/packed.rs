//! Members in one text: a roll may have a million, and each column for itself would take several times as much memory as the file.

use std::fmt;

use zeroize::Zeroizing;

use super::{Contact, Fact, Member, RollEntry};

/// Stands between columns. No column has it: it is none of the characters that can be seen.
const BETWEEN: char = '\u{1f}';

/// Members, one after the other. Erased from memory when dropped, for there are facts among it that only members know.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Packed {
    text: Zeroizing<String>,
    /// Where each member ends.
    ends: Vec<u32>,
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packed({} members)", self.len())
    }
}

/// Columns of a member.
const COLUMNS: usize = 14;

impl Packed {
    /// Room for so many members of a file of so many bytes.
    pub(super) fn with_room(bytes: usize, members: usize) -> Self {
        let text = String::with_capacity(bytes.saturating_add(members.saturating_mul(COLUMNS)));
        Self { text: Zeroizing::new(text), ends: Vec::with_capacity(members) }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn push(&mut self, member: &Member) {
        let Contact { email, phone, language, address1, address2, postal_code, city, country } =
            member.contact();
        let columns: [&str; COLUMNS] = [
            member.no().as_str(),
            member.name(),
            member.unit(),
            member.standing(),
            member.classification().unwrap_or_default(),
            email.as_deref().unwrap_or_default(),
            phone.as_deref().unwrap_or_default(),
            language.as_deref().unwrap_or_default(),
            address1.as_deref().unwrap_or_default(),
            address2.as_deref().unwrap_or_default(),
            postal_code.as_deref().unwrap_or_default(),
            city.as_deref().unwrap_or_default(),
            country.as_deref().unwrap_or_default(),
            member.fact().map(Fact::expose).unwrap_or_default(),
        ];
        for (place, column) in columns.into_iter().enumerate() {
            if place > 0 {
                self.text.push(BETWEEN);
            }
            self.text.push_str(column);
        }
        // A roll has at most 64 MiB, in whatever encoding.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    fn text(&self, place: usize) -> Option<&str> {
        let position = |end: u32| usize::try_from(end).unwrap_or(usize::MAX);
        let end = position(*self.ends.get(place)?);
        let start =
            place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().map_or(0, position);
        self.text.get(start..end)
    }

    /// The number of a member; empty if there is none at this place.
    pub(super) fn number(&self, place: usize) -> &str {
        self.text(place).and_then(|text| text.split(BETWEEN).next()).unwrap_or_default()
    }

    /// The e-mail address of a member.
    pub(super) fn email(&self, place: usize) -> Option<&str> {
        self.text(place)?.split(BETWEEN).nth(5).filter(|email| !email.is_empty())
    }

    pub(super) fn get(&self, place: usize) -> Option<Member> {
        let mut columns = self.text(place)?.split(BETWEEN);
        let mut next = || columns.next().unwrap_or_default();
        let entry = RollEntry::of_columns(next(), next(), next(), next(), next());
        let mut optional = || Some(next()).filter(|text| !text.is_empty()).map(str::to_owned);
        let contact = Contact {
            email: optional(),
            phone: optional(),
            language: optional(),
            address1: optional(),
            address2: optional(),
            postal_code: optional(),
            city: optional(),
            country: optional(),
        };
        Some(Member { entry, contact, fact: optional().map(Fact::new) })
    }
}
