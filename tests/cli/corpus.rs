//! Every committed image through the program: documents that are valid against their schema, and
//! pages of 80 columns, whatever is wrong with the image.

use std::io::Read as _;
use std::path::Path;

use crate::run::{Folder, too_wide};

fn every_image(folder: &str) {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(folder);
    let mut seen = 0;
    for entry in std::fs::read_dir(testdata).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "zst") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut image = Vec::new();
        let file = std::fs::File::open(&path).unwrap();
        ruzstd::decoding::StreamingDecoder::new(file)
            .unwrap()
            .read_to_end(&mut image)
            .unwrap();
        // One at a time: together they would fill a small temporary file system.
        let folder = Folder::new();
        folder.write(&name, &image);
        let (report, said) = folder.json(&["check", &name]);
        assert_eq!(said.err, "", "{name}");
        let failed = report["images"][0]["verdict"] == "fail";
        assert_eq!(said.code == 1, failed, "{name}");
        folder.json(&["inspect", &name]);
        for args in [
            &["check", "-v", "--no-scan", &name][..],
            &["inspect", &name],
        ] {
            let said = folder.run(args);
            assert_eq!(too_wide(&said.out), Vec::<&str>::new(), "{name}");
        }
        seen += 1;
    }
    assert!(seen > 10, "{seen} images");
}

#[test]
fn containers() {
    every_image("containers");
}

#[test]
fn foreign_formats() {
    every_image("foreign");
}
