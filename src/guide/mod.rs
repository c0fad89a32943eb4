//! The guide: how the pieces fit, and why they are as they are.

#[doc = include_str!("order.md")]
pub mod order {}

#[doc = include_str!("client_ip.md")]
pub mod client_ip {}

#[doc = include_str!("replay.md")]
pub mod replay {}

#[doc = include_str!("secrets.md")]
pub mod secrets {}

#[doc = include_str!("rejections.md")]
pub mod rejections {}

#[doc = include_str!("threat_model.md")]
pub mod threat_model {}

#[doc = include_str!("design.md")]
pub mod design {}

#[doc = include_str!("changelog.md")]
pub mod changelog {}
