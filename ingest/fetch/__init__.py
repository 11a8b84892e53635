"""Pages are downloaded, and kept as they were."""
