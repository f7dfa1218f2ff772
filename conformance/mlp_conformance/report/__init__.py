"""What a run found, for people and for programs: terminal text, JSON, HTML, Markdown, JUnit."""
