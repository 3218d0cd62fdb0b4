//! What a lost server wrote down beside its objects, brought to the one that takes its place (`store::acts`).

use crate::store::Store;
use anyhow::Context as _;
use std::path::Path;

/// Reads what a lost server wrote down of what no backup takes back, from its folder or a copy of it. Answers how many
/// there are.
///
/// # Errors
/// The folder cannot be read, or the store's.
pub async fn bring_acts(store: &Store, folder: &Path) -> anyhow::Result<usize> {
    let mut read = 0;
    for id in store.org_ids().await? {
        let own = folder.join(&id);
        let files = match std::fs::read_dir(&own) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && folder.is_dir() => continue,
            Err(error) => return Err(error).with_context(|| format!("reading {}", own.display())),
        };
        for file in files {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            // Whatever else lies there is no act.
            if name.len() == 64 {
                store.objects().put_act(&id, &name, std::fs::read(file.path())?).await?;
                read += 1;
            }
        }
    }
    Ok(read)
}
