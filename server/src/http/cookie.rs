//! Cookies: how they are read, and the session cookie, how it is set and ended.

use actix_web::http::header::{COOKIE, HeaderMap};

/// The session cookie's name. Browsers take a `__Host-` cookie only over https, and then only from this very host; on a
/// loopback address without https, where a demonstration runs, there can be none, and the name says so by its lack.
pub(super) const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-scrutineer" } else { "scrutineer" }
}

/// The session cookie: not for scripts, not for other sites, gone after `max_age` seconds.
pub(super) fn session_cookie(secure: bool, value: &str, max_age: i64) -> String {
    let (name, flag) = (cookie_name(secure), if secure { "; Secure" } else { "" });
    format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{flag}")
}

/// The value of a cookie that came along.
pub(super) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
