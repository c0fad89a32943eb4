//! HMACs over large bodies, bit by bit.

use super::{
    Recipe, SchemeInput,
    body_form::Form,
    content::Content,
    mac::{MacKey, Tag},
    read::Candidates,
};
use crate::secrets::{KeyEntry, Keyring};
use std::fmt;

/// The hashes that a [`Scheme`](super::Scheme) needs to check one request, worked out before it does: in steps, so that
/// whoever computes them can let others have their turn. Only the schemes of this crate can make one.
pub struct HashesAhead<'a> {
    content: Content<'a>,
    /// One for each key of the ring.
    macs: Vec<Box<dyn RunningMac>>,
    done: usize,
}

impl<'a> HashesAhead<'a> {
    /// `None` if a request has to be seen whole before it is known what is signed, or if that is no HMAC.
    pub(super) fn new(recipe: &'a Recipe, input: &SchemeInput<'a>, keys: &Keyring) -> Option<Self> {
        let form = recipe.proof.as_tag()?;
        let is_plain = recipe.other_contents.is_empty() && matches!(recipe.body_form.0, Form::AsReceived);
        if !is_plain || recipe.takes_values(&recipe.content) {
            return None;
        }
        let reading = recipe.read(input.head, input.now, &mut Candidates::new().sink(form)).ok()?;
        let mut content = Content::new();
        recipe.fill(&mut content, &recipe.content, &reading.source(input.head, input.payload), &[]).ok()?;
        let start = |entry: &KeyEntry| entry.with_mac_key(form, |key| key.start()).ok().flatten();
        let macs = keys.entries().iter().map(start).collect::<Option<_>>()?;
        Some(Self { content, macs, done: 0 })
    }

    /// Hashes the next so many bytes, with each key. Whether there are more.
    pub(crate) fn step(&mut self, bytes: usize) -> bool {
        let mut skip = self.done;
        let mut left = bytes;
        for slice in self.content.slices() {
            let rest = slice.get(skip..).unwrap_or_default();
            skip = skip.saturating_sub(slice.len());
            let (now, later) = rest.split_at(rest.len().min(left));
            self.macs.iter_mut().for_each(|mac| mac.update(now));
            self.done += now.len();
            left -= now.len();
            if !later.is_empty() {
                return true;
            }
        }
        false
    }

    pub(crate) fn finish(self) -> Vec<Tag> {
        self.macs.into_iter().map(|mac| mac.finish()).collect()
    }
}

impl fmt::Debug for HashesAhead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashesAhead").field("keys", &self.macs.len()).field("done", &self.done).finish_non_exhaustive()
    }
}

impl MacKey {
    /// An HMAC with this key, to be fed. `None` for what is none.
    fn start(&self) -> Option<Box<dyn RunningMac>> {
        Some(match self {
            #[cfg(feature = "insecure-md5")]
            Self::Md5(mac) => Box::new(mac.clone()),
            Self::Sha1(mac) => Box::new(mac.clone()),
            Self::Sha256(mac) => Box::new(mac.clone()),
            Self::Sha384(mac) => Box::new(mac.clone()),
            Self::Sha512(mac) => Box::new(mac.clone()),
            #[cfg(feature = "aws-lc")]
            Self::AwsLc(key) => Box::new(AwsLcMac(aws_lc_rs::hmac::Context::with_key(key))),
            Self::Keyed(..) | Self::Token(_) => return None,
        })
    }
}

/// An HMAC that is fed bit by bit.
trait RunningMac: Send {
    fn update(&mut self, part: &[u8]);
    fn finish(self: Box<Self>) -> Tag;
}

impl<M: hmac::Mac + Send> RunningMac for M {
    fn update(&mut self, part: &[u8]) {
        hmac::Mac::update(self, part);
    }

    fn finish(self: Box<Self>) -> Tag {
        Tag::truncating(&self.finalize().into_bytes())
    }
}

#[cfg(feature = "aws-lc")]
struct AwsLcMac(aws_lc_rs::hmac::Context);

#[cfg(feature = "aws-lc")]
impl RunningMac for AwsLcMac {
    fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    fn finish(self: Box<Self>) -> Tag {
        Tag::truncating(self.0.sign().as_ref())
    }
}
