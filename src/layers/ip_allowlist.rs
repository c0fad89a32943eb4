//! stub: replaced by the net helper

/// stub
#[derive(Debug, Clone)]
pub struct IpAllowlistLayer;
/// stub
#[derive(Debug, Clone)]
pub struct IpAllowlist;
