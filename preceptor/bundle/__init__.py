"""Activities as folders of text files."""
