//! Whom a request counts against.

use crate::{
    net::ClientIp,
    payload::IsVerified,
    rejection::{Rejection, RejectionKind},
    stores::{LimitName, Quota, RateKey, RateSubject},
};
use http::{Extensions, HeaderMap, HeaderName, Method, Request, Uri};
use std::{fmt, net::IpAddr, sync::Arc};

/// Says whom a request counts against.
#[diagnostic::on_unimplemented(
    message = "this rate limit cannot count requests with a `{B}` body",
    label = "a limit by tenant needs a verified payload",
    note = "put `SignatureVerifyLayer` above `RateLimitLayer::by_tenant`, in the same `ServiceBuilder`"
)]
pub trait CountBy<B>: Clone {
    /// `None` if the request is not limited.
    ///
    /// # Errors
    ///
    /// When it cannot be known.
    fn bucket(&self, request: &Request<B>) -> Result<Option<Bucket>, Rejection>;
}

/// Whom a request counts against, and perhaps with which quota.
#[derive(Clone, Debug)]
pub struct Bucket {
    subject: RateSubject,
    pub(super) quota: Option<Quota>,
}

impl Bucket {
    /// The one with this name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self { subject: RateSubject::Text(name.into()), quota: None }
    }

    /// With a quota of its own, in place of the layer's.
    #[must_use]
    pub const fn quota(mut self, quota: Quota) -> Self {
        self.quota = Some(quota);
        self
    }

    const EVERYBODY: Self = Self { subject: RateSubject::Everybody, quota: None };

    pub(in crate::layers) fn of_client(client: IpAddr, ipv6_prefix: u8) -> Self {
        let prefix = if client.is_ipv4() { 32 } else { ipv6_prefix };
        Self { subject: RateSubject::network(client, prefix), quota: None }
    }

    pub(in crate::layers) fn key(self, limit: &LimitName) -> RateKey {
        RateKey { limit: limit.clone(), subject: self.subject }
    }
}

/// Everybody together.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ByNothing;

impl<B> CountBy<B> for ByNothing {
    fn bucket(&self, _: &Request<B>) -> Result<Option<Bucket>, Rejection> {
        Ok(Some(Bucket::EVERYBODY))
    }
}

/// By [`ClientIp`]; IPv6 by network, since whoever has one address has the whole network.
#[derive(Clone, Copy, Debug)]
pub struct ByClientIp {
    pub(super) ipv6_prefix: u8,
}

impl<B> CountBy<B> for ByClientIp {
    fn bucket(&self, request: &Request<B>) -> Result<Option<Bucket>, Rejection> {
        match request.extensions().get::<ClientIp>() {
            Some(client) => Ok(Some(Bucket::of_client(client.ip(), self.ipv6_prefix))),
            None => Err(Rejection::new(RejectionKind::PeerUnknown)
                .hint("a rate limit by client IP needs `ClientIpLayer` above it")),
        }
    }
}

/// By the value of a header; requests without it count together.
#[derive(Clone, Debug)]
pub struct ByHeader {
    pub(super) name: HeaderName,
}

impl<B> CountBy<B> for ByHeader {
    fn bucket(&self, request: &Request<B>) -> Result<Option<Bucket>, Rejection> {
        let value = request.headers().get(&self.name);
        Ok(Some(value.map_or(Bucket::EVERYBODY, |value| Bucket::new(String::from_utf8_lossy(value.as_bytes())))))
    }
}

/// By the tenant whose key matched, with the tenant's own quota if it has one. Events that belong to no tenant count
/// together.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ByTenant;

impl<B: IsVerified> CountBy<B> for ByTenant {
    fn bucket(&self, request: &Request<B>) -> Result<Option<Bucket>, Rejection> {
        let event = request.body().verified_event();
        // In report-only mode nobody may vouch for it: it must not spend what belongs to those that verified.
        if event.reported().is_some() {
            return Ok(None);
        }
        let bucket = match event.tenant() {
            Some(tenant) => {
                Bucket { subject: RateSubject::Text(Arc::clone(tenant.id().shared())), quota: tenant.own_quota() }
            }
            None => Bucket::EVERYBODY,
        };
        Ok(Some(bucket))
    }
}

/// By what a closure says.
#[derive(Clone)]
pub struct ByClosure<F> {
    pub(super) closure: F,
}

impl<F> fmt::Debug for ByClosure<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByClosure").finish_non_exhaustive()
    }
}

/// What the closure of [`RateLimitLayer::by`](crate::RateLimitLayer::by) sees of a request.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Head<'a> {
    /// The method.
    pub method: &'a Method,
    /// The URI.
    pub uri: &'a Uri,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The extensions: [`ClientIp`], and below the signature [`VerifiedEvent`](crate::VerifiedEvent).
    pub extensions: &'a Extensions,
}

impl fmt::Debug for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys and signatures stand in headers and queries.
        let path = self.uri.path();
        f.debug_struct("Head").field("method", self.method).field("path", &path).finish_non_exhaustive()
    }
}

impl<B, F> CountBy<B> for ByClosure<F>
where
    F: Fn(Head<'_>) -> Option<Bucket> + Clone,
{
    fn bucket(&self, request: &Request<B>) -> Result<Option<Bucket>, Rejection> {
        Ok((self.closure)(Head {
            method: request.method(),
            uri: request.uri(),
            headers: request.headers(),
            extensions: request.extensions(),
        }))
    }
}
