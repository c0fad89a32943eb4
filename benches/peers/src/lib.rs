//! What the benches of this package compare: `tower-webhook` and the crates that do the same, on the same bytes.
//!
//! A package of its own, so that nobody who uses `tower-webhook` downloads its peers.
//!
//! ```sh
//! cargo bench --manifest-path benches/peers/Cargo.toml              # a minute
//! cargo bench --manifest-path benches/peers/Cargo.toml -- --quick   # seconds, to see that it runs
//! ```
//!
//! No variant is measured before it has accepted a good delivery and refused the same with one byte changed.
#![allow(clippy::unwrap_used, missing_docs)]

mod calls;
mod deliveries;
mod layers;
mod rates;
mod routers;
mod services;

/// The code that a [`Variant`] wants measured: so many calls, without what it takes to prepare them.
pub type Measure<'a> = &'a mut dyn FnMut(&mut dyn FnMut());

/// One way to do the work of a [`Section`].
pub struct Variant {
    pub name: String,
    /// What it hashes with, if it does.
    pub hash: Option<Hash>,
    /// The variant that does everything but the work in question.
    pub without: Option<&'static str>,
    run: Box<dyn FnMut(usize, Measure<'_>)>,
}

impl Variant {
    fn new(
        name: impl Into<String>,
        hash: impl Into<Option<Hash>>,
        run: impl FnMut(usize, Measure<'_>) + 'static,
    ) -> Self {
        Self { name: name.into(), hash: hash.into(), without: None, run: Box::new(run) }
    }

    fn without(mut self, name: &'static str) -> Self {
        self.without = Some(name);
        self
    }

    /// Prepares `calls` calls, and has them measured.
    pub fn run(&mut self, calls: usize, measure: Measure<'_>) {
        (self.run)(calls, measure);
    }
}

/// Variants that can be compared.
pub struct Section {
    pub title: String,
    pub notes: &'static str,
    /// The variant that the others are given as multiples of.
    pub reference: &'static str,
    pub variants: Vec<Variant>,
    /// In a batch: few enough to be short, many enough that the timer does not matter.
    pub calls: usize,
}

/// An implementation of SHA-256. Each has its row as a bare HMAC, named by [`bare`](Self::bare).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    AwsLc,
    HmacSha256,
    Sha2Old,
    Sha2,
}

impl Hash {
    /// What `tower-webhook` hashes with, as it is built here.
    fn ours() -> Self {
        if cfg!(feature = "aws-lc") && !has_instructions() { Self::AwsLc } else { Self::Sha2 }
    }

    #[must_use]
    pub const fn bare(self) -> &'static str {
        match self {
            Self::AwsLc => "bare HMAC, aws-lc-rs 1",
            Self::HmacSha256 => "bare HMAC, hmac-sha256 1",
            Self::Sha2Old => "bare HMAC, hmac 0.12 + sha2 0.10",
            Self::Sha2 => "bare HMAC, hmac 0.13 + sha2 0.11",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::AwsLc => "aws-lc",
            Self::HmacSha256 => "hmac-sha256 (software)",
            Self::Sha2Old => "sha2 0.10",
            Self::Sha2 => "sha2 0.11",
        }
    }
}

/// Whether the processor has instructions for SHA-256.
#[must_use]
pub fn has_instructions() -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return std::arch::is_x86_feature_detected!("sha");
    #[cfg(target_arch = "aarch64")]
    return std::arch::is_aarch64_feature_detected!("sha2");
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    false
}

/// All sections. Those whose title lacks `filter` are left out.
#[must_use]
pub fn sections(filter: &str) -> Vec<Section> {
    let mut sections: Vec<(String, Box<dyn FnOnce() -> Section>)> = Vec::new();
    for size in [1 << 10, 64 << 10] {
        let title = |what: &str| format!("{what}, {} KiB", size >> 10);
        sections.push((title("Verify call"), Box::new(move || calls::section(size))));
        sections.push((title("Tower layer"), Box::new(move || layers::section(size))));
        sections.push((title("axum route"), Box::new(move || routers::section(size))));
    }
    for clients in [1, 10_000] {
        let title = format!("Rate limit, {clients} client{}", if clients == 1 { "" } else { "s" });
        sections.push((title, Box::new(move || rates::section(clients))));
    }
    let wanted = sections.into_iter().filter(|(title, _)| title.contains(filter));
    wanted.map(|(title, section)| Section { title, ..section() }).collect()
}

/// A dependency with its version, out of the lock file.
fn versioned(name: &str) -> String {
    let lock = include_str!("../Cargo.lock");
    let found = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).unwrap().1;
    format!("{name} {}", found.split_once('"').unwrap().0)
}
