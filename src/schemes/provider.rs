//! What is known of a provider besides the way it signs.

/// What is known of a provider besides the way it signs. See [`Recipe::provider`](super::Recipe::provider).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provider {
    /// Its name, as it writes it.
    pub name: &'static str,
    /// Where it says how it signs.
    pub documentation: &'static str,
    /// What its signature does not cover: anybody on the way could change that.
    pub not_covered: &'static str,
    /// Where the tolerance of the signed time comes from; `None` where no time is signed.
    pub tolerance: Option<ToleranceSource>,
}

/// Where the tolerance of a signed time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ToleranceSource {
    /// The provider's documentation.
    Documentation,
    /// The provider's own library.
    Library,
    /// This crate: the provider names none.
    Ours,
}
