//! From paragraphs and tables to pages: what comes next stands below what was there, and goes on overleaf where the page is
//! full. Nothing is ever cut off.

use crate::typeface::{Fonts, Line, Style, Unit};

/// A4.
pub(crate) const WIDTH: Unit = 59_528;
/// A4.
pub(crate) const HEIGHT: Unit = 84_189;
/// Left, right and top.
pub(crate) const MARGIN: Unit = 5_400;
/// Below it stands the foot.
const BOTTOM: Unit = HEIGHT - 6_600;
/// Between the margins.
pub(crate) const MEASURE: Unit = WIDTH - 2 * MARGIN;
/// Between the columns of a table.
const GUTTER: Unit = 900;

/// How dark something is, of 255; 0 is black.
pub(crate) type Grey = u8;

/// Something at a place on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A line of text: left end and what its letters stand on.
    Text { x: Unit, y: Unit, line: Line, grey: Grey },
    /// A filled rectangle.
    Bar { bar: Bar, grey: Grey },
    /// Filled rectangles that are one picture.
    Bars { bars: Vec<Bar>, grey: Grey },
}

/// A rectangle: its upper left corner, width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) x: Unit,
    pub(crate) y: Unit,
    pub(crate) width: Unit,
    pub(crate) height: Unit,
}

/// A page from its top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page(pub(crate) Vec<Item>);

/// All pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pages(pub(crate) Vec<Page>);

impl Pages {
    /// The lines of each page: what stands at one height is one line.
    pub(crate) fn text(&self) -> Vec<String> {
        self.0.iter().map(Page::text).collect()
    }
}

impl Page {
    pub(crate) fn text(&self) -> String {
        let mut parts: Vec<(Unit, Unit, &str)> = self
            .0
            .iter()
            .filter_map(|item| match item {
                Item::Text { x, y, line, .. } => Some((*y, *x, line.text.as_str())),
                Item::Bar { .. } | Item::Bars { .. } => None,
            })
            .collect();
        parts.sort_by_key(|(y, x, _)| (*y, *x));
        let mut text = String::new();
        let mut last = None;
        for (y, _, part) in parts {
            text.push_str(match last {
                None => "",
                Some(other) if other == y => "  ",
                Some(_) => "\n",
            });
            text.push_str(part);
            last = Some(y);
        }
        text
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) width: Unit,
    pub(crate) style: Style,
    /// Numbers stand at the right.
    pub(crate) right: bool,
}

/// Takes paragraphs and tables and makes pages of them.
pub(crate) struct Flow<'f> {
    pub(crate) fonts: &'f Fonts,
    pages: Vec<Page>,
    page: Page,
    y: Unit,
    /// A heading that comes with whatever follows it, on the same page.
    heading: Option<Heading>,
}

/// Lines with room above and below.
struct Heading {
    above: Unit,
    lines: Vec<Line>,
    below: Unit,
}

impl Heading {
    fn height(&self) -> Unit {
        self.above + self.lines.iter().map(|line| line.style.line_height()).sum::<Unit>() + self.below
    }
}

impl<'f> Flow<'f> {
    pub(crate) fn new(fonts: &'f Fonts) -> Self {
        Self { fonts, pages: Vec::new(), page: Page::default(), y: MARGIN, heading: None }
    }

    /// The pages so far and the one that was begun.
    pub(crate) fn finish(mut self) -> Pages {
        self.keep(0);
        self.pages.push(self.page);
        Pages(self.pages)
    }

    /// Puts something on this page, wherever it says.
    pub(crate) fn put(&mut self, item: Item) {
        self.page.0.push(item);
    }

    /// Leaves room, but not at the top of a page.
    pub(crate) fn gap(&mut self, height: Unit) {
        if self.y > MARGIN && self.heading.is_none() {
            self.y += height;
        }
    }

    /// Goes down to at least this place on the page.
    pub(crate) fn down_to(&mut self, y: Unit) {
        self.y = self.y.max(y);
    }

    /// A heading, which stays with the beginning of what comes next.
    pub(crate) fn heading(&mut self, style: Style, text: &str, above: Unit, below: Unit) {
        self.keep(0);
        self.heading = Some(Heading { above, lines: self.fonts.lines(style, text, MEASURE), below });
    }

    /// Turns the page unless so much room is left on it, and sets the heading that waits for this.
    pub(crate) fn keep(&mut self, height: Unit) {
        let heading = self.heading.take();
        let with = height + heading.as_ref().map_or(0, Heading::height);
        if self.y > MARGIN && self.y + with > BOTTOM {
            self.turn();
        }
        let Some(heading) = heading else { return };
        self.gap(heading.above);
        for line in heading.lines {
            let height = line.style.line_height();
            if self.y > MARGIN && self.y + height > BOTTOM {
                self.turn();
            }
            self.set(MARGIN, self.y, line, 0);
            self.y += height;
        }
        self.y += heading.below;
    }

    fn turn(&mut self) {
        self.pages.push(std::mem::take(&mut self.page));
        self.y = MARGIN;
    }

    /// A paragraph over the whole width.
    pub(crate) fn paragraph(&mut self, style: Style, text: &str) {
        self.shaded(style, text, 0);
    }

    /// The same in grey.
    pub(crate) fn shaded(&mut self, style: Style, text: &str, grey: Grey) {
        self.narrow(style, text, grey, 0, MEASURE);
    }

    /// A paragraph that stands in from the left and has a width of its own.
    pub(crate) fn narrow(&mut self, style: Style, text: &str, grey: Grey, indent: Unit, width: Unit) {
        for line in self.fonts.lines(style, text, width) {
            self.keep(style.line_height());
            self.set(MARGIN + indent, self.y, line, grey);
            self.y += style.line_height();
        }
    }

    /// A line across the page.
    pub(crate) fn rule(&mut self, grey: Grey) {
        let item = Item::Bar { bar: Bar { x: MARGIN, y: self.y, width: MEASURE, height: 60 }, grey };
        self.put(item);
        self.y += 60;
    }

    fn set(&mut self, x: Unit, top: Unit, line: Line, grey: Grey) {
        let y = top + line.style.ascent();
        self.put(Item::Text { x, y, line, grey });
    }

    /// A table. A row that fits on a page stays together; the head stands on every page again.
    pub(crate) fn table(&mut self, columns: &[Column], head: Option<&[&str]>, rows: &[Vec<String>]) {
        let head = head.map(|names| {
            let bold = columns.iter().map(|column| Column {
                style: Style { font: crate::typeface::Font::Bold, ..column.style },
                ..*column
            });
            let bold: Vec<Column> = bold.collect();
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            self.cells(&bold, &names)
        });
        let head_height = head.as_ref().map_or(0, Cells::height);
        let room = BOTTOM - MARGIN - head_height;
        let rows: Vec<Cells> = rows.iter().map(|row| self.cells(columns, row)).collect();
        let all: Unit = rows.iter().map(Cells::height).sum();
        let first = rows.first().map_or(0, Cells::height);
        // A small table stays together; of a large one the head and the first row do.
        let together = if all <= room / 3 { all } else { first.min(room / 2) };
        self.keep(head_height + together);
        self.head(columns, head.as_ref());
        for cells in &rows {
            if self.y + cells.height() > BOTTOM && cells.height() <= room {
                self.turn();
                self.head(columns, head.as_ref());
            }
            self.row(columns, cells, head.as_ref());
        }
    }

    fn head(&mut self, columns: &[Column], head: Option<&Cells>) {
        let Some(head) = head else { return };
        self.row(columns, head, None);
        self.rule(0);
        self.y -= 60;
        self.y += 160;
    }

    fn cells(&self, columns: &[Column], row: &[String]) -> Cells {
        let cells = columns.iter().zip(row);
        Cells(cells.map(|(column, text)| self.fonts.lines(column.style, text, column.width)).collect())
    }

    /// A row, line by line; the rest goes on overleaf below the head.
    fn row(&mut self, columns: &[Column], cells: &Cells, head: Option<&Cells>) {
        for i in 0..cells.lines() {
            let height = cells.line_height(i);
            if self.y + height > BOTTOM && self.y > MARGIN {
                self.turn();
                self.head(columns, head);
            }
            let mut x = MARGIN;
            for (column, lines) in columns.iter().zip(&cells.0) {
                if let Some(line) = lines.get(i) {
                    let at = if column.right { x + column.width - line.width } else { x };
                    self.set(at, self.y, line.clone(), 0);
                }
                x += column.width + GUTTER;
            }
            self.y += height;
        }
        self.y += PADDING;
    }
}

/// Below every row.
const PADDING: Unit = 260;

/// The cells of a row, each of some lines.
struct Cells(Vec<Vec<Line>>);

impl Cells {
    fn lines(&self) -> usize {
        self.0.iter().map(Vec::len).max().unwrap_or(0)
    }

    fn line_height(&self, i: usize) -> Unit {
        let heights = self.0.iter().filter_map(|lines| lines.get(i)).map(|line| line.style.line_height());
        heights.max().unwrap_or(0)
    }

    fn height(&self) -> Unit {
        (0..self.lines()).map(|i| self.line_height(i)).sum::<Unit>() + PADDING
    }
}

/// Columns that fill the page: their parts of it, whether they stand at the right.
pub(crate) fn columns<const N: usize>(style: Style, parts: [(Unit, bool); N]) -> [Column; N] {
    let all: Unit = parts.iter().map(|(part, _)| part).sum();
    let gutters = GUTTER * Unit::try_from(N.saturating_sub(1)).unwrap_or(0);
    parts.map(|(part, right)| Column { width: (MEASURE - gutters) * part / all.max(1), style, right })
}
