//! Reads a page and holds it to what every page must be.

use std::collections::BTreeSet;

use crate::support::Reply;

/// A page that is as every page must be.
pub(crate) struct Page {
    pub(crate) html: String,
    pub(crate) language: String,
    pub(crate) title: String,
    pub(crate) request_id: String,
}

/// All values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let begins = format!(" {attribute}=\"");
    html.split(&begins).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    html.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(inner, _)| inner)
}

impl Page {
    #[track_caller]
    pub(crate) fn read(reply: &Reply, status: u16) -> Self {
        let html = reply.body.clone();
        assert_eq!(reply.status, status, "{html}");
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("vary", "Cookie, Accept-Language"),
        ] {
            assert_eq!(reply.header(name), value, "{name}");
        }
        Self::has_a_strict_policy(reply, &html);
        Self::is_all_ours(&html);
        Self::is_well_formed(&html);
        let language = between(&html, "<html lang=\"", "\"").to_owned();
        assert_eq!(reply.header("content-language"), language);
        let title = between(&html, "<title>", "</title>").to_owned();
        assert!(title.ends_with(" – Test Union") && title.len() > " – Test Union".len(), "{title}");
        Self { language, title, request_id: reply.header("x-request-id").to_owned(), html }
    }

    #[track_caller]
    fn has_a_strict_policy(reply: &Reply, html: &str) {
        let policy = reply.header("content-security-policy");
        let scripted = html.contains("<script");
        for needed in [
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            if scripted { "trusted-types booth" } else { "trusted-types 'none'" },
        ] {
            assert!(policy.split("; ").any(|part| part == needed), "{needed}: {policy}");
        }
        assert_eq!(policy.contains("script-src 'self'"), scripted);
        assert_eq!(policy.contains("connect-src 'self'"), scripted);
        assert_eq!(policy.contains("worker-src 'self'"), scripted);
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    }

    /// No inline code or style, nothing from elsewhere; scripts and styles are pinned by their hash.
    #[track_caller]
    fn is_all_ours(html: &str) {
        assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains("javascript:"));
        for tag in html.split('<').map(|rest| rest.split('>').next().unwrap()) {
            let handler = tag.split(' ').skip(1).find(|word| word.starts_with("on") && word.contains("=\""));
            assert!(handler.is_none(), "{tag}");
        }
        for attribute in ["href", "src", "action", "data", "poster", "formaction"] {
            for value in values(html, attribute) {
                let local = value.starts_with('#') || value.starts_with('/') && !value.starts_with("//");
                assert!(local, "{attribute}={value}");
            }
        }
        for script in html.split("<script").skip(1) {
            let (attributes, rest) = script.split_once('>').unwrap();
            assert!(attributes.contains(" src=\"/assets/") && attributes.contains(" integrity=\"sha384-"));
            assert!(rest.starts_with("</script>"));
            let before = html.split("<script").next().unwrap();
            assert!(before.trim_end().ends_with("<head>"), "a script comes before everything else");
        }
        let style = html.split("<link rel=\"stylesheet\"").nth(1).unwrap();
        assert!(style.split('>').next().unwrap().contains(" integrity=\"sha384-"));
    }

    /// What people without eyes, mouse or luck need: one heading, unique ids, labels, descriptions that are there.
    #[track_caller]
    fn is_well_formed(html: &str) {
        assert!(html.starts_with("<!DOCTYPE html>"));
        for once in ["<h1", "<main id=\"main\"", "<header", "<footer", "<title>", "</html>"] {
            assert_eq!(html.matches(once).count(), 1, "{once}");
        }
        for element in
            ["a", "p", "div", "ul", "li", "form", "dl", "dt", "dd", "span", "button", "section", "table"]
        {
            let opened =
                html.matches(&format!("<{element} ")).count() + html.matches(&format!("<{element}>")).count();
            assert_eq!(opened, html.matches(&format!("</{element}>")).count(), "<{element}>");
        }
        let ids = values(html, "id");
        let unique: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{ids:?}");
        let links = values(html, "href").into_iter().filter_map(|href| href.strip_prefix('#'));
        let descriptions = values(html, "aria-describedby").into_iter().flat_map(|list| list.split(' '));
        let labels = values(html, "aria-labelledby").into_iter().flat_map(|list| list.split(' '));
        for id in values(html, "for").into_iter().chain(links).chain(descriptions).chain(labels) {
            assert!(unique.contains(id), "nothing has the id {id}");
        }
        for input in html.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let id = between(&format!(" {input}"), " id=\"", "\"").to_owned();
            assert!(input.contains("type=\"hidden\"") || html.contains(&format!("for=\"{id}\"")), "{input}");
            assert!(!input.contains("type=\"password\"") || !input.contains("value="), "{input}");
        }
        for message in html.split("class=\"notice ").skip(1) {
            let kind = message.split('"').next().unwrap();
            assert!(matches!(kind, "good" | "bad" | "info"), "{kind}");
        }
    }

    /// What is in `main`, without tags.
    pub(crate) fn text(&self) -> String {
        let main = between(&self.html, "<main id=\"main\">", "</main>");
        let mut text = String::new();
        for part in main.split('<') {
            text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
            text.push(' ');
        }
        for (escaped, plain) in
            [("&#38;", "&"), ("&#39;", "'"), ("&#34;", "\""), ("&#60;", "<"), ("&#62;", ">")]
        {
            text = text.replace(escaped, plain);
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.text().contains(words), "{words:?} is not in {:?}", self.text());
        self
    }

    #[track_caller]
    pub(crate) fn does_not_say(&self, words: &str) -> &Self {
        assert!(!self.text().contains(words), "{words:?} is in {:?}", self.text());
        self
    }

    /// Whether a link or a form leads to a path.
    pub(crate) fn leads_to(&self, path: &str) -> bool {
        values(&self.html, "href").contains(&path) || values(&self.html, "action").contains(&path)
    }
}
