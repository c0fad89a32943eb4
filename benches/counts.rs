//! Instructions and allocations of an accepted request: what no busy machine can blur, so that a table can hold them down.
//!
//! `cargo bench --bench counts --features testing` counts, and fails where a path takes over 3 % more instructions than
//! `benches/counts.md` says, or one allocation more. `UPDATE_COUNTS=1` in the environment writes that table anew.
//!
//! callgrind does the counting (Debian: `apt install valgrind`); an allocation is a call of the C library's `malloc` or
//! one of its relatives. It knows no SHA extensions, and what a hash costs is not up to us: of each path, the HMAC of
//! the same bytes is taken off, and the inner service, both counted beside it.
#![allow(clippy::unwrap_used, missing_docs)]

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, request::Parts};
use http_body::{Body, Frame};
use http_body_util::{Full, StreamBody};
use sha2::Sha256;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    convert::Infallible,
    env, fs,
    hint::black_box,
    net::IpAddr,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_webhook::{
    BufferedBodyLayer, ClientIpLayer, IpAllowlistLayer, IpSet, Keyring, MemoryReplayStore, Monotonic, PeerAddr, Quota,
    RateLimitLayer, ReplayGuardLayer, ReplayKey, ReplayStore, Secret, SignatureVerifyLayer, UnixTime, Verifier,
    WebhookLayer,
    schemes::{self, Recipe, Scheme, SchemeInput},
    stores::{Claim, ClaimRequest},
    testing,
};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/counts.md");
const BODY: usize = 1024;
const FRAMES: usize = 16;
/// How often a path is taken for one count. The first time, which sets things up, does not count.
const REQUESTS: usize = 200;
/// Growth that still passes: what a table with random seeds may need.
const TOLERANCE: f64 = 1.03;
/// How often a path is counted that takes more: now and then random seeds let a table grow among the requests that count.
const ATTEMPTS: usize = 3;
const NOW: UnixTime = UnixTime::from_seconds(1_764_000_000);

/// Providers that stand for shapes of signed content, and how many bytes go before the body there: a time, an id.
const SHAPES: [(&str, usize); 6] =
    [("github", 0), ("shopify", 0), ("slack", 14), ("stripe", 11), ("partner", 11), ("standard_webhooks", 40)];

/// A path of the crate, and what of it is not ours.
struct Path {
    name: String,
    /// Bytes that are signed.
    signed: Option<usize>,
    has_inner_service: bool,
    take: Box<dyn Take>,
}

trait Take {
    /// What has to be there first, and does not count.
    fn prepare(&mut self) {}

    fn take(&mut self);
}

impl<F: FnMut()> Take for F {
    fn take(&mut self) {
        self();
    }
}

/// What callgrind counts is what happens in here.
#[inline(never)]
fn counted(path: &mut dyn Take) {
    path.take();
}

/// A service, and what it is called with.
struct Serve<S, F, B> {
    service: S,
    body: F,
    deliveries: Box<dyn Iterator<Item = (Parts, Bytes)>>,
    next: Option<Request<B>>,
}

impl<S, F, B> Take for Serve<S, F, B>
where
    S: Service<Request<B>, Response = Response<Full<Bytes>>, Error = Infallible>,
    F: Fn(Bytes) -> B,
{
    fn prepare(&mut self) {
        // A copy, so that memory is taken and given back in turns, as a server does.
        let (head, body) = self.deliveries.next().unwrap();
        self.next = Some(Request::from_parts(head, (self.body)(body)));
    }

    fn take(&mut self) {
        let request = self.next.take().unwrap();
        let service = self.service.ready().now_or_never().unwrap().unwrap();
        let answer = service.call(request).now_or_never().unwrap().unwrap();
        // Anybody else has something to say.
        assert!(answer.status().is_success() && answer.body().is_end_stream(), "{answer:?}");
    }
}

fn secret() -> Secret {
    Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
}

/// No two are alike, or all but the first would be duplicates.
fn body(number: usize) -> Bytes {
    let mut body = format!(r#"{{"number":{number:08},"data":""#).into_bytes();
    body.resize(BODY - 2, b'x');
    body.extend(b"\"}");
    body.into()
}

/// A genuine request with the headers that all carry.
fn request(recipe: &Recipe, number: usize) -> (Parts, Bytes) {
    let body = body(number);
    let signing = testing::sign(recipe, &secret()).at(NOW).body(body.clone());
    let signing = match recipe.name() {
        "github" => signing.id("72d3162e-cc78-11e3-81ab-4c9367dc0958").header("x-github-event", "push"),
        "partner" => signing.api_key("pk_test_1"),
        "shopify" => signing.id("b54557e4").header("x-shopify-topic", "orders/create"),
        "standard_webhooks" => signing.id("msg_p5jXN8AQM9LWM0D4loKWxJek"),
        _ => signing,
    };
    let (mut head, _) = signing.build().unwrap().into_parts();
    let common = Request::post("/")
        .header("host", "hooks.example.com")
        .header("user-agent", "webhooks/1.0")
        .header("content-type", "application/json")
        .header("content-length", BODY)
        .header("accept", "*/*")
        .body(())
        .unwrap();
    head.headers.extend(common.into_parts().0.headers);
    head.headers = as_read(&head.headers);
    head.extensions.insert(PeerAddr::new(IpAddr::from([192, 0, 2, 1])));
    (head, body)
}

/// As a server makes them: slices of the one buffer that it has read.
fn as_read(headers: &HeaderMap) -> HeaderMap {
    let buffer = Bytes::from(headers.values().flat_map(|value| value.as_bytes().to_vec()).collect::<Vec<_>>());
    let mut rest = buffer.clone();
    let value = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.clone(), HeaderValue::from_maybe_shared(rest.split_to(value.len())).unwrap())
    };
    headers.iter().map(value).collect()
}

/// So many deliveries in it that its table grew a moment ago, and grows no more while requests are counted: a store that
/// has been in use for as long as it remembers does not grow either.
fn replay_store() -> MemoryReplayStore {
    // One shard, which grows at the 687th and at the 928th entry.
    let store = MemoryReplayStore::new(1_000).unwrap();
    let now = Monotonic::default();
    let (lease, retention) = (Duration::from_secs(60), Duration::from_secs(86_400));
    for number in 0..700_u64 {
        let digest: [u64; 4] =
            std::array::from_fn(|part| (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 + 2 * part as u64));
        let key = ReplayKey::from_bytes(digest.map(u64::to_le_bytes).concat().try_into().unwrap());
        let Ok(Claim::Claimed(token)) = store.claim(&ClaimRequest::new(&key, lease, now)).into_inner() else {
            continue;
        };
        store.confirm(&key, token, StatusCode::OK, retention, now).into_inner().unwrap();
    }
    store
}

fn paths() -> Vec<Path> {
    let mut paths = vec![];
    for (name, before_body) in SHAPES {
        paths.push(verify(schemes::by_name(name).unwrap(), before_body + BODY));
    }
    let client_ip = ClientIpLayer::new();
    let allowlist = IpAllowlistLayer::new(IpSet::parse(["192.0.2.0/24", "2001:db8::/32"]).unwrap());
    let limit = RateLimitLayer::by_client_ip(Quota::per_second(1_000_000_000).unwrap());
    let verifier = Verifier::new(schemes::GITHUB, secret()).unwrap();
    let buffer = BufferedBodyLayer::new().precheck(verifier.clone());
    let verify = SignatureVerifyLayer::new(verifier);
    let guard = ReplayGuardLayer::new(replay_store());
    let five = (client_ip.clone(), allowlist.clone(), limit.clone(), buffer.clone(), verify.clone(), guard);
    let webhook = WebhookLayer::builder(schemes::GITHUB, secret()).replay_store(replay_store()).build().unwrap();

    paths.push(serve("client IP", None, client_ip.layer(inner()), Full::new));
    paths.push(serve("client IP, allowlist", None, (client_ip.clone(), allowlist).layer(inner()), Full::new));
    paths.push(serve("client IP, rate limit", None, (client_ip, limit).layer(inner()), Full::new));
    paths.push(serve("buffered body", None, buffer.layer(inner()), Full::new));
    paths.push(serve("buffered body, verify", Some(BODY), (buffer, verify).layer(inner()), Full::new));
    paths.push(serve("five layers", Some(BODY), five.layer(inner()), Full::new));
    paths.push(serve("five layers, 16 frames", Some(BODY), five.layer(inner()), in_frames));
    paths.push(serve("`WebhookLayer`", Some(BODY), webhook.layer(inner()), Full::new));
    paths
}

/// What is taken off.
fn references() -> Vec<Path> {
    let mut references = vec![serve("inner service", None, inner(), Full::new)];
    let before_body: BTreeSet<_> = SHAPES.iter().map(|(_, before_body)| *before_body).collect();
    references.extend(before_body.into_iter().map(|before_body| hmac(before_body + BODY)));
    references
}

fn hmac(signed: usize) -> Path {
    let key = Hmac::<Sha256>::new_from_slice(secret().expose()).unwrap();
    let content = vec![b'x'; signed];
    let take = move || {
        black_box(black_box(&key).clone().chain_update(black_box(&content)).finalize());
    };
    Path { name: hmac_name(signed), signed: None, has_inner_service: false, take: Box::new(take) }
}

fn hmac_name(signed: usize) -> String {
    format!("HMAC of {signed} bytes")
}

fn verify(recipe: &'static Recipe, signed: usize) -> Path {
    let (head, body) = request(recipe, 0);
    let keys = Keyring::new(secret());
    recipe.check_keys(&keys).unwrap();
    let take = move || {
        let input = SchemeInput::new(black_box(&head), black_box(&body), NOW);
        black_box(recipe.verify(&input, black_box(&keys)).unwrap());
    };
    let name = format!("verify, {}", recipe.name());
    Path { name, signed: Some(signed), has_inner_service: false, take: Box::new(take) }
}

/// Answers at once and never looks at the body.
fn inner<B>() -> impl Service<Request<B>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone {
    service_fn(|request: Request<B>| {
        black_box(request);
        std::future::ready(Ok(Response::new(Full::default())))
    })
}

fn in_frames(body: Bytes) -> impl Body<Data = Bytes, Error = Infallible> {
    let frame = move |number| {
        let size = BODY / FRAMES;
        Ok(Frame::data(body.slice(number * size..(number + 1) * size)))
    };
    StreamBody::new(stream::iter((0..FRAMES).map(frame)))
}

fn serve<S, B>(name: &str, signed: Option<usize>, service: S, body: impl Fn(Bytes) -> B + 'static) -> Path
where
    S: Service<Request<B>, Response = Response<Full<Bytes>>, Error = Infallible> + 'static,
    B: 'static,
{
    // Paths share a replay store, to which each delivery has to be new.
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let deliveries: Vec<_> =
        (0..=REQUESTS).map(|_| request(&schemes::GITHUB, NEXT.fetch_add(1, Ordering::Relaxed))).collect();
    let copies = (0..).map_while(move |number| deliveries.get(number).cloned());
    let take = Box::new(Serve { service, body, deliveries: Box::new(copies), next: None });
    Path { name: name.to_owned(), signed, has_inner_service: true, take }
}

#[derive(Clone, Copy)]
struct Counts {
    instructions: f64,
    allocations: f64,
}

/// Starts this program once more, under callgrind, to take one path.
fn count(path: &Path) -> Counts {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/counts.callgrind");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*counted*", "--dump-instr=yes"])
        .args(["--compress-strings=no", "--compress-pos=no"])
        .arg(format!("--callgrind-out-file={file}"))
        .arg(env::current_exe().unwrap())
        .args(["--take", &path.name])
        .output()
        .expect("valgrind is not there; Debian has it: apt install valgrind");
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {printed}", path.name);
    let counted = fs::read_to_string(file).unwrap();
    let summary = counted.lines().find_map(|line| line.strip_prefix("summary: ")).unwrap();
    let instructions: f64 = summary.trim().parse().unwrap();
    assert!(instructions > 0.0, "{}: callgrind did not see `counted`", path.name);
    let allocations: f64 =
        ["malloc", "calloc", "realloc", "posix_memalign"].map(|name| entered(&counted, name)).iter().sum();
    Counts { instructions: instructions / REQUESTS as f64, allocations: (allocations / REQUESTS as f64).round() }
}

/// How often this function was entered: how often its first instruction was executed. What callgrind itself says of calls
/// holds those that were made while it did not count, too.
fn entered(counted: &str, function: &str) -> f64 {
    let mut is_inside = false;
    let mut instructions = BTreeMap::new();
    for line in counted.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            is_inside = name == function;
        } else if is_inside && line.starts_with("0x") {
            let [address, _, count] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            // Of a call, what it cost follows in a second line with the same address.
            let address = u64::from_str_radix(address.trim_start_matches("0x"), 16).unwrap();
            instructions.entry(address).or_insert_with(|| count.parse().unwrap());
        }
    }
    instructions.first_key_value().map_or(0.0, |(_, count)| *count)
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _entered = runtime.enter();
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--take", name] => {
            let mut path = references().into_iter().chain(paths()).find(|path| path.name == name).unwrap();
            path.take.prepare();
            path.take.take();
            for _ in 0..REQUESTS {
                path.take.prepare();
                counted(&mut *path.take);
            }
        }
        // As cargo calls benches in a test run.
        [] | ["--test"] => references().into_iter().chain(paths()).for_each(|mut path| {
            path.take.prepare();
            path.take.take();
        }),
        _ => compare(),
    }
}

/// Prints the table, and ends in failure where it is worse than the one that is kept.
fn compare() {
    let references: HashMap<_, _> = references().into_iter().map(|path| (path.name.clone(), count(&path))).collect();
    let kept = fs::read_to_string(TABLE).unwrap_or_default();
    let (introduction, rows) = kept.split_once("| path ").unwrap_or((&kept, ""));
    let kept: HashMap<_, _> = rows.lines().skip(2).filter_map(read_row).collect();
    let mut table = "| path | instructions | allocations |\n|---|---:|---:|\n".to_owned();
    let mut worse = vec![];
    for path in paths() {
        let inner = path.has_inner_service.then(|| references["inner service"]);
        let hmac = path.signed.map(|signed| references[&hmac_name(signed)]);
        let kept = kept.get(&path.name);
        let allowed = |counts: &Counts| {
            kept.is_some_and(|kept| {
                counts.instructions <= kept.instructions * TOLERANCE && counts.allocations <= kept.allocations
            })
        };
        let beyond = || {
            let mut counts = count(&path);
            for reference in inner.into_iter().chain(hmac) {
                counts.instructions -= reference.instructions;
                counts.allocations -= reference.allocations;
            }
            counts
        };
        let mut counts = beyond();
        for _ in 1..ATTEMPTS {
            if kept.is_none() || allowed(&counts) {
                break;
            }
            let again = beyond();
            if again.instructions < counts.instructions {
                counts = again;
            }
        }
        let row = format!("| {} | {:.0} | {} |\n", path.name, counts.instructions, counts.allocations);
        table += &row;
        match kept {
            Some(_) if allowed(&counts) => {}
            Some(kept) => worse.push(format!("{row}  was {:.0} and {}", kept.instructions, kept.allocations)),
            None => worse.push(format!("{row}  is new")),
        }
    }
    println!("{table}");
    if env::var_os("UPDATE_COUNTS").is_some() {
        fs::write(TABLE, format!("{introduction}{table}")).unwrap();
    } else if !worse.is_empty() {
        eprintln!("more than benches/counts.md allows:\n{}", worse.join("\n"));
        std::process::exit(1);
    }
}

fn read_row(row: &str) -> Option<(String, Counts)> {
    let mut cells = row.trim_matches('|').split('|').map(str::trim);
    let name = cells.next()?.to_owned();
    Some((name, Counts { instructions: cells.next()?.parse().ok()?, allocations: cells.next()?.parse().ok()? }))
}
