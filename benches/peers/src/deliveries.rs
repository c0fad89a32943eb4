//! Signed deliveries. One body for everybody: an event of Stripe's, since one of the peers reads it as such.

use bytes::{Bytes, BytesMut};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, Request, request::Parts};
use sha2::Sha256;
use tower_webhook::{Recipe, Scheme, Secret, schemes, testing};

pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const START: &str = r#"{"id":"evt_1MqqbKLt4dXK03v5qaIbiNCC","object":"event","api_version":null,"created":1764000000,"livemode":false,"pending_webhooks":1,"request":null,"type":"account.external_account.created","data":{"object":{"id":"ba_1MqqbKLt4dXK03v5qaIbiNCC","object":"bank_account","country":"US","currency":"usd","last4":"6789","status":"new","metadata":{"note":""#;
/// Where a number makes each delivery another one.
const NUMBER: usize = 16;
const END: &str = r#""}}}}"#;

#[derive(Clone)]
pub struct Delivery {
    pub head: Parts,
    pub body: Bytes,
}

pub fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

pub fn body(size: usize) -> Vec<u8> {
    let mut body = START.as_bytes().to_vec();
    body.resize(size - NUMBER - END.len(), b'x');
    body.extend([b'0'; NUMBER]);
    body.extend(END.as_bytes());
    body
}

/// Signed now. All peers take a time that is up to five minutes old.
pub fn signed(recipe: &Recipe, body: impl Into<Bytes>) -> Delivery {
    let body = body.into();
    let mut signing = testing::sign(recipe, &secret()).body(body.clone());
    signing = match recipe.name() {
        "github" => signing.id("72d3162e-cc78-11e3-81ab-4c9367dc0958").header("x-github-event", "push"),
        "standard_webhooks" => signing.id("msg_p5jXN8AQM9LWM0D4loKWxJek"),
        _ => signing,
    };
    let (mut head, _) = signing.build().unwrap().into_parts();
    // What every request carries besides.
    let request = Request::post("/")
        .header("host", "hooks.example.com")
        .header("user-agent", "webhooks/1.0")
        .header("content-type", "application/json")
        .header("content-length", body.len())
        .header("accept", "*/*");
    for (name, value) in request.body(()).unwrap().headers() {
        head.headers.insert(name, HeaderValue::clone(value));
    }
    Delivery { head, body }
}

impl Delivery {
    /// The same with one byte of the body or of the signature changed, at several places. All of them remain text.
    pub fn forgeries(&self) -> Vec<Self> {
        let mut forgeries = Vec::new();
        for place in [0, self.body.len() / 2, self.body.len() - END.len() - 1] {
            let mut body = self.body.to_vec();
            body[place] ^= 1;
            forgeries.push(Self { head: self.head.clone(), body: body.into() });
        }
        for (name, value) in &self.head.headers {
            if name.as_str().contains("signature") {
                let mut value = value.as_bytes().to_vec();
                let place = value.len() / 2;
                value[place] = if value[place] == b'a' { b'b' } else { b'a' };
                let mut head = self.head.clone();
                head.headers.insert(name, HeaderValue::from_bytes(&value).unwrap());
                forgeries.push(Self { head, body: self.body.clone() });
            }
        }
        assert!(forgeries.len() > 3, "no header with a signature");
        forgeries
    }
}

/// Deliveries of GitHub, each with a number of its own and so with a signature of its own.
pub struct Deliveries {
    template: Delivery,
    /// Of what comes before the number.
    start: Hmac<Sha256>,
    number: u64,
}

impl Deliveries {
    pub fn new(size: usize) -> Self {
        let template = signed(&schemes::GITHUB, body(size));
        let start = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        let start = start.chain_update(&template.body[..size - NUMBER - END.len()]);
        Self { template, start, number: 0 }
    }

    pub fn next(&mut self) -> Delivery {
        self.number += 1;
        let number = format!("{:0NUMBER$}", self.number);
        let Delivery { mut head, body } = self.template.clone();
        // As hyper hands it on: part of a buffer that is shared.
        let mut buffer = BytesMut::with_capacity(body.len());
        buffer.extend_from_slice(&body[..body.len() - NUMBER - END.len()]);
        buffer.extend_from_slice(number.as_bytes());
        buffer.extend_from_slice(END.as_bytes());
        let body = buffer.split().freeze();
        let tag = self.start.clone().chain_update(number).chain_update(END).finalize().into_bytes();
        let signature = format!("sha256={}", const_hex::encode(tag));
        head.headers.insert("x-hub-signature-256", signature.try_into().unwrap());
        Delivery { head, body }
    }
}
