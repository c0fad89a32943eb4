//! stub: replaced by the net helper

/// stub
#[derive(Debug, Clone)]
pub struct ClientIpLayer;
/// stub
#[derive(Debug, Clone)]
pub struct ClientIpService;
