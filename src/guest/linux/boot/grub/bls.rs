//! `blscfg`: Red Hat's GRUB makes its menu of the entries of the Boot Loader Specification.

use super::super::bls;
use super::super::order;
use super::exec::Machine;
use super::menu::{Item, ItemKind};
use crate::known::Known;

impl Machine<'_> {
    /// Adds the entries, the newest first.
    pub(super) fn add_bls_entries(&mut self) -> Known<()> {
        let folder = match self.variable("blsdir") {
            "" => self.bls_folder()?,
            folder => self.guest_file(folder)?,
        };
        let Some(folder) = folder else {
            return Ok(());
        };
        let mut entries = bls::read_folder(self.root, &folder)?;
        entries.sort_by(|a, b| order::red_hat(&b.id, &a.id));
        for entry in entries {
            self.files.push(entry.spot.clone());
            let Some(linux) = entry.first("linux").map(|line| line.value.clone()) else {
                continue;
            };
            let (options, spot) = entry.options();
            let options = self.with_values(&options);
            let initrds = entry
                .all("initrd")
                .flat_map(|line| {
                    let line = self.with_values(&line.value);
                    line.split_whitespace()
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                })
                .collect();
            let kind = ItemKind::Bls {
                linux: self.with_values(&linux),
                initrds,
                options,
                options_spot: spot,
            };
            let title = entry.title();
            let mut item = Item::new(vec![title], kind, entry.spot.clone());
            item.id = Some(entry.id);
            self.menu.push(item);
        }
        Ok(())
    }

    /// The folder of the entries: on the volume of the configuration, or as `/boot` has it.
    fn bls_folder(&self) -> Known<Option<String>> {
        for name in ["/loader/entries", "/boot/loader/entries"] {
            if let Some(path) = self.guest_file(name)? {
                return Ok(Some(path));
            }
        }
        const PLAIN: &str = "/boot/loader/entries";
        Ok(self.root.exists(PLAIN)?.then(|| PLAIN.to_owned()))
    }

    /// The text with `$name` and `${name}` replaced by the variables' values.
    fn with_values(&self, text: &str) -> String {
        bls::expand(text, |name| {
            self.variables.get(name).cloned().unwrap_or_default()
        })
    }
}
