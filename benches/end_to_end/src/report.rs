//! Medians and tables.

use crate::process::{can_pin, is_on_path, processor_time_source};
use std::{fs, process::Command};

/// Of sorted values.
pub fn percentile(sorted: &[f64], part: f64) -> f64 {
    let index = (sorted.len() as f64 * part) as usize;
    sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[length / 2],
        length => f64::midpoint(values[length / 2 - 1], values[length / 2]),
    }
}

pub fn row<const N: usize>(cells: [String; N]) {
    println!("| {} |", cells.join(" | "));
}

pub fn head<const N: usize>(cells: [&str; N]) {
    println!("| {} |", cells.join(" | "));
    println!("|{}", "---|".repeat(N));
}

/// The first line of what `program` says about itself.
fn version(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&output);
    text.lines().next().unwrap_or("").split(" Copyright").next().unwrap_or("").trim().to_owned()
}

/// On what all this was measured.
pub fn machine() {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = processor.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim())
    };
    let extension = field("flags").is_some_and(|flags| flags.split(' ').any(|flag| flag == "sha_ni"));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    println!(
        "Machine: {} ({}, {} cores, {} SHA extensions), Linux {}, {}.",
        field("model name").unwrap_or("an unknown processor"),
        std::env::consts::ARCH,
        std::thread::available_parallelism().map_or(1, Into::into),
        if extension { "with" } else { "without" },
        kernel.trim(),
        if is_on_path("rustc") { version("rustc", "--version") } else { "an unknown rustc".to_owned() },
    );
    let client = if is_on_path("wrk") { version("wrk", "--version") } else { "its own".to_owned() };
    let node =
        if is_on_path("node") { version("node", "--version") } else { "absent: its rows are left out".to_owned() };
    println!("Client: {client}. Node: {node}. Processor time: {}.", processor_time_source());
    let place = if can_pin() { "server on core 0, client on core 1" } else { "not pinned to cores: expect noise" };
    println!("Each server has one thread; {place}.");
}
