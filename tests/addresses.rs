//! Who is calling, and may they? Through the public API.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::{Body, Frame};
use ipnet::IpNet;
use proptest::prelude::*;
use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    pin::Pin,
    task::{Context, Poll},
};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};
use tower_webhook::{
    ClientIp, ClientIpLayer, IpAllowlistLayer, IpSet, PeerAddr, ProxyHeader, Rejection, RejectionKind,
    rejection::{Reported, StatusOnly},
};

const SPOOFABLE: [&str; 14] = [
    "x-forwarded-for",
    "x-real-ip",
    "forwarded",
    "cf-connecting-ip",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-forwarded",
    "forwarded-for",
    "fly-client-ip",
    "fastly-client-ip",
    "x-appengine-user-ip",
    "x-azure-clientip",
    "client-ip",
];

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn request<B>(peer: IpAddr, headers: &HeaderMap, body: B) -> Request<B> {
    let mut request = Request::post("/").body(body).unwrap();
    *request.headers_mut() = headers.clone();
    request.extensions_mut().insert(PeerAddr::new(peer));
    request
}

/// Answers with the address that reached it.
fn echo<B>(request: Request<B>) -> Ready<Result<Response<Bytes>, Infallible>> {
    let client = request.extensions().get::<ClientIp>().map_or_else(|| "nobody".to_owned(), ToString::to_string);
    ready(Ok(Response::new(Bytes::from(client))))
}

fn client_of(layer: &ClientIpLayer, peer: IpAddr, headers: &HeaderMap) -> String {
    let response = layer.layer(service_fn(echo)).oneshot(request(peer, headers, ()));
    let response = response.now_or_never().expect("nothing waits here").unwrap();
    String::from_utf8(response.into_body().to_vec()).unwrap()
}

fn headers<const N: usize>(lines: [(&str, &str); N]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(HeaderName::try_from(name).unwrap(), value.parse().unwrap());
    }
    headers
}

fn behind(header: ProxyHeader) -> ClientIpLayer {
    ClientIpLayer::new().trusted_proxies(["10.0.0.0/8", "2001:db8:10::/48"], header).unwrap()
}

#[test]
fn no_header_from_an_untrusted_peer_is_believed() {
    let mut spoofed = HeaderMap::new();
    for name in SPOOFABLE {
        let value = if name == "forwarded" { "for=10.0.0.7" } else { "10.0.0.7" };
        spoofed.append(name, HeaderValue::from_static(value));
    }
    for header in [ProxyHeader::XForwardedFor, ProxyHeader::Forwarded, ProxyHeader::single("x-real-ip").unwrap()] {
        assert_eq!(client_of(&behind(header), ip("203.0.113.9"), &spoofed), "203.0.113.9");
    }
    assert_eq!(client_of(&ClientIpLayer::new(), ip("10.0.0.1"), &spoofed), "10.0.0.1");
}

#[test]
fn a_trusted_peer_is_believed_in_the_named_header_only() {
    for name in SPOOFABLE {
        let value = if name == "forwarded" { "for=192.0.2.1" } else { "192.0.2.1" };
        let only = headers([(name, value)]);
        let expect = |believed: bool| if believed { "192.0.2.1" } else { "10.0.0.1" };
        let peer = ip("10.0.0.1");
        assert_eq!(client_of(&behind(ProxyHeader::XForwardedFor), peer, &only), expect(name == "x-forwarded-for"));
        assert_eq!(client_of(&behind(ProxyHeader::Forwarded), peer, &only), expect(name == "forwarded"));
        let single = behind(ProxyHeader::single("CF-Connecting-IP").unwrap());
        assert_eq!(client_of(&single, peer, &only), expect(name == "cf-connecting-ip"));
    }
}

#[test]
fn the_chain_is_walked_from_the_right_across_lines_ports_and_spellings() {
    let layer = behind(ProxyHeader::XForwardedFor);
    let lines = headers([
        ("x-forwarded-for", "6.6.6.6"),
        ("x-forwarded-for", "7.7.7.7, ::ffff:192.0.2.1"),
        ("x-forwarded-for", "[2001:db8:10::1]:443,10.9.9.9:80"),
    ]);
    assert_eq!(client_of(&layer, ip("::ffff:10.0.0.1"), &lines), "192.0.2.1");
    // A chain of nothing but proxies was begun by the first of them.
    let inside = headers([("x-forwarded-for", "10.0.0.3, 10.0.0.2")]);
    assert_eq!(client_of(&layer, ip("10.0.0.1"), &inside), "10.0.0.3");
}

#[test]
fn an_unreadable_hop_ends_the_walk_at_the_proxy_that_handed_it_on() {
    let layer = behind(ProxyHeader::XForwardedFor);
    for unreadable in ["_hidden", "unknown", "", "192.0.2.01", "192.0.2.1;"] {
        let chain = format!("192.0.2.1, {unreadable}, 10.0.0.2");
        assert_eq!(client_of(&layer, ip("10.0.0.1"), &headers([("x-forwarded-for", &chain)])), "10.0.0.2");
    }
    let long = vec!["10.0.0.2"; 65].join(",");
    let chain = format!("192.0.2.1, {long}");
    assert_eq!(client_of(&layer, ip("10.0.0.1"), &headers([("x-forwarded-for", &chain)])), "10.0.0.2");
    // Sent twice: one of them is the client's own.
    let twice = headers([("x-real-ip", "192.0.2.1"), ("x-real-ip", "192.0.2.1")]);
    assert_eq!(client_of(&behind(ProxyHeader::single("x-real-ip").unwrap()), ip("10.0.0.1"), &twice), "10.0.0.1");
    // Absent: `Connection: x-forwarded-for` made the proxy drop it.
    assert_eq!(client_of(&layer, ip("10.0.0.1"), &HeaderMap::new()), "10.0.0.1");
}

#[test]
fn to_trust_everybody_is_a_mistake() {
    for entries in [&["0.0.0.0/0"][..], &["::/0"], &["10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1"], &[]] {
        let error = ClientIpLayer::new().trusted_proxies(entries, ProxyHeader::XForwardedFor).unwrap_err();
        assert_eq!(error.field(), "trusted_proxies", "{error}");
    }
    for name in ["", "a header", "X-Forwarded-For", "forwarded"] {
        assert_eq!(ProxyHeader::single(name).unwrap_err().field(), "proxy_header");
    }
}

#[test]
fn without_a_peer_nothing_passes_unless_the_address_is_optional() {
    let unknown = || Request::post("/").body(()).unwrap();
    let stack = ServiceBuilder::new().layer(ClientIpLayer::new()).service_fn(echo);
    let response = stack.oneshot(unknown()).now_or_never().unwrap().unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.extensions().get::<Rejection>().unwrap().kind(), RejectionKind::PeerUnknown);

    let optional = ClientIpLayer::new().optional();
    let response = optional.layer(service_fn(echo)).oneshot(unknown()).now_or_never().unwrap().unwrap();
    assert_eq!(response.body(), "nobody");

    let everybody = IpAllowlistLayer::new(IpSet::parse(["0.0.0.0/0", "::/0"]).unwrap());
    let stack = ServiceBuilder::new().layer(optional).layer(everybody).service_fn(echo);
    let response = stack.oneshot(unknown()).now_or_never().unwrap().unwrap();
    assert_eq!(response.extensions().get::<Rejection>().unwrap().kind(), RejectionKind::PeerUnknown);
}

struct Untouchable;

impl Body for Untouchable {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("a forbidden body was read")
    }
}

#[test]
fn a_forbidden_request_is_answered_before_its_body_is_read() {
    let allowed = IpSet::parse(["192.0.2.0/24"]).unwrap();
    let stack = ServiceBuilder::new()
        .layer(ClientIpLayer::new().with_rejection_response(StatusOnly))
        .layer(IpAllowlistLayer::new(allowed).with_rejection_response(StatusOnly))
        .service(service_fn(|_: Request<Untouchable>| ready(Ok::<_, Infallible>(Response::new(())))));
    let forbidden = stack.clone().oneshot(request(ip("192.0.3.1"), &HeaderMap::new(), Untouchable));
    let response = forbidden.now_or_never().unwrap().unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(response.extensions().get::<Rejection>().unwrap().kind(), RejectionKind::IpNotAllowed);
    let allowed = stack.oneshot(request(ip("192.0.2.1"), &HeaderMap::new(), Untouchable));
    assert_eq!(allowed.now_or_never().unwrap().unwrap().status(), StatusCode::OK);
}

#[test]
fn a_new_list_counts_for_services_that_were_made_before() {
    let layer = IpAllowlistLayer::new(IpSet::parse(["192.0.2.1"]).unwrap());
    let (handle, copy) = (layer.clone().handle(), layer.clone());
    let stacks =
        [layer, copy].map(|layer| ServiceBuilder::new().layer(ClientIpLayer::new()).layer(layer).service_fn(echo));
    let expect = |peer: &str, status: StatusCode| {
        for stack in &stacks {
            let answer = stack.clone().oneshot(request(ip(peer), &HeaderMap::new(), ()));
            assert_eq!(answer.now_or_never().unwrap().unwrap().status(), status, "{peer}");
        }
    };
    expect("192.0.2.1", StatusCode::OK);
    expect("192.0.2.2", StatusCode::FORBIDDEN);
    handle.replace(IpSet::parse(["192.0.2.2"]).unwrap());
    expect("192.0.2.1", StatusCode::FORBIDDEN);
    expect("192.0.2.2", StatusCode::OK);
    let error = handle.reload(["192.0.2.1", "nonsense"]).unwrap_err();
    assert!(error.to_string().contains(r#""nonsense""#), "{error}");
    expect("192.0.2.1", StatusCode::FORBIDDEN);
    expect("192.0.2.2", StatusCode::OK);
}

#[test]
fn report_only_lets_everybody_pass_and_tells_the_handler() {
    let reported = |request: Request<()>| {
        let reported = request.extensions().get::<Reported>().cloned().unwrap_or_default();
        let kinds: Vec<_> = reported.rejections().iter().map(|rejection| rejection.kind().code()).collect();
        ready(Ok::<_, Infallible>(Response::new(Bytes::from(kinds.join(",")))))
    };
    let trial = |allowed: &str| IpAllowlistLayer::new(IpSet::parse([allowed]).unwrap()).insecure_report_only();
    let stack = ServiceBuilder::new()
        .layer(ClientIpLayer::new().optional())
        .layer(trial("192.0.2.0/24"))
        .layer(trial("192.0.2.1"))
        .service_fn(reported);
    let reports = |request| stack.clone().oneshot(request).now_or_never().unwrap().unwrap().into_body();
    assert_eq!(reports(request(ip("192.0.2.1"), &HeaderMap::new(), ())), "");
    assert_eq!(reports(request(ip("192.0.2.2"), &HeaderMap::new(), ())), "ip_not_allowed");
    assert_eq!(reports(request(ip("203.0.113.1"), &HeaderMap::new(), ())), "ip_not_allowed,ip_not_allowed");
    assert_eq!(reports(Request::new(())), "peer_unknown,peer_unknown");
}

#[tokio::test]
async fn the_service_that_was_ready_is_the_one_that_is_called() {
    let mut stack = ServiceBuilder::new()
        .layer(ClientIpLayer::new())
        .layer(IpAllowlistLayer::new(IpSet::parse(["192.0.2.1"]).unwrap()))
        .concurrency_limit(1)
        .service_fn(echo::<()>);
    for round in 0..8 {
        let (peer, status) = if round % 2 == 1 { ("192.0.2.1", 200) } else { ("192.0.2.2", 403) };
        let response = stack.ready().await.unwrap().call(request(ip(peer), &HeaderMap::new(), ())).await.unwrap();
        assert_eq!(response.status(), status);
    }
    // A turned-away request leaves the permit with its service, and hosts drop that with the request.
    drop(stack.clone().oneshot(request(ip("192.0.2.2"), &HeaderMap::new(), ())).await.unwrap());
    let response = stack.ready().await.unwrap().call(request(ip("192.0.2.1"), &HeaderMap::new(), ())).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[test]
fn layers_and_services_can_go_wherever_tower_wants_them() {
    fn portable<T: Clone + std::fmt::Debug + Send + Sync + 'static>(_: &T) {}
    let allowlist = IpAllowlistLayer::new(IpSet::parse(["192.0.2.1"]).unwrap());
    let client = ClientIpLayer::new().with_peer(|_| None);
    portable(&allowlist.handle());
    portable(&allowlist.layer(()));
    portable(&client.layer(()));
    portable(&(allowlist, client));
}

#[cfg(feature = "tracing")]
mod logs {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing::{Event, Level, field::Field};
    use tracing_subscriber::{layer::SubscriberExt, registry};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<(Level, String)>>>);

    impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Lines {
        fn on_event(&self, event: &Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
            let mut line = String::new();
            event.record(&mut |field: &Field, value: &dyn std::fmt::Debug| line += &format!("{field}={value:?} "));
            self.0.lock().unwrap().push((*event.metadata().level(), line));
        }
    }

    fn logged(work: impl FnOnce()) -> Vec<(Level, String)> {
        let lines = Lines::default();
        tracing::subscriber::with_default(registry().with(lines.clone()), work);
        lines.0.lock().unwrap().clone()
    }

    #[test]
    fn an_allow_all_list_warns_once() {
        for entries in [&["0.0.0.0/0"][..], &["::/0", "10.0.0.0/8"], &["0.0.0.0/0", "::/0", "0.0.0.0/0"]] {
            let lines = logged(|| drop(IpSet::parse(entries).unwrap()));
            assert!(matches!(&lines[..], [(Level::WARN, line)] if line.contains("allows every")), "{lines:?}");
        }
        assert_eq!(logged(|| drop(IpSet::parse(["10.0.0.0/8"]).unwrap())), []);
    }

    #[test]
    fn an_unknown_peer_is_one_error_that_says_what_to_add() {
        let service = ClientIpLayer::new().layer(service_fn(echo));
        let lines = logged(|| drop(service.oneshot(Request::new(())).now_or_never()));
        assert!(matches!(&lines[..], [(Level::ERROR, line)] if line.contains("connect_info")), "{lines:?}");
    }

    #[test]
    fn report_only_warns_once() {
        let allowed = IpSet::parse(["10.0.0.0/8"]).unwrap();
        let lines = logged(|| drop(IpAllowlistLayer::new(allowed).insecure_report_only()));
        assert!(matches!(&lines[..], [(Level::WARN, _)]), "{lines:?}");
    }
}

mod properties {
    use super::*;

    #[derive(Clone, Debug)]
    struct Hop {
        address: Option<IpAddr>,
        plain: String,
    }

    /// Trusted and untrusted addresses in every spelling, and what is no address at all.
    fn hop() -> impl Strategy<Value = Hop> {
        let trusted = any::<[u8; 3]>().prop_map(|[b, c, d]| IpAddr::from([10, b, c, d]));
        let trusted_v6 = any::<u64>()
            .prop_map(|host| IpAddr::from(Ipv6Addr::from_bits((0x2001_0db8_0010 << 80) | u128::from(host))));
        let address = prop_oneof![3 => trusted, 2 => trusted_v6, 2 => any::<Ipv4Addr>().prop_map(IpAddr::from), 1 => any::<Ipv6Addr>().prop_map(IpAddr::from)];
        let spelt = (address, 0..4).prop_map(|(address, style)| {
            let plain = match (address, style) {
                (IpAddr::V4(v4), 0) => v4.to_ipv6_mapped().to_string(),
                (IpAddr::V6(v6), 0) => format!("[{v6}]"),
                (address, 1) => std::net::SocketAddr::new(address, 4711).to_string(),
                (address, _) => address.to_string(),
            };
            Hop { address: Some(address.to_canonical()), plain }
        });
        let garbage = prop::sample::select(vec!["unknown", "_hidden", "010.0.0.1", "10.0.0.1.", "10.0.0.1:x"]);
        prop_oneof![9 => spelt, 1 => garbage.prop_map(|text| Hop { address: None, plain: text.to_owned() })]
    }

    /// What a header holds: lines of hops.
    fn chain() -> impl Strategy<Value = Vec<Vec<Hop>>> {
        prop::collection::vec(prop::collection::vec(hop(), 1..4), 0..4)
    }

    fn trusted(ip: IpAddr) -> bool {
        ["10.0.0.0/8", "2001:db8:10::/48"].iter().any(|net| net.parse::<IpNet>().unwrap().contains(&ip.to_canonical()))
    }

    /// The walk as one would explain it.
    fn model(peer: IpAddr, chain: &[Vec<Hop>]) -> IpAddr {
        let mut client = peer;
        for hop in chain.iter().flatten().rev() {
            match hop.address {
                Some(address) if trusted(client) => client = address,
                _ => break,
            }
        }
        client.to_canonical()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn the_verdict_depends_on_the_peer_and_the_nearest_untrusted_hop_alone(
            peer in hop().prop_filter_map("a peer is an address", |hop| hop.address),
            lists in [chain(), chain()],
            singles in [chain(), chain(), chain()],
        ) {
            let mut sent = HeaderMap::new();
            for line in &lists[0] {
                let line: Vec<_> = line.iter().map(|hop| hop.plain.clone()).collect();
                sent.append("x-forwarded-for", line.join(", ").parse().unwrap());
            }
            for line in &lists[1] {
                let line: Vec<_> = line.iter().map(|hop| format!(r#"by="_a,b;c";For="{}""#, hop.plain)).collect();
                sent.append("forwarded", line.join(",").parse().unwrap());
            }
            let names = ["x-real-ip", "cf-connecting-ip", "true-client-ip"];
            for (name, single) in names.iter().zip(&singles) {
                for line in single {
                    sent.append(*name, line[0].plain.parse().unwrap());
                }
            }
            let client = |layer: &ClientIpLayer| client_of(layer, peer, &sent);
            prop_assert_eq!(client(&ClientIpLayer::new()), peer.to_string());
            prop_assert_eq!(client(&behind(ProxyHeader::XForwardedFor)), model(peer, &lists[0]).to_string());
            prop_assert_eq!(client(&behind(ProxyHeader::Forwarded)), model(peer, &lists[1]).to_string());
            for (name, single) in names.iter().zip(&singles) {
                let expected = match &single[..] {
                    [line] => model(peer, &[vec![line[0].clone()]]),
                    _ => peer,
                };
                prop_assert_eq!(client(&behind(ProxyHeader::single(name).unwrap())), expected.to_string());
            }
        }

        #[test]
        fn no_header_and_no_entry_panics(
            lines in prop::collection::vec((0..SPOOFABLE.len(), prop::collection::vec(any::<u8>(), 0..80)), 0..6),
            entries in prop::collection::vec(any::<String>(), 0..4),
            near_miss in "[0-9a-f.:/ +%]{0,24}",
        ) {
            let mut sent = HeaderMap::new();
            for (name, line) in &lines {
                if let Ok(value) = HeaderValue::from_bytes(line) {
                    sent.append(SPOOFABLE[*name], value);
                }
            }
            for header in [ProxyHeader::XForwardedFor, ProxyHeader::Forwarded, ProxyHeader::single("x-real-ip").unwrap()] {
                client_of(&behind(header), ip("10.0.0.1"), &sent);
            }
            let _ = (IpSet::parse(&entries), IpSet::parse([near_miss]));
        }

        #[test]
        fn a_set_contains_what_its_prefixes_contain(
            networks in prop::collection::vec(network(), 1..24),
            others in prop::collection::vec(any::<IpAddr>(), 8),
        ) {
            let set = IpSet::from_networks(networks.iter().copied()).unwrap();
            let text: Vec<_> = networks.iter().map(ToString::to_string).collect();
            prop_assert_eq!(&IpSet::parse(&text).unwrap(), &set);
            let edges = networks.iter().flat_map(|network| [network.network(), network.broadcast()]);
            for ip in edges.flat_map(and_its_neighbours).chain(others) {
                let naive = networks.iter().any(|network| match (network, ip.to_canonical()) {
                    (IpNet::V6(v6), IpAddr::V4(ip)) => v6.prefix_len() >= 96 && v6.contains(&ip.to_ipv6_mapped()),
                    (network, ip) => network.contains(&ip),
                });
                prop_assert_eq!(set.contains(ip), naive, "{}", ip);
            }
        }
    }

    /// Close together, so that they overlap and touch; some mapped into IPv6.
    fn network() -> impl Strategy<Value = IpNet> {
        let v4 = (any::<u16>(), 12..=32_u8)
            .prop_map(|(low, length)| (IpAddr::from((0x0a00_0000 | u32::from(low)).to_be_bytes()), length));
        let far_v4 = (any::<u32>(), 0..=32_u8).prop_map(|(bits, length)| (IpAddr::from(bits.to_be_bytes()), length));
        let v6 = (any::<u16>(), 100..=128_u8)
            .prop_map(|(low, length)| (IpAddr::from(((0x2001_0db8 << 96) | u128::from(low)).to_be_bytes()), length));
        let far_v6 = (any::<u128>(), 0..=128_u8).prop_map(|(bits, length)| (IpAddr::from(bits.to_be_bytes()), length));
        let mapped = (any::<u16>(), 90..=128_u8)
            .prop_map(|(low, length)| (IpAddr::from((0xffff_0a00_0000_u128 | u128::from(low)).to_be_bytes()), length));
        prop_oneof![4 => v4, 1 => far_v4, 4 => v6, 1 => far_v6, 2 => mapped]
            .prop_map(|(ip, length)| IpNet::new(ip, length).unwrap().trunc())
    }

    fn and_its_neighbours(ip: IpAddr) -> [IpAddr; 3] {
        match ip {
            IpAddr::V4(ip) => [0, 1, u32::MAX].map(|step| Ipv4Addr::from_bits(ip.to_bits().wrapping_add(step)).into()),
            IpAddr::V6(ip) => [0, 1, u128::MAX].map(|step| Ipv6Addr::from_bits(ip.to_bits().wrapping_add(step)).into()),
        }
    }
}

#[test]
fn every_address_is_every_address() {
    assert_eq!(IpSet::every_address(), IpSet::parse(["0.0.0.0/0", "::/0"]).unwrap());
    for address in ["0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::ffff:192.0.2.1", "2001:db8::1"] {
        assert!(IpSet::every_address().contains(address.parse().unwrap()), "{address}");
    }
}
