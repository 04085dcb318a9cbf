//! GRUB's devices and file names as paths of the guest.
//!
//! A mounted volume goes by `mN` here, N its place among the mounts; what a script names itself
//! (`hd0,gpt2`) is looked up by the partition's number.

use super::super::place;
use super::exec::Machine;
use crate::guest::Mount;
use crate::known::Known;

impl Machine<'_> {
    /// The device and the path in it that GRUB has for a path of the guest.
    pub(super) fn grub_path(&self, path: &str) -> Option<(String, String)> {
        self.root
            .mounts()
            .iter()
            .enumerate()
            .find_map(|(index, mount)| {
                let rest = path.strip_prefix(mount.point.trim_end_matches('/'))?;
                (rest.is_empty() || rest.starts_with('/'))
                    .then(|| (format!("m{index}"), rest.to_owned()))
            })
    }

    /// The mount that a device is.
    fn mount(&self, device: &str) -> Option<&Mount> {
        let mounts = self.root.mounts();
        if let Some(index) = device.strip_prefix('m') {
            return mounts.get(index.parse::<usize>().ok()?);
        }
        let (_, partition) = device.split_once(',')?;
        let number: u32 = partition
            .trim_start_matches(|c: char| !c.is_ascii_digit())
            .parse()
            .ok()?;
        mounts.iter().find(|mount| mount.partition == Some(number))
    }

    /// The device of a file name, and the path in it.
    fn device_and_path<'n>(&'n self, name: &'n str) -> (&'n str, &'n str) {
        match name.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((device, path)) => (device, path),
            None => (self.variable("root"), name),
        }
    }

    /// The guest's path of a file that GRUB names; none where there is no such file.
    pub(super) fn guest_file(&self, name: &str) -> Known<Option<String>> {
        let (device, path) = self.device_and_path(name);
        let point = self.mount(device).map(|mount| mount.point.as_str());
        place::find(self.root, point, path)
    }

    /// As [`guest_file`](Self::guest_file), but the likeliest path where there is no such file.
    pub(super) fn guest_path(&self, name: &str) -> String {
        let (device, path) = self.device_and_path(name);
        let point = self.mount(device).map(|mount| mount.point.as_str());
        match place::find(self.root, point, path) {
            Ok(Some(found)) => found,
            _ => place::join(point.unwrap_or("/"), path),
        }
    }

    /// `search`, `search.fs_uuid` and their like: sets a variable to the device that was found.
    pub(super) fn search(&mut self, name: &str, words: &[String]) -> Known<bool> {
        let mut by = match name.strip_prefix("search.") {
            Some("fs_label") => "label",
            Some("file") => "file",
            Some(_) => "uuid",
            None => "",
        };
        let mut variable = None;
        let mut values = Vec::new();
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "-u" | "--fs-uuid" => by = "uuid",
                "-l" | "--label" | "--fs-label" => by = "label",
                "-f" | "--file" => by = "file",
                "-s" | "--set" => variable = Some("root".to_owned()),
                "--hint" | "-h" => {
                    words.next();
                }
                word => match word.strip_prefix("--set=") {
                    Some(name) => variable = Some(name.to_owned()),
                    None if word.starts_with('-') => {}
                    None => values.push(word),
                },
            }
        }
        let mut values = values.into_iter();
        // `-s NAME VALUE` is `--set=NAME`; a search with one word sets the root.
        let (first, second) = (values.next(), values.next());
        let wanted = match (name.starts_with("search."), first, second) {
            (true, Some(value), name) => {
                variable = Some(name.unwrap_or("root").to_owned());
                value
            }
            (false, Some(name), Some(value)) if variable.as_deref() == Some("root") => {
                variable = Some(name.to_owned());
                value
            }
            (false, Some(value), _) => value,
            (_, None, _) => return Ok(false),
        };
        let mut found = None;
        for (index, mount) in self.root.mounts().iter().enumerate() {
            let Ok(fs) = &mount.file_system else {
                continue;
            };
            let superblock = fs.superblock();
            let fits = match by {
                "label" => superblock.label.as_deref() == Some(wanted),
                "file" => place::exists_in(self.root, &mount.point, wanted)?,
                _ => superblock
                    .uuid
                    .as_deref()
                    .is_some_and(|uuid| uuid.eq_ignore_ascii_case(wanted)),
            };
            if fits {
                found = Some(index);
                break;
            }
        }
        let Some(index) = found else {
            return Ok(false);
        };
        if let Some(variable) = variable {
            self.variables.insert(variable, format!("m{index}"));
        }
        Ok(true)
    }
}
