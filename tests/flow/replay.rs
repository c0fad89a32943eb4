//! Each delivery reaches the handler once.

use crate::common::{
    Calls, NOW, accepted, assert_answered, assert_rejected, builder, clock, forged, github, kind, partner,
    seams::{Conduct, RemoteReplays, SLOW, Step, TokioClock},
    secret, send, sign, store,
};
use axum::body::Body;
use http::{Request, StatusCode};
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;
use tower::Layer;
use tower_webhook::{
    MemoryReplayStore, Rejection, RejectionKind, ReplayStore, Secret, Tenant, TenantMap, WebhookLayer, schemes,
};

async fn a_thousand_at_once(store: impl ReplayStore) {
    for round in 0..3 {
        let calls = Calls::default();
        let handler = calls.handler_with(|_, _| async {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            accepted()
        });
        let app = builder(&clock()).replay_store(store.clone()).in_flight(2000).build().unwrap().layer(handler);
        let payload = format!("delivery {round}");
        let tasks: Vec<_> = (0..1000)
            .map(|_| {
                let (app, request) = (app.clone(), github(&payload));
                tokio::spawn(async move { send(&app, request).await })
            })
            .collect();
        let mut handled = 0;
        for task in tasks {
            let response = task.await.unwrap();
            match kind(&response) {
                None => handled += 1,
                Some(RejectionKind::Duplicate) => assert_rejected(&response, RejectionKind::Duplicate),
                _ => assert_rejected(&response, RejectionKind::InFlight),
            }
        }
        assert_eq!((handled, calls.count()), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_concurrent_deliveries_on_two_threads_one_is_handled() {
    a_thousand_at_once(store()).await;
    a_thousand_at_once(RemoteReplays::new(Conduct::Slow(Duration::ZERO))).await;
}

#[tokio::test(start_paused = true)]
async fn of_a_thousand_concurrent_deliveries_on_one_thread_one_is_handled() {
    a_thousand_at_once(store()).await;
    a_thousand_at_once(RemoteReplays::new(SLOW)).await;
}

#[tokio::test(start_paused = true)]
async fn while_the_first_is_handled_the_others_are_told_to_come_back() {
    let (calls, gate) = (Calls::default(), Arc::new(Notify::new()));
    let handler = calls.handler_with({
        let gate = Arc::clone(&gate);
        move |_, _| {
            let gate = Arc::clone(&gate);
            async move {
                gate.notified().await;
                accepted()
            }
        }
    });
    let app = builder(&clock()).replay_lease(Duration::from_secs(30)).build().unwrap().layer(handler);
    let first = tokio::spawn({
        let app = app.clone();
        async move { send(&app, github("{}")).await }
    });
    tokio::task::yield_now().await;
    for _ in 0..3 {
        let second = send(&app, github("{}")).await;
        assert_rejected(&second, RejectionKind::InFlight);
        assert_eq!(crate::common::retry_after(&second), 30);
    }
    gate.notify_one();
    assert_answered(&first.await.unwrap(), 202);
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
    assert_eq!(calls.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_is_told_what_the_first_was_answered() {
    let calls = Calls::default();
    let app = builder(&clock()).build().unwrap().layer(calls.handler());
    assert_answered(&send(&app, github("{}")).await, 202);
    for _ in 0..3 {
        let again = send(&app, github("{}")).await;
        assert_eq!(again.status(), StatusCode::OK);
        let rejection = again.extensions().get::<Rejection>().unwrap();
        assert_eq!(rejection.kind(), RejectionKind::Duplicate);
        assert_eq!(rejection.status_of_first(), Some(StatusCode::ACCEPTED));
    }
    assert_eq!(calls.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn duplicates_get_the_status_that_was_chosen() {
    let calls = Calls::default();
    let app = builder(&clock()).duplicate_status(StatusCode::NO_CONTENT).build().unwrap().layer(calls.handler());
    assert_answered(&send(&app, github("{}")).await, 202);
    let again = send(&app, github("{}")).await;
    assert_eq!((kind(&again), again.status().as_u16()), (Some(RejectionKind::Duplicate), 204));
    assert_eq!(calls.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_is_remembered_for_the_retention_and_no_longer() {
    let (clock, calls) = (clock(), Calls::default());
    let app = builder(&clock).replay_retention(Duration::from_secs(3600)).build().unwrap().layer(calls.handler());
    assert_answered(&send(&app, github("{}")).await, 202);
    clock.advance(Duration::from_secs(3599));
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
    // Nobody can put it off by setting the wall clock.
    clock.set_wall_clock(tower_webhook::UnixTime::from_seconds(NOW - 86_400));
    clock.advance(Duration::from_secs(2));
    assert_answered(&send(&app, github("{}")).await, 202);
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_is_set_forward_does_not_forget() {
    let (clock, calls) = (clock(), Calls::default());
    let app = builder(&clock).build().unwrap().layer(calls.handler());
    assert_answered(&send(&app, github("{}")).await, 202);
    clock.set_wall_clock(tower_webhook::UnixTime::from_seconds(NOW + 10 * 86_400));
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
}

/// The shortest retention that is allowed is still as long as the signed time is accepted, to the last millisecond.
#[tokio::test(start_paused = true)]
async fn what_is_forgotten_is_too_old_by_then() {
    let shortest = (359..=362)
        .find(|seconds| {
            let builder = WebhookLayer::builder(schemes::EKA, secret());
            builder.replay_retention(Duration::from_secs(*seconds)).build().is_ok()
        })
        .unwrap();
    let (clock, calls) = (clock(), Calls::default());
    let layer = WebhookLayer::builder(schemes::EKA, secret())
        .replay_retention(Duration::from_secs(shortest))
        .clock(clock.clone())
        .build()
        .unwrap();
    let app = layer.layer(calls.handler());
    let timestamp = NOW + 180;
    let delivery = || {
        let signature = format!("t={timestamp},v1={}", sign(crate::common::SECRET, format!("{timestamp}.{{}}")));
        Request::post("/").header("eka-webhook-signature", signature).body(Body::from("{}")).unwrap()
    };
    // As early as it is accepted.
    assert_answered(&send(&app, delivery()).await, 202);
    clock.advance(Duration::from_secs(359));
    for _ in 0..30 {
        clock.advance(Duration::from_millis(100));
        let again = send(&app, delivery()).await;
        assert!(kind(&again).is_some(), "handled again {:?}", again.status());
    }
    assert_rejected(&send(&app, delivery()).await, RejectionKind::TimestampOutOfTolerance);
    assert_eq!(calls.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_lease_is_renewed_while_a_slow_handler_runs() {
    let (clock, calls) = (TokioClock::start(), Calls::default());
    let handler = calls.handler_with(|_, _| async {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        accepted()
    });
    let store = RemoteReplays::new(SLOW);
    let layer = WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock).replay_store(store.clone());
    let app = layer.build().unwrap().layer(handler);
    let first = tokio::spawn({
        let app = app.clone();
        async move { send(&app, github("{}")).await }
    });
    for _ in 0..70 {
        tokio::time::sleep(Duration::from_secs(50)).await;
        assert_rejected(&send(&app, github("{}")).await, RejectionKind::InFlight);
    }
    assert_answered(&first.await.unwrap(), 202);
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
    assert_eq!(calls.count(), 1);
    let renewals = store.log().into_iter().filter(|step| *step == Step::Renew).count();
    assert!((100..=200).contains(&renewals), "{renewals}");
}

#[tokio::test(start_paused = true)]
async fn one_renewal_that_fails_or_hangs_does_not_lose_the_lease() {
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        let (clock, calls) = (TokioClock::start(), Calls::default());
        let handler = calls.handler_with(|_, _| async {
            tokio::time::sleep(Duration::from_secs(200)).await;
            accepted()
        });
        let store = RemoteReplays::new(SLOW);
        store.next(Step::Renew, conduct);
        let layer = WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock).replay_store(store);
        let app = layer.build().unwrap().layer(handler);
        let first = tokio::spawn({
            let app = app.clone();
            async move { send(&app, github("{}")).await }
        });
        for _ in 0..19 {
            tokio::time::sleep(Duration::from_secs(10)).await;
            assert_rejected(&send(&app, github("{}")).await, RejectionKind::InFlight);
        }
        assert_answered(&first.await.unwrap(), 202);
        assert_eq!(calls.count(), 1, "{conduct:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_was_killed_blocks_a_delivery_for_one_lease() {
    let (clock, calls, store) = (clock(), Calls::default(), store());
    let layer = || builder(&clock).replay_store(store.clone()).build().unwrap();
    // Forgotten, so that nothing of it is dropped.
    let handler =
        calls.handler_with(|_, call| async move { if call == 1 { std::future::pending().await } else { accepted() } });
    let app = layer().layer(handler);
    let mut killed = Box::pin(async { send(&app, github("{}")).await });
    assert!(futures_util::FutureExt::now_or_never(&mut killed).is_none());
    std::mem::forget(killed);
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::InFlight);
    clock.advance(Duration::from_secs(59));
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::InFlight);
    clock.advance(Duration::from_secs(1));
    assert_answered(&send(&app, github("{}")).await, 202);
}

#[tokio::test(start_paused = true)]
async fn endpoints_with_namespaces_of_their_own_handle_an_event_each() {
    let (clock, store) = (clock(), store());
    let (billing, mail, more_mail) = (Calls::default(), Calls::default(), Calls::default());
    let app = |namespace: &str, calls: &Calls| {
        let layer = builder(&clock).replay_store(store.clone()).replay_namespace(namespace).build().unwrap();
        layer.layer(calls.handler())
    };
    let (billing_app, mail_app) = (app("billing", &billing), app("mail", &mail));
    for _ in 0..2 {
        send(&billing_app, github("{}")).await;
        send(&mail_app, github("{}")).await;
    }
    assert_eq!((billing.count(), mail.count()), (1, 1));
    // The same name is the same endpoint.
    assert_rejected(&send(&app("mail", &more_mail), github("{}")).await, RejectionKind::Duplicate);
    assert_eq!(store.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn forged_requests_leave_nothing_behind() {
    let (clock, calls, store) = (clock(), Calls::default(), store());
    let app = builder(&clock).replay_store(store.clone()).build().unwrap().layer(calls.handler());
    for number in 0..10_000 {
        assert_rejected(&send(&app, forged(&number.to_string())).await, RejectionKind::SignatureMismatch);
    }
    assert_eq!((store.len(), calls.count()), (0, 0));
    // A forgery that came first does not stand in the way of the genuine one.
    assert_answered(&send(&app, github("7")).await, 202);
    assert_eq!(store.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_fills_its_share_leaves_the_others_theirs() {
    let store = MemoryReplayStore::new(100).unwrap().tenant_share(10).unwrap();
    let tenant = |id: &str| {
        let tenant = Tenant::new(id, Secret::new(format!("the secret of {id}")).unwrap()).unwrap();
        (Secret::new(format!("api-key-of-{id}")).unwrap(), tenant)
    };
    let layer = WebhookLayer::builder(schemes::PARTNER, TenantMap::new([tenant("acme"), tenant("bolt")]).unwrap())
        .clock(clock())
        .replay_store(store.clone());
    let calls = Calls::default();
    let app = layer.build().unwrap().layer(calls.handler());
    let deliver = |id: &str, number: u32| {
        let (api_key, secret) = (format!("api-key-of-{id}"), format!("the secret of {id}"));
        send(&app, partner(&api_key, &secret, NOW, &format!(r#"{{"id":"{number}"}}"#)))
    };
    for number in 0..10 {
        assert_answered(&deliver("acme", number).await, 202);
    }
    assert_rejected(&deliver("acme", 10).await, RejectionKind::StoreUnavailable);
    // What it has sent is still known, and the other is not affected.
    assert_rejected(&deliver("acme", 3).await, RejectionKind::Duplicate);
    for number in 0..10 {
        assert_answered(&deliver("bolt", number).await, 202);
    }
    assert_eq!((store.len(), calls.count()), (20, 20));
}
