//! `enterview`: the host's server and its commands. Everything is in the library; here is only the door.

fn main() -> std::process::ExitCode {
    server::cli::main()
}
