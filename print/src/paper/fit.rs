//! Texts at fixed places on a sheet: set smaller where they are long, cut where that does not help, never spilled.

use crate::layout::{Bar, Grey, Item};
use crate::typeface::{Fonts, Line, Style, Unit};

/// What stands for what was cut off.
const ELLIPSIS: char = '\u{2026}';

/// What is put on a sheet, and whether all of it could be said.
pub(super) struct Sheet<'f> {
    fonts: &'f Fonts,
    pub(super) items: Vec<Item>,
    /// Something of [`Self::shrunk`] had to be cut.
    pub(super) cut: bool,
    /// Something of [`Self::shrunk`] has characters that the fonts lack.
    pub(super) unshown: bool,
}

impl<'f> Sheet<'f> {
    pub(super) fn new(fonts: &'f Fonts) -> Self {
        Self { fonts, items: Vec::new(), cut: false, unshown: false }
    }

    /// A rectangle.
    pub(super) fn bar(&mut self, x: Unit, y: Unit, width: Unit, height: Unit, grey: Grey) {
        self.items.push(Item::Bar { bar: Bar { x, y, width, height }, grey });
    }

    /// A frame of thin lines.
    pub(super) fn frame(&mut self, x: Unit, y: Unit, width: Unit, height: Unit) {
        let thin = 60;
        for (x, y, width, height) in [
            (x, y, width, thin),
            (x, y + height - thin, width, thin),
            (x, y, thin, height),
            (x + width - thin, y, thin, height),
        ] {
            self.bar(x, y, width, height, 0);
        }
    }

    /// A line of text, cut where it is too long.
    pub(super) fn one(&mut self, style: Style, text: &str, at: (Unit, Unit), width: Unit, grey: Grey) {
        let line = clipped(self.fonts, style, text, width).0;
        self.put(line, at, grey);
    }

    /// A member's name or a line of an address: smaller letters first, and it is kept in mind if that is not enough.
    pub(super) fn shrunk(&mut self, style: Style, text: &str, at: (Unit, Unit), width: Unit, grey: Grey) {
        let mut style = style;
        let smallest = style.size * 7 / 10;
        while style.size > smallest && clipped(self.fonts, style, text, width).1 {
            style.size -= 50;
        }
        let (line, cut) = clipped(self.fonts, style, text, width);
        self.cut |= cut;
        self.unshown |= text.chars().any(|c| {
            !matches!(c, '\t' | '\u{200c}' | '\u{200d}')
                && self.fonts.shown(style.font, c.encode_utf8(&mut [0; 4])).chars().ne([c])
        });
        self.put(line, at, grey);
    }

    /// A paragraph of at most so many lines from this height down; returns where it ends.
    pub(super) fn paragraph(
        &mut self,
        style: Style,
        text: &str,
        (x, top): (Unit, Unit),
        (width, most): (Unit, usize),
        grey: Grey,
    ) -> Unit {
        let mut y = top;
        for line in paragraph(self.fonts, style, text, width, most) {
            self.put(line, (x, y + style.ascent()), grey);
            y += style.line_height();
        }
        y
    }

    fn put(&mut self, line: Line, (x, y): (Unit, Unit), grey: Grey) {
        self.items.push(Item::Text { x, y, line, grey });
    }
}

/// A text of at most so many lines, the last of them cut where there would be more.
fn paragraph(fonts: &Fonts, style: Style, text: &str, width: Unit, most: usize) -> Vec<Line> {
    let mut lines = fonts.lines(style, text, width);
    if lines.len() > most {
        let rest: Vec<String> = lines.drain(most.saturating_sub(1)..).map(|line| line.text).collect();
        lines.push(clipped(fonts, style, &rest.join(" "), width).0);
    }
    lines
}

/// A text on one line, and whether it had to be cut.
fn clipped(fonts: &Fonts, style: Style, text: &str, width: Unit) -> (Line, bool) {
    let shown = fonts.shown(style.font, &text.replace(['\n', '\u{2028}'], " "));
    let line = fonts.line(style, &shown);
    if line.width <= width {
        return (line, false);
    }
    // What fits by a first estimate, then letter by letter.
    let mut kept: Vec<char> = shown.chars().collect();
    let estimate = i64::try_from(kept.len()).unwrap_or(i64::MAX).saturating_mul(width) / line.width.max(1);
    kept.truncate(usize::try_from(estimate).unwrap_or(0).saturating_add(8));
    loop {
        kept.pop();
        let text: String = kept.iter().collect::<String>().trim_end().chars().chain([ELLIPSIS]).collect();
        let line = fonts.line(style, &text);
        if line.width <= width || kept.is_empty() {
            return (line, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeface::Font;

    const STYLE: Style = Style { font: Font::Regular, size: 1_000 };

    #[test]
    fn what_fits_stays_and_what_does_not_ends_in_an_ellipsis_within_its_room() {
        let fonts = Fonts::read().unwrap();
        assert!(!clipped(&fonts, STYLE, "Ann Lee", 10_000).1);
        for width in [300, 1_000, 5_000, 9_999] {
            let (line, cut) = clipped(&fonts, STYLE, &"Wilhelmina ".repeat(30), width);
            assert!(cut && line.width <= width.max(1_100) && line.text.ends_with(ELLIPSIS), "{width}");
        }
    }

    #[test]
    fn names_are_set_smaller_before_they_are_cut() {
        let fonts = Fonts::read().unwrap();
        let size = |text: &str| {
            let mut sheet = Sheet::new(&fonts);
            sheet.shrunk(STYLE, text, (0, 0), 20_000, 0);
            let [Item::Text { line, .. }] = &sheet.items[..] else { panic!() };
            assert!(line.width <= 20_000);
            (line.style.size, sheet.cut, sheet.unshown)
        };
        assert_eq!(size("Ann Lee"), (1_000, false, false));
        let (smaller, cut, _) = size(&"Wilhelmina ".repeat(4));
        assert!(smaller < 1_000 && smaller > 700 && !cut, "{smaller}");
        assert_eq!(size(&"Wilhelmina ".repeat(20)), (700, true, false));
        assert_eq!(size("李娜"), (1_000, false, true));
    }

    #[test]
    fn a_paragraph_has_no_more_lines_than_its_room() {
        let fonts = Fonts::read().unwrap();
        let long = "nobody will ever ask you for it, ".repeat(20);
        let lines = paragraph(&fonts, STYLE, &long, 10_000, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].text.ends_with(ELLIPSIS) && !lines[1].text.ends_with(ELLIPSIS));
        assert!(lines.iter().all(|line| line.width <= 10_000));
        assert_eq!(paragraph(&fonts, STYLE, "short", 10_000, 3).len(), 1);
    }
}
