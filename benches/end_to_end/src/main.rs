//! What the webhook stack costs a server end to end, over loopback.
//!
//! ```sh
//! cargo run --release --manifest-path benches/end_to_end/Cargo.toml
//! ```
//!
//! takes about four minutes and prints Markdown tables; `--help` lists the flags. Requests go out in alternating
//! rounds; ratios are taken within a round, and the median of the rounds is printed. Requests a second swing on a
//! shared machine: judge by processor time.

mod deliveries;
mod load;
mod process;
mod report;
mod servers;

use crate::{
    load::Seen,
    process::Server,
    report::{head, median, row},
    servers::Kind,
};
use bytes::Bytes;
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

const HELP: &str = "\
What the webhook stack costs a server end to end, over loopback.

  --quick        two short rounds: shows that it works, not how fast
  --seconds N    length of one measurement; 2 unless set
  --rounds N     alternating rounds; 5 unless set
  --only PART    1k, 64k or p99";

struct Plan {
    time: Duration,
    rounds: usize,
    only: Option<String>,
}

impl Plan {
    fn from_arguments(arguments: &[String]) -> Result<Self, Box<dyn Error>> {
        let mut plan = Self { time: Duration::from_secs(2), rounds: 5, only: None };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} wants a value"));
            match argument.as_str() {
                "--quick" => (plan.time, plan.rounds) = (Duration::from_secs(1), 2),
                "--seconds" => plan.time = Duration::try_from_secs_f64(value()?.parse::<f64>()?.clamp(1.0, 60.0))?,
                "--rounds" => plan.rounds = value()?.parse::<usize>()?.clamp(1, 100),
                "--only" => match value()?.as_str() {
                    part @ ("1k" | "64k" | "p99") => plan.only = Some(part.to_owned()),
                    part => return Err(format!("no such part: {part}\n{HELP}").into()),
                },
                _ => return Err(format!("unknown flag {argument}\n{HELP}").into()),
            }
        }
        Ok(plan)
    }

    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

/// A directory that is removed again.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Box<dyn Error>> {
        let path = std::env::temp_dir().join(format!("end-to-end-{}", std::process::id()));
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    fn pool(&self, name: &str, requests: &[Bytes]) -> Result<PathBuf, Box<dyn Error>> {
        let path = self.0.join(name);
        deliveries::write_pool(&path, requests)?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// One measurement of one server.
#[derive(Clone, Copy)]
struct Sample {
    seen: Seen,
    /// Processor time of the server for each request, in microseconds.
    cost: f64,
}

impl Sample {
    fn rate(&self) -> f64 {
        self.seen.requests / self.seen.seconds
    }

    /// Percent of a core that the server used. Far below 100 the client, or a neighbour, was the bottleneck.
    fn busy(&self) -> f64 {
        self.rate() * self.cost / 1e4
    }
}

fn measure(server: &Server, pool: &Path, time: Duration) -> Result<Sample, Box<dyn Error>> {
    let before = server.processor_time()?;
    let seen =
        load::saturate(server.address, pool, time).map_err(|error| format!("{}: {error}", server.kind.name()))?;
    Ok(Sample { seen, cost: (server.processor_time()? - before) / seen.requests })
}

/// The ratio of two servers in each round, and the median of that.
fn ratio(samples: &[Sample], base: &[Sample], of: impl Fn(&Sample) -> f64) -> f64 {
    median(samples.iter().zip(base).map(|(sample, base)| of(sample) / of(base)))
}

fn compare(plan: &Plan, scratch: &Scratch, size: usize) -> Result<(), Box<dyn Error>> {
    let requests = deliveries::pool(size);
    let pool = scratch.pool(&format!("{size}"), &requests)?;
    let forged = deliveries::forged(size);
    let kinds = Kind::COMPARED.into_iter().filter(|kind| *kind != Kind::Node || process::is_on_path("node"));
    let servers = kinds.map(|kind| Server::start(kind, 1 << 20)).collect::<Result<Vec<_>, _>>()?;
    for server in &servers {
        load::check(server.address, &requests[0], &forged, server.kind.verifies())
            .map_err(|error| format!("{}: {error}", server.kind.name()))?;
    }
    // The first requests of a process are not like the rest; Node's are compiled only then.
    for server in &servers {
        measure(server, &pool, Duration::from_secs(1))?;
    }
    let mut samples = vec![Vec::new(); servers.len()];
    for _ in 0..plan.rounds {
        for (server, samples) in servers.iter().zip(&mut samples) {
            samples.push(measure(server, &pool, plan.time)?);
        }
    }

    let of = |kind: Kind| servers.iter().position(|server| server.kind == kind).map(|index| &samples[index]);
    println!("\n### {} KiB, 32 connections, rounds: {}\n", size >> 10, plan.rounds);
    head([
        "server",
        "requests/s",
        "core %",
        "p50 us",
        "p99 us",
        "p99.9 us",
        "CPU us/request",
        "CPU / bare",
        "CPU / (bare + HMAC)",
        "requests/s / bare",
    ]);
    let nothing: &Vec<Sample> = &Vec::new();
    let (bare, hyper) = (of(Kind::AxumBare).unwrap_or(nothing), of(Kind::HyperBare).unwrap_or(nothing));
    let mac = of(Kind::AxumMac).unwrap_or(nothing);
    for (server, samples) in servers.iter().zip(&samples) {
        let median_of = |of: fn(&Sample) -> f64| median(samples.iter().map(of));
        let on_hyper = matches!(server.kind, Kind::HyperBare | Kind::HyperLayers);
        let base = if on_hyper { hyper } else { bare };
        row([
            server.kind.name().to_owned(),
            format!("{:.0}", median_of(Sample::rate)),
            format!("{:.0}", median_of(Sample::busy)),
            format!("{:.0}", median_of(|sample| sample.seen.p50)),
            format!("{:.0}", median_of(|sample| sample.seen.p99)),
            format!("{:.0}", median_of(|sample| sample.seen.p999)),
            format!("{:.2}", median_of(|sample| sample.cost)),
            format!("{:.3}", ratio(samples, base, |sample| sample.cost)),
            if on_hyper { "-".to_owned() } else { format!("{:.3}", ratio(samples, mac, |sample| sample.cost)) },
            format!("{:.3}", ratio(samples, base, Sample::rate)),
        ]);
    }
    println!();
    let webhook = of(Kind::AxumWebhook).unwrap_or(nothing);
    for (name, layers) in [("five layers", of(Kind::AxumLayers).unwrap_or(nothing)), ("WebhookLayer", webhook)] {
        let beside = median(layers.iter().zip(mac).map(|(layers, mac)| layers.cost - mac.cost));
        print!("{name}: {beside:+.2} us beside bare + HMAC");
        if let Some(node) = of(Kind::Node) {
            print!("; Node sample / ours {:.1}", ratio(node, layers, |sample| sample.cost));
        }
        println!(".");
    }
    Ok(())
}

/// Small requests while large bodies come in on the same thread.
fn beside_large(plan: &Plan, scratch: &Scratch) -> Result<(), Box<dyn Error>> {
    const LARGE: usize = 10 << 20;
    const GIGABIT: f64 = 1e9 / 8.0;
    let small = scratch.pool("small", &deliveries::pool(1 << 10))?;
    let large = scratch.pool("large", &[deliveries::request(0, LARGE)])?;
    let loads = [
        ("none", 0, Duration::ZERO, f64::INFINITY),
        ("1 connection of 1 Gbit/s, one every 200 ms", 1, Duration::from_millis(200), GIGABIT),
        ("1 connection of 1 Gbit/s, back to back", 1, Duration::ZERO, GIGABIT),
        ("4 connections as fast as they can, back to back", 4, Duration::ZERO, f64::INFINITY),
    ];
    let kinds = [Kind::AxumDiscard, Kind::AxumMac, Kind::AxumWebhook];
    let servers = kinds.map(|kind| Server::start(kind, 16 << 20)).into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut samples = vec![Vec::new(); servers.len() * loads.len()];
    for server in &servers {
        load::pace(server.address, &small, &large, 1, Duration::ZERO, GIGABIT, Duration::from_secs(1))?;
    }
    for _ in 0..plan.rounds {
        let cells = servers.iter().flat_map(|server| loads.iter().map(move |load| (server, load)));
        for ((server, (_, connections, pause, bandwidth)), samples) in cells.zip(&mut samples) {
            let seen = load::pace(server.address, &small, &large, *connections, *pause, *bandwidth, plan.time);
            samples.push(seen.map_err(|error| format!("{}: {error}", server.kind.name()))?);
        }
    }
    let (rate, connections) = load::PACE;
    println!("\n### {rate} requests of 1 KiB a second ({connections} connections) beside bodies of 10 MiB\n");
    head([
        "server",
        "10 MiB bodies from",
        "of them a second",
        "p50 us",
        "p99 us",
        "p99.9 us",
        "p99 / none",
        "p99 / thrown away",
    ]);
    for (server, rounds) in servers.iter().zip(samples.chunks(loads.len())) {
        for (((name, ..), seen), thrown_away) in loads.iter().zip(rounds).zip(&samples) {
            let median_of = |of: fn(&Seen) -> f64| median(seen.iter().map(of));
            let ratio = |base: &[Seen]| median(seen.iter().zip(base).map(|(seen, base)| seen.p99 / base.p99));
            row([
                server.kind.name().to_owned(),
                (*name).to_owned(),
                format!("{:.1}", median_of(|seen| seen.large / seen.seconds)),
                format!("{:.0}", median_of(|seen| seen.p50)),
                format!("{:.0}", median_of(|seen| seen.p99)),
                format!("{:.0}", median_of(|seen| seen.p999)),
                format!("{:.2}", ratio(&rounds[0])),
                format!("{:.2}", ratio(thrown_away)),
            ]);
        }
    }
    Ok(())
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let seconds = |text: &str| text.parse::<f64>().map(Duration::from_secs_f64);
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--help"] => println!("{HELP}"),
        ["serve", kind, body_limit] => {
            servers::serve(Kind::parse(kind).ok_or("no such server")?, body_limit.parse()?)?;
        }
        ["load", address, pool, time] => load::run_saturating(address.parse()?, Path::new(pool), seconds(time)?)?,
        ["pace", address, small, large, connections, pause, bandwidth, time] => load::run_paced(
            address.parse()?,
            Path::new(small),
            Path::new(large),
            connections.parse()?,
            Duration::from_millis(pause.parse()?),
            bandwidth.parse()?,
            seconds(time)?,
        )?,
        _ => {
            let plan = Plan::from_arguments(arguments)?;
            let scratch = Scratch::new()?;
            report::machine();
            for size in [1 << 10, 64 << 10] {
                if plan.wants(&format!("{}k", size >> 10)) {
                    compare(&plan, &scratch, size)?;
                }
            }
            if plan.wants("p99") {
                beside_large(&plan, &scratch)?;
            }
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
