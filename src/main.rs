//! The `vhd-preflight` program; everything of it is in the library's `cli`.

fn main() -> std::process::ExitCode {
    vhd_preflight::cli::main()
}
