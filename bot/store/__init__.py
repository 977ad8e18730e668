"""What must outlive a restart: the inbox and what was answered, in SQLite or PostgreSQL."""
