//! The program that opens the tablet's window.

fn main() -> std::process::ExitCode {
    tablet::run()
}
