//! Child processes that do not outlive this one, and what they cost.

use crate::servers::Kind;
use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdin, Command, Stdio},
};

/// Where a process may run.
#[derive(Clone, Copy)]
pub enum Core {
    Server,
    Client,
}

pub fn is_on_path(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|path| path.join(program).is_file())
}

pub fn can_pin() -> bool {
    is_on_path("taskset") && std::thread::available_parallelism().is_ok_and(|cores| cores.get() >= 2)
}

/// `program`, on its core if that can be arranged.
pub fn pinned(core: Core, program: &str) -> Command {
    if !can_pin() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args([
        "-c",
        match core {
            Core::Server => "0",
            Core::Client => "1",
        },
    ]);
    command.arg(program);
    command
}

/// This program once more, as something else.
pub fn myself(core: Core) -> Result<Command, Box<dyn Error>> {
    let program = std::env::current_exe()?;
    Ok(pinned(core, program.to_str().ok_or("the path of this program is no UTF-8")?))
}

/// A server in a process of its own. It ends with this value, and with this process however that ends: its standard
/// input is then at its end.
pub struct Server {
    pub kind: Kind,
    pub address: SocketAddr,
    child: Child,
    _stdin: Option<ChildStdin>,
}

impl Server {
    pub fn start(kind: Kind, body_limit: usize) -> Result<Self, Box<dyn Error>> {
        let mut command = match kind {
            Kind::Node => {
                let mut command = pinned(Core::Server, "node");
                command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/node_sample.js"));
                command
            }
            _ => {
                let mut command = myself(Core::Server)?;
                command.args(["serve", kind.name(), &body_limit.to_string()]);
                command
            }
        };
        command.env("WEBHOOK_SECRET", crate::deliveries::SECRET);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take();
        // From here on dropping it ends the process.
        let mut server = Self { kind, address: SocketAddr::from(([127, 0, 0, 1], 0)), child, _stdin: stdin };
        let mut line = String::new();
        BufReader::new(stdout.ok_or("a server without output")?).read_line(&mut line)?;
        server.address = line.trim().parse().map_err(|_| format!("{} did not start", kind.name()))?;
        Ok(server)
    }

    /// The processor time it has used so far, in microseconds.
    pub fn processor_time(&self) -> Result<f64, Box<dyn Error>> {
        processor_time(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How processor time is read on this machine.
pub fn processor_time_source() -> &'static str {
    if from_scheduler(std::process::id()).is_some() {
        "nanoseconds on a processor of each thread, /proc/PID/task/*/schedstat"
    } else {
        "user and system time in ticks of 10 ms, /proc/PID/stat"
    }
}

fn processor_time(process: u32) -> Result<f64, Box<dyn Error>> {
    if let Some(microseconds) = from_scheduler(process) {
        return Ok(microseconds);
    }
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold spaces; user and system time are the 14th and 15th field.
    let fields = stat.rsplit_once(')').ok_or("a strange /proc/PID/stat")?.1;
    let ticks = fields.split_ascii_whitespace().skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks * 10_000.0)
}

/// Microseconds, or `None` where the kernel does not count.
fn from_scheduler(process: u32) -> Option<f64> {
    let mut nanoseconds = 0.0;
    for task in fs::read_dir(format!("/proc/{process}/task")).ok()? {
        let stat = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += stat.split_ascii_whitespace().next()?.parse::<f64>().ok()?;
    }
    (nanoseconds > 0.0).then_some(nanoseconds / 1000.0)
}
