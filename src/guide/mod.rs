//! The guide: how the pieces fit, and why they are as they are.

#[doc = include_str!("order.md")]
pub mod order {}

#[doc = include_str!("handshakes.md")]
pub mod handshakes {}

#[doc = include_str!("client_ip.md")]
pub mod client_ip {}

#[doc = include_str!("replay.md")]
pub mod replay {}

#[doc = include_str!("secrets.md")]
pub mod secrets {}

#[doc = include_str!("rejections.md")]
pub mod rejections {}

#[doc = include_str!("providers.md")]
pub mod providers {}

#[doc = include_str!("schemes.md")]
pub mod schemes {}

// Its examples need both.
#[cfg_attr(all(feature = "axum", feature = "testing"), doc = include_str!("testing.md"))]
#[cfg_attr(
    not(all(feature = "axum", feature = "testing")),
    doc = "Testing your handlers: to read it, build the documentation with the features `axum` and `testing`."
)]
pub mod testing {}

// Its links lead to what the features make.
#[cfg_attr(feature = "inbox", doc = include_str!("inbox.md"))]
#[cfg_attr(not(feature = "inbox"), doc = "The inbox: to read it, build the documentation with the feature `inbox`.")]
pub mod inbox {}

#[cfg_attr(feature = "metrics", doc = include_str!("observing.md"))]
#[cfg_attr(
    not(feature = "metrics"),
    doc = "Audit and metrics: to read it, build the documentation with the feature `metrics`."
)]
pub mod observing {}

#[doc = include_str!("threat_model.md")]
pub mod threat_model {}

#[doc = include_str!("design.md")]
pub mod design {}

#[doc = include_str!("performance.md")]
pub mod performance {}

#[doc = include_str!("changelog.md")]
pub mod changelog {}
