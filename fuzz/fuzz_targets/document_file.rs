#![no_main]

libfuzzer_sys::fuzz_target!(
    // Libraries may panic inside of `read`, which catches it: only a panic that leaves it counts.
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| yingda_fuzz::document::file(bytes)
);
