//! Counts the allocations of each variant, for the bench, whose times must not suffer from the counting.

fn main() {
    let filter = std::env::args().nth(1).unwrap_or_default();
    const CALLS: usize = 100;
    for mut section in peers::sections(&filter) {
        for variant in &mut section.variants {
            // What grows now and then, as a table of a store does, is no part of a call.
            let mut least = u64::MAX;
            for _ in 0..5 {
                variant.run(CALLS, &mut |work| least = least.min(allocation_counter::measure(work).count_total));
            }
            println!("{}\t{}\t{}", section.title, variant.name, least as f64 / CALLS as f64);
        }
    }
}
