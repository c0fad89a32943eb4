//! From a rejection to the finished response.

use crate::{
    observe::{self, Started},
    rejection::{Rejection, RejectionKind, ResponseForRejection},
};
use http::{Extensions, HeaderValue, Response, header};
use std::time::Duration;

/// The finished response: rendered by the hook, headers completed, the reason in its extensions.
pub(crate) fn respond<B, R: ResponseForRejection<B>>(hook: &R, rejection: Rejection) -> Response<B> {
    let mut response = hook.response_for_rejection(&rejection);
    let headers = response.headers_mut();
    if rejection.kind() == RejectionKind::MethodNotAllowed {
        headers.entry(header::ALLOW).or_insert(HeaderValue::from_static("POST"));
    }
    if let Some(delay) = rejection.retry_delay() {
        headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from(whole_seconds(delay)));
    }
    if let Some(limit) = rejection.rate_limit_status() {
        let policy = format!("\"webhook\";q={};w={}", limit.burst, whole_seconds(limit.window));
        let state = format!("\"webhook\";r={};t={}", limit.remaining, whole_seconds(limit.retry_after));
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.entry(name).or_insert(value);
            }
        }
    }
    response.extensions_mut().insert(rejection);
    response
}

/// The same, once it has been observed: for whoever knows no scheme.
pub(crate) fn turn_away<B, R: ResponseForRejection<B>>(
    hook: &R,
    rejection: Rejection,
    extensions: &Extensions,
) -> Response<B> {
    observe::rejected(&rejection, None, extensions, Started::unknown());
    respond(hook, rejection)
}

/// Rounded up, and never 0: "try again in 0 seconds" is an invitation to hammer.
fn whole_seconds(delay: Duration) -> u64 {
    delay.as_secs().saturating_add(u64::from(delay.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_rounded_up_and_never_zero() {
        assert_eq!(whole_seconds(Duration::ZERO), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1)), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1001)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(7)), 7);
        assert_eq!(whole_seconds(Duration::MAX), u64::MAX);
    }
}
