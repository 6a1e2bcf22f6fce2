//! The files that pages need beside their HTML: scripts, stylesheet, icon. They are built into the program, and their names
//! carry the beginning of their SHA-256, so that browsers may keep them for ever.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Path;
use base64ct::{Base64, Encoding};
use scrutineer_api::problem::Code;
use sha2::{Digest, Sha256, Sha384};

use crate::http::problem::Problem;

/// A file that pages need.
#[derive(Debug)]
pub struct Asset {
    /// Its path on this server.
    pub path: String,
    /// Its bytes.
    pub bytes: &'static [u8],
    /// The SHA-256 of its bytes, hex.
    pub sha256: String,
    /// What a page says of it so that a browser takes no other (Subresource Integrity): SHA-384, Base64.
    pub integrity: String,
    content_type: &'static str,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

static BOOTH: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("booth", "js", SCRIPT, include_bytes!("../../../../booth/dist/booth.js")));
static CHECK: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("check", "js", SCRIPT, include_bytes!("../../../../booth/dist/check.js")));
static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("style", "css", "text/css; charset=utf-8", include_bytes!("../../../assets/style.css"))
});
static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_bytes!("../../../assets/icon.svg")));

/// The booth with something added, as a dishonest server hands it out.
#[cfg(feature = "misbehave")]
static OTHER_BOOTH: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = [BOOTH.bytes, b"\n// and this\n"].concat();
    Asset::new("booth", "js", SCRIPT, Box::leak(bytes.into_boxed_slice()))
});

impl Asset {
    /// The voting booth, or another one where the server is to be dishonest.
    #[cfg(feature = "misbehave")]
    #[must_use]
    pub fn booth_of(asked: Option<crate::app::Misbehave>) -> &'static Self {
        if asked == Some(crate::app::Misbehave::ChangeBooth) { &OTHER_BOOTH } else { &BOOTH }
    }

    fn new(name: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        let sha256 = hex::encode(Sha256::digest(bytes));
        let begins = sha256.get(..16).unwrap_or_default();
        Self {
            path: format!("/assets/{name}-{begins}.{extension}"),
            bytes,
            integrity: format!("sha384-{}", Base64::encode_string(&Sha384::digest(bytes))),
            sha256,
            content_type,
        }
    }

    /// The voting booth, with its texts and all that it needs.
    #[must_use]
    pub fn booth() -> &'static Self {
        &BOOTH
    }

    /// What moves the tracker of a link into the form that checks receipts.
    #[must_use]
    pub fn check() -> &'static Self {
        &CHECK
    }

    /// The stylesheet.
    #[must_use]
    pub fn style() -> &'static Self {
        &STYLE
    }

    /// The icon.
    #[must_use]
    pub fn icon() -> &'static Self {
        &ICON
    }

    /// All of them.
    #[must_use]
    pub fn all() -> [&'static Self; 4] {
        [&BOOTH, &CHECK, &STYLE, &ICON]
    }
}

/// Sends a file.
pub(super) async fn send(name: Path<String>) -> Result<HttpResponse, Problem> {
    let mut all = Asset::all().into_iter();
    let is_asked_for = |asset: &&Asset| asset.path.strip_prefix("/assets/") == Some(&**name);
    let found = all.find(is_asked_for);
    #[cfg(feature = "misbehave")]
    let found = found.or_else(|| Some(&*OTHER_BOOTH).filter(is_asked_for));
    let asset = found.ok_or_else(|| Problem::new(Code::NotFound, "there is no such file"))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.content_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.bytes))
}
