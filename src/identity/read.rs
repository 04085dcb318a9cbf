//! Reads what a report, a statement or the envelope of one says of images.

use serde_json::Value;

use super::base64;
use super::{Digest, Identity, Part};

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A JSON report of this program.
    Report,
    /// An in-toto statement, or several, one a line.
    Statement,
    /// An in-toto statement in an envelope, whose signature is left to others.
    Envelope,
}

/// What a document says of images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The form of the document.
    pub form: Form,
    /// Name and version of the program that wrote it, where it says so (hostile text).
    pub tool: Option<String>,
    /// The profile that was judged by, where it says so (hostile text).
    pub profile: Option<String>,
    /// Each image that it speaks of.
    pub images: Vec<Identity>,
}

/// Why a document says nothing of images.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoClaims {
    /// It is no JSON.
    #[error("is no JSON: {0}")]
    NotJson(String),
    /// It is JSON, and neither a report nor an attestation.
    #[error("is neither a JSON report of `vhd-preflight check` nor an in-toto statement ({0})")]
    Unknown(String),
    /// It is of this kind, and speaks of no image.
    #[error("speaks of no image")]
    Empty,
}

/// Images that one document may speak of.
const MOST_IMAGES: usize = 100_000;

/// Reads a document.
///
/// # Errors
/// [`NoClaims`] where it says nothing of images.
pub fn read(text: &str) -> Result<Claims, NoClaims> {
    let text = text.trim_start_matches('\u{feff}');
    let documents: Vec<Value> = serde_json::Deserializer::from_str(text)
        .into_iter()
        .take(MOST_IMAGES)
        .collect::<Result<_, _>>()
        .map_err(|error| NoClaims::NotJson(error.to_string()))?;
    let mut claims: Option<Claims> = None;
    for document in &documents {
        let more = of_document(document)?;
        match &mut claims {
            Some(claims) => claims.images.extend(more.images),
            None => claims = Some(more),
        }
    }
    claims
        .filter(|claims| !claims.images.is_empty())
        .ok_or(NoClaims::Empty)
}

fn of_document(document: &Value) -> Result<Claims, NoClaims> {
    let text = |key: &str| document.get(key).and_then(Value::as_str);
    if text("schema") == Some("vhd-preflight/report/v1") {
        return Ok(report(document));
    }
    if text("_type").is_some_and(|kind| kind.starts_with("https://in-toto.io/Statement/")) {
        return Ok(statement(document, Form::Statement));
    }
    let unknown = |what: String| Err(NoClaims::Unknown(what));
    if let Some(payload) = text("payload") {
        let inner =
            base64::decode(payload).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        return match inner {
            Some(inner) if inner.get("_type").is_some() => Ok(statement(&inner, Form::Envelope)),
            _ => unknown("an envelope without a statement in it".to_owned()),
        };
    }
    unknown(match text("schema").or(text("_type")) {
        Some(kind) => format!("it calls itself {kind:?}"),
        None => "it does not say what it is".to_owned(),
    })
}

fn report(document: &Value) -> Claims {
    let images = document.get("images").and_then(Value::as_array);
    Claims {
        form: Form::Report,
        tool: tool(document.get("tool")),
        profile: string(document.get("profile")),
        images: images
            .into_iter()
            .flatten()
            .take(MOST_IMAGES)
            .map(of_report_image)
            .collect(),
    }
}

/// What an image's part of a report holds that tells it from others.
pub fn of_report_image(image: &Value) -> Identity {
    let at = |pointer: &str| image.pointer(pointer);
    let whole = at("/content/complete").and_then(Value::as_bool) == Some(true);
    let mut digests = Vec::new();
    for (part, pointer) in [
        (Part::File, "/content/digests/file"),
        (Part::Disk, "/content/digests/disk"),
    ] {
        let sums = at(pointer).and_then(Value::as_array).into_iter().flatten();
        digests.extend(sums.filter_map(|sum| {
            let kind = string(sum.get("kind"))?;
            digest(part, &kind, sum.get("hex")?.as_str()?)
        }));
    }
    let footers = at("/facts/container/footers").and_then(Value::as_array);
    let used = footers.and_then(|footers| {
        let used = |footer: &&Value| footer.get("used") == Some(&Value::Bool(true));
        footers.iter().find(used)
    });
    let field = |name: &str| {
        let fields = used?.get("fields")?.as_array()?;
        let named = |field: &&Value| field.get("name").and_then(Value::as_str) == Some(name);
        string(fields.iter().find(named)?.get("raw"))
    };
    Identity {
        name: string(at("/path")),
        verdict: string(at("/verdict")),
        digests,
        content: string(at("/content/digest")).filter(|_| whole),
        file_length: at("/facts/container/file_length").and_then(Value::as_u64),
        disk_size: at("/facts/disk/size").and_then(Value::as_u64),
        unique_id: field("unique id"),
        footer_checksum: field("checksum"),
    }
}

/// The subjects of a statement are one image in two parts where this program wrote it, and images
/// of their own where another did.
fn statement(document: &Value, form: Form) -> Claims {
    let settings = document
        .pointer("/predicate/configuration")
        .and_then(Value::as_array);
    let setting = |name: &str| {
        let named = |entry: &&Value| entry.get("name").and_then(Value::as_str) == Some(name);
        settings?.iter().find(named)?.get("annotations")
    };
    let verdict = string(document.pointer("/predicate/result"));
    let subjects = document.get("subject").and_then(Value::as_array);
    let mut images: Vec<Identity> = Vec::new();
    for subject in subjects.into_iter().flatten().take(MOST_IMAGES) {
        let part = subject.pointer("/annotations/part").and_then(Value::as_str);
        let bytes = subject
            .pointer("/annotations/bytes")
            .and_then(Value::as_u64);
        let part = match part {
            Some("file") => Part::File,
            Some("disk") => Part::Disk,
            _ => Part::Either,
        };
        let digests = digests(subject, part);
        match images.last_mut() {
            Some(file) if part == Part::Disk => {
                file.digests.extend(digests);
                file.disk_size = bytes;
            }
            _ => images.push(Identity {
                name: string(subject.get("name")),
                verdict: verdict.clone(),
                digests,
                file_length: bytes.filter(|_| part == Part::File),
                disk_size: bytes.filter(|_| part == Part::Disk),
                ..Identity::default()
            }),
        }
    }
    Claims {
        form,
        tool: tool(setting("tool")),
        profile: setting("profile").and_then(|profile| string(profile.get("name"))),
        images,
    }
}

fn digests(subject: &Value, part: Part) -> Vec<Digest> {
    let set = subject.get("digest").and_then(Value::as_object);
    set.into_iter()
        .flatten()
        .filter_map(|(kind, hex)| digest(part, kind, hex.as_str()?))
        .collect()
}

fn digest(part: Part, kind: &str, hex: &str) -> Option<Digest> {
    let plain = !hex.is_empty() && hex.chars().all(|c| c.is_ascii_hexdigit());
    plain.then(|| Digest {
        part,
        kind: kind.to_ascii_lowercase(),
        hex: hex.to_ascii_lowercase(),
    })
}

fn tool(tool: Option<&Value>) -> Option<String> {
    let tool = tool?;
    let name = string(tool.get("name"))?;
    Some(match string(tool.get("version")) {
        Some(version) => format!("{name} {version}"),
        None => name,
    })
}

fn string(value: Option<&Value>) -> Option<String> {
    value?.as_str().map(str::to_owned)
}
