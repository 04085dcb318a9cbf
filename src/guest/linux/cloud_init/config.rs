//! `/etc/cloud/cloud.cfg` and what stands beside it in `cloud.cfg.d`, merged as cloud-init does:
//! later files win, maps are merged key by key, lists are replaced.

use super::{CloudInitFacts, MAIN, unread};
use crate::guest::linux::ini::short;
use crate::guest::linux::yaml::{self, Node, Value};
use crate::guest::{Located, Root, TextFile};
use crate::known::Known;

/// Bytes of a word that are kept.
const MAX_WORD: usize = 200;
/// Items of a list that are kept.
const MAX_ITEMS: usize = 200;

pub(super) fn gather(root: &Root, facts: &mut CloudInitFacts) -> Known<()> {
    let mut swap = Swap::default();
    let mut paths = vec![MAIN.to_owned()];
    paths.extend(root.glob("/etc/cloud/cloud.cfg.d/*.cfg")?);
    for path in paths {
        let Some(file) = root.text(&path)? else {
            continue;
        };
        let tops = yaml::parse(&file.text).map_err(|reason| unread(&file.spot, &reason))?;
        for top in &tops {
            if !matches!(
                top.key.as_str(),
                "datasource_list" | "swap" | "network" | "ssh_deletekeys" | "cloud_init_modules"
            ) {
                continue;
            }
            let node = top
                .value
                .as_ref()
                .map_err(|reason| unread(&file.at(top.line), reason))?;
            match top.key.as_str() {
                "datasource_list" => facts.datasources = Some(names(&file, node)),
                "cloud_init_modules" => facts.init_modules = Some(names(&file, node)),
                "swap" => swap.merge(&file, node),
                "network" => {
                    let config = node.get("config").and_then(Node::word);
                    facts.network_disabled =
                        (config == Some("disabled")).then(|| file.at(node.line));
                }
                _ => {
                    facts.deletes_host_keys = node
                        .switch()
                        .map(|value| Located::new(value, file.at(node.line)));
                }
            }
        }
    }
    facts.swap_file = swap.file();
    Ok(())
}

/// The words of a list; of an item with arguments its first word. One word is a list of one.
fn names(file: &TextFile, node: &Node) -> Located<Vec<String>> {
    let items: &[Node] = match &node.value {
        Value::Word(_) => std::slice::from_ref(node),
        _ => node.list(),
    };
    let words = items
        .iter()
        .take(MAX_ITEMS)
        .filter_map(|item| item.word().or_else(|| item.list().first()?.word()))
        .map(|word| short(word, MAX_WORD))
        .collect();
    Located::new(words, file.at(node.line))
}

#[derive(Default)]
struct Swap {
    name: Option<Located<String>>,
    size: Option<String>,
    maximum: Option<String>,
}

impl Swap {
    fn merge(&mut self, file: &TextFile, node: &Node) {
        let by_itself = || Located::new("/swap.img".to_owned(), file.at(node.line));
        self.name.get_or_insert_with(by_itself);
        if let Some(name) = node.get("filename") {
            self.name = name
                .word()
                .map(|word| Located::new(short(word, MAX_WORD), file.at(name.line)));
        }
        let word = |key: &str| node.get(key).and_then(Node::word).map(str::to_owned);
        self.size = word("size").or(self.size.take());
        self.maximum = word("maxsize").or(self.maximum.take());
    }

    /// The file that cloud-init would make: it needs a name and a size, which is 0 by default.
    fn file(self) -> Option<Located<String>> {
        let none = |size: &str| size.trim_start_matches('0').is_empty();
        let size = self.size?;
        let nothing = none(&size) || (size == "auto" && self.maximum.as_deref().is_some_and(none));
        self.name.filter(|_| !nothing)
    }
}
