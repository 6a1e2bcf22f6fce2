//! Says what is missing where the scripts of the pages, which this program carries, have not been built yet.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../booth/dist");
    let mut complete = true;
    for name in ["booth.js", "check.js"] {
        let file = dist.join(name);
        println!("cargo::rerun-if-changed={}", file.display());
        if !file.is_file() {
            println!(
                "cargo::error=booth/dist/{name} is missing: the voting booth has not been built. Run `make booth` at \
                 the top of the repository; it needs Node 18 or newer with npm."
            );
            complete = false;
        }
    }
    println!("cargo::rerun-if-changed=build.rs");
    if complete { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
