//! What a stack says to the provider besides a status.

use crate::handshakes::{Answers, Handshake, Signed, Unsigned};

/// The handshakes and the answers that a [`WebhookLayer`](super::WebhookLayer) was given; `()` where there are none.
///
/// They need a response body that is `From<Bytes>`; without them any will do.
#[derive(Clone, Debug)]
pub struct Protocol {
    unsigned: Handshake<Unsigned>,
    signed: Handshake<Signed>,
    answers: Option<Answers>,
}

impl Protocol {
    const NONE: Self = Self { unsigned: Handshake::NONE, signed: Handshake::NONE, answers: None };

    pub(super) fn with_answers(self, answers: Answers) -> Self {
        Self { answers: Some(answers), ..self }
    }

    pub(crate) const fn unsigned(&self) -> &Handshake<Unsigned> {
        &self.unsigned
    }

    pub(crate) const fn signed(&self) -> &Handshake<Signed> {
        &self.signed
    }

    pub(crate) const fn answers(&self) -> Option<&Answers> {
        self.answers.as_ref()
    }
}

impl From<()> for Protocol {
    fn from((): ()) -> Self {
        Self::NONE
    }
}

/// Which side of the signature a challenge is on: [`Unsigned`] or [`Signed`].
pub trait Side: sealed::Sealed + Sized {
    #[doc(hidden)]
    fn add(protocol: Protocol, handshake: Handshake<Self>) -> Protocol;
}

impl Side for Unsigned {
    fn add(protocol: Protocol, handshake: Handshake<Self>) -> Protocol {
        Protocol { unsigned: protocol.unsigned.or(handshake), ..protocol }
    }
}

impl Side for Signed {
    fn add(protocol: Protocol, handshake: Handshake<Self>) -> Protocol {
        Protocol { signed: protocol.signed.or(handshake), ..protocol }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Unsigned {}
    impl Sealed for super::Signed {}
}
