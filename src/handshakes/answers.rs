//! What a provider wants to hear besides a status.

use super::reply::Reply;
use crate::rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection, StatusOnly};
use bytes::Bytes;
use http::{Response, StatusCode, header};
use http_body::Body;
use std::borrow::Cow;

/// How a provider wants deliveries to be acknowledged, and turned away.
///
/// Give it to [`WebhookBuilder::answers`](crate::webhook::WebhookBuilder::answers). What your handler answers with
/// success and an empty body becomes the acknowledgement, and so does the answer to a duplicate. A body of your own
/// stays as it is. In a stack of your own it serves as the rejection response of each layer, and an
/// [`AcknowledgeLayer`](crate::AcknowledgeLayer) stands right above the handler.
#[derive(Clone, Debug)]
#[must_use]
pub struct Answers {
    status: Option<StatusCode>,
    text: Bytes,
    silent: bool,
}

impl Answers {
    /// What the provider of the preset with this name wants to hear; `None` if a status is all.
    ///
    /// ```
    /// use tower_webhook::{Scheme, handshakes::Answers, schemes};
    ///
    /// assert!(Answers::by_name(schemes::XERO.name()).is_some());
    /// assert!(Answers::by_name("stripe").is_none());
    /// ```
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "adyen" => Some(Self::adyen()),
            "alipay" => Some(Self::alipay()),
            "dropbox_sign" => Some(Self::dropbox_sign()),
            "xero" => Some(Self::xero()),
            _ => None,
        }
    }

    /// Acknowledges with this text, and the handler's status.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        let text = match text.into() {
            Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
            Cow::Owned(text) => text.into(),
        };
        Self { status: None, text, silent: false }
    }

    /// Acknowledges with this status, in place of the handler's. What is no success is no acknowledgement, so then the
    /// handler's status stays.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status.is_success().then_some(status);
        self
    }

    /// Turns away with the status alone, without a body.
    pub const fn without_rejection_body(mut self) -> Self {
        self.silent = true;
        self
    }

    /// [Adyen](https://docs.adyen.com/development-resources/webhooks/): `[accepted]`.
    pub fn adyen() -> Self {
        Self::text("[accepted]").status(StatusCode::OK)
    }

    /// [Alipay](https://global.alipay.com/docs/ac/web/notify): `success`.
    pub fn alipay() -> Self {
        Self::text("success").status(StatusCode::OK)
    }

    /// [Discord](https://discord.com/developers/docs/events/webhook-events#responding-to-events) webhook events: 204 and
    /// no body. A wrong signature is 401, as Discord's probes want.
    pub fn discord_events() -> Self {
        Self::text("").status(StatusCode::NO_CONTENT)
    }

    /// [Dropbox Sign](https://developers.hellosign.com/docs/events/walkthrough): `Hello API Event Received`.
    pub fn dropbox_sign() -> Self {
        Self::text("Hello API Event Received").status(StatusCode::OK)
    }

    /// [Xero](https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/): no body at all, with
    /// 200 and with 401. Its "intent to receive" sends wrong signatures too, to see them turned away.
    pub fn xero() -> Self {
        Self::text("").status(StatusCode::OK).without_rejection_body()
    }

    /// The status of an acknowledgement that would have had this one.
    fn acknowledging(&self, status: StatusCode) -> StatusCode {
        match self.status.unwrap_or(status) {
            // These have no body.
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT if !self.text.is_empty() => StatusCode::OK,
            status => status,
        }
    }

    pub(crate) fn acknowledge<B: From<Bytes> + Body>(&self, response: Response<B>) -> Response<B> {
        let empty = response.body().is_end_stream() || response.body().size_hint().exact() == Some(0);
        if !response.status().is_success() || !empty {
            return response;
        }
        let (mut head, body) = response.into_parts();
        head.status = self.acknowledging(head.status);
        if self.text.is_empty() {
            return Response::from_parts(head, body);
        }
        let (reply, text) = Reply::text(self.text.clone()).into_response::<B>().into_parts();
        head.headers.remove(header::CONTENT_LENGTH);
        head.headers.extend(reply.headers);
        Response::from_parts(head, text)
    }
}

impl<B: From<Bytes>> ResponseForRejection<B> for Answers {
    fn response_for_rejection(&self, rejection: &Rejection) -> Response<B> {
        let status = rejection.status();
        if rejection.kind() == RejectionKind::Duplicate && status.is_success() {
            let reply = if self.text.is_empty() { Reply::status(status) } else { Reply::text(self.text.clone()) };
            let mut response = reply.into_response();
            *response.status_mut() = self.acknowledging(status);
            return response;
        }
        if self.silent {
            return StatusOnly.response_for_rejection(rejection).map(|()| B::from(Bytes::new()));
        }
        ProblemJson.response_for_rejection(rejection)
    }
}
