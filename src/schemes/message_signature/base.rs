//! The text that is signed (RFC 9421, 2).

use super::{
    fields::{self, Member, Parameters, serialize_item, serialize_list},
    query,
};
use crate::schemes::{SchemeError, SchemeErrorKind, read::malformed};
use http::{HeaderName, Uri, request::Parts};
use sfv::{BareItem, ListSerializer};

/// A part of the message that a signature covers.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(super) name: String,
    pub(super) parameters: Parameters,
}

/// What a signature covers, with its own parameters: an inner list.
#[derive(Clone, Debug)]
pub(crate) struct Covered {
    pub(super) components: Vec<Component>,
    pub(super) parameters: Parameters,
    items: Vec<(BareItem, Parameters)>,
}

impl Covered {
    /// From a member of `Signature-Input`.
    pub(crate) fn new(member: Member) -> Result<Self, SchemeError> {
        let wrong = |reason: &str| malformed("signature-input", reason);
        let Member::List(items, parameters) = member else {
            return Err(wrong("holds something other than lists of what is signed"));
        };
        let component = |(item, parameters): &(BareItem, Parameters)| {
            let name = item.as_string().map(|name| name.as_str().to_owned());
            let name = name.filter(|name| is_component_name(name));
            name.map(|name| Component { name, parameters: parameters.clone() })
        };
        let components: Option<Vec<_>> = items.iter().map(component).collect();
        let components = components.ok_or_else(|| wrong("names something that cannot be signed in a request"))?;
        if components.is_empty() {
            return Err(wrong("has a signature that covers nothing"));
        }
        let mut identifiers: Vec<_> = items.iter().map(|(item, parameters)| serialize_item(item, parameters)).collect();
        identifiers.sort_unstable();
        if identifiers.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
            return Err(wrong("names the same twice"));
        }
        Ok(Self { components, parameters, items })
    }

    /// Whether the whole of this component is covered.
    pub(super) fn covers(&self, name: &str) -> bool {
        self.components.iter().any(|component| component.name == name && component.parameters.value("key").is_none())
    }
}

/// Whether a signature of a request can cover what has this name.
pub(super) fn is_component_name(name: &str) -> bool {
    match name.strip_prefix('@') {
        Some(derived) => matches!(
            derived,
            "authority" | "method" | "path" | "query" | "query-param" | "request-target" | "scheme" | "target-uri"
        ),
        None => {
            let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
            is_lower && HeaderName::from_bytes(name.as_bytes()).is_ok()
        }
    }
}

/// What stands between the components and the parameters.
pub(super) const SIGNED_PARAMETERS: &[u8] = b"\n\"@signature-params\": ";

/// One line for each component, and one for the parameters.
pub(crate) fn signature_base(
    covered: &Covered,
    head: &Parts,
    public_origin: Option<&str>,
) -> Result<Vec<u8>, SchemeError> {
    let mut base = Vec::new();
    for (component, (item, parameters)) in covered.components.iter().zip(&covered.items) {
        let value = component.value(head, public_origin)?;
        base.extend([serialize_item(item, parameters).as_bytes(), b": ", &value, b"\n"].concat());
    }
    // The line before it ends in what it starts with.
    base.pop();
    base.extend_from_slice(SIGNED_PARAMETERS);
    base.extend_from_slice(serialize_list(&covered.items, &covered.parameters).as_bytes());
    Ok(base)
}

impl Component {
    fn value(&self, head: &Parts, public_origin: Option<&str>) -> Result<Vec<u8>, SchemeError> {
        if self.name.starts_with('@') { self.derived(head, public_origin) } else { self.field(head) }
    }

    fn derived(&self, head: &Parts, public_origin: Option<&str>) -> Result<Vec<u8>, SchemeError> {
        let name = &*self.name;
        let parameters: Vec<_> = self.parameters.names().collect();
        if parameters != if name == "@query-param" { &["name"][..] } else { &[] } {
            return Err(malformed(name, "has parameters that a request's cannot have, or lacks one"));
        }
        let origin = || {
            Origin::new(public_origin.ok_or_else(|| {
                SchemeError::new(SchemeErrorKind::Mismatch).hint("no public origin is set on this side")
            })?)
        };
        // What a proxy takes away from the paths of requests is in the public origin.
        let prefix = public_origin.map_or(Ok(""), |text| Origin::new(text).map(|origin| origin.path))?;
        let query = head.uri.query();
        let path = match [prefix, head.uri.path()].concat() {
            empty if empty.is_empty() => "/".to_owned(),
            path => path,
        };
        let target = || match query {
            Some(query) => format!("{path}?{query}"),
            None => path.clone(),
        };
        let value = match name {
            "@method" => head.method.as_str().to_owned(),
            "@authority" => origin()?.authority,
            "@scheme" => origin()?.scheme,
            "@target-uri" => {
                let origin = origin()?;
                format!("{}://{}{}", origin.scheme, origin.authority, target())
            }
            "@request-target" => target(),
            "@path" => path.clone(),
            "@query" => format!("?{}", query.unwrap_or_default()),
            _ => query::parameter(query.unwrap_or_default(), self.parameters.text("name")?.unwrap_or_default())?,
        };
        Ok(value.into_bytes())
    }

    fn field(&self, head: &Parts) -> Result<Vec<u8>, SchemeError> {
        let name = &*self.name;
        let missing = || SchemeError::new(SchemeErrorKind::Missing).hint(format!("`{name}` is signed and not there"));
        match self.parameters.names().collect::<Vec<_>>()[..] {
            [] => fields::combined(head, name)?.ok_or_else(missing),
            ["bs"] if self.is_set("bs") => wrapped(head, name).ok_or_else(missing),
            ["sf"] if self.is_set("sf") && is_dictionary(name) => {
                let members = fields::dictionary(head, name)?.ok_or_else(missing)?;
                let member = |(key, member): &(sfv::Key, Member)| {
                    let text = member.serialize();
                    // A member that is true has no value.
                    match text.strip_prefix("?1") {
                        Some(parameters) => format!("{}{parameters}", key.as_str()),
                        None => format!("{}={text}", key.as_str()),
                    }
                };
                Ok(members.iter().map(member).collect::<Vec<_>>().join(", ").into_bytes())
            }
            ["key"] => {
                let key = self.parameters.text("key")?.unwrap_or_default();
                let members = fields::dictionary(head, name)?.ok_or_else(missing)?;
                let member = members.iter().find(|(other, _)| other.as_str() == key).ok_or_else(missing)?;
                Ok(member.1.serialize().into_bytes())
            }
            _ => Err(malformed(name, "is signed in a way that is not known here")),
        }
    }

    fn is_set(&self, flag: &str) -> bool {
        self.parameters.value(flag).and_then(BareItem::as_boolean) == Some(true)
    }
}

/// The fields whose type is known to be a dictionary.
fn is_dictionary(name: &str) -> bool {
    matches!(name, "content-digest" | "priority" | "repr-digest" | "signature" | "signature-input")
}

/// The values of a field, each as a sequence of bytes.
fn wrapped(head: &Parts, name: &str) -> Option<Vec<u8>> {
    let mut list = ListSerializer::new();
    for value in head.headers.get_all(name) {
        let _ = list.bare_item(value.as_bytes().trim_ascii());
    }
    list.finish().map(String::into_bytes)
}

/// What the sender's URL of this endpoint starts with.
struct Origin<'o> {
    scheme: String,
    authority: String,
    path: &'o str,
}

impl<'o> Origin<'o> {
    fn new(text: &'o str) -> Result<Self, SchemeError> {
        let wrong = || SchemeError::new(SchemeErrorKind::Mismatch).hint("the public origin on this side is none");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let scheme = uri.scheme_str().ok_or_else(wrong)?.to_ascii_lowercase();
        let authority = uri.authority().ok_or_else(wrong)?.as_str().to_ascii_lowercase();
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.strip_suffix(default_port).map_or(authority.clone(), str::to_owned);
        let after = text.split_once("://").map_or("", |(_, after)| after);
        let path = after.find('/').and_then(|start| after.get(start..)).unwrap_or_default();
        Ok(Self { scheme, authority, path: path.trim_end_matches('/') })
    }
}
