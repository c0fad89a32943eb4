//! The suite of the stores, on the one in memory that says what the others have to do.

use std::sync::Arc;
use tower_webhook::{
    inbox::JobStore,
    testing::{MemoryJobStore, job_store_conformance},
};

#[tokio::test]
async fn the_store_in_memory_passes() {
    job_store_conformance::all(async || Arc::new(MemoryJobStore::default()) as Arc<dyn JobStore>).await;
}
