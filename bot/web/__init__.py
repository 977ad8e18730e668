"""What winerr serves over HTTP: Slack's deliveries, health, and the JSON API."""
