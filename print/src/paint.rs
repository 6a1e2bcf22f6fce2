//! Pages as a PDF.
#![expect(
    clippy::float_arithmetic,
    reason = "places in a PDF are decimal fractions; whole numbers decided where they are"
)]

use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::text::{Font as Embedded, GlyphId, KrillaGlyph};

use crate::PrintError;
use crate::layout::{Bar, Grey, HEIGHT, Item, Pages, WIDTH};
use crate::typeface::{Font, Line, Unit};

/// Writes pages of A4.
pub(crate) fn pdf(title: &str, pages: &Pages) -> Result<Vec<u8>, PrintError> {
    let mut writer = Writer::begin(title, "en")?;
    for page in &pages.0 {
        writer.page((WIDTH, HEIGHT), &page.0)?;
    }
    writer.finish()
}

/// A PDF that is written page by page.
pub(crate) struct Writer {
    document: Document,
    fonts: [Embedded; 3],
}

impl Writer {
    /// Begins it; `language` is the tag of its language.
    pub(crate) fn begin(title: &str, language: &str) -> Result<Self, PrintError> {
        let embedded =
            |font: Font| Embedded::new(font.bytes().into(), 0).ok_or(PrintError::Font(font.name()));
        let [regular, bold, mono] = Font::ALL;
        let fonts = [embedded(regular)?, embedded(bold)?, embedded(mono)?];
        let mut document = Document::new_with(SerializeSettings::default());
        document.set_metadata(
            Metadata::new().title(title.to_owned()).language(language.to_owned()).creator(CREATOR.to_owned()),
        );
        Ok(Self { document, fonts })
    }

    /// Adds a page of this width and height.
    pub(crate) fn page<'a>(
        &mut self,
        (width, height): (Unit, Unit),
        items: impl IntoIterator<Item = &'a Item>,
    ) -> Result<(), PrintError> {
        let size = PageSettings::from_wh(points(width), points(height));
        let size = size.ok_or_else(|| PrintError::Pdf("the page has no size".to_owned()))?;
        let mut sheet = self.document.start_page_with(size);
        let mut surface = sheet.surface();
        for item in items {
            draw(&mut surface, &self.fonts, item);
        }
        surface.finish();
        sheet.finish();
        Ok(())
    }

    /// The bytes.
    pub(crate) fn finish(self) -> Result<Vec<u8>, PrintError> {
        self.document.finish().map_err(|error| PrintError::Pdf(format!("{error:?}")))
    }
}

/// What made it; without a version, so that the same certificate gives the same bytes from one release to the next as long as
/// nothing else changes.
const CREATOR: &str = "Scrutineer";

fn draw(surface: &mut Surface<'_>, fonts: &[Embedded; 3], item: &Item) {
    match item {
        Item::Text { x, y, line, grey } => {
            let Some(font) = fonts.get(line.style.font.index()) else { return };
            surface.set_fill(Some(fill(*grey)));
            let start = Point::from_xy(points(*x), points(*y));
            let size = points(line.style.size);
            surface.draw_glyphs(start, &glyphs(font, line), font.clone(), &line.text, size, false);
        }
        Item::Bar { bar, grey } => bars(surface, std::slice::from_ref(bar), *grey),
        Item::Bars { bars: all, grey } => bars(surface, all, *grey),
    }
}

/// Fills rectangles as one shape.
fn bars(surface: &mut Surface<'_>, bars: &[Bar], grey: Grey) {
    let mut path = PathBuilder::new();
    for Bar { x, y, width, height } in bars {
        let rect = Rect::from_xywh(points(*x), points(*y), points(*width), points(*height));
        if let Some(rect) = rect {
            path.push_rect(rect);
        }
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(grey)));
        surface.draw_path(&path);
    }
}

fn glyphs(font: &Embedded, line: &Line) -> Vec<KrillaGlyph> {
    let per_em = font.units_per_em();
    let em = |units: i32| small(i64::from(units)) / per_em;
    let glyphs = line.glyphs.iter().map(|glyph| {
        let (x, y) = glyph.offset;
        KrillaGlyph::new(
            GlyphId::new(glyph.id),
            em(glyph.advance),
            em(x),
            em(y),
            0.0,
            glyph.text.clone(),
            None,
        )
    });
    glyphs.collect()
}

fn fill(grey: Grey) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn points(units: Unit) -> f32 {
    small(units) / 100.0
}

/// Exact: nothing on a page is farther than 2^24 hundredths of a point.
fn small(number: i64) -> f32 {
    let bounded = number.clamp(-(1 << 24), 1 << 24);
    i32::try_from(bounded).map_or(0.0, |number| number as f32)
}
