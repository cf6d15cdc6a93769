//! The web pages are carried inside the program: build again when they change. Without them the program still builds.

fn main() {
    for folder in ["../../web/console/dist", "../../web/widget/dist", "../../web/reference"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
