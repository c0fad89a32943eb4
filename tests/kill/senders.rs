//! Partners that send, and remember what they were told.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};
use tower_webhook::{Secret, schemes, testing};

/// Whoever sends.
#[derive(Default)]
pub(crate) struct Senders {
    next: Arc<AtomicUsize>,
    known: Arc<Mutex<Known>>,
    acknowledged_under_fire: usize,
}

#[derive(Default)]
struct Known {
    sent: BTreeSet<String>,
    acknowledged: BTreeSet<String>,
}

pub(crate) struct Load(Vec<JoinHandle<()>>);

impl Senders {
    /// Six partners that send one event after the other until nobody answers.
    pub(crate) fn start(&self, gateway: SocketAddr) -> Load {
        let sender = || {
            let (next, known) = (Arc::clone(&self.next), Arc::clone(&self.known));
            std::thread::spawn(move || {
                loop {
                    let id = format!("event-{}", next.fetch_add(1, Ordering::Relaxed));
                    known.lock().unwrap().sent.insert(id.clone());
                    match deliver(gateway, &id) {
                        Ok(200) => known.lock().unwrap().acknowledged.insert(id),
                        Ok(status) => panic!("{id} was answered {status}"),
                        Err(_) => return,
                    };
                }
            })
        };
        Load((0..6).map(|_| sender()).collect())
    }

    pub(crate) fn finish(&mut self, load: Load) {
        for sender in load.0 {
            sender.join().unwrap();
        }
        self.acknowledged_under_fire = self.known.lock().unwrap().acknowledged.len();
    }

    /// Sends again what nobody acknowledged, and some of what was.
    pub(crate) fn send_the_rest(&mut self, gateway: SocketAddr) {
        let mut known = self.known.lock().unwrap();
        let rest: Vec<_> = known.sent.difference(&known.acknowledged).cloned().collect();
        let again: Vec<_> = known.acknowledged.iter().step_by(7).cloned().collect();
        for id in rest.into_iter().chain(again) {
            assert_eq!(deliver(gateway, &id).unwrap(), 200, "{id}, once more");
            known.acknowledged.insert(id);
        }
    }

    pub(crate) fn sent(&self) -> BTreeSet<String> {
        self.known.lock().unwrap().sent.clone()
    }

    pub(crate) const fn acknowledged_under_fire(&self) -> usize {
        self.acknowledged_under_fire
    }
}

/// The status, once all of the answer was read.
fn deliver(gateway: SocketAddr, id: &str) -> std::io::Result<u16> {
    let secret = Secret::new("whsec-acme").unwrap();
    let body = format!(r#"{{"id":"{id}","type":"order.paid"}}"#);
    let headers =
        testing::sign(&schemes::PARTNER, &secret).api_key("pk_test_acme").body(body.clone()).headers().unwrap();
    let mut request = format!(
        "POST /api/webhooks/events HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n",
        body.len()
    );
    for (name, value) in &headers {
        request.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    request.push_str("\r\n");
    request.push_str(&body);

    let mut stream = TcpStream::connect_timeout(&gateway, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status =
        head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(std::io::ErrorKind::InvalidData)?;
    // Half an answer acknowledges nothing.
    let whole = head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|text| text.parse().ok());
    if whole != Some(body.len()) {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(status)
}
