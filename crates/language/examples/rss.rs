fn rss(label: &str) {
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    let l: Vec<&str> = s
        .lines()
        .filter(|l| {
            l.starts_with("VmRSS")
                || l.starts_with("RssAnon")
                || l.starts_with("VmHWM")
                || l.starts_with("RssFile")
        })
        .collect();
    println!("{label}: {l:?}");
}
fn main() {
    rss("start");
    let t = std::time::Instant::now();
    let j = jieba_rs::Jieba::new();
    println!("{:?}", t.elapsed());
    rss("new");
    println!("{:?}", j.cut("我们中出了一个叛徒", true));
    rss("cut");
    drop(j);
    rss("dropped");
    let t = std::time::Instant::now();
    let dict = std::fs::File::open(std::env::args().nth(1).unwrap()).unwrap();
    let mut j = jieba_rs::Jieba::empty();
    j.load_dict(&mut std::io::BufReader::new(dict)).unwrap();
    println!("{:?}", t.elapsed());
    rss("own");
    println!("{:?}", j.cut("我们中出了一个叛徒", true));
}
