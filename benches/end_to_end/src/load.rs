//! The clients: as fast as the server will have it (wrk, or our own where there is none), and at a fixed pace.
#![allow(clippy::disallowed_methods, reason = "a client measures time itself")]

use crate::{
    deliveries::{ACCEPTED, read_pool},
    process::{Core, is_on_path, myself, pinned},
    report::percentile,
};
use bytes::Bytes;
use std::{
    error::Error,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

/// What a client saw. Latencies in microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    pub requests: f64,
    pub seconds: f64,
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
    /// Large bodies that were answered.
    pub large: f64,
}

/// Connections that keep a server busy.
const CONNECTIONS: usize = 32;

/// Nothing here takes this long.
const PATIENCE: Duration = Duration::from_secs(60);

type Failure = Box<dyn Error + Send + Sync>;

/// A connection that has one request under way at a time.
pub struct Connection {
    socket: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> Result<Self, Failure> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { socket, buffer: vec![0; 16 << 10] })
    }

    /// The status and the body of the answer.
    pub fn send(&mut self, request: &[u8]) -> Result<(u16, &[u8]), Failure> {
        self.socket.write_all(request)?;
        self.receive()
    }

    /// As it comes over a network: in pieces, at so many bytes a second.
    fn send_over_network(&mut self, request: &[u8], bandwidth: f64) -> Result<(u16, &[u8]), Failure> {
        const PIECE: usize = 64 << 10;
        let start = Instant::now();
        for (number, piece) in request.chunks(PIECE).enumerate() {
            let due = Duration::from_secs_f64((number * PIECE) as f64 / bandwidth);
            thread::sleep(due.saturating_sub(start.elapsed()));
            self.socket.write_all(piece)?;
        }
        self.receive()
    }

    fn receive(&mut self) -> Result<(u16, &[u8]), Failure> {
        let mut length = 0;
        loop {
            let read = self.socket.read(self.buffer.get_mut(length..).unwrap_or_default())?;
            if read == 0 {
                return Err("the server closed the connection, or its answer is too long".into());
            }
            length += read;
            let answer = &self.buffer[..length];
            let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let (head, body) = (std::str::from_utf8(&answer[..end])?, end + 4);
            let declared = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if length >= body + declared.ok_or("an answer without a length")? {
                let status = head.get(9..12).ok_or("an answer without a status")?.parse()?;
                return Ok((status, &self.buffer[body..length]));
            }
        }
    }

    fn deliver(&mut self, request: &[u8]) -> Result<(), Failure> {
        accepted(self.send(request)?)
    }
}

fn accepted(answer: (u16, &[u8])) -> Result<(), Failure> {
    match answer {
        (200, body) if body == ACCEPTED.as_bytes() => Ok(()),
        (status, body) => Err(format!("a delivery was answered {status} {}", body.escape_ascii()).into()),
    }
}

/// Keeps the server busy for a while, with 32 connections.
pub fn saturate(address: SocketAddr, pool: &Path, time: Duration) -> Result<Seen, Box<dyn Error>> {
    let pool = pool.to_str().ok_or("the path of the pool is no UTF-8")?;
    let seconds = time.as_secs_f64();
    let mut command = if is_on_path("wrk") {
        let mut command = pinned(Core::Client, "wrk");
        // It counts in full seconds.
        let (connections, duration) = (CONNECTIONS.to_string(), seconds.ceil().to_string());
        command.args(["-t1", "-c", &connections, "-d", &duration]);
        command.args([
            "-s",
            concat!(env!("CARGO_MANIFEST_DIR"), "/load.lua"),
            &format!("http://{address}/"),
            "--",
            pool,
        ]);
        command
    } else {
        let mut command = myself(Core::Client)?;
        command.args(["load", &address.to_string(), pool, &seconds.to_string()]);
        command
    };
    read_result(command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?.stdout)
}

/// Sends `rate` small requests a second, each at its time whether or not the last was answered, and beside them large
/// ones from `large` connections, one after the other or one every `pause`.
pub fn pace(
    address: SocketAddr,
    small: &Path,
    large: &Path,
    connections: usize,
    pause: Duration,
    bandwidth: f64,
    time: Duration,
) -> Result<Seen, Box<dyn Error>> {
    let mut command = myself(Core::Client)?;
    command.arg("pace").arg(address.to_string()).arg(small).arg(large);
    command.args([connections.to_string(), pause.as_millis().to_string()]);
    command.args([bandwidth.to_string(), time.as_secs_f64().to_string()]);
    read_result(command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?.stdout)
}

fn read_result(output: Vec<u8>) -> Result<Seen, Box<dyn Error>> {
    let output = String::from_utf8(output)?;
    let line = output.lines().find_map(|line| line.strip_prefix("RESULT "));
    let numbers = line.ok_or_else(|| format!("the client failed: {output}"))?.split(' ').map(str::parse::<f64>);
    let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
    let &[requests, seconds, failures, p50, p99, p999, ref rest @ ..] = numbers.as_slice() else {
        return Err(format!("a strange result: {output}").into());
    };
    if failures > 0.0 || requests == 0.0 {
        return Err(format!("{failures} of {requests} requests failed").into());
    }
    Ok(Seen { requests, seconds, p50, p99, p999, large: rest.first().copied().unwrap_or(0.0) })
}

fn print_result(seconds: f64, mut latencies: Vec<f64>, large: u64) {
    latencies.sort_by(f64::total_cmp);
    let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|part| percentile(&latencies, part));
    println!("RESULT {} {seconds} 0 {p50} {p99} {p999} {large}", latencies.len());
}

/// `load ADDRESS POOL SECONDS`: what [`saturate`] starts where there is no wrk.
pub fn run_saturating(address: SocketAddr, pool: &Path, time: Duration) -> Result<(), Box<dyn Error>> {
    let pool = read_pool(pool)?;
    let start = Instant::now();
    let one = |number: usize| -> Result<Vec<f64>, Failure> {
        let mut connection = Connection::open(address)?;
        let mut latencies = Vec::new();
        for request in pool.iter().cycle().skip(number) {
            let sent = Instant::now();
            if sent.duration_since(start) >= time {
                break;
            }
            connection.deliver(request)?;
            latencies.push(sent.elapsed().as_secs_f64() * 1e6);
        }
        Ok(latencies)
    };
    let latencies = in_parallel(CONNECTIONS, one)?;
    print_result(start.elapsed().as_secs_f64(), latencies, 0);
    Ok(())
}

/// Small requests a second of the paced load, and the connections they come from.
pub const PACE: (f64, usize) = (1500.0, 16);

/// `pace ADDRESS SMALL LARGE CONNECTIONS PAUSE_MILLISECONDS SECONDS`: what [`pace`] starts.
pub fn run_paced(
    address: SocketAddr,
    small: &Path,
    large: &Path,
    connections: usize,
    pause: Duration,
    bandwidth: f64,
    time: Duration,
) -> Result<(), Box<dyn Error>> {
    let (small, large) = (read_pool(small)?, read_pool(large)?);
    let (rate, small_connections) = PACE;
    let over = AtomicBool::new(false);
    let answered = AtomicU64::new(0);
    let send_large = |number: usize| -> Result<(), Failure> {
        let mut connection = Connection::open(address)?;
        let mut due = Instant::now() + pause.mul_f64(number as f64 / connections as f64);
        for request in large.iter().cycle().skip(number) {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if over.load(Ordering::Relaxed) {
                break;
            }
            accepted(connection.send_over_network(request, bandwidth)?)?;
            answered.fetch_add(1, Ordering::Relaxed);
            due += pause;
        }
        Ok(())
    };
    let (result, took) = thread::scope(|scope| {
        let senders: Vec<_> = (0..connections).map(|number| scope.spawn(move || send_large(number))).collect();
        // Until the large ones are under way.
        thread::sleep(Duration::from_millis(200));
        answered.store(0, Ordering::Relaxed);
        let start = Instant::now() + Duration::from_millis(5);
        let interval = Duration::from_secs_f64(small_connections as f64 / rate);
        let result = in_parallel(small_connections, |number| {
            let mut connection = Connection::open(address)?;
            let mut latencies = Vec::new();
            let mut due = start + interval.mul_f64(number as f64 / small_connections as f64);
            for request in small.iter().cycle().skip(number) {
                // A server that stalls is not waited for for ever; what it owes by then is late enough to show.
                if due.duration_since(start) >= time || start.elapsed() >= 3 * time {
                    break;
                }
                thread::sleep(due.saturating_duration_since(Instant::now()));
                connection.deliver(request)?;
                // From when it should have been sent: a server that stalls does not slow its measuring down.
                latencies.push(due.elapsed().as_secs_f64() * 1e6);
                due += interval;
            }
            Ok(latencies)
        });
        let took = start.elapsed().as_secs_f64();
        let during = answered.load(Ordering::Relaxed);
        over.store(true, Ordering::Relaxed);
        for sender in senders {
            sender.join().map_err(|_| "a client panicked")??;
        }
        Ok::<_, Failure>((result.map(|latencies| (latencies, during)), took))
    })
    .map_err(|error| error.to_string())?;
    let (latencies, during) = result?;
    print_result(took, latencies, during);
    Ok(())
}

/// Runs `one` on that many threads and puts their latencies together.
fn in_parallel(
    count: usize,
    one: impl Fn(usize) -> Result<Vec<f64>, Failure> + Sync,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let one = &one;
    let latencies = thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || one(number))).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| Failure::from("a client panicked"))??);
        }
        Ok::<_, Failure>(all)
    });
    latencies.map_err(|error| error.to_string().into())
}

/// One delivery, twice over, and a forged one: that what is measured is what it is meant to be.
pub fn check(address: SocketAddr, genuine: &Bytes, forged: &Bytes, verifies: bool) -> Result<(), Box<dyn Error>> {
    let attempt = || -> Result<u16, Failure> {
        let mut connection = Connection::open(address)?;
        connection.deliver(genuine)?;
        connection.deliver(genuine)?;
        Ok(Connection::open(address)?.send(forged)?.0)
    };
    let status = attempt().map_err(|error| error.to_string())?;
    match (status, verifies) {
        (401, true) | (200, false) => Ok(()),
        _ => Err(format!("a forged delivery was answered {status}").into()),
    }
}
