//! Blocks as plain text and as HTML. The HTML loads nothing, runs nothing, and is readable without its style.

use zeroize::Zeroizing;

use super::Block;
use crate::language::Language;

/// For programs that read style sheets: narrow screens, dark rooms.
const STYLE: &str = "\
body{margin:0;padding:16px;background:#fff;color:#1a1a1a;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif}\
main{max-width:560px;margin:0 auto;overflow-wrap:anywhere}\
p,dl{margin:0 0 16px}\
dt{color:#555}dd{margin:0 0 8px;font-weight:600}\
.banner{padding:12px;border:3px solid #8a4b00;font-weight:700}\
.button a{display:inline-block;padding:12px 20px;border-radius:6px;background:#1d4f91;color:#fff;font-weight:600;text-decoration:none}\
.large{font:600 22px/1.4 ui-monospace,Menlo,Consolas,monospace;letter-spacing:1px}\
.small{color:#555;font-size:14px}\
a{color:#1d4f91}\
hr{border:0;border-top:1px solid #ccc;margin:24px 0 16px}\
@media (prefers-color-scheme:dark){\
body{background:#16181c;color:#eee}dt,.small{color:#b4b8bf}a{color:#9cc3ff}\
.banner{border-color:#e0a458}.button a{background:#9cc3ff;color:#10131a}hr{border-color:#444}}";

/// The letter as plain text.
pub(super) fn text(blocks: &[Block<'_>]) -> Zeroizing<String> {
    let mut out = Page::new();
    let mut small = false;
    for block in blocks {
        if let (Block::Small(_), false) = (block, small) {
            small = true;
            // What mail programs leave out of answers.
            out.push("-- \n");
        }
        match block {
            Block::Banner(text) => out.all(&["*** ", text, " ***\n\n"]),
            Block::Paragraph(text) => out.all(&[text, "\n\n"]),
            Block::Button(text, address) => out.all(&[text, ":\n", address, "\n\n"]),
            Block::Link(text, address) => out.all(&[text.trim_end_matches(':'), ":\n", address, "\n\n"]),
            Block::Large(name, value) => out.all(&[name, ":\n\n    ", value, "\n\n"]),
            Block::Facts(facts) => {
                for (name, value) in facts {
                    // A question brings its own sign.
                    let colon = if name.ends_with(['?', '.', ':', '!']) { "" } else { ":" };
                    out.all(&[name, colon, "\n    ", value, "\n"]);
                }
                out.push("\n");
            }
            Block::Small(text) => out.all(&[text, "\n"]),
        }
    }
    out.done()
}

/// The letter as an HTML document. `shown` stands before the address of a button, for whom the button does not work.
pub(super) fn html(
    blocks: &[Block<'_>],
    subject: &str,
    shown: &str,
    language: Language,
) -> Zeroizing<String> {
    let mut out = Page::new();
    out.all(&[
        "<!doctype html>\n<html lang=\"",
        language.tag(),
        "\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n",
    ]);
    out.push("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    out.escaped(subject);
    out.all(&["</title>\n<style>", STYLE, "</style>\n</head>\n<body>\n<main>\n"]);
    let mut small = false;
    for block in blocks {
        if let (Block::Small(_), false) = (block, small) {
            small = true;
            out.push("<hr>\n");
        }
        match block {
            Block::Banner(text) => out.tagged("<p class=\"banner\">", text, "</p>\n"),
            Block::Paragraph(text) => out.tagged("<p>", text, "</p>\n"),
            Block::Button(text, address) => {
                out.tagged("<p class=\"button\"><a href=\"", address, "\">");
                out.tagged("", text, "</a></p>\n");
                out.tagged("<p class=\"small\">", shown, "<br>");
                out.tagged("<span dir=\"ltr\">", address, "</span></p>\n");
            }
            Block::Link(text, address) => {
                out.tagged("<p>", text.trim_end_matches(':'), ": ");
                out.tagged("<a href=\"", address, "\">");
                out.tagged("", address, "</a></p>\n");
            }
            Block::Large(name, value) => {
                out.tagged("<p>", name, ":<br>");
                out.tagged("<span class=\"large\" dir=\"ltr\">", value, "</span></p>\n");
            }
            Block::Facts(facts) => {
                out.push("<dl>\n");
                for (name, value) in facts {
                    out.tagged("<dt>", name, "</dt>");
                    out.tagged("<dd>", value, "</dd>\n");
                }
                out.push("</dl>\n");
            }
            Block::Small(text) => out.tagged("<p class=\"small\">", text, "</p>\n"),
        }
    }
    out.push("</main>\n</body>\n</html>\n");
    out.done()
}

/// A text that grows, and that is wiped when it goes: growing never leaves half of a code behind.
struct Page(Zeroizing<String>);

/// As much as any letter takes; a longer one moves.
const ROOM: usize = 16 * 1024;

impl Page {
    fn new() -> Self {
        Self(Zeroizing::new(String::with_capacity(ROOM)))
    }

    fn done(self) -> Zeroizing<String> {
        self.0
    }

    fn push(&mut self, text: &str) {
        if self.0.capacity() - self.0.len() < text.len() {
            let mut roomier = Zeroizing::new(String::with_capacity((self.0.len() + text.len()) * 2));
            roomier.push_str(&self.0);
            self.0 = roomier;
        }
        self.0.push_str(text);
    }

    fn all(&mut self, texts: &[&str]) {
        texts.iter().for_each(|text| self.push(text));
    }

    fn tagged(&mut self, before: &str, text: &str, after: &str) {
        self.push(before);
        self.escaped(text);
        self.push(after);
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(place) = rest.find(['&', '<', '>', '"', '\'']) {
            let (before, after) = rest.split_at(place);
            self.push(before);
            self.push(match after.as_bytes().first() {
                Some(b'&') => "&amp;",
                Some(b'<') => "&lt;",
                Some(b'>') => "&gt;",
                Some(b'"') => "&quot;",
                _ => "&#39;",
            });
            rest = after.get(1..).unwrap_or_default();
        }
        self.push(rest);
    }
}
