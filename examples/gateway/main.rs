//! A whole webhook service: events of many senders are verified, stored, acknowledged, and then handled.
//!
//! ```sh
//! cargo gateway                              # with the configuration of gateway.toml beside this file
//! cargo gateway -- --config my.toml          # with another one
//! cargo gateway -- --listen 127.0.0.1:0      # at any free port
//! ```
//!
//! It prints a command that sends a first event, and one that asks what became of it. SIGHUP reads allowlists and
//! secrets again; SIGTERM lets requests and jobs finish.

mod answers;
mod audit;
mod config;
mod console;
mod health;
mod hints;
mod linger;
mod log;
mod metrics;
mod partner;
mod reload;
mod routes;
mod serve;
mod signals;
mod stack;
mod worker;

use audit::Audit;
use config::Config;
use health::Health;
use log::Log;
use metrics::Metrics;
use reload::Reloadable;
use routes::Shared;
use stack::Ground;
use std::{
    env,
    error::Error,
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch};
use tower_webhook::{
    inbox::{Inbox, InboxWorker, store},
    metrics::Gauges,
};

/// Events that may wait. Over it, senders are told to come again.
const CAPACITY: u64 = 10_000;
/// How long requests, and then jobs, have to finish at the end.
const GRACE: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let Arguments { file, listen } = Arguments::read()?;
    let handler = worker::Handler::from_env()?;
    let log = Log::start();
    let mut config = Config::load(file.as_deref())?;
    config.listen = listen.unwrap_or(config.listen);

    // Whatever can fail comes before the first request.
    let listener = TcpListener::bind(config.listen).await.map_err(|error| config.wrong("listen", &error))?;
    let address = listener.local_addr()?;
    let metrics = Metrics::install()?;
    let lines = audit::lines(&config)?;
    let store = store::open(&config.database).await.map_err(|error| config.wrong("database", &error))?;
    let audit = Audit::open(&config, lines).await?;

    let inbox = Inbox::builder(store).capacity(CAPACITY).build()?;
    let ground = Ground::new(config.client_ip()?)?;
    let gauges =
        Gauges::new().replay_store(&ground.replay).rate_store(&ground.rate).job_store(Arc::clone(inbox.store()));
    let health = Health::new(inbox.clone(), CAPACITY);
    let shared = Shared { inbox, audit, health, metrics, ground };
    let mut reloadable = Reloadable::new(file.clone(), &config);
    let app = routes::router(&config, &shared, &mut reloadable)?;

    // The worker stops after the server.
    let (stop, stopped) = watch::channel(false);
    let signal = signals::shutdown()?;
    let worker = InboxWorker::from_fn(&shared.inbox, move |job| {
        let handler = handler.clone();
        async move { handler.handle(job).await }
    });
    let worker = tokio::spawn(worker.grace(GRACE).build()?.run(wait_for(stopped.clone())));
    tokio::spawn(shared.metrics.clone().keep_up(gauges));
    tokio::spawn(signals::on_hangup(move || reloadable.reload())?);

    log.release();
    // Nobody may be reading, which is no reason to stop.
    let _ = announce(address, file.is_none());

    serve::serve(listener, app, signal, GRACE).await;
    tracing::info!("finishing what is in hand");
    // Only now: what was acknowledged until here is in the inbox.
    stop.send_replace(true);
    worker.await?;
    shared.audit.close();
    Ok(())
}

/// To standard output: where it listens, and what to do first.
fn announce(address: SocketAddr, with_hints: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "listening on http://{address}")?;
    if with_hints {
        hints::print(&mut out, address)?;
    }
    out.flush()
}

/// What the command line says.
#[derive(Default)]
struct Arguments {
    file: Option<PathBuf>,
    listen: Option<SocketAddr>,
}

impl Arguments {
    fn read() -> Result<Self, &'static str> {
        const USAGE: &str = "usage: gateway [--config FILE] [--listen ADDRESS:PORT]";
        let mut arguments = Self::default();
        let mut words = env::args_os().skip(1);
        while let Some(flag) = words.next() {
            let value = words.next().ok_or(USAGE)?;
            match flag.to_str() {
                Some("--config") => arguments.file = Some(value.into()),
                Some("--listen") => {
                    arguments.listen = Some(value.to_str().and_then(|value| value.parse().ok()).ok_or(USAGE)?);
                }
                _ => return Err(USAGE),
            }
        }
        Ok(arguments)
    }
}

async fn wait_for(mut stopped: watch::Receiver<bool>) {
    // The other end goes away with the process.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
