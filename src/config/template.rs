//! The file that `init` writes: every key with what it means, at its default.

use super::keys::{Key, SECTIONS, Shape};

/// A commented file. Keys that have a default are set to it; the others stand as examples in
/// comments, so that the file as it is changes nothing.
pub fn template() -> String {
    let mut out = String::from(
        "# vhd-preflight.toml: what the images of this project are meant to be.\n\
         # Found from the working directory upward, up to the root of the repository. Options of the\n\
         # command line win over it. Paths count from the folder of this file.\n\
         # `vhd-preflight schema config` prints its JSON Schema.\n",
    );
    for section in &SECTIONS {
        out.push('\n');
        comment(&mut out, section.doc);
        match section.shape {
            Shape::Root => keys(&mut out, section.keys, false),
            Shape::Table => {
                out.push_str(&format!("[{}]\n", section.name));
                keys(&mut out, section.keys, false);
            }
            Shape::Rules => {
                out.push_str(&format!("[{}]\n# LNX009 = \"warning\"\n", section.name));
            }
            Shape::List(_) => {
                out.push_str(&format!("# [[{}]]\n", section.name));
                keys(&mut out, section.keys, true);
            }
        }
    }
    out
}

fn comment(out: &mut String, text: &str) {
    for line in text.lines() {
        out.push_str(&format!("# {line}\n"));
    }
}

fn keys(out: &mut String, keys: &[Key], all_comments: bool) {
    for key in keys {
        // In a list, which is one comment, the meaning stands beside the example.
        if all_comments {
            let must = if key.is_required { "required: " } else { "" };
            out.push_str(&format!(
                "# {} = {}  # {must}{}\n",
                key.name,
                key.example,
                lower(key.doc)
            ));
            continue;
        }
        comment(out, key.doc);
        match key.default {
            Some(default) => out.push_str(&format!("{} = {default}\n", key.name)),
            None => out.push_str(&format!("# {} = {}\n", key.name, key.example)),
        }
    }
}

fn lower(text: &str) -> String {
    let text = text.replace('\n', " ");
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => text,
    }
}
