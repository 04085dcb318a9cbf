//! A writer of small hives for tests: real bytes from a tree of keys and values.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::base_block::{BIN_UNIT, LENGTH, checksum};
use super::{Data, text};

/// When everything in a written hive was written: 2026-01-01T00:00:00Z as FILETIME.
pub(crate) const WRITTEN: u64 = 134_116_992_000_000_000;
/// Largest piece of the data of a value.
const SEGMENT: usize = 16_344;
const NIL: u32 = u32::MAX;

/// Keys and values of a hive of version 1.5; later calls replace what earlier ones set. Paths are
/// without regard to case, and their keys are made as needed.
#[derive(Clone, Default)]
pub(crate) struct HiveWriter {
    root: Node,
}

#[derive(Clone, Default)]
struct Node {
    name: String,
    keys: Vec<Node>,
    values: Vec<(String, Data)>,
}

impl Node {
    fn position(&self, name: &str) -> Option<usize> {
        self.keys.iter().position(|key| text::same(&key.name, name))
    }

    /// The key at this path, made if needed.
    fn make(&mut self, path: &str) -> &mut Node {
        let mut node = self;
        for part in path.split('\\').filter(|part| !part.is_empty()) {
            let at = node.position(part).unwrap_or_else(|| {
                node.keys.push(Node {
                    name: part.to_owned(),
                    ..Node::default()
                });
                node.keys.len() - 1
            });
            node = &mut node.keys[at];
        }
        node
    }
}

impl HiveWriter {
    /// A hive with only its root.
    pub(crate) fn new() -> Self {
        let mut writer = Self::default();
        writer.root.name = "ROOT".to_owned();
        writer
    }

    /// A key, without values if it is new.
    pub(crate) fn key(mut self, path: &str) -> Self {
        self.root.make(path);
        self
    }

    /// A value; the name "" is the default value.
    pub(crate) fn set(mut self, path: &str, name: &str, data: Data) -> Self {
        let values = &mut self.root.make(path).values;
        match values.iter_mut().find(|(n, _)| text::same(n, name)) {
            Some((_, old)) => *old = data,
            None => values.push((name.to_owned(), data)),
        }
        self
    }

    /// Takes away a key and all below it.
    ///
    /// # Panics
    /// When it is not there.
    pub(crate) fn remove(mut self, path: &str) -> Self {
        let path = path.trim_matches('\\');
        let (parent, name) = path.rsplit_once('\\').unwrap_or(("", path));
        let parent = self.existing(parent);
        let at = parent.position(name).expect("a key that is there");
        parent.keys.remove(at);
        self
    }

    /// Takes away a value.
    ///
    /// # Panics
    /// When it is not there.
    pub(crate) fn unset(mut self, path: &str, name: &str) -> Self {
        let values = &mut self.existing(path).values;
        let at = values.iter().position(|(n, _)| text::same(n, name));
        values.remove(at.expect("a value that is there"));
        self
    }

    fn existing(&mut self, path: &str) -> &mut Node {
        let mut node = &mut self.root;
        for part in path.split('\\').filter(|part| !part.is_empty()) {
            let at = node.position(part).expect("a key that is there");
            node = &mut node.keys[at];
        }
        node
    }

    /// The bytes of the hive's file.
    pub(crate) fn build(&self) -> Vec<u8> {
        let mut bin = Bin(vec![0; 32]);
        let security = bin.cell(&security(0, 0));
        let root = bin.key(&self.root, NIL, security);
        let keys = count(&self.root);
        bin.patch(security, &self::security(security, keys));
        let used = bin.0.len();
        let size = used.next_multiple_of(BIN_UNIT as usize);
        bin.0.resize(size, 0);
        if used < size {
            bin.0[used..used + 4].copy_from_slice(&((size - used) as i32).to_le_bytes());
        }
        let mut header = b"hbin\0\0\0\0".to_vec();
        header.extend((size as u32).to_le_bytes());
        header.extend([0; 8]);
        header.extend(WRITTEN.to_le_bytes());
        bin.0[..header.len()].copy_from_slice(&header);

        let mut file = b"regf".to_vec();
        file.extend([1_u32, 1].map(u32::to_le_bytes).concat());
        file.extend(WRITTEN.to_le_bytes());
        let fields = [1, 5, 0, 1, root, size as u32, 1];
        file.extend(fields.map(u32::to_le_bytes).concat());
        file.resize(LENGTH, 0);
        seal(&mut file);
        file.extend(bin.0);
        file
    }
}

/// Corrects the checksum of a base block.
pub(crate) fn seal(file: &mut [u8]) {
    let sum = checksum(file).to_le_bytes();
    file[508..512].copy_from_slice(&sum);
}

/// A security descriptor (self-relative, owned by the administrators) that `keys` keys share.
fn security(own: u32, keys: u32) -> Vec<u8> {
    const ADMINISTRATORS: [u8; 16] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0];
    let mut out = b"sk\0\0".to_vec();
    let fields = [own, own, keys, 20 + 2 * 16, 0x8000_0001, 20, 36, 0, 0];
    out.extend(fields.map(u32::to_le_bytes).concat());
    out.extend(ADMINISTRATORS.repeat(2));
    out
}

fn count(node: &Node) -> u32 {
    1 + node.keys.iter().map(count).sum::<u32>()
}

/// A name as it is stored, and whether it is compressed.
fn stored(name: &str) -> (Vec<u8>, bool) {
    match name.chars().map(u8::try_from).collect() {
        Ok(latin) => (latin, true),
        Err(_) => (utf16(name), false),
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The stored data of a value.
fn raw(data: &Data) -> Vec<u8> {
    let ended = |text: &str| utf16(&format!("{text}\0"));
    match data {
        Data::Sz(text) | Data::ExpandSz(text) => ended(text),
        Data::Link(text) => utf16(text),
        Data::Dword(number) => number.to_le_bytes().to_vec(),
        Data::DwordBigEndian(number) => number.to_be_bytes().to_vec(),
        Data::Qword(number) => number.to_le_bytes().to_vec(),
        Data::MultiSz(texts) => {
            let mut out: Vec<u8> = texts.iter().flat_map(|text| ended(text)).collect();
            out.extend([0, 0]);
            out
        }
        Data::None(bytes)
        | Data::Binary(bytes)
        | Data::ResourceList(bytes)
        | Data::FullResourceDescriptor(bytes)
        | Data::ResourceRequirementsList(bytes)
        | Data::Other { bytes, .. } => bytes.clone(),
    }
}

/// One hive bin that grows; cells are named by their offset.
struct Bin(Vec<u8>);

impl Bin {
    fn cell(&mut self, data: &[u8]) -> u32 {
        let at = self.0.len();
        let size = (4 + data.len()).next_multiple_of(8);
        self.0.extend((-(size as i32)).to_le_bytes());
        self.0.extend(data);
        self.0.resize(at + size, 0);
        at as u32
    }

    fn patch(&mut self, cell: u32, data: &[u8]) {
        let at = cell as usize + 4;
        self.0[at..at + data.len()].copy_from_slice(data);
    }

    fn list(&mut self, offsets: &[u32]) -> u32 {
        if offsets.is_empty() {
            return NIL;
        }
        let bytes: Vec<u8> = offsets.iter().flat_map(|at| at.to_le_bytes()).collect();
        self.cell(&bytes)
    }

    fn key(&mut self, node: &Node, parent: u32, security: u32) -> u32 {
        let (name, compressed) = stored(&node.name);
        let own = self.cell(&vec![0; 76 + name.len()]);
        // Windows looks a key up in order, so in order they have to be.
        let mut keys: Vec<&Node> = node.keys.iter().collect();
        keys.sort_by_key(|key| key.name.chars().map(text::upcase).collect::<String>());
        let mut leaf = b"lh".to_vec();
        leaf.extend((keys.len() as u16).to_le_bytes());
        for key in &keys {
            leaf.extend(self.key(key, own, security).to_le_bytes());
            let upper: String = key.name.chars().map(text::upcase).collect();
            let hash = upper.encode_utf16().fold(0_u32, |hash, unit| {
                hash.wrapping_mul(37).wrapping_add(u32::from(unit))
            });
            leaf.extend(hash.to_le_bytes());
        }
        let subkeys = if keys.is_empty() {
            NIL
        } else {
            self.cell(&leaf)
        };
        let values: Vec<u32> = node.values.iter().map(|value| self.value(value)).collect();
        let values_at = self.list(&values);

        let root = if parent == NIL { 0x0C } else { 0 };
        let flags = root | if compressed { 0x20 } else { 0_u16 };
        let longest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0) as u32;
        let mut out = b"nk".to_vec();
        out.extend(flags.to_le_bytes());
        out.extend(WRITTEN.to_le_bytes());
        let parent = if parent == NIL { 0 } else { parent };
        let (keys_n, values_n) = (keys.len() as u32, values.len() as u32);
        let fields = [
            0, parent, keys_n, 0, subkeys, NIL, values_n, values_at, security, NIL,
        ];
        out.extend(fields.map(u32::to_le_bytes).concat());
        let of_keys = longest(&mut keys.iter().map(|key| utf16(&key.name).len()));
        let of_values = longest(&mut node.values.iter().map(|(name, _)| utf16(name).len()));
        let of_data = longest(&mut node.values.iter().map(|(_, data)| raw(data).len()));
        out.extend(
            [of_keys, 0, of_values, of_data, 0]
                .map(u32::to_le_bytes)
                .concat(),
        );
        out.extend((name.len() as u16).to_le_bytes());
        out.extend([0, 0]);
        out.extend(name);
        self.patch(own, &out);
        own
    }

    fn value(&mut self, (name, data): &(String, Data)) -> u32 {
        let (name, compressed) = stored(name);
        let bytes = raw(data);
        let (size, at) = match bytes.len() {
            length @ 0..=4 => {
                let mut resident = [0; 4];
                resident[..length].copy_from_slice(&bytes);
                (length as u32 | 1 << 31, u32::from_le_bytes(resident))
            }
            length @ 5..=SEGMENT => (length as u32, self.cell(&bytes)),
            length => (length as u32, self.big_data(&bytes)),
        };
        let mut out = b"vk".to_vec();
        out.extend((name.len() as u16).to_le_bytes());
        out.extend([size, at, data.kind()].map(u32::to_le_bytes).concat());
        out.extend([u8::from(compressed), 0, 0, 0]);
        out.extend(name);
        self.cell(&out)
    }

    fn big_data(&mut self, bytes: &[u8]) -> u32 {
        let pieces: Vec<u32> = bytes
            .chunks(SEGMENT)
            // hivex takes the last four bytes of a segment's cell for padding.
            .map(|piece| self.cell(&[piece, &[0; 4]].concat()))
            .collect();
        let list = self.list(&pieces);
        let mut out = b"db".to_vec();
        out.extend((pieces.len() as u16).to_le_bytes());
        out.extend(list.to_le_bytes());
        self.cell(&out)
    }
}
