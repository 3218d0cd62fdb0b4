//! `with-bucket COMMAND [ARGUMENT…]`: runs a command with a store that speaks S3, told of it by the environment as a
//! server is: `ENTERVIEW_OBJECTS` and `AWS_…`.

use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let mut words = std::env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("usage: with-bucket COMMAND [ARGUMENT…]");
        return Ok(ExitCode::from(2));
    };
    let bucket = bucket::Bucket::start()?;
    let ended = std::process::Command::new(program).args(words).envs(bucket.settings("photos")).status()?;
    bucket.stop()?;
    let code = ended.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
