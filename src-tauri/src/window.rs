//! The window: where it looks for its data, what it may load, where it may not go, and when it may close.

use crate::{commands, photos, tablet::Tablet};
use std::{path::PathBuf, process::ExitCode};
use tauri::{
    AppHandle, Builder, Manager, RunEvent, Runtime, Url, WebviewUrl, WebviewWindowBuilder,
    webview::{NewWindowResponse, WebviewWindow},
};

/// Opens the window and stays until it is closed.
#[must_use]
pub fn run() -> ExitCode {
    #[cfg(target_os = "linux")]
    if let Some(why) = with_plain_renderer() {
        eprintln!("The tablet's window goes on with another renderer: {why}");
    }
    let built = builder(tauri::Builder::default()).build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            eprintln!("The tablet's window could not be opened: {error}");
            return ExitCode::FAILURE;
        }
    };
    app.run(|app, event| {
        // A program that ends while a command is under way would lose what it writes.
        if let RunEvent::ExitRequested { code: None, api, .. } = event {
            api.prevent_exit();
            leave_when_idle(app.clone());
        }
    });
    ExitCode::SUCCESS
}

/// Ends the program once no command is under way.
fn leave_when_idle<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        app.state::<Tablet>().signal().idle().await;
        app.exit(0);
    });
}

/// Starts the program anew with a renderer that also works on NVIDIA and Wayland, unless somebody has chosen one.
/// It comes back only where that was not needed or not possible, and then says why it was not.
#[cfg(target_os = "linux")]
fn with_plain_renderer() -> Option<std::io::Error> {
    use std::os::unix::process::CommandExt as _;
    const CHOICE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(CHOICE).is_some() {
        return None;
    }
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return Some(error),
    };
    Some(std::process::Command::new(program).args(std::env::args_os().skip(1)).env(CHOICE, "1").exec())
}

/// Everything but the context, over any runtime, so that commands can be tried without a display.
fn builder<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    let builder = builder.register_asynchronous_uri_scheme_protocol("photo", photos::answer);
    builder.invoke_handler(commands::handler()).setup(|app| {
        let folder = match asked_folder() {
            Some(folder) => folder,
            None => app.path().app_data_dir()?,
        };
        app.manage(Tablet::new(folder));
        open_window(app)?;
        Ok(())
    })
}

/// The one window; it stays on our own pages and opens no other.
fn open_window<R: Runtime>(app: &tauri::App<R>) -> tauri::Result<WebviewWindow<R>> {
    WebviewWindowBuilder::new(app, "tablet", WebviewUrl::App("index.html".into()))
        .title("Enterview")
        .inner_size(800.0, 1280.0)
        .min_inner_size(360.0, 480.0)
        .on_navigation(stays_here)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()
}

/// Whether an address is one of the tablet's own pages; Windows and Android call them `http://tauri.localhost`.
fn stays_here(url: &Url) -> bool {
    matches!((url.scheme(), url.host_str()), ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")))
}

/// The folder after `--data`, or in `ENTERVIEW_TABLET_DATA`.
fn asked_folder() -> Option<PathBuf> {
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--data" {
            return arguments.next().map(PathBuf::from);
        }
    }
    std::env::var_os("ENTERVIEW_TABLET_DATA").map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn no_link_leads_out_of_the_tablet() {
        for ours in ["tauri://localhost/index.html", "http://tauri.localhost/#/visits"] {
            assert!(stays_here(&ours.parse().unwrap()), "{ours}");
        }
        for other in ["https://example.org/", "http://localhost/", "file:///etc/passwd", "tauri://elsewhere/"] {
            assert!(!stays_here(&other.parse().unwrap()), "{other}");
        }
    }
}
