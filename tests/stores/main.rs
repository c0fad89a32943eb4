//! The stores in memory, through their public interface.
#![allow(clippy::unwrap_used, missing_docs)]

mod rate;
mod replay;

use http::StatusCode;
use proptest::prelude::*;
use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tower_webhook::{
    MemoryRateStore, MemoryReplayStore, Monotonic, Quota, RateStore, ReplayKey, ReplayStore, TenantId, UnixTime,
    stores::{Claim, ClaimRequest, ClaimToken, RateDecision, RateKey, Settled, StoreErrorKind},
    testing::{FakeClock, store_conformance},
};

const LEASE: Duration = Duration::from_secs(60);
const RETENTION: Duration = Duration::from_secs(600);

fn at(seconds: u64) -> Monotonic {
    Monotonic::from_origin(Duration::from_secs(seconds))
}

fn key(number: usize) -> ReplayKey {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(number as u64).to_be_bytes());
    ReplayKey::from_bytes(bytes)
}

fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

fn claim(store: &MemoryReplayStore, number: usize, now: Monotonic) -> Result<Claim, StoreErrorKind> {
    claim_for(store, None, number, now)
}

fn claim_for(
    store: &MemoryReplayStore,
    tenant: Option<&TenantId>,
    number: usize,
    now: Monotonic,
) -> Result<Claim, StoreErrorKind> {
    let key = key(number);
    let request = ClaimRequest::new(&key, LEASE, now).tenant(tenant);
    store.claim(&request).into_inner().map_err(|error| error.kind())
}

fn confirm(store: &MemoryReplayStore, number: usize, token: ClaimToken, now: Monotonic) -> Settled {
    store.confirm(&key(number), token, StatusCode::OK, RETENTION, now).into_inner().unwrap()
}

/// Claims and confirms; whether there was room.
fn handle(store: &MemoryReplayStore, tenant: Option<&TenantId>, number: usize, now: Monotonic) -> bool {
    match claim_for(store, tenant, number, now) {
        Ok(Claim::Claimed(token)) => confirm(store, number, token, now) == Settled::Held,
        Err(StoreErrorKind::Full) => false,
        other => panic!("delivery {number} should be new, got {other:?}"),
    }
}

const DONE: Result<Claim, StoreErrorKind> = Ok(Claim::Done { status: Some(StatusCode::OK) });
