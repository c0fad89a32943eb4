//! The response for a rejection, as gRPC says it.

use super::{Rejection, RejectionKind, ResponseForRejection};
use http::Response;
use tonic::Code;

/// A trailers-only gRPC response: HTTP 200, the rejection as `grpc-status` and `grpc-message`.
///
/// | rejection | gRPC status |
/// |---|---|
/// | 401 | 16 `UNAUTHENTICATED` |
/// | 403 | 7 `PERMISSION_DENIED` |
/// | 413, 429 | 8 `RESOURCE_EXHAUSTED` |
/// | `in_flight` | 10 `ABORTED` |
/// | `duplicate` | 6 `ALREADY_EXISTS` |
/// | 408 | 4 `DEADLINE_EXCEEDED` |
/// | 405, 415 | 12 `UNIMPLEMENTED` |
/// | 400 | 3 `INVALID_ARGUMENT` |
/// | 503 | 14 `UNAVAILABLE` |
/// | `peer_unknown` | 13 `INTERNAL` |
///
/// A duplicate is `ALREADY_EXISTS` and not `OK`, because an `OK` without a message is a broken unary answer.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "to be named as a value")]
pub struct GrpcStatus;

impl GrpcStatus {
    fn code(kind: RejectionKind) -> Code {
        match kind {
            RejectionKind::BodyTimeout => Code::DeadlineExceeded,
            RejectionKind::BodyUnreadable | RejectionKind::PayloadMalformed => Code::InvalidArgument,
            RejectionKind::Duplicate => Code::AlreadyExists,
            RejectionKind::EncodingNotSupported | RejectionKind::MethodNotAllowed => Code::Unimplemented,
            RejectionKind::InFlight => Code::Aborted,
            RejectionKind::IpNotAllowed => Code::PermissionDenied,
            RejectionKind::PeerUnknown => Code::Internal,
            RejectionKind::PayloadTooLarge | RejectionKind::RateLimited => Code::ResourceExhausted,
            RejectionKind::InboxFull
            | RejectionKind::KeysUnavailable
            | RejectionKind::Overloaded
            | RejectionKind::StoreUnavailable => Code::Unavailable,
            RejectionKind::SignatureMalformed
            | RejectionKind::SignatureMismatch
            | RejectionKind::SignatureMissing
            | RejectionKind::TimestampOutOfTolerance => Code::Unauthenticated,
        }
    }
}

impl<B: Default> ResponseForRejection<B> for GrpcStatus {
    fn response_for_rejection(&self, rejection: &Rejection) -> Response<B> {
        let message = match rejection.public_hint() {
            Some(hint) => format!("{}: {hint}", rejection.public_code()),
            None => rejection.public_code().to_owned(),
        };
        tonic::Status::new(Self::code(rejection.kind()), message).into_http()
    }
}
