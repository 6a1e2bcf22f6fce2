//! Pictures of numbers: bars side by side on one track, or one below the other, as an SVG that the page draws as it is.
//!
//! Lengths across are percentages of the picture's width, so that a bar is as true at 320 px as on paper; heights and texts
//! are in `em`, so that letters keep their size whatever the width. Everything is whole numbers until it is written.

/// The most letters of a line of text: what fits beside each other on a screen of 320 px.
const LINE: usize = 34;
/// Hundredths of an `em` from one line of text to the next.
const LINE_HEIGHT: u32 = 135;
/// Height of a bar in hundredths of an `em`.
const BAR: u32 = 140;
/// Room below a bar.
const GAP: u32 = 90;
/// How far a line that had to be reached stands out above and below the bar.
const OUT: u32 = 25;
/// Parts of the width that lengths are counted in: hundredths of a percent.
const WHOLE: u128 = 10_000;

/// What a part of a bar stands for: the name of its class in the stylesheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// What the picture is about.
    Yes,
    /// What stands against it.
    No,
    /// What stands for neither.
    Other,
    /// Whoever is not in it.
    Rest,
}

impl Fill {
    /// The class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Yes => "bar-yes",
            Self::No => "bar-no",
            Self::Other => "bar-other",
            Self::Rest => "bar-rest",
        }
    }
}

/// A bar: its text, what is in it, and the line that had to be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it says, above it; wrapped where it is long.
    pub label: String,
    /// Its parts from the left, each with its count.
    pub parts: Vec<(Fill, u64)>,
    /// The count at which the upright line stands, if there is one.
    pub line: Option<u64>,
}

/// A piece of a picture: a rectangle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Its class.
    pub class: &'static str,
    /// From the left, with its unit.
    pub x: String,
    /// From the top.
    pub y: String,
    /// How wide.
    pub width: String,
    /// How high.
    pub height: String,
}

/// A piece of a picture: an upright line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From the left.
    pub x: String,
    /// Its upper end from the top.
    pub top: String,
    /// Its lower end from the top.
    pub bottom: String,
}

/// A piece of a picture: a line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Where its letters stand, from the top.
    pub y: String,
    /// What it says.
    pub text: String,
}

/// A picture, ready to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// Its height.
    pub height: String,
    /// All rectangles.
    pub rects: Vec<Rect>,
    /// All upright lines.
    pub lines: Vec<Line>,
    /// All texts.
    pub texts: Vec<Text>,
}

/// Draws bars below each other. Each is as long as `whole` is; what its parts leave is drawn as [`Fill::Rest`]. Parts that
/// together are more than the whole are cut off at it.
#[must_use]
pub fn draw(whole: u64, bars: &[Bar]) -> Chart {
    let mut chart = Chart::default();
    let mut top = 0;
    for bar in bars {
        for text in wrapped(&bar.label) {
            top += LINE_HEIGHT;
            // Letters stand on a line that is a quarter of them above the lowest.
            chart.texts.push(Text { y: em(top - LINE_HEIGHT / 4), text });
        }
        top += OUT;
        let mut at = 0;
        let mut sum = 0_u64;
        for (fill, count) in &bar.parts {
            sum = sum.saturating_add(*count);
            let end = place(sum, whole);
            if end > at {
                chart.rects.push(rect(fill.class(), at, end, top));
            }
            at = end;
        }
        if at < WHOLE {
            chart.rects.push(rect(Fill::Rest.class(), at, WHOLE, top));
        }
        if let Some(line) = bar.line {
            let x = percent(place(line, whole));
            chart.lines.push(Line { x, top: em(top.saturating_sub(OUT)), bottom: em(top + BAR + OUT) });
        }
        top += BAR + GAP;
    }
    chart.height = em(top);
    chart
}

fn rect(class: &'static str, from: u128, to: u128, top: u32) -> Rect {
    Rect { class, x: percent(from), y: em(top), width: percent(to - from), height: em(BAR) }
}

/// How far from the left a count stands; never beyond the right end. Rounded down, so that what is below a line never
/// reaches beyond it.
fn place(count: u64, whole: u64) -> u128 {
    match whole {
        0 => 0,
        _ => (u128::from(count) * WHOLE / u128::from(whole)).min(WHOLE),
    }
}

fn percent(place: u128) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

fn em(hundredths: u32) -> String {
    format!("{}.{:02}em", hundredths / 100, hundredths % 100)
}

/// Text in lines that fit, broken at blanks, and within a word only where that is longer than a line.
#[must_use]
pub fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        for piece in letters.chunks(LINE) {
            let blank = usize::from(length > 0);
            if length > 0 && length + blank + piece.len() > LINE {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.extend(piece);
            length += piece.len();
        }
    }
    if length > 0 {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Bar, Chart, Fill, LINE, draw, wrapped};

    fn bar(label: &str, parts: &[(Fill, u64)], line: Option<u64>) -> Bar {
        Bar { label: label.to_owned(), parts: parts.to_vec(), line }
    }

    fn one(whole: u64, parts: &[(Fill, u64)], line: Option<u64>) -> Chart {
        draw(whole, &[bar("Yes", parts, line)])
    }

    /// Class, left end and width of every rectangle.
    fn rects(chart: &Chart) -> Vec<(&str, &str, &str)> {
        chart.rects.iter().map(|rect| (rect.class, &*rect.x, &*rect.width)).collect()
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        let chart = one(25_000, &[(Fill::Yes, 15_265), (Fill::Other, 6_235)], Some(15_000));
        assert_eq!(
            rects(&chart),
            [
                ("bar-yes", "0.00%", "61.06%"),
                ("bar-other", "61.06%", "24.94%"),
                ("bar-rest", "86.00%", "14.00%")
            ]
        );
        assert_eq!(chart.lines[0].x, "60.00%");
        assert_eq!((&*chart.texts[0].text, &*chart.texts[0].y), ("Yes", "1.02em"));
        assert_eq!(chart.height, "3.90em");
    }

    #[test]
    fn nobody_and_everybody_are_drawn() {
        assert_eq!(rects(&one(10, &[(Fill::Yes, 0)], None)), [("bar-rest", "0.00%", "100.00%")]);
        assert_eq!(rects(&one(10, &[(Fill::Yes, 10)], None)), [("bar-yes", "0.00%", "100.00%")]);
        // No vote at all, so that there is nothing to be a share of.
        assert_eq!(rects(&one(0, &[(Fill::Yes, 0)], None)), [("bar-rest", "0.00%", "100.00%")]);
    }

    #[test]
    fn nothing_is_drawn_beyond_the_end() {
        let chart = one(10, &[(Fill::Yes, 9), (Fill::No, 9)], Some(11));
        assert_eq!(rects(&chart), [("bar-yes", "0.00%", "90.00%"), ("bar-no", "90.00%", "10.00%")]);
        assert_eq!(chart.lines[0].x, "100.00%");
        assert_eq!(rects(&one(u64::MAX, &[(Fill::Yes, u64::MAX), (Fill::No, 1)], None)).len(), 1);
    }

    #[test]
    fn bars_stand_below_each_other() {
        let long = "No, because the offer that the employer has made leaves out the pensions";
        let chart = draw(7, &[bar(long, &[(Fill::No, 3)], None), bar("Yes", &[(Fill::Yes, 4)], None)]);
        let texts: Vec<_> = chart.texts.iter().map(|text| (&*text.text, &*text.y)).collect();
        assert_eq!(
            texts,
            [
                ("No, because the offer that the", "1.02em"),
                ("employer has made leaves out the", "2.37em"),
                ("pensions", "3.72em"),
                ("Yes", "7.62em")
            ]
        );
        assert_eq!(chart.rects[0].y, "4.30em");
        assert_eq!(chart.rects.last().unwrap().y, "8.20em");
    }

    #[test]
    fn a_picture_of_many_answers_has_a_bar_for_each() {
        let bars: Vec<_> = (0..100).map(|i| bar(&format!("Answer {i}"), &[(Fill::Yes, i)], None)).collect();
        let chart = draw(5_000, &bars);
        assert_eq!((chart.texts.len(), chart.height.as_str()), (100, "390.00em"));
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        assert_eq!(wrapped(&"x".repeat(70)), ["x".repeat(34), "x".repeat(34), "xx".to_owned()]);
        assert_eq!(wrapped(""), Vec::<String>::new());
        assert_eq!(wrapped("  a   b "), ["a b"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn wrapping_loses_nothing_but_blanks(text in "[ a-zé]{0,200}") {
            let lines = wrapped(&text);
            prop_assert!(lines.iter().all(|line| (1..=LINE).contains(&line.chars().count())));
            prop_assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }

        #[test]
        fn parts_and_rest_make_the_whole(parts in prop::collection::vec(0_u64..2_000, 0..6), whole in 0_u64..9_000) {
            let parts: Vec<_> = parts.into_iter().map(|count| (Fill::Other, count)).collect();
            let chart = one(whole, &parts, None);
            let hundredths = |text: &str| text.trim_end_matches('%').replace('.', "").parse::<u32>().unwrap();
            prop_assert_eq!(chart.rects.iter().map(|rect| hundredths(&rect.width)).sum::<u32>(), 10_000);
            let mut at = 0;
            for rect in &chart.rects {
                prop_assert_eq!(hundredths(&rect.x), at);
                at += hundredths(&rect.width);
            }
        }
    }
}
