//! Prepares the window's context, and a page in place of the screens where they have not been built,
//! so that the workspace compiles without Node. `script/tablet` builds the screens first.

use std::{fs, io, path::Path};

const NOT_BUILT: &str = "<!doctype html><html lang=\"en-GB\"><title>Enterview</title>\
<p>The screens have not been built yet. Start the tablet with script/tablet, which builds them.</p></html>";

fn main() -> io::Result<()> {
    let page = Path::new("../ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("../ui/dist")?;
        fs::write(page, NOT_BUILT)?;
        // Older than every source, so that the scripts see that the screens are still to be built.
        fs::File::options().write(true).open(page)?.set_modified(std::time::UNIX_EPOCH)?;
    }
    println!("cargo:rerun-if-changed=../ui/dist");
    tauri_build::build();
    Ok(())
}
