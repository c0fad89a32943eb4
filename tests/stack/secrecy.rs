//! Secrets, keys, signatures and payloads are in no response, no extension and no line of any log.

use crate::common::{
    API_KEY, NOW, OTHER_SECRET, SECRET, STANDARD_KEY,
    bodies::{Scripted, TestBody, whole},
    clock,
    doubles::Probe,
    github_signed_with,
    hosts::{HOSTS, Host, Hosted, send},
    mac, partner, partners, post, secret, standard, standard_secret, stripe,
};
use base64::{Engine as _, engine::general_purpose};
use futures_util::FutureExt;
use http::{Request, request::Builder};
use serde::Deserialize;
use std::{
    collections::BTreeSet,
    error::Error,
    fmt::Debug,
    io::Write,
    sync::{Arc, Mutex},
};
use tower::{Layer, ServiceExt};
use tower_webhook::{
    AuditLayer, Keyring, MemoryReplayStore, Quota, RateLimitLayer, RejectionKind, VerifiedEvent, Verifier,
    WebhookLayer,
    axum::Event,
    layers::audit::{AuditRecord, TracingSink},
    schemes::{self, Scheme, SchemeInput},
};
use tracing::{level_filters::LevelFilter, subscriber::DefaultGuard};
use tracing_subscriber::util::SubscriberInitExt;

/// In every payload, and nowhere else.
const PAYLOAD_TEXT: &str = "kzmpayload-5c1d7f-nobody-may-read-this";
const BODY: &str = r#"{"id":"evt_1","type":"ping","note":"kzmpayload-5c1d7f-nobody-may-read-this"}"#;

/// What must not be seen, in all the forms in which it could be written.
#[derive(Default)]
struct Forbidden {
    forms: BTreeSet<String>,
}

impl Forbidden {
    fn add(&mut self, bytes: &[u8]) {
        let hex = const_hex::encode(bytes);
        let list = format!("{bytes:?}");
        let mut forms = vec![
            hex.to_uppercase(),
            hex,
            general_purpose::STANDARD_NO_PAD.encode(bytes),
            general_purpose::URL_SAFE_NO_PAD.encode(bytes),
            list.trim_matches(['[', ']']).to_owned(),
        ];
        forms.extend(std::str::from_utf8(bytes).ok().map(str::to_owned));
        // The first dozen characters are too much already.
        self.forms.extend(forms.into_iter().map(|form| form[..12].to_owned()));
    }

    #[track_caller]
    fn assert_not_in(&self, printed: &str, what: &str) {
        for form in &self.forms {
            assert!(!printed.contains(form.as_str()), "{form} is in {what}: {printed}");
        }
    }

    #[track_caller]
    fn assert_not_in_debug(&self, value: &impl Debug) {
        let name = std::any::type_name_of_val(value);
        self.assert_not_in(&format!("{value:?}"), name);
        self.assert_not_in(&format!("{value:#?}"), name);
    }
}

fn forbidden() -> Forbidden {
    let mut forbidden = Forbidden::default();
    for text in [SECRET, OTHER_SECRET, STANDARD_KEY, API_KEY, PAYLOAD_TEXT] {
        forbidden.add(text.as_bytes());
    }
    // Every signature that is sent here, and those that would have been right.
    for (key, body) in [SECRET, OTHER_SECRET, STANDARD_KEY].iter().flat_map(|key| [BODY, ""].map(|body| (key, body))) {
        forbidden.add(&mac(key, &[body.as_bytes()]));
        for time in [NOW, NOW - 412].map(|time| time.to_string()) {
            forbidden.add(&mac(key, &[time.as_bytes(), b".", body.as_bytes()]));
            forbidden.add(&mac(key, &[b"msg_1.", time.as_bytes(), b".", body.as_bytes()]));
        }
    }
    forbidden
}

/// All that is logged on this thread, down to TRACE, by whatever crate.
#[derive(Clone, Default)]
struct Log {
    lines: Arc<Mutex<Vec<u8>>>,
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.lines.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Listens until the guard is dropped.
    fn listen(&self) -> DefaultGuard {
        let writer = self.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(LevelFilter::TRACE);
        subscriber.with_writer(move || writer.clone()).set_default()
    }

    fn text(&self) -> String {
        String::from_utf8(self.lines.lock().unwrap().clone()).unwrap()
    }
}

#[derive(Clone, Copy, Debug)]
enum Preset {
    Github,
    Stripe,
    Partner,
    Standard,
}

impl Preset {
    const ALL: [Self; 4] = [Self::Github, Self::Stripe, Self::Partner, Self::Standard];

    fn sign(self, right: bool, time: i64, body: &[u8]) -> Builder {
        let key = |secret| if right { secret } else { OTHER_SECRET };
        match self {
            Self::Github => github_signed_with(key(SECRET), body),
            Self::Stripe => stripe(key(SECRET), time, body),
            Self::Partner => partner(API_KEY, key(SECRET), time, body),
            Self::Standard => standard(key(STANDARD_KEY), "msg_1", time, body),
        }
    }

    fn serve(self, host: Host, explain: bool) -> Hosted {
        macro_rules! build {
            ($scheme:expr, $keys:expr) => {{
                let builder = WebhookLayer::builder($scheme, $keys).clock(clock()).body_limit(1000);
                let webhook = if explain { builder.explain_rejections() } else { builder }.build().unwrap();
                forbidden().assert_not_in_debug(&webhook);
                host.serve(tower::ServiceBuilder::new().layer(AuditLayer::new(TracingSink)).layer(webhook))
            }};
        }
        match self {
            Self::Github => build!(schemes::GITHUB, secret()),
            Self::Stripe => build!(schemes::STRIPE, secret()),
            Self::Partner => build!(schemes::PARTNER, partners()),
            Self::Standard => build!(schemes::STANDARD_WEBHOOKS, standard_secret()),
        }
    }

    /// Requests of every sort; the first is accepted.
    fn battery(self) -> Vec<Request<TestBody>> {
        let right = || self.sign(true, NOW, BODY.as_bytes());
        let doubled = |mut head: Builder| {
            let headers = head.headers_mut().unwrap();
            for (name, value) in headers.clone() {
                headers.append(name.unwrap(), value);
            }
            head
        };
        let garbled = |mut head: Builder| {
            for value in head.headers_mut().unwrap().values_mut() {
                *value = format!("{}!", value.to_str().unwrap()).parse().unwrap();
            }
            head
        };
        let too_long = PAYLOAD_TEXT.repeat(1000);
        let requests = vec![
            right().body(whole(BODY)),
            right().body(whole(BODY)),
            self.sign(false, NOW, BODY.as_bytes()).body(whole(BODY)),
            self.sign(true, NOW, b"").body(whole(BODY)),
            self.sign(true, NOW - 412, BODY.as_bytes()).body(whole(BODY)),
            post().body(whole(BODY)),
            post().header("authorization", SECRET).header("x-api-key", API_KEY).body(whole(BODY)),
            doubled(right()).body(whole(BODY)),
            garbled(right()).body(whole(BODY)),
            right().method("PUT").body(whole(BODY)),
            right().header("content-encoding", "gzip").body(whole(BODY)),
            right().body(whole(too_long)),
            right().body(Scripted::fails_after(BODY.as_bytes(), "connection reset").boxed()),
            right().body(Scripted::stalls_after(BODY.as_bytes()).boxed()),
            right().header("x-fail", "1").body(whole(format!("{BODY} "))),
        ];
        requests.into_iter().map(Result::unwrap).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn no_answer_and_no_log_line_tells_a_secret_a_signature_or_a_payload() {
    let forbidden = forbidden();
    let log = Log::default();
    let listening = log.listen();
    let mut kinds = BTreeSet::new();
    for host in HOSTS {
        for (preset, explain) in Preset::ALL.iter().flat_map(|preset| [false, true].map(|explain| (*preset, explain))) {
            let service = preset.serve(host, explain);
            for (n, request) in preset.battery().into_iter().enumerate() {
                let answer = send(&service, request).await;
                assert_eq!(answer.status == 200 && answer.rejection.is_none(), n == 0, "{preset:?} {n}: {answer:?}");
                forbidden.assert_not_in(answer.text(), "a body");
                forbidden.assert_not_in_debug(&answer);
                let rejection = answer.rejection;
                let mut cause = rejection.as_ref().map(|rejection| rejection as &dyn Error);
                while let Some(error) = cause {
                    forbidden.assert_not_in(&error.to_string(), "an error");
                    cause = error.source();
                }
                kinds.extend(rejection.map(|rejection| rejection.kind().code()));
            }
        }
    }
    drop(listening);
    let log = log.text();
    forbidden.assert_not_in(&log, "the log");
    // It did listen, and to everything.
    for kind in &kinds {
        assert!(log.contains(&format!(r#"code="{kind}""#)), "{kind} was not logged");
        assert!(log.contains(&format!(r#"outcome="{kind}""#)), "{kind} was not audited");
    }
    for said in ["webhook verified", "webhook attempt", r#"tenant="acme""#, "evt_1", "msg_1", "connection reset"] {
        assert!(log.contains(said), "{said} was not logged");
    }
    let expected = [
        RejectionKind::BodyTimeout,
        RejectionKind::BodyUnreadable,
        RejectionKind::Duplicate,
        RejectionKind::EncodingNotSupported,
        RejectionKind::MethodNotAllowed,
        RejectionKind::PayloadTooLarge,
        RejectionKind::SignatureMalformed,
        RejectionKind::SignatureMismatch,
        RejectionKind::SignatureMissing,
        RejectionKind::TimestampOutOfTolerance,
    ];
    assert!(expected.iter().all(|kind| kinds.contains(kind.code())), "{kinds:?}");
}

/// The test above would find what it looks for.
#[test]
fn what_is_forbidden_is_recognised_in_every_form() {
    let forbidden = forbidden();
    let tag = mac(SECRET, &[BODY.as_bytes()]);
    let forms = [
        SECRET.to_owned(),
        const_hex::encode(tag),
        general_purpose::STANDARD.encode(tag),
        format!("{:?}", SECRET.as_bytes()),
        BODY.to_owned(),
    ];
    for form in forms {
        let found = forbidden.forms.iter().any(|forbidden| form.contains(forbidden.as_str()));
        assert!(found, "{form}");
    }
}

#[derive(Clone, Default)]
struct Records {
    records: Arc<Mutex<Vec<AuditRecord>>>,
}

#[tokio::test(start_paused = true)]
async fn audit_records_and_events_do_not_show_what_they_are_about() {
    let forbidden = forbidden();
    for host in HOSTS {
        let kept = Records::default();
        let sink = kept.clone();
        let audit = AuditLayer::new(move |record| sink.records.lock().unwrap().push(record));
        let webhook = WebhookLayer::builder(schemes::PARTNER, partners()).clock(clock()).build().unwrap();
        let service = host.serve(tower::ServiceBuilder::new().layer(audit).layer(webhook));
        let sent = Preset::Partner.battery().len();
        for request in Preset::Partner.battery() {
            send(&service, request).await;
        }
        let records = kept.records.lock().unwrap().clone();
        assert_eq!(records.len(), sent, "one record for each attempt");
        for record in &records {
            forbidden.assert_not_in_debug(record);
            forbidden.assert_not_in_debug(&record.outcome());
        }
        let event: &VerifiedEvent = records[0].event().unwrap();
        assert_eq!(event.payload(), BODY);
        forbidden.assert_not_in_debug(event);
        forbidden.assert_not_in_debug(&event.replay_key());
    }
}

#[test]
fn nothing_that_holds_secrets_or_payloads_prints_them() {
    let forbidden = forbidden();
    let (head, ()) = partner(API_KEY, SECRET, NOW, BODY.as_bytes()).body(()).unwrap().into_parts();
    let input = SchemeInput::new(&head, BODY.as_bytes(), tower_webhook::UnixTime::from_seconds(NOW));
    let keys = Keyring::new(secret());
    let verification = schemes::PARTNER.verify(&input, &keys).unwrap();
    forbidden.assert_not_in_debug(&verification);
    forbidden.assert_not_in_debug(&input);
    let layer = RateLimitLayer::by(Quota::per_second(1).unwrap(), |head| {
        forbidden.assert_not_in_debug(&head);
        None
    });
    let (mut head, _) = Request::new(()).into_parts();
    head.headers = input.head.headers.clone();
    let service = layer.layer(Probe::default());
    assert!(service.oneshot(Request::from_parts(head, ())).now_or_never().is_some());
    forbidden.assert_not_in_debug(&keys);
    forbidden.assert_not_in_debug(&partners());
    forbidden.assert_not_in_debug(&secret());
    forbidden.assert_not_in_debug(&standard_secret());
    forbidden.assert_not_in_debug(&Verifier::new(schemes::PARTNER, partners()).unwrap());
    forbidden.assert_not_in_debug(&WebhookLayer::builder(schemes::PARTNER, partners()));
    forbidden.assert_not_in_debug(&MemoryReplayStore::default());
}

/// serde's own errors quote what they did not expect.
#[derive(Debug, Deserialize)]
struct Unlike {
    #[serde(rename = "note")]
    _note: u64,
}

#[tokio::test(start_paused = true)]
async fn a_payload_of_another_shape_is_not_quoted() {
    use axum::{Router, routing::post};
    use http_body_util::BodyExt;

    async fn handler(event: Result<Event<Unlike>, tower_webhook::axum::EventRejection>) -> Result<(), String> {
        let rejection = event.unwrap_err();
        Err(format!("{rejection} {rejection:?} {rejection:#?} {:?}", rejection.source()))
    }
    async fn default_handler(_: Event<Unlike>) {}

    let forbidden = forbidden();
    let log = Log::default();
    let listening = log.listen();
    for handler in [post(handler), post(default_handler)] {
        let webhook = WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock()).build().unwrap();
        let app: Router = Router::new().route("/hook", handler.route_layer(webhook));
        let request = github_signed_with(SECRET, BODY.as_bytes()).body(axum::body::Body::from(BODY)).unwrap();
        let response = app.oneshot(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.contains("line 1"), "{body}");
        forbidden.assert_not_in(body, "a body");
    }
    drop(listening);
    assert!(log.text().contains("not what its handler wants"));
    forbidden.assert_not_in(&log.text(), "the log");
}
