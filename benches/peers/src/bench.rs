//! Times the variants and prints a table for each section. See the library.
//!
//! Round after round, each variant runs one short batch, so that whatever else the machine does hits all of them alike.
#![expect(clippy::disallowed_methods, reason = "nothing else here takes the time")]

use peers::{Section, Variant};
use std::{
    collections::HashMap,
    process::Command,
    time::{Duration, Instant},
};

fn main() {
    let (mut seconds, mut filter) = (5.0, String::new());
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--quick" => seconds = 0.2,
            // Cargo says so to every bench.
            "--bench" => {}
            word if word.starts_with("--") => panic!("unknown: {word}; known are --quick and a part of a title"),
            word => filter = word.to_owned(),
        }
    }
    println!("{}", machine());
    let allocations = allocations(&filter);
    for mut section in peers::sections(&filter) {
        let times = time(&mut section, Duration::from_secs_f64(seconds));
        print(&section, &times, &allocations);
    }
}

/// Nanoseconds of a call, for each variant and round, sorted.
fn time(section: &mut Section, duration: Duration) -> Vec<Vec<f64>> {
    let calls = section.calls;
    let mut times = vec![Vec::new(); section.variants.len()];
    let start = Instant::now();
    let mut round = 0;
    // The first rounds warm up.
    while round < 12 || start.elapsed() < duration {
        let count = section.variants.len();
        for step in 0..count {
            // Not always behind the same neighbour.
            let index = (if round % 2 == 0 { step } else { count - 1 - step } + round) % count;
            let time = batch(&mut section.variants[index], calls);
            if round >= 2 {
                times[index].push(time);
            }
        }
        round += 1;
    }
    for times in &mut times {
        times.sort_by(f64::total_cmp);
    }
    times
}

fn batch(variant: &mut Variant, calls: usize) -> f64 {
    let mut elapsed = Duration::ZERO;
    variant.run(calls, &mut |work| {
        let start = Instant::now();
        work();
        elapsed = start.elapsed();
    });
    elapsed.as_nanos() as f64 / calls as f64
}

fn print(section: &Section, times: &[Vec<f64>], allocations: &HashMap<(String, String), f64>) {
    let find = |name: &str| section.variants.iter().position(|variant| variant.name == name);
    let at = |index: usize, share: f64| times[index][(times[index].len() as f64 * share) as usize];
    let count = |index: usize| allocations[&(section.title.clone(), section.variants[index].name.clone())];
    // A variant less what it does besides.
    let net = |index: usize, value: &dyn Fn(usize) -> f64| {
        value(index) - section.variants[index].without.and_then(find).map_or(0.0, value)
    };
    let p10 = |index: usize| at(index, 0.1);
    let median = |index: usize| at(index, 0.5);
    let reference = find(section.reference).expect("a reference");

    println!("\n### {}\n\n{} {} batches of {}.\n", section.title, section.notes, times[0].len(), section.calls);
    let mut table = vec![
        ["", "hash", "ns p10", "ns median", "net of bare", "x reference", "beyond its hash", "allocations"]
            .map(str::to_owned),
        ["---", "---", "--:", "--:", "--:", "--:", "--:", "--:"].map(str::to_owned),
    ];
    for (index, variant) in section.variants.iter().enumerate() {
        let bare = variant.hash.filter(|hash| hash.bare() != variant.name).and_then(|hash| find(hash.bare()));
        let or_none = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.0}"));
        table.push([
            variant.name.clone(),
            variant.hash.map_or("", peers::Hash::label).to_owned(),
            format!("{:.0}", p10(index)),
            format!("{:.0}", median(index)),
            or_none(variant.without.map(|_| net(index, &p10))),
            format!("{:.2}", net(index, &p10) / p10(reference)),
            or_none(bare.map(|bare| net(index, &p10) - p10(bare))),
            format!("{}", (net(index, &count) * 10.0).round() / 10.0),
        ]);
    }
    // Not every section has something to say in every column.
    let said = |column: usize| column == 0 || table.iter().skip(2).any(|row| !row[column].is_empty());
    for row in &table {
        let cells = row.iter().enumerate().filter(|(column, _)| said(*column));
        println!("{}|", cells.map(|(_, cell)| format!("| {cell} ")).collect::<String>());
    }
}

/// By section and variant.
fn allocations(filter: &str) -> HashMap<(String, String), f64> {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations")).arg(filter).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("text");
    let line = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().expect("three fields");
        ((next(), next()), next().parse().expect("a number"))
    };
    lines.lines().map(line).collect()
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
    let sha = if peers::has_instructions() { "SHA extensions" } else { "no SHA extensions" };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let rustc = Command::new("rustc").arg("--version").output().ok();
    let rustc = rustc.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    format!("{model}, {sha}, {cores} cores, {}", rustc.trim())
}
