//! A scheme, the keys to check it with, and the time: all that it takes to verify.

#[cfg(feature = "public-key")]
use crate::schemes::public_key::stand_ins::STAND_INS;
use crate::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    event::{FoundFields, Inner, SchemeName, VerifiedEvent},
    net::ClientIp,
    observe,
    rejection::{Rejection, RejectionKind},
    schemes::{ReplayMaterial, Scheme, SchemeError, SchemeErrorKind, SchemeInput, Verification},
    secrets::{Credentials, Key, KeySource, KeySourceError, Keyring, Secret, Tenant},
    time::{Monotonic, UnixTime},
};
#[cfg(feature = "layers")]
use crate::{
    layers::turns::{AT_ONCE, NextTurn, turn},
    schemes::mac::Tag,
};
use bytes::Bytes;
use http::{HeaderMap, request::Parts};
use std::{
    cell::Cell,
    fmt,
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

/// Verifies deliveries: what [`SignatureVerifyLayer`](crate::SignatureVerifyLayer) and the precheck of
/// [`BufferedBodyLayer`](crate::BufferedBodyLayer) are made of.
///
/// Cloning it copies pointers. On its own it serves where there is no tower, in a queue worker or a Lambda. It needs no
/// runtime where the keys are in memory, and it guards against no replay: ask a [`ReplayStore`](crate::ReplayStore)
/// with [`VerifiedEvent::replay_key`]. A signed time is compared with the [`clock`](Self::clock), so verify on arrival;
/// a delivery that has lain in a queue for longer than the tolerance is refused.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), tower_webhook::ConfigError> {
/// use bytes::Bytes;
/// use http::Request;
/// use tower_webhook::{Secret, Verifier, schemes};
///
/// let verifier = Verifier::new(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?)?;
/// let (head, ()) = Request::post("/")
///     .header("x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
///     .body(())
///     .unwrap()
///     .into_parts();
/// let event = verifier.verify(&head, &Bytes::from_static(b"Hello, World!")).await.unwrap();
/// assert_eq!(event.scheme(), "github");
/// # Ok(()) }
/// ```
pub struct Verifier<C, K = Keyring> {
    scheme: Arc<C>,
    name: Arc<SchemeName>,
    keys: K,
    /// What a request with an unknown key is checked against, so that it costs what a wrong signature costs.
    decoy: Keyring,
    /// Rings of one key, of two, and so on up to the largest a tenant has, to level what a mismatch costs.
    padding: Arc<[Keyring]>,
    clock: Arc<dyn Clock>,
    precheck_reads_the_clock: bool,
    explain: bool,
}

/// What a [`Verifier`] can take its keys from: a [`Secret`], a [`Key`], or any [`KeySource`].
pub trait IntoKeySource {
    /// The key source.
    type Source: KeySource;

    /// Makes it.
    fn into_key_source(self) -> Self::Source;
}

impl<K: KeySource> IntoKeySource for K {
    type Source = K;

    fn into_key_source(self) -> K {
        self
    }
}

impl IntoKeySource for Secret {
    type Source = Keyring;

    fn into_key_source(self) -> Keyring {
        self.into()
    }
}

impl IntoKeySource for Key {
    type Source = Keyring;

    fn into_key_source(self) -> Keyring {
        self.into()
    }
}

/// What a [`KeySource`] is promised to be asked for at most.
const MAX_SELECTOR: usize = 8 << 10;

/// The most keys of a ring: each is a MAC over the whole body, for whoever asks.
const MAX_KEYS: usize = 8;

/// Reads as base64, as hex and as text, so that every scheme can make a key of it. Nobody can know it: a request signed
/// with it would be turned away for another reason, or with another hint, and so tell an unknown key from a known one.
///
/// No public key can be made of it: where one is wanted, it is one that nobody signs with.
fn decoy(scheme: &impl Scheme) -> Result<Secret, ConfigError> {
    let random = RandomState::new();
    let text = Secret::new(format!("{:016x}{:016x}", random.hash_one(0), random.hash_one(1)))?;
    #[cfg(feature = "public-key")]
    if scheme.check_keys(&Keyring::new(text.clone())).is_err() {
        let mut keys = STAND_INS.iter().filter_map(|key| Secret::new(*key).ok());
        if let Some(key) = keys.find(|key| scheme.check_keys(&Keyring::new(key.clone())).is_ok()) {
            return Ok(key);
        }
    }
    #[cfg(not(feature = "public-key"))]
    let _ = scheme;
    Ok(text)
}

/// Bytes that no other delivery has, in this process or another one.
fn unique() -> [u8; 16] {
    let random = RandomState::new();
    (u128::from(random.hash_one(0)) << 64 | u128::from(random.hash_one(1))).to_ne_bytes()
}

/// Rings of one key up to this many.
fn padding(secret: &Secret, most_keys: usize) -> Arc<[Keyring]> {
    let grow = |ring: &Keyring| Some(ring.clone().previous(secret.clone()));
    std::iter::successors(Some(Keyring::new(secret.clone())), grow).take(most_keys).collect()
}

impl<C: Scheme, K: KeySource> Verifier<C, K> {
    /// Checks deliveries of `scheme` with `keys`.
    ///
    /// # Errors
    ///
    /// When a key cannot be one of this scheme, or the scheme selects its keys by a header and `keys` does not, or the
    /// other way round.
    pub fn new(scheme: C, keys: impl IntoKeySource<Source = K>) -> Result<Self, ConfigError> {
        let keys = keys.into_key_source();
        match scheme.key_header() {
            Some(header) if !keys.selects() => {
                return Err(ConfigError::new(
                    "keys",
                    format!(
                        "are the same for every request, but the scheme `{}` selects them by the header `{header}`: \
                         use a `TenantMap`, or `Recipe::fixed_key`",
                        scheme.name()
                    ),
                ));
            }
            None if keys.selects() => {
                return Err(ConfigError::new(
                    "keys",
                    format!("are selected by a header, but the scheme `{}` names none", scheme.name()),
                ));
            }
            _ => {}
        }
        let most_keys = Cell::new(0);
        keys.check(&|keyring| {
            let count = keyring.entries().len();
            if count > MAX_KEYS {
                return Err(ConfigError::new(
                    "secrets",
                    format!("holds {count} keys; more than {MAX_KEYS} cost too much"),
                ));
            }
            most_keys.set(most_keys.get().max(count));
            scheme.check_keys(keyring)
        })?;
        let decoy = decoy(&scheme)?;
        Ok(Self {
            name: Arc::new(SchemeName::new(scheme.name())),
            precheck_reads_the_clock: scheme.precheck_reads_the_clock(),
            scheme: Arc::new(scheme),
            keys,
            // Of rings that are looked up later, or replaced, nothing is known yet; a rotation takes two keys.
            padding: padding(&decoy, most_keys.get().max(2)),
            decoy: decoy.into(),
            clock: Arc::new(SystemClock),
            explain: false,
        })
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    #[cfg(feature = "layers")]
    pub(crate) fn shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Tells the sender why a request was turned away: the precise code and a hint, in place of a bare 401.
    ///
    /// For development. It helps an attacker little (an unknown API key still looks like a wrong signature), but it
    /// costs a few more hashes for each forged request.
    #[must_use]
    pub const fn explain_rejections(mut self) -> Self {
        self.explain = true;
        self
    }

    /// The scheme.
    #[must_use]
    pub fn scheme(&self) -> &C {
        &self.scheme
    }

    /// Looks at the head alone.
    ///
    /// # Errors
    ///
    /// When no body at all could make this request verify.
    pub fn precheck(&self, head: &Parts) -> Result<(), Rejection> {
        let now = if self.precheck_reads_the_clock { self.clock.now() } else { UnixTime::from_seconds(0) };
        self.scheme.precheck(head, now).map_err(|error| self.rejection(error, None))
    }

    /// Checks a whole request.
    ///
    /// `head` may carry a [`ClientIp`] in its extensions; a tenant that may deliver only from certain addresses needs
    /// it.
    ///
    /// # Errors
    ///
    /// When the request is not proved to come from a holder of a key, or the keys could not be looked up.
    pub async fn verify(&self, head: &Parts, payload: &Bytes) -> Result<VerifiedEvent, Rejection> {
        let found = self.lookup(&head.headers).await;
        let payload = &mut payload.clone();
        #[cfg(feature = "layers")]
        if is_large(payload) {
            return self.judge_in_turns(head, payload, found).await;
        }
        self.judge(head, payload, found)
    }

    pub(crate) fn lookup(&self, headers: &HeaderMap) -> K::Lookup {
        let selector = self.scheme.key_header().and_then(|name| headers.get(name)).map(|value| value.as_bytes());
        // What is longer is nobody's key, and no scheme verifies it.
        let selector = selector.filter(|value| value.len() <= MAX_SELECTOR);
        // To look at the clock takes longer than to hand out a ring that is there.
        let now = if self.keys.reads_the_clock() { self.clock.monotonic() } else { Monotonic::default() };
        self.keys.lookup(selector, now)
    }

    /// The verdict, once the keys are there. An event takes the payload with it: bytes that have one owner yet need not
    /// be counted.
    pub(crate) fn judge(&self, head: &Parts, payload: &mut Bytes, found: Found) -> Result<VerifiedEvent, Rejection> {
        let found = found.map_err(keys_unavailable)?;
        let input = SchemeInput::new(head, payload, self.clock.now());
        let keyring = self.keyring(found.as_ref());
        let verdict = self.scheme.verify(&input, keyring);
        if let Some(padding) = self.padding(&verdict, keyring) {
            // Only the work counts.
            let _ = self.scheme.verify(&input, padding);
        }
        let now = input.now;
        self.conclude(head, payload, now, found.as_ref(), verdict)
    }

    /// The same for a [large](is_large) body, which others need not wait for.
    #[cfg(feature = "layers")]
    pub(crate) async fn judge_in_turns(
        &self,
        head: &Parts,
        payload: &mut Bytes,
        found: Found,
    ) -> Result<VerifiedEvent, Rejection> {
        let found = found.map_err(keys_unavailable)?;
        let mut input = SchemeInput::new(head, payload, self.clock.now());
        let keyring = self.keyring(found.as_ref());
        let tags = self.hash_in_turns(&input, keyring).await;
        input.tags = &tags;
        let verdict = self.scheme.verify(&input, keyring);
        if let Some(padding) = self.padding(&verdict, keyring) {
            // Only the work counts.
            self.hash_in_turns(&input, padding).await;
        }
        let now = input.now;
        self.conclude(head, payload, now, found.as_ref(), verdict)
    }

    #[cfg(feature = "layers")]
    async fn hash_in_turns(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Vec<Tag> {
        let Some(mut hashes) = self.scheme.hash_ahead(input, keys) else { return Vec::new() };
        let mut next_turn = NextTurn::default();
        while hashes.step(turn() / keys.entries().len().max(1)) {
            next_turn.come().await;
        }
        hashes.finish()
    }

    fn keyring<'a>(&'a self, found: Option<&'a Credentials>) -> &'a Keyring {
        // An unknown key is verified against the decoy like any other, and fails whatever comes out.
        found.map_or(&self.decoy, Credentials::keyring)
    }

    /// What makes every mismatch cost what the largest ring costs: how many keys a tenant has, and whether there is one
    /// at all, is nobody's business.
    fn padding(&self, verdict: &Result<Verification, SchemeError>, keyring: &Keyring) -> Option<&Keyring> {
        let is_mismatch = verdict.as_ref().is_err_and(|error| error.kind() == SchemeErrorKind::Mismatch);
        if !is_mismatch || self.scheme.key_header().is_none() {
            return None;
        }
        let missing = self.padding.len().saturating_sub(keyring.entries().len());
        missing.checked_sub(1).and_then(|index| self.padding.get(index))
    }

    fn conclude(
        &self,
        head: &Parts,
        payload: &mut Bytes,
        now: UnixTime,
        found: Option<&Credentials>,
        verdict: Result<Verification, SchemeError>,
    ) -> Result<VerifiedEvent, Rejection> {
        let error = match verdict {
            Ok(verification) => match found {
                Some(found) => return self.accept(head, payload, now, found, verification),
                None => SchemeError::new(SchemeErrorKind::Mismatch),
            },
            Err(error) => error,
        };
        Err(self.refuse(&SchemeInput::new(head, payload, now), found, error))
    }

    fn accept(
        &self,
        head: &Parts,
        payload: &mut Bytes,
        now: UnixTime,
        found: &Credentials,
        mut verification: Verification,
    ) -> Result<VerifiedEvent, Rejection> {
        let client_ip = head.extensions.get::<ClientIp>().copied();
        let tenant = found.tenant();
        if let Some(tenant) = tenant {
            check_address(tenant, client_ip).map_err(|rejection| rejection.explained(self.explain))?;
        }
        if verification.repeats {
            verification.replay_material = Some(ReplayMaterial::new(&unique()));
        }
        Ok(VerifiedEvent::new(Inner {
            scheme: Arc::clone(&self.name),
            tenant: tenant.cloned(),
            verification,
            found: FoundFields::default(),
            received_at: now,
            client_ip,
            payload: std::mem::take(payload),
            reported: None,
        }))
    }

    #[cold]
    fn refuse(&self, input: &SchemeInput<'_>, found: Option<&Credentials>, error: SchemeError) -> Rejection {
        let is_mismatch = error.kind() == SchemeErrorKind::Mismatch && self.scheme.key_header().is_some();
        if is_mismatch && let Some(Err(error)) = found.map(|found| self.scheme.check_keys(found.keyring())) {
            observe::trouble("a key that was looked up cannot be one of this scheme", &error);
        }
        self.rejection(error, Some((input, self.keyring(found))))
    }

    /// An event nobody vouches for: report-only mode.
    #[cfg(feature = "layers")]
    pub(crate) fn unverified(&self, head: &Parts, payload: &mut Bytes, rejection: Rejection) -> VerifiedEvent {
        VerifiedEvent::new(Inner {
            scheme: Arc::clone(&self.name),
            tenant: None,
            verification: Verification::new("none"),
            found: FoundFields::default(),
            received_at: self.clock.now(),
            client_ip: head.extensions.get::<ClientIp>().copied(),
            payload: std::mem::take(payload),
            reported: Some(Box::new(rejection)),
        })
    }

    fn rejection(&self, error: SchemeError, mismatch: Option<(&SchemeInput<'_>, &Keyring)>) -> Rejection {
        let rejection = Rejection::new(error.kind().into()).explained(self.explain);
        let hint = match (error.hint_text(), mismatch) {
            (Some(hint), _) => Some(hint.into()),
            (None, Some((input, keyring))) if self.explain && error.kind() == SchemeErrorKind::Mismatch => {
                Some(self.scheme.explain_mismatch(input, keyring).unwrap_or(MISMATCH_HINT.into()))
            }
            _ => None,
        };
        match hint {
            Some(hint) => rejection.hint(&*hint),
            None => rejection,
        }
    }

    #[cfg(feature = "layers")]
    pub(crate) fn clock_handle(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    #[cfg(feature = "layers")]
    pub(crate) fn scheme_name(&self) -> &Arc<str> {
        self.name.shared()
    }
}

const MISMATCH_HINT: &str = "check the secret, and that the body is signed byte for byte as it is sent";

/// What a key source has found.
type Found = Result<Option<Credentials>, KeySourceError>;

fn keys_unavailable(error: KeySourceError) -> Rejection {
    Rejection::new(RejectionKind::KeysUnavailable).retry_after(Duration::from_secs(1)).caused_by(error)
}

/// Whether others should have their turn while this is hashed.
#[cfg(feature = "layers")]
pub(crate) const fn is_large(payload: &Bytes) -> bool {
    payload.len() > AT_ONCE
}

/// After the signature: before it, the answer would tell a stranger who is a tenant.
fn check_address(tenant: &Tenant, client_ip: Option<ClientIp>) -> Result<(), Rejection> {
    match (tenant.allowed_addresses(), client_ip) {
        (None, _) => Ok(()),
        (Some(allowed), Some(client)) if allowed.contains(client.ip()) => Ok(()),
        (Some(_), Some(_)) => Err(Rejection::new(RejectionKind::IpNotAllowed)),
        (Some(_), None) => Err(Rejection::new(RejectionKind::PeerUnknown)
            .hint("a tenant may deliver from certain addresses only: put `ClientIpLayer` above")),
    }
}

impl<C, K: Clone> Clone for Verifier<C, K> {
    fn clone(&self) -> Self {
        Self {
            scheme: Arc::clone(&self.scheme),
            name: Arc::clone(&self.name),
            keys: self.keys.clone(),
            decoy: self.decoy.clone(),
            padding: Arc::clone(&self.padding),
            clock: Arc::clone(&self.clock),
            precheck_reads_the_clock: self.precheck_reads_the_clock,
            explain: self.explain,
        }
    }
}

impl<C, K: fmt::Debug> fmt::Debug for Verifier<C, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("scheme", &self.name.as_str())
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
