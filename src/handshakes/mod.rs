//! The challenges that providers send before they deliver, and the answers they want.
//!
//! A [`Handshake`] is one provider's challenge, made by the constructor of its name. Give it to
//! [`WebhookBuilder::handshake`](crate::webhook::WebhookBuilder::handshake), or to a
//! [`HandshakeLayer`](crate::HandshakeLayer) in a stack of your own:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::{BodyExt, Full};
//! use std::convert::Infallible;
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_webhook::{Fresh, Handshake, Payload, Secret, WebhookLayer, schemes};
//!
//! let whatsapp = WebhookLayer::builder(schemes::GITHUB, Secret::new("the app's secret, from Meta")?)
//!     .handshake(Handshake::meta(Secret::new("a verify token of our own")?))
//!     .build()?;
//! let hook = ServiceBuilder::new()
//!     .layer(whatsapp)
//!     .service_fn(async |_: Request<Payload<Fresh>>| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())));
//!
//! let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token";
//! let challenge = Request::get(format!("/?{query}=a+verify+token+of+our+own")).body(Full::<Bytes>::default())?;
//! let response = hook.clone().oneshot(challenge).await?;
//! assert_eq!(response.status(), 200);
//! assert_eq!(response.into_body().collect().await?.to_bytes(), "1158201444");
//!
//! let forged = Request::get(format!("/?{query}=a+guess")).body(Full::<Bytes>::default())?;
//! assert_eq!(hook.oneshot(forged).await?.status(), 401);
//! # Ok(()) }
//! ```
//!
//! Nothing here is an open echo. A challenge that the provider signs is answered behind the signature alone. One that
//! it does not sign is answered in its documented shape only, with a value of the documented letters and length, and,
//! where there is a token to configure, only if the token is right. What has another shape is handled as if there were
//! no handshake. The [guide](crate::guide::handshakes) lists them all.

mod answers;
mod callbacks;
mod challenge;
mod reply;
mod signed;
mod unsigned;

pub use self::{
    answers::Answers,
    callbacks::{Decision, OfferedKey, SubscriptionConfirmation, SubscriptionIntent, SubscriptionMode},
    reply::AnsweredHandshake,
};
pub(crate) use self::{
    challenge::Head,
    reply::{Deciding, Question, Reply, Verdict},
};

use self::challenge::{Token, parameter};
use crate::secrets::Secret;
use std::{borrow::Cow, fmt, marker::PhantomData, sync::Arc};

/// The challenges of one provider or of several, and how they are answered. See the [module](self).
///
/// `P` says where: [`Unsigned`] ones between the body and the signature, [`Signed`] ones behind the signature. In the
/// wrong place they do not compile.
#[must_use]
pub struct Handshake<P> {
    // `None` for none, so that those who have none pay for none.
    rules: Option<Arc<[Arc<dyn Rule>]>>,
    place: PhantomData<fn() -> P>,
}

/// Of a challenge: the provider does not, or cannot, sign it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Unsigned;

/// Of a challenge: the provider signs it like a delivery.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Signed;

/// One challenge.
trait Rule: Send + Sync {
    /// The provider.
    fn name(&self) -> &'static str;

    /// Whether method, query and headers are those of the challenge. Asked before the body is read.
    ///
    /// What is no POST must be answered or refused once it is claimed, never passed on.
    fn claims(&self, head: &Head<'_>) -> bool;

    /// What to answer. Asked only about what is claimed.
    fn answer(&self, head: &Head<'_>, payload: &[u8]) -> Verdict;
}

impl<P> Handshake<P> {
    pub(crate) const NONE: Self = Self { rules: None, place: PhantomData };

    fn of(rule: impl Rule + 'static) -> Self {
        Self { rules: Some(Arc::new([Arc::new(rule) as Arc<dyn Rule>])), place: PhantomData }
    }

    /// Answers these, or else those.
    pub fn or(self, others: Self) -> Self {
        if self.rules.is_none() {
            return others;
        }
        let both = [self, others];
        let rules = both.iter().flat_map(|some| some.rules());
        Self { rules: Some(rules.cloned().collect()), place: PhantomData }
    }

    fn rules(&self) -> &[Arc<dyn Rule>] {
        self.rules.as_deref().unwrap_or_default()
    }

    pub(crate) fn claims(&self, head: &Head<'_>) -> bool {
        self.rules().iter().any(|rule| rule.claims(head))
    }

    /// The first verdict that is not to pass it on, and whose it is.
    pub(crate) fn answer(&self, head: &Head<'_>, payload: &[u8]) -> Option<(&'static str, Verdict)> {
        self.rules().iter().filter(|rule| rule.claims(head)).find_map(|rule| match rule.answer(head, payload) {
            Verdict::Pass => None,
            verdict => Some((rule.name(), verdict)),
        })
    }
}

impl Handshake<Unsigned> {
    /// Asks for a secret in the URL too: what you registered with the provider ends in `?{parameter}={secret}`.
    ///
    /// For the providers that let you configure no token and whose challenge anybody could send (Dropbox, Okta,
    /// RingCentral, Microsoft Graph, Event Grid). URLs get into logs, so take a secret that serves for nothing else.
    pub fn url_token(self, parameter: impl Into<Cow<'static, str>>, secret: Secret) -> Self {
        let (parameter, token) = (parameter.into(), Token::new(secret));
        let guard = |rule: &Arc<dyn Rule>| {
            let rule = WithUrlToken { rule: Arc::clone(rule), parameter: parameter.clone(), token: token.clone() };
            Arc::new(rule) as Arc<dyn Rule>
        };
        Self { rules: self.rules.map(|rules| rules.iter().map(guard).collect()), place: PhantomData }
    }
}

struct WithUrlToken {
    rule: Arc<dyn Rule>,
    parameter: Cow<'static, str>,
    token: Token,
}

impl Rule for WithUrlToken {
    fn name(&self) -> &'static str {
        self.rule.name()
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        self.rule.claims(head)
    }

    fn answer(&self, head: &Head<'_>, payload: &[u8]) -> Verdict {
        match self.rule.answer(head, payload) {
            Verdict::Pass => Verdict::Pass,
            verdict if parameter(head.uri, &self.parameter).is_some_and(|token| self.token.is(&token)) => verdict,
            _ => Verdict::Refuse,
        }
    }
}

/// No challenge: for a [`WebhookLayer`](crate::WebhookLayer) whose provider is known only at run time.
impl<P> Default for Handshake<P> {
    fn default() -> Self {
        Self::NONE
    }
}

impl<P> Clone for Handshake<P> {
    fn clone(&self) -> Self {
        Self { rules: self.rules.clone(), place: PhantomData }
    }
}

impl<P> fmt::Debug for Handshake<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rules().iter().map(|rule| rule.name())).finish()
    }
}
