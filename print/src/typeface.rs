//! The fonts, how wide their letters are, and where a line ends.
//!
//! Widths are whole hundredths of a point, so that every machine ends lines alike.

use rustybuzz::ttf_parser::Face as Table;
use rustybuzz::{Direction, Face, UnicodeBuffer};

use crate::PrintError;

/// Hundredths of a point.
pub(crate) type Unit = i64;

/// A font of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Font {
    /// For text.
    Regular,
    /// For headings and numbers that matter.
    Bold,
    /// For hashes, keys and what is typed.
    Mono,
}

impl Font {
    pub(crate) const ALL: [Self; 3] = [Self::Regular, Self::Bold, Self::Mono];

    /// Its place in [`Self::ALL`].
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Regular => 0,
            Self::Bold => 1,
            Self::Mono => 2,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Regular => "Noto Sans",
            Self::Bold => "Noto Sans Bold",
            Self::Mono => "Noto Sans Mono",
        }
    }

    /// The font file.
    pub(crate) const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../fonts/NotoSans-Regular.ttf"),
            Self::Bold => include_bytes!("../fonts/NotoSans-Bold.ttf"),
            Self::Mono => include_bytes!("../fonts/NotoSansMono-Regular.ttf"),
        }
    }
}

/// A font at a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) font: Font,
    /// Height of the letters' body.
    pub(crate) size: Unit,
}

impl Style {
    /// From one line to the next.
    pub(crate) const fn line_height(self) -> Unit {
        self.size * 136 / 100
    }

    /// From the top of a line to what its letters stand on.
    pub(crate) const fn ascent(self) -> Unit {
        self.size * 104 / 100
    }
}

/// One letter of a line, in the font's own units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glyph {
    pub(crate) id: u32,
    /// The bytes of the line's text that it stands for.
    pub(crate) text: std::ops::Range<usize>,
    pub(crate) advance: i32,
    pub(crate) offset: (i32, i32),
}

/// A text on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) style: Style,
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) width: Unit,
}

/// The fonts, read.
pub(crate) struct Fonts([Face<'static>; 3]);

impl Fonts {
    pub(crate) fn read() -> Result<Self, PrintError> {
        let read = |font: Font| Face::from_slice(font.bytes(), 0).ok_or(PrintError::Font(font.name()));
        let [regular, bold, mono] = Font::ALL;
        Ok(Self([read(regular)?, read(bold)?, read(mono)?]))
    }

    fn face(&self, font: Font) -> &Face<'static> {
        let [regular, bold, mono] = &self.0;
        match font {
            Font::Regular => regular,
            Font::Bold => bold,
            Font::Mono => mono,
        }
    }

    /// A text that the font can show: a character that it lacks is written as its number, so that nothing is lost.
    pub(crate) fn shown(&self, font: Font, text: &str) -> String {
        let table: &Table<'_> = self.face(font);
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\t' => shown.push_str("    "),
                // They only join letters of scripts that are shown by numbers anyway.
                '\u{200c}' | '\u{200d}' => {}
                c if table.glyph_index(c).is_some() => shown.push(c),
                c => shown.push_str(&format!("[U+{:04X}]", u32::from(c))),
            }
        }
        shown
    }

    /// Sets a text that [`Self::shown`] gave on one line, however long.
    pub(crate) fn line(&self, style: Style, text: &str) -> Line {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let set = rustybuzz::shape(self.face(style.font), &[], buffer);
        let starts: Vec<usize> = set
            .glyph_infos()
            .iter()
            .map(|info| usize::try_from(info.cluster).unwrap_or(text.len()))
            .collect();
        let mut glyphs = Vec::with_capacity(starts.len());
        for (i, (info, place)) in set.glyph_infos().iter().zip(set.glyph_positions()).enumerate() {
            let start = starts.get(i).copied().unwrap_or(text.len());
            let end = starts.iter().skip(i).copied().find(|other| *other > start).unwrap_or(text.len());
            glyphs.push(Glyph {
                id: info.glyph_id,
                text: start..end,
                advance: place.x_advance,
                offset: (place.x_offset, place.y_offset),
            });
        }
        let advance: i64 = glyphs.iter().map(|glyph| i64::from(glyph.advance)).sum();
        let per_em = i64::from(self.face(style.font).units_per_em()).max(1);
        Line { text: text.to_owned(), style, glyphs, width: advance * style.size / per_em }
    }

    /// Sets a text on lines of at most this width: broken at line ends and blanks, and inside of words that are longer
    /// than a line.
    pub(crate) fn lines(&self, style: Style, text: &str, width: Unit) -> Vec<Line> {
        let shown = self.shown(style.font, &text.replace('\n', "\u{2028}"));
        let mut lines = Vec::new();
        for paragraph in shown.split(['\u{2028}', '\n']) {
            self.paragraph(style, paragraph, width, &mut lines);
        }
        lines
    }

    fn paragraph(&self, style: Style, text: &str, width: Unit, lines: &mut Vec<Line>) {
        let blank = self.measure(style, " ");
        let mut begun = String::new();
        let mut filled = 0;
        for word in text.split(' ') {
            let long = self.measure(style, word);
            if !begun.is_empty() && filled + blank + long <= width {
                begun.push(' ');
                begun.push_str(word);
                filled += blank + long;
                continue;
            }
            if !begun.is_empty() {
                lines.push(self.line(style, &begun));
            }
            let mut rest = word;
            while self.measure(style, rest) > width {
                let (head, tail) = rest.split_at(self.fits(style, rest, width));
                lines.push(self.line(style, head));
                rest = tail;
            }
            rest.clone_into(&mut begun);
            filled = self.measure(style, rest);
        }
        lines.push(self.line(style, &begun));
    }

    /// How wide a text is at most: letters side by side.
    fn measure(&self, style: Style, text: &str) -> Unit {
        text.chars().map(|c| self.advance(style, c)).sum()
    }

    fn advance(&self, style: Style, c: char) -> Unit {
        let face: &Table<'_> = self.face(style.font);
        let units = face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph)).unwrap_or(0);
        // Rounded up, so that a line never has less room than its letters need.
        (i64::from(units) * style.size) / i64::from(face.units_per_em()).max(1) + 1
    }

    /// How many bytes of a word fit on a line; at least those of one character.
    fn fits(&self, style: Style, word: &str, width: Unit) -> usize {
        let mut so_far = 0;
        for (at, c) in word.char_indices() {
            so_far += self.advance(style, c);
            if so_far > width && at > 0 {
                return at;
            }
        }
        word.len()
    }
}
