"""What the relay keeps on disk; the only place that knows SQLAlchemy."""
