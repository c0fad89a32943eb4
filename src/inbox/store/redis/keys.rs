//! What is where at the server: apalis' keys, and ours beside them.

use crate::inbox::{InboxEvent, StatusScope};
use apalis_redis::Config;
use sha2::{Digest, Sha256};

/// The queue, and the beginning of every key.
const QUEUE: &str = "tower-webhook";

/// The keys, in the order of the first lines of `prelude.lua`.
pub(super) fn keys() -> Vec<String> {
    let config = Config::default().queue(QUEUE);
    let mut keys = vec![
        config.job_data_hash(),
        config.job_meta_hash(),
        config.scheduled_jobs_set(),
        config.inflight_jobs_set(),
        config.done_jobs_set(),
        config.dead_jobs_set(),
        config.workers_set(),
        config.idempotency_key_set(),
    ];
    let ours = ["open", "due", "bytes", "heard", "holders", "events", "held", "newest", "handled", "takes"];
    keys.extend(ours.map(|name| format!("{QUEUE}:{name}")));
    keys
}

/// Where it is noted that the settings of the server were changed, and whether that has taken effect.
pub(super) fn settings_key() -> String {
    format!("{QUEUE}:settings")
}

/// Text of any content and length, as part of a key.
pub(super) fn digest(text: &str) -> String {
    const_hex::encode(Sha256::digest(text))
}

/// Where the jobs are listed that are asked for by this id in this scope.
pub(super) fn index(scope: &StatusScope, id: &str) -> String {
    match scope {
        StatusScope::Tenant(tenant) => index_of('t', tenant, id),
        StatusScope::Endpoint(endpoint) => index_of('e', endpoint, id),
    }
}

/// Where this event is listed.
pub(super) fn index_for(event: &InboxEvent) -> String {
    match event.tenant() {
        Some(tenant) => index_of('t', tenant, event.public_id()),
        None => index_of('e', event.endpoint(), event.public_id()),
    }
}

fn index_of(kind: char, scope: &str, id: &str) -> String {
    digest(&format!("{kind}{}:{scope}{id}", scope.len()))
}

/// As twenty digits, in the order of the numbers.
pub(super) fn digits(number: i64) -> String {
    format!("{:020}", number.cast_unsigned() ^ (1 << 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_in_the_order_of_the_numbers() {
        let numbers = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
        let texts = numbers.map(digits);
        assert!(texts.is_sorted(), "{texts:?}");
        assert!(texts.iter().all(|text| text.len() == 20), "{texts:?}");
    }

    #[test]
    fn scopes_and_ids_cannot_be_taken_for_each_other() {
        let tenant = |tenant: &str, id| index(&StatusScope::Tenant(tenant.into()), id);
        assert_ne!(tenant("ab", "c"), tenant("a", "bc"));
        assert_ne!(tenant("a", "c"), index(&StatusScope::Endpoint("a".into()), "c"));
    }
}
