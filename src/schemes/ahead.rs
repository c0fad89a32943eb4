//! HMACs over large bodies, bit by bit.

use super::{
    Recipe, SchemeInput,
    body_form::Form,
    content::Content,
    mac::{RunningMac, Tag},
    read::Candidates,
    recipe::Proof,
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
        let Proof::Tag(form) = &recipe.proof else { return None };
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
