#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| yingda_fuzz::vector_file(bytes));
