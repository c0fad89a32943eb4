//! Recipes made at run time, and what makes a recipe sound.

#[cfg(feature = "message-signatures")]
use super::message_signature::MessageSignatureForm;
use super::{
    body_form::BodyForm,
    computed::NAMED,
    grammar::Shape,
    mac::{MacAlgorithm, SecretEncoding},
    places::{
        FieldPlace, FieldPlaceSource, MAX_SIGNATURES, SignaturePlace, SignatureSource, TimestampPlace, TimestampSource,
        header_name,
    },
    providers::NOTHING_ELSE,
    recipe::{Proof, Recipe, Setting},
    template::{Part, Template},
};
#[cfg(feature = "public-key")]
use super::{jwt::JwtForm, mac::KeyForm, public_key::PublicKeyAlgorithm};
use crate::error::ConfigError;
use std::borrow::Cow;

/// Makes a [`Recipe`]: HMAC-SHA256 over `{body}` with the text of the secret, until you say otherwise. Over nothing for
/// [`Token`](MacAlgorithm::Token).
#[derive(Clone, Debug)]
#[must_use]
pub struct RecipeBuilder {
    pub(super) recipe: Recipe,
}

impl Recipe {
    /// Starts a recipe with the name that events, logs and replay keys will show. Needs at least one
    /// [`signature`](RecipeBuilder::signature).
    pub fn builder(name: impl Into<Cow<'static, str>>) -> RecipeBuilder {
        // Nothing signed until `build`: it knows whether that is for want of a `content`, or since a token is sent.
        RecipeBuilder { recipe: Self { name: name.into(), content: Template::of(&[]), ..NOTHING_ELSE } }
    }
}

impl RecipeBuilder {
    /// The keyed hash.
    pub fn algorithm(mut self, algorithm: MacAlgorithm) -> Self {
        match &mut self.recipe.proof {
            Proof::Tag(form) => form.algorithm = algorithm,
            #[cfg(feature = "public-key")]
            proof => *proof = Proof::Tag(KeyForm { algorithm, encoding: SecretEncoding::Utf8 }),
        }
        self
    }

    /// A signature that a public key verifies, in place of a keyed hash. The secrets of a ring are then public keys.
    #[cfg(feature = "public-key")]
    #[cfg_attr(docsrs, doc(cfg(feature = "public-key")))]
    pub fn public_key(mut self, algorithm: PublicKeyAlgorithm) -> Self {
        self.recipe.proof = Proof::PublicKey(algorithm);
        self
    }

    /// A token, in place of a keyed hash: its form says where it stands and what it covers, so signature, content and
    /// timestamp of this recipe do not count.
    #[cfg(feature = "public-key")]
    #[cfg_attr(docsrs, doc(cfg(feature = "public-key")))]
    pub fn jwt(mut self, form: JwtForm) -> Self {
        self.recipe.proof = Proof::Jwt(form);
        self
    }

    /// An HTTP message signature (RFC 9421), in place of a keyed hash: its form says what it has to cover, so signature,
    /// content and timestamp of this recipe do not count.
    #[cfg(feature = "message-signatures")]
    #[cfg_attr(docsrs, doc(cfg(feature = "message-signatures")))]
    pub fn message_signature(mut self, form: MessageSignatureForm) -> Self {
        self.recipe.proof = Proof::Message(form);
        self
    }

    /// How the text of a secret becomes the key.
    pub fn secret(mut self, encoding: SecretEncoding) -> Self {
        match &mut self.recipe.proof {
            Proof::Tag(form) => form.encoding = encoding,
            #[cfg(feature = "public-key")]
            proof => *proof = Proof::Tag(KeyForm { algorithm: MacAlgorithm::HmacSha256, encoding }),
        }
        self
    }

    /// Adds a place where signatures may stand. At least one of all places has to hold one; those that do all count.
    pub fn signature(mut self, place: SignaturePlace) -> Self {
        self.recipe.signatures.to_mut().push(place);
        self
    }

    /// What is signed, as a [`Template`].
    ///
    /// # Errors
    ///
    /// When it is none; the error says where and why. [`build`](Self::build) refuses one that could be cut into other
    /// values.
    pub fn content(mut self, template: &str) -> Result<Self, ConfigError> {
        self.recipe.content = template.parse()?;
        let settings = self.recipe.content.parts.iter().filter_map(|part| match part {
            Part::Setting(name) => Some(Setting { name: name.clone(), value: None }),
            _ => None,
        });
        self.recipe.settings = settings.collect();
        Ok(self)
    }

    /// The form in which the body is signed, where that is not the one in which it arrives.
    pub const fn body_form(mut self, form: BodyForm) -> Self {
        self.recipe.body_form = form;
        self
    }

    /// The value of a `{setting:name}` of the [`content`](Self::content).
    ///
    /// # Errors
    ///
    /// When the content has none of that name, or the value is empty.
    pub fn setting(mut self, name: &str, value: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        self.recipe = self.recipe.setting(name, value)?;
        Ok(self)
    }

    /// Lets values of the signed content touch, as in `{id}{body}`: for a sender that signs so.
    ///
    /// Whoever holds a signed delivery can then move the end of one value into the next, and the signature stays good:
    /// an id that can grow makes a replay a new event. Nothing here prevents that.
    pub const fn insecure_ambiguous_content(mut self) -> Self {
        self.recipe.ambiguous = true;
        self
    }

    /// Genuine events may be equal in all that is signed: "something has changed", without an id and a time. Each
    /// delivery is then a new event, a replay too, since nothing tells the two apart. For handlers that do no harm when
    /// they run once more.
    pub const fn insecure_repeating_events(mut self) -> Self {
        self.recipe.repeats = true;
        self
    }

    /// No two events have the same signature, although it does not cover the body: it covers a token that is used once,
    /// say. Without this, where the body is not covered, deliveries are told apart by a digest of the body.
    pub const fn single_use_signature(mut self) -> Self {
        self.recipe.single_use = true;
        self
    }

    /// Where the signed time stands. From then on a request without it is refused.
    pub fn timestamp(mut self, place: TimestampPlace) -> Self {
        self.recipe.timestamp = Some(place);
        self
    }

    /// Where the id of the event stands.
    pub fn id(mut self, place: FieldPlace) -> Self {
        self.recipe.id = Some(place);
        self
    }

    /// Where the type of the event stands.
    pub fn kind(mut self, place: FieldPlace) -> Self {
        self.recipe.kind = Some(place);
        self
    }

    /// The header whose value says whose keys to use, such as `x-api-key`.
    ///
    /// # Errors
    ///
    /// When this cannot be the name of one.
    pub fn key_header(mut self, name: &str) -> Result<Self, ConfigError> {
        self.recipe.key_header = Some(header_name("key_header", name.to_owned())?);
        Ok(self)
    }

    /// What the sender's URL starts with. See [`Recipe::public_origin`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn public_origin(mut self, origin: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        self.recipe = self.recipe.public_origin(origin)?;
        Ok(self)
    }

    /// The sender's URL, as a whole. See [`Recipe::public_url`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn public_url(mut self, url: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        self.recipe = self.recipe.public_url(url)?;
        Ok(self)
    }

    /// The recipe, if its parts go together.
    ///
    /// # Errors
    ///
    /// When they do not; the error names the one that has to change.
    pub fn build(mut self) -> Result<Recipe, ConfigError> {
        let is_token = matches!(&self.recipe.proof, Proof::Tag(form) if form.algorithm == MacAlgorithm::Token);
        if self.recipe.content.parts.is_empty() && !is_token {
            self.recipe.content = NOTHING_ELSE.content;
        }
        self.recipe.check()?;
        if self.recipe.content.has(&Part::Url) && self.recipe.address.is_none() {
            return Err(ConfigError::new("public_origin", "is not set, and {url} is signed"));
        }
        if let Some(setting) = self.recipe.settings.iter().find(|setting| setting.value.is_none()) {
            return Err(ConfigError::new(setting.name.clone(), "is a setting that the content names, and is not set"));
        }
        Ok(self.recipe)
    }
}

impl Recipe {
    /// Whether the parts go together. The constants of the catalogue are held to it by a test.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |knob: &'static str, reason: &'static str| Err(ConfigError::new(knob, reason));
        if self.name.trim().is_empty() {
            return wrong("name", "is empty");
        }
        match &self.proof {
            // Both cover the body, or they would not be taken.
            #[cfg(feature = "public-key")]
            Proof::Jwt(form) => {
                form.check()?;
                return self.check_fields(|place| !matches!(place.source, FieldPlaceSource::Header(_)));
            }
            #[cfg(feature = "message-signatures")]
            Proof::Message(form) => {
                return self.check_fields(|place| match &place.source {
                    FieldPlaceSource::Header(name) => form.required.contains(name),
                    _ => true,
                });
            }
            _ => {}
        }
        if self.signatures.is_empty() {
            return wrong("signature", "has no place");
        }
        if self.signatures.len() > MAX_SIGNATURES {
            return wrong("signature", "has more than 16 places");
        }
        let algorithm = self.proof.as_tag().map(|form| form.algorithm);
        let fits = match algorithm.is_some_and(MacAlgorithm::is_keyed_hash) {
            true => self.has_part(&Part::Secret) || self.has_part(&Part::SecretOfKeyedHash),
            false => !self.has_part(&Part::Secret),
        };
        if !fits {
            return wrong("content", "must hold {secret} for a keyed hash, and for nothing else");
        }
        let is_token = algorithm == Some(MacAlgorithm::Token);
        if is_token != self.content.parts.is_empty() {
            return wrong(
                "content",
                "must be there, unless a token is sent in place of a signature, and then it must not",
            );
        }
        // What a provider's own function makes of a body leaves the signature out.
        let is_whole = |part: &Part| match part {
            Part::Body => true,
            Part::Computed(computed) => computed.covers_body && NAMED.contains(computed),
            _ => false,
        };
        if self.content.parts.iter().any(is_whole) && self.signatures.iter().any(|place| place.source.is_in_body()) {
            return wrong(
                "signature",
                "stands in the body, and the body is signed: no signature can be part of itself",
            );
        }
        if self.content.has(&Part::Id) && self.id.is_none() {
            return wrong("content", "holds {id}, and the id has no place");
        }
        if !self.ambiguous {
            self.check_cuts()?;
        }
        self.check_timestamp()?;
        if self.repeats && (self.signs_id() || self.timestamp.is_some()) {
            return wrong("insecure_repeating_events", "is said, and a signed id or time tells one event from another");
        }
        self.check_fields(|place| self.signs(place))
    }

    fn check_fields(&self, signs: impl Fn(&FieldPlace) -> bool) -> Result<(), ConfigError> {
        for (knob, place) in [("id", &self.id), ("kind", &self.kind)] {
            if place.as_ref().is_some_and(|place| place.signed && !signs(place)) {
                return Err(ConfigError::new(knob, "is said to be signed, and is no part of the signed content"));
            }
        }
        Ok(())
    }

    /// Whether the signed content can be cut into its parts in one way only. Two values side by side could be cut
    /// anywhere, unless one of them has a grammar that bounds it.
    fn check_cuts(&self) -> Result<(), ConfigError> {
        let is_bounded = |part: &Part| match part {
            Part::Method | Part::Secret | Part::SecretOfKeyedHash | Part::Setting(_) => true,
            Part::Computed(computed) => computed.is_bounded,
            part => self.is_timestamp(part),
        };
        for parts in self.content.parts.windows(2) {
            let [first, second] = parts else { continue };
            if [first, second].into_iter().any(|part| matches!(part, Part::Literal(_))) {
                continue;
            }
            if !is_bounded(first) && !is_bounded(second) {
                return Err(ConfigError::new(
                    "content",
                    format!(
                        "has {first} and {second} side by side, so the end of one could be moved into the other: put \
                         text between them; only {{timestamp}} and {{method}} can do without"
                    ),
                ));
            }
            // A value that nothing separates from the next may not hold a slash, and these always do.
            let is_address = |part: &&Part| matches!(part, Part::Path | Part::Url | Part::UrlForm(_));
            if let Some(part) = [first, second].into_iter().find(is_address) {
                return Err(ConfigError::new("content", format!("needs text between {part} and the value beside it")));
            }
        }
        Ok(())
    }

    fn check_timestamp(&self) -> Result<(), ConfigError> {
        let wrong = |knob: &'static str, reason: &'static str| Err(ConfigError::new(knob, reason));
        let in_header = |wanted: fn(&Shape) -> bool| {
            self.signatures
                .iter()
                .any(|place| matches!(place.source, SignatureSource::Header { .. }) && wanted(&place.grammar.shape))
        };
        let positional = |shape: &Shape| matches!(shape, Shape::Positional { .. });
        let is_first_item = |place: &TimestampPlace| matches!(place.source, TimestampSource::FirstItem);
        if self.signatures.iter().any(|place| positional(&place.grammar.shape))
            && !self.timestamp.as_ref().is_some_and(is_first_item)
        {
            return wrong("timestamp", "must be the first item of a positional signature header");
        }
        let Some(place) = &self.timestamp else {
            return if self.content.has(&Part::Timestamp) {
                wrong("content", "holds {timestamp}, and the timestamp has no place")
            } else {
                Ok(())
            };
        };
        let mut signed = self.content.has(&Part::Timestamp);
        match &place.source {
            TimestampSource::Header(name) => signed |= self.content.has(&Part::Header(name.clone())),
            TimestampSource::Item(label) => {
                if !in_header(|shape| matches!(shape, Shape::Items { .. })) {
                    return wrong("timestamp", "is an item, and no signature header has items");
                }
                let is_signature = |place: &SignaturePlace| match &place.grammar.shape {
                    Shape::Items { labels, .. } => labels.contains(label),
                    _ => false,
                };
                if self.signatures.iter().any(is_signature) {
                    return wrong("timestamp", "has the label of signatures");
                }
            }
            TimestampSource::FirstItem => {
                if !in_header(positional) {
                    return wrong("timestamp", "is the first item, and no signature header is positional");
                }
            }
            TimestampSource::Json { pointer, .. } => {
                signed |= self.covers_body() || self.content.has(&Part::Json(pointer.clone()));
            }
            TimestampSource::Form(name) => {
                signed |= self.covers_body() || self.content.has(&Part::Form(name.clone()));
            }
        }
        if !signed {
            return wrong("timestamp", "is no part of the signed content, so anybody could change it");
        }
        let numeric = place.unit.is_numeric();
        let digit_follows = self.content.parts.windows(2).any(|parts| match parts {
            [part, Part::Literal(text)] if self.is_timestamp(part) => {
                text.starts_with(|first: char| first.is_ascii_digit())
            }
            _ => false,
        });
        if numeric && digit_follows {
            return wrong("content", "has a digit right after {timestamp}, which could as well be part of it");
        }
        Ok(())
    }

    fn signs(&self, place: &FieldPlace) -> bool {
        // Names and values that touch, as those of a sorted form do, can be cut into others: one can grow by the next.
        let covers_fields = self.ambiguous && self.covers_body()
            || self.content.parts.iter().any(|part| match part {
                Part::Body => true,
                Part::Computed(computed) => computed.covers_body && computed.is_bounded,
                _ => false,
            });
        let by_name = match &place.source {
            FieldPlaceSource::Header(name) => self.content.has(&Part::Header(name.clone())),
            FieldPlaceSource::Json(pointer) => covers_fields || self.content.has(&Part::Json(pointer.clone())),
            FieldPlaceSource::Form(name) => covers_fields || self.content.has(&Part::Form(name.clone())),
        };
        let as_id = self.content.has(&Part::Id) && self.id.as_ref().is_some_and(|id| id.source == place.source);
        by_name || as_id
    }
}
