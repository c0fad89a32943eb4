//! What `status` and `dead` promise.

use super::*;
use crate::inbox::EventState;

/// The status says where the job is, how often it was tried, and since when.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn the_status_follows_the_job(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let (event, worker) = (numbered(1), WorkerName::unique());
    assert_eq!(subject.push_at(&event, at(1)).await, Pushed::New, "an unknown event is new");
    let expect = async |state, attempts, error: Option<&str>, updated, next| {
        let status = subject.status(&event).await;
        assert_eq!((&status.job, status.received_at), (event.job(), at(0)), "the status is of the event");
        assert_eq!((status.state, status.attempts), (state, attempts), "the status says where the job is");
        assert_eq!(status.last_error.as_deref(), error, "the last error is shown when {state:?}");
        assert_eq!(status.updated_at, updated, "the status says when it changed to {state:?}");
        assert_eq!(status.next_attempt_at, next, "the next attempt is shown if one failed, here when {state:?}");
        assert!(!status.obsolete, "nothing made it obsolete");
    };
    let refused = Some("refused");
    expect(EventState::Queued, 0, None, at(1), None).await;
    subject.take_one(&worker, at(2)).await;
    expect(EventState::Processing, 1, None, at(2), None).await;
    subject.end(&event, &worker, &End::Return { at: at(4) }, at(3)).await;
    expect(EventState::Queued, 0, None, at(3), None).await;
    subject.take_one(&worker, at(5)).await;
    subject.end(&event, &worker, &retry(at(8)), at(6)).await;
    expect(EventState::Failed, 1, refused, at(6), Some(at(8))).await;
    subject.take_one(&worker, at(9)).await;
    expect(EventState::Processing, 2, refused, at(9), None).await;
    subject.end(&event, &worker, &End::Return { at: at(11) }, at(10)).await;
    expect(EventState::Failed, 1, refused, at(10), Some(at(11))).await;
    subject.take_one(&worker, at(12)).await;
    subject.end(&event, &worker, &dead(), at(13)).await;
    expect(EventState::Dead, 2, Some("hopeless"), at(13), None).await;
    assert!(subject.redrive(&event, at(14)).await, "a dead job can be redriven");
    expect(EventState::Queued, 0, Some("hopeless"), at(14), None).await;
    subject.take_one(&worker, at(15)).await;
    subject.end(&event, &worker, &End::Done, at(16)).await;
    expect(EventState::Done, 1, Some("hopeless"), at(16), None).await;

    let obsolete = numbered(2);
    subject.store(&obsolete).await;
    subject.take_one(&worker, at(17)).await;
    subject.end(&obsolete, &worker, &End::Obsolete, at(18)).await;
    let status = subject.status(&obsolete).await;
    assert!(status.obsolete && status.state == EventState::Done, "an obsolete event is done, and said to be obsolete");
}

/// An event is seen by its tenant, or at its endpoint if it has none; of several with one id, the newest.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn an_event_is_found_in_its_scope_alone(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let of = |tenant: &str| StatusScope::Tenant(tenant.into());
    let at_endpoint = |endpoint: &str| StatusScope::Endpoint(endpoint.into());
    let acme = event("hooks", Some("acme"), "evt_1", 3);
    let globex = event("hooks", Some("globex"), "evt_1", 2);
    let nobody = event("hooks", None, "evt_1", 1);
    let hidden = event("hooks", Some("acme"), "evt_2", 1);
    subject.store_all(&[acme.clone(), globex.clone(), nobody.clone(), hidden.clone()]).await;
    let found = async |scope, id: &str| subject.status_in(&scope, id).await.map(|status| status.job);
    assert_eq!(found(of("acme"), "evt_1").await.as_ref(), Some(acme.job()), "a tenant sees its own event");
    assert_eq!(found(of("globex"), "evt_1").await.as_ref(), Some(globex.job()), "a tenant sees its own event");
    assert_eq!(found(at_endpoint("hooks"), "evt_1").await.as_ref(), Some(nobody.job()), "one without tenant is seen");
    for (scope, id) in [
        (of("globex"), "evt_2"),
        (of("hooks"), "evt_1"),
        (of(""), "evt_1"),
        (at_endpoint("hooks"), "evt_2"),
        (at_endpoint("acme"), "evt_1"),
        (at_endpoint("elsewhere"), "evt_1"),
        (of("acme"), "evt_3"),
        (of("acme"), "EVT_1"),
        (of("acme"), "evt_%"),
        (of("acme"), ""),
        (of("acme"), hidden.job().as_str()),
    ] {
        assert_eq!(found(scope.clone(), id).await, None, "{id:?} is nothing that is seen by {scope:?}");
    }
    let newer = event("elsewhere", Some("acme"), "evt_1", 5);
    let older = event("third", Some("acme"), "evt_1", 4);
    subject.store_all(&[newer.clone(), older]).await;
    assert_eq!(found(of("acme"), "evt_1").await.as_ref(), Some(newer.job()), "of several, the newest is seen");
}

/// Dead jobs are listed with their payload, oldest death first, page after page.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn dead_jobs_come_in_pages(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let worker = WorkerName::unique();
    let events: Vec<_> = (0..9).map(numbered).collect();
    subject.store_all(&events).await;
    subject.take(&worker, 9, at(1)).await;
    // Three die at one moment, and one is done.
    let deaths = [(4, 10), (1, 11), (7, 12), (0, 12), (3, 12), (8, 13), (2, 14), (6, 15)];
    for (number, died) in deaths {
        subject.end(&events[number], &worker, &dead(), at(died)).await;
    }
    subject.end(&events[5], &worker, &End::Done, at(10)).await;
    let mut pages = Vec::new();
    let mut after: Option<JobId> = None;
    loop {
        let page = subject.dead(after.as_ref(), 3).await;
        assert!(page.len() <= 3, "a page is no longer than was asked for");
        let Some(last) = page.last() else { break };
        after = Some(last.event.job().clone());
        pages.extend(page);
        assert!(pages.len() <= deaths.len(), "no dead job is listed twice");
    }
    let died: Vec<_> = pages.iter().map(|dead| dead.died_at).collect();
    assert_eq!(died, deaths.map(|(_, died)| at(died)), "all dead jobs are listed, oldest death first");
    for (number, died) in deaths {
        let found = pages.iter().find(|dead| dead.event.job() == events[number].job());
        let found = found.unwrap_or_else(|| panic!("every dead job is listed"));
        assert!(found.event.to_bytes() == events[number].to_bytes(), "a dead job is what it was");
        let shown = (found.attempts, found.error.as_str(), found.died_at);
        assert_eq!(shown, (1, "hopeless", at(died)), "a dead job says when and why it died");
    }
    assert!(subject.dead(None, 0).await.is_empty(), "nothing is listed for who asks for nothing");
}
